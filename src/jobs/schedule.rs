//! What recurs. Each period of each kind is one row with a key of its own, whoever enqueues it first.

use jiff::{SignedDuration, Timestamp};

use crate::storage::jobs::{self, JobKind};
use crate::storage::{Db, StoreError};

/// Kinds that run once in each period.
const RECURRING: [(JobKind, SignedDuration); 7] = [
    (JobKind::Housekeeping, SignedDuration::from_hours(1)),
    (JobKind::FindReminders, SignedDuration::from_hours(1)),
    (JobKind::WatchDeadlines, SignedDuration::from_hours(1)),
    (JobKind::FindRounds, SignedDuration::from_hours(1)),
    (JobKind::FindBatches, SignedDuration::from_hours(1)),
    (JobKind::ExpectedWindows, SignedDuration::from_hours(24)),
    (JobKind::SealAudit, SignedDuration::from_hours(24)),
];

/// Enqueues what is due in the present period and was not yet; answers how many rows are new.
pub(super) fn enqueue_due(db: &mut Db, now: Timestamp) -> Result<usize, StoreError> {
    let mut new = 0;
    for (kind, period) in RECURRING {
        let begins = now.as_second() - now.as_second().rem_euclid(period.as_secs().max(1));
        let key = format!("{}@{begins}", kind.as_str());
        new += usize::from(jobs::insert_if_missing(db, kind, "{}", &key, now)?);
    }
    Ok(new)
}

//! Destroys what filed cases leave when their time is over: the photo first, a year later everything. Each batch is a transaction with its destruction
//! records; a run that is cut off goes on with the next.

use jiff::{SignedDuration, Timestamp};

use super::{JobContext, JobError};
use crate::domain::retention::{CASES, PHOTOS, RetentionRule};
use crate::domain::status::Status;
use crate::storage::applications::{self, Application, Doer};
use crate::storage::destruction_records::{self, NewDestruction};
use crate::storage::{Db, StoreError, outbox, retention};

/// Cases handled in one transaction: others want to write too.
const BATCH: i64 = 50;

/// Filed cases in these have ended. (S99 was never filed: `housekeeping` has it.)
const ENDED: [Status; 6] = [
    Status::NotAccepted,
    Status::Completed,
    Status::Disposed,
    Status::Withdrawn,
    Status::ReturnedHome,
    Status::Ended,
];

/// One round: until nothing is due any more.
pub(super) async fn run(context: &JobContext) -> Result<(), JobError> {
    while context.write(destroy_photos).await? {}
    while context.write(destroy_cases).await? {}
    Ok(())
}

/// The moment before which a period is over.
pub(super) fn before(rule: RetentionRule, now: Timestamp) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(24 * rule.days))
        .unwrap_or(Timestamp::MIN)
}

/// A batch of photos; `true` if there may be more.
fn destroy_photos(db: &mut Db, now: Timestamp) -> Result<bool, StoreError> {
    let due = retention::list_ended_with_photo(db, &ENDED, before(PHOTOS, now), BATCH)?;
    for case in &due {
        let destroyed = retention::delete_photos(db, case.id)?;
        record(db, PHOTOS, destroyed, case, now)?;
    }
    Ok(!due.is_empty())
}

/// A batch of cases; `true` if there may be more.
fn destroy_cases(db: &mut Db, now: Timestamp) -> Result<bool, StoreError> {
    let due = retention::list_ended(db, &ENDED, before(CASES, now), BATCH)?;
    for case in &due {
        // Mails outlive their case otherwise, with her address and her name in them.
        outbox::delete_of_application(db, case.id)?;
        let (doer, reason) = (Doer::system(), "retention period ended");
        applications::delete_application(db, case.id, case.status, &doer, reason, now)?;
        record(db, CASES, 1, case, now)?;
    }
    Ok(!due.is_empty())
}

/// Writes down that something of a case was destroyed.
pub(super) fn record(
    db: &mut Db,
    rule: RetentionRule,
    destroyed: usize,
    case: &Application,
    now: Timestamp,
) -> Result<(), StoreError> {
    let new = NewDestruction {
        kind: rule.what,
        days: rule.days,
        destroyed,
        case: Some(case.reference),
    };
    destruction_records::insert_record(db, &new, now)
}

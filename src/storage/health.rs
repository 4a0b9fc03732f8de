//! What the health page reads: how long work waits, what was given up, which cases are overdue where. Plain numbers, each from an index.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::audit_checks::{self, AuditCheck};
use super::audit_seals;
use super::case_columns::StoredDue;
use super::exchange_keys;
use super::jobs::{self, JobState};
use super::operation_records::{self, OperationKind};
use super::outbox::{self, MailState};
use super::schema::{applications, jobs as jobs_table, outbox as outbox_table, staff};
use super::types::{Instant, StoredStatus};
use super::{Db, StoreError};
use crate::domain::status::Status;

/// How many offices with overdue cases are listed.
const OFFICES_LISTED: i64 = 20;

/// The state of the operation at one moment.
#[derive(Debug, Clone)]
pub struct Health {
    /// Jobs that wait, due or not.
    pub jobs_waiting: i64,
    /// Jobs that were given up.
    pub jobs_dead: i64,
    /// Since when the longest due job waits.
    pub oldest_due: Option<Timestamp>,
    /// Mails queued, given up, held.
    pub mails: (i64, i64, i64),
    /// When the oldest mail that waits was written.
    pub oldest_mail: Option<Timestamp>,
    /// The last backup that was recorded.
    pub backup: Option<Timestamp>,
    /// The last test of a restore that was recorded.
    pub restore_test: Option<Timestamp>,
    /// The last seal over the audit.
    pub sealed: Option<Timestamp>,
    /// The last verification of the audit.
    pub verified: Option<AuditCheck>,
    /// How many trainings of open accounts end within thirty days or have ended.
    pub trainings_ending: i64,
    /// Keys of the exchange: of programs, long unused and long in use; of the other side, long in use.
    pub stale_keys: (i64, i64, i64),
    /// Desk and number of cases whose last day has passed, the most first.
    pub overdue: Vec<(String, i64)>,
}

/// Reads it. `trained_before`: a training on this day or before ends within thirty days. `keys_before`: a key of the exchange that nobody used since the
/// first, or that was made before the second, is stale.
pub fn read_health(
    db: &mut Db,
    (today, trained_before): (Date, Date),
    keys_before: (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<Health, StoreError> {
    let (jobs_waiting, jobs_dead) = jobs::count_open(db)?;
    Ok(Health {
        jobs_waiting,
        jobs_dead,
        oldest_due: oldest_due(db, now)?,
        mails: outbox::count_unsent(db)?,
        oldest_mail: oldest_mail(db)?,
        backup: operation_records::find_latest(db, OperationKind::Backup)?,
        restore_test: operation_records::find_latest(db, OperationKind::RestoreTest)?,
        sealed: audit_seals::find_latest(db)?.map(|seal| seal.sealed_at),
        verified: audit_checks::latest_checks(db, 1)?.into_iter().next(),
        trainings_ending: count_trainings(db, trained_before)?,
        stale_keys: exchange_keys::count_stale(db, keys_before)?,
        overdue: list_overdue(db, today)?,
    })
}

/// Since when the longest due job waits.
pub fn oldest_due(db: &mut Db, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let oldest: Option<Instant> = jobs_table::table
        .filter(jobs_table::state.eq(JobState::Ready))
        .filter(jobs_table::due_at.le(Instant::from(now)))
        .select(diesel::dsl::min(jobs_table::due_at))
        .get_result(db)?;
    Ok(oldest.map(Timestamp::from))
}

/// When the oldest mail that waits was written.
pub fn oldest_mail(db: &mut Db) -> Result<Option<Timestamp>, StoreError> {
    let oldest: Option<Instant> = outbox_table::table
        .filter(outbox_table::state.eq(MailState::Queued))
        .select(diesel::dsl::min(outbox_table::created_at))
        .get_result(db)?;
    Ok(oldest.map(Timestamp::from))
}

fn count_trainings(db: &mut Db, trained_before: Date) -> Result<i64, StoreError> {
    let ending = staff::table
        .filter(staff::deactivated_at.is_null())
        .filter(staff::trained_on.le(trained_before.to_string()));
    Ok(ending.count().get_result(db)?)
}

fn list_overdue(db: &mut Db, today: Date) -> Result<Vec<(String, i64)>, StoreError> {
    // Said positively, so that the index on status and day serves it.
    let open: Vec<StoredStatus> = Status::ALL
        .iter()
        .copied()
        .filter(|status| !status.has_ended())
        .map(StoredStatus)
        .collect();
    let overdue: Vec<(Option<String>, i64)> = applications::table
        .filter(applications::status.eq_any(open))
        .filter(applications::due_on.lt(StoredDue::text(Some(today))))
        .filter(applications::desk.is_not_null())
        .group_by(applications::desk)
        .order(diesel::dsl::count_star().desc())
        .limit(OFFICES_LISTED)
        .select((applications::desk, diesel::dsl::count_star()))
        .load(db)?;
    Ok(overdue
        .into_iter()
        .filter_map(|(desk, count)| Some((desk?, count)))
        .collect())
}

//! The schedule of batches, in versions that are never changed: the newest counts.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::batch_schedules;
use super::types::{Instant, row_id};
use super::{Db, StoreError};
use crate::domain::batch_schedule::BatchSchedule;

row_id!(
    /// Id of a version of the schedule; 0 before the first.
    ScheduleVersion
);

/// A version with who saved it, as in the audit, and when.
#[derive(Debug, Clone)]
pub struct SavedSchedule {
    /// Which version.
    pub version: ScheduleVersion,
    /// What it says.
    pub schedule: BatchSchedule,
    /// Who saved it, as in the audit.
    pub saved_by: String,
    /// When.
    pub saved_at: Timestamp,
}

type Row = (
    ScheduleVersion,
    bool,
    String,
    i32,
    i32,
    i32,
    String,
    Instant,
);

/// The schedule in force; none when nobody has saved one.
pub fn find_latest(db: &mut Db) -> Result<Option<SavedSchedule>, StoreError> {
    let newest: Option<ScheduleVersion> = batch_schedules::table
        .select(diesel::dsl::max(batch_schedules::id))
        .get_result(db)?;
    let Some(newest) = newest else {
        return Ok(None);
    };
    let row: Option<Row> = batch_schedules::table
        .find(newest)
        .select(batch_schedules::all_columns)
        .get_result(db)
        .optional()?;
    let Some((version, is_on, days, hour, least, most, saved_by, saved_at)) = row else {
        return Ok(None);
    };
    let hour = i8::try_from(hour).map_err(|cause| StoreError::Corrupt(cause.to_string()))?;
    Ok(Some(SavedSchedule {
        version,
        schedule: BatchSchedule {
            is_on,
            days: BatchSchedule::days_of(&days),
            hour,
            least,
            most,
        },
        saved_by,
        saved_at: saved_at.into(),
    }))
}

/// Saves a new version after `expected`. [`StoreError::Conflict`] when somebody saved meanwhile.
pub fn save(
    db: &mut Db,
    expected: ScheduleVersion,
    schedule: &BatchSchedule,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(batch_schedules::table)
        .values((
            // The next number after the one that was read: a second saver finds it taken.
            batch_schedules::id.eq(ScheduleVersion(expected.0 + 1)),
            batch_schedules::is_on.eq(schedule.is_on),
            batch_schedules::days.eq(schedule.digits()),
            batch_schedules::hour.eq(i32::from(schedule.hour)),
            batch_schedules::least.eq(schedule.least),
            batch_schedules::most.eq(schedule.most),
            batch_schedules::saved_by.eq(by),
            batch_schedules::saved_at.eq(Instant::from(now)),
        ))
        .execute(db)?;
    Ok(())
}

//! What operators did outside the pages, so that the health page can say how long ago: a backup, a test of a restore.

use diesel::prelude::*;
use jiff::Timestamp;

use super::connection::each_backend;
use super::schema::operation_records;
use super::types::{Instant, text_enum};
use super::{Db, StoreError};

text_enum!(
    /// What was done.
    OperationKind {
        /// A backup was made and checked.
        Backup = "backup",
        /// A backup was restored beside the database, and the copy checked.
        RestoreTest = "restore-test",
    }
);

/// Writes down that it was done now; `detail` holds counts and versions, no path.
pub fn record(
    db: &mut Db,
    kind: OperationKind,
    detail: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        operation_records::kind.eq(kind),
        operation_records::recorded_at.eq(Instant::from(now)),
        operation_records::detail.eq(detail),
    );
    each_backend!(db, |c| diesel::insert_into(operation_records::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// When it was done last.
pub fn find_latest(db: &mut Db, kind: OperationKind) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<Instant> = operation_records::table
        .filter(operation_records::kind.eq(kind))
        .select(diesel::dsl::max(operation_records::recorded_at))
        .get_result(db)?;
    Ok(at.map(Timestamp::from))
}

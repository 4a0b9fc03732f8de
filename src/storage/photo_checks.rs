//! Which form's picture an office looked at and found good; a picture that will not do is a defect instead.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::connection::each_backend;
use super::schema::photo_checks;
use super::types::Instant;
use super::{Db, StoreError};

/// A picture that will do.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = photo_checks)]
pub struct PhotoCheck {
    /// The form it stands on.
    pub revision: i32,
    /// Whether the print on the paper was looked at as well.
    pub print_seen: bool,
    /// By whom, as in the audit.
    pub checked_by: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub checked_at: Timestamp,
}

/// The last look at the picture of a case.
pub fn find_photo_check(
    db: &mut Db,
    application: ApplicationId,
) -> Result<Option<PhotoCheck>, StoreError> {
    Ok(photo_checks::table
        .find(application)
        .select(PhotoCheck::as_select())
        .get_result(db)
        .optional()?)
}

/// Notes that the picture of form `revision` will do.
pub fn write_photo_check(
    db: &mut Db,
    application: ApplicationId,
    (revision, print_seen): (i32, bool),
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let said = (
        photo_checks::revision.eq(revision),
        photo_checks::print_seen.eq(print_seen),
        photo_checks::checked_by.eq(by),
        photo_checks::checked_at.eq(Instant::from(now)),
    );
    let row = (photo_checks::application_id.eq(application), said);
    each_backend!(db, |c| diesel::insert_into(photo_checks::table)
        .values(row)
        .on_conflict(photo_checks::application_id)
        .do_update()
        .set(said)
        .execute(c))?;
    Ok(())
}

//! What staff write to each other about a case. Never shown to the applicant, and never a place for a My Number: the desk refuses one.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::case_columns::StoredOffice;
use super::schema::staff_notes;
use super::types::{Instant, row_id};
use super::{Db, StoreError};
use crate::domain::office_code::OfficeCode;

row_id!(
    /// Id of a note.
    StaffNoteId
);

/// A note.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = staff_notes)]
pub struct StaffNote {
    /// Row id.
    pub id: StaffNoteId,
    /// About which case.
    pub application_id: ApplicationId,
    /// The office it was written at.
    #[diesel(deserialize_as = StoredOffice)]
    pub office: OfficeCode,
    /// Who wrote it, as in the audit.
    pub author: String,
    /// What.
    pub text: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub at: Timestamp,
}

/// Keeps a note.
pub fn insert_note(
    db: &mut Db,
    application: ApplicationId,
    text: &str,
    (office, author): (&OfficeCode, &str),
    now: Timestamp,
) -> Result<StaffNoteId, StoreError> {
    let id = diesel::insert_into(staff_notes::table)
        .values((
            staff_notes::application_id.eq(application),
            staff_notes::office.eq(office.as_str()),
            staff_notes::author.eq(author),
            staff_notes::text.eq(text),
            staff_notes::at.eq(Instant::from(now)),
        ))
        .returning(staff_notes::id)
        .get_result(db)?;
    Ok(id)
}

/// The notes about a case, latest first.
pub fn list_notes(db: &mut Db, application: ApplicationId) -> Result<Vec<StaffNote>, StoreError> {
    Ok(staff_notes::table
        .filter(staff_notes::application_id.eq(application))
        .order(staff_notes::id.desc())
        .select(StaffNote::as_select())
        .load(db)?)
}

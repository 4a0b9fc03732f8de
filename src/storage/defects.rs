//! What is to be corrected in a case: codes with the office's own words, set by a clerk or the issuer, answered by the applicant, cleared when the
//! correction is in hand.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::case_columns::StoredDefect;
use super::schema::defects;
use super::types::{Instant, MaybeInstant, row_id};
use super::{Db, StoreError};
use crate::domain::defect::DefectCode;

row_id!(
    /// Id of a defect.
    DefectId
);

/// A defect of a case.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = defects)]
pub struct Defect {
    /// Row id.
    pub id: DefectId,
    /// Whose.
    pub application_id: ApplicationId,
    /// Which.
    #[diesel(deserialize_as = StoredDefect)]
    pub code: DefectCode,
    /// The office's words to the applicant; may be empty.
    pub note: String,
    /// The desk that set it.
    pub office: String,
    /// By whom, as in the audit.
    pub set_by: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub set_at: Timestamp,
    /// When the applicant did her part.
    #[diesel(deserialize_as = MaybeInstant)]
    pub answered_at: Option<Timestamp>,
    /// Her words to the office.
    pub reply: Option<String>,
    /// Who found it set right.
    pub cleared_by: Option<String>,
    /// When.
    #[diesel(deserialize_as = MaybeInstant)]
    pub cleared_at: Option<Timestamp>,
}

/// Sets a defect.
pub fn insert_defect(
    db: &mut Db,
    application: ApplicationId,
    (code, note): (DefectCode, &str),
    (office, by): (&str, &str),
    now: Timestamp,
) -> Result<DefectId, StoreError> {
    let id = diesel::insert_into(defects::table)
        .values((
            defects::application_id.eq(application),
            defects::code.eq(StoredDefect(code)),
            defects::note.eq(note),
            defects::office.eq(office),
            defects::set_by.eq(by),
            defects::set_at.eq(Instant::from(now)),
        ))
        .returning(defects::id)
        .get_result(db)?;
    Ok(id)
}

/// Every defect a case ever had, oldest first.
pub fn list_defects(db: &mut Db, application: ApplicationId) -> Result<Vec<Defect>, StoreError> {
    Ok(defects::table
        .filter(defects::application_id.eq(application))
        .order(defects::id)
        .select(Defect::as_select())
        .load(db)?)
}

/// The defects not yet cleared, oldest first.
pub fn list_open_defects(
    db: &mut Db,
    application: ApplicationId,
) -> Result<Vec<Defect>, StoreError> {
    Ok(defects::table
        .filter(defects::application_id.eq(application))
        .filter(defects::cleared_at.is_null())
        .order(defects::id)
        .select(Defect::as_select())
        .load(db)?)
}

/// Notes that the applicant did her part in the open defects among `codes`; answers how many.
pub fn set_answered(
    db: &mut Db,
    application: ApplicationId,
    codes: &[DefectCode],
    now: Timestamp,
) -> Result<usize, StoreError> {
    let codes: Vec<StoredDefect> = codes.iter().copied().map(StoredDefect).collect();
    let open = defects::table
        .filter(defects::application_id.eq(application))
        .filter(defects::cleared_at.is_null())
        .filter(defects::answered_at.is_null())
        .filter(defects::code.eq_any(codes));
    Ok(diesel::update(open)
        .set(defects::answered_at.eq(Instant::from(now)))
        .execute(db)?)
}

/// Keeps her words to the office with the open defects of a case.
pub fn set_reply(db: &mut Db, application: ApplicationId, reply: &str) -> Result<(), StoreError> {
    let open = defects::table
        .filter(defects::application_id.eq(application))
        .filter(defects::cleared_at.is_null());
    diesel::update(open)
        .set(defects::reply.eq(reply))
        .execute(db)?;
    Ok(())
}

/// Clears every open defect of a case: what was missing is there. Answers how many.
pub fn clear_defects(
    db: &mut Db,
    application: ApplicationId,
    by: &str,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let open = defects::table
        .filter(defects::application_id.eq(application))
        .filter(defects::cleared_at.is_null());
    Ok(diesel::update(open)
        .set((
            defects::cleared_by.eq(by),
            defects::cleared_at.eq(Instant::from(now)),
        ))
        .execute(db)?)
}

//! Answers as typed, section by section. A page posts the version it was shown with; an answer changed in another tab is never overwritten.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::{self, ApplicationId};
use super::connection::each_backend;
use super::schema::application_sections;
use super::types::Instant;
use super::{Db, StoreError};
use crate::domain::answers::Answers;
use crate::domain::status::Status;

/// One section of an application, as typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Whose.
    pub application_id: ApplicationId,
    /// Which: `person`, `register`, …
    pub section: String,
    /// The text of each field, also where it is wrong.
    pub answers: Answers,
    /// Whether the rules found nothing to correct.
    pub is_complete: bool,
    /// How often it was saved; the page sends it back.
    pub version: i64,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = application_sections)]
struct SectionRow {
    application_id: ApplicationId,
    section: String,
    answers: String,
    is_complete: bool,
    version: i64,
    updated_at: Instant,
}

impl TryFrom<SectionRow> for Section {
    type Error = StoreError;

    fn try_from(row: SectionRow) -> Result<Self, StoreError> {
        let answers = serde_json::from_str(&row.answers).map_err(|cause| {
            StoreError::Corrupt(format!(
                "application_sections.answers of {} {}: {cause}",
                row.application_id, row.section
            ))
        })?;
        Ok(Self {
            application_id: row.application_id,
            section: row.section,
            answers,
            is_complete: row.is_complete,
            version: row.version,
            updated_at: row.updated_at.into(),
        })
    }
}

/// What one press of "next" saves.
#[derive(Debug, Clone, Copy)]
pub struct SaveSection<'a> {
    /// Whose.
    pub application: ApplicationId,
    /// Which.
    pub section: &'a str,
    /// The fields as typed.
    pub answers: &'a Answers,
    /// Whether the rules found nothing to correct.
    pub is_complete: bool,
    /// The version the page was shown with; 0 when the section had never been saved.
    pub expected_version: i64,
    /// The status the page was shown in: answers of a case that has moved on are not changed.
    pub expected_status: Status,
    /// Until when the draft is now kept.
    pub expires_at: Timestamp,
}

/// Saves a section and notes the activity; answers the new version. [`StoreError::Conflict`] if the section or the status is no longer as the page
/// showed it.
pub fn save_section(
    db: &mut Db,
    save: &SaveSection<'_>,
    now: Timestamp,
) -> Result<i64, StoreError> {
    applications::note_activity(
        db,
        save.application,
        save.expected_status,
        save.expires_at,
        now,
    )?;
    let answers = serde_json::to_string(save.answers)
        .map_err(|cause| StoreError::Corrupt(format!("answers to be saved: {cause}")))?;
    if save.expected_version == 0 {
        return insert_section(db, save, &answers, now);
    }
    let as_shown = application_sections::table
        .find((save.application, save.section))
        .filter(application_sections::version.eq(save.expected_version));
    let version = diesel::update(as_shown)
        .set((
            application_sections::answers.eq(&answers),
            application_sections::is_complete.eq(save.is_complete),
            application_sections::version.eq(application_sections::version + 1),
            application_sections::updated_at.eq(Instant::from(now)),
        ))
        .returning(application_sections::version)
        .get_result(db)
        .optional()?;
    version.ok_or(StoreError::Conflict)
}

fn insert_section(
    db: &mut Db,
    save: &SaveSection<'_>,
    answers: &str,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let version = diesel::insert_into(application_sections::table)
        .values((
            application_sections::application_id.eq(save.application),
            application_sections::section.eq(save.section),
            application_sections::answers.eq(answers),
            application_sections::is_complete.eq(save.is_complete),
            application_sections::version.eq(1_i64),
            application_sections::updated_at.eq(Instant::from(now)),
        ))
        .returning(application_sections::version)
        .get_result(db)?;
    Ok(version)
}

/// One section, if it was ever saved.
pub fn find_section(
    db: &mut Db,
    application: ApplicationId,
    section: &str,
) -> Result<Option<Section>, StoreError> {
    let row = application_sections::table
        .find((application, section))
        .select(SectionRow::as_select())
        .get_result(db)
        .optional()?;
    row.map(Section::try_from).transpose()
}

/// One section of each of these applications, as far as it was saved.
pub fn list_section_of(
    db: &mut Db,
    applications: &[ApplicationId],
    section: &str,
) -> Result<Vec<Section>, StoreError> {
    let rows: Vec<SectionRow> = application_sections::table
        .filter(application_sections::application_id.eq_any(applications))
        .filter(application_sections::section.eq(section))
        .select(SectionRow::as_select())
        .load(db)?;
    rows.into_iter().map(Section::try_from).collect()
}

/// Every saved section of an application, by name.
pub fn list_sections(db: &mut Db, application: ApplicationId) -> Result<Vec<Section>, StoreError> {
    let rows: Vec<SectionRow> = each_backend!(db, |c| application_sections::table
        .filter(application_sections::application_id.eq(application))
        .order(application_sections::section)
        .select(SectionRow::as_select())
        .load(c)?);
    rows.into_iter().map(Section::try_from).collect()
}

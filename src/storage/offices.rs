//! Offices: what the tables say about each, what each says about itself in versions, and who checked that last, and when.
//!
//! Settings are saved under the version they were read with: whoever comes second is told ([`StoreError::Conflict`]). Each version stays. The tables come
//! in by [`masters`](super::masters), which writes entries and never settings.

use std::collections::BTreeSet;

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::audit::{self, Chain, NewEntry};
use super::schema::{office_versions, offices};
use super::types::{Instant, MaybeDate};
use super::{Db, StoreError};
use crate::domain::office::settings::Terms;
use crate::domain::office::{OfficeEntry, OfficeSettings};
use crate::domain::office_code::OfficeCode;
use crate::reference::municipalities;

/// An office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// What its table says about it.
    pub entry: OfficeEntry,
    /// Whether its table still has it; cases that went there keep its name.
    pub is_open: bool,
    /// The version of its settings; 0 when it never said anything.
    pub version: i64,
    /// What it says about itself.
    pub settings: OfficeSettings,
    /// The day somebody last confirmed that all of it is right, where the office is.
    pub checked_on: Option<Date>,
    /// Who did: `staff:7`.
    pub checked_by: Option<String>,
}

impl Office {
    /// Its code.
    pub fn code(&self) -> &OfficeCode {
        &self.entry.code
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = offices)]
struct Row {
    code: String,
    entry: String,
    is_open: bool,
    version: i64,
    settings: String,
    #[diesel(deserialize_as = MaybeDate)]
    checked_on: Option<Date>,
    checked_by: Option<String>,
}

impl TryFrom<Row> for Office {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let corrupt = |column: &str, cause: serde_json::Error| {
            StoreError::Corrupt(format!("offices.{column} of {}: {cause}", row.code))
        };
        Ok(Self {
            entry: serde_json::from_str(&row.entry).map_err(|cause| corrupt("entry", cause))?,
            settings: serde_json::from_str(&row.settings)
                .map_err(|cause| corrupt("settings", cause))?,
            is_open: row.is_open,
            version: row.version,
            checked_on: row.checked_on,
            checked_by: row.checked_by,
        })
    }
}

fn read(rows: Vec<Row>) -> Result<Vec<Office>, StoreError> {
    rows.into_iter().map(Office::try_from).collect()
}

/// An office, open or closed.
pub fn find_office(db: &mut Db, code: &OfficeCode) -> Result<Option<Office>, StoreError> {
    let row = offices::table
        .find(code.as_str())
        .select(Row::as_select())
        .get_result(db)
        .optional()?;
    row.map(Office::try_from).transpose()
}

/// The open offices among `codes`, in order of their codes. What cannot be a code names no office: it may be anything a visitor typed.
pub fn list_named(db: &mut Db, codes: &[&str]) -> Result<Vec<Office>, StoreError> {
    let codes: Vec<&str> = codes
        .iter()
        .copied()
        .filter(|code| OfficeCode::parse(code).is_ok())
        .collect();
    read(
        offices::table
            .filter(offices::code.eq_any(codes))
            .filter(offices::is_open.eq(true))
            .order(offices::code)
            .select(Row::as_select())
            .load(db)?,
    )
}

/// The codes of the open missions.
pub fn list_open_missions(db: &mut Db) -> Result<BTreeSet<String>, StoreError> {
    let codes: Vec<String> = offices::table
        .filter(offices::kind.eq("mission"))
        .filter(offices::is_open.eq(true))
        .select(offices::code)
        .load(db)?;
    Ok(codes.into_iter().collect())
}

/// The open missions in a country.
pub fn list_in_country(db: &mut Db, alpha2: &str) -> Result<Vec<Office>, StoreError> {
    read(
        offices::table
            .filter(offices::country.eq(alpha2))
            .filter(offices::kind.eq("mission"))
            .filter(offices::is_open.eq(true))
            .order(offices::code)
            .select(Row::as_select())
            .load(db)?,
    )
}

/// The open municipalities of a prefecture; none for what is no prefecture.
pub fn list_in_prefecture(db: &mut Db, prefecture: &str) -> Result<Vec<Office>, StoreError> {
    let Some(prefecture) = municipalities::prefecture(prefecture) else {
        return Ok(Vec::new());
    };
    read(
        offices::table
            .filter(offices::prefecture.eq(&prefecture.code))
            .filter(offices::is_open.eq(true))
            .order(offices::code)
            .select(Row::as_select())
            .load(db)?,
    )
}

/// How long an office keeps a card, in days. An office that nobody knows has the house rule.
pub fn terms_of(db: &mut Db, code: &OfficeCode) -> Result<Terms, StoreError> {
    Ok(find_office(db, code)?.map_or_else(Terms::default, |office| office.settings.terms))
}

/// Settings to be saved.
#[derive(Debug, Clone, Copy)]
pub struct SaveSettings<'a> {
    /// Whose.
    pub office: &'a OfficeCode,
    /// The version they were read with.
    pub expected_version: i64,
    /// What it says now.
    pub settings: &'a OfficeSettings,
    /// Who says so: `staff:7`.
    pub actor: &'a str,
}

/// Saves a new version of an office's settings; answers its number. What did not change makes no version.
///
/// # Errors
/// [`StoreError::Conflict`] when somebody saved meanwhile; [`StoreError::NotFound`] when there is no such office.
pub fn save_settings(
    db: &mut Db,
    save: &SaveSettings<'_>,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let office = find_office(db, save.office)?.ok_or(StoreError::NotFound)?;
    if office.version != save.expected_version {
        return Err(StoreError::Conflict);
    }
    let changed = office.settings.changed(save.settings).join(" ");
    if changed.is_empty() {
        return Ok(office.version);
    }
    let version = office.version + 1;
    let settings = serde_json::to_string(save.settings)
        .map_err(|cause| StoreError::Corrupt(format!("settings of an office: {cause}")))?;
    let as_seen = offices::table
        .find(save.office.as_str())
        .filter(offices::version.eq(save.expected_version));
    let updated = diesel::update(as_seen)
        .set((
            offices::version.eq(version),
            offices::settings.eq(&settings),
        ))
        .execute(db)?;
    if updated == 0 {
        return Err(StoreError::Conflict);
    }
    diesel::insert_into(office_versions::table)
        .values((
            office_versions::office.eq(save.office.as_str()),
            office_versions::version.eq(version),
            office_versions::settings.eq(&settings),
            office_versions::changed.eq(&changed),
            office_versions::saved_by.eq(save.actor),
            office_versions::saved_at.eq(Instant::from(now)),
        ))
        .execute(db)?;
    let detail = format!("{} version {version}: {changed}", save.office);
    note(db, save.actor, "office.changed", &detail, now)?;
    Ok(version)
}

/// Records that somebody checked on `day` that everything an office says is right. [`StoreError::Conflict`] when it is no longer what she saw.
pub fn set_checked(
    db: &mut Db,
    office: &OfficeCode,
    expected_version: i64,
    actor: &str,
    day: Date,
    now: Timestamp,
) -> Result<(), StoreError> {
    let as_seen = offices::table
        .find(office.as_str())
        .filter(offices::version.eq(expected_version));
    let updated = diesel::update(as_seen)
        .set((
            offices::checked_on.eq(day.to_string()),
            offices::checked_by.eq(actor),
        ))
        .execute(db)?;
    if updated == 0 {
        return Err(StoreError::Conflict);
    }
    let detail = format!("{office} version {expected_version}");
    note(db, actor, "office.checked", &detail, now)
}

fn note(
    db: &mut Db,
    actor: &str,
    action: &str,
    detail: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let entry = NewEntry {
        chain: &Chain::system(),
        actor,
        action,
        detail,
    };
    audit::append(db, &entry, now)
}

/// A version of an office's settings.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = office_versions)]
pub struct OfficeVersion {
    /// Its number, from 1.
    pub version: i64,
    /// The groups of settings it changed, parted by spaces.
    pub changed: String,
    /// Who saved it.
    pub saved_by: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub saved_at: Timestamp,
}

/// The latest versions of an office's settings, newest first.
pub fn list_versions(
    db: &mut Db,
    office: &OfficeCode,
    most: i64,
) -> Result<Vec<OfficeVersion>, StoreError> {
    Ok(office_versions::table
        .filter(office_versions::office.eq(office.as_str()))
        .order(office_versions::version.desc())
        .limit(most)
        .select(OfficeVersion::as_select())
        .load(db)?)
}

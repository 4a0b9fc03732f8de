//! How long each public step took lately, office by office: what the time line of an applicant promises. Computed every night by a job.

use diesel::prelude::*;
use jiff::civil::Date;

use super::connection::each_backend;
use super::schema::expected_windows;
use super::types::StoredDate;
use super::{Db, StoreError};

/// How long a step took at a desk.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = expected_windows)]
pub struct ExpectedWindow {
    /// The desk: an office's code, or `issuer`.
    pub office: String,
    /// The step's word ([`crate::domain::status::PublicStep::as_str`]).
    pub step: String,
    /// Four of five cases took at least so many days.
    pub low_days: i32,
    /// And at most so many.
    pub high_days: i32,
    /// How many cases say so.
    pub cases: i32,
    /// The day it was computed.
    #[diesel(deserialize_as = StoredDate)]
    pub computed_on: Date,
}

/// Keeps a window in place of the one before.
pub fn insert_or_update_window(db: &mut Db, window: &ExpectedWindow) -> Result<(), StoreError> {
    let found = (
        expected_windows::low_days.eq(window.low_days),
        expected_windows::high_days.eq(window.high_days),
        expected_windows::cases.eq(window.cases),
        expected_windows::computed_on.eq(window.computed_on.to_string()),
    );
    let row = (
        expected_windows::office.eq(&window.office),
        expected_windows::step.eq(&window.step),
        found.clone(),
    );
    each_backend!(db, |c| diesel::insert_into(expected_windows::table)
        .values(row)
        .on_conflict((expected_windows::office, expected_windows::step))
        .do_update()
        .set(found)
        .execute(c))?;
    Ok(())
}

/// The windows of some desks that were computed on `since` or later.
pub fn list_windows(
    db: &mut Db,
    desks: &[&str],
    since: Date,
) -> Result<Vec<ExpectedWindow>, StoreError> {
    let desks: Vec<String> = desks.iter().map(|desk| (*desk).to_owned()).collect();
    Ok(expected_windows::table
        .filter(expected_windows::office.eq_any(desks))
        .filter(expected_windows::computed_on.ge(since.to_string()))
        .select(ExpectedWindow::as_select())
        .load(db)?)
}

//! Read models of the timer: cases whose last day comes near or has passed, whoever's desk they lie on.

use diesel::prelude::*;
use jiff::civil::Date;

use super::applications::{Application, ApplicationId};
use super::case_columns::StoredDue;
use super::schema::applications;
use super::types::StoredStatus;
use super::{Db, StoreError};
use crate::domain::status::Status;

/// Up to `limit` cases in `status` whose last day is `until` or before, in the order of that day; `after` is the last one of the page before.
pub fn list_due(
    db: &mut Db,
    status: Status,
    until: Date,
    after: Option<(Date, ApplicationId)>,
    limit: i64,
) -> Result<Vec<Application>, StoreError> {
    let (day, id) = after.unwrap_or((Date::MIN, ApplicationId(0)));
    let day = StoredDue::text(Some(day));
    let due = applications::table
        .filter(applications::status.eq(StoredStatus(status)))
        .filter(applications::due_on.le(StoredDue::text(Some(until))))
        .filter(applications::due_on.ge(day.clone()))
        .filter(applications::due_on.gt(day).or(applications::id.gt(id)))
        .order((applications::due_on, applications::id))
        .limit(limit)
        .select(Application::as_select());
    Ok(due.load(db)?)
}

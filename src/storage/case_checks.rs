//! The record check (措置①) item by item, as the desk left it: a draft until every item agrees and a second person confirmed it.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::schema::case_checks;
use super::types::Instant;
use super::{Db, StoreError};
use crate::domain::record_check::{CheckItem, CheckResult};

/// One item's result, with who found it and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCheck {
    /// The result.
    pub result: CheckResult,
    /// By whom, as in the audit.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// The results of a case, in the order of the page.
pub fn list_checks(
    db: &mut Db,
    application: ApplicationId,
) -> Result<Vec<StoredCheck>, StoreError> {
    let rows: Vec<(String, bool, String, String, Instant)> = case_checks::table
        .filter(case_checks::application_id.eq(application))
        .select((
            case_checks::item,
            case_checks::agrees,
            case_checks::seen,
            case_checks::checked_by,
            case_checks::checked_at,
        ))
        .load(db)?;
    let mut checks = rows
        .into_iter()
        .map(|(item, agrees, seen, by, at)| {
            let item = CheckItem::parse(&item)
                .ok_or_else(|| StoreError::Corrupt(format!("case_checks.item {item}")))?;
            Ok(StoredCheck {
                result: CheckResult { item, agrees, seen },
                by,
                at: at.into(),
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    checks.sort_by_key(|check| check.result.item);
    Ok(checks)
}

/// Keeps results in place of those before. An item that says what it said keeps who found it; one that is not among `results` is open again. Answers
/// whether anything changed.
pub fn write_checks(
    db: &mut Db,
    application: ApplicationId,
    results: &[CheckResult],
    by: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let before = list_checks(db, application)?;
    let mut has_changed = false;
    for item in CheckItem::ALL {
        let was = before.iter().find(|check| check.result.item == item);
        let is = results.iter().find(|result| result.item == item);
        if was.map(|check| &check.result) == is {
            continue;
        }
        has_changed = true;
        diesel::delete(case_checks::table.find((application, item.as_str()))).execute(db)?;
        if let Some(result) = is {
            insert(db, application, result, by, now)?;
        }
    }
    Ok(has_changed)
}

fn insert(
    db: &mut Db,
    application: ApplicationId,
    result: &CheckResult,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(case_checks::table)
        .values((
            case_checks::application_id.eq(application),
            case_checks::item.eq(result.item.as_str()),
            case_checks::agrees.eq(result.agrees),
            case_checks::seen.eq(&result.seen),
            case_checks::checked_by.eq(by),
            case_checks::checked_at.eq(Instant::from(now)),
        ))
        .execute(db)?;
    Ok(())
}

/// Begins the check anew: what was compared is no longer what stands there. Answers how many results went.
pub fn delete_checks(db: &mut Db, application: ApplicationId) -> Result<usize, StoreError> {
    let own = case_checks::table.filter(case_checks::application_id.eq(application));
    Ok(diesel::delete(own).execute(db)?)
}

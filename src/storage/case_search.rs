//! Finding cases by what a person gives at the counter or on the phone: one range of one index for each beginning (`domain::search_key`).
//!
//! Choice: a key row for each beginning, without the office. About nine rows for each case; the office of the reader narrows the few that
//! are found, in the query that reads them.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::applications::ApplicationId;
use super::connection::each_backend;
use super::schema::{case_search_keys, cases};
use super::{Db, StoreError};
use crate::domain::application::frozen::FrozenForm;
use crate::domain::application::person::usual_roman;
use crate::domain::email::EmailAddress;
use crate::domain::office_code::OfficeCode;
use crate::domain::search_key::{self, Findable};

/// The last character of Unicode: no key has it, so a beginning with it behind is the end of its range.
const END: char = '\u{10FFFF}';

/// Writes the keys of a case anew.
pub(super) fn write_keys(
    db: &mut Db,
    application: ApplicationId,
    form: &FrozenForm,
    email_key: &str,
) -> Result<(), StoreError> {
    let person = &form.person;
    let usual = usual_roman(&person.family_kana, &person.given_kana);
    let passport = person
        .roman
        .as_ref()
        .map_or(usual.as_str(), |roman| roman.as_str());
    let second = form.contact.email2.as_ref().map(EmailAddress::key);
    let emails: Vec<&str> = [Some(email_key), second.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    let keys = search_key::keys(&Findable {
        family: person.family.as_str(),
        given: person.given.as_str(),
        family_kana: person.family_kana.as_str(),
        given_kana: person.given_kana.as_str(),
        roman: &[passport, &usual],
        emails: &emails,
        phone: &form.contact.tel_e164,
    });
    set_keys(db, application, keys)
}

fn set_keys(
    db: &mut Db,
    application: ApplicationId,
    keys: BTreeSet<String>,
) -> Result<(), StoreError> {
    let old = case_search_keys::table.filter(case_search_keys::application_id.eq(application));
    diesel::delete(old).execute(db)?;
    let rows: Vec<_> = keys
        .into_iter()
        .map(|key| {
            (
                case_search_keys::key.eq(key),
                case_search_keys::application_id.eq(application),
            )
        })
        .collect();
    each_backend!(db, |c| diesel::insert_into(case_search_keys::table)
        .values(rows)
        .execute(c))?;
    Ok(())
}

/// Finds a case under another address from now on: `old` and `new` are folded addresses.
pub fn replace_email(
    db: &mut Db,
    application: ApplicationId,
    old: &str,
    new: &str,
) -> Result<(), StoreError> {
    let gone = case_search_keys::table.find((format!("m{old}"), application));
    diesel::delete(gone).execute(db)?;
    let row = (
        case_search_keys::key.eq(format!("m{new}")),
        case_search_keys::application_id.eq(application),
    );
    each_backend!(db, |c| diesel::insert_into(case_search_keys::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Up to `limit` cases found under one of `beginnings`, in the order of their keys, each once. With `office`: only cases it has a part in.
pub fn find_cases(
    db: &mut Db,
    beginnings: &[String],
    office: Option<&OfficeCode>,
    limit: i64,
) -> Result<Vec<ApplicationId>, StoreError> {
    let mut found: Vec<ApplicationId> = Vec::new();
    for beginning in beginnings {
        for id in in_range(db, beginning, office, limit)? {
            if !found.contains(&id) {
                found.push(id);
            }
        }
    }
    found.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(found)
}

fn in_range(
    db: &mut Db,
    beginning: &str,
    office: Option<&OfficeCode>,
    limit: i64,
) -> Result<Vec<ApplicationId>, StoreError> {
    let range = case_search_keys::table
        .filter(case_search_keys::key.ge(beginning.to_owned()))
        .filter(case_search_keys::key.lt(format!("{beginning}{END}")))
        .order((case_search_keys::key, case_search_keys::application_id))
        .select(case_search_keys::application_id)
        .limit(limit);
    let Some(office) = office.map(OfficeCode::as_str) else {
        return Ok(range.load(db)?);
    };
    let has_part = cases::table
        .filter(cases::application_id.eq(case_search_keys::application_id))
        .filter(
            cases::filing_office
                .eq(office)
                .or(cases::register_office.eq(office))
                .or(cases::pickup_office.eq(office)),
        );
    Ok(range.filter(diesel::dsl::exists(has_part)).load(db)?)
}

//! Finding cases by what a person gives at the counter or on the phone: one range of one index for each beginning (`domain::search_key`).
//!
//! A key stands once for each office that has a part in its case. So the range is read within one office, and a common name costs a small office no
//! more when the others have a million cases; the price is about twenty short rows for each case.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::applications::ApplicationId;
use super::connection::each_backend;
use super::schema::{applications, case_search_keys, cases};
use super::{Db, StoreError};
use crate::domain::application::frozen::FrozenForm;
use crate::domain::application::person::usual_roman;
use crate::domain::desk::CaseOffices;
use crate::domain::email::EmailAddress;
use crate::domain::office_code::OfficeCode;
use crate::domain::search_key::{self, Findable};

/// The last character of Unicode: no key has it, so a beginning with it behind is the end of its range.
const END: char = '\u{10FFFF}';

/// Writes the keys of a case anew, for each of its offices.
pub(super) fn write_keys(
    db: &mut Db,
    (application, offices): (ApplicationId, &CaseOffices),
    form: &FrozenForm,
    email_key: &str,
) -> Result<(), StoreError> {
    let keys = keys_of(form, email_key);
    let offices = [&offices.filing, &offices.register, &offices.pickup];
    let offices: BTreeSet<&str> = offices.into_iter().map(OfficeCode::as_str).collect();
    let old = case_search_keys::table.filter(case_search_keys::application_id.eq(application));
    diesel::delete(old).execute(db)?;
    for office in offices {
        insert_keys(db, application, office, &keys)?;
    }
    // An office may have the paper in hand that no form names.
    follow_offices(db, application)
}

/// What a case is found under: the names of its form, its addresses, its telephone.
pub fn keys_of(form: &FrozenForm, email_key: &str) -> BTreeSet<String> {
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
    search_key::keys(&Findable {
        family: person.family.as_str(),
        given: person.given.as_str(),
        family_kana: person.family_kana.as_str(),
        given_kana: person.given_kana.as_str(),
        roman: &[passport, &usual],
        emails: &emails,
        phone: &form.contact.tel_e164,
    })
}

fn insert_keys(
    db: &mut Db,
    application: ApplicationId,
    office: &str,
    keys: &BTreeSet<String>,
) -> Result<(), StoreError> {
    let rows: Vec<_> = keys
        .iter()
        .map(|key| {
            (
                case_search_keys::office.eq(office),
                case_search_keys::key.eq(key.as_str()),
                case_search_keys::application_id.eq(application),
            )
        })
        .collect();
    each_backend!(db, |c| diesel::insert_into(case_search_keys::table)
        .values(rows)
        .execute(c))?;
    Ok(())
}

/// Lets the offices that have a part in a case now find it, and those that have none any more no longer.
pub(super) fn follow_offices(db: &mut Db, application: ApplicationId) -> Result<(), StoreError> {
    let rows: Vec<(String, String)> = case_search_keys::table
        .filter(case_search_keys::application_id.eq(application))
        .select((case_search_keys::office, case_search_keys::key))
        .load(db)?;
    let (filing, register, pickup, paper): (String, String, String, Option<String>) = cases::table
        .find(application)
        .select((
            cases::filing_office,
            cases::register_office,
            cases::pickup_office,
            cases::paper_office,
        ))
        .get_result(db)?;
    let now: BTreeSet<String> = [Some(filing), Some(register), Some(pickup), paper]
        .into_iter()
        .flatten()
        .collect();
    let keys: BTreeSet<String> = rows.iter().map(|(_, key)| key.clone()).collect();
    let before: BTreeSet<String> = rows.into_iter().map(|(office, _)| office).collect();
    for gone in before.difference(&now) {
        let old = case_search_keys::table
            .filter(case_search_keys::application_id.eq(application))
            .filter(case_search_keys::office.eq(gone));
        diesel::delete(old).execute(db)?;
    }
    for new in now.difference(&before) {
        insert_keys(db, application, new, &keys)?;
    }
    Ok(())
}

/// Finds a case under another address from now on: `old` and `new` are folded addresses.
pub fn replace_email(
    db: &mut Db,
    application: ApplicationId,
    old: &str,
    new: &str,
) -> Result<(), StoreError> {
    let mine = case_search_keys::table.filter(case_search_keys::application_id.eq(application));
    let offices: BTreeSet<String> = mine
        .select(case_search_keys::office)
        .load::<String>(db)?
        .into_iter()
        .collect();
    let gone = mine.filter(case_search_keys::key.eq(format!("m{old}")));
    diesel::delete(gone).execute(db)?;
    for office in offices {
        let row = (
            case_search_keys::office.eq(office),
            case_search_keys::key.eq(format!("m{new}")),
            case_search_keys::application_id.eq(application),
        );
        each_backend!(db, |c| diesel::insert_into(case_search_keys::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// Up to `limit` cases that `office` has a part in and that are found under one of `beginnings`, in the order of their keys, each once. A case whose
/// paper nobody has received is found by the office it is meant for alone.
pub fn find_cases(
    db: &mut Db,
    beginnings: &[String],
    office: &OfficeCode,
    limit: i64,
) -> Result<Vec<ApplicationId>, StoreError> {
    let mut found: Vec<ApplicationId> = Vec::new();
    let most = usize::try_from(limit).unwrap_or_default();
    for beginning in beginnings {
        for id in in_range(db, beginning, office, limit)? {
            if !found.contains(&id) {
                found.push(id);
            }
        }
    }
    found.truncate(most);
    Ok(found)
}

fn in_range(
    db: &mut Db,
    beginning: &str,
    office: &OfficeCode,
    limit: i64,
) -> Result<Vec<ApplicationId>, StoreError> {
    // Before the paper was received nobody but the office it is meant for knows of the case.
    let meant_for_another = cases::table
        .filter(cases::application_id.eq(case_search_keys::application_id))
        .filter(cases::received_at.is_null())
        .filter(cases::filing_office.ne(office.as_str()));
    Ok(case_search_keys::table
        .filter(case_search_keys::office.eq(office.as_str()))
        .filter(case_search_keys::key.ge(beginning.to_owned()))
        .filter(case_search_keys::key.lt(format!("{beginning}{END}")))
        .filter(diesel::dsl::not(diesel::dsl::exists(meant_for_another)))
        .order((case_search_keys::key, case_search_keys::application_id))
        .select(case_search_keys::application_id)
        .limit(limit)
        .load(db)?)
}

/// Up to `limit` cases that `office` has a part in and whose receipt numbers begin with `compact` (upper case, no hyphens), in their order.
pub fn find_by_number(
    db: &mut Db,
    compact: &str,
    office: &OfficeCode,
    limit: i64,
) -> Result<Vec<ApplicationId>, StoreError> {
    let code = office.as_str();
    let has_part = cases::filing_office
        .eq(code)
        .or(cases::received_at.is_not_null().and(
            cases::register_office
                .eq(code)
                .or(cases::pickup_office.eq(code))
                .or(cases::paper_office.eq(code)),
        ));
    Ok(applications::table
        .inner_join(cases::table)
        .filter(applications::reference.ge(compact.to_owned()))
        .filter(applications::reference.lt(format!("{compact}{END}")))
        .filter(has_part)
        .order(applications::reference)
        .select(applications::id)
        .limit(limit)
        .load(db)?)
}

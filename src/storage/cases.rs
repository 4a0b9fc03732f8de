//! What a case is beside its status, from the moment its form is made (S10): its offices, the names for lists, who checked what, the card's dates.
//!
//! The row is written with each form in the same transaction, so that lists never read a frozen form. Names and contact data are those of the form in
//! force; facts of the offices (checks, shelf, dates of the card) stay when a new form is made.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::applications::ApplicationId;
use super::case_columns::{MaybeOffice, StoredDocumentCheck, StoredOffice, StoredRecordCheck};
use super::case_search;
use super::connection::each_backend;
use super::schema::cases;
use super::types::{Instant, MaybeDate, MaybeInstant, StoredKind, text_enum};
use super::{Db, StoreError, turns};
use crate::domain::application::frozen::FrozenForm;
use crate::domain::application::kind::ApplicationKind;
use crate::domain::desk::CaseOffices;
use crate::domain::email::EmailAddress;
use crate::domain::handover::{DocumentCheck, HandingPlace, HandoverFacts, RecordCheck};
use crate::domain::office_code::OfficeCode;
use crate::domain::romaji::PassportName;

text_enum!(
    /// How the paper came to the office.
    Channel {
        /// At the counter.
        Counter = "counter",
        /// By post.
        Post = "post",
    }
);

/// A case beside its status.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = cases)]
pub struct CaseFile {
    /// Whose.
    pub application_id: ApplicationId,
    /// Where the form is handed in.
    #[diesel(deserialize_as = StoredOffice)]
    pub filing_office: OfficeCode,
    /// Who keeps the register.
    #[diesel(deserialize_as = StoredOffice)]
    pub register_office: OfficeCode,
    /// Where the card is collected.
    #[diesel(deserialize_as = StoredOffice)]
    pub pickup_office: OfficeCode,
    /// Who has the paper in hand, once it was received.
    #[diesel(deserialize_as = MaybeOffice)]
    pub paper_office: Option<OfficeCode>,
    /// 申請区分.
    #[diesel(deserialize_as = StoredKind)]
    pub kind: ApplicationKind,
    /// 氏.
    pub family: String,
    /// 名.
    pub given: String,
    /// The reading of both, with an ideographic space between them.
    pub kana: String,
    /// The name in the passport.
    pub roman: Option<String>,
    /// Telephone in E.164.
    pub phone: String,
    /// Second mail address.
    pub second_email: Option<String>,
    /// Second contact in her words.
    pub second_contact: Option<String>,
    /// How the paper came.
    pub channel: Option<Channel>,
    /// When it was first received.
    #[diesel(deserialize_as = MaybeInstant)]
    pub received_at: Option<Timestamp>,
    /// The number of the form that was received.
    pub received_revision: Option<i32>,
    /// 措置①.
    #[diesel(deserialize_as = StoredRecordCheck)]
    pub record_check: RecordCheck,
    /// When it was done.
    #[diesel(deserialize_as = MaybeInstant)]
    pub record_check_at: Option<Timestamp>,
    /// By whom, as in the audit.
    pub record_check_by: Option<String>,
    /// When its notice went to the handing place (番号法 17条4項).
    #[diesel(deserialize_as = MaybeInstant)]
    pub record_check_notice_at: Option<Timestamp>,
    /// 措置②.
    #[diesel(deserialize_as = StoredDocumentCheck)]
    pub document_check: DocumentCheck,
    /// When it was done.
    #[diesel(deserialize_as = MaybeInstant)]
    pub document_check_at: Option<Timestamp>,
    /// By whom, as in the audit.
    pub document_check_by: Option<String>,
    /// The day the card was made (作成の日).
    #[diesel(deserialize_as = MaybeDate)]
    pub made_on: Option<Date>,
    /// The card's last day.
    #[diesel(deserialize_as = MaybeDate)]
    pub card_expires_on: Option<Date>,
    /// Where the card lies at the pickup place.
    pub shelf: Option<String>,
    /// The first collection deadline.
    #[diesel(deserialize_as = MaybeDate)]
    pub pickup_deadline: Option<Date>,
    /// The second one.
    #[diesel(deserialize_as = MaybeDate)]
    pub second_pickup_deadline: Option<Date>,
    /// When the present public step began.
    #[diesel(deserialize_as = Instant)]
    pub step_began_at: Timestamp,
}

impl CaseFile {
    /// Its offices.
    pub fn offices(&self) -> CaseOffices {
        CaseOffices {
            filing: self.filing_office.clone(),
            register: self.register_office.clone(),
            pickup: self.pickup_office.clone(),
            paper: self.paper_office.clone(),
        }
    }

    /// 氏 and 名 with one ideographic space between them.
    pub fn full_name(&self) -> String {
        format!("{}\u{3000}{}", self.family, self.given)
    }

    /// What [`crate::domain::handover`] asks about it.
    pub fn handover_facts(&self) -> HandoverFacts {
        HandoverFacts {
            record_check: self.record_check,
            record_check_notice: self.record_check_notice_at.is_some(),
            document_check: self.document_check,
            place: if self.pickup_office == self.register_office {
                HandingPlace::Honseki
            } else {
                HandingPlace::Other
            },
        }
    }
}

/// Writes what a form says about its case, in place of what the form before said; facts of the offices stay. `email_key` is the folded address of
/// its mailbox, under which the case is found as well. [`StoreError::Corrupt`] when the form names an office that cannot exist.
pub fn write_case(
    db: &mut Db,
    application: ApplicationId,
    form: &FrozenForm,
    email_key: &str,
    now: Timestamp,
) -> Result<CaseOffices, StoreError> {
    let offices =
        CaseOffices::of_form(form).map_err(|cause| StoreError::Corrupt(cause.to_string()))?;
    let person = &form.person;
    let said = (
        cases::filing_office.eq(offices.filing.as_str()),
        cases::register_office.eq(offices.register.as_str()),
        cases::pickup_office.eq(offices.pickup.as_str()),
        cases::kind.eq(StoredKind(form.kind)),
        cases::family.eq(person.family.as_str()),
        cases::given.eq(person.given.as_str()),
        cases::kana.eq(person.full_kana()),
        cases::roman.eq(person.roman.as_ref().map(PassportName::as_str)),
        cases::phone.eq(form.contact.tel_e164.as_str()),
        cases::second_email.eq(form.contact.email2.as_ref().map(EmailAddress::as_str)),
        cases::second_contact.eq(form.contact.contact2.as_deref()),
    );
    let row = (
        cases::application_id.eq(application),
        cases::step_began_at.eq(Instant::from(now)),
        said.clone(),
    );
    each_backend!(db, |c| diesel::insert_into(cases::table)
        .values(row)
        .on_conflict(cases::application_id)
        .do_update()
        .set(said)
        .execute(c))?;
    case_search::write_keys(db, (application, &offices), form, email_key)?;
    Ok(offices)
}

/// The case of an application, if its form was made.
pub fn find_case(db: &mut Db, application: ApplicationId) -> Result<Option<CaseFile>, StoreError> {
    Ok(cases::table
        .find(application)
        .select(CaseFile::as_select())
        .get_result(db)
        .optional()?)
}

/// The case of an application. [`StoreError::NotFound`] before its form is made.
pub fn get_case(db: &mut Db, application: ApplicationId) -> Result<CaseFile, StoreError> {
    find_case(db, application)?.ok_or(StoreError::NotFound)
}

pub(super) fn changed(count: usize) -> Result<(), StoreError> {
    if count == 0 {
        Err(StoreError::NotFound)
    } else {
        Ok(())
    }
}

/// Notes that the form was received: which office holds it now, how the paper came (none when it was filed online), which form it was. The first day of
/// receipt stays.
pub fn set_received(
    db: &mut Db,
    application: ApplicationId,
    office: &OfficeCode,
    how: (Option<Channel>, i32),
    now: Timestamp,
) -> Result<(), StoreError> {
    let first = cases::table
        .find(application)
        .filter(cases::received_at.is_null());
    diesel::update(first)
        .set(cases::received_at.eq(Instant::from(now)))
        .execute(db)?;
    let set = (
        cases::paper_office.eq(office.as_str()),
        cases::channel.eq(how.0),
        cases::received_revision.eq(how.1),
    );
    changed(
        diesel::update(cases::table.find(application))
            .set(set)
            .execute(db)?,
    )?;
    case_search::follow_offices(db, application)
}

/// Notes which office has the paper in hand.
pub fn set_paper_office(
    db: &mut Db,
    application: ApplicationId,
    office: &OfficeCode,
) -> Result<(), StoreError> {
    changed(
        diesel::update(cases::table.find(application))
            .set(cases::paper_office.eq(office.as_str()))
            .execute(db)?,
    )?;
    case_search::follow_offices(db, application)
}

/// Notes when the present public step began.
pub fn set_step_began(
    db: &mut Db,
    application: ApplicationId,
    now: Timestamp,
) -> Result<(), StoreError> {
    changed(
        diesel::update(cases::table.find(application))
            .set(cases::step_began_at.eq(Instant::from(now)))
            .execute(db)?,
    )
}

/// Sets another office of filing: the paper came there.
pub fn set_filing_office(
    db: &mut Db,
    application: ApplicationId,
    office: &OfficeCode,
) -> Result<(), StoreError> {
    changed(
        diesel::update(cases::table.find(application))
            .set(cases::filing_office.eq(office.as_str()))
            .execute(db)?,
    )?;
    case_search::follow_offices(db, application)
}

/// Sets another place of pickup.
pub fn set_pickup_office(
    db: &mut Db,
    application: ApplicationId,
    office: &OfficeCode,
) -> Result<(), StoreError> {
    changed(
        diesel::update(cases::table.find(application))
            .set(cases::pickup_office.eq(office.as_str()))
            .execute(db)?,
    )?;
    turns::note_pickup(db, application)?;
    case_search::follow_offices(db, application)
}

/// Sets another keeper of the register.
pub fn set_register_office(
    db: &mut Db,
    application: ApplicationId,
    office: &OfficeCode,
) -> Result<(), StoreError> {
    changed(
        diesel::update(cases::table.find(application))
            .set(cases::register_office.eq(office.as_str()))
            .execute(db)?,
    )?;
    case_search::follow_offices(db, application)
}

/// Sets the second contact.
pub fn set_second_contact(
    db: &mut Db,
    application: ApplicationId,
    email: Option<&str>,
    contact: Option<&str>,
) -> Result<(), StoreError> {
    let set = (
        cases::second_email.eq(email),
        cases::second_contact.eq(contact),
    );
    changed(
        diesel::update(cases::table.find(application))
            .set(set)
            .execute(db)?,
    )
}

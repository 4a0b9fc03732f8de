//! Invented people, their applications and the forms they make, for the tests of storage.

use jiff::{SignedDuration, Timestamp};
use tsubame::domain::application::draft::Draft;
use tsubame::domain::application::frozen::FrozenForm;
use tsubame::domain::application::section::Section;
use tsubame::domain::email::EmailAddress;
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::domain::status::Status;
use tsubame::storage::applications::{
    self, Application, Doer, Filing, Move, NewApplication, Turn, insert_application,
};
use tsubame::storage::mailboxes::{Mailbox, insert_or_update_mailbox};
use tsubame::storage::revisions::{self, NewRevision};
use tsubame::storage::{Store, StoreError, cases};

/// The present of these tests: a morning in London.
pub(crate) fn now() -> Timestamp {
    "2026-11-23T09:30:00.123456Z".parse().unwrap()
}

pub(crate) fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

/// Hanako's mailbox (invented).
pub(crate) fn hanako(store: &Store) -> Mailbox {
    store
        .write(|db| {
            insert_or_update_mailbox(db, "Hanako@example.com", "hanako@example.com", "ja", now())
        })
        .unwrap()
}

/// A draft of the mailbox, with the receipt number made from `number`.
pub(crate) fn draft(store: &Store, mailbox: &Mailbox, number: u64) -> Application {
    try_draft(store, mailbox, number).unwrap()
}

pub(crate) fn try_draft(
    store: &Store,
    mailbox: &Mailbox,
    number: u64,
) -> Result<Application, StoreError> {
    let new = NewApplication {
        reference: ReceiptNumber::from_random(number),
        mailbox: mailbox.id,
        language: "ja",
        filing: Filing::Paper,
        expires_at: now() + days(30),
        rule: "start",
    };
    store.write(|db| insert_application(db, &new, &Doer::applicant(mailbox.id), now()))
}

/// What an invented person fills in: `file_at` and `pickup` are missions, her register is kept in 横浜市中区.
pub(crate) fn form(file_at: &str, pickup: &str) -> FrozenForm {
    form_of(["齋藤", "花子", "サイトウ", "ハナコ"], file_at, pickup)
}

/// The same of somebody with another name: 氏, 名, and how they are read.
pub(crate) fn form_of(name: [&str; 4], file_at: &str, pickup: &str) -> FrozenForm {
    let mut draft = Draft::default();
    let mut set = |section: Section, typed: &[(&str, &str)]| {
        draft.set(section, &typed.iter().copied().collect());
    };
    let [family, given, family_kana, given_kana] = name;
    let person = [
        ("family", family),
        ("given", given),
        ("family_kana", family_kana),
        ("given_kana", given_kana),
        ("dob_y", "1988"),
        ("dob_m", "4"),
        ("dob_d", "27"),
        ("sex", "f"),
    ];
    set(Section::Person, &person);
    let register = [
        ("kind", "new"),
        ("honseki_pref", "14"),
        ("honseki_city", "横浜市中区"),
        ("left_y", "2020"),
        ("left_m", "4"),
        ("left_d", "1"),
        ("return_plan", "no"),
    ];
    set(Section::Register, &register);
    let contact = [
        ("tel", "+44 20 7946 0000"),
        ("country", "英国"),
        ("email2", "second@example.com"),
        ("contact2", "妹 見本桜 03-0000-0000"),
    ];
    set(Section::Contact, &contact);
    set(Section::Photo, &[("photo_how", "paste")]);
    let place = |id: &str| {
        if id == "honseki" {
            "honseki"
        } else {
            "mission"
        }
    };
    let offices = [
        ("file_at", place(file_at)),
        ("file_mission", file_at),
        ("pickup_at", place(pickup)),
        ("pickup_mission", pickup),
    ];
    set(Section::Offices, &offices);
    set(Section::Certs, &[("insurance", "no")]);
    let today = now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let application = draft.read(today).application().unwrap();
    FrozenForm::of(
        &application,
        &EmailAddress::parse("hanako@example.com").unwrap(),
    )
}

/// A case whose form was made (S10), by the hand of the applicant.
pub(crate) fn made(store: &Store, number: u64, form: &FrozenForm) -> Application {
    let mailbox = hanako(store);
    let application = draft(store, &mailbox, number);
    store
        .write(|db| {
            let content = serde_json::to_string(form).unwrap();
            let new = NewRevision {
                application: application.id,
                expected_current: None,
                content: &content,
                photo_id: None,
                deadline: form.deadline,
            };
            revisions::insert_revision(db, &new, now())?;
            let offices = cases::write_case(db, application.id, form, &mailbox.email_key, now())?;
            let step = Move {
                application: application.id,
                from: Status::Draft,
                to: Status::FormReady,
                doer: &Doer::applicant(mailbox.id),
                rule: "form",
            };
            let desk = offices.desk(Status::FormReady);
            let turn = Turn {
                desk: desk.as_ref(),
                due_on: Some(form.deadline),
                ..Turn::default()
            };
            applications::move_case(db, &step, &turn, now())
        })
        .unwrap()
}

//! The settings page against what clerks type, right and wrong; and tables against the offices they come to.

use std::collections::BTreeSet;

use super::settings::{Booking, OfficeForm, OfficeSettings, Terms};
use super::settings_form::{KINDS, read};
use super::settings_shown::{answers_of, box_of};
use super::{closing, entry::OfficeEntry};
use crate::domain::answers::Answers;
use crate::domain::application::office::MailPolicy;
use crate::domain::office_code::OfficeCode;
use crate::reference::{missions, municipalities};

fn typed(fields: &[(&str, &str)]) -> Answers {
    fields.iter().copied().collect()
}

const WHOLE: &[(&str, &str)] = &[
    ("hours_1", "9:30-11:30, 13:15-16:15"),
    ("hours_5", "9:30-11:30"),
    ("closing", "2026-12-29 年末 / Year end"),
    ("mail_new", "conditional"),
    ("mail_new_ja", "書留で送ってください"),
    ("mail_new_en", "By registered post"),
    ("mail_pin", "refused"),
    ("booking", "required"),
    ("booking_ja", "電話で予約"),
    ("proxy", "never"),
    ("pins", "at_counter"),
    ("ids_application_ja", "旅券\n運転免許証"),
    ("ids_pickup_en", "Passport"),
    ("first_days", "60"),
    ("second_days", ""),
    ("disposal_days", "４００"),
    ("reminder_days", "30, 10"),
    ("counter_ja", "領事部"),
    ("postcode", "〒100-0013"),
    ("address", "101-104 Piccadilly, London"),
    (
        "address_latin",
        "101-104 Piccadilly\nLondon W1J 7JT\nUNITED KINGDOM",
    ),
    ("phone", "+44 20 7465 6500"),
    ("website", "https://www.example.org/visit"),
    ("remarks_ja", "入口で旅券を見せてください"),
];

#[test]
fn a_page_is_read_and_shown_again_as_it_was_meant() {
    let settings = read(&typed(WHOLE)).value.unwrap();
    assert_eq!(
        settings.mail_rule(OfficeForm::New).policy,
        MailPolicy::Conditional
    );
    assert_eq!(
        settings.mail_rule(OfficeForm::Pin).policy,
        MailPolicy::Refused
    );
    assert_eq!(
        settings.mail_rule(OfficeForm::Change).policy,
        MailPolicy::Unknown
    );
    assert_eq!(settings.booking, Booking::Required);
    assert_eq!(
        settings.terms,
        Terms {
            shipment_days: 30,
            transfer_days: 14,
            first_days: 60,
            second_days: 90,
            disposal_days: 400,
            reminder_days: vec![10, 30]
        }
    );
    assert_eq!(settings.whereabouts.postcode.as_deref(), Some("1000013"));
    assert_eq!(settings.whereabouts.address_latin.len(), 3);
    let shown = answers_of(&settings);
    assert_eq!(
        shown.get("hours_2"),
        "-",
        "a day without hours is closed once any day has some"
    );
    assert_eq!(read(&shown).value.unwrap(), settings);
    let json = serde_json::to_string(&settings).unwrap();
    assert_eq!(
        serde_json::from_str::<OfficeSettings>(&json).unwrap(),
        settings
    );
}

#[test]
fn an_empty_page_says_nothing() {
    assert_eq!(
        read(&Answers::default()).value,
        Some(OfficeSettings::default())
    );
    assert_eq!(
        read(&answers_of(&OfficeSettings::default())).value,
        Some(OfficeSettings::default())
    );
}

#[test]
fn a_suggested_day_is_closed_when_it_is_ticked() {
    let london = OfficeCode::parse("emb-gb").unwrap();
    let suggested = closing::suggestions(&london, &[], jiff::civil::date(2026, 12, 20), 14);
    let mut answers = typed(&[("closing", "2026-12-29")]);
    let (name, value) = box_of(&suggested[0]);
    answers.set(name, value);
    let settings = read(&answers).value.unwrap();
    assert_eq!(settings.closing_days.len(), 2);
    assert_eq!(settings.closing_days[0], suggested[0].day);
}

#[test]
fn each_mistake_stands_at_its_field_and_the_list_is_complete() {
    let long = "あ".repeat(201);
    let many = (0..301).fold(String::new(), |list, day| {
        format!(
            "{list}{}\n",
            crate::domain::deadline::days_after(jiff::civil::date(2027, 1, 1), day)
        )
    });
    let mut said = BTreeSet::new();
    for (field, text, kind) in [
        ("hours_3", "morning", "error-office-hours"),
        ("closing", "New Year", "error-office-closing"),
        ("closing", many.as_str(), "error-office-closing-many"),
        ("mail_new", "sometimes", "error-office-choice"),
        ("booking", "maybe", "error-office-choice"),
        ("mail_reissue", "conditional", "error-office-condition"),
        ("first_days", "7", "error-office-days"),
        ("disposal_days", "a year", "error-office-days"),
        ("reminder_days", "90", "error-office-reminders"),
        ("reminder_days", "1 2 3 4 5 6 7", "error-office-reminders"),
        ("postcode", "12345", "error-office-postcode"),
        ("phone", "extension", "error-office-phone"),
        ("website", "javascript:alert(1)", "error-office-website"),
        ("website", "https://", "error-office-website"),
        (
            "website",
            "https://a.example/\"onclick=",
            "error-office-website",
        ),
        ("counter_ja", long.as_str(), "error-office-too-long"),
        ("booking_en", "a\u{202E}b", "error-office-character"),
        ("remarks_ja", "1234-5678-9018", "error-office-my-number"),
    ] {
        let checked = read(&typed(&[(field, text)]));
        let found: Vec<_> = checked
            .problems
            .iter()
            .map(|problem| (problem.field, problem.kind))
            .collect();
        assert_eq!(found, [(field, kind)], "{text}");
        assert_eq!(checked.value, None);
        let facts: Vec<&str> = checked.problems[0]
            .facts
            .iter()
            .map(|(name, _)| *name)
            .collect();
        assert!(KINDS.contains(&(kind, &facts[..])), "{kind} {facts:?}");
        said.insert(kind);
    }
    assert_eq!(said, KINDS.iter().map(|(kind, _)| *kind).collect());
}

#[test]
fn every_row_of_the_tables_is_an_office_with_a_clock() {
    let entries: Vec<OfficeEntry> = missions::missions()
        .iter()
        .map(|mission| OfficeEntry::of_mission(mission).unwrap())
        .chain(
            municipalities::municipalities()
                .iter()
                .map(|one| OfficeEntry::of_municipality(one).unwrap()),
        )
        .collect();
    let codes: BTreeSet<&OfficeCode> = entries.iter().map(|entry| &entry.code).collect();
    assert_eq!(codes.len(), entries.len());
    for entry in &entries {
        assert!(
            jiff::tz::TimeZone::get(&entry.zone).is_ok(),
            "{}",
            entry.zone
        );
        assert_eq!(entry.prefecture.is_some(), !entry.code.is_mission());
    }
}

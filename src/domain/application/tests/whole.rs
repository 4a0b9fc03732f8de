//! Progress, the whole application, and what is frozen.

use super::*;
use crate::domain::application::Destination;
use crate::domain::application::certificates::SigningCertificate;
use crate::domain::application::frozen::FrozenForm;
use crate::domain::application::office::{MailPolicy, OfficeKind};
use crate::domain::application::photo::{ChosenPhoto, Photo};
use crate::domain::application::section::SectionState;
use crate::domain::email::EmailAddress;

const CHILD: &[(&str, &str)] = &[
    ("dob_y", "2015"),
    ("dob_m", "5"),
    ("dob_d", "1"),
    ("roman", ""),
];
const MOTHER: &[(&str, &str)] = &[
    ("agent_kind", "parent"),
    ("agent_name", "山田 花子"),
    ("agent_relation", "mother"),
    ("agent_address", "1 Example Street\nLondon"),
    ("agent_tel", "+44 20 7946 0000"),
];

fn states(draft: &Draft) -> Vec<SectionState> {
    draft
        .read(TODAY)
        .progress()
        .sections()
        .map(|(_, state)| state)
        .collect()
}

#[test]
fn an_empty_form_begins_with_the_person_and_the_representative_waits_for_the_birth_date() {
    use SectionState::{CannotStartYet, NotStarted};
    let mut empty = Draft::default();
    assert_eq!(
        states(&empty),
        [
            NotStarted,
            NotStarted,
            NotStarted,
            NotStarted,
            NotStarted,
            NotStarted,
            CannotStartYet
        ]
    );
    empty.set(Section::Register, &[("kind", "new")].into_iter().collect());
    let progress = empty.read(TODAY).progress();
    assert_eq!(
        progress.of(Section::Register),
        NotStarted,
        "the kind comes from the eligibility check"
    );
    assert_eq!(
        (progress.next(), progress.done(), progress.total()),
        (Some(Section::Person), 0, 7)
    );
    assert_eq!(progress.review(), CannotStartYet);
}

#[test]
fn a_section_is_in_progress_while_something_is_empty_and_a_problem_when_something_is_wrong() {
    for (section, changes, state, why) in [
        (
            Section::Person,
            &[("sex", "")][..],
            SectionState::InProgress,
            "not chosen yet",
        ),
        (
            Section::Person,
            &[("dob_m", "")],
            SectionState::InProgress,
            "a box is empty",
        ),
        (
            Section::Person,
            &[("family_kana", "kanji")],
            SectionState::Problem,
            "not a reading",
        ),
        (
            Section::Register,
            &[("honseki_city", "横浜市")],
            SectionState::InProgress,
            "the ward is to be chosen",
        ),
        (
            Section::Contact,
            &[("tel", "03-1234-5678")],
            SectionState::Problem,
            "no country code",
        ),
        (
            Section::Person,
            &[("roman", "SMITH JOHN")],
            SectionState::Completed,
            "advice does not hold anything up",
        ),
        (
            Section::Agent,
            &[],
            SectionState::NotNeeded,
            "an adult who acts herself",
        ),
    ] {
        assert_eq!(
            draft(section, changes).read(TODAY).progress().of(section),
            state,
            "{why}"
        );
    }
}

#[test]
fn a_changed_birth_date_reopens_what_depends_on_it() {
    let whole = draft(Section::Agent, &[]);
    assert!(whole.read(TODAY).application().is_ok());
    let child = draft(Section::Person, CHILD);
    let reading = child.read(TODAY);
    assert_eq!(
        reading.progress().of(Section::Agent),
        SectionState::NotStarted
    );
    assert_eq!(reading.progress().next(), Some(Section::Agent));
    assert_eq!(reading.application(), Err(vec![Section::Agent]));
    let baby = draft(
        Section::Person,
        &[
            ("dob_y", "2026"),
            ("dob_m", "3"),
            ("dob_d", "3"),
            ("roman", ""),
        ],
    );
    assert_eq!(
        baby.read(TODAY).progress().of(Section::Photo),
        SectionState::NotNeeded
    );
}

#[test]
fn continue_leads_to_the_next_unfinished_section_and_then_back_to_what_was_skipped() {
    let mut some = Draft::default();
    some.set(Section::Person, &good(Section::Person));
    some.set(Section::Contact, &good(Section::Contact));
    let progress = some.read(TODAY).progress();
    assert_eq!(
        progress.next_after(Section::Person),
        Some(Section::Register)
    );
    assert_eq!(progress.next_after(Section::Contact), Some(Section::Photo));
    assert_eq!(progress.next_after(Section::Agent), Some(Section::Register));
    assert_eq!(
        draft(Section::Agent, &[])
            .read(TODAY)
            .progress()
            .next_after(Section::Person),
        None
    );
}

#[test]
fn check_boxes_nobody_saw_are_not_complete() {
    let mut unseen = Draft::default();
    for section in Section::ALL
        .into_iter()
        .filter(|section| *section != Section::Certs)
    {
        unseen.set(section, &good(section));
    }
    assert_eq!(unseen.read(TODAY).application(), Err(vec![Section::Certs]));
    unseen.set(Section::Certs, &Answers::default());
    assert!(
        unseen.read(TODAY).application().is_ok(),
        "saved without a tick is an answer"
    );
}

#[test]
fn fields_that_no_section_has_are_dropped() {
    let mut with_number = Draft::default();
    with_number.set(
        Section::Person,
        &[
            ("family", "山田"),
            ("my_number", "123456789018"),
            ("pin", "1234"),
        ]
        .into_iter()
        .collect(),
    );
    let kept: Vec<(&str, &str)> = with_number.answers(Section::Person).iter().collect();
    assert_eq!(kept, [("family", "山田")]);
}

#[test]
fn a_child_is_frozen_with_her_mother_and_without_a_signing_certificate() {
    let mut whole = draft(Section::Person, CHILD);
    whole.set(Section::Agent, &typed(Section::Agent, MOTHER));
    whole.set(
        Section::Photo,
        &typed(Section::Photo, &[("photo_how", "upload")]),
    );
    whole.set_photo(Some(ChosenPhoto {
        taken_on: date(2026, 7, 1),
    }));
    let application = whole.read(TODAY).application().unwrap();
    assert_eq!(
        application.deadline(),
        date(2027, 1, 1),
        "the photo ends before the form"
    );
    let form = FrozenForm::of(
        &application,
        &EmailAddress::parse("hanako@example.com").unwrap(),
    );
    assert_eq!(form.signing, SigningCertificate::NotIssuedUnder15);
    assert_eq!(
        form.agent
            .as_ref()
            .map(|agent| (agent.name.as_str(), agent.address.len())),
        Some(("山田 花子", 2))
    );
    assert_eq!(
        form.photo,
        Photo::Uploaded(ChosenPhoto {
            taken_on: date(2026, 7, 1)
        })
    );
    assert_eq!(
        (
            form.filing.kind,
            form.filing.id.as_str(),
            form.filing.mail_policy
        ),
        (OfficeKind::Mission, "emb-gb", MailPolicy::Unknown)
    );
    assert!(form.is_collected_where_filed());
    assert_eq!(form.age(), 11);
    assert_eq!(
        (
            form.honseki.code.as_str(),
            form.honseki.prefecture.as_str(),
            form.honseki.name.as_str()
        ),
        ("141046", "神奈川県", "横浜市中区")
    );
    assert_eq!(form.person.full_name(), "山田\u{3000}花子");
}

#[test]
fn a_frozen_form_is_the_same_after_being_stored() {
    let application = draft(
        Section::Offices,
        &[
            ("file_at", "honseki"),
            ("pickup_at", "mission"),
            ("pickup_mission", "emb-fr"),
        ],
    );
    let application = application.read(TODAY).application().unwrap();
    let form = FrozenForm::of(
        &application,
        &EmailAddress::parse("hanako@example.com").unwrap(),
    );
    let stored = serde_json::to_string(&form).unwrap();
    assert_eq!(serde_json::from_str::<FrozenForm>(&stored).unwrap(), form);
    assert!(
        stored.contains("\"made_on\":\"2026-11-24\"")
            && stored.contains("\"deadline\":\"2027-02-22\""),
        "{stored}"
    );
    assert!(!form.is_collected_where_filed());
}

#[test]
fn a_municipality_that_keeps_the_register_is_the_honseki_however_it_was_chosen() {
    for (changes, is_honseki) in [
        (
            &[
                ("file_at", "municipality"),
                ("file_pref", "14"),
                ("file_city", "横浜市中区"),
                ("pickup_at", "same"),
            ][..],
            true,
        ),
        (&[("file_at", "honseki"), ("pickup_at", "same")], true),
        (
            &[
                ("file_at", "municipality"),
                ("file_pref", "13"),
                ("file_city", "千代田区"),
                ("pickup_at", "same"),
            ],
            false,
        ),
    ] {
        let application = draft(Section::Offices, changes)
            .read(TODAY)
            .application()
            .unwrap();
        assert_eq!(
            matches!(application.filing(), Destination::Honseki(_)),
            is_honseki
        );
        assert_eq!(application.filing(), application.pickup());
    }
}

#[test]
fn a_form_says_the_same_whenever_it_was_made_until_an_answer_changes() {
    let email = EmailAddress::parse("hanako@example.com").unwrap();
    let form = |section, changes: &[(&str, &str)], day| {
        FrozenForm::of(
            &draft(section, changes).read(day).application().unwrap(),
            &email,
        )
    };
    let made = form(Section::Person, &[], TODAY);
    let later = date(2026, 12, 24);
    let mut known_better = form(Section::Person, &[], later);
    known_better.filing.phone = Some("+44 20 0000 0000".to_owned());
    assert!(
        made.says_the_same(&known_better),
        "neither the day nor what is known about an office is an answer"
    );
    for (section, changes, why) in [
        (Section::Person, [("given", "桜子")], "the name"),
        (
            Section::Contact,
            [("address", "2 Example Street\nLondon\nSW1A 1AA")],
            "the address",
        ),
        (Section::Offices, [("file_at", "honseki")], "the office"),
        (Section::Certs, [("no_auth", "yes")], "a certificate"),
    ] {
        assert!(
            !made.says_the_same(&form(section, &changes, TODAY)),
            "{why}"
        );
    }
}

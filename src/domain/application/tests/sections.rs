//! What the sections keep of what was typed.

use super::*;
use crate::domain::application::agent::AgentKind;
use crate::domain::application::certificates::{self, SigningCertificate};
use crate::domain::application::photo::{self, ChosenPhoto, Photo};
use crate::domain::application::{agent, contact, person, register};

#[test]
fn names_stay_as_typed_and_readings_become_katakana() {
    // 神 as a compatibility ideograph and a variant by selector: any normalisation would change them.
    let answers = typed(
        Section::Person,
        &[
            ("family", " \u{FA19}谷　"),
            ("given", "龍\u{E0101}"),
            ("family_kana", "かみや"),
            ("given_kana", "ﾘｭｳ"),
        ],
    );
    let person = person::read(&answers, TODAY).value.unwrap();
    assert_eq!(person.family.as_str(), "\u{FA19}谷");
    assert_eq!(person.given.as_str(), "龍\u{E0101}");
    assert_eq!(
        (person.family_kana.as_str(), person.given_kana.as_str()),
        ("カミヤ", "リュウ")
    );
    assert_eq!(person.birth_date, date(1988, 4, 27));
    assert_eq!(person.handwritten, None);
}

#[test]
fn a_character_that_cannot_be_typed_is_remembered_with_or_without_a_note() {
    for (changes, note, why) in [
        (&[("gaiji", "yes")][..], Some(None), "ticked"),
        (
            &[("gaiji", "yes"), ("gaiji_note", "はしごだか")],
            Some(Some("はしごだか")),
            "with a note",
        ),
        (
            &[("gaiji_note", "はしごだか")],
            Some(Some("はしごだか")),
            "the note says it too",
        ),
        (&[], None, "neither"),
    ] {
        let person = person::read(&typed(Section::Person, changes), TODAY)
            .value
            .unwrap();
        assert_eq!(
            person.handwritten.as_ref().map(|one| one.note.as_deref()),
            note,
            "{why}"
        );
    }
}

#[test]
fn ages_that_change_a_rule_are_announced_when_they_come_within_six_months() {
    for ((year, month, day), ages) in [
        ((2011, 11, 25), &[15][..]),
        ((2011, 5, 24), &[]),
        ((2012, 5, 24), &[15]),
        ((2012, 5, 25), &[]),
        ((2009, 1, 1), &[18]),
        ((2026, 3, 3), &[1]),
        ((1988, 4, 27), &[]),
    ] {
        let changes = [
            ("dob_y", year.to_string()),
            ("dob_m", month.to_string()),
            ("dob_d", day.to_string()),
        ];
        let changes: Vec<(&str, &str)> = changes
            .iter()
            .map(|(field, text)| (*field, text.as_str()))
            .collect();
        let person = person::read(&typed(Section::Person, &changes), TODAY)
            .value
            .unwrap();
        let turns: Vec<i16> = person
            .turns_soon(TODAY)
            .into_iter()
            .map(|(age, _)| age)
            .collect();
        assert_eq!(turns, ages, "{year}-{month}-{day}");
    }
}

#[test]
fn a_reason_for_a_reissue_is_kept_for_a_reissue_alone() {
    for (kind, kept) in [("new", false), ("renewal", false), ("reissue", true)] {
        let answers = typed(
            Section::Register,
            &[("kind", kind), ("reissue_reason", "stolen")],
        );
        assert_eq!(
            register::read(&answers, None, TODAY)
                .value
                .unwrap()
                .reissue_reason
                .is_some(),
            kept,
            "{kind}"
        );
    }
}

#[test]
fn the_telephone_is_kept_as_typed_and_to_dial() {
    let contact = contact::read(&good(Section::Contact)).value.unwrap();
    assert_eq!(
        (contact.tel.typed(), contact.tel.e164()),
        ("+44 20 7946 0000", "+442079460000")
    );
}

#[test]
fn under_one_year_no_photo_is_asked_for_and_on_the_first_birthday_one_is() {
    for (birth, needed) in [
        (date(2025, 11, 25), false),
        (date(2025, 11, 24), true),
        (date(2024, 2, 29), true),
    ] {
        let nothing = Answers::default();
        let checked = photo::read(&nothing, Some(birth), None, TODAY);
        assert_eq!(
            checked.value,
            (!needed).then_some(Photo::NotNeeded),
            "{birth}"
        );
    }
}

#[test]
fn a_photo_counts_for_six_months_and_pasting_wins_over_uploading() {
    let upload = typed(Section::Photo, &[("photo_how", "upload")]);
    for (taken_on, usable) in [(date(2026, 5, 24), true), (date(2026, 5, 23), false)] {
        let checked = photo::read(&upload, None, Some(ChosenPhoto { taken_on }), TODAY);
        assert_eq!(checked.value.is_some(), usable, "{taken_on}");
        assert_eq!(
            photo::read(
                &good(Section::Photo),
                None,
                Some(ChosenPhoto { taken_on }),
                TODAY
            )
            .value,
            Some(Photo::Pasted)
        );
    }
}

#[test]
fn a_signing_certificate_is_issued_from_the_fifteenth_birthday_whatever_is_ticked() {
    for (birth, no_sign, expected) in [
        (date(2011, 11, 25), "", SigningCertificate::NotIssuedUnder15),
        (
            date(2011, 11, 25),
            "yes",
            SigningCertificate::NotIssuedUnder15,
        ),
        (date(2011, 11, 24), "", SigningCertificate::Issued),
        (date(2011, 11, 24), "yes", SigningCertificate::Declined),
    ] {
        let answers = typed(Section::Certs, &[("no_sign", no_sign)]);
        assert_eq!(
            certificates::read(&answers, Some(birth), TODAY)
                .value
                .unwrap()
                .signing,
            expected,
            "{birth}"
        );
    }
}

#[test]
fn a_representative_is_needed_until_the_fifteenth_birthday() {
    let nobody = Answers::default();
    for (birth, needed) in [(date(2011, 11, 25), true), (date(2011, 11, 24), false)] {
        let checked = agent::read(&nobody, Some(birth), TODAY);
        assert_eq!(said(&checked).is_empty(), !needed, "{birth}");
        assert_eq!(checked.value, (!needed).then_some(None));
    }
    assert!(
        AgentKind::Parent.is_legal_representative() && !AgentKind::Proxy.is_legal_representative()
    );
}

//! Choices against the transition table, and what a form may say.

use super::*;
use Actor::{ConsularClerk, HonsekiClerk, MunicipalClerk};

fn read_as(offered: &[Choice], typed: &[(&str, &str)]) -> Result<Decision, Vec<&'static str>> {
    let answers: Answers = typed.iter().copied().collect();
    read(&answers, offered, |name| format!("«{name}»"))
        .map_err(|problems| problems.iter().map(|problem| problem.kind).collect())
}

#[test]
fn each_desk_is_offered_what_the_table_allows_it() {
    use Choice as C;
    for (from, actor, here, expected) in [
        (
            Status::Received,
            ConsularClerk,
            false,
            &[C::Correct, C::Refuse][..],
        ),
        (
            Status::Received,
            MunicipalClerk,
            false,
            &[C::Correct, C::Refuse],
        ),
        (
            Status::Received,
            HonsekiClerk,
            true,
            &[C::Examine, C::Correct, C::Refuse],
        ),
        (
            Status::Defect,
            ConsularClerk,
            false,
            &[C::TakeIn, C::Refuse],
        ),
        (
            Status::AtHonseki,
            HonsekiClerk,
            false,
            &[C::Confirm, C::Correct, C::Ask, C::Refuse],
        ),
        (Status::AtHonseki, ConsularClerk, false, &[]),
        (Status::Inquiry, HonsekiClerk, false, &[C::CloseInquiry]),
        (Status::Confirmed, HonsekiClerk, false, &[C::CheckAgain]),
        (
            Status::IssuerDefect,
            HonsekiClerk,
            false,
            &[C::SendBack, C::CheckAgain],
        ),
        (Status::Setup, HonsekiClerk, false, &[]),
        (Status::Setup, HonsekiClerk, true, &[C::CallToCollect]),
        (Status::Arrived, ConsularClerk, false, &[C::CallToCollect]),
        (Status::Forwarded, HonsekiClerk, false, &[]),
        (Status::HandedOver, ConsularClerk, false, &[]),
        (Status::Completed, HonsekiClerk, true, &[]),
    ] {
        assert_eq!(
            Choice::offered(from, actor, here),
            expected,
            "{} {actor:?}",
            from.code()
        );
    }
}

#[test]
fn refusing_and_confirming_need_a_second_person_and_nothing_else_does() {
    for from in Status::ALL {
        for choice in Choice::offered(from, HonsekiClerk, true) {
            let expected = matches!(choice, Choice::Refuse | Choice::Confirm);
            let asked = choice.needs_second_person(from, HonsekiClerk);
            assert_eq!(asked, expected, "{choice:?} from {}", from.code());
        }
    }
    assert!(!may_settle("staff:7", "staff:7"));
    assert!(may_settle("staff:7", "staff:8"));
}

#[test]
fn what_a_choice_needs_is_asked_for_and_what_it_does_not_need_is_ignored() {
    let all = Choice::ALL;
    for (typed, expected) in [
        (&[][..], &["error-decision-empty"][..]),
        (&[("decision", "approve")], &["error-decision-empty"]),
        (&[("decision", "correct")], &["error-codes-empty"]),
        (
            &[("decision", "correct"), ("d99", "yes")],
            &["error-text-d99"],
        ),
        (
            &[
                ("decision", "correct"),
                ("d09", "yes"),
                ("text", "1234 5678 9018"),
            ],
            &["error-message-my-number"],
        ),
        (
            &[("decision", "correct"), ("d09", "yes"), ("text", "a\u{7}b")],
            &["error-message-form"],
        ),
        (&[("decision", "ask")], &["error-question-empty"]),
        (&[("decision", "refuse")], &["error-reason-empty"]),
        (
            &[("decision", "refuse"), ("reason", "D09")],
            &["error-reason-empty"],
        ),
        (
            &[("decision", "refuse"), ("reason", "D99")],
            &["error-text-d99"],
        ),
        (&[("decision", "take-in")], &["error-channel-empty"]),
    ] {
        assert_eq!(read_as(&all, typed).unwrap_err(), expected, "{typed:?}");
    }
    let confirmed = read_as(
        &all,
        &[("decision", "confirm"), ("d09", "yes"), ("reason", "D02")],
    )
    .unwrap();
    assert_eq!((confirmed.codes, confirmed.reason), (vec![], None));
    let asked = read_as(&all, &[("decision", "ask"), ("phrase", "left")]).unwrap();
    assert_eq!(asked.text, "«left»");
    let several = read_as(
        &all,
        &[("decision", "correct"), ("d09", "yes"), ("ph06", "yes")],
    )
    .unwrap();
    assert_eq!(several.codes, [DefectCode::D09, DefectCode::PH06]);
}

#[test]
fn a_choice_that_is_not_offered_is_no_choice() {
    let refused = read_as(&[Choice::TakeIn], &[("decision", "confirm")]);
    assert_eq!(refused.unwrap_err(), ["error-decision-empty"]);
}

#[test]
fn the_reason_is_found_again_in_what_was_kept() {
    let refused = read_as(
        &Choice::ALL,
        &[
            ("decision", "refuse"),
            ("reason", "D02"),
            ("text", "附票に記載なし"),
        ],
    )
    .unwrap();
    assert_eq!(refused.reason_text(), "D02 附票に記載なし");
    assert_eq!(code_of(&refused.reason_text()), Some(DefectCode::D02));
    assert_eq!(code_of("附票"), None);
    assert_eq!(code_of(""), None);
}

//! Whatever is typed, a section answers: a value or listed problems, never a panic, never a My Number kept.

use proptest::prelude::*;

use super::*;
use crate::domain::application::KINDS;
use crate::domain::application::frozen::FrozenForm;
use crate::domain::email::EmailAddress;
use crate::domain::my_number::contains_my_number;

/// What people and attackers type: anything at all, and things that are almost right.
fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\\p{Han}\\p{Hiragana}\\p{Katakana} 　]{0,80}",
        "[0-9０-９+\\-.() ]{0,24}",
        "[A-Za-z0-9@._/-]{0,80}",
        Just("yes".to_owned()),
        Just("municipality".to_owned()),
        Just("横浜市".to_owned()),
        Just("123456789018".to_owned()),
        Just("1' OR '1'='1".to_owned()),
        Just("<script>alert(1)</script>".to_owned()),
        Just("=HYPERLINK(\"x\")".to_owned()),
        Just("\u{202e}\u{0}\r\n".to_owned()),
    ]
}

fn whole() -> impl Strategy<Value = Draft> {
    let fields: Vec<(Section, &str)> = Section::ALL
        .into_iter()
        .flat_map(|one| one.fields().iter().map(move |field| (one, *field)))
        .collect();
    let count = fields.len();
    (proptest::collection::vec(proptest::option::weighted(0.4, anything()), count)).prop_map(
        move |typed| {
            let mut draft = Draft::default();
            for section in Section::ALL {
                let mut answers = good(section);
                for ((_, field), text) in fields
                    .iter()
                    .zip(&typed)
                    .filter(|((one, _), _)| *one == section)
                {
                    if let Some(text) = text {
                        answers.set(*field, text);
                    }
                }
                draft.set(section, &answers);
            }
            draft
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn anything_typed_gets_a_value_or_listed_problems(draft in whole()) {
        let reading = draft.read(TODAY);
        for section in Section::ALL {
            for problem in reading.problems(section).iter().chain(reading.advice(section)) {
                let facts: Vec<&str> = problem.facts.iter().map(|(name, _)| *name).collect();
                prop_assert!(KINDS.contains(&(problem.kind, facts.as_slice())), "{} {facts:?}", problem.kind);
            }
        }
        let problems: usize = Section::ALL.into_iter().map(|section| reading.problems(section).len()).sum();
        if let Ok(application) = reading.application() {
            prop_assert_eq!(problems, 0);
            let form = FrozenForm::of(&application, &EmailAddress::parse("hanako@example.com").unwrap());
            let stored = serde_json::to_string(&form).unwrap();
            prop_assert_eq!(serde_json::from_str::<FrozenForm>(&stored).unwrap(), form);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every text field that takes free words is tried with a number in the middle of them.
    #[test]
    fn a_my_number_is_never_frozen(before in "[ぁ-ん ]{0,10}", after in "[ぁ-ん ]{0,10}", gap in "[ \\-.]?") {
        let number = format!("{before}1234{gap}5678{gap}9018{after}");
        prop_assert!(contains_my_number(&number));
        for section in Section::ALL {
            for field in section.fields() {
                let reading = draft(section, &[(field, number.as_str())]).read(TODAY);
                if let Ok(application) = reading.application() {
                    let form = FrozenForm::of(&application, &EmailAddress::parse("hanako@example.com").unwrap());
                    prop_assert!(!contains_my_number(&serde_json::to_string(&form.person).unwrap()), "{field}");
                    prop_assert!(!serde_json::to_string(&form).unwrap().contains(&number), "{field}");
                }
            }
        }
    }
}

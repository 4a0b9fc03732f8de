//! The rules of the sections as tables: what is typed on the left, what is said about it on the right.

mod hostile;
mod kinds;
mod people;
mod sections;
mod whole;

use jiff::civil::{Date, date};

use super::draft::Draft;
use super::section::Section;
use crate::domain::answers::{Answers, Checked};

/// The day the tests happen on.
const TODAY: Date = date(2026, 11, 24);

/// An invented person's answers in one section, all of them good.
fn good(section: Section) -> Answers {
    let pairs: &[(&str, &str)] = match section {
        Section::Person => &[
            ("family", "山田"),
            ("given", "花子"),
            ("family_kana", "やまだ"),
            ("given_kana", "ハナコ"),
            ("dob_y", "S63"),
            ("dob_m", "4"),
            ("dob_d", "27"),
            ("sex", "f"),
            ("roman", "yamada hanako"),
        ],
        Section::Register => &[
            ("kind", "new"),
            ("honseki_pref", "14"),
            ("honseki_city", "横浜市中区"),
            ("left_y", "2019"),
            ("left_m", "6"),
            ("left_d", "30"),
            ("last_city", "東京都千代田区"),
            ("return_plan", "no"),
        ],
        Section::Contact => &[
            ("tel", "+44 20 7946 0000"),
            ("country", "GB"),
            ("address", "1 Example Street\nLondon\nSW1A 1AA"),
            ("email2", ""),
            ("contact2", "母 山田 良子"),
        ],
        Section::Photo => &[("photo_how", "paste")],
        Section::Offices => &[
            ("file_at", "mission"),
            ("file_mission", "emb-gb"),
            ("pickup_at", "same"),
        ],
        Section::Certs => &[("insurance", "no")],
        Section::Agent => &[],
    };
    pairs.iter().copied().collect()
}

/// The same with some fields typed otherwise.
fn typed(section: Section, changes: &[(&str, &str)]) -> Answers {
    let mut answers = good(section);
    for (field, text) in changes {
        answers.set(*field, *text);
    }
    answers
}

/// A whole draft of the invented person with some fields of one section typed otherwise.
fn draft(section: Section, changes: &[(&str, &str)]) -> Draft {
    let mut draft = Draft::default();
    for one in Section::ALL {
        let answers = if one == section {
            typed(one, changes)
        } else {
            good(one)
        };
        draft.set(one, &answers);
    }
    draft
}

/// The kinds of problems, then of advice.
fn said<T>(checked: &Checked<T>) -> Vec<&'static str> {
    assert_eq!(
        checked.value.is_some(),
        checked.problems.is_empty(),
        "a value is there exactly when nothing is wrong"
    );
    checked
        .problems
        .iter()
        .chain(&checked.advice)
        .map(|problem| problem.kind)
        .collect()
}

//! The form of a wording: four fields, and what is wrong with each.

use crate::domain::answers::{Answers, Problem};
use crate::domain::text;
use crate::i18n::Lang;
use crate::notices::Notice;
use crate::notices::wording::{
    self, LONGEST_BODY, SUBJECT_COLUMNS_EN, SUBJECT_COLUMNS_JA, Wording, WordingError, Words,
};

/// Kinds of problems and their facts.
pub const KINDS: &[(&str, &[&str])] = &[
    ("error-wording-empty", &[]),
    ("error-wording-subject-wide", &["n", "m"]),
    ("error-wording-body-long", &["n", "m"]),
    ("error-wording-unknown", &["name"]),
    ("error-wording-missing", &["name"]),
    ("error-wording-unreadable", &[]),
    ("error-wording-mark", &[]),
    ("error-wording-link", &[]),
    ("error-wording-number", &[]),
];

/// The words as typed.
pub(super) fn read_wording(answers: &Answers) -> Wording {
    let words = |subject: &str, body: &str| Words {
        subject: answers.get(subject).trim().to_owned(),
        body: text::unix_line_ends(answers.get(body)).trim().to_owned(),
    };
    Wording {
        ja: words("subject_ja", "body_ja"),
        en: words("subject_en", "body_en"),
    }
}

/// The fields of these words.
pub(super) fn answers_of(words: &Wording) -> Answers {
    [
        ("subject_ja", words.ja.subject.as_str()),
        ("body_ja", &words.ja.body),
        ("subject_en", &words.en.subject),
        ("body_en", &words.en.body),
    ]
    .into_iter()
    .collect()
}

/// What is wrong with the words, in the order of the page.
pub(super) fn problems_of(samples: &[(Lang, Notice); 2], words: &Wording) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (lang, sample) in samples {
        let (subject_field, body_field, most) = match lang {
            Lang::Ja => ("subject_ja", "body_ja", SUBJECT_COLUMNS_JA / 2),
            Lang::En => ("subject_en", "body_en", SUBJECT_COLUMNS_EN),
        };
        let (subject, body) = wording::check(sample, *lang, words.of(*lang));
        problems.extend(subject.map(|error| problem(subject_field, error, (*lang, most))));
        problems.extend(body.map(|error| problem(body_field, error, (*lang, most))));
    }
    problems
}

fn problem(field: &'static str, error: WordingError, (lang, most): (Lang, usize)) -> Problem {
    let in_braces = |name: String| format!("{{{{{name}}}}}");
    match error {
        WordingError::Empty => Problem::new(field, "error-wording-empty"),
        WordingError::SubjectTooWide(columns) => {
            // Full-width letters in Japanese, letters in English.
            let length = match lang {
                Lang::Ja => columns.div_ceil(2),
                Lang::En => columns,
            };
            Problem::new(field, "error-wording-subject-wide")
                .with("n", length.to_string())
                .with("m", most.to_string())
        }
        WordingError::BodyTooLong(length) => Problem::new(field, "error-wording-body-long")
            .with("n", length.to_string())
            .with("m", LONGEST_BODY.to_string()),
        WordingError::UnknownVariable(name) => {
            Problem::new(field, "error-wording-unknown").with("name", in_braces(name))
        }
        WordingError::MissingVariable(name) => {
            Problem::new(field, "error-wording-missing").with("name", in_braces(name))
        }
        WordingError::Unreadable => Problem::new(field, "error-wording-unreadable"),
        WordingError::LanguageMark => Problem::new(field, "error-wording-mark"),
        WordingError::ForeignLink => Problem::new(field, "error-wording-link"),
        WordingError::MyNumber => Problem::new(field, "error-wording-number"),
    }
}

//! Which words cannot be used for a notice, and why: refused before they are saved, so that no mail fails for its words.

use thiserror::Error;

use super::super::letter::{self, Letter};
use super::super::variables;
use super::super::words::Notice;
use super::{
    BASE_URL, Words, built_in_words, expand, known_variables, required_variables, variables_in,
};
use crate::domain::my_number::contains_my_number;
use crate::i18n::Lang;

/// Half-width columns of a subject with the service's name before it.
pub const SUBJECT_COLUMNS_JA: usize = 60;
/// The same in English.
pub const SUBJECT_COLUMNS_EN: usize = 72;
/// Characters of a body.
pub const LONGEST_BODY: usize = 4000;

/// Why words cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WordingError {
    /// There are none.
    #[error("there are no words")]
    Empty,
    /// The subject is wider than a list of mails shows.
    #[error("the subject has {0} columns")]
    SubjectTooWide(usize),
    /// The body is longer than a mail should be.
    #[error("the body has {0} characters")]
    BodyTooLong(usize),
    /// A variable that this notice does not have.
    #[error("there is no variable {0}")]
    UnknownVariable(String),
    /// A fact that the notice must tell is not in the body.
    #[error("the variable {0} is missing")]
    MissingVariable(String),
    /// Braces that do not close, or a control character.
    #[error("braces or characters that cannot be used")]
    Unreadable,
    /// A line begins with the sign that changes the language.
    #[error("a line begins with @")]
    LanguageMark,
    /// A link that leads elsewhere than to this service.
    #[error("a link leads to another site")]
    ForeignLink,
    /// A My Number stands in it.
    #[error("a My Number stands in it")]
    MyNumber,
}

fn lacks_balance(text: &str) -> bool {
    text.lines().any(|line| {
        let bare = variables_in(line)
            .iter()
            .fold(line.to_owned(), |line, name| {
                line.replacen(&format!("{{{{{name}}}}}"), "", 1)
            });
        bare.contains(['{', '}'])
    })
}

/// Checks words that are to be used for the notice `sample`; `subject` and `body` name which of the two is wrong.
pub fn check(
    sample: &Notice,
    lang: Lang,
    words: &Words,
) -> (Option<WordingError>, Option<WordingError>) {
    let known = known_variables(sample);
    (
        check_subject(sample, lang, &words.subject, &known).err(),
        check_body(sample, lang, &words.body, &known).err(),
    )
}

fn check_text(text: &str, known: &[String]) -> Result<(), WordingError> {
    if text.trim().is_empty() {
        return Err(WordingError::Empty);
    }
    if lacks_balance(text) || text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(WordingError::Unreadable);
    }
    if let Some(name) = text
        .lines()
        .flat_map(variables_in)
        .find(|name| !known.contains(name))
    {
        return Err(WordingError::UnknownVariable(name));
    }
    if contains_my_number(text) {
        return Err(WordingError::MyNumber);
    }
    Ok(())
}

fn check_subject(
    sample: &Notice,
    lang: Lang,
    subject: &str,
    known: &[String],
) -> Result<(), WordingError> {
    check_text(subject, known)?;
    if subject.contains('\n') {
        return Err(WordingError::Unreadable);
    }
    let written = expand(subject, &variables::variables_of(sample, lang), "");
    let letter = Letter::set(sample.code(), lang, &written);
    let columns = letter::width(&letter.subject);
    let most = match lang {
        Lang::Ja => SUBJECT_COLUMNS_JA,
        Lang::En => SUBJECT_COLUMNS_EN,
    };
    if columns > most {
        Err(WordingError::SubjectTooWide(columns))
    } else {
        Ok(())
    }
}

fn check_body(
    sample: &Notice,
    lang: Lang,
    body: &str,
    known: &[String],
) -> Result<(), WordingError> {
    check_text(body, known)?;
    let length = body.chars().count();
    if length > LONGEST_BODY {
        return Err(WordingError::BodyTooLong(length));
    }
    if body.lines().any(|line| line.starts_with('@')) {
        return Err(WordingError::LanguageMark);
    }
    let own = format!("{{{{{BASE_URL}}}}}");
    let bare = body.replace(&own, "").to_lowercase();
    if ["://", "www.", "mailto:"]
        .iter()
        .any(|mark| bare.contains(mark))
    {
        return Err(WordingError::ForeignLink);
    }
    let mentioned: Vec<String> = body.lines().flat_map(variables_in).collect();
    let required =
        built_in_words(sample, lang).map_or_else(Vec::new, |words| required_variables(&words));
    match required.into_iter().find(|name| !mentioned.contains(name)) {
        Some(name) => Err(WordingError::MissingVariable(name)),
        None => Ok(()),
    }
}

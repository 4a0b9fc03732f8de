//! Reading one page of answers: fields are taken one by one, what is wrong is collected in the order of the page.
//!
//! A field's kinds of problems are built from its name, so that the catalogue's keys follow from the form: `error-<field>-<reason>`.

use crate::domain::answers::{Answers, Checked, Problem};
use crate::domain::free_text::TextError;
use crate::domain::kana::KanaError;
use crate::domain::person_name::{self, NameError};
use crate::domain::romaji::{self, PassportNameError};
use crate::domain::{kana, text};

/// A text field and the keys of what can be wrong with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextField {
    /// The name in the form.
    pub(super) name: &'static str,
    pub(super) empty: &'static str,
    pub(super) too_long: &'static str,
    pub(super) character: &'static str,
    pub(super) my_number: &'static str,
}

macro_rules! text_field {
    ($name:literal) => {
        $crate::domain::application::reading::TextField {
            name: $name,
            empty: concat!("error-", $name, "-empty"),
            too_long: concat!("error-", $name, "-too-long"),
            character: concat!("error-", $name, "-character"),
            my_number: concat!("error-", $name, "-my-number"),
        }
    };
}
pub(super) use text_field;

/// Why a text cannot be kept: what names, readings and free texts have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    Empty,
    TooLong { max: usize, length: usize },
    Character(char),
    MyNumber,
}

impl From<TextError> for Refused {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Empty => Self::Empty,
            TextError::TooLong { max, length } => Self::TooLong { max, length },
            TextError::Character(c) => Self::Character(c),
            TextError::MyNumber => Self::MyNumber,
        }
    }
}

impl From<NameError> for Refused {
    fn from(error: NameError) -> Self {
        match error {
            NameError::Empty => Self::Empty,
            NameError::TooLong { length } => Self::TooLong {
                max: person_name::MAX,
                length,
            },
            NameError::Character(c) => Self::Character(c),
        }
    }
}

impl From<PassportNameError> for Refused {
    fn from(error: PassportNameError) -> Self {
        match error {
            PassportNameError::Empty => Self::Empty,
            PassportNameError::TooLong { length } => Self::TooLong {
                max: romaji::MAX,
                length,
            },
            PassportNameError::Character(c) => Self::Character(c),
        }
    }
}

impl From<KanaError> for Refused {
    fn from(error: KanaError) -> Self {
        match error {
            KanaError::Empty => Self::Empty,
            KanaError::TooLong { length } => Self::TooLong {
                max: kana::MAX,
                length,
            },
            KanaError::Character(c) => Self::Character(c),
        }
    }
}

/// The page that is being read.
pub(super) struct Page<'a> {
    pub(super) answers: &'a Answers,
    problems: Vec<Problem>,
    advice: Vec<Problem>,
}

impl<'a> Page<'a> {
    pub(super) fn of(answers: &'a Answers) -> Self {
        Self {
            answers,
            problems: Vec::new(),
            advice: Vec::new(),
        }
    }

    pub(super) fn refuse(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    pub(super) fn advise(&mut self, problem: Problem) {
        self.advice.push(problem);
    }

    /// Whether nothing was typed into `field` but spaces.
    pub(super) fn is_blank(&self, field: &str) -> bool {
        text::trimmed(self.answers.get(field)).is_empty()
    }

    /// The value of a text that must be there.
    pub(super) fn required<T, E: Into<Refused>>(
        &mut self,
        field: TextField,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match parse(self.answers.get(field.name)) {
            Ok(value) => Some(value),
            Err(error) => self.refuse_text(field, error),
        }
    }

    /// Reports why a text cannot be kept; there is no value then.
    pub(super) fn refuse_text<T>(
        &mut self,
        field: TextField,
        error: impl Into<Refused>,
    ) -> Option<T> {
        self.refuse(problem_of(field, error.into()));
        None
    }

    /// The value of a text that may be left empty; what amounts to nothing (marks without a letter) counts as empty.
    pub(super) fn optional<T, E: Into<Refused>>(
        &mut self,
        field: TextField,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match parse(self.answers.get(field.name)).map_err(Into::into) {
            Ok(value) => Some(value),
            Err(Refused::Empty) => None,
            Err(refused) => self.refuse_text(field, refused),
        }
    }

    /// The choice made among radio buttons or in a list; a value that was never offered counts as none.
    pub(super) fn choice<T>(
        &mut self,
        field: &'static str,
        empty: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let chosen = parse(text::trimmed(self.answers.get(field)));
        if chosen.is_none() {
            self.refuse(Problem::new(field, empty));
        }
        chosen
    }

    /// Whether a check box is ticked: any value at all.
    pub(super) fn ticked(&self, field: &str) -> bool {
        !self.is_blank(field)
    }

    /// The value when nothing is wrong, with everything that was found.
    pub(super) fn finish<T>(self, build: impl FnOnce() -> Option<T>) -> Checked<T> {
        let value = if self.problems.is_empty() {
            build()
        } else {
            None
        };
        Checked {
            value,
            problems: self.problems,
            advice: self.advice,
        }
    }
}

fn problem_of(field: TextField, refused: Refused) -> Problem {
    match refused {
        Refused::Empty => Problem::new(field.name, field.empty),
        Refused::TooLong { max, length } => Problem::new(field.name, field.too_long)
            .with("n", max.to_string())
            .with("m", length.to_string()),
        Refused::Character(c) => {
            Problem::new(field.name, field.character).with("c", text::shown(c))
        }
        Refused::MyNumber => Problem::new(field.name, field.my_number),
    }
}

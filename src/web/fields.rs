//! What a form template shows: the fields as typed, the errors beside them and in the summary, advice that may be passed over.

use super::frame::Frame;
use crate::domain::answers::{Answers, Problem};
use crate::i18n;

/// A form as its template sees it.
#[derive(Debug, Clone, Default)]
pub struct FormView {
    answers: Answers,
    errors: Vec<Message>,
    advice: Vec<Message>,
    note: Option<String>,
    yours: Vec<String>,
}

/// A sentence about one field; `id` is where its link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The field.
    pub id: &'static str,
    /// The sentence, the same in the summary and at the field.
    pub text: String,
}

/// One control: its id, what was typed, what is wrong.
#[derive(Debug, Clone)]
pub struct Field<'a> {
    /// The element's id, equal to the field's name.
    pub id: &'a str,
    /// As typed.
    pub value: &'a str,
    /// The error sentence.
    pub error: Option<&'a str>,
}

/// One answer of a radio group or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A smaller line under the label, or nothing.
    pub hint: String,
    /// The id of the part of the form that belongs to this answer, or nothing.
    pub shows: &'static str,
    /// The language of the label when it is not the page's.
    pub lang: Option<&'static str>,
}

impl Choice {
    /// An answer without a hint.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            hint: String::new(),
            shows: "",
            lang: None,
        }
    }

    /// With a smaller line under the label.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The label is in this language, whatever the page's is.
    #[must_use]
    pub fn lang(mut self, lang: &'static str) -> Self {
        self.lang = Some(lang);
        self
    }

    /// Belongs to the part of the form with this id.
    #[must_use]
    pub fn shows(mut self, id: &'static str) -> Self {
        self.shows = id;
        self
    }
}

impl FormView {
    /// A form that shows `answers`.
    pub fn of(answers: Answers) -> Self {
        Self {
            answers,
            ..Self::default()
        }
    }

    /// The same with errors, in the order of the page.
    #[must_use]
    pub fn with_problems(mut self, frame: &Frame, problems: &[Problem]) -> Self {
        self.errors = problems
            .iter()
            .map(|problem| message(frame, problem))
            .collect();
        self
    }

    /// The same with advice.
    #[must_use]
    pub fn with_advice(mut self, frame: &Frame, advice: &[Problem]) -> Self {
        self.advice = advice
            .iter()
            .map(|problem| message(frame, problem))
            .collect();
        self
    }

    /// The same with a word above the form.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// The same with what was typed here while another window saved something else.
    #[must_use]
    pub fn with_yours(mut self, yours: Vec<String>) -> Self {
        self.yours = yours;
        self
    }

    /// What was typed here while another window saved something else.
    pub fn yours(&self) -> &[String] {
        &self.yours
    }

    /// A field by name.
    pub fn field<'a>(&'a self, name: &'a str) -> Field<'a> {
        let error = self
            .errors
            .iter()
            .find(|error| error.id == name)
            .map(|error| error.text.as_str());
        Field {
            id: name,
            value: self.answers.get(name),
            error,
        }
    }

    /// One box of a date: `part` is `y`, `m` or `d`.
    pub fn part(&self, name: &str, part: &str) -> &str {
        self.answers.get(&format!("{name}_{part}"))
    }

    /// What was typed.
    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    /// Whether something must be changed: the title begins with 「エラー：」 then.
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// What must be changed.
    pub fn errors(&self) -> &[Message] {
        &self.errors
    }

    /// Whether something should be looked at.
    pub fn has_advice(&self) -> bool {
        !self.advice.is_empty()
    }

    /// What should be looked at.
    pub fn advice(&self) -> &[Message] {
        &self.advice
    }

    /// A word above the form.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }
}

fn message(frame: &Frame, problem: &Problem) -> Message {
    Message {
        id: problem.field,
        text: i18n::text_with(frame.lang, problem.kind, &problem.facts),
    }
}

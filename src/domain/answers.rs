//! What a person typed into a form, and what the rules say about it.
//!
//! [`Answers`] keeps the text as it was typed, field by field: it is what a page shows again, and what "save and come back later" stores even when
//! it is wrong. A rule reads answers and returns [`Checked`]: the value if everything is usable, the problems that stop it, and the advice that does
//! not. Problems name a kind, never a sentence: the catalogue has the words (`templates/lang`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Field name → text as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<String, String>);

impl Answers {
    /// No answers.
    pub const fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// The text typed into `field`; empty when there was none.
    pub fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    /// Whether a check box or radio button `field` was sent with `value`.
    pub fn is(&self, field: &str, value: &str) -> bool {
        self.get(field) == value
    }

    /// Keeps `text` for `field`, in place of what was there.
    pub fn set(&mut self, field: impl Into<String>, text: impl Into<String>) {
        self.0.insert(field.into(), text.into());
    }

    /// All fields in name order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(field, text)| (field.as_str(), text.as_str()))
    }

    /// Whether nothing at all was typed.
    pub fn is_blank(&self) -> bool {
        self.0.values().all(|text| text.trim().is_empty())
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Answers {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(field, text)| (field.into(), text.into()))
                .collect(),
        )
    }
}

/// Something about one field that the person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field's name, as in the form (dates: the common stem, such as `dob`).
    pub field: &'static str,
    /// The key of its text in the catalogue, such as `error-family-empty`.
    pub kind: &'static str,
    /// Facts the text mentions.
    pub facts: Vec<(&'static str, String)>,
}

impl Problem {
    /// A problem of `field` whose text has the catalogue key `kind`.
    pub fn new(field: &'static str, kind: &'static str) -> Self {
        Self {
            field,
            kind,
            facts: Vec::new(),
        }
    }

    /// Adds a fact the text mentions.
    #[must_use]
    pub fn with(mut self, name: &'static str, fact: impl Into<String>) -> Self {
        self.facts.push((name, fact.into()));
        self
    }
}

/// The outcome of reading answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked<T> {
    /// The value; present exactly when there are no problems.
    pub value: Option<T>,
    /// What must be changed first, in the order of the page.
    pub problems: Vec<Problem>,
    /// What should be looked at, and may be passed over ("continue as typed").
    pub advice: Vec<Problem>,
}

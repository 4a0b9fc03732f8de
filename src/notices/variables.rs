//! The facts of a notice as variables: `{{deadline.date}}`, `{{office.name}}`. They are read off the facts themselves, so that a notice has exactly the
//! variables its facts have, and a new fact is one at once.
//!
//! What is no text (why a visit ended, whether it is a reminder) is no variable: it tells one wording from another, as in `N15.missed`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::words::Notice;
use crate::i18n::Lang;

/// Words in the stored form that are no text begin with this sign.
const NO_TEXT: char = '#';
/// The one list of pairs: what is to be corrected, and how.
const ITEMS: &str = "items";

/// Variables and their lines; one without lines is not known.
pub(super) type Variables = BTreeMap<String, Vec<String>>;

/// The wording a notice is written with: its code, and what tells it from its sisters. None for notices whose words are part of the sign-in's safety, and for those to
/// staff.
pub(super) fn key_of(notice: &Notice) -> Option<String> {
    if matches!(
        notice,
        Notice::Code(_)
            | Notice::FirstCode(_)
            | Notice::Account(_)
            | Notice::DeskToday(_)
            | Notice::DeskOverdue(_)
            | Notice::Operations(_)
    ) {
        return None;
    }
    let facts = serde_json::to_value(notice).ok()?;
    // A number bends the words around it (one day, two days): such words stay the program's.
    if has_number(&facts) {
        return None;
    }
    let mut key = notice.code().as_str().to_owned();
    for mark in marks(&facts, "") {
        key.push('.');
        key.push_str(&mark);
    }
    Some(key)
}

fn has_number(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Array(parts) => parts.iter().any(has_number),
        Value::Object(fields) => fields.values().any(has_number),
        _ => false,
    }
}

fn marks(value: &Value, name: &str) -> Vec<String> {
    match value {
        Value::String(text) => text
            .strip_prefix(NO_TEXT)
            .map(str::to_owned)
            .into_iter()
            .collect(),
        Value::Bool(true) => vec![name.trim_start_matches("is_").to_owned()],
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| marks(value, name))
            .collect(),
        _ => Vec::new(),
    }
}

/// The variables of a notice in one language.
pub(super) fn variables_of(notice: &Notice, lang: Lang) -> Variables {
    let mut found = Variables::new();
    if let Ok(facts) = serde_json::to_value(notice) {
        collect(&facts, "", lang, &mut found);
    }
    found
}

fn collect(value: &Value, path: &str, lang: Lang, found: &mut Variables) {
    let lines = match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if let Some(path) = step(path, name, lang) {
                    collect(value, &path, lang, found);
                }
            }
            return;
        }
        Value::String(text) if text.starts_with(NO_TEXT) => return,
        Value::String(text) => text.lines().map(str::to_owned).collect(),
        Value::Array(parts) => lines_of(parts),
        Value::Null => Vec::new(),
        Value::Bool(_) | Value::Number(_) => return,
    };
    found.insert(path.to_owned(), lines);
}

/// The name of a field below `path`. The names of notices are no part of it, nor is the language; the other language's branch has none.
fn step(path: &str, name: &str, lang: Lang) -> Option<String> {
    if let Some(branch) = Lang::parse(name) {
        return (branch == lang).then(|| path.to_owned());
    }
    if name.starts_with(|c: char| c.is_ascii_uppercase()) {
        return Some(path.to_owned());
    }
    Some(if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    })
}

fn lines_of(parts: &[Value]) -> Vec<String> {
    let text = |part: &Value, name: &str| {
        let field = part.get(name).and_then(Value::as_str);
        field.unwrap_or_default().to_owned()
    };
    parts
        .iter()
        .flat_map(|part| match part {
            Value::String(text) => vec![text.clone()],
            pair => vec![
                format!("■ {}", text(pair, "what")),
                text(pair, "fix"),
                String::new(),
            ],
        })
        .collect()
}

/// The same notice with each text replaced by the name of its variable in braces: written with it, the built-in words show where each fact stands.
pub(super) fn with_names(notice: &Notice) -> Option<Notice> {
    let facts = serde_json::to_value(notice).ok()?;
    serde_json::from_value(named(&facts, "")).ok()
}

fn named(value: &Value, path: &str) -> Value {
    let name = || Value::String(format!("{{{{{path}}}}}"));
    match value {
        Value::Object(fields) => {
            let named_field = |(field, value): (&String, &Value)| {
                let is_part = Lang::parse(field).is_none()
                    && !field.starts_with(|c: char| c.is_ascii_uppercase());
                let below = match (is_part, path.is_empty()) {
                    (false, _) => path.to_owned(),
                    (true, true) => field.clone(),
                    (true, false) => format!("{path}.{field}"),
                };
                (field.clone(), named(value, &below))
            };
            Value::Object(fields.iter().map(named_field).collect())
        }
        Value::Array(_) if path == ITEMS => {
            let mut pair = Map::new();
            pair.insert("what".to_owned(), name());
            pair.insert("fix".to_owned(), Value::String(String::new()));
            Value::Array(vec![Value::Object(pair)])
        }
        Value::Array(_) => Value::Array(vec![name()]),
        Value::String(text) if text.starts_with(NO_TEXT) => value.clone(),
        Value::String(_) | Value::Null => name(),
        Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

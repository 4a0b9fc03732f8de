//! The words of notices as data: what an office's administration writes over the built-in ones, with variables in braces.
//!
//! A line whose variable is not known is left out; a line whose variable has several lines is repeated for each. The salutation and the closing words
//! (that nobody ever asks for a My Number by mail) are the program's and cannot be written over. Refused are variables a notice does not have, words
//! without a fact the notice must tell, links to other sites, and My Numbers.

mod check;

use askama::Template;

pub use check::{LONGEST_BODY, SUBJECT_COLUMNS_EN, SUBJECT_COLUMNS_JA, WordingError, check};

use super::samples;
use super::variables::{self, Variables};
use super::words::{self, Frame, Notice};
use crate::domain::notice::NoticeCode;
use crate::i18n::Lang;

const BASE_URL: &str = "base_url";

/// Subject and body in one language, with variables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// The subject, without the service's name.
    pub subject: String,
    /// The body, between salutation and closing words.
    pub body: String,
}

/// The words of a notice in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wording {
    /// In Japanese.
    pub ja: Words,
    /// In English.
    pub en: Words,
}

impl Wording {
    /// In one of them.
    pub fn of(&self, lang: Lang) -> &Words {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }
}

#[derive(Template)]
#[template(path = "mail/salutation.ja.txt")]
struct SalutationJa<'a> {
    frame: &'a Frame,
}

#[derive(Template)]
#[template(path = "mail/salutation.en.txt")]
struct SalutationEn<'a> {
    frame: &'a Frame,
}

#[derive(Template)]
#[template(path = "mail/footer.ja.txt")]
struct FooterJa<'a> {
    frame: &'a Frame,
}

#[derive(Template)]
#[template(path = "mail/footer.en.txt")]
struct FooterEn<'a> {
    frame: &'a Frame,
}

fn salutation(frame: &Frame, lang: Lang) -> askama::Result<String> {
    match lang {
        Lang::Ja => SalutationJa { frame }.render(),
        Lang::En => SalutationEn { frame }.render(),
    }
}

fn footer(frame: &Frame, lang: Lang) -> askama::Result<String> {
    match lang {
        Lang::Ja => FooterJa { frame }.render(),
        Lang::En => FooterEn { frame }.render(),
    }
}

/// Whether a notice always speaks both languages (ux.md §7.1: they decide whether the card is collected).
fn speaks_both(code: NoticeCode) -> bool {
    matches!(code, NoticeCode::N12 | NoticeCode::N14)
}

/// The built-in words of a notice, with its variables where its facts stand.
pub fn built_in(notice: &Notice) -> Option<Wording> {
    Some(Wording {
        ja: built_in_words(notice, Lang::Ja)?,
        en: built_in_words(notice, Lang::En)?,
    })
}

fn built_in_words(notice: &Notice, lang: Lang) -> Option<Words> {
    let frame = Frame {
        base_url: format!("{{{{{BASE_URL}}}}}"),
        name: None,
        reference: None,
        is_demo: false,
    };
    let named = variables::with_names(notice)?;
    let source = words::write(&frame, lang, &named).ok()?;
    let (subject, rest) = source.split_once('\n')?;
    // What follows in the other language is the other language's body.
    let own = rest.split("\n@").next()?;
    let greeting = salutation(&frame, lang).ok()?;
    let closing = footer(&frame, lang).ok()?;
    let body = own.trim().strip_prefix(greeting.trim())?;
    let body = body.trim().strip_suffix(closing.trim())?;
    Some(Words {
        subject: subject.trim().to_owned(),
        body: body.trim().replace("■ {{items}}\n", "{{items}}\n"),
    })
}

/// The variables of a notice that its body must mention: those that are always known and that the built-in body mentions.
pub fn required_variables(built_in: &Words) -> Vec<String> {
    let mut found: Vec<String> = built_in
        .body
        .lines()
        .flat_map(variables_in)
        .filter(|name| !is_optional(name))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Telephones, addresses and second times are not known of every office.
fn is_optional(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    matches!(last, "phone" | "address" | "in_japan")
}

/// Every variable a notice has, for the list beside the form.
pub fn known_variables(notice: &Notice) -> Vec<String> {
    let mut names: Vec<String> = variables::variables_of(notice, Lang::Ja)
        .into_keys()
        .collect();
    names.push(BASE_URL.to_owned());
    names
}

/// The names between braces; an unclosed brace ends the search.
fn variables_in(line: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = line;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((name, behind)) = after.split_once("}}") else {
            break;
        };
        names.push(name.trim().to_owned());
        rest = behind;
    }
    names
}

/// The text with its variables filled in.
fn expand(text: &str, variables: &Variables, base_url: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .flat_map(|line| expand_line(line, variables, base_url))
        .collect();
    lines.join("\n")
}

fn expand_line(line: &str, variables: &Variables, base_url: &str) -> Vec<String> {
    let names = variables_in(line);
    let values: Vec<(String, Vec<String>)> = names
        .into_iter()
        .map(|name| {
            let lines = if name == BASE_URL {
                vec![base_url.to_owned()]
            } else {
                variables.get(&name).cloned().unwrap_or_default()
            };
            (name, lines)
        })
        .collect();
    if values.is_empty() {
        return vec![line.to_owned()];
    }
    // A fact that is not known takes its line with it.
    let copies = if values.iter().any(|(_, lines)| lines.is_empty()) {
        0
    } else {
        values
            .iter()
            .map(|(_, lines)| lines.len())
            .max()
            .unwrap_or(0)
    };
    (0..copies)
        .map(|copy| {
            values.iter().fold(line.to_owned(), |line, (name, lines)| {
                let value = lines.get(copy).or(lines.last()).map_or("", String::as_str);
                line.replacen(&format!("{{{{{name}}}}}"), value, 1)
            })
        })
        .collect()
}

/// The source of a letter with these words, as the built-in templates give it.
pub(super) fn write(
    frame: &Frame,
    lang: Lang,
    notice: &Notice,
    wording: &Wording,
) -> askama::Result<String> {
    let filled = |lang: Lang, text: &str| {
        expand(
            text,
            &variables::variables_of(notice, lang),
            &frame.base_url,
        )
    };
    let own = wording.of(lang);
    let source = [
        filled(lang, &own.subject),
        salutation(frame, lang)?,
        filled(lang, &own.body),
        footer(frame, lang)?,
    ]
    .join("\n\n");
    if !speaks_both(notice.code()) {
        return Ok(source);
    }
    let other = lang.other();
    let body = filled(other, &wording.of(other).body);
    Ok(format!("{source}\n@{}\n{body}", other.as_str()))
}

/// One notice of each wording, about an invented case, in the order of the list.
pub fn samples(lang: Lang) -> Vec<(String, Notice)> {
    let mut found: Vec<(String, Notice)> = Vec::new();
    for notice in samples::all(lang) {
        if let Some(key) = variables::key_of(&notice)
            && !found.iter().any(|(known, _)| *known == key)
        {
            found.push((key, notice));
        }
    }
    found
}

#[cfg(test)]
mod tests;

//! The words of notices as data: what an office's administration writes over the built-in ones, with variables in braces.
//!
//! A line whose variable is not known is left out; a line whose variable has several lines is repeated for each. The salutation and the closing words
//! (that nobody ever asks for a My Number by mail) are the program's and cannot be written over. Refused are variables a notice does not have, words
//! without a fact the notice must tell, links to other sites, and My Numbers.

use askama::Template;
use thiserror::Error;

use super::letter::Letter;
use super::samples;
use super::variables::{self, Variables};
use super::words::{self, Frame, Notice};
use crate::domain::my_number::contains_my_number;
use crate::domain::notice::NoticeCode;
use crate::i18n::Lang;

/// Half-width columns of a subject with the service's name before it.
pub const SUBJECT_COLUMNS_JA: usize = 60;
/// The same in English.
pub const SUBJECT_COLUMNS_EN: usize = 72;
/// Characters of a body.
pub const LONGEST_BODY: usize = 4000;
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
    let columns = super::letter::width(&letter.subject);
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
mod tests {
    use super::*;

    fn sample(key: &str) -> Notice {
        let mut all = samples(Lang::Ja).into_iter();
        all.find(|(known, _)| known == key).unwrap().1
    }

    fn letter_frame() -> Frame {
        Frame {
            base_url: "https://card.example.jp".to_owned(),
            name: Some("山田 花子".to_owned()),
            reference: Some("K7M4-2PQX-9T".to_owned()),
            is_demo: false,
        }
    }

    #[test]
    fn the_built_in_words_written_as_data_give_the_same_mail() {
        let frame = letter_frame();
        let mut seen = 0;
        for lang in Lang::ALL {
            for (key, notice) in samples(lang) {
                let wording = built_in(&notice).unwrap_or_else(|| panic!("{key} has no words"));
                let as_data = write(&frame, lang, &notice, &wording).unwrap();
                let as_template = words::write(&frame, lang, &notice).unwrap();
                let [data, template] =
                    [as_data, as_template].map(|source| Letter::set(notice.code(), lang, &source));
                assert_eq!(data.text, template.text, "{key} {lang:?}");
                assert_eq!(data.subject, template.subject, "{key} {lang:?}");
                assert_eq!(
                    check(&notice, lang, wording.of(lang)),
                    (None, None),
                    "{key} {lang:?}"
                );
                seen += 1;
            }
        }
        assert!(seen >= 50, "{seen} wordings");
    }

    #[test]
    fn every_wording_has_a_key_of_its_own() {
        let keys: Vec<String> = samples(Lang::En).into_iter().map(|(key, _)| key).collect();
        for key in [
            "N02.accepted",
            "N06",
            "N09",
            "N09.reminder",
            "N15.missed",
            "N20.other",
            "N22.moved",
            "N24",
        ] {
            assert!(keys.iter().any(|known| known == key), "{key}: {keys:?}");
        }
        let codes = [Notice::Code(words::AskedCode {
            code: String::new(),
            link_token: None,
            minutes: 1,
        })];
        assert!(
            codes
                .iter()
                .all(|notice| variables::key_of(notice).is_none())
        );
    }

    #[test]
    fn a_fact_that_is_not_known_takes_its_line_with_it_and_several_repeat_it() {
        let mut variables = Variables::new();
        variables.insert("phone".to_owned(), Vec::new());
        variables.insert(
            "address".to_owned(),
            vec!["1 Sample Street".to_owned(), "London".to_owned()],
        );
        let text = "・{{address}}\n電話 {{phone}}\n終わり";
        assert_eq!(
            expand(text, &variables, ""),
            "・1 Sample Street\n・London\n終わり"
        );
    }

    #[test]
    fn words_that_cannot_be_used_are_refused_with_their_reason() {
        use WordingError as E;
        let notice = sample("N05");
        let good = "受け付けました。{{office}}で{{on}}に受け取りました。";
        for (body, expected) in [
            (good.to_owned(), None),
            (String::new(), Some(E::Empty)),
            (
                format!("{good}{{{{mynumber}}}}"),
                Some(E::UnknownVariable("mynumber".to_owned())),
            ),
            (
                "受け付けました。{{office}}".to_owned(),
                Some(E::MissingVariable("on".to_owned())),
            ),
            (format!("{good}{{{{on"), Some(E::Unreadable)),
            (format!("{good}}}"), Some(E::Unreadable)),
            (format!("{good}\u{7}"), Some(E::Unreadable)),
            (format!("{good}\n@en\nx"), Some(E::LanguageMark)),
            (
                format!("{good}\nhttps://evil.example/"),
                Some(E::ForeignLink),
            ),
            (format!("{good}\nWWW.evil.example"), Some(E::ForeignLink)),
            (format!("{good}\n{{{{base_url}}}}/help"), None),
            (format!("{good} 1234 5678 9018"), Some(E::MyNumber)),
            (
                format!("{good}{}", "あ".repeat(4000)),
                Some(E::BodyTooLong(4000 + good.chars().count())),
            ),
        ] {
            let words = Words {
                subject: "受け付けました".to_owned(),
                body: body.clone(),
            };
            assert_eq!(check(&notice, Lang::Ja, &words), (None, expected), "{body}");
        }
        for (subject, expected) in [
            ("申請書が{{office}}に届きました", true),
            ("届きました\nBcc: x", true),
            ("{{nothing}}", true),
            ("", true),
            ("届きました", false),
        ] {
            let words = Words {
                subject: subject.to_owned(),
                body: good.to_owned(),
            };
            assert_eq!(
                check(&notice, Lang::Ja, &words).0.is_some(),
                expected,
                "{subject}"
            );
        }
    }
}

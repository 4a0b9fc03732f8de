//! Languages and words: the catalogue look-up, and dates as each language writes them.
//!
//! The words live in `templates/lang/<language>/*.ftl` (Fluent). Messages without variables are resolved once, at first use, so that a page pays a
//! map look-up for them. A test proves that both languages have the same keys with the same variables, and that every key is used.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

/// A language of the pages and the mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Japanese, at `/`.
    #[default]
    Ja,
    /// English, at `/en/`.
    En,
}

impl Lang {
    /// Both, Japanese first.
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    /// The BCP 47 tag, as in `<html lang>` and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// Reads the tag.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.as_str() == tag)
    }

    /// What stands before a path in this language: nothing, or `/en`.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Ja => "",
            Self::En => "/en",
        }
    }

    /// The language the switch leads to.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Ja => Self::En,
            Self::En => Self::Ja,
        }
    }
}

#[derive(rust_embed::Embed)]
#[folder = "templates/lang"]
struct CatalogueFiles;

struct Catalogue {
    bundle: FluentBundle<FluentResource>,
    fixed: HashMap<String, String>,
    variables: HashMap<String, BTreeSet<String>>,
}

static JAPANESE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::load(Lang::Ja));
static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::load(Lang::En));

impl Catalogue {
    fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::Ja => &JAPANESE,
            Lang::En => &ENGLISH,
        }
    }

    fn load(lang: Lang) -> Self {
        let id: LanguageIdentifier = lang.as_str().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Isolation marks would land in PDF text, mail subjects and attributes.
        bundle.set_use_isolating(false);
        let mut variables = HashMap::new();
        for path in CatalogueFiles::iter().filter(|path| is_catalogue(path, lang)) {
            let Some(file) = CatalogueFiles::get(&path) else {
                continue;
            };
            let source = String::from_utf8_lossy(&file.data).into_owned();
            variables.extend(messages_of(&source));
            let resource = FluentResource::try_new(source).unwrap_or_else(|(readable, errors)| {
                tracing::error!(%path, ?errors, "a catalogue file has unreadable entries");
                readable
            });
            if let Err(errors) = bundle.add_resource(resource) {
                tracing::error!(%path, ?errors, "a catalogue key stands twice");
            }
        }
        let fixed = variables
            .iter()
            .filter(|(_, names): &(&String, &BTreeSet<String>)| names.is_empty())
            .filter_map(|(key, _)| Some((key.clone(), format_with(&bundle, key, None)?)))
            .collect();
        Self {
            bundle,
            fixed,
            variables,
        }
    }
}

fn is_catalogue(path: &str, lang: Lang) -> bool {
    path.starts_with(lang.as_str())
        && path
            .rsplit_once('.')
            .is_some_and(|(_, extension)| extension == "ftl")
}

/// Every message of a catalogue file with the variables its text mentions.
fn messages_of(source: &str) -> Vec<(String, BTreeSet<String>)> {
    let resource = match fluent_syntax::parser::parse(source) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    resource
        .body
        .iter()
        .filter_map(|entry| match entry {
            fluent_syntax::ast::Entry::Message(message) => message.value.as_ref().map(|pattern| {
                let text = fluent_syntax::serializer::serialize(&fluent_syntax::ast::Resource {
                    body: vec![fluent_syntax::ast::Entry::Message(
                        fluent_syntax::ast::Message {
                            id: fluent_syntax::ast::Identifier {
                                name: message.id.name,
                            },
                            value: Some(pattern.clone()),
                            attributes: Vec::new(),
                            comment: None,
                        },
                    )],
                });
                (message.id.name.to_owned(), variables_of(&text))
            }),
            _ => None,
        })
        .collect()
}

fn variables_of(text: &str) -> BTreeSet<String> {
    text.split('$')
        .skip(1)
        .map(|rest| {
            rest.chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_')
                .collect()
        })
        .collect()
}

fn format_with(
    bundle: &FluentBundle<FluentResource>,
    key: &str,
    facts: Option<&FluentArgs<'_>>,
) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    let mut errors = Vec::new();
    let text = bundle
        .format_pattern(pattern, facts, &mut errors)
        .into_owned();
    if !errors.is_empty() {
        tracing::error!(key, ?errors, "a text of the catalogue lacks a fact");
    }
    Some(text)
}

/// The words for `key`. A key that does not exist shows itself, and an error in the log; a test keeps that from happening.
pub fn text(lang: Lang, key: &str) -> Cow<'static, str> {
    if let Some(words) = Catalogue::of(lang).fixed.get(key) {
        Cow::Borrowed(words.as_str())
    } else {
        tracing::error!(
            key,
            lang = lang.as_str(),
            "no such text without facts in the catalogue"
        );
        Cow::Owned(key.to_owned())
    }
}

/// The words for `key` with `facts` put in.
pub fn text_with<V: AsRef<str>>(lang: Lang, key: &str, facts: &[(&str, V)]) -> String {
    if facts.is_empty() {
        return text(lang, key).into_owned();
    }
    let mut args = FluentArgs::with_capacity(facts.len());
    for (name, fact) in facts {
        // A whole number is passed as a number, so that English can choose its plural.
        let value = match fact.as_ref().parse::<u32>() {
            Ok(number) if !fact.as_ref().starts_with('0') || fact.as_ref() == "0" => {
                FluentValue::from(number)
            }
            _ => FluentValue::from(fact.as_ref().to_owned()),
        };
        args.set((*name).to_owned(), value);
    }
    format_with(&Catalogue::of(lang).bundle, key, Some(&args)).unwrap_or_else(|| {
        tracing::error!(key, lang = lang.as_str(), "no such text in the catalogue");
        key.to_owned()
    })
}

/// Whether the catalogue has words for `key`.
pub fn has_text(lang: Lang, key: &str) -> bool {
    Catalogue::of(lang).variables.contains_key(key)
}

/// Every key of a language with the variables its text mentions: for the test that compares the languages.
pub fn keys(lang: Lang) -> impl Iterator<Item = (&'static str, &'static BTreeSet<String>)> {
    Catalogue::of(lang)
        .variables
        .iter()
        .map(|(key, names)| (key.as_str(), names))
}

const WEEKDAYS_JA: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];
const WEEKDAYS_EN: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn weekday_name(names: [&'static str; 7], weekday: Weekday) -> &'static str {
    usize::try_from(weekday.to_monday_zero_offset())
        .ok()
        .and_then(|day| names.get(day).copied())
        .unwrap_or_default()
}

fn month_name(date: Date) -> &'static str {
    usize::try_from(date.month() - 1)
        .ok()
        .and_then(|month| MONTHS_EN.get(month).copied())
        .unwrap_or_default()
}

/// A date with its weekday: 「2026年12月1日（火）」, "Tuesday 1 December 2026".
pub fn date_with_weekday(lang: Lang, date: Date) -> String {
    match lang {
        Lang::Ja => format!(
            "{}（{}）",
            self::date(lang, date),
            weekday_name(WEEKDAYS_JA, date.weekday())
        ),
        Lang::En => format!(
            "{} {}",
            weekday_name(WEEKDAYS_EN, date.weekday()),
            self::date(lang, date)
        ),
    }
}

/// A date: 「2026年12月1日」, "1 December 2026".
pub fn date(lang: Lang, date: Date) -> String {
    match lang {
        Lang::Ja => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Lang::En => format!("{} {} {}", date.day(), month_name(date), date.year()),
    }
}

/// An instant where `zone` is in force, without the zone's name: 「11月21日 12時20分」, "21 November, 12:20".
pub fn time_of_day_with_date(lang: Lang, instant: Timestamp, zone: &TimeZone) -> String {
    let local = instant.to_zoned(zone.clone());
    match lang {
        Lang::Ja => format!(
            "{}月{}日 {}時{:02}分",
            local.month(),
            local.day(),
            local.hour(),
            local.minute()
        ),
        Lang::En => format!(
            "{} {}, {:02}:{:02}",
            local.day(),
            month_name(local.date()),
            local.hour(),
            local.minute()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    #[test]
    fn dates_are_written_as_each_language_writes_them() {
        assert_eq!(
            date_with_weekday(Lang::Ja, day(2026, 12, 1)),
            "2026年12月1日（火）"
        );
        assert_eq!(
            date_with_weekday(Lang::En, day(2026, 12, 1)),
            "Tuesday 1 December 2026"
        );
    }

    #[test]
    fn instants_are_shown_in_the_zone_asked_for() {
        let instant: Timestamp = "2026-11-21T03:20:00Z".parse().unwrap();
        assert_eq!(
            time_of_day_with_date(Lang::Ja, instant, &crate::clock::japan()),
            "11月21日 12時20分"
        );
        assert_eq!(
            time_of_day_with_date(Lang::En, instant, &TimeZone::UTC),
            "21 November, 03:20"
        );
    }

    #[test]
    fn both_languages_have_the_same_keys_with_the_same_variables() {
        // A name may be given in both languages: `x` and `x_en` are the same fact.
        let facts = |names: &BTreeSet<String>| {
            names
                .iter()
                .map(|name| name.trim_end_matches("_en").to_owned())
                .collect::<BTreeSet<_>>()
        };
        let of = |lang| {
            keys(lang)
                .map(|(key, names)| (key, facts(names)))
                .collect::<std::collections::BTreeMap<_, _>>()
        };
        let (ja, en) = (of(Lang::Ja), of(Lang::En));
        for (key, names) in &ja {
            assert_eq!(
                en.get(key),
                Some(names),
                "{key} differs between the languages"
            );
        }
        for key in en.keys() {
            assert!(ja.contains_key(key), "{key} is missing in Japanese");
        }
    }

    #[test]
    fn no_text_is_empty_and_no_key_stands_twice() {
        for lang in Lang::ALL {
            let mut seen = BTreeSet::new();
            for path in CatalogueFiles::iter().filter(|path| is_catalogue(path, lang)) {
                let file = CatalogueFiles::get(&path).unwrap();
                let source = String::from_utf8(file.data.into_owned()).unwrap();
                fluent_syntax::parser::parse(source.as_str())
                    .unwrap_or_else(|(_, errors)| panic!("{path}: {errors:?}"));
                for (key, _) in messages_of(&source) {
                    assert!(
                        seen.insert(key.clone()),
                        "{key} stands twice in {}",
                        lang.as_str()
                    );
                }
            }
            for (key, words) in &Catalogue::of(lang).fixed {
                assert!(!words.trim().is_empty(), "{key} is empty");
            }
        }
    }
}

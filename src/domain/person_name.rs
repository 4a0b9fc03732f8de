//! Family and given names as the family register has them.
//!
//! A name is kept exactly as typed but for outer spaces: variation selectors and compatibility ideographs stay, nothing is ever normalised. Refused are
//! only characters that no register holds: controls, emoji, private-use characters, direction overrides.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::text;

/// How many characters (a base with its selector counts once) a family or given name may have.
pub const MAX: usize = 60;

/// A family or given name as in the register; never empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegisterName(String);

/// Why a text cannot be a name of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NameError {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Empty,
    /// More than [`MAX`] characters.
    #[error("{length} characters, at most {MAX}")]
    TooLong {
        /// How many there were.
        length: usize,
    },
    /// A character no register holds.
    #[error("{} cannot be part of a name", text::shown(*.0))]
    Character(char),
}

impl RegisterName {
    /// Reads a typed name; the error names the first character that cannot be part of one.
    pub fn parse(typed: &str) -> Result<Self, NameError> {
        let name = text::name_spaced(typed);
        if name.is_empty() {
            return Err(NameError::Empty);
        }
        let mut before = None;
        for c in name.chars() {
            if !is_name_character(c) && !attaches(c, before) {
                return Err(NameError::Character(c));
            }
            before = Some(c);
        }
        let length = units(&name).len();
        if length > MAX {
            return Err(NameError::TooLong { length });
        }
        Ok(Self(name))
    }

    /// The name, as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its characters; a base together with the selector or voiced mark that belongs to it is one.
    pub fn characters(&self) -> Vec<&str> {
        units(&self.0)
    }

    /// How many characters it has.
    pub fn len(&self) -> usize {
        units(&self.0).len()
    }

    /// Never: a name has at least one character.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The key under which the name is found and compared: selectors and spaces dropped, variants folded to one form. Only for search: it is never shown or printed.
    pub fn search_key(&self) -> String {
        search_key(&self.0)
    }
}

/// The search key of any text that may be (part of) a name; see [`RegisterName::search_key`].
pub fn search_key(text: &str) -> String {
    text.chars()
        .filter(|c| !text::is_variation_selector(*c) && !text::is_trimmable(*c))
        .map(super::characters::search_form)
        .collect()
}

/// Letters of any script (kanji of every extension, kana, 々 〆 〇), and the marks registers use between parts of a name.
fn is_name_character(c: char) -> bool {
    let private = matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}');
    (c.is_alphabetic() && !private)
        || matches!(c, '\u{3000}' | '・' | '\u{30A0}' | '\u{3095}' | '〻')
}

/// Marks that belong to the character before them: a variation selector to an ideograph, a voiced mark to a kana.
fn attaches(c: char, before: Option<char>) -> bool {
    let Some(before) = before else {
        return false;
    };
    if text::is_variation_selector(c) {
        return is_ideograph(before);
    }
    matches!(c, '\u{3099}' | '\u{309A}') && matches!(before, '\u{3041}'..='\u{30FF}')
}

/// Whether `c` is a CJK ideograph, compatibility ideographs and all extensions included.
pub fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}' | '々' | '〆' | '〇')
}

fn units(name: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = name
        .char_indices()
        .filter(|(_, c)| !text::is_variation_selector(*c) && !matches!(c, '\u{3099}' | '\u{309A}'))
        .map(|(start, _)| start)
        .collect();
    starts.push(name.len());
    starts
        .windows(2)
        .filter_map(|pair| name.get(*pair.first()?..*pair.last()?))
        .collect()
}

impl fmt::Display for RegisterName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<RegisterName> for String {
    fn from(name: RegisterName) -> Self {
        name.0
    }
}

impl TryFrom<String> for RegisterName {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_as_the_register_has_them() {
        for name in [
            "𠮷野",
            "髙橋",
            "﨑山",
            "龍\u{E0103}",
            "渡邉\u{E0110}",
            "\u{FA19}谷",
            "々",
            "スミス",
            "ンドイ",
            "四ツ谷",
            "佐々木",
            "オブライエン",
            "か\u{3099}",
            "𛀂",
            "邊\u{FE00}",
            "ジャン・ポール",
            "〆木",
        ] {
            assert_eq!(
                RegisterName::parse(&format!(" {name}\u{3000}"))
                    .unwrap()
                    .as_str(),
                name
            );
        }
    }

    #[test]
    fn every_sample_name_is_taken_unchanged() {
        let table = include_str!("../../tests/data/sample-applicants.csv");
        for row in csv::Reader::from_reader(table.as_bytes())
            .records()
            .map(Result::unwrap)
        {
            for name in [&row[6], &row[7]] {
                assert_eq!(
                    RegisterName::parse(name).map(String::from).as_deref(),
                    Ok(name)
                );
            }
        }
    }

    #[test]
    fn what_no_register_holds_is_refused_by_name() {
        for (typed, expected) in [
            ("", NameError::Empty),
            (" \u{200B}", NameError::Empty),
            ("山田😀", NameError::Character('😀')),
            ("山\n田", NameError::Character('\n')),
            ("山\0田", NameError::Character('\0')),
            ("\u{202E}山田", NameError::Character('\u{202E}')),
            ("山\u{200D}田", NameError::Character('\u{200D}')),
            ("\u{E0100}山", NameError::Character('\u{E0100}')),
            ("\u{E000}田", NameError::Character('\u{E000}')),
            ("山田1", NameError::Character('1')),
            ("<b>", NameError::Character('<')),
            ("〓原", NameError::Character('〓')),
        ] {
            assert_eq!(RegisterName::parse(typed), Err(expected), "{typed:?}");
        }
    }

    #[test]
    fn a_character_with_its_selector_counts_once() {
        let name = RegisterName::parse("渡邉\u{E0110}").unwrap();
        assert_eq!(name.characters(), ["渡", "邉\u{E0110}"]);
        assert!(RegisterName::parse(&"邉\u{E0110}".repeat(60)).is_ok());
        assert_eq!(
            RegisterName::parse(&"𠮷".repeat(61)),
            Err(NameError::TooLong { length: 61 })
        );
    }

    #[test]
    fn variants_are_found_by_one_key() {
        let key = |name: &str| RegisterName::parse(name).unwrap().search_key();
        assert_eq!(key("髙橋"), key("高橋"));
        assert_eq!(key("渡邉\u{E0110}"), key("渡辺"));
        assert_eq!(key("齋藤"), key("斎藤"));
        assert_eq!(key("黑澤"), key("黒沢"));
        assert_ne!(key("大野"), key("小野"));
    }
}

//! The address abroad: lines as they stand on an envelope, in any script.
//!
//! One free field, because no set of boxes fits the world. Nothing but length and control characters is ever an error; a missing postcode is advice.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::free_text::{self, TextError};
use crate::reference::address_formats::{AddressPart, address_format};

/// How many characters an address may have, line ends included.
pub const MAX: usize = 200;
/// How many lines an address may have: what fits on the label.
pub const MAX_LINES: usize = 6;
/// The most words a postcode is made of (`A1A 1A1`, `1011 AB`).
const POSTCODE_WORDS: usize = 3;

/// An address abroad: one to six lines, without empty ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ForeignAddress(String);

/// Why a text cannot be an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AddressError {
    /// What any free text is refused for.
    #[error(transparent)]
    Text(#[from] TextError),
    /// More than [`MAX_LINES`] lines.
    #[error("{lines} lines, at most {MAX_LINES}")]
    TooManyLines {
        /// How many lines there were.
        lines: usize,
    },
}

impl ForeignAddress {
    /// Reads a typed address; empty lines are left out.
    pub fn parse(typed: &str) -> Result<Self, AddressError> {
        let typed = free_text::lines(typed, MAX)?;
        let lines: Vec<&str> = typed.lines().filter(|line| !line.is_empty()).collect();
        match lines.len() {
            count if count > MAX_LINES => Err(AddressError::TooManyLines { lines: count }),
            _ => Ok(Self(lines.join("\n"))),
        }
    }

    /// The whole address, its lines parted by LF.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The lines.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.lines()
    }

    /// An example of the postcode that seems to be missing, when the country (alpha-2 code) has postcodes and none of its form stands in the address.
    pub fn missing_postcode(&self, country: &str) -> Option<&'static str> {
        let postcode = address_format(country)?.postcode.as_ref()?;
        let words: Vec<&str> = self
            .0
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | '、' | '，' | '〒'))
            .filter(|word| !word.is_empty())
            .collect();
        let found = (1..=POSTCODE_WORDS).any(|count| {
            words
                .windows(count)
                .any(|window| postcode.matches(&window.concat()))
        });
        if found { None } else { Some(&postcode.example) }
    }
}

/// The parts of an address in the order of a country, line by line, without the person's name: the hint beside the field. Empty for unknown countries.
pub fn line_order(country: &str) -> Vec<Vec<AddressPart>> {
    let lines = address_format(country).map_or(&[][..], |format| &format.lines);
    lines
        .iter()
        .map(|line| {
            line.iter()
                .copied()
                .filter(|part| *part != AddressPart::Name)
                .collect()
        })
        .filter(|line: &Vec<AddressPart>| !line.is_empty())
        .collect()
}

impl fmt::Display for ForeignAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<ForeignAddress> for String {
    fn from(address: ForeignAddress) -> Self {
        address.0
    }
}

impl TryFrom<String> for ForeignAddress {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_any_script_keep_their_lines() {
        let address =
            ForeignAddress::parse(" 10 rue Exemple\r\n\r\n 75001 Paris \r\nFrance").unwrap();
        assert_eq!(
            address.lines().collect::<Vec<_>>(),
            ["10 rue Exemple", "75001 Paris", "France"]
        );
        for native in [
            "서울특별시 종로구 견본로 1",
            "ถนนตัวอย่าง 1 กรุงเทพฯ",
            "شارع المثال ١",
            "上海市样本路1号",
            "Maunaʻala Rd",
        ] {
            assert_eq!(ForeignAddress::parse(native).unwrap().as_str(), native);
        }
    }

    #[test]
    fn each_reason_for_refusal_is_named() {
        for (typed, expected) in [
            (String::new(), AddressError::Text(TextError::Empty)),
            (
                "a".repeat(201),
                AddressError::Text(TextError::TooLong {
                    max: 200,
                    length: 201,
                }),
            ),
            (
                "1\n2\n3\n4\n5\n6\n7".to_owned(),
                AddressError::TooManyLines { lines: 7 },
            ),
            (
                "a\u{202E}b".to_owned(),
                AddressError::Text(TextError::Character('\u{202E}')),
            ),
            (
                "1 A St\n123456789018".to_owned(),
                AddressError::Text(TextError::MyNumber),
            ),
        ] {
            assert_eq!(ForeignAddress::parse(&typed), Err(expected), "{typed:?}");
        }
    }

    #[test]
    fn a_missing_postcode_is_noticed_only_where_there_are_postcodes() {
        for (country, typed, expected) in [
            ("GB", "2F1, 14 Example Crescent\nEdinburgh\nEH3 7HW", None),
            ("GB", "2F1, 14 Example Crescent\nEdinburgh", Some(())),
            ("US", "1 Sample Plaza\nNew York, NY 10171", None),
            ("CA", "999 Sample Street, Vancouver BC V6E 2K9", None),
            ("NL", "Voorbeeld 1\n1011 AB Amsterdam", None),
            ("FR", "10 rue Exemple, Paris", Some(())),
            ("AE", "P.O. Box 1, Dubai", None),
            ("??", "somewhere", None),
        ] {
            assert_eq!(
                ForeignAddress::parse(typed)
                    .unwrap()
                    .missing_postcode(country)
                    .map(drop),
                expected,
                "{country} {typed}"
            );
        }
    }

    #[test]
    fn the_order_of_lines_follows_the_country() {
        use AddressPart::{Organisation, Postcode, State, Street, Town};
        assert_eq!(
            line_order("US"),
            [
                vec![Organisation],
                vec![Street],
                vec![Town, State, Postcode]
            ]
        );
        assert_eq!(
            line_order("DE"),
            [vec![Organisation], vec![Street], vec![Postcode, Town]]
        );
        assert!(line_order("??").is_empty());
    }
}

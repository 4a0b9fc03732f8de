//! How addresses are ordered in each country, and its postcodes (`address-formats.csv`).
//!
//! The order is a hint beside a free field, never a check; the postcode pattern gives advice only.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::{Provenance, option, rows, text};

const TABLE: &str = include_str!("address-formats.csv");

/// Where the formats come from.
pub const PROVENANCE: Provenance = Provenance {
    file: "address-formats.csv",
    source: "localized-address-format (MIT, from libaddressinput data); postalcheck (MIT)",
    version: "2026-11",
};

/// A part of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressPart {
    /// The person.
    Name,
    /// The company or organisation.
    Organisation,
    /// House, street, flat.
    Street,
    /// District of a town.
    District,
    /// Town.
    Town,
    /// State, province or prefecture.
    State,
    /// Postcode.
    Postcode,
    /// Sorting code (CEDEX and the like).
    SortingCode,
}

/// The form of addresses in a country.
#[derive(Debug, Clone)]
pub struct AddressFormat {
    /// The lines from top to bottom, each with its parts from left to right.
    pub lines: Vec<Vec<AddressPart>>,
    /// Postcodes, where the country has them.
    pub postcode: Option<Postcode>,
}

/// The postcodes of a country.
#[derive(Debug, Clone)]
pub struct Postcode {
    /// A real one, to show as an example.
    pub example: String,
    /// What a postcode looks like without spaces and hyphens.
    pattern: Regex,
}

impl Postcode {
    /// Whether `text` is a postcode of the country; spaces, hyphens and case do not count.
    pub fn matches(&self, text: &str) -> bool {
        let compact: String = text
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_uppercase)
            .collect();
        self.pattern.is_match(&compact)
    }
}

fn part(letter: char) -> Option<AddressPart> {
    Some(match letter {
        'N' => AddressPart::Name,
        'O' => AddressPart::Organisation,
        'A' => AddressPart::Street,
        'D' => AddressPart::District,
        'C' => AddressPart::Town,
        'S' => AddressPart::State,
        'Z' => AddressPart::Postcode,
        'X' => AddressPart::SortingCode,
        _ => return None,
    })
}

fn lines(format: &str) -> Vec<Vec<AddressPart>> {
    format
        .split("%n")
        .map(|line| {
            line.split('%')
                .skip(1)
                .filter_map(|token| token.chars().next().and_then(part))
                .collect()
        })
        .filter(|line: &Vec<AddressPart>| !line.is_empty())
        .collect()
}

static FORMATS: LazyLock<HashMap<String, AddressFormat>> = LazyLock::new(|| {
    rows(TABLE)
        .map(|row| {
            // Envelopes go abroad from Japan, or stay in the country: its own order serves both.
            let postcode = option(&row, 6).and_then(|pattern| {
                let pattern = Regex::new(&format!("^(?:{pattern})$")).ok()?;
                Some(Postcode {
                    example: text(&row, 7),
                    pattern,
                })
            });
            (
                text(&row, 0),
                AddressFormat {
                    lines: lines(&text(&row, 2)),
                    postcode,
                },
            )
        })
        .collect()
});

/// The form of addresses in the country with an alpha-2 code.
pub fn address_format(alpha2: &str) -> Option<&'static AddressFormat> {
    FORMATS.get(alpha2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_completely() {
        assert_eq!(FORMATS.len(), TABLE.lines().count() - 1);
        for row in rows(TABLE) {
            let format = address_format(&row[0]).unwrap();
            assert_eq!(format.postcode.is_some(), !row[6].is_empty(), "{}", &row[0]);
            assert_eq!(
                format.lines.iter().flatten().count(),
                row[2].matches('%').count() - row[2].matches("%n").count(),
                "{}",
                &row[0]
            );
            if let Some(postcode) = format
                .postcode
                .as_ref()
                .filter(|postcode| !postcode.example.is_empty())
            {
                assert!(
                    postcode.matches(&postcode.example),
                    "{} {}",
                    &row[0],
                    postcode.example
                );
            }
        }
    }

    #[test]
    fn postcodes_are_recognised_in_any_spelling() {
        let matches = |country: &str, typed: &str| {
            address_format(country)
                .unwrap()
                .postcode
                .as_ref()
                .unwrap()
                .matches(typed)
        };
        assert!(
            matches("GB", "w1j 7jt")
                && matches("CA", "V6E-2K9")
                && matches("US", "94105-1234")
                && matches("DE", "10117")
        );
        assert!(!matches("GB", "10117") && !matches("DE", "1011") && !matches("US", "ABC"));
        assert!(address_format("AE").unwrap().postcode.is_none());
    }
}

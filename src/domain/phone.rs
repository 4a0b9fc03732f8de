//! Telephone numbers with their country code, as E.164 and as typed.
//!
//! The typed text is what people see again, never reformatted. The number that can be dialled is kept beside it. Lengths are those of ITU-T E.164; the plans of single
//! countries are not checked, because they change.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::text;
use crate::reference::countries::dialling_code_of;

/// The most digits an international number has, country code included (ITU-T E.164).
const MAX_DIGITS: usize = 15;
/// The fewest digits after the country code; the smallest networks (Niue, Saint Helena) have four.
const MIN_NATIONAL: usize = 4;
/// How long the typed text may be.
const MAX_TYPED: usize = 40;
/// Countries whose numbers never begin with 0 after the country code: a typed trunk 0 (`+81 090…`) is left out. Italy's zeros, among others, stay.
const TRUNK_ZERO: &[&str] = &[
    "20", "27", "30", "31", "32", "33", "40", "41", "43", "44", "46", "49", "60", "61", "62", "63",
    "64", "66", "81", "82", "84", "86", "90", "91", "92", "94", "98", "213", "254", "353", "358",
    "886", "972",
];

/// A number that can be dialled from any country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber {
    e164: String,
    typed: String,
}

/// Why a text is no international telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PhoneError {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Empty,
    /// No country code at the beginning, or one that is not assigned.
    #[error("a country code is needed")]
    CountryCode,
    /// Too few digits.
    #[error("{digits} digits are too few")]
    TooShort {
        /// How many digits there were, country code included.
        digits: usize,
    },
    /// More digits than any international number has.
    #[error("{digits} digits are too many")]
    TooLong {
        /// How many digits there were, country code included.
        digits: usize,
    },
    /// A character that belongs to no telephone number.
    #[error("{} is not part of a telephone number", text::shown(*.0))]
    Character(char),
}

impl PhoneNumber {
    /// Reads a typed number: `+`, `00` or `010` and the country code, then digits with any spaces, brackets, dots and hyphens; an extension after `ext`, `x`, `#` or 内線 is kept in the typed text only.
    pub fn parse(typed: &str) -> Result<Self, PhoneError> {
        let typed: String = text::trimmed(typed)
            .chars()
            .filter(|c| {
                !text::is_zero_width(*c)
                    && !text::is_bidi_control(*c)
                    && !text::is_direction_mark(*c)
            })
            .collect();
        let folded: String = typed.chars().map(text::ascii_char).collect();
        let main = without_extension(&folded).replace("(0)", "");
        let (is_plus, digits) = dialled(&main)?;
        if digits.is_empty() && !is_plus {
            return Err(PhoneError::Empty);
        }
        let international = if is_plus {
            digits.as_str()
        } else {
            without_prefix(&digits).ok_or(PhoneError::CountryCode)?
        };
        let code = dialling_code_of(international).ok_or(PhoneError::CountryCode)?;
        let national = international.strip_prefix(code).unwrap_or_default();
        let national = if TRUNK_ZERO.contains(&code) {
            national.strip_prefix('0').unwrap_or(national)
        } else {
            national
        };
        let digits = code.len() + national.len();
        if national.len() < MIN_NATIONAL {
            return Err(PhoneError::TooShort { digits });
        }
        if digits > MAX_DIGITS || typed.chars().count() > MAX_TYPED {
            return Err(PhoneError::TooLong { digits });
        }
        Ok(Self {
            e164: format!("+{code}{national}"),
            typed,
        })
    }

    /// The number to dial: plus sign and digits.
    pub fn e164(&self) -> &str {
        &self.e164
    }

    /// The number as typed.
    pub fn typed(&self) -> &str {
        &self.typed
    }
}

/// The international prefixes of most countries (00) and of Japan (010). North America's 011 is not taken: it is also Sapporo's area code.
fn without_prefix(digits: &str) -> Option<&str> {
    digits
        .strip_prefix("010")
        .or_else(|| digits.strip_prefix("00"))
}

fn without_extension(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let end = ["ext", "x", "#", "内線"]
        .into_iter()
        .filter_map(|mark| lower.find(mark))
        .min();
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Whether the number began with a plus sign, and its digits.
fn dialled(text: &str) -> Result<(bool, String), PhoneError> {
    let mut digits = String::new();
    let mut is_plus = false;
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() && !is_plus => is_plus = true,
            '(' | ')' | '.' | '/' | '・' => {}
            _ if c == ' ' || text::is_hyphen_like(c) => {}
            _ => return Err(PhoneError::Character(c)),
        }
    }
    Ok((is_plus, digits))
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.typed
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = PhoneError;

    fn try_from(typed: String) -> Result<Self, PhoneError> {
        Self::parse(&typed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_however_they_are_typed() {
        for (typed, expected) in [
            ("+44 20 7946 0000", "+442079460000"),
            ("＋４４　２０　７９４６　００００", "+442079460000"),
            ("+44 (0)20 7946 0000", "+442079460000"),
            ("0044-20-7946-0000", "+442079460000"),
            ("010 44 20 7946 0000", "+442079460000"),
            ("\u{202A}+44 20 7946 0000\u{202C}", "+442079460000"),
            ("+1 (201) 555-0123 ext. 12", "+12015550123"),
            ("+81 090ー1234ー5678", "+819012345678"),
            ("+39 06 1234 5678", "+390612345678"),
            ("+683 4000", "+6834000"),
            ("+33.1.23.45.67.89", "+33123456789"),
        ] {
            assert_eq!(
                PhoneNumber::parse(typed).unwrap().e164(),
                expected,
                "{typed}"
            );
        }
        assert_eq!(
            PhoneNumber::parse(" +44 20 7946 0000 ").unwrap().typed(),
            "+44 20 7946 0000"
        );
    }

    #[test]
    fn each_reason_for_refusal_is_named() {
        for (typed, expected) in [
            ("", PhoneError::Empty),
            (" - ", PhoneError::Empty),
            ("090-1234-5678", PhoneError::CountryCode),
            ("020 7946 0000", PhoneError::CountryCode),
            ("+", PhoneError::CountryCode),
            ("+999 123456", PhoneError::CountryCode),
            ("+44 20", PhoneError::TooShort { digits: 4 }),
            ("+44 20 7946 0000 00000", PhoneError::TooLong { digits: 17 }),
            ("+44 twenty", PhoneError::Character('t')),
            ("+44 20\n7946", PhoneError::Character('\n')),
            ("++44", PhoneError::Character('+')),
        ] {
            assert_eq!(PhoneNumber::parse(typed), Err(expected), "{typed:?}");
        }
    }

    #[test]
    fn every_sample_number_is_already_in_its_final_form() {
        let table = include_str!("../../tests/data/sample-applicants.csv");
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let column = reader
            .headers()
            .unwrap()
            .iter()
            .position(|name| name == "phone")
            .unwrap();
        for row in reader
            .records()
            .map(Result::unwrap)
            .filter(|row| !row[column].is_empty())
        {
            assert_eq!(
                PhoneNumber::parse(&row[column])
                    .map(|number| number.e164().to_owned())
                    .as_deref(),
                Ok(&row[column])
            );
        }
    }
}

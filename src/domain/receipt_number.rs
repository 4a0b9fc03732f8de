//! The receipt number (受付番号) of an application: nine random symbols and one that checks them, shown `K7M4-2PQX-9T`.
//!
//! The alphabet is Crockford's base 32 (no I, L, O, U). The check symbol makes the ten symbols, taken as elements of GF(32), a code word:
//! `Σ αⁱ·sᵢ = 0` with the primitive element α = x modulo x⁵ + x² + 1. A single wrong symbol changes the sum by `αⁱ·e`, a swap of two
//! neighbours by `(αⁱ + αⁱ⁺¹)(s + t)`; neither is ever zero, so both are always noticed. (Crockford's own modulo-37 check needs five more
//! symbols; a modulo-32 sum misses swaps.) 45 random bits make the number hard to meet by chance; it is a name, not a secret.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::text;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many symbols there are, the check symbol included.
const LENGTH: usize = 10;

/// A receipt number whose check symbol is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReceiptNumber([u8; LENGTH]);

/// Why a typed receipt number cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ReceiptNumberError {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Empty,
    /// Not ten symbols.
    #[error("{0} symbols instead of 10")]
    Length(usize),
    /// A character that is not in the alphabet.
    #[error("{0:?} is never in a receipt number")]
    Symbol(char),
    /// The check symbol does not belong to the others: something was mistyped.
    #[error("the check symbol is wrong")]
    Check,
}

impl ReceiptNumber {
    /// The number made from the lowest 45 bits of `random`.
    pub fn from_random(random: u64) -> Self {
        let mut values = [0_u8; LENGTH];
        let mut check = 0;
        for (nth, value) in values.iter_mut().take(LENGTH - 1).enumerate() {
            *value = u8::try_from((random >> (5 * nth)) & 31).unwrap_or_default();
            check = times_alpha(check) ^ *value;
        }
        if let Some(last) = values.last_mut() {
            *last = times_alpha(check);
        }
        Self(values)
    }

    /// The ten symbols without hyphens, as stored and as in the QR symbol.
    pub fn compact(&self) -> String {
        self.0.iter().map(|value| symbol(*value)).collect()
    }
}

/// Multiplication by α in GF(32).
fn times_alpha(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 0b10_0000 == 0 {
        doubled
    } else {
        doubled ^ 0b10_0101
    }
}

fn symbol(value: u8) -> char {
    ALPHABET
        .get(usize::from(value))
        .map_or('0', |byte| char::from(*byte))
}

fn symbol_value(c: char) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    let position = ALPHABET.iter().position(|byte| char::from(*byte) == c)?;
    u8::try_from(position).ok()
}

impl FromStr for ReceiptNumber {
    type Err = ReceiptNumberError;

    /// Reads what a person typed: any case and width, with or without hyphens and spaces, I and L for 1, O for 0.
    fn from_str(typed: &str) -> Result<Self, ReceiptNumberError> {
        let mut values = [0_u8; LENGTH];
        let (mut length, mut sum) = (0_usize, 0);
        for c in typed
            .chars()
            .filter(|c| !text::is_hyphen_like(*c) && !text::is_trimmable(*c))
        {
            let c = text::ascii_char(c);
            let value = symbol_value(c).ok_or(ReceiptNumberError::Symbol(c))?;
            if let Some(place) = values.get_mut(length) {
                *place = value;
                sum = times_alpha(sum) ^ value;
            }
            length += 1;
        }
        match length {
            0 => Err(ReceiptNumberError::Empty),
            LENGTH if sum == 0 => Ok(Self(values)),
            LENGTH => Err(ReceiptNumberError::Check),
            other => Err(ReceiptNumberError::Length(other)),
        }
    }
}

impl fmt::Display for ReceiptNumber {
    /// The number in groups of four, four and two: `K7M4-2PQX-9T`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, value) in self.0.iter().enumerate() {
            if nth == 4 || nth == 8 {
                formatter.write_str("-")?;
            }
            write!(formatter, "{}", symbol(*value))?;
        }
        Ok(())
    }
}

impl From<ReceiptNumber> for String {
    fn from(number: ReceiptNumber) -> Self {
        number.compact()
    }
}

impl TryFrom<String> for ReceiptNumber {
    type Error = ReceiptNumberError;

    fn try_from(text: String) -> Result<Self, ReceiptNumberError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bit patterns that visit every symbol at every place.
    fn numbers() -> impl Iterator<Item = ReceiptNumber> {
        (0..32_u64)
            .flat_map(|a| {
                (0..32_u64).map(move |b| (a * 0x0421_0842_1085) ^ (b << 20) ^ (b * 0x9E37_79B9))
            })
            .map(ReceiptNumber::from_random)
    }

    #[test]
    fn every_single_wrong_symbol_is_noticed() {
        for number in numbers() {
            for place in 0..LENGTH {
                for wrong in (0..32_u8).filter(|wrong| *wrong != number.0[place]) {
                    let mut values = number.0;
                    values[place] = wrong;
                    assert_eq!(
                        ReceiptNumber(values).compact().parse::<ReceiptNumber>(),
                        Err(ReceiptNumberError::Check)
                    );
                }
            }
        }
    }

    #[test]
    fn every_swap_of_neighbours_is_noticed() {
        for place in 0..LENGTH - 1 {
            for (a, b) in (0..32_u8)
                .flat_map(|a| (0..32_u8).map(move |b| (a, b)))
                .filter(|(a, b)| a != b)
            {
                // What the swap adds to the sum does not depend on the other symbols.
                let mut sum = 0;
                for nth in 0..LENGTH {
                    sum = times_alpha(sum)
                        ^ if nth == place || nth == place + 1 {
                            a ^ b
                        } else {
                            0
                        };
                }
                assert_ne!(sum, 0, "{place} {a} {b}");
            }
        }
        let number = ReceiptNumber::from_random(0x1234_5678_9ABC);
        let mut swapped = number.0;
        swapped.swap(8, 9);
        assert_eq!(
            ReceiptNumber(swapped).compact().parse::<ReceiptNumber>(),
            Err(ReceiptNumberError::Check)
        );
    }

    #[test]
    fn a_number_is_read_back_however_it_is_typed() {
        for number in numbers() {
            let shown = number.to_string();
            assert_eq!(
                (shown.len(), shown.as_bytes()[4], shown.as_bytes()[9]),
                (12, b'-', b'-')
            );
            let wide: String = shown
                .chars()
                .filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0))
                .collect();
            for typed in [
                shown.clone(),
                number.compact(),
                shown.to_lowercase(),
                wide,
                format!(" {} ", shown.replace('-', "ー")),
                shown.replace('0', "o").replace('1', "l"),
                shown.replace('1', "I"),
            ] {
                assert_eq!(typed.parse(), Ok(number), "{typed}");
            }
        }
    }

    #[test]
    fn bad_input_gets_its_own_reason() {
        for (typed, expected) in [
            ("", ReceiptNumberError::Empty),
            ("K7M4", ReceiptNumberError::Length(4)),
            ("K7M4-2PQX-9T-0", ReceiptNumberError::Length(11)),
            ("K7M4-2PQX-9U", ReceiptNumberError::Symbol('U')),
            ("K7M4-2PQX-あ", ReceiptNumberError::Symbol('あ')),
        ] {
            assert_eq!(typed.parse::<ReceiptNumber>(), Err(expected), "{typed}");
        }
    }

    #[test]
    fn only_45_bits_are_used_and_all_of_them() {
        assert_eq!(
            ReceiptNumber::from_random(u64::MAX),
            ReceiptNumber::from_random((1 << 45) - 1)
        );
        let all: std::collections::BTreeSet<_> = (0..45)
            .map(|bit| ReceiptNumber::from_random(1 << bit))
            .collect();
        assert_eq!(all.len(), 45);
    }
}

//! The name in braille on a card: its cells, at most eleven.
//!
//! The domestic form says 最大11マス, and that a voiced or semi-voiced mark takes a cell of its own (濁点・半濁点も1マス): ガ is カ and a mark, two cells. That is
//! also how braille writes it, the mark's cell first. Small kana, ー, ッ, ・ and the space between the names take a cell each. In braille ギャ needs two
//! cells, not three, because one sign holds both marks; the boxes of the form are counted here, so what fits here fits on the card.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::kana::{Kana, KanaError, without_mark};

/// How many cells a card has for the name.
pub const MAX_CELLS: usize = 11;

/// A reading that fits into the braille cells of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Kana", into = "Kana")]
pub struct BrailleName(Kana);

/// Why a text cannot stand on a card in braille.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BrailleError {
    /// It is no reading.
    #[error(transparent)]
    Kana(#[from] KanaError),
    /// It needs more cells than a card has.
    #[error("{cells} cells, at most {MAX_CELLS}")]
    TooManyCells {
        /// How many cells it needs.
        cells: usize,
    },
}

/// How many cells a reading needs.
pub fn cells(kana: &Kana) -> usize {
    kana.as_str()
        .chars()
        .map(|c| if without_mark(c).is_some() { 2 } else { 1 })
        .sum()
}

impl BrailleName {
    /// Reads what was typed into the braille field.
    pub fn parse(typed: &str) -> Result<Self, BrailleError> {
        Self::try_from(Kana::parse(typed)?)
    }

    /// The reading.
    pub fn kana(&self) -> &Kana {
        &self.0
    }
}

impl TryFrom<Kana> for BrailleName {
    type Error = BrailleError;

    fn try_from(kana: Kana) -> Result<Self, BrailleError> {
        match cells(&kana) {
            cells if cells > MAX_CELLS => Err(BrailleError::TooManyCells { cells }),
            _ => Ok(Self(kana)),
        }
    }
}

impl From<BrailleName> for Kana {
    fn from(name: BrailleName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_takes_a_cell_of_its_own() {
        for (typed, expected) in [
            ("ヤマタ", 3),
            ("ヤマダ", 4),
            ("ペーター", 5),
            ("キョウコ", 4),
            ("ギャ", 3),
            ("ヴ", 2),
            ("ハットリ", 4),
            ("ヤマダ ハナコ", 8),
            ("ミスヾ", 4),
            ("カデノコウジ シンザエモン", 16),
        ] {
            assert_eq!(cells(&Kana::parse(typed).unwrap()), expected, "{typed}");
        }
    }

    #[test]
    fn the_twelfth_cell_is_refused() {
        assert!(BrailleName::parse("アイウエオカキクケコサ").is_ok());
        assert_eq!(
            BrailleName::parse("アイウエオカキクケコザ"),
            Err(BrailleError::TooManyCells { cells: 12 })
        );
        assert_eq!(
            BrailleName::parse("カデノコウジ　シンザエモン"),
            Err(BrailleError::TooManyCells { cells: 16 })
        );
        assert_eq!(
            BrailleName::parse(""),
            Err(BrailleError::Kana(KanaError::Empty))
        );
    }
}

//! Readings of names (フリガナ): full-width katakana, however they were typed.
//!
//! Hiragana, half-width kana, kana with detached voiced marks and any hyphen for ー are taken; kanji, Latin letters and digits are refused by name.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::text;

/// How many characters a reading may have.
pub const MAX: usize = 60;

/// Half-width katakana U+FF66–U+FF9D, in order.
const HALF_WIDTH: &str = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
/// Katakana that take a voiced mark, each followed by its voiced form.
const VOICED: &str = "ウヴカガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボワヷヰヸヱヹヲヺヽヾ";
/// Katakana that take a semi-voiced mark, each followed by its semi-voiced form.
const SEMI_VOICED: &str = "ハパヒピフプヘペホポ";

/// A reading in full-width katakana with ー, ・, repetition marks and single ideographic spaces; never empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Kana(String);

/// Why a text cannot be a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KanaError {
    /// Nothing was typed, or no kana among marks.
    #[error("nothing was typed")]
    Empty,
    /// More than [`MAX`] characters.
    #[error("{length} characters, at most {MAX}")]
    TooLong {
        /// How many there were.
        length: usize,
    },
    /// Neither hiragana nor katakana.
    #[error("{} is neither hiragana nor katakana", text::shown(*.0))]
    Character(char),
}

impl Kana {
    /// Reads a typed reading; the error names the first character that is no kana.
    pub fn parse(typed: &str) -> Result<Self, KanaError> {
        let mut kana = String::with_capacity(typed.len());
        for c in text::name_spaced(typed).chars() {
            let folded = katakana(c);
            if let Some(pairs) = mark_pairs(c) {
                let base = kana.pop().ok_or(KanaError::Character(c))?;
                kana.push(marked(base, pairs).ok_or(KanaError::Character(c))?);
            } else if is_katakana(folded) || matches!(folded, '・' | '\u{3000}') {
                kana.push(folded);
            } else if text::is_hyphen_like(c) && kana.chars().last().is_some_and(is_katakana) {
                kana.push('ー');
            } else {
                return Err(KanaError::Character(c));
            }
        }
        if !kana.chars().any(is_letter) {
            return Err(KanaError::Empty);
        }
        let length = kana.chars().count();
        if length > MAX {
            return Err(KanaError::TooLong { length });
        }
        Ok(Self(kana))
    }

    /// The reading.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The reading in hiragana, for those who read it more easily; ー and marks stay.
    pub fn to_hiragana(&self) -> String {
        self.0.chars().map(hiragana).collect()
    }
}

impl fmt::Display for Kana {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<Kana> for String {
    fn from(kana: Kana) -> Self {
        kana.0
    }
}

impl TryFrom<String> for Kana {
    type Error = KanaError;

    fn try_from(text: String) -> Result<Self, KanaError> {
        Self::parse(&text)
    }
}

/// The full-width katakana for a hiragana or a half-width katakana; every other character itself.
pub fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        '\u{FF66}'..='\u{FF9D}' => usize::try_from(u32::from(c) - 0xFF66)
            .ok()
            .and_then(|nth| HALF_WIDTH.chars().nth(nth))
            .unwrap_or(c),
        '\u{FF65}' => '・',
        _ => c,
    }
}

/// The hiragana for a katakana that has one; every other character itself.
pub fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        _ => c,
    }
}

/// The unvoiced katakana under a voiced or semi-voiced one; `None` when there is no mark on it.
pub fn without_mark(c: char) -> Option<char> {
    [VOICED, SEMI_VOICED].into_iter().find_map(|pairs| {
        let position = pairs.chars().position(|form| form == c)?;
        (position % 2 == 1)
            .then(|| pairs.chars().nth(position - 1))
            .flatten()
    })
}

/// The voiced form of a katakana, if it has one.
pub fn voiced(c: char) -> Option<char> {
    marked(c, VOICED)
}

fn marked(base: char, pairs: &str) -> Option<char> {
    let position = pairs.chars().position(|form| form == base)?;
    (position % 2 == 0)
        .then(|| pairs.chars().nth(position + 1))
        .flatten()
}

/// The pairs of forms a detached mark chooses from.
fn mark_pairs(c: char) -> Option<&'static str> {
    match c {
        '\u{3099}' | '\u{309B}' | '\u{FF9E}' => Some(VOICED),
        '\u{309A}' | '\u{309C}' | '\u{FF9F}' => Some(SEMI_VOICED),
        _ => None,
    }
}

fn is_katakana(c: char) -> bool {
    is_letter(c) || matches!(c, 'ー' | 'ヽ' | 'ヾ')
}

fn is_letter(c: char) -> bool {
    matches!(c, 'ァ'..='ヺ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_type_a_reading_gives_the_same_katakana() {
        for (typed, expected) in [
            ("やまだ", "ヤマダ"),
            ("ヤマダ", "ヤマダ"),
            ("ﾔﾏﾀﾞ", "ヤマダ"),
            ("やまた\u{3099}", "ヤマダ"),
            ("ヤマタ゛", "ヤマダ"),
            ("ﾍﾟｰﾀｰ", "ペーター"),
            ("じょ-じ", "ジョージ"),
            ("ジョ－ジ", "ジョージ"),
            ("ジョ～ジ", "ジョージ"),
            ("ｳﾞｨｸﾄﾘｱ", "ヴィクトリア"),
            ("ゔぃくとりあ", "ヴィクトリア"),
            ("ゐね", "ヰネ"),
            ("みすゞ", "ミスヾ"),
            (" まりあ  ･ えま ", "マリア\u{3000}・\u{3000}エマ"),
            ("ヵヶ", "ヵヶ"),
            ("ん", "ン"),
        ] {
            assert_eq!(Kana::parse(typed).unwrap().as_str(), expected, "{typed:?}");
        }
    }

    #[test]
    fn the_first_character_that_is_no_kana_is_named() {
        for (typed, expected) in [
            ("", KanaError::Empty),
            (" 　", KanaError::Empty),
            ("・", KanaError::Empty),
            ("山だ", KanaError::Character('山')),
            ("Yamada", KanaError::Character('Y')),
            ("ヤマダ1", KanaError::Character('1')),
            ("-ヤマダ", KanaError::Character('-')),
            ("゛", KanaError::Character('゛')),
            ("ア゛", KanaError::Character('゛')),
            ("ヤ\nマ", KanaError::Character('\n')),
            ("ヤ\u{202E}マ", KanaError::Character('\u{202E}')),
        ] {
            assert_eq!(Kana::parse(typed), Err(expected), "{typed:?}");
        }
        assert_eq!(
            Kana::parse(&"ア".repeat(61)),
            Err(KanaError::TooLong { length: 61 })
        );
    }

    #[test]
    fn every_sample_reading_is_unchanged() {
        let table = include_str!("../../tests/data/sample-applicants.csv");
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let headers = reader.headers().unwrap().clone();
        let columns: Vec<usize> = headers
            .iter()
            .enumerate()
            .filter(|(_, name)| matches!(*name, "surname_kana" | "given_kana"))
            .map(|(nth, _)| nth)
            .collect();
        for row in reader.records().map(Result::unwrap) {
            for column in &columns {
                assert_eq!(
                    Kana::parse(&row[*column]).map(String::from).as_deref(),
                    Ok(&row[*column])
                );
            }
        }
    }

    #[test]
    fn hiragana_and_back_is_the_same_reading() {
        let kana = Kana::parse("ヴィクトリアージョヾ").unwrap();
        assert_eq!(kana.to_hiragana(), "ゔぃくとりあーじょゞ");
        assert_eq!(Kana::parse(&kana.to_hiragana()), Ok(kana));
        assert_eq!(
            (without_mark('ガ'), without_mark('パ'), without_mark('カ')),
            (Some('カ'), Some('ハ'), None)
        );
    }
}

//! Names in Latin letters as passports have them, and how far they agree with the reading.
//!
//! A passport spells by its own Hepburn rules (`reference/kana-romaji.csv`): M before B, M and P; T before CH for っ; long ou, oo and uu as O and U, but oo
//! at the end of a name as OO. On request it may write OH, OU or OO for a long o, and anything else with papers from abroad, so disagreement is only advice.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::kana::{self, Kana};
use super::text;
use crate::reference::kana_romaji::spelling;

/// How many characters a name in Latin letters may have.
pub const MAX: usize = 60;

/// A name in capital Latin letters, with single spaces, and where a passport has them apostrophes, hyphens and brackets. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PassportName(String);

/// Why a text cannot be a name in Latin letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PassportNameError {
    /// Nothing was typed, or no letter.
    #[error("nothing was typed")]
    Empty,
    /// More than [`MAX`] characters.
    #[error("{length} characters, at most {MAX}")]
    TooLong {
        /// How many there were.
        length: usize,
    },
    /// Neither a letter from A to Z nor one of the marks a passport has.
    #[error("{} cannot be used", text::shown(*.0))]
    Character(char),
}

impl PassportName {
    /// Reads a typed name: capitals of any width and case; commas and runs of spaces become one space.
    ///
    /// Japanese passports print letters and spaces, and a second spelling in brackets; apostrophe and hyphen are taken because people copy them from
    /// foreign papers. A slash, which other countries print between spellings, is refused like every other sign.
    pub fn parse(typed: &str) -> Result<Self, PassportNameError> {
        let mut name = String::with_capacity(typed.len());
        for c in text::ascii_folded(typed).chars() {
            match c.to_ascii_uppercase() {
                letter @ 'A'..='Z' => name.push(letter),
                mark @ ('(' | ')') => name.push(mark),
                '\'' | '\u{2019}' => name.push('\''),
                ' ' | ',' if name.ends_with(' ') || name.is_empty() => {}
                ' ' | ',' => name.push(' '),
                hyphen if text::is_hyphen_like(hyphen) && hyphen != '~' => name.push('-'),
                _ => return Err(PassportNameError::Character(c)),
            }
        }
        let name = name.trim_end().to_owned();
        if !name.contains(|c: char| c.is_ascii_uppercase()) {
            return Err(PassportNameError::Empty);
        }
        let length = name.chars().count();
        if length > MAX {
            Err(PassportNameError::TooLong { length })
        } else {
            Ok(Self(name))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its letters alone, without a second spelling in brackets.
    fn letters(&self) -> String {
        let first = self.0.split('(').next().unwrap_or_default();
        first.chars().filter(char::is_ascii_uppercase).collect()
    }
}

impl fmt::Display for PassportName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<PassportName> for String {
    fn from(name: PassportName) -> Self {
        name.0
    }
}

impl TryFrom<String> for PassportName {
    type Error = PassportNameError;

    fn try_from(text: String) -> Result<Self, PassportNameError> {
        Self::parse(&text)
    }
}

/// The usual passport spelling of a reading. Where two words meet (おお＋おか) it may be shorter than the passport's, see [`hepburn_of_parts`].
pub fn hepburn(kana: &Kana) -> String {
    hepburn_of_parts(&[kana])
}

/// The usual passport spelling of a reading whose parts are known: vowels of two parts are not drawn together (まつ＋うら is MATSUURA).
pub fn hepburn_of_parts(parts: &[&Kana]) -> String {
    sounds(parts)
        .into_iter()
        .map(|sound| sound.spellings.into_iter().next().unwrap_or_default())
        .collect()
}

/// How a name in Latin letters agrees with a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It is the usual spelling.
    Usual,
    /// It differs only in how long vowels are written (OH, OU, OO, UU), which a passport may have.
    LongVowels,
    /// It is another name, or a spelling from abroad.
    Different,
}

/// How `name` agrees with the readings of the family and given name, in either order.
pub fn fit(name: &PassportName, family: &Kana, given: &Kana) -> Fit {
    let letters = name.letters();
    let orders = [[family, given], [given, family]];
    let words = |order: [&Kana; 2]| order.map(hepburn).concat();
    if orders.into_iter().any(|order| words(order) == letters) {
        return Fit::Usual;
    }
    let is_spelt = |order: [&Kana; 2]| {
        let mut all = sounds(&[order[0]]);
        all.extend(sounds(&[order[1]]));
        matches_sounds(&letters, &all)
    };
    if orders.into_iter().any(is_spelt) {
        Fit::LongVowels
    } else {
        Fit::Different
    }
}

/// A sound and the ways to spell it, the usual one first.
struct Sound {
    spellings: Vec<String>,
}

impl Sound {
    fn one(spelling: impl Into<String>) -> Self {
        Self {
            spellings: vec![spelling.into()],
        }
    }

    fn last_letter(&self) -> Option<char> {
        self.spellings
            .first()
            .and_then(|spelling| spelling.chars().last())
    }
}

/// Whether the letters spell the sounds in one of their ways. All places that can be reached are followed at once, so that no name takes long.
fn matches_sounds(letters: &str, sounds: &[Sound]) -> bool {
    let mut reached = BTreeSet::from([0_usize]);
    for sound in sounds {
        reached = reached
            .iter()
            .filter_map(|place| letters.get(*place..))
            .flat_map(|rest| {
                sound
                    .spellings
                    .iter()
                    .filter_map(|spelling| rest.strip_prefix(spelling.as_str()))
            })
            .map(|after| letters.len() - after.len())
            .collect();
    }
    reached.contains(&letters.len())
}

fn sounds(parts: &[&Kana]) -> Vec<Sound> {
    let mut sounds: Vec<Sound> = Vec::new();
    for (nth, part) in parts.iter().enumerate() {
        let is_last = nth + 1 == parts.len();
        let kana: Vec<char> = plain(part);
        let mut rest = kana.as_slice();
        // The vowel that the part's own sounds end in, long vowels drawn together.
        let mut vowel: Option<char> = None;
        while let Some((first, after)) = rest.split_first() {
            let (sound, used) = sound(*first, after, vowel, is_last);
            rest = rest.get(used..).unwrap_or_default();
            vowel = sound.last_letter().or(vowel);
            sounds.push(sound);
        }
    }
    sounds
}

/// The next sound and how many kana it takes.
fn sound(first: char, after: &[char], vowel: Option<char>, is_last_part: bool) -> (Sound, usize) {
    let at_end = after.is_empty() && is_last_part;
    let long = |spellings: &[&str]| {
        (
            Sound {
                spellings: spellings
                    .iter()
                    .map(|spelling| (*spelling).to_owned())
                    .collect(),
            },
            1,
        )
    };
    match (first, vowel) {
        ('ー', _) => (Sound::one(""), 1),
        ('ウ', Some('O')) => long(&["", "U", "H"]),
        ('オ', Some('O')) if at_end => long(&["O", "H"]),
        ('オ', Some('O')) => long(&["", "O", "H"]),
        ('ウ', Some('U')) => long(&["", "U"]),
        ('ン', _) => (Sound::one(if is_labial(after) { "M" } else { "N" }), 1),
        ('ッ', _) => (Sound::one(doubled(after)), 1),
        _ => spelt(first, after),
    }
}

fn spelt(first: char, after: &[char]) -> (Sound, usize) {
    if let Some(second) = after.first()
        && let Some(romaji) = spelling(&[first, *second].iter().collect::<String>())
    {
        return (Sound::one(romaji), 2);
    }
    (
        Sound::one(spelling(&first.to_string()).unwrap_or_default()),
        1,
    )
}

fn next_letter(after: &[char]) -> Option<char> {
    let (first, rest) = after.split_first()?;
    let (sound, _) = spelt(*first, rest);
    sound.spellings.first()?.chars().next()
}

fn is_labial(after: &[char]) -> bool {
    matches!(next_letter(after), Some('B' | 'M' | 'P'))
}

/// What ッ is written as before the sound that follows; TSU where nothing can be doubled.
fn doubled(after: &[char]) -> String {
    match next_letter(after) {
        Some('C') => "T".to_owned(),
        Some(letter) if !matches!(letter, 'A' | 'I' | 'U' | 'E' | 'O') => letter.to_string(),
        _ => "TSU".to_owned(),
    }
}

/// The kana with repetition marks written out, without dots and spaces; ヵ and ヶ as カ and ケ.
fn plain(kana: &Kana) -> Vec<char> {
    let mut plain: Vec<char> = Vec::new();
    for c in kana.as_str().chars() {
        match (c, plain.last()) {
            ('ヽ', Some(before)) => plain.push(kana::without_mark(*before).unwrap_or(*before)),
            ('ヾ', Some(before)) => plain.push(kana::voiced(*before).unwrap_or(*before)),
            ('ヵ', _) => plain.push('カ'),
            ('ヶ', _) => plain.push('ケ'),
            ('・' | '\u{3000}' | 'ヽ' | 'ヾ', _) => {}
            _ => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kana(text: &str) -> Kana {
        Kana::parse(text).unwrap()
    }

    fn fits(romaji: &str, reading: &str) -> bool {
        matches_sounds(romaji, &sounds(&[&kana(reading)]))
    }

    #[test]
    fn every_vector_is_spelt_as_expected() {
        let table = include_str!("../../tests/data/romaji-vectors.csv");
        let mut seen = 0;
        for row in csv::Reader::from_reader(table.as_bytes())
            .records()
            .map(Result::unwrap)
        {
            assert_eq!(hepburn(&kana(&row[2])), &row[6], "{}", &row[2]);
            let parts: Vec<Kana> = row[3].split('|').map(kana).collect();
            assert_eq!(
                hepburn_of_parts(&parts.iter().collect::<Vec<_>>()),
                &row[4],
                "{}",
                &row[3]
            );
            assert!(fits(&row[4], &row[2]), "{}", &row[4]);
            seen += 1;
        }
        assert_eq!(seen, 118);
    }

    #[test]
    fn allowed_alternatives_fit_and_spellings_from_abroad_do_not() {
        let table = include_str!("../../tests/data/romaji-vectors.csv");
        for row in csv::Reader::from_reader(table.as_bytes())
            .records()
            .map(Result::unwrap)
        {
            for alternative in row[5]
                .split('|')
                .filter(|alternative| !alternative.is_empty())
            {
                match alternative.strip_suffix("(非ヘボン)") {
                    Some(foreign) => assert!(!fits(foreign, &row[2]), "{foreign}"),
                    None => assert!(fits(alternative, &row[2]), "{alternative} {}", &row[2]),
                }
            }
        }
    }

    #[test]
    fn samples_agree_with_their_readings_where_they_say_so() {
        let table = include_str!("../../tests/data/sample-applicants.csv");
        for row in csv::Reader::from_reader(table.as_bytes())
            .records()
            .map(Result::unwrap)
        {
            let name = PassportName::parse(&format!("{} {}", &row[10], &row[11])).unwrap();
            let fit = fit(&name, &kana(&row[8]), &kana(&row[9]));
            let differs = row[59].contains("romaji-differs-from-kana")
                || row[60].contains("romaji-differs-from-kana");
            match &row[12] {
                "hepburn" => assert!(fit != Fit::Different, "{}: {name} {fit:?}", &row[0]),
                "oh" => assert_eq!(fit, Fit::LongVowels, "{name}"),
                _ => assert!(fit == Fit::Different || !differs, "{name}"),
            }
        }
    }

    #[test]
    fn either_order_and_a_second_spelling_in_brackets_fit() {
        let (family, given) = (kana("おおの"), kana("たろう"));
        for (typed, expected) in [
            ("ono taro", Fit::Usual),
            ("ＴＡＲＯ　ＯＮＯ", Fit::Usual),
            ("Ono, Taro (SMITH)", Fit::Usual),
            ("OHNO TAROU", Fit::LongVowels),
            ("OONO TARO", Fit::LongVowels),
            ("OTA TARO", Fit::Different),
        ] {
            assert_eq!(
                fit(&PassportName::parse(typed).unwrap(), &family, &given),
                expected,
                "{typed}"
            );
        }
        assert_eq!(hepburn(&kana("みすゞ")), "MISUZU");
        assert_eq!(hepburn(&kana("いすヾ")), "ISUZU");
    }

    #[test]
    fn a_name_of_long_vowels_alone_is_judged_at_once() {
        let long = kana(&"ウ".repeat(60));
        let name = PassportName::parse(&format!("{}X", "U".repeat(59))).unwrap();
        assert_eq!(fit(&name, &long, &long), Fit::Different);
    }

    #[test]
    fn passport_names_are_letters_and_the_marks_of_passports() {
        for (typed, expected) in [
            ("o’brien", "O'BRIEN"),
            ("Mary‐Ann  SMITH ", "MARY-ANN SMITH"),
            ("YAMADA,HANAKO", "YAMADA HANAKO"),
        ] {
            assert_eq!(PassportName::parse(typed).unwrap().as_str(), expected);
        }
        for (typed, expected) in [
            ("", PassportNameError::Empty),
            ("()", PassportNameError::Empty),
            ("YAMADA/SMITH", PassportNameError::Character('/')),
            ("山田", PassportNameError::Character('山')),
            ("Ōno", PassportNameError::Character('Ō')),
            ("A\nB", PassportNameError::Character('\n')),
        ] {
            assert_eq!(PassportName::parse(typed), Err(expected), "{typed:?}");
        }
        assert_eq!(
            PassportName::parse(&"A".repeat(61)),
            Err(PassportNameError::TooLong { length: 61 })
        );
    }
}

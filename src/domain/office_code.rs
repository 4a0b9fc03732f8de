//! Which office: the short name an office has in addresses, in the database and on lists.
//!
//! A mission is called as in the table of missions (`emb-gb`), a municipality by its 全国地方公共団体コード with the check digit (`131016`), and the two can
//! never be mistaken for each other. Whether such an office exists, and what it has set, is a row of the offices: municipalities merge, and a case
//! that was sent to one before it merged keeps its code.

use serde::{Deserialize, Serialize};
use thiserror::Error;

const LONGEST: usize = 40;

/// The code of an office.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct OfficeCode(String);

/// A text that cannot be the code of an office.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("\"{0}\" is not the code of an office")]
pub struct NotAnOfficeCode(pub String);

impl OfficeCode {
    /// Reads a code: six digits, or lower-case words of letters and digits joined by hyphens that begin with a letter.
    pub fn parse(text: &str) -> Result<Self, NotAnOfficeCode> {
        let is_municipality = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let is_mission = text.len() <= LONGEST
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.split('-').all(is_word);
        if is_municipality || is_mission {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnOfficeCode(text.chars().take(LONGEST).collect()))
        }
    }

    /// The code as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is an embassy, a consulate or the like; otherwise it is a municipality.
    pub fn is_mission(&self) -> bool {
        self.0.starts_with(|first: char| first.is_ascii_lowercase())
    }
}

impl std::fmt::Display for OfficeCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<OfficeCode> for String {
    fn from(code: OfficeCode) -> Self {
        code.0
    }
}

impl TryFrom<String> for OfficeCode {
    type Error = NotAnOfficeCode;

    fn try_from(text: String) -> Result<Self, NotAnOfficeCode> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{missions, municipalities};

    #[test]
    fn every_mission_and_municipality_of_the_tables_has_a_code() {
        for mission in missions::missions() {
            assert!(OfficeCode::parse(&mission.id).unwrap().is_mission());
        }
        for municipality in municipalities::municipalities() {
            assert!(!OfficeCode::parse(&municipality.code).unwrap().is_mission());
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in [
            "", "13101", "1310160", "Emb-gb", "emb--gb", "-gb", "emb-", "emb_gb", "1emb", "英国",
        ] {
            assert_eq!(
                OfficeCode::parse(text),
                Err(NotAnOfficeCode(text.to_owned()))
            );
        }
        assert!(OfficeCode::parse(&"a".repeat(41)).is_err());
    }
}

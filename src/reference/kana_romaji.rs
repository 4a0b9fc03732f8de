//! The Hepburn spellings of passports, kana by kana (`kana-romaji.csv`).
//!
//! Source: the public rules of the passport offices, put together by this project; 150 spellings. The rules for ん, っ and ー are not spellings: they are
//! code, in [`crate::domain::romaji`].

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Provenance, rows};

const TABLE: &str = include_str!("kana-romaji.csv");

/// Where the spellings come from.
pub const PROVENANCE: Provenance = Provenance {
    file: "kana-romaji.csv",
    source: "passport Hepburn rules as published by passport offices; rows marked extrapolated follow the same pattern",
    version: "2026-11",
};

static SPELLINGS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    rows(TABLE)
        .filter(|row| row.get(3).is_some_and(|group| !group.starts_with("rule-")))
        .filter_map(|row| Some((row.get(1)?.to_owned(), row.get(2)?.to_owned())))
        .collect()
});

/// The passport spelling of one katakana, or of one with its small kana; `None` when the table has none.
pub fn spelling(katakana: &str) -> Option<&'static str> {
    SPELLINGS.get(katakana).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_completely() {
        assert_eq!(SPELLINGS.len() + 3, TABLE.lines().count() - 1);
        assert!(
            SPELLINGS
                .values()
                .all(|romaji| romaji.bytes().all(|byte| byte.is_ascii_uppercase()))
        );
    }
}

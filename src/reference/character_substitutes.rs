//! Characters outside JIS X 0208 and 0212 that are known in names, and the character certificates usually carry instead (`character-substitutes.csv`).
//!
//! Rows of kind `compatibility` are the singleton decompositions of Unicode's CJK compatibility ideographs whose target is in the two standards. Rows of
//! kind `variant` are common variants of name characters, put together by this project. The municipality decides in the end; this is what to expect.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Provenance, rows};

const TABLE: &str = include_str!("character-substitutes.csv");

/// Where the substitutes come from.
pub const PROVENANCE: Provenance = Provenance {
    file: "character-substitutes.csv",
    source: "Unicode Character Database 15.1 (singleton decompositions); common variants by this project",
    version: "2026-11",
};

static SUBSTITUTES: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    rows(TABLE)
        .filter_map(|row| Some((row.get(0)?.chars().next()?, row.get(2)?.chars().next()?)))
        .collect()
});

/// The usual substitute of a character; `None` when none is known.
pub fn substitute(character: char) -> Option<char> {
    SUBSTITUTES.get(&character).copied()
}

/// All pairs of character and substitute.
#[cfg(test)]
pub(crate) fn all() -> impl Iterator<Item = (char, char)> {
    SUBSTITUTES
        .iter()
        .map(|(character, substitute)| (*character, *substitute))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_completely() {
        assert_eq!(SUBSTITUTES.len(), TABLE.lines().count() - 1);
        for row in rows(TABLE) {
            assert_eq!(
                format!("U+{:04X}", u32::from(row[0].chars().next().unwrap())),
                &row[1]
            );
        }
    }
}

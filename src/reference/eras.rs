//! The Japanese eras since 1868 (`eras.csv`).
//!
//! Source: the imperial edict of 1868 and the cabinet orders of 1912, 1926, 1989 and 2019. A new era is a new row and a new variant.

use std::sync::LazyLock;

use jiff::civil::Date;

use super::{Provenance, rows};

const TABLE: &str = include_str!("eras.csv");

/// Where the eras come from.
pub const PROVENANCE: Provenance = Provenance {
    file: "eras.csv",
    source: "imperial edict of 1868; cabinet orders of 1912, 1926, 1989, 2019",
    version: "2019-05-01",
};

/// A Japanese era.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Era {
    /// 明治.
    Meiji,
    /// 大正.
    Taisho,
    /// 昭和.
    Showa,
    /// 平成.
    Heisei,
    /// 令和.
    Reiwa,
}

impl Era {
    /// The era's name in kanji.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meiji => "明治",
            Self::Taisho => "大正",
            Self::Showa => "昭和",
            Self::Heisei => "平成",
            Self::Reiwa => "令和",
        }
    }

    /// The western year of a year of the era.
    pub fn western_year(self, year: i16) -> i16 {
        let before = match self {
            Self::Meiji => 1867,
            Self::Taisho => 1911,
            Self::Showa => 1925,
            Self::Heisei => 1988,
            Self::Reiwa => 2018,
        };
        year.saturating_add(before)
    }

    /// The single character some papers print for the era; 令和 has had one since Unicode 12.1.
    fn ligature(self) -> &'static str {
        match self {
            Self::Meiji => "㍾",
            Self::Taisho => "㍽",
            Self::Showa => "㍼",
            Self::Heisei => "㍻",
            Self::Reiwa => "㋿",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        Some(match key {
            "meiji" => Self::Meiji,
            "taisho" => Self::Taisho,
            "showa" => Self::Showa,
            "heisei" => Self::Heisei,
            "reiwa" => Self::Reiwa,
            _ => return None,
        })
    }
}

/// A row of the table: an era and its days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EraRow {
    /// The era.
    pub era: Era,
    /// Its name in kanji.
    pub name: &'static str,
    /// Its Latin letter, as in S63.
    pub letter: String,
    /// Its first day.
    pub start: Date,
    /// Its last day; `None` for the present era.
    pub end: Option<Date>,
}

impl EraRow {
    /// What people write before the year: the name, its ligature, its first character, its letter. The name comes before its own beginning.
    pub fn names(&self) -> [String; 4] {
        let first: String = self.name.chars().take(1).collect();
        [
            self.name.to_owned(),
            self.era.ligature().to_owned(),
            first,
            self.letter.clone(),
        ]
    }
}

static ERAS: LazyLock<Vec<EraRow>> = LazyLock::new(|| {
    rows(TABLE)
        .filter_map(|row| {
            let era = Era::from_key(row.get(0)?)?;
            Some(EraRow {
                era,
                name: era.name(),
                letter: row.get(2)?.to_owned(),
                start: row.get(3)?.parse().ok()?,
                end: row.get(4)?.parse().ok(),
            })
        })
        .collect()
});

/// The eras, oldest first.
pub fn eras() -> &'static [EraRow] {
    &ERAS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_completely_and_leaves_no_day_between_eras() {
        assert_eq!(eras().len(), TABLE.lines().count() - 1);
        for pair in eras().windows(2) {
            assert_eq!(
                pair[0].end.and_then(|end| end.tomorrow().ok()),
                Some(pair[1].start)
            );
        }
        for row in eras() {
            assert_eq!(row.start.year(), row.era.western_year(1), "{}", row.name);
        }
        for row in rows(TABLE) {
            assert_eq!(Era::from_key(&row[0]).map(Era::name), Some(&row[1]));
        }
    }
}

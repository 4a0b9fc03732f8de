//! Public holidays: Japan's (`holidays-jp.csv`), and suggestions for the places where missions are (`holidays-world.csv`, `mission-holiday-region.csv`).
//!
//! Japan's are what three independent packages agree on, 2015–2030 (from 2028 computed: the official list comes each February). Those abroad only fill the
//! first draft of an office's closing days; a mission keeps its own list, and its staff decides.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::Date;

use super::{Provenance, rows, text};

const JAPAN: &str = include_str!("holidays-jp.csv");
const WORLD: &str = include_str!("holidays-world.csv");
const REGIONS: &str = include_str!("mission-holiday-region.csv");

/// Where the holidays come from.
pub const PROVENANCE: Provenance = Provenance {
    file: "holidays-jp.csv, holidays-world.csv, mission-holiday-region.csv",
    source: "Japan: holidays (MIT), @holiday-jp (MIT), jpholiday (MIT) in agreement; abroad: holidays (MIT)",
    version: "2026-11; Japan 2015–2030, abroad 2026–2028",
};

/// A holiday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// Its name in Japanese, or abroad in the language of the place.
    pub name_local: String,
    /// Its name in English.
    pub name_en: String,
    /// The day depends on the moon or a decision still to come.
    pub is_estimated: bool,
}

static JAPANESE: LazyLock<HashMap<Date, Holiday>> = LazyLock::new(|| {
    rows(JAPAN)
        .filter_map(|row| {
            let date: Date = row.get(0)?.parse().ok()?;
            Some((
                date,
                Holiday {
                    date,
                    name_local: text(&row, 2),
                    name_en: text(&row, 3),
                    is_estimated: false,
                },
            ))
        })
        .collect()
});

static ABROAD: LazyLock<HashMap<(String, String), Vec<Holiday>>> = LazyLock::new(|| {
    let mut regions: HashMap<(String, String), Vec<Holiday>> = HashMap::new();
    for row in rows(WORLD) {
        if let Some(Ok(date)) = row.get(2).map(str::parse) {
            let holiday = Holiday {
                date,
                name_local: text(&row, 3),
                name_en: text(&row, 4),
                is_estimated: !text(&row, 5).is_empty(),
            };
            regions
                .entry((text(&row, 0), text(&row, 1)))
                .or_default()
                .push(holiday);
        }
    }
    regions
});

static REGION_OF_MISSION: LazyLock<HashMap<String, (String, String)>> = LazyLock::new(|| {
    rows(REGIONS)
        .map(|row| (text(&row, 0), (text(&row, 1), text(&row, 2))))
        .collect()
});

/// The Japanese holiday on a day; `None` on other days and outside 2015–2030.
pub fn japanese_holiday(date: Date) -> Option<&'static Holiday> {
    JAPANESE.get(&date)
}

/// Public holidays where a mission is, in order of date; empty when none are known. A suggestion for its staff.
pub fn around_mission(mission_id: &str) -> &'static [Holiday] {
    REGION_OF_MISSION
        .get(mission_id)
        .and_then(|region| ABROAD.get(region))
        .map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::reference::missions::missions;

    #[test]
    fn the_three_tables_are_read_completely() {
        assert_eq!(JAPANESE.len(), JAPAN.lines().count() - 1);
        assert_eq!(
            ABROAD.values().map(Vec::len).sum::<usize>(),
            csv::Reader::from_reader(WORLD.as_bytes())
                .records()
                .map(Result::unwrap)
                .count()
        );
        assert_eq!(REGION_OF_MISSION.len(), REGIONS.lines().count() - 1);
        assert!(
            missions()
                .iter()
                .all(|mission| REGION_OF_MISSION.contains_key(&mission.id))
        );
    }

    #[test]
    fn known_holidays_are_found() {
        for (day, expected) in [
            (date(2026, 1, 1), Some("元日")),
            (date(2026, 11, 23), Some("勤労感謝の日")),
            (date(2019, 5, 1), Some("休日（祝日扱い）")),
            (date(2026, 11, 24), None),
            (date(2031, 1, 1), None),
        ] {
            assert_eq!(japanese_holiday(day).is_some(), expected.is_some(), "{day}");
        }
        assert_eq!(
            japanese_holiday(date(2026, 1, 1)).map(|holiday| holiday.name_local.as_str()),
            Some("元日")
        );
        assert!(around_mission("emb-us").iter().any(|holiday| holiday.date == date(2027, 7, 4) || holiday.date == date(2027, 7, 5)));
        assert!(around_mission("emb-xx").is_empty());
    }

    #[test]
    fn holidays_of_a_place_are_in_order() {
        for holidays in ABROAD.values() {
            assert!(holidays.windows(2).all(|pair| pair[0].date <= pair[1].date));
        }
    }
}

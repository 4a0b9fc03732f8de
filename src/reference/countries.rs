//! Countries and territories, their names, time zones and dialling codes (`countries.csv`).
//!
//! ISO 3166-1 and Kosovo (XK, user-assigned). Names are for choosing a place to live, not statements about states.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::{Provenance, list, rows, text};
use crate::domain::text::ascii_folded;

const TABLE: &str = include_str!("countries.csv");

/// Where the countries come from.
pub const PROVENANCE: Provenance = Provenance {
    file: "countries.csv",
    source: "i18n-iso-countries (MIT); tz database (public domain); phonenumbers (Apache-2.0)",
    version: "2026-11",
};

/// A country or territory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2, the key everywhere.
    pub alpha2: String,
    /// ISO 3166-1 alpha-3.
    pub alpha3: String,
    /// Japanese name.
    pub name_ja: String,
    /// Other Japanese names people look for.
    pub aliases_ja: Vec<String>,
    /// English name.
    pub name_en: String,
    /// The IANA zone of its capital or largest city.
    pub zone: String,
    /// All its IANA zones, the main one among them.
    pub zones: Vec<String>,
    /// ITU dialling code without plus sign; `None` where there is no telephone network of its own.
    pub dialling_code: Option<String>,
}

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    rows(TABLE)
        .map(|row| Country {
            alpha2: text(&row, 0),
            alpha3: text(&row, 1),
            name_ja: text(&row, 4),
            aliases_ja: list(&row, 5),
            name_en: text(&row, 6),
            zone: text(&row, 7),
            zones: list(&row, 8),
            dialling_code: Some(text(&row, 9).trim_start_matches('+').to_owned())
                .filter(|code| !code.is_empty()),
        })
        .collect()
});

static DIALLING_CODES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    COUNTRIES
        .iter()
        .filter_map(|country| country.dialling_code.as_deref())
        .collect()
});

/// All countries and territories, by alpha-2 code.
pub fn countries() -> &'static [Country] {
    &COUNTRIES
}

/// The country with an alpha-2 code, in capitals.
pub fn country(alpha2: &str) -> Option<&'static Country> {
    let found = COUNTRIES
        .binary_search_by(|country| country.alpha2.as_str().cmp(alpha2))
        .ok()?;
    COUNTRIES.get(found)
}

/// Other names people use in English, beside those of the table.
const OTHER_NAMES: [(&str, &str); 12] = [
    ("uk", "GB"),
    ("great britain", "GB"),
    ("britain", "GB"),
    ("england", "GB"),
    ("usa", "US"),
    ("america", "US"),
    ("united states", "US"),
    ("アメリカ", "US"),
    ("イギリス", "GB"),
    ("korea", "KR"),
    ("uae", "AE"),
    ("holland", "NL"),
];

static BY_NAME: LazyLock<HashMap<String, &'static Country>> = LazyLock::new(|| {
    let mut names: HashMap<String, &'static Country> = HashMap::new();
    for country in COUNTRIES.iter() {
        let own = [
            &country.alpha2,
            &country.alpha3,
            &country.name_ja,
            &country.name_en,
        ];
        for name in own.into_iter().chain(&country.aliases_ja) {
            names.entry(name_key(name)).or_insert(country);
        }
    }
    for (name, alpha2) in OTHER_NAMES {
        if let Some(country) = country(alpha2) {
            names.entry(name_key(name)).or_insert(country);
        }
    }
    names
});

/// What two spellings of a name have in common.
fn name_key(name: &str) -> String {
    ascii_folded(name)
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// The country a person means by `typed`: a Japanese or English name, a known other name, or an ISO code.
pub fn named(typed: &str) -> Option<&'static Country> {
    BY_NAME.get(&name_key(typed)).copied()
}

/// The dialling code (one to three digits) with which the digits of an international number begin; `None` when none is assigned.
pub fn dialling_code_of(digits: &str) -> Option<&str> {
    (1..=3)
        .rev()
        .filter_map(|length| digits.get(..length))
        .find(|code| DIALLING_CODES.contains(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_found_by_any_of_its_names() {
        for (typed, alpha2) in [
            ("英国", "GB"),
            ("ｕｋ", "GB"),
            (" United Kingdom ", "GB"),
            ("アメリカ合衆国", "US"),
            ("usa", "US"),
            ("th", "TH"),
            ("タイ", "TH"),
        ] {
            assert_eq!(
                named(typed).map(|country| country.alpha2.as_str()),
                Some(alpha2),
                "{typed}"
            );
        }
        assert!(named("").is_none() && named("アトランティス").is_none());
    }

    #[test]
    fn the_table_is_read_completely_and_in_order() {
        assert_eq!(countries().len(), TABLE.lines().count() - 1);
        assert!(
            countries()
                .windows(2)
                .all(|pair| pair[0].alpha2 < pair[1].alpha2)
        );
        for country in countries() {
            assert!(
                country.alpha2.len() == 2
                    && country.alpha3.len() == 3
                    && !country.name_ja.is_empty()
                    && !country.name_en.is_empty()
            );
            // Antarctica's stations and the like have zones too; a few rocks have none.
            assert!(
                country.zones.is_empty() || country.zones.contains(&country.zone),
                "{}",
                country.alpha2
            );
            if let Some(code) = &country.dialling_code {
                assert!(
                    code.len() <= 3 && code.bytes().all(|byte| byte.is_ascii_digit()),
                    "{code}"
                );
            }
        }
    }

    #[test]
    fn every_zone_is_in_the_time_zone_database() {
        for zone in countries().iter().flat_map(|country| &country.zones) {
            assert!(jiff::tz::TimeZone::get(zone).is_ok(), "{zone}");
        }
    }

    #[test]
    fn countries_and_dialling_codes_are_found() {
        assert_eq!(
            country("GB").map(|country| country.name_ja.as_str()),
            Some("英国")
        );
        assert_eq!(country("gb"), None);
        for (digits, expected) in [
            ("442079460000", Some("44")),
            ("12015550123", Some("1")),
            ("3531234", Some("353")),
            ("999", None),
            ("", None),
        ] {
            assert_eq!(dialling_code_of(digits), expected, "{digits}");
        }
    }
}

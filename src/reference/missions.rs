//! Japan's missions abroad (`missions.csv`), and the mission to turn to where there is none (`missions-nearest.csv`).
//!
//! Contacts are in the table only where their source was found with high or medium confidence; all others were taken out when the file was copied. Whatever
//! else an office wants to say about itself, its staff enters on the settings page. The nearest mission is a suggestion of ours from public lists of
//! accreditation, never a statement of jurisdiction: the page asks to confirm it with the mission.
//!
//! A mission that opened after the program was made comes in by an import. Each process is told of it ([`adopt`]) and knows it from then on like its own.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use super::{Provenance, option, rows, text};
use crate::domain::office::OfficeEntry;

const TABLE: &str = include_str!("missions.csv");
const NEAREST: &str = include_str!("missions-nearest.csv");

/// Where the missions come from.
pub const PROVENANCE: Provenance = Provenance {
    file: "missions.csv, missions-nearest.csv",
    source: "compiled from public pages of the missions and of the Ministry of Foreign Affairs; each contact with its own source and date",
    version: "2026-11",
};

/// What a mission is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MissionKind {
    /// 大使館.
    Embassy,
    /// 総領事館.
    ConsulateGeneral,
    /// 領事事務所: belongs to a parent mission.
    ConsularOffice,
    /// 日本台湾交流協会: not a mission by law, does consular work.
    InterchangeAssociation,
    /// 日本政府代表事務所.
    RepresentativeOffice,
}

/// A mission abroad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mission {
    /// Our key, such as `emb-gb` or `cg-us-new-york`.
    pub id: String,
    /// What it is.
    pub kind: MissionKind,
    /// Region, in Japanese, as the Ministry groups them.
    pub region_ja: String,
    /// Japanese name.
    pub name_ja: String,
    /// English name.
    pub name_en: String,
    /// ISO code of the country it is in.
    pub country: String,
    /// City, in Japanese.
    pub city_ja: String,
    /// City, in English.
    pub city_en: String,
    /// IANA zone of its clock.
    pub zone: String,
    /// Japanese name of the mission it belongs to.
    pub parent_ja: Option<String>,
    /// Web site.
    pub website: Option<String>,
    /// Postal address, in one line.
    pub postal_address: Option<String>,
    /// Telephone, international.
    pub phone: Option<String>,
    /// Where the contacts were found.
    pub contact_source: Option<String>,
    /// When that source was written.
    pub contact_date: Option<String>,
    /// What staff should check before relying on the row.
    pub note: Option<String>,
}

impl Mission {
    /// Its name: the Japanese one, or else the English one.
    pub fn name(&self, in_japanese: bool) -> &str {
        if in_japanese {
            &self.name_ja
        } else {
            &self.name_en
        }
    }
}

fn kind(text: &str) -> Option<MissionKind> {
    Some(match text {
        "embassy" => MissionKind::Embassy,
        "consulate_general" => MissionKind::ConsulateGeneral,
        "consular_office" => MissionKind::ConsularOffice,
        "interchange_association" => MissionKind::InterchangeAssociation,
        "representative_office" => MissionKind::RepresentativeOffice,
        _ => return None,
    })
}

static MISSIONS: LazyLock<Vec<Mission>> = LazyLock::new(|| {
    rows(TABLE)
        .filter_map(|row| {
            Some(Mission {
                id: text(&row, 0),
                kind: kind(row.get(1)?)?,
                region_ja: text(&row, 2),
                name_ja: text(&row, 3),
                name_en: text(&row, 4),
                country: text(&row, 5),
                city_ja: text(&row, 6),
                city_en: text(&row, 7),
                zone: text(&row, 8),
                parent_ja: option(&row, 9),
                website: option(&row, 10),
                postal_address: option(&row, 11),
                phone: option(&row, 12),
                contact_source: option(&row, 13),
                contact_date: option(&row, 14),
                note: option(&row, 16),
            })
        })
        .collect()
});

static BY_ID: LazyLock<HashMap<&'static str, &'static Mission>> = LazyLock::new(|| {
    MISSIONS
        .iter()
        .map(|mission| (mission.id.as_str(), mission))
        .collect()
});

static NEAREST_BY_COUNTRY: LazyLock<HashMap<String, &'static Mission>> = LazyLock::new(|| {
    rows(NEAREST)
        .filter_map(|row| Some((text(&row, 0), mission(row.get(1)?)?)))
        .collect()
});

/// What was adopted. A row that is read again with other words takes the place of the one before, which whoever holds it keeps.
static ADOPTED: RwLock<Vec<&'static Mission>> = RwLock::new(Vec::new());

fn adopted() -> Vec<&'static Mission> {
    ADOPTED
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

/// Makes missions known that this program does not have; its own stay as they were tested.
pub fn adopt(entries: &[OfficeEntry]) {
    let new: Vec<Mission> = entries
        .iter()
        .filter(|entry| !BY_ID.contains_key(entry.code.as_str()))
        .filter_map(imported)
        .collect();
    let mut adopted = ADOPTED.write().unwrap_or_else(PoisonError::into_inner);
    for mission in new {
        if adopted.iter().any(|known| **known == mission) {
            continue;
        }
        adopted.retain(|known| known.id != mission.id);
        adopted.push(Box::leak(Box::new(mission)));
    }
}

/// A mission as an import has it: what it is, its code says, and the city is the one of its clock.
fn imported(entry: &OfficeEntry) -> Option<Mission> {
    let id = entry.code.as_str();
    let kind = match id.split('-').next()? {
        "emb" => MissionKind::Embassy,
        "cg" => MissionKind::ConsulateGeneral,
        "co" => MissionKind::ConsularOffice,
        "jtea" => MissionKind::InterchangeAssociation,
        "rep" => MissionKind::RepresentativeOffice,
        _ => return None,
    };
    let city = entry.zone.rsplit('/').next()?.replace('_', " ");
    Some(Mission {
        id: id.to_owned(),
        kind,
        region_ja: String::new(),
        name_ja: entry.name_ja.clone(),
        name_en: entry.name_latin.clone(),
        country: entry.country.clone(),
        city_ja: city.clone(),
        city_en: city,
        zone: entry.zone.clone(),
        parent_ja: None,
        website: entry.website.clone(),
        postal_address: entry.address.clone(),
        phone: entry.phone.clone(),
        contact_source: None,
        contact_date: None,
        note: None,
    })
}

/// The missions a person living in a country can turn to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nearest {
    /// Missions in the country itself, embassy first.
    InCountry(Vec<&'static Mission>),
    /// None there; this one in another country is usually in charge. To be confirmed with it.
    Elsewhere(&'static Mission),
    /// None known: apply and collect through the municipality that keeps the register, or at any mission on a journey.
    Unknown,
}

/// The missions of the program's own table, by region.
pub fn missions() -> &'static [Mission] {
    &MISSIONS
}

/// Every mission this process knows: its own, then what was imported.
pub fn known() -> impl Iterator<Item = &'static Mission> {
    MISSIONS.iter().chain(adopted())
}

/// The mission with an id.
pub fn mission(id: &str) -> Option<&'static Mission> {
    let own = BY_ID.get(id).copied();
    own.or_else(|| adopted().into_iter().find(|mission| mission.id == id))
}

/// The missions in a country, in the order of the table (embassy, consulates general, consular offices), then what was imported.
pub fn in_country(alpha2: &str) -> Vec<&'static Mission> {
    known()
        .filter(|mission| mission.country == alpha2)
        .collect()
}

/// The missions for somebody who lives in a country.
pub fn nearest(alpha2: &str) -> Nearest {
    let here = in_country(alpha2);
    if !here.is_empty() {
        return Nearest::InCountry(here);
    }
    NEAREST_BY_COUNTRY
        .get(alpha2)
        .copied()
        .map_or(Nearest::Unknown, Nearest::Elsewhere)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::office_code::OfficeCode;
    use crate::reference::countries::country;

    #[test]
    fn both_tables_are_read_completely() {
        assert_eq!(missions().len(), TABLE.lines().count() - 1);
        assert_eq!(BY_ID.len(), missions().len());
        assert_eq!(NEAREST_BY_COUNTRY.len(), NEAREST.lines().count() - 1);
    }

    #[test]
    fn every_mission_has_a_country_a_zone_and_names() {
        for mission in missions() {
            assert!(country(&mission.country).is_some(), "{}", mission.id);
            assert!(
                jiff::tz::TimeZone::get(&mission.zone).is_ok(),
                "{}",
                mission.zone
            );
            assert!(!mission.name_ja.is_empty() && !mission.name_en.is_empty());
            let has_contact = mission.phone.is_some()
                || mission.postal_address.is_some()
                || mission.website.is_some();
            assert_eq!(
                has_contact,
                mission.contact_source.is_some(),
                "{}",
                mission.id
            );
        }
    }

    #[test]
    fn what_was_imported_is_known_beside_the_own_table_which_stays() {
        let mut london = OfficeEntry::of_mission(mission("emb-gb").unwrap()).unwrap();
        "在英国日本国大使館（別）".clone_into(&mut london.name_ja);
        let mut new = london.clone();
        new.code = OfficeCode::parse("cg-gb-sample").unwrap();
        "在見本日本国総領事館".clone_into(&mut new.name_ja);
        "NR".clone_into(&mut new.country);
        adopt(&[london, new.clone()]);
        adopt(std::slice::from_ref(&new));
        assert_eq!(mission("emb-gb").unwrap().name_ja, "在英国日本国大使館");
        let found = mission("cg-gb-sample").unwrap();
        assert_eq!(
            (found.kind, found.city_en.as_str()),
            (MissionKind::ConsulateGeneral, "London")
        );
        assert_eq!(in_country("NR").len(), 1, "once, however often it is told");
        assert_eq!(missions().len() + 1, known().count());
    }

    #[test]
    fn contacts_of_low_confidence_are_not_in_the_file() {
        for row in rows(TABLE) {
            assert!(matches!(&row[15], "" | "high" | "medium"), "{}", &row[0]);
        }
    }

    #[test]
    fn a_country_without_a_mission_is_sent_to_another_one_or_told_so() {
        let elsewhere = |alpha2: &str| match nearest(alpha2) {
            Nearest::Elsewhere(mission) => Some(mission.id.as_str()),
            _ => None,
        };
        assert_eq!(
            (elsewhere("XK"), elsewhere("LI"), elsewhere("MO")),
            (Some("emb-at"), Some("emb-ch"), Some("cg-hk-hong-kong"))
        );
        assert_eq!(nearest("KP"), Nearest::Unknown);
        assert_eq!(nearest("AQ"), Nearest::Unknown);
        assert!(
            matches!(nearest("GB"), Nearest::InCountry(here) if here[0].id == "emb-gb" && here.len() == 2)
        );
        for code in NEAREST_BY_COUNTRY.keys() {
            assert!(
                country(code).is_some() && in_country(code).is_empty(),
                "{code}"
            );
        }
    }
}

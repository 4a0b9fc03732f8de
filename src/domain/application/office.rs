//! The offices of a revision, as they were when the form was made: what goes on the label, the checklist and the ready page.

use serde::{Deserialize, Serialize};

use super::Destination;
use crate::domain::kana::Kana;
use crate::domain::office::settings::Bilingual;
use crate::domain::romaji;
use crate::reference::countries;
use crate::reference::missions::Mission;
use crate::reference::municipalities::{self, Municipality, OfficeBasis};

/// What an office is to this application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OfficeKind {
    /// An embassy, consulate or similar office abroad.
    Mission,
    /// The municipality that keeps the register.
    Honseki,
    /// Another municipality.
    Municipality,
}

/// Whether an office takes forms by post. It differs from office to office and from form to form, and only the office can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailPolicy {
    /// Taken.
    Accepted,
    /// Not taken: hand it in.
    Refused,
    /// Under conditions the office words itself.
    Conditional,
    /// The office has not said: ask it.
    #[default]
    Unknown,
}

/// How well the address of an office is known: what is not its own must be checked before anything is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressBasis {
    /// The office's own.
    Own,
    /// That of the designated city's hall, for a ward.
    ParentCity,
    /// The municipality's general postcode and its name: enough for a letter, not for a visit.
    GeneralPostcode,
    /// Prefecture, district and name alone: look the rest up before posting.
    NameOnly,
    /// Not known.
    Unknown,
}

impl AddressBasis {
    const ALL: [Self; 5] = [
        Self::Own,
        Self::ParentCity,
        Self::GeneralPostcode,
        Self::NameOnly,
        Self::Unknown,
    ];

    /// The word in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::ParentCity => "parent_city",
            Self::GeneralPostcode => "general_postcode",
            Self::NameOnly => "name_only",
            Self::Unknown => "unknown",
        }
    }

    /// The one that `text` names.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.as_str() == text)
    }
}

/// An office as it was when the form was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenOffice {
    /// What it is to this application.
    pub kind: OfficeKind,
    /// Mission id or municipality code.
    pub id: String,
    /// Japanese name, as on an envelope (在英国日本国大使館, 横浜市中区役所).
    pub name_ja: String,
    /// Name in Latin letters: English for missions, by the reading for municipalities (`NAKA-KU, YOKOHAMA-SHI`).
    pub name_latin: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// IANA zone of its clock.
    pub zone: String,
    /// Japanese postcode, seven digits.
    pub postcode: Option<String>,
    /// Address in its own form, in one line; none when it is not known.
    pub address: Option<String>,
    /// How well the address is known.
    pub address_basis: AddressBasis,
    /// The address for the post office of another country: Latin letters, the country last in capitals. Only the country when the address is not known.
    pub address_latin: Vec<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Web site.
    pub website: Option<String>,
    /// Whether forms may be posted to it.
    pub mail_policy: MailPolicy,
    /// Under which conditions.
    #[serde(default)]
    pub mail_conditions: Bilingual,
}

impl FrozenOffice {
    /// The office at a destination, as the tables know it now.
    pub fn of(destination: Destination) -> Self {
        match destination {
            Destination::Mission(mission) => of_mission(mission),
            Destination::Honseki(municipality) => {
                of_municipality(municipality, OfficeKind::Honseki)
            }
            Destination::Municipality(municipality) => {
                of_municipality(municipality, OfficeKind::Municipality)
            }
        }
    }
}

fn of_mission(mission: &Mission) -> FrozenOffice {
    let country =
        countries::country(&mission.country).map(|country| country.name_en.to_uppercase());
    FrozenOffice {
        kind: OfficeKind::Mission,
        id: mission.id.clone(),
        name_ja: mission.name_ja.clone(),
        name_latin: mission.name_en.clone(),
        country: mission.country.clone(),
        zone: mission.zone.clone(),
        postcode: None,
        address: mission.postal_address.clone(),
        address_basis: if mission.postal_address.is_some() {
            AddressBasis::Own
        } else {
            AddressBasis::Unknown
        },
        address_latin: mission
            .postal_address
            .clone()
            .into_iter()
            .chain(country)
            .collect(),
        phone: mission.phone.clone(),
        website: mission.website.clone(),
        mail_policy: MailPolicy::default(),
        mail_conditions: Bilingual::default(),
    }
}

fn of_municipality(municipality: &Municipality, kind: OfficeKind) -> FrozenOffice {
    let office = municipality.office();
    let name_latin = latin_name(municipality);
    let prefecture = prefecture_latin(municipality);
    let last = match office
        .postal_code
        .as_deref()
        .and_then(|code| Some((code.get(..3)?, code.get(3..)?)))
    {
        Some((area, local)) => format!("{prefecture} {area}-{local}"),
        None => prefecture,
    };
    FrozenOffice {
        kind,
        id: municipality.code.clone(),
        name_ja: office.name,
        address_latin: vec![name_latin.clone(), last, "JAPAN".to_owned()],
        name_latin,
        country: "JP".to_owned(),
        zone: "Asia/Tokyo".to_owned(),
        postcode: office.postal_code,
        address: Some(office.address),
        address_basis: match office.basis {
            OfficeBasis::Own => AddressBasis::Own,
            OfficeBasis::ParentCity => AddressBasis::ParentCity,
            OfficeBasis::GeneralPostcode => AddressBasis::GeneralPostcode,
            OfficeBasis::NameOnly => AddressBasis::NameOnly,
        },
        phone: None,
        website: None,
        mail_policy: MailPolicy::default(),
        mail_conditions: Bilingual::default(),
    }
}

/// The name by its reading, the city after its ward, as a foreign post office sorts it.
fn latin_name(municipality: &Municipality) -> String {
    let own = hyphenated(
        &municipality.kana,
        &["シ", "ク", "チョウ", "マチ", "ムラ", "ソン"],
    );
    match municipality.parent() {
        Some(city) => format!("{own}, {}", hyphenated(&city.kana, &["シ"])),
        None => own,
    }
}

/// The prefecture without 都, 府 or 県, as addresses in Latin letters have it; 北海道 keeps its 道.
fn prefecture_latin(municipality: &Municipality) -> String {
    let kana = municipalities::prefecture(&municipality.prefecture_code)
        .map_or("", |prefecture| prefecture.kana.as_str());
    let bare = if municipality.prefecture_code == HOKKAIDO {
        kana
    } else {
        ["ケン", "ト", "フ"]
            .iter()
            .find_map(|end| kana.strip_suffix(end))
            .unwrap_or(kana)
    };
    roman(bare)
}

const HOKKAIDO: &str = "01";

/// The reading in Latin letters, with a hyphen before 市, 区, 町 or 村.
fn hyphenated(kana: &str, suffixes: &[&str]) -> String {
    let parts = suffixes.iter().find_map(|suffix| {
        Some((
            kana.strip_suffix(suffix).filter(|rest| !rest.is_empty())?,
            *suffix,
        ))
    });
    match parts {
        Some((rest, suffix)) => format!("{}-{}", roman(rest), roman(suffix)),
        None => roman(kana),
    }
}

fn roman(kana: &str) -> String {
    Kana::parse(kana)
        .map(|kana| romaji::hepburn(&kana))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::missions;

    #[test]
    fn a_municipality_has_a_label_for_both_post_offices() {
        for (code, name_ja, latin) in [
            (
                "141046",
                "横浜市中区役所",
                &["NAKA-KU, YOKOHAMA-SHI", "KANAGAWA", "JAPAN"],
            ),
            (
                "131016",
                "東京都千代田区役所",
                &["CHIYODA-KU", "TOKYO", "JAPAN"],
            ),
            (
                "271241",
                "大阪市鶴見区役所",
                &["TSURUMI-KU, OSAKA-SHI", "OSAKA", "JAPAN"],
            ),
            (
                "012271",
                "歌志内市役所",
                &["UTASHINAI-SHI", "HOKKAIDO", "JAPAN"],
            ),
            (
                "261017",
                "京都市北区役所",
                &["KITA-KU, KYOTO-SHI", "KYOTO", "JAPAN"],
            ),
        ] {
            let office = FrozenOffice::of(Destination::Honseki(
                municipalities::municipality(code).unwrap(),
            ));
            assert_eq!(office.name_ja, name_ja);
            assert_eq!(office.address_latin.len(), latin.len());
            for (line, beginning) in office.address_latin.iter().zip(latin) {
                assert!(line.starts_with(beginning), "{line}");
            }
            let postcode = office.postcode.unwrap();
            let (area, local) = postcode.split_at(3);
            assert!(
                office.address_latin[1].ends_with(&format!(" {area}-{local}")),
                "{:?}",
                office.address_latin
            );
        }
    }

    #[test]
    fn every_municipality_has_a_name_and_a_place_in_latin_letters() {
        for municipality in municipalities::municipalities() {
            let office = FrozenOffice::of(Destination::Municipality(municipality));
            for line in office.address_latin.iter().chain([&office.name_latin]) {
                assert!(
                    !line.is_empty() && line.is_ascii() && !line.starts_with(['-', ' ']),
                    "{}: {line:?}",
                    municipality.full_name()
                );
            }
        }
    }

    #[test]
    fn a_mission_without_a_known_address_says_so() {
        let known = missions::missions()
            .iter()
            .find(|mission| mission.postal_address.is_some())
            .unwrap();
        let unknown = missions::missions()
            .iter()
            .find(|mission| mission.postal_address.is_none())
            .unwrap();
        for (mission, basis, lines) in [
            (known, AddressBasis::Own, 2),
            (unknown, AddressBasis::Unknown, 1),
        ] {
            let office = FrozenOffice::of(Destination::Mission(mission));
            assert_eq!(
                (office.address_basis, office.address_latin.len()),
                (basis, lines)
            );
            assert_eq!(office.mail_policy, MailPolicy::Unknown);
        }
    }
}

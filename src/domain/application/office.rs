//! The offices of a revision, as they were when the form was made: what goes on the label, the checklist and the ready page.

use serde::{Deserialize, Serialize};

use super::Destination;
use crate::domain::application::interim_municipalities::Municipality;
use crate::reference::missions::Mission;

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

/// An office as it was when the form was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenOffice {
    /// What it is to this application.
    pub kind: OfficeKind,
    /// Mission id or municipality code.
    pub id: String,
    /// Japanese name, as on an envelope (在ロンドン日本国大使館, 横浜市中区役所).
    pub name_ja: String,
    /// Name in Latin letters: English for missions, by the reading for municipalities.
    pub name_latin: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// IANA zone of its clock.
    pub zone: String,
    /// Japanese postcode, seven digits.
    pub postcode: Option<String>,
    /// Address in its own form; none when it is not known: she is told to look it up.
    pub address: Option<String>,
    /// Prefecture and municipality in Latin letters, for the post office abroad; empty for missions.
    pub place_latin: String,
    /// Telephone.
    pub phone: Option<String>,
    /// Web site.
    pub website: Option<String>,
    /// Whether forms may be posted to it.
    pub mail_policy: MailPolicy,
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
    FrozenOffice {
        kind: OfficeKind::Mission,
        id: mission.id.clone(),
        name_ja: mission.name_ja.clone(),
        name_latin: mission.name_en.clone(),
        country: mission.country.clone(),
        zone: mission.zone.clone(),
        postcode: None,
        address: mission.postal_address.clone(),
        place_latin: String::new(),
        phone: mission.phone.clone(),
        website: mission.website.clone(),
        mail_policy: MailPolicy::default(),
    }
}

fn of_municipality(municipality: &Municipality, kind: OfficeKind) -> FrozenOffice {
    FrozenOffice {
        kind,
        id: municipality.code.clone(),
        name_ja: municipality.full_name(),
        name_latin: String::new(),
        country: "JP".to_owned(),
        zone: "Asia/Tokyo".to_owned(),
        postcode: None,
        address: None,
        place_latin: String::new(),
        phone: None,
        website: None,
        mail_policy: MailPolicy::default(),
    }
}

//! What the tables of missions and municipalities say about an office: its name, its country or prefecture, its clock, where it can be reached.

use serde::{Deserialize, Serialize};

use crate::domain::application::Destination;
use crate::domain::application::office::{AddressBasis, FrozenOffice};
use crate::domain::office_code::{NotAnOfficeCode, OfficeCode};
use crate::reference::missions::Mission;
use crate::reference::municipalities::Municipality;

/// An office as its table has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeEntry {
    /// Its code.
    pub code: OfficeCode,
    /// Japanese name, as on an envelope.
    pub name_ja: String,
    /// Name in Latin letters: English for missions, by the reading for municipalities.
    pub name_latin: String,
    /// ISO 3166-1 alpha-2 of the country it is in.
    pub country: String,
    /// Two digits of the prefecture, for municipalities.
    pub prefecture: Option<String>,
    /// IANA zone of its clock.
    pub zone: String,
    /// Japanese postcode, seven digits.
    pub postcode: Option<String>,
    /// Address in its own form, in one line.
    pub address: Option<String>,
    /// How well the address is known.
    pub address_basis: AddressBasis,
    /// The address for the post office of another country, line by line.
    pub address_latin: Vec<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Web site.
    pub website: Option<String>,
}

impl OfficeEntry {
    /// The entry of a mission of the built-in table.
    pub fn of_mission(mission: &'static Mission) -> Result<Self, NotAnOfficeCode> {
        Self::of(FrozenOffice::of(Destination::Mission(mission)), None)
    }

    /// The entry of a municipality of the built-in table.
    pub fn of_municipality(municipality: &'static Municipality) -> Result<Self, NotAnOfficeCode> {
        let prefecture = Some(municipality.prefecture_code.clone());
        Self::of(
            FrozenOffice::of(Destination::Municipality(municipality)),
            prefecture,
        )
    }

    fn of(office: FrozenOffice, prefecture: Option<String>) -> Result<Self, NotAnOfficeCode> {
        Ok(Self {
            code: OfficeCode::parse(&office.id)?,
            name_ja: office.name_ja,
            name_latin: office.name_latin,
            country: office.country,
            prefecture,
            zone: office.zone,
            postcode: office.postcode,
            address: office.address,
            address_basis: office.address_basis,
            address_latin: office.address_latin,
            phone: office.phone,
            website: office.website,
        })
    }
}

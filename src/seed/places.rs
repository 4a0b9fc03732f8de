//! The offices of invented cases: every mission, every municipality that keeps a register; one mission and one municipality have three of a hundred.

use std::collections::BTreeMap;

use anyhow::Context;

use super::dice::Dice;
use crate::domain::application::frozen::FrozenMunicipality;
use crate::domain::application::office::FrozenOffice;
use crate::domain::desk;
use crate::domain::office_code::OfficeCode;
use crate::domain::status::Status;
use crate::reference::missions;
use crate::reference::municipalities::{self, Municipality};

/// The offices with the most cases.
const LARGEST: (&str, &str) = ("emb-gb", "141046");
/// How many of a hundred cases they have.
const LARGEST_SHARE: u64 = 3;

/// An office with what a form says about it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) code: OfficeCode,
    pub(super) office: FrozenOffice,
}

/// A municipality that keeps registers.
#[derive(Debug, Clone)]
pub(super) struct Keeper {
    pub(super) place: Place,
    pub(super) honseki: FrozenMunicipality,
}

/// All of them.
#[derive(Debug)]
pub(super) struct Places {
    missions: Vec<Place>,
    keepers: Vec<Keeper>,
    largest: (Place, Keeper),
}

/// The offices of one case.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen<'a> {
    pub(super) filing: &'a Place,
    pub(super) register: &'a Keeper,
    pub(super) pickup: &'a Place,
}

impl Places {
    pub(super) fn read() -> anyhow::Result<Self> {
        let missions: Vec<Place> = missions::missions()
            .iter()
            .filter_map(|mission| place(&mission.id))
            .collect();
        let mut keepers: BTreeMap<&str, Keeper> = BTreeMap::new();
        for municipality in municipalities::municipalities() {
            let keeper = municipality.koseki_office();
            if let Some(place) = keeper.and_then(|office| place(&office.code))
                && keeper.is_some_and(|office| office.code == municipality.code)
            {
                let honseki = honseki(municipality);
                keepers.insert(&municipality.code, Keeper { place, honseki });
            }
        }
        let largest = (
            place(LARGEST.0).context("the largest mission is in no table")?,
            keepers
                .get(LARGEST.1)
                .cloned()
                .context("the largest municipality is in no table")?,
        );
        Ok(Self {
            missions,
            keepers: keepers.into_values().collect(),
            largest,
        })
    }

    /// The offices of a case in `status`: what is under way has somewhere to go.
    /// Those `at_the_largest` have its register there.
    pub(super) fn of(
        &self,
        dice: &mut Dice,
        status: Status,
        at_the_largest: bool,
    ) -> Option<Chosen<'_>> {
        let mission = if dice.happens(LARGEST_SHARE) {
            &self.largest.0
        } else {
            dice.one_of(&self.missions)?
        };
        let register = if at_the_largest || dice.happens(LARGEST_SHARE) {
            &self.largest.1
        } else {
            dice.one_of(&self.keepers)?
        };
        let is_filed_at_home = dice.happens(30) && status != Status::Forwarded;
        let is_collected_at_home =
            dice.happens(15) && !matches!(status, Status::Shipped | Status::Arrived);
        let at_home = |is_at_home: bool| if is_at_home { &register.place } else { mission };
        Some(Chosen {
            filing: at_home(is_filed_at_home),
            register,
            pickup: at_home(is_collected_at_home),
        })
    }
}

fn place(code: &str) -> Option<Place> {
    let code = OfficeCode::parse(code).ok()?;
    let office = desk::office(&code)?;
    Some(Place { code, office })
}

fn honseki(municipality: &Municipality) -> FrozenMunicipality {
    FrozenMunicipality {
        code: municipality.code.clone(),
        prefecture: municipality.prefecture.clone(),
        district: municipality.gun.clone(),
        name: municipality.name_with_city(),
    }
}

//! Section "offices" (A12): where the form is handed in, and where the card is collected. Any embassy or consulate may be chosen for either; the card is
//! never posted to a person abroad (番号法施行令 13条6項但書).
//!
//! Fields: `file_at` (`mission`, `honseki`, `municipality`), `file_country` (whose missions are listed), `file_mission` (mission id), `file_pref`, `file_city`, `file_code`; `pickup_at` (`same`,
//! `honseki`, `mission`, `municipality`), `pickup_mission`, `pickup_pref`, `pickup_city`, `pickup_code`.

use super::municipality::{self, FILING, MunicipalityFields, PICKUP};
use super::reading::Page;
use crate::domain::answers::{Answers, Checked, Problem};
use crate::domain::text;
use crate::reference::countries::{self, Country};
use crate::reference::missions::{self, Mission, MissionKind};
use crate::reference::municipalities::Municipality;

/// A place that takes the form or hands the card over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The municipality that keeps the register, whichever it is.
    Honseki,
    /// An embassy or consulate.
    Mission(&'static Mission),
    /// Another municipality, during a stay in Japan.
    Municipality(&'static Municipality),
}

/// Where to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offices {
    /// Where the form is handed in or posted to.
    pub filing: Place,
    /// Where the card is collected.
    pub pickup: Place,
}

/// The fields of one of the two places.
struct PlaceFields {
    at: &'static str,
    at_empty: &'static str,
    country: &'static str,
    country_unknown: &'static str,
    country_without_mission: &'static str,
    mission: &'static str,
    mission_empty: &'static str,
    other_country: &'static str,
    no_mission: &'static str,
    not_consular: &'static str,
    municipality: MunicipalityFields,
}

macro_rules! place_fields {
    ($at:literal, $country:literal, $mission:literal, $municipality:expr) => {
        PlaceFields {
            at: $at,
            at_empty: concat!("error-", $at, "-empty"),
            country: $country,
            country_unknown: concat!("error-", $country, "-unknown"),
            country_without_mission: concat!("error-", $country, "-without-mission"),
            mission: $mission,
            mission_empty: concat!("error-", $mission, "-empty"),
            other_country: concat!("advice-", $mission, "-other-country"),
            no_mission: concat!("advice-", $mission, "-none-in-country"),
            not_consular: concat!("advice-", $mission, "-not-consular"),
            municipality: $municipality,
        }
    };
}

const FILING_FIELDS: PlaceFields = place_fields!("file_at", "file_country", "file_mission", FILING);
const PICKUP_FIELDS: PlaceFields =
    place_fields!("pickup_at", "pickup_country", "pickup_mission", PICKUP);

/// Reads another place of pickup alone, with the fields of the section; where it leads when `honseki` keeps the register.
pub fn read_pickup(answers: &Answers) -> Checked<Place> {
    let mut page = Page::of(answers);
    let place = read_place(&mut page, &PICKUP_FIELDS, None);
    page.finish(|| place)
}

/// Reads the section. `country` is where she lives, when it is known: it only changes the advice.
pub fn read(answers: &Answers, country: Option<&'static Country>) -> Checked<Offices> {
    let mut page = Page::of(answers);
    let filing = read_place(&mut page, &FILING_FIELDS, country);
    let pickup = if answers.is("pickup_at", "same") {
        filing
    } else {
        read_place(&mut page, &PICKUP_FIELDS, country)
    };
    page.finish(|| {
        Some(Offices {
            filing: filing?,
            pickup: pickup?,
        })
    })
}

fn read_place(
    page: &mut Page<'_>,
    fields: &PlaceFields,
    country: Option<&'static Country>,
) -> Option<Place> {
    match page.answers.get(fields.at) {
        "honseki" => Some(Place::Honseki),
        "mission" => {
            refuse_unknown_country(page, fields);
            let mission = page.choice(fields.mission, fields.mission_empty, missions::mission)?;
            advise_on_mission(page, fields, mission, country);
            Some(Place::Mission(mission))
        }
        "municipality" => municipality::read(page, fields.municipality).map(Place::Municipality),
        _ => {
            page.refuse(Problem::new(fields.at, fields.at_empty));
            None
        }
    }
}

/// A country nobody knows, or one without any mission, lists nothing: that needs a word, unless a mission is chosen anyway.
fn refuse_unknown_country(page: &mut Page<'_>, fields: &PlaceFields) {
    let typed = text::trimmed(page.answers.get(fields.country));
    if typed.is_empty() {
        return;
    }
    let is_chosen = missions::mission(page.answers.get(fields.mission)).is_some();
    let kind = match countries::named(typed) {
        None => fields.country_unknown,
        Some(country) if !is_chosen && missions::in_country(&country.alpha2).is_empty() => {
            fields.country_without_mission
        }
        Some(_) => return,
    };
    page.refuse(
        Problem::new(fields.country, kind).with("x", typed.chars().take(60).collect::<String>()),
    );
}

/// A mission of another country may be chosen; whether an office that is not a consulate hands cards over is not published.
fn advise_on_mission(
    page: &mut Page<'_>,
    fields: &PlaceFields,
    mission: &'static Mission,
    country: Option<&'static Country>,
) {
    if let Some(country) = country.filter(|country| country.alpha2 != mission.country) {
        let kind = if missions::in_country(&country.alpha2).is_empty() {
            fields.no_mission
        } else {
            fields.other_country
        };
        page.advise(
            Problem::new(fields.mission, kind)
                .with("x", &mission.name_ja)
                .with("x_en", &mission.name_en)
                .with("c", &country.name_ja)
                .with("c_en", &country.name_en),
        );
    }
    if matches!(
        mission.kind,
        MissionKind::InterchangeAssociation | MissionKind::RepresentativeOffice
    ) {
        page.advise(
            Problem::new(fields.mission, fields.not_consular)
                .with("x", &mission.name_ja)
                .with("x_en", &mission.name_en),
        );
    }
}

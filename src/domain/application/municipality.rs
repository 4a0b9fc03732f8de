//! A municipality named in a form: prefecture from a list, name as typed, and, when the name fits several, one of the candidates that were offered.
//!
//! Three places ask for one: the honseki (`honseki_pref`, `honseki_city`, `honseki_code`), filing during a stay in Japan (`file_pref`, …) and pickup
//! during a stay in Japan (`pickup_pref`, …). A name that cannot be resolved is answered with candidates, never with a bare "wrong".

use super::reading::{Page, TextField, text_field};
use crate::domain::answers::{Answers, Problem};
use crate::domain::application::interim_municipalities::{
    self as municipalities, Found, Municipality,
};
use crate::domain::{free_text, text};

const NAME_MAX: usize = 60;

/// The three fields of one municipality and what can be wrong with them.
#[derive(Debug, Clone, Copy)]
pub struct MunicipalityFields {
    prefecture: &'static str,
    prefecture_empty: &'static str,
    city: TextField,
    code: &'static str,
    not_found: &'static str,
    choose: &'static str,
    ward: &'static str,
}

macro_rules! municipality_fields {
    ($pref:literal, $city:literal, $code:literal) => {
        MunicipalityFields {
            prefecture: $pref,
            prefecture_empty: concat!("error-", $pref, "-empty"),
            city: text_field!($city),
            code: $code,
            not_found: concat!("error-", $city, "-not-found"),
            choose: concat!("error-", $city, "-choose"),
            ward: concat!("error-", $city, "-ward"),
        }
    };
}

/// The municipality that keeps the register.
pub const HONSEKI: MunicipalityFields =
    municipality_fields!("honseki_pref", "honseki_city", "honseki_code");
/// Where the form is handed in during a stay in Japan.
pub const FILING: MunicipalityFields = municipality_fields!("file_pref", "file_city", "file_code");
/// Where the card is collected during a stay in Japan.
pub const PICKUP: MunicipalityFields =
    municipality_fields!("pickup_pref", "pickup_city", "pickup_code");

impl MunicipalityFields {
    /// The name of the radio buttons for candidates.
    pub const fn code_field(&self) -> &'static str {
        self.code
    }
}

/// The candidates a page offers under the typed name: wards of a designated city, successors of a merged town, near names. Empty when the name is clear.
pub fn candidates(answers: &Answers, fields: MunicipalityFields) -> Vec<&'static Municipality> {
    let typed = text::trimmed(answers.get(fields.city.name));
    if typed.is_empty() {
        return Vec::new();
    }
    match municipalities::find(text::trimmed(answers.get(fields.prefecture)), typed) {
        Found::One(_) | Found::NotFound => Vec::new(),
        Found::WardRequired { wards, .. } => wards,
        Found::Candidates(candidates) => candidates,
    }
}

pub(super) fn read(
    page: &mut Page<'_>,
    fields: MunicipalityFields,
) -> Option<&'static Municipality> {
    let prefecture = page.choice(
        fields.prefecture,
        fields.prefecture_empty,
        municipalities::prefecture,
    );
    let typed = page.required(fields.city, |typed| free_text::one_line(typed, NAME_MAX));
    let (prefecture, typed) = (prefecture?, typed?);
    let chosen = text::trimmed(page.answers.get(fields.code));
    let problem = match municipalities::find(&prefecture.code, &typed) {
        Found::One(municipality) => return Some(municipality),
        Found::WardRequired { wards: offered, .. } | Found::Candidates(offered)
            if offered.iter().any(|one| one.code == chosen) =>
        {
            return offered.into_iter().find(|one| one.code == chosen);
        }
        Found::WardRequired { city, .. } => {
            Problem::new(fields.city.name, fields.ward).with("x", &city.name)
        }
        Found::Candidates(_) => Problem::new(fields.city.name, fields.choose)
            .with("x", typed)
            .with("p", &prefecture.name),
        Found::NotFound => Problem::new(fields.city.name, fields.not_found)
            .with("x", typed)
            .with("p", &prefecture.name),
    };
    page.refuse(problem);
    None
}

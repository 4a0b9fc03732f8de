//! A municipality named in a form: prefecture from a list, name as typed, and, when the name fits several, one of the candidates that were offered.
//!
//! Four places ask for one: the honseki (`honseki_pref`, `honseki_city`, `honseki_code`), filing during a stay in Japan (`file_pref`, …) and pickup
//! during a stay in Japan (`pickup_pref`, …), and an office that enters a moved register (`keeper_pref`, …). A name that cannot be resolved is answered with candidates, never with a bare "wrong".

use super::reading::{Page, TextField, text_field};
use crate::domain::answers::{Answers, Checked, Problem};
use crate::domain::{free_text, text};
use crate::reference::municipalities::{self, Municipality};
use crate::reference::municipality_search::{self, Candidate, Lookup, Reason};

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
    merged: &'static str,
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
            merged: concat!("error-", $city, "-merged"),
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

/// Where the register moved to, as an office enters it (転籍).
pub const KEEPER: MunicipalityFields =
    municipality_fields!("keeper_pref", "keeper_city", "keeper_code");

/// What can be wrong with [`KEEPER`], and the facts the words may mention.
pub const KEEPER_KINDS: &[(&str, &[&str])] = &[
    ("error-keeper_pref-empty", &[]),
    ("error-keeper_city-empty", &[]),
    ("error-keeper_city-too-long", &["n", "m"]),
    ("error-keeper_city-character", &["c"]),
    ("error-keeper_city-my-number", &[]),
    ("error-keeper_city-not-found", &["x", "p"]),
    ("error-keeper_city-choose", &["x", "p"]),
    ("error-keeper_city-merged", &["x", "p"]),
    ("error-keeper_city-ward", &["x", "p"]),
];

impl MunicipalityFields {
    /// The name of the radio buttons for candidates.
    pub const fn code_field(&self) -> &'static str {
        self.code
    }

    /// What to say above candidates: the town has been merged, several have the name, or none has it and these are near.
    fn kind_of(&self, candidates: &[Candidate]) -> &'static str {
        if candidates
            .iter()
            .any(|one| matches!(one.reason, Reason::Similar))
        {
            self.not_found
        } else if candidates
            .iter()
            .any(|one| matches!(one.reason, Reason::SameName))
        {
            self.choose
        } else {
            self.merged
        }
    }
}

/// The candidates a page offers under the typed name: wards of a designated city, successors of a merged town, near names. Empty when the name is clear.
pub fn candidates(answers: &Answers, fields: MunicipalityFields) -> Vec<&'static Municipality> {
    offered(look_up(answers, fields, answers.get(fields.city.name)))
}

fn look_up(answers: &Answers, fields: MunicipalityFields, typed: &str) -> Lookup {
    municipality_search::find(text::trimmed(answers.get(fields.prefecture)), typed)
}

fn offered(lookup: Lookup) -> Vec<&'static Municipality> {
    match lookup {
        Lookup::Found(_) | Lookup::NotFound => Vec::new(),
        Lookup::WardRequired { wards, .. } => wards,
        Lookup::Candidates(candidates) => {
            candidates.into_iter().map(|one| one.municipality).collect()
        }
    }
}

/// Reads one municipality on a page of its own.
pub fn read_alone(answers: &Answers, fields: MunicipalityFields) -> Checked<&'static Municipality> {
    let mut page = Page::of(answers);
    let municipality = read(&mut page, fields);
    page.finish(|| municipality)
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
    let lookup = look_up(page.answers, fields, &typed);
    let kind = match &lookup {
        Lookup::Found(municipality) => return Some(municipality),
        Lookup::WardRequired { .. } => fields.ward,
        Lookup::Candidates(candidates) => fields.kind_of(candidates),
        Lookup::NotFound => fields.not_found,
    };
    // A candidate counts only while it is one: a code left over from another name decides nothing.
    let chosen = text::trimmed(page.answers.get(fields.code));
    if let Some(municipality) = offered(lookup).into_iter().find(|one| one.code == chosen) {
        return Some(municipality);
    }
    page.refuse(
        Problem::new(fields.city.name, kind)
            .with("x", typed)
            .with("p", prefecture.name.as_str()),
    );
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_is_wrong_with_a_new_register_is_said_in_its_own_words() {
        let long = "あ".repeat(NAME_MAX + 1);
        let mut said = BTreeSet::new();
        for (prefecture, city) in [
            ("", ""),
            ("14", &*long),
            ("14", "横浜市\u{0}"),
            ("14", "123456789018"),
            ("14", "横浜市"),
            ("14", "ない市町村"),
            ("13", "府中"),
            ("22", "浜松市中区"),
            ("01", "泊村"),
            ("14", "横浜市西区"),
        ] {
            let answers: Answers = [("keeper_pref", prefecture), ("keeper_city", city)]
                .into_iter()
                .collect();
            said.extend(
                read_alone(&answers, KEEPER)
                    .problems
                    .into_iter()
                    .map(|one| one.kind),
            );
        }
        let listed: BTreeSet<&str> = KEEPER_KINDS.iter().map(|(kind, _)| *kind).collect();
        assert!(said.is_subset(&listed), "{said:?}");
        assert!(said.len() >= 6, "{said:?}");
    }
}

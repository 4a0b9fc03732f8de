//! Typed place names to municipalities: present names in any usual spelling, names of merged towns, and otherwise the nearest names. Never a dead end.
//!
//! Names are compared by a folded key: hiragana and katakana alike, ヶ ケ が as one, old and new kanji as one (龍/竜, 澤/沢). The fold is for search alone; what is stored
//! is the code. Merged and renamed municipalities are in `municipalities-retired.csv`, put together by this project from the public record of mergers (mostly 1999–2019);
//! the year is a hint to the reader and has not been compared with the gazette. A name that had several successors lists them all: the person chooses.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::municipalities::{
    Municipality, MunicipalityKind, in_prefecture, municipality, prefectures,
};
use super::{Provenance, list, rows, text};
use crate::domain::kana::katakana;
use crate::domain::person_name::search_key;
use crate::domain::text::{ascii_folded, distance};

const RETIRED: &str = include_str!("../municipalities-retired.csv");
/// How many names are offered when none fits.
const OFFERED: usize = 6;
/// Longer texts are no names: their beginning is looked at alone. The longest name with prefecture, district and town has 16 characters, in kana about 40.
const LONGEST: usize = 60;

/// Where the retired names come from.
pub const PROVENANCE: Provenance = Provenance {
    file: "municipalities-retired.csv",
    source: "compiled by this project from the public record of mergers; years not compared with the gazette",
    version: "2026-11",
};

/// A municipality that no longer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    /// Its name; a retired ward's with its city.
    pub name: String,
    /// The year it was merged or renamed.
    pub year: String,
    /// What lies there now.
    pub successors: Vec<&'static Municipality>,
}

/// Why a municipality is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The typed name is a municipality that was merged into this one or renamed.
    Retired {
        /// The name it had.
        name: String,
        /// The year of the change.
        year: String,
    },
    /// Several have the typed name.
    SameName,
    /// The name is near the typed one.
    Similar,
}

/// A municipality offered for a typed name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The municipality.
    pub municipality: &'static Municipality,
    /// Why it is offered.
    pub reason: Reason,
}

/// What a typed name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// Exactly this municipality or ward.
    Found(&'static Municipality),
    /// A designated city without its ward.
    WardRequired {
        /// The city.
        city: &'static Municipality,
        /// Its wards.
        wards: Vec<&'static Municipality>,
    },
    /// Not one answer, but these to choose from.
    Candidates(Vec<Candidate>),
    /// Nothing was typed, the prefecture is unknown, or no name of it is anywhere near.
    NotFound,
}

#[derive(Default)]
struct Index {
    /// Names with their suffix (市区町村), in kanji and kana, wards also with their city, towns also with their district.
    full: HashMap<String, Vec<&'static Municipality>>,
    /// The same names without their suffix.
    short: HashMap<String, Vec<&'static Municipality>>,
    retired: HashMap<String, Vec<&'static Retired>>,
    retired_short: HashMap<String, Vec<&'static Retired>>,
}

static ALL_RETIRED: LazyLock<Vec<(String, Retired)>> = LazyLock::new(|| {
    rows(RETIRED)
        .map(|row| {
            let successors = list(&row, 3)
                .iter()
                .filter_map(|code| municipality(code))
                .collect();
            (
                text(&row, 0),
                Retired {
                    name: text(&row, 1),
                    year: text(&row, 2),
                    successors,
                },
            )
        })
        .collect()
});

static INDEXES: LazyLock<HashMap<&'static str, Index>> = LazyLock::new(|| {
    let mut indexes: HashMap<&'static str, Index> = HashMap::new();
    for prefecture in prefectures() {
        let index = indexes.entry(prefecture.code.as_str()).or_default();
        for one in in_prefecture(&prefecture.code) {
            index.add(one);
        }
    }
    for (prefecture, retired) in ALL_RETIRED.iter() {
        if let Some(index) = indexes.get_mut(prefecture.as_str()) {
            index.add_retired(retired);
        }
    }
    indexes
});

impl Index {
    fn add(&mut self, one: &'static Municipality) {
        let mut names = vec![one.name.clone(), one.kana.clone(), one.name_with_city()];
        if let Some(city) = one.parent() {
            names.push(format!("{}{}", city.kana, one.kana));
            names.push(format!("{}{}", without_suffix(&city.name), one.name));
        }
        if let Some(gun) = &one.gun {
            names.push(format!("{gun}{}", one.name));
        }
        for name in names {
            insert(&mut self.full, key(&name), one);
            insert(&mut self.short, key(without_suffix(&name)), one);
        }
    }

    fn add_retired(&mut self, retired: &'static Retired) {
        insert(&mut self.retired, key(&retired.name), retired);
        insert(
            &mut self.retired_short,
            key(without_suffix(&retired.name)),
            retired,
        );
        if let Some((_, ward)) = retired
            .name
            .split_once('市')
            .filter(|(_, ward)| ward.ends_with('区'))
        {
            insert(&mut self.retired, key(ward), retired);
        }
    }

    fn look_up(&self, typed: &str) -> Option<Lookup> {
        answer(self.full.get(typed), self.retired.get(typed))
            .or_else(|| answer(self.short.get(typed), self.retired_short.get(typed)))
    }

    /// Names of which the typed text is the beginning or which begin the typed text, then those a few changes away.
    fn similar(&self, typed: &str) -> Vec<Candidate> {
        let length = typed.chars().count();
        let mut ranked: Vec<(usize, &str, &'static Municipality)> = Vec::new();
        for (name, found) in &self.full {
            let changes = if name.starts_with(typed)
                || (typed.starts_with(name.as_str()) && name.chars().count() > 1)
            {
                0
            } else {
                distance(typed, name)
            };
            if changes <= 1.max(length / 2) && changes < length.max(2) {
                ranked.extend(found.iter().map(|one| (changes, one.code.as_str(), *one)));
            }
        }
        ranked.sort_by_key(|(changes, code, _)| (*changes, *code));
        let mut offered: Vec<Candidate> = Vec::new();
        for (_, _, one) in ranked {
            if offered.len() < OFFERED
                && offered
                    .iter()
                    .all(|candidate| candidate.municipality.code != one.code)
            {
                offered.push(Candidate {
                    municipality: one,
                    reason: Reason::Similar,
                });
            }
        }
        offered
    }
}

fn insert<T: PartialEq + ?Sized>(
    map: &mut HashMap<String, Vec<&'static T>>,
    key: String,
    value: &'static T,
) {
    let values = map.entry(key).or_default();
    if !values.contains(&value) {
        values.push(value);
    }
}

fn answer(
    present: Option<&Vec<&'static Municipality>>,
    retired: Option<&Vec<&'static Retired>>,
) -> Option<Lookup> {
    let present = present.map_or(&[][..], Vec::as_slice);
    let retired = retired.map_or(&[][..], Vec::as_slice);
    if let ([one], []) = (present, retired) {
        return Some(match one.kind {
            MunicipalityKind::DesignatedCity => Lookup::WardRequired {
                city: one,
                wards: one.wards(),
            },
            _ => Lookup::Found(one),
        });
    }
    let mut candidates: Vec<Candidate> = present
        .iter()
        .map(|one| Candidate {
            municipality: one,
            reason: Reason::SameName,
        })
        .collect();
    for old in retired {
        let reason = || Reason::Retired {
            name: old.name.clone(),
            year: old.year.clone(),
        };
        candidates.extend(old.successors.iter().map(|one| Candidate {
            municipality: one,
            reason: reason(),
        }));
    }
    if candidates.is_empty() {
        None
    } else {
        Some(Lookup::Candidates(candidates))
    }
}

/// The municipality a person means by `typed`, in the prefecture with a two-digit code.
///
/// Taken are names in kanji or kana, with or without prefecture, district and suffix. A present name in full wins over everything; a name without its suffix may mean several
/// (清水: 清水区, 清水町, 旧清水市), and then all are offered.
pub fn find(prefecture_code: &str, typed: &str) -> Lookup {
    let Some(index) = INDEXES.get(prefecture_code) else {
        return Lookup::NotFound;
    };
    let beginning: String = typed.trim_start().chars().take(LONGEST).collect();
    let typed = key(&beginning);
    let (other, name) = split_prefecture(&typed, prefecture_code);
    if name.is_empty() {
        return Lookup::NotFound;
    }
    if let Some(other) = other.and_then(|code| INDEXES.get(code)) {
        return Lookup::Candidates(elsewhere(other, name)).unless_empty();
    }
    index
        .look_up(name)
        .unwrap_or_else(|| Lookup::Candidates(index.similar(name)).unless_empty())
}

/// Municipalities of a prefecture whose name or kana begins with `typed`, at most `most`: suggestions while a name is being typed.
pub fn beginning_with(
    prefecture_code: &str,
    typed: &str,
    most: usize,
) -> Vec<&'static Municipality> {
    let beginning: String = typed.trim_start().chars().take(LONGEST).collect();
    let typed = key(&beginning);
    let begins = |one: &Municipality| {
        key(&one.name_with_city()).starts_with(&typed) || key(&one.kana).starts_with(&typed)
    };
    in_prefecture(prefecture_code)
        .iter()
        .copied()
        .filter(|one| begins(one))
        .take(most)
        .collect()
}

impl Lookup {
    fn unless_empty(self) -> Self {
        match self {
            Self::Candidates(candidates) if candidates.is_empty() => Self::NotFound,
            other => other,
        }
    }
}

/// The name that was typed together with another prefecture than the chosen one: offered, never taken silently.
fn elsewhere(index: &Index, name: &str) -> Vec<Candidate> {
    let offered = |found: Vec<&'static Municipality>| {
        found
            .into_iter()
            .map(|one| Candidate {
                municipality: one,
                reason: Reason::Similar,
            })
            .collect()
    };
    match index.look_up(name) {
        Some(Lookup::Found(one)) => offered(vec![one]),
        Some(Lookup::WardRequired { wards, .. }) => offered(wards),
        Some(Lookup::Candidates(candidates)) => candidates,
        _ => index.similar(name),
    }
}

/// The keys of the prefectures' names, in kanji and kana, with their codes.
static PREFECTURE_KEYS: LazyLock<Vec<(String, &'static str)>> = LazyLock::new(|| {
    prefectures()
        .iter()
        .flat_map(|prefecture| {
            [&prefecture.name, &prefecture.kana].map(|name| (key(name), prefecture.code.as_str()))
        })
        .collect()
});

/// The code of another prefecture whose name stands in front, if one does, and the rest of the key.
fn split_prefecture<'a>(typed: &'a str, chosen: &str) -> (Option<&'static str>, &'a str) {
    let front = PREFECTURE_KEYS.iter().find_map(|(name, code)| {
        let rest = typed
            .strip_prefix(name.as_str())
            .filter(|rest| !rest.is_empty())?;
        Some((Some(*code).filter(|code| *code != chosen), rest))
    });
    front.unwrap_or((None, typed))
}

/// The key names are compared by. For search only.
fn key(name: &str) -> String {
    search_key(&ascii_folded(name))
        .chars()
        .map(katakana)
        .map(|c| match c {
            'ケ' | 'ガ' | 'ヶ' => 'ヶ',
            'ヵ' => 'カ',
            'ノ' | '之' => 'ノ',
            'ツ' | 'ッ' => 'ツ',
            other => other,
        })
        .collect()
}

fn without_suffix(name: &str) -> &str {
    let endings = [
        "市",
        "区",
        "町",
        "村",
        "シ",
        "ク",
        "チョウ",
        "マチ",
        "ムラ",
        "ソン",
    ];
    endings
        .into_iter()
        .find_map(|ending| name.strip_suffix(ending))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(name)
}

#[cfg(test)]
mod tests;

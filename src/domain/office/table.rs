//! The two tables offices come from, and what a newer one would change: offices that are new, that read differently, that are gone.
//!
//! An office that is gone is closed and kept: cases that went there keep its name. Nothing an office said about itself is in a table, so no table changes it.

use std::collections::BTreeMap;

use super::entry::OfficeEntry;
use crate::domain::office_code::OfficeCode;
use crate::reference::missions::{self, missions};
use crate::reference::municipalities::{self, municipalities};

/// One of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OfficeTable {
    /// Embassies, consulates and the like.
    Missions,
    /// Municipalities and wards.
    Municipalities,
}

impl OfficeTable {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Missions, Self::Municipalities];

    /// The name in addresses and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missions => "missions",
            Self::Municipalities => "municipalities",
        }
    }

    /// The table that `name` names.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.as_str() == name)
    }

    /// The value of `offices.kind` for its rows.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Missions => "mission",
            Self::Municipalities => "municipality",
        }
    }

    /// Whether an office belongs into it.
    pub fn holds(self, code: &OfficeCode) -> bool {
        code.is_mission() == (self == Self::Missions)
    }

    /// Version and source of the table this program brings along.
    pub const fn built_in_origin(self) -> (&'static str, &'static str) {
        match self {
            Self::Missions => (missions::PROVENANCE.version, missions::PROVENANCE.source),
            Self::Municipalities => (
                municipalities::PROVENANCE.version,
                municipalities::PROVENANCE.source,
            ),
        }
    }

    /// The rows this program brings along. Each of them is an office (a test reads them all).
    pub fn built_in(self) -> Vec<OfficeEntry> {
        match self {
            Self::Missions => missions()
                .iter()
                .filter_map(|mission| OfficeEntry::of_mission(mission).ok())
                .collect(),
            Self::Municipalities => municipalities()
                .iter()
                .filter_map(|one| OfficeEntry::of_municipality(one).ok())
                .collect(),
        }
    }
}

/// What a newer table changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableDiff {
    /// Offices that were not there, or were closed.
    pub added: Vec<OfficeEntry>,
    /// Offices that read differently: before, and after.
    pub changed: Vec<(OfficeEntry, OfficeEntry)>,
    /// Offices that are no longer in the table.
    pub gone: Vec<OfficeEntry>,
}

impl TableDiff {
    /// What `newer` changes in the offices that are open now.
    pub fn between(open: &[OfficeEntry], newer: &[OfficeEntry]) -> Self {
        let by_code = |entries: &[OfficeEntry]| -> BTreeMap<OfficeCode, OfficeEntry> {
            let pairs = entries
                .iter()
                .map(|entry| (entry.code.clone(), entry.clone()));
            pairs.collect()
        };
        let (mut before, after) = (by_code(open), by_code(newer));
        let mut diff = Self::default();
        for (code, entry) in after {
            match before.remove(&code) {
                None => diff.added.push(entry),
                Some(earlier) if earlier != entry => diff.changed.push((earlier, entry)),
                Some(_) => {}
            }
        }
        diff.gone = before.into_values().collect();
        diff
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.gone.is_empty()
    }
}

/// The columns in which two entries of one office differ: name of the column, before, after.
pub fn differences(
    before: &OfficeEntry,
    after: &OfficeEntry,
) -> Vec<(&'static str, String, String)> {
    let both = columns(before).into_iter().zip(columns(after));
    both.filter(|((_, old), (_, new))| old != new)
        .map(|((name, old), (_, new))| (name, old, new))
        .collect()
}

/// An entry column by column, as the file has it.
pub fn columns(entry: &OfficeEntry) -> [(&'static str, String); 12] {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        ("code", entry.code.to_string()),
        ("name_ja", entry.name_ja.clone()),
        ("name_latin", entry.name_latin.clone()),
        ("country", entry.country.clone()),
        ("prefecture", or_empty(&entry.prefecture)),
        ("zone", entry.zone.clone()),
        ("postcode", or_empty(&entry.postcode)),
        ("address", or_empty(&entry.address)),
        ("address_basis", entry.address_basis.as_str().to_owned()),
        ("address_latin", entry.address_latin.join("|")),
        ("phone", or_empty(&entry.phone)),
        ("website", or_empty(&entry.website)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_table_adds_changes_and_closes() {
        let open = OfficeTable::Missions.built_in();
        assert!(TableDiff::between(&open, &open).is_empty());
        let mut newer = open.clone();
        let closed = newer.remove(0);
        newer[0].phone = Some("+1 555 0100".to_owned());
        let mut added = closed.clone();
        added.code = OfficeCode::parse("emb-zz").unwrap();
        newer.push(added.clone());
        let diff = TableDiff::between(&open, &newer);
        assert_eq!((diff.added, diff.gone), (vec![added], vec![closed]));
        let [(before, after)] = &diff.changed[..] else {
            panic!("one office changed")
        };
        assert_eq!(
            differences(before, after),
            [(
                "phone",
                before.phone.clone().unwrap_or_default(),
                "+1 555 0100".to_owned()
            )]
        );
    }
}

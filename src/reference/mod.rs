//! Tables the rules read, inside the binary: CSV files with their version and source, parsed once, into typed rows.
//!
//! The tables are pure: nothing here reads a clock, a file or the network. A malformed row cannot reach a user: a test of each table proves that every
//! row of its file was taken.

pub mod address_formats;
pub mod character_substitutes;
pub mod countries;
pub mod eras;
pub mod holidays;
pub mod kana_romaji;
pub mod missions;
pub mod municipalities;
pub mod municipality_search;
pub mod office_table;

/// Where a table comes from, for the page that names the sources and for whoever renews it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provenance {
    /// The file beside this module.
    pub file: &'static str,
    /// Publisher and licence.
    pub source: &'static str,
    /// Version or date of what was taken.
    pub version: &'static str,
}

/// Every table's origin, for the page that names the sources.
pub const PROVENANCES: [Provenance; 9] = [
    municipalities::PROVENANCE,
    municipality_search::PROVENANCE,
    missions::PROVENANCE,
    countries::PROVENANCE,
    address_formats::PROVENANCE,
    holidays::PROVENANCE,
    eras::PROVENANCE,
    kana_romaji::PROVENANCE,
    character_substitutes::PROVENANCE,
];

/// The rows of an embedded CSV text, without its header.
fn rows(table: &'static str) -> impl Iterator<Item = csv::StringRecord> {
    csv::Reader::from_reader(table.as_bytes())
        .into_records()
        .filter_map(Result::ok)
}

/// A column of a row; empty when the row is too short.
fn text(row: &csv::StringRecord, column: usize) -> String {
    row.get(column).unwrap_or_default().to_owned()
}

/// A column of a row that may be empty.
fn option(row: &csv::StringRecord, column: usize) -> Option<String> {
    row.get(column)
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
}

/// A column of a row that holds several values, parted by bars.
fn list(row: &csv::StringRecord, column: usize) -> Vec<String> {
    let values = row.get(column).unwrap_or_default().split('|');
    values
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_table_beside_this_module_names_its_origin() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/reference");
        let named: Vec<&str> = PROVENANCES
            .iter()
            .flat_map(|provenance| provenance.file.split(", "))
            .collect();
        let mut tables = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let file = entry.unwrap().file_name().into_string().unwrap();
            if Path::new(&file)
                .extension()
                .is_some_and(|extension| extension == "csv")
            {
                assert!(named.contains(&file.as_str()), "{file}");
                tables += 1;
            }
        }
        assert_eq!(tables, named.len());
    }
}

//! Tables the rules read, inside the binary: CSV files with their version and source, parsed once, into typed rows.
//!
//! The tables are pure: nothing here reads a clock, a file or the network. A malformed row cannot reach a user: a test of each table proves that every
//! row of its file was taken.

pub mod character_substitutes;
pub mod eras;
pub mod kana_romaji;

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

/// The rows of an embedded CSV text, without its header.
fn rows(table: &'static str) -> impl Iterator<Item = csv::StringRecord> {
    csv::Reader::from_reader(table.as_bytes()).into_records().filter_map(Result::ok)
}

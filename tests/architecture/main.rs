//! The house rules that no compiler holds: who may import whom, where a foreign crate may be named, what a template may contain, and that every text
//! of the catalogue exists in both languages, is used, and is written plainly.
//!
//! Plain file reading, no database: the fastest test of the project, and the first that says "that does not belong there".

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod catalogue;
mod imports;
mod plain_words;
mod rights;
mod shape;
mod sources;
mod templates;

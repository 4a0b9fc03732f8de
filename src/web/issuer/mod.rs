//! The issuer's desk (I01–I04): batches and what the inspectors find, bags to the municipalities, names that no font can print, and who may speak to the
//! interface. Who works here sees what stands on a card and nothing else of its case.

pub mod bag;
pub mod batch;
pub mod batches;
pub mod glyphs;
pub mod inspection;
pub mod keys;
pub mod results;
pub mod returns;
pub mod schedule;
pub mod shipments;

/// Kinds of problems and their facts.
pub const KINDS: &[(&str, &[&str])] = &[
    ("error-issuer-uninspected", &["n"]),
    ("error-issuer-count", &["n", "counted"]),
    ("error-issuer-count-empty", &[]),
    ("error-issuer-tracking", &[]),
    ("error-issuer-file-empty", &[]),
    ("error-issuer-file-large", &[]),
    ("error-issuer-return-reason", &[]),
    ("error-issuer-return-none", &[]),
    ("error-issuer-key-name", &[]),
    ("error-issuer-key-taken", &[]),
    ("error-issuer-public-key", &[]),
];

//! Every test that needs a database or the whole program, in one crate, so that it is linked once.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    clippy::string_slice,
    reason = "a test fails by panicking, and a table of cases is one function"
)]

#[path = "../support/mod.rs"]
mod support;

#[path = "../storage/mod.rs"]
mod storage;

#[path = "../web/mod.rs"]
mod web;

#[path = "../jobs/mod.rs"]
mod jobs;

#[path = "../notices/mod.rs"]
mod notices;

#[path = "../exchange/mod.rs"]
mod exchange;

#[path = "../weather/mod.rs"]
mod weather;

//! Speed, memory and weight, against the targets that were set for them: one run, one table, one exit code.
//!
//! The service is the real program in a process of its own, on a database file on disk with every safety switched on; the clients are in this process
//! and share its processors with it. A time alone says nothing about another machine, so a page is measured against a bare "hello" of the same HTTP
//! server, in turns, on the same processors. `tests/bench/run` is the command; all people in it are invented.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that cannot be made ends the run"
)]

mod desk;
mod desk_people;
mod exchange;
mod hello;
mod http;
mod journey;
mod journeys;
mod load;
mod long_queue;
mod machine;
mod page;
mod people;
#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../support/postgres.rs"]
mod postgres;
mod postman;
mod print_set;
mod program;
mod report;
mod scans;
mod weights;

use std::process::ExitCode;

use report::Report;

/// Journeys of a full run, and where the memory is looked at.
const JOURNEYS: usize = 10_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    if let [part] = &arguments[..]
        && part == hello::ARGUMENT
    {
        hello::serve();
        return ExitCode::SUCCESS;
    }
    let wanted =
        |part: &str| arguments.is_empty() || arguments.iter().any(|argument| argument == part);
    let mut report = Report::default();
    if wanted("print-set") {
        print_set::measure(&mut report);
    }
    if wanted("weights") {
        weights::measure(&mut report);
    }
    if wanted("page") {
        page::measure(&mut report);
    }
    if wanted("journeys") {
        journeys::measure(&mut report, journeys::wanted().unwrap_or(JOURNEYS));
    }
    if wanted("desk") {
        desk::measure(&mut report);
    }
    println!("{}\n\n{report}", machine::description());
    if report.is_met() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

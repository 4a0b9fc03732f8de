//! The `tsubame` command: reads its arguments and hands over. What a command does is in the library.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use tsubame::commands::{Command, run};

#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

/// Apply for the My Number Card from abroad: the service, its worker and its tools.
///
/// Exit codes: 0 done; 1 the command failed, the reason is on standard error; 2 the arguments or the settings cannot be used.
#[derive(Debug, Parser)]
#[command(name = "tsubame", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    run(Arguments::parse().command)
}

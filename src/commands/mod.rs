//! The commands: what each needs from the settings, what it starts, and how it ends.

mod exchange;
mod keys;
mod operation;
mod service;
mod staff;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use secrecy::ExposeSecret;

pub use service::Service;

use crate::clock::{Clock, SystemClock};
use crate::config::{ConfigError, LogFormat, Settings, Source};
use crate::demo;
use crate::security::keys::{KeyRing, KeyRingError};
use crate::seed::{self, SeedOptions};
use crate::storage::backup;
use crate::storage::{DatabaseUrl, Store};

/// What `tsubame` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the pages and do the jobs (mail, reminders, expiry) until SIGTERM
    Serve,
    /// Do the jobs alone, beside servers elsewhere
    Work,
    /// Start a demonstration: a fresh database, invented people, a mailbox at /dev/mail
    Demo {
        /// Keep the demo's data in this folder; without it, a temporary folder that is deleted at the end
        #[arg(long)]
        data: Option<PathBuf>,
    },
    /// Bring the database to this version's schema
    Migrate,
    /// Fill an empty database with very many invented cases, to measure the service on (a million take some minutes and about 5 GB)
    Seed(SeedOptions),
    /// Check the settings and the database, without starting anything
    Check,
    /// Print a new key ring for `TSUBAME_KEYS`, or change the key
    Keys {
        /// What to do; without it, a new ring is printed
        #[command(subcommand)]
        what: Option<keys::KeysCommand>,
    },
    /// Write a backup of the SQLite database while it is in use (PostgreSQL: use `pg_dump`)
    Backup {
        /// The new file
        to: PathBuf,
    },
    /// Put a backup in place of the SQLite database; nothing may be running on it, and nothing is sent by itself afterwards
    Restore {
        /// The backup
        from: PathBuf,
        /// Replace a database that is there
        #[arg(long)]
        force: bool,
    },
    /// Accounts of staff: make the first one, invite, reset
    Staff {
        /// What to do
        #[command(subcommand)]
        what: staff::StaffCommand,
    },
    /// Record what another tool did just now, so that the health page knows
    Record {
        /// What was done
        what: Done,
    },
    /// Batches for the card issuer and its results, as files; who may speak to the interface
    Exchange {
        /// What to do
        #[command(subcommand)]
        what: exchange::ExchangeCommand,
    },
    /// Play the other side of an interface, for demonstrations and tests
    Simulate {
        /// Whom to play
        #[command(subcommand)]
        what: exchange::SimulateCommand,
    },
    /// Verify what must not have been changed
    Verify {
        /// What to verify
        #[command(subcommand)]
        what: Verify,
    },
}

/// What can be verified.
#[derive(Debug, Subcommand)]
pub enum Verify {
    /// Every chain of the audit log, and every seal over it
    Audit {
        /// A seal written down elsewhere, as NUMBER:DIGEST (the log has them): it must still be there as it was
        #[arg(long)]
        expect: Option<String>,
    },
    /// A backup of SQLite: restores it beside, checks the copy, and records that the restore was tested
    Backup {
        /// The backup
        from: PathBuf,
    },
}

/// What other tools did, for the health page.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Done {
    /// A backup was made (`pg_dump`, a base backup)
    Backup,
    /// A backup was restored elsewhere and looked at
    RestoreTest,
}

/// Runs a command and says how it ended.
pub fn run(command: Command) -> ExitCode {
    let outcome = match command {
        Command::Keys { what } => keys::run(what.as_ref()),
        Command::Demo { data } => demo::run(data),
        // It speaks to a service that runs elsewhere, and needs none of the settings.
        Command::Simulate {
            what: exchange::SimulateCommand::Issuer(play),
        } => exchange::play_issuer(&play),
        other => settings_from_environment().and_then(|settings| with_settings(other, settings)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "tsubame: {error:#}");
            if error.is::<ConfigError>() {
                ExitCode::from(2)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// Prints a line for the person at the terminal.
pub fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn settings_from_environment() -> anyhow::Result<Settings> {
    Ok(Settings::check(&Source::from_environment()?)?)
}

fn with_settings(command: Command, settings: Settings) -> anyhow::Result<()> {
    start_log(&settings)?;
    match command {
        Command::Serve => Service::open(settings)?.serve(),
        Command::Work => Service::open(settings)?.work(),
        Command::Migrate => migrate(&settings),
        Command::Seed(options) => seed::run(&Store::open(&database_url(&settings)?), &options),
        Command::Check => check(&settings),
        Command::Backup { to } => operation::make_backup(&settings, &to),
        Command::Restore { from, force } => restore(&settings, &from, force),
        Command::Staff { what } => staff::run(&settings, what),
        Command::Record { what } => operation::record(&settings, what),
        Command::Verify {
            what: Verify::Audit { expect },
        } => operation::verify_audit(&settings, expect.as_deref()),
        Command::Verify {
            what: Verify::Backup { from },
        } => operation::test_restore(&settings, &from),
        Command::Exchange { what } => exchange::run(settings, what),
        Command::Simulate {
            what: exchange::SimulateCommand::Introduce { name, to },
        } => exchange::introduce(&settings, &name, &to),
        Command::Keys { .. } | Command::Demo { .. } | Command::Simulate { .. } => Ok(()),
    }
}

/// Logs on standard error, as the settings say.
pub fn start_log(settings: &Settings) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&settings.log).map_err(|_unreadable| {
        ConfigError::invalid(
            "TSUBAME_LOG",
            "write a filter such as info or tsubame=debug",
        )
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match settings.log_format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.with_ansi(false).init(),
    }
    Ok(())
}

fn database_url(settings: &Settings) -> Result<DatabaseUrl, ConfigError> {
    settings
        .database_url()
        .parse()
        .map_err(|error: crate::storage::DatabaseUrlError| {
            ConfigError::invalid("DATABASE_URL", error.to_string())
        })
}

fn key_ring(settings: &Settings) -> Result<KeyRing, ConfigError> {
    settings
        .keys
        .expose_secret()
        .parse()
        .map_err(|error: KeyRingError| ConfigError::invalid("TSUBAME_KEYS", error.to_string()))
}

fn migrate(settings: &Settings) -> anyhow::Result<()> {
    let applied = Store::open(&database_url(settings)?).migrate()?;
    say(format_args!(
        "{} migrations applied: {}",
        applied.len(),
        applied.join(", ")
    ));
    Ok(())
}

fn check(settings: &Settings) -> anyhow::Result<()> {
    let service = Service::open(settings.clone())?;
    let state = service
        .store
        .schema_state()
        .context("the database does not answer")?;
    anyhow::ensure!(
        state.is_current(),
        "the database has another schema: run tsubame migrate"
    );
    keys::check(settings)?;
    say("the settings can be used, and the database is ready");
    Ok(())
}

fn restore(settings: &Settings, from: &Path, force: bool) -> anyhow::Result<()> {
    let restored = backup::restore(from, &database_url(settings)?, force, SystemClock.now())?;
    say(format_args!(
        "restored; {} mails that waited in the backup are held, {} sessions ended",
        restored.mails_held, restored.sessions_ended
    ));
    Ok(())
}

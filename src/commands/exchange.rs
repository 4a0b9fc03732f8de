//! `tsubame exchange` and `tsubame simulate`: batches and results as files, who may speak to the interface, and the other side to play with.
//!
//! Secrets are in files, never in arguments: arguments can be read by everybody on the machine.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Subcommand};
use secrecy::SecretString;

use super::{Service, database_url, say};
use crate::clock::{Clock, SystemClock};
use crate::config::Settings;
use crate::domain::batch_number::BatchNumber;
use crate::exchange::card::RowFormat;
use crate::exchange::gather::{self, Workshop};
use crate::exchange::package::Package;
use crate::exchange::simulator::{Play, Round, Simulator};
use crate::exchange::{answers, apply, export, introduction, staging};
use crate::security::signing::Signer;
use crate::storage::batches::BatchId;
use crate::storage::exchange_keys::{self, ApiKeyId};
use crate::storage::results::{self, ResultFileId};
use crate::storage::{Store, StoreError};

const ACTOR: &str = "command-line";
const ROWS_AT_ONCE: i64 = 2_000;
const MOST_KEYS: i64 = 1_000;

/// What can be exchanged with the issuer.
#[derive(Debug, Subcommand)]
pub enum ExchangeCommand {
    /// Make a batch of every released case, or finish one that was interrupted
    Collect,
    /// Write a batch as a package: B-000231.tar in a folder
    Export {
        /// The batch, as B-000231
        batch: BatchNumber,
        /// The folder
        #[arg(long)]
        to: PathBuf,
    },
    /// Take a package of results in and apply it; the same package again changes nothing
    Import {
        /// The package
        file: PathBuf,
        /// Write the answer to each row here, as CSV
        #[arg(long)]
        answers: Option<PathBuf>,
    },
    /// Make a key for a program and print it, once
    AddKey {
        /// What the key is called
        name: String,
    },
    /// Revoke a program's key
    RevokeKey {
        /// Its number in the list
        id: i64,
    },
    /// Let signatures by a public key count
    Trust {
        /// The name manifests give it (`key_id`)
        name: String,
        /// 32 bytes in base64
        public_key: String,
    },
    /// Let signatures by a key count no longer
    Distrust {
        /// Its name
        name: String,
    },
    /// List programs' keys and partners' public keys
    Keys,
}

/// Who can be played.
#[derive(Debug, Subcommand)]
pub enum SimulateCommand {
    /// Play the card issuer over the HTTP interface of a running service
    Issuer(IssuerPlay),
    /// Make the simulator's keys, register them with the database of the settings, and write NAME.key and NAME.seed
    Introduce {
        /// The name of both keys
        name: String,
        /// The folder for the two files
        #[arg(long)]
        to: PathBuf,
    },
}

/// How the issuer is played.
#[derive(Debug, Args)]
pub struct IssuerPlay {
    /// Where the service is, as <http://127.0.0.1:8080>
    #[arg(long)]
    base_url: String,
    /// The file with the program's key
    #[arg(long)]
    key: PathBuf,
    /// The file with the seed of the signing key
    #[arg(long)]
    signing_key: PathBuf,
    /// The name under which the service knows the signing key
    #[arg(long)]
    name: String,
    /// Of a hundred cards so many have a defect
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=100))]
    defects: u8,
    /// Another seed is another choice of those
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Send results as CSV instead of JSON Lines
    #[arg(long)]
    csv: bool,
    /// One round, then end
    #[arg(long, conflicts_with = "every")]
    once: bool,
    /// Seconds between two rounds
    #[arg(long, default_value_t = 5)]
    every: u64,
}

/// Does it.
pub(super) fn run(settings: Settings, command: ExchangeCommand) -> anyhow::Result<()> {
    let store = Store::open(&database_url(&settings)?);
    let now = SystemClock.now();
    match command {
        ExchangeCommand::Collect => collect(settings),
        ExchangeCommand::Export { batch, to } => export_batch(settings, batch, &to),
        ExchangeCommand::Import { file, answers } => import(settings, &file, answers.as_deref()),
        ExchangeCommand::AddKey { name } => {
            let (id, key) = store.write(|db| introduction::make_api_key(db, &name, ACTOR, now))?;
            say(format_args!("key {id}, shown only now: {key}"));
            Ok(())
        }
        ExchangeCommand::RevokeKey { id } => {
            store.write(|db| introduction::revoke(db, ApiKeyId(id), ACTOR, now))?;
            say("revoked");
            Ok(())
        }
        ExchangeCommand::Trust { name, public_key } => {
            store.write(|db| introduction::trust(db, (&name, &public_key), ACTOR, now))?;
            say(format_args!("signatures by {name} count from now on"));
            Ok(())
        }
        ExchangeCommand::Distrust { name } => {
            store.write(|db| introduction::distrust(db, &name, ACTOR, now))?;
            say(format_args!("signatures by {name} count no longer"));
            Ok(())
        }
        ExchangeCommand::Keys => list_keys(&store),
    }
}

fn list_keys(store: &Store) -> anyhow::Result<()> {
    let (keys, partners) = store.read(|db| -> Result<_, StoreError> {
        let keys = exchange_keys::list_api_keys(db, MOST_KEYS)?;
        Ok((keys, exchange_keys::list_partner_keys(db, MOST_KEYS)?))
    })?;
    for key in keys {
        let state = if key.revoked_at.is_some() {
            "revoked"
        } else {
            "valid"
        };
        say(format_args!("key {:>4}  {:<20} {state}", key.id, key.name));
    }
    for partner in partners {
        let state = if partner.retired_at.is_some() {
            "retired"
        } else {
            "counts"
        };
        say(format_args!(
            "partner   {:<20} {} {state}",
            partner.name, partner.public_key
        ));
    }
    Ok(())
}

fn collect(settings: Settings) -> anyhow::Result<()> {
    let service = Service::open(settings)?;
    let workshop = Workshop {
        store: &service.store,
        keys: &service.keys,
        fonts: &service.fonts,
        clock: &SystemClock,
    };
    match gather::collect(&workshop, ACTOR)? {
        Some(batch) => say(format_args!("{}: {} cards", batch.number(), batch.cards)),
        None => say("nothing is released"),
    }
    Ok(())
}

fn export_batch(settings: Settings, batch: BatchNumber, folder: &Path) -> anyhow::Result<()> {
    let service = Service::open(settings)?;
    let path = folder.join(format!("{batch}.tar"));
    let part = folder.join(format!("{batch}.tar.part"));
    let file = private_file(&part)?;
    let written = export::write_batch(&service.store, &service.keys, BatchId::of(batch), file);
    let written = written
        .map_err(anyhow::Error::from)
        .and_then(|file| Ok(file.sync_all()?));
    if let Err(error) = written {
        let _ = std::fs::remove_file(&part);
        return Err(error);
    }
    std::fs::rename(&part, &path)?;
    let detail = format!("{batch} package");
    service.store.write(|db| {
        apply::note(
            db,
            ACTOR,
            "exchange.batch_fetched",
            &detail,
            SystemClock.now(),
        )
    })?;
    say(path.display());
    Ok(())
}

/// A new file that its owner alone can read.
fn private_file(path: &Path) -> anyhow::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("{} cannot be written", path.display()))
}

fn import(settings: Settings, path: &Path, answers: Option<&Path>) -> anyhow::Result<()> {
    let service = Service::open(settings)?;
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let taken = staging::take(
        &service.store,
        &mut Package::new(file),
        ACTOR,
        SystemClock.now(),
    )?;
    let letterhead = service.app().letterhead();
    // The same rows may be in the hands of a running worker: each piece is held by one of the two.
    while service
        .store
        .write(|db| apply::apply_some(db, &letterhead, taken.id, SystemClock.now()))?
    {}
    let done = service.store.read(|db| results::get_file(db, taken.id))?;
    if let Some(path) = answers {
        write_answers(&service.store, done.id, path)?;
    }
    say(format_args!(
        "{}: {} rows; {} accepted, {} already known, {} refused",
        done.name, done.total_rows, done.accepted, done.already_known, done.refused
    ));
    Ok(())
}

fn write_answers(store: &Store, id: ResultFileId, path: &Path) -> anyhow::Result<()> {
    let mut out = private_file(path)?;
    let mut after = 0;
    loop {
        let rows = store.read(|db| results::list_rows(db, id, after, ROWS_AT_ONCE))?;
        let Some(last) = rows.last().map(|row| row.line) else {
            return Ok(out.sync_all()?);
        };
        out.write_all(&answers::rows_of(&rows, RowFormat::Csv, after == 0)?)?;
        after = last;
    }
}

/// Plays.
pub(super) fn play_issuer(play: &IssuerPlay) -> anyhow::Result<()> {
    let secret = |path: &Path| {
        std::fs::read_to_string(path)
            .map(|text| text.trim().to_owned())
            .with_context(|| format!("{} cannot be read", path.display()))
    };
    let signer = Signer::from_seed(&play.name, &secret(&play.signing_key)?)?;
    let how = Play {
        defect_percent: play.defects,
        seed: play.seed,
        is_csv: play.csv,
    };
    let key = SecretString::from(secret(&play.key)?);
    let simulator = Simulator::new(&play.base_url, key, signer, how);
    if play.once {
        report(&simulator.round()?);
        return Ok(());
    }
    loop {
        match simulator.round() {
            Ok(round) if round.batches > 0 => report(&round),
            Ok(_) => {}
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "tsubame: {error}");
            }
        }
        std::thread::sleep(Duration::from_secs(play.every));
    }
}

fn report(round: &Round) {
    say(format_args!(
        "{} batches: {} cards made, {} with a defect; {} rows accepted, {} refused",
        round.batches, round.made, round.defects, round.accepted, round.refused
    ));
}

/// Registers the simulator's keys and writes them down.
pub(super) fn introduce(settings: &Settings, name: &str, folder: &Path) -> anyhow::Result<()> {
    let store = Store::open(&database_url(settings)?);
    let made = store.write(|db| introduction::introduce(db, name, ACTOR, SystemClock.now()))?;
    for (ending, content) in [("key", &made.api_key), ("seed", &made.seed)] {
        let path = folder.join(format!("{name}.{ending}"));
        private_file(&path)?.write_all(content.as_bytes())?;
        say(path.display());
    }
    Ok(())
}

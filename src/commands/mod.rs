//! The commands: what each needs from the settings, what it starts, and how it ends.

mod exchange;
mod operation;
mod staff;

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Subcommand;
use secrecy::ExposeSecret;

use crate::clock::{Clock, SharedClock, SystemClock};
use crate::config::{ConfigError, MailRoute, Settings, Source};
use crate::demo;
use crate::documents::fonts::{FontSettings, Fonts, IpamjMincho};
use crate::jobs::{JobContext, Worker};
use crate::notices::Letterhead;
use crate::notices::demo_mailbox::DemoMailbox;
use crate::notices::mailer::Mailer;
use crate::security::keys::{KeyRing, KeyRingError};
use crate::seed::{self, SeedOptions};
use crate::storage::backup;
use crate::storage::{DatabaseUrl, Store};
use crate::web::app::{App, Site};
use crate::web::drawing::DrawingRoom;
use crate::web::limits::Deadlines;
use crate::web::server;

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
    /// Print a new key for `TSUBAME_KEYS`
    Keys,
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
        Command::Keys => new_key(),
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

fn new_key() -> anyhow::Result<()> {
    say(KeyRing::generate()?.to_text().as_str());
    Ok(())
}

fn settings_from_environment() -> anyhow::Result<Settings> {
    Ok(Settings::check(&Source::from_environment()?)?)
}

fn with_settings(command: Command, settings: Settings) -> anyhow::Result<()> {
    start_log(&settings.log)?;
    match command {
        Command::Serve => Service::open(settings)?.serve(),
        Command::Work => Service::open(settings)?.work(),
        Command::Migrate => migrate(&settings),
        Command::Seed(options) => seed::run(&Store::open(&database_url(&settings)?), &options),
        Command::Check => check(settings),
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
        Command::Keys | Command::Demo { .. } | Command::Simulate { .. } => Ok(()),
    }
}

/// Logs as JSON lines on standard error.
pub fn start_log(filter: &str) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(filter).map_err(|_unreadable| {
        ConfigError::invalid(
            "TSUBAME_LOG",
            "write a filter such as info or tsubame=debug",
        )
    })?;
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    Ok(())
}

fn system_clock() -> SharedClock {
    Arc::new(SystemClock)
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

fn check(settings: Settings) -> anyhow::Result<()> {
    let service = Service::open(settings)?;
    let state = service
        .store
        .schema_state()
        .context("the database does not answer")?;
    anyhow::ensure!(
        state.is_current(),
        "the database has another schema: run tsubame migrate"
    );
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

/// Everything a running service is made of.
pub struct Service {
    /// The settings it was opened with.
    pub settings: Settings,
    /// The database.
    pub store: Store,
    keys: KeyRing,
    mailer: Arc<Mailer>,
    demo_mailbox: Option<DemoMailbox>,
    fonts: Arc<Fonts>,
    drawing_room: Arc<DrawingRoom>,
}

impl Service {
    /// Opens the parts; the first that cannot be used is the answer.
    pub fn open(settings: Settings) -> anyhow::Result<Self> {
        // The settings first: a mistake among them is said before anything is tried.
        let url = database_url(&settings)?;
        let keys = key_ring(&settings)?;
        let mailer = Arc::new(Mailer::new(&settings.mail, &settings.mail_from)?);
        let demo_mailbox = match &settings.mail {
            MailRoute::Mailbox(folder) => {
                Some(DemoMailbox::open(folder).context("the demo's mailbox cannot be opened")?)
            }
            MailRoute::Smtp(_) | MailRoute::Spool(_) => None,
        };
        let fonts = Arc::new(Fonts::load(&FontSettings {
            ipamj_mincho: name_font(&settings),
        })?);
        let store = Store::open(&url);
        // One process owns a SQLite file: it may bring it up to date. A cluster's PostgreSQL is migrated by hand, before its processes.
        if store.url().is_sqlite() {
            store
                .migrate()
                .context("the database cannot be brought up to date")?;
        }
        Ok(Self {
            settings,
            store,
            keys,
            mailer,
            demo_mailbox,
            fonts,
            drawing_room: Arc::new(
                DrawingRoom::open().context("the threads for drawings cannot be started")?,
            ),
        })
    }

    /// The service as its pages see it.
    pub fn app(&self) -> App {
        self.app_by(system_clock())
    }

    /// The same, by another clock: for cases of the demo that began in the past.
    pub fn app_by(&self, clock: SharedClock) -> App {
        let site = Site {
            base_url: self.settings.base_url.clone(),
            mail_from: self.settings.mail_from.clone(),
            trusted_proxies: self.settings.trusted_proxies,
            files_online: self.settings.files_online,
            demo_mailbox: self.demo_mailbox.clone(),
        };
        App::new(
            self.store.clone(),
            clock,
            self.keys.clone(),
            self.fonts.clone(),
            self.drawing_room.clone(),
            site,
        )
    }

    fn start_worker(&self) -> anyhow::Result<Worker> {
        let letterhead: Letterhead = self.app().letterhead();
        let context = JobContext {
            store: self.store.clone(),
            clock: system_clock(),
            mailer: self.mailer.clone(),
            letterhead,
            keys: Arc::new(self.keys.clone()),
        };
        Worker::start(context).context("the worker cannot be started")
    }

    /// Serves the pages and does the jobs until SIGTERM.
    pub fn serve(self) -> anyhow::Result<()> {
        let listener = TcpListener::bind(self.settings.listen).map_err(|error| {
            ConfigError::invalid(
                "TSUBAME_LISTEN",
                format!("{} cannot be used ({error})", self.settings.listen),
            )
        })?;
        let worker = self.start_worker()?;
        let app = self.app();
        tracing::info!(listen = %self.settings.listen, "serving");
        let served = actix_web::rt::System::new().block_on(async move {
            server::server(app, listener, self.settings.workers, Deadlines::USUAL)?.await
        });
        worker.stop();
        tracing::info!("stopped");
        Ok(served?)
    }

    /// Does the jobs until SIGTERM.
    pub fn work(self) -> anyhow::Result<()> {
        let worker = self.start_worker()?;
        let ended = actix_web::rt::System::new().block_on(end_of_work());
        worker.stop();
        ended
    }
}

/// SIGTERM, SIGINT, or Ctrl-C.
async fn end_of_work() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// The font of rare name characters: the file that was named, else Debian's if it is installed.
fn name_font(settings: &Settings) -> IpamjMincho {
    settings
        .name_font
        .clone()
        .map_or(IpamjMincho::WhenInstalled, IpamjMincho::At)
}

//! The running service: every part opened once, then pages, jobs and figures until SIGTERM.

use std::net::TcpListener;
use std::sync::Arc;

use anyhow::Context;

use super::{database_url, key_ring};
use crate::clock::{SharedClock, SystemClock};
use crate::config::{ConfigError, MailRoute, Settings};
use crate::documents::fonts::{FontSettings, Fonts, IpamjMincho};
use crate::jobs::{JobContext, Worker};
use crate::notices::Letterhead;
use crate::notices::demo_mailbox::DemoMailbox;
use crate::notices::mailer::Mailer;
use crate::security::keys::KeyRing;
use crate::storage::Store;
use crate::web::app::{App, Site};
use crate::web::drawing::DrawingRoom;
use crate::web::limits::Deadlines;
use crate::web::metrics::{self, Sources};
use crate::web::server;

fn system_clock() -> SharedClock {
    Arc::new(SystemClock)
}

/// Everything a running service is made of.
pub struct Service {
    /// The settings it was opened with.
    pub settings: Settings,
    /// The database.
    pub store: Store,
    pub(super) keys: KeyRing,
    mailer: Arc<Mailer>,
    demo_mailbox: Option<DemoMailbox>,
    pub(super) fonts: Arc<Fonts>,
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

    /// Where the figures are served, if they are, and what from.
    fn bind_metrics(&self) -> anyhow::Result<Option<(Sources, TcpListener)>> {
        let Some(address) = self.settings.metrics_listen else {
            return Ok(None);
        };
        let listener = TcpListener::bind(address).map_err(|error| {
            ConfigError::invalid(
                "TSUBAME_METRICS_LISTEN",
                format!("{address} cannot be used ({error})"),
            )
        })?;
        let sources = Sources {
            store: self.store.clone(),
            clock: system_clock(),
        };
        Ok(Some((sources, listener)))
    }

    fn start_worker(&self) -> anyhow::Result<Worker> {
        let letterhead: Letterhead = self.app().letterhead();
        let context = JobContext {
            store: self.store.clone(),
            clock: system_clock(),
            mailer: self.mailer.clone(),
            letterhead,
            keys: Arc::new(self.keys.clone()),
            fonts: self.fonts.clone(),
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
        let metrics = self.bind_metrics()?;
        let worker = self.start_worker()?;
        let app = self.app();
        tracing::info!(listen = %self.settings.listen, "serving");
        let served = actix_web::rt::System::new().block_on(async move {
            if let Some((sources, listener)) = metrics {
                actix_web::rt::spawn(metrics::server(sources, listener)?);
            }
            server::server(app, listener, self.settings.workers, Deadlines::USUAL)?.await
        });
        worker.stop();
        tracing::info!("stopped");
        Ok(served?)
    }

    /// Does the jobs until SIGTERM.
    pub fn work(self) -> anyhow::Result<()> {
        let metrics = self.bind_metrics()?;
        let worker = self.start_worker()?;
        let ended = actix_web::rt::System::new().block_on(async move {
            if let Some((sources, listener)) = metrics {
                actix_web::rt::spawn(metrics::server(sources, listener)?);
            }
            end_of_work().await
        });
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

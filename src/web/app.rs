//! What every handler can reach: the store, the clock, the keys, the site's own address.

use std::sync::Arc;

use actix_web::{HttpRequest, web};

use super::drawing::DrawingRoom;
use super::errors::AppError;
use crate::clock::SharedClock;
use crate::config::BaseUrl;
use crate::documents::fonts::Fonts;
use crate::notices::Letterhead;
use crate::notices::demo_mailbox::DemoMailbox;
use crate::security::keys::KeyRing;
use crate::storage::applications::Filing;
use crate::storage::{Db, Store, StoreError};

/// The parts of the running service. Cheap to share; nothing in it changes.
#[derive(Debug)]
pub struct App {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: SharedClock,
    /// The fonts of the printed set, parsed once.
    pub fonts: Arc<Fonts>,
    keys: Arc<KeyRing>,
    site: Site,
    drawing_room: Arc<DrawingRoom>,
}

/// Where the service is reached and how it presents itself.
#[derive(Debug, Clone)]
pub struct Site {
    /// Scheme and host before every absolute link.
    pub base_url: BaseUrl,
    /// The sender's address.
    pub mail_from: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: usize,
    /// Whether making the form files the application.
    pub files_online: bool,
    /// In the demo: its own mailbox, shown at `/dev/mail`.
    pub demo_mailbox: Option<DemoMailbox>,
}

impl App {
    /// Puts the parts together.
    pub fn new(
        store: Store,
        clock: SharedClock,
        keys: KeyRing,
        fonts: Arc<Fonts>,
        drawing_room: Arc<DrawingRoom>,
        site: Site,
    ) -> Self {
        Self {
            store,
            clock,
            fonts,
            keys: Arc::new(keys),
            site,
            drawing_room,
        }
    }

    /// The app a request belongs to.
    ///
    /// # Panics
    /// When the server was built without it, which `server::routes` does not do.
    pub fn of(request: &HttpRequest) -> web::Data<Self> {
        #[expect(
            clippy::expect_used,
            reason = "the server is never built without its app; a request cannot go on without it"
        )]
        request
            .app_data::<web::Data<Self>>()
            .expect("the app is part of every server")
            .clone()
    }

    /// The key ring.
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// Scheme and host before every absolute link.
    pub fn base_url(&self) -> &BaseUrl {
        &self.site.base_url
    }

    /// How many proxies stand before the server.
    pub fn trusted_proxies(&self) -> usize {
        self.site.trusted_proxies
    }

    /// How an application that starts now will be filed (architecture decision 3).
    pub fn filing(&self) -> Filing {
        if self.site.files_online {
            Filing::Online
        } else {
            Filing::Paper
        }
    }

    /// The demo's mailbox, in the demo.
    pub fn demo_mailbox(&self) -> Option<&DemoMailbox> {
        self.site.demo_mailbox.as_ref()
    }

    /// Whether this is the demo (or any installation that is not a public body's): every page says so.
    pub fn is_demo(&self) -> bool {
        self.site.demo_mailbox.is_some()
    }

    /// What all mails have in common.
    pub fn letterhead(&self) -> Letterhead {
        Letterhead {
            base_url: self.site.base_url.as_str().to_owned(),
            host: self.site.base_url.host().to_owned(),
            from: self.site.mail_from.clone(),
            is_demo: self.is_demo(),
        }
    }

    /// The name of the session cookie. `__Host-` where TLS allows it.
    pub fn session_cookie(&self) -> &'static str {
        if self.site.base_url.is_https() {
            "__Host-sid"
        } else {
            "sid"
        }
    }

    /// The name of the staff's session cookie.
    pub fn staff_cookie(&self) -> &'static str {
        if self.site.base_url.is_https() {
            "__Host-staff"
        } else {
            "staff"
        }
    }

    /// Draws, proves or looks at a picture, off the async threads, when its turn has come.
    pub async fn draw<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        self.drawing_room.draw(work).await
    }

    /// Reads from the database, off the async threads.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, AppError> {
        let store = self.store.clone();
        Ok(web::block(move || store.read(work))
            .await
            .map_err(AppError::unexpected)??)
    }

    /// Writes to the database in one transaction, off the async threads. The closure's own error rolls back.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, E> + Send + 'static,
    ) -> Result<T, AppError>
    where
        T: Send + 'static,
        E: From<StoreError> + Into<AppError> + Send + 'static,
    {
        let store = self.store.clone();
        web::block(move || store.write(work))
            .await
            .map_err(AppError::unexpected)?
            .map_err(Into::into)
    }
}

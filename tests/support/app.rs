//! The whole service, in this process, on its own port, with its own database, a clock that stands still and a mailbox on disk.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, LazyLock};

use diesel::RunQueryDsl;
use jiff::SignedDuration;
use tempfile::TempDir;
use tsubame::clock::{FixedClock, SharedClock};
use tsubame::config::{BaseUrl, MailRoute};
use tsubame::documents::fonts::{FontSettings, Fonts};
use tsubame::jobs::{Engine, JobContext};
use tsubame::notices::demo_mailbox::{DemoMail, DemoMailbox};
use tsubame::notices::mailer::Mailer;
use tsubame::security::keys::KeyRing;
use tsubame::storage::{Store, StoreError};
use tsubame::web::app::{App, Site};
use tsubame::web::drawing::DrawingRoom;
use tsubame::web::limits::Deadlines;
use tsubame::web::server;

use super::database::TestDatabase;
use super::person::Person;

/// Monday morning in Japan, a day before the date of the invented people's applications.
const START: &str = "2026-11-24T00:00:00Z";
const FROM: &str = "no-reply@card.example.jp";

pub(crate) static FONTS: LazyLock<Arc<Fonts>> =
    LazyLock::new(|| Arc::new(Fonts::load(&FontSettings::default()).unwrap()));

/// A running service.
pub(crate) struct TestApp {
    pub(crate) base_url: String,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) store: Store,
    pub(crate) mailbox: DemoMailbox,
    pub(crate) keys: KeyRing,
    site: Site,
    engine: Engine,
    runtime: tokio::runtime::Runtime,
    handle: actix_web::dev::ServerHandle,
    _mail_folder: TempDir,
    pub(crate) database: TestDatabase,
}

impl TestApp {
    pub(crate) fn start(database: TestDatabase) -> Self {
        Self::start_with(database, Deadlines::USUAL)
    }

    /// A service that waits for its visitors as `deadlines` say.
    pub(crate) fn start_with(database: TestDatabase, deadlines: Deadlines) -> Self {
        Self::start_on(database, deadlines, false)
    }

    /// A service in which making the form files the application.
    pub(crate) fn start_filing_online(database: TestDatabase) -> Self {
        Self::start_on(database, Deadlines::USUAL, true)
    }

    fn start_on(database: TestDatabase, deadlines: Deadlines, files_online: bool) -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let mail_folder = TempDir::new().unwrap();
        let mailbox = DemoMailbox::open(mail_folder.path()).unwrap();
        let clock = Arc::new(FixedClock::at(START.parse().unwrap()));
        let site = Site {
            base_url: BaseUrl::parse(&base_url).unwrap(),
            mail_from: FROM.to_owned(),
            trusted_proxies: 0,
            files_online,
            demo_mailbox: Some(mailbox.clone()),
        };
        let shared: SharedClock = clock.clone();
        let keys = KeyRing::generate().unwrap();
        let app = App::new(
            database.store.clone(),
            shared.clone(),
            keys.clone(),
            FONTS.clone(),
            Arc::new(DrawingRoom::open().unwrap()),
            site.clone(),
        );
        let mailer = Mailer::new(&MailRoute::Mailbox(mail_folder.path().to_owned()), FROM).unwrap();
        let context = JobContext {
            store: database.store.clone(),
            clock: shared,
            mailer: Arc::new(mailer),
            letterhead: app.letterhead(),
            keys: Arc::new(keys.clone()),
            fonts: FONTS.clone(),
        };
        let handle = run_in_background(app, listener, deadlines);
        Self {
            base_url,
            clock,
            store: database.store.clone(),
            mailbox,
            keys,
            site,
            engine: Engine::new(context).unwrap(),
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
            handle,
            _mail_folder: mail_folder,
            database,
        }
    }

    /// A second look at the same service, for what is asked without HTTP.
    pub(crate) fn parts(&self) -> App {
        App::new(
            self.store.clone(),
            self.clock.clone(),
            self.keys.clone(),
            FONTS.clone(),
            Arc::new(DrawingRoom::open().unwrap()),
            self.site.clone(),
        )
    }

    /// Somebody with a fresh browser.
    pub(crate) fn person(&self) -> Person {
        Person::at(&self.base_url)
    }

    /// Somebody with a new form before her.
    pub(crate) fn signed_in(&self, email: &str) -> Person {
        let mut person = self.person();
        person
            .open("/apply")
            .fill("メールアドレス", email)
            .tick("個人情報の取扱いに同意します")
            .press("確認コードを送る")
            .expect(200);
        let code = self.code_for(email);
        person.fill("確認コード", &code).press("次へ").expect(200);
        person
    }

    /// Lets the SQLite database grow to so many pages and no further, as a full disk would.
    pub(crate) fn limit_pages(&self, pages: u32) {
        // All connections of the pool at once, so that none is left out.
        let together = std::sync::Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    self.store.read(|db| -> Result<(), StoreError> {
                        diesel::sql_query(format!("PRAGMA max_page_count = {pages}"))
                            .execute(db)?;
                        together.wait();
                        Ok(())
                    })
                });
            }
        });
    }

    /// Moves the clock.
    pub(crate) fn later(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// Does every job that is due, recurring ones too.
    pub(crate) fn do_jobs(&self) {
        self.runtime.block_on(self.engine.drain(true)).unwrap();
    }

    /// Delivers what is due and returns the mails to `address`, oldest first.
    pub(crate) fn mails_to(&self, address: &str) -> Vec<DemoMail> {
        self.do_jobs();
        let mut mails: Vec<DemoMail> = self
            .mailbox
            .list()
            .unwrap()
            .into_iter()
            .filter(|mail| mail.to == address)
            .collect();
        mails.sort_by_key(|mail| (mail.written_at, mail.id.clone()));
        mails
    }

    /// The six digits of the latest code sent to `address`.
    pub(crate) fn code_for(&self, address: &str) -> String {
        let mail = self
            .mails_to(address)
            .into_iter()
            .rfind(|mail| matches!(mail.notice.as_str(), "N00" | "N01"));
        let text = mail
            .unwrap_or_else(|| panic!("no code was sent to {address}"))
            .text;
        let digits: Vec<&str> = text
            .split(|c: char| !c.is_ascii_digit())
            .filter(|run| run.len() == 6)
            .collect();
        let code = digits
            .first()
            .unwrap_or_else(|| panic!("no code in {text}"))
            .to_string();
        // The next mail is later than this one, also on a clock that stands still.
        self.later(SignedDuration::from_secs(1));
        code
    }
}

fn run_in_background(
    app: App,
    listener: TcpListener,
    deadlines: Deadlines,
) -> actix_web::dev::ServerHandle {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = server::server(app, listener, 2, deadlines).unwrap();
            sender.send(server.handle()).unwrap();
            server.await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let stopping = self.handle.stop(false);
        self.runtime.block_on(stopping);
    }
}

//! An engine on a test's database, with a clock that stands still and a mail route of the test's choice.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tsubame::clock::FixedClock;
use tsubame::config::{MailProtection, MailRoute, SmtpRoute};
use tsubame::jobs::{Engine, JobContext, Summary};
use tsubame::notices::Letterhead;
use tsubame::notices::demo_mailbox::{DemoMail, DemoMailbox};
use tsubame::notices::mailer::Mailer;
use tsubame::security::keys::KeyRing;

use crate::storage::cast;
use crate::support::database::TestDatabase;
use crate::support::smtp::SmtpServer;

pub(crate) struct Workshop {
    pub(crate) db: TestDatabase,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) context: JobContext,
    mailbox: tempfile::TempDir,
}

impl Workshop {
    /// Mails go to the demo mailbox.
    pub(crate) fn new(db: TestDatabase) -> Self {
        let mailbox = tempfile::TempDir::new().unwrap();
        let route = MailRoute::Mailbox(mailbox.path().to_path_buf());
        Self::with(db, mailbox, &route)
    }

    /// Mails go to `server`.
    pub(crate) fn with_smtp(db: TestDatabase, server: &SmtpServer) -> Self {
        let host = "127.0.0.1".to_owned();
        let route = MailRoute::Smtp(SmtpRoute {
            host,
            port: server.port,
            protection: MailProtection::None,
            login: None,
        });
        Self::with(db, tempfile::TempDir::new().unwrap(), &route)
    }

    /// Mails go to files in `folder`.
    pub(crate) fn with_spool(db: TestDatabase, folder: &Path) -> Self {
        Self::with(
            db,
            tempfile::TempDir::new().unwrap(),
            &MailRoute::Spool(folder.to_path_buf()),
        )
    }

    fn with(db: TestDatabase, mailbox: tempfile::TempDir, route: &MailRoute) -> Self {
        let clock = Arc::new(FixedClock::at(cast::now()));
        let letterhead = letterhead();
        let mailer = Mailer::new(route, &letterhead.from)
            .unwrap()
            .with_patience(Duration::from_millis(300));
        let context = JobContext {
            store: db.store.clone(),
            clock: clock.clone(),
            mailer: Arc::new(mailer),
            letterhead,
            keys: Arc::new(KeyRing::generate().unwrap()),
            fonts: crate::support::app::FONTS.clone(),
        };
        Self {
            db,
            clock,
            context,
            mailbox,
        }
    }

    /// Runs what is due now.
    pub(crate) fn drain(&self) -> Summary {
        self.run(false)
    }

    /// Runs what is due now, with what recurs.
    pub(crate) fn drain_with_schedule(&self) -> Summary {
        self.run(true)
    }

    fn run(&self, with_schedule: bool) -> Summary {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime
            .block_on(
                Engine::new(self.context.clone())
                    .unwrap()
                    .drain(with_schedule),
            )
            .unwrap()
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// Mails in the demo mailbox, the latest first.
    pub(crate) fn mails(&self) -> Vec<DemoMail> {
        DemoMailbox::open(self.mailbox.path())
            .unwrap()
            .list()
            .unwrap()
    }
}

pub(crate) fn letterhead() -> Letterhead {
    Letterhead {
        base_url: "https://card.example.jp".to_owned(),
        host: "card.example.jp".to_owned(),
        from: "no-reply@card.example.jp".to_owned(),
        is_demo: false,
    }
}

//! Cases that were released to the issuer, and an issuer that answers by hand.

use std::fs::File;
use std::io::{Seek, Write};

use tsubame::clock::{Clock, FixedClock};
use tsubame::documents::fonts::{FontSettings, Fonts, IpamjMincho};
use tsubame::domain::application::frozen::FrozenForm;
use tsubame::domain::desk::Desk;
use tsubame::domain::handover::RecordCheck;
use tsubame::domain::person_name::RegisterName;
use tsubame::domain::status::Status;
use tsubame::exchange::apply;
use tsubame::exchange::card::{Card, RowFormat};
use tsubame::exchange::gather::{self, Workshop};
use tsubame::exchange::introduction;
use tsubame::exchange::package::{Package, results_package};
use tsubame::exchange::result::ResultRecord;
use tsubame::exchange::staging::{self, TakeError};
use tsubame::security::keys::KeyRing;
use tsubame::security::signing::Signer;
use tsubame::storage::applications::{self, Application, ApplicationId, Doer, Move, Turn};
use tsubame::storage::batch_items::{self, BatchItem};
use tsubame::storage::batches::Batch;
use tsubame::storage::results::{self, Answer, ResultFile, ResultRow};
use tsubame::storage::{Store, StoreError, case_facts};

use crate::notices::desk::letterhead;
use crate::storage::cast::{form, made, now};

/// The name of the issuer's key.
pub(crate) const NAME: &str = "sim";

/// A released case: confirmed by two people, and sent by its clerk.
pub(crate) fn released(store: &Store, number: u64, form: &FrozenForm) -> Application {
    let application = made(store, number, form);
    store
        .write(|db| {
            case_facts::set_record_check(db, application.id, RecordCheck::Done, "staff:1", now())?;
            let step = Move {
                application: application.id,
                from: Status::FormReady,
                to: Status::AtIssuer,
                doer: &Doer::system(),
                rule: "put there by a test",
            };
            let turn = Turn {
                desk: Some(&Desk::Issuer),
                ..Turn::default()
            };
            applications::move_case(db, &step, &turn, now())
        })
        .unwrap()
}

/// So many released cases of one form.
pub(crate) fn released_many(store: &Store, count: u64) -> Vec<Application> {
    let form = form("emb-gb", "emb-gb");
    (1..=count)
        .map(|number| released(store, number, &form))
        .collect()
}

/// The form with another name.
pub(crate) fn named(family: &str) -> FrozenForm {
    let mut form = form("emb-gb", "emb-gb");
    form.person.family = RegisterName::parse(family).unwrap();
    form
}

/// The two sides: our keys, and the issuer's.
pub(crate) struct Partners {
    pub(crate) store: Store,
    pub(crate) keys: KeyRing,
    pub(crate) signer: Signer,
    pub(crate) clock: FixedClock,
    fonts: Fonts,
}

impl Partners {
    pub(crate) fn meet(store: &Store) -> Self {
        let introduced = store
            .write(|db| introduction::introduce(db, NAME, "test", now()))
            .unwrap();
        Self {
            store: store.clone(),
            keys: KeyRing::generate().unwrap(),
            signer: Signer::from_seed(NAME, &introduced.seed).unwrap(),
            clock: FixedClock::at(now()),
            fonts: Fonts::load(&FontSettings {
                ipamj_mincho: IpamjMincho::Never,
            })
            .unwrap(),
        }
    }

    pub(crate) fn try_collect(&self) -> Option<Batch> {
        let workshop = Workshop {
            store: &self.store,
            keys: &self.keys,
            fonts: &self.fonts,
            clock: &self.clock,
        };
        gather::collect(&workshop, "api-key:1").unwrap()
    }

    pub(crate) fn collect(&self) -> Batch {
        self.try_collect().expect("nothing is released")
    }

    pub(crate) fn items(&self, batch: &Batch) -> Vec<BatchItem> {
        self.store
            .read(|db| batch_items::list_items(db, batch.id, 0, 20_000))
            .map_err(|error: StoreError| error)
            .unwrap()
    }

    /// A signed package of rows.
    pub(crate) fn package(&self, rows: &[ResultRecord], format: RowFormat) -> Vec<u8> {
        results_package("R-1", rows, format, &self.signer, self.clock.now()).unwrap()
    }

    /// Takes bytes in as a package.
    pub(crate) fn take(&self, bytes: &[u8]) -> Result<ResultFile, TakeError> {
        staging::take(
            &self.store,
            &mut Package::new(file_of(bytes)),
            "api-key:1",
            self.clock.now(),
        )
    }

    /// Applies a file to its end.
    pub(crate) fn apply(&self, file: &ResultFile) -> ResultFile {
        while self
            .store
            .write(|db| apply::apply_some(db, &letterhead(), file.id, self.clock.now()))
            .unwrap()
        {}
        self.store
            .read(|db| results::get_file(db, file.id))
            .unwrap()
    }

    /// Takes rows in and applies them; the answers.
    pub(crate) fn report(&self, rows: &[ResultRecord]) -> Vec<(String, String)> {
        let file = self
            .take(&self.package(rows, RowFormat::JsonLines))
            .unwrap();
        let done = self.apply(&file);
        self.answers(&done)
    }

    /// The answer and the reason of each row.
    pub(crate) fn answers(&self, file: &ResultFile) -> Vec<(String, String)> {
        let rows: Vec<ResultRow> = self
            .store
            .read(|db| results::list_rows(db, file.id, 0, 300_000))
            .unwrap();
        rows.into_iter()
            .map(|row| {
                (
                    row.answer.map_or("-", Answer::as_str).to_owned(),
                    row.reason.unwrap_or_default(),
                )
            })
            .collect()
    }

    pub(crate) fn status(&self, id: ApplicationId) -> Status {
        self.store
            .read(|db| applications::get_application(db, id))
            .unwrap()
            .status
    }
}

/// A file with these bytes.
pub(crate) fn file_of(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

fn about(item: &BatchItem, result: &str) -> ResultRecord {
    ResultRecord {
        batch: item.batch_id.number().to_string(),
        receipt: item.receipt.clone(),
        result: result.to_owned(),
        ..ResultRecord::default()
    }
}

pub(crate) fn made_on(item: &BatchItem, day: &str) -> ResultRecord {
    ResultRecord {
        made_on: Some(day.to_owned()),
        ..about(item, "made")
    }
}

pub(crate) fn defect(item: &BatchItem, code: &str) -> ResultRecord {
    ResultRecord {
        defect: Some(code.to_owned()),
        note: Some("ぼけています".to_owned()),
        ..about(item, "defect")
    }
}

pub(crate) fn shipped(item: &BatchItem, day: &str, tracking: &str) -> ResultRecord {
    ResultRecord {
        shipped_on: Some(day.to_owned()),
        carrier: Some("見本便".to_owned()),
        tracking: Some(tracking.to_owned()),
        ..about(item, "shipped")
    }
}

/// The card of a line.
pub(crate) fn card_of(item: &BatchItem) -> Card {
    serde_json::from_str(&item.content).unwrap()
}

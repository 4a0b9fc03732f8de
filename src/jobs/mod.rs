//! Work that outlives a request: the engine, and every kind of job in one table.
//!
//! A job is a row that says what is to be looked at; it looks at the present state, does the next missing thing, and is safe to run twice. It is
//! claimed under a lease, tried again with growing pauses when it fails, and given up (state `dead`, with its reason) when it fails for good. A job
//! that panics, or whose row makes no sense, is given up like any other: nothing stops the loop. What recurs is a row too, with a key for its period,
//! so that several processes enqueue it once.

mod apply_results;
mod deadlines;
mod deliver_mail;
mod engine;
mod expected_windows;
mod housekeeping;
mod late_shipments;
mod late_transfers;
mod pickup_reminders;
mod purge;
mod reminders;
pub mod resealing;
mod retry;
mod rounds;
mod schedule;
mod scheduled_batches;
mod seal_audit;
mod worker;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

pub use engine::{Engine, Summary};
pub use retry::Retry;
pub use worker::Worker;

use crate::clock::SharedClock;
use crate::documents::fonts::Fonts;
use crate::notices::Letterhead;
use crate::notices::mailer::Mailer;
use crate::security::keys::KeyRing;
use crate::storage::jobs::JobKind;
use crate::storage::{Db, Store, StoreError};

/// What jobs work with.
#[derive(Debug, Clone)]
pub struct JobContext {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: SharedClock,
    /// Carries mails.
    pub mailer: Arc<Mailer>,
    /// What stands on every mail.
    pub letterhead: Letterhead,
    /// The keys: they seal the audit and sign batches.
    pub keys: Arc<KeyRing>,
    /// Say which characters of a batch cannot be printed.
    pub fonts: Arc<Fonts>,
}

impl JobContext {
    /// [`Store::read`] away from the asynchronous threads.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.store.clone();
        let answer = tokio::task::spawn_blocking(move || store.read(work)).await;
        answer.unwrap_or_else(|_ended| {
            Err(StoreError::Unavailable(
                "the reading thread ended".to_owned(),
            ))
        })
    }

    /// [`Store::write`] away from the asynchronous threads.
    async fn write<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        &self,
        work: impl FnOnce(&mut Db, Timestamp) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let (store, now) = (self.store.clone(), self.clock.now());
        let answer = tokio::task::spawn_blocking(move || store.write(|db| work(db, now))).await;
        answer.unwrap_or_else(|_ended| {
            Err(StoreError::Unavailable("the writing thread ended".to_owned()).into())
        })
    }
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// It may go better later.
    #[error("{0}")]
    Retry(String),
    /// It never will.
    #[error("{0}")]
    Fail(String),
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound | StoreError::Corrupt(_) => Self::Fail(error.to_string()),
            StoreError::Conflict | StoreError::Unavailable(_) => Self::Retry(error.to_string()),
            StoreError::Database(source) => Self::Retry(format!("database error: {source}")),
        }
    }
}

type Run = Pin<Box<dyn Future<Output = Result<(), JobError>> + Send>>;

/// Given the payload, the reason and the instant.
type GiveUp = fn(&mut Db, &str, &str, Timestamp) -> Result<(), StoreError>;

/// One kind of job.
struct Kind {
    /// How long a worker may hold it. A run must be over by then, or it runs twice.
    lease: SignedDuration,
    /// When it is tried again, and how often.
    retry: Retry,
    /// Does it: with the payload as stored.
    run: fn(JobContext, String) -> Run,
    /// What else is written down when it is given up, in the same transaction.
    give_up: Option<GiveUp>,
}

/// Work that is tried again, and leaves nothing but its own row when it is given up. The lease is in minutes.
fn work(lease: i64, run: fn(JobContext, String) -> Run) -> Kind {
    Kind {
        lease: SignedDuration::from_mins(lease),
        retry: Retry::WORK,
        run,
        give_up: None,
    }
}

/// The table of all kinds.
fn table(kind: JobKind) -> Kind {
    match kind {
        JobKind::DeliverMail => Kind {
            lease: SignedDuration::from_mins(2),
            retry: Retry::MAIL,
            run: |context, payload| Box::pin(deliver_mail::run(context, payload)),
            give_up: Some(deliver_mail::give_up),
        },
        JobKind::Housekeeping => work(15, |context, _| Box::pin(housekeeping::run(context))),
        JobKind::FindReminders => work(15, |context, _| Box::pin(reminders::find(context))),
        JobKind::Remind => work(2, |context, payload| {
            Box::pin(reminders::run(context, payload))
        }),
        JobKind::WatchDeadlines => work(30, |context, _| Box::pin(deadlines::run(context))),
        JobKind::FindRounds => work(15, |context, _| Box::pin(rounds::find(context))),
        JobKind::Round => work(5, |context, payload| {
            Box::pin(rounds::run(context, payload))
        }),
        JobKind::FindBatches => work(2, |context, _| Box::pin(scheduled_batches::find(context))),
        JobKind::MakeBatch => work(60, |context, payload| {
            Box::pin(scheduled_batches::run(context, payload))
        }),
        JobKind::ExpectedWindows => work(30, |context, _| Box::pin(expected_windows::run(context))),
        JobKind::SealAudit => work(30, |context, _| Box::pin(seal_audit::run(context))),
        JobKind::VerifyAudit => Kind {
            lease: SignedDuration::from_mins(60),
            retry: Retry::WORK,
            run: |context, payload| Box::pin(seal_audit::verify(context, payload)),
            give_up: Some(seal_audit::give_up),
        },
        JobKind::ApplyResults => work(2, |context, payload| {
            Box::pin(apply_results::run(context, payload))
        }),
    }
}

/// Reads a payload. One that cannot be read never will be.
fn parsed<T: serde::de::DeserializeOwned>(payload: &str) -> Result<T, JobError> {
    serde_json::from_str(payload)
        .map_err(|cause| JobError::Fail(format!("the payload cannot be read: {cause}")))
}

//! Claims jobs, runs them, and writes down how they ended.

use std::future::Future;

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::{JobContext, JobError, Kind, schedule, table};
use crate::metrics;
use crate::security::random::{self, NoRandomness};
use crate::storage::jobs::{self, Job, JobId, JobKind, Outcome};
use crate::storage::{StoreError, masters};

/// Jobs at once in one process. Mails wait for the network most of the time; the rest waits for the database.
const AT_ONCE: usize = 6;

/// How runs ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Done.
    pub done: usize,
    /// Failed, to be tried again.
    pub retried: usize,
    /// Given up.
    pub dead: usize,
}

/// A worker's hands: one identity, under which it holds leases.
#[derive(Debug, Clone)]
pub struct Engine {
    context: JobContext,
    owner: String,
    jitter: fn() -> u32,
}

impl Engine {
    /// An engine with a name of its own.
    pub fn new(context: JobContext) -> Result<Self, NoRandomness> {
        let name: [u8; 8] = random::bytes()?;
        let jitter = || random::below(1001).unwrap_or(500);
        Ok(Self {
            context,
            owner: data_encoding::HEXLOWER.encode(&name),
            jitter,
        })
    }

    /// Runs everything that is due now, and what that makes due, one after the other; recurring work only if `with_schedule`. For tests and for
    /// `tsubame work --once`: with a clock that stands still it ends when nothing is left to do now.
    pub async fn drain(&self, with_schedule: bool) -> Result<Summary, StoreError> {
        if with_schedule {
            self.context.write(schedule::enqueue_due).await?;
        }
        let mut summary = Summary::default();
        while let Some(id) = self.claimable(1).await?.into_iter().next() {
            if let Some(job) = self.claim(id).await? {
                match self.run(job).await? {
                    Outcome::Done => summary.done += 1,
                    Outcome::Retry { .. } => summary.retried += 1,
                    Outcome::Dead { .. } => summary.dead += 1,
                }
            }
        }
        Ok(summary)
    }

    /// Enqueues recurring work whose period has begun, and learns of missions that were imported meanwhile: mails name them.
    pub(super) async fn enqueue_recurring(&self) -> Result<(), StoreError> {
        self.context.read(masters::adopt_missions).await?;
        self.context.write(schedule::enqueue_due).await.map(drop)
    }

    /// Begins as many due jobs as there are hands free.
    pub(super) async fn begin_due(&self, running: &mut JoinSet<()>) -> Result<(), StoreError> {
        let free = AT_ONCE.saturating_sub(running.len());
        if free == 0 {
            return Ok(());
        }
        for id in self.claimable(free).await? {
            if let Some(job) = self.claim(id).await? {
                let engine = self.clone();
                running.spawn(async move {
                    let id = job.id;
                    if let Err(error) = engine.run(job).await {
                        // Its lease will end, and it will be begun again.
                        tracing::error!(job.id = id.0, error = %error, "the end of a job could not be written down");
                    }
                });
            }
        }
        Ok(())
    }

    async fn claimable(&self, limit: usize) -> Result<Vec<JobId>, StoreError> {
        let (limit, now) = (
            i64::try_from(limit).unwrap_or(i64::MAX),
            self.context.clock.now(),
        );
        self.context
            .read(move |db| jobs::list_claimable(db, limit, now))
            .await
    }

    async fn claim(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        let owner = self.owner.clone();
        self.context
            .write(move |db, now| {
                let Some(lease) = jobs::find_kind(db, id)?.map(|kind| lease_of(&kind)) else {
                    return Ok(None);
                };
                jobs::claim_job(db, id, &owner, lease, now)
            })
            .await
    }

    async fn run(&self, job: Job) -> Result<Outcome, StoreError> {
        let outcome = match JobKind::parse(&job.kind).map(table) {
            None => Outcome::Dead {
                reason: format!("there is no kind of job called {}", job.kind),
            },
            Some(kind) if kind.retry.is_exhausted(job.attempts) => Outcome::Dead {
                reason: "begun again and again without an end".to_owned(),
            },
            Some(kind) => {
                let result = fenced((kind.run)(self.context.clone(), job.payload.clone())).await;
                self.outcome_of(result, &kind, &job)
            }
        };
        report(&job, &outcome);
        let (owner, written) = (self.owner.clone(), outcome.clone());
        let held = self
            .context
            .write(move |db, now| set_outcome(db, &job, &owner, &written, now))
            .await?;
        if !held {
            tracing::warn!("a job took longer than its lease: it may have run twice");
        }
        Ok(outcome)
    }

    fn outcome_of(&self, result: Result<(), JobError>, kind: &Kind, job: &Job) -> Outcome {
        match result {
            Ok(()) => Outcome::Done,
            Err(JobError::Fail(reason)) => Outcome::Dead { reason },
            Err(JobError::Retry(reason)) => {
                match kind.retry.pause_after(job.attempts, (self.jitter)()) {
                    None => Outcome::Dead { reason },
                    Some(pause) => Outcome::Retry {
                        due_at: later(self.context.clock.now(), pause),
                        reason,
                    },
                }
            }
        }
    }
}

/// The log says which job, not why: a reason may quote an address. The row has it.
fn report(job: &Job, outcome: &Outcome) {
    let (id, kind, attempts) = (job.id.0, job.kind.as_str(), job.attempts);
    let word = match outcome {
        Outcome::Done => "done",
        Outcome::Retry { .. } => "retried",
        Outcome::Dead { .. } => "dead",
    };
    metrics::count_job(JobKind::parse(kind).map(JobKind::as_str), word);
    match outcome {
        Outcome::Done => tracing::debug!(job.id = id, job.kind = kind, "job done"),
        Outcome::Retry { .. } => tracing::info!(
            job.id = id,
            job.kind = kind,
            attempts,
            "job failed and will be tried again"
        ),
        Outcome::Dead { .. } => {
            tracing::error!(job.id = id, job.kind = kind, attempts, "job given up");
        }
    }
}

fn later(now: Timestamp, pause: jiff::SignedDuration) -> Timestamp {
    now.checked_add(pause).unwrap_or(Timestamp::MAX)
}

fn lease_of(kind: &str) -> jiff::SignedDuration {
    JobKind::parse(kind).map_or(jiff::SignedDuration::from_mins(1), |kind| table(kind).lease)
}

/// Runs a job so that a panic in it is a failure of that job alone.
async fn fenced(
    run: impl Future<Output = Result<(), JobError>> + Send + 'static,
) -> Result<(), JobError> {
    match tokio::spawn(run).await {
        Ok(result) => result,
        Err(_panic) => Err(JobError::Retry("it panicked".to_owned())),
    }
}

fn set_outcome(
    db: &mut crate::storage::Db,
    job: &Job,
    owner: &str,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let held = jobs::set_outcome(db, job.id, owner, outcome, now)?;
    let give_up = JobKind::parse(&job.kind).and_then(|kind| table(kind).give_up);
    if let (true, Outcome::Dead { reason }, Some(give_up)) = (held, outcome, give_up) {
        give_up(db, &job.payload, reason, now)?;
    }
    Ok(held)
}

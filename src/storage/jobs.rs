//! Work outside requests, as rows: enqueued with the fact that calls for it, claimed under a lease, finished, tried again, or given up.
//!
//! A claim is a compare-and-set, so two workers never hold the same job; a worker that dies loses its lease and the job becomes ready again. A
//! payload carries ids, never names or addresses.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};
use jiff::{SignedDuration, Timestamp};

use super::connection::DbBackend;
use super::connection::each_backend;
use super::schema::jobs;
use super::types::{Instant, MaybeInstant, row_id, text_enum};
use super::{Db, StoreError};

row_id!(
    /// Id of a job.
    JobId
);

text_enum!(
    /// The kinds of job there are. What each does is in `jobs`.
    JobKind {
        /// Sends one mail of the outbox.
        DeliverMail = "deliver-mail",
        /// Expires drafts and forms, and deletes what need not be kept.
        Housekeeping = "housekeeping",
        /// Finds drafts and forms whose reminders are due.
        FindReminders = "find-reminders",
        /// Writes one reminder (N02b, N03).
        Remind = "remind",
        /// Looks at every filed case whose last day comes near or has passed.
        WatchDeadlines = "watch-deadlines",
        /// Computes how long each public step took lately.
        ExpectedWindows = "expected-windows",
        /// Seals what the audit holds since the last seal.
        SealAudit = "seal-audit",
        /// Verifies the audit, because somebody asked.
        VerifyAudit = "verify-audit",
        /// Applies a file of results, row by row.
        ApplyResults = "apply-results",
        /// Finds the offices where it is morning.
        FindRounds = "find-rounds",
        /// Tells one office, or the administrators, what waits (N31–N33).
        Round = "round",
        /// Looks whether the clock is to make a batch for the issuer.
        FindBatches = "find-batches",
        /// Makes the batch of a day.
        MakeBatch = "make-batch",
    }
);

text_enum!(
    /// Where a job stands.
    JobState {
        /// To be done when due.
        Ready = "ready",
        /// Held by a worker until its lease ends.
        Running = "running",
        /// Done.
        Done = "done",
        /// Given up; somebody has to look.
        Dead = "dead",
    }
);

/// A job. The kind is text as stored: a row of a kind this program does not know is given up, not a reason to stop.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct Job {
    /// Row id.
    pub id: JobId,
    /// Which kind.
    pub kind: String,
    /// What it works on: JSON with ids.
    pub payload: String,
    /// A key that exists once: the same work is not enqueued twice.
    pub dedupe_key: Option<String>,
    /// Where it stands.
    pub state: JobState,
    /// When to run it.
    #[diesel(deserialize_as = Instant)]
    pub due_at: Timestamp,
    /// How often it was begun.
    pub attempts: i32,
    /// Until when its worker holds it.
    #[diesel(deserialize_as = MaybeInstant)]
    pub lease_until: Option<Timestamp>,
    /// Who holds it.
    pub lease_owner: Option<String>,
    /// Why it last failed.
    pub last_error: Option<String>,
    /// When it was enqueued.
    #[diesel(deserialize_as = Instant)]
    pub created_at: Timestamp,
    /// When it was done or given up.
    #[diesel(deserialize_as = MaybeInstant)]
    pub finished_at: Option<Timestamp>,
}

/// Enqueues work; answers its id.
pub fn insert_job(
    db: &mut Db,
    kind: JobKind,
    payload: &str,
    due_at: Timestamp,
    now: Timestamp,
) -> Result<JobId, StoreError> {
    let id = diesel::insert_into(jobs::table)
        .values((
            jobs::kind.eq(kind.as_str()),
            jobs::payload.eq(payload),
            jobs::state.eq(JobState::Ready),
            jobs::due_at.eq(Instant::from(due_at)),
            jobs::attempts.eq(0),
            jobs::created_at.eq(Instant::from(now)),
        ))
        .returning(jobs::id)
        .get_result(db)?;
    Ok(id)
}

/// Enqueues work unless work with the same key was enqueued before; answers whether it was new.
pub fn insert_if_missing(
    db: &mut Db,
    kind: JobKind,
    payload: &str,
    dedupe_key: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = (
        jobs::kind.eq(kind.as_str()),
        jobs::payload.eq(payload),
        jobs::dedupe_key.eq(dedupe_key),
        jobs::state.eq(JobState::Ready),
        jobs::due_at.eq(Instant::from(now)),
        jobs::attempts.eq(0),
        jobs::created_at.eq(Instant::from(now)),
    );
    let inserted = each_backend!(db, |c| diesel::insert_into(jobs::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(inserted > 0)
}

/// Work that can be begun: due, or left behind by a worker whose lease has ended.
type Claimable = Box<dyn BoxableExpression<jobs::table, DbBackend, SqlType = Nullable<Bool>>>;

fn claimable(now: Timestamp) -> Claimable {
    let now = Instant::from(now);
    let due = jobs::state.eq(JobState::Ready).and(jobs::due_at.le(now));
    let abandoned = jobs::state
        .eq(JobState::Running)
        .and(jobs::lease_until.lt(now));
    Box::new(due.nullable().or(abandoned))
}

/// Ids of up to `limit` jobs that can be begun now, the longest due first. Seeing is not having: [`claim_job`] decides.
pub fn list_claimable(db: &mut Db, limit: i64, now: Timestamp) -> Result<Vec<JobId>, StoreError> {
    Ok(jobs::table
        .filter(claimable(now))
        .order((jobs::due_at, jobs::id))
        .limit(limit)
        .select(jobs::id)
        .load(db)?)
}

/// Takes a job under a lease. `None`: another worker has it.
pub fn claim_job(
    db: &mut Db,
    id: JobId,
    owner: &str,
    lease: SignedDuration,
    now: Timestamp,
) -> Result<Option<Job>, StoreError> {
    let until = now.checked_add(lease).unwrap_or(Timestamp::MAX);
    let job = diesel::update(jobs::table.filter(jobs::id.eq(id)).filter(claimable(now)))
        .set((
            jobs::state.eq(JobState::Running),
            jobs::attempts.eq(jobs::attempts + 1),
            jobs::lease_until.eq(Instant::from(until)),
            jobs::lease_owner.eq(owner),
        ))
        .returning(jobs::all_columns)
        .get_result(db)
        .optional()?;
    Ok(job)
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It failed in a way that may pass; try again at `due_at`.
    Retry {
        /// When.
        due_at: Timestamp,
        /// Why it failed.
        reason: String,
    },
    /// It will never succeed, or failed too often.
    Dead {
        /// Why.
        reason: String,
    },
}

/// Records how a run ended, if `owner` still holds the job; `false` if the lease was lost meanwhile (somebody else runs it then).
pub fn set_outcome(
    db: &mut Db,
    id: JobId,
    owner: &str,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let held = jobs::table
        .find(id)
        .filter(jobs::state.eq(JobState::Running))
        .filter(jobs::lease_owner.eq(owner));
    let at = Instant::from(now);
    let released = (
        jobs::lease_until.eq(None::<Instant>),
        jobs::lease_owner.eq(None::<String>),
    );
    let changed = match outcome {
        Outcome::Done => diesel::update(held)
            .set((
                jobs::state.eq(JobState::Done),
                jobs::finished_at.eq(at),
                jobs::last_error.eq(None::<String>),
                released,
            ))
            .execute(db)?,
        Outcome::Retry { due_at, reason } => diesel::update(held)
            .set((
                jobs::state.eq(JobState::Ready),
                jobs::due_at.eq(Instant::from(*due_at)),
                jobs::last_error.eq(reason),
                released,
            ))
            .execute(db)?,
        Outcome::Dead { reason } => diesel::update(held)
            .set((
                jobs::state.eq(JobState::Dead),
                jobs::finished_at.eq(at),
                jobs::last_error.eq(reason),
                released,
            ))
            .execute(db)?,
    };
    Ok(changed > 0)
}

/// Gives up every job of a kind that waits or runs.
pub(super) fn give_up_all(
    db: &mut Db,
    kind: JobKind,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let open = jobs::table
        .filter(jobs::kind.eq(kind.as_str()))
        .filter(jobs::state.eq_any([JobState::Ready, JobState::Running]));
    diesel::update(open)
        .set((
            jobs::state.eq(JobState::Dead),
            jobs::finished_at.eq(Instant::from(now)),
            jobs::last_error.eq(reason),
            jobs::lease_until.eq(None::<Instant>),
            jobs::lease_owner.eq(None::<String>),
        ))
        .execute(db)?;
    Ok(())
}

/// Jobs given up, latest first: somebody has to look at them.
pub fn list_dead(db: &mut Db, limit: i64) -> Result<Vec<Job>, StoreError> {
    let list = jobs::table
        .filter(jobs::state.eq(JobState::Dead))
        .order((jobs::finished_at.desc(), jobs::id.desc()))
        .limit(limit)
        .select(Job::as_select())
        .load(db)?;
    Ok(list)
}

/// Begins a job that was given up anew. [`StoreError::Conflict`] when it is not given up (any more); a mail is sent again as a mail, not as a job.
pub fn begin_again(db: &mut Db, id: JobId, now: Timestamp) -> Result<(), StoreError> {
    let dead = jobs::table
        .find(id)
        .filter(jobs::state.eq(JobState::Dead))
        .filter(jobs::kind.ne(JobKind::DeliverMail.as_str()));
    let begun = diesel::update(dead)
        .set((
            jobs::state.eq(JobState::Ready),
            jobs::due_at.eq(Instant::from(now)),
            jobs::attempts.eq(0),
            jobs::last_error.eq(None::<String>),
            jobs::finished_at.eq(None::<Instant>),
        ))
        .execute(db)?;
    if begun == 0 {
        Err(StoreError::Conflict)
    } else {
        Ok(())
    }
}

/// How many jobs wait (due or not), and how many were given up.
pub fn count_open(db: &mut Db) -> Result<(i64, i64), StoreError> {
    let waiting = jobs::table
        .filter(jobs::state.eq_any([JobState::Ready, JobState::Running]))
        .count()
        .get_result(db)?;
    let dead = jobs::table
        .filter(jobs::state.eq(JobState::Dead))
        .count()
        .get_result(db)?;
    Ok((waiting, dead))
}

/// Deletes jobs done before `until`; answers how many. Dead ones stay until somebody looked.
pub fn delete_done(db: &mut Db, until: Timestamp) -> Result<usize, StoreError> {
    let old = jobs::table
        .filter(jobs::state.eq(JobState::Done))
        .filter(jobs::finished_at.lt(Instant::from(until)));
    Ok(diesel::delete(old).execute(db)?)
}

/// The kind of a job, as text; `None` if it does not exist (any more).
pub fn find_kind(db: &mut Db, id: JobId) -> Result<Option<String>, StoreError> {
    Ok(jobs::table
        .find(id)
        .select(jobs::kind)
        .get_result(db)
        .optional()?)
}

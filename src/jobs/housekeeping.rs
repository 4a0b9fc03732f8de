//! Retention: what lapses, what is deleted when, and why. Each run leaves a record of what it deleted in the audit.
//!
//! | What | Kept | Because |
//! |---|---|---|
//! | drafts, forms never received | until `expires_at` (30 days idle; 90 days or the photo's six months) | the minimum the purpose needs |
//! | their empty shell (receipt number, dates) | [`ENDED_CASES_DAYS`] more | a late link or letter is answered with "expired", not with nothing |
//! | mailboxes without application or session | [`UNUSED_MAILBOXES_DAYS`] after they were last proven | an address is personal data |
//! | codes, links, and addresses that were never proven | [`CHALLENGES_DAYS`] after they expire | the page can still say "expired" |
//! | sessions | [`SESSIONS_DAYS`] after they end | questions about who was signed in |
//! | sessions of staff | [`STAFF_SESSIONS_DAYS`] after they end | its owner looks through her sign-ins; questions about who was signed in |
//! | invitations of staff | until they end | a link that does not work needs no row |
//! | counters of attempts | [`COUNTERS_DAYS`] | no limit looks back further |
//! | keys of repeated forms | [`KEYS_DAYS`] | a form is sent again within days, not weeks |
//! | forms posted without a session | a day (set when they are kept) | long enough to sign in again |
//! | finished jobs | [`JOBS_DAYS`] | questions about what ran |
//! | bodies of mails | [`MAIL_BODIES_DAYS`] | what was said can be looked up while it matters |
//! | the record that a mail was sent | [`MAIL_RECORDS_DAYS`] | disputes |

use jiff::{SignedDuration, Timestamp};

use super::{JobContext, JobError};
use crate::domain::status::Status;
use crate::domain::transition::{Actor, Circumstances, Guard, Refusal, Transition};
use crate::storage::applications::{self, Application, Doer, Move};
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::{
    Db, StoreError, challenges, email_changes, idempotency, jobs, outbox, pending_posts, retention,
    sessions, staff_credentials, staff_sessions, throttle,
};

const ENDED_CASES_DAYS: i64 = 90;
const UNUSED_MAILBOXES_DAYS: i64 = 30;
const CHALLENGES_DAYS: i64 = 1;
const SESSIONS_DAYS: i64 = 30;
const STAFF_SESSIONS_DAYS: i64 = 90;
const COUNTERS_DAYS: i64 = 2;
const KEYS_DAYS: i64 = 7;
const JOBS_DAYS: i64 = 30;
const MAIL_BODIES_DAYS: i64 = 90;
const MAIL_RECORDS_DAYS: i64 = 365;

/// Statuses in which nothing was filed.
const UNFILED: [Status; 3] = [Status::Draft, Status::FormReady, Status::Mailed];

/// Cases handled in one transaction: others want to write too.
const BATCH: i64 = 50;

/// One round of housekeeping.
pub(super) async fn run(context: JobContext) -> Result<(), JobError> {
    while context.write(expire_lapsed).await? {}
    while context.write(delete_ended).await? {}
    context.write(purge).await
}

/// Ends a batch of cases whose time ran out and deletes what was entered; `true` if there may be more.
fn expire_lapsed(db: &mut Db, now: Timestamp) -> Result<bool, JobError> {
    let lapsed = retention::list_lapsed(db, &UNFILED, now, BATCH)?;
    for case in &lapsed {
        expire(db, case, now)?;
    }
    Ok(!lapsed.is_empty())
}

fn expire(db: &mut Db, case: &Application, now: Timestamp) -> Result<(), JobError> {
    let row = Transition::find(case.status, Status::Expired, Actor::System)
        .map_err(|refusal| refused(&refusal))?;
    row.permit(&Circumstances::default().with(Guard::DeadlinePassed))
        .map_err(|refusal| refused(&refusal))?;
    let step = Move {
        application: case.id,
        from: case.status,
        to: Status::Expired,
        doer: &Doer::system(),
        rule: row.rule,
    };
    applications::apply_transition(db, &step, now)?;
    Ok(retention::delete_content(db, case, now)?)
}

fn refused(refusal: &Refusal) -> JobError {
    JobError::Fail(refusal.to_string())
}

/// Deletes a batch of cases that ended without being filed, long enough ago; `true` if there may be more.
fn delete_ended(db: &mut Db, now: Timestamp) -> Result<bool, JobError> {
    let ended =
        retention::list_unchanged_since(db, &[Status::Expired], ago(now, ENDED_CASES_DAYS), BATCH)?;
    for (id, status) in &ended {
        applications::delete_application(
            db,
            *id,
            *status,
            &Doer::system(),
            "retention period ended",
            now,
        )?;
    }
    Ok(!ended.is_empty())
}

fn purge(db: &mut Db, now: Timestamp) -> Result<(), JobError> {
    let deleted = [
        (
            "challenges",
            challenges::delete_expired(db, ago(now, CHALLENGES_DAYS))?,
        ),
        (
            "email_changes",
            email_changes::delete_expired(db, ago(now, CHALLENGES_DAYS))?,
        ),
        (
            "sessions",
            sessions::delete_ended(db, ago(now, SESSIONS_DAYS))?,
        ),
        (
            "staff_sessions",
            staff_sessions::delete_ended(db, ago(now, STAFF_SESSIONS_DAYS))?,
        ),
        (
            "invitations",
            staff_credentials::delete_invitations_ended(db, now)?,
        ),
        (
            "counters",
            throttle::delete_windows_before(db, ago(now, COUNTERS_DAYS))?,
        ),
        ("keys", idempotency::delete_before(db, ago(now, KEYS_DAYS))?),
        ("pending_posts", pending_posts::delete_expired(db, now)?),
        ("jobs", jobs::delete_done(db, ago(now, JOBS_DAYS))?),
        (
            "mail_bodies",
            outbox::blank_bodies_before(db, ago(now, MAIL_BODIES_DAYS))?,
        ),
        (
            "mail_records",
            outbox::delete_before(db, ago(now, MAIL_RECORDS_DAYS))?,
        ),
        (
            "mailboxes",
            retention::delete_unused_mailboxes(db, ago(now, UNUSED_MAILBOXES_DAYS))?,
        ),
    ];
    record(db, &deleted, now)?;
    Ok(())
}

fn record(db: &mut Db, deleted: &[(&str, usize)], now: Timestamp) -> Result<(), StoreError> {
    let counts: Vec<String> = deleted
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(what, count)| format!("{what}={count}"))
        .collect();
    if counts.is_empty() {
        return Ok(());
    }
    let detail = counts.join(" ");
    let entry = NewEntry {
        chain: &Chain::system(),
        actor: "system",
        action: "retention.deleted",
        detail: &detail,
    };
    audit::append(db, &entry, now)
}

fn ago(now: Timestamp, days: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(24 * days))
        .unwrap_or(Timestamp::MIN)
}

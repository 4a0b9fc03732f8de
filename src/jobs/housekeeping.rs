//! Retention: what lapses and what is deleted, by the rules of [`domain::retention`](crate::domain::retention). Each run leaves a record of what it deleted:
//! a line in the audit, and destruction records that say what, how many and by which rule.

use jiff::Timestamp;

use super::purge::{self, before};
use super::{JobContext, JobError};
use crate::domain::retention::{self as rules, RetentionRule};
use crate::domain::status::Status;
use crate::domain::transition::{Actor, Circumstances, Guard, Refusal, Transition};
use crate::storage::applications::{self, Application, Doer, Move};
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::destruction_records::{self, NewDestruction};
use crate::storage::{
    Db, StoreError, challenges, email_changes, exchange_keys, idempotency, jobs, outbox,
    pending_posts, results, retention, sessions, staff_credentials, staff_sessions, throttle,
};

/// Statuses in which nothing was filed.
const UNFILED: [Status; 3] = [Status::Draft, Status::FormReady, Status::Mailed];

/// Cases handled in one transaction: others want to write too.
const BATCH: i64 = 50;

/// One round of housekeeping.
pub(super) async fn run(context: JobContext) -> Result<(), JobError> {
    while context.write(expire_lapsed).await? {}
    while context.write(delete_ended).await? {}
    purge::run(&context).await?;
    context.write(sweep).await
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
    retention::delete_content(db, case, now)?;
    let rule = match case.status {
        Status::Draft => rules::DRAFTS,
        _ => rules::FORMS,
    };
    Ok(purge::record(db, rule, 1, case, now)?)
}

fn refused(refusal: &Refusal) -> JobError {
    JobError::Fail(refusal.to_string())
}

/// Deletes a batch of cases that ended without being filed, long enough ago; `true` if there may be more.
fn delete_ended(db: &mut Db, now: Timestamp) -> Result<bool, JobError> {
    let ended =
        retention::list_unchanged_since(db, &[Status::Expired], before(rules::SHELLS, now), BATCH)?;
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
    if !ended.is_empty() {
        let new = NewDestruction {
            kind: rules::SHELLS.what,
            days: rules::SHELLS.days,
            destroyed: ended.len(),
            case: None,
        };
        destruction_records::insert_record(db, &new, now)?;
    }
    Ok(!ended.is_empty())
}

/// What belongs to no case.
fn sweep(db: &mut Db, now: Timestamp) -> Result<(), JobError> {
    let deleted = [
        (
            rules::CODES,
            challenges::delete_expired(db, before(rules::CODES, now))?
                + email_changes::delete_expired(db, before(rules::CODES, now))?
                + staff_credentials::delete_invitations_ended(db, now)?,
        ),
        (
            rules::SESSIONS,
            sessions::delete_ended(db, before(rules::SESSIONS, now))?,
        ),
        (
            rules::STAFF_SESSIONS,
            staff_sessions::delete_ended(db, before(rules::STAFF_SESSIONS, now))?,
        ),
        (
            rules::COUNTERS,
            throttle::delete_windows_before(db, before(rules::COUNTERS, now))?,
        ),
        (
            rules::KEYS,
            idempotency::delete_before(db, before(rules::KEYS, now))?,
        ),
        (rules::KEPT_POSTS, pending_posts::delete_expired(db, now)?),
        (
            rules::JOBS,
            jobs::delete_done(db, before(rules::JOBS, now))?,
        ),
        (
            rules::MAIL_BODIES,
            outbox::blank_bodies_before(db, before(rules::MAIL_BODIES, now))?,
        ),
        (
            rules::MAIL_RECORDS,
            outbox::delete_before(db, before(rules::MAIL_RECORDS, now))?,
        ),
        (
            rules::RESULT_FILES,
            results::delete_done_before(db, before(rules::RESULT_FILES, now))?,
        ),
        (
            rules::EXCHANGE_KEYS,
            exchange_keys::delete_ended_before(db, before(rules::EXCHANGE_KEYS, now))?,
        ),
        (
            rules::MAILBOXES,
            retention::delete_unused_mailboxes(db, before(rules::MAILBOXES, now))?,
        ),
    ];
    record(db, &deleted, now)?;
    Ok(())
}

fn record(
    db: &mut Db,
    deleted: &[(RetentionRule, usize)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut counts = Vec::new();
    for (rule, count) in deleted.iter().filter(|(_, count)| *count > 0) {
        counts.push(format!("{}={count}", rule.what));
        let new = NewDestruction {
            kind: rule.what,
            days: rule.days,
            destroyed: *count,
            case: None,
        };
        destruction_records::insert_record(db, &new, now)?;
    }
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

//! The line of statuses a case went through, for its applicant and for the desks. Written by [`super::applications`] alone.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};

use super::applications::{ApplicationId, Doer, Turn};
use super::case_columns::StoredDesk;
use super::schema::status_history;
use super::types::{Instant, StoredStatus, row_id};
use super::{Db, StoreError};
use crate::domain::desk::Desk;
use crate::domain::status::Status;

row_id!(
    /// Id of a line of history.
    HistoryId
);

/// One change of status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// The status left; none for the first line.
    pub from: Option<Status>,
    /// The status entered.
    pub to: Status,
    /// The role of who did it (`applicant`, `consular_clerk`, …).
    pub role: String,
    /// Who, as in the audit.
    pub actor: String,
    /// The rule behind it.
    pub rule: String,
    /// When.
    pub at: Timestamp,
    /// Whose turn it became.
    pub desk: Option<Desk>,
}

/// A change of status to be written down.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) application: ApplicationId,
    pub(super) from: Option<Status>,
    pub(super) to: Status,
    pub(super) doer: &'a Doer,
    pub(super) rule: &'a str,
}

pub(super) fn insert_step(
    db: &mut Db,
    step: &Step<'_>,
    turn: &Turn<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(status_history::table)
        .values((
            status_history::application_id.eq(step.application),
            status_history::from_status.eq(step.from.map(StoredStatus)),
            status_history::to_status.eq(StoredStatus(step.to)),
            status_history::actor_kind.eq(step.doer.role.as_str()),
            status_history::actor.eq(&step.doer.id),
            status_history::rule.eq(step.rule),
            status_history::at.eq(Instant::from(now)),
            status_history::desk.eq(turn.desk.map(Desk::as_str)),
            status_history::left_desk.eq(turn.left.map(Desk::as_str)),
            status_history::step_took.eq(turn.step_took.map(micros)),
        ))
        .execute(db)?;
    Ok(())
}

/// A line as it is stored: from, to, role, actor, rule, when, desk.
type StoredLine = (
    Option<StoredStatus>,
    StoredStatus,
    String,
    String,
    String,
    Instant,
    StoredDesk,
);

/// The statuses of a case, oldest first.
pub fn list_history(
    db: &mut Db,
    application: ApplicationId,
) -> Result<Vec<HistoryLine>, StoreError> {
    let rows: Vec<StoredLine> = status_history::table
        .filter(status_history::application_id.eq(application))
        .order(status_history::id)
        .select((
            status_history::from_status,
            status_history::to_status,
            status_history::actor_kind,
            status_history::actor,
            status_history::rule,
            status_history::at,
            status_history::desk,
        ))
        .load(db)?;
    let line = |(from, to, role, actor, rule, at, desk): StoredLine| HistoryLine {
        from: from.map(Status::from),
        to: to.into(),
        role,
        actor,
        rule,
        at: at.into(),
        desk: desk.into(),
    };
    Ok(rows.into_iter().map(line).collect())
}

/// A public step that a case left, for the expected windows: whose desk it lay on, the status it left, how long the step took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepTaken {
    /// Row id: the next page begins after it.
    pub id: HistoryId,
    /// The desk the case lay on.
    pub desk: Option<Desk>,
    /// The status it left.
    pub left: Status,
    /// How long the whole public step took.
    pub took: SignedDuration,
}

/// Up to `limit` steps taken since `since`, with ids above `after`, by id.
pub fn list_steps_taken(
    db: &mut Db,
    since: Timestamp,
    after: HistoryId,
    limit: i64,
) -> Result<Vec<StepTaken>, StoreError> {
    let rows: Vec<(HistoryId, StoredDesk, Option<StoredStatus>, Option<i64>)> =
        status_history::table
            .filter(status_history::step_took.is_not_null())
            .filter(status_history::at.ge(Instant::from(since)))
            .filter(status_history::id.gt(after))
            .order(status_history::id)
            .limit(limit)
            .select((
                status_history::id,
                status_history::left_desk,
                status_history::from_status,
                status_history::step_took,
            ))
            .load(db)?;
    let step =
        |(id, desk, left, took): (HistoryId, StoredDesk, Option<StoredStatus>, Option<i64>)| {
            Some(StepTaken {
                id,
                desk: desk.into(),
                left: left?.into(),
                took: SignedDuration::from_micros(took?),
            })
        };
    Ok(rows.into_iter().filter_map(step).collect())
}

fn micros(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

//! The line of statuses a case went through, for its applicant and for the desks. Written by [`super::applications`] alone.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::{ApplicationId, Doer};
use super::schema::status_history;
use super::types::{Instant, StoredStatus, row_id};
use super::{Db, StoreError};
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
    /// The rule behind it.
    pub rule: String,
    /// When.
    pub at: Timestamp,
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

pub(super) fn insert_step(db: &mut Db, step: &Step<'_>, now: Timestamp) -> Result<(), StoreError> {
    diesel::insert_into(status_history::table)
        .values((
            status_history::application_id.eq(step.application),
            status_history::from_status.eq(step.from.map(StoredStatus)),
            status_history::to_status.eq(StoredStatus(step.to)),
            status_history::actor_kind.eq(step.doer.role.as_str()),
            status_history::actor.eq(&step.doer.id),
            status_history::rule.eq(step.rule),
            status_history::at.eq(Instant::from(now)),
        ))
        .execute(db)?;
    Ok(())
}

/// The statuses of a case, oldest first.
pub fn list_history(
    db: &mut Db,
    application: ApplicationId,
) -> Result<Vec<HistoryLine>, StoreError> {
    let rows: Vec<(Option<StoredStatus>, StoredStatus, String, String, Instant)> =
        status_history::table
            .filter(status_history::application_id.eq(application))
            .order(status_history::id)
            .select((
                status_history::from_status,
                status_history::to_status,
                status_history::actor_kind,
                status_history::rule,
                status_history::at,
            ))
            .load(db)?;
    let line = |(from, to, role, rule, at): (
        Option<StoredStatus>,
        StoredStatus,
        String,
        String,
        Instant,
    )| HistoryLine {
        from: from.map(Status::from),
        to: to.into(),
        role,
        rule,
        at: at.into(),
    };
    Ok(rows.into_iter().map(line).collect())
}

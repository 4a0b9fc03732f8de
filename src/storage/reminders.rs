//! Read models of the reminders: drafts that will be deleted soon, and forms that were made a while ago and not received.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::schema::{applications, outbox, revisions};
use super::types::{Instant, StoredNotice, StoredStatus};
use super::{Db, StoreError};
use crate::domain::notice::NoticeCode;
use crate::domain::status::Status;

/// Drafts with an id above `after` that will be deleted after `now` and not after `until`, by id.
pub fn list_expiring_drafts(
    db: &mut Db,
    after: ApplicationId,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<(ApplicationId, Timestamp)>, StoreError> {
    let rows: Vec<(ApplicationId, Instant)> = applications::table
        .filter(applications::status.eq(StoredStatus(Status::Draft)))
        .filter(applications::expires_at.gt(Instant::from(now)))
        .filter(applications::expires_at.le(Instant::from(until)))
        .filter(applications::id.gt(after))
        .order(applications::id)
        .limit(limit)
        .select((applications::id, applications::expires_at))
        .load(db)?;
    Ok(rows.into_iter().map(|(id, at)| (id, at.into())).collect())
}

/// Forms in force, made by `until`, of cases with an id above `after` that were neither posted nor received, by id: with the form's number and when
/// it was made.
pub fn list_unsent_forms(
    db: &mut Db,
    after: ApplicationId,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<(ApplicationId, i32, Timestamp)>, StoreError> {
    let rows: Vec<(ApplicationId, i32, Instant)> = applications::table
        .inner_join(revisions::table)
        .filter(applications::status.eq(StoredStatus(Status::FormReady)))
        .filter(revisions::superseded_at.is_null())
        .filter(revisions::made_at.le(Instant::from(until)))
        .filter(applications::id.gt(after))
        .order(applications::id)
        .limit(limit)
        .select((applications::id, revisions::number, revisions::made_at))
        .load(db)?;
    Ok(rows
        .into_iter()
        .map(|(id, number, at)| (id, number, at.into()))
        .collect())
}

/// Whether `notice` was written for an application since `since`, whatever became of the mail.
pub fn was_written_since(
    db: &mut Db,
    application: ApplicationId,
    notice: NoticeCode,
    since: Timestamp,
) -> Result<bool, StoreError> {
    let written = outbox::table
        .filter(outbox::application_id.eq(application))
        .filter(outbox::notice.eq(StoredNotice(notice)))
        .filter(outbox::created_at.ge(Instant::from(since)));
    Ok(diesel::select(diesel::dsl::exists(written)).get_result(db)?)
}

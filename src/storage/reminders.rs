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

/// A form in force that was neither posted nor received: its case, its number, and when it was made.
pub type UnsentForm = (ApplicationId, i32, Timestamp);

/// Forms in force that were made after the case `after.1` had its own at `after.0`, until `until`, in that order; only of cases that were neither posted
/// nor received.
pub fn list_unsent_forms(
    db: &mut Db,
    after: (Timestamp, ApplicationId),
    until: Timestamp,
    limit: i64,
) -> Result<Vec<UnsentForm>, StoreError> {
    let (at, last) = (Instant::from(after.0), after.1);
    let is_later = revisions::made_at.gt(at).or(revisions::made_at
        .eq(at)
        .and(revisions::application_id.gt(last)));
    let rows: Vec<(ApplicationId, i32, Instant)> = revisions::table
        .inner_join(applications::table)
        .filter(revisions::superseded_at.is_null())
        .filter(revisions::made_at.ge(at))
        .filter(revisions::made_at.le(Instant::from(until)))
        .filter(is_later)
        .filter(applications::status.eq(StoredStatus(Status::FormReady)))
        .order((revisions::made_at, revisions::application_id))
        .limit(limit)
        .select((
            revisions::application_id,
            revisions::number,
            revisions::made_at,
        ))
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

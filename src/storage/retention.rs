//! What is no longer needed: which drafts and forms have lapsed, and how their content is deleted. The periods are in `domain::retention`.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::{Application, ApplicationId};
use super::audit::{self, Chain, NewEntry};
use super::card_disposals::DisposalState;
use super::schema::{
    application_sections, applications, card_disposals, case_search_keys, cases, email_changes,
    mailboxes, pending_posts, photos, postings, revisions, sessions,
};
use super::types::{Instant, StoredStatus};
use super::{Db, StoreError};
use crate::domain::status::Status;

/// Up to `limit` cases in one of `statuses` whose time ran out before `now`, the longest lapsed first.
pub fn list_lapsed(
    db: &mut Db,
    statuses: &[Status],
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Application>, StoreError> {
    let stored: Vec<StoredStatus> = statuses.iter().copied().map(StoredStatus).collect();
    let list = applications::table
        .filter(applications::status.eq_any(stored))
        .filter(applications::expires_at.le(Instant::from(now)))
        .order((applications::expires_at, applications::id))
        .limit(limit)
        .select(Application::as_select())
        .load(db)?;
    Ok(list)
}

/// Deletes everything a person entered into a case: answers, photos, forms, the posting. The case itself stays, with its history.
pub fn delete_content(
    db: &mut Db,
    application: &Application,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = application.id;
    let counts = [
        (
            "forms",
            diesel::delete(revisions::table.filter(revisions::application_id.eq(id)))
                .execute(db)?,
        ),
        (
            "photos",
            diesel::delete(photos::table.filter(photos::application_id.eq(id))).execute(db)?,
        ),
        (
            "sections",
            diesel::delete(
                application_sections::table.filter(application_sections::application_id.eq(id)),
            )
            .execute(db)?,
        ),
        (
            "postings",
            diesel::delete(postings::table.filter(postings::application_id.eq(id))).execute(db)?,
        ),
        (
            "pending",
            diesel::delete(pending_posts::table.filter(pending_posts::application_id.eq(id)))
                .execute(db)?,
        ),
        ("cases", diesel::delete(cases::table.find(id)).execute(db)?),
        (
            "keys",
            diesel::delete(case_search_keys::table.filter(case_search_keys::application_id.eq(id)))
                .execute(db)?,
        ),
        (
            "addresses",
            diesel::delete(email_changes::table.find(id)).execute(db)?,
        ),
    ];
    let nothing: Option<i32> = None;
    diesel::update(applications::table.find(id))
        .set(applications::current_revision.eq(nothing))
        .execute(db)?;
    let detail: Vec<String> = counts
        .iter()
        .map(|(what, count)| format!("{what}={count}"))
        .collect();
    let entry = NewEntry {
        chain: &Chain::of_case(application.reference),
        actor: "system",
        action: "case.content_deleted",
        detail: &detail.join(" "),
    };
    audit::append(db, &entry, now)
}

/// Up to `limit` cases in one of `statuses` that nothing happened to since `until`.
pub fn list_unchanged_since(
    db: &mut Db,
    statuses: &[Status],
    until: Timestamp,
    limit: i64,
) -> Result<Vec<(ApplicationId, Status)>, StoreError> {
    let stored: Vec<StoredStatus> = statuses.iter().copied().map(StoredStatus).collect();
    let rows: Vec<(ApplicationId, StoredStatus)> = applications::table
        .filter(applications::status.eq_any(stored))
        .filter(applications::updated_at.lt(Instant::from(until)))
        .filter(applications::expires_at.lt(Instant::from(until)))
        .order(applications::id)
        .limit(limit)
        .select((applications::id, applications::status))
        .load(db)?;
    Ok(rows
        .into_iter()
        .map(|(id, status)| (id, status.into()))
        .collect())
}

/// Deletes mailboxes last proven before `until` that have neither an application nor a session; answers how many.
pub fn delete_unused_mailboxes(db: &mut Db, until: Timestamp) -> Result<usize, StoreError> {
    let in_use =
        diesel::dsl::exists(applications::table.filter(applications::mailbox_id.eq(mailboxes::id)));
    let signed_in =
        diesel::dsl::exists(sessions::table.filter(sessions::mailbox_id.eq(mailboxes::id)));
    let unused = mailboxes::table
        .filter(mailboxes::verified_at.lt(Instant::from(until)))
        .filter(diesel::dsl::not(in_use))
        .filter(diesel::dsl::not(signed_in));
    Ok(diesel::delete(unused).execute(db)?)
}

/// Up to `limit` cases that ended in one of `statuses` before `until`, the longest ended first. A case whose card is still to be destroyed is kept.
pub fn list_ended(
    db: &mut Db,
    statuses: &[Status],
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Application>, StoreError> {
    let stored: Vec<StoredStatus> = statuses.iter().copied().map(StoredStatus).collect();
    let has_card = card_disposals::table
        .filter(card_disposals::application_id.eq(applications::id))
        .filter(card_disposals::state.ne(DisposalState::Confirmed));
    let list = applications::table
        .filter(applications::status.eq_any(stored))
        .filter(applications::updated_at.lt(Instant::from(until)))
        .filter(diesel::dsl::not(diesel::dsl::exists(has_card)))
        .order((applications::updated_at, applications::id))
        .limit(limit)
        .select(Application::as_select())
        .load(db)?;
    Ok(list)
}

/// The same, those that still have a photo.
pub fn list_ended_with_photo(
    db: &mut Db,
    statuses: &[Status],
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Application>, StoreError> {
    let stored: Vec<StoredStatus> = statuses.iter().copied().map(StoredStatus).collect();
    let has_photo =
        diesel::dsl::exists(photos::table.filter(photos::application_id.eq(applications::id)));
    let list = applications::table
        .filter(applications::status.eq_any(stored))
        .filter(applications::updated_at.lt(Instant::from(until)))
        .filter(has_photo)
        .order((applications::updated_at, applications::id))
        .limit(limit)
        .select(Application::as_select())
        .load(db)?;
    Ok(list)
}

/// Deletes every photo of a case; answers how many. Printed forms keep their words.
pub fn delete_photos(db: &mut Db, id: ApplicationId) -> Result<usize, StoreError> {
    Ok(diesel::delete(photos::table.filter(photos::application_id.eq(id))).execute(db)?)
}

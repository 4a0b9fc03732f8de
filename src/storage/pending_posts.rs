//! A form posted after its session had ended: kept sealed for a day, so that signing in again continues with what was typed (ux.md §5.1).

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::schema::pending_posts;
use super::types::Instant;
use super::{Db, StoreError};

/// A kept form.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = pending_posts)]
pub struct PendingPost {
    /// Hash of the token its browser holds.
    pub token_hash: Vec<u8>,
    /// The application it was posted to.
    pub application_id: ApplicationId,
    /// The section it was posted to.
    pub section: String,
    /// Which key sealed it.
    pub key_id: String,
    /// Nonce and ciphertext of the form body.
    pub sealed: Vec<u8>,
    /// When it came.
    #[diesel(deserialize_as = Instant)]
    pub created_at: Timestamp,
    /// When it is deleted.
    #[diesel(deserialize_as = Instant)]
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for PendingPost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PendingPost({} {})", self.application_id, self.section)
    }
}

/// A form to be kept.
#[derive(Clone, Copy)]
pub struct NewPendingPost<'a> {
    /// Hash of a new token that goes to the browser.
    pub token_hash: &'a [u8],
    /// The application it was posted to.
    pub application: ApplicationId,
    /// The section it was posted to.
    pub section: &'a str,
    /// Which key sealed it.
    pub key_id: &'a str,
    /// Nonce and ciphertext of the form body.
    pub sealed: &'a [u8],
    /// When it is deleted.
    pub expires_at: Timestamp,
}

/// Keeps a form.
pub fn insert_pending_post(
    db: &mut Db,
    new: &NewPendingPost<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(pending_posts::table)
        .values((
            pending_posts::token_hash.eq(new.token_hash),
            pending_posts::application_id.eq(new.application),
            pending_posts::section.eq(new.section),
            pending_posts::key_id.eq(new.key_id),
            pending_posts::sealed.eq(new.sealed),
            pending_posts::created_at.eq(Instant::from(now)),
            pending_posts::expires_at.eq(Instant::from(new.expires_at)),
        ))
        .execute(db)?;
    Ok(())
}

/// Whether a form is kept for this token and application.
pub fn find_pending_post(
    db: &mut Db,
    token_hash: &[u8],
    application: ApplicationId,
    now: Timestamp,
) -> Result<Option<PendingPost>, StoreError> {
    let post = pending_posts::table
        .find(token_hash)
        .filter(pending_posts::application_id.eq(application))
        .filter(pending_posts::expires_at.gt(Instant::from(now)))
        .select(PendingPost::as_select())
        .get_result(db)
        .optional()?;
    Ok(post)
}

/// Forgets a kept form: it was taken up.
pub fn delete_pending_post(db: &mut Db, token_hash: &[u8]) -> Result<(), StoreError> {
    diesel::delete(pending_posts::table.find(token_hash)).execute(db)?;
    Ok(())
}

/// Deletes what expired before `until`; answers how many.
pub fn delete_expired(db: &mut Db, until: Timestamp) -> Result<usize, StoreError> {
    Ok(diesel::delete(
        pending_posts::table.filter(pending_posts::expires_at.lt(Instant::from(until))),
    )
    .execute(db)?)
}

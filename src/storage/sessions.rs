//! Signed-in browsers. The cookie's token is stored as a hash; a session ends by time, by sign-out, or when its mailbox revokes it.
//!
//! A session proves the mailbox. Answers, photo and form of one application are shown only after a grant: this browser typed them, or its user
//! gave the birth date (architecture.md, decision 10).

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::connection::each_backend;
use super::mailboxes::MailboxId;
use super::schema::{session_grants, sessions};
use super::types::{Instant, row_id};
use super::{Db, StoreError};

row_id!(
    /// Id of a session.
    SessionId
);

/// A signed-in browser: what every page asks for, and no more.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Row id.
    pub id: SessionId,
    /// Whose.
    pub mailbox_id: MailboxId,
    /// When it began.
    #[diesel(deserialize_as = Instant)]
    pub created_at: Timestamp,
    /// When it ends without further use.
    #[diesel(deserialize_as = Instant)]
    pub expires_at: Timestamp,
}

/// Begins a session.
pub fn insert_session(
    db: &mut Db,
    token_hash: &[u8],
    mailbox: MailboxId,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<SessionId, StoreError> {
    let id = diesel::insert_into(sessions::table)
        .values((
            sessions::token_hash.eq(token_hash),
            sessions::mailbox_id.eq(mailbox),
            sessions::created_at.eq(Instant::from(now)),
            sessions::last_seen_at.eq(Instant::from(now)),
            sessions::expires_at.eq(Instant::from(expires_at)),
        ))
        .returning(sessions::id)
        .get_result(db)?;
    Ok(id)
}

/// The session of a cookie, if it has neither ended nor been revoked.
pub fn find_live_session(
    db: &mut Db,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    let session = each_backend!(db, |c| sessions::table
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(Instant::from(now)))
        .select(Session::as_select())
        .get_result(c)
        .optional()?);
    Ok(session)
}

/// Notes that a live session was used, and moves its end.
pub fn touch_session(
    db: &mut Db,
    id: SessionId,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let live = sessions::table
        .find(id)
        .filter(sessions::revoked_at.is_null());
    diesel::update(live)
        .set((
            sessions::last_seen_at.eq(Instant::from(now)),
            sessions::expires_at.eq(Instant::from(expires_at)),
        ))
        .execute(db)?;
    Ok(())
}

/// Gives a live session another token, so that one that leaked before is worth nothing.
pub fn set_token(db: &mut Db, id: SessionId, token_hash: &[u8]) -> Result<(), StoreError> {
    let live = sessions::table
        .find(id)
        .filter(sessions::revoked_at.is_null());
    match diesel::update(live)
        .set(sessions::token_hash.eq(token_hash))
        .execute(db)?
    {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

/// Ends a session now.
pub fn revoke_session(db: &mut Db, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
    let live = sessions::table
        .find(id)
        .filter(sessions::revoked_at.is_null());
    diesel::update(live)
        .set(sessions::revoked_at.eq(Instant::from(now)))
        .execute(db)?;
    Ok(())
}

/// Ends every session of a mailbox now; answers how many.
pub fn revoke_sessions_of_mailbox(
    db: &mut Db,
    mailbox: MailboxId,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let live = sessions::table
        .filter(sessions::mailbox_id.eq(mailbox))
        .filter(sessions::revoked_at.is_null());
    Ok(diesel::update(live)
        .set(sessions::revoked_at.eq(Instant::from(now)))
        .execute(db)?)
}

/// Lets a session see the answers of an application. Granting twice is the same as once.
pub fn insert_grant_if_missing(
    db: &mut Db,
    session: SessionId,
    application: ApplicationId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        session_grants::session_id.eq(session),
        session_grants::application_id.eq(application),
        session_grants::granted_at.eq(Instant::from(now)),
    );
    each_backend!(db, |c| diesel::insert_into(session_grants::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Whether a session may see the answers of an application.
pub fn has_grant(
    db: &mut Db,
    session: SessionId,
    application: ApplicationId,
) -> Result<bool, StoreError> {
    let grant = session_grants::table.find((session, application));
    Ok(each_backend!(db, |c| diesel::select(diesel::dsl::exists(
        grant
    ))
    .get_result(c)?))
}

/// Gives `session` the grants of an earlier session of the same mailbox on the same device, unless that one was revoked: who entered the answers
/// there proved her mailbox again, no more.
pub fn inherit_grants(
    db: &mut Db,
    earlier_token_hash: &[u8],
    mailbox: MailboxId,
    session: SessionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let earlier: Vec<ApplicationId> = session_grants::table
        .inner_join(sessions::table)
        .filter(sessions::token_hash.eq(earlier_token_hash))
        .filter(sessions::mailbox_id.eq(mailbox))
        .filter(sessions::revoked_at.is_null())
        .select(session_grants::application_id)
        .load(db)?;
    earlier
        .into_iter()
        .try_for_each(|application| insert_grant_if_missing(db, session, application, now))
}

/// The applications whose answers a session may see.
pub fn list_grants(db: &mut Db, session: SessionId) -> Result<Vec<ApplicationId>, StoreError> {
    let grants = session_grants::table
        .filter(session_grants::session_id.eq(session))
        .select(session_grants::application_id);
    Ok(grants.load(db)?)
}

/// Deletes sessions that ended before `until`, with their grants; answers how many.
pub fn delete_ended(db: &mut Db, until: Timestamp) -> Result<usize, StoreError> {
    let until = Instant::from(until);
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.lt(until))).execute(db)?)
}

/// Deletes every session: after a restore, ones that were ended since would live again. Answers how many.
pub fn delete_all(db: &mut Db) -> Result<usize, StoreError> {
    Ok(diesel::delete(sessions::table).execute(db)?)
}

//! Signed-in browsers of staff. A session begins when the password was right, and is worth something only after the second factor.
//!
//! Every request reads the session together with the account and its roles: what was withdrawn a moment ago is withdrawn. The list of sessions is also
//! the list of sign-ins that a member of staff can look through.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::{staff, staff_sessions};
use super::staff::{StaffId, StaffMember, get_staff};
use super::types::{Instant, MaybeInstant, row_id, text_enum};
use super::{Db, StoreError};

row_id!(
    /// Id of a session of staff.
    StaffSessionId
);

text_enum!(
    /// How far a sign-in has come.
    Stage {
        /// The password was right; the second factor is asked for.
        Password = "password",
        /// Signed in.
        Full = "full",
    }
);

/// A signed-in browser.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = staff_sessions)]
pub struct StaffSession {
    /// Row id.
    pub id: StaffSessionId,
    /// Whose.
    pub staff_id: StaffId,
    /// How far the sign-in has come.
    pub stage: Stage,
    /// The network address it came from.
    pub source: String,
    /// The browser, in a few words.
    pub device: String,
    /// When password and code were last given again.
    #[diesel(deserialize_as = MaybeInstant)]
    pub confirmed_at: Option<Timestamp>,
    /// When it began.
    #[diesel(deserialize_as = Instant)]
    pub created_at: Timestamp,
    /// When it was last used.
    #[diesel(deserialize_as = Instant)]
    pub last_seen_at: Timestamp,
    /// When it ends without further use.
    #[diesel(deserialize_as = Instant)]
    pub expires_at: Timestamp,
    /// When it was ended early.
    #[diesel(deserialize_as = MaybeInstant)]
    pub revoked_at: Option<Timestamp>,
}

/// What a session begins with.
#[derive(Debug, Clone, Copy)]
pub struct NewStaffSession<'a> {
    /// Whose.
    pub staff_id: StaffId,
    /// Hash of the cookie's token.
    pub token_hash: &'a [u8],
    /// How far the sign-in has come.
    pub stage: Stage,
    /// The network address it comes from.
    pub source: &'a str,
    /// The browser, in a few words.
    pub device: &'a str,
    /// When it ends without further use.
    pub expires_at: Timestamp,
}

/// Begins a session.
pub fn insert_session(
    db: &mut Db,
    new: &NewStaffSession<'_>,
    now: Timestamp,
) -> Result<StaffSessionId, StoreError> {
    let confirmed_at = (new.stage == Stage::Full).then(|| Instant::from(now));
    let id = diesel::insert_into(staff_sessions::table)
        .values((
            staff_sessions::token_hash.eq(new.token_hash),
            staff_sessions::staff_id.eq(new.staff_id),
            staff_sessions::stage.eq(new.stage),
            staff_sessions::source.eq(new.source),
            staff_sessions::device.eq(new.device),
            staff_sessions::confirmed_at.eq(confirmed_at),
            staff_sessions::created_at.eq(Instant::from(now)),
            staff_sessions::last_seen_at.eq(Instant::from(now)),
            staff_sessions::expires_at.eq(Instant::from(new.expires_at)),
        ))
        .returning(staff_sessions::id)
        .get_result(db)?;
    Ok(id)
}

/// The session of a cookie with its person as they are now; nothing when it has ended or the account is closed.
pub fn find_live_session(
    db: &mut Db,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<Option<(StaffSession, StaffMember)>, StoreError> {
    let session = staff_sessions::table
        .inner_join(staff::table)
        .filter(staff_sessions::token_hash.eq(token_hash))
        .filter(staff_sessions::revoked_at.is_null())
        .filter(staff_sessions::expires_at.gt(Instant::from(now)))
        .filter(staff::deactivated_at.is_null())
        .select(StaffSession::as_select())
        .get_result(db)
        .optional()?;
    let Some(session) = session else {
        return Ok(None);
    };
    let member = get_staff(db, session.staff_id)?;
    Ok(Some((session, member)))
}

/// Notes that a live session was used, and moves its end.
pub fn touch_session(
    db: &mut Db,
    id: StaffSessionId,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let live = staff_sessions::table
        .find(id)
        .filter(staff_sessions::revoked_at.is_null());
    diesel::update(live)
        .set((
            staff_sessions::last_seen_at.eq(Instant::from(now)),
            staff_sessions::expires_at.eq(Instant::from(expires_at)),
        ))
        .execute(db)?;
    Ok(())
}

/// Password and code were given again: the session has a new token, and for some minutes the right to do what asks for that.
pub fn set_confirmed(
    db: &mut Db,
    id: StaffSessionId,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    let live = staff_sessions::table
        .find(id)
        .filter(staff_sessions::revoked_at.is_null());
    match diesel::update(live)
        .set((
            staff_sessions::confirmed_at.eq(Instant::from(now)),
            staff_sessions::token_hash.eq(token_hash),
        ))
        .execute(db)?
    {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

/// Ends a session now.
pub fn revoke_session(db: &mut Db, id: StaffSessionId, now: Timestamp) -> Result<(), StoreError> {
    let live = staff_sessions::table
        .find(id)
        .filter(staff_sessions::revoked_at.is_null());
    diesel::update(live)
        .set(staff_sessions::revoked_at.eq(Instant::from(now)))
        .execute(db)?;
    Ok(())
}

/// Ends every session of a person now, but `except`; answers how many.
pub fn revoke_sessions_of(
    db: &mut Db,
    staff_id: StaffId,
    except: Option<StaffSessionId>,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let live = staff_sessions::table
        .filter(staff_sessions::staff_id.eq(staff_id))
        .filter(staff_sessions::id.ne(except.unwrap_or(StaffSessionId(0))))
        .filter(staff_sessions::expires_at.gt(Instant::from(now)))
        .filter(staff_sessions::revoked_at.is_null());
    Ok(diesel::update(live)
        .set(staff_sessions::revoked_at.eq(Instant::from(now)))
        .execute(db)?)
}

/// The latest sign-ins of a person that were completed, newest first.
pub fn list_sign_ins(
    db: &mut Db,
    staff_id: StaffId,
    limit: i64,
) -> Result<Vec<StaffSession>, StoreError> {
    let list = staff_sessions::table
        .filter(staff_sessions::staff_id.eq(staff_id))
        .filter(staff_sessions::stage.eq(Stage::Full))
        .order((staff_sessions::created_at.desc(), staff_sessions::id.desc()))
        .limit(limit)
        .select(StaffSession::as_select())
        .load(db)?;
    Ok(list)
}

/// Deletes sessions that ended before `until`; answers how many.
pub fn delete_ended(db: &mut Db, until: Timestamp) -> Result<usize, StoreError> {
    let ended = staff_sessions::table.filter(staff_sessions::expires_at.lt(Instant::from(until)));
    Ok(diesel::delete(ended).execute(db)?)
}

/// Deletes every session: after a restore, ones that were ended since would live again. Answers how many.
pub fn delete_all(db: &mut Db) -> Result<usize, StoreError> {
    Ok(diesel::delete(staff_sessions::table).execute(db)?)
}

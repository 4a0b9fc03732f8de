//! What a member of staff proves herself with: the password's hash, the sealed secret of the second factor, recovery codes, the link of an invitation.
//!
//! Each is used up by a compare-and-set, so that two requests at once cannot both use it: a time step counts forwards only, a recovery code and an
//! invitation are deleted by the one who uses them.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::{staff, staff_invitations, staff_recovery_codes};
use super::staff::StaffId;
use super::types::Instant;
use super::{Db, StoreError};

/// What an account proves itself with.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = staff)]
pub struct Credentials {
    /// Whose.
    pub id: StaffId,
    /// The password's hash, once one was chosen.
    pub password_hash: Option<String>,
    /// The key that sealed the second factor's secret.
    pub totp_key_id: Option<String>,
    /// The sealed secret; it counts only when `totp_enrolled_at` is set.
    pub totp_sealed: Option<Vec<u8>>,
    /// When a first code proved that the telephone has the secret (microseconds since 1970).
    totp_enrolled_at: Option<i64>,
    /// The last time step that was used.
    pub totp_last_step: i64,
}

impl Credentials {
    /// Whether the second factor is set up.
    pub fn has_second_factor(&self) -> bool {
        self.totp_enrolled_at.is_some()
    }
}

/// The credentials of an account that is not closed.
pub fn find_credentials(db: &mut Db, user_id: &str) -> Result<Option<Credentials>, StoreError> {
    let found = staff::table
        .filter(staff::user_id.eq(user_id))
        .filter(staff::deactivated_at.is_null())
        .select(Credentials::as_select())
        .get_result(db)
        .optional()?;
    Ok(found)
}

/// The credentials of an account that is not closed, by its number.
pub fn get_credentials(db: &mut Db, id: StaffId) -> Result<Credentials, StoreError> {
    let found = staff::table
        .find(id)
        .filter(staff::deactivated_at.is_null())
        .select(Credentials::as_select())
        .get_result(db)?;
    Ok(found)
}

/// Keeps the hash of a newly chosen password.
pub fn set_password(
    db: &mut Db,
    id: StaffId,
    hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::update(staff::table.find(id))
        .set((
            staff::password_hash.eq(hash),
            staff::password_set_at.eq(Instant::from(now)),
        ))
        .execute(db)?;
    Ok(())
}

/// Keeps a secret that no code has proven yet, unless one is proven or waits already: [`StoreError::Conflict`] then.
pub fn set_unproven_secret(
    db: &mut Db,
    id: StaffId,
    key_id: &str,
    sealed: &[u8],
) -> Result<(), StoreError> {
    let without = staff::table.find(id).filter(staff::totp_sealed.is_null());
    match diesel::update(without)
        .set((staff::totp_key_id.eq(key_id), staff::totp_sealed.eq(sealed)))
        .execute(db)?
    {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

/// Keeps a new secret in place of one that no code has proven; [`StoreError::Conflict`] when the second factor is set up.
pub fn replace_unproven_secret(
    db: &mut Db,
    id: StaffId,
    key_id: &str,
    sealed: &[u8],
) -> Result<(), StoreError> {
    let unproven = staff::table
        .find(id)
        .filter(staff::totp_enrolled_at.is_null());
    match diesel::update(unproven)
        .set((staff::totp_key_id.eq(key_id), staff::totp_sealed.eq(sealed)))
        .execute(db)?
    {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

/// Keeps the same secret under another key.
pub fn set_resealed_secret(
    db: &mut Db,
    id: StaffId,
    key_id: &str,
    sealed: &[u8],
) -> Result<(), StoreError> {
    diesel::update(staff::table.find(id))
        .set((staff::totp_key_id.eq(key_id), staff::totp_sealed.eq(sealed)))
        .execute(db)?;
    Ok(())
}

/// Uses up a time step and every one before it; `false` when it, or a later one, was used already.
pub fn claim_step(db: &mut Db, id: StaffId, step: i64) -> Result<bool, StoreError> {
    let unused = staff::table.find(id).filter(staff::totp_last_step.lt(step));
    Ok(diesel::update(unused)
        .set(staff::totp_last_step.eq(step))
        .execute(db)?
        == 1)
}

/// The telephone proved that it has the secret: from now on it is asked for.
pub fn set_enrolled(db: &mut Db, id: StaffId, now: Timestamp) -> Result<(), StoreError> {
    diesel::update(staff::table.find(id))
        .set(staff::totp_enrolled_at.eq(Instant::from(now)))
        .execute(db)?;
    Ok(())
}

/// Forgets the second factor and its recovery codes: it is set up anew at the next sign-in.
pub fn delete_second_factor(db: &mut Db, id: StaffId) -> Result<(), StoreError> {
    diesel::update(staff::table.find(id))
        .set((
            staff::totp_key_id.eq(None::<String>),
            staff::totp_sealed.eq(None::<Vec<u8>>),
            staff::totp_enrolled_at.eq(None::<i64>),
            staff::version.eq(staff::version + 1),
        ))
        .execute(db)?;
    delete_recovery_codes(db, id)
}

fn delete_recovery_codes(db: &mut Db, id: StaffId) -> Result<(), StoreError> {
    let own = staff_recovery_codes::table.filter(staff_recovery_codes::staff_id.eq(id));
    diesel::delete(own).execute(db)?;
    Ok(())
}

/// Puts a new sheet of recovery codes in place of the old one.
pub fn set_recovery_codes(db: &mut Db, id: StaffId, hashes: &[[u8; 32]]) -> Result<(), StoreError> {
    delete_recovery_codes(db, id)?;
    for hash in hashes {
        diesel::insert_into(staff_recovery_codes::table)
            .values((
                staff_recovery_codes::staff_id.eq(id),
                staff_recovery_codes::code_hash.eq(hash.as_slice()),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// Uses up a recovery code; `false` when there is none like it (any more).
pub fn claim_recovery_code(db: &mut Db, id: StaffId, hash: &[u8]) -> Result<bool, StoreError> {
    let code = staff_recovery_codes::table.find((id, hash.to_vec()));
    Ok(diesel::delete(code).execute(db)? == 1)
}

/// How many recovery codes are left.
pub fn count_recovery_codes(db: &mut Db, id: StaffId) -> Result<i64, StoreError> {
    let own = staff_recovery_codes::table.filter(staff_recovery_codes::staff_id.eq(id));
    Ok(own.count().get_result(db)?)
}

/// Keeps the link of an invitation; an earlier one stops working.
pub fn set_invitation(
    db: &mut Db,
    id: StaffId,
    token_hash: &[u8],
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::delete(staff_invitations::table.find(id)).execute(db)?;
    diesel::insert_into(staff_invitations::table)
        .values((
            staff_invitations::staff_id.eq(id),
            staff_invitations::token_hash.eq(token_hash),
            staff_invitations::created_at.eq(Instant::from(now)),
            staff_invitations::expires_at.eq(Instant::from(expires_at)),
        ))
        .execute(db)?;
    Ok(())
}

/// Whom a link invites, while it works and the account is not closed.
pub fn find_invitation(
    db: &mut Db,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<Option<StaffId>, StoreError> {
    let found = staff_invitations::table
        .inner_join(staff::table)
        .filter(staff_invitations::token_hash.eq(token_hash))
        .filter(staff_invitations::expires_at.gt(Instant::from(now)))
        .filter(staff::deactivated_at.is_null())
        .select(staff_invitations::staff_id)
        .get_result(db)
        .optional()?;
    Ok(found)
}

/// Uses up the link of an invitation; `false` when somebody did before.
pub fn claim_invitation(db: &mut Db, id: StaffId, token_hash: &[u8]) -> Result<bool, StoreError> {
    let link = staff_invitations::table
        .find(id)
        .filter(staff_invitations::token_hash.eq(token_hash));
    Ok(diesel::delete(link).execute(db)? == 1)
}

/// Deletes invitations that ended before `until`; answers how many.
pub fn delete_invitations_ended(db: &mut Db, until: Timestamp) -> Result<usize, StoreError> {
    let ended =
        staff_invitations::table.filter(staff_invitations::expires_at.lt(Instant::from(until)));
    Ok(diesel::delete(ended).execute(db)?)
}

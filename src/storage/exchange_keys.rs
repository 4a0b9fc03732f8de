//! Who may speak to the exchange: keys of programs, of which only hashes are kept, and public keys whose signatures count. A key that is revoked or retired
//! stays as a row: what was done with it keeps its name.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::{api_keys, partner_keys};
use super::types::{Instant, MaybeInstant, row_id};
use super::{Db, StoreError};

row_id!(
    /// Id of a program's key.
    ApiKeyId
);

impl ApiKeyId {
    /// The actor of audit entries: `api-key:3`.
    pub fn actor(self) -> String {
        format!("api-key:{self}")
    }
}

/// A program's key without its hash.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = api_keys)]
pub struct ApiKey {
    /// Row id.
    pub id: ApiKeyId,
    /// What it is called.
    pub name: String,
    /// Who made it, as in the audit.
    pub created_by: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    #[diesel(deserialize_as = MaybeInstant)]
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    #[diesel(deserialize_as = MaybeInstant)]
    pub revoked_at: Option<Timestamp>,
}

/// Keeps a new key.
pub fn insert_api_key(
    db: &mut Db,
    name: &str,
    key_hash: &[u8],
    by: &str,
    now: Timestamp,
) -> Result<ApiKeyId, StoreError> {
    Ok(diesel::insert_into(api_keys::table)
        .values((
            api_keys::name.eq(name),
            api_keys::key_hash.eq(key_hash),
            api_keys::created_by.eq(by),
            api_keys::created_at.eq(Instant::from(now)),
        ))
        .returning(api_keys::id)
        .get_result(db)?)
}

/// The key with this hash, unless it was revoked.
pub fn find_api_key(db: &mut Db, key_hash: &[u8]) -> Result<Option<ApiKey>, StoreError> {
    Ok(api_keys::table
        .filter(api_keys::key_hash.eq(key_hash))
        .filter(api_keys::revoked_at.is_null())
        .select(ApiKey::as_select())
        .get_result(db)
        .optional()?)
}

/// Notes that a key was used.
pub fn touch_api_key(db: &mut Db, id: ApiKeyId, now: Timestamp) -> Result<(), StoreError> {
    diesel::update(api_keys::table.find(id))
        .set(api_keys::last_used_at.eq(Instant::from(now)))
        .execute(db)?;
    Ok(())
}

/// Revokes a key at once. [`StoreError::NotFound`] when there is none, or it is revoked already.
pub fn revoke_api_key(db: &mut Db, id: ApiKeyId, now: Timestamp) -> Result<(), StoreError> {
    let valid = api_keys::table
        .find(id)
        .filter(api_keys::revoked_at.is_null());
    match diesel::update(valid)
        .set(api_keys::revoked_at.eq(Instant::from(now)))
        .execute(db)?
    {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

/// Every key, the newest first.
pub fn list_api_keys(db: &mut Db, limit: i64) -> Result<Vec<ApiKey>, StoreError> {
    Ok(api_keys::table
        .filter(api_keys::id.lt(ApiKeyId(i64::MAX)))
        .order(api_keys::id.desc())
        .limit(limit)
        .select(ApiKey::as_select())
        .load(db)?)
}

/// How many valid keys of programs nobody used since `idle_before`, how many were made before `old_before`, and how many valid public keys of the other
/// side were added before then.
pub fn count_stale(
    db: &mut Db,
    (idle_before, old_before): (Timestamp, Timestamp),
) -> Result<(i64, i64, i64), StoreError> {
    let (idle_before, old_before) = (Instant::from(idle_before), Instant::from(old_before));
    let valid = || api_keys::table.filter(api_keys::revoked_at.is_null());
    let used_long_ago = api_keys::last_used_at
        .lt(idle_before)
        .assume_not_null()
        .and(api_keys::last_used_at.is_not_null());
    let never_used = api_keys::last_used_at
        .is_null()
        .and(api_keys::created_at.lt(idle_before));
    let idle = valid().filter(used_long_ago.or(never_used));
    let old = valid().filter(api_keys::created_at.lt(old_before));
    let old_partners = partner_keys::table
        .filter(partner_keys::retired_at.is_null())
        .filter(partner_keys::added_at.lt(old_before));
    Ok((
        idle.count().get_result(db)?,
        old.count().get_result(db)?,
        old_partners.count().get_result(db)?,
    ))
}

/// Deletes keys that were revoked or retired before `until`; answers how many.
pub fn delete_ended_before(db: &mut Db, until: Timestamp) -> Result<usize, StoreError> {
    let until = Instant::from(until);
    let revoked = api_keys::table.filter(api_keys::revoked_at.lt(until));
    let retired = partner_keys::table.filter(partner_keys::retired_at.lt(until));
    Ok(diesel::delete(revoked).execute(db)? + diesel::delete(retired).execute(db)?)
}

/// A public key of the other side.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = partner_keys)]
pub struct PartnerKey {
    /// Its name: the `key_id` of manifests.
    pub name: String,
    /// The key, in base64.
    pub public_key: String,
    /// Who added it, as in the audit.
    pub added_by: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub added_at: Timestamp,
    /// Since when its signatures count no longer.
    #[diesel(deserialize_as = MaybeInstant)]
    pub retired_at: Option<Timestamp>,
}

/// Adds a public key. [`StoreError::Conflict`] when the name is taken: a name never means another key.
pub fn insert_partner_key(
    db: &mut Db,
    name: &str,
    public_key: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(partner_keys::table)
        .values((
            partner_keys::name.eq(name),
            partner_keys::public_key.eq(public_key),
            partner_keys::added_by.eq(by),
            partner_keys::added_at.eq(Instant::from(now)),
        ))
        .execute(db)?;
    Ok(())
}

/// The public key with this name, unless it was retired.
pub fn find_partner_key(db: &mut Db, name: &str) -> Result<Option<PartnerKey>, StoreError> {
    Ok(partner_keys::table
        .find(name)
        .filter(partner_keys::retired_at.is_null())
        .select(PartnerKey::as_select())
        .get_result(db)
        .optional()?)
}

/// Retires a public key at once. [`StoreError::NotFound`] when there is none, or it is retired already.
pub fn retire_partner_key(db: &mut Db, name: &str, now: Timestamp) -> Result<(), StoreError> {
    let valid = partner_keys::table
        .find(name)
        .filter(partner_keys::retired_at.is_null());
    match diesel::update(valid)
        .set(partner_keys::retired_at.eq(Instant::from(now)))
        .execute(db)?
    {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

/// Every public key, by name.
pub fn list_partner_keys(db: &mut Db, limit: i64) -> Result<Vec<PartnerKey>, StoreError> {
    Ok(partner_keys::table
        .filter(partner_keys::name.gt(""))
        .order(partner_keys::name)
        .limit(limit)
        .select(PartnerKey::as_select())
        .load(db)?)
}

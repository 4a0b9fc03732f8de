//! Everything that is sealed, by the key that sealed it: how much each key is still needed for, and the next batch to be sealed anew. The rows themselves
//! say how far a rotation has come, so that one that is cut off goes on where it was.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::schema::{audit_seals, pending_posts, photos, staff};
use super::staff::StaffId;
use super::{Db, StoreError};

/// How much one key is needed for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeyUse {
    /// Photos sealed with it.
    pub photos: i64,
    /// Secrets of staff's second factor.
    pub second_factors: i64,
    /// Forms kept for a day while somebody signs in; they go by themselves.
    pub kept_posts: i64,
    /// Seals over the audit, which are never made anew: the key verifies them.
    pub audit_seals: i64,
}

impl KeyUse {
    /// How many values must be sealed anew before the key can go.
    pub fn to_reseal(&self) -> i64 {
        self.photos + self.second_factors
    }

    /// Whether nothing needs the key.
    pub fn is_unused(&self) -> bool {
        *self == Self::default()
    }
}

/// What each key is needed for, by its id.
pub fn count_by_key(db: &mut Db) -> Result<BTreeMap<String, KeyUse>, StoreError> {
    let mut uses: BTreeMap<String, KeyUse> = BTreeMap::new();
    let of_photos: Vec<(String, i64)> = photos::table
        .group_by(photos::key_id)
        .select((photos::key_id, diesel::dsl::count_star()))
        .load(db)?;
    for (key, count) in of_photos {
        uses.entry(key).or_default().photos = count;
    }
    let of_staff: Vec<(Option<String>, i64)> = staff::table
        .group_by(staff::totp_key_id)
        .select((staff::totp_key_id, diesel::dsl::count_star()))
        .load(db)?;
    for (key, count) in of_staff {
        if let Some(key) = key {
            uses.entry(key).or_default().second_factors = count;
        }
    }
    let of_posts: Vec<(String, i64)> = pending_posts::table
        .group_by(pending_posts::key_id)
        .select((pending_posts::key_id, diesel::dsl::count_star()))
        .load(db)?;
    for (key, count) in of_posts {
        uses.entry(key).or_default().kept_posts = count;
    }
    let of_seals: Vec<(String, i64)> = audit_seals::table
        .group_by(audit_seals::key_id)
        .select((audit_seals::key_id, diesel::dsl::count_star()))
        .load(db)?;
    for (key, count) in of_seals {
        uses.entry(key).or_default().audit_seals = count;
    }
    Ok(uses)
}

/// A photo as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedPhoto {
    /// The id it is bound to.
    pub id: String,
    /// Nonce and ciphertext.
    pub sealed: Vec<u8>,
}

/// Up to `limit` photos sealed with `key`.
pub fn list_photos(db: &mut Db, key: &str, limit: i64) -> Result<Vec<SealedPhoto>, StoreError> {
    let rows: Vec<(String, Vec<u8>)> = photos::table
        .filter(photos::key_id.eq(key))
        .order(photos::id)
        .limit(limit)
        .select((photos::id, photos::sealed))
        .load(db)?;
    Ok(rows
        .into_iter()
        .map(|(id, sealed)| SealedPhoto { id, sealed })
        .collect())
}

/// Keeps the same photo under another key, if it is still under `from`.
pub fn set_photo(
    db: &mut Db,
    id: &str,
    from: &str,
    (key, sealed): (&str, &[u8]),
) -> Result<(), StoreError> {
    let unchanged = photos::table.find(id).filter(photos::key_id.eq(from));
    diesel::update(unchanged)
        .set((photos::key_id.eq(key), photos::sealed.eq(sealed)))
        .execute(db)?;
    Ok(())
}

/// Up to `limit` secrets of second factors sealed with `key`.
pub fn list_second_factors(
    db: &mut Db,
    key: &str,
    limit: i64,
) -> Result<Vec<(StaffId, Vec<u8>)>, StoreError> {
    let rows: Vec<(StaffId, Option<Vec<u8>>)> = staff::table
        .filter(staff::totp_key_id.eq(key))
        .order(staff::id)
        .limit(limit)
        .select((staff::id, staff::totp_sealed))
        .load(db)?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, sealed)| Some((id, sealed?)))
        .collect())
}

//! Keys in forms that create something. A second copy of the same form (a double click, the back button, a repeated request on a bad line) does
//! nothing and is answered like the first.

use diesel::prelude::*;
use jiff::Timestamp;

use super::connection::each_backend;
use super::schema::idempotency_keys;
use super::types::Instant;
use super::{Db, StoreError};

/// What became of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Once {
    /// It was done now; the answer is at this path.
    Done(String),
    /// It had been done before; the answer was this path.
    Before(String),
}

impl Once {
    /// The path of the answer, either way.
    pub fn location(&self) -> &str {
        match self {
            Self::Done(location) | Self::Before(location) => location,
        }
    }
}

/// Runs `work`, which answers a path, unless the same key was used before in `scope`; all in the caller's transaction. A copy that comes while the
/// first is at work waits for it.
pub fn once<E: From<StoreError>>(
    db: &mut Db,
    scope: &str,
    key_hash: &[u8],
    now: Timestamp,
    work: impl FnOnce(&mut Db) -> Result<String, E>,
) -> Result<Once, E> {
    if !claim_key(db, scope, key_hash, now)? {
        let location = find_location(db, scope, key_hash)?.ok_or(StoreError::Conflict)?;
        return Ok(Once::Before(location));
    }
    let location = work(db)?;
    set_location(db, scope, key_hash, &location)?;
    Ok(Once::Done(location))
}

/// The answer given to a form with this key, if it was handled.
pub fn find_location(
    db: &mut Db,
    scope: &str,
    key_hash: &[u8],
) -> Result<Option<String>, StoreError> {
    Ok(idempotency_keys::table
        .find((scope, key_hash))
        .select(idempotency_keys::location)
        .get_result(db)
        .optional()?)
}

fn claim_key(
    db: &mut Db,
    scope: &str,
    key_hash: &[u8],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = (
        idempotency_keys::scope.eq(scope),
        idempotency_keys::key_hash.eq(key_hash),
        idempotency_keys::location.eq(""),
        idempotency_keys::created_at.eq(Instant::from(now)),
    );
    let inserted = each_backend!(db, |c| diesel::insert_into(idempotency_keys::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c));
    Ok(inserted.map_err(StoreError::from)? > 0)
}

fn set_location(
    db: &mut Db,
    scope: &str,
    key_hash: &[u8],
    location: &str,
) -> Result<(), StoreError> {
    diesel::update(idempotency_keys::table.find((scope, key_hash)))
        .set(idempotency_keys::location.eq(location))
        .execute(db)?;
    Ok(())
}

/// Deletes keys older than `until`; answers how many.
pub fn delete_before(db: &mut Db, until: Timestamp) -> Result<usize, StoreError> {
    Ok(diesel::delete(
        idempotency_keys::table.filter(idempotency_keys::created_at.lt(Instant::from(until))),
    )
    .execute(db)?)
}

//! Tries at the birth date on a device that did not enter the answers: counted before they are compared, a few in each period.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};

use super::applications::ApplicationId;
use super::schema::applications;
use super::types::Instant;
use super::{Db, StoreError};

/// Takes one of `limit` tries at the birth date within `period`, before it is compared. `false`: none is left. Commit it even if the date is wrong.
pub fn claim_birth_try(
    db: &mut Db,
    id: ApplicationId,
    limit: i32,
    period: SignedDuration,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let at = Instant::from(now);
    let began_before = Instant::from(now.checked_sub(period).unwrap_or(Timestamp::MIN));
    let is_new_period = applications::birth_tries_since
        .is_null()
        .or(applications::birth_tries_since.le(began_before));
    let restarted = diesel::update(applications::table.find(id).filter(is_new_period))
        .set((
            applications::birth_tries.eq(1),
            applications::birth_tries_since.eq(at),
        ))
        .execute(db)?;
    if restarted > 0 {
        return Ok(true);
    }
    let taken = diesel::update(
        applications::table
            .find(id)
            .filter(applications::birth_tries.lt(limit)),
    )
    .set(applications::birth_tries.eq(applications::birth_tries + 1))
    .execute(db)?;
    Ok(taken > 0)
}

/// Forgets the tries, after the right birth date.
pub fn reset_birth_tries(db: &mut Db, id: ApplicationId) -> Result<(), StoreError> {
    let none: Option<Instant> = None;
    diesel::update(applications::table.find(id))
        .set((
            applications::birth_tries.eq(0),
            applications::birth_tries_since.eq(none),
        ))
        .execute(db)?;
    Ok(())
}

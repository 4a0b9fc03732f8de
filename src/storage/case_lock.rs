//! A case taken for a transaction: what is read after it stays true until the transaction ends.
//!
//! SQLite has one writer at a time. PostgreSQL lets two transactions read the same case and prove the same guards; the row is therefore taken first, and
//! who comes second waits and is then told that the case is no longer where it was seen.

use diesel::prelude::*;

use super::applications::{Application, ApplicationId};
use super::schema::applications;
use super::types::StoredStatus;
use super::{Db, StoreError};
use crate::domain::status::Status;

/// Takes the case `id` and reads it. [`StoreError::Conflict`] when it is no longer in `expected`.
pub fn lock_case(
    db: &mut Db,
    id: ApplicationId,
    expected: Status,
) -> Result<Application, StoreError> {
    let as_seen = applications::table
        .find(id)
        .filter(applications::status.eq(StoredStatus(expected)));
    // An update that changes nothing takes the row on both databases, in the same words.
    let taken: Option<Application> = diesel::update(as_seen)
        .set(applications::status.eq(applications::status))
        .returning(applications::all_columns)
        .get_result(db)
        .optional()?;
    taken.ok_or(StoreError::Conflict)
}

/// Takes a case that was read before the transaction. [`StoreError::Conflict`] when its status changed since, there and back included.
pub fn lock_as_seen(db: &mut Db, seen: &Application) -> Result<Application, StoreError> {
    let taken = lock_case(db, seen.id, seen.status)?;
    if taken.version == seen.version {
        Ok(taken)
    } else {
        Err(StoreError::Conflict)
    }
}

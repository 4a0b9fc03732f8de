//! A case, or a shipment's draft, taken for a transaction: what is read after it stays true until the transaction ends.
//!
//! SQLite has one writer at a time. PostgreSQL lets two transactions read the same case and prove the same guards; the row is therefore taken first, and
//! who comes second waits and is then told that the case is no longer where it was seen.

use diesel::prelude::*;

use super::applications::{Application, ApplicationId};
use super::schema::{applications, shipments};
use super::shipments::{ShipmentId, ShipmentState};
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

/// Takes a shipment's draft. [`StoreError::Conflict`] when somebody changed it, sent it or gave it up since it was shown: who counts at the same moment
/// waits here, and then learns who was first.
pub fn lock_draft(db: &mut Db, id: ShipmentId, expected_version: i64) -> Result<(), StoreError> {
    let as_shown = shipments::table
        .find(id)
        .filter(shipments::version.eq(expected_version))
        .filter(shipments::state.eq(ShipmentState::Draft));
    let taken = diesel::update(as_shown)
        .set(shipments::version.eq(shipments::version))
        .execute(db)?;
    if taken == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}

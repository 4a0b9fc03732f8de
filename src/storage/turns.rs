//! Whose turn it is, without a change of status: another desk, another last day, who of the desk works on it, and which case follows.
//!
//! A claim is a courtesy, not a lock: it ends with every change of status, and anybody of the desk can take it over.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::applications::ApplicationId;
use super::case_columns::StoredDue;
use super::schema::{applications, cases};
use super::types::{Instant, StoredReceiptNumber, StoredStatus};
use super::{Db, StoreError};
use crate::domain::desk::Desk;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::status::Status;

/// Puts a case on another desk without moving it: an office of it changed. [`StoreError::NotFound`] when there is no such case.
pub fn set_turn(
    db: &mut Db,
    id: ApplicationId,
    desk: Option<&Desk>,
    due_on: Option<Date>,
) -> Result<(), StoreError> {
    let set = (
        applications::desk.eq(desk.map(Desk::as_str)),
        applications::due_on.eq(StoredDue::text(due_on)),
    );
    match diesel::update(applications::table.find(id))
        .set(set)
        .execute(db)?
    {
        0 => Err(StoreError::NotFound),
        _ => note_pickup(db, id),
    }
}

/// Takes a case of `desk` for a staff account, in place of `before` (nobody, or who the page showed). [`StoreError::Conflict`] when somebody else was
/// first, or the case no longer lies there.
pub fn claim_case(
    db: &mut Db,
    id: ApplicationId,
    desk: &Desk,
    (before, staff): (Option<i64>, i64),
    now: Timestamp,
) -> Result<(), StoreError> {
    let set = (
        applications::claimed_by.eq(staff),
        applications::claimed_at.eq(Instant::from(now)),
    );
    let there = applications::table
        .find(id)
        .filter(applications::desk.eq(desk.as_str()));
    let claimed = match before {
        None => diesel::update(there.filter(applications::claimed_by.is_null()))
            .set(set)
            .execute(db)?,
        Some(before) => diesel::update(there.filter(applications::claimed_by.eq(before)))
            .set(set)
            .execute(db)?,
    };
    if claimed == 0 {
        Err(StoreError::Conflict)
    } else {
        Ok(())
    }
}

/// Marks a case of `desk` in `status` as prepared, or takes the mark off. [`StoreError::Conflict`] when it is no longer there, or was marked already.
pub fn set_prepared(
    db: &mut Db,
    id: ApplicationId,
    (desk, status): (&Desk, Status),
    is_prepared: bool,
) -> Result<(), StoreError> {
    let there = applications::table
        .find(id)
        .filter(applications::desk.eq(desk.as_str()))
        .filter(applications::status.eq(StoredStatus(status)))
        .filter(applications::is_prepared.ne(is_prepared));
    match diesel::update(there)
        .set(applications::is_prepared.eq(is_prepared))
        .execute(db)?
    {
        0 => Err(StoreError::Conflict),
        _ => note_pickup(db, id),
    }
}

/// Repeats beside the desk whether the card is collected there, after one of the two became another.
pub(super) fn note_pickup(db: &mut Db, id: ApplicationId) -> Result<(), StoreError> {
    let pickup: Option<String> = cases::table
        .find(id)
        .select(cases::pickup_office)
        .first(db)
        .optional()?;
    let at_its_desk = applications::desk
        .assume_not_null()
        .eq(pickup.unwrap_or_default());
    diesel::update(
        applications::table
            .find(id)
            .filter(applications::desk.is_not_null()),
    )
    .set(applications::is_collected_here.eq(at_its_desk))
    .execute(db)?;
    Ok(())
}

/// Lets go of a case that `staff` had taken; answers whether they had.
pub fn release_case(db: &mut Db, id: ApplicationId, staff: i64) -> Result<bool, StoreError> {
    let own = applications::table
        .find(id)
        .filter(applications::claimed_by.eq(staff));
    let released = diesel::update(own)
        .set((
            applications::claimed_by.eq(None::<i64>),
            applications::claimed_at.eq(None::<Instant>),
        ))
        .execute(db)?;
    Ok(released > 0)
}

/// The receipt number of the case that follows on a desk among those in `status`, by last day and id, after a case that lay there until `due_on`.
pub fn find_next(
    db: &mut Db,
    desk: &Desk,
    status: Status,
    (due_on, id): (Option<Date>, ApplicationId),
) -> Result<Option<ReceiptNumber>, StoreError> {
    let due = StoredDue::text(due_on);
    let lies_there = applications::table
        .filter(applications::desk.eq(desk.as_str()))
        .filter(applications::status.eq(StoredStatus(status)));
    // Two questions instead of one with "or": each begins in the index where the page stopped.
    let same_day: Option<StoredReceiptNumber> = lies_there
        .filter(applications::due_on.eq(&due))
        .filter(applications::id.gt(id))
        .order((applications::due_on, applications::id))
        .select(applications::reference)
        .first(db)
        .optional()?;
    if let Some(found) = same_day {
        return Ok(Some(found.into()));
    }
    let later: Option<StoredReceiptNumber> = lies_there
        .filter(applications::due_on.gt(&due))
        .order((applications::due_on, applications::id))
        .select(applications::reference)
        .first(db)
        .optional()?;
    Ok(later.map(Into::into))
}

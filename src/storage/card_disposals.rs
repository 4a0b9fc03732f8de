//! Cards that nobody may hand over any more (`domain::card_disposal`): on which desk each lies, who destroyed it, who confirmed that.
//!
//! A case has one such card. Its task, the audit and the record that outlives the case are the caller's, in the same transaction.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::connection::each_backend;
use super::schema::{applications, card_disposals};
use super::types::{Instant, MaybeInstant, StoredReceiptNumber, row_id, text_enum};
use super::{Db, StoreError};
use crate::domain::desk::Desk;
use crate::domain::receipt_number::ReceiptNumber;

row_id!(
    /// Id of a disposal.
    DisposalId
);

text_enum!(
    /// Where a disposal stands.
    DisposalState {
        /// The card is to be destroyed.
        Due = "due",
        /// Somebody destroyed it; a second person has to confirm that.
        Destroyed = "destroyed",
        /// Two people saw to it.
        Confirmed = "confirmed",
    }
);

/// A card to be destroyed, or destroyed.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = card_disposals)]
pub struct CardDisposal {
    /// Row id.
    pub id: DisposalId,
    /// Whose card.
    pub application_id: ApplicationId,
    /// The desk it lies on: an office's code, or `issuer`.
    pub holder: String,
    /// Why, in one word.
    pub reason: String,
    /// Where it stands.
    pub state: DisposalState,
    /// Since when.
    #[diesel(deserialize_as = Instant)]
    pub opened_at: Timestamp,
    /// Who destroyed it, as in the audit.
    pub destroyed_by: Option<String>,
    /// When.
    #[diesel(deserialize_as = MaybeInstant)]
    pub destroyed_at: Option<Timestamp>,
    /// Who confirmed it, as in the audit.
    pub confirmed_by: Option<String>,
    /// When.
    #[diesel(deserialize_as = MaybeInstant)]
    pub confirmed_at: Option<Timestamp>,
}

/// Writes down that a card on the desk `holder` is to be destroyed. One that was to be destroyed elsewhere is here now; one that was destroyed, or lies here
/// already, stays as it is. Answers whether anything changed.
pub fn insert_or_move(
    db: &mut Db,
    application: ApplicationId,
    (holder, reason): (&Desk, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = (
        card_disposals::application_id.eq(application),
        card_disposals::holder.eq(holder.as_str()),
        card_disposals::reason.eq(reason),
        card_disposals::state.eq(DisposalState::Due),
        card_disposals::opened_at.eq(Instant::from(now)),
    );
    let inserted = each_backend!(db, |c| diesel::insert_into(card_disposals::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    let elsewhere = card_disposals::table
        .filter(card_disposals::application_id.eq(application))
        .filter(card_disposals::state.eq(DisposalState::Due))
        .filter(card_disposals::holder.ne(holder.as_str()));
    let moved = diesel::update(elsewhere)
        .set(card_disposals::holder.eq(holder.as_str()))
        .execute(db)?;
    Ok(inserted + moved > 0)
}

/// The disposal of a case's card.
pub fn find_of_case(
    db: &mut Db,
    application: ApplicationId,
) -> Result<Option<CardDisposal>, StoreError> {
    Ok(card_disposals::table
        .filter(card_disposals::application_id.eq(application))
        .select(CardDisposal::as_select())
        .first(db)
        .optional()?)
}

/// Up to `limit` cards of a desk in `state`, with ids above `after`, by id, each with its receipt number.
pub fn list_on_desk(
    db: &mut Db,
    (holder, state): (&Desk, DisposalState),
    after: DisposalId,
    limit: i64,
) -> Result<Vec<(CardDisposal, ReceiptNumber)>, StoreError> {
    let rows: Vec<(CardDisposal, StoredReceiptNumber)> = card_disposals::table
        .inner_join(applications::table)
        .filter(card_disposals::holder.eq(holder.as_str()))
        .filter(card_disposals::state.eq(state))
        .filter(card_disposals::id.gt(after))
        .order(card_disposals::id)
        .limit(limit)
        .select((CardDisposal::as_select(), applications::reference))
        .load(db)?;
    Ok(rows
        .into_iter()
        .map(|(card, receipt)| (card, receipt.into()))
        .collect())
}

/// Notes who destroyed a card. [`StoreError::Conflict`] when somebody did, or it lies elsewhere now.
pub fn set_destroyed(
    db: &mut Db,
    card: &CardDisposal,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let due = card_disposals::table
        .find(card.id)
        .filter(card_disposals::holder.eq(&card.holder))
        .filter(card_disposals::state.eq(DisposalState::Due));
    let set = (
        card_disposals::state.eq(DisposalState::Destroyed),
        card_disposals::destroyed_by.eq(Some(by)),
        card_disposals::destroyed_at.eq(Some(Instant::from(now))),
    );
    changed(diesel::update(due).set(set).execute(db)?)
}

/// Notes who confirmed it. [`StoreError::Conflict`] when it is not waiting for that, or when it is who destroyed it.
pub fn set_confirmed(
    db: &mut Db,
    id: DisposalId,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let destroyed = card_disposals::table
        .find(id)
        .filter(card_disposals::state.eq(DisposalState::Destroyed))
        .filter(card_disposals::destroyed_by.ne(by));
    let set = (
        card_disposals::state.eq(DisposalState::Confirmed),
        card_disposals::confirmed_by.eq(by),
        card_disposals::confirmed_at.eq(Instant::from(now)),
    );
    changed(diesel::update(destroyed).set(set).execute(db)?)
}

/// The second person did not find it destroyed: it is to be destroyed as before. [`StoreError::Conflict`] when it is not waiting for her.
pub fn set_due_again(db: &mut Db, id: DisposalId) -> Result<(), StoreError> {
    let destroyed = card_disposals::table
        .find(id)
        .filter(card_disposals::state.eq(DisposalState::Destroyed));
    let set = (
        card_disposals::state.eq(DisposalState::Due),
        card_disposals::destroyed_by.eq(None::<&str>),
        card_disposals::destroyed_at.eq(None::<Instant>),
    );
    changed(diesel::update(destroyed).set(set).execute(db)?)
}

fn changed(count: usize) -> Result<(), StoreError> {
    if count == 0 {
        Err(StoreError::Conflict)
    } else {
        Ok(())
    }
}

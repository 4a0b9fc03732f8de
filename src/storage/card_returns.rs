//! Cards that came back to the issuer: on which shipment they had left, why they came back, and with which they left again.
//!
//! Where such a card goes is not kept here: it goes to whoever keeps the register when it leaves again.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::case_columns::StoredOffice;
use super::connection::each_backend;
use super::schema::{applications, batch_items, card_returns, cases, shipment_items, shipments};
use super::shipments::{ItemState, ShipmentId, ShipmentState};
use super::types::{Instant, StoredReceiptNumber, StoredStatus, row_id, text_enum};
use super::{Db, StoreError};
use crate::domain::office_code::OfficeCode;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::status::Status;

row_id!(
    /// Id of a return.
    ReturnId
);

text_enum!(
    /// Whether a card that came back left again.
    ReturnState {
        /// It waits at the issuer.
        Open = "open",
        /// It is on its way again.
        SentAgain = "sent_again",
        /// Its case had ended; two people destroyed it.
        Destroyed = "destroyed",
    }
);

/// A card that waits at the issuer to leave again.
#[derive(Debug, Clone, Queryable)]
pub struct ReturnedCard {
    /// Row id.
    pub id: ReturnId,
    /// Whose card.
    pub application_id: ApplicationId,
    /// Its receipt number.
    #[diesel(deserialize_as = StoredReceiptNumber)]
    pub receipt: ReceiptNumber,
    /// The number of the shipment it had left with, without hyphens.
    pub shipment: String,
    /// Who keeps the register now: where it goes.
    #[diesel(deserialize_as = StoredOffice)]
    pub office: OfficeCode,
    /// Why it came back, in one word.
    pub reason: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub noted_at: Timestamp,
}

/// Notes that cards of a shipment came back. Their lines are no longer under way. [`StoreError::Conflict`] when one of them is not: it arrived, or it
/// came back before.
pub fn insert_returns(
    db: &mut Db,
    shipment: ShipmentId,
    cards: &[ApplicationId],
    (reason, by): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let on_their_way = shipment_items::table
        .filter(shipment_items::shipment_id.eq(shipment))
        .filter(shipment_items::application_id.eq_any(cards.to_vec()))
        .filter(shipment_items::state.ne(ItemState::Arrived))
        .filter(shipment_items::state.ne(ItemState::Returned));
    let taken = diesel::update(on_their_way)
        .set(shipment_items::state.eq(ItemState::Returned))
        .execute(db)?;
    if taken != cards.len() {
        return Err(StoreError::Conflict);
    }
    let rows: Vec<_> = cards
        .iter()
        .map(|card| {
            (
                card_returns::shipment_id.eq(shipment),
                card_returns::application_id.eq(*card),
                card_returns::state.eq(ReturnState::Open),
                card_returns::reason.eq(reason),
                card_returns::noted_by.eq(by),
                card_returns::noted_at.eq(Instant::from(now)),
            )
        })
        .collect();
    each_backend!(db, |c| diesel::insert_into(card_returns::table)
        .values(rows)
        .execute(c))?;
    Ok(())
}

/// Ends a shipment of which nothing is on its way and nothing arrived: all of it came back. Answers whether it did.
pub fn end_if_all_returned(db: &mut Db, shipment: ShipmentId) -> Result<bool, StoreError> {
    let left: i64 = shipment_items::table
        .filter(shipment_items::shipment_id.eq(shipment))
        .filter(shipment_items::state.ne(ItemState::Returned))
        .count()
        .get_result(db)?;
    if left > 0 {
        return Ok(false);
    }
    let sent = shipments::table
        .find(shipment)
        .filter(shipments::state.eq(ShipmentState::Sent));
    let ended = diesel::update(sent)
        .set((
            shipments::state.eq(ShipmentState::Cancelled),
            shipments::version.eq(shipments::version + 1),
        ))
        .execute(db)?;
    Ok(ended > 0)
}

/// The cards that wait to leave again, with ids above `after`. A card whose case has ended meanwhile does not leave any more.
pub fn list_open(
    db: &mut Db,
    after: ReturnId,
    limit: i64,
) -> Result<Vec<ReturnedCard>, StoreError> {
    Ok(card_returns::table
        .inner_join(shipments::table)
        .inner_join(applications::table.inner_join(cases::table))
        .filter(card_returns::state.eq(ReturnState::Open))
        .filter(card_returns::id.gt(after))
        .filter(applications::status.eq(StoredStatus(Status::Made)))
        .order(card_returns::id)
        .limit(limit)
        .select((
            card_returns::id,
            card_returns::application_id,
            applications::reference,
            shipments::number,
            cases::register_office,
            card_returns::reason,
            card_returns::noted_at,
        ))
        .load(db)?)
}

/// Notes that a card left again with this shipment. [`StoreError::Conflict`] when it did already.
pub fn set_sent_again(
    db: &mut Db,
    id: ReturnId,
    number: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let open = card_returns::table
        .find(id)
        .filter(card_returns::state.eq(ReturnState::Open));
    let set = (
        card_returns::state.eq(ReturnState::SentAgain),
        card_returns::again.eq(number),
        card_returns::again_at.eq(Instant::from(now)),
    );
    match diesel::update(open).set(set).execute(db)? {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

/// Notes that the card of a case was destroyed where it had come back to; answers the numbers of the shipments it had left with, without hyphens.
pub fn set_destroyed(db: &mut Db, application: ApplicationId) -> Result<Vec<String>, StoreError> {
    let numbers: Vec<String> = card_returns::table
        .inner_join(shipments::table)
        .filter(card_returns::application_id.eq(application))
        .filter(card_returns::state.eq(ReturnState::Open))
        .select(shipments::number)
        .load(db)?;
    let open = card_returns::table
        .filter(card_returns::application_id.eq(application))
        .filter(card_returns::state.eq(ReturnState::Open));
    diesel::update(open)
        .set(card_returns::state.eq(ReturnState::Destroyed))
        .execute(db)?;
    Ok(numbers)
}

/// Notes in the batches that a card is in a later shipment now.
pub fn set_later_shipment(
    db: &mut Db,
    application: ApplicationId,
    number: &str,
) -> Result<(), StoreError> {
    let shipped = batch_items::table
        .filter(batch_items::application_id.eq(application))
        .filter(batch_items::shipment.is_not_null());
    diesel::update(shipped)
        .set(batch_items::shipment.eq(number))
        .execute(db)?;
    Ok(())
}

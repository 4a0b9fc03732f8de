//! Bags and cards that the post brought back to the issuer: noted with their reason, a task of both ends, and sent again.
//!
//! A card that came back goes to the municipality that keeps the register when it leaves again, which is a corrected address where the first was wrong.
//! One whose case has ended meanwhile stays with the issuer, where two people destroy it (`notices::disposals`).

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::apply::note;
use crate::domain::desk::Desk;
use crate::domain::office_code::OfficeCode;
use crate::domain::shipment::{Carriage, MOST_ITEMS, ShipmentKind, ShipmentNumber};
use crate::notices::disposals::{self, Witness};
use crate::security::random;
use crate::storage::applications::{self, ApplicationId};
use crate::storage::card_returns::{self, ReturnId, ReturnedCard};
use crate::storage::shipments::{self, NewShipment, Shipment, ShipmentState};
use crate::storage::tasks::{self, NewTask, TaskKind};
use crate::storage::{Db, StoreError, bags};

/// Why a bag or a card came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnReason {
    /// The address was wrong or incomplete.
    Address,
    /// Nobody took it in.
    NotTaken,
    /// Damaged on the way.
    Damaged,
    /// Something else.
    Other,
}

impl ReturnReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Address, Self::NotTaken, Self::Damaged, Self::Other];

    /// The word in the database and in catalogue keys (`issuer-return-address`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::NotTaken => "not-taken",
            Self::Damaged => "damaged",
            Self::Other => "other",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// Notes that `cards` of a shipment of the issuer came back. [`StoreError::Conflict`] when the bag is being emptied at its destination, or one of the cards
/// arrived or came back before.
pub fn note_return(
    db: &mut Db,
    shipment: &Shipment,
    cards: &[ApplicationId],
    (reason, by): (ReturnReason, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let is_under_way = matches!(
        shipment.state,
        ShipmentState::Sent | ShipmentState::Received
    );
    if cards.is_empty() || !is_under_way || bags::find_bag_of_shipment(db, shipment.id)?.is_some() {
        return Err(StoreError::Conflict);
    }
    card_returns::insert_returns(db, shipment.id, cards, (reason.as_str(), by), now)?;
    for card in cards {
        tasks::close_tasks_of(db, *card, TaskKind::MissingItem, by, now)?;
        let application = applications::get_application(db, *card)?;
        disposals::open_where_it_lies(db, &application, &Desk::Issuer, Witness { by, now })?;
    }
    let number = shipment.number.to_string();
    if card_returns::end_if_all_returned(db, shipment.id)? {
        close_at_both(db, (TaskKind::LateShipment, shipment, &number), by, now)?;
    }
    for desk in [shipment.from.as_str(), shipment.to.as_str()] {
        let key = format!("returned:{}:{desk}:{}", shipment.id, now.as_microsecond());
        let task = NewTask {
            kind: TaskKind::ReturnedShipment,
            office: desk,
            application: None,
            detail: &number,
            key: Some(&key),
        };
        tasks::open_task(db, &task, now)?;
    }
    let detail = format!("{number} {} {}", cards.len(), reason.as_str());
    note(db, by, "exchange.returned", &detail, now)
}

fn close_at_both(
    db: &mut Db,
    (kind, shipment, number): (TaskKind, &Shipment, &str),
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    for desk in [shipment.from.as_str(), shipment.to.as_str()] {
        tasks::close_tasks_about(db, desk, (kind, number), by, now)?;
    }
    Ok(())
}

/// The cards that wait to leave again for `office`; as many as fit into one bag.
pub fn list_for(db: &mut Db, office: &OfficeCode) -> Result<Vec<ReturnedCard>, StoreError> {
    let most = i64::try_from(MOST_ITEMS).unwrap_or(i64::MAX);
    let mut waiting = card_returns::list_open(db, ReturnId(0), most)?;
    waiting.retain(|card| card.office == *office);
    Ok(waiting)
}

/// Sends everything that waits for `office` again in one bag that holds `counted` cards; answers its number, or how many cards there are when the count is
/// another.
pub fn send_again(
    db: &mut Db,
    (office, counted): (&OfficeCode, usize),
    carriage: &Carriage,
    by: &str,
    now: Timestamp,
) -> Result<Result<ShipmentNumber, usize>, StoreError> {
    let waiting = list_for(db, office)?;
    if waiting.len() != counted || waiting.is_empty() {
        return Ok(Err(waiting.len()));
    }
    let random = random::bytes().map(u64::from_be_bytes);
    let random = random.map_err(|cause| StoreError::Unavailable(cause.to_string()))?;
    let new = NewShipment {
        number: ShipmentNumber::from_random(random),
        kind: ShipmentKind::Card,
        from: &Desk::Issuer,
        to: office,
        carriage,
        by,
    };
    let cards: Vec<ApplicationId> = waiting.iter().map(|card| card.application_id).collect();
    let draft = shipments::insert_shipment(db, &new, &cards, now)?;
    let sent = shipments::close_shipment(db, draft.id, draft.version, by, now)?;
    let number = sent.number.to_string();
    for card in &waiting {
        card_returns::set_sent_again(db, card.id, &number, now)?;
        card_returns::set_later_shipment(db, card.application_id, &number)?;
    }
    let before: BTreeSet<&str> = waiting.iter().map(|card| card.shipment.as_str()).collect();
    for stored in before {
        close_when_all_left(db, stored, by, now)?;
    }
    let detail = format!("{number} {office} {counted}");
    note(db, by, "exchange.sent_again", &detail, now)?;
    Ok(Ok(sent.number))
}

/// A card that had come back was destroyed: it waits no more, and neither does its shipment when it was the last of it.
pub fn note_destroyed(
    db: &mut Db,
    card: ApplicationId,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    for stored in card_returns::set_destroyed(db, card)? {
        close_when_all_left(db, &stored, by, now)?;
    }
    Ok(())
}

/// The task about a shipment that came back is done once nothing of it waits any more.
fn close_when_all_left(
    db: &mut Db,
    stored: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let most = i64::try_from(MOST_ITEMS).unwrap_or(i64::MAX);
    let waits = card_returns::list_open(db, ReturnId(0), most)?
        .iter()
        .any(|card| card.shipment == stored);
    let number = stored
        .parse::<ShipmentNumber>()
        .map_err(|cause| StoreError::Corrupt(cause.to_string()))?;
    let shipment = shipments::find_by_number(db, number)?.ok_or(StoreError::NotFound)?;
    if waits {
        return Ok(());
    }
    let number = number.to_string();
    close_at_both(
        db,
        (TaskKind::ReturnedShipment, &shipment, &number),
        by,
        now,
    )
}

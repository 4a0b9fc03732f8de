//! Cards that were reported as shipped become shipments: one for each bag (one office, one carrier, one tracking number), on its way from the issuer to the
//! municipality that keeps the register, where intake opens it against its list.

use jiff::Timestamp;

use super::apply::note;
use crate::domain::application::posting::Carrier;
use crate::domain::desk::Desk;
use crate::domain::shipment::{Carriage, MOST_ITEMS, ShipmentKind, ShipmentNumber};
use crate::security::random;
use crate::storage::applications::ApplicationId;
use crate::storage::batch_items::{self, BatchItem};
use crate::storage::results::ResultFileId;
use crate::storage::shipments::{self, NewShipment};
use crate::storage::{Db, StoreError, attempt};

/// Makes a shipment of the next bag that a file of results reports; answers whether there was one.
pub(super) fn dispatch_next(
    db: &mut Db,
    file: ResultFileId,
    by: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let most = i64::try_from(MOST_ITEMS).unwrap_or(i64::MAX);
    let bag = batch_items::list_next_bag(db, file, most)?;
    let Some(first) = bag.first() else {
        return Ok(false);
    };
    let shipment = match attempt(db, |db| send(db, first, &bag, by, now)) {
        Ok(number) => Some(number.to_string()),
        Err(StoreError::Conflict) => {
            // A card of this bag is in another shipment that has not arrived. What the issuer said stays on record; people look at it.
            tracing::error!(office = %first.office, "a bag of cards could not become a shipment");
            let detail = format!("{file} {} cards={}", first.office, bag.len());
            note(db, by, "exchange.bag_without_shipment", &detail, now)?;
            None
        }
        Err(error) => return Err(error),
    };
    for item in &bag {
        batch_items::set_shipment(db, (item.batch_id, item.line), shipment.as_deref())?;
    }
    Ok(true)
}

fn send(
    db: &mut Db,
    first: &BatchItem,
    bag: &[BatchItem],
    by: &str,
    now: Timestamp,
) -> Result<ShipmentNumber, StoreError> {
    let number = random::bytes().map(u64::from_be_bytes);
    let number = number.map_err(|cause| StoreError::Unavailable(cause.to_string()))?;
    let carrier = first.carrier.as_deref().unwrap_or_default();
    let carriage = Carriage {
        carrier: (!carrier.is_empty()).then(|| Carrier::parse(carrier).unwrap_or(Carrier::Other)),
        tracking: first.tracking.clone().unwrap_or_default(),
        is_sealed: true,
    };
    let new = NewShipment {
        number: ShipmentNumber::from_random(number),
        kind: ShipmentKind::Card,
        from: &Desk::Issuer,
        to: &first.office,
        carriage: &carriage,
        by,
    };
    let cases: Vec<ApplicationId> = bag.iter().map(|item| item.application_id).collect();
    let draft = shipments::insert_shipment(db, &new, &cases, now)?;
    let sent = shipments::close_shipment(db, draft.id, draft.version, by, now)?;
    Ok(sent.number)
}

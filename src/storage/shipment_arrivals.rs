//! What arrives of a shipment: line by line out of its bag, and the whole when the bag is closed.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::schema::{shipment_items, shipments};
use super::shipments::{
    ItemState, Row, Shipment, ShipmentId, ShipmentItem, ShipmentItemId, ShipmentState,
};
use super::types::Instant;
use super::{Db, StoreError};

/// The shipment a case is on the list of and has not arrived with, and its line there.
pub fn find_under_way(
    db: &mut Db,
    application: ApplicationId,
) -> Result<Option<(Shipment, ShipmentItem)>, StoreError> {
    let found: Option<(Row, ShipmentItem)> = shipment_items::table
        .inner_join(shipments::table)
        .filter(shipment_items::application_id.eq(application))
        .filter(shipment_items::state.ne(ItemState::Arrived))
        .filter(shipment_items::state.ne(ItemState::Returned))
        .select((Row::as_select(), ShipmentItem::as_select()))
        .get_result(db)
        .optional()?;
    found
        .map(|(row, item)| Ok((Shipment::try_from(row)?, item)))
        .transpose()
}

/// Notes that what a line names is in the receiver's hands, also when it was missing before; answers whether that is new.
pub fn set_arrived(db: &mut Db, item: ShipmentItemId, now: Timestamp) -> Result<bool, StoreError> {
    let open = shipment_items::table
        .find(item)
        .filter(shipment_items::state.ne(ItemState::Arrived));
    let set = (
        shipment_items::state.eq(ItemState::Arrived),
        shipment_items::arrived_at.eq(Instant::from(now)),
    );
    Ok(diesel::update(open).set(set).execute(db)? > 0)
}

/// Ends a shipment: its bag was closed by `by`. What did not arrive is missing from now on; answers those lines. [`StoreError::Conflict`] when it is
/// not on its way.
pub fn set_received(
    db: &mut Db,
    id: ShipmentId,
    by: &str,
    now: Timestamp,
) -> Result<Vec<ShipmentItem>, StoreError> {
    let sent = shipments::table
        .find(id)
        .filter(shipments::state.eq(ShipmentState::Sent));
    let ended = diesel::update(sent)
        .set((
            shipments::state.eq(ShipmentState::Received),
            shipments::version.eq(shipments::version + 1),
            shipments::received_by.eq(by),
            shipments::received_at.eq(Instant::from(now)),
        ))
        .execute(db)?;
    if ended == 0 {
        return Err(StoreError::Conflict);
    }
    let left = shipment_items::table
        .filter(shipment_items::shipment_id.eq(id))
        .filter(shipment_items::state.eq(ItemState::Listed));
    diesel::update(left)
        .set(shipment_items::state.eq(ItemState::Missing))
        .execute(db)?;
    Ok(shipment_items::table
        .filter(shipment_items::shipment_id.eq(id))
        .filter(shipment_items::state.eq(ItemState::Missing))
        .order(shipment_items::position)
        .select(ShipmentItem::as_select())
        .load(db)?)
}

/// The shipments that are on their way, by id above `after`.
pub fn list_sent(db: &mut Db, after: ShipmentId, limit: i64) -> Result<Vec<Shipment>, StoreError> {
    let rows: Vec<Row> = shipments::table
        .filter(shipments::state.eq(ShipmentState::Sent))
        .filter(shipments::id.gt(after))
        .order(shipments::id)
        .limit(limit)
        .select(Row::as_select())
        .load(db)?;
    rows.into_iter().map(Shipment::try_from).collect()
}

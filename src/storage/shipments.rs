//! Shipments and their lists: what travels together from one desk to an office. Only ids and counts; the names on a printed list are read when it is drawn.
//!
//! A draft can change, what was sent cannot; what travels is on one list at a time. Whether a case may travel: `domain::shipment`; moving it: the caller.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::case_columns::{StoredOffice, StoredShipmentKind};
use super::connection::each_backend;
use super::schema::{shipment_items, shipments};
use super::types::{Instant, MaybeInstant, row_id, text_enum};
use super::{Db, StoreError};
use crate::domain::application::posting::Carrier;
use crate::domain::desk::Desk;
use crate::domain::office_code::OfficeCode;
use crate::domain::shipment::{Carriage, ShipmentKind, ShipmentNumber};

const CHUNK: usize = 500;

row_id!(
    /// Id of a shipment.
    ShipmentId
);

row_id!(
    /// Id of a line of a shipment's list.
    ShipmentItemId
);

text_enum!(
    /// Where a shipment stands.
    ShipmentState {
        /// Being put together; a second person has not counted it yet.
        Draft = "draft",
        /// Counted, closed and on its way.
        Sent = "sent",
        /// Its bag was opened, counted and closed by the receiver.
        Received = "received",
        /// Given up before it was sent; or, with a day of sending, all of it came back.
        Cancelled = "cancelled",
    }
);

text_enum!(
    /// What became of a line.
    ItemState {
        /// On the list.
        Listed = "listed",
        /// Not in the bag when the bag was closed.
        Missing = "missing",
        /// In the receiver's hands.
        Arrived = "arrived",
        /// Back in the sender's.
        Returned = "returned",
    }
);

/// A shipment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipment {
    /// Row id.
    pub id: ShipmentId,
    /// Its number, printed on the list.
    pub number: ShipmentNumber,
    /// What is in it.
    pub kind: ShipmentKind,
    /// Who sends it: an office, or the issuer.
    pub from: Desk,
    /// Where it goes.
    pub to: OfficeCode,
    /// Where it stands.
    pub state: ShipmentState,
    /// Counts its changes.
    pub version: i64,
    /// How it travels.
    pub carriage: Carriage,
    /// How many lines the list has.
    pub item_count: i32,
    /// Who put it together, as in the audit.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
    /// The second person who counted it, as in the audit.
    pub counted_by: Option<String>,
    /// When it was closed: sent.
    pub closed_at: Option<Timestamp>,
    /// Who closed its bag at the receiver.
    pub received_by: Option<String>,
    /// When.
    pub received_at: Option<Timestamp>,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = shipments)]
pub(super) struct Row {
    id: ShipmentId,
    number: String,
    #[diesel(deserialize_as = StoredShipmentKind)]
    kind: ShipmentKind,
    from_desk: String,
    #[diesel(deserialize_as = StoredOffice)]
    to_office: OfficeCode,
    state: ShipmentState,
    version: i64,
    carrier: String,
    tracking: String,
    is_sealed: bool,
    item_count: i32,
    made_by: String,
    #[diesel(deserialize_as = Instant)]
    made_at: Timestamp,
    counted_by: Option<String>,
    #[diesel(deserialize_as = MaybeInstant)]
    closed_at: Option<Timestamp>,
    received_by: Option<String>,
    #[diesel(deserialize_as = MaybeInstant)]
    received_at: Option<Timestamp>,
}

impl TryFrom<Row> for Shipment {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("shipment {}: {what}", row.id));
        Ok(Self {
            number: row.number.parse().or(Err(corrupt("its number")))?,
            from: Desk::parse(&row.from_desk).or(Err(corrupt("its sender")))?,
            carriage: Carriage {
                carrier: Carrier::parse(&row.carrier),
                tracking: row.tracking,
                is_sealed: row.is_sealed,
            },
            id: row.id,
            kind: row.kind,
            to: row.to_office,
            state: row.state,
            version: row.version,
            item_count: row.item_count,
            made_by: row.made_by,
            made_at: row.made_at,
            counted_by: row.counted_by,
            closed_at: row.closed_at,
            received_by: row.received_by,
            received_at: row.received_at,
        })
    }
}

fn read(rows: Vec<Row>) -> Result<Vec<Shipment>, StoreError> {
    rows.into_iter().map(Shipment::try_from).collect()
}

/// A line of a list.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = shipment_items)]
pub struct ShipmentItem {
    /// Row id.
    pub id: ShipmentItemId,
    /// Of which shipment.
    pub shipment_id: ShipmentId,
    /// Which case.
    pub application_id: ApplicationId,
    /// Its place on the list, from 1.
    pub position: i32,
    /// What became of it.
    pub state: ItemState,
    /// When it arrived.
    #[diesel(deserialize_as = MaybeInstant)]
    pub arrived_at: Option<Timestamp>,
}

/// A shipment to be put together.
#[derive(Debug, Clone, Copy)]
pub struct NewShipment<'a> {
    /// Its number, new and random.
    pub number: ShipmentNumber,
    /// What is in it.
    pub kind: ShipmentKind,
    /// Who sends it.
    pub from: &'a Desk,
    /// Where it goes.
    pub to: &'a OfficeCode,
    /// How it travels.
    pub carriage: &'a Carriage,
    /// Who puts it together, as in the audit.
    pub by: &'a str,
}

fn carrier_code(carriage: &Carriage) -> &'static str {
    carriage.carrier.map_or("", Carrier::as_str)
}

/// Puts a shipment together as a draft, with its lines in this order. [`StoreError::Conflict`] when its number is taken, or a case is in another
/// shipment that has not arrived.
pub fn insert_shipment(
    db: &mut Db,
    new: &NewShipment<'_>,
    items: &[ApplicationId],
    now: Timestamp,
) -> Result<Shipment, StoreError> {
    let count = i32::try_from(items.len()).unwrap_or(i32::MAX);
    let row: Row = diesel::insert_into(shipments::table)
        .values((
            shipments::number.eq(new.number.compact()),
            shipments::kind.eq(StoredShipmentKind(new.kind)),
            shipments::from_desk.eq(new.from.as_str()),
            shipments::to_office.eq(new.to.as_str()),
            shipments::state.eq(ShipmentState::Draft),
            shipments::version.eq(1_i64),
            shipments::carrier.eq(carrier_code(new.carriage)),
            shipments::tracking.eq(&new.carriage.tracking),
            shipments::is_sealed.eq(new.carriage.is_sealed),
            shipments::item_count.eq(count),
            shipments::made_by.eq(new.by),
            shipments::made_at.eq(Instant::from(now)),
        ))
        .returning(shipments::all_columns)
        .get_result(db)?;
    let numbered: Vec<(i32, ApplicationId)> = (1..).zip(items.iter().copied()).collect();
    for chunk in numbered.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(position, application)| {
                (
                    shipment_items::shipment_id.eq(row.id),
                    shipment_items::application_id.eq(*application),
                    shipment_items::position.eq(*position),
                    shipment_items::state.eq(ItemState::Listed),
                )
            })
            .collect();
        each_backend!(db, |c| diesel::insert_into(shipment_items::table)
            .values(rows)
            .execute(c))?;
    }
    row.try_into()
}

/// A shipment. [`StoreError::NotFound`] when there is none.
pub fn get_shipment(db: &mut Db, id: ShipmentId) -> Result<Shipment, StoreError> {
    let row: Row = shipments::table
        .find(id)
        .select(Row::as_select())
        .get_result(db)?;
    row.try_into()
}

/// The shipment with this number.
pub fn find_by_number(db: &mut Db, number: ShipmentNumber) -> Result<Option<Shipment>, StoreError> {
    let row: Option<Row> = shipments::table
        .filter(shipments::number.eq(number.compact()))
        .select(Row::as_select())
        .get_result(db)
        .optional()?;
    row.map(Shipment::try_from).transpose()
}

/// The lines of a list, in its order.
pub fn list_items(db: &mut Db, id: ShipmentId) -> Result<Vec<ShipmentItem>, StoreError> {
    Ok(shipment_items::table
        .filter(shipment_items::shipment_id.eq(id))
        .order(shipment_items::position)
        .select(ShipmentItem::as_select())
        .load(db)?)
}

/// Changes a draft if it is as the caller saw it; [`StoreError::Conflict`] otherwise.
fn change_draft(
    db: &mut Db,
    id: ShipmentId,
    expected_version: i64,
    state: ShipmentState,
) -> Result<Shipment, StoreError> {
    let as_seen = shipments::table
        .find(id)
        .filter(shipments::version.eq(expected_version))
        .filter(shipments::state.eq(ShipmentState::Draft));
    let row: Option<Row> = diesel::update(as_seen)
        .set((
            shipments::version.eq(shipments::version + 1),
            shipments::state.eq(state),
        ))
        .returning(shipments::all_columns)
        .get_result(db)
        .optional()?;
    row.ok_or(StoreError::Conflict)?.try_into()
}

/// Takes lines off a draft. [`StoreError::Conflict`] when somebody changed or sent it.
pub fn remove_items(
    db: &mut Db,
    id: ShipmentId,
    expected_version: i64,
    items: &[ApplicationId],
) -> Result<Shipment, StoreError> {
    change_draft(db, id, expected_version, ShipmentState::Draft)?;
    let gone = shipment_items::table
        .filter(shipment_items::shipment_id.eq(id))
        .filter(shipment_items::application_id.eq_any(items.to_vec()));
    diesel::delete(gone).execute(db)?;
    let left: i64 = shipment_items::table
        .filter(shipment_items::shipment_id.eq(id))
        .count()
        .get_result(db)?;
    let row: Row = diesel::update(shipments::table.find(id))
        .set(shipments::item_count.eq(i32::try_from(left).unwrap_or(i32::MAX)))
        .returning(shipments::all_columns)
        .get_result(db)?;
    row.try_into()
}

/// Says anew how a draft travels. [`StoreError::Conflict`] when somebody changed or sent it.
pub fn set_carriage(
    db: &mut Db,
    id: ShipmentId,
    expected_version: i64,
    carriage: &Carriage,
) -> Result<Shipment, StoreError> {
    change_draft(db, id, expected_version, ShipmentState::Draft)?;
    let row: Row = diesel::update(shipments::table.find(id))
        .set((
            shipments::carrier.eq(carrier_code(carriage)),
            shipments::tracking.eq(&carriage.tracking),
            shipments::is_sealed.eq(carriage.is_sealed),
        ))
        .returning(shipments::all_columns)
        .get_result(db)?;
    row.try_into()
}

/// Gives a draft up; what was on its list can be sent otherwise. [`StoreError::Conflict`] when somebody changed or sent it.
pub fn cancel_shipment(
    db: &mut Db,
    id: ShipmentId,
    expected_version: i64,
) -> Result<Shipment, StoreError> {
    let cancelled = change_draft(db, id, expected_version, ShipmentState::Cancelled)?;
    diesel::delete(shipment_items::table.filter(shipment_items::shipment_id.eq(id))).execute(db)?;
    Ok(cancelled)
}

/// Closes a draft: `by` counted it, and it is on its way. [`StoreError::Conflict`] when somebody changed or sent it. That `by` is another person than
/// who put it together is the caller's matter, and so are the cases.
pub fn close_shipment(
    db: &mut Db,
    id: ShipmentId,
    expected_version: i64,
    by: &str,
    now: Timestamp,
) -> Result<Shipment, StoreError> {
    change_draft(db, id, expected_version, ShipmentState::Sent)?;
    let row: Row = diesel::update(shipments::table.find(id))
        .set((
            shipments::counted_by.eq(by),
            shipments::closed_at.eq(Instant::from(now)),
        ))
        .returning(shipments::all_columns)
        .get_result(db)?;
    row.try_into()
}

/// What a desk put together and sent, latest first, with ids below `before`.
pub fn list_of_sender(
    db: &mut Db,
    desk: &Desk,
    before: ShipmentId,
    limit: i64,
) -> Result<Vec<Shipment>, StoreError> {
    read(
        shipments::table
            .filter(shipments::from_desk.eq(desk.as_str()))
            .filter(shipments::id.lt(before))
            .order(shipments::id.desc())
            .limit(limit)
            .select(Row::as_select())
            .load(db)?,
    )
}

/// What comes, or came, to an office in this state, latest first, with ids below `before`.
pub fn list_of_receiver(
    db: &mut Db,
    office: &OfficeCode,
    state: ShipmentState,
    before: ShipmentId,
    limit: i64,
) -> Result<Vec<Shipment>, StoreError> {
    read(
        shipments::table
            .filter(shipments::to_office.eq(office.as_str()))
            .filter(shipments::state.eq(state))
            .filter(shipments::id.lt(before))
            .order(shipments::id.desc())
            .limit(limit)
            .select(Row::as_select())
            .load(db)?,
    )
}

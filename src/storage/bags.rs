//! Bags: counted sessions of intake. What was taken out of a bag, by whom, and what became of each; with a shipment, its list is what it is compared
//! with when it is closed.
//!
//! A person has one open bag of a kind at a time; a bag that is closed stays as it is.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::case_columns::{StoredOffice, StoredShipmentKind};
use super::cases::Channel;
use super::connection::each_backend;
use super::schema::{applications, bag_items, bags, cases};
use super::shipments::ShipmentId;
use super::types::{Instant, MaybeInstant, StoredKind, StoredReceiptNumber, row_id, text_enum};
use super::{Db, StoreError};
use crate::domain::application::kind::ApplicationKind;
use crate::domain::office_code::OfficeCode;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::shipment::ShipmentKind;

row_id!(
    /// Id of a bag.
    BagId
);

row_id!(
    /// Id of something taken out of a bag.
    BagItemId
);

text_enum!(
    /// Whether a bag is being emptied.
    BagState {
        /// Being emptied.
        Open = "open",
        /// Counted and closed.
        Closed = "closed",
    }
);

text_enum!(
    /// What became of something in a bag.
    ItemAnswer {
        /// The case moved on.
        Registered = "registered",
        /// The case was received, and a correction asked for at once: the paper is of a form that is not in force.
        WithDefect = "registered_with_defect",
        /// It had been registered before: a second envelope of the same case.
        Already = "already",
        /// The case has ended; the paper or the card goes back.
        Ended = "ended",
        /// Another office waits for it; it travels on.
        Elsewhere = "elsewhere",
    }
);

/// A bag.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = bags)]
pub struct Bag {
    /// Row id.
    pub id: BagId,
    /// Where it is emptied.
    #[diesel(deserialize_as = StoredOffice)]
    pub office: OfficeCode,
    /// What is in it.
    #[diesel(deserialize_as = StoredShipmentKind)]
    pub kind: ShipmentKind,
    /// The shipment it belongs to; none for the post of a day and for what comes over the counter.
    pub shipment_id: Option<ShipmentId>,
    /// How forms in it came.
    pub channel: Option<Channel>,
    /// Whether it is being emptied.
    pub state: BagState,
    /// Who opened it, as in the audit.
    pub opened_by: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub opened_at: Timestamp,
    /// How many pieces were counted when it was closed.
    pub counted: Option<i32>,
    /// Who closed it.
    pub closed_by: Option<String>,
    /// When.
    #[diesel(deserialize_as = MaybeInstant)]
    pub closed_at: Option<Timestamp>,
}

/// A bag to be opened.
#[derive(Debug, Clone, Copy)]
pub struct NewBag<'a> {
    /// Where.
    pub office: &'a OfficeCode,
    /// What is in it.
    pub kind: ShipmentKind,
    /// The shipment it belongs to.
    pub shipment: Option<ShipmentId>,
    /// How forms in it came.
    pub channel: Option<Channel>,
    /// Who, as in the audit.
    pub by: &'a str,
}

/// Opens a bag.
pub fn insert_bag(db: &mut Db, new: &NewBag<'_>, now: Timestamp) -> Result<BagId, StoreError> {
    let id = diesel::insert_into(bags::table)
        .values((
            bags::office.eq(new.office.as_str()),
            bags::kind.eq(StoredShipmentKind(new.kind)),
            bags::shipment_id.eq(new.shipment),
            bags::channel.eq(new.channel),
            bags::state.eq(BagState::Open),
            bags::opened_by.eq(new.by),
            bags::opened_at.eq(Instant::from(now)),
        ))
        .returning(bags::id)
        .get_result(db)?;
    Ok(id)
}

/// A bag of an office. [`StoreError::NotFound`] also for another office's.
pub fn get_bag(db: &mut Db, id: BagId, office: &OfficeCode) -> Result<Bag, StoreError> {
    Ok(bags::table
        .find(id)
        .filter(bags::office.eq(office.as_str()))
        .select(Bag::as_select())
        .get_result(db)?)
}

/// The bag of this kind that `by` is emptying at an office: the one opened last.
pub fn find_open_bag(
    db: &mut Db,
    office: &OfficeCode,
    kind: ShipmentKind,
    by: &str,
) -> Result<Option<Bag>, StoreError> {
    Ok(bags::table
        .filter(bags::office.eq(office.as_str()))
        .filter(bags::state.eq(BagState::Open))
        .filter(bags::kind.eq(StoredShipmentKind(kind)))
        .filter(bags::opened_by.eq(by))
        .order(bags::id.desc())
        .limit(1)
        .select(Bag::as_select())
        .load(db)?
        .pop())
}

/// The open bag of a shipment, whoever opened it: two people may empty it together.
pub fn find_bag_of_shipment(db: &mut Db, shipment: ShipmentId) -> Result<Option<Bag>, StoreError> {
    Ok(bags::table
        .filter(bags::shipment_id.eq(shipment))
        .filter(bags::state.eq(BagState::Open))
        .order(bags::id)
        .limit(1)
        .select(Bag::as_select())
        .load(db)?
        .pop())
}

/// The bag in which a shipment was received, once it is closed.
pub fn find_closed_bag_of(db: &mut Db, shipment: ShipmentId) -> Result<Option<Bag>, StoreError> {
    Ok(bags::table
        .filter(bags::shipment_id.eq(shipment))
        .filter(bags::state.eq(BagState::Closed))
        .order(bags::id.desc())
        .limit(1)
        .select(Bag::as_select())
        .load(db)?
        .pop())
}

/// Closes a bag with the number of pieces that were counted. [`StoreError::Conflict`] when it is closed already.
pub fn close_bag(
    db: &mut Db,
    id: BagId,
    counted: i32,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let open = bags::table.find(id).filter(bags::state.eq(BagState::Open));
    let set = (
        bags::state.eq(BagState::Closed),
        bags::counted.eq(counted),
        bags::closed_by.eq(by),
        bags::closed_at.eq(Instant::from(now)),
    );
    match diesel::update(open).set(set).execute(db)? {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

/// Something that was in a bag, with the name a person reads.
#[derive(Debug, Clone, Queryable)]
pub struct BagItem {
    /// Row id.
    pub id: BagItemId,
    /// In which bag.
    pub bag_id: BagId,
    /// Which case.
    pub application_id: ApplicationId,
    /// What became of it.
    pub answer: ItemAnswer,
    /// Who took it out, as in the audit.
    pub taken_by: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub taken_at: Timestamp,
    /// Its receipt number.
    #[diesel(deserialize_as = StoredReceiptNumber)]
    pub reference: ReceiptNumber,
    /// 氏.
    pub family: String,
    /// 名.
    pub given: String,
    /// 申請区分.
    #[diesel(deserialize_as = StoredKind)]
    pub kind: ApplicationKind,
    /// Where a card lies.
    pub shelf: Option<String>,
}

impl BagItem {
    /// 氏 and 名 with one ideographic space between them.
    pub fn full_name(&self) -> String {
        format!("{}\u{3000}{}", self.family, self.given)
    }
}

/// Notes what became of something in a bag, in place of what was noted about it there before.
pub fn insert_or_update_item(
    db: &mut Db,
    bag: BagId,
    application: ApplicationId,
    (answer, by): (ItemAnswer, &str),
    now: Timestamp,
) -> Result<BagItemId, StoreError> {
    let said = (
        bag_items::answer.eq(answer),
        bag_items::taken_by.eq(by),
        bag_items::taken_at.eq(Instant::from(now)),
    );
    let row = (
        bag_items::bag_id.eq(bag),
        bag_items::application_id.eq(application),
        said,
    );
    let id = each_backend!(db, |c| diesel::insert_into(bag_items::table)
        .values(row)
        .on_conflict((bag_items::bag_id, bag_items::application_id))
        .do_update()
        .set(said)
        .returning(bag_items::id)
        .get_result(c))?;
    Ok(id)
}

/// What was taken out of a bag lately, latest first.
pub fn list_items(db: &mut Db, bag: BagId, limit: i64) -> Result<Vec<BagItem>, StoreError> {
    let items = bag_items::table.filter(bag_items::bag_id.eq(bag));
    Ok(items
        .inner_join(applications::table.inner_join(cases::table))
        .order(bag_items::id.desc())
        .limit(limit)
        .select(ITEM)
        .load(db)?)
}

/// What an item is read from.
const ITEM: (
    bag_items::id,
    bag_items::bag_id,
    bag_items::application_id,
    bag_items::answer,
    bag_items::taken_by,
    bag_items::taken_at,
    applications::reference,
    cases::family,
    cases::given,
    cases::kind,
    cases::shelf,
) = (
    bag_items::id,
    bag_items::bag_id,
    bag_items::application_id,
    bag_items::answer,
    bag_items::taken_by,
    bag_items::taken_at,
    applications::reference,
    cases::family,
    cases::given,
    cases::kind,
    cases::shelf,
);

/// What a case is in this bag, if it was in it.
pub fn find_item(
    db: &mut Db,
    bag: BagId,
    application: ApplicationId,
) -> Result<Option<BagItem>, StoreError> {
    Ok(bag_items::table
        .inner_join(applications::table.inner_join(cases::table))
        .filter(bag_items::bag_id.eq(bag))
        .filter(bag_items::application_id.eq(application))
        .select(ITEM)
        .get_result(db)
        .optional()?)
}

/// A piece of this bag by its id.
pub fn find_item_by_id(
    db: &mut Db,
    bag: BagId,
    item: BagItemId,
) -> Result<Option<BagItem>, StoreError> {
    Ok(bag_items::table
        .inner_join(applications::table.inner_join(cases::table))
        .filter(bag_items::id.eq(item))
        .filter(bag_items::bag_id.eq(bag))
        .select(ITEM)
        .get_result(db)
        .optional()?)
}

/// The last time a case was registered out of a bag of this office: "already registered, by whom".
pub fn find_registration(
    db: &mut Db,
    application: ApplicationId,
    office: &OfficeCode,
) -> Result<Option<BagItem>, StoreError> {
    Ok(bag_items::table
        .inner_join(applications::table.inner_join(cases::table))
        .inner_join(bags::table)
        .filter(bag_items::application_id.eq(application))
        .filter(bag_items::answer.eq_any([ItemAnswer::Registered, ItemAnswer::WithDefect]))
        .filter(bags::office.eq(office.as_str()))
        .order(bag_items::id.desc())
        .limit(1)
        .select(ITEM)
        .load(db)?
        .pop())
}

/// How many pieces were taken out of a bag.
pub fn count_items(db: &mut Db, bag: BagId) -> Result<i64, StoreError> {
    Ok(bag_items::table
        .filter(bag_items::bag_id.eq(bag))
        .count()
        .get_result(db)?)
}

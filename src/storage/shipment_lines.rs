//! Reading what can be sent and what is on a list, with the names a person counts by. Read models of S06; nothing is written here.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::applications::ApplicationId;
use super::card_transfers::{self, TransferState};
use super::case_columns::{MaybeOffice, StoredDesk, StoredDue, StoredOffice, StoredRecordCheck};
use super::schema::{applications, card_transfers as transfers, cases, shipment_items};
use super::shipments::{ItemState, ShipmentId, ShipmentItemId};
use super::types::{Instant, MaybeInstant, StoredKind, StoredReceiptNumber, StoredStatus};
use super::{Db, StoreError};
use crate::domain::application::kind::ApplicationKind;
use crate::domain::desk::Desk;
use crate::domain::handover::RecordCheck;
use crate::domain::office_code::OfficeCode;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::shipment::ShipmentKind;
use crate::domain::status::Status;

/// A case that can be sent.
#[derive(Debug, Clone, Queryable)]
pub struct Candidate {
    /// Which.
    pub application_id: ApplicationId,
    /// Its receipt number.
    #[diesel(deserialize_as = StoredReceiptNumber)]
    pub reference: ReceiptNumber,
    /// 氏.
    pub family: String,
    /// 名.
    pub given: String,
    /// The reading of both.
    pub kana: String,
    /// 申請区分.
    #[diesel(deserialize_as = StoredKind)]
    pub kind: ApplicationKind,
    /// Since when it lies here.
    #[diesel(deserialize_as = Instant)]
    pub entered_at: Timestamp,
    /// The last day of what runs.
    #[diesel(deserialize_as = StoredDue)]
    pub due_on: Option<Date>,
    /// Whether the desk's own work on it is done, so that it only has to be sent.
    pub is_prepared: bool,
}

/// How many cases of an office can be sent, by destination; the largest number first.
pub fn count_by_destination(
    db: &mut Db,
    kind: ShipmentKind,
    from: &OfficeCode,
) -> Result<Vec<(OfficeCode, i64)>, StoreError> {
    let under_way = shipment_items::table
        .filter(shipment_items::application_id.eq(applications::id))
        .filter(shipment_items::state.ne(ItemState::Arrived))
        .filter(shipment_items::state.ne(ItemState::Returned));
    let lying = applications::table
        .inner_join(cases::table)
        .filter(applications::desk.eq(from.as_str()))
        .filter(applications::status.eq(StoredStatus(kind.leaves())))
        .filter(diesel::dsl::not(diesel::dsl::exists(under_way)));
    let counted: Vec<(StoredOffice, i64)> = match kind {
        ShipmentKind::Form => lying
            .filter(cases::register_office.ne(from.as_str()))
            .group_by(cases::register_office)
            .select((cases::register_office, diesel::dsl::count_star()))
            .load(db)?,
        ShipmentKind::Card => lying
            .filter(cases::pickup_office.ne(from.as_str()))
            .filter(cases::record_check.eq(StoredRecordCheck(RecordCheck::Done)))
            .group_by(cases::pickup_office)
            .select((cases::pickup_office, diesel::dsl::count_star()))
            .load(db)?,
    };
    let mut counted: Vec<(OfficeCode, i64)> = counted
        .into_iter()
        .map(|(office, count)| (office.into(), count))
        .collect();
    if kind == ShipmentKind::Card {
        for (office, more) in card_transfers::count_by_destination(db, from)? {
            match counted.iter_mut().find(|(known, _)| *known == office) {
                Some((_, count)) => *count += more,
                None => counted.push((office, more)),
            }
        }
    }
    counted.sort_by_key(|(office, count)| (-count, office.as_str().to_owned()));
    Ok(counted)
}

/// The cases of an office that can be sent to `to`, those first that have lain longest.
pub fn list_candidates(
    db: &mut Db,
    kind: ShipmentKind,
    (from, to): (&OfficeCode, &OfficeCode),
    limit: i64,
) -> Result<Vec<Candidate>, StoreError> {
    let under_way = shipment_items::table
        .filter(shipment_items::application_id.eq(applications::id))
        .filter(shipment_items::state.ne(ItemState::Arrived))
        .filter(shipment_items::state.ne(ItemState::Returned));
    let lying = applications::table
        .inner_join(cases::table)
        .filter(applications::desk.eq(from.as_str()))
        .filter(applications::status.eq(StoredStatus(kind.leaves())))
        .filter(diesel::dsl::not(diesel::dsl::exists(under_way)))
        .order((applications::entered_at, applications::id))
        .limit(limit)
        .select((
            applications::id,
            applications::reference,
            cases::family,
            cases::given,
            cases::kana,
            cases::kind,
            applications::entered_at,
            applications::due_on,
            applications::is_prepared,
        ));
    let mut found: Vec<Candidate> = match kind {
        ShipmentKind::Form => lying
            .filter(cases::register_office.eq(to.as_str()))
            .load(db)?,
        ShipmentKind::Card => lying
            .filter(cases::pickup_office.eq(to.as_str()))
            .filter(cases::record_check.eq(StoredRecordCheck(RecordCheck::Done)))
            .load(db)?,
    };
    if kind == ShipmentKind::Card {
        found.extend(card_transfers::list_candidates(db, (from, to), limit)?);
        found.sort_by_key(|one| (one.entered_at, one.application_id.0));
        found.truncate(usize::try_from(limit).unwrap_or_default());
    }
    Ok(found)
}

/// A line of a list with the case as it is now.
#[derive(Debug, Clone, Queryable)]
pub struct ListLine {
    /// The line.
    pub item: ShipmentItemId,
    /// Its place, from 1.
    pub position: i32,
    /// What became of it.
    pub state: ItemState,
    /// When it arrived.
    #[diesel(deserialize_as = MaybeInstant)]
    pub arrived_at: Option<Timestamp>,
    /// Which case.
    pub application_id: ApplicationId,
    /// Its receipt number.
    #[diesel(deserialize_as = StoredReceiptNumber)]
    pub reference: ReceiptNumber,
    /// Where it stands.
    #[diesel(deserialize_as = StoredStatus)]
    pub status: Status,
    /// Whose turn it is.
    #[diesel(deserialize_as = StoredDesk)]
    pub desk: Option<Desk>,
    /// 氏.
    pub family: String,
    /// 名.
    pub given: String,
    /// The reading of both.
    pub kana: String,
    /// 申請区分.
    #[diesel(deserialize_as = StoredKind)]
    pub kind: ApplicationKind,
    /// Who keeps the register.
    #[diesel(deserialize_as = StoredOffice)]
    pub register_office: OfficeCode,
    /// Where the card is collected.
    #[diesel(deserialize_as = StoredOffice)]
    pub pickup_office: OfficeCode,
    /// 措置①.
    #[diesel(deserialize_as = StoredRecordCheck)]
    pub record_check: RecordCheck,
    /// Where a card at its pickup place is to travel on to, once that is decided.
    #[diesel(deserialize_as = MaybeOffice)]
    pub transfer_to: Option<OfficeCode>,
}

impl ListLine {
    /// 氏 and 名 with one ideographic space between them.
    pub fn full_name(&self) -> String {
        format!("{}\u{3000}{}", self.family, self.given)
    }
}

/// The lines of a shipment's list in its order, with names.
pub fn list_lines(db: &mut Db, shipment: ShipmentId) -> Result<Vec<ListLine>, StoreError> {
    let decided = transfers::application_id
        .eq(applications::id)
        .and(transfers::state.eq(TransferState::Accepted));
    Ok(shipment_items::table
        .inner_join(applications::table.inner_join(cases::table))
        .left_join(transfers::table.on(decided))
        .filter(shipment_items::shipment_id.eq(shipment))
        .order(shipment_items::position)
        .select((
            shipment_items::id,
            shipment_items::position,
            shipment_items::state,
            shipment_items::arrived_at,
            applications::id,
            applications::reference,
            applications::status,
            applications::desk,
            cases::family,
            cases::given,
            cases::kana,
            cases::kind,
            cases::register_office,
            cases::pickup_office,
            cases::record_check,
            transfers::to_office.nullable(),
        ))
        .load(db)?)
}

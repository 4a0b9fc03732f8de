//! Cards that are to travel on from one pickup place to another: asked for, decided, sent (`domain::card_transfer`).
//!
//! A case has one such matter open at a time, which the database itself sees to. Moving the case and telling her are the caller's, in the same
//! transaction.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::applications::ApplicationId;
use super::case_columns::{StoredDue, StoredOffice, StoredRecordCheck};
use super::schema::{applications, card_transfers, cases, shipment_items};
use super::shipment_lines::Candidate;
use super::shipments::ItemState;
use super::types::{Instant, MaybeInstant, row_id, text_enum};
use super::{Db, StoreError};
use crate::domain::handover::RecordCheck;
use crate::domain::office_code::OfficeCode;

row_id!(
    /// Id of a transfer.
    TransferId
);

text_enum!(
    /// Where a transfer stands.
    TransferState {
        /// The applicant asked; the office has not decided.
        Asked = "asked",
        /// Decided: the card is to be sent.
        Accepted = "accepted",
        /// It does not happen.
        Stopped = "stopped",
        /// The card left.
        Sent = "sent",
    }
);

/// A transfer.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = card_transfers)]
pub struct CardTransfer {
    /// Row id.
    pub id: TransferId,
    /// Whose card.
    pub application_id: ApplicationId,
    /// Where the card lies.
    #[diesel(deserialize_as = StoredOffice)]
    pub from_office: OfficeCode,
    /// Where it is to be collected.
    #[diesel(deserialize_as = StoredOffice)]
    pub to_office: OfficeCode,
    /// Where it stands.
    pub state: TransferState,
    /// Who asked, as in the audit: the applicant, or the clerk who took her word.
    pub asked_by: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub asked_at: Timestamp,
    /// Who decided, as in the audit.
    pub decided_by: Option<String>,
    /// When.
    #[diesel(deserialize_as = MaybeInstant)]
    pub decided_at: Option<Timestamp>,
    /// Why it was stopped, in one word.
    pub reason: Option<String>,
    /// When the card left.
    #[diesel(deserialize_as = MaybeInstant)]
    pub sent_at: Option<Timestamp>,
    /// The last day to decide it, and then to send the card, where the card lies.
    #[diesel(deserialize_as = StoredDue)]
    pub due_on: Option<Date>,
}

impl CardTransfer {
    /// Whether it is neither stopped nor done.
    pub const fn is_open(&self) -> bool {
        matches!(self.state, TransferState::Asked | TransferState::Accepted)
    }

    /// Whether the card is about to travel.
    pub const fn is_accepted(&self) -> bool {
        matches!(self.state, TransferState::Accepted)
    }
}

/// Writes down that somebody wants a card to travel on, to be decided by `due_on`. [`StoreError::Conflict`] when the case has an open one.
pub fn insert_transfer(
    db: &mut Db,
    application: ApplicationId,
    (from, to): (&OfficeCode, &OfficeCode),
    (by, due_on): (&str, Date),
    now: Timestamp,
) -> Result<TransferId, StoreError> {
    let row = (
        card_transfers::application_id.eq(application),
        card_transfers::from_office.eq(from.as_str()),
        card_transfers::to_office.eq(to.as_str()),
        card_transfers::state.eq(TransferState::Asked),
        card_transfers::asked_by.eq(by),
        card_transfers::asked_at.eq(Instant::from(now)),
        card_transfers::due_on.eq(StoredDue::text(Some(due_on))),
    );
    Ok(diesel::insert_into(card_transfers::table)
        .values(row)
        .returning(card_transfers::id)
        .get_result(db)?)
}

/// The transfers of a case, oldest first; only the last can be open.
pub fn list_transfers(
    db: &mut Db,
    application: ApplicationId,
) -> Result<Vec<CardTransfer>, StoreError> {
    Ok(card_transfers::table
        .filter(card_transfers::application_id.eq(application))
        .order(card_transfers::id)
        .select(CardTransfer::as_select())
        .load(db)?)
}

/// The transfer of a case that is neither stopped nor done.
pub fn find_open(
    db: &mut Db,
    application: ApplicationId,
) -> Result<Option<CardTransfer>, StoreError> {
    let last: Option<CardTransfer> = card_transfers::table
        .filter(card_transfers::application_id.eq(application))
        .order(card_transfers::id.desc())
        .select(CardTransfer::as_select())
        .first(db)
        .optional()?;
    Ok(last.filter(CardTransfer::is_open))
}

/// Another place is wanted before anybody decided. [`StoreError::Conflict`] when somebody has.
pub fn set_wish(db: &mut Db, id: TransferId, to: &OfficeCode) -> Result<(), StoreError> {
    let asked = card_transfers::table
        .find(id)
        .filter(card_transfers::state.eq(TransferState::Asked));
    changed(
        diesel::update(asked)
            .set(card_transfers::to_office.eq(to.as_str()))
            .execute(db)?,
    )
}

/// Decides that the card travels to `to` and leaves by `due_on`. [`StoreError::Conflict`] when it was decided already.
pub fn accept(
    db: &mut Db,
    id: TransferId,
    (to, due_on): (&OfficeCode, Date),
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let asked = card_transfers::table
        .find(id)
        .filter(card_transfers::state.eq(TransferState::Asked));
    let set = (
        card_transfers::state.eq(TransferState::Accepted),
        card_transfers::to_office.eq(to.as_str()),
        card_transfers::decided_by.eq(by),
        card_transfers::decided_at.eq(Instant::from(now)),
        card_transfers::due_on.eq(StoredDue::text(Some(due_on))),
    );
    changed(diesel::update(asked).set(set).execute(db)?)
}

/// Ends a transfer that was not sent, for this reason in one word. [`StoreError::Conflict`] when it is not open.
pub fn stop(
    db: &mut Db,
    transfer: &CardTransfer,
    reason: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let as_seen = card_transfers::table
        .find(transfer.id)
        .filter(card_transfers::state.eq(transfer.state));
    if !transfer.is_open() {
        return Err(StoreError::Conflict);
    }
    let set = (
        card_transfers::state.eq(TransferState::Stopped),
        card_transfers::reason.eq(reason),
        card_transfers::decided_by.eq(by),
        card_transfers::decided_at.eq(Instant::from(now)),
    );
    changed(diesel::update(as_seen).set(set).execute(db)?)
}

/// Notes that the card left. [`StoreError::Conflict`] when it was not decided.
pub fn set_sent(db: &mut Db, id: TransferId, now: Timestamp) -> Result<(), StoreError> {
    let accepted = card_transfers::table
        .find(id)
        .filter(card_transfers::state.eq(TransferState::Accepted));
    let set = (
        card_transfers::state.eq(TransferState::Sent),
        card_transfers::sent_at.eq(Instant::from(now)),
    );
    changed(diesel::update(accepted).set(set).execute(db)?)
}

fn changed(count: usize) -> Result<(), StoreError> {
    if count == 0 {
        Err(StoreError::Conflict)
    } else {
        Ok(())
    }
}

/// Up to `limit` transfers in `state` whose last day is `until` or before, in the order of that day; `after` is the last one of the page before.
pub fn list_due(
    db: &mut Db,
    state: TransferState,
    until: Date,
    after: Option<(Date, TransferId)>,
    limit: i64,
) -> Result<Vec<CardTransfer>, StoreError> {
    let (day, id) = after.unwrap_or((Date::MIN, TransferId(0)));
    let day = StoredDue::text(Some(day));
    Ok(card_transfers::table
        .filter(card_transfers::state.eq(state))
        .filter(card_transfers::due_on.le(StoredDue::text(Some(until))))
        .filter(card_transfers::due_on.ge(day.clone()))
        .filter(card_transfers::due_on.gt(day).or(card_transfers::id.gt(id)))
        .order((card_transfers::due_on, card_transfers::id))
        .limit(limit)
        .select(CardTransfer::as_select())
        .load(db)?)
}

/// How many cards an office is to send on and has on no list, by destination.
pub(super) fn count_by_destination(
    db: &mut Db,
    from: &OfficeCode,
) -> Result<Vec<(OfficeCode, i64)>, StoreError> {
    let under_way = shipment_items::table
        .filter(shipment_items::application_id.eq(applications::id))
        .filter(shipment_items::state.ne(ItemState::Arrived))
        .filter(shipment_items::state.ne(ItemState::Returned));
    let counted: Vec<(StoredOffice, i64)> = card_transfers::table
        .inner_join(applications::table.inner_join(cases::table))
        .filter(card_transfers::from_office.eq(from.as_str()))
        .filter(card_transfers::state.eq(TransferState::Accepted))
        .filter(cases::record_check.eq(StoredRecordCheck(RecordCheck::Done)))
        .filter(diesel::dsl::not(diesel::dsl::exists(under_way)))
        .group_by(card_transfers::to_office)
        .select((card_transfers::to_office, diesel::dsl::count_star()))
        .load(db)?;
    Ok(counted
        .into_iter()
        .map(|(office, count)| (office.into(), count))
        .collect())
}

/// The cards an office is to send on to `to` and has on no list, those first that have lain longest.
pub(super) fn list_candidates(
    db: &mut Db,
    (from, to): (&OfficeCode, &OfficeCode),
    limit: i64,
) -> Result<Vec<Candidate>, StoreError> {
    let under_way = shipment_items::table
        .filter(shipment_items::application_id.eq(applications::id))
        .filter(shipment_items::state.ne(ItemState::Arrived))
        .filter(shipment_items::state.ne(ItemState::Returned));
    Ok(card_transfers::table
        .inner_join(applications::table.inner_join(cases::table))
        .filter(card_transfers::from_office.eq(from.as_str()))
        .filter(card_transfers::state.eq(TransferState::Accepted))
        .filter(card_transfers::to_office.eq(to.as_str()))
        .filter(cases::record_check.eq(StoredRecordCheck(RecordCheck::Done)))
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
        ))
        .load(db)?)
}

//! A card that nobody may hand over any more (`domain::card_disposal`) becomes the work of the desk it lies on: one person destroys it, a second one
//! confirms that, and what is left is the audit and a record of the destruction that outlives the case.
//!
//! Nobody's word alone ends it, and it is not announced to the applicant: her case has ended, and she was told.

use jiff::Timestamp;
use thiserror::Error;

use crate::domain::card_disposal::{self, DisposalReason};
use crate::domain::desk::Desk;
use crate::domain::office_code::OfficeCode;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::status::Status;
use crate::storage::applications::{Application, ApplicationId};
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::card_disposals::{self, CardDisposal, DisposalState};
use crate::storage::cases::CaseFile;
use crate::storage::tasks::{self, NewTask, TaskKind};
use crate::storage::{Db, StoreError, destruction_records, shipment_arrivals};

/// Why a destruction is not recorded; nothing was written then.
#[derive(Debug, Error)]
pub enum DisposalError {
    /// Who destroyed a card does not confirm it.
    #[error("confirmed by who destroyed it")]
    SamePerson,
    /// The database refused; [`StoreError::Conflict`] when it no longer stands as it was seen.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who writes it down, and when.
#[derive(Debug, Clone, Copy)]
pub struct Witness<'a> {
    /// Who, as in the audit.
    pub by: &'a str,
    /// When.
    pub now: Timestamp,
}

/// A case in `before` has ended in `to`: if its card lies somewhere, it is to be destroyed there. One that is in a bag under way is when it arrives.
pub(super) fn open_after_end(
    db: &mut Db,
    application: &Application,
    (case, to): (&CaseFile, Status),
    witness: Witness<'_>,
) -> Result<(), StoreError> {
    let holder = card_disposal::holder(application.status, &case.offices());
    let (Some(reason), Some(holder)) = (DisposalReason::of_end(to), holder) else {
        return Ok(());
    };
    let is_made = application.status == Status::Made;
    if is_made && shipment_arrivals::find_under_way(db, application.id)?.is_some() {
        return Ok(());
    }
    let of = (application.id, application.reference);
    open(db, of, (&holder, reason), witness)
}

/// The card of a case that has ended lies on the desk `holder` now: it came out of a bag, or back with the post. Nothing for a case that goes on.
pub fn open_where_it_lies(
    db: &mut Db,
    application: &Application,
    holder: &Desk,
    witness: Witness<'_>,
) -> Result<(), StoreError> {
    let Some(reason) = DisposalReason::of_end(application.status) else {
        return Ok(());
    };
    let of = (application.id, application.reference);
    open(db, of, (holder, reason), witness)
}

fn open(
    db: &mut Db,
    (id, reference): (ApplicationId, ReceiptNumber),
    (holder, reason): (&Desk, DisposalReason),
    witness: Witness<'_>,
) -> Result<(), StoreError> {
    let lying = (holder, reason.as_str());
    if !card_disposals::insert_or_move(db, id, lying, witness.now)? {
        return Ok(());
    }
    tasks::close_tasks_of(db, id, TaskKind::DestroyCard, witness.by, witness.now)?;
    let task = NewTask {
        kind: TaskKind::DestroyCard,
        office: holder.as_str(),
        application: Some(id),
        detail: reason.as_str(),
        key: None,
    };
    tasks::open_task(db, &task, witness.now)?;
    let detail = format!("{} {}", holder.as_str(), reason.as_str());
    record(db, reference, ("case.card_to_destroy", &detail), witness)
}

/// The first person destroyed it.
pub fn destroy(
    db: &mut Db,
    (card, reference): (&CardDisposal, ReceiptNumber),
    witness: Witness<'_>,
) -> Result<(), DisposalError> {
    card_disposals::set_destroyed(db, card, witness.by, witness.now)?;
    let action = ("case.card_destroyed", card.reason.as_str());
    Ok(record(db, reference, action, witness)?)
}

/// An office that does not keep the register sends the card back to the one that does, which has to destroy what is given back (番号法施行令 17条).
pub fn send_back(
    db: &mut Db,
    (card, reference): (&CardDisposal, ReceiptNumber),
    keeper: &OfficeCode,
    witness: Witness<'_>,
) -> Result<(), DisposalError> {
    let reason = DisposalReason::parse(&card.reason);
    let reason = reason.filter(|_| card.state == DisposalState::Due);
    let reason = reason.ok_or(StoreError::Conflict)?;
    let detail = format!("{} → {keeper}", card.holder);
    record(db, reference, ("case.card_sent_back", &detail), witness)?;
    let to = Desk::Office(keeper.clone());
    let of = (card.application_id, reference);
    Ok(open(db, of, (&to, reason), witness)?)
}

/// The second person confirms it: the task is done, and the destruction is on record.
pub fn confirm(
    db: &mut Db,
    (card, reference): (&CardDisposal, ReceiptNumber),
    witness: Witness<'_>,
) -> Result<(), DisposalError> {
    let (by, now) = (witness.by, witness.now);
    let first = first_person(card)?;
    if !card_disposal::may_confirm(first, by) {
        return Err(DisposalError::SamePerson);
    }
    card_disposals::set_confirmed(db, card.id, by, now)?;
    tasks::close_tasks_of(db, card.application_id, TaskKind::DestroyCard, by, now)?;
    destruction_records::insert_card_record(db, reference, &card.reason, (first, by), now)?;
    let action = ("case.card_destruction_confirmed", first);
    Ok(record(db, reference, action, witness)?)
}

/// The second person did not find it destroyed: it is to be destroyed as before.
pub fn take_back(
    db: &mut Db,
    (card, reference): (&CardDisposal, ReceiptNumber),
    witness: Witness<'_>,
) -> Result<(), DisposalError> {
    let first = first_person(card)?;
    if !card_disposal::may_confirm(first, witness.by) {
        return Err(DisposalError::SamePerson);
    }
    card_disposals::set_due_again(db, card.id)?;
    let action = ("case.card_destruction_denied", first);
    Ok(record(db, reference, action, witness)?)
}

/// Who destroyed it; [`StoreError::Conflict`] while nobody did, and once it was confirmed.
fn first_person(card: &CardDisposal) -> Result<&str, StoreError> {
    let first = card.destroyed_by.as_deref();
    first
        .filter(|_| card.state == DisposalState::Destroyed)
        .ok_or(StoreError::Conflict)
}

fn record(
    db: &mut Db,
    reference: ReceiptNumber,
    (action, detail): (&str, &str),
    witness: Witness<'_>,
) -> Result<(), StoreError> {
    let entry = NewEntry {
        chain: &Chain::of_case(reference),
        actor: witness.by,
        action,
        detail,
    };
    audit::append(db, &entry, witness.now)
}

//! A shipment leaves: the second person's count agrees, every case on the list can still travel, and all of them move in one transaction.

use jiff::Timestamp;
use thiserror::Error;

use super::record;
use crate::domain::deadline::Terms;
use crate::domain::desk::{CaseOffices, Desk};
use crate::domain::office_code::OfficeCode;
use crate::domain::shipment::TravelState;
use crate::domain::transition::{Circumstances, Guard};
use crate::notices::Letterhead;
use crate::notices::advance::{AdvanceError, Facts, Step, advance};
use crate::storage::applications::{ApplicationId, Doer};
use crate::storage::case_lock::lock_draft;
use crate::storage::shipment_lines::{self, ListLine};
use crate::storage::shipments::{self, Shipment, ShipmentId};
use crate::storage::{Db, StoreError, cases};

/// Why a shipment does not leave; nothing was written then.
#[derive(Debug, Error)]
pub enum DispatchError {
    /// Whoever put it together cannot be the second person.
    #[error("counted by who put it together")]
    SamePerson,
    /// The count is another than the list's.
    #[error("{listed} on the list, {counted} counted")]
    Miscount {
        /// On the list.
        listed: i32,
        /// Counted.
        counted: i32,
    },
    /// The list is empty.
    #[error("nothing on the list")]
    Nothing,
    /// Cases that moved meanwhile, ended, or travel elsewhere now.
    #[error("{} cases cannot travel", .0.len())]
    Stuck(Vec<ApplicationId>),
    /// A case did not move.
    #[error(transparent)]
    Advance(#[from] AdvanceError),
    /// The database refused; [`StoreError::Conflict`] when the draft is no longer as it was shown.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The cases on a draft's list that cannot travel any more.
pub fn stuck(shipment: &Shipment, lines: &[ListLine]) -> Vec<ApplicationId> {
    let Some(sender) = shipment.from.office() else {
        return Vec::new();
    };
    lines
        .iter()
        .filter(|line| !may_travel(shipment, sender, line))
        .map(|line| line.application_id)
        .collect()
}

fn may_travel(shipment: &Shipment, sender: &OfficeCode, line: &ListLine) -> bool {
    // Only register and pickup place decide where a case travels to.
    let offices = CaseOffices {
        filing: sender.clone(),
        register: line.register_office.clone(),
        pickup: line.pickup_office.clone(),
        paper: None,
    };
    let state = TravelState {
        status: line.status,
        desk: line.desk.as_ref(),
        offices: &offices,
        record_check: line.record_check,
        transfer: line.transfer_to.as_ref(),
    };
    shipment.kind.may_travel(&state, (sender, &shipment.to))
}

/// Closes a draft of an office that `by` has counted: every case on its list moves on with its notice (N08 for forms, N11 for cards, and with a card the
/// notice of the record check to the handing place), and the shipment is on its way.
pub fn send(
    db: &mut Db,
    letterhead: &Letterhead,
    (id, expected_version): (ShipmentId, i64),
    (counted, by): (i32, &str),
    now: Timestamp,
) -> Result<Shipment, DispatchError> {
    lock_draft(db, id, expected_version)?;
    let shipment = shipments::get_shipment(db, id)?;
    let Desk::Office(sender) = &shipment.from else {
        return Err(StoreError::Conflict.into());
    };
    if shipment.made_by == by {
        return Err(DispatchError::SamePerson);
    }
    let lines = shipment_lines::list_lines(db, id)?;
    let listed = i32::try_from(lines.len()).unwrap_or(i32::MAX);
    if listed == 0 {
        return Err(DispatchError::Nothing);
    }
    if counted != listed {
        return Err(DispatchError::Miscount { listed, counted });
    }
    let stuck = stuck(&shipment, &lines);
    if !stuck.is_empty() {
        return Err(DispatchError::Stuck(stuck));
    }
    let sent = shipments::close_shipment(db, id, expected_version, by, now)?;
    for line in &lines {
        move_on(db, letterhead, (&sent, sender, by), line, now)?;
    }
    let detail = format!("{} {} → {}, {listed}", sent.number, sender, sent.to);
    record(db, by, ("shipment.sent", &detail), now)?;
    Ok(sent)
}

fn move_on(
    db: &mut Db,
    letterhead: &Letterhead,
    (shipment, sender, by): (&Shipment, &OfficeCode, &str),
    line: &ListLine,
    now: Timestamp,
) -> Result<(), DispatchError> {
    let case = cases::get_case(db, line.application_id)?;
    let role = case
        .offices()
        .role_of(sender)
        .ok_or(AdvanceError::WrongOffice)?;
    let proven = Circumstances::default()
        .with(Guard::ShipmentClosed)
        .with(Guard::RecordCheckNoticeSent);
    let doer = Doer {
        role,
        id: by.to_owned(),
    };
    let step = Step {
        application: line.application_id,
        expected: line.status,
        to: shipment.kind.travels_in(),
        doer: &doer,
        office: Some(sender),
        circumstances: &proven,
        facts: Facts::default(),
        terms: Terms::default(),
    };
    advance(db, letterhead, &step, now)?;
    Ok(())
}

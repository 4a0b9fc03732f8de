//! A bag as a whole: opened for a shipment, compared with its list, closed with a count.

use std::collections::BTreeSet;

use jiff::Timestamp;
use thiserror::Error;

use super::record;
use crate::domain::office_code::OfficeCode;
use crate::storage::applications::ApplicationId;
use crate::storage::bags::{self, Bag, BagId, BagItem, BagState, NewBag};
use crate::storage::shipment_lines::{self, ListLine};
use crate::storage::shipments::{self, ItemState, Shipment, ShipmentState};
use crate::storage::tasks::{self, NewTask, TaskKind};
use crate::storage::{Db, StoreError, shipment_arrivals};

/// Why a bag does not close; nothing was written then.
#[derive(Debug, Error)]
pub enum BagError {
    /// The count is another than what was taken out of it, or list and content differ, and nobody said that this is so.
    #[error("{taken} taken out, {counted} counted")]
    Differs {
        /// Taken out of it.
        taken: i32,
        /// Counted.
        counted: i32,
    },
    /// The database refused; [`StoreError::Conflict`] when it is closed already.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A bag beside the list of its shipment.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    /// The shipment.
    pub shipment: Option<Shipment>,
    /// How many pieces were taken out of it.
    pub taken: i32,
    /// On the list, and not taken out of any bag yet.
    pub missing: Vec<ListLine>,
    /// Taken out, and not on the list.
    pub surplus: Vec<BagItem>,
}

impl Comparison {
    /// Whether list and content agree.
    pub fn agrees(&self) -> bool {
        self.missing.is_empty() && self.surplus.is_empty()
    }
}

/// Opens the bag of a shipment that came to `office`, or joins who is emptying it. [`StoreError::NotFound`] for another office's shipment,
/// [`StoreError::Conflict`] for one that is not on its way.
pub fn open_bag_of(
    db: &mut Db,
    shipment: &Shipment,
    (office, by): (&OfficeCode, &str),
    now: Timestamp,
) -> Result<BagId, StoreError> {
    if shipment.to != *office || shipment.state == ShipmentState::Draft {
        return Err(StoreError::NotFound);
    }
    if shipment.state != ShipmentState::Sent {
        return Err(StoreError::Conflict);
    }
    if let Some(bag) = bags::find_bag_of_shipment(db, shipment.id)? {
        return Ok(bag.id);
    }
    let new = NewBag {
        office,
        kind: shipment.kind,
        shipment: Some(shipment.id),
        channel: None,
        by,
    };
    let bag = bags::insert_bag(db, &new, now)?;
    let detail = format!("{}", shipment.number);
    record(db, by, ("bag.opened", &detail), now)?;
    Ok(bag)
}

/// A bag beside its list.
pub fn compare(db: &mut Db, bag: &Bag) -> Result<Comparison, StoreError> {
    let taken = i32::try_from(bags::count_items(db, bag.id)?).unwrap_or(i32::MAX);
    let Some(shipment) = bag.shipment_id else {
        return Ok(Comparison {
            taken,
            ..Comparison::default()
        });
    };
    let lines = shipment_lines::list_lines(db, shipment)?;
    let listed: BTreeSet<i64> = lines.iter().map(|line| line.application_id.0).collect();
    let surplus = bags::list_items(db, bag.id, i64::from(taken))?
        .into_iter()
        .filter(|item| !listed.contains(&item.application_id.0))
        .collect();
    Ok(Comparison {
        shipment: Some(shipments::get_shipment(db, shipment)?),
        taken,
        missing: lines
            .into_iter()
            .filter(|line| !matches!(line.state, ItemState::Arrived | ItemState::Returned))
            .collect(),
        surplus,
    })
}

/// Closes a bag with its count. Where list and content differ, or the count and what was taken out, somebody has to say that this is so; what is
/// missing and what is too much then becomes a task of both offices.
pub fn close_bag(
    db: &mut Db,
    bag: &Bag,
    (counted, is_confirmed): (i32, bool),
    by: &str,
    now: Timestamp,
) -> Result<Comparison, BagError> {
    if bag.state != BagState::Open {
        return Err(StoreError::Conflict.into());
    }
    let compared = compare(db, bag)?;
    let taken = compared.taken;
    if (counted != taken || !compared.agrees()) && !is_confirmed {
        return Err(BagError::Differs { taken, counted });
    }
    bags::close_bag(db, bag.id, counted, by, now)?;
    if let Some(shipment) = &compared.shipment {
        shipment_arrivals::set_received(db, shipment.id, by, now)?;
        let number = shipment.number.to_string();
        for desk in [shipment.from.as_str(), shipment.to.as_str()] {
            let late = (TaskKind::LateShipment, number.as_str());
            tasks::close_tasks_about(db, desk, late, by, now)?;
        }
        let missing = compared.missing.iter().map(|line| line.application_id);
        open_tasks(db, (TaskKind::MissingItem, shipment), missing, now)?;
        let surplus = compared.surplus.iter().map(|item| item.application_id);
        open_tasks(db, (TaskKind::SurplusItem, shipment), surplus, now)?;
    }
    let number = compared
        .shipment
        .as_ref()
        .map_or_else(|| "-".to_owned(), |shipment| shipment.number.to_string());
    let (less, more) = (compared.missing.len(), compared.surplus.len());
    let detail = format!("{number} {counted} counted, {taken} taken, -{less} +{more}");
    record(db, by, ("bag.closed", &detail), now)?;
    Ok(compared)
}

/// One task for each case at both ends; a bag that is closed once opens each once.
fn open_tasks(
    db: &mut Db,
    (kind, shipment): (TaskKind, &Shipment),
    which: impl Iterator<Item = ApplicationId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let number = shipment.number.to_string();
    for application in which {
        for office in [shipment.from.as_str(), shipment.to.as_str()] {
            let key = format!("{}:{}:{application}:{office}", kind.as_str(), shipment.id);
            let task = NewTask {
                kind,
                office,
                application: Some(application),
                detail: &number,
                key: Some(&key),
            };
            tasks::open_task(db, &task, now)?;
        }
    }
    Ok(())
}

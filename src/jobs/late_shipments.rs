//! Shipments that were sent and not received within the days that the receiving office has set: a task of the sender and of the receiver, once each. It is
//! closed when the bag is closed, or when it came back.

use jiff::{SignedDuration, Timestamp};

use super::{JobContext, JobError};
use crate::storage::shipments::{Shipment, ShipmentId};
use crate::storage::tasks::{self, NewTask, TaskKind};
use crate::storage::{Db, StoreError, offices, shipment_arrivals};

/// Shipments looked at in one transaction.
const BATCH: i64 = 200;

/// One round.
pub(super) async fn run(context: &JobContext) -> Result<(), JobError> {
    let mut after = ShipmentId(0);
    loop {
        let last = context
            .write(move |db, now| look_at_some(db, after, now))
            .await?;
        let Some(last) = last else { return Ok(()) };
        after = last;
    }
}

fn look_at_some(
    db: &mut Db,
    after: ShipmentId,
    now: Timestamp,
) -> Result<Option<ShipmentId>, StoreError> {
    let sent = shipment_arrivals::list_sent(db, after, BATCH)?;
    for shipment in &sent {
        let days = offices::terms_of(db, &shipment.to)?.shipment_days;
        if is_late(shipment, days, now) {
            open_tasks(db, shipment, now)?;
        }
    }
    Ok(sent.last().map(|last| last.id))
}

fn is_late(shipment: &Shipment, days: i32, now: Timestamp) -> bool {
    let longest = SignedDuration::from_hours(24 * i64::from(days));
    shipment
        .closed_at
        .is_some_and(|at| now.duration_since(at) > longest)
}

fn open_tasks(db: &mut Db, shipment: &Shipment, now: Timestamp) -> Result<(), StoreError> {
    let number = shipment.number.to_string();
    for desk in [shipment.from.as_str(), shipment.to.as_str()] {
        let key = format!("late-shipment:{}:{desk}", shipment.id);
        let task = NewTask {
            kind: TaskKind::LateShipment,
            office: desk,
            application: None,
            detail: &number,
            key: Some(&key),
        };
        tasks::open_task(db, &task, now)?;
    }
    Ok(())
}

//! How many cases wait in each queue of a person: the numbers beside the links of every page, and those of the first page.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::desk;
use crate::domain::queue::Queue;
use crate::storage::queue_counts::{Counted, count_queues};
use crate::storage::{Db, StoreError};
use crate::web::office::session::Staff;
use crate::web::office::shell::Counts;

/// Beside a link a queue is counted so far; a desk with more work than that needs no exact number to know it.
pub const COUNTED_TO: i64 = 100;

/// What waits in each queue of this person, by the queue's name.
pub fn waiting(db: &mut Db, staff: &Staff, now: Timestamp) -> Result<Counts, StoreError> {
    counted(db, staff, now, None)
}

/// What of it came today, where the office is.
pub fn new_today(db: &mut Db, staff: &Staff, now: Timestamp) -> Result<Counts, StoreError> {
    let zone = staff.office().map_or(TimeZone::UTC, desk::zone_of);
    let midnight = now
        .to_zoned(zone)
        .start_of_day()
        .map_or(now, |start| start.timestamp());
    counted(db, staff, now, Some(midnight))
}

fn counted(
    db: &mut Db,
    staff: &Staff,
    now: Timestamp,
    since: Option<Timestamp>,
) -> Result<Counts, StoreError> {
    let Some(office) = staff.office() else {
        return Ok(Counts::new());
    };
    let queues: Vec<Queue> = Queue::of(&staff.assignment).collect();
    let counted = Counted {
        desk: office,
        reader: staff.id,
        today: now.to_zoned(desk::zone_of(office)).date(),
        since,
        most: COUNTED_TO,
    };
    Ok(count_queues(db, &queues, &counted)?
        .into_iter()
        .map(|(queue, count)| (queue.as_str(), count))
        .collect())
}

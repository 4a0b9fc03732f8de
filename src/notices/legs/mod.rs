//! The physical legs of a case: a shipment is closed and everything on its list moves, or nothing; what comes out of a bag is taken in piece by piece,
//! and the bag is compared with its list when it is closed.
//!
//! Each call is part of one transaction of the caller. What the lists say is decided in `domain::shipment` and `domain::intake`; cases move through
//! [`super::advance`] alone.

mod arrival;
mod bag;
mod dispatch;

pub use arrival::{ArrivalError, Arriving, Outcome, take_in};
pub use bag::{BagError, Comparison, close_bag, compare, open_bag_of};
pub use dispatch::{DispatchError, send, stuck};

use jiff::Timestamp;

use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::{Db, StoreError};

/// Writes down what happened to a shipment or a bag as a whole.
fn record(
    db: &mut Db,
    by: &str,
    (action, detail): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let entry = NewEntry {
        chain: &Chain::system(),
        actor: by,
        action,
        detail,
    };
    audit::append(db, &entry, now)
}

//! Cards that somebody wants to collect elsewhere: a wish that the office which holds the card did not decide in its time, and a card that it decided to
//! send on and did not send, are tasks of that office, once each. They are closed when it is decided, when the card leaves, or when nobody wants it any more.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{self, TimeZone};

use super::{JobContext, JobError};
use crate::notices::case_facts::today_at;
use crate::storage::card_transfers::{self, CardTransfer, TransferId, TransferState};
use crate::storage::tasks::{self, NewTask, TaskKind};
use crate::storage::{Db, StoreError};

/// Transfers looked at in one transaction.
const BATCH: i64 = 200;

/// What waits for the office, and the task it becomes.
const WATCHED: [(TransferState, TaskKind); 2] = [
    (TransferState::Asked, TaskKind::TransferUndecided),
    (TransferState::Accepted, TaskKind::TransferUnsent),
];

/// One round.
pub(super) async fn run(context: &JobContext) -> Result<(), JobError> {
    // Where the day begins first: no office's last day is missed.
    let until = context.clock.today_in(&TimeZone::fixed(tz::offset(14)));
    for watched in WATCHED {
        let mut after = None;
        loop {
            let last = context
                .write(move |db, now| look_at_some(db, watched, (until, after), now))
                .await?;
            let Some(last) = last else { break };
            after = Some(last);
        }
    }
    Ok(())
}

fn look_at_some(
    db: &mut Db,
    (state, kind): (TransferState, TaskKind),
    (until, after): (Date, Option<(Date, TransferId)>),
    now: Timestamp,
) -> Result<Option<(Date, TransferId)>, StoreError> {
    let due = card_transfers::list_due(db, state, until, after, BATCH)?;
    for transfer in &due {
        let today = today_at(Some(&transfer.from_office), now);
        if transfer.due_on.is_some_and(|last| today > last) {
            open_task(db, transfer, kind, now)?;
        }
    }
    Ok(due.last().and_then(|last| Some((last.due_on?, last.id))))
}

fn open_task(
    db: &mut Db,
    transfer: &CardTransfer,
    kind: TaskKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    let key = format!("{}:{}", kind.as_str(), transfer.id);
    let task = NewTask {
        kind,
        office: transfer.from_office.as_str(),
        application: Some(transfer.application_id),
        detail: transfer.to_office.as_str(),
        key: Some(&key),
    };
    tasks::open_task(db, &task, now).map(drop)
}

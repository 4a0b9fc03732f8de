//! Batches that the clock makes (`domain::batch_schedule`). Every hour the schedule is looked at; the batch of a day is one job under a key that exists once,
//! so that several processes make it once. A batch that a power cut left half gathered is gone on with.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{JobContext, JobError, parsed};
use crate::clock::japan;
use crate::exchange::gather::{self, GatherError, Workshop};
use crate::reference::holidays::japanese_holiday;
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::batches::{self, Batch, BatchState};
use crate::storage::jobs::{self, JobKind};
use crate::storage::{Db, StoreError, batch_schedules};

/// Who made a batch that nobody pressed a button for, as in the audit.
const CLOCK: &str = "clock";

#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    day: Date,
}

/// Enqueues the batch of today, if its hour has come.
pub(super) async fn find(context: JobContext) -> Result<(), JobError> {
    context
        .write(|db, now| {
            let Some(saved) = batch_schedules::find_latest(db)? else {
                return Ok(());
            };
            let is_holiday = |day| japanese_holiday(day).is_some();
            let Some(day) = saved.schedule.due(now, is_holiday) else {
                return Ok(());
            };
            let payload = serde_json::to_string(&Payload { day })
                .map_err(|cause| JobError::Fail(cause.to_string()))?;
            let key = format!("batch:{day}");
            jobs::insert_if_missing(db, JobKind::MakeBatch, &payload, &key, now)?;
            Ok(())
        })
        .await
}

/// What is to be done about the batch of a day.
enum Todo {
    /// At most so many cards.
    Make(i32),
    Nothing,
}

/// Makes the batch of a day, or writes down that too few cards wait.
pub(super) async fn run(context: JobContext, payload: String) -> Result<(), JobError> {
    let Payload { day } = parsed(&payload)?;
    let Todo::Make(most) = context.write(move |db, now| look_at(db, day, now)).await? else {
        return Ok(());
    };
    let made = tokio::task::spawn_blocking(move || {
        let workshop = Workshop {
            store: &context.store,
            keys: &context.keys,
            fonts: &context.fonts,
            clock: context.clock.as_ref(),
        };
        gather::collect_some(&workshop, CLOCK, most)
    })
    .await
    .map_err(|cause| JobError::Retry(cause.to_string()))?;
    match made {
        Ok(_) => Ok(()),
        Err(GatherError::Store(error)) => Err(error.into()),
        Err(other) => Err(JobError::Fail(other.to_string())),
    }
}

fn look_at(db: &mut Db, day: Date, now: Timestamp) -> Result<Todo, StoreError> {
    let Some(saved) = batch_schedules::find_latest(db)? else {
        return Ok(Todo::Nothing);
    };
    let schedule = saved.schedule;
    // Switched off since its hour came, or made already by a run whose end nobody wrote down.
    if !schedule.is_on || is_made(batches::list_batches(db, None, 1)?.first(), day) {
        return Ok(Todo::Nothing);
    }
    let is_half_gathered = batches::find_gathering(db)?.is_some();
    let waiting = batches::count_released(db, i64::from(schedule.least))?;
    if waiting < i64::from(schedule.least) && !is_half_gathered {
        let detail = format!("{day} cards={waiting} least={}", schedule.least);
        let entry = NewEntry {
            chain: &Chain::system(),
            actor: CLOCK,
            action: "exchange.batch_skipped",
            detail: &detail,
        };
        audit::append(db, &entry, now)?;
        return Ok(Todo::Nothing);
    }
    Ok(Todo::Make(schedule.most))
}

fn is_made(newest: Option<&Batch>, day: Date) -> bool {
    newest.is_some_and(|batch| {
        batch.created_by == CLOCK
            && batch.state == BatchState::Ready
            && batch.created_at.to_zoned(japan()).date() == day
    })
}

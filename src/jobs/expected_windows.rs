//! Every night: how long each public step took at each desk in the last 90 days, for the time lines of the applicants.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::{JobContext, JobError};
use crate::clock::japan;
use crate::domain::desk::Desk;
use crate::domain::expectation::{LOOK_BACK_DAYS, window_of};
use crate::domain::status::PublicStep;
use crate::storage::expected_windows::{self, ExpectedWindow};
use crate::storage::history::{self, HistoryId};
use crate::storage::{Db, StoreError};

/// Lines read in one transaction.
const BATCH: i64 = 5_000;

type Taken = HashMap<(String, PublicStep), Vec<i32>>;

/// Computes every window anew.
pub(super) async fn run(context: JobContext) -> Result<(), JobError> {
    let now = context.clock.now();
    let since = now
        .checked_sub(SignedDuration::from_hours(24 * i64::from(LOOK_BACK_DAYS)))
        .unwrap_or(Timestamp::MIN);
    let mut taken = Taken::new();
    let mut after = HistoryId(0);
    loop {
        let (lines, last) = context
            .read(move |db| {
                let lines = history::list_steps_taken(db, since, after, BATCH)?;
                let last = lines.last().map(|line| line.id);
                Ok((lines, last))
            })
            .await?;
        for line in lines {
            let days = i32::try_from(line.took.as_hours() / 24).unwrap_or(i32::MAX);
            if let (Some(desk), Some(step)) = (line.desk, line.left.public_step()) {
                taken.entry((key(&desk), step)).or_default().push(days);
            }
        }
        let Some(last) = last else { break };
        after = last;
    }
    context.write(move |db, now| keep(db, taken, now)).await?;
    Ok(())
}

fn key(desk: &Desk) -> String {
    desk.as_str().to_owned()
}

fn keep(db: &mut Db, taken: Taken, now: Timestamp) -> Result<(), StoreError> {
    let computed_on = now.to_zoned(japan()).date();
    for ((office, step), days) in taken {
        let cases = i32::try_from(days.len()).unwrap_or(i32::MAX);
        let Some(window) = window_of(days) else {
            continue;
        };
        let window = ExpectedWindow {
            office,
            step: step.as_str().to_owned(),
            low_days: window.low,
            high_days: window.high,
            cases,
            computed_on,
        };
        expected_windows::insert_or_update_window(db, &window)?;
    }
    Ok(())
}

//! "So many days left to collect" (N13), on the days before the first deadline that the pickup office has set. Each is told once, on its day or, when the
//! service slept, up to two days later; an older one would only confuse.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::{self, TimeZone};

use super::deadlines::{Watch, is_about_to_travel};
use super::{JobContext, JobError};
use crate::domain::deadline::{LONGEST_PICKUP_DAYS, days_after};
use crate::domain::desk::{self, Desk};
use crate::domain::notice::NoticeCode;
use crate::domain::office_code::OfficeCode;
use crate::domain::status::Status;
use crate::notices::advance::AdvanceError;
use crate::notices::case_facts::{self, today_at};
use crate::notices::case_words::{CaseNotice, PickupReminder};
use crate::storage::applications::{self, Application, ApplicationId};
use crate::storage::{Db, StoreError, case_deadlines, cases, offices, reminders};

/// Cases listed at once.
const BATCH: i64 = 200;
/// A reminder is told this many days late, no more.
const LATEST: i32 = 2;

/// The reminder days of the offices met so far, counted back from the deadline.
type ReminderDays = HashMap<OfficeCode, Vec<i32>>;

/// One round.
pub(super) async fn run(context: &JobContext) -> Result<(), JobError> {
    let earliest = context.clock.today_in(&TimeZone::fixed(tz::offset(14)));
    let until = days_after(earliest, LONGEST_PICKUP_DAYS);
    let now = context.clock.now();
    let (mut after, mut met) = (None, ReminderDays::new());
    loop {
        let page = context
            .read(move |db| {
                let page = case_deadlines::list_due(db, Status::Ready, until, after, BATCH)?;
                let mut due = Vec::new();
                for case in &page {
                    let today = today_at(case.desk.as_ref().and_then(Desk::office), now);
                    if let Some(days) = days_due(db, &mut met, case, today)? {
                        due.push((case.id, days));
                    }
                }
                let last = page.last().and_then(|case| Some((case.due_on?, case.id)));
                Ok((due, last, met))
            })
            .await?;
        let (due, last);
        (due, last, met) = page;
        for (case, days) in due {
            remind(context, case, days).await?;
        }
        let Some(last) = last else { return Ok(()) };
        after = Some(last);
    }
}

/// How many days before the deadline the reminder is about that is due today, if one is.
fn days_due(
    db: &mut Db,
    met: &mut ReminderDays,
    case: &Application,
    today: Date,
) -> Result<Option<i32>, StoreError> {
    let (Some(due), Some(office)) = (case.due_on, case.desk.as_ref().and_then(Desk::office)) else {
        return Ok(None);
    };
    if !met.contains_key(office) {
        // The office counts them from the notice, as it does the deadline.
        let terms = offices::terms_of(db, office)?;
        let days = terms
            .reminder_days
            .iter()
            .map(|after| terms.first_days - after);
        met.insert(office.clone(), days.filter(|days| *days > 0).collect());
    }
    let days = met.get(office).into_iter().flatten().copied();
    Ok(days.filter(|days| is_its_day(due, *days, today)).min())
}

fn is_its_day(due: Date, days: i32, today: Date) -> bool {
    let first = days_after(due, -days);
    first <= today && today <= days_after(first, LATEST.min(days))
}

/// Writes one reminder, unless it was written or the case has moved on.
async fn remind(context: &JobContext, id: ApplicationId, days: i32) -> Result<(), JobError> {
    let letterhead = context.letterhead.clone();
    let done = context
        .write(move |db, now| {
            let application = applications::get_application(db, id)?;
            let (Status::Ready, Some(due)) = (application.status, application.due_on) else {
                return Ok(());
            };
            if is_about_to_travel(db, id)? {
                return Ok(());
            }
            let Some(file) = cases::find_case(db, id)? else {
                return Ok(());
            };
            let zone = desk::zone_of(&file.pickup_office);
            let since = days_after(due, -days)
                .to_zoned(zone)
                .map_or(now, |day| day.timestamp());
            if reminders::was_written_since(db, id, NoticeCode::N13, since)? {
                return Ok(());
            }
            let watch = Watch::of(&letterhead, application, file, now);
            let notice = PickupReminder {
                days: watch.days_until(due),
                deadline: watch.deadline(due),
                place: case_facts::place(watch.lang(), watch.pickup_office()),
            };
            watch.post(db, CaseNotice::PickupReminder(notice))
        })
        .await;
    match done {
        Ok(()) => Ok(()),
        Err(AdvanceError::Store(error)) => Err(error.into()),
        Err(other) => Err(JobError::Fail(other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_has_its_day_and_two_more_but_none_after_the_deadline() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let due = day("2027-03-31");
        for (days, today, is_due) in [
            (30, "2027-02-28", false),
            (30, "2027-03-01", true),
            (30, "2027-03-03", true),
            (30, "2027-03-04", false),
            (1, "2027-03-30", true),
            (1, "2027-03-31", true),
            (1, "2027-04-01", false),
        ] {
            assert_eq!(is_its_day(due, days, day(today)), is_due, "{days} {today}");
        }
    }
}

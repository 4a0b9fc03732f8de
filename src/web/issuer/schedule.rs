//! When batches are made by the clock: days, hour and size, and when the next one comes.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;

use crate::clock::japan;
use crate::domain::batch_schedule::{BatchSchedule, WEEK};
use crate::i18n;
use crate::reference::holidays::japanese_holiday;
use crate::storage::batch_schedules::{self, SavedSchedule, ScheduleVersion};
use crate::storage::{Db, StoreError, staff as accounts};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::session::{self, Staff};
use crate::web::office::shell::Shell;

#[derive(Template)]
#[template(path = "issuer/schedule.html")]
struct SchedulePage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    version: i64,
    days: Vec<(String, String)>,
    ways: Vec<Choice>,
    next: Option<String>,
    saved: Option<String>,
}

impl SchedulePage<'_> {
    fn is_ticked(&self, field: &str) -> bool {
        self.v.answers().is(field, "yes")
    }
}

/// When the clock makes the next batch, in words; none when it makes none.
pub(super) fn next_time(
    frame: &Frame,
    db_schedule: Option<&SavedSchedule>,
    now: Timestamp,
) -> Option<String> {
    let schedule = &db_schedule?.schedule;
    let next = schedule.next_after(now, |day| japanese_holiday(day).is_some())?;
    Some(i18n::time_of_day_with_date(frame.lang, next, &japan()))
}

/// The schedule in force with the name of who saved it.
fn load(db: &mut Db) -> Result<(Option<SavedSchedule>, String), StoreError> {
    let saved = batch_schedules::find_latest(db)?;
    let actor = saved.as_ref().map(|saved| saved.saved_by.as_str());
    let names = accounts::names_of_actors(db, actor)?;
    let name = actor.and_then(|actor| names.get(actor).cloned());
    Ok((saved, name.unwrap_or_default()))
}

async fn render(
    (frame, app, staff): (&Frame, &web::Data<App>, &Staff),
    (status, v): (StatusCode, Option<FormView>),
) -> Result<HttpResponse, AppError> {
    let (latest, who) = app.read(load).await?;
    let in_force = latest.as_ref().map(|saved| saved.schedule.clone());
    let page = SchedulePage {
        f: frame,
        s: Shell::load(frame, app, staff).await?,
        v: v.unwrap_or_else(|| FormView::of(in_force.unwrap_or_default().as_typed())),
        version: latest.as_ref().map_or(0, |saved| saved.version.0),
        days: WEEK
            .iter()
            .map(|(_, digit)| {
                let day = frame.t(&format!("schedule-day-{digit}"));
                (format!("day_{digit}"), day.into_owned())
            })
            .collect(),
        ways: vec![
            Choice::new("no", frame.t("schedule-off")),
            Choice::new("yes", frame.t("schedule-on")),
        ],
        next: next_time(frame, latest.as_ref(), app.clock.now()),
        saved: latest.as_ref().map(|saved| {
            let at = i18n::time_of_day_with_date(frame.lang, saved.saved_at, &japan());
            frame.t2("schedule-saved", ("who", &who), ("at", &at))
        }),
    };
    frame.page(status, &page)
}

/// `GET /issuer/schedule`
pub async fn show_schedule(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
) -> Result<HttpResponse, AppError> {
    render((&frame, &app, &staff), (StatusCode::OK, None)).await
}

/// `POST /issuer/schedule`: a new version. When somebody saved meanwhile, the page says who and when, and keeps what was typed (409).
pub async fn save_schedule(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let (desk, again) = ((&frame, &app, &staff), StatusCode::UNPROCESSABLE_ENTITY);
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(OldPage(answers)) => {
            let v = FormView::of(answers).with_note(frame.t("note-old-page"));
            return render(desk, (again, Some(v))).await;
        }
    };
    let schedule = match BatchSchedule::read(&answers) {
        Ok(schedule) => schedule,
        Err(problems) => {
            let v = FormView::of(answers).with_problems(&frame, &problems);
            return render(desk, (again, Some(v))).await;
        }
    };
    let expected = answers
        .get("version")
        .parse()
        .map_err(|_no_number| AppError::Malformed)?;
    let (by, now) = (staff.actor(), app.clock.now());
    let saved = app
        .write(move |db| {
            let expected = ScheduleVersion(expected);
            batch_schedules::save(db, expected, &schedule, &by, now)?;
            let state = if schedule.is_on { "on" } else { "off" };
            let detail = format!(
                "{state} {} {}:00 {}..{}",
                schedule.digits(),
                schedule.hour,
                schedule.least,
                schedule.most
            );
            session::note(db, &by, "exchange.schedule_saved", &detail, now)
        })
        .await;
    match saved {
        Ok(()) => Ok(frame.see_other("/issuer/schedule")),
        Err(AppError::Stale) => {
            let v = FormView::of(answers).with_note(frame.t("schedule-stale"));
            render(desk, (StatusCode::CONFLICT, Some(v))).await
        }
        Err(error) => Err(error),
    }
}

//! Mails and jobs that somebody must look at (M06): where each mail stands, to a masked address; sending one again; jobs that were given up, and beginning
//! one again. What a mail says is not shown here: whoever administers the service reads nobody's mail.

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use serde::Deserialize;

use super::audit::stamp;
use crate::domain::email::EmailAddress;
use crate::storage::jobs::{self, Job, JobId, JobKind};
use crate::storage::outbox::{self, MailId, MailLine, MailState};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;
use crate::web::office::session::{self, Staff};
use crate::web::office::shell::Shell;

const PER_PAGE: i64 = 50;
const JOBS_SHOWN: i64 = 50;

/// What is listed.
#[derive(Debug, Default, Deserialize)]
pub struct OutboxQuery {
    /// `queued`, `dead`, `held` or `sent`; what was given up, if nothing is said.
    #[serde(default)]
    state: String,
    /// The place after which the page begins: microseconds and id.
    #[serde(default)]
    before: String,
}

impl OutboxQuery {
    fn state(&self) -> MailState {
        MailState::parse(&self.state).unwrap_or(MailState::Dead)
    }

    fn place(&self) -> Option<(Timestamp, MailId)> {
        let (at, id) = self.before.split_once('.')?;
        let at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
        Some((at, MailId(id.parse().ok()?)))
    }
}

struct Row {
    id: i64,
    notice: &'static str,
    recipient: String,
    written: String,
    sent: String,
    attempts: i32,
    reason: String,
    may_go_again: bool,
}

impl Row {
    fn of(mail: &MailLine) -> Self {
        let address = EmailAddress::parse(&mail.recipient);
        Self {
            id: mail.id.0,
            notice: mail.notice.as_str(),
            recipient: address.map_or_else(|_odd| "***".to_owned(), |address| address.masked()),
            written: stamp(mail.created_at),
            sent: mail.sent_at.map(stamp).unwrap_or_default(),
            attempts: mail.attempts,
            reason: without_addresses(mail.last_error.as_deref().unwrap_or_default()),
            may_go_again: mail.may_go_again(),
        }
    }
}

struct JobRow {
    id: i64,
    kind: String,
    ended: String,
    attempts: i32,
    reason: String,
    may_begin_again: bool,
}

impl JobRow {
    fn of(job: &Job) -> Self {
        Self {
            id: job.id.0,
            kind: job.kind.clone(),
            ended: job.finished_at.map(stamp).unwrap_or_default(),
            attempts: job.attempts,
            reason: without_addresses(job.last_error.as_deref().unwrap_or_default()),
            // A mail is sent again as a mail.
            may_begin_again: JobKind::parse(&job.kind)
                .is_some_and(|kind| kind != JobKind::DeliverMail),
        }
    }
}

/// What a mail server said, without the address it may repeat.
fn without_addresses(reason: &str) -> String {
    reason
        .split_whitespace()
        .map(|word| if word.contains('@') { "***" } else { word })
        .take(40)
        .collect::<Vec<_>>()
        .join(" ")
}

#[derive(Template)]
#[template(path = "admin/outbox.html")]
struct OutboxPage<'a> {
    f: &'a Frame,
    s: Shell,
    state: MailState,
    rows: Vec<Row>,
    next: Option<String>,
    jobs: Vec<JobRow>,
}

impl OutboxPage<'_> {
    /// Each state with its word and its page.
    fn states(&self) -> Vec<(String, String, bool)> {
        [
            MailState::Dead,
            MailState::Held,
            MailState::Queued,
            MailState::Sent,
        ]
        .into_iter()
        .map(|state| {
            let word = self.f.t(&format!("outbox-state-{}", state.as_str()));
            let href = self.f.to(format!("/admin/outbox?state={}", state.as_str()));
            (word.into_owned(), href, state == self.state)
        })
        .collect()
    }
}

/// `GET /admin/outbox?state=&before=` (M06)
pub async fn show_outbox(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<OutboxQuery>,
) -> Result<HttpResponse, AppError> {
    let (state, place) = (query.state(), query.place());
    let (mails, dead) = app
        .read(move |db| {
            let mails = outbox::list_mails(db, state, place, PER_PAGE + 1)?;
            Ok((mails, jobs::list_dead(db, JOBS_SHOWN)?))
        })
        .await?;
    let shown = usize::try_from(PER_PAGE).unwrap_or_default();
    let last = mails
        .iter()
        .take(shown)
        .next_back()
        .filter(|_| mails.len() > shown);
    let next = last.map(|last| {
        let at = last.created_at.as_microsecond();
        let state = state.as_str();
        frame.to(format!(
            "/admin/outbox?state={state}&before={at}.{}",
            last.id
        ))
    });
    frame.ok(&OutboxPage {
        f: &frame,
        s: Shell::load(&frame, &app, &staff).await?,
        state,
        rows: mails.iter().take(shown).map(Row::of).collect(),
        next,
        jobs: dead.iter().map(JobRow::of).collect(),
    })
}

/// The number in an address.
fn number(typed: &str) -> Result<i64, AppError> {
    typed.parse().map_err(|_unreadable| AppError::NotFound)
}

/// `POST /admin/outbox/{id}/sending`: a mail that was given up or is held goes again, with the same Message-ID.
pub async fn send_again(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    id: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let id = MailId(number(&id)?);
    if form.open(&frame).is_ok() {
        let (actor, now) = (staff.actor(), app.clock.now());
        app.write(move |db| {
            outbox::send_again(db, id, now)?;
            session::note(db, &actor, "mail.sent-again", &format!("mail={id}"), now)
        })
        .await?;
    }
    Ok(frame.see_other("/admin/outbox"))
}

/// `POST /admin/outbox/jobs/{id}`: a job that was given up begins again.
pub async fn begin_again(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    id: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let id = JobId(number(&id)?);
    if form.open(&frame).is_ok() {
        let (actor, now) = (staff.actor(), app.clock.now());
        app.write(move |db| {
            jobs::begin_again(db, id, now)?;
            session::note(db, &actor, "job.begun-again", &format!("job={id}"), now)
        })
        .await?;
    }
    Ok(frame.see_other("/admin/outbox"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_repeats_no_address() {
        assert_eq!(
            without_addresses("550 5.1.1 <hanako@example.com>: Recipient address rejected"),
            "550 5.1.1 *** Recipient address rejected"
        );
    }
}

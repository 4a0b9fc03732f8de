//! What the applicant was sent and whether it went out; a mail that was given up can be sent again.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::facts::OfficeClock;
use super::head::Head;
use super::{CaseQuery, open_page, path};
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::outbox::{self, Mail, MailId, MailState};
use crate::storage::{StoreError, case_lock};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;
use crate::web::office::case::decide::is_clerk;
use crate::web::office::scope;
use crate::web::office::session::Staff;
use crate::web::office::shell::Shell;

/// One mail.
struct Line {
    at: String,
    notice: String,
    subject: String,
    lang: Option<String>,
    recipient: String,
    state: &'static str,
    class: &'static str,
    more: String,
    /// Where "send again" posts to.
    again: Option<String>,
}

#[derive(Template)]
#[template(path = "office/case_mails.html")]
struct MailsPage<'a> {
    f: &'a Frame,
    s: Shell,
    c: Head,
    mails: Vec<Line>,
    is_resent: bool,
}

/// `GET /staff/cases/{ref}/mails`
pub async fn show_mails(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    reference: web::Path<String>,
    query: web::Query<CaseQuery>,
) -> Result<HttpResponse, AppError> {
    let (open, facts, mails) = open_page(&app, &staff, &reference, |db, open| {
        outbox::list_of_application(db, open.application.id)
    })
    .await?;
    let clock = OfficeClock::of(&frame, &open.office);
    let may_resend = is_clerk(&staff);
    let line = |mail: &Mail| {
        let page = format!("mails/{}", mail.id);
        let is_resendable = may_resend && is_resendable(mail);
        Line {
            again: is_resendable
                .then(|| frame.to(path(open.application.reference, &page, query.queue()))),
            ..line(&frame, mail, &clock)
        }
    };
    frame.ok(&MailsPage {
        s: Shell::load(&frame, &app, &staff).await?,
        c: Head::new(&frame, (&open, &facts), &staff, ("mails", &query)),
        mails: mails.iter().rev().map(line).collect(),
        is_resent: query.saved == "1",
        f: &frame,
    })
}

/// What carried a code or a link is never sent again: both have run out.
fn is_resendable(mail: &Mail) -> bool {
    matches!(mail.state, MailState::Dead | MailState::Held)
        && !mail.is_secret
        && !mail.text_body.is_empty()
}

fn line(frame: &Frame, mail: &Mail, clock: &OfficeClock) -> Line {
    let (state, class) = match mail.state {
        MailState::Sent => ("case-mail-sent", "ok"),
        MailState::Queued => ("case-mail-queued", "info"),
        MailState::Held => ("case-mail-held", "warn"),
        MailState::Dead => ("case-mail-dead", "warn"),
    };
    let tries = mail.attempts.to_string();
    let sent = mail.sent_at.map(|at| clock.at(at));
    let more = match (&mail.last_error, sent) {
        (_, Some(at)) => at,
        (Some(error), None) => {
            frame.t2("case-mail-failed", ("n", &tries), ("error", error.as_str()))
        }
        (None, None) => String::new(),
    };
    Line {
        at: clock.at(mail.created_at),
        notice: mail.notice.as_str().to_owned(),
        subject: if mail.subject.is_empty() {
            frame.t("mails-not-kept").into_owned()
        } else {
            mail.subject.clone()
        },
        lang: (!mail.subject.is_empty() && mail.language != frame.lang.as_str())
            .then(|| mail.language.clone()),
        recipient: mail.recipient.clone(),
        state,
        class,
        more,
        again: None,
    }
}

/// `POST /staff/cases/{ref}/mails/{id}`: sends a mail again that was given up. Another case's mail is not found.
pub async fn resend(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    place: web::Path<(String, String)>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let answers = form.open(&frame).map_err(|_old| AppError::Stale)?;
    let query = CaseQuery::of_form(&answers);
    let (reference, id) = place.into_inner();
    let id = MailId(id.parse().map_err(|_no_number| AppError::NotFound)?);
    let now = app.clock.now();
    let number = app
        .write(move |db| {
            let open = scope::open_case(db, &staff, &reference)?;
            let application = case_lock::lock_as_seen(db, &open.application)?;
            let mail = outbox::get_mail(db, id)?;
            if mail.application_id != Some(application.id) {
                return Err(StoreError::NotFound);
            }
            if !is_resendable(&mail) {
                return Err(StoreError::Conflict);
            }
            outbox::send_again(db, id, now)?;
            let entry = NewEntry {
                chain: &Chain::of_case(application.reference),
                actor: &staff.actor(),
                action: "case.mail_sent_again",
                detail: mail.notice.as_str(),
            };
            audit::append(db, &entry, now)?;
            Ok(application.reference)
        })
        .await?;
    let page = path(number, "mails", query.queue());
    let mark = if page.contains('?') { '&' } else { '?' };
    Ok(frame.see_other(&format!("{page}{mark}saved=1")))
}

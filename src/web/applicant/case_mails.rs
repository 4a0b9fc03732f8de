//! What she was told: the mails about her application, as they were sent. Codes and links that let somebody in are not kept, so they are not here.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::session::{self, Case};
use crate::clock::japan;
use crate::i18n;
use crate::storage::outbox::{self, Mail, MailId, MailState};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;

/// One line.
struct Line {
    subject: String,
    /// None when the words are no longer kept.
    link: Option<String>,
    /// The mail's language when it is not the page's.
    lang: Option<String>,
    on: String,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "applicant/case_mails.html")]
struct MailsPage<'a> {
    f: &'a Frame,
    case: &'a Case,
    mails: Vec<Line>,
}

fn other_language(frame: &Frame, mail: &Mail) -> Option<String> {
    (mail.language != frame.lang.as_str()).then(|| mail.language.clone())
}

fn line(frame: &Frame, case: &Case, mail: &Mail) -> Line {
    let is_kept = !mail.text_body.is_empty();
    Line {
        subject: if is_kept {
            mail.subject.clone()
        } else {
            frame.t("mails-not-kept").into_owned()
        },
        link: is_kept.then(|| frame.to(case.page(&format!("notices/{}", mail.id)))),
        lang: other_language(frame, mail).filter(|_| is_kept),
        on: i18n::date(frame.lang, mail.created_at.to_zoned(japan()).date()),
        state: match mail.state {
            MailState::Sent => "mails-sent",
            MailState::Queued | MailState::Held => "mails-queued",
            MailState::Dead => "mails-failed",
        },
    }
}

/// `GET /a/{ref}/notices`
pub async fn show_mails(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let case = session::answers_of(&frame, &app, &reference).await?;
    let id = case.application.id;
    let mails = app
        .read(move |db| outbox::list_of_application(db, id))
        .await?;
    let mails = mails
        .iter()
        .rev()
        .map(|mail| line(&frame, &case, mail))
        .collect();
    frame.ok(&MailsPage {
        f: &frame,
        case: &case,
        mails,
    })
}

#[derive(Template)]
#[template(path = "applicant/case_mail.html")]
struct MailPage<'a> {
    f: &'a Frame,
    case: &'a Case,
    subject: String,
    lang: Option<String>,
    paragraphs: Vec<Vec<String>>,
}

/// `GET /a/{ref}/notices/{id}`: another case's mail is not found.
pub async fn show_mail(
    frame: Frame,
    app: web::Data<App>,
    path: web::Path<(String, i64)>,
) -> Result<HttpResponse, AppError> {
    let (reference, number) = path.into_inner();
    let case = session::case(&frame, &app, &reference).await?;
    let mail = app
        .read(move |db| outbox::get_mail(db, MailId(number)))
        .await?;
    let is_own = mail.application_id == Some(case.application.id);
    if !is_own || mail.text_body.is_empty() {
        return Err(AppError::NotFound);
    }
    let paragraphs = mail
        .text_body
        .split("\r\n\r\n")
        .map(|paragraph| paragraph.lines().map(str::to_owned).collect())
        .collect();
    frame.ok(&MailPage {
        f: &frame,
        case: &case,
        subject: mail.subject.clone(),
        lang: other_language(&frame, &mail),
        paragraphs,
    })
}

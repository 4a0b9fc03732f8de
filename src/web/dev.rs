//! The demo's mailbox (`/dev/mail`): what the service sent, readable by whoever runs the demo. Outside the demo these addresses do not exist.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::app::App;
use super::errors::AppError;
use super::frame::Frame;
use crate::notices::demo_mailbox::{DemoMail, DemoMailbox};

fn mailbox(app: &App) -> Result<DemoMailbox, AppError> {
    app.demo_mailbox().cloned().ok_or(AppError::NotFound)
}

async fn list(app: &App) -> Result<Vec<DemoMail>, AppError> {
    let mailbox = mailbox(app)?;
    web::block(move || mailbox.list())
        .await
        .map_err(AppError::unexpected)?
        .map_err(AppError::unexpected)
}

#[derive(Template)]
#[template(path = "dev/mailbox.html")]
struct MailboxPage<'a> {
    f: &'a Frame,
    mails: Vec<DemoMail>,
    newer: Option<usize>,
    older: Option<usize>,
}

/// Mails on one page.
const PAGE: usize = 20;

/// Which page is asked for.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    page: Option<usize>,
}

/// `GET /dev/mail?page=`
pub async fn show_mailbox(
    frame: Frame,
    app: web::Data<App>,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse, AppError> {
    let page = wanted.page.unwrap_or(1).max(1);
    let mails = list(&app).await?;
    let end = page.saturating_mul(PAGE);
    let older = (mails.len() > end).then_some(page + 1);
    let mails = mails
        .into_iter()
        .skip(end.saturating_sub(PAGE))
        .take(PAGE)
        .collect();
    let newer = page.checked_sub(1).filter(|page| *page > 0);
    let mut response = frame.ok(&MailboxPage {
        f: &frame,
        mails,
        newer,
        older,
    })?;
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    Ok(response)
}

/// `GET /dev/mail.json`
pub async fn show_mailbox_json(app: web::Data<App>) -> Result<HttpResponse, AppError> {
    let mails = list(&app).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(mails))
}

#[derive(Template)]
#[template(path = "dev/mail.html")]
struct MailPage<'a> {
    f: &'a Frame,
    mail: DemoMail,
}

/// A line of a mail's text.
struct Line<'a> {
    text: &'a str,
    is_link: bool,
}

impl MailPage<'_> {
    /// The lines of the text, each with whether it is a link.
    fn lines(&self) -> Vec<Line<'_>> {
        self.mail
            .text
            .lines()
            .map(|text| Line {
                text,
                is_link: text.starts_with("http"),
            })
            .collect()
    }
}

/// `GET /dev/mail/{id}`
pub async fn show_mail(
    frame: Frame,
    app: web::Data<App>,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let mailbox = mailbox(&app)?;
    let found = web::block(move || mailbox.find(&id))
        .await
        .map_err(AppError::unexpected)?;
    let mail = found
        .map_err(AppError::unexpected)?
        .ok_or(AppError::NotFound)?;
    let mut response = frame.ok(&MailPage { f: &frame, mail })?;
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    Ok(response)
}

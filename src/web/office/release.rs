//! Confirmed cases leave for the issuer (S40 → S45): the clerk of the municipality that keeps the register releases them; a batch collects them later.

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use serde::Deserialize;

use super::session::Staff;
use super::shell::Shell;
use crate::domain::deadline::Terms;
use crate::domain::office_code::OfficeCode;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::status::Status;
use crate::domain::transition::{Actor, Circumstances};
use crate::i18n;
use crate::notices::Letterhead;
use crate::notices::advance::{AdvanceError, Facts, Step, advance};
use crate::storage::applications::{self, Doer};
use crate::storage::batches::{self, Confirmed};
use crate::storage::{Db, StoreError, attempt};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;

/// Cases on one page, released in one transaction.
const PER_PAGE: i64 = 100;

/// A confirmed case as a row.
struct Row {
    case: Confirmed,
    reference: String,
    since: String,
}

#[derive(Template)]
#[template(path = "office/release.html")]
struct ReleasePage<'a> {
    f: &'a Frame,
    s: Shell,
    rows: Vec<Row>,
    note: Option<String>,
    left: Option<String>,
}

/// What the address says besides.
#[derive(Debug, Deserialize)]
pub struct ReleaseQuery {
    #[serde(default)]
    sent: String,
    #[serde(default)]
    left: String,
}

async fn page(
    frame: &Frame,
    app: &web::Data<App>,
    staff: &Staff,
    (note, left): (Option<String>, Option<String>),
) -> Result<HttpResponse, AppError> {
    let office = staff.own_office()?.clone();
    let found = app
        .read(move |db| batches::list_confirmed(db, &office, PER_PAGE))
        .await?;
    let rows = found.into_iter().map(|case| Row {
        reference: case.receipt.to_string(),
        since: i18n::date(
            frame.lang,
            case.entered_at.to_zoned(crate::clock::japan()).date(),
        ),
        case,
    });
    frame.ok(&ReleasePage {
        f: frame,
        s: Shell::load(frame, app, staff).await?,
        rows: rows.collect(),
        note,
        left,
    })
}

fn counted(frame: &Frame, key: &str, count: &str) -> Option<String> {
    let count: u32 = count.parse().ok().filter(|count| *count > 0)?;
    Some(i18n::text_with(
        frame.lang,
        key,
        &[("n", count.to_string())],
    ))
}

/// `GET /staff/release`
pub async fn show_release(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<ReleaseQuery>,
) -> Result<HttpResponse, AppError> {
    let note = counted(&frame, "release-sent", &query.sent);
    let left = counted(&frame, "release-left", &query.left);
    page(&frame, &app, &staff, (note, left)).await
}

/// `POST /staff/release`: the ticked cases leave. One that somebody moved meanwhile stays where it is and is counted; a second press finds nothing left.
pub async fn release(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let Ok(answers) = form.open(&frame) else {
        let note = Some(frame.t("note-old-page").into_owned());
        return page(&frame, &app, &staff, (None, note)).await;
    };
    let chosen: Vec<ReceiptNumber> = answers
        .iter()
        .filter_map(|(field, _)| field.strip_prefix("case-")?.parse().ok())
        .take(usize::try_from(PER_PAGE).unwrap_or_default())
        .collect();
    let office = staff.own_office()?.clone();
    let (doer, letterhead) = (staff.doer(Actor::HonsekiClerk), app.letterhead());
    let now = app.clock.now();
    let (sent, left) = app
        .write(move |db| release_all(db, &letterhead, &chosen, (&office, &doer), now))
        .await?;
    Ok(frame.see_other(&format!("/staff/release?sent={sent}&left={left}")))
}

/// Releases each case by itself; answers how many left and how many did not.
fn release_all(
    db: &mut Db,
    letterhead: &Letterhead,
    chosen: &[ReceiptNumber],
    acting: (&OfficeCode, &Doer),
    now: Timestamp,
) -> Result<(usize, usize), StoreError> {
    let mut sent = 0;
    for receipt in chosen {
        match attempt(db, |db| release_one(db, letterhead, *receipt, acting, now)) {
            Ok(()) => sent += 1,
            Err(AdvanceError::Store(
                error @ (StoreError::Unavailable(_) | StoreError::Database(_)),
            )) => {
                return Err(error);
            }
            Err(_) => {}
        }
    }
    Ok((sent, chosen.len() - sent))
}

fn release_one(
    db: &mut Db,
    letterhead: &Letterhead,
    receipt: ReceiptNumber,
    (office, doer): (&OfficeCode, &Doer),
    now: Timestamp,
) -> Result<(), AdvanceError> {
    let found = applications::find_by_reference(db, receipt)?;
    let application = found.ok_or(StoreError::NotFound)?;
    let step = Step {
        application: application.id,
        expected: Status::Confirmed,
        to: Status::AtIssuer,
        doer,
        office: Some(office),
        circumstances: &Circumstances::default(),
        facts: Facts::default(),
        terms: Terms::default(),
    };
    advance(db, letterhead, &step, now)?;
    Ok(())
}

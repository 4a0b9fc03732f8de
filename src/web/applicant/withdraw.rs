//! Withdrawing (A24). Before anything is filed one press ends it; afterwards the law wants a signed request (申請取消申出), and the page says what to send.

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use serde::Deserialize;

use super::session::{self, Case};
use crate::domain::status::Status;
use crate::domain::transition::{Actor, Circumstances, Transition};
use crate::notices::case_facts;
use crate::storage::applications::{self, Doer, Move};
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::cases;
use crate::storage::tasks::{self, NewTask, TaskKind};
use crate::storage::{Db, case_lock, retention};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;

/// Whether a case can still be withdrawn: until the card is handed over.
pub fn may_withdraw(status: Status) -> bool {
    status != Status::Draft && status < Status::HandedOver && !status.has_ended()
}

/// What the page says besides.
#[derive(Debug, Deserialize)]
pub struct WithdrawQuery {
    #[serde(default)]
    asked: String,
}

#[derive(Template)]
#[template(path = "applicant/withdraw.html")]
struct WithdrawPage<'a> {
    f: &'a Frame,
    case: &'a Case,
    is_filed: bool,
    /// She just said that she will send the request.
    asked: bool,
    /// Where the request goes.
    office: String,
}

async fn open(frame: &Frame, app: &web::Data<App>, reference: &str) -> Result<Case, AppError> {
    let case = session::answers_of(frame, app, reference).await?;
    if may_withdraw(case.application.status) {
        Ok(case)
    } else {
        Err(AppError::SeeOther(frame.to(case.home())))
    }
}

async fn page<'a>(
    frame: &'a Frame,
    app: &web::Data<App>,
    case: &'a Case,
    asked: bool,
) -> Result<WithdrawPage<'a>, AppError> {
    let id = case.application.id;
    let file = app.read(move |db| cases::get_case(db, id)).await?;
    let holder = file.paper_office.as_ref().unwrap_or(&file.filing_office);
    Ok(WithdrawPage {
        f: frame,
        case,
        is_filed: !case.application.status.is_before_filing(),
        asked,
        office: case_facts::office_name(frame.lang, holder),
    })
}

/// `GET /a/{ref}/withdraw`
pub async fn show_withdraw(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    query: web::Query<WithdrawQuery>,
) -> Result<HttpResponse, AppError> {
    let case = open(&frame, &app, &reference).await?;
    frame.ok(&page(&frame, &app, &case, query.asked == "1").await?)
}

/// `POST /a/{ref}/withdraw`
pub async fn withdraw(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let case = open(&frame, &app, &reference).await?;
    if form.open(&frame).is_err() {
        return frame.again(&page(&frame, &app, &case, false).await?);
    }
    let (known, now) = (case.clone(), app.clock.now());
    if case.application.status.is_before_filing() {
        app.write(move |db| end_unfiled(db, &known, now)).await?;
        return Ok(frame.see_other("/a"));
    }
    app.write(move |db| announce(db, &known, now)).await?;
    Ok(frame.see_other(&case.page("withdraw?asked=1")))
}

/// Nothing was filed: it ends, and everything she entered goes.
fn end_unfiled(db: &mut Db, case: &Case, now: Timestamp) -> Result<(), AppError> {
    let row = Transition::find(case.application.status, Status::Withdrawn, Actor::Applicant)
        .map_err(AppError::unexpected)?;
    row.permit(&Circumstances::default())
        .map_err(AppError::unexpected)?;
    let doer = Doer::applicant(case.visitor.mailbox);
    let step = Move {
        application: case.application.id,
        from: case.application.status,
        to: row.to,
        doer: &doer,
        rule: row.rule,
    };
    let ended = applications::apply_transition(db, &step, now)?;
    Ok(retention::delete_content(db, &ended, now)?)
}

/// The office that has the paper knows that a signed request comes.
fn announce(db: &mut Db, case: &Case, now: Timestamp) -> Result<(), AppError> {
    let application = case_lock::lock_as_seen(db, &case.application)?;
    let Some(desk) = &application.desk else {
        return Ok(());
    };
    let key = format!("withdrawal:{}", case.application.id);
    let task = NewTask {
        kind: TaskKind::WithdrawalAsked,
        office: desk.as_str(),
        application: Some(case.application.id),
        detail: case.application.status.code(),
        key: Some(&key),
    };
    if tasks::open_task(db, &task, now)? {
        let doer = Doer::applicant(case.visitor.mailbox);
        let entry = NewEntry {
            chain: &Chain::of_case(case.reference),
            actor: &doer.id,
            action: "case.withdrawal_asked",
            detail: "",
        };
        audit::append(db, &entry, now)?;
    }
    Ok(())
}

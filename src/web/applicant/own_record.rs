//! Her own record: who looked at it, and everything that is held about her to take away.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use serde_json::json;

use super::session::{self, Case};
use crate::clock::japan;
use crate::i18n;
use crate::notices::case_facts;
use crate::storage::applications::ApplicationId;
use crate::storage::views::{self, CaseView};
use crate::storage::{
    Db, StoreError, card_disposals, card_transfers, cases, defects, history, inquiries, outbox,
    revisions,
};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;

/// More looks than this are not listed.
const MOST_LOOKS: i64 = 500;

/// One look: the role and the office, never a name.
struct Look {
    at: String,
    role: String,
    office: String,
}

#[derive(Template)]
#[template(path = "applicant/access_log.html")]
struct AccessLogPage<'a> {
    f: &'a Frame,
    case: &'a Case,
    looks: Vec<Look>,
}

/// The catalogue key of a role of the staff.
fn role_key(role: &str) -> &'static str {
    match role {
        "consular" => "access-role-consular",
        "municipal" => "access-role-municipal",
        "issuer" => "access-role-issuer",
        _ => "access-role-staff",
    }
}

fn look(frame: &Frame, view: &CaseView) -> Look {
    let office = view.office.as_ref();
    Look {
        at: i18n::time_of_day_with_date(frame.lang, view.at, &japan()),
        role: frame.t(role_key(&view.role)).into_owned(),
        office: office.map_or_else(String::new, |code| {
            case_facts::office_name(frame.lang, code)
        }),
    }
}

/// `GET /a/{ref}/access-log`
pub async fn show_access_log(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let case = session::case(&frame, &app, &reference).await?;
    let id = case.application.id;
    let seen = app
        .read(move |db| views::list_views(db, id, MOST_LOOKS))
        .await?;
    let looks = seen.iter().map(|view| look(&frame, view)).collect();
    frame.ok(&AccessLogPage {
        f: &frame,
        case: &case,
        looks,
    })
}

/// `GET /a/{ref}/data.json`: what is held about her, for her. Notes of the staff and who they are is not hers.
pub async fn download(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let case = session::answers_of(&frame, &app, &reference).await?;
    let known = case.clone();
    let record = app.read(move |db| record(db, &known)).await?;
    let body = serde_json::to_vec_pretty(&record).map_err(AppError::unexpected)?;
    let name = format!("attachment; filename=\"{}.json\"", case.reference);
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(body))
}

fn record(db: &mut Db, case: &Case) -> Result<serde_json::Value, StoreError> {
    let id = case.application.id;
    let form = revisions::find_current_revision(db, id)?
        .and_then(|revision| serde_json::from_str::<serde_json::Value>(&revision.content).ok());
    let answers: serde_json::Map<String, serde_json::Value> = case
        .sections
        .iter()
        .map(|section| (section.section.clone(), json!(section.answers)))
        .collect();
    let steps: Vec<serde_json::Value> = history::list_history(db, id)?
        .iter()
        .map(|line| json!({"status": line.to.code(), "at": line.at.to_string(), "by": line.role}))
        .collect();
    let mails: Vec<serde_json::Value> = outbox::list_of_application(db, id)?
        .iter()
        .map(|mail| {
            json!({"notice": mail.notice.as_str(), "to": mail.recipient, "subject": mail.subject,
                "at": mail.created_at.to_string(), "state": mail.state.as_str()})
        })
        .collect();
    let defects: Vec<serde_json::Value> = defects::list_defects(db, id)?
        .iter()
        .map(|defect| json!({"code": defect.code.as_str(), "note": defect.note, "at": defect.set_at.to_string()}))
        .collect();
    let questions: Vec<serde_json::Value> = inquiries::list_inquiries(db, id)?
        .iter()
        .map(|asked| json!({"question": asked.question, "reply": asked.reply, "at": asked.asked_at.to_string()}))
        .collect();
    let looks: Vec<serde_json::Value> = views::list_views(db, id, MOST_LOOKS)?
        .iter()
        .map(|view| json!({"role": view.role, "office": view.office.as_ref().map(ToString::to_string), "at": view.at.to_string()}))
        .collect();
    Ok(json!({
        "receipt_number": case.reference.to_string(),
        "email": case.email,
        "language": case.application.language,
        "status": case.application.status.code(),
        "answers": answers,
        "form": form,
        "case": file(db, id)?,
        "card_transfers": transfers(db, id)?,
        "card_destruction": destruction(db, id)?,
        "history": steps,
        "mails": mails,
        "defects": defects,
        "inquiries": questions,
        "looks": looks,
    }))
}

/// Where the case was handed in, lies and is collected, and what the card says of itself.
fn file(db: &mut Db, id: ApplicationId) -> Result<Option<serde_json::Value>, StoreError> {
    let file = cases::find_case(db, id)?;
    Ok(file.map(|file| {
        json!({"filing_office": file.filing_office.as_str(), "register_office": file.register_office.as_str(),
            "pickup_office": file.pickup_office.as_str(), "second_email": file.second_email,
            "second_contact": file.second_contact, "made_on": file.made_on.map(|day| day.to_string()),
            "card_expires_on": file.card_expires_on.map(|day| day.to_string())})
    }))
}

/// Where her card was to travel on to, who wanted it, and what became of it.
fn transfers(db: &mut Db, id: ApplicationId) -> Result<Vec<serde_json::Value>, StoreError> {
    let list = card_transfers::list_transfers(db, id)?;
    let at = |at: Option<Timestamp>| at.map(|at| at.to_string());
    Ok(list
        .iter()
        .map(|one| {
            let is_hers = one.asked_by.starts_with("mailbox:");
            json!({"from": one.from_office.as_str(), "to": one.to_office.as_str(), "state": one.state.as_str(),
                "asked_by": if is_hers { "applicant" } else { "office" }, "asked_at": one.asked_at.to_string(),
                "decided_at": at(one.decided_at), "reason": one.reason, "sent_at": at(one.sent_at)})
        })
        .collect())
}

/// What became of a card that nobody may hand over to her any more: where, why and when, not by whom.
fn destruction(db: &mut Db, id: ApplicationId) -> Result<Option<serde_json::Value>, StoreError> {
    let card = card_disposals::find_of_case(db, id)?;
    Ok(card.map(|card| {
        json!({"at": card.holder, "reason": card.reason, "state": card.state.as_str(),
            "since": card.opened_at.to_string(), "destroyed_at": card.destroyed_at.map(|at| at.to_string()),
            "confirmed_at": card.confirmed_at.map(|at| at.to_string())})
    }))
}

//! The second contact (A24): whom to ask when her own mailbox does not answer.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;

use super::session::{self, Case};
use crate::domain::answers::Answers;
use crate::domain::application::contact;
use crate::domain::status::Status;
use crate::storage::applications::Doer;
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::{Db, StoreError, case_lock, cases};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;

#[derive(Template)]
#[template(path = "applicant/contacts.html")]
struct ContactsPage<'a> {
    f: &'a Frame,
    v: FormView,
    case: &'a Case,
}

/// A filed case that has not ended.
pub async fn open_filed(
    frame: &Frame,
    app: &web::Data<App>,
    reference: &str,
) -> Result<Case, AppError> {
    let case = session::answers_of(frame, app, reference).await?;
    let status = case.application.status;
    if status.is_before_filing() || status.has_ended() || status == Status::HandedOver {
        Err(AppError::SeeOther(frame.to(case.home())))
    } else {
        Ok(case)
    }
}

fn shown(
    frame: &Frame,
    case: &Case,
    status: StatusCode,
    v: FormView,
) -> Result<HttpResponse, AppError> {
    frame.page(status, &ContactsPage { f: frame, v, case })
}

/// `GET /a/{ref}/contacts`
pub async fn show_contacts(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let case = open_filed(&frame, &app, &reference).await?;
    let id = case.application.id;
    let file = app.read(move |db| cases::get_case(db, id)).await?;
    let answers: Answers = [
        ("email2", file.second_email.unwrap_or_default()),
        ("contact2", file.second_contact.unwrap_or_default()),
    ]
    .into_iter()
    .collect();
    shown(&frame, &case, StatusCode::OK, FormView::of(answers))
}

/// `POST /a/{ref}/contacts`
pub async fn save_contacts(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let case = open_filed(&frame, &app, &reference).await?;
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(OldPage(answers)) => {
            let v = FormView::of(answers).with_note(frame.t("note-old-page"));
            return shown(&frame, &case, StatusCode::UNPROCESSABLE_ENTITY, v);
        }
    };
    let checked = contact::read_second(&answers);
    let Some((email, words)) = checked.value else {
        let v = FormView::of(answers).with_problems(&frame, &checked.problems);
        return shown(&frame, &case, StatusCode::UNPROCESSABLE_ENTITY, v);
    };
    let (known, now) = (case.clone(), app.clock.now());
    app.write(move |db| {
        let email = email
            .as_ref()
            .map(crate::domain::email::EmailAddress::as_str);
        keep(db, &known, (email, words.as_deref()), now)
    })
    .await?;
    Ok(frame.see_other(&case.page("status")))
}

fn keep(
    db: &mut Db,
    case: &Case,
    (email, words): (Option<&str>, Option<&str>),
    now: Timestamp,
) -> Result<(), StoreError> {
    case_lock::lock_as_seen(db, &case.application)?;
    cases::set_second_contact(db, case.application.id, email, words)?;
    let doer = Doer::applicant(case.visitor.mailbox);
    let entry = NewEntry {
        chain: &Chain::of_case(case.reference),
        actor: &doer.id,
        action: "case.second_contact_changed",
        detail: "",
    };
    audit::append(db, &entry, now)
}

//! Notes of the staff to each other, and the tasks of a case: closing one says what came of it. Neither ever holds a My Number.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::decide::is_clerk;
use super::overview::Desk;
use super::{CaseQuery, path};
use crate::domain::answers::{Answers, Problem};
use crate::domain::decision::TEXT_MAX;
use crate::domain::free_text::{self, TextError};
use crate::domain::receipt_number::ReceiptNumber;
use crate::security::token::Token;
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::tasks::{self, TaskId};
use crate::storage::{StoreError, idempotency, staff_notes};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::scope;
use crate::web::office::session::Staff;

/// A text of staff: what may be kept, or what is wrong with it.
pub fn read_text(answers: &Answers, field: &'static str) -> Result<String, Problem> {
    free_text::lines(answers.get(field), TEXT_MAX).map_err(|error| match error {
        TextError::Empty => Problem::new(field, "error-note-empty"),
        TextError::MyNumber => Problem::new(field, "error-message-my-number"),
        _ => Problem::new(field, "error-message-form").with("n", TEXT_MAX.to_string()),
    })
}

/// `POST /staff/cases/{ref}/notes`
pub async fn add_note(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    reference: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    keep(&frame, &app, &staff, (&reference, None), form).await
}

/// `POST /staff/cases/{ref}/tasks/{id}`: done, with what came of it.
pub async fn finish_task(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    place: web::Path<(String, String)>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let (reference, id) = place.into_inner();
    let id = TaskId(id.parse().map_err(|_no_number| AppError::NotFound)?);
    keep(&frame, &app, &staff, (&reference, Some(id)), form).await
}

async fn keep(
    frame: &Frame,
    app: &web::Data<App>,
    staff: &Staff,
    (reference, task): (&str, Option<TaskId>),
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let opened = form.open(frame);
    let (answers, is_old) = match opened {
        Ok(answers) => (answers, false),
        Err(OldPage(answers)) => (answers, true),
    };
    let query = CaseQuery::of_form(&answers);
    let desk = Desk {
        frame,
        app,
        staff,
        query: &query,
    };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    if is_old {
        let v = FormView::of(answers).with_note(frame.t("note-old-page"));
        return desk.again(unprocessable, reference, v).await;
    }
    let field = if task.is_some() { "outcome" } else { "note" };
    let text = match read_text(&answers, field) {
        Ok(text) => text,
        Err(problem) => {
            let v = FormView::of(answers).with_problems(frame, &[problem]);
            return desk.again(unprocessable, reference, v).await;
        }
    };
    let key = Token::parse(answers.get("key")).ok_or(AppError::Malformed)?;
    let number = write(app, staff, (reference, task), (text, key)).await?;
    Ok(frame.see_other(&path(number, "", query.queue())))
}

async fn write(
    app: &web::Data<App>,
    staff: &Staff,
    (reference, task): (&str, Option<TaskId>),
    (text, key): (String, Token),
) -> Result<ReceiptNumber, AppError> {
    let (staff, reference, now) = (staff.clone(), reference.to_owned(), app.clock.now());
    app.write(move |db| {
        let open = scope::open_case(db, &staff, &reference)?;
        let (id, number) = (open.application.id, open.application.reference);
        idempotency::once(db, "case-note", key.hash().as_bytes(), now, |db| {
            let actor = staff.actor();
            if let Some(task) = task {
                let is_of_case = tasks::list_tasks_of(db, id)?
                    .iter()
                    .any(|one| one.id == task);
                if !is_of_case || !is_clerk(&staff) {
                    return Err(StoreError::NotFound);
                }
                tasks::finish_task(db, task, open.office.as_str(), &actor, now)?;
            }
            staff_notes::insert_note(db, id, &text, (&open.office, &actor), now)?;
            let action = if task.is_some() {
                "case.task_done"
            } else {
                "case.noted"
            };
            let entry = NewEntry {
                chain: &Chain::of_case(number),
                actor: &actor,
                action,
                detail: "",
            };
            audit::append(db, &entry, now)?;
            Ok(path(number, "", None))
        })?;
        Ok::<_, StoreError>(number)
    })
    .await
}

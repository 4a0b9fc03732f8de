//! The birth date, asked once on a device that did not enter the answers. Tries are limited in the database.

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::SignedDuration;
use serde::Deserialize;

use super::session::{self, Case, birth_date};
use crate::domain::answers::Problem;
use crate::domain::application::section::Section;
use crate::domain::calendar;
use crate::storage::applications::Doer;
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::{Db, StoreError, birth_tries};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;

const TRIES: i32 = 5;
const PERIOD: SignedDuration = SignedDuration::from_hours(1);

/// Where to go on to.
#[derive(Debug, Deserialize)]
pub struct ConfirmQuery {
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "applicant/confirm.html")]
struct ConfirmPage<'a> {
    f: &'a Frame,
    v: FormView,
    action: String,
}

fn page<'a>(frame: &'a Frame, case: &Case, v: FormView) -> ConfirmPage<'a> {
    ConfirmPage {
        f: frame,
        v,
        action: frame.to(case.page("confirm")),
    }
}

/// `GET /a/{ref}/confirm`
pub async fn show_confirm(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    query: web::Query<ConfirmQuery>,
) -> Result<HttpResponse, AppError> {
    let case = session::case(&frame, &app, &reference).await?;
    if case.may_see_answers {
        return Ok(frame.see_other(&case.home()));
    }
    frame.ok(&page(
        &frame,
        &case,
        FormView::of([("next", query.next.as_str())].into_iter().collect()),
    ))
}

/// `POST /a/{ref}/confirm`
pub async fn confirm_birth_date(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let case = session::case(&frame, &app, &reference).await?;
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(old) => {
            return frame.again(&page(
                &frame,
                &case,
                FormView::of(old.0).with_note(frame.t("note-old-page")),
            ));
        }
    };
    let typed = calendar::read_date(
        answers.get("dob_y"),
        answers.get("dob_m"),
        answers.get("dob_d"),
    )
    .ok()
    .flatten();
    let Some(typed) = typed else {
        return frame.again(&page(
            &frame,
            &case,
            FormView::of(answers)
                .with_problems(&frame, &[Problem::new("dob", "error-dob-confirm-empty")]),
        ));
    };
    let (now, known) = (app.clock.now(), case.clone());
    match app
        .write(move |db| try_date(db, &known, typed, now))
        .await?
    {
        Tried::Right => Ok(frame.see_other(&next_page(&case, answers.get("next")))),
        Tried::Wrong => frame.again(&page(
            &frame,
            &case,
            FormView::of(answers)
                .with_problems(&frame, &[Problem::new("dob", "error-dob-confirm-wrong")]),
        )),
        Tried::TooOften => Err(AppError::TooMany(3600)),
    }
}

enum Tried {
    Right,
    Wrong,
    TooOften,
}

fn try_date(
    db: &mut Db,
    case: &Case,
    typed: jiff::civil::Date,
    now: jiff::Timestamp,
) -> Result<Tried, StoreError> {
    if !birth_tries::claim_birth_try(db, case.application.id, TRIES, PERIOD, now)? {
        return Ok(Tried::TooOften);
    }
    let is_right = case.section(Section::Person.as_str()).and_then(birth_date) == Some(typed);
    let doer = Doer::applicant(case.visitor.mailbox);
    let action = if is_right {
        "case.opened-by-birth-date"
    } else {
        "case.birth-date-wrong"
    };
    let chain = Chain::of_case(case.application.reference);
    audit::append(
        db,
        &NewEntry {
            chain: &chain,
            actor: &doer.id,
            action,
            detail: "",
        },
        now,
    )?;
    if is_right {
        session::grant(db, case.visitor, case.application.id, now)?;
    }
    Ok(if is_right { Tried::Right } else { Tried::Wrong })
}

/// Only plain words of the case's own addresses are followed: `photo`, `photo/check`.
fn next_page(case: &Case, next: &str) -> String {
    let is_word = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c == '-' || c == '.')
    };
    let is_page = next.len() < 30 && next != "confirm" && next.split('/').all(is_word);
    if is_page {
        case.page(next)
    } else {
        case.home()
    }
}

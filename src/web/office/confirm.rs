//! Password and code again, before what cannot be taken back: exports, changes of roles, disposal. They count as fresh for ten minutes.
//!
//! A browser left open is therefore not enough for these acts. The session gets a new token.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::lock::Turn;
use super::login::{NextQuery, lock_of};
use super::second_factor::prove;
use super::session::{self, Staff, return_path};
use super::shell::Shell;
use crate::domain::answers::{Answers, Problem};
use crate::security::password;
use crate::security::token::Token;
use crate::storage::{staff_credentials, staff_sessions};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;

#[derive(Template)]
#[template(path = "office/confirm.html")]
struct ConfirmPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
}

/// `GET /staff/confirm`
pub async fn show_confirm(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<NextQuery>,
) -> Result<HttpResponse, AppError> {
    let v = FormView::of([("next", query.next.as_str())].into_iter().collect());
    let s = Shell::load(&frame, &app, &staff).await?;
    frame.ok(&ConfirmPage { f: &frame, s, v })
}

/// `POST /staff/confirm`
pub async fn confirm(
    frame: Frame,
    request: HttpRequest,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let s = Shell::load(&frame, &app, &staff).await?;
    let (answers, is_old) = match form.open(&frame) {
        Ok(answers) => (answers, false),
        Err(old) => (old.0, true),
    };
    let kept: Answers = [("next", answers.get("next"))].into_iter().collect();
    let v = FormView::of(kept);
    if is_old {
        let v = v.with_note(frame.t("note-old-page"));
        return frame.again(&ConfirmPage { f: &frame, s, v });
    }
    let problem = match try_both(&app, &request, &staff, &answers).await? {
        Ok(token) => {
            let next = return_path(answers.get("next"));
            return session::see_other_with(&frame, &app, next, &token);
        }
        Err(problem) => problem,
    };
    let v = v.with_problems(&frame, &[problem]);
    frame.again(&ConfirmPage { f: &frame, s, v })
}

/// The session's new token, or what is wrong. Which of the two was wrong is not said.
async fn try_both(
    app: &web::Data<App>,
    request: &HttpRequest,
    staff: &Staff,
    answers: &Answers,
) -> Result<Result<Token, Problem>, AppError> {
    if answers.get("password").is_empty() {
        return Ok(Err(Problem::new("password", "error-password-empty")));
    }
    let lock = lock_of(app, &staff.user_id, request);
    if lock.take_turn(app).await? == Turn::Locked {
        return Ok(Err(Problem::new("password", "error-sign-in-locked")));
    }
    let id = staff.id;
    let credentials = app
        .read(move |db| staff_credentials::get_credentials(db, id))
        .await?;
    let answer = password::verify(answers.get("password"), credentials.password_hash);
    let verified = lock.judged(app, answer).await?;
    let token = Token::generate().map_err(AppError::unexpected)?;
    let (shared, fresh, staff, answers) =
        (app.clone(), token.clone(), staff.clone(), answers.clone());
    let turn = app
        .write(move |db| {
            let now = shared.clock.now();
            // A mistyped password uses up no code.
            let proof = if verified.is_right {
                prove(db, &shared, staff.id, &answers)?
            } else {
                None
            };
            if proof.is_none() {
                session::note(db, &staff.actor(), "staff.confirmation-refused", "", now)?;
                return Ok::<_, AppError>(Some(lock.fail(db, now)?));
            }
            lock.open(db)?;
            staff_sessions::set_confirmed(db, staff.session, fresh.hash().as_bytes(), now)?;
            session::note(db, &staff.actor(), "staff.confirmed", "", now)?;
            Ok(None)
        })
        .await?;
    Ok(match turn {
        None => Ok(token),
        Some(Turn::Free) => Err(Problem::new("password", "error-confirm-wrong")),
        Some(Turn::Locked) => Err(Problem::new("password", "error-sign-in-locked")),
    })
}

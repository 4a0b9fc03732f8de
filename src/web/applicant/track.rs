//! Finding one's applications (A18), and ending the session.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::apply::{SignInQuery, browser, read_email};
use super::challenge::{self, Request};
use super::session;
use crate::domain::answers::Problem;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::text;
use crate::storage::challenges::Purpose;
use crate::storage::sessions;
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;
use crate::web::limits::source_of;

#[derive(Template)]
#[template(path = "applicant/track.html")]
struct TrackPage<'a> {
    f: &'a Frame,
    v: FormView,
}

/// `GET /track` (A18)
pub async fn show_track(
    frame: Frame,
    query: web::Query<SignInQuery>,
) -> Result<HttpResponse, AppError> {
    let mut v = FormView::of(
        [("ref", query.reference.chars().take(20).collect::<String>())]
            .into_iter()
            .collect(),
    );
    if query.again == "1" {
        v = v.with_note(frame.t("track-again"));
    }
    frame.ok(&TrackPage { f: &frame, v })
}

/// `POST /track`
pub async fn send_track_code(
    frame: Frame,
    request: HttpRequest,
    app: web::Data<App>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(old) => {
            return frame.again(&TrackPage {
                f: &frame,
                v: FormView::of(old.0).with_note(frame.t("note-old-page")),
            });
        }
    };
    let email = read_email(&answers);
    let typed = text::trimmed(answers.get("ref"));
    let reference = (!typed.is_empty()).then(|| typed.parse::<ReceiptNumber>());
    let mut problems: Vec<Problem> = email.as_ref().err().cloned().into_iter().collect();
    problems
        .extend(matches!(reference, Some(Err(_))).then(|| Problem::new("ref", "error-ref-form")));
    let (Ok(email), true) = (email, problems.is_empty()) else {
        return frame.again(&TrackPage {
            f: &frame,
            v: FormView::of(answers).with_problems(&frame, &problems),
        });
    };
    let asked = Request {
        email,
        purpose: Purpose::Track,
        lang: frame.lang,
        kind: None,
    };
    challenge::send(&app, asked, browser(&frame)?, source_of(&request)).await?;
    let query = reference
        .and_then(Result::ok)
        .map(|reference| format!("?ref={reference}"))
        .unwrap_or_default();
    Ok(frame.see_other(&format!("/apply/verify{query}")))
}

/// `POST /sign-out`
pub async fn sign_out(
    frame: Frame,
    app: web::Data<App>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let is_ours = form.open(&frame).is_ok();
    if let (true, Ok(visitor)) = (is_ours, session::visitor(&frame, &app).await) {
        let now = app.clock.now();
        app.write(move |db| sessions::revoke_session(db, visitor.session, now))
            .await?;
    }
    let mut response = frame.see_other("/");
    if response.add_cookie(&app.session_cookie_gone()).is_err() {
        tracing::error!("the session cookie could not be removed");
    }
    Ok(response)
}

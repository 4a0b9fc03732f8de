//! Signing in with user id and password (S01), and signing out.
//!
//! Whoever types a wrong user id is told the same as whoever types a wrong password, after the same work. The right password alone opens nothing but
//! the pages of the second factor.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::enrolment;
use super::lock::{Lock, Turn};
use super::session::{self, Device, next_query, return_path};
use crate::domain::answers::{Answers, Problem};
use crate::domain::staff::user_id::UserId;
use crate::domain::text;
use crate::security::password::{self, HashError};
use crate::security::token::Token;
use crate::storage::staff_credentials::{self, Credentials};
use crate::storage::staff_sessions::{self, Stage};
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;
use crate::web::limits::source_of;

/// Where to go on to.
#[derive(Debug, Default, Deserialize)]
pub struct NextQuery {
    /// One of the staff's own pages.
    #[serde(default)]
    pub(super) next: String,
}

#[derive(Template)]
#[template(path = "office/login.html")]
struct LoginPage<'a> {
    f: &'a Frame,
    v: FormView,
}

impl From<HashError> for AppError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Unavailable(error.to_string()),
            HashError::Broken => Self::unexpected(error),
        }
    }
}

/// `GET /staff/login` (S01)
pub async fn show_login(
    frame: Frame,
    query: web::Query<NextQuery>,
) -> Result<HttpResponse, AppError> {
    let mut v = FormView::of([("next", query.next.as_str())].into_iter().collect());
    if !query.next.is_empty() {
        v = v.with_note(frame.t("office-login-again"));
    }
    frame.ok(&LoginPage { f: &frame, v })
}

/// What is shown again: never the password.
fn without_password(answers: &Answers) -> Answers {
    ["user", "next"]
        .into_iter()
        .map(|field| (field, answers.get(field)))
        .collect()
}

fn again(frame: &Frame, answers: &Answers, problems: &[Problem]) -> Result<HttpResponse, AppError> {
    let v = FormView::of(without_password(answers)).with_problems(frame, problems);
    frame.again(&LoginPage { f: frame, v })
}

/// `POST /staff/login`
pub async fn sign_in(
    frame: Frame,
    request: HttpRequest,
    app: web::Data<App>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(old) => {
            let v = FormView::of(without_password(&old.0)).with_note(frame.t("note-old-page"));
            return frame.again(&LoginPage { f: &frame, v });
        }
    };
    let problems: Vec<Problem> = [
        ("user", "error-user-empty"),
        ("password", "error-password-empty"),
    ]
    .into_iter()
    .filter(|(field, _)| answers.get(field).is_empty())
    .map(|(field, kind)| Problem::new(field, kind))
    .collect();
    if !problems.is_empty() {
        return again(&frame, &answers, &problems);
    }
    let user_id = UserId::parse(answers.get("user")).ok();
    let lock = lock_of(&app, answers.get("user"), &request);
    if lock.take_turn(&app).await? == Turn::Locked {
        return again(
            &frame,
            &answers,
            &[Problem::new("user", "error-sign-in-locked")],
        );
    }
    // What cannot be a user id is looked for like one: nobody has it.
    let credentials = app
        .read(move |db| {
            let user_id = user_id.as_ref().map_or("", UserId::as_str);
            staff_credentials::find_credentials(db, user_id)
        })
        .await?;
    let stored = credentials
        .as_ref()
        .and_then(|credentials| credentials.password_hash.clone());
    let verified = lock
        .judged(&app, password::verify(answers.get("password"), stored))
        .await?;
    match credentials.filter(|_| verified.is_right) {
        Some(credentials) => {
            if verified.is_outdated {
                rehash(&app, &credentials, answers.get("password")).await?;
            }
            begin(
                &frame,
                &request,
                &app,
                credentials,
                lock,
                answers.get("next"),
            )
            .await
        }
        None => refuse(&frame, &app, lock, &answers).await,
    }
}

/// The counters of whoever signs in with this user id from this place; what cannot be a user id is counted all the same.
pub(super) fn lock_of(app: &App, typed: &str, request: &HttpRequest) -> Lock {
    let folded: String = text::ascii_folded(typed)
        .to_ascii_lowercase()
        .chars()
        .take(100)
        .collect();
    Lock::of(app, &folded, &source_of(request).to_string())
}

async fn refuse(
    frame: &Frame,
    app: &web::Data<App>,
    lock: Lock,
    answers: &Answers,
) -> Result<HttpResponse, AppError> {
    let now = app.clock.now();
    let user_id = UserId::parse(answers.get("user")).ok();
    let turn = app
        .write(move |db| {
            note_refusal(db, user_id.as_ref(), now)?;
            lock.fail(db, now)
        })
        .await?;
    let kind = match turn {
        Turn::Free => "error-sign-in-wrong",
        Turn::Locked => "error-sign-in-locked",
    };
    again(frame, answers, &[Problem::new("user", kind)])
}

/// A wrong password is written down with the account it was meant for; what strangers type is not. Both cost the same statements, so that an answer's
/// time does not tell which accounts there are.
fn note_refusal(
    db: &mut Db,
    user_id: Option<&UserId>,
    now: jiff::Timestamp,
) -> Result<(), StoreError> {
    let known = staff_credentials::find_credentials(db, user_id.map_or("", UserId::as_str))?;
    let actor = known.map_or_else(|| "unknown".to_owned(), |known| known.id.actor());
    session::note(db, &actor, "staff.password-refused", "", now)
}

/// The stored hash has weaker parameters than today's: now is the moment to make it anew.
async fn rehash(
    app: &web::Data<App>,
    credentials: &Credentials,
    password: &str,
) -> Result<(), AppError> {
    let hash = password::hash(password).await?;
    let (id, now) = (credentials.id, app.clock.now());
    app.write(move |db| staff_credentials::set_password(db, id, &hash, now))
        .await
}

async fn begin(
    frame: &Frame,
    request: &HttpRequest,
    app: &web::Data<App>,
    credentials: Credentials,
    lock: Lock,
    next: &str,
) -> Result<HttpResponse, AppError> {
    let token = Token::generate().map_err(AppError::unexpected)?;
    let is_enrolled = credentials.has_second_factor();
    let (device, now, shared, fresh) = (
        Device::of(request),
        app.clock.now(),
        app.clone(),
        token.clone(),
    );
    app.write(move |db| {
        lock.give_back(db, now)?;
        if !is_enrolled {
            enrolment::prepare(db, &shared, &credentials)?;
        }
        session::begin(db, credentials.id, Stage::Password, &fresh, &device, now)?;
        Ok::<_, AppError>(())
    })
    .await?;
    let page = if is_enrolled {
        "/staff/login/code"
    } else {
        "/staff/login/second-factor"
    };
    session::see_other_with(
        frame,
        app,
        &format!("{page}{}", next_query(return_path(next))),
        &token,
    )
}

/// `POST /staff/logout`
pub async fn sign_out(
    frame: Frame,
    request: HttpRequest,
    app: web::Data<App>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let is_ours = form.open(&frame).is_ok();
    if let (true, Some(staff)) = (is_ours, session::find(&request, &app).await?) {
        let now = app.clock.now();
        app.write(move |db| {
            staff_sessions::revoke_session(db, staff.session, now)?;
            session::note(db, &staff.actor(), "staff.signed-out", "", now)
        })
        .await?;
    }
    let mut response = frame.see_other("/staff/login");
    response
        .add_cookie(&app.staff_cookie_gone())
        .map_err(AppError::unexpected)?;
    response.headers_mut().insert(
        actix_web::http::header::CLEAR_SITE_DATA,
        actix_web::http::header::HeaderValue::from_static("\"cache\""),
    );
    Ok(response)
}

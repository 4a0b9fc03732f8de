//! Another mail address (A24): a code to the new one, and a notice to both when it is typed (N21). The case goes to the new mailbox, and so does this
//! browser's session.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use jiff::{SignedDuration, Timestamp};

use super::apply::read_email;
use super::challenge::{self, TRIES};
use super::contacts::open_filed;
use super::pickup::answer;
use super::session::{self, Case};
use crate::domain::answers::{Answers, Problem};
use crate::domain::email::EmailAddress;
use crate::domain::text;
use crate::i18n::Lang;
use crate::notices::events::{self, EventError};
use crate::notices::{self, Addressee, AskedCode, Notice};
use crate::security::token::{SignInCode, Token, throttling_hash};
use crate::storage::Db;
use crate::storage::applications::Doer;
use crate::storage::email_changes::{self, EmailChange};
use crate::storage::throttle::{self, Scope};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::limits::source_of;

const LIFETIME: SignedDuration = SignedDuration::from_mins(30);
const LIFETIME_MINUTES: u32 = 30;
const SENT: Scope = Scope {
    name: "email-change:case",
    window: SignedDuration::from_hours(24),
};
/// Each code can be tried a few times, and what it opens is somebody's mailbox: so few codes a day that guessing leads nowhere.
const SENDS: i64 = 5;
const WAIT_SECONDS: u32 = 15 * 60;

#[derive(Template)]
#[template(path = "applicant/email.html")]
struct EmailPage<'a> {
    f: &'a Frame,
    v: FormView,
    case: &'a Case,
    /// The address a code was sent to, most of it hidden.
    pending: Option<String>,
}

async fn pending(app: &web::Data<App>, case: &Case) -> Result<Option<EmailChange>, AppError> {
    let (id, now) = (case.application.id, app.clock.now());
    app.read(move |db| email_changes::find_email_change(db, id, now))
        .await
}

fn shown(
    frame: &Frame,
    case: &Case,
    pending: Option<&EmailChange>,
    (status, v): (StatusCode, FormView),
) -> Result<HttpResponse, AppError> {
    let masked = pending
        .and_then(|change| EmailAddress::parse(&change.email).ok())
        .map(|email| email.masked());
    frame.page(
        status,
        &EmailPage {
            f: frame,
            v,
            case,
            pending: masked,
        },
    )
}

/// `GET /a/{ref}/email`
pub async fn show_email(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let case = open_filed(&frame, &app, &reference).await?;
    let pending = pending(&app, &case).await?;
    shown(
        &frame,
        &case,
        pending.as_ref(),
        (StatusCode::OK, FormView::default()),
    )
}

/// `POST /a/{ref}/email`: the address, its code, or another address.
pub async fn change_email(
    frame: Frame,
    request: HttpRequest,
    app: web::Data<App>,
    reference: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let case = open_filed(&frame, &app, &reference).await?;
    let waiting = pending(&app, &case).await?;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(OldPage(answers)) => {
            let v = FormView::of(answers).with_note(frame.t("note-old-page"));
            return shown(&frame, &case, waiting.as_ref(), (unprocessable, v));
        }
    };
    match answers.get("go") {
        "other" => {
            let id = case.application.id;
            app.write(move |db| email_changes::delete_email_change(db, id))
                .await?;
            Ok(frame.see_other(&case.page("email")))
        }
        "code" => take_code(&frame, &app, &case, waiting, answers).await,
        _ => match read_email(&answers) {
            Err(problem) => {
                let v = FormView::of(answers).with_problems(&frame, &[problem]);
                shown(&frame, &case, None, (unprocessable, v))
            }
            Ok(email) => {
                send_code(&app, &case, email, source_of(&request)).await?;
                Ok(frame.see_other(&case.page("email")))
            }
        },
    }
}

/// What the code is bound to: this case and this address.
fn bound_to(case: &Case, email_key: &str) -> String {
    format!("email-change:{}:{email_key}", case.application.id)
}

async fn send_code(
    app: &web::Data<App>,
    case: &Case,
    email: EmailAddress,
    source: std::net::IpAddr,
) -> Result<(), AppError> {
    let code = SignInCode::generate().map_err(AppError::unexpected)?;
    let (shared, case, now) = (app.clone(), case.clone(), app.clock.now());
    let is_sent = app
        .write(move |db| {
            let id = case.application.id.to_string();
            let counted = throttling_hash(shared.keys(), SENT.name, &id);
            let is_allowed = challenge::may_send(db, shared.keys(), &email, source, now)?;
            if throttle::hit(db, SENT, &counted, now)? > SENDS || !is_allowed {
                return Ok::<_, AppError>(false);
            }
            let key = email.key();
            let hash = code.hash(shared.keys(), &bound_to(&case, &key));
            let id = case.application.id;
            email_changes::insert_or_replace(
                db,
                id,
                (email.as_str(), &key),
                &hash,
                (now + LIFETIME, now),
            )?;
            let asked = AskedCode {
                code: code.as_str().to_owned(),
                link_token: None,
                minutes: LIFETIME_MINUTES,
            };
            let to = Addressee {
                email: email.as_str(),
                lang: Lang::parse(&case.application.language).unwrap_or_default(),
                name: None,
                application: None,
            };
            notices::post(db, &shared.letterhead(), &to, &Notice::Code(asked), now)
                .map_err(AppError::unexpected)?;
            Ok(true)
        })
        .await?;
    if is_sent {
        Ok(())
    } else {
        Err(AppError::TooMany(WAIT_SECONDS))
    }
}

async fn take_code(
    frame: &Frame,
    app: &web::Data<App>,
    case: &Case,
    waiting: Option<EmailChange>,
    answers: Answers,
) -> Result<HttpResponse, AppError> {
    let Some(waiting) = waiting else {
        return Ok(frame.see_other(&case.page("email")));
    };
    let typed: String = answers
        .get("code")
        .chars()
        .filter_map(text::digit)
        .map(|digit| char::from(b'0' + digit))
        .collect();
    let token = Token::generate().map_err(AppError::unexpected)?;
    let (shared, known, change, now) =
        (app.clone(), case.clone(), waiting.clone(), app.clock.now());
    let session_token = token.clone();
    let outcome = app
        .write(move |db| {
            prove(
                db,
                &shared,
                &known,
                (&change, &typed),
                (&session_token, now),
            )
        })
        .await;
    let problem = match outcome {
        Ok(Proof::Done) => {
            let mut response = frame.see_other(&case.page("status"));
            if response
                .add_cookie(&app.session_cookie_with(&token))
                .is_err()
            {
                tracing::warn!("the session cookie could not be set");
            }
            return Ok(response);
        }
        Ok(Proof::Wrong) => Problem::new("code", "error-code-wrong")
            .with("left", (TRIES - waiting.attempts - 1).max(0).to_string()),
        Ok(Proof::Over) => Problem::new("code", "error-code-expired"),
        Ok(Proof::Unchanged) => return Ok(frame.see_other(&case.page("status"))),
        Err(error) => return Err(error),
    };
    let v = FormView::of(answers).with_problems(frame, &[problem]);
    shown(
        frame,
        case,
        Some(&waiting),
        (StatusCode::UNPROCESSABLE_ENTITY, v),
    )
}

/// What became of a typed code.
enum Proof {
    Done,
    Wrong,
    Over,
    /// It is her address already.
    Unchanged,
}

fn prove(
    db: &mut Db,
    app: &App,
    case: &Case,
    (change, typed): (&EmailChange, &str),
    (token, now): (&Token, Timestamp),
) -> Result<Proof, AppError> {
    if !email_changes::claim_attempt(db, case.application.id, TRIES)? {
        return Ok(Proof::Over);
    }
    let bound = bound_to(case, &change.email_key);
    let is_right = SignInCode::parse(typed)
        .is_some_and(|code| code.matches(app.keys(), &bound, &change.code_hash));
    if !is_right {
        return Ok(Proof::Wrong);
    }
    let email = EmailAddress::parse(&change.email).map_err(AppError::unexpected)?;
    let doer = Doer::applicant(case.visitor.mailbox);
    let letterhead = app.letterhead();
    let changed = events::change_email(db, &letterhead, &case.application, (&email, &doer), now);
    let mailbox = match changed {
        Err(EventError::Unchanged) => return Ok(Proof::Unchanged),
        Err(error) => return Err(answer(error)),
        Ok(mailbox) => mailbox,
    };
    let session = session::begin(db, mailbox.id, token, now)?;
    let visitor = session::Visitor {
        session,
        mailbox: mailbox.id,
    };
    session::grant(db, visitor, case.application.id, now)?;
    Ok(Proof::Done)
}

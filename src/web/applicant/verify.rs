//! Proving the mailbox: the code typed, or the link opened, behind a button (A05).

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::apply::{SignInQuery, browser};
use super::challenge::{self, Refused, Request};
use super::{new_application, session};
use crate::domain::answers::{Answers, Problem};
use crate::domain::email::EmailAddress;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::text;
use crate::i18n::Lang;
use crate::security::token::Token;
use crate::storage::challenges::{Challenge, Purpose};
use crate::storage::{Db, applications, sessions};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;
use crate::web::limits::source_of;

#[derive(Template)]
#[template(path = "applicant/verify.html")]
struct VerifyPage<'a> {
    f: &'a Frame,
    v: FormView,
    email: String,
    back: &'static str,
    keeps_typing: bool,
}

impl VerifyPage<'_> {
    fn sent(&self) -> String {
        self.f.t1("verify-sent", "email", &self.email)
    }
}

/// `GET /apply/verify` (A05)
pub async fn show_verify(
    frame: Frame,
    request: HttpRequest,
    app: web::Data<App>,
    query: web::Query<SignInQuery>,
) -> Result<HttpResponse, AppError> {
    let answers: Answers = [("ref", query.reference.as_str())].into_iter().collect();
    let mut v = FormView::of(answers);
    if query.resent == "1" {
        v = v.with_note(frame.t("verify-resent"));
    }
    match waiting_challenge(&frame, &app).await? {
        Some(challenge) => frame.ok(&verify_page(&frame, &request, &challenge, v)),
        None => Ok(frame.see_other("/apply")),
    }
}

async fn waiting_challenge(
    frame: &Frame,
    app: &web::Data<App>,
) -> Result<Option<Challenge>, AppError> {
    match frame.visitor() {
        Some(browser) => challenge::latest(app, browser).await,
        None => Ok(None),
    }
}

fn verify_page<'a>(
    frame: &'a Frame,
    request: &HttpRequest,
    challenge: &Challenge,
    v: FormView,
) -> VerifyPage<'a> {
    let email = EmailAddress::parse(&challenge.email)
        .map(|email| email.masked())
        .unwrap_or_default();
    let back = if challenge.purpose == Purpose::Apply {
        "/apply"
    } else {
        "/track"
    };
    VerifyPage {
        f: frame,
        v,
        email,
        back,
        keeps_typing: request.cookie(super::kept::COOKIE).is_some(),
    }
}

/// `POST /apply/verify`: the code, or another one.
pub async fn take_code(
    frame: Frame,
    request: HttpRequest,
    app: web::Data<App>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let Some(waiting) = waiting_challenge(&frame, &app).await? else {
        return Ok(frame.see_other("/apply"));
    };
    let again = |v: FormView| frame.again(&verify_page(&frame, &request, &waiting, v));
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(old) => return again(FormView::of(old.0).with_note(frame.t("note-old-page"))),
    };
    if answers.is("go", "resend") {
        return resend(&frame, &request, &app, &waiting, &answers).await;
    }
    let typed: String = answers
        .get("code")
        .chars()
        .filter_map(text::digit)
        .map(|digit| char::from(b'0' + digit))
        .collect();
    if typed.is_empty() {
        return again(
            FormView::of(answers)
                .with_problems(&frame, &[Problem::new("code", "error-code-empty")]),
        );
    }
    let (browser, shared, source, now) = (
        browser(&frame)?.clone(),
        app.clone(),
        source_of(&request),
        app.clock.now(),
    );
    let outcome = sign_in(&app, &frame, now, move |db| {
        challenge::take_code(db, shared.keys(), &browser, &typed, source, now)
    })
    .await?;
    match outcome {
        Ok(signed_in) => Ok(enter(&frame, &request, &app, &signed_in, answers.get("ref")).await),
        Err(Refused::Wrong { left }) if left > 0 => again(FormView::of(answers).with_problems(
            &frame,
            &[Problem::new("code", "error-code-wrong").with("left", left.to_string())],
        )),
        Err(Refused::Wrong { .. } | Refused::Over) => again(
            FormView::of(answers)
                .with_problems(&frame, &[Problem::new("code", "error-code-expired")]),
        ),
        Err(Refused::TooMany) => Err(AppError::TooMany(900)),
        Err(Refused::Store(error)) => Err(error.into()),
    }
}

async fn resend(
    frame: &Frame,
    request: &HttpRequest,
    app: &web::Data<App>,
    waiting: &Challenge,
    answers: &Answers,
) -> Result<HttpResponse, AppError> {
    let asked = Request {
        email: EmailAddress::parse(&waiting.email).map_err(AppError::unexpected)?,
        purpose: waiting.purpose,
        lang: Lang::parse(&waiting.language).unwrap_or(frame.lang),
        kind: waiting.kind,
    };
    challenge::send(app, asked, browser(frame)?, source_of(request)).await?;
    let reference = answers
        .get("ref")
        .parse::<ReceiptNumber>()
        .map(|reference| format!("&ref={reference}"))
        .unwrap_or_default();
    Ok(frame.see_other(&format!("/apply/verify?resent=1{reference}")))
}

/// A mailbox just proved, with its new session and the case to go on to.
struct SignedIn {
    visitor: session::Visitor,
    token: Token,
    home: String,
}

/// Proves a mailbox by `take`, begins a session, and starts the first application if that was the purpose; all or nothing. A wrong code is an
/// outcome, not a failure: its try stays counted.
async fn sign_in(
    app: &web::Data<App>,
    frame: &Frame,
    now: jiff::Timestamp,
    take: impl FnOnce(&mut Db) -> Result<Challenge, Refused> + Send + 'static,
) -> Result<Result<SignedIn, Refused>, AppError> {
    let token = Token::generate().map_err(AppError::unexpected)?;
    let earlier = frame.visitor().map(Token::hash);
    let filing = app.filing();
    app.write(move |db| match take(db) {
        Ok(challenge) => {
            let signed_in = begin(db, &challenge, token, filing, now)?;
            if let Some(earlier) = earlier {
                sessions::inherit_grants(
                    db,
                    earlier.as_bytes(),
                    signed_in.visitor.mailbox,
                    signed_in.visitor.session,
                    now,
                )?;
            }
            Ok::<_, AppError>(Ok(signed_in))
        }
        Err(Refused::Store(error)) => Err(error.into()),
        Err(refused) => Ok(Err(refused)),
    })
    .await
}

fn begin(
    db: &mut Db,
    challenge: &Challenge,
    token: Token,
    filing: applications::Filing,
    now: jiff::Timestamp,
) -> Result<SignedIn, AppError> {
    let mailbox = challenge::proven_mailbox(db, challenge, now)?;
    let session = session::begin(db, mailbox.id, &token, now)?;
    let visitor = session::Visitor {
        session,
        mailbox: mailbox.id,
    };
    let is_first = challenge.purpose == Purpose::Apply
        && applications::list_of_mailbox(db, mailbox.id)?.is_empty();
    let home = if is_first {
        let started = new_application::start(
            db,
            visitor,
            &challenge.language,
            challenge.kind,
            filing,
            now,
        )?;
        format!("/a/{started}")
    } else {
        "/a".to_owned()
    };
    Ok(SignedIn {
        visitor,
        token,
        home,
    })
}

/// On to the case that was asked for, or to what was being typed when the session ended.
async fn enter(
    frame: &Frame,
    request: &HttpRequest,
    app: &web::Data<App>,
    signed_in: &SignedIn,
    wanted: &str,
) -> HttpResponse {
    let wanted = wanted
        .parse::<ReceiptNumber>()
        .ok()
        .map(|reference| format!("/a/{reference}"));
    let kept = super::kept::page_of(request, app).await;
    let home = kept.or(wanted).unwrap_or_else(|| signed_in.home.clone());
    let mut response = frame.see_other(&home);
    // A failed cookie only means that she is asked again.
    if response
        .add_cookie(&app.session_cookie_with(&signed_in.token))
        .is_err()
    {
        tracing::error!("the session cookie could not be set");
    }
    response
}

#[derive(Template)]
#[template(path = "applicant/verify_link.html")]
struct LinkPage<'a> {
    f: &'a Frame,
    v: FormView,
}

/// `GET /apply/verify/{token}`: a button, so that a mail scanner cannot use the link up.
pub async fn show_link(frame: Frame, path: web::Path<String>) -> Result<HttpResponse, AppError> {
    Token::parse(&path).ok_or(AppError::Gone)?;
    let mut response = frame.ok(&LinkPage {
        f: &frame,
        v: FormView::default(),
    })?;
    // The token must not travel on as the address of a referring page.
    response.headers_mut().insert(
        header::REFERRER_POLICY,
        header::HeaderValue::from_static("no-referrer"),
    );
    Ok(response)
}

/// `POST /apply/verify/{token}`
pub async fn take_link(
    frame: Frame,
    request: HttpRequest,
    app: web::Data<App>,
    path: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let link = Token::parse(&path).ok_or(AppError::Gone)?;
    if form.open(&frame).is_err() {
        return frame.again(&LinkPage {
            f: &frame,
            v: FormView::default().with_note(frame.t("note-old-page")),
        });
    }
    let now = app.clock.now();
    match sign_in(&app, &frame, now, move |db| {
        challenge::take_link(db, &link, now)
    })
    .await?
    {
        Ok(signed_in) => Ok(enter(&frame, &request, &app, &signed_in, "").await),
        Err(Refused::Store(error)) => Err(error.into()),
        Err(_) => Err(AppError::Gone),
    }
}

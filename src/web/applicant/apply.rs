//! Starting a form: the address all notices will go to (A04).

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::challenge::{self, Request};
use crate::domain::answers::{Answers, Problem};
use crate::domain::application::kind::ApplicationKind;
use crate::domain::email::{EmailAddress, EmailError};
use crate::i18n::Lang;
use crate::security::token::Token;
use crate::storage::challenges::Purpose;
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;
use crate::web::limits::source_of;

/// What a link into these pages may carry.
#[derive(Debug, Default, Deserialize)]
pub struct SignInQuery {
    /// The kind of application the check led to.
    #[serde(default)]
    pub(super) kind: String,
    /// The case to go on to.
    #[serde(default, rename = "ref")]
    pub(super) reference: String,
    /// Set when a session has ended.
    #[serde(default)]
    pub(super) again: String,
    /// Set when a new code was sent.
    #[serde(default)]
    pub(super) resent: String,
}

#[derive(Template)]
#[template(path = "applicant/apply.html")]
struct ApplyPage<'a> {
    f: &'a Frame,
    v: FormView,
    languages: Vec<Choice>,
}

fn apply_page(frame: &Frame, v: FormView) -> ApplyPage<'_> {
    let named = |lang: &Lang| {
        Choice::new(
            lang.as_str(),
            frame.t(&format!("apply-lang-{}", lang.as_str())),
        )
        .lang(lang.as_str())
    };
    let languages = Lang::ALL.iter().map(named).collect();
    ApplyPage {
        f: frame,
        v,
        languages,
    }
}

/// `GET /apply` (A04)
pub async fn show_apply(
    frame: Frame,
    query: web::Query<SignInQuery>,
) -> Result<HttpResponse, AppError> {
    let kind = ApplicationKind::parse(&query.kind).map_or("", ApplicationKind::as_str);
    let lang = frame.chosen_language().unwrap_or(frame.lang);
    let answers: Answers = [("lang", lang.as_str()), ("kind", kind)]
        .into_iter()
        .collect();
    frame.ok(&apply_page(&frame, FormView::of(answers)))
}

/// `POST /apply`
pub async fn send_code(
    frame: Frame,
    request: HttpRequest,
    app: web::Data<App>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(old) => {
            return frame.again(&apply_page(
                &frame,
                FormView::of(old.0).with_note(frame.t("note-old-page")),
            ));
        }
    };
    let email = read_email(&answers);
    let lang = Lang::parse(answers.get("lang"));
    let mut problems: Vec<Problem> = email.as_ref().err().cloned().into_iter().collect();
    problems.extend(
        lang.is_none()
            .then(|| Problem::new("lang", "error-lang-empty")),
    );
    problems
        .extend((!answers.is("agree", "yes")).then(|| Problem::new("agree", "error-agree-empty")));
    let (Ok(email), Some(lang), true) = (email, lang, problems.is_empty()) else {
        return frame.again(&apply_page(
            &frame,
            FormView::of(answers).with_problems(&frame, &problems),
        ));
    };
    if let Some(advice) = advice_about(&email).filter(|_| !answers.is("go", "accept")) {
        return frame.again(&apply_page(
            &frame,
            FormView::of(answers).with_advice(&frame, &[advice]),
        ));
    }
    let kind = ApplicationKind::parse(answers.get("kind"));
    let asked = Request {
        email,
        purpose: Purpose::Apply,
        lang,
        kind,
    };
    challenge::send(&app, asked, browser(&frame)?, source_of(&request)).await?;
    Ok(frame.see_other("/apply/verify"))
}

/// The cookie of the form's page: a form that was opened has one.
pub(super) fn browser(frame: &Frame) -> Result<&Token, AppError> {
    frame.visitor().ok_or(AppError::Malformed)
}

/// Reads the field `email`.
pub fn read_email(answers: &Answers) -> Result<EmailAddress, Problem> {
    EmailAddress::parse(answers.get("email")).map_err(|error| {
        Problem::new(
            "email",
            match error {
                EmailError::Empty => "error-email-empty",
                EmailError::InternationalLocal => "error-email-local",
                EmailError::TooLong { .. } => "error-email-long",
                _ => "error-email-form",
            },
        )
    })
}

fn advice_about(email: &EmailAddress) -> Option<Problem> {
    let meant = email.suggestion()?;
    let domain = meant.split_once('@').map_or("", |(_, domain)| domain);
    Some(Problem::new("email", "advice-email-typo").with("domain", domain))
}

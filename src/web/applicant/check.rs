//! "Can I apply?" (A02, A03). The answers are read, decided on, and forgotten: the result's address carries the number of a row and nothing else.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::answers::Answers;
use crate::domain::eligibility::{self, Outcome, Verdict};
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;

#[derive(Template)]
#[template(path = "applicant/check.html")]
struct CheckPage<'a> {
    f: &'a Frame,
    v: FormView,
}

impl CheckPage<'_> {
    /// The answers of a question: the catalogue has `check-<question>-<value>`, or the common word.
    fn choices(&self, question: &str, values: &[&str]) -> Vec<Choice> {
        values
            .iter()
            .map(|value| {
                let key = format!("check-{question}-{value}");
                let label = if crate::i18n::has_text(self.f.lang, &key) {
                    self.f.t(&key)
                } else {
                    self.f.t(value)
                };
                Choice::new(*value, label)
            })
            .collect()
    }

    fn yes_no(&self, question: &str) -> Vec<Choice> {
        self.choices(question, &["yes", "no"])
    }

    fn yes_no_unknown(&self, question: &str) -> Vec<Choice> {
        self.choices(question, &["yes", "no", "unknown"])
    }

    /// Whether one of the questions that only some people are asked has an answer or an error: then they are shown open.
    fn asks_more(&self) -> bool {
        [
            "nat_lost",
            "moving",
            "declared_missing",
            "stamp",
            "lost_kind",
            "age",
            "moved_twice",
            "return_soon",
        ]
        .iter()
        .any(|question| !self.v.field(question).value.is_empty())
    }
}

/// `GET /check`
pub async fn show_check(frame: Frame) -> Result<HttpResponse, AppError> {
    frame.ok(&CheckPage {
        f: &frame,
        v: FormView::default(),
    })
}

/// `POST /check`
pub async fn decide_check(frame: Frame, form: ProtectedForm) -> Result<HttpResponse, AppError> {
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(old) => {
            return again(
                &frame,
                FormView::of(old.0).with_note(frame.t("note-old-page")),
            );
        }
    };
    let checked = eligibility::check(&answers);
    match checked.value {
        Some(outcome) => Ok(frame.see_other(&format!("/check/result?r={}", outcome.row))),
        None => again(
            &frame,
            FormView::of(known_answers(&answers)).with_problems(&frame, &checked.problems),
        ),
    }
}

fn again(frame: &Frame, v: FormView) -> Result<HttpResponse, AppError> {
    frame.again(&CheckPage { f: frame, v })
}

/// Only short answers are shown again: the form has radio buttons, nothing else can have been typed.
fn known_answers(answers: &Answers) -> Answers {
    answers.iter().filter(|(_, text)| text.len() < 20).collect()
}

/// The row of a result.
#[derive(Debug, Deserialize)]
pub struct ResultQuery {
    r: String,
}

#[derive(Template)]
#[template(path = "applicant/check_result.html")]
struct ResultPage<'a> {
    f: &'a Frame,
    outcome: Outcome,
}

impl ResultPage<'_> {
    fn apply(&self) -> Option<String> {
        self.outcome
            .kind
            .map(|kind| self.f.to(format!("/apply?kind={}", kind.as_str())))
    }

    fn is_good(&self) -> bool {
        self.outcome.verdict == Verdict::Eligible
    }

    fn asks_municipality(&self) -> bool {
        self.outcome.verdict == Verdict::Ask
    }
}

/// `GET /check/result?r=1..18`
pub async fn show_result(
    frame: Frame,
    query: web::Query<ResultQuery>,
) -> Result<HttpResponse, AppError> {
    let outcome = query
        .r
        .parse()
        .ok()
        .and_then(Outcome::of)
        .ok_or(AppError::NotFound)?;
    frame.ok(&ResultPage { f: &frame, outcome })
}

//! How long what is kept and why, and what was destroyed: for administrators and auditors. Whether one case was destroyed is asked by its receipt number.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::audit::stamp;
use crate::domain::answers::Problem;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::retention::{RULES, RetentionRule};
use crate::storage::destruction_records::{self, DestructionId, DestructionRecord};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::Shell;

const PER_PAGE: i64 = 50;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
pub struct RetentionQuery {
    /// A receipt number.
    #[serde(default)]
    case: String,
    /// The record before which the page begins.
    #[serde(default)]
    before: String,
}

#[derive(Template)]
#[template(path = "admin/retention.html")]
struct RetentionPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    records: Vec<DestructionRecord>,
    next: Option<String>,
    is_of_case: bool,
}

impl RetentionPage<'_> {
    fn rules() -> &'static [RetentionRule] {
        &RULES
    }

    fn what(&self, what: &str) -> String {
        self.f.t(&format!("retention-{what}")).into_owned()
    }

    fn reason(&self, rule: &RetentionRule) -> String {
        self.f
            .t(&format!("retention-{}-why", rule.what))
            .into_owned()
    }

    fn period(&self, rule: &RetentionRule) -> String {
        let since = self
            .f
            .t(&format!("retention-since-{}", rule.since.as_str()));
        self.f.t2(
            "retention-period",
            ("since", &since),
            ("days", &rule.days.to_string()),
        )
    }

    fn at(record: &DestructionRecord) -> String {
        stamp(record.destroyed_at)
    }
}

/// `GET /admin/retention?case=&before=`
pub async fn show_retention(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<RetentionQuery>,
) -> Result<HttpResponse, AppError> {
    let typed = query.case.trim().to_owned();
    let reference = typed.parse::<ReceiptNumber>().ok();
    let before = DestructionId(query.before.parse().unwrap_or(i64::MAX));
    let v = FormView::of([("case", typed.as_str())].into_iter().collect());
    let (status, v) = if typed.is_empty() || reference.is_some() {
        (StatusCode::OK, v)
    } else {
        let problems = [Problem::new("case", "error-audit-case")];
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            v.with_problems(&frame, &problems),
        )
    };
    let mut records = app
        .read(move |db| match reference {
            Some(reference) => destruction_records::list_of_case(db, reference),
            None => destruction_records::list_records(db, before, PER_PAGE + 1),
        })
        .await?;
    let shown = usize::try_from(PER_PAGE).unwrap_or_default();
    let has_more = reference.is_none() && records.len() > shown;
    records.truncate(shown);
    let last = records.last().filter(|_| has_more);
    let next = last.map(|last| frame.to(format!("/admin/retention?before={}", last.id)));
    let page = RetentionPage {
        f: &frame,
        s: Shell::load(&frame, &app, &staff).await?,
        v,
        records,
        next,
        is_of_case: reference.is_some(),
    };
    frame.page(status, &page)
}

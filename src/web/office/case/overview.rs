//! The first page of a case (S03): what waits, the record check, the decision, notes and tasks.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::around::{
    self, Around, CheckLine, Item, OpenMatter, may_check, offered, phrase_in_both,
};
use super::decide::is_clerk;
use super::facts::{self, OfficeClock, Row};
use super::head::{Head, HeadFacts};
use super::{CaseQuery, open_page, path};
use crate::domain::answers::Answers;
use crate::domain::decision::{self, Choice as Way, PHRASES, TEXT_MAX, box_of};
use crate::domain::defect::DefectCode;
use crate::i18n::Lang;
use crate::security::token::Token;
use crate::storage::case_checks::StoredCheck;
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::frame::Frame;
use crate::web::office::scope::OpenCase;
use crate::web::office::session::Staff;
use crate::web::office::shell::Shell;

#[derive(Template)]
#[template(path = "office/case.html")]
struct CasePage<'a> {
    f: &'a Frame,
    s: Shell,
    c: Head,
    v: FormView,
    action: String,
    notes_action: String,
    changes: Option<String>,
    key: String,
    checks_token: String,
    done: Option<String>,
    saved: bool,
    pending: Option<String>,
    opens: Vec<OpenMatter>,
    check: Vec<CheckLine>,
    ways: Vec<Choice>,
    codes: Vec<Choice>,
    photo_codes: Vec<Choice>,
    reasons: Vec<Choice>,
    phrases: Vec<Choice>,
    samples: Vec<(String, String)>,
    channels: Vec<Choice>,
    language: String,
    facts: Vec<Row>,
    tasks: Vec<Item>,
    notes: Vec<Item>,
    may_note: bool,
}

impl CasePage<'_> {
    fn offers(&self, way: &str) -> bool {
        self.ways.iter().any(|choice| choice.value == way)
    }

    fn asks_text(&self) -> bool {
        self.offers("correct")
            || self.offers("ask")
            || self.offers("refuse")
            || self.offers("confirm")
    }

    fn results(&self) -> [(&'static str, std::borrow::Cow<'static, str>); 2] {
        ["agrees", "differs"].map(|word| (word, self.f.t(&format!("case-check-{word}"))))
    }

    fn is_result(&self, field: &str, word: &str) -> bool {
        self.v.answers().is(field, word)
    }

    fn is_ticked(&self, code: &str) -> bool {
        self.v.answers().is(code, "yes")
    }

    const fn text_max() -> usize {
        TEXT_MAX
    }
}

/// `GET /staff/cases/{ref}` (S03)
pub async fn show_case(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    reference: web::Path<String>,
    query: web::Query<CaseQuery>,
) -> Result<HttpResponse, AppError> {
    let (open, facts, around) = open_page(&app, &staff, &reference, Around::read).await?;
    let v = FormView::of(kept_checks(&around.checks));
    let desk = Desk {
        frame: &frame,
        app: &app,
        staff: &staff,
        query: &query,
    };
    desk.render(StatusCode::OK, v, (&open, &facts, &around))
        .await
}

/// The results that are kept, as the form's answers.
fn kept_checks(checks: &[StoredCheck]) -> Answers {
    let mut answers = Answers::none();
    for check in checks {
        let result = &check.result;
        let word = if result.agrees { "agrees" } else { "differs" };
        answers.set(result.item.field(), word);
        if let Some(field) = result.item.seen_field() {
            answers.set(field, &result.seen);
        }
    }
    answers
}

/// Somebody before a case's page.
pub struct Desk<'a> {
    /// The page's frame.
    pub frame: &'a Frame,
    /// The app.
    pub app: &'a web::Data<App>,
    /// Who.
    pub staff: &'a Staff,
    /// How the page was reached.
    pub query: &'a CaseQuery,
}

impl Desk<'_> {
    /// The page as it is now with what was typed.
    pub async fn again(
        &self,
        status: StatusCode,
        reference: &str,
        v: FormView,
    ) -> Result<HttpResponse, AppError> {
        let (open, facts, around) =
            open_page(self.app, self.staff, reference, Around::read).await?;
        self.render(status, v, (&open, &facts, &around)).await
    }

    async fn render(
        &self,
        status: StatusCode,
        v: FormView,
        (open, facts, around): (&OpenCase, &HeadFacts, &Around),
    ) -> Result<HttpResponse, AppError> {
        let frame = self.frame;
        let reference = open.application.reference;
        let is_pending = around.pending.is_some();
        let ways = offered(open, self.staff, is_pending);
        let may_check = may_check(open, self.staff, is_pending);
        let clock = OfficeClock::of(frame, &open.office);
        let here = |page: &str| frame.to(path(reference, page, None));
        let page = CasePage {
            f: frame,
            s: Shell::load(frame, self.app, self.staff).await?,
            c: Head::new(frame, (open, facts), self.staff, ("", self.query)),
            action: here(""),
            notes_action: here("notes"),
            changes: (is_clerk(self.staff) && super::changes::is_any_possible(open))
                .then(|| here("changes")),
            key: Token::generate()
                .map_err(AppError::unexpected)?
                .as_str()
                .to_owned(),
            checks_token: Around::checks_token(&around.checks),
            done: self
                .query
                .done()
                .map(|done| frame.t1("case-done", "reference", done.to_string())),
            saved: self.query.saved == "1",
            pending: around
                .pending
                .as_ref()
                .map(|pending| around::pending_words(frame, pending, around, open)),
            opens: around::opens(frame, open, around),
            check: if may_check {
                around::check_lines(frame, open, around, &clock)
            } else {
                Vec::new()
            },
            ways: ways
                .iter()
                .map(|way| way_choice(frame, *way, open))
                .collect(),
            codes: code_choices(frame, false),
            photo_codes: code_choices(frame, true),
            reasons: reasons(frame),
            phrases: phrases(frame),
            samples: PHRASES.iter().map(|name| phrase_in_both(name)).collect(),
            channels: channels(frame),
            language: frame.t(applicant_language(open)).into_owned(),
            facts: facts::rows(frame, open, &around.people),
            tasks: around::task_items(frame, open, around),
            notes: around::note_items(frame, open, around, &clock),
            may_note: is_clerk(self.staff),
            v,
        };
        frame.page(status, &page)
    }
}

/// The language the applicant reads, as the desk is told.
fn applicant_language(open: &OpenCase) -> &'static str {
    match Lang::parse(&open.application.language) {
        Some(Lang::En) => "case-language-en",
        _ => "case-language-ja",
    }
}

fn way_choice(frame: &Frame, way: Way, open: &OpenCase) -> Choice {
    let word = way.as_str();
    let label = frame.t(&format!("case-way-{word}"));
    let choice = Choice::new(word, label).shows(match way {
        Way::Correct => "way-correct",
        Way::Ask => "way-ask",
        Way::Refuse => "way-refuse",
        Way::TakeIn => "way-take-in",
        _ => "",
    });
    if way.needs_second_person(open.application.status, open.part) {
        choice.hint(frame.t("case-way-second"))
    } else {
        choice
    }
}

fn code_choices(frame: &Frame, about_photo: bool) -> Vec<Choice> {
    DefectCode::ALL
        .iter()
        .filter(|code| code.is_about_photo() == about_photo)
        .map(|code| code_choice(frame, *code, box_of(*code)))
        .collect()
}

/// A defect as an answer: code and name.
pub fn code_choice(frame: &Frame, code: DefectCode, value: String) -> Choice {
    Choice::new(value, format!("{} {}", code.as_str(), frame.t(code.key())))
}

fn phrases(frame: &Frame) -> Vec<Choice> {
    PHRASES
        .iter()
        .map(|name| Choice::new(*name, frame.t(&format!("inquiry-about-{name}"))))
        .collect()
}

fn channels(frame: &Frame) -> Vec<Choice> {
    vec![
        Choice::new("post", frame.t("case-by-post")),
        Choice::new("counter", frame.t("case-by-counter")),
    ]
}

fn reasons(frame: &Frame) -> Vec<Choice> {
    decision::refusal_codes()
        .map(|code| code_choice(frame, code, code.as_str().to_owned()))
        .collect()
}

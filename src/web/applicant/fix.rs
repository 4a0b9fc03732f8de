//! Corrections (A20): what is to be set right, one by one, and the questions of the municipality. Only what was named opens: a new photo, a word that
//! the papers were sent, an answer. A reply never holds a My Number.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use serde::Deserialize;

use super::corrections;
use super::session::{self, Case};
use super::status::last_day;
use crate::domain::answers::{Answers, Problem};
use crate::domain::deadline::Terms;
use crate::domain::defect::{DefectCode, Remedy};
use crate::domain::desk::Desk;
use crate::domain::free_text::{self, TextError};
use crate::domain::status::Status;
use crate::domain::transition::Circumstances;
use crate::notices::Letterhead;
use crate::notices::advance::{AdvanceError, Facts, Step, advance};
use crate::storage::applications::Doer;
use crate::storage::defects::{self, Defect};
use crate::storage::inquiries::{self, Inquiry};
use crate::storage::{Db, StoreError, case_lock, revisions};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;

/// Characters of a reply.
const REPLY_MAX: usize = 200;

/// What the page says besides.
#[derive(Debug, Deserialize)]
pub struct FixQuery {
    #[serde(default)]
    sent: String,
}

/// One thing to be corrected.
struct Item {
    id: String,
    what: String,
    fix: String,
    /// The office's own words.
    note: String,
    is_done: bool,
    link: Option<(String, String)>,
    may_tick: bool,
    tick: String,
}

#[derive(Template)]
#[template(path = "applicant/fix.html")]
struct FixPage<'a> {
    f: &'a Frame,
    v: FormView,
    case: &'a Case,
    until: Option<String>,
    items: Vec<Item>,
    questions: Vec<String>,
    may_send: bool,
    sent: bool,
}

impl FixPage<'_> {
    fn title(&self) -> &'static str {
        if self.questions.is_empty() {
            "fix-title"
        } else {
            "fix-title-question"
        }
    }

    fn reply_label(&self) -> &'static str {
        if self.questions.is_empty() {
            "fix-reply"
        } else {
            "fix-answer"
        }
    }

    fn submit(&self) -> &'static str {
        if self.questions.is_empty() {
            "fix-submit"
        } else {
            "fix-submit-answer"
        }
    }
}

/// A case whose turn is its applicant's.
struct Open {
    case: Case,
    defects: Vec<Defect>,
    questions: Vec<Inquiry>,
    /// When the form in force was made.
    made_at: Option<Timestamp>,
}

/// Whether the case waits for its applicant.
pub(super) fn is_her_turn(case: &Case) -> bool {
    matches!(
        case.application.status,
        Status::Defect | Status::IssuerDefect | Status::Inquiry
    )
}

impl Open {
    async fn of(frame: &Frame, app: &web::Data<App>, reference: &str) -> Result<Self, AppError> {
        let case = session::answers_of(frame, app, reference).await?;
        if !is_her_turn(&case) {
            return Err(AppError::SeeOther(frame.to(case.page("status"))));
        }
        let id = case.application.id;
        let (defects, questions, made_at) = app
            .read(move |db| {
                let questions = inquiries::list_inquiries(db, id)?
                    .into_iter()
                    .filter(|inquiry| inquiry.closed_at.is_none())
                    .collect();
                let made = revisions::find_current_revision(db, id)?;
                let defects = defects::list_open_defects(db, id)?;
                Ok((defects, questions, made.map(|form| form.made_at)))
            })
            .await?;
        Ok(Self {
            case,
            defects,
            questions,
            made_at,
        })
    }

    fn is_inquiry(&self) -> bool {
        self.case.application.status == Status::Inquiry
    }

    fn shown_defects(&self) -> impl Iterator<Item = &Defect> {
        self.defects.iter().filter(|_| !self.is_inquiry())
    }

    fn unanswered(&self) -> impl Iterator<Item = DefectCode> {
        self.shown_defects()
            .filter(|defect| defect.answered_at.is_none())
            .map(|defect| defect.code)
    }

    fn render(
        &self,
        frame: &Frame,
        (status, v): (StatusCode, FormView),
        sent: bool,
    ) -> Result<HttpResponse, AppError> {
        let application = &self.case.application;
        let office = application.desk.as_ref().and_then(Desk::office);
        let page = FixPage {
            f: frame,
            v,
            case: &self.case,
            until: application.due_on.map(|due| last_day(frame, due, office)),
            items: self
                .shown_defects()
                .map(|defect| item(frame, &self.case, defect, self.made_at))
                .collect(),
            questions: self
                .questions
                .iter()
                .filter(|_| self.is_inquiry())
                .map(|inquiry| inquiry.question.clone())
                .collect(),
            may_send: self.is_inquiry() || self.unanswered().next().is_some(),
            sent,
        };
        frame.page(status, &page)
    }
}

fn item(frame: &Frame, case: &Case, defect: &Defect, made_at: Option<Timestamp>) -> Item {
    let remedy = defect.code.remedy();
    let is_edited = is_edited(defect, made_at);
    let link = match remedy {
        Remedy::Photo => Some(("photo", "fix-photo")),
        Remedy::Email => Some(("email", "email-title")),
        Remedy::Edit(section) if !is_edited => Some((section.as_str(), "fix-edit")),
        Remedy::Edit(_) | Remedy::Paper => Some(("print", "fix-print")),
        Remedy::Enclose | Remedy::Nothing => None,
    };
    Item {
        id: defect.code.as_str().to_lowercase(),
        what: format!("{} ({})", frame.t(defect.code.key()), defect.code.as_str()),
        fix: frame.t(defect.code.fix_key()).into_owned(),
        note: defect.note.clone(),
        is_done: defect.answered_at.is_some(),
        link: link.map(|(page, words)| (frame.to(case.page(page)), frame.t(words).into_owned())),
        may_tick: remedy != Remedy::Photo && is_edited,
        tick: frame.t1(
            if remedy == Remedy::Email {
                "fix-tick-email"
            } else {
                "fix-tick-sent"
            },
            "code",
            defect.code.as_str(),
        ),
    }
}

/// Whether the form was made anew since the defect was named; true for what needs no new answers.
fn is_edited(defect: &Defect, made_at: Option<Timestamp>) -> bool {
    !matches!(defect.code.remedy(), Remedy::Edit(_)) || made_at.is_some_and(|at| at > defect.set_at)
}

/// `GET /a/{ref}/fix`
pub async fn show_fix(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    query: web::Query<FixQuery>,
) -> Result<HttpResponse, AppError> {
    let open = Open::of(&frame, &app, &reference).await?;
    open.render(
        &frame,
        (StatusCode::OK, FormView::default()),
        query.sent == "1",
    )
}

/// `POST /a/{ref}/fix`: the corrections, or the answer to a question.
pub async fn send_fix(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let open = Open::of(&frame, &app, &reference).await?;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(OldPage(answers)) => {
            let v = FormView::of(answers).with_note(frame.t("note-old-page"));
            return open.render(&frame, (unprocessable, v), false);
        }
    };
    let (reply, problems) = read(&open, &answers);
    if !problems.is_empty() {
        let v = FormView::of(answers).with_problems(&frame, &problems);
        return open.render(&frame, (unprocessable, v), false);
    }
    let page = open.case.page("fix?sent=1");
    let status = open.case.page("status");
    let (letterhead, now, is_inquiry) = (app.letterhead(), app.clock.now(), open.is_inquiry());
    app.write(move |db| {
        if is_inquiry {
            answer_question(db, &letterhead, &open.case, &reply, now)
        } else {
            Ok(take_corrections(db, &open, &reply, now)?)
        }
    })
    .await?;
    Ok(frame.see_other(if is_inquiry { &status } else { &page }))
}

/// The reply as it may be kept, and what stops it.
fn read(open: &Open, answers: &Answers) -> (String, Vec<Problem>) {
    let mut problems = Vec::new();
    if !open.is_inquiry() {
        let left = open
            .shown_defects()
            .filter(|defect| defect.answered_at.is_none())
            .filter(|defect| {
                let code = defect.code;
                let is_ticked = answers.is(&code.as_str().to_lowercase(), "yes");
                code.is_about_photo() || !is_ticked || !is_edited(defect, open.made_at)
            })
            .count();
        if left > 0 {
            problems.push(Problem::new("reply", "error-fix-left").with("n", left.to_string()));
        }
    }
    let reply = match free_text::lines(answers.get("reply"), REPLY_MAX) {
        Ok(reply) => reply,
        Err(TextError::Empty) if open.is_inquiry() => {
            problems.push(Problem::new("reply", "error-reply-empty"));
            String::new()
        }
        Err(TextError::Empty) => String::new(),
        Err(error) => {
            problems.push(refusal(&error));
            String::new()
        }
    };
    (reply, problems)
}

fn refusal(error: &TextError) -> Problem {
    let problem = |kind| Problem::new("reply", kind);
    match error {
        TextError::Empty => problem("error-reply-empty"),
        TextError::MyNumber => problem("error-reply-my-number"),
        _ => problem("error-reply-form").with("n", REPLY_MAX.to_string()),
    }
}

fn answer_question(
    db: &mut Db,
    letterhead: &Letterhead,
    case: &Case,
    reply: &str,
    now: Timestamp,
) -> Result<(), AppError> {
    case_lock::lock_as_seen(db, &case.application)?;
    inquiries::set_reply(db, case.application.id, reply, now)?;
    let doer = Doer::applicant(case.visitor.mailbox);
    let step = Step {
        application: case.application.id,
        expected: Status::Inquiry,
        to: Status::AtHonseki,
        doer: &doer,
        office: None,
        circumstances: &Circumstances::default(),
        facts: Facts::default(),
        terms: Terms::default(),
    };
    match advance(db, letterhead, &step, now) {
        Ok(_moved) => Ok(()),
        Err(AdvanceError::Store(error)) => Err(error.into()),
        Err(other) => Err(AppError::unexpected(other)),
    }
}

/// Her part is done; the desk that set the defects looks at it, with her words.
fn take_corrections(
    db: &mut Db,
    open: &Open,
    reply: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let application = case_lock::lock_as_seen(db, &open.case.application)?;
    let codes: Vec<DefectCode> = open.unanswered().collect();
    defects::set_answered(db, application.id, &codes, now)?;
    if !reply.is_empty() {
        defects::set_reply(db, application.id, reply)?;
    }
    corrections::tell_desk(db, &application, now)
}

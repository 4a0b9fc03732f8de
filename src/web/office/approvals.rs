//! The second person (S10): what colleagues decided and cannot carry out alone. One's own decisions are not listed, and storage refuses them as well.
//!
//! Agreeing settles the decision and moves the case in one transaction; sending back leaves the case where it is, with a note that says why.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use serde::Deserialize;

use super::case::facts::OfficeClock;
use super::case::head::status_words;
use super::case::notes::read_text;
use super::case::people::People;
use super::case::{path, refusal};
use super::scope::{self, OpenCase};
use super::session::Staff;
use super::shell::Shell;
use crate::domain::answers::Answers;
use crate::domain::decision;
use crate::domain::handover::RecordCheck;
use crate::domain::record_check::{CheckItem, CheckResult, verdict};
use crate::domain::status::Status;
use crate::domain::transition::{Actor, Circumstances, Guard};
use crate::notices::Letterhead;
use crate::notices::advance::{Facts, Step, advance, terms_of};
use crate::storage::applications;
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::case_checks::{self, StoredCheck};
use crate::storage::decisions::{self, Decision, DecisionId, DecisionState};
use crate::storage::{Db, StoreError, case_facts, case_lock, staff_notes};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;

/// So many decisions on a page.
const LISTED: i64 = 25;

/// Where the page begins.
#[derive(Debug, Default, Deserialize)]
pub struct ApprovalsQuery {
    /// After this decision.
    #[serde(default)]
    after: i64,
    /// What was just done.
    #[serde(default)]
    done: String,
}

/// A decision as a line.
struct Line {
    href: String,
    reference: String,
    name: String,
    to: String,
    who: String,
    at: String,
}

#[derive(Template)]
#[template(path = "office/approvals.html")]
struct ListPage<'a> {
    f: &'a Frame,
    s: Shell,
    lines: Vec<Line>,
    next: Option<String>,
    done: Option<&'static str>,
}

/// `GET /staff/approvals` (S10)
pub async fn show_approvals(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<ApprovalsQuery>,
) -> Result<HttpResponse, AppError> {
    let office = staff.own_office()?.clone();
    let (reader, asking, after) = (staff.actor(), staff.clone(), DecisionId(query.after));
    let (waiting, people) = app
        .read(move |db| {
            let list = decisions::list_pending(db, &office, &reader, after, LISTED)?;
            let people = People::read(db, list.iter().map(|one| one.decided_by.as_str()))?;
            let mut waiting = Vec::new();
            for decision in list {
                let seen = applications::get_application(db, decision.application_id)?;
                let open = scope::open_case(db, &asking, &seen.reference.compact())?;
                waiting.push((decision, open));
            }
            Ok((waiting, people))
        })
        .await?;
    let full = usize::try_from(LISTED).is_ok_and(|full| waiting.len() == full);
    let last = waiting.last().map(|(decision, _)| decision.id);
    let lines = waiting
        .iter()
        .map(|(decision, open)| line(&frame, decision, open, &people))
        .collect();
    frame.ok(&ListPage {
        s: Shell::load(&frame, &app, &staff).await?,
        lines,
        next: last
            .filter(|_| full)
            .map(|last| frame.to(format!("/staff/approvals?after={last}"))),
        done: match query.done.as_str() {
            "approved" => Some("approval-done-approved"),
            "returned" => Some("approval-done-returned"),
            _ => None,
        },
        f: &frame,
    })
}

fn line(frame: &Frame, decision: &Decision, open: &OpenCase, people: &People) -> Line {
    Line {
        href: frame.to(format!("/staff/approvals/{}", decision.id)),
        reference: open.application.reference.to_string(),
        name: open.case.full_name(),
        to: status_words(frame, decision.to_status),
        who: people.name(frame, &decision.decided_by, &open.office),
        at: OfficeClock::of(frame, &open.office).at(decision.decided_at),
    }
}

/// A decision before the second person.
struct Waiting {
    decision: Decision,
    open: OpenCase,
    checks: Vec<StoredCheck>,
    people: People,
}

impl Waiting {
    /// What is not this office's to settle, or this person's own, is not found.
    fn read(db: &mut Db, staff: &Staff, id: DecisionId) -> Result<Self, StoreError> {
        let decision = decisions::get_decision(db, id)?;
        let seen = applications::get_application(db, decision.application_id)?;
        let open = scope::open_case(db, staff, &seen.reference.compact())?;
        let is_ours = decision.office == open.office
            && decision::may_settle(&decision.decided_by, &staff.actor());
        if !is_ours {
            return Err(StoreError::NotFound);
        }
        let checks = case_checks::list_checks(db, open.application.id)?;
        let actors = checks.iter().map(|check| check.by.as_str());
        let people = People::read(db, actors.chain([decision.decided_by.as_str()]))?;
        Ok(Self {
            decision,
            open,
            checks,
            people,
        })
    }

    fn is_settled(&self) -> bool {
        self.decision.state != DecisionState::Pending
    }
}

/// A result of the record check, as the second person reads it.
struct Compared {
    label: String,
    result: &'static str,
    who: String,
}

#[derive(Template)]
#[template(path = "office/approval.html")]
struct ApprovalPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    line: Line,
    case_href: String,
    action: String,
    reason: String,
    compared: Vec<Compared>,
}

async fn render(
    (frame, app, staff): (&Frame, &web::Data<App>, &Staff),
    waiting: &Waiting,
    status: StatusCode,
    v: FormView,
) -> Result<HttpResponse, AppError> {
    let Waiting {
        decision,
        open,
        checks,
        people,
    } = waiting;
    let is_confirmation = decision.to_status == Status::Confirmed;
    let compared = checks
        .iter()
        .filter(|_| is_confirmation)
        .map(|check| Compared {
            label: frame.t(check.result.item.key()).into_owned(),
            result: if check.result.agrees {
                "case-check-agrees"
            } else {
                "case-check-differs"
            },
            who: people.name(frame, &check.by, &open.office),
        });
    let page = ApprovalPage {
        f: frame,
        s: Shell::load(frame, app, staff).await?,
        line: line(frame, decision, open, people),
        case_href: frame.to(path(open.application.reference, "", None)),
        action: frame.to(format!("/staff/approvals/{}", decision.id)),
        reason: reason_words(frame, &decision.reason),
        compared: compared.collect(),
        v,
    };
    frame.page(status, &page)
}

/// The reason with the name of its code.
fn reason_words(frame: &Frame, reason: &str) -> String {
    let name = decision::code_of(reason).map(|code| frame.t(code.key()));
    match name {
        Some(name) => format!("{reason}（{name}）"),
        None => reason.to_owned(),
    }
}

async fn waiting_at(app: &App, staff: &Staff, id: &str) -> Result<Waiting, AppError> {
    let id = DecisionId(id.parse().map_err(|_no_number| AppError::NotFound)?);
    let asking = staff.clone();
    app.read(move |db| Waiting::read(db, &asking, id)).await
}

/// `GET /staff/approvals/{id}`
pub async fn show_approval(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let waiting = waiting_at(&app, &staff, &id).await?;
    if waiting.is_settled() {
        return Ok(frame.see_other("/staff/approvals"));
    }
    let desk = (&frame, &app, &staff);
    render(desk, &waiting, StatusCode::OK, FormView::default()).await
}

/// `POST /staff/approvals/{id}`: agrees, or sends back with a reason.
pub async fn settle(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    id: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let opened = form.open(&frame);
    let waiting = waiting_at(&app, &staff, &id).await?;
    let desk = (&frame, &app, &staff);
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let answers = match opened {
        Ok(answers) => answers,
        Err(OldPage(answers)) => {
            let v = FormView::of(answers).with_note(frame.t("note-old-page"));
            return render(desk, &waiting, unprocessable, v).await;
        }
    };
    let word = match word_in(&answers) {
        Ok(word) => word,
        Err(problem) => {
            let v = FormView::of(answers).with_problems(&frame, &[problem]);
            return render(desk, &waiting, unprocessable, v).await;
        }
    };
    // Pressed twice: the answer is the first one's.
    let settled_so = match word {
        Word::Approve => DecisionState::Approved,
        Word::Return(_) => DecisionState::Returned,
    };
    let is_own_word = waiting.decision.settled_by.as_deref() == Some(staff.actor().as_str());
    let done = match settled_so {
        DecisionState::Approved => "/staff/approvals?done=approved",
        _ => "/staff/approvals?done=returned",
    };
    if waiting.decision.state == settled_so && is_own_word {
        return Ok(frame.see_other(done));
    }
    let (letterhead, now, decision) = (app.letterhead(), app.clock.now(), waiting.decision.id);
    app.write(move |db| {
        let waiting = Waiting::read(db, &staff, decision)?;
        let second = SecondPerson {
            waiting: &waiting,
            staff: &staff,
            letterhead: &letterhead,
            now,
        };
        match &word {
            Word::Approve => second.approve(db),
            Word::Return(reason) => Ok(second.send_back(db, reason)?),
        }
    })
    .await?;
    Ok(frame.see_other(done))
}

/// What the second person says.
enum Word {
    Approve,
    Return(String),
}

fn word_in(answers: &Answers) -> Result<Word, crate::domain::answers::Problem> {
    match answers.get("go") {
        "approve" => Ok(Word::Approve),
        _ => read_text(answers, "reason").map(Word::Return),
    }
}

/// Settling one decision in one transaction.
struct SecondPerson<'a> {
    waiting: &'a Waiting,
    staff: &'a Staff,
    letterhead: &'a Letterhead,
    now: Timestamp,
}

impl SecondPerson<'_> {
    fn settle(&self, db: &mut Db, state: DecisionState) -> Result<(), StoreError> {
        let decision = &self.waiting.decision;
        case_lock::lock_case(db, decision.application_id, decision.from_status)?;
        decisions::settle_decision(db, decision.id, state, &self.staff.actor(), self.now)?;
        let (from, to) = (decision.from_status.code(), decision.to_status.code());
        let entry = NewEntry {
            chain: &Chain::of_case(self.waiting.open.application.reference),
            actor: &self.staff.actor(),
            action: match state {
                DecisionState::Approved => "case.decision_approved",
                _ => "case.decision_returned",
            },
            detail: &format!("{from} → {to}"),
        };
        audit::append(db, &entry, self.now)
    }

    fn send_back(&self, db: &mut Db, reason: &str) -> Result<(), StoreError> {
        self.settle(db, DecisionState::Returned)?;
        let open = &self.waiting.open;
        let by = (&open.office, self.staff.actor());
        staff_notes::insert_note(db, open.application.id, reason, (by.0, &by.1), self.now)?;
        Ok(())
    }

    fn approve(&self, db: &mut Db) -> Result<(), AppError> {
        let Waiting { decision, open, .. } = self.waiting;
        self.settle(db, DecisionState::Approved)?;
        if decision.to_status == Status::Confirmed {
            self.confirm_record(db)?;
        }
        // Destroying a card is the pickup place's own act; everything else is the part the office has in the case.
        let part = match decision.to_status {
            Status::Disposed => Actor::PlaceManager,
            _ => open.part,
        };
        let step = Step {
            application: decision.application_id,
            expected: decision.from_status,
            to: decision.to_status,
            doer: &self.staff.doer(part),
            office: Some(&open.office),
            circumstances: &Circumstances::default().with(Guard::SecondPerson),
            facts: Facts {
                reason: decision::code_of(&decision.reason),
                ..Facts::default()
            },
            terms: terms_of(db, &open.case.pickup_office)?,
        };
        advance(db, self.letterhead, &step, self.now).map_err(refusal)?;
        Ok(())
    }

    /// The check is done by who compared; the second person agreed to what stands there now.
    fn confirm_record(&self, db: &mut Db) -> Result<(), AppError> {
        let (id, decision) = (self.waiting.open.application.id, &self.waiting.decision);
        let checks = case_checks::list_checks(db, id)?;
        let results: Vec<CheckResult> = checks.into_iter().map(|check| check.result).collect();
        if results.len() != CheckItem::ALL.len() || verdict(&results) != RecordCheck::Done {
            return Err(AppError::Stale);
        }
        let (done, by) = (RecordCheck::Done, &decision.decided_by);
        Ok(case_facts::set_record_check(db, id, done, by, self.now)?)
    }
}

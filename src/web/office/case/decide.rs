//! The desk decides: record check and decision are one form and one transaction. What needs a second person waits; everything else moves the case at once.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use jiff::Timestamp;

use super::around::{Around, may_check, offered, phrase};
use super::conflict::conflict;
use super::overview::Desk;
use super::{CaseQuery, path, refusal, take_case};
use crate::domain::answers::{Answers, Problem};
use crate::domain::decision::{self, Choice, Decision};
use crate::domain::defect::DefectCode;
use crate::domain::handover::RecordCheck;
use crate::domain::record_check::{self, CheckResult};
use crate::domain::staff::Role;
use crate::domain::transition::{Circumstances, Guard};
use crate::i18n::Lang;
use crate::notices::Letterhead;
use crate::notices::advance::{Facts, Step, advance, terms_of};
use crate::security::token::Token;
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::case_checks::{self, StoredCheck};
use crate::storage::cases::Channel;
use crate::storage::decisions::{self, NewDecision};
use crate::storage::{Db, StoreError, case_facts, defects, idempotency, inquiries, turns};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::scope::{self, OpenCase};
use crate::web::office::session::Staff;

/// Under this name a decision's key counts once.
const SCOPE: &str = "case-decision";

/// Whether somebody works on cases: approvers and managers read.
pub fn is_clerk(staff: &Staff) -> bool {
    staff.has(Role::Consular) || staff.has(Role::Municipal)
}

/// What was posted, against what the desk shows now.
struct Posted {
    open: OpenCase,
    checks: Vec<StoredCheck>,
    is_pending: bool,
    /// The answer the same form was given before.
    before: Option<String>,
}

impl Posted {
    fn read(db: &mut Db, staff: &Staff, reference: &str, key: &Token) -> Result<Self, StoreError> {
        let open = scope::open_case(db, staff, reference)?;
        let id = open.application.id;
        let before = idempotency::find_location(db, SCOPE, key.hash().as_bytes())?;
        Ok(Self {
            checks: case_checks::list_checks(db, id)?,
            is_pending: decisions::find_pending(db, id)?.is_some(),
            before: before.filter(|location| !location.is_empty()),
            open,
        })
    }

    fn is_stale(&self, answers: &Answers) -> bool {
        let version = self.open.application.version.to_string();
        answers.get("version") != version
            || answers.get("checks") != Around::checks_token(&self.checks)
    }
}

/// `POST /staff/cases/{ref}`: keeps the record check, or decides.
pub async fn decide(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    reference: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let opened = form.open(&frame);
    let (answers, is_old) = match opened {
        Ok(answers) => (answers, false),
        Err(OldPage(answers)) => (answers, true),
    };
    let query = CaseQuery::of_form(&answers);
    let desk = Desk {
        frame: &frame,
        app: &app,
        staff: &staff,
        query: &query,
    };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    if is_old {
        let v = FormView::of(answers).with_note(frame.t("note-old-page"));
        return desk.again(unprocessable, &reference, v).await;
    }
    let key = Token::parse(answers.get("key")).ok_or(AppError::Malformed)?;
    let (asking, typed, seen_key) = (staff.clone(), reference.to_string(), key.clone());
    let posted = app
        .read(move |db| Posted::read(db, &asking, &typed, &seen_key))
        .await?;
    if let Some(before) = &posted.before {
        return Ok(frame.see_other(before));
    }
    if posted.is_stale(&answers) {
        return conflict(&desk, &reference, answers).await;
    }
    let will = match Will::read(&answers, &posted, &staff) {
        Ok(will) => will,
        Err(problems) => {
            let v = FormView::of(answers).with_problems(&frame, &problems);
            return desk.again(unprocessable, &reference, v).await;
        }
    };
    match carry_out(&app, &staff, &reference, (&answers, key), will).await {
        Ok(location) => Ok(frame.see_other(&location)),
        Err(AppError::Stale) => conflict(&desk, &reference, answers).await,
        Err(error) => Err(error),
    }
}

/// What somebody wants done.
#[derive(Debug, Clone)]
struct Will {
    /// The results of the check, where there is one.
    results: Option<Vec<CheckResult>>,
    /// The decision; none when the check is only kept.
    decision: Option<Decision>,
}

impl Will {
    fn read(answers: &Answers, posted: &Posted, staff: &Staff) -> Result<Self, Vec<Problem>> {
        let open = &posted.open;
        let checks = may_check(open, staff, posted.is_pending);
        let (results, mut problems) = if checks {
            record_check::read(answers)
        } else {
            (Vec::new(), Vec::new())
        };
        let decision = if checks && answers.is("go", "save") {
            None
        } else {
            let ways = offered(open, staff, posted.is_pending);
            let lang = Lang::parse(&open.application.language).unwrap_or_default();
            match decision::read(answers, &ways, |name| phrase(lang, name)) {
                Ok(decision) => Some(decision),
                Err(found) => {
                    problems.extend(found);
                    None
                }
            }
        };
        let confirms = decision
            .as_ref()
            .is_some_and(|decision| decision.choice == Choice::Confirm);
        if confirms {
            problems.extend(record_check::confirmation_problems(&results));
        }
        if problems.is_empty() {
            Ok(Self {
                results: checks.then_some(results),
                decision,
            })
        } else {
            Err(problems)
        }
    }
}

/// Does it, once for each form; answers where to go on.
async fn carry_out(
    app: &web::Data<App>,
    staff: &Staff,
    reference: &str,
    (answers, key): (&Answers, Token),
    will: Will,
) -> Result<String, AppError> {
    let (staff, reference, answers) = (staff.clone(), reference.to_owned(), answers.clone());
    let (letterhead, now) = (app.letterhead(), app.clock.now());
    let done = app
        .write(move |db| {
            idempotency::once(db, SCOPE, key.hash().as_bytes(), now, |db| {
                let open = take_case(db, &staff, &reference, answers.get("version"))?;
                let act = Act {
                    open: &open,
                    staff: &staff,
                    letterhead: &letterhead,
                    now,
                };
                act.carry_out(db, &answers, &will)
            })
        })
        .await?;
    Ok(done.location().to_owned())
}

/// A decision being carried out in one transaction.
struct Act<'a> {
    open: &'a OpenCase,
    staff: &'a Staff,
    letterhead: &'a Letterhead,
    now: Timestamp,
}

impl Act<'_> {
    fn carry_out(&self, db: &mut Db, answers: &Answers, will: &Will) -> Result<String, AppError> {
        if let Some(results) = &will.results {
            self.keep_check(db, results, answers.get("checks"))?;
        }
        let query = CaseQuery::of_form(answers);
        let reference = self.open.application.reference;
        let Some(decision) = &will.decision else {
            let page = path(reference, "", query.queue());
            let mark = if page.contains('?') { '&' } else { '?' };
            return Ok(format!("{page}{mark}saved=1"));
        };
        let (from, part) = (self.open.application.status, self.open.part);
        if decision.choice.needs_second_person(from, part) {
            self.hand_on(db, decision)?;
        } else {
            self.move_on(db, decision)?;
        }
        Ok(self.next(db, &query)?)
    }

    fn keep_check(&self, db: &mut Db, results: &[CheckResult], seen: &str) -> Result<(), AppError> {
        let (id, by, now) = (self.open.application.id, self.staff.actor(), self.now);
        let before = case_checks::list_checks(db, id)?;
        if Around::checks_token(&before) != seen {
            return Err(AppError::Stale);
        }
        if !case_checks::write_checks(db, id, results, &by, now)? {
            return Ok(());
        }
        // "Done" is the second person's word; a difference counts at once.
        let found = match record_check::verdict(results) {
            RecordCheck::Mismatch => RecordCheck::Mismatch,
            RecordCheck::Open | RecordCheck::Done => RecordCheck::Open,
        };
        case_facts::set_record_check(db, id, found, &by, now)?;
        let said: Vec<String> = results
            .iter()
            .map(|result| {
                let word = if result.agrees { "agrees" } else { "differs" };
                format!("{}={word}", result.item.as_str())
            })
            .collect();
        Ok(self.note(db, "case.record_compared", &said.join(" "))?)
    }

    fn note(&self, db: &mut Db, action: &str, detail: &str) -> Result<(), StoreError> {
        let entry = NewEntry {
            chain: &Chain::of_case(self.open.application.reference),
            actor: &self.staff.actor(),
            action,
            detail,
        };
        audit::append(db, &entry, self.now)
    }

    /// The decision waits for the second person.
    fn hand_on(&self, db: &mut Db, decision: &Decision) -> Result<(), AppError> {
        let (from, to) = (self.open.application.status, decision.choice.to());
        let new = NewDecision {
            application: self.open.application.id,
            from,
            to,
            office: &self.open.office,
            reason: &decision.reason_text(),
            by: &self.staff.actor(),
        };
        decisions::insert_decision(db, &new, self.now)?;
        let code = decision.reason.map_or("", DefectCode::as_str);
        let detail = format!("{} → {} {code}", from.code(), to.code());
        Ok(self.note(db, "case.decided", detail.trim_end())?)
    }

    fn move_on(&self, db: &mut Db, decision: &Decision) -> Result<(), AppError> {
        let (id, by) = (self.open.application.id, self.staff.actor());
        let office = &self.open.office;
        match decision.choice {
            Choice::Correct => {
                let bearer = text_bearer(&decision.codes);
                for code in &decision.codes {
                    let text = if Some(*code) == bearer {
                        decision.text.as_str()
                    } else {
                        ""
                    };
                    defects::insert_defect(
                        db,
                        id,
                        (*code, text),
                        (office.as_str(), &by),
                        self.now,
                    )?;
                }
            }
            Choice::Ask => {
                inquiries::insert_inquiry(db, id, &decision.text, (office, &by), self.now)?;
            }
            _ => {}
        }
        let circumstances = match decision.choice {
            Choice::TakeIn => Circumstances::default().with(Guard::PaperIdentified),
            Choice::Examine => Circumstances::default().with(Guard::PaperAtHonseki),
            _ => Circumstances::default(),
        };
        let channel = if decision.by_post {
            Channel::Post
        } else {
            Channel::Counter
        };
        let form = self.open.application.current_revision.unwrap_or(1);
        let step = Step {
            application: id,
            expected: self.open.application.status,
            to: decision.choice.to(),
            doer: &self.staff.doer(self.open.part),
            office: Some(office),
            circumstances: &circumstances,
            facts: Facts {
                received: (decision.choice == Choice::TakeIn).then_some((channel, form)),
                ..Facts::default()
            },
            terms: terms_of(db, &self.open.case.pickup_office)?,
        };
        advance(db, self.letterhead, &step, self.now).map_err(refusal)?;
        Ok(())
    }

    /// The next case of the queue; the queue itself after the last, this case when there was none.
    fn next(&self, db: &mut Db, query: &CaseQuery) -> Result<String, StoreError> {
        let application = &self.open.application;
        let done = application.reference;
        let Some(queue) = query.queue() else {
            return Ok(format!("{}?done={done}", path(done, "", None)));
        };
        let next = match &application.desk {
            Some(desk) => {
                let place = (application.due_on, application.id);
                turns::find_next(db, desk, application.status, place)?
            }
            None => None,
        };
        Ok(match next {
            Some(next) => format!("{}&done={done}", path(next, "", Some(queue))),
            None => format!("/staff/queues/{queue}"),
        })
    }
}

/// The office's words stand with one of the defects, so that she reads them once: with the one that has no words of its own, else the first.
fn text_bearer(codes: &[DefectCode]) -> Option<DefectCode> {
    let own = codes.iter().copied().find(|code| *code == DefectCode::D99);
    own.or_else(|| codes.first().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_office_s_words_stand_with_one_defect() {
        use DefectCode::{D09, D12, D99};
        for (codes, expected) in [
            (&[D09, D12][..], Some(D09)),
            (&[D09, D99], Some(D99)),
            (&[], None),
        ] {
            assert_eq!(text_bearer(codes), expected);
        }
    }
}

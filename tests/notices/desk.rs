//! A desk of a test: an invented case put wherever a test needs it, with everything proven that a step asks for.

use jiff::civil::Date;
use tsubame::domain::deadline::Terms;
use tsubame::domain::defect::DefectCode;
use tsubame::domain::desk::CaseOffices;
use tsubame::domain::handover::{DocumentCheck, HandoverFacts, RecordCheck};
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::status::Status;
use tsubame::domain::transition::{Actor, Circumstances, Guard, Transition};
use tsubame::notices::Letterhead;
use tsubame::notices::advance::{AdvanceError, Facts, Step, advance};
use tsubame::storage::applications::{self, Application, ApplicationId, Doer, Move, Turn};
use tsubame::storage::cases::{self, Channel};
use tsubame::storage::{Db, StoreError, card_transfers, case_facts, defects, inquiries};

use crate::storage::cast::{days, now};

pub(crate) fn code(text: &str) -> OfficeCode {
    OfficeCode::parse(text).unwrap()
}

pub(crate) fn letterhead() -> Letterhead {
    Letterhead {
        base_url: "https://card.example.jp".to_owned(),
        host: "card.example.jp".to_owned(),
        from: "no-reply@card.example.jp".to_owned(),
        is_demo: false,
    }
}

/// The office somebody acts for, when the case has its papers and its card there.
pub(crate) fn office_of(actor: Actor) -> Option<OfficeCode> {
    match actor {
        Actor::ConsularClerk | Actor::PlaceManager => Some(code("emb-gb")),
        Actor::MunicipalClerk => Some(code("131016")),
        Actor::HonsekiClerk => Some(code("141046")),
        Actor::Applicant | Actor::Issuer | Actor::System => None,
    }
}

pub(crate) fn doer(application: &Application, actor: Actor) -> Doer {
    match actor {
        Actor::Applicant => Doer::applicant(application.mailbox_id),
        Actor::System => Doer::system(),
        other => Doer::staff(other, 7),
    }
}

/// The offices of a case that `actor` works on.
fn offices_for(actor: Actor) -> CaseOffices {
    let own = office_of(actor).unwrap_or_else(|| code("emb-gb"));
    CaseOffices {
        filing: own.clone(),
        register: code("141046"),
        pickup: own.clone(),
        paper: Some(own),
    }
}

/// Puts a case into `status` on the desk where `actor` works on it, by hand.
pub(crate) fn put(
    db: &mut Db,
    application: &Application,
    status: Status,
    actor: Actor,
    due_on: Option<Date>,
) -> Result<Application, StoreError> {
    let (id, offices) = (application.id, offices_for(actor));
    cases::set_filing_office(db, id, &offices.filing)?;
    cases::set_pickup_office(db, id, &offices.pickup)?;
    cases::set_paper_office(db, id, &offices.filing)?;
    let now_at = applications::get_application(db, id)?;
    let step = Move {
        application: id,
        from: now_at.status,
        to: status,
        doer: &Doer::system(),
        rule: "put there by a test",
    };
    let desk = offices.desk(status);
    let turn = Turn {
        desk: desk.as_ref(),
        due_on,
        ..Turn::default()
    };
    applications::move_case(db, &step, &turn, now())
}

/// Everything `row` asks for but `missing`: on record what is on record, the rest brought by the doer.
pub(crate) fn prove(
    db: &mut Db,
    id: ApplicationId,
    row: &Transition,
    missing: Option<Guard>,
) -> Result<Circumstances, StoreError> {
    let mut brought = Circumstances::default();
    if missing == Some(Guard::CardStays) {
        decide_transfer(db, id)?;
    }
    for guard in row.guards.iter().copied() {
        if Some(guard) == missing {
            continue;
        }
        put_on_record(db, id, guard)?;
        brought = brought.with(guard);
    }
    // Whatever the doer says about the handover: what is on record counts.
    let said = HandoverFacts {
        record_check: RecordCheck::Done,
        record_check_notice: true,
        document_check: DocumentCheck::AtHandover,
        ..HandoverFacts::default()
    };
    Ok(brought.with_handover(said, true))
}

/// The card is to travel on to Washington.
fn decide_transfer(db: &mut Db, id: ApplicationId) -> Result<(), StoreError> {
    let (from, to) = (cases::get_case(db, id)?.pickup_office, code("emb-us"));
    let day = "2026-12-07".parse().unwrap();
    let transfer = card_transfers::insert_transfer(db, id, (&from, &to), ("staff:1", day), now())?;
    card_transfers::accept(db, transfer, (&to, day), "staff:1", now())
}

fn put_on_record(db: &mut Db, id: ApplicationId, guard: Guard) -> Result<(), StoreError> {
    match guard {
        Guard::DefectNamed => {
            defects::insert_defect(db, id, (DefectCode::D09, ""), ("emb-gb", "staff:1"), now())?;
        }
        Guard::QuestionWritten => {
            inquiries::insert_inquiry(db, id, "？", (&code("141046"), "staff:1"), now())?;
        }
        Guard::RecordChecked => {
            case_facts::set_record_check(db, id, RecordCheck::Done, "staff:1", now())?;
        }
        Guard::MakingDayRecorded => {
            case_facts::set_card(
                db,
                id,
                "2027-01-05".parse().unwrap(),
                "2036-04-27".parse().unwrap(),
            )?;
        }
        Guard::TransferDecided => decide_transfer(db, id)?,
        Guard::PickupAtHonseki => cases::set_pickup_office(db, id, &code("141046"))?,
        Guard::DisposalDue => {
            let past = "2025-01-01".parse().unwrap();
            cases::set_received(db, id, &code("emb-gb"), (None, 1), now() - days(500))?;
            case_facts::set_pickup_deadlines(db, id, Some(past), Some(past))?;
        }
        Guard::HandoverAllowed => {
            case_facts::set_record_check(db, id, RecordCheck::Done, "staff:1", now())?;
            case_facts::set_record_check_notice(db, id, now())?;
            case_facts::set_document_check(db, id, DocumentCheck::AtHandover, "staff:1", now())?;
        }
        _ => {}
    }
    Ok(())
}

/// Facts that suit every step.
pub(crate) fn facts() -> Facts {
    Facts {
        received: Some((Channel::Post, 1)),
        reason: Some(DefectCode::D02),
        applicant_must_act: false,
        visit: Some(now() + days(30)),
        visit_end: None,
    }
}

/// Asks for a step by the hand of `actor`.
pub(crate) fn try_step(
    db: &mut Db,
    application: &Application,
    to: Status,
    actor: Actor,
    circumstances: &Circumstances,
) -> Result<Application, AdvanceError> {
    let (doer, office) = (doer(application, actor), office_of(actor));
    let step = Step {
        application: application.id,
        expected: application.status,
        to,
        doer: &doer,
        office: office.as_ref(),
        circumstances,
        facts: facts(),
        terms: Terms::default(),
    };
    advance(db, &letterhead(), &step, now())
}

//! A card at its pickup place is to be collected elsewhere (`domain::card_transfer`): the applicant asks, the office that holds the card decides, takes the
//! decision back, or sends the card on a list as any other.
//!
//! What is decided holds the case: until the card left or the decision was taken back nobody hands it over, books a visit or lets its time run out.
//! A request has a last day to be decided, and a decision one for the card to leave; what passes them becomes a task (`jobs::late_transfers`).

use jiff::Timestamp;
use jiff::civil::Date;

use super::Letterhead;
use super::advance::{Facts, Step, advance, terms_of};
use super::case_facts::{self, today_at};
use super::case_words::{CaseNotice, PickupChanged, Replied, VisitEnd};
use super::events::{EventError, clerks_only, language, record, tell};
use crate::domain::card_transfer::{self, StopReason};
use crate::domain::deadline::{Terms, days_after};
use crate::domain::desk::Desk;
use crate::domain::office_code::OfficeCode;
use crate::domain::status::Status;
use crate::domain::transition::Circumstances;
use crate::storage::applications::{self, Application, ApplicationId, Doer};
use crate::storage::card_transfers::{self, CardTransfer};
use crate::storage::cases::{self, CaseFile};
use crate::storage::tasks::{self, NewTask, TaskKind};
use crate::storage::{
    Db, StoreError, case_facts as facts, case_lock, decisions, offices, shipment_arrivals, turns,
};

/// The applicant asks that her card be sent on to `to`: a task of the office that holds it. Asked again before anybody decided, her last word counts.
pub fn ask(
    db: &mut Db,
    application: &Application,
    (to, doer): (&OfficeCode, &Doer),
    now: Timestamp,
) -> Result<(), EventError> {
    let (application, case) = &held(db, application)?;
    if case.pickup_office == *to {
        return Err(EventError::Unchanged);
    }
    let from = &case.pickup_office;
    let transfer = match card_transfers::find_open(db, application.id)? {
        Some(open) if open.is_accepted() => return Err(EventError::Decided),
        Some(open) if open.to_office == *to => return Err(EventError::Unchanged),
        Some(open) => {
            card_transfers::set_wish(db, open.id, to)?;
            open.id
        }
        None => {
            let asked = (doer.id.as_str(), last_day(db, from, now)?);
            card_transfers::insert_transfer(db, application.id, (from, to), asked, now)?
        }
    };
    let key = format!("transfer-asked:{transfer}");
    let task = NewTask {
        kind: TaskKind::TransferAsked,
        office: from.as_str(),
        application: Some(application.id),
        detail: to.as_str(),
        key: Some(&key),
    };
    tasks::open_task(db, &task, now)?;
    let detail = format!("{from} → {to}");
    Ok(record(
        db,
        application,
        doer,
        ("case.transfer_asked", &detail),
        now,
    )?)
}

/// The office that holds the card decides that it travels to `to`, as she asked or as she said on paper or by telephone (N22). A booked visit is
/// cancelled (N15); the collection deadline stands still and begins anew where the card arrives.
pub fn accept(
    db: &mut Db,
    letterhead: &Letterhead,
    application: &Application,
    (to, acting): (&OfficeCode, (&Doer, &OfficeCode)),
    now: Timestamp,
) -> Result<(), EventError> {
    let (application, case) = &held(db, application)?;
    let (doer, office) = acting;
    holder_only(case, acting)?;
    if case.pickup_office == *to {
        return Err(EventError::Unchanged);
    }
    not_on_a_list(db, application)?;
    let due_on = last_day(db, office, now)?;
    let open = match card_transfers::find_open(db, application.id)? {
        Some(open) if open.is_accepted() => return Err(EventError::Decided),
        Some(open) => open.id,
        None => {
            let said = (doer.id.as_str(), due_on);
            card_transfers::insert_transfer(db, application.id, (office, to), said, now)?
        }
    };
    if application.status == Status::Booked {
        cancel_visit(db, letterhead, application, acting, now)?;
    }
    card_transfers::accept(db, open, (to, due_on), &doer.id, now)?;
    hold(db, application.id, acting, due_on, now)?;
    let detail = format!("{office} → {to}");
    record(
        db,
        application,
        doer,
        ("case.transfer_accepted", &detail),
        now,
    )?;
    let notice = CaseNotice::PickupChanged(PickupChanged {
        place: case_facts::place(language(application), to),
        is_moved: true,
    });
    tell(db, letterhead, application, notice, now)
}

/// The card stays: her request is declined, or the decision is taken back before the card is on a list. She is told to read why (N24); where the
/// deadline stood still, it begins anew today.
pub fn stop(
    db: &mut Db,
    letterhead: &Letterhead,
    application: &Application,
    (reason, acting): (StopReason, (&Doer, &OfficeCode)),
    now: Timestamp,
) -> Result<(), EventError> {
    let (application, case) = &held(db, application)?;
    let (doer, office) = acting;
    holder_only(case, acting)?;
    not_on_a_list(db, application)?;
    let open = card_transfers::find_open(db, application.id)?;
    let open = open.ok_or(EventError::Unchanged)?;
    card_transfers::stop(db, &open, reason.as_str(), &doer.id, now)?;
    tasks::close_transfer_tasks(db, application.id, &doer.id, now)?;
    if open.is_accepted() {
        run_again(db, application, (case, &open), now)?;
    }
    let action = ("case.transfer_stopped", reason.as_str());
    record(db, application, doer, action, now)?;
    let notice = CaseNotice::Replied(Replied {
        office: case_facts::office_name(language(application), office),
    });
    tell(db, letterhead, application, notice, now)
}

/// A case whose card lies at its pickup place, taken as it was seen.
fn held(db: &mut Db, seen: &Application) -> Result<(Application, CaseFile), EventError> {
    let application = case_lock::lock_as_seen(db, seen)?;
    if !card_transfer::is_possible(application.status) {
        return Err(EventError::NotNow(application.status));
    }
    let case = cases::get_case(db, application.id)?;
    Ok((application, case))
}

fn holder_only(case: &CaseFile, (doer, office): (&Doer, &OfficeCode)) -> Result<(), EventError> {
    clerks_only(doer)?;
    if case.pickup_office == *office {
        Ok(())
    } else {
        Err(EventError::WrongActor(doer.role))
    }
}

fn not_on_a_list(db: &mut Db, application: &Application) -> Result<(), EventError> {
    match shipment_arrivals::find_under_way(db, application.id)? {
        Some(_) => Err(EventError::OnList),
        None => Ok(()),
    }
}

/// The last day of what begins now at the office that holds the card.
fn last_day(db: &mut Db, holder: &OfficeCode, now: Timestamp) -> Result<Date, StoreError> {
    let days = offices::terms_of(db, holder)?.transfer_days;
    Ok(days_after(today_at(Some(holder), now), days))
}

/// The visit she booked does not take place (N15).
fn cancel_visit(
    db: &mut Db,
    letterhead: &Letterhead,
    application: &Application,
    (doer, office): (&Doer, &OfficeCode),
    now: Timestamp,
) -> Result<(), EventError> {
    let step = Step {
        application: application.id,
        expected: Status::Booked,
        to: Status::Ready,
        doer,
        office: Some(office),
        circumstances: &Circumstances::default(),
        facts: Facts {
            visit_end: Some(VisitEnd::Cancelled),
            ..Facts::default()
        },
        terms: Terms::default(),
    };
    advance(db, letterhead, &step, now)?;
    Ok(())
}

/// From now on the case waits to be sent, by `due_on`: nothing else runs, and what somebody decided about the card before is overtaken.
fn hold(
    db: &mut Db,
    id: ApplicationId,
    (doer, office): (&Doer, &OfficeCode),
    due_on: Date,
    now: Timestamp,
) -> Result<(), StoreError> {
    let desk = Desk::Office(office.clone());
    let status = applications::get_application(db, id)?.status;
    turns::set_turn(db, id, Some(&desk), Some(due_on))?;
    turns::set_prepared(db, id, (&desk, status), true)?;
    decisions::overtake(db, id, &doer.id, now)?;
    tasks::close_transfer_tasks(db, id, &doer.id, now)
}

/// What stood still runs again, from today: nobody loses the days in which the office was about to send the card.
fn run_again(
    db: &mut Db,
    application: &Application,
    (case, transfer): (&CaseFile, &CardTransfer),
    now: Timestamp,
) -> Result<(), StoreError> {
    let desk = Desk::Office(transfer.from_office.clone());
    let today = today_at(Some(&transfer.from_office), now);
    let terms = terms_of(db, &transfer.from_office)?;
    let due = match application.status {
        Status::Ready => {
            let due = days_after(today, terms.pickup_days);
            facts::set_pickup_deadlines(db, application.id, Some(due), None)?;
            Some(due)
        }
        Status::Overdue => {
            let due = days_after(today, terms.second_pickup_days);
            facts::set_pickup_deadlines(db, application.id, case.pickup_deadline, Some(due))?;
            Some(due)
        }
        _ => None,
    };
    turns::set_turn(db, application.id, Some(&desk), due)?;
    turns::set_prepared(db, application.id, (&desk, application.status), false)
}

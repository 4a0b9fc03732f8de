//! A move that the table allows and whose guards are proven: where the case lies afterwards, until when, and what else it changes.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};

use super::{AdvanceError, Step};
use crate::domain::card_transfer;
use crate::domain::deadline::{self, CORRECTION_DAYS};
use crate::domain::desk::Desk;
use crate::domain::office_code::OfficeCode;
use crate::domain::status::Status;
use crate::domain::transition::{Actor, Period, Transition};
use crate::notices::case_facts::today_at;
use crate::notices::disposals::{self, Witness};
use crate::storage::applications::{self, Application, Move, Turn};
use crate::storage::card_transfers::{self, CardTransfer};
use crate::storage::cases::{self, CaseFile};
use crate::storage::tasks::TaskKind;
use crate::storage::{Db, case_facts, decisions, defects, inquiries, tasks};

/// A move that is allowed.
pub(super) struct AllowedMove<'a> {
    pub(super) step: &'a Step<'a>,
    pub(super) row: &'static Transition,
    pub(super) application: Application,
    /// With the new pickup place, when it is a card that travels on.
    pub(super) case: CaseFile,
    transfer: Option<CardTransfer>,
    pub(super) now: Timestamp,
    /// The last day of what begins to run.
    pub(super) due_on: Option<Date>,
}

impl<'a> AllowedMove<'a> {
    pub(super) fn new(
        step: &'a Step<'a>,
        row: &'static Transition,
        (application, mut case, transfer): (Application, CaseFile, Option<CardTransfer>),
        now: Timestamp,
    ) -> Self {
        let transfer = transfer.filter(|_| step.to == Status::Shipped);
        if let Some(transfer) = &transfer {
            case.pickup_office = transfer.to_office.clone();
        }
        let mut going = Self {
            step,
            row,
            application,
            case,
            transfer,
            now,
            due_on: None,
        };
        going.due_on = going.last_day();
        going
    }

    /// Who has the paper after the move: whoever takes it in, then the municipality that keeps the register.
    fn paper_office(&self) -> Option<OfficeCode> {
        match self.step.to {
            Status::Received => self
                .step
                .office
                .cloned()
                .or_else(|| Some(self.case.filing_office.clone())),
            Status::AtHonseki => Some(self.case.register_office.clone()),
            _ => self.case.paper_office.clone(),
        }
    }

    fn desk(&self) -> Option<Desk> {
        let mut offices = self.case.offices();
        offices.paper = self.paper_office();
        offices.desk(self.step.to)
    }

    pub(super) fn desk_office(&self) -> Option<OfficeCode> {
        self.desk().as_ref().and_then(Desk::office).cloned()
    }

    /// The office whose clock the move is told by: where it happens.
    pub(super) fn place(&self) -> OfficeCode {
        let own = self.step.office.cloned().or_else(|| self.desk_office());
        own.or_else(|| self.case.paper_office.clone())
            .unwrap_or_else(|| self.case.filing_office.clone())
    }

    /// The last day of what begins to run, where the desk is.
    fn last_day(&self) -> Option<Date> {
        let today = today_at(self.desk_office().as_ref(), self.now);
        let keeps_running = matches!(
            (self.step.expected, self.step.to),
            (_, Status::Booked) | (Status::Booked, Status::Ready)
        );
        match self.row.period {
            Period::Days(days) => Some(deadline::days_after(today, days)),
            Period::Pickup => Some(deadline::days_after(today, self.step.terms.pickup_days)),
            Period::SecondPickup => Some(self.case.second_pickup_deadline.unwrap_or_else(|| {
                let first = self.case.pickup_deadline.unwrap_or(today);
                deadline::days_after(first, self.step.terms.second_pickup_days)
            })),
            Period::WorkingDays(days) => Some(deadline::working_days_after(today, days, |day| {
                matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
            })),
            Period::None if self.step.facts.applicant_must_act => {
                Some(deadline::days_after(today, CORRECTION_DAYS))
            }
            Period::None if keeps_running => self.application.due_on,
            Period::None | Period::Form => None,
        }
    }

    pub(super) fn write(&self, db: &mut Db) -> Result<Application, AdvanceError> {
        let (id, desk) = (self.step.application, self.desk());
        let (before, after) = (self.step.expected.public_step(), self.step.to.public_step());
        let is_onward = after > before && before.is_some();
        let turn = Turn {
            desk: desk.as_ref(),
            due_on: self.due_on,
            left: self.application.desk.as_ref(),
            step_took: is_onward.then(|| self.now.duration_since(self.case.step_began_at)),
        };
        let step = Move {
            application: id,
            from: self.step.expected,
            to: self.step.to,
            doer: self.step.doer,
            rule: self.row.rule,
        };
        let moved = applications::move_case(db, &step, &turn, self.now)?;
        if before != after {
            cases::set_step_began(db, id, self.now)?;
        }
        decisions::overtake(db, id, &self.step.doer.id, self.now)?;
        self.settle(db)?;
        Ok(moved)
    }

    /// What else the move changes in the case.
    fn settle(&self, db: &mut Db) -> Result<(), AdvanceError> {
        let (id, by, now) = (self.step.application, &self.step.doer.id, self.now);
        match (self.step.expected, self.step.to) {
            (_, Status::Received) => self.receive(db)?,
            (Status::Forwarded, Status::AtHonseki) => {
                cases::set_paper_office(db, id, &self.case.register_office)?;
                tasks::close_tasks_of(db, id, TaskKind::NotReceived, by, now)?;
            }
            (Status::Received, Status::AtHonseki) => {
                cases::set_paper_office(db, id, &self.case.register_office)?;
            }
            (Status::Inquiry, Status::AtHonseki) => {
                inquiries::close_inquiries(db, id, now)?;
                tasks::close_tasks_of(db, id, TaskKind::NoReply, by, now)?;
            }
            (Status::IssuerDefect, Status::AtIssuer | Status::AtHonseki) => {
                defects::clear_defects(db, id, by, now)?;
                tasks::close_tasks_of(db, id, TaskKind::CorrectionAnswered, by, now)?;
            }
            (_, Status::Shipped) => self.ship(db)?,
            (_, Status::Arrived) => {
                tasks::close_tasks_of(db, id, TaskKind::NotReceived, by, now)?;
            }
            (from, Status::Ready) if from != Status::Booked => {
                case_facts::set_pickup_deadlines(db, id, self.due_on, None)?;
            }
            (_, Status::Overdue) => {
                let first = self.case.pickup_deadline;
                case_facts::set_pickup_deadlines(db, id, first, self.due_on)?;
            }
            (_, Status::HandedOver | Status::Disposed) => case_facts::set_shelf(db, id, None)?,
            _ => {}
        }
        let witness = Witness { by, now };
        let end = (&self.case, self.step.to);
        disposals::open_after_end(db, &self.application, end, witness)?;
        let is_over = self.step.to.has_ended() || self.step.to == Status::HandedOver;
        if is_over && card_transfer::is_possible(self.step.expected) {
            self.forget_transfer(db)?;
        }
        Ok(())
    }

    /// The card leaves, with the notice of the record check. One that travels on has another pickup place from now on, and its time begins anew there.
    fn ship(&self, db: &mut Db) -> Result<(), AdvanceError> {
        let (id, now) = (self.step.application, self.now);
        case_facts::set_record_check_notice(db, id, now)?;
        if let Some(transfer) = &self.transfer {
            cases::set_pickup_office(db, id, &transfer.to_office)?;
            case_facts::set_pickup_deadlines(db, id, None, None)?;
            case_facts::set_shelf(db, id, None)?;
            card_transfers::set_sent(db, transfer.id, now)?;
            tasks::close_transfer_tasks(db, id, &self.step.doer.id, now)?;
        }
        Ok(())
    }

    /// What was wanted for a card does not matter any more once it was handed over or its case has ended.
    fn forget_transfer(&self, db: &mut Db) -> Result<(), AdvanceError> {
        let (id, by, now) = (self.step.application, &self.step.doer.id, self.now);
        if let Some(open) = card_transfers::find_open(db, id)? {
            card_transfers::stop(db, &open, "ended", by, now)?;
            tasks::close_transfer_tasks(db, id, by, now)?;
        }
        Ok(())
    }

    fn receive(&self, db: &mut Db) -> Result<(), AdvanceError> {
        let (id, by, now) = (self.step.application, &self.step.doer.id, self.now);
        let office = self.paper_office();
        let office = office.as_ref().unwrap_or(&self.case.filing_office);
        let is_on_paper = self.step.doer.role != Actor::Applicant;
        if is_on_paper && self.step.facts.received.is_none() {
            return Err(AdvanceError::FactMissing("how the paper came"));
        }
        let revision = self.application.current_revision.unwrap_or(1);
        let (channel, revision) = self
            .step
            .facts
            .received
            .map_or((None, revision), |(channel, revision)| {
                (Some(channel), revision)
            });
        cases::set_received(db, id, office, (channel, revision), now)?;
        defects::clear_defects(db, id, by, now)?;
        tasks::close_tasks_of(db, id, TaskKind::CorrectionAnswered, by, now)?;
        Ok(())
    }
}

//! The one way a filed case moves: the row of the transition table is found and its guards are proven; then status, desk, last day, history, audit and
//! the notice the row names are written, all in the caller's transaction.
//!
//! Whoever moves a case brings what only they can know (a bag was counted, a second person agreed). What the database knows is never taken on
//! anybody's word: an open defect, a question, the register check, the day of making, a passed deadline. An office moves a case only while it is its
//! turn; the ends of a case (S96–S98) may be told to any office that has a part in it.

mod allowed_move;
mod telling;

use jiff::Timestamp;
use thiserror::Error;

use super::case_facts::today_at;
use super::case_words::VisitEnd;
use super::{Letterhead, NoticeError};
use crate::domain::card_transfer;
use crate::domain::deadline::{self, Terms};
use crate::domain::defect::DefectCode;
use crate::domain::desk::Desk;
use crate::domain::handover::RecordCheck;
use crate::domain::office_code::OfficeCode;
use crate::domain::status::Status;
use crate::domain::transition::{Actor, Circumstances, Guard, Refusal, Transition};
use crate::storage::applications::{Application, ApplicationId, Doer};
use crate::storage::card_transfers::{self, CardTransfer};
use crate::storage::cases::{self, CaseFile, Channel};
use crate::storage::{Db, StoreError, case_lock, defects, inquiries, offices};
use allowed_move::AllowedMove;

/// A move that somebody wants.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// Which case.
    pub application: ApplicationId,
    /// Where its doer saw it.
    pub expected: Status,
    /// Where it is to go.
    pub to: Status,
    /// Who moves it.
    pub doer: &'a Doer,
    /// The office they act for; none for the applicant, the issuer and the timer.
    pub office: Option<&'a OfficeCode>,
    /// What they have proven.
    pub circumstances: &'a Circumstances,
    /// What the notice and the record need besides.
    pub facts: Facts,
    /// The periods of the pickup place.
    pub terms: Terms,
}

/// What a move writes down or tells that the case itself does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// → S20 on paper: how it came, and which form it was.
    pub received: Option<(Channel, i32)>,
    /// → S28: why, unless a deadline decided.
    pub reason: Option<DefectCode>,
    /// → S48: the applicant has to do something about it.
    pub applicant_must_act: bool,
    /// → S75: when the visit begins.
    pub visit: Option<Timestamp>,
    /// S75 → S70: why the visit does not take place.
    pub visit_end: Option<VisitEnd>,
}

/// Why a case did not move; nothing was written then.
#[derive(Debug, Error)]
pub enum AdvanceError {
    /// The table does not allow it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The office has no part in the case, or it is not its turn.
    #[error("not this office's case, or not its turn")]
    WrongOffice,
    /// The notice or the record needs a fact that was not given.
    #[error("a fact is missing: {0}")]
    FactMissing(&'static str),
    /// The notice could not be written.
    #[error(transparent)]
    Notice(NoticeError),
    /// The database refused; [`StoreError::Conflict`] when the case is no longer where its doer saw it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NoticeError> for AdvanceError {
    fn from(error: NoticeError) -> Self {
        match error {
            NoticeError::Store(error) => Self::Store(error),
            other => Self::Notice(other),
        }
    }
}

/// The periods that a pickup place has set for itself.
pub fn terms_of(db: &mut Db, pickup: &OfficeCode) -> Result<Terms, StoreError> {
    let terms = offices::terms_of(db, pickup)?;
    Ok(Terms {
        pickup_days: terms.first_days,
        second_pickup_days: terms.second_days,
    })
}

/// Moves a filed case; answers it as it is now.
pub fn advance(
    db: &mut Db,
    letterhead: &Letterhead,
    step: &Step<'_>,
    now: Timestamp,
) -> Result<Application, AdvanceError> {
    // From here on nobody else moves it: what is proven below is still true when it moves.
    let application = case_lock::lock_case(db, step.application, step.expected)?;
    let case = cases::get_case(db, step.application)?;
    let row = Transition::find(step.expected, step.to, step.doer.role)?;
    check_office(step, &application, &case)?;
    let transfer = transfer_of(db, &application)?;
    let known = (&application, &case, transfer.as_ref());
    let proven = prove(db, (step, row), known, now)?;
    row.permit(&proven)?;
    let going = AllowedMove::new(step, row, (application, case, transfer), now);
    let notice = going.notice(db)?;
    let moved = going.write(db)?;
    going.tell(db, letterhead, notice)?;
    Ok(moved)
}

/// Whether the doer's office may move the case now.
fn check_office(
    step: &Step<'_>,
    application: &Application,
    case: &CaseFile,
) -> Result<(), AdvanceError> {
    let role = step.doer.role;
    let is_allowed = match (role, step.office) {
        (Actor::Applicant | Actor::System | Actor::Issuer, _) => true,
        (_, None) => false,
        (Actor::PlaceManager, Some(office)) => *office == case.pickup_office,
        (_, Some(office)) => {
            let is_end = matches!(
                step.to,
                Status::Withdrawn | Status::ReturnedHome | Status::Ended
            );
            let is_its_turn = application.desk.as_ref().and_then(Desk::office) == Some(office);
            case.offices().role_of(office) == Some(role) && (is_end || is_its_turn)
        }
    };
    if is_allowed {
        Ok(())
    } else {
        Err(AdvanceError::WrongOffice)
    }
}

/// The decision that a card at its pickup place is to travel on.
fn transfer_of(db: &mut Db, application: &Application) -> Result<Option<CardTransfer>, StoreError> {
    if !card_transfer::is_possible(application.status) {
        return Ok(None);
    }
    let open = card_transfers::find_open(db, application.id)?;
    Ok(open.filter(CardTransfer::is_accepted))
}

/// What the doer brought, with everything the database knows put in its place.
fn prove(
    db: &mut Db,
    (step, row): (&Step<'_>, &Transition),
    (application, case, transfer): (&Application, &CaseFile, Option<&CardTransfer>),
    now: Timestamp,
) -> Result<Circumstances, StoreError> {
    let id = application.id;
    let desk_office = application.desk.as_ref().and_then(Desk::office);
    let today = today_at(desk_office, now);
    // Looked up only where the row asks for it: a batch moves ten thousand cases that need neither.
    let asks = |guard| row.guards.contains(&guard);
    let has_defect = asks(Guard::DefectNamed) && !defects::list_open_defects(db, id)?.is_empty();
    let has_question = asks(Guard::QuestionWritten)
        && inquiries::list_inquiries(db, id)?
            .iter()
            .any(|inquiry| inquiry.closed_at.is_none());
    let received_on = case.received_at.map(|at| today_at(desk_office, at));
    let may_dispose = match (case.second_pickup_deadline, received_on) {
        (Some(second), Some(received)) => {
            deadline::may_dispose(today, second, received, case.card_expires_on)
        }
        _ => false,
    };
    let known = [
        (Guard::DefectNamed, has_defect),
        (Guard::QuestionWritten, has_question),
        (Guard::RecordChecked, case.record_check == RecordCheck::Done),
        (Guard::MakingDayRecorded, case.made_on.is_some()),
        (
            Guard::PickupAtHonseki,
            case.pickup_office == case.register_office,
        ),
        (
            Guard::DeadlinePassed,
            application.due_on.is_some_and(|due| today > due),
        ),
        (Guard::DisposalDue, may_dispose),
        (Guard::TransferDecided, transfer.is_some()),
        (Guard::CardStays, transfer.is_none()),
    ];
    let proven = known
        .into_iter()
        .fold(step.circumstances.clone(), |proven, (guard, holds)| {
            proven.with_known(guard, holds)
        });
    Ok(proven.with_known_handover(case.handover_facts()))
}

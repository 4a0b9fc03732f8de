//! A paper or a card out of a bag: what is to be done with it, done.

use jiff::Timestamp;
use thiserror::Error;

use crate::domain::deadline::Terms;
use crate::domain::defect::DefectCode;
use crate::domain::desk::Desk;
use crate::domain::intake::{self, Answer, InHand, Said};
use crate::domain::shipment::ShipmentKind;
use crate::domain::status::Status;
use crate::domain::transition::{Circumstances, Guard};
use crate::notices::Letterhead;
use crate::notices::advance::{AdvanceError, Facts, Step, advance};
use crate::notices::disposals::{self, Witness};
use crate::notices::events::{self, EventError};
use crate::storage::applications::{Application, Doer};
use crate::storage::bags::{self, Bag, BagItemId, ItemAnswer};
use crate::storage::cases::{CaseFile, Channel};
use crate::storage::shipments::{Shipment, ShipmentItem, ShipmentState};
use crate::storage::tasks::{self, NewTask, TaskKind};
use crate::storage::{Db, StoreError, applications, case_facts, cases, defects, shipment_arrivals};

/// Why nothing could be done; nothing was written then.
#[derive(Debug, Error)]
pub enum ArrivalError {
    /// A card is put on a shelf, and none was named.
    #[error("no shelf")]
    ShelfMissing,
    /// The case did not move.
    #[error(transparent)]
    Advance(#[from] AdvanceError),
    /// The case could not be filed here.
    #[error(transparent)]
    Event(#[from] EventError),
    /// The database refused; [`StoreError::Conflict`] when somebody else took the same piece in at the same moment.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Something taken out of a bag, by somebody.
#[derive(Debug, Clone, Copy)]
pub struct Arriving<'a> {
    /// The bag.
    pub bag: &'a Bag,
    /// The case.
    pub application: &'a Application,
    /// What it is beside its status.
    pub case: &'a CaseFile,
    /// What the clerk said.
    pub said: Said,
    /// Where a card is put.
    pub shelf: &'a str,
    /// What the correction asks for when an older version is received, in the applicant's language.
    pub defect_note: &'a str,
    /// Who, as in the audit.
    pub by: &'a str,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Taken in, now or a moment ago out of the same bag.
    Taken(BagItemId),
    /// Not taken in: this is the answer. What has ended, is registered already or is meant for elsewhere is noted in the bag, which is counted with it.
    Refused(Answer),
}

/// Takes a piece in, or says why not. A second scan of the same piece out of the same bag is answered like the first and does nothing.
pub fn take_in(
    db: &mut Db,
    letterhead: &Letterhead,
    arriving: &Arriving<'_>,
    now: Timestamp,
) -> Result<Outcome, ArrivalError> {
    let (bag, application) = (arriving.bag, arriving.application);
    let before = bags::find_item(db, bag.id, application.id)?;
    let is_again = |item: &bags::BagItem| {
        matches!(item.answer, ItemAnswer::Registered | ItemAnswer::WithDefect)
    };
    let under_way = shipment_arrivals::find_under_way(db, application.id)?;
    let listed = under_way
        .filter(|(shipment, _)| shipment.to == bag.office && shipment.kind == bag.kind)
        .filter(|(shipment, _)| shipment.state != ShipmentState::Draft);
    let answer = intake::answer(&InHand {
        kind: bag.kind,
        status: application.status,
        desk: application.desk.as_ref(),
        offices: &arriving.case.offices(),
        here: &bag.office,
        is_listed: listed.is_some(),
        in_force: application.current_revision.unwrap_or(1),
        said: arriving.said,
    });
    if let (Answer::Already, Some(item)) = (&answer, before.filter(is_again)) {
        return Ok(Outcome::Taken(item.id));
    }
    let noted = match &answer {
        Answer::Take(to) => {
            take(db, letterhead, arriving, (*to, false), now)?;
            ItemAnswer::Registered
        }
        Answer::TakeWithDefect => {
            take(db, letterhead, arriving, (Status::Received, true), now)?;
            ItemAnswer::WithDefect
        }
        Answer::Already => ItemAnswer::Already,
        Answer::Ended(_) => ItemAnswer::Ended,
        Answer::Elsewhere(_) => ItemAnswer::Elsewhere,
        _ => return Ok(Outcome::Refused(answer)),
    };
    let item = bags::insert_or_update_item(db, bag.id, application.id, (noted, arriving.by), now)?;
    if matches!(answer, Answer::Ended(_)) && bag.kind == ShipmentKind::Card {
        let (here, by) = (Desk::Office(bag.office.clone()), arriving.by);
        disposals::open_where_it_lies(db, application, &here, Witness { by, now })?;
    }
    let is_here = matches!(answer, Answer::Take(_) | Answer::Ended(_));
    arrive(db, arriving, listed.filter(|_| is_here), now)?;
    Ok(match answer {
        Answer::Take(_) | Answer::TakeWithDefect => Outcome::Taken(item),
        other => Outcome::Refused(other),
    })
}

/// The line of the shipment's list arrives, and whoever looked for it need not any more; what is on no list is a task of this office.
fn arrive(
    db: &mut Db,
    arriving: &Arriving<'_>,
    listed: Option<(Shipment, ShipmentItem)>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (bag, id) = (arriving.bag, arriving.application.id);
    if let Some((_, item)) = listed {
        shipment_arrivals::set_arrived(db, item.id, now)?;
        tasks::close_tasks_of(db, id, TaskKind::MissingItem, arriving.by, now)?;
        return Ok(());
    }
    if arriving.said.unlisted {
        let key = format!("surplus:{}:{}", bag.id, id);
        let task = NewTask {
            kind: TaskKind::SurplusItem,
            office: bag.office.as_str(),
            application: Some(id),
            detail: "",
            key: Some(&key),
        };
        tasks::open_task(db, &task, now)?;
    }
    Ok(())
}

fn take(
    db: &mut Db,
    letterhead: &Letterhead,
    arriving: &Arriving<'_>,
    (to, with_defect): (Status, bool),
    now: Timestamp,
) -> Result<(), ArrivalError> {
    let id = arriving.application.id;
    if to == Status::Arrived {
        if arriving.shelf.is_empty() {
            return Err(ArrivalError::ShelfMissing);
        }
        case_facts::set_shelf(db, id, Some(arriving.shelf))?;
    }
    if arriving.said.refile && arriving.case.filing_office != arriving.bag.office {
        let doer = doer_of(db, arriving)?;
        events::refile(db, arriving.application, (&arriving.bag.office, &doer), now)?;
    }
    let moved = step(db, letterhead, arriving, (arriving.application, to), now)?;
    if with_defect {
        let by = (arriving.bag.office.as_str(), arriving.by);
        defects::insert_defect(db, id, (DefectCode::D99, arriving.defect_note), by, now)?;
        step(db, letterhead, arriving, (&moved, Status::Defect), now)?;
        return Ok(());
    }
    let is_at_register = arriving.case.register_office == arriving.bag.office;
    if to == Status::Received && is_at_register {
        step(db, letterhead, arriving, (&moved, Status::AtHonseki), now)?;
    }
    Ok(())
}

/// Who does it: in the part the office has in the case; an office without one files it by this very act.
fn doer_of(db: &mut Db, arriving: &Arriving<'_>) -> Result<Doer, StoreError> {
    let here = &arriving.bag.office;
    let mut offices = cases::get_case(db, arriving.application.id)?.offices();
    if offices.role_of(here).is_none() {
        offices.filing = here.clone();
    }
    let role = offices.role_of(here).ok_or(StoreError::NotFound)?;
    Ok(Doer {
        role,
        id: arriving.by.to_owned(),
    })
}

fn step(
    db: &mut Db,
    letterhead: &Letterhead,
    arriving: &Arriving<'_>,
    (application, to): (&Application, Status),
    now: Timestamp,
) -> Result<Application, ArrivalError> {
    let application = applications::get_application(db, application.id)?;
    let doer = doer_of(db, arriving)?;
    let proven = [
        Guard::PaperIdentified,
        Guard::ShipmentCounted,
        Guard::PaperAtHonseki,
    ]
    .into_iter()
    .fold(Circumstances::default(), Circumstances::with);
    let channel = arriving.bag.channel.unwrap_or(Channel::Post);
    let version = arriving
        .said
        .revision
        .or(application.current_revision)
        .unwrap_or(1);
    let is_form = arriving.bag.kind == ShipmentKind::Form;
    let step = Step {
        application: application.id,
        expected: application.status,
        to,
        doer: &doer,
        office: Some(&arriving.bag.office),
        circumstances: &proven,
        facts: Facts {
            received: is_form.then_some((channel, version)),
            ..Facts::default()
        },
        terms: Terms::default(),
    };
    Ok(advance(db, letterhead, &step, now)?)
}

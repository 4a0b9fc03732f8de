//! One scan as a transaction: the case is found, its bag is open, the piece is taken in or refused.

use jiff::Timestamp;

use super::page;
use crate::domain::intake::{Answer, Said};
use crate::domain::office_code::OfficeCode;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::shipment::ShipmentKind;
use crate::domain::status::Status;
use crate::i18n::{self, Lang};
use crate::notices::Letterhead;
use crate::notices::advance::AdvanceError;
use crate::notices::events::EventError;
use crate::notices::legs::{self, ArrivalError, Arriving, Outcome};
use crate::storage::applications::{self, Application};
use crate::storage::bags::{self, Bag, BagId, BagItem, BagItemId, BagState, NewBag};
use crate::storage::cases::{self, CaseFile, Channel};
use crate::storage::tasks::{self, NewTask, TaskKind};
use crate::storage::{Db, StoreError, case_lock};
use crate::web::errors::AppError;
use crate::web::office::scope;

/// What came of a scan.
pub(super) enum Taken {
    /// Nothing is known under this number here.
    Unknown,
    /// A card needs a shelf.
    NoShelf,
    /// Noted in the bag.
    In(BagId, BagItemId),
    /// Refused, with what its words need.
    Refused(Box<Refused>),
}

/// A piece that was not taken in.
pub(super) struct Refused {
    pub(super) answer: Answer,
    pub(super) bag: BagId,
    pub(super) reference: ReceiptNumber,
    pub(super) in_force: i32,
    pub(super) status: Status,
    /// The name, where the reader's office has a part in the case.
    pub(super) is_ours: bool,
    /// Who registered it before at this office, with their name.
    pub(super) before: Option<(BagItem, String)>,
    pub(super) received_at: Option<Timestamp>,
    pub(super) register: OfficeCode,
}

/// What the writing transaction needs, whole, because it may be run twice.
#[derive(Clone)]
pub(super) struct Scan {
    pub(super) number: ReceiptNumber,
    pub(super) office: OfficeCode,
    pub(super) kind: ShipmentKind,
    pub(super) bag: Option<BagId>,
    pub(super) channel: Option<Channel>,
    pub(super) said: Said,
    pub(super) is_forwarded: bool,
    pub(super) place: String,
    pub(super) by: String,
    pub(super) letterhead: Letterhead,
}

impl Scan {
    pub(super) fn run(&self, db: &mut Db, now: Timestamp) -> Result<Taken, AppError> {
        let Some((application, case, is_ours)) = self.find(db)? else {
            return Ok(Taken::Unknown);
        };
        let bag = self.bag(db, now)?;
        let lang = Lang::parse(&application.language).unwrap_or_default();
        let in_force = application.current_revision.unwrap_or(1);
        let note = i18n::text_with(
            lang,
            "legs-old-version-note",
            &[("n", in_force.to_string())],
        );
        let arriving = Arriving {
            bag: &bag,
            application: &application,
            case: &case,
            said: self.said,
            shelf: &self.place,
            defect_note: &note,
            by: &self.by,
        };
        let answer = match legs::take_in(db, &self.letterhead, &arriving, now) {
            Ok(Outcome::Taken(item)) => return Ok(Taken::In(bag.id, item)),
            Ok(Outcome::Refused(answer)) => answer,
            // Nothing was written: the shelf is asked for before the case moves.
            Err(ArrivalError::ShelfMissing) => return Ok(Taken::NoShelf),
            Err(error) => return Err(failed(error)),
        };
        if let (Answer::Elsewhere(place), true) = (&answer, self.is_forwarded) {
            self.forward(db, &application, place, now)?;
            let item = bags::find_item(db, bag.id, application.id)?.ok_or(AppError::NotFound)?;
            return Ok(Taken::In(bag.id, item.id));
        }
        let before = bags::find_registration(db, application.id, &self.office)?;
        let before = before
            .map(|item| Ok::<_, StoreError>((page::name_of(db, &item.taken_by)?, item)))
            .transpose()?
            .map(|(name, item)| (item, name));
        Ok(Taken::Refused(Box::new(Refused {
            answer,
            bag: bag.id,
            reference: application.reference,
            in_force,
            status: application.status,
            is_ours,
            before,
            received_at: case.received_at,
            register: case.register_office,
        })))
    }

    /// The case, and whether this office has a part in it. Of a case it has no part in it learns one thing: to which office a form that nobody has
    /// received belongs, because it holds that form.
    fn find(&self, db: &mut Db) -> Result<Option<(Application, CaseFile, bool)>, AppError> {
        let found = applications::find_by_reference(db, self.number)?
            .filter(|application| application.status != Status::Draft);
        let Some(application) = found else {
            return Ok(None);
        };
        // Taken before anything else is read: of two clerks with the same envelope the second reads what the first has written.
        let application = case_lock::lock_as_seen(db, &application)?;
        let case = cases::get_case(db, application.id)?;
        let standing = (application.status, case.received_at.is_some());
        let is_ours = scope::part_in(&case.offices(), standing, &self.office).is_some();
        let is_unreceived = matches!(application.status, Status::FormReady | Status::Mailed);
        let is_visible = is_ours || (is_unreceived && self.kind == ShipmentKind::Form);
        Ok(is_visible.then_some((application, case, is_ours)))
    }

    /// The bag on the page, if it is open; otherwise the open one of this person, or a new one.
    fn bag(&self, db: &mut Db, now: Timestamp) -> Result<Bag, AppError> {
        let named = match self.bag {
            Some(id) => Some(bags::get_bag(db, id, &self.office)?),
            None => bags::find_open_bag(db, &self.office, self.kind, &self.by)?,
        };
        let usable = named.filter(|bag| bag.state == BagState::Open && bag.kind == self.kind);
        if let Some(bag) = usable {
            return Ok(bag);
        }
        let channel = match self.kind {
            ShipmentKind::Form => Some(self.channel.unwrap_or(Channel::Post)),
            ShipmentKind::Card => None,
        };
        let new = NewBag {
            office: &self.office,
            kind: self.kind,
            shipment: None,
            channel,
            by: &self.by,
        };
        let id = bags::insert_bag(db, &new, now)?;
        Ok(bags::get_bag(db, id, &self.office)?)
    }

    /// The paper travels on: that is work of this office until it is done.
    fn forward(
        &self,
        db: &mut Db,
        application: &Application,
        place: &OfficeCode,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let key = format!("forward-paper:{}:{}:{place}", application.id, self.office);
        let task = NewTask {
            kind: TaskKind::ForwardPaper,
            office: self.office.as_str(),
            application: Some(application.id),
            detail: place.as_str(),
            key: Some(&key),
        };
        tasks::open_task(db, &task, now)?;
        Ok(())
    }
}

/// What a case that did not move is to a page.
fn failed(error: ArrivalError) -> AppError {
    match error {
        ArrivalError::Store(error)
        | ArrivalError::Advance(AdvanceError::Store(error))
        | ArrivalError::Event(
            EventError::Store(error) | EventError::Advance(AdvanceError::Store(error)),
        ) => error.into(),
        ArrivalError::Event(EventError::NotNow(_) | EventError::Unchanged) => AppError::Stale,
        other => AppError::unexpected(other),
    }
}

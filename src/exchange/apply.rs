//! Applies staged results: each row is one step of its case with everything that belongs to it, or an answer that says why not.
//!
//! What a result means for the case: made → S50 with the day of making and the last day of the card; defect → S48 with its code, and the applicant is told
//! when it is hers to set right (her photo); shipped → the card is on its way to the municipality that keeps the register.

use jiff::Timestamp;
use jiff::civil::Date;

use super::card::Card;
use super::dispatch;
use super::result::{CardResult, Reported, ResultRecord};
use crate::clock::japan;
use crate::domain::card_validity;
use crate::domain::deadline::Terms;
use crate::domain::defect::DefectCode;
use crate::domain::desk::Desk;
use crate::domain::status::Status;
use crate::domain::transition::{Actor, Circumstances};
use crate::notices::Letterhead;
use crate::notices::advance::{AdvanceError, Facts, Step, advance};
use crate::storage::applications::{self, Doer};
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::batch_items::{self, BatchItem, Outcome};
use crate::storage::batches::{self, BatchId};
use crate::storage::results::{self, Answer, ResultFileId, ResultRow};
use crate::storage::{Db, StoreError, attempt, case_facts, defects};

/// Rows applied in one transaction: few enough that nobody waits long, many enough that the disk does not decide the pace.
pub const ROWS_AT_ONCE: i64 = 100;

/// Why a row is not applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The row cannot be read, or lacks what its result needs.
    #[error("the row cannot be read, or lacks what its result needs")]
    Malformed,
    /// The same statement stands earlier in the file.
    #[error("the same batch, receipt number and result stand earlier in this file")]
    DuplicateRow,
    /// No such card in that batch.
    #[error("there is no such card in that batch")]
    UnknownCard,
    /// The case is no longer at the issuer (withdrawn, for example).
    #[error("the case is not at the issuer any more")]
    WrongState,
    /// Another result of this card is known.
    #[error("another result of this card is known")]
    OtherResult,
    /// A day that is still to come.
    #[error("the day is still to come")]
    FutureDate,
    /// A day before the batch was made.
    #[error("the day lies before the batch")]
    DateBeforeBatch,
    /// Not one of the defect codes.
    #[error("the defect code is unknown")]
    UnknownDefect,
    /// Shipped, and not made.
    #[error("the card was not reported as made")]
    NotMade,
    /// A My Number stands in the note.
    #[error("the note holds an individual number, which must never be sent")]
    MyNumber,
    /// Something here is wrong; people look at it.
    #[error("the row could not be applied; the service's staff were told")]
    Internal,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::Malformed,
        Self::DuplicateRow,
        Self::UnknownCard,
        Self::WrongState,
        Self::OtherResult,
        Self::FutureDate,
        Self::DateBeforeBatch,
        Self::UnknownDefect,
        Self::NotMade,
        Self::MyNumber,
        Self::Internal,
    ];

    /// The word in answers and in the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::DuplicateRow => "duplicate_row",
            Self::UnknownCard => "unknown_card",
            Self::WrongState => "wrong_state",
            Self::OtherResult => "other_result",
            Self::FutureDate => "future_date",
            Self::DateBeforeBatch => "date_before_batch",
            Self::UnknownDefect => "unknown_defect",
            Self::NotMade => "not_made",
            Self::MyNumber => "my_number",
            Self::Internal => "internal",
        }
    }
}

/// Why a row was not applied, or why nothing can be now.
#[derive(Debug, thiserror::Error)]
enum RowError {
    #[error(transparent)]
    Refused(#[from] Reason),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AdvanceError> for RowError {
    fn from(error: AdvanceError) -> Self {
        match error {
            AdvanceError::Store(error) => Self::Store(error),
            AdvanceError::Refused(_) | AdvanceError::WrongOffice => {
                Self::Refused(Reason::WrongState)
            }
            AdvanceError::FactMissing(_) | AdvanceError::Notice(_) => {
                Self::Refused(Reason::Internal)
            }
        }
    }
}

/// Applies the next rows of a file, in the caller's transaction; answers whether rows are left.
pub fn apply_some(
    db: &mut Db,
    letterhead: &Letterhead,
    file: ResultFileId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(held) = results::hold_applying(db, file)? else {
        return Ok(false);
    };
    let rows = results::list_unanswered(db, file, ROWS_AT_ONCE)?;
    if rows.is_empty() {
        if dispatch::dispatch_next(db, file, &held.received_by, now)? {
            return Ok(true);
        }
        results::set_done(db, file, now)?;
        let detail = format!(
            "{file} accepted={} known={} refused={}",
            held.accepted, held.already_known, held.refused
        );
        note(
            db,
            &held.received_by,
            "exchange.results_applied",
            &detail,
            now,
        )?;
        return Ok(false);
    }
    let desk = IssuerDesk {
        file,
        letterhead,
        doer: Doer {
            role: Actor::Issuer,
            id: held.received_by,
        },
        now,
    };
    let mut counts = (0, 0, 0);
    for row in &rows {
        let (answer, reason) = desk.answer(db, row)?;
        results::set_answer(db, (file, row.line), answer, reason.map(Reason::as_str))?;
        match answer {
            Answer::Accepted => counts.0 += 1,
            Answer::AlreadyKnown => counts.1 += 1,
            Answer::Refused => counts.2 += 1,
        }
    }
    results::add_answers(db, file, counts)?;
    Ok(true)
}

/// Writes an entry about the exchange.
pub fn note(
    db: &mut Db,
    actor: &str,
    action: &str,
    detail: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let entry = NewEntry {
        chain: &Chain::system(),
        actor,
        action,
        detail,
    };
    audit::append(db, &entry, now)
}

/// Who applies, and when.
struct IssuerDesk<'a> {
    file: ResultFileId,
    letterhead: &'a Letterhead,
    doer: Doer,
    now: Timestamp,
}

impl IssuerDesk<'_> {
    fn today(&self) -> Date {
        self.now.to_zoned(japan()).date()
    }

    /// The answer to a row; what a refused row wrote is taken back.
    fn answer(&self, db: &mut Db, row: &ResultRow) -> Result<(Answer, Option<Reason>), StoreError> {
        match attempt(db, |db| self.apply(db, row)) {
            Ok(answer) => Ok((answer, None)),
            Err(RowError::Refused(reason)) => Ok((Answer::Refused, Some(reason))),
            // The database is away, or somebody was faster: the whole piece is tried again.
            Err(RowError::Store(error @ (StoreError::Unavailable(_) | StoreError::Conflict))) => {
                Err(error)
            }
            Err(RowError::Store(error)) => {
                tracing::error!(line = row.line, %error, "a row of results could not be applied");
                Ok((Answer::Refused, Some(Reason::Internal)))
            }
        }
    }

    fn apply(&self, db: &mut Db, row: &ResultRow) -> Result<Answer, RowError> {
        let record: ResultRecord =
            serde_json::from_str(&row.content).map_err(|_unreadable| Reason::Malformed)?;
        let reported = record.read()?;
        let batch = BatchId::of(reported.batch);
        let item = batch_items::find_item(db, batch, &reported.receipt.to_string())?;
        let item = item.ok_or(Reason::UnknownCard)?;
        match &reported.result {
            CardResult::Made { on, replaces_until } => self.make(db, &item, *on, *replaces_until),
            CardResult::Defect { code, note } => self.send_back(db, &item, *code, note),
            CardResult::Shipped {
                on,
                carrier,
                tracking,
            } => self.ship(db, &reported, &item, (*on, carrier, tracking)),
        }
    }

    fn make(
        &self,
        db: &mut Db,
        item: &BatchItem,
        on: Date,
        replaces_until: Option<Date>,
    ) -> Result<Answer, RowError> {
        match item.outcome {
            Some(Outcome::Made) if item.made_on == Some(on) => return Ok(Answer::AlreadyKnown),
            Some(_) => return Err(Reason::OtherResult.into()),
            None => {}
        }
        self.check_day(db, item, on)?;
        let card: Card = serde_json::from_str(&item.content)
            .map_err(|cause| StoreError::Corrupt(cause.to_string()))?;
        let last = card_validity::last_day(on, card.birth_date, replaces_until);
        let last = last.ok_or(Reason::Malformed)?;
        case_facts::set_card(db, item.application_id, on, last)?;
        self.advance(db, item, Status::Made, false)?;
        batch_items::set_made(db, (item.batch_id, item.line), on, self.now)?;
        Ok(Answer::Accepted)
    }

    fn send_back(
        &self,
        db: &mut Db,
        item: &BatchItem,
        code: DefectCode,
        note: &str,
    ) -> Result<Answer, RowError> {
        match item.outcome {
            Some(Outcome::Defect) if item.defect_code.as_deref() == Some(code.as_str()) => {
                return Ok(Answer::AlreadyKnown);
            }
            Some(_) => return Err(Reason::OtherResult.into()),
            None => {}
        }
        let by = (Desk::Issuer.as_str(), self.doer.id.as_str());
        defects::insert_defect(db, item.application_id, (code, note), by, self.now)?;
        let is_hers = code.is_corrected_on_site();
        self.advance(db, item, Status::IssuerDefect, is_hers)?;
        batch_items::set_defect(db, (item.batch_id, item.line), code, self.now)?;
        Ok(Answer::Accepted)
    }

    fn ship(
        &self,
        db: &mut Db,
        reported: &Reported,
        item: &BatchItem,
        (on, carrier, tracking): (Date, &str, &str),
    ) -> Result<Answer, RowError> {
        if item.outcome != Some(Outcome::Made) {
            return Err(Reason::NotMade.into());
        }
        if item.shipped_on.is_some() {
            let is_same = item.shipped_on == Some(on)
                && item.tracking.as_deref() == Some(tracking)
                && item.carrier.as_deref() == Some(carrier);
            return if is_same {
                Ok(Answer::AlreadyKnown)
            } else {
                Err(Reason::OtherResult.into())
            };
        }
        self.check_day(db, item, on)?;
        if item.made_on.is_some_and(|made_on| on < made_on) {
            return Err(Reason::DateBeforeBatch.into());
        }
        let place = (item.batch_id, item.line);
        batch_items::set_shipped(db, place, (on, carrier, tracking), self.file)?;
        let chain = Chain::of_case(reported.receipt);
        let detail = format!("{} → {}", item.batch_id.number(), item.office);
        let entry = NewEntry {
            chain: &chain,
            actor: &self.doer.id,
            action: "case.card_shipped",
            detail: &detail,
        };
        audit::append(db, &entry, self.now)?;
        Ok(Answer::Accepted)
    }

    /// A card is made, and leaves, between the day its batch was made and today, in Japan.
    fn check_day(&self, db: &mut Db, item: &BatchItem, on: Date) -> Result<(), RowError> {
        if on > self.today() {
            return Err(Reason::FutureDate.into());
        }
        let batch = batches::get_batch(db, item.batch_id)?;
        if on < batch.created_at.to_zoned(japan()).date() {
            return Err(Reason::DateBeforeBatch.into());
        }
        Ok(())
    }

    fn advance(
        &self,
        db: &mut Db,
        item: &BatchItem,
        to: Status,
        applicant_must_act: bool,
    ) -> Result<(), RowError> {
        let application = applications::get_application(db, item.application_id)?;
        if application.status != Status::AtIssuer {
            return Err(Reason::WrongState.into());
        }
        let step = Step {
            application: item.application_id,
            expected: Status::AtIssuer,
            to,
            doer: &self.doer,
            office: None,
            circumstances: &Circumstances::default(),
            facts: Facts {
                applicant_must_act,
                ..Facts::default()
            },
            terms: Terms::default(),
        };
        advance(db, self.letterhead, &step, self.now)?;
        Ok(())
    }
}

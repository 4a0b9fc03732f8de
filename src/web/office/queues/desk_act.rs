//! One act on one case, compared with what the page showed, with its line in the case's audit.

use jiff::Timestamp;

use crate::domain::desk::Desk;
use crate::domain::queue;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::staff::Role;
use crate::storage::applications::{self, Application};
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::staff::StaffId;
use crate::storage::{Db, StoreError, cases, turns};
use crate::web::office::session::Staff;

/// What is to be done to the chosen cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// They become this account's.
    Give(StaffId),
    /// They become nobody's.
    Release,
    /// They only have to be sent on, or not yet after all.
    Prepare(bool),
}

/// Why something was not done to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Somebody else has it, since then.
    Taken(Option<i64>, Option<Timestamp>),
    /// It is not in this queue any more: who moved it, and when.
    Moved(Option<i64>, Option<Timestamp>),
    /// There is no such case here.
    Unknown,
    /// It is not to be sent on by this office.
    NotToSend,
}

/// A case that was ticked, with the account that had it on the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen {
    pub(super) reference: ReceiptNumber,
    pub(super) holder: Option<i64>,
}

impl Act {
    /// Its word in the address of the page after it.
    pub(super) const fn done_word(self) -> &'static str {
        match self {
            Self::Give(_) => "given",
            Self::Release => "released",
            Self::Prepare(true) => "prepared",
            Self::Prepare(false) => "unprepared",
        }
    }
}

/// Somebody at a desk, about to do something.
pub(super) struct Doing<'a> {
    pub(super) desk: &'a Desk,
    pub(super) staff: &'a Staff,
    pub(super) act: Act,
    pub(super) now: Timestamp,
}

impl Doing<'_> {
    /// Does it to one case. A case of another office is as one that does not exist.
    pub(super) fn carry_out(
        &self,
        db: &mut Db,
        chosen: Chosen,
    ) -> Result<Option<Refusal>, StoreError> {
        let Some(case) = applications::find_by_reference(db, chosen.reference)? else {
            return Ok(Some(Refusal::Unknown));
        };
        if case.desk.as_ref() != Some(self.desk) {
            let file = cases::find_case(db, case.id)?;
            let had_part = file.is_some_and(|file| {
                let office = self.desk.office();
                office.is_some_and(|office| file.offices().role_of(office).is_some())
            });
            return Ok(Some(if had_part {
                last_move(db, &case)?
            } else {
                Refusal::Unknown
            }));
        }
        match self.act {
            Act::Give(to) => self.give(db, &case, chosen.holder, to),
            Act::Release => self.release(db, &case, chosen.holder),
            Act::Prepare(is_prepared) => self.prepare(db, &case, is_prepared),
        }
    }

    fn give(
        &self,
        db: &mut Db,
        case: &Application,
        holder: Option<i64>,
        to: StaffId,
    ) -> Result<Option<Refusal>, StoreError> {
        // A second press of the button finds it done.
        if case.claimed_by == Some(to.0) {
            return Ok(None);
        }
        match turns::claim_case(db, case.id, self.desk, (holder, to.0), self.now) {
            Ok(()) => {}
            Err(StoreError::Conflict) => {
                return Ok(Some(Refusal::Taken(case.claimed_by, case.claimed_at)));
            }
            Err(error) => return Err(error),
        }
        let action = if to == self.staff.id {
            "case.claimed"
        } else {
            "case.assigned"
        };
        self.note(db, case, action, &to.actor())
    }

    fn release(
        &self,
        db: &mut Db,
        case: &Application,
        holder: Option<i64>,
    ) -> Result<Option<Refusal>, StoreError> {
        let Some(claimed_by) = case.claimed_by else {
            return Ok(None);
        };
        let may = claimed_by == self.staff.id.0 || self.staff.has(Role::OfficeManager);
        if !may || holder != Some(claimed_by) {
            return Ok(Some(Refusal::Taken(case.claimed_by, case.claimed_at)));
        }
        if turns::release_case(db, case.id, claimed_by)? {
            let holder = StaffId(claimed_by).actor();
            return self.note(db, case, "case.released", &holder);
        }
        Ok(None)
    }

    fn prepare(
        &self,
        db: &mut Db,
        case: &Application,
        is_prepared: bool,
    ) -> Result<Option<Refusal>, StoreError> {
        let file = cases::get_case(db, case.id)?;
        let may = self.desk.office().is_some_and(|office| {
            queue::may_be_prepared(case.status, office, &file.register_office)
        });
        if !may {
            return Ok(Some(Refusal::NotToSend));
        }
        if case.is_prepared == is_prepared {
            return Ok(None);
        }
        turns::set_prepared(db, case.id, (self.desk, case.status), is_prepared)?;
        let action = if is_prepared {
            "case.prepared"
        } else {
            "case.unprepared"
        };
        self.note(db, case, action, case.status.code())
    }

    fn note(
        &self,
        db: &mut Db,
        case: &Application,
        action: &str,
        detail: &str,
    ) -> Result<Option<Refusal>, StoreError> {
        let entry = NewEntry {
            chain: &Chain::of_case(case.reference),
            actor: &self.staff.actor(),
            action,
            detail,
        };
        audit::append(db, &entry, self.now)?;
        Ok(None)
    }
}

/// Who moved a case away, as its audit says.
fn last_move(db: &mut Db, case: &Application) -> Result<Refusal, StoreError> {
    let entries = audit::list_entries(db, &Chain::of_case(case.reference))?;
    let last = entries
        .iter()
        .rev()
        .find(|entry| entry.action == "case.moved");
    let by = last
        .and_then(|entry| entry.actor.strip_prefix("staff:"))
        .and_then(|id| id.parse().ok());
    Ok(Refusal::Moved(by, last.map(|entry| entry.at)))
}

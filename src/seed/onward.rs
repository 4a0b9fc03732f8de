//! Invented cards that are to be collected elsewhere than where they lie: a few of a thousand cases.

use super::case::{Case, day_of, id};
use super::dice::Dice;
use crate::domain::deadline;
use crate::domain::desk::CaseOffices;
use crate::domain::status::Status;
use crate::storage::bulk::Cell;

/// Of a hundred cards that are ready elsewhere than where the register is kept, so many are to go there.
const SHARE: u64 = 6;

/// How far such a wish has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Onward {
    /// Its owner asked.
    Asked,
    /// The office decided that it travels on.
    Decided,
}

impl Onward {
    /// Whether a case in `status` has such a wish: its card is wanted where the register is kept.
    pub(super) fn throw(dice: &mut Dice, status: Status, offices: &CaseOffices) -> Option<Self> {
        let may_be = status == Status::Ready && offices.pickup != offices.register;
        if !may_be || !dice.happens(SHARE) {
            return None;
        }
        Some(if dice.happens(50) {
            Self::Asked
        } else {
            Self::Decided
        })
    }
}

impl Case {
    /// The row of the wish.
    pub(super) fn transfer(&self) -> Option<Vec<Cell>> {
        let onward = self.onward?;
        let since = self.stay().since;
        let at = since.as_microsecond();
        let is_decided = onward == Onward::Decided;
        let last_day = deadline::days_after(day_of(since), deadline::TRANSFER_DAYS);
        Some(vec![
            id(self.number).into(),
            self.offices.pickup.as_str().into(),
            self.offices.register.as_str().into(),
            if is_decided { "accepted" } else { "asked" }.into(),
            format!("mailbox:{}", self.number).into(),
            at.into(),
            is_decided.then_some("system").into(),
            is_decided.then_some(at).into(),
            last_day.to_string().into(),
        ])
    }

    /// The task of the office that has to decide.
    pub(super) fn wish_task(&self) -> Option<Vec<Cell>> {
        (self.onward == Some(Onward::Asked)).then(|| {
            vec![
                "transfer-asked".into(),
                self.offices.pickup.as_str().into(),
                id(self.number).into(),
                self.offices.register.as_str().into(),
                "open".into(),
                self.stay().since.as_microsecond().into(),
            ]
        })
    }
}

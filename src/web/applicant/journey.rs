//! The way of a case as its applicant sees it: which step was reached when and where, how long steps take, which further legs her card took.

use jiff::Timestamp;
use jiff::civil::Date;

use super::session::Case;
use crate::domain::deadline::days_after;
use crate::domain::desk::{self, CaseOffices, Desk};
use crate::domain::expectation::{self, Expectation, Window};
use crate::domain::office_code::OfficeCode;
use crate::domain::status::PublicStep;
use crate::storage::card_transfers::{self, CardTransfer};
use crate::storage::cases::{self, CaseFile};
use crate::storage::expected_windows::{self, ExpectedWindow};
use crate::storage::history::{self, HistoryLine};
use crate::storage::{Db, StoreError, defects, outbox};

/// Windows older than this were not computed lately and say nothing.
const WINDOWS_GOOD_FOR_DAYS: i32 = 7;

/// What the page is made of.
pub(super) struct Journey {
    file: CaseFile,
    lines: Vec<HistoryLine>,
    windows: Vec<ExpectedWindow>,
    transfers: Vec<CardTransfer>,
    pub(super) mails: usize,
    pub(super) open_defects: bool,
}

/// Reads it; none before the form is made.
pub(super) fn read(db: &mut Db, case: &Case, today: Date) -> Result<Option<Journey>, StoreError> {
    let id = case.application.id;
    let Some(file) = cases::find_case(db, id)? else {
        return Ok(None);
    };
    let offices = file.offices();
    let desks = [
        offices.filing.as_str(),
        offices.register.as_str(),
        offices.pickup.as_str(),
    ];
    let since = days_after(today, -WINDOWS_GOOD_FOR_DAYS);
    let windows = expected_windows::list_windows(db, &desks, since)?;
    let open_defects = defects::list_open_defects(db, id)?
        .iter()
        .any(|defect| defect.answered_at.is_none());
    Ok(Some(Journey {
        file,
        lines: history::list_history(db, id)?,
        transfers: card_transfers::list_transfers(db, id)?,
        windows,
        mails: outbox::list_of_application(db, id)?.len(),
        open_defects,
    }))
}

impl Journey {
    pub(super) fn offices(&self) -> CaseOffices {
        self.file.offices()
    }

    /// 氏 and 名.
    pub(super) fn full_name(&self) -> String {
        self.file.full_name()
    }

    /// The transfer of her card that is neither stopped nor done.
    pub(super) fn open_transfer(&self) -> Option<&CardTransfer> {
        self.transfers.last().filter(|last| last.is_open())
    }

    /// The last transfer of her card, whatever became of it.
    pub(super) fn last_transfer(&self) -> Option<&CardTransfer> {
        self.transfers.last()
    }

    /// When a card that travelled on left which place for which.
    pub(super) fn further_legs(
        &self,
    ) -> impl Iterator<Item = (Timestamp, &OfficeCode, &OfficeCode)> {
        self.transfers
            .iter()
            .filter_map(|one| Some((one.sent_at?, &one.from_office, &one.to_office)))
    }

    /// When a step was first reached, and on which desk. A card that travelled on is ready where it came to last.
    pub(super) fn reached(&self, step: PublicStep) -> Option<(Timestamp, Option<&OfficeCode>)> {
        let left_last = self.transfers.iter().filter_map(|one| one.sent_at).max();
        let is_late_enough = |line: &&HistoryLine| {
            step < PublicStep::ReadyToCollect || left_last.is_none_or(|left| line.at >= left)
        };
        self.lines
            .iter()
            .filter(is_late_enough)
            .find(|line| line.to.public_step() == Some(step))
            .map(|line| (line.at, line.desk.as_ref().and_then(Desk::office)))
    }

    pub(super) fn is_skipped(&self, step: PublicStep) -> bool {
        match step {
            PublicStep::SentToHonseki => self.file.filing_office == self.file.register_office,
            PublicStep::OnTheWay => {
                self.file.pickup_office == self.file.register_office
                    && self.reached(PublicStep::OnTheWay).is_none()
            }
            _ => false,
        }
    }

    /// The desk whose cases say how long a step takes.
    fn desk_of(&self, step: PublicStep) -> &OfficeCode {
        match step {
            PublicStep::FormReady | PublicStep::Received => &self.file.filing_office,
            PublicStep::SentToHonseki | PublicStep::BeingChecked | PublicStep::BeingMade => {
                &self.file.register_office
            }
            PublicStep::OnTheWay | PublicStep::ReadyToCollect | PublicStep::Collected => {
                &self.file.pickup_office
            }
        }
    }

    pub(super) fn window(&self, step: PublicStep) -> Option<Window> {
        if self.is_skipped(step) {
            return Some(Window { low: 0, high: 0 });
        }
        let desk = self.desk_of(step).as_str();
        self.windows
            .iter()
            .find(|window| window.office == desk && window.step == step.as_str())
            .map(|window| Window {
                low: window.low_days,
                high: window.high_days,
            })
    }

    /// When the card can be expected, from the present step on; nothing before receipt and once it is ready.
    pub(super) fn expectation(&self, present: PublicStep, today: Date) -> Option<Expectation> {
        let received = self.file.received_at?;
        let on_the_way = PublicStep::Received..PublicStep::ReadyToCollect;
        if !on_the_way.contains(&present) {
            return None;
        }
        let windows: Vec<Option<Window>> = PublicStep::ALL
            .into_iter()
            .filter(|step| *step >= present && *step < PublicStep::ReadyToCollect)
            .map(|step| self.window(step))
            .collect();
        let day = |at: Timestamp| at.to_zoned(desk::japan()).date();
        Some(expectation::expect(
            day(received),
            (day(self.file.step_began_at), today),
            &windows,
        ))
    }
}

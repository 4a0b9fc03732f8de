//! A view put to the database: filters as ranges of days in the office's zone, what was typed as cases, the row of the address as a place in the order.

use jiff::Timestamp;
use jiff::civil::Date;

use super::view::{Cursor, DueFilter, OwnerFilter, View};
use crate::domain::office_code::OfficeCode;
use crate::domain::{deadline, desk};
use crate::storage::applications::{self, ApplicationId};
use crate::storage::queues::{Owner, Place, QueueView};
use crate::storage::staff::StaffId;
use crate::storage::{Db, StoreError};
use crate::web::office::search;
use crate::web::office::session::Staff;

/// "Soon" is within so many days.
const SOON_DAYS: i32 = 3;
/// So many cases are looked at for what was typed; who finds more types more.
const FOUND_AT_MOST: i64 = 500;

/// A view with what is needed to ask for it.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) view: View,
    pub(super) office: OfficeCode,
    reader: StaffId,
    pub(super) today: Date,
    found: Option<Vec<ApplicationId>>,
}

impl Asked {
    /// Looks up what is searched for.
    pub(super) fn new(
        db: &mut Db,
        view: View,
        staff: &Staff,
        office: &OfficeCode,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let found = if view.q.is_empty() {
            None
        } else {
            Some(search::find(db, &view.q, office, FOUND_AT_MOST)?)
        };
        Ok(Self {
            view,
            office: office.clone(),
            reader: staff.id,
            today: now.to_zoned(desk::zone_of(office)).date(),
            found,
        })
    }

    /// The question to the database.
    pub(super) fn query(&self) -> QueueView<'_> {
        let soon = deadline::days_after(self.today, SOON_DAYS);
        let (due_from, due_until) = match self.view.due {
            None => (None, None),
            Some(DueFilter::Overdue) => (None, self.today.yesterday().ok()),
            Some(DueFilter::Soon) => (Some(self.today), Some(soon)),
        };
        QueueView {
            desk: &self.office,
            queue: self.view.queue,
            reader: self.reader,
            today: self.today,
            due_from,
            due_until,
            channel: self.view.channel,
            owner: self.view.owner.map(|owner| match owner {
                OwnerFilter::Mine => Owner::Staff(self.reader),
                OwnerFilter::Nobody => Owner::Nobody,
            }),
            found: self.found.as_deref(),
        }
    }

    /// The place the page begins behind, if it is not the first.
    pub(super) fn place(&self, db: &mut Db) -> Result<Option<Place>, StoreError> {
        match &self.view.cursor {
            Some(cursor) => place_of(db, cursor),
            None => Ok(None),
        }
    }
}

/// Where the row stood when the link was made.
fn place_of(db: &mut Db, cursor: &Cursor) -> Result<Option<Place>, StoreError> {
    let found = applications::find_by_reference(db, cursor.reference)?;
    let day: Option<Date> = cursor.value.parse().ok();
    Ok(found.map(|found| Place {
        due_on: day.filter(|day| *day < Date::MAX),
        entered: cursor.value.parse().unwrap_or_default(),
        id: found.id,
    }))
}

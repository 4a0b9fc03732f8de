//! Pages of a desk's queue: which cases, in which order, from which place on. What a queue is made of is `domain::queue`.
//!
//! Each lane is one range of one index, in the page's order, from the last row of the page before (never an offset): the first page of a million cases
//! costs what the first page of a hundred does. The lanes of a queue are merged here.

use std::cmp::Ordering;

use diesel::dsl::exists;
use diesel::prelude::*;
use jiff::civil::Date;

use super::applications::ApplicationId;
use super::case_columns::StoredDue;
use super::cases::Channel;
use super::connection::DbBackend;
use super::decisions::DecisionState;
use super::schema::{applications, cases, decisions, tasks};
use super::staff::StaffId;
use super::tasks::{TaskKind, TaskState};
use super::types::StoredStatus;
use super::{Db, StoreError};
use crate::domain::office_code::OfficeCode;
use crate::domain::queue::{Contents, Due, Lane, Pickup, Queue};

/// Who works on a case, as a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// This account.
    Staff(StaffId),
    /// Nobody yet.
    Nobody,
}

/// What of a queue is shown.
#[derive(Debug, Clone)]
pub struct QueueView<'a> {
    /// Whose desk.
    pub desk: &'a OfficeCode,
    /// Which queue.
    pub queue: Queue,
    /// Who reads: their own decisions are not shown to them.
    pub reader: StaffId,
    /// Today where the desk is.
    pub today: Date,
    /// The first last day that is shown.
    pub due_from: Option<Date>,
    /// The last last day that is shown.
    pub due_until: Option<Date>,
    /// How the paper came.
    pub channel: Option<Channel>,
    /// Who works on it.
    pub owner: Option<Owner>,
    /// Only these cases: what a search found.
    pub found: Option<&'a [ApplicationId]>,
}

/// What the rows of a page are ordered by. Queues that are no lanes are always in the order in which they were entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    /// The last day of what runs.
    Due,
    /// When the case came into its status.
    Entered,
}

/// The order of the rows of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub by: SortKey,
    /// Early ones first.
    pub is_ascending: bool,
}

/// Where a row stands in the order of its queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The last day of what runs; none stands after every day.
    pub due_on: Option<Date>,
    /// When it came: into its status, or, where the queue is no lanes, as the how-manieth.
    pub entered: i64,
    /// Which case.
    pub id: ApplicationId,
}

impl Place {
    fn key(&self, by: SortKey) -> (Date, i64, i64) {
        match by {
            SortKey::Due => (self.due_on.unwrap_or(Date::MAX), 0, self.id.0),
            SortKey::Entered => (Date::MIN, self.entered, self.id.0),
        }
    }

    fn order(&self, other: &Self, order: Order) -> Ordering {
        let ordering = self.key(order.by).cmp(&other.key(order.by));
        if order.is_ascending {
            ordering
        } else {
            ordering.reverse()
        }
    }
}

/// Up to `limit` cases of a queue in `order`, after the place `after`.
pub fn list_places(
    db: &mut Db,
    view: &QueueView<'_>,
    order: Order,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<Place>, StoreError> {
    let lanes = match view.queue.contents() {
        Contents::Lanes(lanes) => lanes,
        Contents::Decisions => return list_decisions(db, view, order, after, limit),
        Contents::Unreachable => return list_unreachable(db, view, order, after, limit),
    };
    let mut places = Vec::new();
    for lane in lanes.iter().copied() {
        places.extend(list_lane(db, view, lane, (order, after), limit)?);
    }
    places.sort_by(|one, other| one.order(other, order));
    places.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(places)
}

/// How many cases a queue shows, counted up to `most`.
pub fn count_places(db: &mut Db, view: &QueueView<'_>, most: i64) -> Result<usize, StoreError> {
    let order = Order {
        by: SortKey::Due,
        is_ascending: true,
    };
    let lanes = match view.queue.contents() {
        Contents::Lanes(lanes) => lanes,
        Contents::Decisions | Contents::Unreachable => {
            return Ok(list_places(db, view, order, None, most)?.len());
        }
    };
    let mut count = 0;
    for lane in lanes.iter().copied() {
        let ids: Vec<ApplicationId> = lane_of(view, lane)
            .select(applications::id)
            .limit(most)
            .load(db)?;
        count += ids.len();
    }
    Ok(count.min(usize::try_from(most).unwrap_or_default()))
}

type Rows<'a> = applications::BoxedQuery<'a, DbBackend>;

/// The cases of a lane, without an order.
fn lane_of<'a>(view: &QueueView<'a>, lane: Lane) -> Rows<'a> {
    let mut rows = applications::table
        .filter(applications::desk.eq(view.desk.as_str()))
        .into_boxed();
    if let Some(status) = lane.status {
        rows = rows
            .filter(applications::status.eq(StoredStatus(status)))
            .filter(applications::is_prepared.eq(lane.is_prepared));
    }
    let passed = view.today.yesterday().unwrap_or(Date::MIN);
    let (from, until) = match lane.due {
        Due::Any => (None, None),
        Due::Passed => (None, Some(passed)),
        Due::NotPassed => (Some(view.today), None),
    };
    if let Some(from) = from.max(view.due_from) {
        rows = rows.filter(applications::due_on.ge(StoredDue::text(Some(from))));
    }
    let until = [until, view.due_until].into_iter().flatten().min();
    if let Some(until) = until {
        rows = rows.filter(applications::due_on.le(StoredDue::text(Some(until))));
    }
    if let Some(pickup) = lane.pickup {
        rows = rows.filter(applications::is_collected_here.eq(pickup == Pickup::Here));
    }
    of_channel(of_owner(rows, view), view)
}

fn of_owner<'a>(rows: Rows<'a>, view: &QueueView<'a>) -> Rows<'a> {
    let rows = match view.owner {
        None => rows,
        Some(Owner::Staff(id)) => rows.filter(applications::claimed_by.eq(id.0)),
        Some(Owner::Nobody) => rows.filter(applications::claimed_by.is_null()),
    };
    match view.found {
        None => rows,
        Some(ids) => rows.filter(applications::id.eq_any(ids)),
    }
}

/// What only the case beside the status knows.
fn of_channel<'a>(rows: Rows<'a>, view: &QueueView<'a>) -> Rows<'a> {
    match view.channel {
        None => rows,
        Some(channel) => rows.filter(exists(
            cases::table
                .filter(cases::application_id.eq(applications::id))
                .filter(cases::channel.eq(channel)),
        )),
    }
}

/// The rows of a lane behind a place: first those with the same key and a later id, then those with a later key. Each is found where it begins in the index;
/// asked for in one, the database would walk over all the rows of a day that come before.
fn list_lane(
    db: &mut Db,
    view: &QueueView<'_>,
    lane: Lane,
    (order, after): (Order, Option<&Place>),
    limit: i64,
) -> Result<Vec<Place>, StoreError> {
    let Some(place) = after else {
        return load_places(db, lane_of(view, lane), order, limit);
    };
    let mut places = load_places(db, beside(lane_of(view, lane), order, place), order, limit)?;
    let missing = limit.saturating_sub(i64::try_from(places.len()).unwrap_or(limit));
    if missing > 0 {
        let behind = behind(lane_of(view, lane), order, place);
        places.extend(load_places(db, behind, order, missing)?);
    }
    Ok(places)
}

fn load_places(
    db: &mut Db,
    rows: Rows<'_>,
    order: Order,
    limit: i64,
) -> Result<Vec<Place>, StoreError> {
    let rows = match (order.by, order.is_ascending) {
        (SortKey::Due, true) => rows.order((applications::due_on, applications::id)),
        (SortKey::Due, false) => rows.order((applications::due_on.desc(), applications::id.desc())),
        (SortKey::Entered, true) => rows.order((applications::entered_at, applications::id)),
        (SortKey::Entered, false) => {
            rows.order((applications::entered_at.desc(), applications::id.desc()))
        }
    };
    let found: Vec<(StoredDue, i64, ApplicationId)> = rows
        .select((
            applications::due_on,
            applications::entered_at,
            applications::id,
        ))
        .limit(limit)
        .load(db)?;
    Ok(found
        .into_iter()
        .map(|(due_on, entered, id)| Place {
            due_on: due_on.into(),
            entered,
            id,
        })
        .collect())
}

/// The rows with the key of a place, behind it.
fn beside<'a>(rows: Rows<'a>, order: Order, place: &Place) -> Rows<'a> {
    let rows = match order.by {
        SortKey::Due => rows.filter(applications::due_on.eq(StoredDue::text(place.due_on))),
        SortKey::Entered => rows.filter(applications::entered_at.eq(place.entered)),
    };
    if order.is_ascending {
        rows.filter(applications::id.gt(place.id))
    } else {
        rows.filter(applications::id.lt(place.id))
    }
}

/// The rows with a key behind that of a place.
fn behind<'a>(rows: Rows<'a>, order: Order, place: &Place) -> Rows<'a> {
    let (day, entered) = (StoredDue::text(place.due_on), place.entered);
    match (order.by, order.is_ascending) {
        (SortKey::Due, true) => rows.filter(applications::due_on.gt(day)),
        (SortKey::Due, false) => rows.filter(applications::due_on.lt(day)),
        (SortKey::Entered, true) => rows.filter(applications::entered_at.gt(entered)),
        (SortKey::Entered, false) => rows.filter(applications::entered_at.lt(entered)),
    }
}

fn list_decisions(
    db: &mut Db,
    view: &QueueView<'_>,
    order: Order,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<Place>, StoreError> {
    let mut rows = decisions::table
        .filter(decisions::office.eq(view.desk.as_str()))
        .filter(decisions::state.eq(DecisionState::Pending))
        .filter(decisions::decided_by.ne(view.reader.actor()))
        .into_boxed();
    if let Some(place) = after {
        rows = if order.is_ascending {
            rows.filter(decisions::id.gt(place.entered))
        } else {
            rows.filter(decisions::id.lt(place.entered))
        };
    }
    if let Some(ids) = view.found {
        rows = rows.filter(decisions::application_id.eq_any(ids));
    }
    let rows = if order.is_ascending {
        rows.order(decisions::id.asc())
    } else {
        rows.order(decisions::id.desc())
    };
    let found: Vec<(i64, ApplicationId)> = rows
        .select((decisions::id, decisions::application_id))
        .limit(limit)
        .load(db)?;
    Ok(found.into_iter().map(numbered).collect())
}

fn list_unreachable(
    db: &mut Db,
    view: &QueueView<'_>,
    order: Order,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<Place>, StoreError> {
    let mut rows = tasks::table
        .filter(tasks::office.eq(view.desk.as_str()))
        .filter(tasks::state.eq(TaskState::Open))
        .filter(tasks::kind.eq(TaskKind::Unreachable))
        .into_boxed();
    if let Some(place) = after {
        rows = if order.is_ascending {
            rows.filter(tasks::id.gt(place.entered))
        } else {
            rows.filter(tasks::id.lt(place.entered))
        };
    }
    if let Some(ids) = view.found {
        rows = rows.filter(tasks::application_id.eq_any(ids));
    }
    let rows = if order.is_ascending {
        rows.order(tasks::id.asc())
    } else {
        rows.order(tasks::id.desc())
    };
    let found: Vec<(i64, Option<ApplicationId>)> = rows
        .select((tasks::id, tasks::application_id))
        .limit(limit)
        .load(db)?;
    Ok(found
        .into_iter()
        .filter_map(|(number, id)| Some(numbered((number, id?))))
        .collect())
}

fn numbered((number, id): (i64, ApplicationId)) -> Place {
    Place {
        due_on: None,
        entered: number,
        id,
    }
}

//! The queues of a desk (S02): `/staff/queues/{queue}`. One page for all of them; what each shows is `domain::queue`.
//!
//! The whole state of the page is in its address ([`view`]); what is done to its cases is posted to the same address ([`acts`]), and the same rows leave
//! as a file ([`export`]). A queue that is not the reader's is 404.

pub mod acts;
mod asked;
pub mod counts;
mod desk_act;
pub mod export;
mod page;
pub mod rows;
pub mod view;

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use jiff::Timestamp;

use super::search;
use super::session::Staff;
use super::shell::Counts;
use crate::domain::answers::Problem;
use crate::domain::office_code::OfficeCode;
use crate::domain::queue::Queue;
use crate::domain::staff::Role;
use crate::storage::applications::ApplicationId;
use crate::storage::queue_rows::{self, QueueRow};
use crate::storage::queues::{self, Order, Place};
use crate::storage::{Db, StoreError, staff};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;
use asked::Asked;
use page::NotDone;
use view::{View, ViewQuery};

/// Rows of a page.
const PER_PAGE: usize = 25;
/// A queue is counted so far; the index is read no further.
const COUNTED_TO: i64 = 1000;
/// So far where each case is opened to see whether it counts.
const COUNTED_BY_CASE: i64 = 100;

fn counted_to(view: &View) -> i64 {
    if view.channel.is_some() {
        COUNTED_BY_CASE
    } else {
        COUNTED_TO
    }
}

/// What the database answers to a view.
struct Found {
    rows: Vec<QueueRow>,
    names: BTreeMap<i64, String>,
    replied: BTreeSet<ApplicationId>,
    total: usize,
    waiting: Counts,
    colleagues: Vec<(i64, String)>,
    before: Option<View>,
    after: Option<View>,
    view: View,
}

/// The queue of an address, if it is one of the reader's.
fn queue_at(staff: &Staff, name: &str) -> Result<Queue, AppError> {
    Queue::parse(name)
        .filter(|queue| queue.is_for(&staff.assignment))
        .ok_or(AppError::NotFound)
}

/// `GET /staff/queues/{queue}`
pub async fn show_queue(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    name: web::Path<String>,
    query: web::Query<ViewQuery>,
) -> Result<HttpResponse, AppError> {
    let queue = queue_at(&staff, &name)?;
    let view = View::read(queue, &query);
    let answer = Answer {
        done: acts::done_words(&frame, &query.done),
        ..Answer::default()
    };
    queue_page(&frame, &app, &staff, view, answer).await
}

/// What a page says besides its rows.
#[derive(Default)]
struct Answer {
    done: Option<String>,
    not_done: Vec<NotDone>,
    problems: Vec<Problem>,
    note: Option<String>,
    ticked: BTreeSet<String>,
}

impl Answer {
    fn status(&self) -> StatusCode {
        if !self.not_done.is_empty() {
            StatusCode::CONFLICT
        } else if !self.problems.is_empty() || self.note.is_some() {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::OK
        }
    }
}

async fn queue_page(
    frame: &Frame,
    app: &web::Data<App>,
    staff: &Staff,
    view: View,
    answer: Answer,
) -> Result<HttpResponse, AppError> {
    let (office, asking, now) = (staff.own_office()?.clone(), staff.clone(), app.clock.now());
    let found = app
        .read(move |db| look_up(db, view, &asking, &office, now))
        .await?;
    let status = answer.status();
    let page = page::page_of(frame, staff, found, answer, now);
    let mut response = frame.page(status, &page)?;
    search::without_referrer(&mut response);
    Ok(response)
}

fn look_up(
    db: &mut Db,
    view: View,
    staff: &Staff,
    office: &OfficeCode,
    now: Timestamp,
) -> Result<Found, StoreError> {
    let mut asked = Asked::new(db, view, staff, office, now)?;
    let mut page = one_page(db, &asked)?;
    let is_first_page_in_part =
        asked.view.cursor.as_ref().is_some_and(|cursor| {
            page.0.is_empty() || !cursor.is_forward && page.0.len() < PER_PAGE
        });
    if is_first_page_in_part {
        asked.view = asked.view.first_page();
        page = one_page(db, &asked)?;
    }
    let (places, has_more) = page;
    let ids: Vec<ApplicationId> = places.iter().map(|place| place.id).collect();
    let rows = queue_rows::list_rows(db, &ids)?;
    let (before, after) = neighbours(&asked.view, &rows, &places, has_more);
    let is_manager = staff.has(Role::OfficeManager);
    Ok(Found {
        names: queue_rows::names_of_claimants(db, &rows)?,
        replied: queue_rows::list_replied(db, &rows)?,
        total: queues::count_places(db, &asked.query(), counted_to(&asked.view))?,
        waiting: counts::waiting(db, staff, now)?,
        colleagues: if is_manager {
            colleagues(db, office)?
        } else {
            Vec::new()
        },
        rows,
        before,
        after,
        view: asked.view,
    })
}

/// The places of the page, first row first, and whether there are more beyond its far end.
fn one_page(db: &mut Db, asked: &Asked) -> Result<(Vec<Place>, bool), StoreError> {
    let is_forward = asked
        .view
        .cursor
        .as_ref()
        .is_none_or(|cursor| cursor.is_forward);
    let order = Order {
        is_ascending: asked.view.order.is_ascending == is_forward,
        ..asked.view.order
    };
    let place = asked.place(db)?;
    let most = i64::try_from(PER_PAGE)
        .unwrap_or(i64::MAX)
        .saturating_add(1);
    let mut places = queues::list_places(db, &asked.query(), order, place.as_ref(), most)?;
    let has_more = places.len() > PER_PAGE;
    places.truncate(PER_PAGE);
    if !is_forward {
        places.reverse();
    }
    Ok((places, has_more))
}

/// The pages before and after this one.
fn neighbours(
    view: &View,
    rows: &[QueueRow],
    places: &[Place],
    has_more: bool,
) -> (Option<View>, Option<View>) {
    let place_of = |row: &QueueRow| places.iter().find(|place| place.id == row.id).copied();
    let first = rows.first().and_then(|row| Some((row, place_of(row)?)));
    let last = rows.last().and_then(|row| Some((row, place_of(row)?)));
    let is_forward = view.cursor.as_ref().map(|cursor| cursor.is_forward);
    let (has_before, has_after) = match is_forward {
        None => (false, has_more),
        Some(true) => (true, has_more),
        Some(false) => (has_more, true),
    };
    let before = first.filter(|_| has_before).map(|(row, place)| {
        let number = view.number.saturating_sub(PER_PAGE).max(1);
        view.beside((row, &place), false, number)
    });
    let after = last.filter(|_| has_after).map(|(row, place)| {
        let number = view.number.saturating_add(rows.len());
        view.beside((row, &place), true, number)
    });
    (before, after)
}

/// Who of the office may be given a case.
fn colleagues(db: &mut Db, office: &OfficeCode) -> Result<Vec<(i64, String)>, StoreError> {
    let members = staff::list_staff(db, Some(office), "", i64::from(u8::MAX))?;
    let works = |member: &staff::StaffMember| {
        let roles = [Role::Consular, Role::Municipal, Role::OfficeManager];
        member.deactivated_at.is_none() && member.assignment.has_any(&roles)
    };
    Ok(members
        .into_iter()
        .filter(works)
        .map(|member| (member.id.0, member.name))
        .collect())
}

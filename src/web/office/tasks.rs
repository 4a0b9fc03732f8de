//! What an office, or the issuer, has to do that no status shows: a card missing from a bag, a shipment that is late or came back, a request of an
//! applicant. One kind at a time, the oldest first. A task about a case is done on the case's page, the others here.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::session::{self, Staff};
use super::shell::Shell;
use crate::domain::desk::Desk;
use crate::domain::receipt_number::ReceiptNumber;
use crate::i18n;
use crate::storage::applications;
use crate::storage::tasks::{self, Task, TaskId, TaskKind};
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;

const LISTED: i64 = 25;
/// Counted no further.
const MOST: i64 = 100;

/// What the page is opened with.
#[derive(Debug, Default, Deserialize)]
pub struct TasksQuery {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    after: i64,
}

/// A kind with what is open of it.
struct KindLink {
    href: String,
    label: String,
    count: String,
    is_current: bool,
}

/// A task as a line.
struct Row {
    /// The receipt number or the shipment.
    about: String,
    href: Option<String>,
    since: String,
    /// Where it is marked as done, when that is not on a case's page.
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "office/tasks.html")]
struct TasksPage<'a> {
    f: &'a Frame,
    s: Shell,
    kinds: Vec<KindLink>,
    title: Option<String>,
    rows: Vec<Row>,
    next: Option<String>,
}

/// Whose tasks somebody sees, and where the page is.
pub(super) fn place_of(staff: &Staff) -> (Desk, &'static str) {
    match staff.office() {
        Some(office) => (Desk::Office(office.clone()), "/staff"),
        None => (Desk::Issuer, "/issuer"),
    }
}

/// What the page is made of.
struct Found {
    counts: Vec<(TaskKind, usize)>,
    kind: Option<TaskKind>,
    tasks: Vec<(Task, Option<ReceiptNumber>)>,
}

impl Found {
    fn read(
        db: &mut Db,
        desk: &Desk,
        (asked, after): (Option<TaskKind>, TaskId),
    ) -> Result<Self, StoreError> {
        let mut counts = Vec::new();
        for kind in TaskKind::ALL {
            let count = tasks::count_open_tasks(db, desk.as_str(), *kind, MOST)?;
            if count > 0 {
                counts.push((*kind, count));
            }
        }
        let kind = asked.or_else(|| counts.first().map(|(kind, _)| *kind));
        let mut found = Vec::new();
        if let Some(kind) = kind {
            for task in tasks::list_open_tasks(db, desk.as_str(), kind, after, LISTED)? {
                let number = match task.application_id {
                    Some(id) => Some(applications::get_application(db, id)?.reference),
                    None => None,
                };
                found.push((task, number));
            }
        }
        Ok(Self {
            counts,
            kind,
            tasks: found,
        })
    }
}

fn words(frame: &Frame, kind: TaskKind) -> String {
    frame.t(&format!("task-{}", kind.as_str())).into_owned()
}

fn row(
    frame: &Frame,
    base: &str,
    desk: &Desk,
    (task, number): &(Task, Option<ReceiptNumber>),
) -> Row {
    let is_office = desk.office().is_some();
    let takes_two = task.kind == TaskKind::DestroyCard;
    let (about, href) = if let Some(number) = number.filter(|_| takes_two) {
        let href = frame.to(format!("{base}/disposals/{number}"));
        (number.to_string(), Some(href))
    } else if let Some(number) = number {
        let href = is_office.then(|| frame.to(format!("/staff/cases/{number}")));
        (number.to_string(), href)
    } else {
        let href = frame.to(format!("{base}/shipments/{}", task.detail));
        (task.detail.clone(), Some(href))
    };
    Row {
        about,
        href,
        since: i18n::time_of_day_with_date(frame.lang, task.opened_at, &desk.zone()),
        done: (!takes_two && (number.is_none() || !is_office))
            .then(|| frame.to(format!("{base}/tasks/{}", task.id))),
    }
}

/// `GET /staff/tasks?kind=…` and `GET /issuer/tasks?kind=…`
pub async fn show_tasks(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<TasksQuery>,
) -> Result<HttpResponse, AppError> {
    let (desk, base) = place_of(&staff);
    let asked = (TaskKind::parse(&query.kind), TaskId(query.after));
    let at = desk.clone();
    let found = app.read(move |db| Found::read(db, &at, asked)).await?;
    let is_full = usize::try_from(LISTED).is_ok_and(|full| found.tasks.len() == full);
    let kind_href = |kind: TaskKind| format!("{base}/tasks?kind={}", kind.as_str());
    let next = found.tasks.last().filter(|_| is_full).zip(found.kind);
    frame.ok(&TasksPage {
        s: Shell::load(&frame, &app, &staff).await?,
        kinds: found
            .counts
            .iter()
            .map(|(kind, count)| KindLink {
                href: frame.to(kind_href(*kind)),
                label: words(&frame, *kind),
                count: Shell::count_words(&frame, i64::try_from(*count).unwrap_or(MOST)),
                is_current: found.kind == Some(*kind),
            })
            .collect(),
        title: found.kind.map(|kind| words(&frame, kind)),
        next: next
            .map(|((last, _), kind)| frame.to(format!("{}&after={}", kind_href(kind), last.id))),
        rows: found
            .tasks
            .iter()
            .map(|task| row(&frame, base, &desk, task))
            .collect(),
        f: &frame,
    })
}

/// `POST /staff/tasks/{id}` and `POST /issuer/tasks/{id}`: it is done. Somebody who was first, or another desk's task, is answered with 409.
pub async fn finish(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    id: web::Path<i64>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    if form.open(&frame).is_err() {
        return Err(AppError::Stale);
    }
    let (desk, base) = place_of(&staff);
    let (by, now, id) = (staff.actor(), app.clock.now(), TaskId(id.into_inner()));
    app.write(move |db| {
        tasks::finish_task(db, id, desk.as_str(), &by, now)?;
        let detail = format!("{} {id}", desk.as_str());
        session::note(db, &by, "task.done", &detail, now)
    })
    .await?;
    Ok(frame.see_other(&format!("{base}/tasks")))
}

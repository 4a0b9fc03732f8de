//! I01: the batches, the newest first, and the button that makes the next one.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::schedule::next_time;
use crate::clock::japan;
use crate::domain::batch_number::BatchNumber;
use crate::exchange::gather::{self, GatherError, MOST_CARDS, Workshop};
use crate::i18n;
use crate::storage::StoreError;
use crate::storage::batch_schedules;
use crate::storage::batches::{self, Batch, BatchId, BatchState};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::Shell;

const PER_PAGE: usize = 25;

/// A batch as a line.
struct Line {
    number: BatchNumber,
    href: String,
    made_on: String,
    batch: Batch,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "issuer/batches.html")]
struct BatchesPage<'a> {
    f: &'a Frame,
    s: Shell,
    lines: Vec<Line>,
    released: i64,
    is_gathering: bool,
    /// When the clock makes the next one.
    by_clock: Option<String>,
    next: Option<String>,
    note: Option<String>,
}

/// What the address says besides.
#[derive(Debug, Deserialize)]
pub struct BatchesQuery {
    #[serde(default)]
    before: String,
    #[serde(default)]
    nothing: String,
}

/// Where a batch stands, as a key of the catalogue.
pub(super) fn state_of(batch: &Batch) -> &'static str {
    match (batch.state, batch.waiting()) {
        (BatchState::Gathering, _) => "issuer-state-gathering",
        (BatchState::Ready, 0) => "issuer-state-done",
        (BatchState::Ready, _) => "issuer-state-open",
    }
}

fn line(frame: &Frame, batch: Batch) -> Line {
    let number = batch.number();
    Line {
        href: frame.to(format!("/issuer/batches/{number}")),
        made_on: i18n::date(frame.lang, batch.created_at.to_zoned(japan()).date()),
        state: state_of(&batch),
        number,
        batch,
    }
}

async fn page(
    frame: &Frame,
    app: &web::Data<App>,
    staff: &Staff,
    before: &str,
    note: Option<String>,
) -> Result<HttpResponse, AppError> {
    let before = before.parse::<BatchNumber>().ok().map(BatchId::of);
    let most = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
    let (mut found, released, gathering, schedule) = app
        .read(move |db| {
            let released = batches::count_released(db, i64::from(MOST_CARDS))?;
            let gathering = batches::find_gathering(db)?;
            Ok((
                batches::list_batches(db, before, most)?,
                released,
                gathering,
                batch_schedules::find_latest(db)?,
            ))
        })
        .await?;
    let has_more = found.len() > PER_PAGE;
    found.truncate(PER_PAGE);
    let next = found
        .last()
        .filter(|_| has_more)
        .map(|last| frame.to(format!("/issuer/batches?before={}", last.number())));
    frame.ok(&BatchesPage {
        f: frame,
        s: Shell::load(frame, app, staff).await?,
        lines: found.into_iter().map(|batch| line(frame, batch)).collect(),
        released,
        is_gathering: gathering.is_some(),
        by_clock: next_time(frame, schedule.as_ref(), app.clock.now()),
        next,
        note,
    })
}

/// `GET /issuer/batches` (I01)
pub async fn list_batches(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<BatchesQuery>,
) -> Result<HttpResponse, AppError> {
    let note = (query.nothing == "1").then(|| frame.t("issuer-nothing-released").into_owned());
    page(&frame, &app, &staff, &query.before, note).await
}

/// `POST /issuer/batches`: a batch of everything that was released. A second press finds nothing more and shows the list.
pub async fn make_batch(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    if form.open(&frame).is_err() {
        let note = Some(frame.t("note-old-page").into_owned());
        return page(&frame, &app, &staff, "", note).await;
    }
    let (shared, by) = (app.clone(), staff.actor());
    let made = web::block(move || {
        let workshop = Workshop {
            store: &shared.store,
            keys: shared.keys(),
            fonts: &shared.fonts,
            clock: shared.clock.as_ref(),
        };
        gather::collect(&workshop, &by)
    })
    .await
    .map_err(AppError::unexpected)?;
    match made {
        Ok(Some(batch)) => Ok(frame.see_other(&format!("/issuer/batches/{}", batch.number()))),
        Ok(None) => Ok(frame.see_other("/issuer/batches?nothing=1")),
        // Somebody else made the same batch at this moment: it is on the list.
        Err(GatherError::Store(StoreError::Conflict)) => Ok(frame.see_other("/issuer/batches")),
        Err(GatherError::Store(error)) => Err(error.into()),
        Err(other) => Err(AppError::unexpected(other)),
    }
}

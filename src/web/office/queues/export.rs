//! The rows of a queue as a file. It leaves in pieces: each is one short read of the database, and the next is read when the one before has left, so that
//! a slow line holds neither memory nor a connection. Who took which queue's rows stands in the audit before the first byte leaves.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use futures_util::stream;

use super::asked::Asked;
use super::view::{View, ViewQuery};
use super::{queue_at, rows, search};
use crate::documents::spreadsheet;
use crate::domain::desk;
use crate::i18n::{self, Lang};
use crate::storage::StoreError;
use crate::storage::applications::ApplicationId;
use crate::storage::queue_rows::{self, QueueRow};
use crate::storage::queues::{self, Place};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;
use crate::web::office::session::{self, Staff};

/// Rows of one piece.
const PIECE: i64 = 500;

/// The columns, as keys of the catalogue.
const COLUMNS: [&str; 13] = [
    "queue-reference",
    "queue-family",
    "queue-given",
    "queue-kana",
    "queue-status-code",
    "queue-status",
    "queue-channel",
    "queue-received",
    "queue-entered",
    "queue-due",
    "queue-claimed-by",
    "queue-register",
    "queue-pickup",
];

/// The file on its way out.
struct Export {
    app: web::Data<App>,
    asked: Asked,
    lang: Lang,
    step: Step,
}

enum Step {
    Head,
    After(Option<Place>),
    End,
}

/// `GET /staff/queues/{queue}.csv`
pub async fn export_queue(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    name: web::Path<String>,
    query: web::Query<ViewQuery>,
) -> Result<HttpResponse, AppError> {
    let queue = queue_at(&staff, &name)?;
    let office = staff.own_office()?.clone();
    let (view, now) = (View::read(queue, &query).first_page(), app.clock.now());
    let asking = staff.clone();
    let asked = app
        .write(move |db| {
            let detail = format!("queue={} office={office}", queue.as_str());
            session::note(db, &asking.actor(), "queue.exported", &detail, now)?;
            Asked::new(db, view, &asking, &office, now)
        })
        .await?;
    let file_name = format!("{}-{}-{}.csv", asked.office, queue.as_str(), asked.today);
    let export = Export {
        app,
        asked,
        lang: frame.lang,
        step: Step::Head,
    };
    let mut response = HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{file_name}\""),
        ))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(stream::unfold(Some(export), next_piece));
    search::without_referrer(&mut response);
    Ok(response)
}

/// The next piece; after a failure nothing more, so that the file is seen to be cut off.
async fn next_piece(export: Option<Export>) -> Option<(Result<Bytes, AppError>, Option<Export>)> {
    let mut export = export?;
    match export.piece().await {
        Ok(Some(bytes)) => Some((Ok(bytes), Some(export))),
        Ok(None) => None,
        Err(error) => {
            tracing::error!(%error, "an export was cut off");
            Some((Err(error), None))
        }
    }
}

impl Export {
    async fn piece(&mut self) -> Result<Option<Bytes>, AppError> {
        let after = match self.step {
            Step::End => return Ok(None),
            Step::Head => {
                self.step = Step::After(None);
                let names = COLUMNS.map(|key| i18n::text(self.lang, key));
                let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
                return Ok(Some(Bytes::from(spreadsheet::head(&names))));
            }
            Step::After(after) => after,
        };
        let asked = self.asked.clone();
        let (places, found, names) = self
            .app
            .read(move |db| {
                let order = asked.view.order;
                let places = queues::list_places(db, &asked.query(), order, after.as_ref(), PIECE)?;
                let ids: Vec<ApplicationId> = places.iter().map(|place| place.id).collect();
                let rows = queue_rows::list_rows(db, &ids)?;
                let names = queue_rows::names_of_claimants(db, &rows)?;
                Ok::<_, StoreError>((places, rows, names))
            })
            .await?;
        let is_last = i64::try_from(places.len()).is_ok_and(|count| count < PIECE);
        self.step = match places.last() {
            Some(place) if !is_last => Step::After(Some(*place)),
            _ => Step::End,
        };
        let lines = found.iter().map(|row| self.cells(row, &names));
        Ok(Some(Bytes::from(spreadsheet::lines(lines))))
    }

    fn cells(&self, row: &QueueRow, names: &BTreeMap<i64, String>) -> Vec<String> {
        let zone = desk::zone_of(&self.asked.office);
        let day = |at: jiff::Timestamp| at.to_zoned(zone.clone()).date().to_string();
        let word = |key: &str| i18n::text(self.lang, key).into_owned();
        vec![
            row.reference.to_string(),
            row.family.clone(),
            row.given.clone(),
            row.kana.clone(),
            row.status.code().to_owned(),
            word(row.status.key()),
            row.channel
                .map(|channel| word(rows::channel_key(channel)))
                .unwrap_or_default(),
            row.received_at.map(day).unwrap_or_default(),
            day(row.entered_at),
            row.due_on.map(|due| due.to_string()).unwrap_or_default(),
            row.claimed_by
                .and_then(|id| names.get(&id).cloned())
                .unwrap_or_default(),
            row.register_office.as_str().to_owned(),
            row.pickup_office.as_str().to_owned(),
        ]
    }
}

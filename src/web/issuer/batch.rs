//! I02: the cards of a batch with what is printed on each, and as a file for people.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::civil::Date;
use serde::Deserialize;

use super::batches::state_of;
use crate::documents::photo::Rendering;
use crate::domain::batch_number::BatchNumber;
use crate::domain::status::Status;
use crate::exchange::apply::note;
use crate::exchange::card::{Card, PhotoSource, RowFormat, rows_as};
use crate::i18n;
use crate::storage::StoreError;
use crate::storage::batch_items::{self, BatchItem, Inspection};
use crate::storage::batches::{self, Batch, BatchId};
use crate::web::app::App;
use crate::web::applicant::photo::picture_of;
use crate::web::errors::AppError;
use crate::web::exchange_api::stream;
use crate::web::fields::FormView;
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::{Shell, office_name};

pub(super) const PER_PAGE: usize = 25;

/// A card as a row.
pub(super) struct Row {
    pub(super) item: BatchItem,
    pub(super) card: Card,
    status: Status,
    office: String,
    born_on: String,
    photo: Option<String>,
}

impl Row {
    /// What is known about it, as a key of the catalogue.
    fn state(&self) -> &'static str {
        use crate::storage::batch_items::Outcome;
        match (self.item.outcome, self.status) {
            (Some(Outcome::Made), _) if self.item.shipped_on.is_some() => "issuer-row-shipped",
            (Some(Outcome::Made), _) => "issuer-row-made",
            (Some(Outcome::Defect), _) => "issuer-row-defect",
            (None, Status::AtIssuer) => "issuer-row-waiting",
            (None, _) => "issuer-row-gone",
        }
    }

    /// Whether somebody has to look at it.
    pub(super) fn is_open(&self) -> bool {
        self.item.outcome.is_none() && self.status == Status::AtIssuer
    }

    fn is_found(&self, word: &str) -> bool {
        self.item
            .inspection
            .is_some_and(|found| found.as_str() == word)
    }

    fn sex(&self) -> &'static str {
        match self.card.sex.as_str() {
            "m" => "person-sex-m",
            _ => "person-sex-f",
        }
    }

    fn photo_note(&self) -> &'static str {
        match self.card.photo {
            PhotoSource::Paper => "issuer-photo-paper",
            PhotoSource::File | PhotoSource::None => "issuer-photo-none",
        }
    }
}

#[derive(Template)]
#[template(path = "issuer/batch.html")]
struct BatchPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    number: BatchNumber,
    batch: Batch,
    state: &'static str,
    rows: Vec<Row>,
    after: i32,
    next: Option<String>,
    is_saved: bool,
}

impl BatchPage<'_> {
    /// Where the page after this one begins: this one again when it is the last.
    fn resume(&self) -> i32 {
        let last = self.rows.last().map(|row| row.item.line);
        last.filter(|_| self.next.is_some()).unwrap_or(self.after)
    }

    fn has_open(&self) -> bool {
        self.rows.iter().any(Row::is_open)
    }

    fn findings() -> impl Iterator<Item = &'static str> {
        Inspection::ALL.iter().map(|finding| finding.as_str())
    }

    fn word(&self, finding: &str) -> String {
        self.f
            .t(&format!("issuer-inspection-{finding}"))
            .into_owned()
    }
}

/// What the address says besides.
#[derive(Debug, Deserialize)]
pub struct BatchQuery {
    #[serde(default)]
    after: i32,
    #[serde(default)]
    saved: String,
}

pub(super) fn id_of(number: &str) -> Result<BatchId, AppError> {
    let number: BatchNumber = number.parse().map_err(|_none| AppError::NotFound)?;
    Ok(BatchId::of(number))
}

/// The page of a batch.
pub(super) struct Desk<'a> {
    pub(super) frame: &'a Frame,
    pub(super) app: &'a web::Data<App>,
    pub(super) staff: &'a Staff,
    pub(super) id: BatchId,
    pub(super) after: i32,
}

impl Desk<'_> {
    pub(super) async fn render(
        &self,
        status: StatusCode,
        v: FormView,
        is_saved: bool,
    ) -> Result<HttpResponse, AppError> {
        let (id, after) = (self.id, self.after);
        let most = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
        let (batch, mut found) = self
            .app
            .read(move |db| {
                let batch = batches::get_batch(db, id)?;
                let items = batch_items::list_items_with_status(db, id, after, most)?;
                Ok((batch, items))
            })
            .await?;
        let has_more = found.len() > PER_PAGE;
        found.truncate(PER_PAGE);
        let next = found.last().filter(|_| has_more).map(|(last, _)| {
            self.frame.to(format!(
                "/issuer/batches/{}?after={}",
                id.number(),
                last.line
            ))
        });
        let rows: Result<Vec<Row>, AppError> = found
            .into_iter()
            .map(|(item, status)| row(self.frame, item, status))
            .collect();
        let page = BatchPage {
            f: self.frame,
            s: Shell::load(self.frame, self.app, self.staff).await?,
            v,
            number: batch.number(),
            state: state_of(&batch),
            batch,
            rows: rows?,
            after,
            next,
            is_saved,
        };
        self.frame.page(status, &page)
    }
}

fn row(frame: &Frame, item: BatchItem, status: Status) -> Result<Row, AppError> {
    let card: Card = serde_json::from_str(&item.content).map_err(AppError::unexpected)?;
    let photo = item.photo.as_ref().map(|_| {
        frame.to(format!(
            "/issuer/batches/{}/photos/{}",
            item.batch_id.number(),
            item.line
        ))
    });
    Ok(Row {
        office: office_name(frame.lang, &item.office),
        born_on: i18n::date(frame.lang, card.birth_date),
        photo,
        item,
        card,
        status,
    })
}

/// `GET /issuer/batches/{id}` (I02)
pub async fn show_batch(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    number: web::Path<String>,
    query: web::Query<BatchQuery>,
) -> Result<HttpResponse, AppError> {
    let desk = Desk {
        frame: &frame,
        app: &app,
        staff: &staff,
        id: id_of(&number)?,
        after: query.after,
    };
    desk.render(StatusCode::OK, FormView::default(), query.saved == "1")
        .await
}

/// `GET /issuer/batches/{id}/photos/{line}`: what is printed of a photo.
pub async fn show_photo(
    app: web::Data<App>,
    _staff: Staff,
    path: web::Path<(String, i32)>,
) -> Result<HttpResponse, AppError> {
    let (number, line) = path.into_inner();
    let id = id_of(&number)?;
    let found = app
        .read(move |db| batch_items::list_items(db, id, line - 1, 1))
        .await?;
    let item = found
        .into_iter()
        .find(|item| item.line == line)
        .ok_or(AppError::NotFound)?;
    let photo = item.photo.ok_or(AppError::NotFound)?;
    let jpeg = picture_of(&app, item.application_id, photo, Rendering::Preview).await?;
    Ok(HttpResponse::Ok()
        .content_type("image/jpeg")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(jpeg))
}

/// A row of the file for people: cells that a spreadsheet would take for a formula begin with an apostrophe.
#[derive(Debug, serde::Serialize)]
struct FileRow {
    batch: String,
    line: i32,
    receipt: String,
    name: String,
    birth_date: Date,
    sex: String,
    address: String,
    register_office: String,
    photo: PhotoSource,
    characters_not_printable: String,
    result: &'static str,
    made_on: Option<Date>,
    tracking: String,
}

fn safe(cell: &str) -> String {
    let is_formula = cell
        .trim_start()
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if is_formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn file_line(item: &BatchItem) -> Result<FileRow, StoreError> {
    let card: Card = serde_json::from_str(&item.content)
        .map_err(|cause| StoreError::Corrupt(cause.to_string()))?;
    Ok(FileRow {
        batch: item.batch_id.number().to_string(),
        line: item.line,
        receipt: item.receipt.clone(),
        name: safe(&card.full_name()),
        birth_date: card.birth_date,
        sex: card.sex,
        address: card.address,
        register_office: card.register_office,
        photo: card.photo,
        characters_not_printable: item.glyphs.clone().unwrap_or_default(),
        result: item.outcome.map_or("", |outcome| outcome.as_str()),
        made_on: item.made_on,
        tracking: safe(item.tracking.as_deref().unwrap_or_default()),
    })
}

/// `GET /issuer/batches/{id}.csv`: streamed, written down as an export.
pub async fn download(
    app: web::Data<App>,
    staff: Staff,
    number: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id = id_of(&number)?;
    let (actor, now) = (staff.actor(), app.clock.now());
    app.write(move |db| -> Result<_, StoreError> {
        batches::get_batch(db, id)?;
        let detail = format!("{} csv", id.number());
        note(db, &actor, "exchange.batch_exported", &detail, now)
    })
    .await?;
    let rows = stream::pieces(app.clone(), move |db, after| {
        let items = batch_items::list_items(db, id, after, 500)?;
        let Some(last) = items.last().map(|item| item.line) else {
            return Ok(None);
        };
        let lines: Result<Vec<FileRow>, StoreError> = items.iter().map(file_line).collect();
        let rows = rows_as(&lines?, RowFormat::Csv, after == 0)
            .map_err(|cause| StoreError::Corrupt(cause.to_string()))?;
        // Spreadsheets take a file without a mark for one in an old encoding.
        let mark: &[u8] = if after == 0 {
            "\u{feff}".as_bytes()
        } else {
            b""
        };
        Ok(Some(([mark, &rows].concat(), last)))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename(format!("{}.csv", id.number()))],
        })
        .streaming(rows))
}

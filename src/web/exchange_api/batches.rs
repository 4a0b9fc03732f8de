//! Batches for programs: made on request, listed, fetched file by file.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::json;

use super::caller::caller;
use super::errors::{ApiError, answered};
use super::stream::pieces;
use crate::domain::batch_number::BatchNumber;
use crate::exchange::apply::note;
use crate::exchange::card::RowFormat;
use crate::exchange::export::{self, ITEMS_AT_ONCE};
use crate::exchange::gather::{self, Workshop};
use crate::storage::batches::{self, Batch, BatchId};
use crate::storage::{StoreError, batch_items};
use crate::web::app::App;

pub(in crate::web) const PAGE: usize = 100;

/// A batch as programs see it.
#[derive(Debug, Serialize)]
struct BatchLine {
    batch: String,
    made_at: String,
    cards: i32,
    made: i32,
    defects: i32,
    waiting: i32,
}

impl BatchLine {
    fn of(batch: &Batch) -> Self {
        Self {
            batch: batch.number().to_string(),
            made_at: batch.ready_at.unwrap_or(batch.created_at).to_string(),
            cards: batch.cards,
            made: batch.made,
            defects: batch.defects,
            waiting: batch.waiting(),
        }
    }
}

fn number_of(text: &str) -> Result<BatchId, ApiError> {
    let number: BatchNumber = text.parse().map_err(|_no_number| ApiError::NotFound)?;
    Ok(BatchId::of(number))
}

/// `GET /exchange/v1/batches?after=`
pub async fn list_batches(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    answered(list(&request, &app).await)
}

async fn list(request: &HttpRequest, app: &web::Data<App>) -> Result<HttpResponse, ApiError> {
    caller(request, app).await?;
    let after = form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(name, _)| name == "after")
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default();
    let after = match after.as_str() {
        "" => BatchId(0),
        number => number_of(number).map_err(|_no_number| ApiError::Malformed)?,
    };
    let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut found = app
        .read(move |db| batches::list_ready(db, after, most))
        .await?;
    let has_more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found
        .last()
        .filter(|_| has_more)
        .map(|batch| batch.number().to_string());
    let lines: Vec<BatchLine> = found.iter().map(BatchLine::of).collect();
    Ok(private().json(json!({ "batches": lines, "next": next })))
}

/// `POST /exchange/v1/batches`
pub async fn make_batch(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    answered(make(&request, &app).await)
}

async fn make(request: &HttpRequest, app: &web::Data<App>) -> Result<HttpResponse, ApiError> {
    let by = caller(request, app).await?.id.actor();
    let shared = app.clone();
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
    .map_err(|ended| ApiError::Internal(ended.to_string()))??;
    Ok(match made {
        Some(batch) => HttpResponse::Created()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((
                header::LOCATION,
                format!("/exchange/v1/batches/{}", batch.number()),
            ))
            .json(BatchLine::of(&batch)),
        None => HttpResponse::NoContent().finish(),
    })
}

fn private() -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response
}

/// A ready batch; one that is still gathering is none yet.
async fn ready(app: &web::Data<App>, id: BatchId) -> Result<Batch, ApiError> {
    let found = app
        .read(move |db| {
            batches::get_manifest(db, id)?;
            batches::get_batch(db, id)
        })
        .await?;
    Ok(found)
}

/// `GET /exchange/v1/batches/{batch}`
pub async fn show_batch(
    request: HttpRequest,
    app: web::Data<App>,
    number: web::Path<String>,
) -> HttpResponse {
    let shown = async {
        caller(&request, &app).await?;
        let batch = ready(&app, number_of(&number)?).await?;
        Ok(private().json(BatchLine::of(&batch)))
    };
    answered(shown.await)
}

/// `GET /exchange/v1/batches/{batch}/files/{file}`
pub async fn show_file(
    request: HttpRequest,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> HttpResponse {
    let (number, file) = path.into_inner();
    answered(hand_out(&request, &app, &number, &file).await)
}

async fn hand_out(
    request: &HttpRequest,
    app: &web::Data<App>,
    number: &str,
    file: &str,
) -> Result<HttpResponse, ApiError> {
    let key = caller(request, app).await?;
    let id = number_of(number)?;
    let signed = app.read(move |db| batches::get_manifest(db, id)).await?;
    let format = match file {
        "manifest.json" => {
            return Ok(private()
                .content_type("application/json")
                .body(signed.manifest));
        }
        "manifest.sig" => return Ok(private().content_type("text/plain").body(signed.signature)),
        "cards.csv" => RowFormat::Csv,
        "cards.jsonl" => RowFormat::JsonLines,
        _ => return Err(ApiError::NotFound),
    };
    // Personal data leaves: that is written down, with who took it.
    let (actor, now) = (key.id.actor(), app.clock.now());
    let detail = format!("{} {file}", id.number());
    app.write(move |db| note(db, &actor, "exchange.batch_fetched", &detail, now))
        .await?;
    let rows = pieces(app.clone(), move |db, after| {
        let items = batch_items::list_items(db, id, after, ITEMS_AT_ONCE)?;
        let Some(last) = items.last().map(|item| item.line) else {
            return Ok(None);
        };
        let bytes = export::rows_of(&items, format, after == 0)
            .map_err(|cause| StoreError::Corrupt(cause.to_string()))?;
        Ok(Some((bytes, last)))
    });
    let kind = match format {
        RowFormat::Csv => "text/csv; charset=utf-8",
        RowFormat::JsonLines => "application/jsonl",
    };
    Ok(private().content_type(kind).streaming(rows))
}

/// `GET /exchange/v1/batches/{batch}/photos/{receipt}.jpg`
pub async fn show_photo(
    request: HttpRequest,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> HttpResponse {
    let (number, photo) = path.into_inner();
    answered(hand_out_photo(&request, &app, &number, &photo).await)
}

async fn hand_out_photo(
    request: &HttpRequest,
    app: &web::Data<App>,
    number: &str,
    photo: &str,
) -> Result<HttpResponse, ApiError> {
    caller(request, app).await?;
    let id = number_of(number)?;
    let receipt = photo
        .strip_suffix(".jpg")
        .ok_or(ApiError::NotFound)?
        .to_owned();
    let shared = app.clone();
    let jpeg = web::block(move || {
        shared.store.read(|db| -> Result<_, ApiError> {
            batches::get_manifest(db, id)?;
            let item = batch_items::find_item(db, id, &receipt)?.ok_or(ApiError::NotFound)?;
            let photo = item.photo.ok_or(ApiError::NotFound)?;
            Ok(export::open_photo(
                db,
                shared.keys(),
                item.application_id,
                &photo,
            )?)
        })
    })
    .await
    .map_err(|ended| ApiError::Internal(ended.to_string()))??;
    Ok(private().content_type("image/jpeg").body(jpeg.to_vec()))
}

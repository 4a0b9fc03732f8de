//! Results from programs: taken in as a package, answered row by row.

use std::fs::File;
use std::io::Write;

use actix_web::http::header;
use actix_web::web::BytesMut;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt;
use serde_json::{Value, json};

use super::caller::caller;
use super::errors::{ApiError, answered};
use super::stream::pieces;
use crate::exchange::answers;
use crate::exchange::card::RowFormat;
use crate::exchange::package::{FileRefusal, MOST_BYTES, Package};
use crate::exchange::staging;
use crate::storage::StoreError;
use crate::storage::results::{self, ResultFile, ResultFileId, ResultState};
use crate::web::app::App;
use crate::web::limits;

/// The archive around the rows takes some room as well.
const MOST_BODY: u64 = MOST_BYTES + 1024 * 1024;
/// A body goes to the disk in pieces of this size.
const PIECE: usize = 1024 * 1024;
const ROWS_AT_ONCE: i64 = 2_000;

fn described(file: &ResultFile) -> Value {
    json!({
        "results": file.id.to_string(),
        "name": file.name,
        "state": file.state.as_str(),
        "rows": file.total_rows,
        "accepted": file.accepted,
        "already_known": file.already_known,
        "refused": file.refused,
    })
}

/// `POST /exchange/v1/results`
pub async fn take_results(
    request: HttpRequest,
    app: web::Data<App>,
    body: web::Payload,
) -> HttpResponse {
    answered(take(&request, &app, body).await)
}

async fn take(
    request: &HttpRequest,
    app: &web::Data<App>,
    body: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let by = caller(request, app).await?.id.actor();
    let file = spool(request, body).await?;
    let (shared, now) = (app.clone(), app.clock.now());
    let taken = web::block(move || staging::take(&shared.store, &mut Package::new(file), &by, now))
        .await
        .map_err(|ended| ApiError::Internal(ended.to_string()))??;
    let mut response = match taken.state {
        ResultState::Done => HttpResponse::Ok(),
        ResultState::Staging | ResultState::Applying => HttpResponse::Accepted(),
    };
    Ok(response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::LOCATION,
            format!("/exchange/v1/results/{}", taken.id),
        ))
        .json(described(&taken)))
}

/// The body in a file without a name, which is gone when it is closed.
pub(crate) async fn spool(request: &HttpRequest, body: web::Payload) -> Result<File, ApiError> {
    let mut payload = body.into_inner();
    let mut chunks = limits::paced(request, &mut payload);
    let mut file = blocking(tempfile::tempfile).await?;
    let mut length = 0_u64;
    let mut piece = BytesMut::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|broken| ApiError::from(limits::broken_body(&broken)))?;
        length += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if length > MOST_BODY {
            return Err(FileRefusal::TooLarge.into());
        }
        piece.extend_from_slice(&chunk);
        if piece.len() >= PIECE {
            file = write_piece(file, piece.split()).await?;
        }
    }
    write_piece(file, piece).await
}

async fn write_piece(mut file: File, piece: BytesMut) -> Result<File, ApiError> {
    blocking(move || {
        file.write_all(&piece)?;
        Ok(file)
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, ApiError> {
    let done = web::block(work).await;
    done.map_err(|ended| ApiError::Internal(ended.to_string()))?
        .map_err(|cause| {
            tracing::error!(%cause, "a file of results cannot be kept on the disk");
            ApiError::Unavailable
        })
}

fn id_of(text: &str) -> Result<ResultFileId, ApiError> {
    text.parse()
        .map(ResultFileId)
        .map_err(|_not_a_number| ApiError::NotFound)
}

/// `GET /exchange/v1/results/{results}`
pub async fn show_results(
    request: HttpRequest,
    app: web::Data<App>,
    id: web::Path<String>,
) -> HttpResponse {
    let shown = async {
        caller(&request, &app).await?;
        let id = id_of(&id)?;
        let file = app.read(move |db| results::get_file(db, id)).await?;
        Ok(HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .json(described(&file)))
    };
    answered(shown.await)
}

/// `GET /exchange/v1/results/{results}/answers.csv`
pub async fn show_answers_csv(
    request: HttpRequest,
    app: web::Data<App>,
    id: web::Path<String>,
) -> HttpResponse {
    answered(answers_as(&request, &app, &id, RowFormat::Csv).await)
}

/// `GET /exchange/v1/results/{results}/answers.jsonl`
pub async fn show_answers_jsonl(
    request: HttpRequest,
    app: web::Data<App>,
    id: web::Path<String>,
) -> HttpResponse {
    answered(answers_as(&request, &app, &id, RowFormat::JsonLines).await)
}

async fn answers_as(
    request: &HttpRequest,
    app: &web::Data<App>,
    id: &str,
    format: RowFormat,
) -> Result<HttpResponse, ApiError> {
    caller(request, app).await?;
    let id = id_of(id)?;
    app.read(move |db| results::get_file(db, id)).await?;
    Ok(answers_response(app, id, format))
}

/// The answers to the rows of a file, row by row.
pub(crate) fn answers_response(
    app: &web::Data<App>,
    id: ResultFileId,
    format: RowFormat,
) -> HttpResponse {
    let rows = pieces(app.clone(), move |db, after| {
        let rows = results::list_rows(db, id, after, ROWS_AT_ONCE)?;
        let Some(last) = rows.last().map(|row| row.line) else {
            return Ok(None);
        };
        let bytes = answers::rows_of(&rows, format, after == 0)
            .map_err(|cause| StoreError::Corrupt(cause.to_string()))?;
        Ok(Some((bytes, last)))
    });
    let kind = match format {
        RowFormat::Csv => "text/csv; charset=utf-8",
        RowFormat::JsonLines => "application/jsonl",
    };
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type(kind)
        .streaming(rows)
}

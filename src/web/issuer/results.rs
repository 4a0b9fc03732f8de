//! Files of results: what came, how far each has been applied, the answers, and a page that takes one.

use std::io::{Seek, Write};

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::clock::japan;
use crate::domain::answers::Problem;
use crate::exchange::card::RowFormat;
use crate::exchange::package::Package;
use crate::exchange::staging::{self, TakeError};
use crate::i18n;
use crate::storage::StoreError;
use crate::storage::results::{self, Answer, ResultFile, ResultFileId, ResultRow};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::exchange_api::results::answers_response;
use crate::web::fields::FormView;
use crate::web::form::OldPage;
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::Shell;
use crate::web::upload::ProtectedUpload;

const FILES_SHOWN: i64 = 50;
const REFUSALS_SHOWN: usize = 100;
const ROWS_LOOKED_AT: i64 = 2_000;
/// A larger package goes over the interface or the command line.
const LARGEST: usize = 8 * 1024 * 1024;

/// A file as a line.
struct Line {
    href: String,
    received_on: String,
    state: String,
    file: ResultFile,
}

#[derive(Template)]
#[template(path = "issuer/results.html")]
struct ResultsPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    lines: Vec<Line>,
}

fn line(frame: &Frame, file: ResultFile) -> Line {
    let received = file.received_at.to_zoned(japan()).date();
    Line {
        href: frame.to(format!("/issuer/results/{}", file.id)),
        received_on: i18n::date(frame.lang, received),
        state: state_of(frame, &file),
        file,
    }
}

fn state_of(frame: &Frame, file: &ResultFile) -> String {
    frame
        .t(&format!("issuer-results-{}", file.state.as_str()))
        .into_owned()
}

async fn page(
    frame: &Frame,
    app: &web::Data<App>,
    staff: &Staff,
    (status, v): (StatusCode, FormView),
) -> Result<HttpResponse, AppError> {
    let files = app
        .read(move |db| results::list_files(db, None, FILES_SHOWN))
        .await?;
    let page = ResultsPage {
        f: frame,
        s: Shell::load(frame, app, staff).await?,
        v,
        lines: files.into_iter().map(|file| line(frame, file)).collect(),
    };
    frame.page(status, &page)
}

/// `GET /issuer/results`
pub async fn list_results(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
) -> Result<HttpResponse, AppError> {
    page(&frame, &app, &staff, (StatusCode::OK, FormView::default())).await
}

/// `POST /issuer/results`: a package. The same one again leads to the same answers.
pub async fn take_results(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    upload: ProtectedUpload,
) -> Result<HttpResponse, AppError> {
    let again = StatusCode::UNPROCESSABLE_ENTITY;
    let upload = match upload.open(&frame) {
        Ok(upload) => upload,
        Err(OldPage(answers)) => {
            let v = FormView::of(answers).with_note(frame.t("note-old-page"));
            return page(&frame, &app, &staff, (again, v)).await;
        }
    };
    let problem = match upload.size {
        0 => Some(Problem::new("file", "error-issuer-file-empty")),
        size if size > LARGEST => Some(Problem::new("file", "error-issuer-file-large")),
        _ => None,
    };
    if let Some(problem) = problem {
        let v = FormView::default().with_problems(&frame, &[problem]);
        return page(&frame, &app, &staff, (again, v)).await;
    }
    let (shared, by, now) = (app.clone(), staff.actor(), app.clock.now());
    let taken = web::block(move || -> Result<ResultFile, TakeError> {
        let mut file = spooled(&upload.file)?;
        file.rewind().map_err(|cause| unavailable(&cause))?;
        staging::take(&shared.store, &mut Package::new(file), &by, now)
    })
    .await
    .map_err(AppError::unexpected)?;
    match taken {
        Ok(file) => Ok(frame.see_other(&format!("/issuer/results/{}", file.id))),
        Err(TakeError::Store(error)) => Err(error.into()),
        Err(TakeError::Refused(refusal)) => {
            let why = frame.t(&format!("issuer-refusal-{}", refusal.as_str()));
            let v = FormView::default().with_note(why);
            page(&frame, &app, &staff, (again, v)).await
        }
    }
}

fn unavailable(cause: &std::io::Error) -> StoreError {
    StoreError::Unavailable(cause.to_string())
}

fn spooled(bytes: &[u8]) -> Result<std::fs::File, StoreError> {
    let mut file = tempfile::tempfile().map_err(|cause| unavailable(&cause))?;
    file.write_all(bytes).map_err(|cause| unavailable(&cause))?;
    Ok(file)
}

/// A refused row.
struct Refused {
    row: ResultRow,
    why: String,
}

#[derive(Template)]
#[template(path = "issuer/result.html")]
struct ResultPage<'a> {
    f: &'a Frame,
    s: Shell,
    state: String,
    is_done: bool,
    file: ResultFile,
    refused: Vec<Refused>,
}

/// `GET /issuer/results/{id}`
pub async fn show_results(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    id: web::Path<i64>,
) -> Result<HttpResponse, AppError> {
    let id = ResultFileId(*id);
    let (file, rows) = app
        .read(move |db| {
            let file = results::get_file(db, id)?;
            Ok((file, results::list_rows(db, id, 0, ROWS_LOOKED_AT)?))
        })
        .await?;
    let refused = rows
        .into_iter()
        .filter(|row| row.answer == Some(Answer::Refused))
        .take(REFUSALS_SHOWN)
        .map(|row| {
            let reason = row.reason.as_deref().unwrap_or("internal");
            Refused {
                why: frame.t(&format!("issuer-reason-{reason}")).into_owned(),
                row,
            }
        })
        .collect();
    frame.ok(&ResultPage {
        f: &frame,
        s: Shell::load(&frame, &app, &staff).await?,
        state: state_of(&frame, &file),
        is_done: file.done_at.is_some(),
        file,
        refused,
    })
}

/// `GET /issuer/results/{id}/answers.csv`
pub async fn download_answers(
    app: web::Data<App>,
    _staff: Staff,
    id: web::Path<i64>,
) -> Result<HttpResponse, AppError> {
    let id = ResultFileId(*id);
    app.read(move |db| results::get_file(db, id)).await?;
    let mut response = answers_response(&app, id, RowFormat::Csv);
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(format!("answers-{id}.csv"))],
    };
    if let Ok(value) = header::HeaderValue::from_str(&disposition.to_string()) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

//! What goes wrong in a request, and what the visitor is told.
//!
//! [`AppError`] is the only error of a handler. It answers with a status alone; [`render`], a middleware that knows the reader's language, puts the
//! page around it: what happened, what to do, a way on. The cause goes to the log, once, with the reference number that the page shows. A form that
//! does not parse is no error: its handler shows the form again (422).

use std::panic::AssertUnwindSafe;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use askama::Template;
use futures_util::FutureExt;

use super::frame::{self, Frame};
use super::language;
use crate::i18n::Lang;
use crate::storage::StoreError;

/// Why a request was not answered with the page that was asked for.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Another page comes first (proving the mailbox, the birth date); nothing is lost.
    #[error("first to {0}")]
    SeeOther(String),
    /// Nothing here, or not for this visitor: both answer alike, so that nobody can probe.
    #[error("not found")]
    NotFound,
    /// The address has another spelling that is the right one.
    #[error("moved to {0}")]
    Moved(String),
    /// The request came from another site.
    #[error("cross-site request")]
    CrossSite,
    /// What was shown has changed meanwhile.
    #[error("changed meanwhile")]
    Stale,
    /// A link that worked once, or whose time is over.
    #[error("link used or expired")]
    Gone,
    /// More bytes than any form of ours can have.
    #[error("too large")]
    TooLarge,
    /// The body did not arrive in time.
    #[error("too slow")]
    TooSlow,
    /// The request itself cannot be read.
    #[error("malformed request")]
    Malformed,
    /// Too many tries; wait.
    #[error("too many requests, retry after {0} s")]
    TooMany(u32),
    /// The database, or room on its disk, is gone for the moment.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A mistake of ours.
    #[error("unexpected: {0}")]
    Unexpected(String),
}

impl AppError {
    /// A mistake of ours, with its cause for the log.
    pub fn unexpected(cause: impl std::fmt::Display) -> Self {
        Self::Unexpected(cause.to_string())
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::Conflict => Self::Stale,
            StoreError::Unavailable(cause) => Self::Unavailable(cause),
            other => Self::unexpected(other),
        }
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SeeOther(_) => StatusCode::SEE_OTHER,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Moved(_) => StatusCode::MOVED_PERMANENTLY,
            Self::CrossSite => StatusCode::FORBIDDEN,
            Self::Stale => StatusCode::CONFLICT,
            Self::Gone => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unexpected(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::Moved(location) => response.insert_header((header::LOCATION, location.as_str())),
            Self::SeeOther(location) => response
                .insert_header((header::LOCATION, location.as_str()))
                .insert_header((header::CACHE_CONTROL, "no-store")),
            Self::TooMany(seconds) => {
                response.insert_header((header::RETRY_AFTER, seconds.to_string()))
            }
            Self::Unavailable(_) => response.insert_header((header::RETRY_AFTER, "60")),
            _ => &mut response,
        };
        response.finish()
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    f: &'a Frame,
    title: String,
    text: String,
    sign_in: bool,
    is_staff: bool,
    number: Option<String>,
}

/// Puts a page around every answer that failed, and turns a panic into a 500.
pub async fn render(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let frame = Frame::of(request.request());
    // No copy of the request may be kept: the router needs the only one.
    let answered = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    let response = match answered {
        Ok(Ok(answer)) => answer.map_into_boxed_body(),
        Ok(Err(error)) => return Err(ended(&frame, error)),
        Err(_panic) => return Err(panicked(&frame)),
    };
    let status = response.status();
    let is_page = response.headers().contains_key(header::CONTENT_TYPE)
        && response.response().error().is_none();
    if is_page || !(status.is_client_error() || status.is_server_error()) {
        return Ok(response);
    }
    let (http, failed) = response.into_parts();
    let frame = in_a_language_she_reads(frame, http.match_pattern().as_deref());
    let page = page_for(&http, &frame, &failed);
    Ok(ServiceResponse::new(http, page))
}

/// An address that is no page names no language: there her own choice decides, if she made one.
fn in_a_language_she_reads(frame: Frame, route: Option<&str>) -> Frame {
    let is_known = frame.lang == Lang::En || language::is_of_a_page(route);
    match frame.chosen_language().filter(|_| !is_known) {
        Some(lang) => frame.in_language(lang),
        None => frame,
    }
}

/// The answer to a request that was ended before its handler answered; the request is gone with it.
fn ended(frame: &Frame, error: actix_web::Error) -> actix_web::Error {
    let failed = error.error_response();
    let status = failed.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return error;
    }
    let number = status.is_server_error().then(error_number);
    if let Some(number) = &number {
        tracing::error!(error.number = %number, http.status = status.as_u16(), cause = %error, "request failed");
    }
    let mut page = failure_page(frame, status, number);
    keep_headers(&failed, &mut page);
    InternalError::from_response(error, page).into()
}

/// The answer to a request whose handler panicked: the request is gone with it, the visitor is not.
fn panicked(frame: &Frame) -> actix_web::Error {
    let number = error_number();
    tracing::error!(error.number = %number, "a handler panicked");
    let page = failure_page(frame, StatusCode::INTERNAL_SERVER_ERROR, Some(number));
    InternalError::from_response("a handler panicked", page).into()
}

fn page_for(request: &HttpRequest, frame: &Frame, failed: &HttpResponse) -> HttpResponse {
    let status = failed.status();
    let number = status
        .is_server_error()
        .then(|| log_failure(request, failed));
    let mut page = failure_page(frame, status, number);
    keep_headers(failed, &mut page);
    page
}

/// What the bare answer said to machines, the page says too.
fn keep_headers(failed: &HttpResponse, page: &mut HttpResponse) {
    for name in [header::RETRY_AFTER, header::SET_COOKIE] {
        for value in failed.headers().get_all(&name) {
            page.headers_mut().append(name.clone(), value.clone());
        }
    }
    if let Some(methods) = failed.headers().get(header::ALLOW).and_then(with_head) {
        page.headers_mut().insert(header::ALLOW, methods);
    }
    page.headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// The methods of an address; HEAD is answered wherever GET is.
fn with_head(methods: &HeaderValue) -> Option<HeaderValue> {
    let methods = methods.to_str().ok()?.replace("GET", "GET, HEAD");
    HeaderValue::from_str(&methods).ok()
}

fn failure_page(frame: &Frame, status: StatusCode, number: Option<String>) -> HttpResponse {
    let key = match status.as_u16() {
        code @ (400 | 403 | 404 | 405 | 408 | 409 | 410 | 413 | 422 | 429 | 503) => {
            code.to_string()
        }
        code if code >= 500 => "500".to_owned(),
        _ => "400".to_owned(),
    };
    let page = ErrorPage {
        f: frame,
        title: frame.t(&format!("error-page-{key}-title")).into_owned(),
        text: frame.t(&format!("error-page-{key}-text")).into_owned(),
        sign_in: matches!(status.as_u16(), 404 | 410) && !frame::is_staff_area(frame.path()),
        is_staff: frame::is_staff_area(frame.path()),
        number,
    };
    frame
        .page(status, &page)
        .unwrap_or_else(|_unrenderable| HttpResponse::new(status))
}

/// Writes the cause to the log once and returns the number under which it stands there.
fn log_failure(request: &HttpRequest, failed: &HttpResponse) -> String {
    let number = error_number();
    let cause = failed
        .error()
        .map_or_else(|| failed.status().to_string(), ToString::to_string);
    // The pattern, not the path: a path names a case.
    let route = request.match_pattern().unwrap_or_default();
    tracing::error!(error.number = %number, http.route = %route, http.method = %request.method(), http.status = failed.status().as_u16(), cause, "request failed");
    number
}

/// Eight characters that a person can read out on the phone; they stand in the log beside the cause.
fn error_number() -> String {
    let number = crate::security::token::Token::generate().map(|token| {
        token
            .as_str()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(8)
            .collect()
    });
    number.unwrap_or_else(|_no_randomness| "-".to_owned())
}

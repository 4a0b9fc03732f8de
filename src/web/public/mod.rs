//! Pages for everybody: the start, the texts, the offices, and what machines ask for.

pub mod exchange;
pub mod offices;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::i18n::Lang;
use crate::storage::{StoreError, masters};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::{self, Frame};

#[derive(Template)]
#[template(path = "public/start.html")]
struct StartPage<'a> {
    f: &'a Frame,
    suggest_english: bool,
}

/// `GET /` (A01)
pub async fn show_start(frame: Frame, request: HttpRequest) -> Result<HttpResponse, AppError> {
    let suggest_english = frame.lang == Lang::Ja
        && frame.chosen_language().is_none()
        && prefers_another_language(&request);
    let mut response = frame.ok(&StartPage {
        f: &frame,
        suggest_english,
    })?;
    response.headers_mut().append(
        header::VARY,
        header::HeaderValue::from_static("accept-language, cookie"),
    );
    Ok(response)
}

/// Whether the browser's first choice is not Japanese: then the start page mentions English, and never redirects.
fn prefers_another_language(request: &HttpRequest) -> bool {
    let wanted = request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("ja");
    !wanted.trim_start().to_ascii_lowercase().starts_with("ja")
}

/// One section of a text page: heading and paragraphs.
struct Passage {
    heading: String,
    paragraphs: Vec<String>,
}

#[derive(Template)]
#[template(path = "public/text.html")]
struct TextPage<'a> {
    f: &'a Frame,
    title: String,
    passages: Vec<Passage>,
}

/// A page of more passages should be two pages.
const MOST_PASSAGES: usize = 20;

/// A text page by its name: `help`, `a11y`, `privacy`, `cookies`. Its words are `<name>-title`, `<name>-1-heading`, `<name>-1-text` and so on.
pub async fn show_text(frame: Frame) -> Result<HttpResponse, AppError> {
    let name = frame.path().trim_start_matches('/').to_owned();
    let passages = (1..=MOST_PASSAGES)
        .map(|number| {
            (
                format!("{name}-{number}-heading"),
                format!("{name}-{number}-text"),
            )
        })
        .take_while(|(heading, _)| crate::i18n::has_text(frame.lang, heading))
        .map(|(heading, text)| Passage {
            heading: frame.t(&heading).into_owned(),
            paragraphs: frame.t(&text).lines().map(str::to_owned).collect(),
        })
        .collect();
    let title = frame.t(&format!("{name}-title")).into_owned();
    frame.ok(&TextPage {
        f: &frame,
        title,
        passages,
    })
}

#[derive(Template)]
#[template(path = "public/sitemap.html")]
struct SitemapPage<'a> {
    f: &'a Frame,
}

/// `GET /sitemap`
pub async fn show_sitemap(frame: Frame) -> Result<HttpResponse, AppError> {
    frame.ok(&SitemapPage { f: &frame })
}

/// Any address that nothing answers to.
pub async fn show_nothing(request: HttpRequest) -> Result<HttpResponse, AppError> {
    let path = request.path();
    if path == "/en" {
        return Err(AppError::Moved("/en/".to_owned()));
    }
    match path.strip_suffix('/') {
        // One address for each page: without the slash. `//host/` must not become another site's address.
        Some(shorter) if !shorter.is_empty() && !frame::leads_elsewhere(shorter) => {
            Err(AppError::Moved(shorter.to_owned()))
        }
        _ => Err(AppError::NotFound),
    }
}

/// `GET /healthz`: the process is alive.
pub async fn show_alive() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body("ok\n")
}

/// `GET /readyz`: the database answers, its migrations are complete, and this process knows the missions that were imported.
pub async fn show_ready(app: web::Data<App>) -> HttpResponse {
    let store = app.store.clone();
    let state = web::block(move || {
        let state = store.schema_state()?;
        if state.is_current() {
            store.read(masters::adopt_missions)?;
        }
        Ok::<_, StoreError>(state)
    })
    .await;
    let (status, text) = match state {
        Ok(Ok(state)) if state.is_current() => (StatusCode::OK, "ready\n"),
        Ok(Ok(_)) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database has another schema: run tsubame migrate\n",
        ),
        _ => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer\n",
        ),
    };
    HttpResponse::build(status)
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(text)
}

/// `GET /robots.txt`
pub async fn show_robots() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body("User-agent: *\nDisallow: /a/\nDisallow: /apply/\nDisallow: /staff/\nDisallow: /language/\n")
}

//! The guard before every page of the staff's side. It stands around the scopes `/staff`, `/issuer` and `/admin`, so that the router itself leads
//! nobody past it, and it asks [`rights`] with the pattern the router matched.
//!
//! What has no row is 404 for everybody. Who is not signed in is sent to the door and comes back to where she wanted to go; who may not is told (403),
//! because the page's existence is no secret; a case of another office is, and that is the page's own 404.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};
use askama::Template;

use super::session::{self, Staff, next_query};
use super::shell::Shell;
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::{self, Frame};
use crate::web::rights::{self, Decision};

/// Lets a request pass to its handler, or answers it.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match judge(&request).await {
        Ok(Verdict::Pass(staff)) => {
            if let Some(staff) = staff {
                request.extensions_mut().insert(*staff);
            }
            Ok(next.call(request).await?.map_into_boxed_body())
        }
        Ok(Verdict::Answer(response)) => Ok(request.into_response(response)),
        Err(error) => Ok(request.error_response(error)),
    }
}

enum Verdict {
    Pass(Option<Box<Staff>>),
    Answer(HttpResponse),
}

async fn judge(request: &ServiceRequest) -> Result<Verdict, AppError> {
    // The router decodes an address before it chooses a handler, the pattern below is found without decoding: `/users/%6eew` would be judged as another
    // page than it opens. No address of these pages needs the spelling.
    if request.path().contains('%') {
        return Err(AppError::NotFound);
    }
    let pattern = request.match_pattern().ok_or_else(|| nothing_at(request))?;
    let (_, pattern) = frame::split_language(&pattern);
    let Some(right) = rights::find(request.method(), pattern) else {
        return other_method(pattern).map(Verdict::Answer);
    };
    let app = App::of(request.request());
    let frame = Frame::of(request.request());
    let staff = match right.access {
        rights::Access::Open => None,
        _ => session::find(request.request(), &app).await?,
    };
    let standing = staff.as_ref().map(Staff::standing);
    let now = app.clock.now();
    let decision = rights::decide(
        right.access,
        standing.as_ref(),
        now,
        app.clock.today_in_japan(),
    );
    let way_back = next_query(&way_back(request, &frame));
    match decision {
        Decision::Pass => Ok(Verdict::Pass(staff.map(Box::new))),
        Decision::SignIn => Err(AppError::SeeOther(
            frame.to(format!("/staff/login{way_back}")),
        )),
        Decision::SecondFactor => Err(AppError::SeeOther(
            frame.to(format!("/staff/login/code{way_back}")),
        )),
        Decision::Confirm => Err(AppError::SeeOther(
            frame.to(format!("/staff/confirm{way_back}")),
        )),
        Decision::Train => stop_page(&frame, &app, staff, Stop::Training).await,
        Decision::Forbidden => {
            if let Some(staff) = &staff {
                tracing::warn!(actor = %staff.actor(), http.route = %pattern, "a page of another role was asked for");
            }
            stop_page(&frame, &app, staff, Stop::Rights).await
        }
    }
}

/// Nothing is bound there: 404, or the same address without its slash at the end.
fn nothing_at(request: &ServiceRequest) -> AppError {
    match request.path().strip_suffix('/') {
        Some(shorter) if !shorter.is_empty() && !frame::leads_elsewhere(shorter) => {
            AppError::Moved(shorter.to_owned())
        }
        _ => AppError::NotFound,
    }
}

/// The page exists for other methods, or it has no decision at all.
fn other_method(pattern: &str) -> Result<HttpResponse, AppError> {
    let allowed: Vec<&str> = [Method::GET, Method::POST]
        .iter()
        .filter_map(|method| rights::find(method, pattern))
        .map(|right| right.method.as_str())
        .collect();
    if allowed.is_empty() {
        tracing::error!(http.route = %pattern, "a page has no row among the rights");
        return Err(AppError::NotFound);
    }
    Ok(HttpResponse::MethodNotAllowed()
        .insert_header((header::ALLOW, allowed.join(", ")))
        .finish())
}

/// Where to go on after signing in. An act is not repeated by itself: its page is opened again. What was searched for stays out of the address.
fn way_back(request: &ServiceRequest, frame: &Frame) -> String {
    let query = request.query_string();
    let is_search = query.split('&').any(|pair| pair.starts_with("q="));
    if request.method() != Method::GET || query.is_empty() || is_search {
        frame.path().to_owned()
    } else {
        format!("{}?{query}", frame.path())
    }
}

/// Why a member of staff goes no further.
enum Stop {
    Training,
    Rights,
}

#[derive(Template)]
#[template(path = "office/stop.html")]
struct StopPage<'a> {
    f: &'a Frame,
    s: Shell,
    title: String,
    text: String,
}

async fn stop_page(
    frame: &Frame,
    app: &web::Data<App>,
    staff: Option<Staff>,
    stop: Stop,
) -> Result<Verdict, AppError> {
    let staff = staff.ok_or(AppError::NotFound)?;
    let (title, text) = match stop {
        Stop::Training => ("office-stop-training-title", "office-stop-training-text"),
        Stop::Rights => ("office-stop-rights-title", "office-stop-rights-text"),
    };
    let shell = match stop {
        Stop::Training => Shell::without_links(frame, &staff),
        Stop::Rights => Shell::load(frame, app, &staff).await?,
    };
    let page = StopPage {
        f: frame,
        s: shell,
        title: frame.t(title).into_owned(),
        text: frame.t(text).into_owned(),
    };
    frame
        .page(StatusCode::FORBIDDEN, &page)
        .map(Verdict::Answer)
}

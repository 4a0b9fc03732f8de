//! The HTTP server: its threads, its deadlines, the order of what stands around every handler.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::{HttpServer, web};

use super::app::App;
use super::errors::AppError;
use super::limits::Deadlines;
use super::{errors, headers, limits, metrics, routes};

/// An idle connection is kept that long.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// What is in flight at SIGTERM has so many seconds to finish.
const SHUTDOWN_SECONDS: u64 = 30;
/// Connections one worker holds at once; memory stays bounded.
const CONNECTIONS_PER_WORKER: usize = 2_000;

/// A server on `listener` that waits for visitors as `deadlines` say; `workers` = 0 means one for each processor. It ends by itself at SIGTERM or SIGINT, after what is in flight.
pub fn server(
    app: App,
    listener: TcpListener,
    workers: usize,
    deadlines: Deadlines,
) -> std::io::Result<Server> {
    let app = web::Data::new(app);
    let limits = limits::InFlight::default();
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(app.clone())
            .app_data(limits.clone())
            .app_data(deadlines)
            .app_data(
                web::PathConfig::default()
                    .error_handler(|_error, _request| AppError::NotFound.into()),
            )
            .app_data(
                web::QueryConfig::default()
                    .error_handler(|_error, _request| AppError::Malformed.into()),
            )
            .configure(routes::register)
            .wrap(from_fn(limits::bound))
            .wrap(from_fn(errors::render))
            .wrap(Compress::default())
            .wrap(from_fn(headers::add))
            .wrap(from_fn(head_like_get))
            .wrap(from_fn(metrics::measure))
    })
    // A compressed page leaves in several pieces; none waits for the other side to confirm the one before (40 ms).
    .tcp_nodelay(true)
    .client_request_timeout(deadlines.head)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .max_connections(CONNECTIONS_PER_WORKER)
    .listen(listener)?;
    Ok(if workers == 0 {
        server
    } else {
        server.workers(workers)
    }
    .run())
}

/// Answers HEAD as GET is answered; the connection knows to leave the body out.
async fn head_like_get(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await
}

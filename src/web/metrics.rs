//! `GET /metrics` in the text form that Prometheus reads, on a listen address of its own (`TSUBAME_METRICS_LISTEN`): it is for the operators' network and
//! asks nobody who they are. Figures only: no name, no address, no receipt number.

use std::net::TcpListener;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, HttpServer, web};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::frame;
use crate::clock::SharedClock;
use crate::metrics;
use crate::storage::{Store, StoreError, health, jobs, outbox};

type Figure = Gauge<f64, AtomicU64>;

/// Counts a request when its answer is known.
pub async fn measure(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let begun = Instant::now();
    let method = request.method().clone();
    let answer = next.call(request).await;
    let (pattern, status) = match &answer {
        Ok(answer) => (answer.request().match_pattern(), answer.status()),
        Err(error) => (None, error.as_response_error().status_code()),
    };
    // Both languages are one route.
    let route = pattern
        .as_deref()
        .map(|pattern| frame::split_language(pattern).1);
    metrics::count_request(method.as_str(), route, status.as_u16(), begun.elapsed());
    answer
}

/// What the figures are read from.
#[derive(Debug, Clone)]
pub struct Sources {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: SharedClock,
}

/// A server for the figures on `listener`.
pub fn server(sources: Sources, listener: TcpListener) -> std::io::Result<Server> {
    let sources = web::Data::new(sources);
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(sources.clone())
            .route("/metrics", web::get().to(show_metrics))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)?;
    Ok(server.run())
}

/// `GET /metrics`
async fn show_metrics(sources: web::Data<Sources>) -> HttpResponse {
    let text = web::block(move || text_of(&sources)).await;
    match text {
        Ok(Ok(text)) => HttpResponse::Ok()
            .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
            .body(text),
        _ => HttpResponse::new(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// Every figure. When the database does not answer, its figures are missing and `database_up` is 0.
fn text_of(sources: &Sources) -> Result<String, std::fmt::Error> {
    let mut registry = Registry::with_prefix("tsubame");
    metrics::register(&mut registry);
    let mut figure = |name: &str, help: &str, value: f64| {
        let gauge = Figure::default();
        gauge.set(value);
        registry.register(name, help, gauge);
    };
    let (open, idle) = sources.store.connections();
    figure(
        "database_connections",
        "Open connections of the pool",
        f64::from(open),
    );
    figure(
        "database_connections_idle",
        "Of these, idle ones",
        f64::from(idle),
    );
    let queues = Queues::read(sources);
    figure(
        "database_up",
        "Whether the database answers",
        f64::from(u8::from(queues.is_ok())),
    );
    if let Ok(queues) = queues {
        for (name, help, value) in queues.figures() {
            figure(name, help, value);
        }
    }
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry)?;
    Ok(text)
}

/// What waits in the database.
struct Queues {
    jobs_waiting: i64,
    jobs_dead: i64,
    job_seconds: i64,
    mails: (i64, i64, i64),
    mail_seconds: i64,
}

impl Queues {
    fn read(sources: &Sources) -> Result<Self, StoreError> {
        let now = sources.clock.now();
        let age = |since: Option<jiff::Timestamp>| {
            since.map_or(0, |since| now.duration_since(since).as_secs().max(0))
        };
        sources.store.read(|db| {
            let (jobs_waiting, jobs_dead) = jobs::count_open(db)?;
            Ok(Self {
                jobs_waiting,
                jobs_dead,
                job_seconds: age(health::oldest_due(db, now)?),
                mails: outbox::count_unsent(db)?,
                mail_seconds: age(health::oldest_mail(db)?),
            })
        })
    }

    fn figures(&self) -> [(&'static str, &'static str, f64); 7] {
        let number = |count: i64| f64::from(i32::try_from(count).unwrap_or(i32::MAX));
        let (queued, dead, held) = self.mails;
        [
            (
                "jobs_waiting",
                "Jobs that wait or run",
                number(self.jobs_waiting),
            ),
            ("jobs_dead", "Jobs given up", number(self.jobs_dead)),
            (
                "job_oldest_seconds",
                "How long the longest due job waits",
                number(self.job_seconds),
            ),
            ("mails_queued", "Mails that wait", number(queued)),
            ("mails_dead", "Mails that could not be sent", number(dead)),
            ("mails_held", "Mails held after a restore", number(held)),
            (
                "mail_oldest_seconds",
                "How long the longest waiting mail waits",
                number(self.mail_seconds),
            ),
        ]
    }
}

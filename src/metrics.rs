//! Counters of this process, for Prometheus: requests by route and status with their times, jobs by kind and outcome. What the database knows (queues, pool)
//! is asked of it when somebody asks for the figures ([`web::metrics`](crate::web::metrics)).
//!
//! A label is a route's pattern, a method, a status, a kind of job: never an address that was asked for, a receipt number, or anything a person typed.

use std::sync::LazyLock;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper ends of the histogram's buckets, in seconds: around the targets of the pages.
const BUCKETS: [f64; 10] = [0.005, 0.01, 0.03, 0.06, 0.1, 0.2, 0.3, 1.0, 5.0, 30.0];

/// What tells one kind of request from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct JobLabels {
    kind: String,
    outcome: &'static str,
}

#[derive(Debug)]
struct Metrics {
    requests: Family<RequestLabels, Counter>,
    request_seconds: Family<RouteLabels, Histogram>,
    jobs: Family<JobLabels, Counter>,
}

static METRICS: LazyLock<Metrics> = LazyLock::new(|| Metrics {
    requests: Family::default(),
    request_seconds: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
    jobs: Family::default(),
});

/// Counts an answered request. `route` is the pattern it matched; nothing for an address that matched none.
pub fn count_request(method: &str, route: Option<&str>, status: u16, took: Duration) {
    let route = route.unwrap_or("none").to_owned();
    // A method somebody made up is no label.
    let method = match method {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    };
    METRICS
        .request_seconds
        .get_or_create(&RouteLabels {
            route: route.clone(),
        })
        .observe(took.as_secs_f64());
    let labels = RequestLabels {
        method,
        route,
        status,
    };
    METRICS.requests.get_or_create(&labels).inc();
}

/// Counts a job's run. A kind this program does not know is no label.
pub fn count_job(kind: Option<&str>, outcome: &'static str) {
    let kind = kind.unwrap_or("unknown").to_owned();
    METRICS
        .jobs
        .get_or_create(&JobLabels { kind, outcome })
        .inc();
}

/// Puts this process' counters into a registry.
pub fn register(registry: &mut Registry) {
    registry.register(
        "http_requests",
        "Requests answered, by method, route and status",
        METRICS.requests.clone(),
    );
    registry.register(
        "http_request_seconds",
        "Time to answer a request, by route",
        METRICS.request_seconds.clone(),
    );
    registry.register(
        "jobs",
        "Jobs run, by kind and outcome",
        METRICS.jobs.clone(),
    );
}

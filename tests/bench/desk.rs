//! The desks, as they are after years: a database filled by `tsubame seed`, small and large side by side, on SQLite and on PostgreSQL, where it is installed.
//!
//! Each page is asked for over twenty connections by staff of the largest offices; what counts is the 95th percentile, and how much it grows from the
//! small database to the large one. `BENCH_APPLICATIONS=200000` measures less than a million. PostgreSQL is a throw-away server with its own settings,
//! every commit on the disk.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tsubame::domain::staff::Role;
use tsubame::storage::Store;

use crate::desk_people::{applicant, last_page, sign_in};
use crate::http::Connection;
use crate::load::{self, CONNECTIONS, percentile};
use crate::postgres::Server;
use crate::program::House;
use crate::report::Report;
use crate::{exchange, long_queue, machine, scans};

/// The small database.
const SMALL: u64 = 10_000;
/// The large one.
const LARGE: u64 = 1_000_000;
/// Each page is asked for so long.
const TURN: Duration = Duration::from_secs(3);
/// What a search may take; among more cases it finds more, so its growth is told and not bounded.
const SEARCH: f64 = 300.0;
/// A page may cost so many times more on the large database.
const GROWTH: f64 = 1.5;
/// Percentiles below this are noise of the machine, and no growth is computed from them.
const NOISE: f64 = 3.0;

/// A page, who asks for it, and its target in ms.
struct Page {
    name: &'static str,
    path: String,
    cookie: String,
    target: f64,
}

#[expect(
    clippy::disallowed_methods,
    reason = "settings of this program, not of the service"
)]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

pub(crate) fn measure(report: &mut Report) {
    let large = setting("BENCH_APPLICATIONS")
        .and_then(|text| text.parse().ok())
        .unwrap_or(LARGE);
    measure_engine(report, large, &House::new);
    match Server::with("on") {
        Some(server) => measure_engine(report, large, &|| {
            House::on(&server.url(&server.create(false)))
        }),
        None => println!("PostgreSQL is not installed: SQLite alone was measured"),
    }
}

/// The pages of both sizes, then what is measured once.
fn measure_engine(report: &mut Report, large: u64, house: &dyn Fn() -> House) {
    let small = measure_house(report, &house(), SMALL.min(large), &[]);
    let years_after = house();
    measure_house(report, &years_after, large, &small);
    scans::measure(report, &years_after);
    long_queue::measure(report, &house());
    exchange::measure(report, &house());
}

/// Fills a house, measures its pages, answers the percentiles for a comparison.
fn measure_house(
    report: &mut Report,
    house: &House,
    applications: u64,
    before: &[(&'static str, f64)],
) -> Vec<(&'static str, f64)> {
    let engine = house.engine();
    let begun = Instant::now();
    house.fill(applications, &[]);
    let title = format!("{engine}, {applications} applications");
    report.note(
        format!("{title}: filled in"),
        begun.elapsed().as_secs_f64(),
        "s",
    );
    let pages = pages(&house.store());
    let (program, _start) = house.open();
    let rounds = program.settle().as_secs_f64();
    report.note(
        format!("{title}: the rounds of a start, until idle"),
        rounds,
        "s",
    );
    let mut figures = Vec::new();
    let mut most = 0.0_f64;
    for page in &pages {
        let before_it = machine::processor_time(program.process());
        let (p95, answers) = p95(program.address, page);
        let spent = machine::processor_time(program.process()) - before_it;
        println!(
            "{title}: {}: {:.2} ms of a core for each",
            page.name,
            spent * 1000.0 / answers
        );
        most = most.max(machine::resident(program.process()).0);
        report.at_most(
            format!("{title}: {}, p95 at {CONNECTIONS} connections", page.name),
            p95,
            page.target,
            "ms",
        );
        let small = before.iter().find(|(name, _)| *name == page.name);
        if let Some((_, small)) = small {
            let growth = p95.max(NOISE) / small.max(NOISE);
            let what = format!("{title}: {}, growth", page.name);
            if page.target < SEARCH {
                report.at_most(what, growth, GROWTH, "times");
            } else {
                report.note(what, growth, "times");
            }
        }
        figures.push((page.name, p95));
    }
    report.at_most(format!("{title}: resident memory"), most, 256.0, "MiB");
    figures
}

/// The 95th percentile of a page in ms, and how many times it was shown.
fn p95(address: SocketAddr, page: &Page) -> (f64, f64) {
    let headers = format!("x-forwarded-for: 10.0.0.1\r\ncookie: {}\r\n", page.cookie);
    let mut connection = Connection::open(address).unwrap();
    let answer = connection.get(&page.path, &headers).unwrap();
    assert_eq!(answer.status, 200, "{}: {}", page.path, answer.text());
    let request = format!(
        "GET {} HTTP/1.1\r\nhost: {address}\r\n{headers}\r\n",
        page.path
    );
    let mut latencies = load::run(address, &request, TURN).latencies;
    latencies.sort_by(f64::total_cmp);
    let answers = f64::from(u32::try_from(latencies.len()).unwrap());
    (percentile(&latencies, 0.95), answers)
}

/// The pages that are measured, with their people signed in.
fn pages(store: &Store) -> Vec<Page> {
    let clerk = sign_in(store, "bench.yokohama", &[Role::Municipal], "141046");
    let consul = sign_in(store, "bench.london", &[Role::Consular], "emb-gb");
    let (reference, applicant) = applicant(store, clerk.1);
    let later = last_page(store, clerk.1);
    let page = |(name, target, path): (&'static str, f64, String), cookie: &str| Page {
        name,
        path,
        cookie: cookie.to_owned(),
        target,
    };
    let status = ("time line", 30.0, format!("/a/{reference}/status"));
    let case = ("case page", 60.0, format!("/staff/cases/{reference}"));
    let mut pages = vec![page(status, &applicant), page(case, &clerk.0)];
    pages.extend(
        of_the_clerk(later)
            .into_iter()
            .map(|one| page(one, &clerk.0)),
    );
    pages.extend(of_the_consul().into_iter().map(|one| page(one, &consul.0)));
    pages
}

/// Name, target and address of what a municipality's clerk opens.
fn of_the_clerk(later: String) -> Vec<(&'static str, f64, String)> {
    let queue = |query: &str| format!("/staff/queues/match{query}");
    vec![
        ("dashboard", 200.0, "/staff".to_owned()),
        ("queue", 100.0, queue("")),
        ("a later page of it", 100.0, later),
        ("queue by entry", 100.0, queue("?sort=-entered")),
        ("queue by channel", 100.0, queue("?ch=post")),
        ("nobody's cases", 100.0, queue("?owner=none")),
        ("search in a queue", SEARCH, queue("?q=%E5%B1%B1%E7%94%B0")),
        (
            "name search (山田)",
            SEARCH,
            "/staff/search?q=%E5%B1%B1%E7%94%B0".to_owned(),
        ),
    ]
}

/// The same of a consul.
fn of_the_consul() -> Vec<(&'static str, f64, String)> {
    let search = |typed: &str| format!("/staff/search?q={typed}");
    vec![
        ("overdue queue", 100.0, "/staff/queues/overdue".to_owned()),
        (
            "unreachable queue",
            100.0,
            "/staff/queues/unreachable".to_owned(),
        ),
        ("name search (佐)", SEARCH, search("%E4%BD%90")),
        (
            "reading search",
            SEARCH,
            search("%E3%82%B5%E3%83%88%E3%82%A6"),
        ),
        ("telephone search", SEARCH, search("0000")),
        ("intake", 60.0, "/staff/intake".to_owned()),
    ]
}

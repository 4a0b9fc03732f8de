//! The desks, as they are after years: a database filled by `tsubame seed`, small and large side by side, on SQLite and, where one is named, on PostgreSQL.
//!
//! Each page is asked for over twenty connections by staff of the largest offices; what counts is the 95th percentile, and how much it grows from the
//! small database to the large one. `BENCH_APPLICATIONS=200000` measures less than a million; `BENCH_POSTGRES=postgres://…` names the server: the
//! database it names must be empty, and it is measured with the large number alone.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use tsubame::clock::{Clock, SystemClock};
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::staff::user_id::UserId;
use tsubame::domain::staff::{Assignment, Role};
use tsubame::security::token::Token;
use tsubame::storage::applications::{self, ApplicationId};
use tsubame::storage::mailboxes::MailboxId;
use tsubame::storage::queues::{Order, QueueView, SortKey, list_places};
use tsubame::storage::staff::{self, StaffDetails, StaffId};
use tsubame::storage::staff_sessions::{self, NewStaffSession, Stage};
use tsubame::storage::{DatabaseUrl, Store, StoreError, sessions};

use crate::http::{Connection, status_of};
use crate::load::{self, CONNECTIONS, percentile};
use crate::machine;
use crate::program::House;
use crate::report::Report;

/// The small database.
const SMALL: u64 = 10_000;
/// The large one.
const LARGE: u64 = 1_000_000;
/// Each page is asked for so long.
const TURN: Duration = Duration::from_secs(5);
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
    let small = measure_house(report, &House::new(), SMALL.min(large), &[]);
    measure_house(report, &House::new(), large, &small);
    if let Some(url) = setting("BENCH_POSTGRES") {
        measure_house(report, &House::on(&url), large, &[]);
    }
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
    house.run(&["migrate"]);
    house.run(&[
        "seed",
        "--yes-into-an-empty-database",
        "--applications",
        &applications.to_string(),
    ]);
    let title = format!("{engine}, {applications} applications");
    report.note(
        format!("{title}: filled in"),
        begun.elapsed().as_secs_f64(),
        "s",
    );
    let pages = pages(&Store::open(&house.url().parse::<DatabaseUrl>().unwrap()));
    let (program, _start) = house.open();
    let mut figures = Vec::new();
    let mut most = 0.0_f64;
    for page in &pages {
        // A page of another part that is not bound yet has no figure.
        let Some(p95) = p95(program.address, page) else {
            println!("{title}: {} is not there", page.name);
            continue;
        };
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
            report.at_most(
                format!("{title}: {}, growth", page.name),
                growth,
                GROWTH,
                "times",
            );
        }
        figures.push((page.name, p95));
    }
    let (first, bytes, whole) = file(program.address, &pages);
    most = most.max(machine::resident(program.process()).0);
    report.at_most(
        format!("{title}: first byte of a queue's file"),
        first,
        1000.0,
        "ms",
    );
    report.note(format!("{title}: the whole file"), whole, "ms");
    report.note(format!("{title}: its size"), bytes / 1024.0, "KiB");
    report.at_most(format!("{title}: resident memory"), most, 256.0, "MiB");
    figures
}

fn p95(address: SocketAddr, page: &Page) -> Option<f64> {
    let request = format!(
        "GET {} HTTP/1.1\r\nhost: {address}\r\nx-forwarded-for: 10.0.0.1\r\ncookie: {}\r\n\r\n",
        page.path, page.cookie
    );
    let mut connection = Connection::open(address).unwrap();
    let answer = connection
        .get(
            &page.path,
            &format!("x-forwarded-for: 10.0.0.1\r\ncookie: {}\r\n", page.cookie),
        )
        .unwrap();
    if answer.status == 404 {
        return None;
    }
    assert_eq!(answer.status, 200, "{}: {}", page.path, answer.text());
    let mut latencies = load::run(address, &request, TURN).latencies;
    latencies.sort_by(f64::total_cmp);
    Some(percentile(&latencies, 0.95))
}

/// Milliseconds to the first byte of the longest queue's file, its bytes, and milliseconds to its end.
#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a size in kilobytes"
)]
fn file(address: SocketAddr, pages: &[Page]) -> (f64, f64, f64) {
    let page = pages.iter().find(|page| page.name == "queue").unwrap();
    let path = page.path.replace('?', ".csv?");
    let path = if path.contains(".csv") {
        path
    } else {
        format!("{path}.csv")
    };
    let mut stream = TcpStream::connect(address).unwrap();
    let begun = Instant::now();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncookie: {}\r\n\r\n",
        page.cookie
    )
    .unwrap();
    let mut received = vec![0; 64 * 1024];
    let mut length = 0_usize;
    let mut first = None;
    let mut head = Vec::new();
    loop {
        match stream.read(&mut received).unwrap() {
            0 => break,
            more => {
                first.get_or_insert_with(|| begun.elapsed());
                if length == 0 {
                    head = received[..more].to_vec();
                }
                length += more;
            }
        }
    }
    assert_eq!(status_of(&head), 200, "{path}");
    (
        first.unwrap().as_secs_f64() * 1000.0,
        length as f64,
        begun.elapsed().as_secs_f64() * 1000.0,
    )
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
        ("search in a queue", 300.0, queue("?q=%E5%B1%B1%E7%94%B0")),
        (
            "name search (山田)",
            300.0,
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
        ("name search (佐)", 300.0, search("%E4%BD%90")),
        (
            "reading search",
            300.0,
            search("%E3%82%B5%E3%83%88%E3%82%A6"),
        ),
        ("telephone search", 300.0, search("0000")),
        ("intake", 60.0, "/staff/intake".to_owned()),
    ]
}

/// A clerk with a session that nobody signed in to; its cookie and her account.
fn sign_in(store: &Store, user: &str, roles: &[Role], office: &str) -> (String, StaffId) {
    let now = SystemClock.now();
    let token = Token::generate().unwrap();
    let details = StaffDetails {
        name: format!("見本 {user}"),
        email: format!("{user}@office.example"),
        assignment: Assignment::new(
            roles.iter().copied(),
            Some(OfficeCode::parse(office).unwrap()),
        )
        .unwrap(),
        trained_on: Some(now.to_zoned(jiff::tz::TimeZone::UTC).date()),
    };
    let id = store
        .write(|db| {
            let id = staff::insert_staff(db, &UserId::parse(user).unwrap(), &details, now)?;
            let hash = token.hash();
            let session = NewStaffSession {
                staff_id: id,
                token_hash: hash.as_bytes(),
                stage: Stage::Full,
                source: "10.0.0.1",
                device: "bench",
                expires_at: now + SignedDuration::from_hours(12),
            };
            staff_sessions::insert_session(db, &session, now)?;
            Ok::<_, StoreError>(id)
        })
        .unwrap();
    (format!("staff={}", token.as_str()), id)
}

fn first_of_match(store: &Store, reader: StaffId, limit: i64) -> Vec<ApplicationId> {
    let office = OfficeCode::parse("141046").unwrap();
    let view = QueueView {
        desk: &office,
        queue: tsubame::domain::queue::Queue::Match,
        reader,
        today: SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC).date(),
        due_from: None,
        due_until: None,
        channel: None,
        owner: None,
        found: None,
    };
    let order = Order {
        by: SortKey::Due,
        is_ascending: true,
    };
    let places = store
        .read(|db| list_places(db, &view, order, None, limit))
        .unwrap();
    places.into_iter().map(|place| place.id).collect()
}

/// A page far behind the first.
fn last_page(store: &Store, reader: StaffId) -> String {
    let ids = first_of_match(store, reader, 2000);
    let at = ids[ids.len() * 9 / 10];
    let case = store
        .read(|db| applications::get_application(db, at))
        .unwrap();
    format!(
        "/staff/queues/match?after=9999-12-31.{}&n=1000",
        case.reference.compact()
    )
}

/// The receipt number of a case at the clerk's desk, and the cookie of its applicant.
fn applicant(store: &Store, reader: StaffId) -> (String, String) {
    let now = SystemClock.now();
    let token = Token::generate().unwrap();
    let id = first_of_match(store, reader, 1)[0];
    let reference = store
        .write(|db| {
            let case = applications::get_application(db, id)?;
            let mailbox: MailboxId = case.mailbox_id;
            let ends = now + SignedDuration::from_hours(12);
            let session =
                sessions::insert_session(db, token.hash().as_bytes(), mailbox, ends, now)?;
            sessions::insert_grant_if_missing(db, session, id, now)?;
            Ok::<_, StoreError>(case.reference)
        })
        .unwrap();
    (reference.to_string(), format!("sid={}", token.as_str()))
}

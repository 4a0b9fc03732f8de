//! A dynamic page: a section of a form, with its session and everything filled in so far read from the database, against the yardstick.

use std::time::Duration;

use crate::hello::Hello;
use crate::journey::Journey;
use crate::load::{self, CONNECTIONS, Load, percentile};
use crate::people;
use crate::postman::Postman;
use crate::program::House;
use crate::report::Report;

/// Yardstick and page take turns: what else the machine does falls on both.
const ROUNDS: usize = 5;
const TURN: Duration = Duration::from_secs(4);

pub(crate) fn measure(report: &mut Report) {
    let house = House::new();
    let (program, _start) = house.open();
    let (hello, postman, people) = (Hello::start(), Postman::start(house.mail()), people::all());
    let mut journey = Journey::begin(program.address, &postman, &people[0], 0);
    journey.sign_in();
    journey.fill_in_everything();
    let request = |path: &str, headers: &str| {
        format!(
            "GET {path} HTTP/1.1\r\nhost: {}\r\n{headers}\r\n",
            program.address
        )
    };
    let person = format!("{}/person", journey.case());
    let page = request(&person, &journey.headers());
    let compressed = request(
        &person,
        &format!(
            "{}accept-encoding: gzip, deflate, br\r\n",
            journey.headers()
        ),
    );
    let bare = format!("GET / HTTP/1.1\r\nhost: {}\r\n\r\n", hello.address);
    let (mut yardstick, mut pages, mut small) =
        (Turns::default(), Turns::default(), Turns::default());
    for _ in 0..ROUNDS {
        yardstick.take(load::run(hello.address, &bare, TURN));
        pages.take(load::run(program.address, &page, TURN));
        small.take(load::run(program.address, &compressed, TURN));
    }
    let hello_rate = yardstick.rate();
    report.note(
        format!("bare actix-web hello, {CONNECTIONS} connections"),
        hello_rate,
        "requests/s",
    );
    report.note(
        "page with session and database (SQLite)",
        pages.rate(),
        "requests/s",
    );
    report.at_least(
        "the page's share of the hello",
        pages.rate() / hello_rate * 100.0,
        12.0,
        "%",
    );
    report.note("the page, median latency", pages.percentile(0.5), "ms");
    report.at_most(
        "the page, 99th percentile of latency",
        pages.percentile(0.99),
        15.0,
        "ms",
    );
    report.note(
        "the same page compressed for the line: share of the hello",
        small.rate() / hello_rate * 100.0,
        "%",
    );
}

/// Turns of the same load.
#[derive(Default)]
struct Turns {
    rates: Vec<f64>,
    latencies: Vec<f64>,
}

impl Turns {
    fn take(&mut self, load: Load) {
        self.rates.push(load.rate);
        self.latencies.extend(load.latencies);
        self.rates.sort_by(f64::total_cmp);
    }

    fn rate(&self) -> f64 {
        percentile(&self.rates, 0.5)
    }

    fn percentile(&mut self, share: f64) -> f64 {
        self.latencies.sort_by(f64::total_cmp);
        percentile(&self.latencies, share)
    }
}

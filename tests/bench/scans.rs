//! Forms that arrive: twenty officers of one office, each with a bag of envelopes, scan as fast as the service answers. Every scan is another case, is
//! one transaction with history, audit and mail, and counts only when its case is received.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Instant;

use diesel::prelude::*;
use diesel::sql_types::Text;
use tsubame::clock::{Clock, SystemClock};
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::domain::staff::Role;
use tsubame::storage::{Db, StoreError};

use crate::desk_people::sign_in;
use crate::http::{Connection, form};
use crate::load::{CONNECTIONS, percentile};
use crate::machine;
use crate::program::House;
use crate::report::Report;

const OFFICE: &str = "emb-gb";
/// Envelopes at most, in all bags together.
const MOST: usize = 1_000;
const FORM: &str = "application/x-www-form-urlencoded";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

pub(crate) fn measure(report: &mut Report, house: &House) {
    let store = house.store();
    let waiting = waiting(house);
    let officers: Vec<String> = (0..CONNECTIONS)
        .map(|number| {
            let user = format!("bench.scanner{number}");
            sign_in(&store, &user, &[Role::Consular], OFFICE).0
        })
        .collect();
    let (program, _) = house.open();
    program.settle();
    let (envelopes, taken) = (Mutex::new(waiting.into_iter()), Mutex::new(Vec::new()));
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for officer in &officers {
            scope.spawn(|| {
                let mut desk = Desk::open(program.address, officer);
                loop {
                    let next = envelopes.lock().unwrap().next();
                    let Some(envelope) = next else { break };
                    let milliseconds = desk.scan(&envelope);
                    taken.lock().unwrap().push(milliseconds);
                }
            });
        }
    });
    let elapsed = begun.elapsed().as_secs_f64();
    let mut taken = taken.into_inner().unwrap();
    taken.sort_by(f64::total_cmp);
    let count = f64::from(u32::try_from(taken.len()).unwrap());
    let title = format!("{}, {} forms scanned", house.engine(), taken.len());
    report.at_most(
        format!("{title}: intake, p95 at {CONNECTIONS} connections"),
        percentile(&taken, 0.95),
        60.0,
        "ms",
    );
    report.note(format!("{title}: each second"), count / elapsed, "");
    report.at_most(
        format!("{title}: resident memory"),
        machine::resident(program.process()).0,
        256.0,
        "MiB",
    );
}

/// Receipt numbers of forms that are on their way to the office.
fn waiting(house: &House) -> Vec<ReceiptNumber> {
    let query = format!(
        "SELECT a.reference AS text FROM applications a JOIN cases c ON c.application_id = a.id \
         WHERE c.filing_office = '{OFFICE}' AND a.status IN ('S10', 'S15') AND a.due_on > '{}' LIMIT {MOST}",
        SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC).date()
    );
    let load = |db: &mut Db| {
        let rows: Vec<Row> = diesel::sql_query(&query).load(db)?;
        Ok::<_, StoreError>(rows)
    };
    let rows = house.store().read(load).unwrap();
    rows.iter().map(|row| row.text.parse().unwrap()).collect()
}

/// An officer at the intake page.
struct Desk {
    connection: Connection,
    headers: String,
    csrf: String,
    bag: String,
}

impl Desk {
    fn open(address: SocketAddr, cookie: &str) -> Self {
        let headers = format!("x-forwarded-for: 10.0.0.1\r\ncookie: {cookie}\r\n");
        let mut connection = Connection::open(address).unwrap();
        let page = connection.get("/staff/intake", &headers).unwrap();
        assert_eq!(page.status, 200, "{}", page.text());
        let csrf = page.hidden().into_iter().find(|(name, _)| name == "csrf");
        Self {
            connection,
            headers,
            csrf: csrf.unwrap().1,
            bag: String::new(),
        }
    }

    /// One envelope; milliseconds until the page that answers is shown.
    fn scan(&mut self, envelope: &ReceiptNumber) -> f64 {
        let code = envelope.to_string();
        let fields = [
            ("csrf", self.csrf.as_str()),
            ("kind", "form"),
            ("bag", self.bag.as_str()),
            ("channel", "post"),
            ("code", code.as_str()),
        ];
        let begun = Instant::now();
        let answer = self
            .connection
            .post("/staff/intake", &self.headers, FORM, &form(fields))
            .unwrap();
        let milliseconds = begun.elapsed().as_secs_f64() * 1000.0;
        assert_eq!(answer.status, 303, "{code}: {}", answer.text());
        let path = answer.location().unwrap().to_owned();
        let page = self.connection.get(&path, &self.headers).unwrap();
        assert!(page.text().contains("note ok"), "{code}: {}", page.text());
        if let Some((_, bag)) = page.hidden().into_iter().find(|(name, _)| name == "bag") {
            self.bag = bag;
        }
        milliseconds
    }
}

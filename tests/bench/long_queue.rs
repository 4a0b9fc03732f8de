//! A queue of 50,000 cases as a file: it must begin at once, end whole, and never be in memory as a whole.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use tsubame::domain::staff::Role;

use crate::desk_people::sign_in;
use crate::http::status_of;
use crate::machine;
use crate::program::House;
use crate::report::Report;

/// Lines of the file, beside its heading.
const ROWS: usize = 50_000;
/// Most memory the program may use.
const MOST_MEMORY: f64 = 256.0;

/// What was seen while the file came.
struct Arrival {
    first_byte: Duration,
    whole: Duration,
    body: Vec<u8>,
    most_memory: f64,
}

pub(crate) fn measure(report: &mut Report, house: &House) {
    let rows = u64::try_from(ROWS).unwrap();
    house.fill(rows + rows / 5, &["--crowd", &rows.to_string()]);
    let (cookie, _) = sign_in(
        &house.store(),
        "bench.yokohama",
        &[Role::Municipal],
        "141046",
    );
    let (program, _) = house.open();
    let arrival = fetch(program.address, program.process(), &cookie);
    let lines = arrival
        .body
        .split(|byte| *byte == b'\n')
        .filter(|line| {
            line.starts_with(b"\"") || line.first().is_some_and(u8::is_ascii_alphanumeric)
        })
        .count();
    assert!(lines >= ROWS, "{lines} lines came of {ROWS}");
    let title = format!("{}, {ROWS} cases as CSV", house.engine());
    report.at_most(
        format!("{title}: first byte"),
        arrival.first_byte.as_secs_f64() * 1000.0,
        1000.0,
        "ms",
    );
    report.note(
        format!("{title}: the whole file"),
        arrival.whole.as_secs_f64(),
        "s",
    );
    let kibibytes = f64::from(u32::try_from(arrival.body.len() / 1024).unwrap());
    report.note(format!("{title}: its size"), kibibytes, "KiB");
    report.at_most(
        format!("{title}: resident memory"),
        arrival.most_memory,
        MOST_MEMORY,
        "MiB",
    );
}

fn fetch(address: SocketAddr, process: u32, cookie: &str) -> Arrival {
    let mut stream = TcpStream::connect(address).unwrap();
    let begun = Instant::now();
    write!(
        stream,
        "GET /staff/queues/match.csv HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncookie: {cookie}\r\n\r\n"
    )
    .unwrap();
    let mut chunk = vec![0; 64 * 1024];
    let mut arrival = Arrival {
        first_byte: Duration::ZERO,
        whole: Duration::ZERO,
        body: Vec::new(),
        most_memory: 0.0,
    };
    loop {
        let more = stream.read(&mut chunk).unwrap();
        if more == 0 {
            break;
        }
        if arrival.body.is_empty() {
            arrival.first_byte = begun.elapsed();
            assert_eq!(status_of(&chunk[..more]), 200);
        }
        arrival.body.extend_from_slice(&chunk[..more]);
        arrival.most_memory = arrival.most_memory.max(machine::resident(process).0);
    }
    arrival.whole = begun.elapsed();
    arrival
}

//! What comes over the line: pages, style sheet, script, and a first visit (gates G9 to G11 of the design).

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::http::Connection;
use crate::journey::Journey;
use crate::people;
use crate::postman::Postman;
use crate::program::{House, Program};
use crate::report::Report;

/// Pages that need no session.
const PUBLIC: [&str; 8] = [
    "/",
    "/check",
    "/check/result?r=1",
    "/apply",
    "/track",
    "/help",
    "/privacy",
    "/sitemap",
];
/// Pages of a case whose form is made.
const PERSONAL: [&str; 11] = [
    "",
    "/person",
    "/register",
    "/contact",
    "/photo",
    "/offices",
    "/certs",
    "/agent",
    "/review",
    "/ready",
    "/print",
];

pub(crate) fn measure(report: &mut Report) {
    let (house, people) = (House::new(), people::all());
    let (program, _start) = house.open();
    let postman = Postman::start(house.mail());
    let mut journey = Journey::begin(program.address, &postman, &people[0], 0);
    journey.travel(None);
    let case = journey.case();
    for language in ["", "/en"] {
        for page in PUBLIC {
            journey.open(&format!("{language}{page}"));
        }
        for page in PERSONAL {
            journey.open(&format!("{language}{case}{page}"));
        }
    }
    let mut pages: Vec<(usize, String)> = journey
        .pages
        .iter()
        .map(|(path, length)| (*length, path.replace(&case, "/a/…")))
        .collect();
    pages.sort_unstable();
    pages.dedup();
    for (length, path) in pages.iter().rev().take(8) {
        println!("  {path}: {length} bytes");
    }
    let (heaviest, path) = pages.last().unwrap();
    report.at_most(
        format!("heaviest of {} pages ({path})", pages.len()),
        kilobytes(*heaviest),
        8.0,
        "KB",
    );
    first_visit(report, &program);
}

/// The start page with everything it asks for.
fn first_visit(report: &mut Report, program: &Program) {
    let mut connection = Connection::open(program.address).unwrap();
    let start = connection.get("/", "").unwrap();
    let page = start.text();
    let addresses = page
        .split(['"', ' ', '\n'])
        .filter(|word| word.starts_with("/static/"))
        .map(|word| word.split('#').next().unwrap());
    let mut files: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    for address in addresses {
        files
            .entry(address)
            .or_insert_with(|| connection.get(address, "").unwrap().body);
    }
    let of_kind = |kind: &str| {
        files
            .iter()
            .filter(|(address, _)| address.ends_with(kind))
            .map(|(_, bytes)| bytes.as_slice())
            .collect::<Vec<_>>()
            .concat()
    };
    for (name, kind, raw, packed) in [("CSS", ".css", 24.0, 7.0), ("JavaScript", ".js", 8.0, 3.0)] {
        let bytes = of_kind(kind);
        report.at_most(name, kilobytes(bytes.len()), raw, "KB");
        report.at_most(
            format!("{name}, gzip"),
            kilobytes(gzip(&bytes)),
            packed,
            "KB",
        );
    }
    let all = start.body.len() + files.values().map(Vec::len).sum::<usize>();
    report.at_most("first visit, uncompressed", kilobytes(all), 40.0, "KB");
    report.at_most(
        "first visit, requests",
        f64::from(u32::try_from(files.len() + 1).unwrap()),
        6.0,
        "",
    );
}

/// 1 KB = 1024 bytes, as the gates count.
fn kilobytes(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap()) / 1024.0
}

fn gzip(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}

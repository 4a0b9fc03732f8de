//! A print set: four sheets drawn with subsets of the fonts, then rendered, and each QR symbol decoded again from the pixels; on one thread.

use std::time::Instant;

use tsubame::documents::Paper;
use tsubame::documents::fonts::{FontSettings, Fonts};
use tsubame::documents::print_set::{Content, Print, Receipt, draw, payloads};
use tsubame::documents::proof::prove;
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::i18n::Lang;

use crate::load::percentile;
use crate::machine::own_processor_time;
use crate::people::{self, Applicant};
use crate::report::Report;

/// Sets in all; every one of another person, or for another paper.
const SETS: u64 = 400;

pub(crate) fn measure(report: &mut Report) {
    let begun = Instant::now();
    let fonts = Fonts::load(&FontSettings::default()).unwrap();
    let loaded = begun.elapsed().as_secs_f64() * 1000.0;
    let people = people::all();
    // The first of everything is slower: pages of the fonts that were never touched, tables that are made once.
    for (number, applicant) in (0..5).zip(&people) {
        one(&fonts, applicant, number);
    }
    let mut times = Vec::new();
    let (mut drawing, mut largest) = (0.0, 0);
    for (number, applicant) in (0..SETS).zip(people.iter().cycle()) {
        let set = one(&fonts, applicant, number);
        times.push(set.drawn + set.proven);
        drawing += set.drawn;
        largest = largest.max(set.size);
    }
    let whole: f64 = times.iter().sum();
    times.sort_by(f64::total_cmp);
    report.at_most(
        format!(
            "print set, {SETS} sets of {} people: median time of one core",
            people.len()
        ),
        percentile(&times, 0.5),
        15.0,
        "ms",
    );
    report.note("print set, 99th percentile", percentile(&times, 0.99), "ms");
    report.note(
        "share of drawing, the rest is the proof",
        drawing / whole * 100.0,
        "%",
    );
    report.at_most(
        "print set, largest file",
        f64::from(u32::try_from(largest).unwrap()) / 1000.0,
        150.0,
        "kB",
    );
    report.note("fonts, loaded once for each process", loaded, "ms");
}

/// A set: how long it took in ms, and its bytes.
struct Set {
    drawn: f64,
    proven: f64,
    size: usize,
}

fn one(fonts: &Fonts, applicant: &Applicant, number: u64) -> Set {
    let receipt = Receipt::of(&ReceiptNumber::from_random(number * 0x9E37_79B9_7F4A), 1);
    let paper = if number.is_multiple_of(2) {
        Paper::A4
    } else {
        Paper::Letter
    };
    let language = if number.is_multiple_of(3) {
        Lang::En
    } else {
        Lang::Ja
    };
    let begun = own_processor_time();
    let expected = payloads(&receipt);
    let content = Content::of(
        &applicant.form,
        receipt,
        Print {
            paper,
            language,
            demo: false,
        },
    );
    let file = draw(fonts, &content).unwrap();
    let drawn = own_processor_time() - begun;
    prove(&file, &expected).unwrap();
    Set {
        drawn,
        proven: own_processor_time() - begun - drawn,
        size: file.len(),
    }
}

//! Whole journeys, thousands of them: how many each second, what the program's memory becomes, and how soon it starts again on what they left behind.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tsubame::documents::photo::sample::Portrait;

use crate::http::Connection;
use crate::journey::Journey;
use crate::machine;
use crate::people::{self, Applicant};
use crate::postman::Postman;
use crate::program::{House, Program};
use crate::report::Report;

/// People under way at once.
const AT_ONCE: usize = 16;
/// Journeys with an uploaded photo, which are slower: measured by themselves.
const WITH_PHOTO: usize = 200;
/// After this share of the journeys the memory must have come to rest.
const RESTING: f64 = 0.5;
/// Growth of memory from there to the end that still counts as flat.
const FLAT: f64 = 10.0;

/// The number of journeys the environment asks for.
#[expect(
    clippy::disallowed_methods,
    reason = "a setting of this program, not of the service"
)]
pub(crate) fn wanted() -> Option<usize> {
    std::env::var("BENCH_JOURNEYS").ok()?.parse().ok()
}

#[expect(clippy::too_many_lines, reason = "one journey, told from end to end")]
pub(crate) fn measure(report: &mut Report, journeys: usize) {
    let (house, people) = (House::new(), people::all());
    let (program, _start) = house.open();
    let postman = Postman::start(house.mail());
    let road = Road {
        program,
        postman,
        people,
    };
    report.note(
        "resident memory at the start",
        machine::resident(road.program.process()).0,
        "MiB",
    );
    let photo = photo();
    let time = road.travel(0..WITH_PHOTO, Some(&photo));
    report.at_least(
        format!("{WITH_PHOTO} journeys with an uploaded photo"),
        rate(WITH_PHOTO, time),
        10.0,
        "/s",
    );
    let mut travelled = WITH_PHOTO;
    let (mut time, mut used) = (
        Duration::ZERO,
        machine::processor_time(road.program.process()),
    );
    let mut resting = 0.0;
    for (share, name) in [
        (0.1, "first tenth"),
        (RESTING, "first half"),
        (1.0, "whole"),
    ] {
        let end = WITH_PHOTO + part(journeys, share);
        time += road.travel(travelled..end, None);
        travelled = end;
        let (all, own) = road.memory_at_rest();
        println!(
            "{name} of {journeys}: {all:.1} MiB resident, {own:.1} MiB of them its own, {:.1} journeys/s",
            rate(travelled - WITH_PHOTO, time)
        );
        if share < 1.0 {
            report.note(
                format!("resident memory after {} journeys", travelled - WITH_PHOTO),
                all,
                "MiB",
            );
            resting = all;
        } else {
            report.at_most(
                format!("resident memory after {journeys} journeys"),
                all,
                200.0,
                "MiB",
            );
            report.at_most(
                "growth of memory over the second half",
                (all - resting) / resting * 100.0,
                FLAT,
                "%",
            );
        }
    }
    report.at_least(
        format!("{journeys} journeys, {AT_ONCE} at once"),
        rate(journeys, time),
        10.0,
        "/s",
    );
    report.note(
        "most memory at any moment",
        machine::most_resident(road.program.process()),
        "MiB",
    );
    used = machine::processor_time(road.program.process()) - used;
    report.note(
        "processor time of the program for a journey",
        used / f64::from(u32::try_from(journeys).unwrap()) * 1000.0,
        "ms",
    );
    road.postman.wait_for("N02", travelled);
    report.note("database after them", house.database_size(), "MiB");
    drop(road);
    let (_again, start) = house.open();
    report.at_most(
        "from start to first page, on this database",
        start.as_secs_f64() * 1000.0,
        1000.0,
        "ms",
    );
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of a small number"
)]
fn part(journeys: usize, share: f64) -> usize {
    (journeys as f64 * share) as usize
}

fn rate(journeys: usize, time: Duration) -> f64 {
    f64::from(u32::try_from(journeys).unwrap()) / time.as_secs_f64()
}

/// The program and those who are under way to it.
struct Road {
    program: Program,
    postman: Postman,
    people: Vec<Applicant>,
}

impl Road {
    /// Memory once everybody has arrived: what was freed goes back to the system a moment later, when the next page is asked for.
    fn memory_at_rest(&self) -> (f64, f64) {
        for _ in 0..2 {
            std::thread::sleep(Duration::from_secs(1));
            let page = Connection::open(self.program.address).and_then(|mut it| it.get("/", ""));
            assert_eq!(page.unwrap().status, 200);
        }
        machine::resident(self.program.process())
    }

    /// Makes the journeys with these numbers; how long they took together.
    fn travel(&self, numbers: std::ops::Range<usize>, photo: Option<&[u8]>) -> Duration {
        let (next, begun) = (AtomicUsize::new(numbers.start), Instant::now());
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= numbers.end {
                            return;
                        }
                        let applicant = &self.people[number % self.people.len()];
                        Journey::begin(self.program.address, &self.postman, applicant, number)
                            .travel(photo);
                    }
                });
            }
        });
        begun.elapsed()
    }
}

/// A portrait as a telephone takes it, of somebody who does not exist.
fn photo() -> Vec<u8> {
    let portrait = Portrait {
        width: 1200,
        height: 1600,
        ..Portrait::of_person(1)
    };
    let mut jpeg = std::io::Cursor::new(Vec::new());
    portrait
        .draw()
        .write_to(&mut jpeg, image::ImageFormat::Jpeg)
        .unwrap();
    jpeg.into_inner()
}

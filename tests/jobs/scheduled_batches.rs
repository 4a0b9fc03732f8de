//! Batches by the clock: off by default, at its hour, once for a day however many workers run, with their least and most, never on a closed day.

use jiff::{SignedDuration, Timestamp};
use tsubame::clock::Clock;
use tsubame::domain::batch_schedule::BatchSchedule;
use tsubame::storage::audit::{self, Chain};
use tsubame::storage::batch_schedules::{self, ScheduleVersion};
use tsubame::storage::batches::{self, Batch, BatchState};
use tsubame::storage::{StoreError, jobs};

use super::workshop::Workshop;
use crate::exchange::cast::released_many;
use crate::on_each_database;

/// The workshop's clock stands at this instant.
fn at(workshop: &Workshop, instant: &str) {
    let instant: Timestamp = instant.parse().unwrap();
    workshop
        .clock
        .advance(instant.duration_since(workshop.clock.now()));
}

fn save(workshop: &Workshop, version: i64, schedule: &BatchSchedule) -> Result<(), StoreError> {
    let now = workshop.clock.now();
    workshop
        .db
        .store
        .write(|db| batch_schedules::save(db, ScheduleVersion(version), schedule, "staff:1", now))
}

fn made(workshop: &Workshop) -> Vec<Batch> {
    workshop
        .db
        .store
        .read(|db| batches::list_batches(db, None, 9))
        .unwrap()
}

fn noted(workshop: &Workshop, action: &str) -> Vec<String> {
    let entries = workshop
        .db
        .store
        .read(|db| audit::list_entries(db, &Chain::system()))
        .unwrap();
    entries
        .into_iter()
        .filter(|entry| entry.action == action)
        .map(|entry| entry.actor)
        .collect()
}

fn on() -> BatchSchedule {
    BatchSchedule {
        is_on: true,
        ..BatchSchedule::default()
    }
}

on_each_database! {
    fn a_batch_is_made_at_its_hour_by_the_clock_and_once(database: TestDatabase) {
        let workshop = Workshop::new(database);
        released_many(&workshop.db.store, 3);
        at(&workshop, "2026-11-24T12:00:00Z");
        workshop.drain_with_schedule();
        assert!(made(&workshop).is_empty(), "off by default");
        save(&workshop, 0, &on()).unwrap();
        assert!(matches!(save(&workshop, 0, &on()), Err(StoreError::Conflict)), "somebody was first");
        at(&workshop, "2026-11-25T10:30:00Z");
        workshop.drain_with_schedule();
        assert!(made(&workshop).is_empty(), "half past seven in the evening in Japan");
        at(&workshop, "2026-11-25T11:00:00Z");
        for _ in 0..3 {
            workshop.drain_with_schedule();
            workshop.clock.advance(SignedDuration::from_hours(1));
        }
        let batches = made(&workshop);
        assert_eq!((batches.len(), batches[0].cards, batches[0].state, batches[0].created_by.as_str()), (1, 3, BatchState::Ready, "clock"));
        assert_eq!(noted(&workshop, "exchange.batch_made"), ["clock"]);
    }

    fn two_workers_and_a_run_whose_end_was_not_written_make_one_batch(database: TestDatabase) {
        let workshop = Workshop::new(database);
        released_many(&workshop.db.store, 2);
        save(&workshop, 0, &on()).unwrap();
        at(&workshop, "2026-11-25T11:00:00Z");
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| workshop.drain_with_schedule());
            }
        });
        released_many_more(&workshop);
        // The power went before the job's end was written: it runs again.
        workshop.db.store.write(|db| jobs::insert_job(db, jobs::JobKind::MakeBatch, "{\"day\":\"2026-11-25\"}", workshop.clock.now(), workshop.clock.now())).unwrap();
        workshop.drain();
        assert_eq!(made(&workshop).iter().map(|batch| batch.cards).collect::<Vec<_>>(), [2]);
    }

    fn too_few_are_left_for_another_day_and_too_many_wait_for_the_next(database: TestDatabase) {
        let workshop = Workshop::new(database);
        released_many(&workshop.db.store, 3);
        save(&workshop, 0, &BatchSchedule { least: 4, ..on() }).unwrap();
        at(&workshop, "2026-11-25T11:00:00Z");
        workshop.drain_with_schedule();
        assert!(made(&workshop).is_empty());
        assert_eq!(noted(&workshop, "exchange.batch_skipped"), ["clock"]);
        save(&workshop, 1, &BatchSchedule { most: 2, ..on() }).unwrap();
        for day in ["2026-11-26T11:00:00Z", "2026-11-27T11:00:00Z", "2026-11-28T11:00:00Z"] {
            at(&workshop, day);
            workshop.drain_with_schedule();
        }
        assert_eq!(made(&workshop).iter().map(|batch| batch.cards).collect::<Vec<_>>(), [1, 2], "Saturday is no day of it");
    }
}

fn released_many_more(workshop: &Workshop) {
    crate::exchange::cast::released(
        &workshop.db.store,
        77,
        &crate::storage::cast::form("emb-gb", "emb-gb"),
    );
}

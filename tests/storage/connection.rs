//! How the store begins, waits, refuses and recovers.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use tsubame::storage::throttle::{self, Scope};
use tsubame::storage::{DatabaseUrl, Store, StoreError};

use super::cast::{hanako, now};
use crate::on_each_database;
use crate::support::database::TestDatabase;

const SCOPE: Scope = Scope {
    name: "contention",
    window: jiff::SignedDuration::from_hours(1),
};

on_each_database! {
    fn eight_writers_at_once_all_succeed(db: TestDatabase) {
        let together = Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    together.wait();
                    for _ in 0..10 {
                        // Reads first, then writes: with a deferred transaction SQLite would answer "database is locked".
                        db.store.write(|db| {
                            throttle::count_in_window(db, SCOPE, b"k", now())?;
                            throttle::hit(db, SCOPE, b"k", now())
                        }).unwrap();
                    }
                });
            }
        });
        assert_eq!(db.store.read(|db| throttle::count_in_window(db, SCOPE, b"k", now())).unwrap(), 80);
    }

    fn a_panic_in_a_transaction_leaves_nothing_and_the_store_goes_on(db: TestDatabase) {
        let crashed = std::thread::scope(|scope| {
            scope.spawn(|| db.store.write(|db| -> Result<(), StoreError> {
                throttle::hit(db, SCOPE, b"k", now())?;
                panic!("on purpose")
            })).join()
        });
        assert!(crashed.is_err());
        assert_eq!(db.store.write(|db| throttle::hit(db, SCOPE, b"k", now())).unwrap(), 1);
    }

    fn a_reader_sees_one_moment(db: TestDatabase) {
        let seen = db.store.read(|reader| {
            let before = throttle::count_in_window(reader, SCOPE, b"k", now())?;
            db.store.write(|db| throttle::hit(db, SCOPE, b"k", now()))?;
            Ok::<_, StoreError>((before, throttle::count_in_window(reader, SCOPE, b"k", now())?))
        }).unwrap();
        assert_eq!(seen, (0, 0));
    }
}

#[test]
fn a_database_file_is_readable_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let db = TestDatabase::empty_sqlite();
    db.store.migrate().unwrap();
    hanako(&db.store);
    for name in ["test.db", "test.db-wal"] {
        let mode = std::fs::metadata(db.folder().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_server_that_is_away_is_told_within_two_seconds() {
    let url: DatabaseUrl = "postgres://nobody@127.0.0.1:1/none".parse().unwrap();
    let store = Store::open(&url);
    let begun = Instant::now();
    assert!(matches!(
        store.read(|_| Ok::<_, StoreError>(())),
        Err(StoreError::Unavailable(_))
    ));
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn a_folder_that_is_missing_is_told_in_the_error() {
    let store = Store::open(&"sqlite:/nowhere/at/all.db".parse().unwrap());
    let Err(StoreError::Unavailable(reason)) = store.read(|_| Ok::<_, StoreError>(())) else {
        panic!("it opened")
    };
    assert!(reason.contains("/nowhere/at/all.db"), "{reason}");
}

#[test]
fn connections_the_server_closed_are_replaced_without_an_error() {
    let Some(db) = TestDatabase::postgres() else {
        return;
    };
    hanako(&db.store);
    crate::support::postgres::disconnect_all(&db.url);
    hanako(&db.store);
}

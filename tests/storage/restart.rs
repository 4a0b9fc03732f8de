//! A database that goes away and comes back: honest refusals meanwhile, and no restart of ours.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use tsubame::storage::photos::{self, NewPhoto};
use tsubame::storage::throttle::{self, Scope};
use tsubame::storage::{Store, StoreError, applications};

use super::cast::{draft, hanako, now};
use crate::support::database::TestDatabase;
use crate::support::postgres::Server;

const SCOPE: Scope = Scope {
    name: "restart",
    window: jiff::SignedDuration::from_hours(1),
};

fn hit(store: &Store) -> Result<i64, StoreError> {
    store.write(|db| throttle::hit(db, SCOPE, b"k", now()))
}

#[test]
fn a_server_that_restarts_is_refused_honestly_and_used_again_at_once() {
    let Some(server) = Server::another() else {
        return;
    };
    let name = server.create(true);
    let store = Store::open(&server.url(&name).parse().unwrap());
    for round in 1..=2 {
        assert_eq!(hit(&store).unwrap(), round);
        server.stop();
        for _ in 0..3 {
            let begun = Instant::now();
            assert!(matches!(hit(&store), Err(StoreError::Unavailable(_))));
            assert!(
                begun.elapsed() < Duration::from_secs(2),
                "{:?}",
                begun.elapsed()
            );
        }
        server.start_again();
        let back = Instant::now();
        while store
            .read(|db| throttle::count_in_window(db, SCOPE, b"k", now()))
            .is_err()
        {
            assert!(
                back.elapsed() < Duration::from_secs(5),
                "still refused five seconds after the server is back"
            );
        }
    }
}

#[test]
fn a_full_disk_is_refused_honestly_and_room_is_used_again() {
    let db = TestDatabase::sqlite();
    let application = draft(&db.store, &hanako(&db.store), 1);
    let put = |sealed: &[u8], pages: u32| {
        let new = NewPhoto {
            id: "p1",
            application: application.id,
            key_id: "k1",
            sealed,
            width: 1,
            height: 1,
            crop: "{}",
            findings: "[]",
        };
        db.store.write(|db| {
            // The limit is the connection's own: what SQLite says is what it says of a full disk.
            diesel::sql_query(format!("PRAGMA max_page_count = {pages}")).execute(db)?;
            photos::insert_photo(db, &new, now())
        })
    };
    let picture = vec![7; 4_000_000];
    let refused = put(&picture, 100);
    assert!(
        matches!(&refused, Err(StoreError::Unavailable(reason)) if reason.contains("full")),
        "{refused:?}"
    );
    assert!(
        db.store
            .read(|db| applications::get_application(db, application.id))
            .is_ok()
    );
    put(&picture, 1_000_000).unwrap();
    let kept = db
        .store
        .read(|db| photos::get_sealed(db, application.id, "p1"))
        .unwrap();
    assert_eq!(kept.sealed.len(), picture.len());
}

//! Power cuts while keys are changed: every value opens at every moment, and the next run goes on where the last was cut.

use std::time::{Duration, Instant};

use tsubame::clock::{Clock, SystemClock};
use tsubame::security::keys::KeyRing;
use tsubame::security::sealing::{self, Place, Sealed};
use tsubame::storage::photos::{self, NewPhoto};
use tsubame::storage::sealed_values::{self, KeyUse};
use tsubame::storage::{DatabaseUrl, Store, StoreError};

use crate::storage::cast;
use crate::support::program::House;

const PHOTOS: u64 = 600;
/// So often it is cut at most; then it is let go on to its end.
const CUTS: u32 = 6;

fn ring_of(house: &House) -> KeyRing {
    let text = std::fs::read_to_string(house.path("keys")).unwrap();
    text.trim().parse().unwrap()
}

/// Photos beside the demo's own, sealed with its key.
fn fill(store: &Store, ring: &KeyRing) {
    let mailbox = cast::hanako(store);
    let now = SystemClock.now();
    for number in 1..=PHOTOS {
        let id = format!("0192b1d0-0000-7000-8000-{number:012}");
        let sealed = sealing::seal(ring, &Place::of("photo", &id), id.as_bytes()).unwrap();
        let new = NewPhoto {
            id: &id,
            application: cast::draft(store, &mailbox, number).id,
            key_id: &sealed.key_id,
            sealed: &sealed.bytes,
            width: 10,
            height: 10,
            crop: "{}",
            findings: "[]",
        };
        store
            .write(|db| photos::insert_photo(db, &new, now))
            .unwrap();
    }
}

/// How many values the old key still has sealed.
fn left_with(store: &Store, old: &str) -> usize {
    let uses = store.read(sealed_values::count_by_key).unwrap();
    let left = uses.get(old).map_or(0, KeyUse::to_reseal);
    usize::try_from(left).unwrap()
}

/// How many values each of the two keys has sealed; fails when one of them does not open with `ring`.
fn read_all(store: &Store, ring: &KeyRing, (old, new): (&str, &str)) -> (usize, usize) {
    let of_key = |key: &str| {
        let (photos, secrets) = store
            .read(|db| {
                let photos = sealed_values::list_photos(db, key, 10_000)?;
                let secrets = sealed_values::list_second_factors(db, key, 10_000)?;
                Ok::<_, StoreError>((photos, secrets))
            })
            .unwrap();
        let photos = photos
            .into_iter()
            .map(|photo| (Place::of("photo", &photo.id), photo.sealed));
        let secrets = secrets
            .into_iter()
            .map(|(id, sealed)| (Place::of("staff-totp", id), sealed));
        let mut count = 0;
        for (place, bytes) in photos.chain(secrets) {
            let sealed = Sealed {
                key_id: key.to_owned(),
                bytes,
            };
            assert!(sealing::open(ring, &place, &sealed).is_ok(), "{place:?}");
            count += 1;
        }
        count
    };
    (of_key(old), of_key(new))
}

#[test]
fn a_rotation_that_is_killed_leaves_everything_readable_and_goes_on() {
    let house = House::new();
    let mut program = house.demo("warn");
    program.terminate();
    assert!(program.end().success());
    let store = Store::open(&DatabaseUrl::Sqlite(house.path("tsubame.db")));
    let old = ring_of(&house);
    fill(&store, &old);
    let both = house.run(&["keys", "add"]);
    assert!(both.status.success());
    let both = String::from_utf8(both.stdout).unwrap();
    std::fs::write(house.path("keys"), both.trim()).unwrap();
    let ring = ring_of(&house);
    let keys = (old.current().id(), ring.current().id());
    let all = read_all(&store, &ring, keys).0;
    let (mut left, mut cuts) = (all, 0);
    while left > 0 {
        let mut rotation = house.begin(&["keys", "rotate"]);
        let deadline = Instant::now() + Duration::from_secs(60);
        while cuts < CUTS && left_with(&store, keys.0) == left {
            assert!(Instant::now() < deadline, "nothing is sealed anew");
            std::thread::sleep(Duration::from_millis(1));
        }
        if cuts < CUTS {
            rotation.kill();
            cuts += 1;
        } else {
            assert!(rotation.end().success());
        }
        let (under_old, under_new) = read_all(&store, &ring, keys);
        assert_eq!(under_old + under_new, all, "nothing is lost");
        assert!(under_old < left, "each run goes on");
        left = under_old;
    }
    assert!(cuts >= 2, "it was over after {cuts} cuts");
    let alone = ring.to_text();
    let alone: KeyRing = alone.split(',').next().unwrap().parse().unwrap();
    assert_eq!(
        read_all(&store, &alone, keys),
        (0, all),
        "the old key can go"
    );
}

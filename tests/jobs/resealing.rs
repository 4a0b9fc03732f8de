//! Rotation of keys: stopped anywhere, every value opens; at the end the old key can go.

use tsubame::domain::staff::user_id::UserId;
use tsubame::domain::staff::{Assignment, Role};
use tsubame::jobs::resealing::{self, ResealError};
use tsubame::security::keys::KeyRing;
use tsubame::security::sealing::{self, OpenError, Place, Sealed};
use tsubame::storage::photos::{self, NewPhoto};
use tsubame::storage::sealed_values::{self, KeyUse};
use tsubame::storage::staff::{self, StaffDetails, StaffId};
use tsubame::storage::{StoreError, staff_credentials};

use crate::on_each_database;
use crate::storage::cast;
use crate::support::database::TestDatabase;

fn rings() -> (KeyRing, KeyRing, KeyRing) {
    let old = KeyRing::generate().unwrap();
    let fresh = KeyRing::generate().unwrap();
    let secret = fresh.to_text().replacen("k1:", "k2:", 1);
    let both = format!("{secret},{}", old.to_text().as_str());
    (old, both.parse().unwrap(), secret.parse().unwrap())
}

const PHOTOS: u64 = 60;

fn photo_id(number: u64) -> String {
    format!("0192b1d0-0000-7000-8000-{number:012}")
}

/// Sixty photos and one second factor, sealed with the old key.
fn fill(db: &TestDatabase, ring: &KeyRing) -> StaffId {
    let mailbox = cast::hanako(&db.store);
    for number in 1..=PHOTOS {
        let id = photo_id(number);
        let sealed = sealing::seal(ring, &Place::of("photo", &id), id.as_bytes()).unwrap();
        let new = NewPhoto {
            id: &id,
            application: cast::draft(&db.store, &mailbox, number).id,
            key_id: &sealed.key_id,
            sealed: &sealed.bytes,
            width: 10,
            height: 10,
            crop: "{}",
            findings: "[]",
        };
        db.store
            .write(|db| photos::insert_photo(db, &new, cast::now()))
            .unwrap();
    }
    let details = StaffDetails {
        name: "見本".to_owned(),
        email: "a@office.example".to_owned(),
        assignment: Assignment::new([Role::Auditor], None).unwrap(),
        trained_on: None,
    };
    db.store
        .write(|db| -> Result<StaffId, StoreError> {
            let id =
                staff::insert_staff(db, &UserId::parse("akiko").unwrap(), &details, cast::now())?;
            let sealed = sealing::seal(ring, &Place::of("staff-totp", id), b"a secret").unwrap();
            staff_credentials::set_unproven_secret(db, id, &sealed.key_id, &sealed.bytes)?;
            Ok(id)
        })
        .unwrap()
}

/// Whether every photo opens with these keys.
fn all_open(db: &TestDatabase, ring: &KeyRing) -> bool {
    let photos = db
        .store
        .read(|db| -> Result<_, StoreError> {
            let mut all = Vec::new();
            for key in ["k1", "k2"] {
                for photo in sealed_values::list_photos(db, key, 1000)? {
                    all.push((key, photo));
                }
            }
            Ok(all)
        })
        .unwrap();
    assert_eq!(photos.len(), usize::try_from(PHOTOS).unwrap());
    photos.into_iter().all(|(key, photo)| {
        let sealed = Sealed {
            key_id: key.to_owned(),
            bytes: photo.sealed,
        };
        let opened = sealing::open(ring, &Place::of("photo", &photo.id), &sealed);
        opened.is_ok_and(|plain| *plain == photo.id.as_bytes())
    })
}

on_each_database! {
    fn a_rotation_that_is_cut_off_leaves_everything_readable_and_goes_on(db: TestDatabase) {
        let (old, both, new) = rings();
        let staff_id = fill(&db, &old);
        assert!(all_open(&db, &old) && all_open(&db, &both));
        let first = resealing::reseal_batch(&db.store, &both).unwrap();
        assert!(first > 0 && first < 60, "{first}");
        assert!(all_open(&db, &both), "in the middle");
        assert!(!all_open(&db, &new));
        let mut batches = 1;
        while resealing::reseal_batch(&db.store, &both).unwrap() > 0 {
            batches += 1;
        }
        assert!(batches >= 3, "{batches} batches");
        assert!(all_open(&db, &new), "the old key can go");
        let uses = db.store.read(sealed_values::count_by_key).unwrap();
        assert_eq!(uses.into_iter().collect::<Vec<_>>(), [("k2".to_owned(), KeyUse { photos: 60, second_factors: 1, ..KeyUse::default() })]);
        let credentials = db.store.read(|db| staff_credentials::get_credentials(db, staff_id)).unwrap();
        let sealed = Sealed { key_id: credentials.totp_key_id.unwrap(), bytes: credentials.totp_sealed.unwrap() };
        assert_eq!(*sealing::open(&new, &Place::of("staff-totp", staff_id), &sealed).unwrap(), b"a secret");
    }

    fn without_the_old_key_nothing_is_touched(db: TestDatabase) {
        let (old, _, new) = rings();
        fill(&db, &old);
        let refused = resealing::reseal_batch(&db.store, &new).unwrap_err();
        assert!(matches!(refused, ResealError::Open { cause: OpenError::UnknownKey { .. }, .. }), "{refused}");
        assert!(all_open(&db, &old));
    }
}

//! Filed cases, months and years after they ended: the photo goes first, a year later the whole person; records of that stay.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use jiff::SignedDuration;
use tsubame::domain::retention::{CASES, DRAFTS, EXCHANGE_KEYS, PHOTOS, RESULT_FILES};
use tsubame::domain::status::Status;
use tsubame::storage::applications::{self, Application, Doer, Move};
use tsubame::storage::audit::{self, Chain};
use tsubame::storage::destruction_records::{self, DestructionRecord};
use tsubame::storage::photos::{self, NewPhoto};
use tsubame::storage::results;
use tsubame::storage::{DatabaseUrl, StoreError, cases, exchange_keys, history};

use super::workshop::Workshop;
use crate::exchange::cast::{NAME, Partners, defect, released_many};
use crate::on_each_database;
use crate::storage::cast::{self, days};
use crate::support::database::TestDatabase;

/// A filed case with everything it can have, which ends now in `end`.
fn ended(workshop: &Workshop, end: Status) -> Application {
    let store = &workshop.db.store;
    let application = cast::made(store, 1, &cast::form("emb-gb", "emb-gb"));
    let system = Doer::system();
    let step = |from, to| Move {
        application: application.id,
        from,
        to,
        doer: &system,
        rule: "r",
    };
    let photo = NewPhoto {
        id: "0192b1d0-0000-7000-8000-000000000001",
        application: application.id,
        key_id: "k1",
        sealed: b"a sealed portrait",
        width: 10,
        height: 10,
        crop: "{}",
        findings: "[]",
    };
    store
        .write(|db| -> Result<(), StoreError> {
            photos::insert_photo(db, &photo, cast::now())?;
            applications::apply_transition(
                db,
                &step(Status::FormReady, Status::Received),
                cast::now(),
            )?;
            applications::apply_transition(db, &step(Status::Received, end), cast::now())?;
            Ok(())
        })
        .unwrap();
    store
        .read(|db| applications::get_application(db, application.id))
        .unwrap()
}

fn records(workshop: &Workshop, case: &Application) -> Vec<DestructionRecord> {
    workshop
        .db
        .store
        .read(|db| destruction_records::list_of_case(db, case.reference))
        .unwrap()
}

fn has_photo(workshop: &Workshop) -> bool {
    workshop.db.holds("a sealed portrait")
}

/// Moves what an SQLite database wrote beside its file into the file, so that a scan sees what is there and nothing else.
fn settle(db: &TestDatabase) {
    if let DatabaseUrl::Sqlite(file) = &db.url {
        let mut connection = SqliteConnection::establish(&file.display().to_string()).unwrap();
        connection
            .batch_execute("PRAGMA busy_timeout = 5000; PRAGMA wal_checkpoint(TRUNCATE);")
            .unwrap();
    }
}

fn run_after(workshop: &Workshop, by: SignedDuration) {
    workshop.advance(by);
    workshop.drain_with_schedule();
    settle(&workshop.db);
}

on_each_database! {
    fn a_photo_goes_after_a_month_and_the_person_after_a_year(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let case = ended(&workshop, Status::Completed);
        run_after(&workshop, days(PHOTOS.days) - SignedDuration::from_hours(1));
        assert!(has_photo(&workshop) && records(&workshop, &case).is_empty());
        run_after(&workshop, SignedDuration::from_hours(2));
        assert!(!has_photo(&workshop), "it cannot be restored from the file either");
        let kinds = |case: &Application| records(&workshop, case).iter().map(|record| format!("{} {}", record.kind, record.destroyed)).collect::<Vec<_>>();
        assert_eq!(kinds(&case), ["photos 1"]);
        assert!(workshop.db.store.read(|db| cases::find_case(db, case.id)).unwrap().is_some());
        run_after(&workshop, days(CASES.days - PHOTOS.days) - SignedDuration::from_hours(2));
        assert!(workshop.db.store.read(|db| applications::find_by_reference(db, case.reference)).unwrap().is_some());
        run_after(&workshop, SignedDuration::from_hours(2));
        assert!(workshop.db.store.read(|db| applications::find_by_reference(db, case.reference)).unwrap().is_none());
        assert_eq!(kinds(&case), ["photos 1", "cases 1"]);
        assert!(workshop.db.store.read(|db| history::list_history(db, case.id)).unwrap().is_empty());
        for trace in ["齋藤", "サイトウ", "hanako@example.com", "second@example.com", "7946", "見本桜", "1988-04-27"] {
            assert!(!workshop.db.holds(trace), "{trace} is still there");
        }
        let chain = workshop.db.store.read(|db| audit::list_entries(db, &Chain::of_case(case.reference))).unwrap();
        assert_eq!(chain.last().unwrap().action, "case.deleted", "the audit stays, and says so");
    }

    fn every_end_counts_and_what_has_not_ended_stays(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let open = ended(&workshop, Status::Forwarded);
        let other = cast::form("emb-gb", "emb-gb");
        let refused = cast::made(&workshop.db.store, 2, &other);
        let step = Move { application: refused.id, from: Status::FormReady, to: Status::NotAccepted, doer: &Doer::system(), rule: "r" };
        workshop.db.store.write(|db| applications::apply_transition(db, &step, cast::now())).unwrap();
        run_after(&workshop, days(CASES.days + 1));
        let find = |case: &Application| workshop.db.store.read(|db| applications::find_by_reference(db, case.reference)).unwrap();
        assert!(find(&open).is_some() && has_photo(&workshop));
        assert!(find(&refused).is_none());
        assert_eq!(records(&workshop, &refused).len(), 1, "it never had a photo");
    }

    fn a_draft_that_lapsed_has_its_record_and_a_case_nobody_destroyed_has_none(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let store = &workshop.db.store;
        let draft = cast::draft(store, &cast::hanako(store), 1);
        let other = cast::draft(store, &cast::hanako(store), 2);
        store.write(|db| applications::set_expiry(db, other.id, cast::now() + days(400))).unwrap();
        run_after(&workshop, days(DRAFTS.days + 1));
        let found = records(&workshop, &draft);
        assert_eq!((found.len(), found[0].kind.as_str(), found[0].rule.as_str(), found[0].destroyed_by.as_str()), (1, "drafts", "30 days", "system"));
        assert!(records(&workshop, &other).is_empty());
    }

    fn what_the_issuer_had_goes_with_its_case_its_files_after_a_year_and_its_keys_with_the_audit(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let store = workshop.db.store.clone();
        let partners = Partners::meet(&store);
        let case = released_many(&store, 1).remove(0);
        let batch = partners.collect();
        let item = partners.items(&batch).remove(0);
        assert_eq!(partners.report(&[defect(&item, "D18")]).len(), 1);
        let step = Move { application: case.id, from: Status::IssuerDefect, to: Status::Withdrawn, doer: &Doer::system(), rule: "r" };
        store.write(|db| applications::apply_transition(db, &step, cast::now())).unwrap();
        store.write(|db| {
            let key = exchange_keys::list_api_keys(db, 9)?.remove(0);
            exchange_keys::revoke_api_key(db, key.id, cast::now())?;
            exchange_keys::retire_partner_key(db, NAME, cast::now())
        }).unwrap();
        let files = || store.read(|db| results::list_files(db, None, 9)).unwrap().len();
        let keys = || store.read(|db| Ok::<_, StoreError>(exchange_keys::list_api_keys(db, 9)?.len() + exchange_keys::list_partner_keys(db, 9)?.len())).unwrap();
        run_after(&workshop, days(RESULT_FILES.days - 1));
        assert_eq!((partners.items(&batch).len(), files(), keys()), (1, 1, 2));
        run_after(&workshop, days(2));
        assert_eq!((partners.items(&batch).len(), files(), keys()), (0, 0, 2));
        assert!(!workshop.db.holds("齋藤"));
        run_after(&workshop, days(EXCHANGE_KEYS.days - RESULT_FILES.days));
        assert_eq!(keys(), 0);
    }
}

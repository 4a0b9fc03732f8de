//! Accounts of staff: what is used up is used up once, whoever comes at the same moment.

use std::sync::Barrier;

use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::staff::user_id::UserId;
use tsubame::domain::staff::{Assignment, Role};
use tsubame::storage::staff::{self, StaffDetails, StaffId};
use tsubame::storage::{Db, StoreError, staff_credentials};

use super::cast::now;
use crate::on_each_database;
use crate::support::database::TestDatabase;

fn details(roles: &[Role], office: &str) -> StaffDetails {
    StaffDetails {
        name: "見本 花子".to_owned(),
        email: "hanako@office.example".to_owned(),
        assignment: Assignment::new(
            roles.iter().copied(),
            Some(OfficeCode::parse(office).unwrap()),
        )
        .unwrap(),
        trained_on: Some(jiff::civil::date(2026, 4, 1)),
    }
}

fn hanako(db: &TestDatabase) -> StaffId {
    let user_id = UserId::parse("hanako").unwrap();
    db.store
        .write(|db| staff::insert_staff(db, &user_id, &details(&[Role::Consular], "emb-gb"), now()))
        .unwrap()
}

/// How many of six who try at once succeed.
fn winners(
    db: &TestDatabase,
    attempt: impl Fn(&mut Db) -> Result<bool, StoreError> + Sync,
) -> usize {
    let together = Barrier::new(6);
    std::thread::scope(|scope| {
        let tries: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    together.wait();
                    db.store.write(|db| attempt(db)).unwrap()
                })
            })
            .collect();
        tries
            .into_iter()
            .filter_map(|one| one.join().ok())
            .filter(|won| *won)
            .count()
    })
}

on_each_database! {
    fn a_time_step_is_used_once_and_forwards_only(db: TestDatabase) {
        let id = hanako(&db);
        assert_eq!(winners(&db, |db| staff_credentials::claim_step(db, id, 100)), 1);
        for (step, expected) in [(99, false), (100, false), (101, true)] {
            assert_eq!(db.store.write(|db| staff_credentials::claim_step(db, id, step)).unwrap(), expected, "{step}");
        }
    }

    fn a_recovery_code_is_used_once(db: TestDatabase) {
        let id = hanako(&db);
        db.store.write(|db| staff_credentials::set_recovery_codes(db, id, &[[7; 32], [8; 32]])).unwrap();
        assert_eq!(winners(&db, |db| staff_credentials::claim_recovery_code(db, id, &[7; 32])), 1);
        assert_eq!(db.store.read(|db| staff_credentials::count_recovery_codes(db, id)).unwrap(), 1);
        assert!(!db.store.write(|db| staff_credentials::claim_recovery_code(db, StaffId(id.0 + 1), &[8; 32])).unwrap());
    }

    fn an_invitation_is_used_once(db: TestDatabase) {
        let id = hanako(&db);
        let end = now() + jiff::SignedDuration::from_hours(1);
        db.store.write(|db| staff_credentials::set_invitation(db, id, &[7; 32], end, now())).unwrap();
        assert_eq!(winners(&db, |db| staff_credentials::claim_invitation(db, id, &[7; 32])), 1);
    }

    fn a_secret_that_waits_or_counts_is_not_replaced(db: TestDatabase) {
        let id = hanako(&db);
        let made = winners(&db, |db| match staff_credentials::set_unproven_secret(db, id, "k1", &[7; 60]) {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(error),
        });
        assert_eq!(made, 1);
    }

    fn the_second_of_two_changes_is_told(db: TestDatabase) {
        let id = hanako(&db);
        let changed = |version, roles: &[Role]| db.store.write(|db| staff::set_details(db, id, version, &details(roles, "emb-gb")));
        changed(1, &[Role::Consular, Role::Approver]).unwrap();
        assert!(matches!(changed(1, &[Role::OfficeManager]), Err(StoreError::Conflict)));
        let member = db.store.read(|db| staff::get_staff(db, id)).unwrap();
        assert_eq!((member.assignment.as_text().as_str(), member.version), ("consular,approver", 2));
    }

    fn a_user_id_is_never_given_twice(db: TestDatabase) {
        let id = hanako(&db);
        db.store.write(|db| staff::set_deactivated(db, id, 1, Some(now()))).unwrap();
        let user_id = UserId::parse("hanako").unwrap();
        let again = db.store.write(|db| staff::insert_staff(db, &user_id, &details(&[Role::Municipal], "131016"), now()));
        assert!(matches!(again, Err(StoreError::Conflict)));
    }

    fn roles_that_contradict_each_other_in_the_database_are_an_alarm(db: TestDatabase) {
        use diesel::RunQueryDsl;
        let id = hanako(&db);
        db.store.write(|db| diesel::sql_query("INSERT INTO staff_roles (staff_id, role) SELECT id, 'auditor' FROM staff").execute(db).map_err(StoreError::from)).unwrap();
        assert!(matches!(db.store.read(|db| staff::get_staff(db, id)), Err(StoreError::Corrupt(_))));
    }
}

//! `tsubame seed`: what it leaves behind can be worked with like real cases, and it touches nothing that is there.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::Text;
use tsubame::domain::application::frozen::FrozenForm;
use tsubame::domain::desk::Desk;
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::search_key;
use tsubame::domain::status::Status;
use tsubame::seed::{self, SeedOptions};
use tsubame::storage::applications::{self, ApplicationId};
use tsubame::storage::tasks::{self, TaskKind};
use tsubame::storage::{
    Db, Store, StoreError, audit_verification, card_transfers, case_search, cases, history,
    revisions,
};

use super::cast::hanako;
use crate::on_each_database;

const COUNT: u64 = 400;

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    definition: String,
}

fn indexes(store: &Store) -> BTreeSet<String> {
    let load = |db: &mut Db| {
        let query = match db {
            Db::Sqlite(_) => {
                "SELECT sql AS definition FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            }
            Db::Postgres(_) => {
                "SELECT indexdef AS definition FROM pg_indexes WHERE schemaname = 'public'"
            }
        };
        let rows: Vec<Index> = diesel::sql_query(query).load(db)?;
        Ok::<_, StoreError>(rows.into_iter().map(|row| row.definition).collect())
    };
    store.read(load).unwrap()
}

fn options(seed: u64) -> SeedOptions {
    SeedOptions {
        applications: COUNT,
        seed,
        crowd: 0,
        crowd_at: Status::AtHonseki,
        until: Some("2026-11-24".parse().unwrap()),
        yes_into_an_empty_database: true,
    }
}

on_each_database! {
    fn invented_cases_are_whole(db: TestDatabase) {
        let before = indexes(&db.store);
        seed::run(&db.store, &options(1)).unwrap();
        assert_eq!(indexes(&db.store), before, "every index is back");
        let mut statuses = BTreeSet::new();
        db.store.read(|db| {
            for number in 1..=i64::try_from(COUNT).unwrap() {
                let id = ApplicationId(number);
                let application = applications::get_application(db, id)?;
                statuses.insert(application.status);
                let line = history::list_history(db, id)?;
                assert_eq!(line.last().map(|step| step.to), Some(application.status), "{number}");
                let Some(case) = cases::find_case(db, id)? else {
                    assert!(matches!(application.status, Status::Draft | Status::Expired), "{number}");
                    continue;
                };
                assert_eq!(application.desk, case.offices().desk(application.status), "{number}");
                let form = revisions::find_current_revision(db, id)?.unwrap();
                let form: FrozenForm = serde_json::from_str(&form.content).unwrap();
                assert_eq!(form.person.family.as_str(), case.family, "{number}");
                let office = application.desk.as_ref().and_then(Desk::office).unwrap_or(&case.filing_office);
                let found = case_search::find_cases(db, &search_key::beginnings(&case.full_name()), office, 1000)?;
                assert!(found.contains(&id) || case.received_at.is_none(), "{number}: {}", case.full_name());
                assert_eq!(case.second_contact.as_deref(), Some("見本（架空の人です）"));
            }
            let mut wanted = BTreeSet::new();
            for number in 1..=i64::try_from(COUNT).unwrap() {
                let id = ApplicationId(number);
                let Some(open) = card_transfers::find_open(db, id)? else { continue };
                let (application, case) = (applications::get_application(db, id)?, cases::get_case(db, id)?);
                assert_eq!((application.status, &open.from_office, &open.to_office), (Status::Ready, &case.pickup_office, &case.register_office), "{number}");
                if open.is_accepted() {
                    assert_eq!((application.is_prepared, application.due_on), (true, open.due_on), "{number}");
                }
                let is_task = tasks::list_tasks_of(db, id)?.iter().any(|task| task.kind == TaskKind::TransferAsked);
                assert_eq!(is_task, !open.is_accepted(), "{number}");
                wanted.insert(open.state.as_str());
            }
            assert!(!wanted.is_empty(), "some cards are wanted elsewhere");
            assert!(audit_verification::verify(db)?.is_whole());
            Ok::<_, StoreError>(())
        }).unwrap();
        assert!(statuses.len() >= 20, "{statuses:?}");
        // What comes next gets an id of its own.
        hanako(&db.store);
    }

    fn a_crowd_waits_in_one_queue(db: TestDatabase) {
        seed::run(&db.store, &SeedOptions { crowd: COUNT, ..options(1) }).unwrap();
        let largest = OfficeCode::parse("141046").unwrap();
        db.store.read(|db| {
            for number in 1..=i64::try_from(COUNT).unwrap() {
                let application = applications::get_application(db, ApplicationId(number))?;
                assert_eq!(application.status, Status::AtHonseki);
                assert_eq!(application.desk.as_ref().and_then(Desk::office), Some(&largest));
            }
            Ok::<_, StoreError>(())
        }).unwrap();
    }

    fn a_database_with_anything_in_it_is_refused(db: TestDatabase) {
        let refused = SeedOptions { yes_into_an_empty_database: false, ..options(1) };
        assert!(seed::run(&db.store, &refused).is_err());
        hanako(&db.store);
        assert!(seed::run(&db.store, &options(1)).is_err());
        assert!(db.store.read(|db| applications::get_application(db, ApplicationId(1))).is_err());
    }
}

//! The schema: the same on both databases, with a key and an index wherever a query or a deletion goes.

use std::collections::BTreeSet;
use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use tsubame::storage::{Db, Store, StoreError, schema};

use crate::on_each_database;
use crate::support::database::TestDatabase;

macro_rules! select_every_column {
    ($db:expr, $($table:ident),+ $(,)?) => {{
        $(
            let selected = schema::$table::table.select(schema::$table::all_columns).limit(0).execute($db);
            selected.unwrap_or_else(|error| panic!("{}: {error}", stringify!($table)));
        )+
        BTreeSet::from([$(stringify!($table).to_owned()),+])
    }};
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Missing {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
}

fn tables(db: &mut Db) -> BTreeSet<String> {
    let query = match db {
        Db::Sqlite(_) => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'"
        }
        Db::Postgres(_) => {
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_%'"
        }
    };
    diesel::sql_query(query)
        .load::<Name>(db)
        .unwrap()
        .into_iter()
        .map(|row| row.name)
        .collect()
}

fn folders(engine: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(engine);
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

on_each_database! {
    fn every_column_can_be_selected_and_no_table_is_forgotten(db: TestDatabase) {
        db.store.read(|db| {
            let known = select_every_column!(
                db, mailboxes, email_challenges, throttle_counters, sessions, session_grants, applications, application_sections, photos, revisions,
                postings, status_history, pending_posts, audit_entries, audit_heads, jobs, outbox, idempotency_keys,
                cases, case_checks, photo_checks, case_search_keys, defects, inquiries, staff_notes, case_views, tasks, decisions, email_changes, expected_windows,
                staff, staff_roles, staff_sessions, staff_recovery_codes, staff_invitations,
                offices, office_versions, masters, master_imports,
                shipments, shipment_items, bags, bag_items, card_transfers, card_returns, card_disposals,
                notice_texts, audit_seals, audit_verifications, destruction_records, operation_records,
                batches, batch_schedules, batch_items, result_files, result_rows, api_keys, partner_keys,
            );
            assert_eq!(tables(db), known);
            Ok::<_, StoreError>(())
        }).unwrap();
    }

    fn a_migrated_database_is_current(db: TestDatabase) {
        assert!(db.store.schema_state().unwrap().is_current());
        assert_eq!(db.store.migrate().unwrap(), Vec::<String>::new());
    }

    fn a_schema_newer_than_the_program_is_noticed(db: TestDatabase) {
        db.store.write(|db| {
            diesel::sql_query("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')").execute(db).map_err(StoreError::from)
        }).unwrap();
        assert_eq!(db.store.schema_state().unwrap().unknown, ["29991231000000"]);
    }
}

#[test]
fn both_databases_have_the_same_list_of_migrations() {
    assert_eq!(folders("sqlite"), folders("postgres"));
    assert!(!folders("sqlite").is_empty());
}

#[test]
fn every_migration_goes_up_down_and_up_again() {
    let databases = [
        Some(TestDatabase::empty_sqlite()),
        TestDatabase::empty_postgres(),
    ];
    for db in databases.into_iter().flatten() {
        let count = folders("sqlite").len();
        assert_eq!(db.store.schema_state().unwrap().pending.len(), count);
        assert_eq!(db.store.migrate().unwrap().len(), count);
        let first = definitions(&db.store);
        db.store.revert_migrations().unwrap();
        assert!(
            db.store
                .read(|db| Ok::<_, StoreError>(tables(db)))
                .unwrap()
                .is_empty()
        );
        assert_eq!(db.store.migrate().unwrap().len(), count);
        assert_eq!(definitions(&db.store), first);
    }
}

#[test]
fn two_processes_that_migrate_at_once_do_not_disturb_each_other() {
    let databases = [
        Some(TestDatabase::empty_sqlite()),
        TestDatabase::empty_postgres(),
    ];
    for db in databases.into_iter().flatten() {
        let stores: Vec<Store> = (0..3).map(|_| Store::open(&db.url)).collect();
        let applied: usize = std::thread::scope(|scope| {
            let runs: Vec<_> = stores
                .iter()
                .map(|store| scope.spawn(|| store.migrate().unwrap().len()))
                .collect();
            runs.into_iter().map(|run| run.join().unwrap()).sum()
        });
        assert_eq!(applied, folders("sqlite").len());
    }
}

/// A text of everything the schema defines.
fn definitions(store: &Store) -> Vec<String> {
    let query = |db: &Db| match db {
        Db::Sqlite(_) => "SELECT coalesce(sql, name) AS name FROM sqlite_master ORDER BY name",
        Db::Postgres(_) => {
            "SELECT table_name || '.' || column_name || ' ' || data_type AS name FROM information_schema.columns WHERE table_schema = 'public' \
             UNION ALL SELECT indexdef AS name FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
        }
    };
    store
        .read(|db| {
            let text = query(db);
            let rows: Vec<Name> = diesel::sql_query(text).load(db)?;
            Ok::<_, StoreError>(rows.into_iter().map(|row| row.name).collect())
        })
        .unwrap()
}

/// Columns that should have a foreign key and have none, and foreign keys without an index that begins with them.
const GAPS_SQLITE: &str = "
    SELECT m.name || '.' || c.name AS place, 'no foreign key' AS reason
    FROM sqlite_master m JOIN pragma_table_info(m.name) c
    WHERE m.type = 'table' AND c.name IN ('application_id', 'mailbox_id', 'session_id', 'photo_id', 'staff_id')
      AND NOT EXISTS (SELECT 1 FROM pragma_foreign_key_list(m.name) f WHERE f.\"from\" = c.name)
    UNION ALL
    SELECT m.name || '.' || f.\"from\", 'no index'
    FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f
    WHERE m.type = 'table'
      AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) i JOIN pragma_index_info(i.name) k WHERE k.seqno = 0 AND k.name = f.\"from\")
      AND NOT EXISTS (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.name = f.\"from\" AND c.pk = 1)";

const GAPS_POSTGRES: &str = "
    SELECT c.table_name || '.' || c.column_name AS place, 'no foreign key' AS reason
    FROM information_schema.columns c
    WHERE c.table_schema = 'public' AND c.column_name IN ('application_id', 'mailbox_id', 'session_id', 'photo_id', 'staff_id')
      AND NOT EXISTS (SELECT 1 FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                      WHERE k.contype = 'f' AND k.conrelid = c.table_name::regclass AND a.attname = c.column_name)
    UNION ALL
    SELECT k.conrelid::regclass || '.' || a.attname, 'no index'
    FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.contype = 'f'
      AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indkey[0] = k.conkey[1])";

on_each_database! {
    fn every_reference_is_a_foreign_key_with_an_index(db: TestDatabase) {
        let gaps: Vec<String> = db.store.read(|db| {
            let query = if matches!(db, Db::Sqlite(_)) { GAPS_SQLITE } else { GAPS_POSTGRES };
            let rows: Vec<Missing> = diesel::sql_query(query).load(db)?;
            Ok::<_, StoreError>(rows.into_iter().map(|row| format!("{}: {}", row.place, row.reason.unwrap_or_default())).collect())
        }).unwrap();
        assert_eq!(gaps, Vec::<String>::new());
    }
}

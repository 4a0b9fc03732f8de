//! What the database itself refuses: changing, removing or emptying the audit, whoever asks through the program's connection.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tsubame::storage::audit::{self, Chain, NewEntry};
use tsubame::storage::schema::{audit_entries, audit_heads};
use tsubame::storage::{Db, StoreError};

use super::cast::now;
use crate::on_each_database;
use crate::support::database::TestDatabase;

fn append(db: &TestDatabase) -> Result<(), StoreError> {
    let entry = NewEntry {
        chain: &Chain::system(),
        actor: "staff:1",
        action: "test",
        detail: "",
    };
    db.store.write(|db| audit::append(db, &entry, now()))
}

fn try_to(
    db: &TestDatabase,
    tamper: impl FnOnce(&mut Db) -> QueryResult<usize>,
) -> Result<usize, StoreError> {
    db.store.write(|db| tamper(db).map_err(StoreError::from))
}

on_each_database! {
    fn entries_and_heads_cannot_be_changed_or_removed(db: TestDatabase) {
        append(&db).unwrap();
        append(&db).unwrap();
        assert!(try_to(&db, |db| diesel::update(audit_entries::table).set(audit_entries::detail.eq("x")).execute(db)).is_err());
        assert!(try_to(&db, |db| diesel::delete(audit_entries::table).execute(db)).is_err());
        assert!(try_to(&db, |db| diesel::delete(audit_heads::table).execute(db)).is_err());
        append(&db).unwrap();
        let entries = db.store.read(|db| audit::list_entries(db, &Chain::system())).unwrap();
        assert_eq!(entries.len(), 3);
    }
}

/// The file of the repository, for a role of this test alone.
fn role_file(role: &str) -> String {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/migrations/application-role.sql"
    );
    std::fs::read_to_string(path)
        .unwrap()
        .replace("tsubame_application", role)
}

/// Runs statements one after the other, in one transaction that is rolled back; answers the first refusal.
fn as_postgres(db: &TestDatabase, statements: &[&str]) -> Result<(), String> {
    let outcome = db.store.write(|db| -> Result<(), StoreError> {
        let Db::Postgres(connection) = db else {
            panic!("a test of PostgreSQL");
        };
        for statement in statements {
            connection.batch_execute(statement)?;
        }
        Err(StoreError::NotFound)
    });
    match outcome {
        Ok(()) | Err(StoreError::NotFound) => Ok(()),
        Err(StoreError::Database(cause)) => Err(cause.to_string()),
        Err(other) => Err(other.to_string()),
    }
}

#[test]
fn the_application_s_role_writes_the_audit_and_changes_nothing_of_it() {
    let Some(db) = TestDatabase::postgres() else {
        return;
    };
    append(&db).unwrap();
    let role = format!("tsubame_application_{}", std::process::id());
    let file = role_file(&role);
    let become_it = format!("SET LOCAL ROLE {role}");
    let entry = "INSERT INTO audit_entries (chain, seq, at, actor, action, detail, previous_hash, hash) VALUES ('x', 1, 0, 'a', 'b', '', '', '')";
    for allowed in [
        entry,
        "UPDATE audit_heads SET seq = seq + 1",
        "INSERT INTO throttle_counters VALUES ('s', '', 0, 1); DELETE FROM throttle_counters",
        "SELECT * FROM staff, staff_sessions, __diesel_schema_migrations",
    ] {
        assert_eq!(
            as_postgres(&db, &[&file, &become_it, allowed]),
            Ok(()),
            "{allowed}"
        );
    }
    for refused in [
        "UPDATE audit_entries SET detail = 'x'",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
        "DELETE FROM audit_heads",
        "SET LOCAL tsubame.audit_retention = 'on'; DELETE FROM audit_entries",
        "ALTER TABLE audit_entries DISABLE TRIGGER USER",
        "DROP TABLE audit_entries",
        "UPDATE __diesel_schema_migrations SET version = '0'",
    ] {
        let answer = as_postgres(&db, &[&file, &become_it, refused]).unwrap_err();
        assert!(
            answer.contains("permission denied") || answer.contains("must be owner"),
            "{refused}: {answer}"
        );
    }
}

#[test]
fn the_owner_may_delete_entries_whose_time_is_over_and_must_say_so() {
    let Some(db) = TestDatabase::postgres() else {
        return;
    };
    append(&db).unwrap();
    let said = "SET LOCAL tsubame.audit_retention = 'on'";
    assert_eq!(
        as_postgres(&db, &[said, "DELETE FROM audit_entries"]),
        Ok(())
    );
    for refused in [
        "UPDATE audit_entries SET detail = 'x'",
        "TRUNCATE audit_entries",
    ] {
        let answer = as_postgres(&db, &[said, refused]).unwrap_err();
        assert!(answer.contains("written once"), "{refused}: {answer}");
    }
    assert!(as_postgres(&db, &["DELETE FROM audit_entries"]).is_err());
}

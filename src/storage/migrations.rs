//! The schema's versions, compiled in: which exist, which a database has, and how the missing ones are applied.
//!
//! All missing versions are applied in one transaction, so that a kill half-way leaves the old schema, whole. Two processes that start at once
//! wait for each other.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::{Purpose, in_transaction};
use super::{Db, StoreError, masters};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// How far a database's schema is from this program's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaState {
    /// Versions this program has and the database does not: run `tsubame migrate`.
    pub pending: Vec<String>,
    /// Versions the database has and this program does not know: it is older than the database, and must not run on it.
    pub unknown: Vec<String>,
}

impl SchemaState {
    /// Whether the schema is exactly the one this program was built for.
    pub fn is_current(&self) -> bool {
        self.pending.is_empty() && self.unknown.is_empty()
    }
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(QueryableByName)]
struct Exists {
    #[diesel(sql_type = Bool)]
    exists: bool,
}

/// Compares the database's schema with this program's. Writes nothing.
pub(super) fn state(db: &mut Db) -> Result<SchemaState, StoreError> {
    let known = versions(db)?;
    let applied: Vec<String> = if has_version_table(db)? {
        let rows: Vec<Version> =
            diesel::sql_query("SELECT version FROM __diesel_schema_migrations ORDER BY version")
                .load(db)?;
        rows.into_iter().map(|row| row.version).collect()
    } else {
        Vec::new()
    };
    Ok(SchemaState {
        pending: known
            .iter()
            .filter(|version| !applied.contains(version))
            .cloned()
            .collect(),
        unknown: applied
            .iter()
            .filter(|version| !known.contains(version))
            .cloned()
            .collect(),
    })
}

/// Applies what is missing; answers the versions applied.
pub(super) fn apply_pending(db: &mut Db) -> Result<Vec<String>, StoreError> {
    in_transaction(db, Purpose::Write, |db| {
        if let Db::Postgres(connection) = db {
            // Any number serves, as long as it is always the same one; other users of the server's advisory locks are not expected.
            connection.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(727000100)")?;
        }
        let applied = match db {
            Db::Sqlite(connection) => connection
                .run_pending_migrations(SQLITE)
                .map(|list| list.iter().map(ToString::to_string).collect()),
            Db::Postgres(connection) => connection
                .run_pending_migrations(POSTGRES)
                .map(|list| list.iter().map(ToString::to_string).collect()),
        };
        let applied = applied.map_err(|cause| {
            StoreError::Unavailable(format!(
                "the schema could not be brought up to date: {cause}"
            ))
        })?;
        // Every mission and municipality is a row wherever there is a schema.
        masters::apply_built_in(db)?;
        Ok(applied)
    })
}

/// Takes every version back, newest first (tests prove that each can be).
pub(super) fn revert_all(db: &mut Db) -> Result<(), StoreError> {
    in_transaction(db, Purpose::Write, |db| {
        let reverted = match db {
            Db::Sqlite(connection) => connection.revert_all_migrations(SQLITE).map(drop),
            Db::Postgres(connection) => connection.revert_all_migrations(POSTGRES).map(drop),
        };
        reverted.map_err(|cause| {
            StoreError::Unavailable(format!("the schema could not be taken back: {cause}"))
        })
    })
}

/// How many versions this program knows.
pub(super) fn count(db: &Db) -> Result<usize, StoreError> {
    Ok(versions(db)?.len())
}

fn versions(db: &Db) -> Result<Vec<String>, StoreError> {
    fn of<B: diesel::backend::Backend>(
        source: &EmbeddedMigrations,
    ) -> diesel::migration::Result<Vec<String>> {
        let list: Vec<Box<dyn Migration<B>>> = source.migrations()?;
        Ok(list
            .iter()
            .map(|migration| migration.name().version().to_string())
            .collect())
    }
    let list = match db {
        Db::Sqlite(_) => of::<diesel::sqlite::Sqlite>(&SQLITE),
        Db::Postgres(_) => of::<diesel::pg::Pg>(&POSTGRES),
    };
    let mut list =
        list.map_err(|cause| StoreError::Corrupt(format!("the list of schema versions: {cause}")))?;
    list.sort();
    Ok(list)
}

fn has_version_table(db: &mut Db) -> Result<bool, StoreError> {
    let query = match db {
        Db::Sqlite(_) => {
            "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = '__diesel_schema_migrations') AS \"exists\""
        }
        Db::Postgres(_) => {
            "SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL AS \"exists\""
        }
    };
    let answer: Exists = diesel::sql_query(query).get_result(db)?;
    Ok(answer.exists)
}

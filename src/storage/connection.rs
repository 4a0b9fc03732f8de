//! One connection type for both databases, how connections are made, and how transactions begin.
//!
//! SQLite and PostgreSQL behave differently where it hurts, so the differences are settled here, once: pragmas on every SQLite connection, time
//! limits on every PostgreSQL session, and the statement that opens a transaction. The scheme of the URL picks the engine; nothing is tried out.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::{PgConnection, SqliteConnection};

use super::error::StoreError;
use super::url::DatabaseUrl;

/// A connection to either database. Queries are written once; `each_backend!` is for the few that need the connection itself.
#[derive(diesel::MultiConnection)]
pub enum Db {
    /// PostgreSQL.
    Postgres(PgConnection),
    /// SQLite (last: its `establish` would take any text for a file name).
    Sqlite(SqliteConnection),
}

/// Runs the same expression on whichever connection it is. For `ON CONFLICT`, batches and the like, which diesel cannot express on [`Db`] itself; and
/// for what every page of an applicant asks: on [`Db`] a query's text is written anew each time, on the connection itself only the first time.
macro_rules! each_backend {
    ($db:expr, |$connection:ident| $query:expr) => {
        match $db {
            $crate::storage::Db::Postgres($connection) => $query,
            $crate::storage::Db::Sqlite($connection) => $query,
        }
    };
}

pub(super) use each_backend;

/// The backend of [`Db`]: either of the two.
pub(super) type DbBackend = <Db as Connection>::Backend;

type Transactions = <Db as Connection>::TransactionManager;

/// What a transaction may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// See one consistent moment. PostgreSQL refuses writes in it.
    Read,
    /// Change rows. SQLite takes its write lock at once: a read that later turns into a write would fail with "database is locked" whatever the
    /// busy timeout.
    Write,
}

/// Runs `work` in a transaction that commits when it succeeds and leaves nothing behind when it fails.
pub(super) fn in_transaction<T, E>(
    db: &mut Db,
    purpose: Purpose,
    work: impl FnOnce(&mut Db) -> Result<T, E>,
) -> Result<T, E>
where
    E: From<StoreError>,
{
    begin(db, purpose).map_err(StoreError::from)?;
    match work(db) {
        Ok(value) => {
            Transactions::commit_transaction(db).map_err(StoreError::from)?;
            Ok(value)
        }
        Err(refusal) => {
            // SQLite has rolled back by itself when the disk is full, PostgreSQL when it is gone: then this fails, the pool throws the connection
            // away, and the reason that counts is still the first one.
            if let Err(failure) = Transactions::rollback_transaction(db) {
                tracing::debug!(error = %failure, "nothing to roll back");
            }
            Err(refusal)
        }
    }
}

/// Runs `work` within the caller's transaction so that its failure takes back what it wrote and nothing else (a savepoint).
pub fn attempt<T, E: From<StoreError>>(
    db: &mut Db,
    work: impl FnOnce(&mut Db) -> Result<T, E>,
) -> Result<T, E> {
    Transactions::begin_transaction(db).map_err(StoreError::from)?;
    match work(db) {
        Ok(value) => {
            Transactions::commit_transaction(db).map_err(StoreError::from)?;
            Ok(value)
        }
        Err(refusal) => {
            Transactions::rollback_transaction(db).map_err(StoreError::from)?;
            Err(refusal)
        }
    }
}

fn begin(db: &mut Db, purpose: Purpose) -> QueryResult<()> {
    match (db, purpose) {
        (Db::Sqlite(connection), Purpose::Read) => {
            AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN")
        }
        (Db::Sqlite(connection), Purpose::Write) => {
            AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")
        }
        (Db::Postgres(connection), Purpose::Read) => AnsiTransactionManager::begin_transaction_sql(
            connection,
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        ),
        (Db::Postgres(connection), Purpose::Write) => {
            AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN")
        }
    }
}

/// Makes connections for the pool.
#[derive(Debug)]
pub(super) struct Connector {
    url: DatabaseUrl,
    /// A new SQLite file becomes a WAL file on its first connection; a second one that arrives meanwhile would be told "locked", whatever its patience.
    turn: Mutex<()>,
}

impl Connector {
    pub(super) fn new(url: DatabaseUrl) -> Self {
        Self {
            url,
            turn: Mutex::new(()),
        }
    }
}

impl ManageConnection for Connector {
    type Connection = Db;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Db, Self::Error> {
        match &self.url {
            DatabaseUrl::Sqlite(path) => {
                let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
                sqlite_connection(path).map(Db::Sqlite)
            }
            DatabaseUrl::Postgres(url) => postgres_connection(url).map(Db::Postgres),
        }
    }

    fn is_valid(&self, db: &mut Db) -> Result<(), Self::Error> {
        match db {
            // A file does not hang up.
            Db::Sqlite(_) => Ok(()),
            Db::Postgres(connection) => Ok(connection.ping()?),
        }
    }

    fn has_broken(&self, db: &mut Db) -> bool {
        std::thread::panicking() || db.is_broken()
    }
}

fn sqlite_connection(path: &Path) -> Result<SqliteConnection, diesel::r2d2::Error> {
    create_private(path)?;
    let name = path
        .to_str()
        .ok_or_else(|| ConnectionError::BadConnection("the file name is not UTF-8".to_owned()))?;
    let mut connection = SqliteConnection::establish(name)?;
    // The busy timeout comes first, because switching to WAL already needs a lock. FULL costs one fsync a commit; it is what "saved" means. What a
    // queue page touches in a database of years, 3 MiB, stays in the cache of each connection.
    connection.batch_execute(
        "PRAGMA busy_timeout = 5000;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -4096;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA secure_delete = ON;
         PRAGMA trusted_schema = OFF;",
    )?;
    Ok(connection)
}

/// Creates the file readable for its owner alone, if it does not exist yet (SQLite would follow the umask, and gives its WAL file the same mode).
fn create_private(path: &Path) -> Result<(), diesel::r2d2::Error> {
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
    {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => {
            Err(ConnectionError::BadConnection(format!("{}: {error}", path.display())).into())
        }
    }
}

fn postgres_connection(url: &str) -> Result<PgConnection, diesel::r2d2::Error> {
    let mut connection = PgConnection::establish(&with_time_limits(url))?;
    connection.batch_execute(
        "SET statement_timeout = '10s';
         SET lock_timeout = '5s';
         SET idle_in_transaction_session_timeout = '60s';
         SET application_name = 'tsubame';",
    )?;
    Ok(connection)
}

/// A host that does not answer, or stops answering, must not hold the pool's threads. What the URL says itself stays.
fn with_time_limits(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in [("connect_timeout", "2"), ("tcp_user_timeout", "10000")] {
        if !url.contains(&format!("{name}=")) {
            let separator = if url.contains('?') { "&" } else { "?" };
            url.extend([separator, name, "=", value]);
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;

    #[test]
    fn connections_that_meet_a_new_file_at_once_all_open() {
        let folder = tempfile::tempdir().unwrap();
        // One file rarely meets the race.
        for file in 0..40 {
            let connector =
                Connector::new(DatabaseUrl::file(&folder.path().join(format!("{file}.db"))));
            let start = Barrier::new(8);
            std::thread::scope(|scope| {
                let open = || {
                    start.wait();
                    connector.connect().map(drop)
                };
                let openings: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
                for opening in openings {
                    opening.join().unwrap().unwrap();
                }
            });
        }
    }
}

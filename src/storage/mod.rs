//! The database: the only place that knows diesel.
//!
//! [`Store`] hands out a connection inside a transaction: [`Store::read`] sees one consistent moment, [`Store::write`] commits what its closure did or
//! leaves nothing. Both block, so asynchronous code calls them from a blocking thread. Each aggregate has a file with its rows and its functions,
//! which take the transaction's connection and the present instant as parameters. Meaning is refused here: whether a step is allowed is decided in
//! `domain`, storage only refuses what is no longer so ([`StoreError::Conflict`]).
//!
//! Decisions:
//! - One set of queries for SQLite and PostgreSQL; `each_backend!` where diesel cannot say it once.
//! - State changes are compare-and-set (`UPDATE … WHERE id AND status = expected`); no row locks, no check-then-act.
//! - Instants are parameters, stored as microseconds; no query asks the database for the time.
//! - One row is read with `get_result`, not `first`: that would bind a `LIMIT`, and SQLite prepares a statement anew whenever its bound limit is set.
//! - Codes and languages are text with a `CHECK`; JSON is text that only this program reads.

pub mod applications;
pub mod audit;
pub mod audit_checks;
pub mod audit_seals;
pub mod audit_search;
pub mod audit_verification;
pub mod backup;
pub mod bags;
pub mod batch_items;
pub mod batch_schedules;
pub mod batches;
pub mod birth_tries;
pub mod bulk;
pub mod card_disposals;
pub mod card_returns;
pub mod card_transfers;
pub mod cards_to_ship;
pub mod case_checks;
mod case_columns;
pub mod case_deadlines;
pub mod case_facts;
pub mod case_lock;
mod case_schema;
pub mod case_search;
pub mod cases;
pub mod challenges;
mod connection;
pub mod decisions;
pub mod defects;
pub mod desk_rounds;
pub mod destruction_records;
pub mod disk;
pub mod email_changes;
mod error;
pub mod exchange_keys;
mod exchange_schema;
pub mod expected_windows;
pub mod health;
pub mod history;
pub mod idempotency;
pub mod inquiries;
pub mod jobs;
pub mod mailboxes;
pub mod masters;
mod migrations;
pub mod notice_texts;
mod office_schema;
pub mod offices;
pub mod operation_records;
mod operation_schema;
pub mod outbox;
pub mod pending_posts;
pub mod photo_checks;
pub mod photos;
pub mod postings;
pub mod queue_counts;
pub mod queue_rows;
pub mod queues;
pub mod reminders;
pub mod results;
pub mod retention;
pub mod revisions;
pub mod schema;
pub mod sealed_values;
pub mod sections;
pub mod sessions;
pub mod shipment_arrivals;
pub mod shipment_lines;
mod shipment_schema;
pub mod shipments;
pub mod staff;
pub mod staff_acts;
pub mod staff_credentials;
pub mod staff_notes;
pub mod staff_sessions;
pub mod tasks;
pub mod throttle;
pub mod turns;
mod types;
mod url;
pub mod views;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::r2d2::{HandleError, Pool, PooledConnection};

use connection::{Connector, Purpose, in_transaction};
pub use connection::{Db, attempt};
pub use error::StoreError;
pub use migrations::SchemaState;
pub use url::{DatabaseUrl, DatabaseUrlError};

/// A pool of connections to one database. Cheap to clone; shared by all threads.
#[derive(Clone)]
pub struct Store {
    pool: Pool<Connector>,
    /// SQLite has one writer at a time. Waiting here is fair and holds no connection; waiting in SQLite is neither.
    writers: Option<Arc<Mutex<()>>>,
    url: DatabaseUrl,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.url)
    }
}

impl Store {
    /// A store for the database at `url`. Nothing is asked of the database yet, so that a process can start while it is away: the first
    /// [`read`](Self::read) says [`StoreError::Unavailable`] then.
    pub fn open(url: &DatabaseUrl) -> Self {
        let (connections, patience) = match url {
            // Readers do not block each other; a few connections serve all of them.
            DatabaseUrl::Sqlite(_) => (8, Duration::from_secs(5)),
            // Short, so that a database that is gone is answered with 503 within two seconds.
            DatabaseUrl::Postgres(_) => (12, Duration::from_millis(1500)),
        };
        let pool = Pool::builder()
            .max_size(connections)
            .min_idle(Some(1))
            .connection_timeout(patience)
            .test_on_check_out(true)
            .error_handler(Box::new(ReportToLog))
            .build_unchecked(Connector::new(url.clone()));
        Self {
            pool,
            writers: url.is_sqlite().then(Arc::default),
            url: url.clone(),
        }
    }

    /// Where the database is; printing it shows no password.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Runs `work` on one consistent moment of the database.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut db = self.connection()?;
        in_transaction(&mut db, Purpose::Read, work)
    }

    /// Runs `work` in a transaction that commits when it succeeds; whatever it answers as an error leaves the database as it was.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, E>,
    ) -> Result<T, E> {
        // A panic of an earlier writer rolled its transaction back: the gate is as good as before.
        let _turn = self
            .writers
            .as_ref()
            .map(|gate| gate.lock().unwrap_or_else(PoisonError::into_inner));
        let mut db = self.connection()?;
        in_transaction(&mut db, Purpose::Write, work)
    }

    /// How far the database's schema is from this program's.
    pub fn schema_state(&self) -> Result<SchemaState, StoreError> {
        let mut db = self.connection()?;
        migrations::state(&mut db)
    }

    /// Brings the schema up to date; answers the versions applied.
    pub fn migrate(&self) -> Result<Vec<String>, StoreError> {
        let mut db = self.connection()?;
        migrations::apply_pending(&mut db)
    }

    /// Takes the whole schema back, and every row with it.
    pub fn revert_migrations(&self) -> Result<(), StoreError> {
        let mut db = self.connection()?;
        migrations::revert_all(&mut db)
    }

    /// How many connections of the pool are open, and how many of these are idle.
    pub fn connections(&self) -> (u32, u32) {
        let state = self.pool.state();
        (state.connections, state.idle_connections)
    }

    fn connection(&self) -> Result<PooledConnection<Connector>, StoreError> {
        Ok(self.pool.get()?)
    }
}

/// Failures to connect go to the log; the caller hears of them when its patience ends.
#[derive(Debug)]
struct ReportToLog;

impl HandleError<diesel::r2d2::Error> for ReportToLog {
    fn handle_error(&self, error: diesel::r2d2::Error) {
        tracing::warn!(error = %error, "database connection failed");
    }
}

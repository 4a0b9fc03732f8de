//! Copies of an SQLite database, taken while it is in use, and the way back. A file copy of a live database can be empty or torn; SQLite's own backup
//! never is.
//!
//! PostgreSQL has its own tools for this (`pg_dump`, base backups with WAL): both functions refuse it with a word that says so.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel::r2d2::ManageConnection;
use jiff::Timestamp;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::audit::{self, Chain, NewEntry};
use super::connection::{Connector, Purpose, in_transaction};
use super::url::DatabaseUrl;
use super::{StoreError, migrations, outbox, sessions, staff_sessions};

/// How long a copy waits for the source when another process holds it exclusively.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why there is no backup, or no restored database.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Not an SQLite database.
    #[error(
        "this database is PostgreSQL: back it up with pg_dump (or a base backup with WAL archiving) and restore it with pg_restore"
    )]
    NotSqlite,
    /// There is something at the target already.
    #[error("{} exists already; nothing was changed", .0.display())]
    Exists(PathBuf),
    /// The database to be copied is not there.
    #[error("{} does not exist", .0.display())]
    Missing(PathBuf),
    /// A program has the target open.
    #[error("{} is in use: stop the program that serves it first", .0.display())]
    InUse(PathBuf),
    /// The file is not a sound database.
    #[error("{} is damaged: {detail}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What SQLite found.
        detail: String,
    },
    /// The file is a database, of something else or of a later version.
    #[error("{} is not a database of this version of the program", .0.display())]
    Foreign(PathBuf),
    /// SQLite failed.
    #[error("SQLite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The restored copy could not be prepared.
    #[error("the restored copy could not be prepared: {0}")]
    Store(#[from] StoreError),
    /// The file system failed.
    #[error("{}: {cause}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
}

/// What a restore did besides copying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// Mails that waited when the backup was made: they may have been sent since, so they are held until somebody releases them.
    pub mails_held: usize,
    /// Sessions that were ended: some of them were perhaps ended before, after the backup.
    pub sessions_ended: usize,
}

/// Copies the database at `url`, in use or not, to the new file `to`, and checks the copy.
pub fn backup(url: &DatabaseUrl, to: &Path) -> Result<(), BackupError> {
    match url {
        DatabaseUrl::Sqlite(from) => backup_sqlite(from, to),
        DatabaseUrl::Postgres(_) => Err(BackupError::NotSqlite),
    }
}

/// Copies the SQLite file `from`, in use or not, to the new file `to`, and checks the copy. The copy is readable for its owner alone.
pub fn backup_sqlite(from: &Path, to: &Path) -> Result<(), BackupError> {
    let source = open_existing(from)?;
    create_private(to)?;
    let copied = copy(&source, to).and_then(|()| verify(to));
    if copied.is_err() {
        // Half a copy must not look like one; what stopped it is the error worth telling.
        let _ = std::fs::remove_file(to);
    }
    copied
}

/// Puts the backup `from` in the place of the database at `url`. A database that is in use is never replaced, one with content only with `force`.
/// Until the last step, a rename, the old one is untouched.
pub fn restore(
    from: &Path,
    url: &DatabaseUrl,
    force: bool,
    now: Timestamp,
) -> Result<Restored, BackupError> {
    let DatabaseUrl::Sqlite(to) = url else {
        return Err(BackupError::NotSqlite);
    };
    verify(from)?;
    if std::fs::metadata(to).is_ok_and(|file| file.len() > 0) {
        if !force {
            return Err(BackupError::Exists(to.clone()));
        }
        ensure_idle(to)?;
    }
    let unfinished = beside(to, ".restoring");
    remove_if_there(&unfinished)?;
    backup_sqlite(from, &unfinished)?;
    let restored = prepare(&unfinished, from, now)?;
    settle(&unfinished)?;
    for companion in ["-wal", "-shm", "-journal"] {
        remove_if_there(&beside(to, companion))?;
    }
    std::fs::rename(&unfinished, to).map_err(|cause| BackupError::File {
        path: to.clone(),
        cause,
    })?;
    sync_folder(to)?;
    Ok(restored)
}

/// Brings the copy up to date, and forgets what must not come back to life. One connection, closed before the rename: a pool's might linger.
fn prepare(copy: &Path, from: &Path, now: Timestamp) -> Result<Restored, BackupError> {
    let mut db = Connector::new(DatabaseUrl::file(copy))
        .connect()
        .map_err(|cause| StoreError::Unavailable(cause.to_string()))?;
    let schema = migrations::state(&mut db)?;
    let knows_nothing = schema.pending.len() == migrations::count(&db)?;
    if knows_nothing || !schema.unknown.is_empty() {
        return Err(BackupError::Foreign(from.to_path_buf()));
    }
    migrations::apply_pending(&mut db)?;
    let restored: Result<Restored, StoreError> = in_transaction(&mut db, Purpose::Write, |db| {
        let mails_held = outbox::hold_queued(db, now)?;
        let sessions_ended = sessions::delete_all(db)? + staff_sessions::delete_all(db)?;
        let detail = format!("mails_held={mails_held} sessions_ended={sessions_ended}");
        let chain = Chain::system();
        let entry = NewEntry {
            chain: &chain,
            actor: "system",
            action: "database.restored",
            detail: &detail,
        };
        audit::append(db, &entry, now)?;
        Ok(Restored {
            mails_held,
            sessions_ended,
        })
    });
    Ok(restored?)
}

fn copy(source: &Connection, to: &Path) -> Result<(), BackupError> {
    let mut target = Connection::open(to)?;
    target.pragma_update(None, "synchronous", "FULL")?;
    {
        // In one step, the copy is one moment of the database; writers go on meanwhile (WAL).
        let backup = Backup::new(source, &mut target)?;
        let mut waited = Duration::ZERO;
        while backup.step(-1)? != StepResult::Done {
            if waited >= PATIENCE {
                return Err(rusqlite::Error::SqliteFailure(
                    rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY),
                    None,
                )
                .into());
            }
            std::thread::sleep(Duration::from_millis(50));
            waited += Duration::from_millis(50);
        }
    }
    drop(target);
    settle(to)
}

/// Makes the database one file, without a WAL beside it.
fn settle(path: &Path) -> Result<(), BackupError> {
    let connection = open_existing(path)?;
    connection.pragma_update(None, "journal_mode", "DELETE")?;
    drop(connection);
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.map_err(|cause| BackupError::File {
        path: path.to_path_buf(),
        cause,
    })
}

/// Checks that a file is a whole SQLite database with sound foreign keys.
pub fn verify(path: &Path) -> Result<(), BackupError> {
    let connection = open_existing(path)?;
    let damaged = |detail: String| BackupError::Damaged {
        path: path.to_path_buf(),
        detail,
    };
    let check = connection.query_row("PRAGMA integrity_check(1)", [], |row| {
        row.get::<_, String>(0)
    });
    let answer = check.map_err(|cause| damaged(cause.to_string()))?;
    if answer != "ok" {
        return Err(damaged(answer));
    }
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    if statement.exists([])? {
        Err(damaged("a row refers to one that is missing".to_owned()))
    } else {
        Ok(())
    }
}

/// Whoever has a database open in WAL mode holds a lock that excludes this one.
fn ensure_idle(path: &Path) -> Result<(), BackupError> {
    let connection = open_existing(path)?;
    connection.busy_timeout(Duration::ZERO)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    match connection.execute_batch("BEGIN EXCLUSIVE; ROLLBACK") {
        Ok(()) => Ok(()),
        Err(cause) if cause.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
            Err(BackupError::InUse(path.to_path_buf()))
        }
        // What cannot even be read is in nobody's use: replacing it is what the restore is for.
        Err(cause) if cause.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => {
            Ok(())
        }
        Err(cause) if cause.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseCorrupt) => {
            Ok(())
        }
        Err(cause) => Err(cause.into()),
    }
}

fn open_existing(path: &Path) -> Result<Connection, BackupError> {
    if !path.exists() {
        return Err(BackupError::Missing(path.to_path_buf()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    Ok(connection)
}

fn create_private(path: &Path) -> Result<(), BackupError> {
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
    {
        Ok(_) => Ok(()),
        Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(BackupError::Exists(path.to_path_buf()))
        }
        Err(cause) => Err(BackupError::File {
            path: path.to_path_buf(),
            cause,
        }),
    }
}

fn remove_if_there(path: &Path) -> Result<(), BackupError> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(cause) => Err(BackupError::File {
            path: path.to_path_buf(),
            cause,
        }),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn sync_folder(path: &Path) -> Result<(), BackupError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|cause| BackupError::File {
        path: folder.to_path_buf(),
        cause,
    })
}

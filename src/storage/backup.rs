//! Copies of an SQLite database, taken while it is in use. A file copy of a live database can be empty or torn; SQLite's own backup never is.
//!
//! PostgreSQL has its own tools for this (`pg_dump`, base backups with WAL): [`backup`] refuses it with a word that says so.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use super::url::DatabaseUrl;

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
    /// The copy is not a sound database of this program.
    #[error("{} is damaged: {detail}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What SQLite found.
        detail: String,
    },
    /// SQLite failed.
    #[error("SQLite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file system failed.
    #[error("{}: {cause}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
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

fn copy(source: &Connection, to: &Path) -> Result<(), BackupError> {
    let mut target = Connection::open(to)?;
    target.pragma_update(None, "synchronous", "FULL")?;
    // In one step the copy is one moment of the database, and writers wait for no longer than it takes (about 1 GB/s was measured).
    Backup::new(source, &mut target)?.run_to_completion(i32::MAX, Duration::ZERO, None)?;
    // The copy is one file: without a WAL beside it.
    target.pragma_update(None, "journal_mode", "DELETE")?;
    Ok(())
}

/// Checks that a file is a whole SQLite database with sound foreign keys.
pub fn verify(path: &Path) -> Result<(), BackupError> {
    let connection = open_existing(path)?;
    let damaged = |detail: String| BackupError::Damaged {
        path: path.to_path_buf(),
        detail,
    };
    let answer: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|cause| damaged(cause.to_string()))?;
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

fn open_existing(path: &Path) -> Result<Connection, BackupError> {
    if !path.exists() {
        return Err(BackupError::Missing(path.to_path_buf()));
    }
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(Duration::from_secs(5))?;
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

//! What can go wrong with the database, in the words the rest of the program decides by. Built in one place, from diesel's errors.

use diesel::r2d2::PoolError;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A refused or failed storage call.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The row asked for does not exist (or is not yours: the two are told apart nowhere).
    #[error("no such row")]
    NotFound,
    /// Somebody else was first: a compare-and-set found another state, or a unique or foreign key refused.
    #[error("changed meanwhile")]
    Conflict,
    /// The database cannot be used right now: gone, locked, full, or all connections are busy. Trying again later is right.
    #[error("the database cannot be used right now: {0}")]
    Unavailable(String),
    /// A stored value does not mean anything to this program.
    #[error("a stored value cannot be read: {0}")]
    Corrupt(String),
    /// Anything else: a defect of ours.
    #[error("database error")]
    Database(#[source] DieselError),
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(kind, information) => {
                let message = information.message();
                match kind {
                    DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::ForeignKeyViolation => {
                        Self::Conflict
                    }
                    DatabaseErrorKind::ClosedConnection
                    | DatabaseErrorKind::UnableToSendCommand
                    | DatabaseErrorKind::SerializationFailure => {
                        Self::Unavailable(message.to_owned())
                    }
                    _ if means_unavailable(message) => Self::Unavailable(message.to_owned()),
                    _ if message.contains("malformed") => Self::Corrupt(message.to_owned()),
                    _ => Self::Database(DieselError::DatabaseError(kind, information)),
                }
            }
            DieselError::DeserializationError(cause) => Self::Corrupt(cause.to_string()),
            DieselError::BrokenTransactionManager => {
                Self::Unavailable("the transaction was lost".to_owned())
            }
            other => Self::Database(other),
        }
    }
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// Whether a message of SQLite or PostgreSQL speaks of a state that passes. Diesel passes no code on for these, so the text decides.
fn means_unavailable(message: &str) -> bool {
    const PASSING: [&str; 16] = [
        // SQLite
        "database is locked",
        "database table is locked",
        "database or disk is full",
        "disk I/O error",
        "unable to open database file",
        "attempt to write a readonly database",
        // PostgreSQL
        "No space left on device",
        "server closed the connection",
        "terminating connection",
        "connection to server",
        "the database system is",
        "statement timeout",
        "lock timeout",
        "deadlock detected",
        "no connection to the server",
        "could not receive data from server",
    ];
    PASSING.iter().any(|text| message.contains(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: DatabaseErrorKind, message: &str) -> StoreError {
        DieselError::DatabaseError(kind, Box::new(message.to_owned())).into()
    }

    #[test]
    fn passing_troubles_are_told_apart_from_defects() {
        for message in [
            "database is locked",
            "database or disk is full",
            "disk I/O error",
            "terminating connection due to administrator command",
        ] {
            assert!(
                matches!(
                    of(DatabaseErrorKind::Unknown, message),
                    StoreError::Unavailable(_)
                ),
                "{message}"
            );
        }
        assert!(matches!(
            of(DatabaseErrorKind::ClosedConnection, "x"),
            StoreError::Unavailable(_)
        ));
        assert!(matches!(
            of(DatabaseErrorKind::Unknown, "no such column: x"),
            StoreError::Database(_)
        ));
        assert!(matches!(
            of(DatabaseErrorKind::CheckViolation, "CHECK constraint failed"),
            StoreError::Database(_)
        ));
    }

    #[test]
    fn a_unique_key_that_refuses_is_a_conflict() {
        assert!(matches!(
            of(DatabaseErrorKind::UniqueViolation, "x"),
            StoreError::Conflict
        ));
    }
}

//! `DATABASE_URL`: which database, and where. Two forms and nothing else, because a mistyped scheme would otherwise become a file of that name.

use std::fmt;
use std::path::{Path, PathBuf};

/// A database address: a file for SQLite, a connection string for PostgreSQL (with several hosts, if failover is wanted).
///
/// Printing it never shows a password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`
    Sqlite(PathBuf),
    /// `postgres://…` or `postgresql://…`
    Postgres(String),
}

/// Why a text is not a database address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Neither of the two schemes.
    #[error("DATABASE_URL must be sqlite:PATH or postgres://USER@HOST/DATABASE")]
    UnknownScheme,
    /// `sqlite:` and nothing after it.
    #[error(
        "DATABASE_URL names no file: write sqlite:PATH, for example sqlite:/var/lib/tsubame/tsubame.db"
    )]
    NoPath,
    /// `sqlite:` with an in-memory name or a URI: every connection would see another database.
    #[error(
        "DATABASE_URL must name a plain file on disk: write sqlite:PATH, without ://, file: or :memory:"
    )]
    NotAFile,
    /// `postgres://` without a host or database.
    #[error("DATABASE_URL names no database: write postgres://USER@HOST/DATABASE")]
    NoDatabase,
}

impl std::str::FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return sqlite(path);
        }
        let rest = text
            .strip_prefix("postgres://")
            .or_else(|| text.strip_prefix("postgresql://"));
        let rest = rest.ok_or(DatabaseUrlError::UnknownScheme)?;
        let location = rest.split('?').next().unwrap_or_default();
        match location.rsplit_once('/') {
            Some((_, database)) if !database.is_empty() => Ok(Self::Postgres(text.to_owned())),
            _ => Err(DatabaseUrlError::NoDatabase),
        }
    }
}

fn sqlite(path: &str) -> Result<DatabaseUrl, DatabaseUrlError> {
    let is_uri = path.starts_with("//") && !path.starts_with("///");
    if path.is_empty() {
        Err(DatabaseUrlError::NoPath)
    } else if is_uri || path.starts_with("file:") || path.starts_with(':') || path.contains('\0') {
        Err(DatabaseUrlError::NotAFile)
    } else {
        Ok(DatabaseUrl::Sqlite(PathBuf::from(path)))
    }
}

impl DatabaseUrl {
    /// The database in the file `path`.
    pub fn file(path: &Path) -> Self {
        Self::Sqlite(path.to_path_buf())
    }

    /// Whether this is the embedded engine.
    pub const fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

/// `scheme://user:secret@host/db?password=secret` with the secrets starred out; parameters other than well-known harmless ones are starred too.
fn without_password(url: &str) -> String {
    let (location, parameters) = url
        .split_once('?')
        .map_or((url, None), |(l, p)| (l, Some(p)));
    let (scheme, rest) = location.split_once("://").unwrap_or(("postgres", location));
    let place = rest.rsplit_once('@').map_or_else(
        || rest.to_owned(),
        |(credentials, place)| match credentials.split_once(':') {
            Some((user, _)) => format!("{user}:***@{place}"),
            None => format!("{credentials}@{place}"),
        },
    );
    let parameters = parameters.map_or_else(String::new, |text| {
        let masked: Vec<String> = text.split('&').map(masked_parameter).collect();
        format!("?{}", masked.join("&"))
    });
    format!("{scheme}://{place}{parameters}")
}

fn masked_parameter(parameter: &str) -> String {
    const HARMLESS: [&str; 6] = [
        "host",
        "port",
        "sslmode",
        "application_name",
        "connect_timeout",
        "target_session_attrs",
    ];
    match parameter.split_once('=') {
        Some((name, _)) if !HARMLESS.contains(&name) => format!("{name}=***"),
        _ => parameter.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_forms_are_accepted() {
        for good in [
            "sqlite:/tmp/a.db",
            "sqlite:a.db",
            "sqlite:///tmp/a.db",
            "postgres://u@h/d",
            "postgresql://u:p@h1:1,h2:2/d?target_session_attrs=read-write",
            "postgres:///d?host=/run/pg",
        ] {
            assert!(good.parse::<DatabaseUrl>().is_ok(), "{good}");
        }
        let bad = [
            ("", DatabaseUrlError::UnknownScheme),
            ("postgress://h/d", DatabaseUrlError::UnknownScheme),
            ("/tmp/a.db", DatabaseUrlError::UnknownScheme),
            ("mysql://h/d", DatabaseUrlError::UnknownScheme),
            ("sqlite:", DatabaseUrlError::NoPath),
            ("sqlite::memory:", DatabaseUrlError::NotAFile),
            ("sqlite://a.db", DatabaseUrlError::NotAFile),
            ("sqlite:file:a.db?mode=memory", DatabaseUrlError::NotAFile),
            ("postgres://", DatabaseUrlError::NoDatabase),
            ("postgres://host/", DatabaseUrlError::NoDatabase),
        ];
        for (text, error) in bad {
            assert_eq!(text.parse::<DatabaseUrl>(), Err(error), "{text}");
        }
    }

    #[test]
    fn printing_shows_no_password() {
        let cases = [
            (
                "postgres://tsubame:s3cret@db/portal",
                "postgres://tsubame:***@db/portal",
            ),
            (
                "postgres://tsubame:p@ss:w@db/portal",
                "postgres://tsubame:***@db/portal",
            ),
            (
                "postgres://tsubame@db/portal?password=s3cret&sslmode=require",
                "postgres://tsubame@db/portal?password=***&sslmode=require",
            ),
            ("postgres://db/portal", "postgres://db/portal"),
            ("sqlite:/var/lib/t.db", "sqlite:/var/lib/t.db"),
        ];
        for (text, shown) in cases {
            let url: DatabaseUrl = text.parse().unwrap();
            assert_eq!(url.to_string(), shown);
            assert!(!format!("{url:?}").contains("s3cret"));
        }
    }
}

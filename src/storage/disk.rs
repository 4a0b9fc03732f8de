//! Room on the disk: where the database lies, as far as this machine can see it.

use std::path::Path;

use super::url::DatabaseUrl;

/// Free bytes where an SQLite database lies; a PostgreSQL server's disk is not ours to see, so the answer is about this machine's own then.
pub fn free_bytes(url: &DatabaseUrl) -> Option<u64> {
    let place = match url {
        DatabaseUrl::Sqlite(file) => file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new(".")),
        DatabaseUrl::Postgres(_) => Path::new("."),
    };
    let room = rustix::fs::statvfs(place).ok()?;
    room.f_bavail.checked_mul(room.f_frsize)
}

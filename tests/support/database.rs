//! A database for each test, of each kind. `on_each_database!` runs a test on both: `cargo test ::sqlite` needs nothing installed.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use diesel::{Connection, PgConnection, RunQueryDsl};
use tempfile::TempDir;
use tsubame::storage::{DatabaseUrl, Store};

use super::postgres::{SERVER, Server};

/// A migrated SQLite file that tests copy.
static TEMPLATE: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("template.db");
    let copy = folder.path().join("copy.db");
    let store = Store::open(&DatabaseUrl::file(&file));
    store.migrate().unwrap();
    tsubame::storage::backup::backup_sqlite(&file, &copy).unwrap();
    (folder, copy)
});

/// A database of one test, with every migration applied; it goes when the test ends.
pub(crate) struct TestDatabase {
    /// The store under test.
    pub(crate) store: Store,
    /// Where it is.
    pub(crate) url: DatabaseUrl,
    place: Place,
}

enum Place {
    Folder(TempDir),
    Server(String),
    OfAnother,
}

impl TestDatabase {
    /// A migrated SQLite database.
    pub(crate) fn sqlite() -> Self {
        Self::in_folder(Some(&TEMPLATE.1))
    }

    /// An SQLite database without any table.
    pub(crate) fn empty_sqlite() -> Self {
        Self::in_folder(None)
    }

    fn in_folder(template: Option<&Path>) -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("test.db");
        if let Some(template) = template {
            std::fs::copy(template, &file).unwrap();
        }
        let url = DatabaseUrl::file(&file);
        Self {
            store: Store::open(&url),
            url,
            place: Place::Folder(folder),
        }
    }

    /// A migrated PostgreSQL database; `None` when there is no server.
    pub(crate) fn postgres() -> Option<Self> {
        Self::on_server(true)
    }

    /// A PostgreSQL database without any table; `None` when there is no server.
    pub(crate) fn empty_postgres() -> Option<Self> {
        Self::on_server(false)
    }

    fn on_server(migrated: bool) -> Option<Self> {
        let server = SERVER.as_ref()?;
        let name = server.create(migrated);
        let url: DatabaseUrl = server.url(&name).parse().unwrap();
        Some(Self {
            store: Store::open(&url),
            url,
            place: Place::Server(name),
        })
    }

    /// A migrated database on `server`, which drops it when it goes itself.
    pub(crate) fn on(server: &Server) -> Self {
        let url: DatabaseUrl = server.url(&server.create(true)).parse().unwrap();
        Self {
            store: Store::open(&url),
            url,
            place: Place::OfAnother,
        }
    }

    /// The folder of an SQLite database.
    pub(crate) fn folder(&self) -> &Path {
        match &self.place {
            Place::Folder(folder) => folder.path(),
            Place::Server(_) | Place::OfAnother => panic!("{} is not a file", self.url),
        }
    }
}

impl TestDatabase {
    /// Whether `text` stands anywhere in the database, in whatever column, as text or as bytes; of an SQLite file, also in what was deleted.
    pub(crate) fn holds(&self, text: &str) -> bool {
        match &self.url {
            DatabaseUrl::Sqlite(file) => {
                let wal = PathBuf::from(format!("{}-wal", file.display()));
                [file, &wal]
                    .into_iter()
                    .filter_map(|file| std::fs::read(file).ok())
                    .any(|bytes| memory_holds(&bytes, text.as_bytes()))
            }
            DatabaseUrl::Postgres(_) => {
                let hex = data_encoding::HEXLOWER.encode(text.as_bytes());
                all_rows(&self.url)
                    .iter()
                    .any(|row| row.contains(text) || row.contains(&hex))
            }
        }
    }
}

/// Whether `part` stands in `bytes`.
pub(crate) fn memory_holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Every row of every table of a PostgreSQL database as JSON.
fn all_rows(url: &DatabaseUrl) -> Vec<String> {
    let DatabaseUrl::Postgres(url) = url else {
        panic!("{url} is not PostgreSQL")
    };
    let mut connection = PgConnection::establish(url).unwrap();
    let tables: Vec<Line> = diesel::sql_query("SELECT table_name::text AS line FROM information_schema.tables WHERE table_schema = 'public'").load(&mut connection).unwrap();
    let rows_of = |table: Line| -> Vec<Line> {
        let query = format!(
            "SELECT row_to_json(t)::text AS line FROM \"{}\" t",
            table.line
        );
        diesel::sql_query(query).load(&mut connection).unwrap()
    };
    tables
        .into_iter()
        .flat_map(rows_of)
        .map(|row| row.line)
        .collect()
}

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Place::Server(name) = &self.place {
            SERVER.as_ref().unwrap().drop_database(name);
        }
    }
}

/// Runs each test on SQLite and on PostgreSQL: `name::sqlite` and `name::postgres`. `async fn` runs on actix's runtime.
#[macro_export]
macro_rules! on_each_database {
    ($($(#[$meta:meta])* fn $name:ident($db:ident: TestDatabase) $body:block)+) => {$(
        $(#[$meta])*
        fn $name($db: $crate::support::database::TestDatabase) $body

        mod $name {
            #[test]
            fn sqlite() {
                super::$name($crate::support::database::TestDatabase::sqlite());
            }

            #[test]
            fn postgres() {
                $crate::support::database::TestDatabase::postgres().map(super::$name);
            }
        }
    )+};
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: TestDatabase) $body:block)+) => {$(
        $(#[$meta])*
        async fn $name($db: $crate::support::database::TestDatabase) $body

        mod $name {
            #[test]
            fn sqlite() {
                actix_web::rt::System::new().block_on(super::$name($crate::support::database::TestDatabase::sqlite()));
            }

            #[test]
            fn postgres() {
                if let Some(database) = $crate::support::database::TestDatabase::postgres() {
                    actix_web::rt::System::new().block_on(super::$name(database));
                }
            }
        }
    )+};
}

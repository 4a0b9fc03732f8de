//! A database for each test, of each kind. `on_each_database!` runs a test on both: `cargo test ::sqlite` needs nothing installed.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tempfile::TempDir;
use tsubame::storage::{DatabaseUrl, Store};

use super::postgres::SERVER;

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

    /// The folder of an SQLite database.
    pub(crate) fn folder(&self) -> &Path {
        match &self.place {
            Place::Folder(folder) => folder.path(),
            Place::Server(name) => panic!("{name} is not a file"),
        }
    }
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

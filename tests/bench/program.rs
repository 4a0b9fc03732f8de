//! The program under measurement: `tsubame serve` in a process of its own, as it runs behind a proxy, on a database file on disk.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tsubame::security::keys::KeyRing;
use tsubame::storage::{DatabaseUrl, Store};

use crate::http::Connection;
use crate::machine;

/// HTTP worker threads, of the program and of the yardstick.
pub(crate) const WORKERS: usize = 2;

/// A folder with a database, keys and mail that outlives the processes working on it.
pub(crate) struct House {
    folder: TempDir,
    keys: String,
    /// A database elsewhere, in place of the folder's own.
    server: Option<String>,
}

impl House {
    pub(crate) fn new() -> Self {
        // Beside the build, on a disk: the temporary folder of the system may be memory, where every commit is free.
        let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        Self {
            folder,
            keys: KeyRing::generate().unwrap().to_text().to_string(),
            server: None,
        }
    }

    /// A house whose database is the one at this address.
    pub(crate) fn on(server: &str) -> Self {
        Self {
            server: Some(server.to_owned()),
            ..Self::new()
        }
    }

    /// Where its database is.
    pub(crate) fn url(&self) -> String {
        let own = || format!("sqlite:{}", self.database().display());
        self.server.clone().unwrap_or_else(own)
    }

    /// What its database is.
    pub(crate) fn engine(&self) -> &'static str {
        if self.server.is_some() {
            "PostgreSQL"
        } else {
            "SQLite"
        }
    }

    /// Runs a command of the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) {
        let ended = self.command().args(arguments).status().unwrap();
        assert!(ended.success(), "{arguments:?}");
    }

    /// Makes the schema and so many invented cases; `more` are further arguments of `tsubame seed`.
    pub(crate) fn fill(&self, applications: u64, more: &[&str]) {
        self.run(&["migrate"]);
        let count = applications.to_string();
        let mut arguments = vec![
            "seed",
            "--yes-into-an-empty-database",
            "--applications",
            &count,
        ];
        arguments.extend(more);
        self.run(&arguments);
    }

    /// Its database, beside the program.
    pub(crate) fn store(&self) -> Store {
        Store::open(&self.url().parse::<DatabaseUrl>().unwrap())
    }

    /// A folder for files of the measurement.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tsubame"));
        command
            .env("DATABASE_URL", self.url())
            .env("TSUBAME_BASE_URL", "http://127.0.0.1:8080")
            .env("TSUBAME_KEYS", &self.keys)
            .env("TSUBAME_MAIL", format!("mailbox:{}", self.mail().display()))
            .env("TSUBAME_MAIL_FROM", "no-reply@card.example.jp")
            .env("TSUBAME_LOG", "warn");
        command
    }

    /// Where its mails arrive.
    pub(crate) fn mail(&self) -> PathBuf {
        self.folder.path().join("mail")
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("tsubame.db")
    }

    /// Size of the database, in MiB.
    pub(crate) fn database_size(&self) -> f64 {
        let bytes = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
        f64::from(u32::try_from(bytes(&self.database()) / 1024).unwrap()) / 1024.0
    }

    /// Starts the program and waits for its first page; also says how long that took.
    pub(crate) fn open(&self) -> (Program, Duration) {
        let free = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let begun = Instant::now();
        let child = self
            .command()
            .arg("serve")
            .env("TSUBAME_LISTEN", address.to_string())
            .env("TSUBAME_BASE_URL", format!("http://{address}"))
            .env("TSUBAME_TRUSTED_PROXIES", "1")
            .env("TSUBAME_WORKERS", WORKERS.to_string())
            .spawn()
            .unwrap();
        let program = Program { child, address };
        while begun.elapsed() < Duration::from_secs(30) {
            let page = Connection::open(address).and_then(|mut connection| connection.get("/", ""));
            if page.is_ok_and(|page| page.status == 200) {
                return (program, begun.elapsed());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        panic!("the program shows no page");
    }
}

/// The program is idle when it uses less than this of a core between two looks, so many times one after another.
const IDLE_SECONDS: f64 = 0.05;
const LOOK_EVERY: Duration = Duration::from_millis(500);
const QUIET_TURNS: u32 = 4;

/// The program, running. It is killed when this goes.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Program {
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the rounds of a start (reminders, deadlines, windows) are over and the program is idle; answers how long that took. Pages are
    /// measured on a service that has been up for a while.
    pub(crate) fn settle(&self) -> Duration {
        let begun = Instant::now();
        let mut quiet = 0;
        while quiet < QUIET_TURNS && begun.elapsed() < Duration::from_secs(180) {
            let before = machine::processor_time(self.process());
            std::thread::sleep(LOOK_EVERY);
            let is_idle = machine::processor_time(self.process()) - before < IDLE_SECONDS;
            quiet = if is_idle { quiet + 1 } else { 0 };
        }
        begun.elapsed()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

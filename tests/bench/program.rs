//! The program under measurement: `tsubame serve` in a process of its own, as it runs behind a proxy, on a database file on disk.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tsubame::security::keys::KeyRing;

use crate::http::Connection;

/// HTTP worker threads, of the program and of the yardstick.
pub(crate) const WORKERS: usize = 2;

/// A folder with a database, keys and mail that outlives the processes working on it.
pub(crate) struct House {
    folder: TempDir,
    keys: String,
}

impl House {
    pub(crate) fn new() -> Self {
        // Beside the build, on a disk: the temporary folder of the system may be memory, where every commit is free.
        let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        Self {
            folder,
            keys: KeyRing::generate().unwrap().to_text().to_string(),
        }
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
        let child = Command::new(env!("CARGO_BIN_EXE_tsubame"))
            .arg("serve")
            .env("TSUBAME_LISTEN", address.to_string())
            .env("TSUBAME_BASE_URL", format!("http://{address}"))
            .env(
                "DATABASE_URL",
                format!("sqlite:{}", self.database().display()),
            )
            .env("TSUBAME_KEYS", &self.keys)
            .env("TSUBAME_MAIL", format!("mailbox:{}", self.mail().display()))
            .env("TSUBAME_MAIL_FROM", "no-reply@card.example.jp")
            .env("TSUBAME_TRUSTED_PROXIES", "1")
            .env("TSUBAME_WORKERS", WORKERS.to_string())
            .env("TSUBAME_LOG", "warn")
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

/// The program, running. It is killed when this goes.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Program {
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

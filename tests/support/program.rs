//! The program itself, in a process of its own, on a folder that outlives it.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::raw;

/// A folder with the data of a demo, its address, and what it wrote to its log.
pub(crate) struct House {
    folder: TempDir,
    pub(crate) address: SocketAddr,
}

/// The program, running. It is killed when this goes.
pub(crate) struct Program(Child);

impl House {
    pub(crate) fn new() -> Self {
        let free = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        // On a disk: the temporary folder of the system may be memory, where nothing is ever lost halfway.
        Self {
            folder: TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap(),
            address: free.local_addr().unwrap(),
        }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A file or folder of the demo's data.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("data").join(name)
    }

    /// Everything the program wrote to its log so far, over all its lives.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Starts the demo and waits until it serves.
    pub(crate) fn demo(&self, filter: &str) -> Program {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))
            .unwrap();
        let mut command = program();
        command
            .args(["demo", "--data"])
            .arg(self.path(""))
            .env("TSUBAME_LISTEN", self.address.to_string())
            .env("TSUBAME_LOG", filter);
        let program = Program(command.stdout(Stdio::null()).stderr(log).spawn().unwrap());
        let deadline = Instant::now() + Duration::from_secs(60);
        while raw::try_request(&self.base_url(), "GET /readyz", &[], b"")
            .is_none_or(|answer| answer.status != 200)
        {
            assert!(
                Instant::now() < deadline,
                "the demo does not start: {}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        program
    }

    /// Runs another command of the program on the demo's data.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Begins another command of the program on the demo's data.
    pub(crate) fn begin(&self, arguments: &[&str]) -> Program {
        let mut command = self.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Program(command.spawn().unwrap())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let keys = std::fs::read_to_string(self.path("keys")).unwrap();
        let settings = [
            ("TSUBAME_BASE_URL", self.base_url()),
            (
                "DATABASE_URL",
                format!("sqlite:{}", self.path("tsubame.db").display()),
            ),
            ("TSUBAME_KEYS", keys),
            (
                "TSUBAME_MAIL",
                format!("mailbox:{}", self.path("mail").display()),
            ),
            ("TSUBAME_MAIL_FROM", "no-reply@card.example.jp".to_owned()),
        ];
        let mut command = program();
        command.args(arguments).envs(settings);
        command
    }
}

/// The program without any setting of this process.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tsubame"));
    command.env_clear().stdin(Stdio::null());
    command
}

impl Program {
    /// Ends it as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Asks it to end.
    pub(crate) fn terminate(&self) {
        let told = Command::new("kill")
            .args(["-TERM", &self.0.id().to_string()])
            .status()
            .unwrap();
        assert!(told.success());
    }

    /// Waits until it has ended.
    pub(crate) fn end(&mut self) -> ExitStatus {
        let deadline = Instant::now() + Duration::from_secs(40);
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

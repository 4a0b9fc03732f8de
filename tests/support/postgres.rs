//! A throw-away PostgreSQL for one test process, or the one that `TSUBAME_TEST_POSTGRES` names.
//!
//! Its folder is temporary and, in tests, its durability is off. A shell holds the server and waits for this process to end, however it ends; then it stops
//! the server and removes the folder.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use tsubame::storage::{DatabaseUrl, Store};

/// The server of this process; `None` when PostgreSQL is not installed (and not required).
pub(crate) static SERVER: LazyLock<Option<Server>> = LazyLock::new(Server::start);

const TEMPLATE: &str = "tsubame_template";

/// `fsync` and what goes with it, in tests: their machine loses no power.
const COMMITS_ARE_FORGOTTEN: &str = "off";

/// A running server.
pub(crate) struct Server {
    /// Connection string without a database: what stands before and after its name.
    before: String,
    after: String,
    /// Names of this process's databases begin with this.
    prefix: String,
    /// One `CREATE DATABASE` at a time: the template may have no other user.
    gate: Mutex<u32>,
    holder: Mutex<Option<Child>>,
}

impl Server {
    fn start() -> Option<Self> {
        let server = match std::env::var_os("TSUBAME_TEST_POSTGRES") {
            Some(url) => Some(Self::named(
                &url.into_string()
                    .expect("TSUBAME_TEST_POSTGRES is not UTF-8"),
            )),
            None => binaries().map(|binaries| Self::throw_away(&binaries, COMMITS_ARE_FORGOTTEN)),
        };
        if server.is_none() {
            assert!(
                std::env::var_os("TSUBAME_TEST_REQUIRE_POSTGRES").is_none(),
                "PostgreSQL is required and not installed"
            );
            // Past the test harness's capture: who runs the tests should know.
            let _ = std::io::stderr()
                .write_all(b"PostgreSQL is not installed: the tests run on SQLite only.\n");
        }
        server.inspect(Self::make_template)
    }

    /// A second throw-away server, which the test may stop and start; `None` when PostgreSQL is not installed.
    pub(crate) fn another() -> Option<Self> {
        Self::with(COMMITS_ARE_FORGOTTEN)
    }

    /// A throw-away server whose commits are on the disk before the answer (`on`) or are not (`off`); `None` when PostgreSQL is not installed.
    pub(crate) fn with(durability: &str) -> Option<Self> {
        let server = binaries().map(|binaries| Self::throw_away(&binaries, durability))?;
        server.make_template();
        Some(server)
    }

    /// Stops the server at once, as `pg_ctl stop -m fast` does; returns when nobody answers.
    pub(crate) fn stop(&self) {
        self.tell("stop");
        let deadline = Instant::now() + Duration::from_secs(30);
        while PgConnection::establish(&self.url("postgres")).is_ok() {
            assert!(
                Instant::now() < deadline,
                "PostgreSQL did not stop within 30 s"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Starts the stopped server again; returns when it answers.
    pub(crate) fn start_again(&self) {
        self.tell("start");
        self.wait_until_ready();
    }

    fn tell(&self, command: &str) {
        let mut holder = self.holder.lock().unwrap();
        let words = holder
            .as_mut()
            .and_then(|holder| holder.stdin.as_mut())
            .expect("this server is not ours");
        writeln!(words, "{command}").unwrap();
    }

    fn named(url: &str) -> Self {
        let (location, parameters) = url.split_once('?').unwrap_or((url, ""));
        let (before, _) = location
            .rsplit_once('/')
            .expect("TSUBAME_TEST_POSTGRES names no database");
        let after = if parameters.is_empty() {
            String::new()
        } else {
            format!("?{parameters}")
        };
        Self::at(format!("{before}/"), after, None)
    }

    fn throw_away(binaries: &Path, durability: &str) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("tsubame-pg-")
            .tempdir()
            .unwrap()
            .keep();
        let user = unprivileged_user();
        if let Some(user) = &user {
            run(Command::new("chown").arg(user).arg(&folder));
        }
        let mut initdb = as_user(user.as_deref(), &binaries.join("initdb"));
        initdb
            .args([
                "--auth=trust",
                "--username=postgres",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "-D",
            ])
            .arg(folder.join("data"));
        run(&mut initdb);
        let holder = hold(user.as_deref(), binaries, &folder, durability);
        let server = Self::at(
            "postgres://postgres@/".to_owned(),
            format!("?host={}", folder.display()),
            Some(holder),
        );
        server.wait_until_ready();
        server
    }

    fn at(before: String, after: String, holder: Option<Child>) -> Self {
        let prefix = format!("tsubame_test_{}", std::process::id());
        Self {
            before,
            after,
            prefix,
            gate: Mutex::new(0),
            holder: Mutex::new(holder),
        }
    }

    fn wait_until_ready(&self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while PgConnection::establish(&self.url("postgres")).is_err() {
            assert!(
                Instant::now() < deadline,
                "PostgreSQL did not start within 30 s"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The connection string of `database`.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("{}{database}{}", self.before, self.after)
    }

    fn admin(&self, statement: &str) -> diesel::QueryResult<()> {
        PgConnection::establish(&self.url("postgres"))
            .expect("PostgreSQL does not answer")
            .batch_execute(statement)
    }

    fn template(&self) -> String {
        format!("{}_{TEMPLATE}", self.prefix)
    }

    fn make_template(&self) {
        let name = self.template();
        self.admin(&format!(
            "CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C' ENCODING 'UTF8'"
        ))
        .unwrap();
        Store::open(&self.url(&name).parse().unwrap())
            .migrate()
            .unwrap();
        self.admin(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
            .unwrap();
        self.admin(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        ))
        .unwrap();
    }

    /// A new database: a copy of the migrated template, or an empty one.
    pub(crate) fn create(&self, migrated: bool) -> String {
        let mut count = self
            .gate
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *count += 1;
        let name = format!("{}_{count}", self.prefix);
        let template = if migrated {
            self.template()
        } else {
            "template0".to_owned()
        };
        let deadline = Instant::now() + Duration::from_secs(10);
        while let Err(error) = self.admin(&format!("CREATE DATABASE {name} TEMPLATE {template}")) {
            assert!(Instant::now() < deadline, "{error}");
            std::thread::sleep(Duration::from_millis(20));
        }
        name
    }

    /// Drops a database of this process, whoever is still connected.
    pub(crate) fn drop_database(&self, name: &str) {
        let _ = self.admin(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    }
}

/// Ends every connection to the database at `url`, as a restart of the server would.
pub(crate) fn disconnect_all(url: &DatabaseUrl) {
    let DatabaseUrl::Postgres(url) = url else {
        panic!("{url} is not on this server")
    };
    PgConnection::establish(url)
        .unwrap()
        .batch_execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        .unwrap();
}

/// Where `initdb` and `postgres` are.
fn binaries() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut packaged: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    packaged.sort();
    places.extend(packaged.into_iter().rev());
    places
        .into_iter()
        .find(|place| place.join("initdb").exists() && place.join("postgres").exists())
}

/// PostgreSQL refuses to run as root; then it runs as the user its package made, or as nobody.
fn unprivileged_user() -> Option<String> {
    let id = Command::new("id").arg("-u").output().unwrap();
    let is_root = id.stdout.trim_ascii() == b"0";
    let exists = |user: &&str| {
        Command::new("id")
            .arg(user)
            .output()
            .is_ok_and(|answer| answer.status.success())
    };
    is_root.then(|| {
        ["postgres", "nobody"]
            .into_iter()
            .find(exists)
            .expect("no user to run PostgreSQL as")
            .to_owned()
    })
}

fn as_user(user: Option<&str>, program: &Path) -> Command {
    match user {
        None => Command::new(program),
        Some(user) => {
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid", user, "--clear-groups"])
                .arg(program);
            command
        }
    }
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn hold(user: Option<&str>, binaries: &Path, folder: &Path, durability: &str) -> Child {
    let script = r#"
        start() {
            "$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=$3 -c synchronous_commit=$3 \
                -c full_page_writes=$3 -c max_connections=400 -c logging_collector=off >>"$2/log" 2>&1 </dev/null &
            server=$!
        }
        stop() {
            kill -INT $server
            wait $server
        }
        start "$1" "$2" "$3"
        while read -r command; do
            $command "$1" "$2" "$3"
        done
        stop
        rm -rf "$2"
    "#;
    as_user(user, Path::new("/bin/sh"))
        .args(["-c", script, "sh"])
        .arg(binaries)
        .arg(folder)
        .arg(durability)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

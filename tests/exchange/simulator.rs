//! The simulator, as the program it is, against a service over HTTP.

use std::path::Path;
use std::process::{Child, Output, Stdio};

use tempfile::TempDir;
use tsubame::clock::Clock;
use tsubame::domain::status::Status;
use tsubame::exchange::introduction;
use tsubame::storage::applications::{self, ApplicationId};
use tsubame::storage::{StoreError, outbox};

use super::cast::{NAME, released_many};
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::program::program;

/// The simulator's keys in a folder.
pub(crate) fn keys_of(app: &TestApp) -> TempDir {
    let folder = TempDir::new().unwrap();
    let made = app
        .store
        .write(|db| introduction::introduce(db, NAME, "test", app.clock.now()))
        .unwrap();
    std::fs::write(folder.path().join("key"), made.api_key).unwrap();
    std::fs::write(folder.path().join("seed"), made.seed).unwrap();
    folder
}

fn play(base_url: &str, folder: &Path, more: &[&str]) -> Child {
    program()
        .args([
            "simulate",
            "issuer",
            "--base-url",
            base_url,
            "--name",
            NAME,
            "--once",
            "--key",
        ])
        .arg(folder.join("key"))
        .arg("--signing-key")
        .arg(folder.join("seed"))
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Plays a round while the service does its jobs.
pub(crate) fn round(app: &TestApp, folder: &Path, more: &[&str]) -> Output {
    let mut child = play(&app.base_url, folder, more);
    while child.try_wait().unwrap().is_none() {
        app.do_jobs();
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    child.wait_with_output().unwrap()
}

fn statuses(app: &TestApp, ids: &[ApplicationId]) -> Vec<Status> {
    app.store
        .read(|db| {
            ids.iter()
                .map(|id| Ok(applications::get_application(db, *id)?.status))
                .collect::<Result<_, StoreError>>()
        })
        .unwrap()
}

on_each_database! {
    fn the_simulator_makes_the_cards_that_wait(database: TestDatabase) {
        let app = TestApp::start(database);
        let ids: Vec<ApplicationId> = released_many(&app.store, 40).into_iter().map(|one| one.id).collect();
        let keys = keys_of(&app);
        let output = round(&app, keys.path(), &["--defects", "25", "--seed", "7"]);
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{said} {}", String::from_utf8_lossy(&output.stderr));
        let statuses = statuses(&app, &ids);
        let made = statuses.iter().filter(|status| **status == Status::Made).count();
        let defects = statuses.iter().filter(|status| **status == Status::IssuerDefect).count();
        assert_eq!(made + defects, 40, "{statuses:?}");
        assert!((3..=20).contains(&defects), "{defects}");
        assert_eq!(said, format!("1 batches: {made} cards made, {defects} with a defect; {} rows accepted, 0 refused\n", 2 * made + defects));
        let again = round(&app, keys.path(), &["--csv"]);
        assert_eq!(String::from_utf8(again.stdout).unwrap(), "0 batches: 0 cards made, 0 with a defect; 0 rows accepted, 0 refused\n", "nothing waits, nothing is sent");
        let told = app.store.read(|db| {
            let mut told = 0;
            for id in &ids {
                told += outbox::list_of_application(db, *id)?.len();
            }
            Ok::<_, StoreError>(told)
        }).unwrap();
        assert!(told > 0 && told <= defects, "one N06 for each photo: {told}");
    }

    fn a_key_that_does_not_count_is_said(database: TestDatabase) {
        let app = TestApp::start(database);
        released_many(&app.store, 1);
        let keys = keys_of(&app);
        app.store.write(|db| introduction::distrust(db, NAME, "test", app.clock.now())).unwrap();
        let output = round(&app, keys.path(), &[]);
        assert!(!output.status.success());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("unknown_key"), "{said}");
        std::fs::write(keys.path().join("key"), "tsubame_nonsense").unwrap();
        let output = round(&app, keys.path(), &[]);
        assert!(String::from_utf8(output.stderr).unwrap().contains("unauthorized"));
    }
}

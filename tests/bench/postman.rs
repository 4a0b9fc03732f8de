//! Who carries the mails: reads what arrives in the program's mail folder and hands each code to the person it is for.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use tsubame::notices::demo_mailbox::DemoMail;

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_millis(10);
/// A mail that takes longer is lost.
const PATIENCE: Duration = Duration::from_secs(60);

/// The codes that arrived and nobody took yet, and how many mails of each notice there were.
#[derive(Default)]
struct Arrived {
    codes: HashMap<String, String>,
    counts: HashMap<String, usize>,
}

/// A thread that reads mails.
pub(crate) struct Postman {
    arrived: Arc<(Mutex<Arrived>, Condvar)>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Postman {
    pub(crate) fn start(folder: PathBuf) -> Self {
        let (arrived, is_over) = (
            Arc::<(Mutex<Arrived>, Condvar)>::default(),
            Arc::<AtomicBool>::default(),
        );
        let (theirs, over) = (arrived.clone(), is_over.clone());
        let thread = std::thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                empty(&folder, &theirs);
                std::thread::sleep(EVERY);
            }
        });
        Self {
            arrived,
            is_over,
            thread: Some(thread),
        }
    }

    /// Waits for the code sent to `address`.
    pub(crate) fn code_for(&self, address: &str) -> String {
        let (arrived, bell) = &*self.arrived;
        let (mut arrived, wait) = bell
            .wait_timeout_while(arrived.lock().unwrap(), PATIENCE, |arrived| {
                !arrived.codes.contains_key(address)
            })
            .unwrap();
        assert!(!wait.timed_out(), "no code came for {address}");
        arrived.codes.remove(address).unwrap()
    }

    /// Waits until `expected` mails with this notice have come since the start.
    pub(crate) fn wait_for(&self, notice: &str, expected: usize) {
        let (arrived, bell) = &*self.arrived;
        let is_missing =
            |arrived: &mut Arrived| arrived.counts.get(notice).copied().unwrap_or(0) < expected;
        let (_arrived, wait) = bell
            .wait_timeout_while(arrived.lock().unwrap(), PATIENCE, is_missing)
            .unwrap();
        assert!(!wait.timed_out(), "mails {notice} are missing");
    }
}

impl Drop for Postman {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.take().map(JoinHandle::join);
    }
}

/// Reads every mail in the folder once and takes it away, as a provider does.
fn empty(folder: &Path, (arrived, bell): &(Mutex<Arrived>, Condvar)) {
    let Ok(files) = std::fs::read_dir(folder) else {
        return;
    };
    let is_whole = |path: &Path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
            && !path
                .file_name()
                .unwrap()
                .as_encoded_bytes()
                .starts_with(b".")
    };
    for path in files
        .map(|file| file.unwrap().path())
        .filter(|path| is_whole(path))
    {
        let mail: DemoMail = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        std::fs::remove_file(&path).unwrap();
        std::fs::remove_file(path.with_extension("eml")).unwrap();
        let mut arrived = arrived.lock().unwrap();
        if let Some(code) = mail
            .text
            .split(|c: char| !c.is_ascii_digit())
            .find(|run| run.len() == 6)
            .filter(|_| matches!(mail.notice.as_str(), "N00" | "N01"))
        {
            arrived.codes.insert(mail.to, code.to_owned());
        }
        *arrived.counts.entry(mail.notice).or_default() += 1;
        bell.notify_all();
    }
}

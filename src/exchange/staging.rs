//! Takes a package of results in: proves it, then writes its rows down piece by piece, then lets them be applied. Interrupted, it goes on where it was when
//! the same package comes again.

use std::collections::HashSet;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::apply::{Reason, note};
use super::manifest::Manifest;
use super::package::{FileRefusal, Package, Proven};
use super::result::{ResultRecord, Unreadable};
use crate::security::signing::PublicKey;
use crate::storage::jobs::{self, JobKind};
use crate::storage::results::{
    self, NewResultFile, NewResultRow, ResultFile, ResultFileId, ResultState,
};
use crate::storage::{Db, Store, StoreError, exchange_keys};

/// Rows written down in one transaction.
const ROWS_AT_ONCE: usize = 500;

/// Why a package was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// The package is refused as a whole; nothing of it was applied.
    #[error(transparent)]
    Refused(#[from] FileRefusal),
    /// The database refused. [`StoreError::Conflict`]: the same package is being taken in elsewhere.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes a package in; the answer is its file, new or known. Its rows are applied by a job that is enqueued with the last of them.
pub fn take(
    store: &Store,
    package: &mut Package,
    by: &str,
    now: Timestamp,
) -> Result<ResultFile, TakeError> {
    match prove(store, package) {
        Ok(proven) => stage(store, package, &proven, by, now),
        Err(TakeError::Refused(refusal)) => {
            store.write(|db| note(db, by, "exchange.results_refused", refusal.as_str(), now))?;
            Err(refusal.into())
        }
        Err(other) => Err(other),
    }
}

/// Proves a package with the key that is registered under the name its manifest gives.
fn prove(store: &Store, package: &mut Package) -> Result<Proven, TakeError> {
    let (manifest, _) = package.manifest()?;
    let name = Manifest::parse(&manifest)?.key_id;
    let key = store.read(|db| exchange_keys::find_partner_key(db, &name))?;
    let key = key.and_then(|key| PublicKey::parse(&key.public_key).ok());
    Ok(package.prove(key.ok_or(FileRefusal::UnknownKey)?)?)
}

fn stage(
    store: &Store,
    package: &mut Package,
    proven: &Proven,
    by: &str,
    now: Timestamp,
) -> Result<ResultFile, TakeError> {
    let hash = Sha256::digest(&proven.manifest_bytes);
    let new = NewResultFile {
        content_hash: hash.as_slice(),
        name: &proven.manifest.name,
        received_by: by,
        total_rows: proven.manifest.rows,
    };
    let file = store.write(|db| results::find_or_insert_file(db, &new, now))?;
    match file.state {
        ResultState::Done => return Ok(file),
        ResultState::Applying => {
            // Sent again because nobody answered: whoever was at work may be gone.
            store.write(|db| enqueue(db, file.id, now))?;
            return Ok(file);
        }
        ResultState::Staging => {}
    }
    let mut desk = Staging::new(store, &file);
    package.each_row(proven, |record| desk.take(record))??;
    desk.write()?;
    let file = store.write(|db| begin_applying(db, file.id, by, now))?;
    Ok(file)
}

/// Lets a staged file be applied, by a job that begins now.
pub(super) fn begin_applying(
    db: &mut Db,
    id: ResultFileId,
    by: &str,
    now: Timestamp,
) -> Result<ResultFile, StoreError> {
    results::set_applying(db, id)?;
    enqueue(db, id, now)?;
    let file = results::get_file(db, id)?;
    let detail = format!("{id} rows={}", file.total_rows);
    note(db, by, "exchange.results_received", &detail, now)?;
    Ok(file)
}

/// A job that goes on with the first row that has no answer; two of them do not disturb each other.
pub fn enqueue(db: &mut Db, id: ResultFileId, now: Timestamp) -> Result<(), StoreError> {
    let payload = format!("{{\"file\":{id}}}");
    jobs::insert_job(db, JobKind::ApplyResults, &payload, now, now)?;
    Ok(())
}

/// Rows on their way into the database.
struct Staging<'a> {
    store: &'a Store,
    file: ResultFileId,
    /// How many rows are written down, now and by an earlier try.
    staged: i32,
    line: i32,
    seen: HashSet<String>,
    waiting: Vec<NewResultRow>,
}

impl<'a> Staging<'a> {
    fn new(store: &'a Store, file: &ResultFile) -> Self {
        Self {
            store,
            file: file.id,
            staged: file.staged_rows,
            line: 0,
            seen: HashSet::new(),
            waiting: Vec::with_capacity(ROWS_AT_ONCE),
        }
    }

    fn take(&mut self, record: Result<ResultRecord, Unreadable>) -> Result<(), StoreError> {
        self.line += 1;
        let row = self.staged_row(record)?;
        // An earlier try wrote these down.
        if self.line <= self.staged {
            return Ok(());
        }
        self.waiting.push(row);
        if self.waiting.len() >= ROWS_AT_ONCE {
            self.write()?;
        }
        Ok(())
    }

    fn staged_row(
        &mut self,
        record: Result<ResultRecord, Unreadable>,
    ) -> Result<NewResultRow, StoreError> {
        let line = self.line;
        let Ok(record) = record else {
            return Ok(NewResultRow {
                line,
                receipt: String::new(),
                content: String::new(),
                refusal: Some(Reason::Malformed.as_str()),
            });
        };
        let is_new = self.seen.insert(record.key());
        // What means nothing is not kept: nobody knows what stands in it.
        let refusal = match (record.read(), is_new) {
            (Err(reason), _) => Some(reason.as_str()),
            (Ok(_), false) => Some(Reason::DuplicateRow.as_str()),
            (Ok(_), true) => None,
        };
        let content = match refusal {
            None => serde_json::to_string(&record)
                .map_err(|cause| StoreError::Corrupt(cause.to_string()))?,
            Some(_) => String::new(),
        };
        Ok(NewResultRow {
            line,
            receipt: record.receipt.chars().take(20).collect(),
            content,
            refusal,
        })
    }

    fn write(&mut self) -> Result<(), StoreError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let (file, staged, rows) = (self.file, self.staged, &self.waiting);
        self.staged = self
            .store
            .write(|db| results::stage_rows(db, file, staged, rows))?;
        self.waiting.clear();
        Ok(())
    }
}

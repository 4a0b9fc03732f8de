//! Results that somebody enters at the issuer's desk become a file of results like any other: the same rules, the same answers, one way to apply them.

use std::fmt::Write;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::apply::Reason;
use super::result::ResultRecord;
use super::staging::begin_applying;
use crate::storage::results::{self, NewResultFile, NewResultRow, ResultFile, ResultState};
use crate::storage::{Db, StoreError};

/// Stages `rows` under `name` and lets them be applied, in the caller's transaction. The same rows under the same name are the same file: a second press
/// of the button does nothing.
pub fn enter(
    db: &mut Db,
    name: &str,
    rows: &[ResultRecord],
    by: &str,
    now: Timestamp,
) -> Result<ResultFile, StoreError> {
    let mut content = name.to_owned();
    let mut staged = Vec::with_capacity(rows.len());
    for (line, record) in (1..).zip(rows) {
        let text = serde_json::to_string(record)
            .map_err(|cause| StoreError::Corrupt(cause.to_string()))?;
        let _ = write!(content, "\n{text}");
        staged.push(NewResultRow {
            line,
            receipt: record.receipt.clone(),
            refusal: record.read().err().map(Reason::as_str),
            content: text,
        });
    }
    let hash = Sha256::digest(content.as_bytes());
    let new = NewResultFile {
        content_hash: hash.as_slice(),
        name,
        received_by: by,
        total_rows: i32::try_from(rows.len()).unwrap_or(i32::MAX),
    };
    let file = results::find_or_insert_file(db, &new, now)?;
    if file.state != ResultState::Staging {
        return Ok(file);
    }
    results::stage_rows(db, file.id, 0, &staged)?;
    begin_applying(db, file.id, by, now)
}

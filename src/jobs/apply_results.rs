//! Applies a file of results from the issuer, a piece in each transaction. Begun again after a power cut, it goes on with the first row that has no answer.

use serde::Deserialize;

use super::{JobContext, JobError, parsed};
use crate::exchange::{apply, staging};
use crate::storage::results::ResultFileId;

#[derive(Debug, Deserialize)]
struct Payload {
    file: ResultFileId,
}

/// Pieces applied in one run. A run is short, and so is its lease: after a power cut another worker goes on soon.
const PIECES: usize = 20;

/// Applies the next rows of one file, and leaves the rest to the next run.
pub(super) async fn run(context: JobContext, payload: String) -> Result<(), JobError> {
    let Payload { file } = parsed(&payload)?;
    for _ in 0..PIECES {
        let letterhead = context.letterhead.clone();
        let has_more = context
            .write(move |db, now| apply::apply_some(db, &letterhead, file, now))
            .await?;
        if !has_more {
            return Ok(());
        }
    }
    context
        .write(move |db, now| staging::enqueue(db, file, now))
        .await?;
    Ok(())
}

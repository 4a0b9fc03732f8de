//! Seals the audit once a day, and verifies it when somebody asks.

use jiff::SignedDuration;

use super::{JobContext, JobError, parsed};
use crate::security::audit_seal;
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::audit_checks::{self, CheckOrder};
use crate::storage::audit_seals::{self, Segment};
use crate::storage::{Db, StoreError, audit_verification};

/// Entries younger than this wait for the next seal: one written a moment ago may have a later neighbour that is not committed yet.
const SETTLED_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// Makes the day's seal, if anything happened since the last.
pub(super) async fn run(context: JobContext) -> Result<(), JobError> {
    let keys = context.keys.clone();
    let sealed = context
        .write(move |db, now| -> Result<Option<Segment>, StoreError> {
            let until = now.checked_sub(SETTLED_AFTER).unwrap_or(now);
            let Some(segment) = audit_seals::next_segment(db, until)? else {
                return Ok(None);
            };
            let (key_id, seal) = audit_seal::make(&keys, &segment.message());
            audit_seals::insert_seal(db, &segment, (&key_id, &seal), now)?;
            let detail = format!(
                "number={} entries={} digest={}",
                segment.number,
                segment.entries,
                segment.digest_text()
            );
            let entry = NewEntry {
                chain: &Chain::system(),
                actor: "system",
                action: "audit.sealed",
                detail: &detail,
            };
            audit::append(db, &entry, now)?;
            Ok(Some(segment))
        })
        .await?;
    if let Some(segment) = sealed {
        // The copy that whoever rewrites the database cannot reach, where logs are kept elsewhere.
        tracing::info!(
            seal.number = segment.number,
            seal.entries = segment.entries,
            seal.digest = %segment.digest_text(),
            "the audit was sealed"
        );
    }
    Ok(())
}

/// Verifies chains and seals, and keeps what was found.
pub(super) async fn verify(context: JobContext, payload: String) -> Result<(), JobError> {
    let CheckOrder { check } = parsed(&payload)?;
    let keys = context.keys.clone();
    let (report, seals) = context
        .read(move |db| {
            let mut report = audit_verification::verify(db)?;
            let seals = audit_seals::verify_seals(
                db,
                |seal| audit_seal::is_authentic(&keys, &seal.key_id, &seal.message(), &seal.seal),
                &mut report,
            )?;
            Ok((report, seals))
        })
        .await?;
    if !report.is_whole() {
        tracing::error!(
            damages = report.damages,
            "the audit log was changed: see the page of the audit"
        );
    }
    context
        .write(move |db, now| audit_checks::set_outcome(db, check, (&report, seals), now))
        .await
        .map_err(|error: StoreError| error.into())
}

/// A verification that was given up has ended, without an outcome.
pub(super) fn give_up(
    db: &mut Db,
    payload: &str,
    _reason: &str,
    now: jiff::Timestamp,
) -> Result<(), StoreError> {
    match serde_json::from_str::<CheckOrder>(payload) {
        Ok(order) => audit_checks::give_up(db, order.check, now),
        // A payload that names no verification concerns none.
        Err(_unreadable) => Ok(()),
    }
}

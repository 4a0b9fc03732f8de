//! A batch as bytes: its rows in either format, its photos, and the whole package. Made from the frozen cards whenever it is asked for, the same bytes each
//! time.

use std::io::Write;

use zeroize::Zeroizing;

use super::card::{Card, RowError, RowFormat, rows_as};
use super::manifest::{FILES_OF_A_BATCH, Manifest};
use super::package::{append, write_package};
use crate::security::keys::KeyRing;
use crate::security::sealing::{self, OpenError, Place, Sealed};
use crate::storage::applications::ApplicationId;
use crate::storage::batch_items::{self, BatchItem};
use crate::storage::batches::{self, BatchId, SignedManifest};
use crate::storage::{Db, Store, StoreError, photos};

/// Cards read in one transaction.
pub const ITEMS_AT_ONCE: i64 = 500;

/// Why a batch cannot be handed out.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database refused. [`StoreError::NotFound`]: no such batch, it is still gathering, or a photo was replaced since.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The rows cannot be written.
    #[error(transparent)]
    Rows(#[from] RowError),
    /// A photo cannot be opened.
    #[error(transparent)]
    Photo(#[from] OpenError),
    /// The package cannot be written.
    #[error("the package cannot be written")]
    Write(#[from] std::io::Error),
}

/// Some rows of a batch; the first piece of a CSV carries the header.
pub fn rows_of(
    items: &[BatchItem],
    format: RowFormat,
    is_first: bool,
) -> Result<Vec<u8>, RowError> {
    if format == RowFormat::JsonLines {
        let mut bytes = Vec::new();
        for item in items {
            bytes.extend_from_slice(item.content.as_bytes());
            bytes.push(b'\n');
        }
        return Ok(bytes);
    }
    let cards: Result<Vec<Card>, _> = items
        .iter()
        .map(|item| serde_json::from_str(&item.content))
        .collect();
    rows_as(&cards?, format, is_first)
}

/// The JPEG of a photo, as it was stored.
pub fn open_photo(
    db: &mut Db,
    keys: &KeyRing,
    application: ApplicationId,
    id: &str,
) -> Result<Zeroizing<Vec<u8>>, ExportError> {
    let kept = photos::get_sealed(db, application, id)?;
    let sealed = Sealed {
        key_id: kept.key_id,
        bytes: kept.sealed,
    };
    Ok(sealing::open(keys, &Place::of("photo", id), &sealed)?)
}

/// All rows of a batch in one of its formats.
fn all_rows(store: &Store, batch: BatchId, format: RowFormat) -> Result<Vec<u8>, ExportError> {
    let (mut bytes, mut after) = (Vec::new(), 0);
    loop {
        let items = store.read(|db| batch_items::list_items(db, batch, after, ITEMS_AT_ONCE))?;
        let Some(last) = items.last().map(|item| item.line) else {
            return Ok(bytes);
        };
        bytes.extend(rows_of(&items, format, after == 0)?);
        after = last;
    }
}

/// Writes the whole package of a ready batch: manifest, signature, rows, photos.
pub fn write_batch<W: Write>(
    store: &Store,
    keys: &KeyRing,
    batch: BatchId,
    out: W,
) -> Result<W, ExportError> {
    let signed: SignedManifest = store.read(|db| batches::get_manifest(db, batch))?;
    let manifest: Manifest = serde_json::from_str(&signed.manifest).map_err(RowError::Json)?;
    let mut files = Vec::new();
    for (name, format) in FILES_OF_A_BATCH {
        files.push((name, all_rows(store, batch, format)?));
    }
    let members = files
        .iter()
        .map(|(name, content)| (*name, content.as_slice()));
    let at = manifest.issued_at;
    let mut archive = write_package(
        out,
        signed.manifest.as_bytes(),
        &signed.signature,
        members,
        at,
    )?;
    let mut after = 0;
    loop {
        let items = store.read(|db| batch_items::list_items(db, batch, after, ITEMS_AT_ONCE))?;
        let Some(last) = items.last().map(|item| item.line) else {
            return Ok(archive.into_inner()?);
        };
        after = last;
        for item in items {
            let Some(photo) = &item.photo else { continue };
            let jpeg = store.read(|db| open_photo(db, keys, item.application_id, photo))?;
            append(
                &mut archive,
                &format!("photos/{}.jpg", item.receipt),
                &jpeg,
                at,
            )?;
        }
    }
}

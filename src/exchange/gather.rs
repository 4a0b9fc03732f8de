//! Makes a batch: released cases (S45) are frozen into it piece by piece, then it is signed. A power cut in between loses nothing: the batch stays gathering,
//! and whoever asks for a batch next goes on with it.

use jiff::Timestamp;

use super::apply::note;
use super::card::{Card, PhotoFile, RowError};
use super::export;
use super::manifest::{FILES_OF_A_BATCH, FORMAT, FileDigest, Manifest, PackageKind, SCHEMA};
use crate::clock::Clock;
use crate::documents::fonts::Fonts;
use crate::domain::application::frozen::FrozenForm;
use crate::domain::batch_schedule;
use crate::security::keys::KeyRing;
use crate::security::signing::{Signer, SigningError};
use crate::storage::batch_items::{self, NewItem};
use crate::storage::batches::{self, Batch, BatchId, Released, SignedManifest};
use crate::storage::photos::{self, PhotoState};
use crate::storage::{Db, Store, StoreError};

/// A batch has at most so many cards.
pub const MOST_CARDS: i32 = batch_schedule::LARGEST;
/// Cases frozen in one transaction.
const CASES_AT_ONCE: i32 = 100;

/// Why no batch was made. What was gathered so far stays.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// The database refused. [`StoreError::Conflict`]: somebody else made the same batch at the same moment.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A photo cannot be opened.
    #[error(transparent)]
    Photo(#[from] export::ExportError),
    /// The rows could not be written.
    #[error(transparent)]
    Rows(#[from] RowError),
    /// The manifest could not be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
}

/// What a batch is made with.
#[derive(Debug, Clone, Copy)]
pub struct Workshop<'a> {
    /// The database.
    pub store: &'a Store,
    /// Opens the photos and signs the manifest.
    pub keys: &'a KeyRing,
    /// Say which characters cannot be printed.
    pub fonts: &'a Fonts,
    /// The time.
    pub clock: &'a dyn Clock,
}

/// Makes a batch of everything that is released, [`MOST_CARDS`] at most, or finishes one that was left gathering. None when nothing is released.
pub fn collect(workshop: &Workshop<'_>, by: &str) -> Result<Option<Batch>, GatherError> {
    collect_some(workshop, by, MOST_CARDS)
}

/// The same with `most` cards at most.
pub fn collect_some(
    workshop: &Workshop<'_>,
    by: &str,
    most: i32,
) -> Result<Option<Batch>, GatherError> {
    let now = workshop.clock.now();
    let begun = workshop.store.write(|db| begin(db, by, now))?;
    let Some(batch) = begun else {
        return Ok(None);
    };
    while add_some(workshop, batch.id, most.min(MOST_CARDS))? {}
    let cards = workshop
        .store
        .read(|db| batches::get_batch(db, batch.id))?
        .cards;
    if cards == 0 {
        return Ok(None);
    }
    finish(workshop, batch.id, by).map(Some)
}

fn begin(db: &mut Db, by: &str, now: Timestamp) -> Result<Option<Batch>, StoreError> {
    if let Some(batch) = batches::find_gathering(db)? {
        return Ok(Some(batch));
    }
    if batches::count_released(db, 1)? == 0 {
        return Ok(None);
    }
    batches::insert_batch(db, by, now).map(Some)
}

/// Freezes the next cases; answers whether there were any.
fn add_some(workshop: &Workshop<'_>, batch: BatchId, most: i32) -> Result<bool, GatherError> {
    let cards = workshop
        .store
        .read(|db| batches::get_batch(db, batch))?
        .cards;
    let room = (most - cards).clamp(0, CASES_AT_ONCE);
    // Photos are opened and hashed before the transaction that writes: it is short then.
    let frozen: Vec<Frozen> = workshop.store.read(|db| -> Result<_, GatherError> {
        let released = batches::list_released(db, i64::from(room))?;
        released
            .into_iter()
            .map(|one| freeze(db, workshop, one))
            .collect()
    })?;
    if frozen.is_empty() {
        return Ok(false);
    }
    Ok(workshop
        .store
        .write(|db| write_down(db, batch, frozen, i64::from(room)))?)
}

/// A case with what will be printed.
struct Frozen {
    released: Released,
    card: Card,
    photo: Option<String>,
    glyphs: Option<String>,
}

fn freeze(db: &mut Db, workshop: &Workshop<'_>, released: Released) -> Result<Frozen, GatherError> {
    let form: FrozenForm = serde_json::from_str(&released.form)
        .map_err(|cause| StoreError::Corrupt(cause.to_string()))?;
    // The photo that is chosen now: one that was found unusable was replaced by its owner, and the form need not be made anew for that.
    let chosen = photos::find_photo(db, released.application, PhotoState::Chosen)?;
    let photo = match &chosen {
        None => None,
        Some(chosen) => {
            let jpeg = export::open_photo(db, workshop.keys, released.application, &chosen.id)?;
            let mut digest = FileDigest::default();
            digest.add(&jpeg);
            Some(PhotoFile {
                sha256: digest.entry("").sha256,
                crop: chosen.crop.clone(),
            })
        }
    };
    let card = Card::of(&released, &form, photo);
    let missing = workshop.fonts.missing(&card.full_name());
    let glyphs = missing
        .iter()
        .map(|missing| missing.character.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    Ok(Frozen {
        released,
        photo: chosen
            .map(|chosen| chosen.id)
            .filter(|_| card.photo_file.is_some()),
        card,
        glyphs: (!glyphs.is_empty()).then_some(glyphs),
    })
}

/// Adds what is still released: a case may have been withdrawn since it was read, or another gatherer have taken it.
fn write_down(
    db: &mut Db,
    batch: BatchId,
    frozen: Vec<Frozen>,
    room: i64,
) -> Result<bool, StoreError> {
    let still: Vec<_> = batches::list_released(db, room)?
        .into_iter()
        .map(|one| one.application)
        .collect();
    let frozen: Vec<Frozen> = frozen
        .into_iter()
        .filter(|one| still.contains(&one.released.application))
        .collect();
    let count = i32::try_from(frozen.len()).unwrap_or(i32::MAX);
    let before = batches::claim_lines(db, batch, count)?;
    for (line, one) in (before + 1..).zip(frozen) {
        let card = one.card.at(batch.number(), line);
        let content =
            serde_json::to_string(&card).map_err(|cause| StoreError::Corrupt(cause.to_string()))?;
        let new = NewItem {
            released: one.released,
            content,
            photo: one.photo,
            glyphs: one.glyphs,
        };
        batch_items::insert_item(db, batch, line, &new)?;
    }
    Ok(count > 0)
}

/// Hashes the rows, signs the manifest and closes the batch.
fn finish(workshop: &Workshop<'_>, id: BatchId, by: &str) -> Result<Batch, GatherError> {
    let signer = Signer::of(workshop.keys.current())?;
    let now = workshop.clock.now();
    let mut digests = FILES_OF_A_BATCH.map(|(name, format)| (name, format, FileDigest::default()));
    let (mut cards, mut photos) = (0, 0);
    loop {
        let items = workshop
            .store
            .read(|db| batch_items::list_items(db, id, cards, export::ITEMS_AT_ONCE))?;
        let Some(last) = items.last().map(|item| item.line) else {
            break;
        };
        for (_, format, digest) in &mut digests {
            digest.add(&export::rows_of(&items, *format, cards == 0)?);
        }
        photos += items.iter().filter(|item| item.photo.is_some()).count();
        cards = last;
    }
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        schema: SCHEMA,
        kind: PackageKind::Batch,
        name: id.number().to_string(),
        issued_at: now,
        rows: cards,
        photos: i32::try_from(photos).ok(),
        files: digests.map(|(name, _, digest)| digest.entry(name)).into(),
        key_id: signer.key_id().to_owned(),
    };
    let bytes = manifest.to_bytes().map_err(RowError::Json)?;
    let complete = SignedManifest {
        signature: signer.sign(&bytes),
        manifest: String::from_utf8(bytes)
            .map_err(|cause| StoreError::Corrupt(cause.to_string()))?,
    };
    Ok(workshop.store.write(|db| {
        batches::set_ready(db, id, cards, &complete, now)?;
        let detail = format!("{} cards={cards}", id.number());
        note(db, by, "exchange.batch_made", &detail, now)?;
        batches::get_batch(db, id)
    })?)
}

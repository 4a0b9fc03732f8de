//! The cards of a batch: what is printed on each, as it was frozen, and what became of it.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::applications::ApplicationId;
use super::batches::{BatchId, Released};
use super::case_columns::StoredOffice;
use super::results::ResultFileId;
use super::schema::{applications, batch_items, batches};
use super::types::{Instant, MaybeDate, StoredStatus, text_enum};
use super::{Db, StoreError};
use crate::domain::defect::DefectCode;
use crate::domain::office_code::OfficeCode;
use crate::domain::status::Status;

text_enum!(
    /// What an inspector at the issuer found.
    Inspection {
        /// Nothing is wrong.
        Pass = "ok",
        /// The photo cannot be used.
        Photo = "photo",
        /// A character of the name cannot be printed.
        Glyph = "glyph",
        /// Something else.
        Other = "other",
    }
);

text_enum!(
    /// How a name is printed whose character no font has.
    GlyphDecision {
        /// With the substitute that certificates use.
        Substitute = "substitute",
        /// The character is engraved by hand.
        Engraving = "engraving",
    }
);

text_enum!(
    /// What became of a card.
    Outcome {
        /// It was made.
        Made = "made",
        /// It could not be made; the case went back.
        Defect = "defect",
    }
);

/// A card of a batch.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = batch_items)]
pub struct BatchItem {
    /// In which batch.
    pub batch_id: BatchId,
    /// Its place there, from 1.
    pub line: i32,
    /// For which case.
    pub application_id: ApplicationId,
    /// The receipt number, as it is shown.
    pub receipt: String,
    /// Who keeps the register: where the card goes.
    #[diesel(deserialize_as = StoredOffice)]
    pub office: OfficeCode,
    /// What is printed, JSON of `exchange::card`.
    pub content: String,
    /// The photo's id, if there is one in the portal.
    pub photo: Option<String>,
    /// The characters of the name that the fonts here cannot print, with a space between them.
    pub glyphs: Option<String>,
    /// How they are printed.
    pub glyph_decision: Option<GlyphDecision>,
    /// What the inspector found.
    pub inspection: Option<Inspection>,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// The day it was made.
    #[diesel(deserialize_as = MaybeDate)]
    pub made_on: Option<Date>,
    /// What was wrong.
    pub defect_code: Option<String>,
    /// The day it left the issuer.
    #[diesel(deserialize_as = MaybeDate)]
    pub shipped_on: Option<Date>,
    /// Who carries it.
    pub carrier: Option<String>,
    /// Under which number.
    pub tracking: Option<String>,
    /// The number of the shipment it is in.
    pub shipment: Option<String>,
}

/// What is frozen of a case when it is gathered.
#[derive(Debug, Clone)]
pub struct NewItem {
    /// The case.
    pub released: Released,
    /// What is printed, JSON.
    pub content: String,
    /// The photo that goes with it.
    pub photo: Option<String>,
    /// The characters no font here can print.
    pub glyphs: Option<String>,
}

/// Adds a card as line `line` of a batch. [`StoreError::Conflict`] when its case waits in a batch already.
pub fn insert_item(
    db: &mut Db,
    batch: BatchId,
    line: i32,
    new: &NewItem,
) -> Result<(), StoreError> {
    diesel::insert_into(batch_items::table)
        .values((
            batch_items::batch_id.eq(batch),
            batch_items::line.eq(line),
            batch_items::application_id.eq(new.released.application),
            batch_items::receipt.eq(new.released.receipt.to_string()),
            batch_items::office.eq(new.released.office.as_str()),
            batch_items::content.eq(&new.content),
            batch_items::photo.eq(new.photo.as_deref()),
            batch_items::glyphs.eq(new.glyphs.as_deref()),
        ))
        .execute(db)?;
    Ok(())
}

/// The cards of a batch after line `after`, in their order.
pub fn list_items(
    db: &mut Db,
    batch: BatchId,
    after: i32,
    limit: i64,
) -> Result<Vec<BatchItem>, StoreError> {
    Ok(batch_items::table
        .filter(batch_items::batch_id.eq(batch))
        .filter(batch_items::line.gt(after))
        .order(batch_items::line)
        .limit(limit)
        .select(BatchItem::as_select())
        .load(db)?)
}

/// The same with where each case stands now: one that was withdrawn meanwhile is not made.
pub fn list_items_with_status(
    db: &mut Db,
    batch: BatchId,
    after: i32,
    limit: i64,
) -> Result<Vec<(BatchItem, Status)>, StoreError> {
    let rows: Vec<(BatchItem, StoredStatus)> = batch_items::table
        .inner_join(applications::table)
        .filter(batch_items::batch_id.eq(batch))
        .filter(batch_items::line.gt(after))
        .order(batch_items::line)
        .limit(limit)
        .select((BatchItem::as_select(), applications::status))
        .load(db)?;
    Ok(rows
        .into_iter()
        .map(|(item, status)| (item, status.into()))
        .collect())
}

/// The card of a receipt number (as it is shown) in a batch.
pub fn find_item(
    db: &mut Db,
    batch: BatchId,
    receipt: &str,
) -> Result<Option<BatchItem>, StoreError> {
    Ok(batch_items::table
        .filter(batch_items::receipt.eq(receipt))
        .filter(batch_items::batch_id.eq(batch))
        .select(BatchItem::as_select())
        .get_result(db)
        .optional()?)
}

/// Cards that wait for a result and whose name has a character no font here can print, after a place.
pub fn list_with_glyphs(
    db: &mut Db,
    after: (BatchId, i32),
    limit: i64,
) -> Result<Vec<BatchItem>, StoreError> {
    let (batch, line) = after;
    let is_after = batch_items::batch_id.gt(batch).or(batch_items::batch_id
        .eq(batch)
        .and(batch_items::line.gt(line)));
    Ok(batch_items::table
        .filter(batch_items::glyphs.is_not_null())
        .filter(batch_items::outcome.is_null())
        .filter(batch_items::batch_id.ge(batch))
        .filter(is_after)
        .order((batch_items::batch_id, batch_items::line))
        .limit(limit)
        .select(BatchItem::as_select())
        .load(db)?)
}

/// Notes how a name is printed. [`StoreError::Conflict`] when the card is not waiting for that any more.
pub fn set_glyph_decision(
    db: &mut Db,
    (batch, line): (BatchId, i32),
    decision: GlyphDecision,
    by: &str,
) -> Result<(), StoreError> {
    let waiting = batch_items::table
        .find((batch, line))
        .filter(batch_items::glyphs.is_not_null())
        .filter(batch_items::outcome.is_null());
    let changed = diesel::update(waiting)
        .set((
            batch_items::glyph_decision.eq(decision),
            batch_items::glyph_decided_by.eq(by),
        ))
        .execute(db)?;
    one(changed)
}

/// Notes what the inspector found. [`StoreError::Conflict`] when the card has its result already.
pub fn set_inspection(
    db: &mut Db,
    (batch, line): (BatchId, i32),
    inspection: Inspection,
    by: &str,
) -> Result<(), StoreError> {
    let waiting = batch_items::table
        .find((batch, line))
        .filter(batch_items::outcome.is_null());
    let changed = diesel::update(waiting)
        .set((
            batch_items::inspection.eq(inspection),
            batch_items::inspected_by.eq(by),
        ))
        .execute(db)?;
    one(changed)
}

fn one(changed: usize) -> Result<(), StoreError> {
    if changed == 0 {
        Err(StoreError::Conflict)
    } else {
        Ok(())
    }
}

/// Notes that a card was made, and counts it. [`StoreError::Conflict`] when it has a result already.
pub fn set_made(
    db: &mut Db,
    (batch, line): (BatchId, i32),
    made_on: Date,
    now: Timestamp,
) -> Result<(), StoreError> {
    let waiting = batch_items::table
        .find((batch, line))
        .filter(batch_items::outcome.is_null());
    let changed = diesel::update(waiting)
        .set((
            batch_items::outcome.eq(Outcome::Made),
            batch_items::outcome_at.eq(Instant::from(now)),
            batch_items::made_on.eq(made_on.to_string()),
        ))
        .execute(db)?;
    one(changed)?;
    diesel::update(batches::table.find(batch))
        .set(batches::made.eq(batches::made + 1))
        .execute(db)?;
    Ok(())
}

/// Notes that a card could not be made, and counts it. [`StoreError::Conflict`] when it has a result already.
pub fn set_defect(
    db: &mut Db,
    (batch, line): (BatchId, i32),
    code: DefectCode,
    now: Timestamp,
) -> Result<(), StoreError> {
    let waiting = batch_items::table
        .find((batch, line))
        .filter(batch_items::outcome.is_null());
    let changed = diesel::update(waiting)
        .set((
            batch_items::outcome.eq(Outcome::Defect),
            batch_items::outcome_at.eq(Instant::from(now)),
            batch_items::defect_code.eq(code.as_str()),
        ))
        .execute(db)?;
    one(changed)?;
    diesel::update(batches::table.find(batch))
        .set(batches::defects.eq(batches::defects + 1))
        .execute(db)?;
    Ok(())
}

/// Notes how a made card left, as `file` reports. [`StoreError::Conflict`] when it left already, or was not made.
pub fn set_shipped(
    db: &mut Db,
    (batch, line): (BatchId, i32),
    (shipped_on, carrier, tracking): (Date, &str, &str),
    file: ResultFileId,
) -> Result<(), StoreError> {
    let made = batch_items::table
        .find((batch, line))
        .filter(batch_items::outcome.eq(Outcome::Made))
        .filter(batch_items::shipped_on.is_null());
    let changed = diesel::update(made)
        .set((
            batch_items::shipped_on.eq(shipped_on.to_string()),
            batch_items::carrier.eq(carrier),
            batch_items::tracking.eq(tracking),
            batch_items::dispatch_file.eq(file.0),
        ))
        .execute(db)?;
    one(changed)
}

/// The cards of the next bag that `file` reports: one office, one carrier, one tracking number.
pub fn list_next_bag(
    db: &mut Db,
    file: ResultFileId,
    limit: i64,
) -> Result<Vec<BatchItem>, StoreError> {
    let first: Option<BatchItem> = batch_items::table
        .filter(batch_items::dispatch_file.eq(file.0))
        .order((
            batch_items::office,
            batch_items::carrier,
            batch_items::tracking,
        ))
        .limit(1)
        .select(BatchItem::as_select())
        .get_result(db)
        .optional()?;
    let Some(first) = first else {
        return Ok(Vec::new());
    };
    Ok(batch_items::table
        .filter(batch_items::dispatch_file.eq(file.0))
        .filter(batch_items::office.eq(first.office.as_str()))
        .filter(batch_items::carrier.eq(first.carrier))
        .filter(batch_items::tracking.eq(first.tracking))
        .order((batch_items::batch_id, batch_items::line))
        .limit(limit)
        .select(BatchItem::as_select())
        .load(db)?)
}

/// Notes which shipment a card is in; none when it could be in none.
pub fn set_shipment(
    db: &mut Db,
    (batch, line): (BatchId, i32),
    shipment: Option<&str>,
) -> Result<(), StoreError> {
    let changed = diesel::update(batch_items::table.find((batch, line)))
        .set((
            batch_items::dispatch_file.eq(None::<i64>),
            batch_items::shipment.eq(shipment),
        ))
        .execute(db)?;
    one(changed)
}

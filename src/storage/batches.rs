//! Batches: the cards that leave for the issuer together. A batch gathers released cases (S45) a chunk at a time; once it is ready its content and its
//! signed manifest never change, only what became of each card does.
//!
//! A case waits in one batch at a time (a partial unique index holds that); after a defect that was set right it goes into a later one.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::case_columns::StoredOffice;
use super::schema::{applications, batch_items, batches, cases, revisions};
use super::types::{Instant, MaybeInstant, StoredReceiptNumber, StoredStatus, row_id, text_enum};
use super::{Db, StoreError};
use crate::domain::batch_number::BatchNumber;
use crate::domain::desk::Desk;
use crate::domain::office_code::OfficeCode;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::status::Status;

row_id!(
    /// Id of a batch; its [number](BatchId::number) is what people see.
    BatchId
);

impl BatchId {
    /// The number people see.
    pub const fn number(self) -> BatchNumber {
        BatchNumber::new(self.0)
    }

    /// The batch with this number.
    pub const fn of(number: BatchNumber) -> Self {
        Self(number.count())
    }
}

text_enum!(
    /// Whether a batch can be fetched.
    BatchState {
        /// Cases are still added.
        Gathering = "gathering",
        /// Complete and signed.
        Ready = "ready",
    }
);

/// A batch without what it carries.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = batches)]
pub struct Batch {
    /// Row id.
    pub id: BatchId,
    /// Whether it can be fetched.
    pub state: BatchState,
    /// Who asked for it, as in the audit.
    pub created_by: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub created_at: Timestamp,
    /// When it was complete.
    #[diesel(deserialize_as = MaybeInstant)]
    pub ready_at: Option<Timestamp>,
    /// How many cards.
    pub cards: i32,
    /// How many were made.
    pub made: i32,
    /// How many have a defect.
    pub defects: i32,
}

impl Batch {
    /// The number people see.
    pub fn number(&self) -> BatchNumber {
        self.id.number()
    }

    /// How many cards wait for a result.
    pub fn waiting(&self) -> i32 {
        self.cards - self.made - self.defects
    }
}

/// The signed manifest of a ready batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedManifest {
    /// The exact bytes that were signed.
    pub manifest: String,
    /// The signature, in base64.
    pub signature: String,
}

/// Begins a batch.
pub fn insert_batch(db: &mut Db, by: &str, now: Timestamp) -> Result<Batch, StoreError> {
    let id: BatchId = diesel::insert_into(batches::table)
        .values((
            batches::state.eq(BatchState::Gathering),
            batches::created_by.eq(by),
            batches::created_at.eq(Instant::from(now)),
        ))
        .returning(batches::id)
        .get_result(db)?;
    get_batch(db, id)
}

/// The batch that is being gathered, if there is one: after a power cut it is gone on with.
pub fn find_gathering(db: &mut Db) -> Result<Option<Batch>, StoreError> {
    Ok(batches::table
        .filter(batches::state.eq(BatchState::Gathering))
        .order(batches::id)
        .select(Batch::as_select())
        .get_result(db)
        .optional()?)
}

/// The batch `id`.
pub fn get_batch(db: &mut Db, id: BatchId) -> Result<Batch, StoreError> {
    Ok(batches::table
        .find(id)
        .select(Batch::as_select())
        .get_result(db)?)
}

/// Batches with a lower number than `before`, the newest first.
pub fn list_batches(
    db: &mut Db,
    before: Option<BatchId>,
    limit: i64,
) -> Result<Vec<Batch>, StoreError> {
    Ok(batches::table
        .filter(batches::id.lt(before.unwrap_or(BatchId(i64::MAX))))
        .order(batches::id.desc())
        .limit(limit)
        .select(Batch::as_select())
        .load(db)?)
}

/// Ready batches with a higher number than `after`, the oldest first: how a program walks through them.
pub fn list_ready(db: &mut Db, after: BatchId, limit: i64) -> Result<Vec<Batch>, StoreError> {
    Ok(batches::table
        .filter(batches::state.eq(BatchState::Ready))
        .filter(batches::id.gt(after))
        .order(batches::id)
        .limit(limit)
        .select(Batch::as_select())
        .load(db)?)
}

/// The manifest of a ready batch. [`StoreError::NotFound`] while it is gathering.
pub fn get_manifest(db: &mut Db, id: BatchId) -> Result<SignedManifest, StoreError> {
    let found: (Option<String>, Option<String>) = batches::table
        .find(id)
        .select((batches::manifest, batches::signature))
        .get_result(db)?;
    match found {
        (Some(manifest), Some(signature)) => Ok(SignedManifest {
            manifest,
            signature,
        }),
        _ => Err(StoreError::NotFound),
    }
}

/// A released case that is in no batch: its number, its keeper of the register, its form in force.
#[derive(Debug, Clone)]
pub struct Released {
    /// Which case.
    pub application: ApplicationId,
    /// Its receipt number.
    pub receipt: ReceiptNumber,
    /// Who keeps the register, and gets the card.
    pub office: OfficeCode,
    /// The frozen form, JSON.
    pub form: String,
}

type ReleasedRow = (ApplicationId, StoredReceiptNumber, StoredOffice, String);

/// Released cases (S45) that wait for no result yet, in the order of their release's day and their number.
pub fn list_released(db: &mut Db, limit: i64) -> Result<Vec<Released>, StoreError> {
    let waits = batch_items::table
        .filter(batch_items::application_id.eq(applications::id))
        .filter(batch_items::outcome.is_null());
    let rows: Vec<ReleasedRow> = applications::table
        .inner_join(cases::table)
        .inner_join(revisions::table)
        .filter(applications::desk.eq(Desk::Issuer.as_str()))
        .filter(applications::status.eq(StoredStatus(Status::AtIssuer)))
        .filter(revisions::superseded_at.is_null())
        .filter(not(exists(waits)))
        .order((applications::due_on, applications::id))
        .limit(limit)
        .select((
            applications::id,
            applications::reference,
            cases::register_office,
            revisions::content,
        ))
        .load(db)?;
    let released = |row: ReleasedRow| Released {
        application: row.0,
        receipt: row.1.into(),
        office: row.2.into(),
        form: row.3,
    };
    Ok(rows.into_iter().map(released).collect())
}

/// A case that was confirmed and not sent yet.
#[derive(Debug, Clone)]
pub struct Confirmed {
    /// Its receipt number.
    pub receipt: ReceiptNumber,
    /// 氏 and 名 with one ideographic space between them.
    pub name: String,
    /// Since when it is confirmed.
    pub entered_at: Timestamp,
}

/// Confirmed cases (S40) on the desk of the municipality that keeps their register.
pub fn list_confirmed(
    db: &mut Db,
    office: &OfficeCode,
    limit: i64,
) -> Result<Vec<Confirmed>, StoreError> {
    let rows: Vec<(StoredReceiptNumber, String, String, Instant)> = applications::table
        .inner_join(cases::table)
        .filter(applications::desk.eq(office.as_str()))
        .filter(applications::status.eq(StoredStatus(Status::Confirmed)))
        .order((applications::due_on, applications::id))
        .limit(limit)
        .select((
            applications::reference,
            cases::family,
            cases::given,
            applications::entered_at,
        ))
        .load(db)?;
    let confirmed = |(receipt, family, given, entered_at): (StoredReceiptNumber, _, _, Instant)| {
        let (family, given): (String, String) = (family, given);
        Confirmed {
            receipt: receipt.into(),
            name: format!("{family}\u{3000}{given}"),
            entered_at: entered_at.into(),
        }
    };
    Ok(rows.into_iter().map(confirmed).collect())
}

/// How many released cases wait for a batch, counted up to `most`.
pub fn count_released(db: &mut Db, most: i64) -> Result<i64, StoreError> {
    let waits = batch_items::table
        .filter(batch_items::application_id.eq(applications::id))
        .filter(batch_items::outcome.is_null());
    let ids: Vec<ApplicationId> = applications::table
        .filter(applications::desk.eq(Desk::Issuer.as_str()))
        .filter(applications::status.eq(StoredStatus(Status::AtIssuer)))
        .filter(not(exists(waits)))
        .limit(most)
        .select(applications::id)
        .load(db)?;
    Ok(i64::try_from(ids.len()).unwrap_or(most))
}

/// Takes the next `count` lines of a gathering batch; answers how many there were before. Who gathers the same batch at the same time waits here.
/// [`StoreError::Conflict`] when it is no longer gathering.
pub fn claim_lines(db: &mut Db, id: BatchId, count: i32) -> Result<i32, StoreError> {
    let gathering = batches::table
        .find(id)
        .filter(batches::state.eq(BatchState::Gathering));
    let after: Option<i32> = diesel::update(gathering)
        .set(batches::cards.eq(batches::cards + count))
        .returning(batches::cards)
        .get_result(db)
        .optional()?;
    after.map(|after| after - count).ok_or(StoreError::Conflict)
}

/// Puts the signed manifest under a batch of exactly `cards` cards. [`StoreError::Conflict`] when it is no longer as it was when the manifest was made.
pub fn set_ready(
    db: &mut Db,
    id: BatchId,
    cards: i32,
    signed: &SignedManifest,
    now: Timestamp,
) -> Result<(), StoreError> {
    let as_seen = batches::table
        .find(id)
        .filter(batches::state.eq(BatchState::Gathering))
        .filter(batches::cards.eq(cards));
    let changed = diesel::update(as_seen)
        .set((
            batches::state.eq(BatchState::Ready),
            batches::ready_at.eq(Instant::from(now)),
            batches::manifest.eq(&signed.manifest),
            batches::signature.eq(&signed.signature),
        ))
        .execute(db)?;
    if changed == 0 {
        Err(StoreError::Conflict)
    } else {
        Ok(())
    }
}

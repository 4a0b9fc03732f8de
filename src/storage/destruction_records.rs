//! What was destroyed: what kind, how many, by which rule, when and by whom (the guideline's 廃棄の記録). A case is named by the digest of its receipt
//! number, so that "was this one destroyed?" has an answer and a list of receipt numbers is kept nowhere.

use diesel::prelude::*;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::schema::destruction_records;
use super::types::{Instant, row_id};
use super::{Db, StoreError};
use crate::domain::receipt_number::ReceiptNumber;

row_id!(
    /// Id of a destruction record.
    DestructionId
);

/// A record.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = destruction_records)]
pub struct DestructionRecord {
    /// Row id.
    pub id: DestructionId,
    /// What: the rule's word.
    pub kind: String,
    /// The rule, with its days.
    pub rule: String,
    /// How many rows.
    pub destroyed: i64,
    /// By whom, as in the audit.
    pub destroyed_by: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub destroyed_at: Timestamp,
}

/// Something that was destroyed.
#[derive(Debug, Clone, Copy)]
pub struct NewDestruction<'a> {
    /// What: the rule's word.
    pub kind: &'a str,
    /// The days of the rule.
    pub days: i64,
    /// How many rows.
    pub destroyed: usize,
    /// Which case, if it was one.
    pub case: Option<ReceiptNumber>,
}

fn digest_of(reference: ReceiptNumber) -> Vec<u8> {
    Sha256::digest(reference.compact().as_bytes()).to_vec()
}

/// Writes down a destruction by the program's own purge.
pub fn insert_record(
    db: &mut Db,
    new: &NewDestruction<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(destruction_records::table)
        .values((
            destruction_records::kind.eq(new.kind),
            destruction_records::rule.eq(format!("{} days", new.days)),
            destruction_records::destroyed.eq(i64::try_from(new.destroyed).unwrap_or(i64::MAX)),
            destruction_records::case_digest.eq(new.case.map(digest_of)),
            destruction_records::destroyed_by.eq("system"),
            destruction_records::destroyed_at.eq(Instant::from(now)),
        ))
        .execute(db)?;
    Ok(())
}

/// Writes down that two people destroyed the card of a case: `reason` in one word, and who, as in the audit.
pub fn insert_card_record(
    db: &mut Db,
    reference: ReceiptNumber,
    reason: &str,
    (first, second): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(destruction_records::table)
        .values((
            destruction_records::kind.eq("cards"),
            destruction_records::rule.eq(reason),
            destruction_records::destroyed.eq(1_i64),
            destruction_records::case_digest.eq(digest_of(reference)),
            destruction_records::destroyed_by.eq(format!("{first} {second}")),
            destruction_records::destroyed_at.eq(Instant::from(now)),
        ))
        .execute(db)?;
    Ok(())
}

/// What was destroyed of the case with this receipt number, the oldest first.
pub fn list_of_case(
    db: &mut Db,
    reference: ReceiptNumber,
) -> Result<Vec<DestructionRecord>, StoreError> {
    Ok(destruction_records::table
        .filter(destruction_records::case_digest.eq(digest_of(reference)))
        .order(destruction_records::id)
        .select(DestructionRecord::as_select())
        .load(db)?)
}

/// Up to `limit` records before `before`, the latest first.
pub fn list_records(
    db: &mut Db,
    before: DestructionId,
    limit: i64,
) -> Result<Vec<DestructionRecord>, StoreError> {
    Ok(destruction_records::table
        .filter(destruction_records::id.lt(before))
        .order(destruction_records::id.desc())
        .limit(limit)
        .select(DestructionRecord::as_select())
        .load(db)?)
}

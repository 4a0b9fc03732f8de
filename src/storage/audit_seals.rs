//! Seals over the whole audit: each covers every entry since the one before, and the digest of the one before. The chains show what was changed by
//! somebody who cannot compute; a seal also what was rewritten by somebody who can, because its key is not in the database.
//!
//! What remains is to cut off everything since the last seal, with it the last seals: the entry `audit.sealed` and the line in the log, both with number
//! and digest, are there for that, and `tsubame verify audit --expect`.

use diesel::prelude::*;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::audit::AuditEntryId;
use super::audit_verification::{Damage, Report};
use super::schema::{audit_entries, audit_seals};
use super::types::Instant;
use super::{Db, StoreError};

/// Entries read together.
const BATCH: i64 = 2000;
/// The chain that findings about seals are reported under.
const SEALS: &str = "seals";

/// A seal as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = audit_seals)]
pub struct AuditSeal {
    /// Its number, from 1.
    pub number: i64,
    /// The last entry it covers.
    pub last_entry: AuditEntryId,
    /// How many entries it covers beyond the seal before.
    pub entries: i64,
    /// SHA-256 over the digest before and the hashes of those entries.
    pub digest: Vec<u8>,
    /// The key that made it.
    pub key_id: String,
    /// The keyed hash over [`AuditSeal::message`].
    pub seal: Vec<u8>,
    /// When it was made.
    #[diesel(deserialize_as = Instant)]
    pub sealed_at: Timestamp,
}

impl AuditSeal {
    /// What its keyed hash covers.
    pub fn message(&self) -> [Vec<u8>; 4] {
        message(self.number, self.last_entry, self.entries, &self.digest)
    }
}

fn message(number: i64, last: AuditEntryId, entries: i64, digest: &[u8]) -> [Vec<u8>; 4] {
    [
        number.to_be_bytes().to_vec(),
        last.0.to_be_bytes().to_vec(),
        entries.to_be_bytes().to_vec(),
        digest.to_vec(),
    ]
}

/// What the next seal covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The seal's number.
    pub number: i64,
    /// The last entry.
    pub last_entry: AuditEntryId,
    /// How many entries.
    pub entries: i64,
    /// Their digest, and all before them.
    pub digest: [u8; 32],
}

impl Segment {
    /// What the keyed hash covers.
    pub fn message(&self) -> [Vec<u8>; 4] {
        message(self.number, self.last_entry, self.entries, &self.digest)
    }

    /// The digest, written out.
    pub fn digest_text(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.digest)
    }
}

/// The latest seal.
pub fn find_latest(db: &mut Db) -> Result<Option<AuditSeal>, StoreError> {
    let newest: Option<i64> = audit_seals::table
        .select(diesel::dsl::max(audit_seals::number))
        .get_result(db)?;
    match newest {
        Some(number) => find_seal(db, number),
        None => Ok(None),
    }
}

/// The seal with this number.
pub fn find_seal(db: &mut Db, number: i64) -> Result<Option<AuditSeal>, StoreError> {
    Ok(audit_seals::table
        .find(number)
        .select(AuditSeal::as_select())
        .get_result(db)
        .optional()?)
}

/// What a seal made now covers: everything written before `until` that no seal covers yet; nothing, if there is nothing new.
pub fn next_segment(db: &mut Db, until: Timestamp) -> Result<Option<Segment>, StoreError> {
    let before = find_latest(db)?;
    let (number, after, digest) = before.map_or((0, AuditEntryId(0), Vec::new()), |seal| {
        (seal.number, seal.last_entry, seal.digest)
    });
    let last: Option<AuditEntryId> = audit_entries::table
        .filter(audit_entries::id.gt(after))
        .filter(audit_entries::at.lt(Instant::from(until)))
        .select(diesel::dsl::max(audit_entries::id))
        .get_result(db)?;
    let Some(last) = last else {
        return Ok(None);
    };
    let (entries, digest) = digest_of(db, &digest, after, last)?;
    Ok(Some(Segment {
        number: number + 1,
        last_entry: last,
        entries,
        digest,
    }))
}

/// How many entries there are after `after` through `last`, and their digest.
fn digest_of(
    db: &mut Db,
    before: &[u8],
    after: AuditEntryId,
    last: AuditEntryId,
) -> Result<(i64, [u8; 32]), StoreError> {
    let mut digest = Sha256::new();
    digest.update(before);
    let (mut place, mut count) = (after, 0_i64);
    loop {
        let rows: Vec<(AuditEntryId, Vec<u8>)> = audit_entries::table
            .filter(audit_entries::id.gt(place))
            .filter(audit_entries::id.le(last))
            .order(audit_entries::id)
            .limit(BATCH)
            .select((audit_entries::id, audit_entries::hash))
            .load(db)?;
        let Some((end, _)) = rows.last() else {
            break;
        };
        place = *end;
        for (id, hash) in &rows {
            count += 1;
            digest.update(id.0.to_be_bytes());
            digest.update(hash);
        }
    }
    Ok((count, digest.finalize().into()))
}

/// Keeps a seal. [`StoreError::Conflict`] when another process made it.
pub fn insert_seal(
    db: &mut Db,
    segment: &Segment,
    (key_id, seal): (&str, &[u8]),
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(audit_seals::table)
        .values((
            audit_seals::number.eq(segment.number),
            audit_seals::last_entry.eq(segment.last_entry),
            audit_seals::entries.eq(segment.entries),
            audit_seals::digest.eq(segment.digest.as_slice()),
            audit_seals::key_id.eq(key_id),
            audit_seals::seal.eq(seal),
            audit_seals::sealed_at.eq(Instant::from(now)),
        ))
        .execute(db)?;
    Ok(())
}

/// Verifies every seal and adds what does not fit to `report`; `is_authentic` asks the keys. Answers how many seals there are.
pub fn verify_seals(
    db: &mut Db,
    is_authentic: impl Fn(&AuditSeal) -> bool,
    report: &mut Report,
) -> Result<i64, StoreError> {
    let (mut number, mut after, mut digest) = (0, AuditEntryId(0), Vec::new());
    while let Some(seal) = next_seal(db, number)? {
        if seal.number != number + 1 {
            report.add(SEALS, seal.number, Damage::SealMissing);
        }
        if !is_authentic(&seal) {
            report.add(SEALS, seal.number, Damage::SealForged);
        }
        let (entries, found) = digest_of(db, &digest, after, seal.last_entry)?;
        if entries != seal.entries || found.as_slice() != seal.digest {
            report.add(SEALS, seal.number, Damage::NotAsSealed);
        }
        (number, after, digest) = (seal.number, seal.last_entry, seal.digest);
    }
    let noted: i64 = audit_entries::table
        .filter(audit_entries::chain.eq("system"))
        .filter(audit_entries::action.eq("audit.sealed"))
        .count()
        .get_result(db)?;
    if noted != number {
        report.add(SEALS, noted, Damage::SealMissing);
    }
    Ok(number)
}

fn next_seal(db: &mut Db, after: i64) -> Result<Option<AuditSeal>, StoreError> {
    Ok(audit_seals::table
        .filter(audit_seals::number.gt(after))
        .order(audit_seals::number)
        .select(AuditSeal::as_select())
        .first(db)
        .optional()?)
}

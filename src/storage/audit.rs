//! Who did what, as chains of hashes: one chain for each case, and `system` for the rest.
//!
//! An entry's hash covers the entry and the hash before it; the head of a chain is kept apart. Altering, removing, swapping or cutting off entries
//! leaves a mark that [`verify`](super::audit_verification::verify) finds. A detail never holds personal data: ids, codes and counts only.

use diesel::prelude::*;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::connection::each_backend;
use super::schema::{audit_entries, audit_heads};
use super::types::{Instant, row_id};
use super::{Db, StoreError};
use crate::domain::receipt_number::ReceiptNumber;

row_id!(
    /// Id of an audit entry.
    AuditEntryId
);

/// The hash "before" the first entry of every chain.
pub const GENESIS: [u8; 32] = [0; 32];

/// The name of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain(String);

impl Chain {
    /// The chain of the case with this receipt number.
    pub fn of_case(reference: ReceiptNumber) -> Self {
        Self(format!("case:{}", reference.compact()))
    }

    /// The chain of everything that belongs to no case.
    pub fn system() -> Self {
        Self("system".to_owned())
    }

    /// The name in the database.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Something to be written down.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    /// In which chain.
    pub chain: &'a Chain,
    /// Who: `mailbox:7`, `staff:3`, `system`.
    pub actor: &'a str,
    /// What: a dotted word such as `case.moved`.
    pub action: &'a str,
    /// Codes and counts; no personal data.
    pub detail: &'a str,
}

/// An entry as stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = audit_entries)]
pub struct AuditEntry {
    /// Row id: the order of all entries.
    pub id: AuditEntryId,
    /// Name of the chain.
    pub chain: String,
    /// Place in the chain, from 1.
    pub seq: i64,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// Codes and counts.
    pub detail: String,
    /// Hash of the entry before.
    pub previous_hash: Vec<u8>,
    /// Hash of this entry.
    pub hash: Vec<u8>,
}

/// What an entry's hash covers.
pub(super) struct Link<'a> {
    pub(super) chain: &'a str,
    pub(super) seq: i64,
    pub(super) at: Timestamp,
    pub(super) actor: &'a str,
    pub(super) action: &'a str,
    pub(super) detail: &'a str,
    pub(super) previous_hash: &'a [u8],
}

impl Link<'_> {
    /// SHA-256 over every field, each with its length before it so that no two entries spell the same bytes.
    pub(super) fn hash(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        let seq = self.seq.to_be_bytes();
        let at = self.at.as_microsecond().to_be_bytes();
        let fields: [&[u8]; 7] = [
            self.previous_hash,
            self.chain.as_bytes(),
            &seq,
            &at,
            self.actor.as_bytes(),
            self.action.as_bytes(),
            self.detail.as_bytes(),
        ];
        for field in fields {
            let length = u64::try_from(field.len()).unwrap_or(u64::MAX);
            digest.update(length.to_be_bytes());
            digest.update(field);
        }
        digest.finalize().into()
    }
}

/// Appends to a chain, in the caller's transaction. Two writers of one chain wait for each other.
pub fn append(db: &mut Db, new: &NewEntry<'_>, now: Timestamp) -> Result<(), StoreError> {
    let chain = new.chain.as_str();
    let (seq, previous) = claim_place(db, chain)?;
    let link = Link {
        chain,
        seq,
        at: now,
        actor: new.actor,
        action: new.action,
        detail: new.detail,
        previous_hash: &previous,
    };
    let hash = link.hash();
    diesel::insert_into(audit_entries::table)
        .values((
            audit_entries::chain.eq(chain),
            audit_entries::seq.eq(seq),
            audit_entries::at.eq(Instant::from(now)),
            audit_entries::actor.eq(new.actor),
            audit_entries::action.eq(new.action),
            audit_entries::detail.eq(new.detail),
            audit_entries::previous_hash.eq(&previous),
            audit_entries::hash.eq(hash.as_slice()),
        ))
        .execute(db)?;
    diesel::update(audit_heads::table.find(chain))
        .set(audit_heads::hash.eq(hash.as_slice()))
        .execute(db)?;
    Ok(())
}

/// Takes the next place of a chain, which locks the chain until the transaction ends; answers it with the hash of the last entry.
fn claim_place(db: &mut Db, chain: &str) -> Result<(i64, Vec<u8>), StoreError> {
    if let Some(place) = next_place(db, chain)? {
        return Ok(place);
    }
    let start = (
        audit_heads::chain.eq(chain),
        audit_heads::seq.eq(0_i64),
        audit_heads::hash.eq(GENESIS.as_slice()),
    );
    each_backend!(db, |c| diesel::insert_into(audit_heads::table)
        .values(start)
        .on_conflict_do_nothing()
        .execute(c))?;
    next_place(db, chain)?.ok_or(StoreError::Conflict)
}

fn next_place(db: &mut Db, chain: &str) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    let place = diesel::update(audit_heads::table.find(chain))
        .set(audit_heads::seq.eq(audit_heads::seq + 1))
        .returning((audit_heads::seq, audit_heads::hash))
        .get_result(db)
        .optional()?;
    Ok(place)
}

/// The entries of a chain, oldest first.
pub fn list_entries(db: &mut Db, chain: &Chain) -> Result<Vec<AuditEntry>, StoreError> {
    let entries = audit_entries::table
        .filter(audit_entries::chain.eq(chain.as_str()))
        .order(audit_entries::seq)
        .select(AuditEntry::as_select())
        .load(db)?;
    Ok(entries)
}

//! Proves that nobody changed the audit: walks every chain in one consistent moment, with bounded memory, and names what does not fit.

use diesel::prelude::*;
use jiff::Timestamp;

use super::audit::{GENESIS, Link};
use super::schema::{audit_entries, audit_heads};
use super::types::Instant;
use super::{Db, StoreError};

/// Rows looked at together.
const BATCH: usize = 2000;
/// Findings named one by one; the rest is counted.
const NAMED: usize = 200;

/// What does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// The entry is not what was written: its hash does not cover it.
    Altered,
    /// The entry does not continue the one before it: one was exchanged, moved or rewritten.
    Unlinked,
    /// Entries before this one are missing.
    Gap,
    /// The chain ends before its head, or its head says something else.
    CutOff,
    /// The chain has no head: it was removed, or the entries were written past [`append`](super::audit::append).
    NoHead,
    /// The entries under a seal are not those that were sealed.
    NotAsSealed,
    /// No key of this installation made the seal.
    SealForged,
    /// A seal is missing, or one that nobody wrote down is there.
    SealMissing,
}

impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Altered => "the entry was altered",
            Self::Unlinked => "the entry does not continue the one before it",
            Self::Gap => "entries before it are missing",
            Self::CutOff => "the chain does not end where its head says",
            Self::NoHead => "the chain has no head",
            Self::NotAsSealed => "the entries are not those that were sealed",
            Self::SealForged => "no key of this installation made the seal",
            Self::SealMissing => "a seal is missing, or nobody wrote it down",
        })
    }
}

/// Damage and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Name of the chain.
    pub chain: String,
    /// Place in the chain; 0 when nothing of it is left.
    pub seq: i64,
    /// What does not fit.
    pub damage: Damage,
}

/// The outcome of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries looked at.
    pub entries: u64,
    /// Chains looked at.
    pub chains: u64,
    /// How many findings there are.
    pub damages: u64,
    /// The first of them.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether every chain is whole.
    pub fn is_whole(&self) -> bool {
        self.damages == 0
    }

    pub(super) fn add(&mut self, chain: &str, seq: i64, damage: Damage) {
        self.damages += 1;
        if self.findings.len() < NAMED {
            self.findings.push(Finding {
                chain: chain.to_owned(),
                seq,
                damage,
            });
        }
    }
}

/// An entry with its chain's head beside it.
#[derive(Queryable)]
struct Row {
    chain: String,
    seq: i64,
    at: Instant,
    actor: String,
    action: String,
    detail: String,
    previous_hash: Vec<u8>,
    hash: Vec<u8>,
    head: Option<(i64, Vec<u8>)>,
}

/// Verifies every chain.
pub fn verify(db: &mut Db) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let mut last: Option<Row> = None;
    loop {
        let rows = rows_after(db, last.as_ref())?;
        let is_end = rows.len() < BATCH;
        for row in rows {
            let before = last.as_ref().filter(|before| before.chain == row.chain);
            if before.is_none() {
                end_of_chain(last.as_ref(), &mut report);
                report.chains += 1;
            }
            check(before, &row, &mut report);
            last = Some(row);
        }
        if is_end {
            break;
        }
    }
    end_of_chain(last.as_ref(), &mut report);
    for (chain, seq) in heads_without_entries(db)? {
        report.add(&chain, seq.min(0), Damage::CutOff);
    }
    Ok(report)
}

fn check(before: Option<&Row>, row: &Row, report: &mut Report) {
    report.entries += 1;
    let (expected_seq, expected_hash) = before.map_or((1, GENESIS.as_slice()), |before| {
        (before.seq + 1, before.hash.as_slice())
    });
    if row.seq != expected_seq {
        report.add(&row.chain, row.seq, Damage::Gap);
    } else if row.previous_hash != expected_hash {
        report.add(&row.chain, row.seq, Damage::Unlinked);
    }
    let link = Link {
        chain: &row.chain,
        seq: row.seq,
        at: Timestamp::from(row.at),
        actor: &row.actor,
        action: &row.action,
        detail: &row.detail,
        previous_hash: &row.previous_hash,
    };
    if link.hash().as_slice() != row.hash {
        report.add(&row.chain, row.seq, Damage::Altered);
    }
}

fn end_of_chain(last: Option<&Row>, report: &mut Report) {
    let Some(last) = last else { return };
    match &last.head {
        None => report.add(&last.chain, last.seq, Damage::NoHead),
        Some((seq, hash)) if *seq != last.seq || *hash != last.hash => {
            report.add(&last.chain, last.seq, Damage::CutOff);
        }
        Some(_) => {}
    }
}

fn rows_after(db: &mut Db, last: Option<&Row>) -> Result<Vec<Row>, StoreError> {
    let columns = (
        audit_entries::chain,
        audit_entries::seq,
        audit_entries::at,
        audit_entries::actor,
        audit_entries::action,
        audit_entries::detail,
        audit_entries::previous_hash,
        audit_entries::hash,
        (audit_heads::seq, audit_heads::hash).nullable(),
    );
    let (chain, seq) = last.map_or(("", 0), |row| (row.chain.as_str(), row.seq));
    let rows = audit_entries::table
        .left_join(audit_heads::table.on(audit_heads::chain.eq(audit_entries::chain)))
        // Said this way, the index on (chain, seq) begins where the last batch ended.
        .filter(audit_entries::chain.ge(chain))
        .filter(
            audit_entries::chain
                .gt(chain)
                .or(audit_entries::seq.gt(seq)),
        )
        .order((audit_entries::chain, audit_entries::seq))
        .limit(i64::try_from(BATCH).unwrap_or(i64::MAX))
        .select(columns)
        .load(db)?;
    Ok(rows)
}

fn heads_without_entries(db: &mut Db) -> Result<Vec<(String, i64)>, StoreError> {
    let entries = audit_entries::table.filter(audit_entries::chain.eq(audit_heads::chain));
    let heads = audit_heads::table
        .filter(diesel::dsl::not(diesel::dsl::exists(entries)))
        .order(audit_heads::chain)
        .limit(i64::try_from(NAMED).unwrap_or(i64::MAX))
        .select((audit_heads::chain, audit_heads::seq))
        .load(db)?;
    Ok(heads)
}

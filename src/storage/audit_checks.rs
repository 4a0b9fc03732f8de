//! Verifications of the audit that somebody asked for on screen: who asked, when it ended, and what was found.

use diesel::prelude::*;
use jiff::Timestamp;

use super::audit_verification::Report;
use super::jobs::{self, JobKind};
use super::schema::audit_verifications;
use super::types::{Instant, MaybeInstant, row_id};
use super::{Db, StoreError};

row_id!(
    /// Id of a verification.
    AuditCheckId
);

/// A verification.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = audit_verifications)]
pub struct AuditCheck {
    /// Row id.
    pub id: AuditCheckId,
    /// Who asked, as in the audit.
    pub asked_by: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub asked_at: Timestamp,
    /// When it ended, if it has.
    #[diesel(deserialize_as = MaybeInstant)]
    pub finished_at: Option<Timestamp>,
    /// Entries looked at.
    pub entries: i64,
    /// Chains looked at.
    pub chains: i64,
    /// Seals looked at.
    pub seals: i64,
    /// How many findings.
    pub damages: i64,
    /// The first of them, one a line.
    pub findings: String,
}

impl AuditCheck {
    /// Whether it ended, and found nothing.
    pub fn is_whole(&self) -> bool {
        self.finished_at.is_some() && self.damages == 0 && self.findings.is_empty()
    }
}

/// What the job of a verification carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CheckOrder {
    /// Which verification.
    pub check: AuditCheckId,
}

/// Asks for a verification, unless one is under way; answers whether it is new.
pub fn ask_for_check(db: &mut Db, asked_by: &str, now: Timestamp) -> Result<bool, StoreError> {
    if latest_checks(db, 1)?
        .iter()
        .any(|check| check.finished_at.is_none())
    {
        return Ok(false);
    }
    let check = diesel::insert_into(audit_verifications::table)
        .values((
            audit_verifications::asked_by.eq(asked_by),
            audit_verifications::asked_at.eq(Instant::from(now)),
        ))
        .returning(audit_verifications::id)
        .get_result(db)?;
    let payload = serde_json::to_string(&CheckOrder { check })
        .map_err(|cause| StoreError::Corrupt(cause.to_string()))?;
    jobs::insert_job(db, JobKind::VerifyAudit, &payload, now, now)?;
    Ok(true)
}

/// Keeps the outcome.
pub fn set_outcome(
    db: &mut Db,
    id: AuditCheckId,
    (report, seals): (&Report, i64),
    now: Timestamp,
) -> Result<(), StoreError> {
    let findings: Vec<String> = report
        .findings
        .iter()
        .take(20)
        .map(|finding| format!("{} {}: {}", finding.chain, finding.seq, finding.damage))
        .collect();
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    diesel::update(audit_verifications::table.find(id))
        .set((
            audit_verifications::finished_at.eq(Instant::from(now)),
            audit_verifications::entries.eq(number(report.entries)),
            audit_verifications::chains.eq(number(report.chains)),
            audit_verifications::seals.eq(seals),
            audit_verifications::damages.eq(number(report.damages)),
            audit_verifications::findings.eq(findings.join("\n")),
        ))
        .execute(db)?;
    Ok(())
}

/// The job was given up: the verification ended without an outcome, and another can be asked for.
pub fn give_up(db: &mut Db, id: AuditCheckId, now: Timestamp) -> Result<(), StoreError> {
    diesel::update(audit_verifications::table.find(id))
        .set((
            audit_verifications::finished_at.eq(Instant::from(now)),
            audit_verifications::findings.eq("the verification was given up"),
        ))
        .execute(db)?;
    Ok(())
}

/// The latest verifications, newest first.
pub fn latest_checks(db: &mut Db, most: i64) -> Result<Vec<AuditCheck>, StoreError> {
    Ok(audit_verifications::table
        .filter(audit_verifications::id.gt(AuditCheckId(0)))
        .order(audit_verifications::id.desc())
        .limit(most)
        .select(AuditCheck::as_select())
        .load(db)?)
}

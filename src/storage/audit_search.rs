//! The audit as its readers ask for it: by who, by case, by action, by time, the latest first, page by page. It shows what was written and adds nothing:
//! entries hold ids, codes and counts, so that whoever reads them learns no personal data.

use diesel::prelude::*;
use jiff::Timestamp;

use super::audit::{AuditEntry, AuditEntryId, Chain};
use super::schema::audit_entries;
use super::types::Instant;
use super::{Db, StoreError};

/// What is asked for; what is not named is not looked at.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Who, as written: `staff:7`.
    pub actor: Option<String>,
    /// What, as written: `case.moved`.
    pub action: Option<String>,
    /// The chain of one case.
    pub chain: Option<Chain>,
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
}

/// The place of an entry among all: its instant and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditPlace {
    /// When.
    pub at: Timestamp,
    /// The id.
    pub id: AuditEntryId,
}

impl AuditPlace {
    /// The place of this entry.
    pub fn of(entry: &AuditEntry) -> Self {
        Self {
            at: entry.at,
            id: entry.id,
        }
    }
}

/// Up to `limit` entries that `filter` names, the latest first, before `before`.
pub fn search_entries(
    db: &mut Db,
    filter: &AuditFilter,
    before: Option<AuditPlace>,
    limit: i64,
) -> Result<Vec<AuditEntry>, StoreError> {
    let mut query = audit_entries::table
        .order((audit_entries::at.desc(), audit_entries::id.desc()))
        .limit(limit)
        .select(AuditEntry::as_select())
        .into_boxed();
    if let Some(actor) = &filter.actor {
        query = query.filter(audit_entries::actor.eq(actor.clone()));
    }
    if let Some(action) = &filter.action {
        query = query.filter(audit_entries::action.eq(action.clone()));
    }
    if let Some(chain) = &filter.chain {
        query = query.filter(audit_entries::chain.eq(chain.as_str().to_owned()));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_entries::at.ge(Instant::from(from)));
    }
    if let Some(until) = filter.until {
        query = query.filter(audit_entries::at.lt(Instant::from(until)));
    }
    if let Some(place) = before {
        let at = Instant::from(place.at);
        // Said this way, an index on (…, at, id) begins where the last page ended.
        query = query
            .filter(audit_entries::at.le(at))
            .filter(audit_entries::at.lt(at).or(audit_entries::id.lt(place.id)));
    }
    Ok(query.load(db)?)
}

//! The rows of queues, of search results and of exports: what a list says about a case, for a few cases at a time.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::applications::ApplicationId;
use super::case_columns::{StoredDue, StoredOffice};
use super::cases::Channel;
use super::schema::{applications, cases, inquiries, staff, tasks};
use super::tasks::{TaskKind, TaskState};
use super::types::{Instant, MaybeInstant, StoredReceiptNumber, StoredStatus};
use super::{Db, StoreError};
use crate::domain::office_code::OfficeCode;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::status::Status;

/// A case as a list shows it.
#[derive(Debug, Clone, Queryable)]
pub struct QueueRow {
    /// Row id of the application.
    pub id: ApplicationId,
    /// The receipt number.
    #[diesel(deserialize_as = StoredReceiptNumber)]
    pub reference: ReceiptNumber,
    /// Where it stands.
    #[diesel(deserialize_as = StoredStatus)]
    pub status: Status,
    /// The last day of what runs.
    #[diesel(deserialize_as = StoredDue)]
    pub due_on: Option<Date>,
    /// Since when it is in its status.
    #[diesel(deserialize_as = Instant)]
    pub entered_at: Timestamp,
    /// The account that works on it.
    pub claimed_by: Option<i64>,
    /// Since when.
    #[diesel(deserialize_as = MaybeInstant)]
    pub claimed_at: Option<Timestamp>,
    /// Whether it only has to be sent on.
    pub is_prepared: bool,
    /// 氏.
    pub family: String,
    /// 名.
    pub given: String,
    /// The reading of both.
    pub kana: String,
    /// How the paper came.
    pub channel: Option<Channel>,
    /// When it was first received.
    #[diesel(deserialize_as = MaybeInstant)]
    pub received_at: Option<Timestamp>,
    /// Where the form was handed in.
    #[diesel(deserialize_as = StoredOffice)]
    pub filing_office: OfficeCode,
    /// Who keeps the register.
    #[diesel(deserialize_as = StoredOffice)]
    pub register_office: OfficeCode,
    /// Where the card is collected.
    #[diesel(deserialize_as = StoredOffice)]
    pub pickup_office: OfficeCode,
}

impl QueueRow {
    /// 氏 and 名 with one ideographic space between them.
    pub fn full_name(&self) -> String {
        format!("{}\u{3000}{}", self.family, self.given)
    }
}

/// The rows of these cases, in the order of `ids`; what is no case any more is left out.
pub fn list_rows(db: &mut Db, ids: &[ApplicationId]) -> Result<Vec<QueueRow>, StoreError> {
    let found: Vec<QueueRow> = applications::table
        .inner_join(cases::table)
        .filter(applications::id.eq_any(ids))
        .select((
            applications::id,
            applications::reference,
            applications::status,
            applications::due_on,
            applications::entered_at,
            applications::claimed_by,
            applications::claimed_at,
            applications::is_prepared,
            cases::family,
            cases::given,
            cases::kana,
            cases::channel,
            cases::received_at,
            cases::filing_office,
            cases::register_office,
            cases::pickup_office,
        ))
        .load(db)?;
    let mut by_id: BTreeMap<ApplicationId, QueueRow> =
        found.into_iter().map(|row| (row.id, row)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}

/// The names of the accounts that work on these rows.
pub fn names_of_claimants(
    db: &mut Db,
    rows: &[QueueRow],
) -> Result<BTreeMap<i64, String>, StoreError> {
    let ids: BTreeSet<i64> = rows.iter().filter_map(|row| row.claimed_by).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let names: Vec<(i64, String)> = staff::table
        .filter(staff::id.eq_any(ids))
        .select((staff::id, staff::name))
        .load(db)?;
    Ok(names.into_iter().collect())
}

/// Those of these rows whose applicant did her part: she corrected what was wrong (S25), or her answer brought the case back (S35).
pub fn list_replied(db: &mut Db, rows: &[QueueRow]) -> Result<BTreeSet<ApplicationId>, StoreError> {
    let ids = |status: Status| -> Vec<ApplicationId> {
        rows.iter()
            .filter(|row| row.status == status)
            .map(|row| row.id)
            .collect()
    };
    let mut replied = BTreeSet::new();
    let corrected = ids(Status::Defect);
    if !corrected.is_empty() {
        let found: Vec<Option<ApplicationId>> = tasks::table
            .filter(tasks::application_id.eq_any(corrected))
            .filter(tasks::kind.eq(TaskKind::CorrectionAnswered))
            .filter(tasks::state.eq(TaskState::Open))
            .select(tasks::application_id)
            .load(db)?;
        replied.extend(found.into_iter().flatten());
    }
    let asked = ids(Status::AtHonseki);
    if !asked.is_empty() {
        let found: Vec<ApplicationId> = inquiries::table
            .inner_join(applications::table)
            .filter(inquiries::application_id.eq_any(asked))
            .filter(inquiries::replied_at.is_not_null())
            .filter(inquiries::closed_at.ge(applications::entered_at.nullable()))
            .select(inquiries::application_id)
            .load(db)?;
        replied.extend(found);
    }
    Ok(replied)
}

//! Decisions that need a second person: refusing an application (S28), confirming the register check (S40), destroying a card (S95).
//!
//! One person decides and says why; another approves or sends it back. Nobody approves what they decided themselves, and a case that moved on meanwhile
//! overtakes the decision.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::case_columns::StoredOffice;
use super::schema::decisions;
use super::types::{Instant, MaybeInstant, StoredStatus, row_id, text_enum};
use super::{Db, StoreError};
use crate::domain::office_code::OfficeCode;
use crate::domain::status::Status;

row_id!(
    /// Id of a decision.
    DecisionId
);

text_enum!(
    /// Where a decision stands.
    DecisionState {
        /// Waiting for the second person.
        Pending = "pending",
        /// The second person agreed, and the case moved.
        Approved = "approved",
        /// The second person sent it back.
        Returned = "returned",
        /// The case moved otherwise before anybody agreed.
        Overtaken = "overtaken",
    }
);

/// A decision.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = decisions)]
pub struct Decision {
    /// Row id.
    pub id: DecisionId,
    /// About which case.
    pub application_id: ApplicationId,
    /// Where the case stood.
    #[diesel(deserialize_as = StoredStatus)]
    pub from_status: Status,
    /// Where it is to go.
    #[diesel(deserialize_as = StoredStatus)]
    pub to_status: Status,
    /// The office that decides.
    #[diesel(deserialize_as = StoredOffice)]
    pub office: OfficeCode,
    /// The reason: a defect code, or words without personal data.
    pub reason: String,
    /// The first person, as in the audit.
    pub decided_by: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub decided_at: Timestamp,
    /// Where it stands.
    pub state: DecisionState,
    /// The second person.
    pub settled_by: Option<String>,
    /// When.
    #[diesel(deserialize_as = MaybeInstant)]
    pub settled_at: Option<Timestamp>,
}

/// A decision to be written down.
#[derive(Debug, Clone, Copy)]
pub struct NewDecision<'a> {
    /// About which case.
    pub application: ApplicationId,
    /// Where the first person saw it.
    pub from: Status,
    /// Where it is to go.
    pub to: Status,
    /// The office that decides.
    pub office: &'a OfficeCode,
    /// The reason.
    pub reason: &'a str,
    /// The first person, as in the audit.
    pub by: &'a str,
}

/// Writes a decision down. [`StoreError::Conflict`] when one about this case waits already.
pub fn insert_decision(
    db: &mut Db,
    new: &NewDecision<'_>,
    now: Timestamp,
) -> Result<DecisionId, StoreError> {
    let id = diesel::insert_into(decisions::table)
        .values((
            decisions::application_id.eq(new.application),
            decisions::from_status.eq(StoredStatus(new.from)),
            decisions::to_status.eq(StoredStatus(new.to)),
            decisions::office.eq(new.office.as_str()),
            decisions::reason.eq(new.reason),
            decisions::decided_by.eq(new.by),
            decisions::decided_at.eq(Instant::from(now)),
            decisions::state.eq(DecisionState::Pending),
        ))
        .returning(decisions::id)
        .get_result(db)?;
    Ok(id)
}

/// The decision `id`, settled or not.
pub fn get_decision(db: &mut Db, id: DecisionId) -> Result<Decision, StoreError> {
    Ok(decisions::table
        .find(id)
        .select(Decision::as_select())
        .get_result(db)?)
}

/// The decision about a case that waits, if one does.
pub fn find_pending(
    db: &mut Db,
    application: ApplicationId,
) -> Result<Option<Decision>, StoreError> {
    Ok(decisions::table
        .filter(decisions::application_id.eq(application))
        .filter(decisions::state.eq(DecisionState::Pending))
        .select(Decision::as_select())
        .get_result(db)
        .optional()?)
}

/// The decisions of an office that wait for somebody other than `reader`, with ids above `after`, by id.
pub fn list_pending(
    db: &mut Db,
    office: &OfficeCode,
    reader: &str,
    after: DecisionId,
    limit: i64,
) -> Result<Vec<Decision>, StoreError> {
    Ok(decisions::table
        .filter(decisions::office.eq(office.as_str()))
        .filter(decisions::state.eq(DecisionState::Pending))
        .filter(decisions::id.gt(after))
        .filter(decisions::decided_by.ne(reader))
        .order(decisions::id)
        .limit(limit)
        .select(Decision::as_select())
        .load(db)?)
}

/// Every decision about a case, oldest first.
pub fn list_decisions(
    db: &mut Db,
    application: ApplicationId,
) -> Result<Vec<Decision>, StoreError> {
    Ok(decisions::table
        .filter(decisions::application_id.eq(application))
        .order(decisions::id)
        .select(Decision::as_select())
        .load(db)?)
}

/// Settles a decision that waits. [`StoreError::Conflict`] when it no longer does, or when `by` is who decided it.
pub fn settle_decision(
    db: &mut Db,
    id: DecisionId,
    state: DecisionState,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let waiting = decisions::table
        .find(id)
        .filter(decisions::state.eq(DecisionState::Pending))
        .filter(decisions::decided_by.ne(by));
    match diesel::update(waiting)
        .set((
            decisions::state.eq(state),
            decisions::settled_by.eq(by),
            decisions::settled_at.eq(Instant::from(now)),
        ))
        .execute(db)?
    {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

/// Marks what waits about a case as overtaken: it moved otherwise. Answers how many.
pub fn overtake(
    db: &mut Db,
    application: ApplicationId,
    by: &str,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let waiting = decisions::table
        .filter(decisions::application_id.eq(application))
        .filter(decisions::state.eq(DecisionState::Pending));
    Ok(diesel::update(waiting)
        .set((
            decisions::state.eq(DecisionState::Overtaken),
            decisions::settled_by.eq(by),
            decisions::settled_at.eq(Instant::from(now)),
        ))
        .execute(db)?)
}

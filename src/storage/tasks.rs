//! Work of an office that no status shows: a person who cannot be reached, a card missing from a bag, a shipment that did not arrive.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::connection::each_backend;
use super::schema::tasks;
use super::types::{Instant, MaybeInstant, row_id, text_enum};
use super::{Db, StoreError};

row_id!(
    /// Id of a task.
    TaskId
);

text_enum!(
    /// What is to be done.
    TaskKind {
        /// Mails to the applicant fail: reach her by telephone or through her second contact.
        Unreachable = "unreachable",
        /// An item of a shipment's list was not in the bag.
        MissingItem = "missing-item",
        /// An item in the bag was not on the list.
        SurplusItem = "surplus-item",
        /// A shipment did not arrive in its time.
        NotReceived = "not-received",
        /// The applicant did her part of a correction; look at it.
        CorrectionAnswered = "correction-answered",
        /// A question was not answered in its time.
        NoReply = "no-reply",
        /// The register is kept elsewhere now: the paper has to travel on.
        ForwardPaper = "forward-paper",
        /// A name or date on the card changed after the issuer got it: it has to be made again.
        Remake = "remake",
        /// The applicant asked to withdraw; her signed request is awaited.
        WithdrawalAsked = "withdrawal-asked",
        /// The applicant asked that her card be sent on to another pickup place; decide it.
        TransferAsked = "transfer-asked",
        /// Nobody decided such a request in its time.
        TransferUndecided = "transfer-undecided",
        /// A card that is to travel on was not sent in its time.
        TransferUnsent = "transfer-unsent",
        /// A shipment was sent and not received in its time.
        LateShipment = "late-shipment",
        /// The post brought a shipment, or cards of it, back.
        ReturnedShipment = "returned-shipment",
        /// A card whose case has ended is to be destroyed; done when a second person confirmed it, and by nobody's word alone.
        DestroyCard = "destroy-card",
    }
);

text_enum!(
    /// Whether it is done.
    TaskState {
        /// To be done.
        Open = "open",
        /// Done.
        Done = "done",
    }
);

/// A task.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = tasks)]
pub struct Task {
    /// Row id.
    pub id: TaskId,
    /// What is to be done.
    pub kind: TaskKind,
    /// The desk it lies on: an office's code, or `issuer`.
    pub office: String,
    /// About which case.
    pub application_id: Option<ApplicationId>,
    /// Codes and numbers; no personal data.
    pub detail: String,
    /// The key under which it is opened once.
    pub dedupe_key: Option<String>,
    /// Whether it is done.
    pub state: TaskState,
    /// Since when.
    #[diesel(deserialize_as = Instant)]
    pub opened_at: Timestamp,
    /// Who did it, as in the audit.
    pub done_by: Option<String>,
    /// When.
    #[diesel(deserialize_as = MaybeInstant)]
    pub done_at: Option<Timestamp>,
}

/// A task to be opened.
#[derive(Debug, Clone, Copy)]
pub struct NewTask<'a> {
    /// What is to be done.
    pub kind: TaskKind,
    /// The desk it lies on.
    pub office: &'a str,
    /// About which case.
    pub application: Option<ApplicationId>,
    /// Codes and numbers; no personal data.
    pub detail: &'a str,
    /// A key that exists once, so that a job that runs again opens no second task.
    pub key: Option<&'a str>,
}

/// Opens a task, unless one with its key was opened before; answers whether it is new.
pub fn open_task(db: &mut Db, new: &NewTask<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let row = (
        tasks::kind.eq(new.kind),
        tasks::office.eq(new.office),
        tasks::application_id.eq(new.application),
        tasks::detail.eq(new.detail),
        tasks::dedupe_key.eq(new.key),
        tasks::state.eq(TaskState::Open),
        tasks::opened_at.eq(Instant::from(now)),
    );
    let opened = each_backend!(db, |c| diesel::insert_into(tasks::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(opened > 0)
}

/// The open tasks of a desk with ids above `after`, by id.
pub fn list_open_tasks(
    db: &mut Db,
    office: &str,
    kind: TaskKind,
    after: TaskId,
    limit: i64,
) -> Result<Vec<Task>, StoreError> {
    Ok(tasks::table
        .filter(tasks::office.eq(office))
        .filter(tasks::state.eq(TaskState::Open))
        .filter(tasks::kind.eq(kind))
        .filter(tasks::id.gt(after))
        .order(tasks::id)
        .limit(limit)
        .select(Task::as_select())
        .load(db)?)
}

/// The tasks about a case, oldest first.
pub fn list_tasks_of(db: &mut Db, application: ApplicationId) -> Result<Vec<Task>, StoreError> {
    Ok(tasks::table
        .filter(tasks::application_id.eq(application))
        .order(tasks::id)
        .select(Task::as_select())
        .load(db)?)
}

/// How many tasks of a kind are open at a desk, counted up to `most`.
pub fn count_open_tasks(
    db: &mut Db,
    office: &str,
    kind: TaskKind,
    most: i64,
) -> Result<usize, StoreError> {
    let ids: Vec<TaskId> = tasks::table
        .filter(tasks::office.eq(office))
        .filter(tasks::state.eq(TaskState::Open))
        .filter(tasks::kind.eq(kind))
        .limit(most)
        .select(tasks::id)
        .load(db)?;
    Ok(ids.len())
}

/// Marks a task as done. [`StoreError::Conflict`] when it is done already, or not this desk's, or takes two people ([`TaskKind::DestroyCard`]).
pub fn finish_task(
    db: &mut Db,
    id: TaskId,
    office: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let open = tasks::table
        .find(id)
        .filter(tasks::office.eq(office))
        .filter(tasks::kind.ne(TaskKind::DestroyCard))
        .filter(tasks::state.eq(TaskState::Open));
    match diesel::update(open)
        .set((
            tasks::state.eq(TaskState::Done),
            tasks::done_by.eq(by),
            tasks::done_at.eq(Instant::from(now)),
        ))
        .execute(db)?
    {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

/// Closes the open tasks of a case of one kind: what they wait for has come. Answers how many.
pub fn close_tasks_of(
    db: &mut Db,
    application: ApplicationId,
    kind: TaskKind,
    by: &str,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let open = tasks::table
        .filter(tasks::application_id.eq(application))
        .filter(tasks::kind.eq(kind))
        .filter(tasks::state.eq(TaskState::Open));
    Ok(diesel::update(open)
        .set((
            tasks::state.eq(TaskState::Done),
            tasks::done_by.eq(by),
            tasks::done_at.eq(Instant::from(now)),
        ))
        .execute(db)?)
}

/// Closes the open tasks about the way of a case's card to another pickup place: it was decided, it left, or nobody wants it any more.
pub fn close_transfer_tasks(
    db: &mut Db,
    application: ApplicationId,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    for kind in [
        TaskKind::TransferAsked,
        TaskKind::TransferUndecided,
        TaskKind::TransferUnsent,
    ] {
        close_tasks_of(db, application, kind, by, now)?;
    }
    Ok(())
}

/// Closes the open tasks of a desk of one kind about one thing, such as a shipment's number. Answers how many.
pub fn close_tasks_about(
    db: &mut Db,
    office: &str,
    (kind, detail): (TaskKind, &str),
    by: &str,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let open = tasks::table
        .filter(tasks::office.eq(office))
        .filter(tasks::state.eq(TaskState::Open))
        .filter(tasks::kind.eq(kind))
        .filter(tasks::detail.eq(detail));
    Ok(diesel::update(open)
        .set((
            tasks::state.eq(TaskState::Done),
            tasks::done_by.eq(by),
            tasks::done_at.eq(Instant::from(now)),
        ))
        .execute(db)?)
}

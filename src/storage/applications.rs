//! Applications: who has which, where each stands, and the one function that moves one.
//!
//! Whether a step is allowed is the table in `domain::transition`; here it is only applied, if the case is still where the caller saw it, together
//! with its history and its audit entry.

use diesel::prelude::*;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::audit::{self, Chain, NewEntry};
use super::case_columns::{StoredDesk, StoredDue};
use super::connection::each_backend;
use super::history::{self, Step};
use super::mailboxes::MailboxId;
use super::schema::{applications, mailboxes};
use super::types::{Instant, MaybeInstant, StoredReceiptNumber, StoredStatus, row_id, text_enum};
use super::{Db, StoreError};
use crate::domain::desk::Desk;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::status::Status;
use crate::domain::transition::Actor;

row_id!(
    /// Id of an application; never shown (the receipt number is).
    ApplicationId
);

text_enum!(
    /// How the application reaches the office (architecture.md, decision 3).
    Filing {
        /// The printed form is the application.
        Paper = "paper",
        /// The portal files it, on the day that opens for people abroad.
        Online = "online",
    }
);

/// One person's application.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = applications)]
pub struct Application {
    /// Row id.
    pub id: ApplicationId,
    /// The receipt number.
    #[diesel(deserialize_as = StoredReceiptNumber)]
    pub reference: ReceiptNumber,
    /// Whose mailbox it belongs to (a family has several under one).
    pub mailbox_id: MailboxId,
    /// Where it stands.
    #[diesel(deserialize_as = StoredStatus)]
    pub status: Status,
    /// Counts its changes of status.
    pub version: i64,
    /// `ja` or `en`: the language of its mails.
    pub language: String,
    /// On paper or online.
    pub filing: Filing,
    /// When it was started.
    #[diesel(deserialize_as = Instant)]
    pub created_at: Timestamp,
    /// When the row last changed.
    #[diesel(deserialize_as = Instant)]
    pub updated_at: Timestamp,
    /// When its applicant last worked on it; the idle period counts from here.
    #[diesel(deserialize_as = Instant)]
    pub last_activity_at: Timestamp,
    /// When it is deleted, or lapses, unless something happens.
    #[diesel(deserialize_as = Instant)]
    pub expires_at: Timestamp,
    /// The printed form in force.
    pub current_revision: Option<i32>,
    /// Birth dates tried on devices that did not enter the answers, since `birth_tries_since`.
    pub birth_tries: i32,
    /// When the present count of tries began.
    #[diesel(deserialize_as = MaybeInstant)]
    pub birth_tries_since: Option<Timestamp>,
    /// Whose turn it is; nobody's for a draft and when it has ended.
    #[diesel(deserialize_as = StoredDesk)]
    pub desk: Option<Desk>,
    /// The last day of what runs now, where the desk is.
    #[diesel(deserialize_as = StoredDue)]
    pub due_on: Option<Date>,
    /// When the present status began.
    #[diesel(deserialize_as = Instant)]
    pub entered_at: Timestamp,
    /// The staff account that works on it.
    pub claimed_by: Option<i64>,
    /// Since when.
    #[diesel(deserialize_as = MaybeInstant)]
    pub claimed_at: Option<Timestamp>,
    /// Whether the desk's own work in this status is done, and the case only has to be sent on.
    pub is_prepared: bool,
    /// Of a prepared case: its card is collected at this desk.
    pub is_collected_here: bool,
}

/// Who does something, for history and audit: the role, and who in it. Never a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doer {
    /// The role in this case.
    pub role: Actor,
    /// `mailbox:7`, `staff:3`, `system`.
    pub id: String,
}

impl Doer {
    /// The applicant, known by her mailbox.
    pub fn applicant(mailbox: MailboxId) -> Self {
        Self {
            role: Actor::Applicant,
            id: format!("mailbox:{mailbox}"),
        }
    }

    /// A staff account, in the role its office has in the case ([`crate::domain::desk::CaseOffices::role_of`]).
    pub fn staff(role: Actor, account: i64) -> Self {
        Self {
            role,
            id: format!("staff:{account}"),
        }
    }

    /// The portal itself.
    pub fn system() -> Self {
        Self {
            role: Actor::System,
            id: "system".to_owned(),
        }
    }
}

/// An application to be started.
#[derive(Debug, Clone, Copy)]
pub struct NewApplication<'a> {
    /// Its receipt number, new and random.
    pub reference: ReceiptNumber,
    /// Whose.
    pub mailbox: MailboxId,
    /// `ja` or `en`.
    pub language: &'a str,
    /// On paper or online.
    pub filing: Filing,
    /// When the draft is deleted unless something happens.
    pub expires_at: Timestamp,
    /// The rule behind starting it, for the history.
    pub rule: &'a str,
}

/// Starts an application (S00), with its first line of history and audit. [`StoreError::Conflict`] when the receipt number is taken: draw another.
pub fn insert_application(
    db: &mut Db,
    new: &NewApplication<'_>,
    doer: &Doer,
    now: Timestamp,
) -> Result<Application, StoreError> {
    let at = Instant::from(now);
    let application: Application = diesel::insert_into(applications::table)
        .values((
            applications::reference.eq(new.reference.compact()),
            applications::mailbox_id.eq(new.mailbox),
            applications::status.eq(StoredStatus(Status::Draft)),
            applications::version.eq(1_i64),
            applications::language.eq(new.language),
            applications::filing.eq(new.filing),
            applications::created_at.eq(at),
            applications::updated_at.eq(at),
            applications::last_activity_at.eq(at),
            applications::expires_at.eq(Instant::from(new.expires_at)),
            applications::birth_tries.eq(0),
            applications::entered_at.eq(at),
        ))
        .returning(applications::all_columns)
        .get_result(db)?;
    let step = Step {
        application: application.id,
        from: None,
        to: Status::Draft,
        doer,
        rule: new.rule,
    };
    record(db, &application, &step, &Turn::default(), now)?;
    Ok(application)
}

/// The application `id`.
pub fn get_application(db: &mut Db, id: ApplicationId) -> Result<Application, StoreError> {
    Ok(applications::table
        .find(id)
        .select(Application::as_select())
        .get_result(db)?)
}

/// The application with this receipt number and the address its notices go to, if it belongs to `mailbox`. Another's is not told from none.
pub fn find_of_mailbox(
    db: &mut Db,
    mailbox: MailboxId,
    reference: ReceiptNumber,
) -> Result<Option<(Application, String)>, StoreError> {
    Ok(each_backend!(db, |c| applications::table
        .inner_join(mailboxes::table)
        .filter(applications::reference.eq(reference.compact()))
        .filter(applications::mailbox_id.eq(mailbox))
        .select((Application::as_select(), mailboxes::email))
        .get_result(c)
        .optional()?))
}

/// The application with this receipt number, whoever owns it: for desks and for the portal's own work.
pub fn find_by_reference(
    db: &mut Db,
    reference: ReceiptNumber,
) -> Result<Option<Application>, StoreError> {
    let application = applications::table
        .filter(applications::reference.eq(reference.compact()))
        .select(Application::as_select())
        .get_result(db)
        .optional()?;
    Ok(application)
}

/// The applications of a mailbox, oldest first: a family.
pub fn list_of_mailbox(db: &mut Db, mailbox: MailboxId) -> Result<Vec<Application>, StoreError> {
    let list = applications::table
        .filter(applications::mailbox_id.eq(mailbox))
        .order((applications::created_at, applications::id))
        .select(Application::as_select())
        .load(db)?;
    Ok(list)
}

/// Notes that the applicant worked on it, which moves its expiry. [`StoreError::Conflict`] if it is no longer in `expected`.
pub fn note_activity(
    db: &mut Db,
    id: ApplicationId,
    expected: Status,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let at = Instant::from(now);
    let as_seen = applications::table
        .find(id)
        .filter(applications::status.eq(StoredStatus(expected)));
    let changed = diesel::update(as_seen)
        .set((
            applications::last_activity_at.eq(at),
            applications::updated_at.eq(at),
            applications::expires_at.eq(Instant::from(expires_at)),
        ))
        .execute(db)?;
    if changed == 0 {
        Err(StoreError::Conflict)
    } else {
        Ok(())
    }
}

/// Sets when it lapses (the form's deadline, for example).
pub fn set_expiry(db: &mut Db, id: ApplicationId, expires_at: Timestamp) -> Result<(), StoreError> {
    let set = applications::expires_at.eq(Instant::from(expires_at));
    match diesel::update(applications::table.find(id))
        .set(set)
        .execute(db)?
    {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

/// Sets the language of its mails, `ja` or `en`.
pub fn set_language(db: &mut Db, id: ApplicationId, language: &str) -> Result<(), StoreError> {
    match diesel::update(applications::table.find(id))
        .set(applications::language.eq(language))
        .execute(db)?
    {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

/// A step of the table in `domain::transition` that the domain has allowed.
#[derive(Debug, Clone, Copy)]
pub struct Move<'a> {
    /// Which case.
    pub application: ApplicationId,
    /// Where the caller saw it.
    pub from: Status,
    /// Where it goes.
    pub to: Status,
    /// Who moves it.
    pub doer: &'a Doer,
    /// The table row's rule, for the history.
    pub rule: &'a str,
}

/// Whose turn a step makes it, and until when.
#[derive(Debug, Clone, Copy, Default)]
pub struct Turn<'a> {
    /// The desk the case lies on from now on.
    pub desk: Option<&'a Desk>,
    /// The last day of what begins to run.
    pub due_on: Option<Date>,
    /// The desk it lay on before.
    pub left: Option<&'a Desk>,
    /// How long the public step took that the case leaves, if it leaves one.
    pub step_took: Option<SignedDuration>,
}

/// Moves a case that lies on nobody's desk afterwards. See [`move_case`].
pub fn apply_transition(
    db: &mut Db,
    step: &Move<'_>,
    now: Timestamp,
) -> Result<Application, StoreError> {
    move_case(db, step, &Turn::default(), now)
}

/// Moves a case to a desk, with its history and its audit entry; whoever had claimed it no longer has. [`StoreError::Conflict`] if it is no longer
/// where the caller saw it. A notice, if the step has one, is queued by the caller in the same transaction.
pub fn move_case(
    db: &mut Db,
    step: &Move<'_>,
    turn: &Turn<'_>,
    now: Timestamp,
) -> Result<Application, StoreError> {
    let as_seen = applications::table
        .find(step.application)
        .filter(applications::status.eq(StoredStatus(step.from)));
    let at = Instant::from(now);
    let moved: Option<Application> = diesel::update(as_seen)
        .set((
            applications::status.eq(StoredStatus(step.to)),
            applications::version.eq(applications::version + 1),
            applications::updated_at.eq(at),
            applications::desk.eq(turn.desk.map(Desk::as_str)),
            applications::due_on.eq(StoredDue::text(turn.due_on)),
            applications::entered_at.eq(at),
            applications::claimed_by.eq(None::<i64>),
            applications::claimed_at.eq(None::<Instant>),
            applications::is_prepared.eq(false),
        ))
        .returning(applications::all_columns)
        .get_result(db)
        .optional()?;
    let moved = moved.ok_or(StoreError::Conflict)?;
    let line = Step {
        application: step.application,
        from: Some(step.from),
        to: step.to,
        doer: step.doer,
        rule: step.rule,
    };
    record(db, &moved, &line, turn, now)?;
    Ok(moved)
}

fn record(
    db: &mut Db,
    application: &Application,
    step: &Step<'_>,
    turn: &Turn<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    history::insert_step(db, step, turn, now)?;
    let from = step.from.map_or("-", Status::code);
    let detail = format!("{from} → {}", step.to.code());
    let entry = NewEntry {
        chain: &Chain::of_case(application.reference),
        actor: &step.doer.id,
        action: "case.moved",
        detail: &detail,
    };
    audit::append(db, &entry, now)
}

/// Deletes a case whose time is over, with everything that belongs to it; the audit keeps that, when and why. [`StoreError::Conflict`] if it is no
/// longer in `expected`.
pub fn delete_application(
    db: &mut Db,
    id: ApplicationId,
    expected: Status,
    doer: &Doer,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let as_seen = applications::table
        .find(id)
        .filter(applications::status.eq(StoredStatus(expected)));
    let reference: Option<StoredReceiptNumber> = diesel::delete(as_seen)
        .returning(applications::reference)
        .get_result(db)
        .optional()?;
    let reference = reference.ok_or(StoreError::Conflict)?;
    let entry = NewEntry {
        chain: &Chain::of_case(reference.into()),
        actor: &doer.id,
        action: "case.deleted",
        detail: reason,
    };
    audit::append(db, &entry, now)
}

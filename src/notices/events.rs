//! What happens to a case beside its status (overseas-card.md §10.2): another pickup place, address, contact, register or name; and the ends that are
//! not in anybody's plan. Each has its guard, its effect, its line in the audit and, where she is concerned, its mail, in the caller's transaction.

use jiff::Timestamp;
use thiserror::Error;

use super::advance::{AdvanceError, Facts, Step, advance};
use super::case_facts;
use super::case_words::{CaseNotice, EmailChanged, PickupChanged, Replied};
use super::{Addressee, Letterhead, Notice, NoticeError, register_keeper};
use crate::domain::deadline::Terms;
use crate::domain::desk::Desk;
use crate::domain::email::EmailAddress;
use crate::domain::handover::RecordCheck;
use crate::domain::office_code::OfficeCode;
use crate::domain::status::Status;
use crate::domain::transition::{Actor, Circumstances, Guard};
use crate::i18n::Lang;
use crate::storage::applications::{self, Application, Doer};
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::cases::{self, CaseFile};
use crate::storage::tasks::{self, NewTask, TaskKind};
use crate::storage::{
    Db, StoreError, case_checks, case_facts as facts, case_lock, case_search, email_changes,
    mailboxes, turns,
};

/// Why something cannot change any more, or not by this hand; nothing was written then.
#[derive(Debug, Error)]
pub enum EventError {
    /// The case has gone too far, or not far enough.
    #[error("not while the case is in {}", .0.code())]
    NotNow(Status),
    /// The doer's role may not do it.
    #[error("{} may not do this", .0.as_str())]
    WrongActor(Actor),
    /// It is so already.
    #[error("nothing changes")]
    Unchanged,
    /// Another pickup place was decided before.
    #[error("another pickup place was decided before")]
    Decided,
    /// The card is on the list of a shipment that has not arrived.
    #[error("on the list of a shipment that has not arrived")]
    OnList,
    /// The case did not move.
    #[error(transparent)]
    Advance(#[from] AdvanceError),
    /// The mail could not be written.
    #[error(transparent)]
    Notice(NoticeError),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NoticeError> for EventError {
    fn from(error: NoticeError) -> Self {
        match error {
            NoticeError::Store(error) => Self::Store(error),
            other => Self::Notice(other),
        }
    }
}

/// Whether another pickup place may be chosen: from receipt until the card is on its way (S60).
pub fn may_change_pickup(status: Status) -> bool {
    status >= Status::Received && status < Status::Shipped && !status.has_ended()
}

/// Whether the case can still follow a change of the register: from receipt until the issuer has it (S45).
pub fn may_change_register(status: Status) -> bool {
    status >= Status::Received && status < Status::AtIssuer && !status.has_ended()
}

pub(super) fn clerks_only(doer: &Doer) -> Result<(), EventError> {
    match doer.role {
        Actor::ConsularClerk | Actor::MunicipalClerk | Actor::HonsekiClerk => Ok(()),
        other => Err(EventError::WrongActor(other)),
    }
}

pub(super) fn record(
    db: &mut Db,
    application: &Application,
    doer: &Doer,
    (action, detail): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let entry = NewEntry {
        chain: &Chain::of_case(application.reference),
        actor: &doer.id,
        action,
        detail,
    };
    audit::append(db, &entry, now)
}

pub(super) fn language(application: &Application) -> Lang {
    Lang::parse(&application.language).unwrap_or_default()
}

/// Queues a notice to the case's own address.
pub(super) fn tell(
    db: &mut Db,
    letterhead: &Letterhead,
    application: &Application,
    notice: CaseNotice,
    now: Timestamp,
) -> Result<(), EventError> {
    let mailbox = mailboxes::get_mailbox(db, application.mailbox_id)?;
    let name = cases::find_case(db, application.id)?.map(|case| case.full_name());
    let reference = application.reference.to_string();
    let to = Addressee {
        email: &mailbox.email,
        lang: language(application),
        name: name.as_deref(),
        application: Some((application.id, &reference)),
    };
    super::post(db, letterhead, &to, &Notice::Case(Box::new(notice)), now)?;
    Ok(())
}

/// Another place of pickup, by the applicant or a clerk, until S60 (N22).
pub fn change_pickup(
    db: &mut Db,
    letterhead: &Letterhead,
    application: &Application,
    (office, doer): (&OfficeCode, &Doer),
    now: Timestamp,
) -> Result<(), EventError> {
    let application = &case_lock::lock_as_seen(db, application)?;
    if !may_change_pickup(application.status) {
        return Err(EventError::NotNow(application.status));
    }
    if doer.role != Actor::Applicant {
        clerks_only(doer)?;
    }
    let case = cases::get_case(db, application.id)?;
    if case.pickup_office == *office {
        return Err(EventError::Unchanged);
    }
    cases::set_pickup_office(db, application.id, office)?;
    let detail = format!("{} → {office}", case.pickup_office);
    record(db, application, doer, ("case.pickup_changed", &detail), now)?;
    let notice = CaseNotice::PickupChanged(PickupChanged {
        place: case_facts::place(language(application), office),
        is_moved: false,
    });
    tell(db, letterhead, application, notice, now)
}

/// Another mail address, proven by its code: the case goes to the new mailbox, and both addresses are told (N21).
pub fn change_email(
    db: &mut Db,
    letterhead: &Letterhead,
    application: &Application,
    (email, doer): (&EmailAddress, &Doer),
    now: Timestamp,
) -> Result<mailboxes::Mailbox, EventError> {
    let application = &case_lock::lock_as_seen(db, application)?;
    let old = mailboxes::get_mailbox(db, application.mailbox_id)?;
    let key = email.key();
    if old.email_key == key {
        return Err(EventError::Unchanged);
    }
    let language_tag = application.language.as_str();
    let new = mailboxes::insert_or_update_mailbox(db, email.as_str(), &key, language_tag, now)?;
    email_changes::set_mailbox(db, application.id, new.id, now)?;
    email_changes::delete_email_change(db, application.id)?;
    case_search::replace_email(db, application.id, &old.email_key, &key)?;
    record(db, application, doer, ("case.email_changed", ""), now)?;
    let case = cases::find_case(db, application.id)?;
    let office = case.as_ref().map(in_charge);
    let lang = language(application);
    let reference = application.reference.to_string();
    let name = case.as_ref().map(CaseFile::full_name);
    let Some(office) = office else {
        return Ok(new);
    };
    let notice = Notice::Case(Box::new(CaseNotice::EmailChanged(EmailChanged {
        masked: email.masked(),
        office: case_facts::place(lang, &office),
    })));
    for address in [&old.email, &new.email] {
        let to = Addressee {
            email: address,
            lang,
            name: name.as_deref(),
            application: Some((application.id, &reference)),
        };
        super::post(db, letterhead, &to, &notice, now)?;
    }
    Ok(new)
}

/// The office to ask about a case.
fn in_charge(case: &CaseFile) -> OfficeCode {
    case.paper_office
        .clone()
        .unwrap_or_else(|| case.filing_office.clone())
}

/// The paper came to another office than the form names: it files the case from now on, and the case lies on its desk.
pub fn refile(
    db: &mut Db,
    application: &Application,
    (office, doer): (&OfficeCode, &Doer),
    now: Timestamp,
) -> Result<(), EventError> {
    let application = &case_lock::lock_as_seen(db, application)?;
    clerks_only(doer)?;
    if !matches!(application.status, Status::FormReady | Status::Mailed) {
        return Err(EventError::NotNow(application.status));
    }
    let case = cases::get_case(db, application.id)?;
    if case.filing_office == *office {
        return Err(EventError::Unchanged);
    }
    cases::set_filing_office(db, application.id, office)?;
    let desk = Desk::Office(office.clone());
    turns::set_turn(db, application.id, Some(&desk), application.due_on)?;
    let detail = format!("{} → {office}", case.filing_office);
    Ok(record(
        db,
        application,
        doer,
        ("case.refiled", &detail),
        now,
    )?)
}

/// 転籍: another municipality keeps the register. The check is taken back and the case goes to the new keeper's desk; the paper follows as a task.
pub fn change_register(
    db: &mut Db,
    letterhead: &Letterhead,
    application: &Application,
    (office, acting): (&OfficeCode, (&Doer, &OfficeCode)),
    now: Timestamp,
) -> Result<(), EventError> {
    let application = &case_lock::lock_as_seen(db, application)?;
    let (doer, own) = acting;
    clerks_only(doer)?;
    if !may_change_register(application.status) {
        return Err(EventError::NotNow(application.status));
    }
    let case = cases::get_case(db, application.id)?;
    if case.register_office == *office {
        return Err(EventError::Unchanged);
    }
    check_again(db, letterhead, application, (doer, own), now)?;
    cases::set_register_office(db, application.id, office)?;
    let moved = applications::get_application(db, application.id)?;
    register_keeper::follow(db, &moved, &case, now)?;
    let detail = format!("{} → {office}", case.register_office);
    Ok(record(
        db,
        application,
        doer,
        ("case.register_changed", &detail),
        now,
    )?)
}

/// Name, birth date or sex changed in the register: the check is taken back; a card that the issuer has already is to be made again, as a task.
pub fn change_person(
    db: &mut Db,
    letterhead: &Letterhead,
    application: &Application,
    acting: (&Doer, &OfficeCode),
    now: Timestamp,
) -> Result<(), EventError> {
    let application = &case_lock::lock_as_seen(db, application)?;
    let status = application.status;
    clerks_only(acting.0)?;
    if status < Status::Received || status >= Status::HandedOver || status.has_ended() {
        return Err(EventError::NotNow(status));
    }
    check_again(db, letterhead, application, acting, now)?;
    let case = cases::get_case(db, application.id)?;
    if status >= Status::AtIssuer {
        let key = format!("remake:{}:{}", application.id, application.version);
        let task = NewTask {
            kind: TaskKind::Remake,
            office: case.register_office.as_str(),
            application: Some(application.id),
            detail: "",
            key: Some(&key),
        };
        tasks::open_task(db, &task, now)?;
    }
    Ok(record(
        db,
        application,
        acting.0,
        ("case.person_changed", ""),
        now,
    )?)
}

/// Takes the record check back; a case that was confirmed by it is checked again.
fn check_again(
    db: &mut Db,
    letterhead: &Letterhead,
    application: &Application,
    (doer, office): (&Doer, &OfficeCode),
    now: Timestamp,
) -> Result<(), EventError> {
    facts::set_record_check(db, application.id, RecordCheck::Open, &doer.id, now)?;
    case_checks::delete_checks(db, application.id)?;
    if application.status != Status::Confirmed {
        return Ok(());
    }
    let step = Step {
        application: application.id,
        expected: Status::Confirmed,
        to: Status::AtHonseki,
        doer,
        office: Some(office),
        circumstances: &Circumstances::default(),
        facts: Facts::default(),
        terms: Terms::default(),
    };
    advance(db, letterhead, &step, now)?;
    Ok(())
}

/// How a case ends that nobody collects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// S96: the signed request (申請取消申出) is in hand.
    Withdrawn,
    /// S97: she registered in Japan.
    ReturnedHome,
    /// S98: death, loss of nationality or the like is known.
    Other,
}

/// Ends a case by the hand of `doer` (N19, N20; S98 only to a contact she named).
pub fn end_case(
    db: &mut Db,
    letterhead: &Letterhead,
    application: &Application,
    (end, doer, office): (End, &Doer, Option<&OfficeCode>),
    now: Timestamp,
) -> Result<Application, EventError> {
    let (to, guard) = match end {
        End::Withdrawn => (Status::Withdrawn, Guard::RequestSigned),
        End::ReturnedHome => (Status::ReturnedHome, Guard::MovedToJapan),
        End::Other => (Status::Ended, Guard::EndKnown),
    };
    let proven = Circumstances::default().with(guard);
    let step = Step {
        application: application.id,
        expected: application.status,
        to,
        doer,
        office,
        circumstances: &proven,
        facts: Facts::default(),
        terms: Terms::default(),
    };
    Ok(advance(db, letterhead, &step, now)?)
}

/// The office answered something the applicant wrote; she reads it on the site (N24).
pub fn announce_reply(
    db: &mut Db,
    letterhead: &Letterhead,
    application: &Application,
    (office, doer): (&OfficeCode, &Doer),
    now: Timestamp,
) -> Result<(), EventError> {
    let application = &case_lock::lock_as_seen(db, application)?;
    clerks_only(doer)?;
    record(
        db,
        application,
        doer,
        ("case.replied", office.as_str()),
        now,
    )?;
    let notice = CaseNotice::Replied(Replied {
        office: case_facts::office_name(language(application), office),
    });
    tell(db, letterhead, application, notice, now)
}

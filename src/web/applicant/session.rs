//! Who is there: the session behind the cookie, the case behind the address, and whether this device may see its answers.
//!
//! A mailbox proves itself with a code; that opens the list and the status. The answers, the photo and the PDF open on the device that entered
//! them; any other asks for the birth date first. Somebody else's case answers exactly like one that does not exist.

use actix_web::web;
use jiff::{SignedDuration, Timestamp};

use crate::domain::application::photo::ChosenPhoto;
use crate::domain::receipt_number::ReceiptNumber;
use crate::security::token::Token;
use crate::storage::applications::{self, Application, ApplicationId};
use crate::storage::mailboxes::MailboxId;
use crate::storage::photos;
use crate::storage::sections::{self, Section};
use crate::storage::sessions::{self, Session, SessionId};
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;

/// A session ends after so long without a request (ux.md §5.1, row 5).
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// And after so long in any case.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// A session's end is moved only when this much of it is used, so that reading pages rarely writes.
const RENEW_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// Somebody who proved her mailbox.
#[derive(Debug, Clone, Copy)]
pub struct Visitor {
    /// Her session.
    pub session: SessionId,
    /// Her mailbox.
    pub mailbox: MailboxId,
}

/// A case of the visitor's own.
#[derive(Debug, Clone)]
pub struct Case {
    /// Who is looking.
    pub visitor: Visitor,
    /// The application.
    pub application: Application,
    /// Its receipt number.
    pub reference: ReceiptNumber,
    /// Whether this device entered the answers or knew the birth date, or there is no birth date yet.
    pub may_see_answers: bool,
    /// What is filled in so far.
    pub sections: Vec<Section>,
    /// The photo that was chosen, if any.
    pub chosen_photo: Option<ChosenPhoto>,
    /// The address all notices go to.
    pub email: String,
}

impl Case {
    /// A section as saved, if it was.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.section == name)
    }

    /// The case's menu, as a path without language.
    pub fn home(&self) -> String {
        format!("/a/{}", self.reference)
    }

    /// A page of the case, as a path without language.
    pub fn page(&self, name: &str) -> String {
        format!("/a/{}/{name}", self.reference)
    }
}

/// Why a case is not shown.
#[derive(Debug)]
enum Closed {
    NoSession,
    NotYours,
    Store(StoreError),
}

impl From<StoreError> for Closed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The receipt number in an address; another spelling of it is sent to the printed one.
pub fn reference_in(frame: &Frame, typed: &str) -> Result<ReceiptNumber, AppError> {
    let reference: ReceiptNumber = typed.parse().map_err(|_unreadable| AppError::NotFound)?;
    let printed = reference.to_string();
    if printed == typed {
        return Ok(reference);
    }
    Err(AppError::Moved(
        frame.to(frame.path().replacen(typed, &printed, 1)),
    ))
}

/// The visitor behind the cookie.
pub async fn visitor(frame: &Frame, app: &web::Data<App>) -> Result<Visitor, AppError> {
    let token = frame
        .visitor()
        .cloned()
        .ok_or_else(|| sign_in(frame, None))?;
    let now = app.clock.now();
    let session = app
        .read(move |db| live_session(db, &token, now))
        .await?
        .ok_or_else(|| sign_in(frame, None))?;
    renew(app, &session, now).await;
    Ok(Visitor {
        session: session.id,
        mailbox: session.mailbox_id,
    })
}

/// The visitor's own case with this receipt number, with what is filled in.
pub async fn case(frame: &Frame, app: &web::Data<App>, typed: &str) -> Result<Case, AppError> {
    let reference = reference_in(frame, typed)?;
    let token = frame
        .visitor()
        .cloned()
        .ok_or_else(|| sign_in(frame, Some(&reference)))?;
    let now = app.clock.now();
    let opened = app
        .read(move |db| Ok(open(db, &token, reference, now)))
        .await?;
    match opened {
        Ok((session, case)) => {
            renew(app, &session, now).await;
            Ok(case)
        }
        Err(Closed::NoSession) => Err(sign_in(frame, Some(&reference))),
        Err(Closed::NotYours) => Err(AppError::NotFound),
        Err(Closed::Store(error)) => Err(error.into()),
    }
}

/// The visitor's own case, if this device may see its answers; otherwise on to the page that asks for the birth date.
pub async fn answers_of(
    frame: &Frame,
    app: &web::Data<App>,
    typed: &str,
) -> Result<Case, AppError> {
    let case = case(frame, app, typed).await?;
    if case.may_see_answers {
        return Ok(case);
    }
    let home = format!("{}/", case.home());
    let next = frame.path().strip_prefix(&home).unwrap_or_default();
    Err(AppError::SeeOther(
        frame.to(format!("{}?next={next}", case.page("confirm"))),
    ))
}

fn sign_in(frame: &Frame, reference: Option<&ReceiptNumber>) -> AppError {
    AppError::SeeOther(frame.to(&match reference {
        Some(reference) => format!("/track?again=1&ref={reference}"),
        None => "/track?again=1".to_owned(),
    }))
}

fn live_session(db: &mut Db, token: &Token, now: Timestamp) -> Result<Option<Session>, StoreError> {
    sessions::find_live_session(db, token.hash().as_bytes(), now)
}

fn open(
    db: &mut Db,
    token: &Token,
    reference: ReceiptNumber,
    now: Timestamp,
) -> Result<(Session, Case), Closed> {
    let session = live_session(db, token, now)?.ok_or(Closed::NoSession)?;
    let visitor = Visitor {
        session: session.id,
        mailbox: session.mailbox_id,
    };
    let case = find_case(db, visitor, reference)?.ok_or(Closed::NotYours)?;
    Ok((session, case))
}

/// The visitor's own case with this receipt number, with what is filled in.
pub fn find_case(
    db: &mut Db,
    visitor: Visitor,
    reference: ReceiptNumber,
) -> Result<Option<Case>, StoreError> {
    let found = applications::find_of_mailbox(db, visitor.mailbox, reference)?;
    let Some((application, email)) = found else {
        return Ok(None);
    };
    let sections = sections::list_sections(db, application.id)?;
    let may_see_answers =
        sessions::has_grant(db, visitor.session, application.id)? || !has_birth_date(&sections);
    let chosen_photo = chosen_photo(db, application.id)?;
    Ok(Some(Case {
        visitor,
        application,
        reference,
        may_see_answers,
        sections,
        chosen_photo,
        email,
    }))
}

fn chosen_photo(
    db: &mut Db,
    application: ApplicationId,
) -> Result<Option<ChosenPhoto>, StoreError> {
    let taken_on = photos::find_taken_on(db, application)?.flatten();
    Ok(taken_on.map(|taken_on| ChosenPhoto { taken_on }))
}

/// Before a birth date is saved there is nothing to ask for.
fn has_birth_date(sections: &[Section]) -> bool {
    sections
        .iter()
        .any(|section| section.section == "person" && birth_date(section).is_some())
}

/// The birth date saved in the person section.
pub fn birth_date(person: &Section) -> Option<jiff::civil::Date> {
    let answers = &person.answers;
    crate::domain::calendar::read_date(
        answers.get("dob_y"),
        answers.get("dob_m"),
        answers.get("dob_d"),
    )
    .ok()
    .flatten()
}

/// Moves the end of a session that is in use. A failure changes nothing for this request.
async fn renew(app: &web::Data<App>, session: &Session, now: Timestamp) {
    let end = (now + IDLE).min(session.created_at + LONGEST);
    if end.duration_since(session.expires_at) < RENEW_AFTER {
        return;
    }
    let id = session.id;
    if let Err(error) = app
        .write(move |db| sessions::touch_session(db, id, end, now))
        .await
    {
        tracing::warn!(%error, "a session could not be renewed");
    }
}

/// Begins a session for a proven mailbox; the cookie's token is new.
pub fn begin(
    db: &mut Db,
    mailbox: MailboxId,
    token: &Token,
    now: Timestamp,
) -> Result<SessionId, StoreError> {
    sessions::insert_session(db, token.hash().as_bytes(), mailbox, now + IDLE, now)
}

/// Lets the visitor's device see a case's answers from now on.
pub fn grant(
    db: &mut Db,
    visitor: Visitor,
    application: ApplicationId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sessions::insert_grant_if_missing(db, visitor.session, application, now)
}

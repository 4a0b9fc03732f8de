//! Starting an application (S00): a new receipt number, what the family's last form already said, and this device may see it.

use jiff::Timestamp;

use super::session::{self, Visitor};
use crate::domain::answers::Answers;
use crate::domain::application::kind::ApplicationKind;
use crate::domain::application::section::Section;
use crate::domain::deadline::DRAFT_IDLE_DAYS;
use crate::domain::receipt_number::ReceiptNumber;
use crate::security::random;
use crate::storage::applications::{self, Application, Doer, Filing, NewApplication};
use crate::storage::sections::{self, SaveSection};
use crate::storage::{Db, StoreError};
use crate::web::errors::AppError;

/// When a draft touched at `now` lapses.
pub fn draft_end(now: Timestamp) -> Timestamp {
    now + jiff::SignedDuration::from_hours(24 * i64::from(DRAFT_IDLE_DAYS))
}

/// Starts an application of the visitor's mailbox and answers its receipt number. It is filed the way that is open on the day it is started.
pub fn start(
    db: &mut Db,
    visitor: Visitor,
    language: &str,
    kind: Option<ApplicationKind>,
    filing: Filing,
    now: Timestamp,
) -> Result<ReceiptNumber, AppError> {
    let last = applications::list_of_mailbox(db, visitor.mailbox)?
        .into_iter()
        .max_by_key(|application| application.updated_at);
    let random = random::bytes::<8>().map_err(AppError::unexpected)?;
    let reference = ReceiptNumber::from_random(u64::from_be_bytes(random));
    let doer = Doer::applicant(visitor.mailbox);
    let new = NewApplication {
        reference,
        mailbox: visitor.mailbox,
        language,
        filing,
        expires_at: draft_end(now),
        rule: "",
    };
    let application = applications::insert_application(db, &new, &doer, now)?;
    if let Some(kind) = kind {
        let answers: Answers = [("kind", kind.as_str())].into_iter().collect();
        save_first(db, &application, Section::Register, &answers, false, now)?;
    }
    if let Some(last) = last {
        copy_from(db, &last, &application, now)?;
    }
    session::grant(db, visitor, application.id, now)?;
    Ok(reference)
}

/// A family writes its address, its offices and its representative once.
fn copy_from(
    db: &mut Db,
    last: &Application,
    application: &Application,
    now: Timestamp,
) -> Result<(), StoreError> {
    let written = sections::list_sections(db, last.id)?;
    for section in Section::COPIED_WITHIN_A_FAMILY {
        if let Some(saved) = written
            .iter()
            .find(|saved| saved.section == section.as_str())
        {
            save_first(
                db,
                application,
                section,
                &saved.answers,
                saved.is_complete,
                now,
            )?;
        }
    }
    Ok(())
}

fn save_first(
    db: &mut Db,
    application: &Application,
    section: Section,
    answers: &Answers,
    is_complete: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let save = SaveSection {
        application: application.id,
        section: section.as_str(),
        answers,
        is_complete,
        expected_version: 0,
        expected_status: application.status,
        expires_at: draft_end(now),
    };
    sections::save_section(db, &save, now).map(|_version| ())
}

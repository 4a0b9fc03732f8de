//! One case before the desk (S03, S04): what was filed, what is on record, what the desk decides, and everything that was said and done.
//!
//! Each page opens the case through [`scope`] and notes that it was looked at. The sub pages are links, so that each has its address and works
//! without JavaScript. A form carries the version it was shown with; who comes second sees who was first and keeps what she typed (409).

pub mod around;
pub mod changes;
pub mod claim;
pub mod conflict;
pub mod content;
pub mod decide;
pub mod facts;
pub mod head;
pub mod mails;
pub mod notes;
pub mod overview;
pub mod people;
pub mod photo;
pub mod trail;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::scope::{self, OpenCase};
use super::session::Staff;
use crate::domain::answers::Answers;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::staff::Role;
use crate::notices::advance::AdvanceError;
use crate::notices::events::EventError;
use crate::storage::{Db, StoreError, case_lock, views};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::office::shell;

/// Colleagues who opened a case within this time are named: "somebody else is looking". One look is noted once in the same time.
const LOOKING: SignedDuration = SignedDuration::from_mins(30);

/// What an address of a case's page says besides.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct CaseQuery {
    /// The queue she came from.
    #[serde(default)]
    pub from: String,
    /// The case that was just decided.
    #[serde(default)]
    pub done: String,
    /// What was just kept.
    #[serde(default)]
    pub saved: String,
}

impl CaseQuery {
    /// The queue, if it is the name of one: nothing else is ever put into a link.
    pub fn queue(&self) -> Option<&'static str> {
        shell::queue_named(&self.from)
    }

    /// The case that was just decided.
    pub fn done(&self) -> Option<ReceiptNumber> {
        self.done.parse().ok()
    }

    /// The queue of a posted form.
    pub fn of_form(answers: &Answers) -> Self {
        Self {
            from: answers.get("from").to_owned(),
            ..Self::default()
        }
    }
}

/// A page of a case as a path without language, with the queue it was reached from.
pub fn path(reference: ReceiptNumber, page: &str, from: Option<&str>) -> String {
    let base = format!("/staff/cases/{reference}");
    let base = if page.is_empty() {
        base
    } else {
        format!("{base}/{page}")
    };
    match from {
        Some(queue) => format!("{base}?from={queue}"),
        None => base,
    }
}

/// Opens a case for a page, with what else the page reads in the same transaction, and notes the look.
pub async fn open_page<T: Send + 'static>(
    app: &App,
    staff: &Staff,
    reference: &str,
    read: impl FnOnce(&mut Db, &OpenCase) -> Result<T, StoreError> + Send + 'static,
) -> Result<(OpenCase, head::HeadFacts, T), AppError> {
    let (asking, typed, now) = (staff.clone(), reference.to_owned(), app.clock.now());
    let (open, facts, more) = app
        .read(move |db| {
            let open = scope::open_case(db, &asking, &typed)?;
            let facts = head::HeadFacts::read(db, &open, &asking, now)?;
            let more = read(db, &open)?;
            Ok((open, facts, more))
        })
        .await?;
    if facts.is_new_look {
        note_look(app, staff, &open, now).await?;
    }
    Ok((open, facts, more))
}

async fn note_look(
    app: &App,
    staff: &Staff,
    open: &OpenCase,
    now: Timestamp,
) -> Result<(), AppError> {
    let (id, actor, office) = (open.application.id, staff.actor(), open.office.clone());
    let role = role_of(staff);
    app.write(move |db| {
        let who = (actor.as_str(), role.as_str(), Some(&office));
        views::note_view(db, id, who, now).map(drop)
    })
    .await
}

/// As what somebody looks at a case.
fn role_of(staff: &Staff) -> Role {
    let clerks_first = [Role::Consular, Role::Municipal, Role::Approver];
    clerks_first
        .into_iter()
        .find(|role| staff.has(*role))
        .unwrap_or(Role::OfficeManager)
}

/// Opens and takes a case for a change in the transaction at hand. `seen`: the version its page showed. [`AppError::Stale`] when it has moved since.
pub fn take_case(
    db: &mut Db,
    staff: &Staff,
    reference: &str,
    seen: &str,
) -> Result<OpenCase, AppError> {
    let open = scope::open_case(db, staff, reference)?;
    let application = case_lock::lock_as_seen(db, &open.application)?;
    if application.version.to_string() != seen {
        return Err(AppError::Stale);
    }
    Ok(OpenCase {
        application,
        ..open
    })
}

/// A move that did not happen: the case went on meanwhile, or the page should not have offered it.
pub fn refusal(error: AdvanceError) -> AppError {
    match error {
        AdvanceError::Store(error) => error.into(),
        AdvanceError::WrongOffice | AdvanceError::Refused(_) => AppError::Stale,
        other @ (AdvanceError::FactMissing(_) | AdvanceError::Notice(_)) => {
            AppError::unexpected(other)
        }
    }
}

/// An event that did not happen.
pub fn event_refusal(error: EventError) -> AppError {
    match error {
        EventError::Store(error) => error.into(),
        EventError::Advance(error) => refusal(error),
        EventError::NotNow(_)
        | EventError::Unchanged
        | EventError::Decided
        | EventError::OnList
        | EventError::WrongActor(_) => AppError::Stale,
        other @ EventError::Notice(_) => AppError::unexpected(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_of_a_queue_comes_back_in_a_link() {
        for (from, expected) in [
            ("match", Some("match")),
            ("issuer-defect", Some("issuer-defect")),
            ("", None),
            ("//evil.example", None),
            ("match?x=1", None),
            ("Match", None),
        ] {
            let query = CaseQuery {
                from: from.to_owned(),
                ..CaseQuery::default()
            };
            assert_eq!(query.queue(), expected, "{from}");
        }
        let number = ReceiptNumber::from_random(1);
        assert!(path(number, "", None).starts_with("/staff/cases/"));
        assert!(path(number, "photo", Some("match")).ends_with("/photo?from=match"));
    }
}

//! The mail about a changed account, by the letterhead and the clock of the service that serves the page.

use crate::notices::{AccountChange, NoticeError, account_mail};
use crate::storage::staff::StaffId;
use crate::storage::{Db, outbox::MailId};
use crate::web::app::App;
use crate::web::errors::AppError;

impl From<NoticeError> for AppError {
    fn from(error: NoticeError) -> Self {
        match error {
            NoticeError::Store(error) => error.into(),
            other => Self::unexpected(other),
        }
    }
}

/// Queues the mail to the account's present address.
pub fn tell(
    db: &mut Db,
    app: &App,
    id: StaffId,
    change: AccountChange,
) -> Result<MailId, AppError> {
    let now = app.clock.now();
    Ok(account_mail::tell(db, &app.letterhead(), id, change, now)?)
}

/// The same to an address of the caller's choice: the one before, when the address itself changed.
pub fn tell_at(
    db: &mut Db,
    app: &App,
    to: (&str, &str),
    change: AccountChange,
) -> Result<MailId, AppError> {
    let now = app.clock.now();
    Ok(account_mail::tell_at(
        db,
        &app.letterhead(),
        to,
        change,
        now,
    )?)
}

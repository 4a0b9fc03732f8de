//! Tells a member of staff that the way into her account was changed: whoever did not do it herself hears of it. The mail is written with the change, in
//! its transaction, and says neither who did it nor what it is now.

use crate::clock::japan;
use crate::i18n::{self, Lang};
use crate::notices::case_words::InBoth;
use crate::notices::{self, AccountChange, AccountChanged, Addressee, Notice, NoticeError};
use crate::storage::staff::{self, StaffId};
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
    let member = staff::get_staff(db, id)?;
    tell_at(db, app, (&member.email, &member.name), change)
}

/// The same to an address of the caller's choice: the one before, when the address itself changed.
pub fn tell_at(
    db: &mut Db,
    app: &App,
    (email, name): (&str, &str),
    change: AccountChange,
) -> Result<MailId, AppError> {
    let now = app.clock.now();
    let at = |lang: Lang| i18n::time_of_day_with_date(lang, now, &japan());
    let notice = Notice::Account(AccountChanged {
        change,
        at: InBoth {
            ja: format!("{}（日本時間）", at(Lang::Ja)),
            en: format!("{} (Japan time)", at(Lang::En)),
        },
    });
    let to = Addressee {
        email,
        lang: Lang::Ja,
        name: Some(name),
        application: None,
    };
    Ok(notices::post(db, &app.letterhead(), &to, &notice, now)?)
}

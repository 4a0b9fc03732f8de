//! Tells a member of staff that the way into her account was changed: whoever did not do it herself hears of it, from a page or from the command line. The
//! mail is written with the change, in its transaction, and says neither who did it nor what it is now.

use jiff::Timestamp;

use super::case_words::InBoth;
use super::{AccountChange, AccountChanged, Addressee, Letterhead, Notice, NoticeError};
use crate::domain::desk::japan;
use crate::i18n::{self, Lang};
use crate::storage::staff::{self, StaffId};
use crate::storage::{Db, outbox::MailId};

/// Queues the mail to the account's present address.
pub fn tell(
    db: &mut Db,
    letterhead: &Letterhead,
    id: StaffId,
    change: AccountChange,
    now: Timestamp,
) -> Result<MailId, NoticeError> {
    let member = staff::get_staff(db, id)?;
    tell_at(db, letterhead, (&member.email, &member.name), change, now)
}

/// The same to an address of the caller's choice: the one before, when the address itself changed.
pub fn tell_at(
    db: &mut Db,
    letterhead: &Letterhead,
    (email, name): (&str, &str),
    change: AccountChange,
    now: Timestamp,
) -> Result<MailId, NoticeError> {
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
    super::post(db, letterhead, &to, &notice, now)
}

//! Words for people: a fact and a language become a mail, the mail becomes a row of the outbox, and the mailer carries it.
//!
//! A mail never holds a birth date, an honseki, an address of its reader, a My Number or a PIN. It is composed and built once before it is written
//! down, so that what is in the outbox can be sent. Sending is a job; nothing here waits for a mail server but [`mailer`].

pub mod account_mail;
pub mod advance;
pub mod case_facts;
pub mod case_words;
pub mod demo_mailbox;
pub mod disposals;
pub mod events;
pub mod legs;
mod letter;
pub mod mailer;
mod message;
pub mod register_keeper;
mod samples;
pub mod transfers;
mod variables;
pub mod wording;
mod words;

use jiff::Timestamp;

pub use letter::Letter;
pub use message::MessageError;
pub use words::{
    AccountChange, AccountChanged, AskedCode, ByPost, DeskOverdue, DeskToday, DraftExpires,
    DraftSaved, FormReady, FormReminder, Frame, Notice, Operations,
};

use wording::{Wording, Words};

use crate::domain::my_number::contains_my_number;
use crate::i18n::Lang;
use crate::storage::applications::ApplicationId;
use crate::storage::notice_texts::{self, NoticeText};
use crate::storage::outbox::{self, MailId, NewMail};
use crate::storage::{Db, StoreError};

/// What all mails of this service have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letterhead {
    /// Scheme and host of every link, without a slash at the end.
    pub base_url: String,
    /// The right side of each Message-ID.
    pub host: String,
    /// The sender's address.
    pub from: String,
    /// Whether each mail says that this is a trial.
    pub is_demo: bool,
}

/// Why a mail cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// A template failed.
    #[error("the words of the mail could not be put together")]
    Words(#[from] askama::Error),
    /// It could never be sent.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The outbox could not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whom a mail is for, and about what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addressee<'a> {
    /// The address.
    pub email: &'a str,
    /// Its language.
    pub lang: Lang,
    /// Her name as typed, once her address is proven. What cannot stand in a mail is left out: she is addressed as "applicant" then.
    pub name: Option<&'a str>,
    /// The application, with its receipt number as shown.
    pub application: Option<(ApplicationId, &'a str)>,
}

/// Composes a notice in its built-in words: subject, text and HTML with the same words.
pub fn compose(
    letterhead: &Letterhead,
    to: &Addressee<'_>,
    notice: &Notice,
) -> Result<Letter, NoticeError> {
    compose_with(letterhead, to, notice, None)
}

/// The same in words that were written over the built-in ones.
pub fn compose_with(
    letterhead: &Letterhead,
    to: &Addressee<'_>,
    notice: &Notice,
    wording: Option<&Wording>,
) -> Result<Letter, NoticeError> {
    let frame = Frame {
        base_url: letterhead.base_url.clone(),
        name: to
            .name
            .map(str::trim)
            .filter(|name| may_stand_in_a_mail(name))
            .map(str::to_owned),
        reference: to.application.map(|(_, reference)| reference.to_owned()),
        is_demo: letterhead.is_demo,
    };
    let source = match wording {
        Some(wording) => wording::write(&frame, to.lang, notice, wording)?,
        None => words::write(&frame, to.lang, notice)?,
    };
    Ok(Letter::set(notice.code(), to.lang, &source))
}

/// The words of a stored version.
pub fn wording_of(text: NoticeText) -> Wording {
    Wording {
        ja: Words {
            subject: text.subject_ja,
            body: text.body_ja,
        },
        en: Words {
            subject: text.subject_en,
            body: text.body_en,
        },
    }
}

/// Composes a notice and queues it with its delivery, in the caller's transaction: the fact and its mail are written together or not at all. The words are
/// those in force in that transaction: the ones the administration wrote over the built-in words, if it did.
pub fn post(
    db: &mut Db,
    letterhead: &Letterhead,
    to: &Addressee<'_>,
    notice: &Notice,
    now: Timestamp,
) -> Result<MailId, NoticeError> {
    let stored = match variables::key_of(notice) {
        Some(key) => notice_texts::find_latest(db, &key)?,
        None => None,
    };
    let wording = stored.filter(|text| !text.is_built_in).map(wording_of);
    post_with(db, letterhead, to, notice, wording.as_ref(), now)
}

/// The same in words of the caller's choice; none are the built-in ones.
pub fn post_with(
    db: &mut Db,
    letterhead: &Letterhead,
    to: &Addressee<'_>,
    notice: &Notice,
    wording: Option<&Wording>,
    now: Timestamp,
) -> Result<MailId, NoticeError> {
    let letter = compose_with(letterhead, to, notice, wording)?;
    let message_id = message::new_message_id(&letterhead.host)?;
    let mail = NewMail {
        message_id: &message_id,
        notice: letter.notice,
        application: to.application.map(|(id, _)| id),
        recipient: to.email,
        language: to.lang.as_str(),
        subject: &letter.subject,
        text_body: &letter.text,
        html_body: &letter.html,
        reply_to: None,
        is_secret: notice.is_secret(),
    };
    message::build(&message::Parts::of_new(&letterhead.from, &mail, now))?;
    Ok(outbox::insert_mail(db, &mail, now)?)
}

/// A name goes into a mail only if it is short, plain text without a number in it: it is shown as typed, before any rule has looked at it.
fn may_stand_in_a_mail(name: &str) -> bool {
    let is_plain = |c: char| {
        !c.is_control()
            && !c.is_ascii_digit()
            && !matches!(c, '<' | '>' | '@' | '/' | ':' | '\u{200E}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    !name.is_empty()
        && name.chars().count() <= 60
        && name.chars().all(is_plain)
        && !contains_my_number(name)
}

#[cfg(test)]
mod tests;

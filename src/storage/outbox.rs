//! Mails to be sent, written in the transaction of the fact they announce, and delivered by a job that may fail ten times and remembers why.
//!
//! The row holds the finished mail with its Message-ID, so that a second copy, if the server kept the first without saying so, is recognisable as one.
//! Bodies that carry a code or a secret link are blanked as soon as they are sent.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::jobs::{self, JobKind};
use super::schema::outbox;
use super::types::{Instant, MaybeInstant, StoredNotice, row_id, text_enum};
use super::{Db, StoreError};
use crate::domain::notice::NoticeCode;

row_id!(
    /// Id of a mail.
    MailId
);

text_enum!(
    /// Where a mail stands.
    MailState {
        /// Waiting for its delivery.
        Queued = "queued",
        /// The server took it.
        Sent = "sent",
        /// The server refuses it for good, or it failed too often.
        Dead = "dead",
        /// Kept back after a restore: it may have been sent before the failure.
        Held = "held",
    }
);

/// States of mails that nothing waits for any more. (Said positively, because an index serves "is one of" and not "is not".)
const NO_LONGER_QUEUED: [MailState; 3] = [MailState::Sent, MailState::Dead, MailState::Held];

/// A mail.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub struct Mail {
    /// Row id.
    pub id: MailId,
    /// The Message-ID header, with angle brackets.
    pub message_id: String,
    /// Which notice.
    #[diesel(deserialize_as = StoredNotice)]
    pub notice: NoticeCode,
    /// The application it is about.
    pub application_id: Option<ApplicationId>,
    /// Where it goes.
    pub recipient: String,
    /// `ja` or `en`.
    pub language: String,
    /// The subject.
    pub subject: String,
    /// The text part, the master.
    pub text_body: String,
    /// The HTML part, with the same words.
    pub html_body: String,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// Whether the bodies are blanked once sent.
    pub is_secret: bool,
    /// Where it stands.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: i32,
    /// Why it last failed.
    pub last_error: Option<String>,
    /// When it was written.
    #[diesel(deserialize_as = Instant)]
    pub created_at: Timestamp,
    /// When the server took it.
    #[diesel(deserialize_as = MaybeInstant)]
    pub sent_at: Option<Timestamp>,
}

/// A mail to be sent, built and validated.
#[derive(Debug, Clone, Copy)]
pub struct NewMail<'a> {
    /// The Message-ID header, with angle brackets; new and random.
    pub message_id: &'a str,
    /// Which notice.
    pub notice: NoticeCode,
    /// The application it is about.
    pub application: Option<ApplicationId>,
    /// Where it goes.
    pub recipient: &'a str,
    /// `ja` or `en`.
    pub language: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// The text part.
    pub text_body: &'a str,
    /// The HTML part.
    pub html_body: &'a str,
    /// Where answers go.
    pub reply_to: Option<&'a str>,
    /// Whether the bodies are blanked once sent.
    pub is_secret: bool,
}

/// What the delivery job of a mail carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Delivery {
    /// Which mail.
    pub mail: MailId,
}

/// Queues a mail and its delivery, in the caller's transaction.
pub fn insert_mail(db: &mut Db, new: &NewMail<'_>, now: Timestamp) -> Result<MailId, StoreError> {
    let mail = diesel::insert_into(outbox::table)
        .values((
            outbox::message_id.eq(new.message_id),
            outbox::notice.eq(StoredNotice(new.notice)),
            outbox::application_id.eq(new.application),
            outbox::recipient.eq(new.recipient),
            outbox::language.eq(new.language),
            outbox::subject.eq(new.subject),
            outbox::text_body.eq(new.text_body),
            outbox::html_body.eq(new.html_body),
            outbox::reply_to.eq(new.reply_to),
            outbox::is_secret.eq(new.is_secret),
            outbox::state.eq(MailState::Queued),
            outbox::attempts.eq(0),
            outbox::created_at.eq(Instant::from(now)),
        ))
        .returning(outbox::id)
        .get_result(db)?;
    enqueue_delivery(db, mail, now)?;
    Ok(mail)
}

fn enqueue_delivery(db: &mut Db, mail: MailId, now: Timestamp) -> Result<(), StoreError> {
    let payload = serde_json::to_string(&Delivery { mail })
        .map_err(|cause| StoreError::Corrupt(cause.to_string()))?;
    jobs::insert_job(db, JobKind::DeliverMail, &payload, now, now)?;
    Ok(())
}

/// The mail `id`.
pub fn get_mail(db: &mut Db, id: MailId) -> Result<Mail, StoreError> {
    Ok(outbox::table
        .find(id)
        .select(Mail::as_select())
        .get_result(db)?)
}

/// Notes that the server took it; a secret body is blanked.
pub fn set_sent(db: &mut Db, id: MailId, now: Timestamp) -> Result<(), StoreError> {
    diesel::update(outbox::table.find(id))
        .set((
            outbox::state.eq(MailState::Sent),
            outbox::sent_at.eq(Instant::from(now)),
            outbox::attempts.eq(outbox::attempts + 1),
            outbox::last_error.eq(None::<String>),
        ))
        .execute(db)?;
    blank_secret(db, id)
}

/// Notes a failed try. Whether another follows is the delivery job's business.
pub fn set_failed(db: &mut Db, id: MailId, reason: &str) -> Result<(), StoreError> {
    diesel::update(outbox::table.find(id))
        .set((
            outbox::attempts.eq(outbox::attempts + 1),
            outbox::last_error.eq(reason),
        ))
        .execute(db)?;
    Ok(())
}

/// Gives a mail up; a secret body is blanked.
pub fn set_dead(db: &mut Db, id: MailId, reason: &str) -> Result<(), StoreError> {
    diesel::update(outbox::table.find(id))
        .set((
            outbox::state.eq(MailState::Dead),
            outbox::last_error.eq(reason),
        ))
        .execute(db)?;
    blank_secret(db, id)
}

fn blank_secret(db: &mut Db, id: MailId) -> Result<(), StoreError> {
    let secret = outbox::table.find(id).filter(outbox::is_secret.eq(true));
    diesel::update(secret)
        .set((
            outbox::subject.eq(""),
            outbox::text_body.eq(""),
            outbox::html_body.eq(""),
        ))
        .execute(db)?;
    Ok(())
}

/// Holds every mail that waits, with its delivery: after a restore nobody knows which of them were sent. Answers how many.
pub fn hold_queued(db: &mut Db, now: Timestamp) -> Result<usize, StoreError> {
    jobs::give_up_all(db, JobKind::DeliverMail, "held after a restore", now)?;
    let queued = outbox::table.filter(outbox::state.eq(MailState::Queued));
    Ok(diesel::update(queued)
        .set(outbox::state.eq(MailState::Held))
        .execute(db)?)
}

/// Queues every held mail anew; answers how many. Secret ones are left: what they carry has expired.
pub fn release_held(db: &mut Db, now: Timestamp) -> Result<usize, StoreError> {
    let held = outbox::table
        .filter(outbox::state.eq(MailState::Held))
        .filter(outbox::is_secret.eq(false));
    let released: Vec<MailId> = diesel::update(held)
        .set(outbox::state.eq(MailState::Queued))
        .returning(outbox::id)
        .get_results(db)?;
    for mail in &released {
        enqueue_delivery(db, *mail, now)?;
    }
    Ok(released.len())
}

/// A mail as a list of mails shows it: without its words.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub struct MailLine {
    /// Row id.
    pub id: MailId,
    /// Which notice.
    #[diesel(deserialize_as = StoredNotice)]
    pub notice: NoticeCode,
    /// Where it goes.
    pub recipient: String,
    /// Whether it carried a code.
    pub is_secret: bool,
    /// Where it stands.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: i32,
    /// Why it last failed.
    pub last_error: Option<String>,
    /// When it was written.
    #[diesel(deserialize_as = Instant)]
    pub created_at: Timestamp,
    /// When the server took it.
    #[diesel(deserialize_as = MaybeInstant)]
    pub sent_at: Option<Timestamp>,
}

impl MailLine {
    /// Whether sending it again makes sense: it was given up or is held, and what it carries has not expired.
    pub fn may_go_again(&self) -> bool {
        matches!(self.state, MailState::Dead | MailState::Held) && !self.is_secret
    }
}

/// Up to `limit` mails in `state`, the latest first, before `before`.
pub fn list_mails(
    db: &mut Db,
    state: MailState,
    before: Option<(Timestamp, MailId)>,
    limit: i64,
) -> Result<Vec<MailLine>, StoreError> {
    let mut query = outbox::table
        .filter(outbox::state.eq(state))
        .order((outbox::created_at.desc(), outbox::id.desc()))
        .limit(limit)
        .select(MailLine::as_select())
        .into_boxed();
    if let Some((at, id)) = before {
        let at = Instant::from(at);
        query = query
            .filter(outbox::created_at.le(at))
            .filter(outbox::created_at.lt(at).or(outbox::id.lt(id)));
    }
    Ok(query.load(db)?)
}

/// Queues a mail that was given up or is held anew. [`StoreError::Conflict`] when it is neither (any more), carried a code, or has no words left.
pub fn send_again(db: &mut Db, id: MailId, now: Timestamp) -> Result<(), StoreError> {
    let undelivered = outbox::table
        .find(id)
        .filter(outbox::state.eq_any([MailState::Dead, MailState::Held]))
        .filter(outbox::is_secret.eq(false))
        .filter(outbox::text_body.ne(""));
    let queued = diesel::update(undelivered)
        .set((
            outbox::state.eq(MailState::Queued),
            outbox::attempts.eq(0),
            outbox::last_error.eq(None::<String>),
        ))
        .execute(db)?;
    if queued == 0 {
        return Err(StoreError::Conflict);
    }
    enqueue_delivery(db, id, now)
}

/// Mails that were given up or are held, latest first: somebody has to look at them.
pub fn list_undelivered(db: &mut Db, limit: i64) -> Result<Vec<Mail>, StoreError> {
    let list = outbox::table
        .filter(outbox::state.eq_any([MailState::Dead, MailState::Held]))
        .order((outbox::created_at.desc(), outbox::id.desc()))
        .limit(limit)
        .select(Mail::as_select())
        .load(db)?;
    Ok(list)
}

/// The mails about an application, oldest first.
pub fn list_of_application(
    db: &mut Db,
    application: ApplicationId,
) -> Result<Vec<Mail>, StoreError> {
    let list = outbox::table
        .filter(outbox::application_id.eq(application))
        .order(outbox::id)
        .select(Mail::as_select())
        .load(db)?;
    Ok(list)
}

/// Deletes every mail about an application, whatever became of it; answers how many.
pub fn delete_of_application(db: &mut Db, application: ApplicationId) -> Result<usize, StoreError> {
    let own = outbox::table.filter(outbox::application_id.eq(application));
    Ok(diesel::delete(own).execute(db)?)
}

/// How many mails are in each of: queued, dead, held.
pub fn count_unsent(db: &mut Db) -> Result<(i64, i64, i64), StoreError> {
    let mut count = |state: MailState| {
        outbox::table
            .filter(outbox::state.eq(state))
            .count()
            .get_result(db)
    };
    Ok((
        count(MailState::Queued)?,
        count(MailState::Dead)?,
        count(MailState::Held)?,
    ))
}

/// Blanks the bodies of mails written before `until`; the record that they were sent stays. Answers how many.
pub fn blank_bodies_before(db: &mut Db, until: Timestamp) -> Result<usize, StoreError> {
    let old = outbox::table
        .filter(outbox::state.eq_any(NO_LONGER_QUEUED))
        .filter(outbox::created_at.lt(Instant::from(until)))
        .filter(outbox::text_body.ne(""));
    Ok(diesel::update(old)
        .set((
            outbox::subject.eq(""),
            outbox::text_body.eq(""),
            outbox::html_body.eq(""),
        ))
        .execute(db)?)
}

/// Deletes the records of mails written before `until` that are no longer queued; answers how many.
pub fn delete_before(db: &mut Db, until: Timestamp) -> Result<usize, StoreError> {
    let old = outbox::table
        .filter(outbox::state.eq_any(NO_LONGER_QUEUED))
        .filter(outbox::created_at.lt(Instant::from(until)));
    Ok(diesel::delete(old).execute(db)?)
}

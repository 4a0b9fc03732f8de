//! Proven addresses. A mailbox comes into being when a code or link sent to it came back; one mailbox serves a whole family.

use diesel::prelude::*;
use jiff::Timestamp;

use super::connection::each_backend;
use super::schema::mailboxes;
use super::types::{Instant, row_id};
use super::{Db, StoreError};

row_id!(
    /// Id of a proven address.
    MailboxId
);

/// An address that its owner has proven.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = mailboxes)]
pub struct Mailbox {
    /// Row id.
    pub id: MailboxId,
    /// The address as its owner writes it.
    pub email: String,
    /// The folded address, by which two spellings are the same mailbox.
    pub email_key: String,
    /// `ja` or `en`: the language of mails.
    pub language: String,
    /// When it was first proven.
    #[diesel(deserialize_as = Instant)]
    pub created_at: Timestamp,
    /// When it was last proven.
    #[diesel(deserialize_as = Instant)]
    pub verified_at: Timestamp,
}

/// The mailbox `id`.
pub fn get_mailbox(db: &mut Db, id: MailboxId) -> Result<Mailbox, StoreError> {
    Ok(mailboxes::table
        .find(id)
        .select(Mailbox::as_select())
        .get_result(db)?)
}

/// The mailbox with the folded address `email_key`.
pub fn find_mailbox(db: &mut Db, email_key: &str) -> Result<Option<Mailbox>, StoreError> {
    Ok(mailboxes::table
        .filter(mailboxes::email_key.eq(email_key))
        .select(Mailbox::as_select())
        .get_result(db)
        .optional()?)
}

/// Records that `email` was proven at `now`: a new mailbox, or the known one with its latest spelling and language.
pub fn insert_or_update_mailbox(
    db: &mut Db,
    email: &str,
    email_key: &str,
    language: &str,
    now: Timestamp,
) -> Result<Mailbox, StoreError> {
    let now = Instant::from(now);
    let row = (
        mailboxes::email.eq(email),
        mailboxes::email_key.eq(email_key),
        mailboxes::language.eq(language),
        mailboxes::created_at.eq(now),
        mailboxes::verified_at.eq(now),
    );
    let newest = (
        mailboxes::email.eq(email),
        mailboxes::language.eq(language),
        mailboxes::verified_at.eq(now),
    );
    let mailbox = each_backend!(db, |c| diesel::insert_into(mailboxes::table)
        .values(row)
        .on_conflict(mailboxes::email_key)
        .do_update()
        .set(newest)
        .returning(Mailbox::as_returning())
        .get_result(c))?;
    Ok(mailbox)
}

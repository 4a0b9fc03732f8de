//! An address that is to take the place of the mailbox's, until the code sent to it is typed. One for each application; asking again replaces it.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::connection::each_backend;
use super::mailboxes::MailboxId;
use super::schema::{applications, email_changes};
use super::types::Instant;
use super::{Db, StoreError};

/// An address to be proven.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = email_changes)]
pub struct EmailChange {
    /// Whose.
    pub application_id: ApplicationId,
    /// The address as typed.
    pub email: String,
    /// The folded address.
    pub email_key: String,
    /// Hash of the six digits.
    pub code_hash: Vec<u8>,
    /// Codes tried so far.
    pub attempts: i32,
    /// When it was asked for.
    #[diesel(deserialize_as = Instant)]
    pub created_at: Timestamp,
    /// When the code stops working.
    #[diesel(deserialize_as = Instant)]
    pub expires_at: Timestamp,
}

/// Keeps the address, in place of an earlier one.
pub fn insert_or_replace(
    db: &mut Db,
    application: ApplicationId,
    (email, email_key): (&str, &str),
    code_hash: &[u8],
    (expires_at, now): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    let asked = (
        email_changes::email.eq(email),
        email_changes::email_key.eq(email_key),
        email_changes::code_hash.eq(code_hash),
        email_changes::attempts.eq(0),
        email_changes::created_at.eq(Instant::from(now)),
        email_changes::expires_at.eq(Instant::from(expires_at)),
    );
    let row = (email_changes::application_id.eq(application), asked);
    each_backend!(db, |c| diesel::insert_into(email_changes::table)
        .values(row)
        .on_conflict(email_changes::application_id)
        .do_update()
        .set(asked)
        .execute(c))?;
    Ok(())
}

/// What was asked for, if its code still works at `now`.
pub fn find_email_change(
    db: &mut Db,
    application: ApplicationId,
    now: Timestamp,
) -> Result<Option<EmailChange>, StoreError> {
    Ok(email_changes::table
        .find(application)
        .filter(email_changes::expires_at.gt(Instant::from(now)))
        .select(EmailChange::as_select())
        .get_result(db)
        .optional()?)
}

/// Takes one of `limit` tries at the code, before it is compared. `false`: none is left. Commit it even if the code is wrong.
pub fn claim_attempt(
    db: &mut Db,
    application: ApplicationId,
    limit: i32,
) -> Result<bool, StoreError> {
    let left = email_changes::table
        .find(application)
        .filter(email_changes::attempts.lt(limit));
    let taken = diesel::update(left)
        .set(email_changes::attempts.eq(email_changes::attempts + 1))
        .execute(db)?;
    Ok(taken > 0)
}

/// Forgets what was asked for.
pub fn delete_email_change(db: &mut Db, application: ApplicationId) -> Result<(), StoreError> {
    diesel::delete(email_changes::table.find(application)).execute(db)?;
    Ok(())
}

/// Deletes what expired before `until`; answers how many.
pub fn delete_expired(db: &mut Db, until: Timestamp) -> Result<usize, StoreError> {
    let old = email_changes::table.filter(email_changes::expires_at.lt(Instant::from(until)));
    Ok(diesel::delete(old).execute(db)?)
}

/// Gives the case to a mailbox: its applicant has another address.
pub fn set_mailbox(
    db: &mut Db,
    id: ApplicationId,
    mailbox: MailboxId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let set = (
        applications::mailbox_id.eq(mailbox),
        applications::updated_at.eq(Instant::from(now)),
    );
    match diesel::update(applications::table.find(id))
        .set(set)
        .execute(db)?
    {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

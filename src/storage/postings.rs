//! What an applicant says about posting her form: the day, the carrier, the tracking number. One for each application; saying it again corrects it.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::applications::ApplicationId;
use super::connection::each_backend;
use super::schema::postings;
use super::types::{Instant, StoredDate};
use super::{Db, StoreError};

/// A posting as declared.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = postings)]
pub struct Posting {
    /// Whose.
    pub application_id: ApplicationId,
    /// The day it was posted, where she is.
    #[diesel(deserialize_as = StoredDate)]
    pub sent_on: Date,
    /// The carrier's code from the form, empty when not said.
    pub carrier: String,
    /// The tracking number, empty when not said.
    pub tracking: String,
    /// When she said so.
    #[diesel(deserialize_as = Instant)]
    pub created_at: Timestamp,
}

/// Keeps what she says, in place of what she said before.
pub fn insert_or_update_posting(
    db: &mut Db,
    application: ApplicationId,
    sent_on: Date,
    carrier: &str,
    tracking: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let said = (
        postings::sent_on.eq(sent_on.to_string()),
        postings::carrier.eq(carrier),
        postings::tracking.eq(tracking),
        postings::created_at.eq(Instant::from(now)),
    );
    let row = (postings::application_id.eq(application), said.clone());
    each_backend!(db, |c| diesel::insert_into(postings::table)
        .values(row)
        .on_conflict(postings::application_id)
        .do_update()
        .set(said)
        .execute(c))?;
    Ok(())
}

/// What she said, if she did.
pub fn find_posting(
    db: &mut Db,
    application: ApplicationId,
) -> Result<Option<Posting>, StoreError> {
    Ok(postings::table
        .find(application)
        .select(Posting::as_select())
        .get_result(db)
        .optional()?)
}

//! Questions of the municipality to the applicant, and her replies. Both are read on the site; no mail holds either.

use diesel::prelude::*;
use jiff::Timestamp;

use super::applications::ApplicationId;
use super::case_columns::StoredOffice;
use super::schema::inquiries;
use super::types::{Instant, MaybeInstant, row_id};
use super::{Db, StoreError};
use crate::domain::office_code::OfficeCode;

row_id!(
    /// Id of an inquiry.
    InquiryId
);

/// A question and its reply.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = inquiries)]
pub struct Inquiry {
    /// Row id.
    pub id: InquiryId,
    /// Whose.
    pub application_id: ApplicationId,
    /// Who asks.
    #[diesel(deserialize_as = StoredOffice)]
    pub office: OfficeCode,
    /// The question.
    pub question: String,
    /// By whom, as in the audit.
    pub asked_by: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub asked_at: Timestamp,
    /// The applicant's reply.
    pub reply: Option<String>,
    /// When she replied.
    #[diesel(deserialize_as = MaybeInstant)]
    pub replied_at: Option<Timestamp>,
    /// When it was answered or closed.
    #[diesel(deserialize_as = MaybeInstant)]
    pub closed_at: Option<Timestamp>,
}

/// Writes a question down.
pub fn insert_inquiry(
    db: &mut Db,
    application: ApplicationId,
    question: &str,
    (office, by): (&OfficeCode, &str),
    now: Timestamp,
) -> Result<InquiryId, StoreError> {
    let id = diesel::insert_into(inquiries::table)
        .values((
            inquiries::application_id.eq(application),
            inquiries::office.eq(office.as_str()),
            inquiries::question.eq(question),
            inquiries::asked_by.eq(by),
            inquiries::asked_at.eq(Instant::from(now)),
        ))
        .returning(inquiries::id)
        .get_result(db)?;
    Ok(id)
}

/// Every question of a case, oldest first.
pub fn list_inquiries(db: &mut Db, application: ApplicationId) -> Result<Vec<Inquiry>, StoreError> {
    Ok(inquiries::table
        .filter(inquiries::application_id.eq(application))
        .order(inquiries::id)
        .select(Inquiry::as_select())
        .load(db)?)
}

/// Keeps her reply to the open questions of a case and closes them. [`StoreError::Conflict`] when none is open.
pub fn set_reply(
    db: &mut Db,
    application: ApplicationId,
    reply: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let at = Instant::from(now);
    let open = inquiries::table
        .filter(inquiries::application_id.eq(application))
        .filter(inquiries::closed_at.is_null());
    match diesel::update(open)
        .set((
            inquiries::reply.eq(reply),
            inquiries::replied_at.eq(at),
            inquiries::closed_at.eq(at),
        ))
        .execute(db)?
    {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

/// Closes the open questions of a case without a reply; answers how many.
pub fn close_inquiries(
    db: &mut Db,
    application: ApplicationId,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let open = inquiries::table
        .filter(inquiries::application_id.eq(application))
        .filter(inquiries::closed_at.is_null());
    Ok(diesel::update(open)
        .set(inquiries::closed_at.eq(Instant::from(now)))
        .execute(db)?)
}

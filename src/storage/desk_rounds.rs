//! Read models of the offices' mornings: how much waits on a desk, how much of it is late.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::case_columns::StoredDue;
use super::schema::{applications, staff};
use super::types::{Instant, StoredReceiptNumber, StoredStatus};
use super::{Db, StoreError};
use crate::domain::office_code::OfficeCode;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::status::Status;

/// What an office has to do with a case that lies on its desk; before that it is the applicant's, after that nobody's.
const AT_WORK: [Status; 14] = [
    Status::Received,
    Status::Defect,
    Status::Forwarded,
    Status::AtHonseki,
    Status::Inquiry,
    Status::Confirmed,
    Status::IssuerDefect,
    Status::Made,
    Status::Setup,
    Status::Shipped,
    Status::Arrived,
    Status::Overdue,
    Status::Booked,
    Status::HandedOver,
];

/// The offices that have an open account, by code.
pub fn list_staffed_offices(db: &mut Db) -> Result<Vec<OfficeCode>, StoreError> {
    let codes: Vec<Option<String>> = staff::table
        .filter(staff::deactivated_at.is_null())
        .filter(staff::office_code.is_not_null())
        .select(staff::office_code)
        .distinct()
        .order(staff::office_code)
        .load(db)?;
    codes
        .into_iter()
        .flatten()
        .map(|code| {
            OfficeCode::parse(&code).map_err(|cause| StoreError::Corrupt(cause.to_string()))
        })
        .collect()
}

/// How many cases at work on an office's desk have their last day from `from` to `until`.
pub fn count_due(
    db: &mut Db,
    office: &OfficeCode,
    from: Date,
    until: Date,
) -> Result<i64, StoreError> {
    Ok(applications::table
        .filter(applications::desk.eq(office.as_str()))
        .filter(applications::status.eq_any(AT_WORK.map(StoredStatus)))
        .filter(applications::due_on.ge(StoredDue::text(Some(from))))
        .filter(applications::due_on.le(StoredDue::text(Some(until))))
        .count()
        .get_result(db)?)
}

/// How many cases came to an office's desk since `since`.
pub fn count_entered(
    db: &mut Db,
    office: &OfficeCode,
    since: Timestamp,
) -> Result<i64, StoreError> {
    Ok(applications::table
        .filter(applications::desk.eq(office.as_str()))
        .filter(applications::status.eq_any(AT_WORK.map(StoredStatus)))
        .filter(applications::entered_at.ge(Instant::from(since)))
        .count()
        .get_result(db)?)
}

/// The receipt numbers of up to `limit` cases of an office whose last day was before `today`, the oldest first.
pub fn list_overdue(
    db: &mut Db,
    office: &OfficeCode,
    today: Date,
    limit: i64,
) -> Result<Vec<ReceiptNumber>, StoreError> {
    let rows: Vec<StoredReceiptNumber> = applications::table
        .filter(applications::desk.eq(office.as_str()))
        .filter(applications::status.eq_any(AT_WORK.map(StoredStatus)))
        .filter(applications::due_on.lt(StoredDue::text(Some(today))))
        .order((applications::due_on, applications::id))
        .limit(limit)
        .select(applications::reference)
        .load(db)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

//! What the law separates from the status: who checked the record and the documents, the card's dates, where it lies and until when.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::applications::ApplicationId;
use super::case_columns::{StoredDocumentCheck, StoredRecordCheck};
use super::cases::changed;
use super::schema::cases;
use super::types::Instant;
use super::{Db, StoreError};
use crate::domain::handover::{DocumentCheck, RecordCheck};

/// Notes 措置① with who found it; [`RecordCheck::Open`] takes it back, and its notice with it.
pub fn set_record_check(
    db: &mut Db,
    application: ApplicationId,
    check: RecordCheck,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let is_open = check == RecordCheck::Open;
    let set = (
        cases::record_check.eq(StoredRecordCheck(check)),
        cases::record_check_at.eq((!is_open).then(|| Instant::from(now))),
        cases::record_check_by.eq((!is_open).then_some(by)),
    );
    changed(
        diesel::update(cases::table.find(application))
            .set(set)
            .execute(db)?,
    )?;
    if is_open {
        diesel::update(cases::table.find(application))
            .set(cases::record_check_notice_at.eq(None::<Instant>))
            .execute(db)?;
    }
    Ok(())
}

/// Notes that the notice of 措置① went to the handing place.
pub fn set_record_check_notice(
    db: &mut Db,
    application: ApplicationId,
    now: Timestamp,
) -> Result<(), StoreError> {
    changed(
        diesel::update(cases::table.find(application))
            .set(cases::record_check_notice_at.eq(Instant::from(now)))
            .execute(db)?,
    )
}

/// Notes 措置② with who saw the documents.
pub fn set_document_check(
    db: &mut Db,
    application: ApplicationId,
    check: DocumentCheck,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let set = (
        cases::document_check.eq(StoredDocumentCheck(check)),
        cases::document_check_at.eq(Instant::from(now)),
        cases::document_check_by.eq(by),
    );
    changed(
        diesel::update(cases::table.find(application))
            .set(set)
            .execute(db)?,
    )
}

/// Notes the card's dates (番号カード命令 26条): the day it was made and its last day.
pub fn set_card(
    db: &mut Db,
    application: ApplicationId,
    made_on: Date,
    expires_on: Date,
) -> Result<(), StoreError> {
    let set = (
        cases::made_on.eq(made_on.to_string()),
        cases::card_expires_on.eq(expires_on.to_string()),
    );
    changed(
        diesel::update(cases::table.find(application))
            .set(set)
            .execute(db)?,
    )
}

/// Notes where the card lies at the pickup place; none takes it from there.
pub fn set_shelf(
    db: &mut Db,
    application: ApplicationId,
    shelf: Option<&str>,
) -> Result<(), StoreError> {
    changed(
        diesel::update(cases::table.find(application))
            .set(cases::shelf.eq(shelf))
            .execute(db)?,
    )
}

/// Notes the collection deadlines.
pub fn set_pickup_deadlines(
    db: &mut Db,
    application: ApplicationId,
    first: Option<Date>,
    second: Option<Date>,
) -> Result<(), StoreError> {
    let text = |date: Option<Date>| date.map(|date| date.to_string());
    let set = (
        cases::pickup_deadline.eq(text(first)),
        cases::second_pickup_deadline.eq(text(second)),
    );
    changed(
        diesel::update(cases::table.find(application))
            .set(set)
            .execute(db)?,
    )
}

//! Read models of the issuer's shelf: made cards that have not left yet. A card whose case has ended meanwhile does not leave any more: it is destroyed
//! (`domain::card_disposal`).

use diesel::prelude::*;

use super::batch_items::BatchItem;
use super::case_columns::StoredOffice;
use super::schema::{applications, batch_items};
use super::types::StoredStatus;
use super::{Db, StoreError};
use crate::domain::office_code::OfficeCode;
use crate::domain::status::Status;

/// Made cards for one office that have not left yet.
pub fn list_for_office(
    db: &mut Db,
    office: &OfficeCode,
    limit: i64,
) -> Result<Vec<BatchItem>, StoreError> {
    Ok(batch_items::table
        .inner_join(applications::table)
        .filter(batch_items::office.eq(office.as_str()))
        .filter(applications::status.eq(StoredStatus(Status::Made)))
        .filter(batch_items::made_on.is_not_null())
        .filter(batch_items::shipped_on.is_null())
        .order((batch_items::batch_id, batch_items::line))
        .limit(limit)
        .select(BatchItem::as_select())
        .load(db)?)
}

/// How many made cards wait for their way to each office, for the offices after `after`.
pub fn count_by_office(
    db: &mut Db,
    after: &str,
    limit: i64,
) -> Result<Vec<(OfficeCode, i64)>, StoreError> {
    let rows: Vec<(StoredOffice, i64)> = batch_items::table
        .inner_join(applications::table)
        .filter(applications::status.eq(StoredStatus(Status::Made)))
        .filter(batch_items::made_on.is_not_null())
        .filter(batch_items::shipped_on.is_null())
        .filter(batch_items::office.gt(after))
        .group_by(batch_items::office)
        .order(batch_items::office)
        .limit(limit)
        .select((batch_items::office, diesel::dsl::count_star()))
        .load(db)?;
    Ok(rows
        .into_iter()
        .map(|(office, count)| (office.into(), count))
        .collect())
}

//! What the exchange with the issuer asks of the database; its plans are looked at in `queries`.

use tsubame::domain::batch_schedule::BatchSchedule;
use tsubame::domain::office_code::OfficeCode;
use tsubame::storage::batch_schedules::{self, ScheduleVersion};
use tsubame::storage::batches::{self, BatchId};
use tsubame::storage::results::{self, NewResultFile, ResultFileId};
use tsubame::storage::{Db, StoreError, batch_items, cards_to_ship, exchange_keys};

use super::cast::now;

pub(super) fn ask_about_exchange(db: &mut Db) -> Result<(), StoreError> {
    let office = OfficeCode::parse("141046").unwrap();
    let batch = batches::insert_batch(db, "api-key:1", now())?.id;
    batches::find_gathering(db)?;
    let schedule = BatchSchedule::default();
    batch_schedules::save(db, ScheduleVersion(0), &schedule, "staff:1", now())?;
    batch_schedules::find_latest(db)?;
    batches::list_batches(db, None, 25)?;
    batches::list_ready(db, BatchId(0), 100)?;
    batches::list_released(db, 100)?;
    batches::count_released(db, 10_000)?;
    batches::list_confirmed(db, &office, 100)?;
    batch_items::list_items(db, batch, 0, 25)?;
    batch_items::list_items_with_status(db, batch, 0, 25)?;
    batch_items::find_item(db, batch, "K7M4-2PQX-9T")?;
    batch_items::list_with_glyphs(db, (batch, 0), 25)?;
    cards_to_ship::list_for_office(db, &office, 500)?;
    cards_to_ship::count_by_office(db, "", 50)?;
    batch_items::list_next_bag(db, ResultFileId(1), 500)?;
    let new = NewResultFile {
        content_hash: b"h",
        name: "R-1",
        received_by: "api-key:1",
        total_rows: 0,
    };
    let file = results::find_or_insert_file(db, &new, now())?.id;
    results::list_files(db, None, 25)?;
    results::set_applying(db, file)?;
    results::hold_applying(db, file)?;
    results::list_unanswered(db, file, 100)?;
    results::list_rows(db, file, 0, 100)?;
    exchange_keys::find_api_key(db, b"k")?;
    exchange_keys::list_api_keys(db, 25)?;
    exchange_keys::find_partner_key(db, "sim")?;
    exchange_keys::list_partner_keys(db, 25)?;
    Ok(())
}

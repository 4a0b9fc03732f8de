//! What is asked about cards that travel on or came back; the plans are looked at in `queries`.

use tsubame::domain::office_code::OfficeCode;
use tsubame::storage::applications::ApplicationId;
use tsubame::storage::card_returns::ReturnId;
use tsubame::storage::shipments::ShipmentId;
use tsubame::storage::tasks::TaskKind;
use tsubame::storage::{Db, StoreError, card_returns, card_transfers, tasks};

use super::cast::now;

pub(super) fn ask_about_transfers(
    db: &mut Db,
    id: ApplicationId,
    (from, to): (&OfficeCode, &OfficeCode),
) -> Result<(), StoreError> {
    let transfer = card_transfers::insert_transfer(db, id, (from, to), "staff:1", now())?;
    card_transfers::set_wish(db, transfer, to)?;
    card_transfers::accept(db, transfer, to, "staff:1", now())?;
    card_transfers::list_transfers(db, id)?;
    let open = card_transfers::find_open(db, id)?.unwrap();
    card_transfers::set_sent(db, transfer, now())?;
    card_transfers::stop(db, &open, "other", "staff:1", now()).unwrap_err();
    Ok(())
}

pub(super) fn ask_about_returns(
    db: &mut Db,
    (shipment, id): (ShipmentId, ApplicationId),
) -> Result<(), StoreError> {
    card_returns::insert_returns(db, shipment, &[id], ("other", "staff:3"), now())?;
    card_returns::end_if_all_returned(db, shipment)?;
    card_returns::list_open(db, ReturnId(0), 100)?;
    card_returns::set_sent_again(db, ReturnId(1), "SH", now())?;
    card_returns::set_later_shipment(db, id, "SH")?;
    let late = (TaskKind::LateShipment, "SH");
    tasks::close_tasks_about(db, "issuer", late, "staff:3", now())?;
    Ok(())
}

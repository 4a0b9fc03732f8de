//! What is asked about cards that travel on or came back; the plans are looked at in `queries`.

use tsubame::domain::desk::Desk;
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::storage::applications::ApplicationId;
use tsubame::storage::card_disposals::{DisposalId, DisposalState};
use tsubame::storage::card_returns::ReturnId;
use tsubame::storage::card_transfers::TransferState;
use tsubame::storage::shipments::ShipmentId;
use tsubame::storage::tasks::TaskKind;
use tsubame::storage::{
    Db, StoreError, card_disposals, card_returns, card_transfers, destruction_records, tasks,
};

use super::cast::now;

pub(super) fn ask_about_transfers(
    db: &mut Db,
    id: ApplicationId,
    (from, to): (&OfficeCode, &OfficeCode),
) -> Result<(), StoreError> {
    let day = "2026-12-07".parse().unwrap();
    let asked = ("staff:1", day);
    let transfer = card_transfers::insert_transfer(db, id, (from, to), asked, now())?;
    card_transfers::set_wish(db, transfer, to)?;
    card_transfers::accept(db, transfer, (to, day), "staff:1", now())?;
    card_transfers::list_due(db, TransferState::Accepted, day, None, 100)?;
    tasks::close_transfer_tasks(db, id, "staff:1", now())?;
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

pub(super) fn ask_about_disposals(db: &mut Db, id: ApplicationId) -> Result<(), StoreError> {
    let (desk, due) = (&Desk::Issuer, DisposalState::Due);
    card_disposals::insert_or_move(db, id, (desk, "withdrawn"), now())?;
    card_disposals::list_on_desk(db, (desk, due), DisposalId(0), 50)?;
    let card = card_disposals::find_of_case(db, id)?.unwrap();
    card_disposals::set_destroyed(db, &card, "staff:3", now())?;
    card_disposals::set_due_again(db, card.id)?;
    card_disposals::set_destroyed(db, &card, "staff:3", now())?;
    let own = card_disposals::set_confirmed(db, card.id, "staff:3", now());
    assert!(
        matches!(own, Err(StoreError::Conflict)),
        "also the database wants two people"
    );
    card_disposals::set_confirmed(db, card.id, "staff:4", now())?;
    card_returns::set_destroyed(db, id)?;
    let reference = ReceiptNumber::from_random(7);
    destruction_records::insert_card_record(
        db,
        reference,
        "withdrawn",
        ("staff:3", "staff:4"),
        now(),
    )
}

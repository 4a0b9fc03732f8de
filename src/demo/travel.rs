//! What travels between the demo's offices, on real lists: put together by one, counted and sent by another, taken out of its bag against the list.

use anyhow::{Context, ensure};
use jiff::Timestamp;

use crate::domain::application::posting::Carrier;
use crate::domain::desk::Desk;
use crate::domain::intake::Said;
use crate::domain::office_code::OfficeCode;
use crate::domain::shipment::{Carriage, ShipmentKind, ShipmentNumber};
use crate::domain::status::Status;
use crate::notices::Letterhead;
use crate::notices::legs::{self, Arriving, Outcome};
use crate::security::random;
use crate::storage::applications::Application;
use crate::storage::cases::CaseFile;
use crate::storage::shipments::{self, NewShipment};
use crate::storage::{Db, bags, card_transfers, shipment_arrivals};

/// Where every card of the demo is put.
const SHELF: &str = "A-12";

/// What a step to `to` sends away, if it is one by which something leaves.
pub(super) const fn sends(to: Status) -> Option<ShipmentKind> {
    match to {
        Status::Forwarded => Some(ShipmentKind::Form),
        Status::Shipped => Some(ShipmentKind::Card),
        _ => None,
    }
}

/// Whether a step takes in what another office sent.
pub(super) const fn takes_in(from: Status) -> bool {
    matches!(from, Status::Forwarded | Status::Shipped)
}

/// One piece leaves an office: its clerk makes the list, a colleague counts it.
pub(super) fn send(
    db: &mut Db,
    letterhead: &Letterhead,
    (application, case): (&Application, &CaseFile),
    (kind, office): (ShipmentKind, &OfficeCode),
    (maker, counter): (&str, &str),
    now: Timestamp,
) -> anyhow::Result<()> {
    let onward = card_transfers::find_open(db, application.id)?;
    let to = match (kind, &onward) {
        (ShipmentKind::Form, _) => &case.register_office,
        (ShipmentKind::Card, Some(onward)) => &onward.to_office,
        (ShipmentKind::Card, None) => &case.pickup_office,
    };
    let number = u64::from_be_bytes(random::bytes()?);
    let carriage = Carriage {
        carrier: Some(Carrier::Ems),
        tracking: format!("EE{:09}JP", number % 1_000_000_000),
        is_sealed: true,
    };
    let new = NewShipment {
        number: ShipmentNumber::from_random(number),
        kind,
        from: &Desk::Office(office.clone()),
        to,
        carriage: &carriage,
        by: maker,
    };
    let made = shipments::insert_shipment(db, &new, &[application.id], now)?;
    legs::send(db, letterhead, (made.id, made.version), (1, counter), now)?;
    Ok(())
}

/// The bag with one piece is opened, emptied and closed.
pub(super) fn take_in(
    db: &mut Db,
    letterhead: &Letterhead,
    (application, case): (&Application, &CaseFile),
    (office, by): (&OfficeCode, &str),
    now: Timestamp,
) -> anyhow::Result<()> {
    let under_way = shipment_arrivals::find_under_way(db, application.id)?;
    let (shipment, _) = under_way.context("it is in no shipment")?;
    let id = legs::open_bag_of(db, &shipment, (office, by), now)?;
    let bag = bags::get_bag(db, id, office)?;
    let arriving = Arriving {
        bag: &bag,
        application,
        case,
        said: Said::default(),
        shelf: SHELF,
        defect_note: "",
        by,
    };
    let outcome = legs::take_in(db, letterhead, &arriving, now)?;
    ensure!(matches!(outcome, Outcome::Taken(_)), "{outcome:?}");
    legs::close_bag(db, &bag, (1, false), by, now)?;
    Ok(())
}

//! Shipments and bags as the database keeps them: one way at a time, drafts that change, lists that stay.

use jiff::Timestamp;
use tsubame::domain::application::posting::Carrier;
use tsubame::domain::desk::Desk;
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::shipment::{Carriage, ShipmentKind, ShipmentNumber};
use tsubame::storage::applications::ApplicationId;
use tsubame::storage::bags::{self, BagState, ItemAnswer, NewBag};
use tsubame::storage::cases::Channel;
use tsubame::storage::shipments::{
    self, ItemState, NewShipment, Shipment, ShipmentId, ShipmentState,
};
use tsubame::storage::{Db, StoreError, shipment_arrivals};

use super::cast::{form, made, now};
use crate::on_each_database;
use crate::support::database::TestDatabase;

fn code(text: &str) -> OfficeCode {
    OfficeCode::parse(text).unwrap()
}

fn cases(db: &TestDatabase, count: u64) -> Vec<ApplicationId> {
    (1..=count)
        .map(|number| made(&db.store, number, &form("emb-gb", "emb-gb")).id)
        .collect()
}

fn insert(db: &mut Db, number: u64, items: &[ApplicationId]) -> Result<Shipment, StoreError> {
    let new = NewShipment {
        number: ShipmentNumber::from_random(number),
        kind: ShipmentKind::Form,
        from: &Desk::Office(code("emb-gb")),
        to: &code("141046"),
        carriage: &Carriage {
            carrier: Some(Carrier::Ems),
            tracking: "EE123456789GB".to_owned(),
            is_sealed: true,
        },
        by: "staff:1",
    };
    shipments::insert_shipment(db, &new, items, now())
}

fn later() -> Timestamp {
    now() + jiff::SignedDuration::from_hours(24)
}

const END: ShipmentId = ShipmentId(i64::MAX);

on_each_database! {
    fn a_shipment_is_put_together_counted_sent_and_received_and_what_was_not_in_it_is_missing(db: TestDatabase) {
        let items = cases(&db, 3);
        let draft = db.store.write(|db| insert(db, 1, &items)).unwrap();
        assert_eq!((draft.state, draft.item_count, draft.version), (ShipmentState::Draft, 3, 1));
        assert_eq!(draft.carriage.tracking, "EE123456789GB");
        let sent = db.store.write(|db| shipments::close_shipment(db, draft.id, 1, "staff:2", now())).unwrap();
        assert_eq!((sent.state, sent.counted_by.as_deref(), sent.closed_at), (ShipmentState::Sent, Some("staff:2"), Some(now())));
        let missing = db.store.write(|db| {
            let (shipment, item) = shipment_arrivals::find_under_way(db, items[1])?.unwrap();
            assert_eq!((shipment.id, item.position, item.state), (draft.id, 2, ItemState::Listed));
            assert!(shipment_arrivals::set_arrived(db, item.id, later())?);
            assert!(!shipment_arrivals::set_arrived(db, item.id, later())?, "it arrives once");
            shipment_arrivals::set_received(db, draft.id, "staff:3", later())
        }).unwrap();
        assert_eq!(missing.iter().map(|item| item.application_id).collect::<Vec<_>>(), [items[0], items[2]]);
        let again = db.store.write(|db| shipment_arrivals::set_received(db, draft.id, "staff:3", later()));
        assert!(matches!(again, Err(StoreError::Conflict)));
        db.store.write(|db| {
            let (_, late) = shipment_arrivals::find_under_way(db, items[0])?.unwrap();
            assert_eq!(late.state, ItemState::Missing);
            shipment_arrivals::set_arrived(db, late.id, later())?;
            assert!(shipment_arrivals::find_under_way(db, items[0])?.is_none());
            Ok::<_, StoreError>(())
        }).unwrap();
    }

    fn a_case_is_on_its_way_in_one_shipment_at_a_time(db: TestDatabase) {
        let items = cases(&db, 2);
        let first = db.store.write(|db| insert(db, 1, &items)).unwrap();
        assert!(matches!(db.store.write(|db| insert(db, 2, &items[1..])), Err(StoreError::Conflict)));
        let fewer = db.store.write(|db| shipments::remove_items(db, first.id, first.version, &items[1..])).unwrap();
        assert_eq!((fewer.item_count, fewer.version), (1, 2));
        let second = db.store.write(|db| insert(db, 2, &items[1..])).unwrap();
        let stale = db.store.write(|db| shipments::remove_items(db, first.id, 1, &items[..1]));
        assert!(matches!(stale, Err(StoreError::Conflict)), "an old page changes nothing");
        db.store.write(|db| shipments::cancel_shipment(db, second.id, second.version)).unwrap();
        db.store.write(|db| insert(db, 3, &items[1..])).unwrap();
        let sent = db.store.write(|db| shipments::close_shipment(db, first.id, 2, "staff:2", now())).unwrap();
        for late in [
            db.store.write(|db| shipments::close_shipment(db, sent.id, sent.version, "staff:3", now())),
            db.store.write(|db| shipments::cancel_shipment(db, sent.id, sent.version)),
            db.store.write(|db| shipments::set_carriage(db, sent.id, sent.version, &Carriage::default())),
        ] {
            assert!(matches!(late, Err(StoreError::Conflict)), "what was sent cannot change");
        }
    }

    fn shipments_are_listed_by_sender_and_by_receiver_latest_first_page_by_page(db: TestDatabase) {
        let items = cases(&db, 4);
        let made: Vec<ShipmentId> = (1..=4).map(|number| {
            let item = [items[usize::try_from(number).unwrap() - 1]];
            db.store.write(|db| insert(db, number, &item)).unwrap().id
        }).collect();
        for id in &made[..3] {
            db.store.write(|db| shipments::close_shipment(db, *id, 1, "staff:2", now())).unwrap();
        }
        db.store.read(|db| {
            let ids = |list: Vec<Shipment>| list.into_iter().map(|one| one.id).collect::<Vec<_>>();
            let sender = Desk::Office(code("emb-gb"));
            assert_eq!(ids(shipments::list_of_sender(db, &sender, END, 3)?), [made[3], made[2], made[1]]);
            assert_eq!(ids(shipments::list_of_sender(db, &sender, made[1], 3)?), [made[0]]);
            assert_eq!(ids(shipments::list_of_receiver(db, &code("141046"), ShipmentState::Sent, END, 9)?), [made[2], made[1], made[0]]);
            assert!(shipments::list_of_receiver(db, &code("131016"), ShipmentState::Sent, END, 9)?.is_empty());
            let number = ShipmentNumber::from_random(2);
            assert_eq!(shipments::find_by_number(db, number)?.map(|one| one.id), Some(made[1]));
            Ok::<_, StoreError>(())
        }).unwrap();
    }

    fn a_bag_notes_each_piece_once_and_closes_once(db: TestDatabase) {
        let items = cases(&db, 2);
        let office = code("emb-gb");
        let bag = db.store.write(|db| {
            let new = NewBag { office: &office, kind: ShipmentKind::Form, shipment: None, channel: Some(Channel::Post), by: "staff:1" };
            let bag = bags::insert_bag(db, &new, now())?;
            bags::insert_or_update_item(db, bag, items[0], (ItemAnswer::Registered, "staff:1"), now())?;
            let first = bags::insert_or_update_item(db, bag, items[1], (ItemAnswer::Elsewhere, "staff:1"), now())?;
            let again = bags::insert_or_update_item(db, bag, items[1], (ItemAnswer::Registered, "staff:1"), later())?;
            assert_eq!(first, again);
            Ok::<_, StoreError>(bag)
        }).unwrap();
        db.store.read(|db| {
            assert_eq!(bags::count_items(db, bag)?, 2);
            let lately = bags::list_items(db, bag, 10)?;
            assert_eq!(lately.iter().map(|item| item.application_id).collect::<Vec<_>>(), [items[1], items[0]]);
            assert_eq!(lately[0].answer, ItemAnswer::Registered);
            assert_eq!(bags::find_item(db, bag, items[0])?.unwrap().taken_at, now());
            assert_eq!(bags::find_registration(db, items[1], &office)?.unwrap().bag_id, bag);
            assert!(bags::find_registration(db, items[1], &code("emb-fr"))?.is_none());
            assert_eq!(bags::find_open_bag(db, &office, ShipmentKind::Form, "staff:1")?.unwrap().id, bag);
            assert!(bags::find_open_bag(db, &office, ShipmentKind::Card, "staff:1")?.is_none());
            assert!(matches!(bags::get_bag(db, bag, &code("emb-fr")), Err(StoreError::NotFound)));
            Ok::<_, StoreError>(())
        }).unwrap();
        db.store.write(|db| bags::close_bag(db, bag, 2, "staff:1", later())).unwrap();
        assert!(matches!(db.store.write(|db| bags::close_bag(db, bag, 2, "staff:1", later())), Err(StoreError::Conflict)));
        let closed = db.store.read(|db| bags::get_bag(db, bag, &office)).unwrap();
        assert_eq!((closed.state, closed.counted), (BagState::Closed, Some(2)));
    }
}

//! Power cuts while a shipment is sent: every form of the list is on its way, or none is.

use std::time::Duration;

use tsubame::clock::{Clock, SystemClock};
use tsubame::domain::desk::Desk;
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::shipment::{Carriage, ShipmentKind, ShipmentNumber};
use tsubame::domain::status::Status;
use tsubame::storage::applications::{self, Application, Doer, Move, Turn};
use tsubame::storage::shipments::{self, NewShipment, ShipmentState};
use tsubame::storage::{
    DatabaseUrl, Store, StoreError, audit_verification, cases, history, outbox,
};

use crate::storage::cast::{form, made};
use crate::support::person::Person;
use crate::support::program::House;
use crate::support::raw;

const FORMS: u64 = 300;
/// Cuts later and later after the button was pressed; the last wait is long enough for everything.
const CUTS_AFTER_MS: [u64; 7] = [5, 25, 60, 120, 250, 500, 20_000];

/// Forms that London has received, for Yokohama.
fn received(store: &Store) -> Vec<Application> {
    let form = form("emb-gb", "emb-gb");
    let now = SystemClock.now();
    (1..=FORMS)
        .map(|number| {
            let application = made(store, number, &form);
            let received = store.write(|db| {
                let london = OfficeCode::parse("emb-gb").unwrap();
                cases::set_received(db, application.id, &london, (None, 1), now)?;
                let desk = cases::get_case(db, application.id)?
                    .offices()
                    .desk(Status::Received);
                let step = Move {
                    application: application.id,
                    from: application.status,
                    to: Status::Received,
                    doer: &Doer::system(),
                    rule: "put there by a test",
                };
                let turn = Turn {
                    desk: desk.as_ref(),
                    ..Turn::default()
                };
                applications::move_case(db, &step, &turn, now)
            });
            received.map_err(|error: StoreError| error).unwrap()
        })
        .collect()
}

/// How many of the forms are on their way; fails when it is some of them, or when a mail or a step is missing or there twice.
fn on_their_way(store: &Store, number: ShipmentNumber, forms: &[Application]) -> bool {
    store
        .read(|db| {
            let shipment = shipments::find_by_number(db, number)?.unwrap();
            let is_sent = shipment.state == ShipmentState::Sent;
            for form in forms {
                let status = applications::get_application(db, form.id)?.status;
                let steps = history::list_history(db, form.id)?;
                let left = steps
                    .iter()
                    .filter(|step| step.to == Status::Forwarded)
                    .count();
                let told = outbox::list_of_application(db, form.id)?;
                let told = told
                    .iter()
                    .filter(|mail| mail.notice.as_str() == "N08")
                    .count();
                let expected = if is_sent {
                    (Status::Forwarded, 1, 1)
                } else {
                    (Status::Received, 0, 0)
                };
                assert_eq!((status, left, told), expected, "sent: {is_sent}");
            }
            assert!(audit_verification::verify(db)?.is_whole());
            Ok::<_, StoreError>(is_sent)
        })
        .unwrap()
}

#[test]
fn a_power_cut_while_a_shipment_is_sent_leaves_all_of_it_or_nothing() {
    let house = House::new();
    let mut program = house.demo("error");
    let store = Store::open(&DatabaseUrl::file(&house.path("tsubame.db")));
    let forms = received(&store);
    let number = ShipmentNumber::from_random(7);
    let ids: Vec<_> = forms.iter().map(|form| form.id).collect();
    store
        .write(|db| {
            let new = NewShipment {
                number,
                kind: ShipmentKind::Form,
                from: &Desk::Office(OfficeCode::parse("emb-gb").unwrap()),
                to: &OfficeCode::parse("141046").unwrap(),
                carriage: &Carriage {
                    carrier: None,
                    tracking: String::new(),
                    is_sealed: true,
                },
                by: "staff:9999",
            };
            shipments::insert_shipment(db, &new, &ids, SystemClock.now())
        })
        .map_err(|error: StoreError| error)
        .unwrap();
    let mut clerk = super::staff::signed_in(&house, "london.madoguchi");
    let page = format!("/staff/shipments/{number}");
    let (csrf, cookie) = of_page(clerk.open(&page));
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("csrf", &*csrf), ("version", "1"), ("go", "send")])
        .append_pair("count2", &FORMS.to_string())
        .finish();
    let mut cuts = 0;
    for wait in CUTS_AFTER_MS {
        let base_url = house.base_url();
        let (line, body, cookie) = (format!("POST {page}"), body.clone(), cookie.clone());
        let press = std::thread::spawn(move || {
            let headers = [
                ("content-type", "application/x-www-form-urlencoded"),
                ("cookie", &*cookie),
            ];
            raw::try_request(&base_url, &line, &headers, body.as_bytes())
        });
        let end = std::time::Instant::now() + Duration::from_millis(wait);
        while std::time::Instant::now() < end && !press.is_finished() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let was_answered = press.is_finished();
        program.kill();
        let answer = press.join().unwrap();
        program = house.demo("error");
        let is_sent = on_their_way(&store, number, &forms);
        if was_answered {
            assert_eq!(
                answer.map(|answer| (answer.status, is_sent)),
                Some((303, true)),
                "what was answered is done"
            );
            break;
        }
        cuts += 1;
        if is_sent {
            break;
        }
    }
    assert!(cuts >= 2, "{cuts} cuts: too fast to be cut");
    assert!(on_their_way(&store, number, &forms), "it arrives at last");
    drop(program);
}

/// The token of the page's forms, and the cookie of who reads it.
fn of_page(person: &mut Person) -> (String, String) {
    person.expect(200);
    let html = person.page.html();
    let csrf = html
        .split_once("name=\"csrf\" value=\"")
        .and_then(|(_, rest)| rest.split('"').next())
        .unwrap()
        .to_owned();
    let cookie = format!("staff={}", person.cookie("staff").unwrap());
    (csrf, cookie)
}

//! What is scanned at intake (S05) and what leaves in a shipment (S06).

use tsubame::clock::Clock;
use tsubame::domain::desk::Desk;
use tsubame::domain::handover::RecordCheck;
use tsubame::domain::shipment::{Carriage, ShipmentKind, ShipmentNumber};
use tsubame::domain::status::Status;
use tsubame::domain::transition::Actor;
use tsubame::storage::shipments::{self, NewShipment};
use tsubame::storage::{card_transfers, cases, history};

use super::{
    CHIYODA, House, LONDON, NAKA, Post, Way, about_nobody, case_of, office_of, put, send_as,
    set_check, with, written,
};
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Person;
use crate::web::desk_cast::{Filed, clerk, code};
use crate::web::legs_desk::sheet_one;

const FORMS_IN: &[(Status, Status)] = &[
    (Status::FormReady, Status::Received),
    (Status::Mailed, Status::Received),
    (Status::Defect, Status::Received),
];
/// What arrives by a list: the kind, and the desk that sent it; none: the other office of the case.
const LISTED: &[(Status, Status, ShipmentKind)] = &[
    (Status::Forwarded, Status::AtHonseki, ShipmentKind::Form),
    (Status::Made, Status::Setup, ShipmentKind::Card),
    (Status::Shipped, Status::Arrived, ShipmentKind::Card),
];
const SENT: &[(Status, Status, ShipmentKind)] = &[
    (Status::Received, Status::Forwarded, ShipmentKind::Form),
    (Status::Setup, Status::Shipped, ShipmentKind::Card),
    (Status::Arrived, Status::Shipped, ShipmentKind::Card),
    (Status::Ready, Status::Shipped, ShipmentKind::Card),
    (Status::Overdue, Status::Shipped, ShipmentKind::Card),
];
/// Where a card travels on to.
const WASHINGTON: &str = "emb-us";

fn forms_in() -> Vec<Way> {
    super::ways(|from, to| FORMS_IN.contains(&(from, to)))
}

fn listed() -> Vec<Way> {
    super::ways(|from, to| LISTED.iter().any(|one| (one.0, one.1) == (from, to)))
}

fn sent() -> Vec<Way> {
    super::ways(|from, to| SENT.iter().any(|one| (one.0, one.1) == (from, to)))
}

pub(super) fn ways() -> Vec<Way> {
    [forms_in(), listed(), sent()].concat()
}

fn kind_of(way: Way) -> ShipmentKind {
    let rows = LISTED.iter().chain(SENT);
    let row = rows
        .into_iter()
        .find(|one| (one.0, one.1) == (way.0, way.1));
    row.map_or(ShipmentKind::Form, |one| one.2)
}

/// The scan of a case's sheet, as its clerk would send it.
fn prepare(app: &TestApp, clerk: &mut Person, case: &Filed, kind: ShipmentKind) -> Post {
    let page = format!("/staff/intake?kind={}", kind.as_str());
    clerk.open(&page).expect(200);
    if kind == ShipmentKind::Card {
        clerk.fill("棚番号", "B-12");
    }
    let reference = case.application(app).reference;
    clerk.fill("受付番号またはQR", &sheet_one(reference));
    clerk.form_of("登録")
}

/// The wrong role, an office without a part, the other office of the case; then the piece is here already, or the case has ended.
fn refuse(house: &mut House<'_>, way: Way, case: &Filed, post: &Post) {
    let (from, to, actor) = way;
    let app = house.app;
    let before = written(app, case);
    assert_eq!(
        send_as(house.manager(actor), post),
        403,
        "{way:?}: the wrong role"
    );
    let own_bag = with(post, "bag", "");
    assert_eq!(
        send_as(&mut house.paris, &own_bag),
        422,
        "{way:?}: the wrong office"
    );
    let here = (house.paris.page.errors(), house.paris.page.heading());
    if from.is_before_filing() {
        // It holds a form that nobody has received, and learns to which office that belongs.
        assert!(!house.paris.page.text().contains("花子"), "{way:?}");
    } else {
        let nowhere = about_nobody(app, case, &own_bag);
        assert_eq!(
            send_as(&mut house.paris, &nowhere),
            422,
            "{way:?}: nobody's number"
        );
        assert_eq!(
            here,
            (house.paris.page.errors(), house.paris.page.heading()),
            "{way:?}: the same answer"
        );
    }
    assert_eq!(
        send_as(house.other(actor), &own_bag),
        422,
        "{way:?}: the other office"
    );
    assert_eq!(written(app, case), before, "{way:?}: nothing is changed");
    let later: &[Status] = if from < Status::Forwarded {
        &[to, Status::Withdrawn]
    } else {
        &[to]
    };
    for other in later {
        put(app, case, (*other, actor));
        let before = written(app, case);
        assert_eq!(
            send_as(house.clerk(actor), post),
            422,
            "{way:?} in {}",
            other.code()
        );
        assert_eq!(written(app, case), before, "{way:?} in {}", other.code());
    }
    put(app, case, (from, actor));
}

fn has_been_in(app: &TestApp, case: &Filed, status: Status) -> bool {
    let id = case.application(app).id;
    let lines = app.store.read(|db| history::list_history(db, id)).unwrap();
    lines.last().is_some_and(|line| line.to == status)
        || lines
            .iter()
            .rev()
            .nth(1)
            .is_some_and(|line| line.to == status)
}

/// A shipment on its way with this case on its list.
fn on_its_way(app: &TestApp, case: &Filed, way: Way, number: u64) {
    let from = match way.0 {
        Status::Made => Desk::Issuer,
        Status::Forwarded => Desk::Office(code(LONDON)),
        // A card that travels on to the keeper of the register.
        _ if way.2 == Actor::HonsekiClerk => Desk::Office(code(LONDON)),
        _ => Desk::Office(code(NAKA)),
    };
    let (id, now) = (case.application(app).id, app.clock.now());
    app.store
        .write(|db| {
            let new = NewShipment {
                number: ShipmentNumber::from_random(number),
                kind: kind_of(way),
                from: &from,
                to: &code(office_of(way.2)),
                carriage: &Carriage::default(),
                by: "staff:90",
            };
            let made = shipments::insert_shipment(db, &new, &[id], now)?;
            shipments::close_shipment(db, made.id, made.version, "staff:91", now).map(|_sent| ())
        })
        .unwrap();
}

/// A list with the case on it, as the second person would count it and send it.
fn prepare_list(house: &mut House<'_>, counter: &mut Person, way: Way) -> Post {
    let (kind, actor) = (kind_of(way), way.2);
    let to = match kind {
        ShipmentKind::Form => NAKA,
        ShipmentKind::Card if way.0 == Status::Setup => LONDON,
        ShipmentKind::Card => WASHINGTON,
    };
    let maker = house.clerk(actor);
    maker
        .open(&format!(
            "/staff/shipments/new?kind={}&to={to}",
            kind.as_str()
        ))
        .expect(200)
        .press("準備する")
        .expect(200);
    let page = maker.page.path.clone();
    counter.open(&page).expect(200).fill("数えた数", "1");
    counter.form_of("数を確かめて送る")
}

/// The card is to travel on.
fn decide_transfer(app: &TestApp, case: &Filed, actor: Actor) {
    let (id, now) = (case.application(app).id, app.clock.now());
    let (from, to) = (code(office_of(actor)), code(WASHINGTON));
    let day = "2026-12-07".parse().unwrap();
    app.store
        .write(|db| {
            let made =
                card_transfers::insert_transfer(db, id, (&from, &to), ("staff:1", day), now)?;
            card_transfers::accept(db, made, (&to, day), "staff:1", now)
        })
        .unwrap();
}

fn refuse_list(
    house: &mut House<'_>,
    way: Way,
    (case, counter): (&Filed, &mut Person),
    post: &Post,
) {
    let (from, _, actor) = way;
    let app = house.app;
    let nowhere = ShipmentNumber::from_random(0x00FF_FFFF);
    let nowhere = (format!("/staff/shipments/{nowhere}"), post.1.clone());
    house.refused_to_strangers(way, case, (post, &nowhere));
    let before = written(app, case);
    assert_eq!(
        send_as(house.other(actor), post),
        404,
        "{way:?}: a draft is its sender's"
    );
    assert_eq!(
        send_as(house.clerk(actor), post),
        422,
        "{way:?}: who made it does not count it"
    );
    assert_eq!(
        send_as(counter, &with(post, "count2", "2")),
        422,
        "{way:?}: a miscount"
    );
    assert_eq!(written(app, case), before, "{way:?}: nothing is changed");
    if kind_of(way) == ShipmentKind::Card {
        set_check(app, case, RecordCheck::Open);
        let before = written(app, case);
        assert_eq!(
            send_as(counter, post),
            409,
            "{way:?}: its register check was taken back"
        );
        assert_eq!(written(app, case), before, "{way:?}");
        set_check(app, case, RecordCheck::Done);
    }
    put(app, case, (Status::Withdrawn, actor));
    let before = written(app, case);
    assert_eq!(send_as(counter, post), 409, "{way:?} in another state");
    assert_eq!(written(app, case), before, "{way:?} in another state");
    put(app, case, (from, actor));
}

on_each_database! {
    fn a_form_is_taken_in_where_it_is_awaited_by_its_own_sheet_and_once(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut house = House::new(&app);
        for (number, way) in (1..).zip(forms_in()) {
            let (from, to, actor) = way;
            let case = case_of(&app, number, (from, actor));
            let post = prepare(&app, house.clerk(actor), &case, ShipmentKind::Form);
            refuse(&mut house, way, &case, &post);
            let before = written(&app, &case);
            let reference = case.application(&app).reference;
            let pin_form = with(&post, "code", &format!("MNC1*{}*P2", reference.compact()));
            assert_eq!(send_as(house.clerk(actor), &pin_form), 422, "{way:?} without sheet 1");
            assert_eq!(written(&app, &case), before, "{way:?} without sheet 1");
            assert_eq!(send_as(house.clerk(actor), &post), 303, "{way:?}");
            assert!(has_been_in(&app, &case, to), "{way:?}: {}", case.status(&app));
        }
    }

    fn what_travels_is_taken_in_by_its_list(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut house = House::new(&app);
        for (number, way) in (1..).zip(listed()) {
            let (from, to, actor) = way;
            let case = case_of(&app, number, (from, actor));
            let post = prepare(&app, house.clerk(actor), &case, kind_of(way));
            let before = written(&app, &case);
            assert_eq!(send_as(house.clerk(actor), &post), 422, "{way:?} on no list");
            assert_eq!(written(&app, &case), before, "{way:?} on no list");
            on_its_way(&app, &case, way, number);
            refuse(&mut house, way, &case, &post);
            if to == Status::Arrived {
                assert_eq!(send_as(house.clerk(actor), &with(&post, "shelf", "")), 422, "{way:?} without a shelf");
            }
            assert_eq!(case.status(&app), from.code(), "{way:?}");
            assert_eq!(send_as(house.clerk(actor), &post), 303, "{way:?}");
            assert_eq!(case.status(&app), to.code(), "{way:?}");
        }
    }

    fn what_leaves_is_counted_by_another_and_can_still_leave(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut house = House::new(&app);
        let mut counters = [LONDON, CHIYODA, NAKA].map(|office| clerk(&app, &format!("counter-{office}"), office));
        for (number, way) in (1..).zip(sent()) {
            let (from, to, actor) = way;
            let case = case_of(&app, number, (from, actor));
            set_check(&app, &case, RecordCheck::Done);
            if from >= Status::Arrived {
                decide_transfer(&app, &case, actor);
            } else if actor == Actor::HonsekiClerk {
                let id = case.application(&app).id;
                app.store.write(|db| cases::set_pickup_office(db, id, &code(LONDON))).unwrap();
            }
            let counter = &mut counters[match actor { Actor::ConsularClerk => 0, Actor::MunicipalClerk => 1, _ => 2 }];
            let post = prepare_list(&mut house, counter, way);
            refuse_list(&mut house, way, (&case, counter), &post);
            assert_eq!(send_as(counter, &post), 303, "{way:?}");
            assert_eq!(case.status(&app), to.code(), "{way:?}");
            let before = written(&app, &case);
            assert_eq!(send_as(counter, &post), 409, "{way:?} a second time");
            assert_eq!(written(&app, &case), before, "{way:?} a second time");
        }
    }
}

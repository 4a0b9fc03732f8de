//! What the issuer sent (I03): its list, who counted it at the other end, what the post brought back and how it leaves again; what is late.

use jiff::SignedDuration;
use tsubame::clock::Clock;
use tsubame::domain::desk::Desk;
use tsubame::domain::shipment::ShipmentNumber;
use tsubame::domain::staff::Role;
use tsubame::domain::status::Status;
use tsubame::storage::applications::Application;
use tsubame::storage::shipments::{self, Shipment, ShipmentId, ShipmentState};
use tsubame::storage::tasks::{self, TaskKind};

use super::desk_cast::{NAKA, clerk};
use super::legs_desk::status_of;
use crate::exchange::cast::released_many;
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Person;

/// Cards that were made and left for 横浜市中区 in one bag.
pub(super) fn sent(app: &TestApp, count: usize) -> (Vec<Application>, Person, Shipment) {
    let there = released_many(&app.store, u64::try_from(count).unwrap());
    let mut issuer = app.staff("issuer", &[Role::Issuer], "");
    issuer
        .open("/issuer/batches")
        .press(&format!("新しいバッチを作る（{count}件）"))
        .expect(200);
    for one in &there {
        issuer.choose(&format!("{} の検査の結果", one.reference), "合格");
    }
    issuer.press("作成済にする").expect(200);
    app.do_jobs();
    issuer
        .open("/issuer/shipments")
        .follow_link("横浜市中区")
        .expect(200)
        .fill("数えたカードの枚数", &count.to_string())
        .fill("追跡番号", "EE123456789JP")
        .press("発送を記録する")
        .expect(200);
    app.do_jobs();
    let shipment = newest(app);
    (there, issuer, shipment)
}

fn newest(app: &TestApp) -> Shipment {
    app.store
        .read(|db| shipments::list_of_sender(db, &Desk::Issuer, ShipmentId(i64::MAX), 1))
        .unwrap()
        .remove(0)
}

pub(super) fn open_at(app: &TestApp, desk: &str, kind: TaskKind) -> usize {
    app.store
        .read(|db| tasks::count_open_tasks(db, desk, kind, 9))
        .unwrap()
}

fn receive(app: &TestApp, number: ShipmentNumber, cards: &[&Application]) {
    let mut jiro = clerk(app, &format!("jiro{}", cards.len()), NAKA);
    super::legs_desk::scan(&mut jiro, &number.payload()).expect(200);
    for card in cards {
        jiro.fill("棚番号", "A-1")
            .fill("受付番号またはQR", &card.reference.to_string())
            .press("登録")
            .expect(200);
    }
    jiro.fill("袋の中の件数", &cards.len().to_string())
        .press("この袋を閉じる")
        .expect(200);
}

on_each_database! {
    fn a_bag_says_who_counted_it_and_has_its_list(database: TestDatabase) {
        let app = TestApp::start(database);
        let (there, mut issuer, shipment) = sent(&app, 2);
        let page = format!("/issuer/shipments/{}", shipment.number);
        issuer.open(&page).expect(200);
        let shown = issuer.page.text();
        assert!(shown.contains("まだ受領されていません") && shown.contains("EE123456789JP"), "{shown}");
        assert!(shown.contains(&there[0].reference.to_string()) && !shown.contains("花子"), "numbers, no names: {shown}");
        issuer.get_once(&format!("{page}.pdf"));
        issuer.expect(200);
        assert!(issuer.page.headers["content-type"] == "application/pdf" && issuer.page.body.starts_with(b"%PDF"));
        receive(&app, shipment.number, &[&there[0], &there[1]]);
        issuer.open(&page).expect(200);
        let shown = issuer.page.text();
        assert!(shown.contains("見本 jiro2") && shown.contains("数えた枚数 2") && shown.contains("届いた"), "{shown}");
        issuer.open("/issuer/shipments/SH-K7M4-2PQX-9T").expect(404);
        clerk(&app, "taro", NAKA).open(&page).expect(403);
    }

    fn what_the_post_brought_back_waits_is_a_task_of_both_and_leaves_again(database: TestDatabase) {
        let app = TestApp::start(database);
        let (there, mut issuer, shipment) = sent(&app, 2);
        let page = format!("/issuer/shipments/{}", shipment.number);
        issuer.open(&page).expect(200).press("戻ってきたことを記録する").expect(422);
        assert_eq!(issuer.page.errors(), ["戻ってきた理由を選んでください"]);
        issuer.choose("戻ってきた理由", "あて先がちがう・不完全").press("戻ってきたことを記録する").expect(422);
        assert_eq!(issuer.page.errors(), ["戻ってきたカードを選んでください"]);
        for one in &there {
            issuer.tick(&format!("{} 戻ってきた", one.reference));
        }
        let (action, fields) = issuer.form_of("戻ってきたことを記録する");
        issuer.press("戻ってきたことを記録する").expect(200).sees("戻ってきたカード");
        assert!(issuer.page.text().contains("あて先がちがう"), "{}", issuer.page.text());
        issuer.post(&action, &super::desk_cast::body_of(&fields));
        issuer.expect(409);
        assert_eq!((newest(&app).state, there.iter().map(|one| status_of(&app, one)).collect::<Vec<_>>()), (ShipmentState::Cancelled, vec![Status::Made; 2]));
        for desk in ["issuer", NAKA] {
            assert_eq!(open_at(&app, desk, TaskKind::ReturnedShipment), 1, "{desk}");
        }
        let mut naka = clerk(&app, "naka", NAKA);
        naka.open("/staff/tasks").expect(200);
        assert!(naka.page.text().contains("送付が発行機関に戻りました") && naka.page.text().contains(&shipment.number.to_string()), "{}", naka.page.text());
        issuer.open("/issuer/returns").expect(200).follow_link("横浜市中区").expect(200).fill("数えたカードの枚数", "3").press("もう一度送る").expect(422);
        assert_eq!(issuer.page.errors(), ["数が合いません（一覧 2、数えた数 3）。もう一度数えてください"]);
        issuer.fill("数えたカードの枚数", "2").fill("追跡番号", "EE987654321JP");
        let (action, fields) = issuer.form_of("もう一度送る");
        issuer.press("もう一度送る").expect(200);
        assert!(issuer.page.text().contains("もう一度送るカードはありません"), "{}", issuer.page.text());
        let again = newest(&app);
        assert_eq!((again.state, again.item_count, again.to.as_str()), (ShipmentState::Sent, 2, NAKA));
        assert_ne!(again.number, shipment.number);
        issuer.post(&action, &super::desk_cast::body_of(&fields));
        issuer.expect(303);
        assert_eq!(newest(&app).number, again.number, "a second press sends nothing more");
        for desk in ["issuer", NAKA] {
            assert_eq!(open_at(&app, desk, TaskKind::ReturnedShipment), 0, "{desk}");
        }
        receive(&app, again.number, &[&there[0], &there[1]]);
        assert_eq!(there.iter().map(|one| status_of(&app, one)).collect::<Vec<_>>(), [Status::Setup, Status::Setup]);
        assert_eq!((app.noted("exchange.returned"), app.noted("exchange.sent_again")), (1, 1));
    }

    fn one_card_that_came_back_leaves_the_others_on_their_way(database: TestDatabase) {
        let app = TestApp::start(database);
        let (there, mut issuer, shipment) = sent(&app, 3);
        issuer.open(&format!("/issuer/shipments/{}", shipment.number)).expect(200);
        issuer.tick(&format!("{} 戻ってきた", there[1].reference)).choose("戻ってきた理由", "途中で傷んだ").press("戻ってきたことを記録する").expect(200);
        assert_eq!(newest(&app).state, ShipmentState::Sent);
        receive(&app, shipment.number, &[&there[0], &there[2]]);
        let standing: Vec<Status> = there.iter().map(|one| status_of(&app, one)).collect();
        assert_eq!(standing, [Status::Setup, Status::Made, Status::Setup], "nobody misses what is known to be back");
        assert_eq!(open_at(&app, NAKA, TaskKind::MissingItem), 0);
    }

    fn a_late_shipment_is_one_task_of_the_sender_and_of_the_receiver_until_it_is_there(database: TestDatabase) {
        let app = TestApp::start(database);
        let (there, _, shipment) = sent(&app, 1);
        let late = || (open_at(&app, "issuer", TaskKind::LateShipment), open_at(&app, NAKA, TaskKind::LateShipment));
        app.later(SignedDuration::from_hours(24 * 30 - 2));
        app.do_jobs();
        assert_eq!(late(), (0, 0), "not yet");
        for _ in 0..2 {
            app.later(SignedDuration::from_hours(3));
            app.do_jobs();
            assert_eq!(late(), (1, 1), "once each");
        }
        let mut issuer = app.staff("issuer2", &[Role::Issuer], "");
        issuer.open("/issuer/tasks").expect(200).follow_link(&shipment.number.to_string()).expect(200);
        receive(&app, shipment.number, &[&there[0]]);
        assert_eq!(late(), (0, 0), "it is there");
    }

    fn a_task_without_a_case_is_done_once_by_its_own_desk(database: TestDatabase) {
        let app = TestApp::start(database);
        let new = tasks::NewTask { kind: TaskKind::LateShipment, office: NAKA, application: None, detail: "SH-K7M4-2PQX-9T", key: None };
        app.store.write(|db| tasks::open_task(db, &new, app.clock.now())).unwrap();
        let mut naka = clerk(&app, "naka", NAKA);
        naka.open("/staff/tasks").expect(200).sees("仕事");
        let (action, fields) = naka.form_of("済みにする");
        let mut stranger = clerk(&app, "paris", "emb-fr");
        stranger.open("/staff/account").expect(200);
        let csrf = stranger.page.shown("csrf");
        stranger.post(&action, &format!("csrf={csrf}"));
        stranger.expect(409);
        naka.press("済みにする").expect(200);
        assert!(naka.page.text().contains("いま、する仕事はありません"), "{}", naka.page.text());
        naka.post(&action, &super::desk_cast::body_of(&fields));
        naka.expect(409);
        assert_eq!(app.noted("task.done"), 1);
    }
}

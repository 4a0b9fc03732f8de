//! A card that nobody may hand over any more, because its case has ended: it is told to whoever has it in hand, two people destroy it, and a record of that
//! outlives the case.

use jiff::SignedDuration;
use tsubame::clock::Clock;
use tsubame::domain::staff::Role;
use tsubame::domain::status::Status;
use tsubame::storage::applications::{self, Application};
use tsubame::storage::audit::{self, Chain};
use tsubame::storage::cases::{self, Channel};
use tsubame::storage::destruction_records;
use tsubame::storage::shipments::Shipment;
use tsubame::storage::tasks::{self, TaskKind};
use tsubame::storage::{StoreError, case_facts};

use super::desk_cast::{Filed, LONDON, NAKA, PARIS, approver, body_of, clerk, code};
use super::issuer_returns::{self, open_at};
use super::legs_desk::{scan_card, task_desks};
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Person;

/// Cards of received cases that left the issuer in one bag.
fn sent(app: &TestApp, count: usize) -> (Vec<Application>, Person, Shipment) {
    let all = issuer_returns::sent(app, count);
    for one in &all.0 {
        let how = (Some(Channel::Post), 1);
        let received = app
            .store
            .write(|db| cases::set_received(db, one.id, &code(LONDON), how, app.clock.now()));
        received.unwrap();
    }
    all
}

/// A clerk of an office with a part in the case has her signed request in hand.
fn withdraw(clerk: &mut Person, case: &Application) {
    clerk
        .open(&format!(
            "/staff/cases/{}/changes/withdrawal",
            case.reference
        ))
        .expect(200)
        .tick("署名された申出を見て、本人のものと確かめました")
        .press("取り下げる")
        .expect(200);
}

fn destroy(person: &mut Person, page: &str) {
    person
        .open(page)
        .expect(200)
        .tick("受付番号とカードを照らし合わせ、復元できないように廃棄しました")
        .press("廃棄したことを記録する")
        .expect(200)
        .sees("廃棄するカード");
}

fn actions_of(app: &TestApp, case: &Application) -> Vec<String> {
    let chain = Chain::of_case(case.reference);
    let entries = app
        .store
        .read(|db| audit::list_entries(db, &chain))
        .unwrap();
    let about_cards = entries.into_iter().map(|entry| entry.action);
    about_cards
        .filter(|action| action.starts_with("case.card_"))
        .collect()
}

/// Kind, rule and people of what was destroyed of a case.
fn record_of(app: &TestApp, case: &Application) -> Vec<(String, String, String)> {
    let records = app
        .store
        .read(|db| destruction_records::list_of_case(db, case.reference));
    let records = records.unwrap().into_iter();
    records
        .map(|one| (one.kind, one.rule, one.destroyed_by))
        .collect()
}

fn exists(app: &TestApp, case: &Application) -> bool {
    let found = app
        .store
        .read(|db| applications::find_by_reference(db, case.reference));
    found.unwrap().is_some()
}

/// The card of another case for London, whose case is in this status.
fn lying(app: &TestApp, number: u64, status: Status) -> (Filed, Application) {
    let filed = Filed::another(app, number);
    let case = filed.put(app, status, LONDON);
    let shelved = app
        .store
        .write(|db| case_facts::set_shelf(db, case.id, Some("A-1")));
    shelved.unwrap();
    (filed, case)
}

on_each_database! {
    fn a_returned_card_whose_case_ended_is_destroyed_by_two_people_of_the_issuer(database: TestDatabase) {
        let app = TestApp::start(database);
        let (there, mut issuer, shipment) = sent(&app, 2);
        issuer.open(&format!("/issuer/shipments/{}", shipment.number)).expect(200);
        for one in &there {
            issuer.tick(&format!("{} 戻ってきた", one.reference));
        }
        issuer.choose("戻ってきた理由", "途中で傷んだ").press("戻ってきたことを記録する").expect(200);
        let mut naka = clerk(&app, "naka", NAKA);
        withdraw(&mut naka, &there[0]);
        assert_eq!(open_at(&app, "issuer", TaskKind::DestroyCard), 1);
        let number = there[0].reference.to_string();
        issuer.open("/issuer/returns").expect(200).sees("戻ってきたカード");
        let shown = issuer.page.text();
        assert!(shown.contains("廃棄するカード") && shown.contains(&number) && shown.contains("申請の取下げ") && shown.contains("復元できないように"), "{shown}");
        assert!(shown.contains(&there[1].reference.to_string()), "the other one leaves again: {shown}");
        issuer.open("/issuer/tasks?kind=destroy-card").expect(200);
        assert!(!issuer.page.html().contains("action=\"/issuer/tasks/"), "nobody's word alone ends it");
        issuer.follow_link(&number).expect(200).sees("カードの廃棄").press("廃棄したことを記録する").expect(422);
        assert_eq!(issuer.page.errors(), ["廃棄したことを確かめて、しるしを付けてください"]);
        issuer.tick("受付番号とカードを照らし合わせ、復元できないように廃棄しました");
        let (action, fields) = issuer.form_of("廃棄したことを記録する");
        issuer.press("廃棄したことを記録する").expect(200);
        issuer.post(&action, &body_of(&fields));
        issuer.expect(409);
        assert!(issuer.page.text().contains("見本 issuer"), "who was first: {}", issuer.page.text());
        assert!(!issuer.page.html().contains("value=\"confirmed\""), "not by her who destroyed it");
        let csrf = issuer.page.shown("csrf");
        for go in ["confirmed", "denied"] {
            issuer.post(&action, &format!("csrf={csrf}&go={go}"));
            issuer.expect(422);
            assert_eq!(issuer.page.errors(), ["廃棄した本人は確かめられません。ほかの人に頼んでください"]);
        }
        assert_eq!((open_at(&app, "issuer", TaskKind::DestroyCard), record_of(&app, &there[0]).len()), (1, 0));
        let mut second = app.staff("second", &[Role::Issuer], "");
        second.open(&action).expect(200).press("廃棄されていない").expect(200);
        destroy(&mut issuer, &action);
        second.open(&action).expect(200);
        let (_, fields) = second.form_of("廃棄を確かめた");
        second.press("廃棄を確かめた").expect(200);
        assert!(second.page.text().contains("廃棄するカードはありません"), "{}", second.page.text());
        second.post(&action, &body_of(&fields));
        second.expect(409);
        assert!(second.page.text().contains("見本 issuer") && second.page.text().contains("見本 second"), "{}", second.page.text());
        assert_eq!(open_at(&app, "issuer", TaskKind::DestroyCard), 0);
        let told = ["case.card_shipped", "case.card_to_destroy", "case.card_destroyed", "case.card_destruction_denied", "case.card_destroyed", "case.card_destruction_confirmed"];
        assert_eq!(actions_of(&app, &there[0]), told);
        let records = record_of(&app, &there[0]);
        assert_eq!((records[0].0.as_str(), records[0].1.as_str(), records[0].2.matches("staff:").count()), ("cards", "withdrawn", 2));
        issuer.open("/issuer/returns?office=141046").expect(200).fill("数えたカードの枚数", "1").press("もう一度送る").expect(200);
        assert_eq!(open_at(&app, "issuer", TaskKind::ReturnedShipment), 0, "nothing of that bag waits any more");
        naka.get_once(&action.replace("/issuer/", "/staff/"));
        naka.expect(404);
    }

    fn a_card_that_came_back_after_its_case_had_ended_or_never_left_is_no_longer_sent(database: TestDatabase) {
        let app = TestApp::start(database);
        let (there, mut issuer, shipment) = sent(&app, 1);
        withdraw(&mut clerk(&app, "naka", NAKA), &there[0]);
        assert_eq!(open_at(&app, "issuer", TaskKind::DestroyCard), 0, "it is in a bag");
        issuer.open(&format!("/issuer/shipments/{}", shipment.number)).expect(200);
        issuer.tick(&format!("{} 戻ってきた", there[0].reference)).choose("戻ってきた理由", "その他").press("戻ってきたことを記録する").expect(200);
        assert_eq!(open_at(&app, "issuer", TaskKind::DestroyCard), 1);
        let page = format!("/issuer/disposals/{}", there[0].reference);
        destroy(&mut issuer, &page);
        app.staff("second", &[Role::Issuer], "").open(&page).expect(200).press("廃棄を確かめた").expect(200);
        assert_eq!(open_at(&app, "issuer", TaskKind::ReturnedShipment), 0, "it was the last of its bag");
    }

    fn a_card_at_an_office_is_destroyed_there_by_two_people_whatever_it_waited_for(database: TestDatabase) {
        let app = TestApp::start(database);
        let (filed, case) = lying(&app, 1, Status::Ready);
        let mut sato = clerk(&app, "sato", LONDON);
        withdraw(&mut sato, &case);
        assert_eq!(task_desks(&app, &case, TaskKind::DestroyCard), [LONDON]);
        sato.open(&filed.desk("")).expect(200);
        assert!(sato.page.text().contains("渡せなくなったカード"), "{}", sato.page.text());
        sato.follow_link("廃棄の記録へ").expect(200).sees("カードの廃棄");
        let page = format!("/staff/disposals/{}", case.reference);
        for (user, office) in [("anne", PARIS), ("jiro", NAKA)] {
            let mut stranger = clerk(&app, user, office);
            stranger.open(&page).expect(404);
            stranger.open("/staff/disposals").expect(200);
            assert!(!stranger.page.text().contains(&case.reference.to_string()));
            stranger.open("/staff/account").expect(200);
            let csrf = stranger.page.shown("csrf");
            stranger.post(&page, &format!("csrf={csrf}&go=destroyed&sure=yes"));
            stranger.expect(404);
        }
        let task = app.store.read(|db| tasks::list_tasks_of(db, case.id)).unwrap().pop().unwrap();
        let refused = app.store.write(|db| tasks::finish_task(db, task.id, LONDON, "staff:1", task.opened_at));
        assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
        destroy(&mut sato, &page);
        sato.open(&filed.desk("/history")).expect(200);
        let shown = sato.page.text();
        assert!(shown.contains("カードの送り直しと廃棄") && shown.contains("申請の取下げ") && shown.contains("廃棄した人 見本 sato"), "{shown}");
        app.later(SignedDuration::from_hours(24 * 400));
        app.do_jobs();
        assert!(exists(&app, &case), "a case whose card waits is kept");
        let mut second = approver(&app, "hana", LONDON);
        second.open("/staff/approvals").expect(200).follow_link("廃棄するカード").expect(200).follow_link(&case.reference.to_string()).press("廃棄を確かめた").expect(200);
        app.later(SignedDuration::from_hours(24));
        app.do_jobs();
        assert!(!exists(&app, &case));
        let kinds: Vec<String> = record_of(&app, &case).into_iter().map(|record| record.0).collect();
        assert_eq!(kinds, ["cards", "cases"]);
    }

    fn her_own_data_say_what_becomes_of_her_card_and_not_by_whom(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut filed = Filed::new(&app);
        let case = filed.put(&app, Status::Ready, LONDON);
        let mut sato = clerk(&app, "sato", LONDON);
        withdraw(&mut sato, &case);
        destroy(&mut sato, &format!("/staff/disposals/{}", case.reference));
        filed.hanako.get_once(&format!("{}/data.json", filed.home));
        let data: serde_json::Value = serde_json::from_slice(&filed.hanako.page.body).unwrap();
        let card = &data["card_destruction"];
        assert_eq!((card["at"].as_str(), card["reason"].as_str(), card["state"].as_str()), (Some(LONDON), Some("withdrawn"), Some("destroyed")));
        assert!(card["destroyed_at"].is_string() && card["confirmed_at"].is_null() && !data.to_string().contains("staff:"), "{data}");
    }

    fn every_place_where_a_card_lies_is_told_and_no_other(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut sato, mut jiro) = (clerk(&app, "sato", LONDON), clerk(&app, "jiro", NAKA));
        let cases = [(Status::Setup, &[NAKA][..]), (Status::Arrived, &[LONDON]), (Status::Overdue, &[LONDON]), (Status::Booked, &[LONDON]), (Status::Shipped, &[]), (Status::Confirmed, &[]), (Status::HandedOver, &[])];
        for (number, (status, told)) in (1..).zip(cases) {
            let (filed, case) = lying(&app, number, status);
            let is_at_register = matches!(status, Status::Setup | Status::Confirmed);
            let teller = if is_at_register { &mut jiro } else { &mut sato };
            teller.open(&filed.desk("/changes/end")).expect(200).choose("理由", "死亡").tick("届出か記録を見て確かめました").press("終了にする").expect(200);
            assert_eq!(task_desks(&app, &case, TaskKind::DestroyCard), told, "{}", status.code());
        }
    }

    fn a_card_that_arrives_after_the_end_is_destroyed_there_or_sent_back(database: TestDatabase) {
        let app = TestApp::start(database);
        let (_, case) = lying(&app, 1, Status::Shipped);
        let mut sato = clerk(&app, "sato", LONDON);
        withdraw(&mut sato, &case);
        assert_eq!(task_desks(&app, &case, TaskKind::DestroyCard), Vec::<String>::new());
        scan_card(&mut sato, &case.reference.to_string(), "A-1").expect(422);
        scan_card(&mut sato, &case.reference.to_string(), "A-1").expect(422);
        assert_eq!(task_desks(&app, &case, TaskKind::DestroyCard), [LONDON], "once");
        let page = format!("/staff/disposals/{}", case.reference);
        sato.open(&page).expect(200);
        assert!(sato.page.text().contains("神奈川県横浜市中区"), "{}", sato.page.text());
        let (_, fields) = sato.form_of("本籍地へ返したことを記録する");
        sato.press("本籍地へ返したことを記録する").expect(200);
        assert_eq!(task_desks(&app, &case, TaskKind::DestroyCard), [NAKA]);
        sato.post(&page, &body_of(&fields));
        sato.expect(404);
        let mut jiro = clerk(&app, "jiro", NAKA);
        jiro.open(&page).expect(200);
        assert!(!jiro.page.html().contains("sent-back"), "it is where the register is kept");
        destroy(&mut jiro, &page);
        assert_eq!(actions_of(&app, &case), ["case.card_to_destroy", "case.card_sent_back", "case.card_to_destroy", "case.card_destroyed"]);
    }
}

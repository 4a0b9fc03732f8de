//! Her card has arrived, and she wants to collect it elsewhere (A24): the whole way over HTTP, and what is refused on it.

use tsubame::clock::Clock;
use tsubame::domain::handover::RecordCheck;
use tsubame::domain::shipment::ShipmentNumber;
use tsubame::domain::status::Status;
use tsubame::storage::{case_facts, cases};

use super::desk_cast::{Filed, LONDON, NAKA, PARIS, body_of, clerk};
use super::legs_desk::{notices_of, scan};
use super::legs_shipments::{count_and_send, draft_of};
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Person;

/// A card that lies in London until the last day of January, with its record checked.
fn ready_in_london(app: &TestApp) -> Filed {
    let filed = Filed::new(app);
    let due = "2027-01-31".parse().unwrap();
    let id = filed.put_until(app, Status::Ready, LONDON, Some(due)).id;
    app.store
        .write(|db| {
            let checked = RecordCheck::Done;
            let now = app.clock.now();
            case_facts::set_record_check(db, id, checked, "staff:1", now)?;
            case_facts::set_pickup_deadlines(db, id, Some(due), None)
        })
        .unwrap();
    filed
}

fn ask_for_paris(filed: &mut Filed) {
    let page = format!("{}/pickup", filed.home);
    filed
        .hanako
        .open(&page)
        .expect(200)
        .sees("カードを別の場所で受け取る");
    filed
        .hanako
        .choose("カードを受け取るところ", "在外公館")
        .pick("受け取る公館", "在フランス日本国大使館")
        .press("この場所へ送るように頼む")
        .expect(200);
}

fn decide(clerk: &mut Person, filed: &Filed) {
    clerk
        .open(&filed.desk("/changes/transfer"))
        .expect(200)
        .press("送ることに決める")
        .expect(200);
}

on_each_database! {
    fn her_card_travels_on_from_london_to_paris_and_is_ready_there(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut filed = ready_in_london(&app);
        let case = filed.application(&app);
        let told = notices_of(&app, &case).len();
        let new_mails = |app: &TestApp| notices_of(app, &case).split_off(told);
        let home = filed.home.clone();
        filed.hanako.open(&format!("{home}/status")).expect(200);
        assert!(filed.hanako.page.has_link("カードを別の場所で受け取る"), "{}", filed.hanako.page.text());
        ask_for_paris(&mut filed);
        let shown = filed.hanako.page.text();
        assert!(shown.contains("在フランス日本国大使館へ送るように頼んでいます") && shown.contains("カードは在英国日本国大使館に届いています") && shown.contains("30日ほど") && shown.contains("数え直します"), "{shown}");
        let mut sato = clerk(&app, "sato", LONDON);
        sato.open(&filed.desk("")).expect(200);
        assert!(sato.page.text().contains("カードを別の場所で受け取りたいと言っています") && sato.page.text().contains("2026年12月"), "{}", sato.page.text());
        sato.open(&filed.desk("/changes/transfer")).expect(200);
        assert!(sato.page.text().contains("申請者の希望：在フランス日本国大使館"), "{}", sato.page.text());
        sato.press("送ることに決める").expect(200);
        assert!(!sato.page.text().contains("受け取りたいと言っています"), "the task is done: {}", sato.page.text());
        assert_eq!((filed.status(&app), new_mails(&app)), ("S70", vec!["N22".to_owned()]));
        filed.hanako.open(&format!("{home}/status")).expect(200);
        let shown = filed.hanako.page.text();
        assert!(shown.contains("カードは在フランス日本国大使館へ送られます") && !shown.contains("あなたの対応が必要です"), "{shown}");
        filed.hanako.open(&format!("{home}/pickup")).expect(200);
        assert!(!filed.hanako.page.html().contains("<form method=\"post\" action=\"/a/"), "nothing to choose any more");
        sato.open("/staff/queues/ship").expect(200);
        assert!(sato.page.text().contains(&case.reference.to_string()), "{}", sato.page.text());
        sato.open("/staff/shipments").expect(200);
        assert!(sato.page.text().contains("在フランス日本国大使館"), "{}", sato.page.text());
        let draft = draft_of(&mut sato, "/staff/shipments/new?kind=card&to=emb-fr");
        sato.open(&filed.desk("/changes/transfer-stop")).expect(200);
        sato.choose("理由（申請者が読みます）", "その場所では受け取れません").press("送らないことにする").expect(409);
        let mut second = clerk(&app, "hana", LONDON);
        count_and_send(&mut second, &draft, "1").expect(200);
        assert_eq!((filed.status(&app), new_mails(&app)), ("S60", vec!["N22".to_owned(), "N11".to_owned()]));
        let file = app.store.read(|db| cases::get_case(db, case.id)).unwrap();
        assert_eq!((file.pickup_office.as_str(), file.pickup_deadline), (PARIS, None));
        filed.hanako.open(&format!("{home}/status")).expect(200);
        assert!(filed.hanako.page.text().contains("在フランス日本国大使館へ送り直しました"), "{}", filed.hanako.page.text());
        let mut anne = clerk(&app, "anne", PARIS);
        let number: ShipmentNumber = draft.rsplit('/').next().unwrap().parse().unwrap();
        scan(&mut anne, &number.payload()).expect(200);
        anne.fill("棚番号", "P-1").fill("受付番号またはQR", &case.reference.to_string()).press("登録").expect(200);
        assert_eq!(filed.status(&app), "S65");
        anne.open(&filed.desk("")).expect(200);
        anne.choose("審査の結果", "受け取りの案内を送る").press("決定して次の申請へ").expect(200);
        assert_eq!((filed.status(&app), new_mails(&app).last().map(String::as_str)), ("S70", Some("N12")));
        filed.hanako.open(&format!("{home}/status")).expect(200);
        let shown = filed.hanako.page.text();
        assert!(shown.contains("受け取る場所：在フランス日本国大使館") && shown.contains("2027年2月2"), "the time begins anew: {shown}");
        sato.open(&filed.desk("/changes/transfer")).expect(409);
    }

    fn nobody_else_decides_and_nothing_is_decided_twice(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut filed = ready_in_london(&app);
        ask_for_paris(&mut filed);
        clerk(&app, "anne", PARIS).open(&filed.desk("/changes/transfer")).expect(404);
        clerk(&app, "jiro", NAKA).open(&filed.desk("/changes/transfer")).expect(409);
        let (mut sato, mut hana) = (clerk(&app, "sato", LONDON), clerk(&app, "hana", LONDON));
        hana.open(&filed.desk("/changes/transfer")).expect(200);
        decide(&mut sato, &filed);
        hana.press("送ることに決める").expect(409);
        assert_eq!(filed.audited(&app).iter().filter(|action| *action == "case.transfer_accepted").count(), 1);
        hana.open(&filed.desk("/changes/transfer-stop")).expect(200).press("送らないことにする").expect(422);
        assert_eq!(hana.page.errors(), ["理由を選んでください"]);
        hana.choose("理由（申請者が読みます）", "その場所では受け取れません").press("送らないことにする").expect(200);
        hana.open(&filed.desk("/history")).expect(200);
        let shown = hana.page.text();
        assert!(shown.contains("在英国日本国大使館 → 在フランス日本国大使館") && shown.contains("送らない 見本 hana"), "{shown}");
        let home = filed.home.clone();
        filed.hanako.open(&format!("{home}/pickup")).expect(200);
        assert!(filed.hanako.page.text().contains("送りません。理由：その場所では受け取れません"), "{}", filed.hanako.page.text());
        filed.hanako.open(&format!("{home}/status")).expect(200);
        assert!(filed.hanako.page.text().contains("送りません。理由：その場所では受け取れません"), "{}", filed.hanako.page.text());
        filed.hanako.get_once(&format!("{home}/data.json"));
        let data: serde_json::Value = serde_json::from_slice(&filed.hanako.page.body).unwrap();
        let wish = &data["card_transfers"][0];
        assert_eq!((wish["from"].as_str(), wish["to"].as_str(), wish["asked_by"].as_str()), (Some(LONDON), Some(PARIS), Some("applicant")));
        assert_eq!((wish["state"].as_str(), wish["reason"].as_str()), (Some("stopped"), Some("place")));
        assert!(wish["decided_at"].is_string() && wish["sent_at"].is_null() && !data.to_string().contains("staff:"), "{data}");
    }

    fn the_place_where_the_card_lies_is_no_other_place_and_after_the_handover_there_is_none(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut filed = ready_in_london(&app);
        let home = filed.home.clone();
        filed.hanako.open(&format!("{home}/pickup")).expect(200);
        filed.hanako.choose("カードを受け取るところ", "在外公館").pick("受け取る公館", "在英国日本国大使館").press("この場所へ送るように頼む").expect(422);
        assert!(filed.hanako.page.text().contains("カードはその場所にあります"), "{}", filed.hanako.page.text());
        filed.hanako.open(&format!("{home}/pickup")).expect(200);
        filed.hanako.choose("カードを受け取るところ", "本籍地の市区町村");
        let (action, fields) = filed.hanako.form_of("この場所へ送るように頼む");
        filed.put(&app, Status::HandedOver, LONDON);
        filed.hanako.post(&action, &body_of(&fields));
        filed.hanako.expect(303);
        assert!(!filed.audited(&app).contains(&"case.transfer_asked".to_owned()));
        clerk(&app, "sato", LONDON).open(&filed.desk("/changes/transfer")).expect(409);
    }
}

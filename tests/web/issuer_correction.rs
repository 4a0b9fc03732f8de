//! What the issuer finds wrong with the answers (S48): the named section opens again, the form is made again and checked again before the issuer gets it.

use jiff::SignedDuration;
use tsubame::clock::Clock;
use tsubame::domain::handover::RecordCheck;
use tsubame::domain::staff::Role;
use tsubame::domain::status::Status;
use tsubame::exchange::by_hand;
use tsubame::exchange::result::ResultRecord;
use tsubame::storage::tasks::{self, TaskKind};
use tsubame::storage::{case_facts, cases};

use super::applicant::EMAIL;
use super::desk_cast::{Filed, NAKA, agree, approver, clerk, code};
use crate::on_each_database;
use crate::support::app::TestApp;

/// A case of London for 横浜市中区 that the issuer sends back with this code.
fn sent_back(app: &TestApp, defect: &str) -> Filed {
    let filed = Filed::new(app);
    let id = filed.put(app, Status::AtHonseki, NAKA).id;
    filed.put(app, Status::Confirmed, NAKA);
    let now = app.clock.now();
    app.store
        .write(|db| {
            cases::set_paper_office(db, id, &code(NAKA))?;
            case_facts::set_record_check(db, id, RecordCheck::Done, "staff:1", now)
        })
        .unwrap();
    clerk(app, "releaser", NAKA)
        .open("/staff/release")
        .press("選んだ申請を発行機関へ送る")
        .expect(200);
    app.staff("issuer", &[Role::Issuer], "")
        .open("/issuer/batches")
        .press("新しいバッチを作る（1件）")
        .expect(200);
    let row = ResultRecord {
        batch: "B-000001".to_owned(),
        receipt: filed.application(app).reference.to_string(),
        result: "defect".to_owned(),
        defect: Some(defect.to_owned()),
        note: Some("確かめてください".to_owned()),
        ..ResultRecord::default()
    };
    app.store
        .write(|db| by_hand::enter(db, "R-1", &[row], "staff:1", now))
        .unwrap();
    app.do_jobs();
    app.later(SignedDuration::from_mins(1));
    assert_eq!(filed.status(app), "S48");
    filed
}

fn was_told(app: &TestApp) -> bool {
    app.mails_to(EMAIL).iter().any(|mail| mail.notice == "N06")
}

on_each_database! {
    fn the_named_section_opens_and_the_form_made_again_is_checked_again(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut filed = sent_back(&app, "D04");
        let id = filed.application(&app).id;
        assert!(was_told(&app));
        let home = filed.home.clone();
        let hanako = &mut filed.hanako;
        hanako.open(&format!("{home}/status")).expect(200).follow_link("くわしく見る・直す").expect(200);
        assert!(hanako.page.text().contains("確かめてください"), "{}", hanako.page.text());
        hanako.open(&format!("{home}/register")).expect(409);
        hanako.open(&format!("{home}/fix")).follow_link("答えを直して、申請書を作り直す").expect(200).sees("申請する人");
        hanako.fill("名 ", "華子").press("保存して次へ").expect(200);
        hanako.tick("上の内容は戸籍のとおり").press("申請書を作り直す").expect(200).sees("直してほしいところがあります");
        hanako.tick("D04").press("直したものを送る").expect(200);
        let case = app.store.read(|db| cases::get_case(db, id)).unwrap();
        assert_eq!((case.given.as_str(), case.record_check, filed.status(&app)), ("華子", RecordCheck::Open, "S48"));
        let mut naka = clerk(&app, "naka", NAKA);
        naka.open(&filed.desk("")).expect(200);
        assert_eq!(naka.page.answers("審査の結果"), ["もう一度照合する（附票か申請の内容が変わったとき）"], "the issuer gets nothing that was not compared");
        naka.choose("審査の結果", "もう一度照合する").press("決定して次の申請へ").expect(200);
        assert_eq!(filed.status(&app), "S35");
        naka.open(&filed.desk("")).expect(200);
        agree(&mut naka).choose("審査の結果", "確認ずみ").press("決定して次の申請へ").expect(200);
        approver(&app, "second", NAKA).open("/staff/approvals").follow_link(home.rsplit('/').next().unwrap()).press("承認する").expect(200);
        assert_eq!(filed.status(&app), "S40");
    }

    fn a_register_kept_elsewhere_takes_the_case_to_its_keeper(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut filed = sent_back(&app, "D01");
        let home = filed.home.clone();
        let hanako = &mut filed.hanako;
        hanako.open(&format!("{home}/fix")).follow_link("答えを直して、申請書を作り直す").expect(200).sees("本籍と国外転出");
        hanako.fill("本籍地の市区町村", "横浜市西区").press("保存して次へ").expect(200);
        hanako.tick("上の内容は戸籍のとおり").press("申請書を作り直す").expect(200);
        let application = filed.application(&app);
        assert_eq!((application.status, application.desk.unwrap().as_str().to_owned()), (Status::IssuerDefect, "141038".to_owned()));
        let forwarding = app.store.read(|db| tasks::count_open_tasks(db, NAKA, TaskKind::ForwardPaper, 9)).unwrap();
        assert_eq!(forwarding, 1, "the paper follows");
        let mut nishi = clerk(&app, "nishi", "141038");
        nishi.open(&filed.desk("")).choose("審査の結果", "もう一度照合する").press("決定して次の申請へ").expect(200);
        assert_eq!(filed.status(&app), "S35");
    }

    fn what_the_municipality_settles_itself_asks_nothing_of_the_applicant(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut filed = sent_back(&app, "D18");
        assert!(!was_told(&app));
        let page = format!("{}/status", filed.home);
        filed.hanako.open(&page).expect(200);
        assert!(!filed.hanako.page.text().contains("あなたの対応が必要です"));
        let mut naka = clerk(&app, "naka", NAKA);
        naka.open(&filed.desk("")).choose("審査の結果", "直ったので").press("決定して次の申請へ").expect(200);
        assert_eq!(filed.status(&app), "S45");
    }
}

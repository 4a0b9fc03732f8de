//! What the applicant sees of a filed case, and what she can still change: time line, corrections, questions, mails, who looked, another address.

use jiff::SignedDuration;
use tsubame::clock::Clock;
use tsubame::domain::deadline::Terms;
use tsubame::domain::defect::DefectCode;
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::status::Status;
use tsubame::domain::transition::{Actor, Circumstances, TRANSITIONS};
use tsubame::notices::Letterhead;
use tsubame::notices::advance::{Facts, Step, advance};
use tsubame::storage::applications::{self, Application, Doer};
use tsubame::storage::cases::{self, Channel};
use tsubame::storage::tasks::{self, TaskKind};
use tsubame::storage::{StoreError, defects, inquiries, views};

use super::applicant::EMAIL;
use super::finish::with_form;
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Person;

/// The municipality that keeps the register, files the form and hands the card over in these tests.
fn yokohama() -> OfficeCode {
    OfficeCode::parse("141046").unwrap()
}

fn case_at(app: &TestApp, home: &str) -> Application {
    let reference = home.rsplit('/').next().unwrap().parse().unwrap();
    app.store
        .read(|db| applications::find_by_reference(db, reference))
        .unwrap()
        .unwrap()
}

/// The clerk moves the case, with everything proven that only she can prove.
fn go(app: &TestApp, home: &str, to: Status) {
    let at = case_at(app, home);
    let doer = Doer::staff(Actor::HonsekiClerk, 7);
    let brought = TRANSITIONS
        .iter()
        .flat_map(|row| row.guards.iter().copied())
        .fold(Circumstances::default(), Circumstances::with);
    let letterhead = Letterhead {
        base_url: app.base_url.clone(),
        host: "card.example.jp".to_owned(),
        from: "no-reply@card.example.jp".to_owned(),
        is_demo: false,
    };
    let office = yokohama();
    let step = Step {
        application: at.id,
        expected: at.status,
        to,
        doer: &doer,
        office: Some(&office),
        circumstances: &brought,
        facts: Facts {
            received: Some((Channel::Post, 1)),
            ..Facts::default()
        },
        terms: Terms::default(),
    };
    app.store
        .write(|db| advance(db, &letterhead, &step, app.clock.now()))
        .unwrap();
    app.later(SignedDuration::from_secs(1));
}

fn received(app: &TestApp) -> (Person, String) {
    let (hanako, home) = with_form(app);
    go(app, &home, Status::Received);
    (hanako, home)
}

fn name_defects(app: &TestApp, home: &str, codes: &[DefectCode]) {
    let id = case_at(app, home).id;
    let now = app.clock.now();
    app.store
        .write(|db| {
            for code in codes {
                defects::insert_defect(
                    db,
                    id,
                    (*code, "日付の欄です"),
                    ("141046", "staff:7"),
                    now,
                )?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

fn tasks_of(app: &TestApp, kind: TaskKind) -> usize {
    app.store
        .read(|db| tasks::count_open_tasks(db, "141046", kind, 100))
        .unwrap()
}

on_each_database! {
    fn the_time_line_shows_eight_steps_what_is_done_and_when_to_expect_the_card(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = received(&app);
        hanako.open(&home).expect(200).sees("申請の状況");
        assert!(hanako.page.path.ends_with("/status"));
        let text = hanako.page.text();
        for shown in ["申請書ができました", "受け付けました", "横浜市中区役所", "いまここです", "この申請では、この段階はありません", "2027年1月下旬〜2027年3月下旬", "公表されている", "山田"] {
            assert!(text.contains(shown), "{shown} in {text}");
        }
        assert!(!text.contains("あなたの対応が必要です"));
        let english = format!("/en{}", hanako.page.path);
        hanako.open(&english).expect(200).sees("Application status");
        assert!(hanako.page.text().contains("late January 2027 to late March 2027"));
        go(&app, &home, Status::AtHonseki);
        hanako.open(&format!("{home}/status")).expect(200);
        assert!(hanako.page.text().contains("本籍地が確認しています2026年11月24日 横浜市中区役所いまここです"), "{}", hanako.page.text());
    }

    fn corrections_are_sent_only_when_every_one_of_them_is_done(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = received(&app);
        hanako.open(&format!("{home}/fix")).expect(200).sees("申請の状況");
        name_defects(&app, &home, &[DefectCode::D09, DefectCode::D12]);
        go(&app, &home, Status::Defect);
        hanako.open(&home).expect(200).sees("申請の状況");
        assert!(hanako.page.text().contains("あなたの対応が必要です"));
        hanako.follow_link("くわしく見る・直す").expect(200).sees("直してほしいところがあります");
        assert!(hanako.page.text().contains("申請日か氏名の欄が書かれていません (D09)"));
        assert!(hanako.page.text().contains("日付の欄です"));
        assert!(hanako.page.text().contains("2027年1月23日（土）"));
        hanako.press("直したものを送る").expect(422);
        assert_eq!(hanako.page.errors(), ["直すところがあと2つ残っています。すべて直してから送ってください"]);
        let send = |hanako: &mut Person, reply: &str| {
            hanako.open(&format!("{home}/fix"));
            hanako.tick("D09").tick("D12").fill("担当への返事", reply).press("直したものを送る");
        };
        send(&mut hanako, "番号は 1234 5678 9018 です");
        hanako.expect(422);
        assert!(hanako.page.errors()[0].contains("マイナンバーは書かないでください"));
        send(&mut hanako, "EMSで送りました");
        hanako.expect(200).sees("直してほしいところがあります");
        assert!(hanako.page.text().contains("受け取りました。窓口で確認します。"));
        assert_eq!(tasks_of(&app, TaskKind::CorrectionAnswered), 1);
        hanako.open(&format!("{home}/status")).expect(200);
        assert!(!hanako.page.text().contains("あなたの対応が必要です"));
        go(&app, &home, Status::Received);
        assert_eq!(tasks_of(&app, TaskKind::CorrectionAnswered), 0);
        let notices: Vec<String> = app.mails_to(EMAIL).into_iter().map(|mail| mail.notice).collect();
        for code in ["N05", "N06", "N05b"] {
            assert_eq!(notices.iter().filter(|notice| *notice == code).count(), 1, "{code}");
        }
    }

    fn a_question_is_read_and_answered_on_the_site(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = received(&app);
        go(&app, &home, Status::AtHonseki);
        let (id, now) = (case_at(&app, &home).id, app.clock.now());
        app.store.write(|db| inquiries::insert_inquiry(db, id, "転出の日を教えてください", (&yokohama(), "staff:7"), now)).unwrap();
        go(&app, &home, Status::Inquiry);
        assert!(!app.mails_to(EMAIL).last().unwrap().text.contains("転出の日"));
        hanako.open(&format!("{home}/fix")).expect(200).sees("確認したいことがあります");
        assert!(hanako.page.text().contains("転出の日を教えてください"));
        hanako.press("返事を送る").expect(422);
        assert_eq!(hanako.page.errors(), ["返事を入力してください"]);
        hanako.fill("返事", "2020年4月1日です").press("返事を送る").expect(200).sees("申請の状況");
        assert_eq!(case_at(&app, &home).status, Status::AtHonseki);
        let asked = app.store.read(|db| inquiries::list_inquiries(db, id)).unwrap();
        assert_eq!(asked[0].reply.as_deref(), Some("2020年4月1日です"));
    }

    fn the_address_changes_with_a_code_and_both_are_told(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = received(&app);
        hanako.open(&format!("{home}/email")).expect(200).fill("新しいメールアドレス", "new@example.com").press("確認コードを送る").expect(200);
        assert!(hanako.page.text().contains("確認コードを送りました") && !hanako.page.text().contains("new@example.com"));
        hanako.fill("確認コード", "000000").press("メールアドレスを変える");
        let code = app.code_for("new@example.com");
        if hanako.page.status == 422 {
            hanako.fill("確認コード", &code).press("メールアドレスを変える");
        }
        hanako.expect(200).sees("申請の状況");
        for address in [EMAIL, "new@example.com"] {
            let last = app.mails_to(address).pop().unwrap();
            assert_eq!(last.notice, "N21", "{address}");
            assert!(last.text.contains("n***w@example.com"), "{}", last.text);
        }
        let mut stranger = app.signed_in(EMAIL);
        stranger.open(&home);
        assert_eq!(stranger.page.status, 404, "the old address no longer opens it");
    }

    fn another_pickup_place_is_possible_until_the_card_is_on_its_way(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = received(&app);
        hanako.open(&format!("{home}/pickup")).expect(200).press("この場所に変える").expect(422);
        hanako.choose("カードを受け取るところ", "在外公館").pick("受け取る公館", "在英国日本国大使館");
        hanako.press("この場所に変える").expect(200).sees("申請の状況");
        let id = case_at(&app, &home).id;
        assert_eq!(app.store.read(|db| cases::get_case(db, id)).unwrap().pickup_office.as_str(), "emb-gb");
        let last = app.mails_to(EMAIL).pop().unwrap();
        assert_eq!(last.notice, "N22");
        assert!(last.text.contains("在英国日本国大使館"));
    }

    fn contacts_mails_looks_and_her_own_data_are_hers_alone(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = received(&app);
        let (id, now) = (case_at(&app, &home).id, app.clock.now());
        app.store.write(|db| views::note_view(db, id, ("staff:7", "municipal", Some(&yokohama())), now)).unwrap();
        hanako.open(&format!("{home}/contacts")).expect(200).fill("ほかの連絡先", "妹 見本桜").press("保存する").expect(200).sees("申請の状況");
        hanako.open(&format!("{home}/access-log")).expect(200).sees("閲覧の記録");
        assert!(hanako.page.text().contains("市区町村の担当者"));
        assert!(hanako.page.text().contains("横浜市中区役所") && !hanako.page.text().contains("staff:7"));
        hanako.open(&format!("{home}/notices")).expect(200).follow_link("【国外マイナンバーカード】申請書を受け付けました").expect(200);
        assert!(hanako.page.text().contains("本籍地の市区町村が、戸籍の附票と照らし合わせます"));
        let mail_page = hanako.page.path.clone();
        hanako.get_once(&format!("{home}/data.json"));
        let data: serde_json::Value = serde_json::from_slice(&hanako.page.body).unwrap();
        assert_eq!(data["status"], "S20");
        assert_eq!(data["case"]["second_contact"], "妹 見本桜");
        let mut taro = app.signed_in("taro@example.com");
        for page in ["status", "notices", "access-log", "data.json", "fix", "email", "pickup", "contacts", "withdraw"] {
            taro.get_once(&format!("{home}/{page}"));
            assert_eq!(taro.page.status, 404, "{page}");
        }
        let own = taro.page.path.rsplit_once('/').unwrap().0.to_owned();
        taro.get_once(&mail_page.replace(&home, &own));
        assert_eq!(taro.page.status, 404);
    }

    fn a_form_not_yet_filed_is_withdrawn_at_once(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = with_form(&app);
        hanako.open(&format!("{home}/withdraw")).expect(200).press("申請を取りやめる").expect(200);
        let ended = case_at(&app, &home);
        assert_eq!((ended.status, ended.current_revision), (Status::Withdrawn, None));
    }

    fn a_filed_form_is_withdrawn_by_a_signed_letter_alone(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = received(&app);
        hanako.open(&format!("{home}/withdraw")).expect(200).press("書面を送ることを知らせる").expect(200).sees("申請を取りやめますか");
        assert!(hanako.page.text().contains("お知らせを受け取りました"));
        assert_eq!(case_at(&app, &home).status, Status::Received, "her word alone does not end it");
        assert_eq!(tasks_of(&app, TaskKind::WithdrawalAsked), 1);
    }
}

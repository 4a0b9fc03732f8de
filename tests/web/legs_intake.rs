//! Intake (S05): every answer, with its words and its next step.

use jiff::SignedDuration;
use tsubame::domain::staff::Role::{Consular, Municipal};
use tsubame::domain::status::Status;
use tsubame::storage::cases::Channel;
use tsubame::storage::revisions::{self, NewRevision};
use tsubame::storage::tasks::TaskKind;
use tsubame::storage::{StoreError, cases, defects};

use super::legs_desk::{
    entered, filed, notices_of, press_at_once, put, scan, scan_card, sheet_one, status_of,
    task_desks,
};
use crate::on_each_database;
use crate::storage::cast::{draft, form, hanako, now};
use crate::support::app::TestApp;

const LONDON: (&str, &str) = ("emb-gb", "emb-gb");

on_each_database! {
    fn a_scanned_form_is_received_and_the_same_scan_again_is_the_same_answer(database: TestDatabase) {
        let app = TestApp::start(database);
        let (first, second) = (filed(&app, 1, LONDON), filed(&app, 2, LONDON));
        let mut clerk = app.staff("taro", &[Consular], "emb-gb");
        clerk.open("/staff/intake").expect(200).sees("到着登録（申請書）");
        clerk.choose("届き方", "窓口").fill("受付番号またはQR", &sheet_one(first.reference)).press("登録").expect(200);
        let shown = clerk.page.text();
        assert!(shown.contains("登録しました") && shown.contains("齋藤 花子") && shown.contains("新規"), "{shown}");
        let typed = second.reference.to_string().to_lowercase().replace('-', "ー");
        clerk.fill("受付番号またはQR", &typed).press("登録").expect(200);
        assert!(clerk.page.text().contains("この袋の分 2件"), "the channel is asked for once: {}", clerk.page.text());
        scan(&mut clerk, &sheet_one(first.reference)).expect(200);
        assert!(clerk.page.text().contains("登録しました") && clerk.page.text().contains("この袋の分 2件"), "{}", clerk.page.text());
        for case in [&first, &second] {
            assert_eq!(status_of(&app, case), Status::Received);
            assert_eq!((notices_of(&app, case), entered(&app, case, Status::Received)), (vec!["N05".to_owned()], 1));
        }
        let file = app.store.read(|db| cases::get_case(db, second.id)).unwrap();
        assert_eq!((file.channel.map(Channel::as_str), file.received_revision), (Some("counter"), Some(1)));
    }

    fn at_the_municipality_that_keeps_the_register_the_check_begins_at_once(database: TestDatabase) {
        let app = TestApp::start(database);
        let case = filed(&app, 1, ("honseki", "emb-gb"));
        let mut clerk = app.staff("jiro", &[Municipal], "141046");
        scan(&mut clerk, &sheet_one(case.reference)).expect(200);
        assert_eq!((status_of(&app, &case), notices_of(&app, &case)), (Status::AtHonseki, vec!["N05".to_owned()]));
    }

    fn a_form_for_another_office_is_named_and_can_be_filed_here(database: TestDatabase) {
        let app = TestApp::start(database);
        let case = filed(&app, 1, LONDON);
        let mut clerk = app.staff("anne", &[Consular], "emb-fr");
        scan(&mut clerk, &sheet_one(case.reference)).expect(422);
        let shown = clerk.page.text();
        assert!(shown.contains("ほかの窓口（在英国日本国大使館）あての申請です") && !shown.contains("齋藤"), "{shown}");
        assert_eq!(status_of(&app, &case), Status::FormReady);
        clerk.press("転送として登録").expect(200);
        assert!(clerk.page.text().contains("登録しました") && clerk.page.text().contains("齋藤"), "{}", clerk.page.text());
        let file = app.store.read(|db| cases::get_case(db, case.id)).unwrap();
        assert_eq!((status_of(&app, &case), file.filing_office.as_str()), (Status::Received, "emb-fr"));
        assert_eq!(notices_of(&app, &case), ["N05"]);
        scan(&mut app.staff("taro", &[Consular], "emb-us"), &sheet_one(case.reference)).expect(422);
    }

    fn what_is_registered_already_says_when_and_by_whom_and_only_to_an_office_with_a_part(database: TestDatabase) {
        let app = TestApp::start(database);
        let case = filed(&app, 1, LONDON);
        let mut taro = app.staff("taro", &[Consular], "emb-gb");
        scan(&mut taro, &sheet_one(case.reference)).expect(200);
        app.later(SignedDuration::from_secs(60));
        let mut hana = app.staff("hana", &[Consular], "emb-gb");
        scan(&mut hana, &sheet_one(case.reference)).expect(422);
        let shown = hana.page.text();
        assert!(shown.contains("すでに登録ずみです（11月24日 0時00分 見本 taro）"), "{shown}");
        assert_eq!(notices_of(&app, &case), ["N05"]);
        let mut stranger = app.staff("anne", &[Consular], "emb-fr");
        scan(&mut stranger, &sheet_one(case.reference)).expect(422);
        assert_eq!(stranger.page.errors(), ["この受付番号は見つかりません。数字と文字を確かめてください"]);
    }

    fn what_cannot_be_read_is_told_apart_and_a_draft_is_not_found(database: TestDatabase) {
        let app = TestApp::start(database);
        let mailbox = hanako(&app.store);
        let unmade = draft(&app.store, &mailbox, 9);
        let mut clerk = app.staff("taro", &[Consular], "emb-gb");
        let unknown = "この受付番号は見つかりません。数字と文字を確かめてください";
        for (typed, error) in [
            ("", "受付番号を入力するか、QRを読んでください"),
            ("https://example.com/x", "この申請のQRではありません。様式1の右上のQRを読んでください"),
            ("K7M4-2PQX-9U", unknown),
            ("ABC", unknown),
            (&sheet_one(unmade.reference), unknown),
        ] {
            scan(&mut clerk, typed).expect(422);
            assert_eq!(clerk.page.errors(), [error], "{typed:?}");
            assert!(clerk.page.html().contains("autofocus"), "the next scan goes into the field");
        }
        assert_eq!(clerk.page.value("受付番号またはQR"), sheet_one(unmade.reference), "what was typed stays");
    }

    fn an_application_that_has_ended_says_what_to_do_with_the_paper_or_the_card(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut clerk = app.staff("taro", &[Consular], "emb-gb");
        for (number, status, words) in [(1, Status::Withdrawn, "取下げ"), (2, Status::Expired, "新しく申請書を作るように"), (3, Status::NotAccepted, "申請者に返してください")] {
            let case = filed(&app, number, LONDON);
            put(&app, &case, status);
            scan(&mut clerk, &sheet_one(case.reference)).expect(422);
            assert!(clerk.page.text().contains("終わっています") && clerk.page.text().contains(words), "{}", clerk.page.text());
            assert_eq!(status_of(&app, &case), status);
        }
        let case = filed(&app, 4, LONDON);
        put(&app, &case, Status::Withdrawn);
        scan_card(&mut clerk, &case.reference.to_string(), "A-1").expect(422);
        assert!(clerk.page.text().contains("カードは渡せません。神奈川県横浜市中区"), "{}", clerk.page.text());
    }

    fn a_corrected_paper_is_received_again_and_only_where_it_is_awaited(database: TestDatabase) {
        let app = TestApp::start(database);
        let case = filed(&app, 1, LONDON);
        put(&app, &case, Status::Defect);
        let mut other = app.staff("jiro", &[Municipal], "141046");
        scan(&mut other, &sheet_one(case.reference)).expect(422);
        assert!(other.page.text().contains("在英国日本国大使館が待っています"), "{}", other.page.text());
        other.press("送る仕事に入れる").expect(200);
        assert_eq!(task_desks(&app, &case, TaskKind::ForwardPaper), ["141046"]);
        let mut clerk = app.staff("taro", &[Consular], "emb-gb");
        scan(&mut clerk, &sheet_one(case.reference)).expect(200);
        assert_eq!((status_of(&app, &case), notices_of(&app, &case)), (Status::Received, vec!["N05b".to_owned()]));
    }

    fn of_a_form_that_was_made_again_the_version_is_asked_for(database: TestDatabase) {
        let app = TestApp::start(database);
        let (current, older) = (filed(&app, 1, LONDON), filed(&app, 2, LONDON));
        for case in [&current, &older] {
            let content = serde_json::to_string(&form("emb-gb", "emb-gb")).unwrap();
            app.store.write(|db| {
                let new = NewRevision { application: case.id, expected_current: Some(1), content: &content, photo_id: None, deadline: "2027-02-01".parse().unwrap() };
                revisions::insert_revision(db, &new, now())
            }).unwrap();
        }
        let mut clerk = app.staff("taro", &[Consular], "emb-gb");
        scan(&mut clerk, &sheet_one(current.reference)).expect(422);
        assert!(clerk.page.text().contains("紙の版を選んでください"), "{}", clerk.page.text());
        clerk.press("第2版（いま有効）").expect(200);
        assert_eq!((status_of(&app, &current), notices_of(&app, &current)), (Status::Received, vec!["N05".to_owned()]));
        scan(&mut clerk, &sheet_one(older.reference)).expect(422);
        clerk.press("第1版").expect(422);
        assert!(clerk.page.text().contains("様式2（暗証番号）と写真は、そのまま使えます"), "{}", clerk.page.text());
        assert_eq!(status_of(&app, &older), Status::FormReady);
        clerk.press("受け付けて、様式1の第2版をお願いする").expect(200);
        assert!(clerk.page.text().contains("補正をお願いしました"), "{}", clerk.page.text());
        assert_eq!((status_of(&app, &older), notices_of(&app, &older)), (Status::Defect, vec!["N05".to_owned(), "N06".to_owned()]));
        let (file, open) = app.store.read(|db| Ok::<_, StoreError>((cases::get_case(db, older.id)?, defects::list_open_defects(db, older.id)?))).unwrap();
        assert_eq!((file.received_revision, open.len(), open[0].code.as_str()), (Some(1), 1, "D99"));
        assert!(open[0].note.contains("第2版の様式1"), "{}", open[0].note);
    }

    fn the_codes_of_other_sheets_do_not_prove_the_application(database: TestDatabase) {
        let app = TestApp::start(database);
        let case = filed(&app, 1, LONDON);
        let mut clerk = app.staff("taro", &[Consular], "emb-gb");
        for (sheet, words) in [("P2", "開封ずみ（D07）"), ("C4", "申請は様式1です")] {
            scan(&mut clerk, &format!("MNC1*{}*{sheet}", case.reference.compact())).expect(422);
            assert!(clerk.page.text().contains(words), "{}", clerk.page.text());
            assert_eq!(status_of(&app, &case), Status::FormReady);
        }
        clerk.press("様式1も入っている").expect(200);
        assert_eq!(status_of(&app, &case), Status::Received);
    }

    fn a_card_needs_a_shelf_and_a_list_and_a_form_is_no_card(database: TestDatabase) {
        let app = TestApp::start(database);
        let case = filed(&app, 1, LONDON);
        let mut clerk = app.staff("taro", &[Consular], "emb-gb");
        let code = case.reference.to_string();
        scan_card(&mut clerk, &code, "A-1").expect(422);
        put(&app, &case, Status::Received);
        scan_card(&mut clerk, &code, "A-1").expect(422);
        assert!(clerk.page.text().contains("まだ届く段階ではありません"), "{}", clerk.page.text());
        put(&app, &case, Status::Shipped);
        scan(&mut clerk, &code).expect(422);
        assert!(clerk.page.text().contains("カードが届くところです"), "{}", clerk.page.text());
        scan_card(&mut clerk, &code, "A-1").expect(422);
        assert!(clerk.page.text().contains("どの送付一覧にもありません"), "{}", clerk.page.text());
        clerk.press("一覧にないが、登録する").expect(200);
        assert_eq!((status_of(&app, &case), notices_of(&app, &case)), (Status::Arrived, Vec::new()));
        assert_eq!(app.store.read(|db| cases::get_case(db, case.id)).unwrap().shelf.as_deref(), Some("A-1"));
        assert_eq!(task_desks(&app, &case, TaskKind::SurplusItem), ["emb-gb"]);
        let second = filed(&app, 2, LONDON);
        put(&app, &second, Status::Shipped);
        assert_eq!(clerk.page.value("棚番号"), "A-1", "the shelf stays for the next card");
        scan_card(&mut clerk, &second.reference.to_string(), "").expect(422);
        clerk.press("一覧にないが、登録する").expect(422);
        assert_eq!(clerk.page.errors(), ["棚番号を入力してください"]);
        assert_eq!(status_of(&app, &second), Status::Shipped);
    }

    fn what_cannot_be_read_is_found_by_name_and_birth_date_together(database: TestDatabase) {
        let app = TestApp::start(database);
        let case = filed(&app, 1, LONDON);
        let mut clerk = app.staff("taro", &[Consular], "emb-gb");
        clerk.open("/staff/intake").fill("氏名またはフリガナ", "斎藤").fill_date("生年月日", ["1988", "4", "28"]).press("探す").expect(200);
        assert!(clerk.page.text().contains("この窓口の申請には見つかりません"), "{}", clerk.page.text());
        clerk.fill("氏名またはフリガナ", "さいとう").fill_date("生年月日", ["昭和63", "4", "27"]).press("探す").expect(200);
        assert!(clerk.page.text().contains("1件見つかりました") && !clerk.page.path.contains("1988"), "{}", clerk.page.text());
        clerk.press("登録").expect(200);
        assert_eq!(status_of(&app, &case), Status::Received);
        clerk.open("/staff/intake").fill("氏名またはフリガナ", "齋藤").press("探す").expect(422);
        assert_eq!(clerk.page.errors(), ["生年月日を入力してください"]);
        let mut stranger = app.staff("anne", &[Consular], "emb-fr");
        stranger.open("/staff/intake").fill("氏名またはフリガナ", "齋藤").fill_date("生年月日", ["1988", "4", "27"]).press("探す").expect(200);
        assert!(stranger.page.text().contains("見つかりません"), "{}", stranger.page.text());
    }

    fn a_bag_closes_with_its_count_or_with_the_difference_confirmed_and_once(database: TestDatabase) {
        let app = TestApp::start(database);
        let case = filed(&app, 1, LONDON);
        let mut clerk = app.staff("taro", &[Consular], "emb-gb");
        scan(&mut clerk, &sheet_one(case.reference)).expect(200);
        clerk.press("この袋を閉じる").expect(422);
        assert_eq!(clerk.page.errors(), ["袋の中の件数を数字で入力してください"]);
        clerk.fill("袋の中の件数", "2").press("この袋を閉じる").expect(422);
        assert_eq!(clerk.page.errors(), ["数が合いません（登録した数 1、数えた数 2）。もう一度数えてください"]);
        let (action, fields) = clerk.fill("袋の中の件数", "１").form_of("この袋を閉じる");
        clerk.press("この袋を閉じる").expect(200);
        assert!(clerk.page.text().contains("袋を閉じました：1件") && clerk.page.text().contains("見本 taro"), "{}", clerk.page.text());
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        clerk.post(&action, &body);
        clerk.expect(409);
        assert!(clerk.page.text().contains("袋を閉じました：1件"), "{}", clerk.page.text());
        assert_eq!(app.noted("bag.closed"), 1);
        scan(&mut clerk, &sheet_one(case.reference)).expect(422);
        assert!(clerk.page.text().contains("すでに登録ずみです"), "another bag, another answer: {}", clerk.page.text());
    }

    fn of_two_clerks_with_the_same_envelope_one_registers_it_and_the_other_is_told(database: TestDatabase) {
        let app = TestApp::start(database);
        for number in 1..=5 {
            let case = filed(&app, number, LONDON);
            let clerks = [format!("taro{number}"), format!("hana{number}")].map(|user| {
                let mut clerk = app.staff(&user, &[Consular], "emb-gb");
                clerk.open("/staff/intake").expect(200);
                clerk.fill("受付番号またはQR", &sheet_one(case.reference));
                clerk
            });
            let mut answers = press_at_once(&app, &clerks, "登録");
            answers.sort();
            assert_eq!((answers[0].0, answers[1].0), (303, 422), "{}", answers[1].1);
            assert!(answers[1].1.contains("すでに登録ずみです"), "{}", answers[1].1);
            assert_eq!((notices_of(&app, &case), entered(&app, &case, Status::Received)), (vec!["N05".to_owned()], 1));
        }
    }

    fn another_offices_bag_and_an_unknown_kind_are_not_found(database: TestDatabase) {
        let app = TestApp::start(database);
        let case = filed(&app, 1, LONDON);
        let mut clerk = app.staff("taro", &[Consular], "emb-gb");
        scan(&mut clerk, &sheet_one(case.reference)).expect(200);
        let bag = clerk.page.path.split("bag=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let mut stranger = app.staff("anne", &[Consular], "emb-fr");
        stranger.open(&format!("/staff/intake?kind=form&bag={bag}")).expect(404);
        stranger.open("/staff/intake?kind=parcel").expect(404);
    }
}

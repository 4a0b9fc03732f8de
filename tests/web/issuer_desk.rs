//! The issuer's desk on screen, and the release of cases to it.

use tsubame::clock::Clock;
use tsubame::domain::desk::Desk;
use tsubame::domain::handover::RecordCheck;
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::staff::Role;
use tsubame::domain::status::Status;
use tsubame::exchange::card::RowFormat;
use tsubame::exchange::introduction;
use tsubame::exchange::package::results_package;
use tsubame::security::signing::Signer;
use tsubame::storage::applications::{self, Application, ApplicationId, Doer, Move, Turn};
use tsubame::storage::batches::BatchId;
use tsubame::storage::shipments::{self, ShipmentId, ShipmentState};
use tsubame::storage::{StoreError, batch_items, case_facts, cases, outbox};

use crate::exchange::cast::{made_on, named, released, released_many};
use crate::exchange::interface::Client;
use crate::on_each_database;
use crate::storage::cast::{form, made, now};
use crate::support::app::TestApp;
use crate::support::person::Upload;

/// A case that two people confirmed against the register of 横浜市中区.
fn confirmed(app: &TestApp, number: u64) -> Application {
    let application = made(&app.store, number, &form("emb-gb", "emb-gb"));
    let desk = Desk::Office(OfficeCode::parse("141046").unwrap());
    app.store
        .write(|db| {
            case_facts::set_record_check(db, application.id, RecordCheck::Done, "staff:1", now())?;
            let step = Move {
                application: application.id,
                from: Status::FormReady,
                to: Status::Confirmed,
                doer: &Doer::system(),
                rule: "put there by a test",
            };
            applications::move_case(
                db,
                &step,
                &Turn {
                    desk: Some(&desk),
                    ..Turn::default()
                },
                now(),
            )
        })
        .unwrap()
}

fn status(app: &TestApp, id: ApplicationId) -> Status {
    app.store
        .read(|db| applications::get_application(db, id))
        .unwrap()
        .status
}

on_each_database! {
    fn when_the_clock_makes_batches_is_said_on_screen_by_issuer_or_administrator(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut issuer = app.staff("issuer", &[Role::Issuer], "");
        issuer.open("/issuer/batches").expect(200);
        assert!(issuer.page.text().contains("バッチは自動では作りません"), "off by default: {}", issuer.page.text());
        let mut admin = app.staff("admin", &[Role::Administrator], "");
        admin.open("/issuer/schedule").expect(200).sees("バッチの自動作成");
        issuer.open("/issuer/schedule").expect(200).choose("自動で作る", "自動で作る").fill("時刻", "24").press("保存する").expect(422);
        assert_eq!(issuer.page.errors(), ["時刻は0から23までの数字で入れてください"]);
        issuer.fill("時刻", "９").press("保存する").expect(200);
        let text = issuer.page.text();
        assert!(text.contains("次に自動で作る日時") && text.contains("見本 issuer"), "{text}");
        admin.choose("自動で作る", "自動では作らない").press("保存する").expect(409);
        assert!(admin.page.text().contains("ほかの人が先に変えました") && admin.page.text().contains("見本 issuer"), "{}", admin.page.text());
        issuer.open("/issuer/batches").expect(200);
        assert!(issuer.page.text().contains("次に自動で作る日時"), "{}", issuer.page.text());
        app.staff("naka", &[Role::Municipal], "141046").open("/issuer/schedule").expect(403);
        assert_eq!(app.noted("exchange.schedule_saved"), 1);
    }

    fn the_keeper_of_the_register_releases_its_confirmed_cases(database: TestDatabase) {
        let app = TestApp::start(database);
        let there: Vec<Application> = (1..=3).map(|number| confirmed(&app, number)).collect();
        let mut stranger = app.staff("chiyoda", &[Role::Municipal], "131016");
        stranger.open("/staff/release").expect(200);
        assert!(stranger.page.text().contains("いまありません"), "another municipality has none of them");
        let body = format!("csrf={}&case-{}=yes", stranger.page.shown("csrf"), there[0].reference);
        stranger.post("/staff/release", &body);
        assert_eq!(status(&app, there[0].id), Status::Confirmed, "and cannot send one it names");
        let mut naka = app.staff("naka", &[Role::Municipal], "141046");
        naka.follow_link("まとめて発行機関へ送る").expect(200).sees("まとめて発行機関へ送る");
        // The check of one is taken back while the page is open.
        app.store.write(|db| case_facts::set_record_check(db, there[2].id, RecordCheck::Open, "staff:1", now())).unwrap();
        naka.press("選んだ申請を発行機関へ送る").expect(200);
        let text = naka.page.text();
        assert!(text.contains("2件を発行機関へ送りました") && text.contains("1件は送れませんでした"), "{text}");
        assert_eq!(there.iter().map(|one| status(&app, one.id)).collect::<Vec<_>>(), [Status::AtIssuer, Status::AtIssuer, Status::Confirmed]);
        let told = app.store.read(|db| outbox::list_of_application(db, there[0].id)).map_err(|error: StoreError| error).unwrap();
        assert_eq!(told.iter().map(|mail| mail.notice.as_str()).collect::<Vec<_>>(), ["N10"]);
    }

    fn the_issuer_looks_at_every_card_before_any_is_made(database: TestDatabase) {
        let app = TestApp::start(database);
        let there = released_many(&app.store, 3);
        let mut issuer = app.staff("issuer", &[Role::Issuer], "");
        issuer.open("/issuer/batches").expect(200).sees("製造バッチ").press("新しいバッチを作る（3件）").expect(200).sees("バッチ B-000001");
        let text = issuer.page.text();
        assert!(text.contains("齋藤") && text.contains("国外転出 2020年4月1日") && text.contains("申請書に貼ってあります"), "{text}");
        for forbidden in ["example.com", "7946", "英国", "サイトウ", "在英国"] {
            assert!(!issuer.page.html().contains(forbidden), "{forbidden} is none of the issuer's business");
        }
        let receipts: Vec<String> = there.iter().map(|one| one.reference.to_string()).collect();
        issuer.choose(&format!("{} の検査の結果", receipts[0]), "合格").press("保存する").expect(200).sees("バッチ B-000001");
        issuer.press("作成済にする").expect(422);
        assert_eq!(issuer.page.errors(), ["検査の結果がない申請が2件あります。結果を選んで保存してください"]);
        issuer.choose(&format!("{} の検査の結果", receipts[1]), "写真不良").choose(&format!("{} の検査の結果", receipts[2]), "文字なし");
        issuer.press("作成済にする").expect(200).sees("結果 1");
        assert!(issuer.page.text().contains("いま反映しています"));
        app.do_jobs();
        issuer.follow_link("最新の状態を見る").expect(200);
        assert_eq!(there.iter().map(|one| status(&app, one.id)).collect::<Vec<_>>(), [Status::Made, Status::IssuerDefect, Status::IssuerDefect]);
        let card = app.store.read(|db| cases::get_case(db, there[0].id)).unwrap();
        assert_eq!(card.made_on, Some(app.clock.today_in_japan()));
        issuer.open("/issuer/batches/B-000001").expect(200);
        assert!(!issuer.page.html().contains("value=\"made\""), "nothing waits: there is no button");
    }

    fn made_cards_leave_in_bags_that_were_counted(database: TestDatabase) {
        let app = TestApp::start(database);
        let there = released_many(&app.store, 2);
        let mut issuer = app.staff("issuer", &[Role::Issuer], "");
        issuer.open("/issuer/batches").press("新しいバッチを作る（2件）").expect(200);
        for one in &there {
            issuer.choose(&format!("{} の検査の結果", one.reference), "合格");
        }
        issuer.press("作成済にする").expect(200);
        app.do_jobs();
        issuer.open("/issuer/shipments").expect(200).sees("市区町村への発送").follow_link("横浜市中区").expect(200).sees("発送する");
        issuer.press("発送を記録する").expect(422);
        assert_eq!(issuer.page.errors(), ["数えたカードの枚数を入れてください"]);
        issuer.fill("数えたカードの枚数", "３").fill("追跡番号", "EE123456789JP").press("発送を記録する").expect(422);
        assert_eq!(issuer.page.errors(), ["数が合いません（一覧 2、数えた数 3）。もう一度数えてください"]);
        assert_eq!(issuer.page.value("追跡番号"), "EE123456789JP", "what was typed is kept");
        issuer.fill("数えたカードの枚数", "2").press("発送を記録する").expect(200);
        app.do_jobs();
        issuer.open("/issuer/shipments").expect(200);
        let text = issuer.page.text();
        assert!(text.contains("EE123456789JP") && text.contains("輸送中") && text.contains("発送を待つカードはありません"), "{text}");
        let bags = app.store.read(|db| {
            let office = OfficeCode::parse("141046").unwrap();
            shipments::list_of_receiver(db, &office, ShipmentState::Sent, ShipmentId(i64::MAX), 10)
        }).map_err(|error: StoreError| error).unwrap();
        assert_eq!((bags.len(), bags[0].item_count, &bags[0].from), (1, 2, &Desk::Issuer), "the municipality expects it");
    }

    fn a_package_is_taken_in_on_screen_and_answered(database: TestDatabase) {
        let app = TestApp::start(database);
        released_many(&app.store, 1);
        let partner = app.store.write(|db| introduction::introduce(db, "sim", "test", app.clock.now())).unwrap();
        let mut issuer = app.staff("issuer", &[Role::Issuer], "");
        issuer.open("/issuer/batches").press("新しいバッチを作る（1件）").expect(200);
        let items = app.store.read(|db| batch_items::list_items(db, BatchId(1), 0, 10)).map_err(|error: StoreError| error).unwrap();
        let signer = Signer::from_seed("sim", &partner.seed).unwrap();
        let rows = [made_on(&items[0], "2026-11-24"), made_on(&items[0], "2026-11-24")];
        let package = results_package("R-1", &rows, RowFormat::Csv, &signer, app.clock.now()).unwrap();
        let file = |bytes| Upload { file_name: "results.tar", content_type: "application/x-tar", bytes };
        issuer.open("/issuer/results").expect(200).upload("結果を取り込む", &file(&package[..package.len() - 1024 - 400])).expect(422);
        assert!(issuer.page.text().contains("ファイルが途中で切れています"), "{}", issuer.page.text());
        issuer.open("/issuer/results").upload("結果を取り込む", &file(&package)).expect(200).sees("結果 1");
        app.do_jobs();
        issuer.open("/issuer/results/1").expect(200);
        let text = issuer.page.text();
        assert!(text.contains("R-1") && text.contains("同じ内容が、このファイルの前の行にあります"), "{text}");
        issuer.get_once("/issuer/results/1/answers.csv");
        issuer.expect(200);
        assert_eq!(issuer.page.html().lines().next(), Some("line,receipt,answer,reason"));
        issuer.open("/issuer/results").upload("結果を取り込む", &file(&package)).expect(200).sees("結果 1");
        issuer.open("/issuer/results").press("結果を取り込む").expect(422);
        assert_eq!(issuer.page.errors(), ["ファイルを選んでください"]);
    }

    fn the_list_of_a_batch_asks_for_the_password_again_and_is_written_down(database: TestDatabase) {
        let app = TestApp::start(database);
        released(&app.store, 1, &named("葛\u{E0100}城"));
        let mut issuer = app.staff("issuer", &[Role::Issuer], "");
        issuer.open("/issuer/batches").press("新しいバッチを作る（1件）").expect(200);
        issuer.get_once("/issuer/batches/B-000001.csv");
        issuer.expect(200);
        let text = issuer.page.html();
        assert!(text.starts_with('\u{feff}') && text.contains("葛\u{E0100}城\u{3000}花子"), "{text}");
        assert_eq!(app.noted("exchange.batch_exported"), 1);
        app.later(jiff::SignedDuration::from_mins(11));
        issuer.get_once("/issuer/batches/B-000001.csv");
        issuer.expect(303);
        assert!(issuer.page.headers["location"].starts_with("/staff/confirm"));
        issuer.get_once("/issuer/batches/B-000009");
        issuer.expect(404);
    }

    fn how_a_rare_character_is_printed_is_decided_and_kept(database: TestDatabase) {
        let app = TestApp::start(database);
        released(&app.store, 1, &named("\u{3134A}"));
        let mut issuer = app.staff("issuer", &[Role::Issuer], "");
        issuer.open("/issuer/glyphs").expect(200);
        assert!(issuer.page.text().contains("いまはありません"));
        issuer.open("/issuer/batches").press("新しいバッチを作る（1件）").expect(200);
        assert!(issuer.page.text().contains("印字できない文字"));
        let receipt = app.store.read(|db| batch_items::list_items(db, BatchId(1), 0, 1)).map_err(|error: StoreError| error).unwrap()[0].receipt.clone();
        issuer.open("/issuer/glyphs").expect(200);
        assert!(issuer.page.text().contains("U+3134A"), "{}", issuer.page.text());
        issuer.choose(&format!("{receipt} の決定"), "手書き彫刻").press("保存する").expect(200).sees("印字できない文字");
        let item = app.store.read(|db| batch_items::list_items(db, BatchId(1), 0, 1)).map_err(|error: StoreError| error).unwrap().remove(0);
        assert_eq!(item.glyph_decision, Some(batch_items::GlyphDecision::Engraving));
    }

    fn keys_are_made_shown_once_and_revoked(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut issuer = app.staff("issuer", &[Role::Issuer], "");
        issuer.open("/issuer/keys").expect(200).sees("外部システムの鍵").press("鍵を作る").expect(422);
        assert_eq!(issuer.page.errors(), ["鍵の名前は、半角の英小文字、数字、ハイフンで40文字までで入れてください"]);
        issuer.fill("鍵の名前", "line-1").press("鍵を作る").expect(200);
        let text = issuer.page.text();
        let begins = text.find("tsubame_").unwrap_or_else(|| panic!("{text}"));
        let key = text[begins..].split_whitespace().next().unwrap().to_owned();
        assert_eq!(Client::at(&app.base_url, &key).get("/exchange/v1/batches").status, 200);
        issuer.open("/issuer/keys");
        assert!(!issuer.page.html().contains(&key), "it is shown once");
        issuer.press("使えなくする").expect(200);
        assert_eq!(Client::at(&app.base_url, &key).get("/exchange/v1/batches").status, 401);
        issuer.fill("公開鍵の名前", "sim").fill("公開鍵 ※", "not a key").press("公開鍵を登録する").expect(422);
        assert_eq!(issuer.page.errors(), ["公開鍵を正しく入れてください（32バイトのbase64）"]);
        assert_eq!((app.noted("exchange.key_made"), app.noted("exchange.key_revoked")), (1, 1));
    }
}

//! Offices over HTTP: found by everybody, changed by their managers and the administration, their tables replaced by a file.

use tsubame::domain::office::table::OfficeTable;
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::staff::Role;
use tsubame::domain::status::Status;
use tsubame::reference::office_table;

use super::applicant::EMAIL;
use super::desk_cast::{Filed, LONDON, clerk};
use super::finish::at_review;
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::{Person, Upload};

const SAVE: &str = "設定を保存する";

fn manager(app: &TestApp, office: &str) -> Person {
    app.staff(&format!("manager-{office}"), &[Role::OfficeManager], office)
}

fn administrator(app: &TestApp) -> Person {
    app.staff("administrator", &[Role::Administrator], "")
}

fn missions(change: impl FnOnce(&mut Vec<tsubame::domain::office::OfficeEntry>)) -> Vec<u8> {
    let mut entries = OfficeTable::Missions.built_in();
    change(&mut entries);
    office_table::write(&entries).unwrap()
}

fn upload(person: &mut Person, version: &str, file: &[u8]) {
    person.open("/admin/masters/missions").expect(200);
    person.fill("版", version).fill("出どころ", "架空の資料");
    person.upload(
        "変わるところを見る",
        &Upload {
            file_name: "missions.csv",
            content_type: "text/csv",
            bytes: file,
        },
    );
}

on_each_database! {
    fn an_office_is_found_by_country_by_name_and_by_prefecture(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut reader = app.person();
        reader.open("/offices").expect(200).sees("窓口を探す");
        for (query, name) in [("q=%E8%8B%B1%E5%9B%BD", "在英国日本国大使館"), ("q=london", "在英国日本国大使館"), ("pref=14", "横浜市中区役所"), ("q=%E6%A8%AA%E6%B5%9C%E5%B8%82%E4%B8%AD", "横浜市中区役所"), ("pref=13&q=%E5%8D%83%E4%BB%A3%E7%94%B0", "千代田区役所")] {
            reader.open(&format!("/offices?{query}")).expect(200);
            assert!(reader.page.has_link(name), "{query}: {}", reader.page.text());
        }
        reader.open("/offices?q=%00%27%3B--").expect(200);
        assert!(reader.page.text().contains("見つかりませんでした"));
        reader.open("/en/offices?q=United+Kingdom").expect(200).follow_link("Embassy of Japan in the United Kingdom").expect(200);
        assert_eq!(reader.page.path, "/en/offices/emb-gb");
        for nothing in ["/offices/emb-xx", "/offices/%E8%8B%B1", "/offices/999999"] {
            reader.open(nothing).expect(404);
        }
    }

    fn what_is_no_office_and_no_prefecture_finds_nothing(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut person = app.person();
        for odd in ["pref=a%00b", "q=%00", "q=%27%3B--&pref=99", "pref=%F0%9F%98%80"] {
            person.open(&format!("/offices?{odd}")).expect(200);
        }
        for odd in ["a%00b", "999999", "emb-", "%F0%9F%98%80"] {
            person.open(&format!("/offices/{odd}")).expect(404);
        }
    }

    fn what_an_office_never_said_is_shown_as_unknown(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut reader = app.person();
        reader.open("/offices/131016").expect(200);
        let text = reader.page.text();
        for part in ["この内容は、まだ窓口が確認していません", "情報が古いかもしれません", "まだ確認できていません。窓口のサイトか電話で確かめてください", "受け取りの案内から90日"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    fn a_manager_writes_what_everybody_reads(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut manager = manager(&app, "emb-gb");
        manager.open("/staff/office").expect(200).sees("窓口の設定");
        manager.fill("月曜日", "9:30-12:00").fill("休みの日の一覧", "2026-12-29 年末 / Year end\n2027-03-29 遠い日");
        manager.pick("新しく申請する", "条件があります").fill("新しく申請する：条件（英語）", "By registered post only");
        manager.choose("予約", "予約が必要です").fill("予約のしかた（日本語）", "電話で予約してください");
        manager.fill("受け取りの案内から（日）", "60").press(SAVE).expect(422);
        assert_eq!(manager.page.errors().len(), 1, "reminders come before the deadline: {:?}", manager.page.errors());
        manager.fill("お知らせを送る日", "20, 40").press(SAVE).expect(200);
        assert!(manager.page.text().contains("保存しました"));
        assert_eq!(manager.page.value("火曜日"), "-");
        manager.press("すべて正しいことを確認した").expect(200);
        let mut reader = app.person();
        reader.open("/offices/emb-gb").expect(200);
        let text = reader.page.text();
        for part in ["月曜日 9:30-12:00", "火曜日 休み", "2026年12月29日（火） 年末", "新しく申請する：条件があります", "By registered post only", "予約が必要です", "電話で予約してください", "受け取りの案内から60日", "最終確認：2026年11月24日（火）（0日前）"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("遠い日") && !text.contains("情報が古いかもしれません"), "{text}");
        reader.open("/en/offices/emb-gb").expect(200);
        let text = reader.page.text();
        for part in ["Monday 9:30-12:00", "Year end", "New application: under conditions", "You need an appointment"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        app.later(jiff::SignedDuration::from_hours(24 * 32));
        reader.open("/offices/emb-gb");
        assert!(reader.page.text().contains("情報が古いかもしれません"));
        assert_eq!(app.noted("office.changed"), 1);
        assert_eq!(app.noted("office.checked"), 1);
    }

    fn mistakes_stand_at_their_fields_and_nothing_is_lost(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut manager = manager(&app, "131016");
        manager.open("/staff/office").fill("水曜日", "朝から").fill("サイト", "javascript:alert(1)").fill("お知らせ（日本語）", "<b>案内</b>");
        manager.press(SAVE).expect(422);
        assert_eq!(manager.page.errors().len(), 2);
        assert!(manager.page.error_beside("hours_3").unwrap().contains("「朝から」"));
        assert!(manager.page.title().starts_with("エラー："));
        assert_eq!((manager.page.value("水曜日"), manager.page.value("お知らせ（日本語）")), ("朝から".to_owned(), "<b>案内</b>".to_owned()));
        manager.fill("水曜日", "9-17").fill("サイト", "").press(SAVE).expect(200);
        let mut reader = app.person();
        reader.open("/offices/131016");
        assert!(reader.page.text().contains("<b>案内</b>") && !reader.page.html().contains("<b>案内"));
    }

    fn suggested_holidays_are_taken_when_they_are_ticked(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut manager = manager(&app, "emb-gb");
        manager.open("/staff/office").tick("2027年1月1日（金）").press(SAVE).expect(200);
        assert!(manager.page.value("休みの日の一覧").starts_with("2027-01-01 "));
        let mut reader = app.person();
        reader.open("/offices/emb-gb");
        assert!(reader.page.text().contains("2027年1月1日"));
    }

    fn who_saves_second_is_shown_the_latest_and_keeps_what_was_typed(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut one, mut two) = (manager(&app, "emb-gb"), administrator(&app));
        one.open("/staff/office");
        two.open("/admin/offices/emb-gb").expect(200).fill("お知らせ（日本語）", "先に書いたこと").press(SAVE).expect(200);
        one.fill("お知らせ（日本語）", "後に書いたこと").press(SAVE).expect(409);
        assert_eq!(one.page.value("お知らせ（日本語）"), "先に書いたこと");
        assert!(one.page.text().contains("後に書いたこと"));
        one.fill("お知らせ（日本語）", "両方").press(SAVE).expect(200);
        assert!(one.page.text().contains("お知らせ"), "the list of changes");
    }

    fn a_manager_changes_the_own_office_alone(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut manager = manager(&app, "emb-gb");
        for page in ["/admin/offices", "/admin/offices/emb-fr", "/admin/masters"] {
            manager.open(page).expect(403);
        }
        let mut administrator = administrator(&app);
        administrator.open("/staff/office").expect(403);
        administrator.open("/admin/offices?q=%E8%8B%B1%E5%9B%BD").expect(200).follow_link("在英国日本国大使館").expect(200).sees("窓口の設定");
        administrator.open("/admin/offices/emb-xx").expect(404);
    }

    fn a_table_is_replaced_after_its_changes_were_seen(database: TestDatabase) {
        let app = TestApp::start(database);
        manager(&app, "emb-gb").open("/staff/office").fill("お知らせ（日本語）", "大使館の言葉").press(SAVE).expect(200);
        let mut administrator = administrator(&app);
        administrator.open("/admin/masters").expect(200).sees("もとになる表");
        let file = missions(|entries| {
            let london = entries.iter_mut().find(|entry| entry.code.as_str() == "emb-gb").unwrap();
            "在英国日本国大使館（新）".clone_into(&mut london.name_ja);
            entries.retain(|entry| entry.code.as_str() != "emb-fr");
        });
        upload(&mut administrator, "2027-01", &file);
        administrator.expect(200);
        let text = administrator.page.text();
        for part in ["変わる窓口：1", "なくなる窓口：1", "新しい窓口：0", "在英国日本国大使館（新）"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let mut reader = app.person();
        reader.open("/offices/emb-gb").sees("在英国日本国大使館");
        let diff = administrator.page.path.clone();
        app.later(jiff::SignedDuration::from_mins(11));
        administrator.press("この表に取り替える").expect(200).sees("もう一度パスワードとコードを入力してください");
        app.later(jiff::SignedDuration::from_mins(-11));
        administrator.open(&diff).expect(200);
        administrator.press("この表に取り替える").expect(200).sees("もとになる表");
        let text = administrator.page.text();
        assert!(text.contains("2027-01") && text.contains("見本 administrator") && !text.contains("staff:"), "{text}");
        reader.open("/offices/emb-gb").sees("在英国日本国大使館（新）");
        assert!(reader.page.text().contains("大使館の言葉"), "what the office said stays");
        reader.open("/offices/emb-fr").expect(200);
        assert!(reader.page.text().contains("この窓口は、いまはありません"));
        administrator.open(&diff).expect(410);
        assert_eq!(app.noted("master.imported"), 1);
        administrator.open("/admin/masters/missions/file").expect(200);
        assert_eq!(office_table::read(OfficeTable::Missions, &administrator.page.body).unwrap().len(), OfficeTable::Missions.built_in().len() - 1);
    }

    fn a_mission_that_is_new_in_an_import_can_be_found_and_chosen(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut administrator = administrator(&app);
        let file = missions(|entries| {
            let mut new = entries.first().unwrap().clone();
            new.code = OfficeCode::parse("cg-nr-mihon").unwrap();
            "在見本日本国総領事館".clone_into(&mut new.name_ja);
            "Consulate-General of Japan in Mihon".clone_into(&mut new.name_latin);
            "NR".clone_into(&mut new.country);
            "Pacific/Nauru".clone_into(&mut new.zone);
            entries.push(new);
        });
        upload(&mut administrator, "2027-02", &file);
        administrator.expect(200);
        assert!(administrator.page.text().contains("新しい窓口：1"), "{}", administrator.page.text());
        administrator.press("この表に取り替える").expect(200);
        let mut reader = app.person();
        reader.open("/offices?q=mihon").expect(200).follow_link("在見本日本国総領事館").expect(200).sees("在見本日本国総領事館");
        let (mut hanako, home) = at_review(&app);
        hanako.open(&format!("{home}/offices")).choose("申請書を提出するところ", "在外公館").choose("カードを受け取るところ", "提出するところと同じ");
        hanako.fill("公館のある国・地域", "ナウル").press("この国の公館を表示").expect(200);
        hanako.choose("在外公館", "在見本日本国総領事館").press("保存して次へ").expect(422);
        assert_eq!(hanako.page.advice(), ["在見本日本国総領事館は、住んでいる国（英国）の公館ではありません。このままでも進めます"]);
        hanako.press("このまま進む").expect(200);
        hanako.open(&format!("{home}/review")).tick("上の内容は戸籍のとおり").press("申請書を作る").expect(200).sees("申請書ができました");
        assert!(hanako.page.text().contains("在見本日本国総領事館"), "{}", hanako.page.text());
        let number = home.rsplit('/').next().unwrap();
        let mut clerk = app.staff("mihon", &[Role::Consular], "cg-nr-mihon");
        clerk.open("/staff/intake").fill("受付番号またはQR", number).press("登録").expect(200);
        assert!(clerk.page.text().contains("登録しました"), "{}", clerk.page.text());
        assert!(app.mails_to(EMAIL).iter().any(|mail| mail.notice == "N05" && mail.text.contains("在見本日本国総領事館")));
    }

    fn a_mission_that_has_closed_is_offered_to_nobody_and_who_had_chosen_it_chooses_again(database: TestDatabase) {
        const CLOSED: &str = "在英国日本国大使館は閉館しました。ほかの窓口を選んでください";
        let app = TestApp::start(database);
        let (mut hanako, home) = at_review(&app);
        let offices = format!("{home}/offices");
        hanako.open(&offices).choose("申請書を提出するところ", "在外公館").choose("カードを受け取るところ", "提出するところと同じ").press("この国の公館を表示").expect(200);
        hanako.choose("在外公館", "在英国日本国大使館").press("保存して次へ").expect(200);
        let mut administrator = administrator(&app);
        upload(&mut administrator, "2027-03", &missions(|entries| entries.retain(|entry| entry.code.as_str() != "emb-gb")));
        administrator.press("この表に取り替える").expect(200);
        hanako.open(&format!("{home}/review")).tick("上の内容は戸籍のとおり").press("申請書を作る").expect(422);
        assert_eq!(hanako.page.errors().len(), 1, "{:?}", hanako.page.errors());
        hanako.open(&offices).expect(200);
        assert_eq!(hanako.page.errors(), [CLOSED]);
        hanako.press("保存して次へ").expect(422);
        assert_eq!(hanako.page.errors(), [CLOSED]);
        hanako.choose("在外公館", "在エディンバラ日本国総領事館").press("保存して次へ").expect(200);
        hanako.open(&offices).expect(200);
        assert!(!hanako.page.text().contains("在英国日本国大使館") && hanako.page.errors().is_empty(), "{}", hanako.page.text());
        hanako.get_once("/api/offices?country=GB");
        assert_eq!(hanako.page.html(), r#"[{"code":"cg-gb-edinburgh","name":"在エディンバラ日本国総領事館"}]"#);
        hanako.open(&format!("{home}/review")).tick("上の内容は戸籍のとおり").press("申請書を作る").expect(200).sees("申請書ができました");
    }

    fn a_mission_that_has_closed_is_no_new_place_of_pickup_for_her_nor_for_a_clerk(database: TestDatabase) {
        const CLOSED: &str = "在フランス日本国大使館は閉館しました。ほかの窓口を選んでください";
        let app = TestApp::start(database);
        let mut filed = Filed::new(&app);
        filed.put(&app, Status::Received, LONDON);
        let hers = format!("{}/pickup", filed.home);
        filed.hanako.open(&hers).choose("カードを受け取るところ", "在外公館").pick("受け取る公館", "在フランス日本国大使館");
        let mut sato = clerk(&app, "sato", LONDON);
        sato.open(&filed.desk("/changes/pickup")).choose("新しい場所", "在外公館").pick("公館", "在フランス日本国大使館");
        let mut administrator = administrator(&app);
        upload(&mut administrator, "2027-03", &missions(|entries| entries.retain(|entry| entry.code.as_str() != "emb-fr")));
        administrator.press("この表に取り替える").expect(200);
        filed.hanako.press("この場所に変える").expect(422);
        sato.press("受取場所を変える").expect(422);
        for person in [&filed.hanako, &sato] {
            assert_eq!(person.page.errors(), [CLOSED]);
            assert!(person.page.html().contains("emb-gb") && !person.page.html().contains("emb-fr\""), "offered no more");
        }
        sato.pick("公館", "在スイス日本国大使館").press("受取場所を変える").expect(200);
        filed.hanako.open(&hers).expect(200);
        assert!(filed.hanako.page.text().contains("今の受取場所は在スイス日本国大使館です"), "{}", filed.hanako.page.text());
    }

    fn a_file_that_is_wrong_is_answered_row_by_row(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut administrator = administrator(&app);
        let mut broken = missions(|entries| entries.truncate(3));
        broken.extend_from_slice("emb-gb,,,GB,,Europe/London,,,own,,,\nNONSENSE,a,b,GB,,Europe/London,,,own,,,\n".as_bytes());
        upload(&mut administrator, "2027-01", &broken);
        administrator.expect(422);
        let text = administrator.page.text();
        for part in ["5行目：名前がありません", "6行目：窓口のコードではないか"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(administrator.page.value("版"), "2027-01");
        for (file, error) in [(Vec::new(), "ファイルを選んでください"), (missions(|_| {}), "いまの表と違うファイルを選んでください"), (vec![b'x'; 5_000_000], "ファイルは4MBまでにしてください")] {
            upload(&mut administrator, "2027-01", &file);
            assert_eq!(administrator.expect(422).page.errors(), [error]);
        }
        upload(&mut administrator, "", &missions(|entries| entries.truncate(3)));
        assert_eq!(administrator.expect(422).page.errors(), ["版を60文字以内で入力してください"]);
        administrator.open("/admin/masters/holidays").expect(404);
    }

    fn an_applicant_is_told_what_her_office_says_before_and_after_the_form_is_made(database: TestDatabase) {
        let app = TestApp::start(database);
        let long = "書留で送ってください。".repeat(18);
        let mut manager = manager(&app, "emb-gb");
        manager.open("/staff/office").pick("新しく申請する", "郵送では出せません");
        manager.choose("予約", "予約が必要です").fill("住所", "1 New Street, London W1J 7JT").press(SAVE).expect(200);
        let (mut hanako, home) = at_review(&app);
        hanako.open(&format!("{home}/offices")).choose("申請書を提出するところ", "在外公館").press("この国の公館を表示").expect(200);
        assert!(hanako.page.text().contains("郵送：郵送では出せません／予約が必要です"), "{}", hanako.page.text());
        hanako.choose("在外公館", "在英国日本国大使館").press("保存して次へ").expect(422);
        assert_eq!(hanako.page.advice(), ["在英国日本国大使館は郵送で受け付けていません。窓口に出すか、本籍地に郵送してください"]);
        hanako.press("このまま進む").expect(200);
        hanako.open(&format!("{home}/review")).tick("上の内容は戸籍のとおり").press("申請書を作る").expect(200).sees("申請書ができました");
        let text = hanako.page.text();
        for part in ["1 New Street, London W1J 7JT", "郵送では出せません。窓口に持って行ってください", "予約が必要です", "この内容は、まだ窓口が確認していません"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        hanako.follow_link("この窓口の受付時間と休みの日").expect(200).sees("在英国日本国大使館");
        let mail = app.mails_to(EMAIL).into_iter().rfind(|mail| mail.notice == "N02").unwrap();
        assert!(mail.text.contains("郵送では"), "{}", mail.text);
        // The office changes its mind: the page says so at once, the printed sheet with the next form.
        manager.open("/staff/office").pick("新しく申請する", "条件があります").fill("新しく申請する：条件（日本語）", &long).press(SAVE).expect(200);
        hanako.open(&format!("{home}/ready")).expect(200);
        assert!(hanako.page.text().contains("書留で送ってください"));
        hanako.open(&format!("{home}/review")).tick("上の内容は戸籍のとおり").press("申請書を作り直す").expect(200);
        hanako.open(&format!("{home}/form.pdf")).expect(200);
    }
}

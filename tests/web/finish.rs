//! From the check page to the posted form: what is made is what was shown, once, and printed from what was frozen.

use jiff::SignedDuration;
use tsubame::documents::print_set::{Receipt, payloads};
use tsubame::documents::proof;
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::domain::status::Status;
use tsubame::storage::{applications, audit_verification, history, outbox, postings, revisions};

use super::applicant::{EMAIL, signed_in};
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::{Person, Upload};

/// A file field left empty, as a browser sends it.
const NO_FILE: Upload<'_> = Upload {
    file_name: "",
    content_type: "application/octet-stream",
    bytes: &[],
};

/// An invented person whose answers are all there, at her check page; and the address of her case.
pub(super) fn at_review(app: &TestApp) -> (Person, String) {
    let mut hanako = signed_in(app, EMAIL);
    let home = hanako.page.path.clone();
    hanako
        .open(&format!("{home}/person"))
        .fill("氏（姓）", "山田")
        .fill("名 ", "花子");
    hanako
        .fill("氏のフリガナ", "やまだ")
        .fill("名のフリガナ", "ﾊﾅｺ")
        .fill_date("生年月日", ["S63", "4", "27"])
        .choose("性別", "女");
    hanako.press("保存して次へ").expect(200);
    hanako
        .pick("本籍地の都道府県", "神奈川県")
        .fill("本籍地の市区町村", "横浜市中区")
        .choose("日本に戻る予定", "いまはない");
    hanako.press("保存して次へ").expect(200).sees("連絡先");
    hanako
        .fill("電話番号", "+44 20 7946 0000")
        .fill("住んでいる国・地域", "英国")
        .fill("国外の住所", "1 Sample Street\nLondon W1J 7JT");
    hanako
        .press("保存して次へ")
        .expect(200)
        .sees("顔写真を選ぶ")
        .upload("写真は申請書に貼る", &NO_FILE)
        .expect(200)
        .sees("提出するところ・受け取るところ");
    hanako
        .choose("申請書を提出するところ", "本籍地の市区町村")
        .choose("カードを受け取るところ", "提出するところと同じ");
    hanako
        .press("保存して次へ")
        .expect(200)
        .sees("電子証明書・点字");
    hanako
        .press("保存して次へ")
        .expect(200)
        .sees("入力内容を確認してください");
    (hanako, home)
}

/// The same, with the form made.
pub(super) fn with_form(app: &TestApp) -> (Person, String) {
    let (mut hanako, home) = at_review(app);
    hanako
        .tick("上の内容は戸籍のとおり")
        .press("申請書を作る")
        .expect(200)
        .sees("申請書ができました");
    (hanako, home)
}

pub(super) fn reference(home: &str) -> ReceiptNumber {
    home.rsplit('/').next().unwrap().parse().unwrap()
}

/// The number of the form in force and the status of the case.
pub(super) fn standing(app: &TestApp, home: &str) -> (Option<i32>, Status) {
    let case = app
        .store
        .read(|db| applications::find_by_reference(db, reference(home)))
        .unwrap()
        .unwrap();
    (case.current_revision, case.status)
}

fn change_given_name(hanako: &mut Person, home: &str, name: &str) {
    hanako
        .open(&format!("{home}/person?back=review"))
        .fill("名 ", name)
        .press("保存して次へ")
        .expect(200)
        .sees("入力内容を確認してください");
}

pub(super) fn body_of(fields: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// The title of a PDF as its viewer shows it.
fn title_of(pdf: &[u8]) -> String {
    let document = lopdf::Document::load_mem(pdf).unwrap();
    let info = document
        .trailer
        .get(b"Info")
        .and_then(lopdf::Object::as_reference)
        .and_then(|id| document.get_dictionary(id))
        .unwrap();
    lopdf::decode_text_string(info.get(b"Title").unwrap()).unwrap()
}

on_each_database! {
    fn the_check_page_shows_every_answer_as_it_will_be_printed(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, _) = at_review(&app);
        let text = hanako.page.text();
        for shown in ["山田 花子", "ヤマダ ハナコ", "1988年4月27日（昭和63年）", "神奈川県横浜市中区", "横浜市中区役所", "1 Sample Street", "入力なし", "代理人はいません", "申請書に印字できない文字はありません。", EMAIL] {
            assert!(text.contains(shown), "{shown} in {text}");
        }
        hanako.follow_link("変更：フリガナ").sees("申請する人").fill("名のフリガナ", "ハルコ").press("保存して次へ").sees("入力内容を確認してください");
        assert!(hanako.page.text().contains("ヤマダ ハルコ"));
    }

    fn an_unfinished_form_is_not_made_and_each_gap_is_named(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = signed_in(&app, EMAIL);
        let home = hanako.page.path.clone();
        hanako.open(&format!("{home}/review")).expect(200);
        hanako.press("申請書を作る").expect(422);
        let errors = hanako.page.errors();
        assert_eq!(errors.first().map(String::as_str), Some("「申請する人」がまだ終わっていません"));
        assert_eq!(errors.last().map(String::as_str), Some("内容が正しければ、チェックをつけてください"));
        assert_eq!(errors.len(), 8, "{errors:?}");
        assert!(hanako.page.title().starts_with("エラー："));
        hanako.follow_link("「申請する人」を入力する").sees("申請する人");
        assert_eq!(standing(&app, &home), (None, Status::Draft));
    }

    fn the_form_is_made_only_when_its_answers_are_confirmed(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = at_review(&app);
        hanako.press("申請書を作る").expect(422);
        assert_eq!(hanako.page.errors(), ["内容が正しければ、チェックをつけてください"]);
        assert_eq!(standing(&app, &home), (None, Status::Draft));
    }

    fn a_made_form_is_told_as_not_yet_applied_and_mailed_once(database: TestDatabase) {
        let app = TestApp::start(database);
        let (hanako, home) = with_form(&app);
        assert_eq!(standing(&app, &home), (Some(1), Status::FormReady));
        let text = hanako.page.text();
        for shown in ["まだ提出は終わっていません", "横浜市中区役所に、2027年2月22日（月）までに出す", "PDF 4枚", "〒231-0000", "住所の一部しかわかりません。"] {
            assert!(text.contains(shown), "{shown} in {text}");
        }
        let mails: Vec<_> = app.mails_to(EMAIL).into_iter().filter(|mail| mail.notice == "N02").collect();
        assert_eq!(mails.len(), 1, "{mails:?}");
        assert!(mails[0].text.contains("2027年2月22日（月）") && mails[0].text.contains("横浜市中区役所"), "{}", mails[0].text);
        let case = app.store.read(|db| applications::find_by_reference(db, reference(&home))).unwrap().unwrap();
        assert_eq!(case.expires_at, "2027-02-22T15:00:00Z".parse().unwrap(), "the last day is over at midnight in Japan");
        let steps = app.store.read(|db| history::list_history(db, case.id)).unwrap();
        assert_eq!(steps.iter().map(|step| step.to).collect::<Vec<_>>(), [Status::Draft, Status::FormReady]);
        assert_eq!(app.store.read(|db| outbox::list_of_application(db, case.id)).unwrap().iter().filter(|mail| mail.notice.as_str() == "N02").count(), 1);
    }

    fn the_printed_set_carries_the_receipt_number_on_both_papers_and_says_that_it_is_private(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = with_form(&app);
        let receipt = Receipt::of(&reference(&home), 1);
        for paper in ["a4", "letter"] {
            hanako.open(&format!("{home}/form.pdf?paper={paper}")).expect(200);
            assert_eq!(proof::prove(&hanako.page.body, &payloads(&receipt)), Ok(()), "{paper}");
            assert!(title_of(&hanako.page.body).ends_with(&receipt.text));
            assert_eq!(hanako.page.headers["cache-control"], "no-store");
            assert_eq!(hanako.page.headers["content-disposition"], format!("inline; filename=\"{}.pdf\"", receipt.text));
        }
        hanako.open(&format!("{home}/print")).expect(200).sees("申請書を印刷する");
        hanako.open(&format!("{home}/sheet-4.png")).expect(200);
        assert_eq!(image::load_from_memory(&hanako.page.body).unwrap().width(), 360);
        for nothing in ["sheet-5.png", "sheet-0.png", "photo-sheet.pdf"] {
            hanako.open(&format!("{home}/{nothing}")).expect(404);
        }
    }

    fn a_second_press_makes_no_second_form(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = at_review(&app);
        hanako.tick("上の内容は戸籍のとおり");
        let (action, fields) = hanako.form_of("申請書を作る");
        for _ in 0..3 {
            hanako.post(&action, &body_of(&fields));
            hanako.expect(303);
            assert!(hanako.page.headers["location"].ends_with("/ready"));
        }
        assert_eq!(standing(&app, &home), (Some(1), Status::FormReady));
        // A fresh page with the same answers on the same day is the same form, too.
        hanako.open(&action).tick("上の内容は戸籍のとおり").press("申請書を作り直す").sees("申請書ができました");
        assert_eq!(standing(&app, &home), (Some(1), Status::FormReady));
        assert_eq!(app.mails_to(EMAIL).iter().filter(|mail| mail.notice == "N02").count(), 1);
    }

    fn two_presses_at_once_make_one_form(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = at_review(&app);
        hanako.tick("上の内容は戸籍のとおり");
        let (action, fields) = hanako.form_of("申請書を作る");
        let (url, body, cookie) = (format!("{}{action}", app.base_url), body_of(&fields), format!("sid={}", hanako.cookie("sid").unwrap()));
        let press = || {
            let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
            let request = ureq::Agent::from(config).post(&url).header("cookie", &cookie).header("content-type", "application/x-www-form-urlencoded");
            request.send(&body).unwrap().status().as_u16()
        };
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let presses = [scope.spawn(press), scope.spawn(press), scope.spawn(press)];
            presses.map(|press| press.join().unwrap()).into()
        });
        assert_eq!(statuses, [303, 303, 303]);
        assert_eq!(standing(&app, &home), (Some(1), Status::FormReady));
    }

    fn a_changed_answer_waits_for_the_next_form_and_says_so(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = with_form(&app);
        hanako.open(&format!("{home}/ready"));
        assert!(!hanako.page.text().contains("変更した内容は"));
        let first = { hanako.open(&format!("{home}/form.pdf")); hanako.page.body.clone() };
        change_given_name(&mut hanako, &home, "桜子");
        assert!(hanako.page.text().contains("申請書は作り直しになります（第2版）"), "{}", hanako.page.text());
        hanako.open(&format!("{home}/ready"));
        assert!(hanako.page.text().contains("変更した内容は、まだ申請書に入っていません。"));
        hanako.open(&format!("{home}/form.pdf"));
        assert_eq!(hanako.page.body, first, "the form is printed as it was made");
        hanako.open(&format!("{home}/review")).tick("上の内容は戸籍のとおり").press("申請書を作り直す").sees("申請書ができました");
        assert_eq!(standing(&app, &home), (Some(2), Status::FormReady));
        assert!(!hanako.page.text().contains("変更した内容は"));
        let case = app.store.read(|db| applications::find_by_reference(db, reference(&home))).unwrap().unwrap();
        let (old, new) = app.store.read(|db| Ok::<_, tsubame::storage::StoreError>((revisions::get_revision(db, case.id, 1)?, revisions::get_revision(db, case.id, 2)?))).unwrap();
        assert!(old.superseded_at.is_some() && old.content.contains("花子") && new.content.contains("桜子"));
        hanako.open(&format!("{home}/print"));
        assert!(hanako.page.text().contains("第2版"));
    }

    fn answers_changed_in_another_tab_are_shown_before_a_form_is_made_of_them(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = at_review(&app);
        hanako.tick("上の内容は戸籍のとおり");
        let (action, fields) = hanako.form_of("申請書を作る");
        change_given_name(&mut hanako, &home, "桜子");
        hanako.post(&action, &body_of(&fields));
        hanako.expect(409).sees("入力内容を確認してください");
        assert!(hanako.page.text().contains("山田 桜子") && hanako.page.text().contains("ほかの画面で新しい内容が保存されています"));
        assert_eq!(standing(&app, &home), (None, Status::Draft));
    }

    fn a_character_that_cannot_be_printed_is_named_when_it_is_typed_and_again_at_the_end(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = at_review(&app);
        hanako.open(&format!("{home}/contact?back=review")).fill("国外の住所", "ก\n1 Sample Street\nLondon W1J 7JT").press("保存して次へ").expect(422);
        assert!(hanako.page.advice().iter().any(|advice| advice.contains("「ก」は、このサービスでは印字できません")), "{:?}", hanako.page.advice());
        hanako.press("このまま進む").expect(200).sees("入力内容を確認してください");
        assert!(hanako.page.text().contains("「ก」は、このサービスでは印字できません"));
        hanako.tick("上の内容は戸籍のとおり").press("申請書を作る").expect(200).sees("申請書ができました");
    }

    fn the_day_of_posting_is_registered_corrected_and_never_in_the_future(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = with_form(&app);
        hanako.follow_link("送った日と追跡番号を登録する").sees("いつ郵送しましたか");
        hanako.fill_date("送った日", ["2026", "11", "26"]).press("登録する").expect(422);
        assert_eq!(hanako.page.errors(), ["送った日は、今日か今日より前の日付にしてください"]);
        hanako.fill_date("送った日", ["2026", "11", "24"]).pick("送った方法", "DHL").fill("追跡番号", " ｅｅ123456789ｇｂ ").press("登録する").expect(200);
        hanako.sees("申請書ができました");
        let text = hanako.page.text();
        for shown in ["登録しました。届いたらメールでお知らせします", "2026年11月24日（火）", "DHL", "EE123456789GB", "まだ提出は終わっていません"] {
            assert!(text.contains(shown), "{shown} in {text}");
        }
        assert_eq!(standing(&app, &home), (Some(1), Status::Mailed));
        hanako.open(&format!("{home}/sent"));
        assert_eq!(hanako.page.value("追跡番号"), "EE123456789GB");
        hanako.fill("追跡番号", "JD0001").press("登録する").expect(200);
        let case = app.store.read(|db| applications::find_by_reference(db, reference(&home))).unwrap().unwrap();
        let posting = app.store.read(|db| postings::find_posting(db, case.id)).unwrap().unwrap();
        assert_eq!((posting.tracking.as_str(), posting.carrier.as_str()), ("JD0001", "dhl"));
        let steps = app.store.read(|db| history::list_history(db, case.id)).unwrap();
        assert_eq!(steps.iter().map(|step| step.to).collect::<Vec<_>>(), [Status::Draft, Status::FormReady, Status::Mailed]);
    }

    fn a_form_changed_after_posting_is_made_again_and_the_posting_no_longer_counts(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = with_form(&app);
        hanako.open(&format!("{home}/sent")).press("登録する").expect(200);
        assert_eq!(standing(&app, &home), (Some(1), Status::Mailed));
        change_given_name(&mut hanako, &home, "桜子");
        assert!(hanako.page.text().contains("郵送したと登録した申請書は使えなくなり"), "{}", hanako.page.text());
        hanako.tick("上の内容は戸籍のとおり").press("申請書を作り直す").expect(200);
        assert_eq!(standing(&app, &home), (Some(2), Status::FormReady));
        assert!(hanako.page.has_link("送った日と追跡番号を登録する"));
    }

    fn a_lost_session_keeps_the_posting_that_was_typed(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = with_form(&app);
        hanako.open(&format!("{home}/sent")).fill("追跡番号", "EE123456789GB");
        app.later(SignedDuration::from_mins(45));
        hanako.press("登録する").expect(200).sees("申請の状況を見る・続きを入力する");
        hanako.fill("メールアドレス", EMAIL).press("確認コードを送る");
        let code = app.code_for(EMAIL);
        hanako.fill("確認コード", &code).press("次へ").expect(200).sees("いつ郵送しましたか");
        assert_eq!(hanako.page.value("追跡番号"), "EE123456789GB");
        assert_eq!(hanako.cookie("kept"), None, "what was given back is not led to again");
        hanako.press("登録する").expect(200);
        assert_eq!(standing(&app, &home), (Some(1), Status::Mailed));
    }

    fn nobody_else_sees_the_form_and_the_audit_of_the_case_holds(database: TestDatabase) {
        let app = TestApp::start(database);
        let (_, home) = with_form(&app);
        let mut other = signed_in(&app, "taro.rei@example.com");
        for page in ["review", "ready", "print", "form.pdf", "sheet-1.png", "photo-sheet.pdf", "sent", "status"] {
            other.open(&format!("{home}/{page}")).expect(404);
        }
        let mut stranger = app.person();
        stranger.open(&format!("{home}/form.pdf")).sees("申請の状況を見る・続きを入力する");
        stranger.open(&format!("/q/{}", reference(&home))).sees("申請の状況を見る・続きを入力する");
        assert_eq!(stranger.page.value("受付番号"), reference(&home).to_string());
        let report = app.store.read(audit_verification::verify).unwrap();
        assert!(report.is_whole(), "{report:?}");
    }

    fn the_pages_speak_english_too(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = with_form(&app);
        hanako.open(&format!("/en{home}/ready")).expect(200).sees("Your form is ready");
        assert!(hanako.page.text().contains("You have not applied yet"));
        hanako.open(&format!("/en{home}/review")).expect(200).sees("Check your answers");
        hanako.open(&format!("/en{home}/print")).expect(200).sees("Print your form");
        hanako.open(&format!("/en{home}/sent")).expect(200).sees("When did you post it?");
        hanako.open(&format!("/en{home}/form.pdf?paper=letter")).expect(200);
    }
}

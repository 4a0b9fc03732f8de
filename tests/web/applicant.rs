//! Filling in the form: saved by every "next", resumed, shared within a family, never overwritten.

use jiff::SignedDuration;

use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Person;

pub(super) const EMAIL: &str = "hanako.mihon@example.com";

/// Somebody with a new form before her.
pub(super) fn signed_in(app: &TestApp, email: &str) -> Person {
    let mut person = app.person();
    person
        .open("/apply")
        .fill("メールアドレス", email)
        .tick("個人情報の取扱いに同意します")
        .press("確認コードを送る")
        .expect(200);
    let code = app.code_for(email);
    person.fill("確認コード", &code).press("次へ").expect(200);
    person
}

fn fill_in_person(person: &mut Person) -> &mut Person {
    person.fill("氏（姓）", "山田").fill("名 ", "花子");
    person
        .fill("氏のフリガナ", "やまだ")
        .fill("名のフリガナ", "ﾊﾅｺ");
    person
        .fill_date("生年月日", ["Ｓ６３", "4", "27"])
        .choose("性別", "女")
}

on_each_database! {
    fn the_whole_form_is_filled_in_step_by_step(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = signed_in(&app, EMAIL);
        hanako.sees("申請書を作る").follow_link("続きから入力する").sees("申請する人");
        fill_in_person(&mut hanako).press("保存して次へ").expect(200).sees("本籍と国外転出");
        hanako.pick("本籍地の都道府県", "神奈川県").fill("本籍地の市区町村", "よこはまし").choose("日本に戻る予定", "いまはない");
        hanako.press("保存して次へ").expect(422);
        assert!(hanako.page.errors()[0].contains("区まで"), "{:?}", hanako.page.errors());
        hanako.choose("もしかして", "神奈川県横浜市中区").press("保存して次へ").expect(200).sees("連絡先");
        hanako.fill("電話番号", "＋44 (0)20-7946-0000").fill("住んでいる国・地域", "英国").fill("国外の住所", "1 Sample Street\nLondon W1J 7JT");
        hanako.press("保存して次へ").expect(200).sees("顔写真を選ぶ");
    }

    fn a_page_left_with_errors_keeps_what_was_typed_and_mails_the_way_back(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = signed_in(&app, EMAIL);
        let home = hanako.page.path.clone();
        hanako.follow_link("続きから入力する").fill("氏（姓）", "山田").fill("氏のフリガナ", "YAMADA").press("保存して中断する");
        hanako.expect(200).sees("入力した内容を保存しました");
        hanako.open(&format!("{home}/person"));
        assert_eq!((hanako.page.value("氏（姓）"), hanako.page.value("氏のフリガナ")), ("山田".to_owned(), "YAMADA".to_owned()));
        assert_eq!(hanako.page.errors().len(), 1, "{:?}", hanako.page.errors());
        let mails = app.mails_to(EMAIL);
        assert!(mails.iter().any(|mail| mail.notice == "N02a"), "{mails:?}");
    }

    fn an_older_page_never_overwrites_a_newer_answer(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut first_tab = signed_in(&app, EMAIL);
        first_tab.follow_link("続きから入力する");
        fill_in_person(&mut first_tab);
        let (action, old_fields) = first_tab.form_of("保存して次へ");
        first_tab.press("保存して次へ").expect(200);
        first_tab.open(&action).fill("名 ", "桜子").press("保存して次へ").expect(200);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&old_fields).finish();
        first_tab.post(&action, &body);
        first_tab.expect(409);
        assert_eq!(first_tab.page.value("名 "), "桜子");
        assert!(first_tab.page.text().contains("花子"), "what was typed in the older page is shown beside it");
    }

    fn a_lost_session_loses_nothing(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = signed_in(&app, EMAIL);
        hanako.follow_link("続きから入力する");
        fill_in_person(&mut hanako);
        app.later(SignedDuration::from_mins(45));
        hanako.press("保存して次へ").expect(200).sees("申請の状況を見る・続きを入力する");
        hanako.fill("メールアドレス", EMAIL).press("確認コードを送る").expect(200);
        let code = app.code_for(EMAIL);
        hanako.fill("確認コード", &code).press("次へ").expect(200).sees("申請する人");
        assert_eq!(hanako.page.value("氏（姓）"), "山田");
        hanako.press("保存して次へ").expect(200).sees("本籍と国外転出");
    }

    fn another_device_asks_for_the_birth_date_and_five_wrong_ones_are_enough(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = signed_in(&app, EMAIL);
        hanako.follow_link("続きから入力する");
        fill_in_person(&mut hanako).press("保存して次へ").expect(200);
        let page = hanako.page.path.clone();
        let mut tablet = app.person();
        tablet.open("/track").fill("メールアドレス", EMAIL).press("確認コードを送る");
        let code = app.code_for(EMAIL);
        tablet.fill("確認コード", &code).press("次へ").expect(200).sees("申請の一覧");
        assert!(!tablet.page.text().contains("花子"), "a name is not shown before the birth date");
        tablet.open(&page).expect(200).sees("生年月日を確認します");
        for _ in 0..4 {
            tablet.fill_date("生年月日", ["1988", "4", "28"]).press("次へ").expect(422);
        }
        tablet.fill_date("生年月日", ["昭和63", "4", "27"]).press("次へ").expect(200).sees("本籍と国外転出");
        let mut thief = app.person();
        thief.open("/track").fill("メールアドレス", EMAIL).press("確認コードを送る");
        let code = app.code_for(EMAIL);
        thief.fill("確認コード", &code).press("次へ");
        thief.open(&page).fill_date("生年月日", ["1988", "4", "27"]).press("次へ").expect(429);
    }

    fn the_birth_date_leads_back_to_the_page_it_was_asked_for(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = signed_in(&app, EMAIL);
        let home = hanako.page.path.clone();
        hanako.follow_link("続きから入力する");
        fill_in_person(&mut hanako).press("保存して次へ").expect(200);
        for (asked, opened) in [("photo/check", "photo"), ("photo", "photo"), ("review", "review")] {
            let mut tablet = app.person();
            tablet.open("/track").fill("メールアドレス", EMAIL).press("確認コードを送る");
            let code = app.code_for(EMAIL);
            tablet.fill("確認コード", &code).press("次へ").expect(200);
            tablet.open(&format!("{home}/{asked}")).expect(200).sees("生年月日を確認します");
            tablet.fill_date("生年月日", ["1988", "4", "27"]).press("次へ").expect(200);
            assert_eq!(tablet.page.path, format!("{home}/{opened}"), "{asked}");
            app.later(SignedDuration::from_mins(20));
        }
    }

    fn a_family_shares_a_mailbox_and_writes_its_address_once(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut mother = signed_in(&app, EMAIL);
        let first = mother.page.path.clone();
        mother.open(&format!("{first}/contact"));
        mother.fill("電話番号", "+44 20 7946 0000").fill("住んでいる国・地域", "英国").fill("国外の住所", "1 Sample Street\nLondon W1J 7JT");
        mother.press("保存して次へ").expect(200);
        mother.open("/a").sees("申請の一覧");
        let (action, fields) = mother.form_of("新しく申請書を作る");
        mother.press("新しく申請書を作る").expect(200).sees("申請書を作る");
        let second = mother.page.path.clone();
        assert_ne!(first, second);
        mother.open(&format!("{second}/contact"));
        assert_eq!(mother.page.value("電話番号"), "+44 20 7946 0000");
        // The same button pressed again, by the back button or a double click.
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        mother.post(&action, &body);
        mother.expect(200).sees("すでに作りました");
        mother.open("/a");
        assert_eq!(mother.page.html().matches("class=\"ref\"").count(), 2);
    }

    fn somebody_elses_case_answers_like_one_that_does_not_exist(database: TestDatabase) {
        let app = TestApp::start(database);
        let hanako = signed_in(&app, EMAIL);
        let mut other = signed_in(&app, "taro.rei@example.com");
        let nobody = "/a/0000-0000-00";
        for page in ["", "/person", "/delete", "/photo", "/photo.jpg"] {
            other.open(&format!("{}{page}", hanako.page.path));
            let theirs = (other.page.status, other.page.text());
            other.open(&format!("{nobody}{page}"));
            assert_eq!(theirs, (404, other.page.text()), "{page}");
        }
    }

    fn a_form_can_be_deleted_by_its_owner(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = signed_in(&app, EMAIL);
        let home = hanako.page.path.clone();
        hanako.follow_link("この申請書を消す").sees("この申請書を消しますか").press("申請書を消す").expect(200).sees("申請の一覧");
        hanako.open(&home).expect(404);
    }
}

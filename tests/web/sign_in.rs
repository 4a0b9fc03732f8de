//! Proving a mailbox: codes, links, limits, and what a stranger learns (nothing).

use jiff::SignedDuration;

use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Person;

const EMAIL: &str = "hanako.mihon@example.com";

fn ask_for_code(person: &mut Person, email: &str) {
    person.open("/apply").sees("メールアドレスを確認します");
    person
        .fill("メールアドレス", email)
        .tick("個人情報の取扱いに同意します")
        .press("確認コードを送る");
    person
        .expect(200)
        .sees("メールに届いた6けたの番号を入力してください");
}

on_each_database! {
    fn a_code_from_the_mail_opens_a_new_form(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = app.person();
        ask_for_code(&mut hanako, EMAIL);
        assert!(hanako.page.text().contains("h***n@example.com に送りました"), "{}", hanako.page.text());
        let code = app.code_for(EMAIL);
        hanako.fill("確認コード", &code).press("次へ").expect(200).sees("申請書を作る");
        assert!(hanako.page.path.starts_with("/a/"), "{}", hanako.page.path);
    }

    fn a_wrong_code_says_how_many_tries_are_left_and_the_last_one_ends_it(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = app.person();
        ask_for_code(&mut hanako, EMAIL);
        let code = app.code_for(EMAIL);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for left in [4, 3, 2, 1] {
            hanako.fill("確認コード", wrong).press("次へ").expect(422);
            assert_eq!(hanako.page.errors(), [format!("確認コードが違います。メールの6けたの番号を確かめてください（あと{left}回）")]);
        }
        hanako.fill("確認コード", wrong).press("次へ").expect(422);
        assert_eq!(hanako.page.errors(), ["確認コードの期限が切れました。「もう一度送る」を押してください"]);
        hanako.fill("確認コード", &code).press("次へ").expect(422);
        hanako.press("もう一度送る").expect(200);
        let fresh = app.code_for(EMAIL);
        hanako.fill("確認コード", &fresh).press("次へ").expect(200).sees("申請書を作る");
    }

    fn a_code_is_typed_as_people_type_it_and_expires(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = app.person();
        ask_for_code(&mut hanako, EMAIL);
        hanako.press("次へ").expect(422);
        assert_eq!(hanako.page.errors(), ["確認コードを入力してください"]);
        let code = app.code_for(EMAIL);
        app.later(SignedDuration::from_mins(31));
        hanako.fill("確認コード", &code).press("次へ").expect(422);
        hanako.press("もう一度送る").expect(200);
        let full_width: String = app.code_for(EMAIL).chars().map(|digit| char::from_u32(u32::from(digit) + 0xFEE0).unwrap()).collect();
        hanako.fill("確認コード", &format!(" {full_width} ")).press("次へ").expect(200).sees("申請書を作る");
    }

    fn the_link_works_once_on_another_device_behind_a_button(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = app.person();
        ask_for_code(&mut hanako, EMAIL);
        let mail = app.mails_to(EMAIL).pop().unwrap();
        let link = mail.text.split_whitespace().find(|word| word.contains("/apply/verify/")).unwrap();
        // A mail program opens whole addresses only.
        let link = link.strip_prefix(app.base_url.as_str()).expect("the link names the service").to_owned();
        let mut telephone = app.person();
        telephone.open(&link).expect(200).sees("この端末で続けますか");
        telephone.open(&link).expect(200);
        telephone.press("この端末で続ける").expect(200).sees("申請書を作る");
        let mut thief = app.person();
        thief.open(&link).press("この端末で続ける").expect(410).sees("このリンクはもう使えません");
    }

    fn a_stranger_cannot_tell_whether_an_address_is_known(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = app.person();
        ask_for_code(&mut hanako, EMAIL);
        let code = app.code_for(EMAIL);
        hanako.fill("確認コード", &code).press("次へ").expect(200);
        let pages: Vec<(u16, String)> = [EMAIL, "nobody.mihon@example.com"]
            .iter()
            .map(|email| {
                let mut stranger = app.person();
                stranger.open("/track").fill("メールアドレス", email).press("確認コードを送る");
                (stranger.page.status, stranger.page.text().replace("h***n@example.com", "").replace("n***n@example.com", ""))
            })
            .collect();
        assert_eq!(pages[0].0, 200);
        assert_eq!(pages[0].1, pages[1].1);
    }

    fn sends_are_limited_per_address(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = app.person();
        ask_for_code(&mut hanako, EMAIL);
        for _ in 0..4 {
            hanako.press("もう一度送る").expect(200);
        }
        hanako.press("もう一度送る").expect(429).sees("何度も送られたため、しばらくお待ちください");
        assert!(hanako.page.headers.contains_key("retry-after"));
        app.later(SignedDuration::from_mins(31));
        hanako.open("/apply/verify").press("もう一度送る").expect(200);
    }

    fn a_form_of_another_site_or_another_session_is_refused(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = app.person();
        hanako.open("/apply").fill("メールアドレス", EMAIL).tick("個人情報の取扱いに同意します");
        let (action, fields) = hanako.form_of("確認コードを送る");
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        let foreign = ureq::post(format!("{}{action}", app.base_url))
            .config()
            .http_status_as_error(false)
            .build()
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "cross-site")
            .send(body.as_str())
            .unwrap();
        assert_eq!(foreign.status().as_u16(), 403);
        let mut other = app.person();
        other.open("/apply");
        other.post(&action, &body);
        other.expect(422);
        assert_eq!(other.page.value("メールアドレス"), EMAIL, "what was typed is kept");
        assert!(app.mails_to(EMAIL).is_empty());
    }
}

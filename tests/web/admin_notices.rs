//! The words of the notices (M03): written over, tried, sent to oneself, taken back; and what the next mail says.

use tsubame::clock::Clock;
use tsubame::domain::staff::Role;
use tsubame::storage::outbox;

use super::finish::at_review;
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Person;

const PAGE: &str = "/admin/notices/N02.ask";

fn administrator(app: &TestApp) -> Person {
    app.staff("fumiko", &[Role::Administrator], "")
}

/// The mail that says that the form is ready.
fn mail_of_a_form(app: &TestApp) -> (String, String) {
    let (mut hanako, _) = at_review(app);
    hanako
        .tick("上の内容は戸籍のとおり")
        .press("申請書を作る")
        .expect(200);
    let mails = app.mails_to(super::applicant::EMAIL);
    let mail = mails
        .into_iter()
        .rfind(|mail| mail.notice == "N02")
        .unwrap();
    (mail.subject, mail.text)
}

on_each_database! {
    fn what_is_saved_counts_for_the_next_mail_and_can_be_taken_back(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut fumiko = administrator(&app);
        fumiko.open("/admin/notices").expect(200).sees("通知の文").follow_link("N02.ask").expect(200).sees("通知の文 N02.ask");
        assert!(fumiko.page.value("本文（日本語）").contains("{{deadline}}（日本時間）"), "{}", fumiko.page.value("本文（日本語）"));
        fumiko.fill("件名（日本語）", "申請書の準備ができました");
        let body = format!("{}\n\n■ 大使館からのお願い\n封筒の表に「申請書」と書いてください。", fumiko.page.value("本文（日本語）"));
        fumiko.fill("本文（日本語）", &body).press("この文を使う").expect(200);
        assert!(fumiko.page.text().contains("1: 2026-11-24 09:00:00 見本 fumiko"), "{}", fumiko.page.text());
        fumiko.open("/admin/notices");
        assert!(fumiko.page.text().contains("見本 fumikoさんが2026-11-24 09:00:00に変更"));
        let (subject, text) = mail_of_a_form(&app);
        assert_eq!(subject, "【国外マイナンバーカード】申請書の準備ができました");
        assert!(text.contains("封筒の表に「申請書」と書いてください。") && text.contains("受付番号") && text.contains("このメールは送信専用です"), "{text}");
        assert!(!text.contains("{{"), "{text}");
        fumiko.open(PAGE).press("はじめの文に戻す").expect(200);
        assert!(fumiko.page.value("件名（日本語）").contains("未提出"));
        assert_eq!((app.noted("notice.changed"), app.noted("notice.reset")), (1, 1));
    }

    fn a_sample_is_shown_and_sent_and_nothing_is_saved(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut fumiko = administrator(&app);
        fumiko.open(PAGE).fill("件名（英語）", "Almost there").press("見本を作る").expect(200);
        let text = fumiko.page.text();
        assert!(text.contains("[My Number Card Abroad] Almost there") && text.contains("まだ保存していません"), "{text}");
        assert_eq!(fumiko.page.value("件名（英語）"), "Almost there", "what was typed is kept");
        fumiko.press("自分に送る").expect(200);
        let mails = app.mails_to("fumiko@office.example");
        assert_eq!(mails.len(), 2, "one in each language");
        assert!(mails.iter().any(|mail| mail.subject.ends_with("Almost there") && mail.text.contains("Embassy of Japan")), "{mails:?}");
        assert_eq!((app.noted("notice.changed"), app.noted("notice.sample-sent")), (0, 1));
        let (subject, _) = mail_of_a_form(&app);
        assert!(subject.contains("未提出"), "{subject}");
    }

    fn words_that_cannot_be_used_are_named_at_their_fields(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut fumiko = administrator(&app);
        fumiko.open(PAGE);
        fumiko.fill("件名（日本語）", "とても長い件名なので電話の一覧には入りきらないと思います");
        fumiko.fill("本文（日本語）", "{{mynumber}}を{{deadline}}までに");
        fumiko.fill("件名（英語）", "").fill("本文（英語）", "By {{deadline}} at {{office}}: {{base_url}}/a/{{reference}}");
        fumiko.press("この文を使う").expect(422);
        assert_eq!(fumiko.page.errors(), [
            "件名は30文字以内にしてください（今は41文字）",
            "使えない変数 {{mynumber}} があります。一覧の変数だけを使ってください",
            "文を入力してください",
        ]);
        for (body, error) in [
            ("期限は{{deadline}}です {{base_url}}", "{{office}} がありません。本文に入れてください"),
            ("{{deadline}} {{office}} {{base_url}} {{reference}} 1234-5678-9018", "マイナンバーを消してください"),
            ("{{deadline}} {{office}} {{base_url}} {{reference}} https://evil.example/", "ほかのサイトへのリンクを消してください"),
        ] {
            fumiko.open(PAGE).fill("本文（日本語）", body).press("見本を作る").expect(422);
            assert_eq!(fumiko.page.errors(), [error]);
            assert_eq!(fumiko.page.value("本文（日本語）"), body);
        }
        assert_eq!(app.noted("notice.changed"), 0);
        assert!(!app.database.holds("1234-5678-9018"));
        for path in ["/admin/notices/N00", "/admin/notices/account", "/admin/notices/N99", "/admin/notices/%4e02"] {
            fumiko.open(path).expect(404);
        }
    }

    fn who_saves_second_is_told_by_whom_and_loses_nothing(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut fumiko = administrator(&app);
        let mut noboru = app.staff("noboru", &[Role::Administrator], "");
        fumiko.open("/en/admin/notices/N18").expect(200);
        noboru.open("/admin/notices/N18").fill("件名（日本語）", "先の文").press("この文を使う").expect(200);
        fumiko.fill("Subject (Japanese)", "後の文").press("Use these words").expect(409);
        let text = fumiko.page.text();
        assert!(text.contains("見本 noboru changed it first, on 2026-11-24 09:00:00") && text.contains("先の文"), "{text}");
        assert_eq!(fumiko.page.value("Subject (Japanese)"), "後の文");
        fumiko.press("Use these words").expect(200);
        assert!(fumiko.page.text().contains("2: 2026-11-24"));
        let waiting = app.store.read(outbox::count_unsent).unwrap();
        assert_eq!(waiting.0, 0, "{}: nothing was sent", app.clock.now());
    }
}

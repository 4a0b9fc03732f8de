//! The pages of the operation: the audit (M04), the state of the service (M05), mails and jobs (M06).

use diesel::prelude::*;
use jiff::SignedDuration;
use tsubame::clock::Clock;
use tsubame::domain::notice::NoticeCode;
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::domain::staff::Role;
use tsubame::storage::StoreError;
use tsubame::storage::audit::{self, Chain, NewEntry};
use tsubame::storage::jobs::{self, JobKind, Outcome};
use tsubame::storage::operation_records::{self, OperationKind};
use tsubame::storage::outbox::{self, MailId, MailState, NewMail};
use tsubame::storage::schema::audit_entries;

use crate::on_each_database;
use crate::storage::audit::take_the_guard_away;
use crate::support::app::TestApp;
use crate::support::staff::PASSWORD;

fn reference() -> ReceiptNumber {
    ReceiptNumber::from_random(7)
}

/// So many entries about one case, a second apart.
fn write_entries(app: &TestApp, count: usize) {
    for number in 0..count {
        app.later(SignedDuration::from_millis(1));
        let chain = Chain::of_case(reference());
        let detail = format!("step={number}");
        let entry = NewEntry {
            chain: &chain,
            actor: "staff:99",
            action: "case.moved",
            detail: &detail,
        };
        let now = app.clock.now();
        app.store
            .write(|db| audit::append(db, &entry, now))
            .unwrap();
    }
}

fn mail(app: &TestApp, number: u32, is_secret: bool) -> MailId {
    let message_id = format!("<{number}@card.example.jp>");
    let new = NewMail {
        message_id: &message_id,
        notice: NoticeCode::N05,
        application: None,
        recipient: "hanako@example.com",
        language: "ja",
        subject: "見本の件名",
        text_body: "見本の本文",
        html_body: "<p>見本の本文</p>",
        reply_to: None,
        is_secret,
    };
    let now = app.clock.now();
    app.store
        .write(|db| outbox::insert_mail(db, &new, now))
        .unwrap()
}

fn give_up(app: &TestApp, id: MailId) {
    let reason = "550 5.1.1 <hanako@example.com>: no such user";
    app.store
        .write(|db| outbox::set_dead(db, id, reason))
        .unwrap();
}

on_each_database! {
    fn an_auditor_finds_entries_by_who_what_which_case_and_when(database: TestDatabase) {
        let app = TestApp::start(database);
        let fumiko = app.account("fumiko", &[Role::Administrator], "");
        app.signed_in_as(&fumiko);
        write_entries(&app, 3);
        let mut akiko = app.staff("akiko", &[Role::Auditor], "");
        akiko.follow_link("操作の記録").expect(200).sees("操作の記録");
        let text = akiko.page.text();
        assert!(text.contains("step=2") && text.contains("staff.signed-in"), "{text}");
        assert!(!text.contains("見本 fumiko"), "nobody is named: {text}");
        for (query, shown, hidden) in [
            ("who=fumiko", "staff.signed-in", "step="),
            ("who=staff:99", "step=1", "staff.signed-in"),
            ("action=case.moved", "step=0", "staff.signed-in"),
            ("case=", "staff.signed-in", "架空"),
            ("from=2026-11-25", "記録はありません", "step="),
            ("from=2026-11-24&until=2026-11-24", "step=0", "架空"),
            ("until=2026-11-23", "記録はありません", "step="),
            ("who=%27%22%00&action=%FF", "記録はありません", "step="),
        ] {
            akiko.open(&format!("/admin/audit?{query}")).expect(200);
            let text = akiko.page.text();
            assert!(text.contains(shown) && !text.contains(hidden), "{query}: {text}");
        }
        akiko.open(&format!("/admin/audit?case={}", reference())).expect(200);
        let text = akiko.page.text();
        assert!(text.contains("step=2") && !text.contains("staff.signed-in") && text.contains(&reference().to_string()), "{text}");
        akiko.open("/admin/audit?case=x&from=yesterday").expect(422);
        assert_eq!(akiko.page.errors(), ["受付番号を確かめてください", "日付を 2026-11-24 のように入力してください"]);
        akiko.open("/en/admin/audit").expect(200).sees("Audit log");
        app.staff("hanako", &[Role::Consular], "emb-gb").open("/admin/audit").expect(403);
    }

    fn the_audit_is_read_page_by_page_without_a_gap(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut akiko = app.staff("akiko", &[Role::Auditor], "");
        write_entries(&app, 120);
        akiko.open("/admin/audit?action=case.moved");
        let mut seen: Vec<String> = Vec::new();
        for _ in 0..3 {
            seen.extend(akiko.page.html().split(['<', '>']).filter(|word| word.starts_with("step=")).map(str::to_owned));
            if akiko.page.has_link("前の記録を見る") {
                akiko.follow_link("前の記録を見る").expect(200);
            }
        }
        let expected: Vec<String> = (0..120).rev().map(|number| format!("step={number}")).collect();
        assert_eq!(seen, expected);
    }

    fn a_verification_runs_as_a_job_and_says_what_it_found(database: TestDatabase) {
        let app = TestApp::start(database);
        write_entries(&app, 3);
        let mut akiko = app.staff("akiko", &[Role::Auditor], "");
        akiko.open("/admin/audit").press("鎖を検証する").expect(200);
        assert!(akiko.page.text().contains("検証中です"), "{}", akiko.page.text());
        app.do_jobs();
        akiko.open("/admin/audit");
        assert!(akiko.page.text().contains("異常はありません"), "{}", akiko.page.text());
        app.store.write(|db| -> Result<(), StoreError> {
            take_the_guard_away(db)?;
            diesel::update(audit_entries::table.filter(audit_entries::detail.eq("step=1"))).set(audit_entries::detail.eq("step=9")).execute(db)?;
            Ok(())
        }).unwrap();
        akiko.press("鎖を検証する").expect(200);
        app.do_jobs();
        akiko.open("/en/admin/audit");
        let text = akiko.page.text();
        assert!(text.contains("1 things do not fit") && text.contains("the entry was altered"), "{text}");
        assert_eq!(app.noted("audit.verification-asked"), 2);
    }

    fn the_export_is_the_answer_on_screen_whole_and_asks_for_both_factors(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("akiko", &[Role::Auditor], "");
        let mut akiko = app.signed_in_as(&account);
        write_entries(&app, 2100);
        app.later(SignedDuration::from_mins(11));
        akiko.open("/admin/audit?action=case.moved").follow_link("CSVをダウンロードする").expect(200).sees("もう一度パスワードとコードを入力してください");
        akiko.fill("パスワード", PASSWORD).fill("確認コード", &account.code(&app)).press("確かめて進む").expect(200);
        let file = String::from_utf8(akiko.page.body.clone()).unwrap();
        let lines: Vec<&str> = file.lines().collect();
        assert_eq!(lines.len(), 2101, "{}", lines[0]);
        assert!(lines[0].starts_with("at,actor,action,about,sequence,detail,"), "{}", lines[0]);
        assert!(lines[1].contains("step=2099") && lines[2100].contains("step=0"));
        assert_eq!(akiko.page.headers["content-disposition"], "attachment; filename=\"audit.csv\"");
        assert_eq!(app.noted("audit.exported"), 1);
        akiko.open("/admin/audit/export?from=yesterday").expect(400);
    }

    fn the_state_of_the_service_is_plain_numbers_with_a_word_beside_what_is_wrong(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut fumiko = app.staff("fumiko", &[Role::Administrator], "");
        mail(&app, 1, false);
        give_up(&app, mail(&app, 2, false));
        app.later(SignedDuration::from_mins(20));
        fumiko.open("/admin/health").expect(200).sees("動作の状況");
        let text = fumiko.page.text();
        for part in ["送れなかったメール1 確認してください", "（0時間20分前） 確認してください", "最後のバックアップありません 確認してください", "あきらめた作業0 送信"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let now = app.clock.now();
        app.store.write(|db| operation_records::record(db, OperationKind::Backup, "", now)).unwrap();
        fumiko.open("/en/admin/health").expect(200);
        let text = fumiko.page.text();
        assert!(text.contains("Last backup2026-11-24 09:20:00 (0 h 0 min ago) Last test"), "{text}");
    }

    fn a_mail_that_was_given_up_goes_again_and_nobody_reads_it_here(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut fumiko = app.staff("fumiko", &[Role::Administrator], "");
        let (lost, code) = (mail(&app, 1, false), mail(&app, 2, true));
        give_up(&app, lost);
        give_up(&app, code);
        fumiko.open("/admin/outbox").expect(200).sees("送信するメール");
        let text = fumiko.page.text();
        assert!(text.contains("h***o@example.com") && text.contains("550 5.1.1 *** no such user"), "{text}");
        assert!(!text.contains("hanako@") && !text.contains("見本の"), "{text}");
        let (action, fields) = fumiko.form_of("もう一度送る");
        assert_eq!(fumiko.page.html().matches("/sending\"").count(), 1, "a code is not sent again");
        fumiko.press("もう一度送る").expect(200);
        assert_eq!(app.mails_to("hanako@example.com").len(), 1);
        assert_eq!(app.store.read(|db| outbox::get_mail(db, lost)).unwrap().state, MailState::Sent);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        fumiko.post(&action, &body);
        assert_eq!(fumiko.page.status, 409, "it is sent already");
        fumiko.post(&action.replace(&lost.to_string(), &code.to_string()), &body);
        assert_eq!(fumiko.page.status, 409, "a code has expired");
        fumiko.open("/admin/outbox?state=sent").expect(200);
        assert!(fumiko.page.text().contains("N05"));
        fumiko.open("/admin/outbox?state=%22&before=x.y").expect(200);
        assert_eq!(app.noted("mail.sent-again"), 1);
    }

    fn a_job_that_was_given_up_begins_again(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut fumiko = app.staff("fumiko", &[Role::Administrator], "");
        let now = app.clock.now();
        let id = app.store.write(|db| -> Result<_, StoreError> {
            let id = jobs::insert_job(db, JobKind::ExpectedWindows, "{}", now, now)?;
            jobs::claim_job(db, id, "w", SignedDuration::from_mins(1), now)?;
            jobs::set_outcome(db, id, "w", &Outcome::Dead { reason: "no room for hanako@example.com".to_owned() }, now)?;
            Ok(id)
        }).unwrap();
        fumiko.open("/en/admin/outbox").expect(200).sees("Outgoing email");
        assert!(fumiko.page.text().contains("no room for ***"), "{}", fumiko.page.text());
        fumiko.press("Begin again").expect(200);
        assert_eq!(app.store.read(jobs::count_open).unwrap().1, 0);
        app.do_jobs();
        assert_eq!(app.store.read(|db| jobs::list_dead(db, 9)).unwrap().len(), 0, "{id:?} ended well");
        assert_eq!(app.noted("job.begun-again"), 1);
    }
}

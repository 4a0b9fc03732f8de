//! One's own account, the way in by invitation, and what asks for password and code again.

use jiff::SignedDuration;
use tsubame::clock::Clock;
use tsubame::domain::staff::Role;
use tsubame::security::token::Token;
use tsubame::security::totp::TotpSecret;
use tsubame::storage::staff_acts::{self, Act};

use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::staff::PASSWORD;

const NEW: &str = "quiet harbour under snow";

/// A link as an administrator would hand it over.
fn invite(app: &TestApp, id: tsubame::storage::staff::StaffId) -> String {
    let token = Token::generate().unwrap();
    let act = Act {
        actor: "staff:1",
        now: app.clock.now(),
    };
    app.store
        .write(|db| staff_acts::invite(db, act, id, token.hash().as_bytes()))
        .unwrap();
    format!("/staff/invitation/{}", token.as_str())
}

on_each_database! {
    fn an_invitation_leads_through_password_and_telephone_to_the_first_page(database: TestDatabase) {
        let app = TestApp::start(database);
        let id = app.invited("hanako", &[Role::Consular], "emb-gb");
        let link = invite(&app, id);
        let mut hanako = app.person();
        hanako.open(&link).expect(200).sees("パスワードを決めてください");
        for (new, repeat, error) in [
            ("", "", "新しいパスワードを入力してください"),
            ("short", "short", "新しいパスワードは15文字以上にしてください（今は5文字です）"),
            ("hanakohanakohanako", "hanakohanakohanako", "このパスワードはすぐに当てられます。繰り返し、並んだキー、利用者IDを避けてください"),
            (NEW, "quiet harbour under rain", "2つの新しいパスワードが違います。同じものを入力してください"),
        ] {
            hanako.fill("新しいパスワード ※", new).fill("新しいパスワード（もう一度）", repeat).press("パスワードを決める").expect(422);
            assert_eq!(hanako.page.errors(), [error]);
        }
        hanako.fill("新しいパスワード ※", NEW).fill("新しいパスワード（もう一度）", NEW).press("パスワードを決める");
        hanako.expect(200).sees("認証アプリを設定します");
        let secret = TotpSecret::from_text(&hanako.page.first_ref().replace(' ', "")).unwrap();
        let code = secret.code_at(app.clock.now().as_second()).unwrap();
        hanako.fill("確認コード", &code).press("設定する").expect(200).follow_link("書き留めました").sees("今日の仕事");
        let mut thief = app.person();
        thief.open(&link).expect(410).sees("このリンクはもう使えません");
        assert!(!app.database.holds(NEW) && !app.database.holds(link.rsplit('/').next().unwrap()));
    }

    fn an_invitation_forgets_a_symbol_that_nobody_proved(database: TestDatabase) {
        let app = TestApp::start(database);
        let id = app.invited("hanako", &[Role::Consular], "emb-gb");
        let accept = |link: &str| {
            let mut person = app.person();
            person.open(link).fill("新しいパスワード ※", NEW).fill("新しいパスワード（もう一度）", NEW).press("パスワードを決める");
            person.expect(200).sees("認証アプリを設定します");
            let secret = person.page.first_ref();
            (person, secret)
        };
        let (_, seen_by_a_stranger) = accept(&invite(&app, id));
        let (mut hanako, hers) = accept(&invite(&app, id));
        assert_ne!(seen_by_a_stranger, hers);
        let code = |secret: &str| TotpSecret::from_text(&secret.replace(' ', "")).unwrap().code_at(app.clock.now().as_second()).unwrap();
        hanako.fill("確認コード", &code(&seen_by_a_stranger)).press("設定する").expect(422);
        hanako.fill("確認コード", &code(&hers)).press("設定する").expect(200);
    }

    fn whoever_owns_an_account_hears_of_every_change_to_the_way_into_it(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        let mut hanako = app.signed_in_as(&account);
        hanako.open("/staff/account/password");
        hanako.fill("今のパスワード", PASSWORD).fill("新しいパスワード ※", NEW).fill("新しいパスワード（もう一度）", NEW).press("変える").expect(200);
        hanako.open("/staff/account/recovery-codes").press("新しく作る").expect(200);
        let mut fumiko = app.staff("fumiko", &[Role::Administrator], "");
        let page = format!("/admin/users/{}", account.id);
        fumiko.open(&page).fill("メールアドレス", "hanako.new@office.example").press("保存する").expect(200);
        fumiko.open(&page).follow_link("認証アプリを設定し直す").press("設定を消す").expect(200);
        let told: Vec<String> = ["hanako@office.example", "hanako.new@office.example"].into_iter().flat_map(|address| app.mails_to(address)).map(|mail| mail.text).collect();
        for words in [
            ["パスワードが変わりました", "Your password was changed"],
            ["予備コードが新しく作られました", "New recovery codes were made"],
            ["登録のメールアドレスが変わりました", "The email address of your account was changed"],
            ["認証アプリの設定が消されました", "Your authenticator app was removed"],
        ] {
            let mail = told.iter().find(|mail| mail.contains(words[0])).unwrap();
            for part in [words[1], "見本 hanako 様", "11月24日 9時00分（日本時間）"] {
                assert!(mail.contains(part), "{part}: {mail}");
            }
            assert!(!mail.contains(NEW) && !mail.contains("hanako.new"), "{mail}");
        }
        assert_eq!(told.len(), 4, "{told:?}");
    }

    fn an_invitation_ends_after_a_day_and_with_the_next_one_and_with_the_account(database: TestDatabase) {
        let app = TestApp::start(database);
        let id = app.invited("hanako", &[Role::Consular], "emb-gb");
        let first = invite(&app, id);
        let second = invite(&app, id);
        app.person().open(&first).expect(410);
        app.person().open(&second).expect(200);
        app.later(SignedDuration::from_hours(24));
        app.person().open(&second).expect(410);
        let third = invite(&app, id);
        let act = Act { actor: "staff:1", now: app.clock.now() };
        app.store.write(|db| {
            let member = tsubame::storage::staff::get_staff(db, id)?;
            staff_acts::deactivate(db, act, &member)
        }).unwrap();
        app.person().open(&third).expect(410);
        app.person().open("/staff/invitation/nothing").expect(410);
    }

    fn who_forgot_the_password_keeps_her_telephone(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        let mut before = app.signed_in_as(&account);
        let link = invite(&app, account.id);
        let mut hanako = app.person();
        app.later(SignedDuration::from_secs(30));
        hanako.open(&link).fill("新しいパスワード ※", NEW).fill("新しいパスワード（もう一度）", NEW).press("パスワードを決める");
        hanako.expect(200).sees("認証アプリの番号を入力してください");
        hanako.fill("確認コード", &account.code(&app)).press("次へ").sees("今日の仕事");
        before.open("/staff").sees("職員のサインイン");
    }

    fn other_sessions_are_seen_and_ended(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        let mut elsewhere = app.signed_in_as(&account);
        app.later(SignedDuration::from_secs(30));
        let mut hanako = app.signed_in_as(&account);
        hanako.follow_link("自分の設定").expect(200).sees("自分の設定");
        let text = hanako.page.text();
        assert!(text.contains("今の端末") && text.contains("サインイン中") && text.contains("127.0.0.1"), "{text}");
        assert!(text.contains("Europe/London"), "{text}");
        hanako.press("ほかの端末のサインインを終了する").expect(200);
        assert!(!hanako.page.text().contains("サインイン中"));
        elsewhere.open("/staff").sees("職員のサインイン");
        hanako.open("/staff").sees("今日の仕事");
        assert_eq!(app.noted("staff.sessions-ended"), 1);
    }

    fn a_new_password_needs_the_present_one_and_ends_other_sessions(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        let mut elsewhere = app.signed_in_as(&account);
        app.later(SignedDuration::from_secs(30));
        let mut hanako = app.signed_in_as(&account);
        hanako.open("/staff/account/password");
        hanako.fill("今のパスワード", "not the present one").fill("新しいパスワード ※", NEW).fill("新しいパスワード（もう一度）", NEW).press("変える").expect(422);
        assert_eq!(hanako.page.errors(), ["今のパスワードが違います。もう一度入力してください"]);
        hanako.fill("今のパスワード", PASSWORD).fill("新しいパスワード ※", NEW).fill("新しいパスワード（もう一度）", NEW).press("変える").expect(200).sees("自分の設定");
        elsewhere.open("/staff").sees("職員のサインイン");
        elsewhere.fill("利用者ID", "hanako").fill("パスワード", PASSWORD).press("サインイン").expect(422);
        elsewhere.fill("利用者ID", "hanako").fill("パスワード", NEW).press("サインイン").expect(200).sees("認証アプリの番号を入力してください");
    }

    fn what_cannot_be_taken_back_asks_again_for_both_factors(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("fumiko", &[Role::Administrator], "");
        let mut fumiko = app.signed_in_as(&account);
        fumiko.open("/admin/users/new").expect(200).sees("職員を登録する");
        app.later(SignedDuration::from_mins(11));
        fumiko.open("/admin/users/new").expect(200).sees("もう一度パスワードとコードを入力してください");
        fumiko.fill("パスワード", PASSWORD).fill("確認コード", "000000").press("確かめて進む").expect(422);
        assert_eq!(fumiko.page.errors(), ["パスワードまたは確認コードが違います。もう一度入力してください"]);
        let code = account.code(&app);
        fumiko.fill("パスワード", "a wrong one of hers").fill("確認コード", &code).press("確かめて進む").expect(422);
        app.later(SignedDuration::from_secs(30));
        let before = fumiko.cookie("staff").unwrap().to_owned();
        fumiko.fill("パスワード", PASSWORD).fill("確認コード", &account.code(&app)).press("確かめて進む").expect(200).sees("職員を登録する");
        assert_ne!(fumiko.cookie("staff").unwrap(), before);
        assert_eq!((app.noted("staff.confirmed"), app.noted("staff.confirmation-refused")), (1, 2));
    }

    fn new_recovery_codes_take_the_place_of_the_old_ones(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        let mut hanako = app.signed_in_as(&account);
        hanako.open("/staff/account/recovery-codes").press("新しく作る").expect(200);
        let old = hanako.page.recovery_codes();
        hanako.open("/staff/account/recovery-codes").press("新しく作る").expect(200);
        let new = hanako.page.recovery_codes();
        assert!(old.len() == 10 && new.len() == 10 && old != new);
        let mut telephone_lost = app.person();
        telephone_lost.open("/staff/login").fill("利用者ID", "hanako").fill("パスワード", PASSWORD).press("サインイン");
        telephone_lost.fill("予備コード", &old[0]).press("次へ").expect(422);
        telephone_lost.fill("予備コード", &new[0]).press("次へ").expect(200).sees("今日の仕事");
    }
}

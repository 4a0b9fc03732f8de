//! Staff sign in with two factors; what a stranger, a curious colleague or an old browser gets.

use actix_web::web;
use jiff::SignedDuration;
use tsubame::domain::staff::Role;
use tsubame::security::password::HashError;
use tsubame::storage::staff::{self, StaffDetails};
use tsubame::storage::staff_sessions;
use tsubame::web::errors::AppError;
use tsubame::web::office::lock::{Lock, Turn};

use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::database::TestDatabase;
use crate::support::person::Person;
use crate::support::staff::PASSWORD;

const LOCKED: &str = "5回続けて違ったため、15分間使えません";
const WRONG: &str = "利用者IDまたはパスワードが違います。もう一度入力してください";

fn type_password(person: &mut Person, user_id: &str, password: &str) {
    person
        .fill("利用者ID", user_id)
        .fill("パスワード", password)
        .press("サインイン");
}

on_each_database! {
    fn password_and_telephone_open_the_first_page(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        let mut hanako = app.person();
        hanako.open("/staff").sees("職員のサインイン");
        type_password(&mut hanako, " Ｈanako ", PASSWORD);
        hanako.expect(200).sees("認証アプリの番号を入力してください");
        hanako.open("/staff").sees("認証アプリの番号を入力してください");
        hanako.fill("確認コード", &account.code(&app)).press("次へ").expect(200).sees("今日の仕事");
        let text = hanako.page.text();
        assert!(text.contains("在英国日本国大使館") && text.contains("見本 hanako"), "{text}");
        assert_eq!(app.noted("staff.signed-in"), 1);
        hanako.press("サインアウト").expect(200).sees("職員のサインイン");
        hanako.open("/staff").sees("職員のサインイン");
    }

    fn who_is_sent_to_the_door_comes_back_to_where_she_wanted_to_go(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        let mut hanako = app.person();
        hanako.open("/en/staff?tab=2").sees("Staff sign-in");
        hanako.fill("User ID", "hanako").fill("Password", PASSWORD).press("Sign in").expect(200);
        hanako.fill("Code", &account.code(&app)).press("Continue").expect(200);
        assert_eq!(hanako.page.path, "/en/staff?tab=2");
        for next in ["https://evil.example/", "//evil.example/staff", "/staff\\evil", "/a/K7M4"] {
            app.later(SignedDuration::from_secs(30));
            let mut other = app.person();
            other.open(&format!("/staff/login?next={next}"));
            type_password(&mut other, "hanako", PASSWORD);
            other.fill("確認コード", &account.code(&app)).press("次へ").expect(200);
            assert_eq!(other.page.path, "/staff", "{next}");
        }
    }

    fn a_code_works_once(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        app.signed_in_as(&account);
        let mut thief = app.person();
        thief.open("/staff/login");
        type_password(&mut thief, "hanako", PASSWORD);
        thief.fill("確認コード", &account.code(&app)).press("次へ").expect(422);
        assert_eq!(thief.page.errors(), ["確認コードが違います。新しい番号が出てから、もう一度入力してください"]);
        app.later(SignedDuration::from_secs(30));
        thief.fill("確認コード", &account.code(&app)).press("次へ").expect(200).sees("今日の仕事");
    }

    fn a_stranger_learns_nothing_and_is_locked_out_alone(database: TestDatabase) {
        let app = TestApp::start(database);
        app.account("hanako", &[Role::Consular], "emb-gb");
        let mut pages = Vec::new();
        for user_id in ["hanako", "nobody", "花子", "a\u{0}b"] {
            let mut stranger = app.person();
            stranger.open("/staff/login");
            for _ in 0..4 {
                type_password(&mut stranger, user_id, "a wrong password of hers");
                stranger.expect(422);
                assert_eq!(stranger.page.errors(), [WRONG], "{user_id:?}");
            }
            type_password(&mut stranger, user_id, "a wrong password of hers");
            assert_eq!(stranger.page.errors(), [LOCKED], "{user_id:?}");
            type_password(&mut stranger, user_id, PASSWORD);
            assert_eq!(stranger.page.errors(), [LOCKED], "the right one too, {user_id:?}");
            assert!(!stranger.page.html().contains(PASSWORD), "a password is never shown again");
            pages.push(stranger.page.text());
        }
        assert!(pages.iter().all(|text| *text == pages[0]));
        app.later(SignedDuration::from_mins(15));
        let mut hanako = app.person();
        hanako.open("/staff/login");
        type_password(&mut hanako, "hanako", PASSWORD);
        hanako.expect(200).sees("認証アプリの番号を入力してください");
        // Whoever they were meant for, and never what was typed: an answer's time tells nothing either.
        assert_eq!(app.noted("staff.password-refused"), 20);
        assert!(!app.database.holds("nobody"));
    }

    fn a_try_that_was_not_looked_at_does_not_count(database: TestDatabase) {
        let app = TestApp::start(database);
        let parts = web::Data::new(app.parts());
        let lock = Lock::of(&parts, "hanako", "192.0.2.1");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let turns = || runtime.block_on(lock.take_turn(&parts)).unwrap();
        for _ in 0..10 {
            assert_eq!(turns(), Turn::Free);
            let busy = runtime.block_on(lock.judged(&parts, std::future::ready(Err(HashError::Busy))));
            assert!(matches!(busy, Err(AppError::Unavailable(_))), "{busy:?}");
        }
        for turn in [Turn::Free; 5].into_iter().chain([Turn::Locked]) {
            assert_eq!(turns(), turn, "tries that were looked at count");
        }
    }

    fn another_spelling_of_an_address_opens_nothing(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut fumiko = app.staff("fumiko", &[Role::Administrator], "");
        for path in ["/admin/users/%6eew", "/%61dmin/users", "/admin/%75sers", "/staff/%61ccount", "/en/%73taff", "/staff/login%2Fcode"] {
            fumiko.get_once(path);
            assert_eq!(fumiko.page.status, 404, "{path}");
        }
    }

    fn wrong_codes_end_the_sign_in_and_lock(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        let mut thief = app.person();
        thief.open("/staff/login");
        type_password(&mut thief, "hanako", PASSWORD);
        let wrong = if account.code(&app) == "000000" { "111111" } else { "000000" };
        for _ in 0..4 {
            thief.fill("確認コード", wrong).press("次へ").expect(422);
        }
        thief.fill("確認コード", wrong).press("次へ").expect(422);
        assert_eq!(thief.page.errors(), [LOCKED]);
        thief.fill("確認コード", &account.code(&app)).press("次へ").sees("職員のサインイン");
        type_password(&mut thief, "hanako", PASSWORD);
        assert_eq!(thief.page.errors(), [LOCKED], "the password does not open the lock of the codes");
        assert_eq!(app.noted("staff.code-refused"), 5);
    }

    fn a_half_finished_sign_in_opens_nothing(database: TestDatabase) {
        let app = TestApp::start(database);
        app.account("hanako", &[Role::Consular], "emb-gb");
        let mut thief = app.person();
        thief.open("/staff/login");
        type_password(&mut thief, "hanako", PASSWORD);
        for path in ["/staff", "/en/staff", "/%73taff", "/staff/"] {
            thief.open(path);
            assert!(thief.page.heading() != "今日の仕事" && thief.page.heading() != "Work of today", "{path}");
        }
        app.later(SignedDuration::from_mins(10));
        thief.open("/staff/login/code").sees("職員のサインイン");
    }

    fn a_session_ends_by_idleness_and_after_half_a_day(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        let mut hanako = app.signed_in_as(&account);
        app.later(SignedDuration::from_mins(29));
        hanako.open("/staff").sees("今日の仕事");
        app.later(SignedDuration::from_mins(31));
        hanako.open("/staff").sees("職員のサインイン");
        let mut taro = app.signed_in_as(&account);
        for _ in 0..24 {
            app.later(SignedDuration::from_mins(29));
            taro.open("/staff").sees("今日の仕事");
        }
        app.later(SignedDuration::from_mins(25));
        taro.open("/staff").sees("職員のサインイン");
    }

    fn each_step_of_the_sign_in_has_another_cookie_and_none_is_stored(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        let mut hanako = app.person();
        hanako.open("/staff/login");
        let before = hanako.cookie("staff").unwrap().to_owned();
        type_password(&mut hanako, "hanako", PASSWORD);
        let between = hanako.cookie("staff").unwrap().to_owned();
        hanako.fill("確認コード", &account.code(&app)).press_once("次へ");
        let flags = hanako.page.headers.get("set-cookie").unwrap().clone();
        for flag in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(flags.contains(flag), "{flags}");
        }
        let after = hanako.cookie("staff").unwrap().to_owned();
        assert!(before != between && between != after && before != after);
        for token in [&before, &between, &after] {
            assert!(!app.database.holds(token));
        }
        assert!(!app.database.holds(PASSWORD));
    }

    fn the_first_sign_in_sets_up_the_telephone(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        app.store.write(|db| tsubame::storage::staff_credentials::delete_second_factor(db, account.id)).unwrap();
        let mut hanako = app.person();
        hanako.open("/staff/login");
        type_password(&mut hanako, "hanako", PASSWORD);
        hanako.expect(200).sees("認証アプリを設定します");
        let shown = hanako.page.first_ref();
        let secret = tsubame::security::totp::TotpSecret::from_text(&shown.replace(' ', "")).unwrap();
        hanako.fill("確認コード", "000000").press("設定する").expect(422);
        assert_eq!(hanako.page.first_ref(), shown, "the same symbol again");
        let code = secret.code_at(tsubame::clock::Clock::now(&*app.clock).as_second()).unwrap();
        hanako.fill("確認コード", &code).press("設定する").expect(200).sees("予備コードを書き留めてください");
        let codes = hanako.page.recovery_codes();
        assert_eq!(codes.len(), 10);
        hanako.follow_link("書き留めました").sees("今日の仕事");
        assert!(!app.database.holds(&shown.replace(' ', "")) && !app.database.holds(&codes[0].replace('-', "")));
        let mut without_telephone = app.person();
        without_telephone.open("/staff/login");
        type_password(&mut without_telephone, "hanako", PASSWORD);
        without_telephone.fill("予備コード", &codes[0].to_uppercase()).press("次へ").expect(200).sees("今日の仕事");
        let mut again = app.person();
        again.open("/staff/login");
        type_password(&mut again, "hanako", PASSWORD);
        again.fill("予備コード", &codes[0]).press("次へ").expect(422);
        again.fill("予備コード", &codes[1]).press("次へ").expect(200).sees("今日の仕事");
    }

    fn without_a_recent_training_nothing_opens(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        app.later(SignedDuration::from_hours(24 * 366));
        let mut hanako = app.person();
        hanako.open("/staff/login");
        type_password(&mut hanako, "hanako", PASSWORD);
        hanako.fill("確認コード", &account.code(&app)).press("次へ").expect(403).sees("研修の期限が過ぎています");
    }

    fn a_withdrawn_role_and_a_closed_account_count_at_the_next_request(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        let mut hanako = app.signed_in_as(&account);
        let member = app.store.read(|db| staff::get_staff(db, account.id)).unwrap();
        let details = StaffDetails {
            name: member.name.clone(),
            email: member.email.clone(),
            assignment: member.assignment.clone(),
            trained_on: None,
        };
        app.store.write(|db| staff::set_details(db, account.id, member.version, &details)).unwrap();
        hanako.open("/staff").expect(403);
        let now = tsubame::clock::Clock::now(&*app.clock);
        app.store.write(|db| staff::set_deactivated(db, account.id, member.version + 1, Some(now))).unwrap();
        hanako.open("/staff").sees("職員のサインイン");
        type_password(&mut hanako, "hanako", PASSWORD);
        hanako.expect(422);
        assert_eq!(hanako.page.errors(), [WRONG]);
        let ended = app.store.read(|db| staff_sessions::list_sign_ins(db, account.id, 10)).unwrap();
        assert_eq!(ended.len(), 1);
    }

    fn an_applicant_s_session_and_one_of_staff_do_not_touch_each_other(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        let mut hanako = app.signed_in_as(&account);
        let mut applicant = app.signed_in("hanako.mihon@example.com");
        let home = applicant.page.path.clone();
        let (staff, applicants) = (hanako.cookie("staff").unwrap().to_owned(), applicant.cookie("sid").unwrap().to_owned());
        assert!(hanako.cookie("sid").is_none() && applicant.cookie("staff").is_none());
        hanako.set_cookie("sid", &staff);
        hanako.open(&home).sees("申請の状況を見る・続きを入力する");
        applicant.set_cookie("staff", &applicants);
        applicant.open("/staff").sees("職員のサインイン");
    }
}

/// Twenty guesses at once get no more turns than five.
#[test]
fn guesses_at_the_same_moment_are_counted_before_they_are_looked_at() {
    let app = TestApp::start(TestDatabase::sqlite());
    app.account("hanako", &[Role::Consular], "emb-gb");
    let base_url = app.base_url.clone();
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                let mut stranger = Person::at(&base_url);
                stranger.open("/staff/login");
                type_password(&mut stranger, "hanako", "a wrong password of hers");
            });
        }
    });
    assert!(app.noted("staff.password-refused") <= 5);
    let mut hanako = app.person();
    hanako.open("/staff/login");
    type_password(&mut hanako, "hanako", PASSWORD);
    hanako.expect(422);
    assert_eq!(hanako.page.errors(), [LOCKED]);
}

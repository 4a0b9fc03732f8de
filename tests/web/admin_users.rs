//! Accounts of staff on screen (M01).

use tsubame::clock::Clock;
use tsubame::domain::staff::{Assignment, Role};
use tsubame::storage::StoreError;
use tsubame::storage::staff::{self, StaffDetails};
use tsubame::storage::staff_acts::{self, Act};

use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Person;

fn fill_in(person: &mut Person, user_id: &str) {
    person
        .fill("利用者ID", user_id)
        .fill("氏名", "見本 花子")
        .fill("メールアドレス", "hanako@office.example")
        .tick("公館の担当者")
        .fill("所属 ※", "在英国日本国大使館")
        .fill_date("研修を受けた日", ["令和8", "4", "1"]);
}

on_each_database! {
    fn an_administrator_adds_somebody_and_hands_over_a_link(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut fumiko = app.staff("fumiko", &[Role::Administrator], "");
        fumiko.follow_link("職員").expect(200).sees("職員の一覧").follow_link("職員を登録する").expect(200);
        fill_in(&mut fumiko, "London.Hanako");
        fumiko.press("保存する").expect(200).sees("招待リンクを作る");
        fumiko.press("リンクを作る").expect(200);
        let link = fumiko.page.text().split_whitespace().find(|word| word.contains("/staff/invitation/")).unwrap().to_owned();
        app.person().open(&link).expect(200).sees("パスワードを決めてください");
        fumiko.open("/admin/users");
        let text = fumiko.page.text();
        assert!(text.contains("london.hanako") && text.contains("招待中") && text.contains("在英国日本国大使館"), "{text}");
        fumiko.open("/admin/users/new");
        fill_in(&mut fumiko, "london.hanako");
        fumiko.press("保存する").expect(422);
        assert_eq!(fumiko.page.errors(), ["この利用者IDは使われています。別のものを入力してください"]);
        assert_eq!(fumiko.page.value("氏名"), "見本 花子", "what was typed is kept");
        assert_eq!((app.noted("staff.added"), app.noted("staff.invited")), (1, 1));
    }

    fn mistakes_are_named_beside_their_fields(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut fumiko = app.staff("fumiko", &[Role::Administrator], "");
        fumiko.open("/admin/users/new").press("保存する").expect(422);
        assert_eq!(fumiko.page.errors(), [
            "利用者IDを入力してください",
            "氏名を60文字以内で入力してください",
            "メールアドレスを確かめてください",
            "役割を1つ以上選んでください",
            "研修を受けた日を入力してください",
        ]);
        fumiko.open("/en/admin/users/new").press("Save").expect(422);
        assert_eq!(fumiko.page.errors()[0], "Enter a user ID");
    }

    fn a_change_of_roles_ends_the_sessions_and_is_written_down(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        let mut hanako = app.signed_in_as(&account);
        let mut fumiko = app.staff("fumiko", &[Role::Administrator], "");
        let page = format!("/admin/users/{}", account.id);
        fumiko.open(&page).expect(200).sees("職員の登録を変える");
        fumiko.tick("承認者").press("保存する").expect(200).sees("職員の一覧");
        hanako.open("/staff").sees("職員のサインイン");
        let entries = app.store.read(|db| tsubame::storage::audit::list_entries(db, &tsubame::storage::audit::Chain::system())).unwrap();
        let entry = entries.iter().find(|entry| entry.action == "staff.changed").unwrap();
        assert_eq!(entry.detail, format!("staff={} roles=consular,approver office=emb-gb trained_on=2026-11-24", account.id));
        assert!(entry.actor.starts_with("staff:"));
    }

    fn two_administrators_at_one_account_do_not_overwrite_each_other(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        let mut fumiko = app.staff("fumiko", &[Role::Administrator], "");
        let mut noboru = app.staff("noboru", &[Role::Administrator], "");
        let page = format!("/admin/users/{}", account.id);
        fumiko.open(&page);
        noboru.open(&page).fill("氏名", "架空 花子").press("保存する").expect(200);
        fumiko.fill("氏名", "見本 はな").press("保存する").expect(409);
        let text = fumiko.page.text();
        assert!(text.contains("見本 はな"), "what she typed is shown: {text}");
        assert_eq!(fumiko.page.value("氏名"), "架空 花子");
        fumiko.fill("氏名", "見本 はな").press("保存する").expect(200).sees("職員の一覧");
    }

    fn closing_an_account_is_a_page_of_its_own_and_counts_at_once(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        let mut hanako = app.signed_in_as(&account);
        let mut fumiko = app.staff("fumiko", &[Role::Administrator], "");
        let page = format!("/admin/users/{}", account.id);
        fumiko.open(&page).follow_link("利用を停止する").expect(200).sees("利用を停止する");
        hanako.open("/staff").sees("今日の仕事");
        fumiko.press("停止する").expect(200).sees("職員の一覧");
        hanako.open("/staff").sees("職員のサインイン");
        fumiko.open(&format!("{page}/deactivation")).expect(404);
        fumiko.open(&format!("{page}/invitation")).expect(404);
        fumiko.open(&page).follow_link("利用を再開する").press("再開する").expect(200);
        app.later(jiff::SignedDuration::from_secs(30));
        app.signed_in_as(&account);
        assert_eq!((app.noted("staff.deactivated"), app.noted("staff.reactivated")), (1, 1));
    }

    fn a_lost_telephone_is_forgotten_and_a_new_one_set_up(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("hanako", &[Role::Consular], "emb-gb");
        let mut hanako = app.signed_in_as(&account);
        let mut fumiko = app.staff("fumiko", &[Role::Administrator], "");
        fumiko.open(&format!("/admin/users/{}", account.id)).follow_link("認証アプリを設定し直す").press("設定を消す").expect(200);
        hanako.open("/staff").sees("職員のサインイン");
        hanako.fill("利用者ID", "hanako").fill("パスワード", crate::support::staff::PASSWORD).press("サインイン").sees("認証アプリを設定します");
        assert_eq!(app.noted("staff.second-factor-reset"), 1);
    }

    fn the_last_administrator_stays_whoever_closes_whom_at_the_same_moment(database: TestDatabase) {
        let app = TestApp::start(database);
        let [fumiko, noboru] = ["fumiko", "noboru"].map(|user_id| app.account(user_id, &[Role::Administrator], "").id);
        app.invited("akiko", &[Role::Administrator], "");
        let member = |id| app.store.read(|db| staff::get_staff(db, id)).unwrap();
        for round in 0..5 {
            let together = std::sync::Barrier::new(2);
            std::thread::scope(|scope| {
                for (actor, other) in [(fumiko, noboru), (noboru, fumiko)] {
                    let (store, together, other) = (app.store.clone(), &together, member(other));
                    let now = app.clock.now();
                    scope.spawn(move || {
                        together.wait();
                        let _ = store.write(|db| staff_acts::deactivate(db, Act { actor: &actor.actor(), now }, &other));
                    });
                }
            });
            let open: Vec<_> = [fumiko, noboru].into_iter().filter(|id| member(*id).deactivated_at.is_none()).collect();
            assert_eq!(open.len(), 1, "round {round}: one closes the other, and is then the last; who was only invited does not count");
            let act = Act { actor: "command-line", now: app.clock.now() };
            let last = member(open[0]);
            let withdrawn = StaffDetails { name: last.name.clone(), email: last.email.clone(), assignment: Assignment::new([Role::Auditor], None).unwrap(), trained_on: last.trained_on };
            assert!(matches!(app.store.write(|db| staff_acts::change(db, act, &last, &withdrawn)), Err(StoreError::Conflict)));
            assert!(member(open[0]).assignment.has(Role::Administrator));
            let closed = member(if open[0] == fumiko { noboru } else { fumiko });
            app.store.write(|db| staff_acts::reactivate(db, act, &closed)).unwrap();
        }
    }

    fn nobody_changes_her_own_roles_or_closes_herself(database: TestDatabase) {
        let app = TestApp::start(database);
        let account = app.account("fumiko", &[Role::Administrator], "");
        let mut fumiko = app.signed_in_as(&account);
        let page = format!("/admin/users/{}", account.id);
        for act in ["deactivation", "second-factor"] {
            fumiko.open(&format!("{page}/{act}")).expect(404);
        }
        fumiko.open(&page).expect(200);
        assert!(!fumiko.page.has_link("利用を停止する"));
        fumiko.fill("所属 ※", "emb-gb").press("保存する").expect(422);
        assert_eq!(fumiko.page.errors(), ["発行機関・管理者・監査者の所属は空欄にしてください"]);
    }

    fn accounts_of_one_office_are_listed_alone_and_strange_addresses_are_nothing(database: TestDatabase) {
        let app = TestApp::start(database);
        app.invited("hanako", &[Role::Consular], "emb-gb");
        app.invited("taro", &[Role::Municipal], "131016");
        let mut fumiko = app.staff("fumiko", &[Role::Administrator], "");
        fumiko.open("/admin/users").fill("所属でしぼる", "131016");
        fumiko.open("/admin/users?office=131016").expect(200);
        assert!(fumiko.page.text().contains("taro") && !fumiko.page.text().contains("hanako"));
        for path in ["/admin/users/0", "/admin/users/999999999999999999999", "/admin/users/x", "/admin/users/-1", "/admin/nothing"] {
            fumiko.open(path).expect(404);
        }
        fumiko.open("/admin/users?after=%27%22%00&office=%FF").expect(200);
    }
}

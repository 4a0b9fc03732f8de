//! What is done to cases from their queue, by whom, and what a colleague's page gets that is older; and the queue as a file.

use jiff::SignedDuration;
use tsubame::clock::Clock;
use tsubame::domain::staff::user_id::UserId;
use tsubame::domain::staff::{Assignment, Role};
use tsubame::domain::status::Status;
use tsubame::storage::applications::{self, ApplicationId};
use tsubame::storage::audit::{self, Chain};
use tsubame::storage::staff::{self, StaffDetails, StaffId};
use tsubame::storage::{StoreError, turns};

use super::laid::{Laid, code, lay, move_on, number};
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Person;
use crate::support::staff::{Account, PASSWORD};

fn holder(app: &TestApp, id: ApplicationId) -> Option<i64> {
    app.store
        .read(|db| applications::get_application(db, id))
        .unwrap()
        .claimed_by
}

/// The audit's lines about a laid case, without its moves.
fn notes(app: &TestApp, n: u64) -> Vec<String> {
    let chain = Chain::of_case(number(n).parse().unwrap());
    let entries = app
        .store
        .read(|db| audit::list_entries(db, &chain))
        .map_err(|error: StoreError| error)
        .unwrap();
    entries
        .into_iter()
        .filter(|entry| entry.action != "case.moved")
        .map(|entry| format!("{} {} {}", entry.actor, entry.action, entry.detail))
        .collect()
}

fn select(person: &mut Person, n: u64) -> &mut Person {
    person.tick(&format!("{}を選ぶ", number(n)))
}

/// Asks for a page that needs password and code again.
fn open_freshly(app: &TestApp, account: &Account, person: &mut Person, path: &str) {
    app.later(SignedDuration::from_mins(11));
    person
        .open(path)
        .sees("もう一度パスワードとコードを入力してください");
    person
        .fill("パスワード", PASSWORD)
        .fill("確認コード", &account.code(app))
        .press("確かめて進む")
        .expect(200);
}

on_each_database! {
    fn a_clerk_takes_and_lets_go_one_by_one_and_many_at_once(database: TestDatabase) {
        let app = TestApp::start(database);
        let ids: Vec<ApplicationId> = (1..=3).map(|n| lay(&app, &Laid::new(n, Status::Received))).collect();
        let account = app.account("sakura", &[Role::Consular], "emb-gb");
        let mut sakura = app.signed_in_as(&account);
        sakura.open("/staff/queues/received").press(&format!("担当にする {}", number(2))).expect(200);
        assert!(sakura.page.text().contains("1件の担当を決めました"), "{}", sakura.page.text());
        assert_eq!((holder(&app, ids[0]), holder(&app, ids[1])), (None, Some(account.id.0)));
        sakura.open("/staff/queues/received?owner=mine");
        assert_eq!(sakura.page.listed(), [number(2)]);
        sakura.press(&format!("外れる {}", number(2))).expect(200);
        assert!(sakura.page.path.contains("owner=mine"), "the page stays as it was: {}", sakura.page.path);
        assert_eq!(holder(&app, ids[1]), None);
        sakura.open("/staff/queues/received").press("選んだ申請を担当にする").expect(422);
        assert_eq!(sakura.page.errors(), ["申請を1件以上選んでください"]);
        select(&mut sakura, 1);
        select(&mut sakura, 3).press("選んだ申請を担当にする").expect(200);
        assert!(sakura.page.text().contains("2件の担当を決めました"));
        assert_eq!((holder(&app, ids[0]), holder(&app, ids[2])), (Some(account.id.0), Some(account.id.0)));
        let actor = account.id.actor();
        assert_eq!(notes(&app, 2), [format!("{actor} case.claimed {actor}"), format!("{actor} case.released {actor}")]);
        assert_eq!(notes(&app, 1), [format!("{actor} case.claimed {actor}")]);
        // The button pressed twice: the second press finds it done.
        sakura.open("/staff/queues/received");
        let (action, fields) = select(&mut sakura, 1).form_of("選んだ申請を担当にする");
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        sakura.post(&action, &body);
        sakura.expect(303);
        assert_eq!(notes(&app, 1).len(), 1);
    }

    fn who_was_first_is_named_with_the_time(database: TestDatabase) {
        let app = TestApp::start(database);
        let ids: Vec<ApplicationId> = (1..=4).map(|n| lay(&app, &Laid::new(n, Status::Received))).collect();
        let (early, late) = (app.account("early", &[Role::Consular], "emb-gb"), app.account("late", &[Role::Consular], "emb-gb"));
        let (mut early_one, mut late_one) = (app.signed_in_as(&early), app.signed_in_as(&late));
        late_one.open("/staff/queues/received");
        early_one.open("/staff/queues/received").press(&format!("担当にする {}", number(1))).expect(200);
        move_on(&app, number(3).parse().unwrap(), Status::Defect);
        move_on(&app, number(4).parse().unwrap(), Status::Forwarded);
        for n in 1..=4 {
            select(&mut late_one, n);
        }
        late_one.press("選んだ申請を担当にする").expect(409);
        let text = late_one.page.text();
        assert!(text.contains(&format!("{} 見本 earlyさんが担当しています（11月24日 0時00分から）", number(1))), "{text}");
        assert!(text.contains(&format!("{} ほかの人さんが先に進めました（11月24日 0時00分）", number(4))), "{text}");
        assert!(text.contains("2件の担当を決めました"), "what could be done is done: {text}");
        assert_eq!((holder(&app, ids[0]), holder(&app, ids[1]), holder(&app, ids[2])), (Some(early.id.0), Some(late.id.0), Some(late.id.0)));
        // She sees now who has it, and takes it over knowingly.
        select(&mut late_one, 1).press("選んだ申請を担当にする").expect(200);
        assert_eq!(holder(&app, ids[0]), Some(late.id.0));
        // Letting go of what a colleague has meanwhile is refused with her name.
        early_one.press(&format!("外れる {}", number(1))).expect(409);
        assert!(early_one.page.text().contains("見本 lateさんが担当しています"), "{}", early_one.page.text());
    }

    fn a_manager_gives_cases_to_anybody_of_the_office_and_a_clerk_to_nobody(database: TestDatabase) {
        let app = TestApp::start(database);
        let ids: Vec<ApplicationId> = (1..=2).map(|n| lay(&app, &Laid::new(n, Status::Received))).collect();
        let elsewhere = lay(&app, &Laid { offices: ["emb-fr", "131016", "emb-fr"], ..Laid::new(3, Status::Received) });
        let sakura = app.account("sakura", &[Role::Consular], "emb-gb");
        let paris = app.account("paris", &[Role::Consular], "emb-fr");
        app.account("second", &[Role::Approver], "emb-gb");
        let boss = app.account("boss", &[Role::OfficeManager], "emb-gb");
        let mut manager = app.signed_in_as(&boss);
        manager.open("/staff/queues/received");
        select(&mut manager, 1).press("選んだ申請を割り当てる").expect(422);
        assert_eq!(manager.page.errors(), ["担当する人を選んでください"]);
        let html = manager.page.html();
        assert!(html.contains(">見本 sakura</option>") && html.contains(">見本 boss</option>"), "{html}");
        assert!(!html.contains(">見本 paris</option>") && !html.contains(">見本 second</option>"));
        assert!(html.contains(" checked"), "what was ticked stays ticked");
        select(&mut manager, 2).pick("担当する人", "見本 sakura").press("選んだ申請を割り当てる").expect(200);
        assert_eq!((holder(&app, ids[0]), holder(&app, ids[1])), (Some(sakura.id.0), Some(sakura.id.0)));
        assert_eq!(notes(&app, 1), [format!("{} case.assigned {}", boss.id.actor(), sakura.id.actor())]);
        // By hand: to somebody of another office, and a case of another office.
        let (action, mut fields) = select(&mut manager, 1).form_of("選んだ申請を割り当てる");
        fields.retain(|(name, _)| name != "to");
        fields.push(("to".to_owned(), paris.id.to_string()));
        let body = |fields: &[(String, String)]| form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        manager.post(&action, &body(&fields));
        manager.expect(422);
        let foreign = number(3).replace('-', "");
        let (action, mut fields) = manager.form_of("選んだ申請を担当にする");
        fields.retain(|(name, _)| !name.starts_with("c-"));
        fields.push((format!("c-{foreign}"), "yes".to_owned()));
        manager.post(&action, &body(&fields));
        manager.expect(409);
        assert!(manager.page.text().contains("この受付番号は見つかりません"), "{}", manager.page.text());
        assert_eq!(holder(&app, elsewhere), None);
        // The manager may take a case off somebody's desk; a clerk may not, and has no button to give.
        manager.open("/staff/queues/received");
        select(&mut manager, 2).press("選んだ申請の担当を外れる").expect(200);
        assert_eq!(holder(&app, ids[1]), None);
        let mut clerk = app.signed_in_as(&sakura);
        clerk.open("/staff/queues/received");
        assert!(!clerk.page.html().contains("value=\"give\""));
        let (action, mut fields) = select(&mut clerk, 2).form_of("選んだ申請を担当にする");
        fields.retain(|(name, _)| name != "do");
        fields.extend([("do".to_owned(), "give".to_owned()), ("to".to_owned(), boss.id.to_string())]);
        clerk.post(&action, &body(&fields));
        clerk.expect(404);
        assert_eq!(holder(&app, ids[1]), None);
    }

    fn an_old_page_keeps_what_was_ticked(database: TestDatabase) {
        let app = TestApp::start(database);
        lay(&app, &Laid::new(1, Status::Received));
        let mut sakura = app.staff("sakura", &[Role::Consular], "emb-gb");
        sakura.open("/staff/queues/received");
        let (action, mut fields) = select(&mut sakura, 1).form_of("選んだ申請を担当にする");
        fields.retain(|(name, _)| name != "csrf");
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        sakura.post(&action, &body);
        sakura.expect(422);
        assert!(sakura.page.html().contains(" checked"));
        sakura.press("選んだ申請を担当にする").expect(200);
    }

    fn a_queue_leaves_as_a_file_that_computes_nothing(database: TestDatabase) {
        let app = TestApp::start(database);
        let ids: Vec<ApplicationId> = (1..=3).map(|n| lay(&app, &Laid::new(n, Status::Received))).collect();
        lay(&app, &Laid { offices: ["emb-fr", "131016", "emb-fr"], ..Laid::new(4, Status::Received) });
        let details = StaffDetails {
            name: "=HYPERLINK(\"https://evil.example\")".to_owned(),
            email: "evil@office.example".to_owned(),
            assignment: Assignment::new([Role::Consular], Some(code("emb-gb"))).unwrap(),
            trained_on: None,
        };
        let now = app.clock.now();
        app.store.write(|db| {
            let evil: StaffId = staff::insert_staff(db, &UserId::parse("evil").unwrap(), &details, now)?;
            let desk = applications::get_application(db, ids[0])?.desk.unwrap();
            turns::claim_case(db, ids[0], &desk, (None, evil.0), now)
        }).unwrap();
        let account = app.account("sakura", &[Role::Consular], "emb-gb");
        let mut sakura = app.signed_in_as(&account);
        open_freshly(&app, &account, &mut sakura, "/staff/queues/received.csv?ch=post");
        assert_eq!(sakura.page.headers["content-type"], "text/csv; charset=utf-8");
        assert!(sakura.page.headers["content-disposition"].contains("emb-gb-received-2026-11-24.csv"));
        assert_eq!(sakura.page.headers["cache-control"], "no-store");
        let file = sakura.page.html();
        let lines: Vec<&str> = file.split("\r\n").collect();
        assert!(lines[0].starts_with("\u{feff}受付番号,氏,名,カナ,"), "{}", lines[0]);
        assert_eq!(lines.len(), 5, "a head, three cases, nothing after the last line: {file}");
        assert!(file.contains(&format!("{},齋藤,花子,", number(2))), "{file}");
        assert!(file.contains("\"'=HYPERLINK(\"\"https://evil.example\"\")\""), "{file}");
        assert!(!file.contains(&number(4)), "{file}");
        assert_eq!(app.noted("queue.exported"), 1);
        sakura.open("/en/staff/queues/received.csv").expect(200);
        assert!(sakura.page.html().starts_with("\u{feff}Receipt number,Family name,"));
        sakura.open("/staff/queues/match.csv").expect(404);
    }
}

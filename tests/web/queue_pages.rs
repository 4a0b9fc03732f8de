//! The queues of the desks: which cases each role sees, page by page, and how a case is found.

use jiff::SignedDuration;
use tsubame::clock::Clock;
use tsubame::domain::queue::Queue;
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::domain::staff::Role;
use tsubame::domain::status::Status::{self, self as S};
use tsubame::storage::StoreError;
use tsubame::storage::decisions::{self, NewDecision};
use tsubame::storage::tasks::{self, NewTask, TaskKind};

use super::laid::{Laid, code, lay, number};
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Person;

/// Where a case of London's lies, and one of Paris's that is nobody's business there.
const LONDON: [&str; 3] = ["emb-gb", "141046", "emb-gb"];
const PARIS: [&str; 3] = ["emb-fr", "131016", "emb-fr"];

/// Every status of a filed case, twice: for London and 横浜市中区, and for Paris and 千代田区.
fn one_of_each(app: &TestApp) {
    for (index, status) in Status::ALL.into_iter().enumerate() {
        if status == Status::Draft {
            continue;
        }
        for (start, offices) in [(100, LONDON), (200, PARIS)] {
            let case = Laid {
                offices,
                ..Laid::new(start + u64::try_from(index).unwrap(), status)
            };
            lay(app, &case);
        }
    }
}

fn expected(statuses: &[Status]) -> Vec<String> {
    let mut list: Vec<String> = statuses
        .iter()
        .map(|status| {
            let index = Status::ALL.iter().position(|one| one == status).unwrap();
            number(100 + u64::try_from(index).unwrap())
        })
        .collect();
    list.sort();
    list
}

fn listed(person: &mut Person, queue: &str) -> Vec<String> {
    person.open(&format!("/staff/queues/{queue}")).expect(200);
    let mut list = person.page.listed();
    list.sort();
    list
}

/// All pages of a list, following 次のページ.
fn pages(person: &mut Person, first: &str) -> Vec<Vec<String>> {
    person.open(first).expect(200);
    let mut pages = vec![person.page.listed()];
    while person.page.has_link("次のページ") {
        person.follow_link("次のページ").expect(200);
        pages.push(person.page.listed());
    }
    pages
}

on_each_database! {
    fn each_queue_shows_its_cases_and_nothing_of_another_office(database: TestDatabase) {
        let app = TestApp::start(database);
        one_of_each(&app);
        let mut london = app.staff("london", &[Role::Consular], "emb-gb");
        let mut yokohama = app.staff("yokohama", &[Role::Municipal], "141046");
        for (queue, office, statuses) in [
            ("received", LONDON[0], &[S::Received][..]),
            ("reply", LONDON[0], &[S::Defect]),
            ("forward", LONDON[0], &[]),
            ("cards", LONDON[0], &[S::Shipped]),
            ("ready", LONDON[0], &[S::Arrived]),
            ("visits", LONDON[0], &[S::Booked]),
            ("overdue", LONDON[0], &[S::Overdue]),
            ("unreachable", LONDON[0], &[]),
            ("received", LONDON[1], &[]),
            ("match", LONDON[1], &[S::AtHonseki]),
            ("inquiry", LONDON[1], &[S::Inquiry]),
            ("issuer", LONDON[1], &[S::Confirmed]),
            ("issuer-defect", LONDON[1], &[S::IssuerDefect]),
            ("setup", LONDON[1], &[S::Setup]),
            ("ship", LONDON[1], &[]),
            ("cards", LONDON[1], &[S::Made]),
            ("ready", LONDON[1], &[]),
            ("overdue", LONDON[1], &[]),
        ] {
            let clerk = if office == LONDON[0] { &mut london } else { &mut yokohama };
            assert_eq!(listed(clerk, queue), expected(statuses), "{queue}");
        }
        for queue in ["match", "issuer", "setup", "approve", "nothing", "intake2"] {
            london.open(&format!("/staff/queues/{queue}")).expect(404);
        }
        let mut second = app.staff("second", &[Role::Approver], "emb-gb");
        for queue in Queue::ALL {
            let status = if queue == Queue::Approve { 200 } else { 404 };
            second.open(&format!("/staff/queues/{}", queue.as_str())).expect(status);
        }
        let mut manager = app.staff("manager", &[Role::OfficeManager], "emb-gb");
        assert_eq!(listed(&mut manager, "received"), expected(&[S::Received]));
    }

    fn what_is_prepared_waits_to_be_sent_on(database: TestDatabase) {
        let app = TestApp::start(database);
        for (n, status) in [(1, Status::Received), (2, Status::Received), (3, Status::Setup)] {
            lay(&app, &Laid::new(n, status));
        }
        lay(&app, &Laid { offices: ["141046", "141046", "141046"], ..Laid::new(4, Status::Setup) });
        lay(&app, &Laid { offices: ["141046", "141046", "141046"], ..Laid::new(5, Status::Received) });
        let mut london = app.staff("london", &[Role::Consular], "emb-gb");
        london.open("/staff/queues/received").tick(&format!("{}を選ぶ", number(1))).press("書類を確認した").expect(200);
        assert!(london.page.text().contains("1件を、送る一覧に移しました"), "{}", london.page.text());
        assert_eq!(london.page.listed(), [number(2)]);
        assert_eq!(listed(&mut london, "forward"), [number(1)]);
        london.tick(&format!("{}を選ぶ", number(1))).press("まだ送らない").expect(200);
        assert!(london.page.listed().is_empty());
        assert_eq!(listed(&mut london, "received").len(), 2);
        let mut yokohama = app.staff("yokohama", &[Role::Municipal], "141046");
        yokohama.open("/staff/queues/setup").tick(&format!("{}を選ぶ", number(3))).tick(&format!("{}を選ぶ", number(4))).press("設定が終わった").expect(200);
        assert_eq!(listed(&mut yokohama, "setup"), Vec::<String>::new());
        assert_eq!(listed(&mut yokohama, "ship"), [number(3)], "the card goes to London");
        assert_eq!(listed(&mut yokohama, "ready"), [number(4)], "the card is collected here");
        yokohama.open("/staff/queues/received").tick(&format!("{}を選ぶ", number(5))).press("書類を確認した").expect(409);
        assert!(yokohama.page.text().contains("この所属から送る申請ではありません"), "the register is kept here: {}", yokohama.page.text());
    }

    fn pages_go_on_over_equal_days_and_back_again(database: TestDatabase) {
        let app = TestApp::start(database);
        for n in 1..=60 {
            let due_on = Some(if n % 3 == 0 { "2026-12-24" } else { "2026-12-01" }.parse().unwrap());
            lay(&app, &Laid { due_on, ..Laid::new(n, Status::Received) });
        }
        let mut london = app.staff("london", &[Role::Consular], "emb-gb");
        for sort in ["due", "-due", "entered", "-entered"] {
            let first = format!("/staff/queues/received?sort={sort}");
            let forwards = pages(&mut london, &first);
            assert_eq!(forwards.iter().map(Vec::len).collect::<Vec<_>>(), [25, 25, 10], "{sort}");
            let mut all: Vec<&String> = forwards.iter().flatten().collect();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), 60, "{sort}");
            assert!(london.page.text().contains("51〜60件／60件"), "{}", london.page.text());
            let mut backwards = vec![london.page.listed()];
            while london.page.has_link("前のページ") {
                london.follow_link("前のページ").expect(200);
                backwards.push(london.page.listed());
            }
            backwards.reverse();
            assert_eq!(backwards, forwards, "{sort}");
            assert!(london.page.text().contains("1〜25件／60件"), "{}", london.page.text());
        }
        let by_due = pages(&mut london, "/staff/queues/received").concat();
        let down = pages(&mut london, "/staff/queues/received?sort=-due").concat();
        assert_eq!(by_due, down.into_iter().rev().collect::<Vec<_>>());
        assert_eq!(by_due[0], number(1));
        assert_eq!(by_due[40], number(3), "the twenty later days come after the forty earlier ones");
        // The row a page began behind is done meanwhile: nothing is shown twice or left out.
        london.open("/staff/queues/received");
        let (seen, last) = (london.page.listed(), london.page.listed().pop().unwrap());
        super::laid::move_on(&app, last.parse::<ReceiptNumber>().unwrap(), Status::Defect);
        london.follow_link("次のページ").expect(200);
        assert_eq!(london.page.listed(), by_due[25..50]);
        assert!(london.page.listed().iter().all(|one| !seen.contains(one)));
    }

    fn filters_are_shown_and_can_be_taken_off_one_by_one(database: TestDatabase) {
        let app = TestApp::start(database);
        let day = |text: &str| Some(text.parse().unwrap());
        lay(&app, &Laid { due_on: day("2026-11-20"), ..Laid::new(1, Status::Received) });
        lay(&app, &Laid { due_on: day("2026-11-26"), is_by_post: false, ..Laid::new(2, Status::Received) });
        lay(&app, &Laid { due_on: day("2026-12-24"), is_by_post: false, ..Laid::new(3, Status::Received) });
        lay(&app, &Laid { name: ["佐藤", "太郎", "サトウ", "タロウ"], ..Laid::new(4, Status::Received) });
        let mut london = app.staff("london", &[Role::Consular], "emb-gb");
        for (query, found) in [
            ("", &[1, 2, 3, 4][..]),
            ("due=overdue", &[1]),
            ("due=soon", &[2]),
            ("ch=post", &[1, 4]),
            ("ch=counter", &[2, 3]),
            ("ch=counter&due=soon", &[2]),
            ("owner=mine", &[]),
            ("owner=none", &[1, 2, 3, 4]),
            ("q=%E4%BD%90%E8%97%A4", &[4]),
            ("q=%E3%81%95%E3%81%A8%E3%81%86&ch=counter", &[]),
        ] {
            london.open(&format!("/staff/queues/received?{query}")).expect(200);
            assert_eq!(london.page.listed(), found.iter().map(|n| number(*n)).collect::<Vec<_>>(), "{query}");
        }
        assert!(london.page.text().contains("条件に合う申請はありません"));
        london.follow_link("「さとう」").expect(200);
        assert_eq!(london.page.listed(), [number(2), number(3)]);
        london.follow_link("条件をすべて消す").expect(200);
        assert_eq!(london.page.listed().len(), 4);
        let text = london.page.text();
        assert!(text.contains("期限超過") && text.contains("新着"), "{text}");
        london.fill("受付番号・氏名", &number(3)).press("絞り込む").expect(200);
        assert_eq!(london.page.listed(), [number(3)]);
        assert_eq!(london.page.headers["referrer-policy"], "no-referrer");
        let english = london.page.path.replace("/staff/", "/en/staff/");
        london.open(&english).expect(200);
        assert!(london.page.text().contains("Chosen:"), "{}", london.page.text());
    }

    fn days_are_counted_where_the_office_is(database: TestDatabase) {
        let app = TestApp::start(database);
        // 00:00 UTC on 24 November: still the evening of the 23rd in New York, the morning of the 24th in Japan.
        let due_on = Some("2026-11-23".parse().unwrap());
        lay(&app, &Laid { due_on, offices: ["cg-us-new-york", "141046", "cg-us-new-york"], ..Laid::new(1, Status::Received) });
        lay(&app, &Laid { due_on, offices: ["141046", "141046", "141046"], ..Laid::new(2, Status::Received) });
        let mut new_york = app.staff("newyork", &[Role::Consular], "cg-us-new-york");
        assert!(listed(&mut new_york, "overdue").is_empty());
        let mut yokohama = app.staff("yokohama", &[Role::Municipal], "141046");
        assert_eq!(listed(&mut yokohama, "overdue"), [number(2)]);
        app.later(SignedDuration::from_hours(5));
        assert_eq!(listed(&mut app.staff("newyork2", &[Role::Consular], "cg-us-new-york"), "overdue"), [number(1)]);
    }

    fn decisions_wait_for_another_and_unreachable_people_for_anybody(database: TestDatabase) {
        let app = TestApp::start(database);
        let (first, second) = (app.account("first", &[Role::Municipal, Role::Approver], "141046"), app.account("second", &[Role::Approver], "141046"));
        let (one, other) = (lay(&app, &Laid::new(1, Status::AtHonseki)), lay(&app, &Laid::new(2, Status::AtHonseki)));
        let now = app.clock.now();
        app.store.write(|db| {
            let office = code("141046");
            for (application, by) in [(one, first.id.actor()), (other, "staff:999".to_owned())] {
                let new = NewDecision { application, from: Status::AtHonseki, to: Status::Confirmed, office: &office, reason: "一致", by: &by };
                decisions::insert_decision(db, &new, now)?;
            }
            let task = NewTask { kind: TaskKind::Unreachable, office: "141046", application: Some(one), detail: "", key: None };
            tasks::open_task(db, &task, now)?;
            Ok::<_, StoreError>(())
        }).unwrap();
        let (mut first, mut second) = (app.signed_in_as(&first), app.signed_in_as(&second));
        assert_eq!(listed(&mut first, "approve"), [number(2)], "her own decision is not hers to approve");
        assert_eq!(listed(&mut second, "approve"), [number(1), number(2)]);
        assert_eq!(listed(&mut first, "unreachable"), [number(1)]);
        let text = first.page.text();
        assert!(text.contains("連絡がつかないもの 1件") && text.contains("承認待ち（2人目） 1件"), "{text}");
    }

    fn a_case_is_found_by_whatever_is_at_hand(database: TestDatabase) {
        let app = TestApp::start(database);
        lay(&app, &Laid::new(1, Status::AtIssuer));
        lay(&app, &Laid { name: ["山田", "一", "ヤマダ", "ハジメ"], ..Laid::new(2, Status::Completed) });
        lay(&app, &Laid { offices: PARIS, ..Laid::new(3, Status::Received) });
        let mut london = app.staff("london", &[Role::Consular], "emb-gb");
        london.open("/staff/search").expect(200).sees("申請をさがす");
        let own = number(1);
        let compact = own.replace('-', "");
        for typed in ["斎藤", "齋藤　花子", "花子", "さいとう", "ﾊﾅｺ", "Saitou", "SAITO HANAKO", "second@example.com", "020 7946 0000", "0000", &own, &compact.to_lowercase(), &compact[..6]] {
            london.fill("受付番号・氏名", typed).press("さがす").expect(200);
            assert!(london.page.listed().contains(&own), "{typed}: {}", london.page.text());
            assert!(!london.page.listed().contains(&number(3)), "{typed}");
            assert_eq!(london.page.headers["referrer-policy"], "no-referrer");
        }
        assert!(london.page.text().contains("カードを作成中"), "{}", london.page.text());
        london.fill("受付番号・氏名", "山田").press("さがす").expect(200);
        assert_eq!(london.page.listed(), [number(2)], "cases that ended are found too");
        for typed in ["山本", &number(3), "@", "2"] {
            london.fill("受付番号・氏名", typed).press("さがす").expect(200);
            assert!(london.page.listed().is_empty(), "{typed}");
            assert!(london.page.text().contains("見つかりませんでした"), "{typed}");
        }
    }

    fn a_receipt_number_after_our_address_opens_the_case_for_its_offices_alone(database: TestDatabase) {
        let app = TestApp::start(database);
        lay(&app, &Laid::new(1, Status::Received));
        let short = format!("/q/{}", number(1).replace('-', "").to_lowercase());
        let case = format!("/staff/cases/{}", number(1));
        let track = format!("/track?ref={}", number(1));
        let kanri = app.account("kanri", &[Role::Administrator], "");
        for (mut person, expected) in [
            (app.staff("london", &[Role::Consular], "emb-gb"), &case),
            (app.staff("yokohama", &[Role::Approver], "141046"), &case),
            (app.staff("paris", &[Role::Consular], "emb-fr"), &track),
            (app.signed_in_as(&kanri), &track),
            (app.person(), &track),
        ] {
            person.get_once(&short);
            person.expect(303);
            assert_eq!(&person.page.headers["location"], expected);
        }
    }

    fn the_first_page_counts_what_waits_what_is_new_and_what_is_late(database: TestDatabase) {
        let app = TestApp::start(database);
        let due_on = Some("2026-11-01".parse().unwrap());
        for n in 1..=3 {
            lay(&app, &Laid { due_on, ..Laid::new(n, Status::Received) });
        }
        for n in 4..=120 {
            lay(&app, &Laid::new(n, Status::Arrived));
        }
        let mut london = app.staff("london", &[Role::Consular], "emb-gb");
        london.open("/staff").expect(200);
        let text = london.page.text();
        for shown in ["受付済・確認待ち新着3件 3件", "受け取り案内を出す新着100件以上 100件以上", "期限が過ぎたもの 3件", "今日新しく来た申請100件以上"] {
            assert!(text.contains(shown), "{shown} in {text}");
        }
        london.follow_link("「受付済・確認待ち」を開く").expect(200);
        assert_eq!(london.page.heading(), "受付済・確認待ち 3件");
        london.open("/staff/queues/ready").expect(200);
        assert_eq!(london.page.heading(), "受け取り案内を出す 117件");
        let mut kanri = app.staff("kanri", &[Role::Administrator], "");
        assert!(!kanri.open("/staff").page.text().contains("今日新しく来た"));
    }
}

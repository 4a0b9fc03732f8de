//! Shipments (S06): put together by one, counted by another, sent as a whole, received against the list.

use tsubame::domain::desk::Desk;
use tsubame::domain::handover::RecordCheck;
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::shipment::{Carriage, ShipmentKind, ShipmentNumber};
use tsubame::domain::staff::Role::{Consular, Municipal};
use tsubame::domain::status::Status;
use tsubame::storage::applications::Application;
use tsubame::storage::shipments::{self, NewShipment};
use tsubame::storage::tasks::TaskKind;
use tsubame::storage::{case_facts, cases, turns};

use super::legs_desk::{
    entered, filed, notices_of, press_at_once, put, scan, sheet_one, status_of, task_desks,
};
use crate::on_each_database;
use crate::storage::cast::now;
use crate::support::app::TestApp;
use crate::support::person::Person;

const LONDON: (&str, &str) = ("emb-gb", "emb-gb");
const FORMS: &str = "/staff/shipments/new?kind=form&to=141046";

fn received(app: &TestApp, count: u64) -> Vec<Application> {
    (1..=count)
        .map(|number| put(app, &filed(app, number, LONDON), Status::Received))
        .collect()
}

/// A draft with everything that waits, as its maker sees it; its address.
pub(super) fn draft_of(maker: &mut Person, page: &str) -> String {
    maker
        .open(page)
        .expect(200)
        .fill("追跡番号", "EE123456789GB")
        .press("準備する")
        .expect(200);
    maker.page.path.clone()
}

pub(super) fn count_and_send<'p>(
    person: &'p mut Person,
    draft: &str,
    count: &str,
) -> &'p mut Person {
    person.open(draft).expect(200);
    person.fill("数えた数", count).press("数を確かめて送る")
}

fn body_of(fields: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

on_each_database! {
    fn papers_that_were_looked_through_are_ticked_on_a_new_list_and_the_others_are_not(database: TestDatabase) {
        let app = TestApp::start(database);
        let cases = received(&app, 2);
        let mut maker = app.staff("taro", &[Consular], "emb-gb");
        let ticked = |maker: &mut Person| {
            maker.open(FORMS).expect(200);
            let (_, fields) = maker.form_of("準備する");
            let items = fields.into_iter().filter(|(name, _)| name.starts_with("item_"));
            items.map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(ticked(&mut maker).len(), 2, "nobody marked any: all of them");
        let desk = cases[1].desk.clone().unwrap();
        app.store.write(|db| turns::set_prepared(db, cases[1].id, (&desk, Status::Received), true)).unwrap();
        assert_eq!(ticked(&mut maker), [format!("item_{}", cases[1].reference.compact())]);
    }

    fn forms_travel_to_the_register_counted_by_two_and_are_received_against_the_list(database: TestDatabase) {
        let app = TestApp::start(database);
        let cases = received(&app, 3);
        let mut maker = app.staff("taro", &[Consular], "emb-gb");
        maker.open("/staff/shipments").expect(200).sees("送付");
        assert!(maker.page.has_link("神奈川県横浜市中区（3件）"), "{}", maker.page.text());
        let draft = draft_of(&mut maker, FORMS);
        assert!(maker.page.text().contains("作った人とは別の人です") && maker.page.text().contains("EE123456789GB"), "{}", maker.page.text());
        let mut counter = app.staff("hana", &[Consular], "emb-gb");
        count_and_send(&mut counter, &draft, "2").expect(422);
        assert_eq!(counter.page.errors(), ["数が合いません（選んだ数 3、数えた数 2）。もう一度数えてください"]);
        assert_eq!(counter.page.value("数えた数"), "2");
        assert!(cases.iter().all(|case| status_of(&app, case) == Status::Received && notices_of(&app, case).is_empty()));
        let mut receiver = app.staff("jiro", &[Municipal], "141046");
        receiver.open(&draft).expect(404);
        count_and_send(&mut counter, &draft, "3").expect(200);
        assert!(counter.page.text().contains("輸送中") && counter.page.text().contains("見本 hana"), "{}", counter.page.text());
        for case in &cases {
            assert_eq!((status_of(&app, case), notices_of(&app, case)), (Status::Forwarded, vec!["N08".to_owned()]));
        }
        receiver.open("/staff/shipments?view=expected").expect(200);
        let number: ShipmentNumber = draft.rsplit('/').next().unwrap().parse().unwrap();
        assert!(receiver.page.has_link(&number.to_string()), "{}", receiver.page.text());
        scan(&mut receiver, &number.payload()).expect(200);
        assert!(receiver.page.text().contains("この袋の分 0件／送付一覧 3件"), "{}", receiver.page.text());
        for case in &cases[..2] {
            receiver.fill("受付番号またはQR", &sheet_one(case.reference)).press("登録").expect(200);
            assert_eq!(status_of(&app, case), Status::AtHonseki);
        }
        receiver.fill("袋の中の件数", "2").press("この袋を閉じる").expect(422);
        assert_eq!(receiver.page.errors(), ["送付一覧と合いません（不足 1件、一覧にないもの 0件）。もう一度確かめてください"]);
        assert!(receiver.page.text().contains(&cases[2].reference.to_string()), "the missing one is named");
        receiver.fill("袋の中の件数", "2").tick("もう一度数えた").press("この袋を閉じる").expect(200);
        assert_eq!(task_desks(&app, &cases[2], TaskKind::MissingItem), ["141046", "emb-gb"]);
        assert_eq!(status_of(&app, &cases[2]), Status::Forwarded);
        scan(&mut receiver, &number.payload()).expect(422);
        assert_eq!(receiver.page.errors(), ["この送付は、すでに受け取りずみか、取りやめられています。送付の一覧を確かめてください"]);
        scan(&mut receiver, &sheet_one(cases[2].reference)).expect(200);
        assert_eq!((status_of(&app, &cases[2]), task_desks(&app, &cases[2], TaskKind::MissingItem)), (Status::AtHonseki, Vec::new()));
    }

    fn cards_travel_with_the_notice_of_the_record_check_and_are_put_on_a_shelf(database: TestDatabase) {
        let app = TestApp::start(database);
        let cases: Vec<Application> = (1..=2).map(|number| put(&app, &filed(&app, number, LONDON), Status::Setup)).collect();
        let unchecked = put(&app, &filed(&app, 3, LONDON), Status::Setup);
        app.store.write(|db| case_facts::set_record_check(db, unchecked.id, RecordCheck::Open, "staff:1", now())).unwrap();
        let mut maker = app.staff("taro", &[Municipal], "141046");
        maker.open("/staff/shipments").expect(200);
        let draft = draft_of(&mut maker, "/staff/shipments/new?kind=card&to=emb-gb");
        assert!(!maker.page.text().contains(&unchecked.reference.to_string()), "its record check was taken back");
        let mut counter = app.staff("hana", &[Municipal], "141046");
        count_and_send(&mut counter, &draft, "2").expect(200);
        for case in &cases {
            let file = app.store.read(|db| cases::get_case(db, case.id)).unwrap();
            assert_eq!((status_of(&app, case), notices_of(&app, case)), (Status::Shipped, vec!["N11".to_owned()]));
            assert!(file.record_check_notice_at.is_some());
        }
        let mut receiver = app.staff("jiro", &[Consular], "emb-gb");
        receiver.open(&draft).expect(200).press("届いた。袋をあける").expect(200).sees("到着登録（カード）");
        receiver.fill("棚番号", "B-12").fill("受付番号またはQR", &cases[0].reference.to_string()).press("登録").expect(200);
        receiver.fill("受付番号またはQR", &cases[1].reference.to_string()).press("登録").expect(200);
        assert!(receiver.page.text().contains("不足 なし") && receiver.page.text().contains("棚 B-12"), "{}", receiver.page.text());
        receiver.fill("袋の中の件数", "2").press("この袋を閉じる").expect(200);
        assert!(cases.iter().all(|case| status_of(&app, case) == Status::Arrived));
        receiver.open("/staff/shipments?view=received").expect(200);
        assert!(receiver.page.text().contains("受領ずみ"), "{}", receiver.page.text());
    }

    fn cards_of_the_issuer_are_received_at_the_municipality(database: TestDatabase) {
        let app = TestApp::start(database);
        let cases: Vec<Application> = (1..=2).map(|number| put(&app, &filed(&app, number, LONDON), Status::Made)).collect();
        let number = ShipmentNumber::from_random(77);
        app.store.write(|db| {
            let to = OfficeCode::parse("141046").unwrap();
            let carriage = Carriage::default();
            let new = NewShipment { number, kind: ShipmentKind::Card, from: &Desk::Issuer, to: &to, carriage: &carriage, by: "issuer" };
            let made = shipments::insert_shipment(db, &new, &[cases[0].id], now())?;
            shipments::close_shipment(db, made.id, made.version, "issuer", now()).map(|_| ())
        }).unwrap();
        let mut clerk = app.staff("jiro", &[Municipal], "141046");
        scan(&mut clerk, &number.to_string()).expect(200).sees("到着登録（カード）");
        assert!(clerk.page.text().contains("発行機関"), "{}", clerk.page.text());
        clerk.fill("受付番号またはQR", &cases[0].reference.to_string()).press("登録").expect(200);
        assert_eq!(status_of(&app, &cases[0]), Status::Setup);
        clerk.fill("受付番号またはQR", &cases[1].reference.to_string()).press("登録").expect(422);
        clerk.press("一覧にないが、登録する").expect(200);
        clerk.fill("袋の中の件数", "2").press("この袋を閉じる").expect(422);
        clerk.fill("袋の中の件数", "2").tick("もう一度数えた").press("この袋を閉じる").expect(200);
        assert_eq!(task_desks(&app, &cases[1], TaskKind::SurplusItem), ["141046", "141046", "issuer"]);
    }

    fn who_is_in_a_shipment_and_leaves_it_otherwise_keeps_it_a_draft_and_is_named(database: TestDatabase) {
        let app = TestApp::start(database);
        let cases = received(&app, 3);
        let mut maker = app.staff("taro", &[Consular], "emb-gb");
        let draft = draft_of(&mut maker, FORMS);
        put(&app, &cases[1], Status::Withdrawn);
        let mut counter = app.staff("hana", &[Consular], "emb-gb");
        count_and_send(&mut counter, &draft, "3").expect(409);
        let gone = cases[1].reference.to_string();
        assert!(counter.page.text().contains(&format!("送れなくなったものがあります：{gone}")), "{}", counter.page.text());
        assert!([0, 2].iter().all(|place: &usize| status_of(&app, &cases[*place]) == Status::Received && notices_of(&app, &cases[*place]).is_empty()));
        counter.press("選んだものを外す").expect(200);
        assert!(!counter.page.text().contains(&gone), "{}", counter.page.text());
        counter.fill("数えた数", "2").press("数を確かめて送る").expect(200);
        assert!([0, 2].iter().all(|place: &usize| status_of(&app, &cases[*place]) == Status::Forwarded));
        assert_eq!(status_of(&app, &cases[1]), Status::Withdrawn);
    }

    fn the_second_press_and_the_second_clerk_make_no_second_shipment(database: TestDatabase) {
        let app = TestApp::start(database);
        received(&app, 2);
        let mut taro = app.staff("taro", &[Consular], "emb-gb");
        let mut hana = app.staff("hana", &[Consular], "emb-gb");
        hana.open(FORMS).expect(200);
        let (action, fields) = taro.open(FORMS).expect(200).form_of("準備する");
        let body = body_of(&fields);
        taro.post(&action, &body);
        taro.expect(303);
        let draft = taro.page.headers["location"].clone();
        taro.post(&action, &body);
        taro.expect(303);
        assert_eq!(taro.page.headers["location"], draft);
        hana.press("準備する").expect(409);
        assert!(hana.page.text().contains("別の送付に入っています"), "{}", hana.page.text());
        assert_eq!(app.noted("shipment.made"), 1);
        hana.open(FORMS).expect(200);
        assert_eq!(hana.page.errors(), Vec::<String>::new());
        hana.press("準備する").expect(422);
        assert_eq!(hana.page.errors(), ["送るものを1件以上選んでください"]);
    }

    fn of_two_who_count_at_once_one_sends_and_the_other_is_told_by_whom(database: TestDatabase) {
        let app = TestApp::start(database);
        let cases = received(&app, 2);
        let mut maker = app.staff("taro", &[Consular], "emb-gb");
        let draft = draft_of(&mut maker, FORMS);
        let counters = ["hana", "ken"].map(|user| {
            let mut counter = app.staff(user, &[Consular], "emb-gb");
            counter.open(&draft).expect(200);
            counter.fill("数えた数", "2");
            counter
        });
        let mut answers = press_at_once(&app, &counters, "数を確かめて送る");
        answers.sort();
        assert_eq!((answers[0].0, answers[1].0), (303, 409), "{}", answers[1].1);
        assert!(answers[1].1.contains("に更新しました（輸送中）"), "{}", answers[1].1);
        for case in &cases {
            assert_eq!((entered(&app, case, Status::Forwarded), notices_of(&app, case)), (1, vec!["N08".to_owned()]));
        }
        let (_, fields) = maker.form_of("選んだものを外す");
        let mut fields = fields;
        fields.push((format!("item_{}", cases[0].reference.compact()), "yes".to_owned()));
        maker.post(&draft, &body_of(&fields));
        maker.expect(409);
    }

    fn who_put_it_together_cannot_count_it_and_a_draft_can_change_or_be_given_up(database: TestDatabase) {
        let app = TestApp::start(database);
        let cases = received(&app, 2);
        let mut maker = app.staff("taro", &[Consular], "emb-gb");
        let draft = draft_of(&mut maker, FORMS);
        let (_, mut fields) = maker.form_of("送り方を直す");
        fields.retain(|(name, _)| name != "go");
        let version_and_csrf = fields.clone();
        fields.extend([("go".to_owned(), "send".to_owned()), ("count2".to_owned(), "2".to_owned())]);
        maker.post(&draft, &body_of(&fields));
        maker.expect(422);
        assert!(maker.page.text().contains("作った人とは別の人です"));
        assert!(cases.iter().all(|case| status_of(&app, case) == Status::Received));
        maker.open(&draft).fill("追跡番号", &"9".repeat(41)).press("送り方を直す").expect(422);
        assert_eq!(maker.page.errors(), ["追跡番号は40文字以内で入力してください"]);
        maker.open(&draft).fill("追跡番号", "RR1").pick("送り方", "書留").press("送り方を直す").expect(200);
        assert!(maker.page.text().contains("書留 RR1 封かんなし"), "{}", maker.page.text());
        maker.post(&draft, &body_of(&[version_and_csrf, vec![("go".to_owned(), "cancel".to_owned())]].concat()));
        maker.expect(409);
        maker.open(&draft).press("この送付を取りやめる").expect(200);
        assert!(maker.page.text().contains("取りやめ"), "{}", maker.page.text());
        maker.open("/staff/shipments");
        assert!(maker.page.has_link("神奈川県横浜市中区（2件）"), "what was in it can be sent: {}", maker.page.text());
    }

    fn a_shipment_of_others_does_not_exist(database: TestDatabase) {
        let app = TestApp::start(database);
        received(&app, 1);
        let mut maker = app.staff("taro", &[Consular], "emb-gb");
        let draft = draft_of(&mut maker, FORMS);
        let (_, fields) = maker.form_of("送り方を直す");
        let mut counter = app.staff("hana", &[Consular], "emb-gb");
        let mut stranger = app.staff("anne", &[Consular], "emb-fr");
        for _ in 0..2 {
            for path in [draft.clone(), format!("{draft}.pdf")] {
                stranger.open(&path).expect(404);
            }
            stranger.open("/staff/shipments");
            assert!(!stranger.page.text().contains("SH-"));
            let csrf = stranger.form_of("サインアウト").1;
            let mut posted = fields.clone();
            posted.retain(|(name, _)| name != "csrf");
            posted.extend(csrf.into_iter().filter(|(name, _)| name == "csrf"));
            stranger.post(&draft, &body_of(&posted));
            stranger.expect(404);
            let number = draft.rsplit('/').next().unwrap();
            scan(&mut stranger, number).expect(422);
            assert_eq!(stranger.page.errors(), ["この送付番号は、この窓口あての送付に見つかりません"]);
            if counter.page.path != draft {
                count_and_send(&mut counter, &draft, "1").expect(200);
            }
        }
    }

    fn a_piece_of_another_list_arrives_for_that_list_and_is_too_much_in_this_bag(database: TestDatabase) {
        let app = TestApp::start(database);
        let first = received(&app, 1);
        let mut maker = app.staff("taro", &[Consular], "emb-gb");
        let mut counter = app.staff("hana", &[Consular], "emb-gb");
        let one = draft_of(&mut maker, FORMS);
        count_and_send(&mut counter, &one, "1").expect(200);
        let second = put(&app, &filed(&app, 9, LONDON), Status::Received);
        let two = draft_of(&mut maker, FORMS);
        count_and_send(&mut counter, &two, "1").expect(200);
        let mut receiver = app.staff("jiro", &[Municipal], "141046");
        scan(&mut receiver, one.rsplit('/').next().unwrap()).expect(200);
        for case in [&first[0], &second] {
            receiver.fill("受付番号またはQR", &sheet_one(case.reference)).press("登録").expect(200);
            assert_eq!(status_of(&app, case), Status::AtHonseki);
        }
        receiver.fill("袋の中の件数", "2").press("この袋を閉じる").expect(422);
        assert_eq!(receiver.page.errors(), ["送付一覧と合いません（不足 0件、一覧にないもの 1件）。もう一度確かめてください"]);
        receiver.fill("袋の中の件数", "2").tick("もう一度数えた").press("この袋を閉じる").expect(200);
        assert_eq!(task_desks(&app, &second, TaskKind::SurplusItem), ["141046", "emb-gb"]);
        scan(&mut receiver, two.rsplit('/').next().unwrap()).expect(200);
        assert!(receiver.page.text().contains("不足 なし"), "{}", receiver.page.text());
    }

    fn the_list_is_a_pdf_with_its_names_and_its_code(database: TestDatabase) {
        let app = TestApp::start(database);
        let cases = received(&app, 24);
        let mut maker = app.staff("taro", &[Consular], "emb-gb");
        let draft = draft_of(&mut maker, FORMS);
        let number: ShipmentNumber = draft.rsplit('/').next().unwrap().parse().unwrap();
        let mut counter = app.staff("hana", &[Consular], "emb-gb");
        count_and_send(&mut counter, &draft, "24").expect(200);
        counter.get_once(&format!("{draft}.pdf"));
        counter.expect(200);
        assert_eq!(counter.page.headers["content-type"], "application/pdf");
        assert_eq!(counter.page.headers["cache-control"], "no-store");
        let file = lopdf::Document::load_mem(&counter.page.body).unwrap();
        assert_eq!(file.get_pages().len(), 2);
        #[cfg(feature = "tool-tests")]
        {
            let references: Vec<String> = cases.iter().map(|case| case.reference.to_string()).collect();
            super::printed::check_list(&counter.page.body, &number.payload(), &references);
        }
        assert!(!cases.is_empty() && number.to_string().starts_with("SH-"));
        let mut receiver = app.staff("jiro", &[Municipal], "141046");
        receiver.get_once(&format!("{draft}.pdf"));
        receiver.expect(200);
    }

    fn english_pages_say_the_same(database: TestDatabase) {
        let app = TestApp::start(database);
        received(&app, 1);
        let mut maker = app.staff("taro", &[Consular], "emb-gb");
        maker.open("/en/staff/intake?kind=card").expect(200).sees("Intake (cards)");
        maker.open("/en/staff/shipments").expect(200).sees("Shipments");
        maker.open("/en/staff/shipments/new?kind=form&to=141046").expect(200).sees("New shipment");
        maker.press("Prepare").expect(200);
        assert!(maker.page.heading().starts_with("Shipment SH-"));
    }
}

//! Retention on screen: the rules with their reasons, what was destroyed, and the same periods in the privacy text.

use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::domain::retention::{CASES, DRAFTS, FORMS, PHOTOS, RULES};
use tsubame::domain::staff::Role;
use tsubame::storage::destruction_records::{self, NewDestruction};

use crate::on_each_database;
use crate::support::app::TestApp;

on_each_database! {
    fn rules_and_records_are_shown_and_one_case_can_be_asked_for(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut akiko = app.staff("akiko", &[Role::Auditor], "");
        akiko.follow_link("保存の期間").expect(200).sees("保存の期間");
        let text = akiko.page.text();
        assert!(text.contains("手続が終わった日から365日") && text.contains("消したものはありません"), "{text}");
        assert_eq!(akiko.page.html().matches("<th scope=\"row\">").count(), RULES.len());
        let gone = ReceiptNumber::from_random(7);
        let now = tsubame::clock::Clock::now(app.clock.as_ref());
        app.store.write(|db| destruction_records::insert_record(db, &NewDestruction { kind: "cases", days: 365, destroyed: 1, case: Some(gone) }, now)).unwrap();
        for _ in 0..60 {
            app.store.write(|db| destruction_records::insert_record(db, &NewDestruction { kind: "keys", days: 7, destroyed: 3, case: None }, now)).unwrap();
        }
        akiko.open("/en/admin/retention").expect(200).sees("Retention").follow_link("Earlier records").expect(200);
        assert!(akiko.page.text().contains("365 days"));
        akiko.open("/admin/retention").fill("受付番号", &gone.to_string());
        akiko.open(&format!("/admin/retention?case={gone}")).expect(200);
        assert!(akiko.page.text().contains("365 days") && !akiko.page.text().contains("7 days"), "{}", akiko.page.text());
        akiko.open(&format!("/admin/retention?case={}", ReceiptNumber::from_random(8))).expect(200);
        assert!(akiko.page.text().contains("この受付番号の申請を消した記録はありません"));
        akiko.open("/admin/retention?case=x&before=y").expect(422);
        assert!(!app.database.holds(&gone.compact()), "the record names no receipt number");
    }

    fn the_privacy_text_promises_what_the_rules_do(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut reader = app.person();
        for (path, of) in [("/privacy", ["{}日で消します", "終わってから{}日", "写真は{}日"]), ("/en/privacy", ["{} days", "{} days after it ended", "photo after {} days"])] {
            reader.open(path).expect(200);
            let text = reader.page.text();
            for (rule, words) in [(DRAFTS, of[0]), (FORMS, of[0]), (CASES, of[1]), (PHOTOS, of[2])] {
                let promised = words.replace("{}", &rule.days.to_string());
                assert!(text.contains(&promised), "{promised}: {text}");
            }
        }
    }
}

//! The release to the issuer, and what the issuer finds about a card.

use tsubame::domain::handover::RecordCheck;
use tsubame::domain::staff::Role;
use tsubame::domain::status::Status;
use tsubame::domain::transition::Actor;

use super::{
    CHIYODA, House, Post, Way, about_nobody, case_of, put, send_as, set_check, with, written,
};
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Person;
use crate::web::desk_cast::Filed;

const RELEASED: (Status, Status) = (Status::Confirmed, Status::AtIssuer);
/// From, to, and the words of the finding.
const INSPECTED: &[(Status, Status, &str)] = &[
    (Status::AtIssuer, Status::Made, "合格"),
    (Status::AtIssuer, Status::IssuerDefect, "写真不良"),
];

pub(super) fn ways() -> Vec<Way> {
    super::ways(|from, to| {
        (from, to) == RELEASED || INSPECTED.iter().any(|one| (one.0, one.1) == (from, to))
    })
}

fn checked(app: &TestApp, number: u64) -> Filed {
    let case = case_of(app, number, (Status::Confirmed, Actor::HonsekiClerk));
    set_check(app, &case, RecordCheck::Done);
    case
}

/// What the release answers: how many left and how many did not.
fn release_as(person: &mut Person, post: &Post) -> String {
    assert_eq!(send_as(person, post), 303);
    person.page.headers["location"].clone()
}

/// The form of a batch with one card and this finding.
fn prepare(issuer: &mut Person, app: &TestApp, case: &Filed, finding: &str) -> Post {
    let receipt = case.application(app).reference;
    issuer.choose(&format!("{receipt} の検査の結果"), finding);
    issuer.form_of("作成済にする")
}

on_each_database! {
    fn a_case_is_released_by_the_keeper_of_its_register_while_its_check_stands(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut house = House::new(&app);
        let case = checked(&app, 1);
        house.naka.open("/staff/release").expect(200);
        let post = house.naka.form_of("選んだ申請を発行機関へ送る");
        let before = written(&app, &case);
        assert_eq!(send_as(house.manager(Actor::HonsekiClerk), &post), 403, "the wrong role");
        assert_eq!(send_as(&mut house.london, &post), 403, "a mission releases nothing");
        let nowhere = about_nobody(&app, &case, &post);
        let none = "/staff/release?sent=0&left=1";
        assert_eq!((release_as(&mut house.chiyoda, &post).as_str(), release_as(&mut house.chiyoda, &nowhere).as_str()), (none, none), "{CHIYODA}: the same answer");
        assert_eq!(written(&app, &case), before);
        set_check(&app, &case, RecordCheck::Open);
        let before = written(&app, &case);
        assert_eq!(release_as(&mut house.naka, &post), none, "its check was taken back");
        assert_eq!(written(&app, &case), before);
        set_check(&app, &case, RecordCheck::Done);
        for other in [Status::AtHonseki, Status::Withdrawn] {
            put(&app, &case, (other, Actor::HonsekiClerk));
            let before = written(&app, &case);
            assert_eq!(release_as(&mut house.naka, &post), none, "in {}", other.code());
            assert_eq!(written(&app, &case), before);
        }
        put(&app, &case, (Status::Confirmed, Actor::HonsekiClerk));
        assert_eq!(release_as(&mut house.naka, &post), "/staff/release?sent=1&left=0");
        assert_eq!(case.status(&app), "S45");
        let before = written(&app, &case);
        assert_eq!(release_as(&mut house.naka, &post), none, "a second time");
        assert_eq!(written(&app, &case), before);
    }

    fn a_card_is_made_or_sent_back_by_the_issuer_that_looked_at_it(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut house = House::new(&app);
        let mut issuer = app.staff("issuer", &[Role::Issuer], "");
        for (number, (from, to, finding)) in (1..).zip(INSPECTED.iter().copied()) {
            let case = checked(&app, number);
            house.naka.open("/staff/release").press("選んだ申請を発行機関へ送る").expect(200);
            assert_eq!(case.status(&app), from.code());
            issuer.open("/issuer/batches").press("新しいバッチを作る（1件）").expect(200);
            let batch = issuer.page.path.clone();
            let post = prepare(&mut issuer, &app, &case, finding);
            let before = written(&app, &case);
            // The issuer has no office: another role is the only stranger there is.
            for stranger in [Actor::ConsularClerk, Actor::MunicipalClerk, Actor::HonsekiClerk] {
                assert_eq!(send_as(house.clerk(stranger), &post), 403, "{stranger:?}");
                assert_eq!(send_as(house.manager(stranger), &post), 403, "a manager");
            }
            let elsewhere = ("/issuer/batches/B-999999".to_owned(), post.1.clone());
            assert_eq!(send_as(&mut issuer, &elsewhere), 404);
            let found = post.1.iter().find(|(name, _)| name.starts_with("found-")).unwrap().0.clone();
            assert_eq!(send_as(&mut issuer, &with(&post, &found, "")), 422, "nobody looked at it");
            app.do_jobs();
            assert_eq!(written(&app, &case), before, "{}", to.code());
            put(&app, &case, (Status::Withdrawn, Actor::HonsekiClerk));
            let before = written(&app, &case);
            let answer = send_as(&mut issuer, &post);
            assert!(matches!(answer, 303 | 409 | 422), "{answer}");
            app.do_jobs();
            assert_eq!(written(&app, &case), before, "in another state");
            put(&app, &case, (from, Actor::HonsekiClerk));
            issuer.open(&batch).expect(200);
            let post = prepare(&mut issuer, &app, &case, finding);
            assert_eq!(send_as(&mut issuer, &post), 303);
            app.do_jobs();
            assert_eq!(case.status(&app), to.code());
        }
    }
}

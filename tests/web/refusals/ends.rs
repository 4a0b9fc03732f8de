//! The ends of a case: withdrawn, moved home, ended. Withdrawal and end may be told to any office with a part in the case, moved home to the keeper of
//! its register alone.

use tsubame::domain::status::Status;
use tsubame::domain::transition::{Actor, Transition};

use super::{House, Post, Way, about_nobody, case_of, put, send_as, with, written};
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Person;
use crate::web::desk_cast::Filed;

pub(super) fn ways() -> Vec<Way> {
    super::ways(|from, to| {
        let is_end = matches!(to, Status::Withdrawn | Status::ReturnedHome | Status::Ended);
        is_end && from != Status::Draft
    })
}

fn prepare(clerk: &mut Person, case: &Filed, to: Status) -> Post {
    let (page, sure, submit) = match to {
        Status::Withdrawn => ("withdrawal", "署名された申出", "取り下げる"),
        Status::ReturnedHome => ("return-home", "転入の記録", "終了にする"),
        _ => ("end", "届出か記録", "終了にする"),
    };
    clerk
        .open(&case.desk(&format!("/changes/{page}")))
        .expect(200);
    if to == Status::Ended {
        clerk.choose("理由", "国籍喪失");
    }
    clerk.tick(sure);
    clerk.form_of(submit)
}

fn refuse(house: &mut House<'_>, way: Way, case: &Filed, post: &Post) {
    let (from, to, actor) = way;
    let app = house.app;
    house.refused_to_strangers(way, case, (post, &about_nobody(app, case, post)));
    let before = written(app, case);
    if to == Status::ReturnedHome && !from.is_before_filing() {
        assert_eq!(
            send_as(&mut house.london, post),
            409,
            "{way:?}: the keeper of the register alone"
        );
    }
    assert_eq!(
        send_as(house.clerk(actor), &with(post, "sure", "")),
        422,
        "{way:?} without its proof"
    );
    assert_eq!(written(app, case), before, "{way:?} without its proof");
    // Something else happened meanwhile: to a case from which the same way would still lead, and to one that has ended.
    let meanwhile = [Status::Setup, Status::AtHonseki]
        .into_iter()
        .find(|other| *other != from);
    for other in meanwhile.into_iter().chain([Status::NotAccepted]) {
        put(app, case, (other, actor));
        let before = written(app, case);
        assert_eq!(
            send_as(house.clerk(actor), post),
            409,
            "{way:?}, meanwhile in {}",
            other.code()
        );
        assert_eq!(
            written(app, case),
            before,
            "{way:?}, meanwhile in {}",
            other.code()
        );
    }
    put(app, case, (from, actor));
}

/// Every end that `to` names, from wherever the table lets it begin.
fn every_end(app: &TestApp, to: Status) {
    let mut house = House::new(app);
    let ways = ways().into_iter().filter(|way| way.1 == to);
    for (number, way) in (1..).zip(ways) {
        let (from, _, actor) = way;
        assert!(Transition::find(from, to, actor).is_ok());
        let case = case_of(app, number, (from, actor));
        let post = prepare(house.clerk(actor), &case, to);
        refuse(&mut house, way, &case, &post);
        let post = prepare(house.clerk(actor), &case, to);
        assert_eq!(send_as(house.clerk(actor), &post), 303, "{way:?}");
        assert_eq!(case.status(app), to.code(), "{way:?}");
        let before = written(app, &case);
        assert_eq!(
            send_as(house.clerk(actor), &post),
            303,
            "{way:?}: the same form again"
        );
        assert_eq!(written(app, &case), before, "{way:?}: ends once");
    }
}

on_each_database! {
    fn a_withdrawal_needs_its_signed_request_and_a_filed_case(database: TestDatabase) {
        every_end(&TestApp::start(database), Status::Withdrawn);
    }

    fn moving_home_is_the_keeper_of_the_registers_to_say(database: TestDatabase) {
        every_end(&TestApp::start(database), Status::ReturnedHome);
    }

    fn another_end_needs_its_proof_and_its_reason(database: TestDatabase) {
        let app = TestApp::start(database);
        every_end(&app, Status::Ended);
        let case = case_of(&app, 900, (Status::Received, Actor::ConsularClerk));
        let mut taro = crate::web::desk_cast::clerk(&app, "taro", super::LONDON);
        let post = prepare(&mut taro, &case, Status::Ended);
        let before = written(&app, &case);
        assert_eq!(send_as(&mut taro, &with(&post, "end", "")), 422);
        assert_eq!(written(&app, &case), before);
    }
}

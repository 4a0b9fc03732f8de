//! What a desk decides (S03), alone and with a second person.

use tsubame::domain::handover::RecordCheck;
use tsubame::domain::staff::Role;
use tsubame::domain::status::Status;
use tsubame::domain::transition::Actor;
use tsubame::storage::cases;

use super::{
    CHIYODA, House, LONDON, NAKA, Post, Way, about_nobody, case_of, office_of, put, send_as,
    set_check, with, written,
};
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Person;
use crate::web::desk_cast::{Filed, agree, approver, code};

const DECIDE: &str = "決定して次の申請へ";

/// What a decision cannot do without.
#[derive(Clone, Copy)]
enum Need {
    /// The row asks for nothing.
    Nothing,
    /// This field.
    Field(&'static str),
    /// The office keeps the register.
    Register,
    /// The register check stands.
    Check,
    /// The card is collected where the register is kept.
    PickupHere,
}

/// From, to, the words of the choice, what is filled in besides, and what the row asks for.
type Decided = (Status, Status, &'static str, fn(&mut Person), Need);

fn nothing(_person: &mut Person) {}

fn names_a_defect(person: &mut Person) {
    person.tick("D09");
}

fn says_how_it_came(person: &mut Person) {
    person.choose("届いた方法", "郵送");
}

fn asks(person: &mut Person) {
    person.fill("申請者に送る文", "転出届はどこに出しましたか");
}

fn names_a_reason(person: &mut Person) {
    person.pick(
        "受理しない理由",
        "D02 戸籍の附票に、国外転出の記載がありません",
    );
}

fn compares(person: &mut Person) {
    agree(person);
}

const ALONE: &[Decided] = &[
    (
        Status::Received,
        Status::Defect,
        "直してもらう",
        names_a_defect,
        Need::Field("d09"),
    ),
    (
        Status::AtHonseki,
        Status::Defect,
        "直してもらう",
        names_a_defect,
        Need::Field("d09"),
    ),
    (
        Status::Defect,
        Status::Received,
        "直した書類を受け付ける",
        says_how_it_came,
        Need::Field("channel"),
    ),
    (
        Status::Received,
        Status::AtHonseki,
        "附票の照合を始める",
        nothing,
        Need::Register,
    ),
    (
        Status::AtHonseki,
        Status::Inquiry,
        "照会する",
        asks,
        Need::Field("text"),
    ),
    (
        Status::Inquiry,
        Status::AtHonseki,
        "照会を終えて",
        nothing,
        Need::Nothing,
    ),
    (
        Status::Confirmed,
        Status::AtHonseki,
        "もう一度照合する",
        nothing,
        Need::Nothing,
    ),
    (
        Status::IssuerDefect,
        Status::AtIssuer,
        "直ったので",
        nothing,
        Need::Check,
    ),
    (
        Status::IssuerDefect,
        Status::AtHonseki,
        "もう一度照合する",
        nothing,
        Need::Nothing,
    ),
    (
        Status::Arrived,
        Status::Ready,
        "受け取りの案内を送る",
        nothing,
        Need::Nothing,
    ),
    (
        Status::Setup,
        Status::Ready,
        "受け取りの案内を送る",
        nothing,
        Need::PickupHere,
    ),
];

const BY_TWO: &[Decided] = &[
    (
        Status::Received,
        Status::NotAccepted,
        "受理しない",
        names_a_reason,
        Need::Field("reason"),
    ),
    (
        Status::AtHonseki,
        Status::NotAccepted,
        "受理しない",
        names_a_reason,
        Need::Field("reason"),
    ),
    (
        Status::Defect,
        Status::NotAccepted,
        "受理しない",
        names_a_reason,
        Need::Field("reason"),
    ),
    (
        Status::AtHonseki,
        Status::Confirmed,
        "確認ずみ",
        compares,
        Need::Field("check_name"),
    ),
];

fn ways_in(list: &[Decided]) -> Vec<Way> {
    super::ways(|from, to| list.iter().any(|one| (one.0, one.1) == (from, to)))
}

pub(super) fn ways() -> Vec<Way> {
    [ways_in(ALONE), ways_in(BY_TWO)].concat()
}

/// The form of a decision as a clerk before the case would send it.
fn prepare(clerk: &mut Person, case: &Filed, decided: &Decided) -> Post {
    clerk.open(&case.desk("")).expect(200);
    clerk.choose("審査の結果", decided.2);
    (decided.3)(clerk);
    clerk.form_of(DECIDE)
}

/// Takes away what the row asks for, tries, and gives it back.
fn without_its_guard(
    house: &mut House<'_>,
    way: Way,
    case: &Filed,
    (decided, post): (&Decided, &Post),
) {
    let (app, actor) = (house.app, way.2);
    let id = case.application(app).id;
    let lay = |register: &str, pickup: &str| {
        app.store
            .write(|db| {
                cases::set_register_office(db, id, &code(register))?;
                cases::set_pickup_office(db, id, &code(pickup))
            })
            .unwrap();
    };
    let blank = match decided.4 {
        Need::Nothing => return,
        Need::Field(name) => with(post, name, ""),
        Need::Register | Need::Check | Need::PickupHere => post.clone(),
    };
    match decided.4 {
        Need::Register => lay(CHIYODA, NAKA),
        Need::PickupHere => lay(NAKA, LONDON),
        Need::Check => set_check(app, case, RecordCheck::Open),
        Need::Nothing | Need::Field(_) => {}
    }
    let before = written(app, case);
    let status = send_as(house.clerk(actor), &blank);
    assert_eq!(
        (status, written(app, case)),
        (422, before),
        "{way:?} without its guard"
    );
    match decided.4 {
        Need::Register | Need::PickupHere => lay(NAKA, office_of(actor)),
        Need::Check => set_check(app, case, RecordCheck::Done),
        Need::Nothing | Need::Field(_) => {}
    }
}

/// Everything that is refused of a decision's form.
fn refuse(house: &mut House<'_>, way: Way, case: &Filed, (decided, post): (&Decided, &Post)) {
    let (from, _, actor) = way;
    let app = house.app;
    house.refused_to_strangers(way, case, (post, &about_nobody(app, case, post)));
    let before = written(app, case);
    let status = send_as(house.other(actor), post);
    assert!(
        matches!(status, 409 | 422),
        "{way:?} by the other office: {status}"
    );
    assert_eq!(written(app, case), before, "{way:?} by the other office");
    without_its_guard(house, way, case, (decided, post));
    put(app, case, (Status::Withdrawn, actor));
    let before = written(app, case);
    assert_eq!(
        send_as(house.clerk(actor), post),
        409,
        "{way:?} in another state"
    );
    assert_eq!(written(app, case), before, "{way:?} in another state");
    put(app, case, (from, actor));
}

on_each_database! {
    fn what_one_person_decides_is_hers_alone_and_only_now(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut house = House::new(&app);
        let mut number = 0;
        for decided in ALONE {
            for way in ways_in(&[*decided]) {
                number += 1;
                let case = case_of(&app, number, (way.0, way.2));
                set_check(&app, &case, RecordCheck::Done);
                let post = prepare(house.clerk(way.2), &case, decided);
                refuse(&mut house, way, &case, (decided, &post));
                let post = prepare(house.clerk(way.2), &case, decided);
                assert_eq!(send_as(house.clerk(way.2), &post), 303, "{way:?}");
                assert_eq!(case.status(&app), way.1.code(), "{way:?}");
            }
        }
    }

    fn what_two_decide_waits_for_the_second_of_the_same_office(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut house = House::new(&app);
        let mut seconds = [LONDON, CHIYODA, NAKA].map(|office| approver(&app, &format!("second-{office}"), office));
        let mut stranger = approver(&app, "stranger", super::PARIS);
        let mut number = 0;
        for decided in BY_TWO {
            for way in ways_in(&[*decided]) {
                number += 1;
                let (from, to, actor) = way;
                let case = case_of(&app, number, (from, actor));
                let post = prepare(house.clerk(actor), &case, decided);
                refuse(&mut house, way, &case, (decided, &post));
                let post = prepare(house.clerk(actor), &case, decided);
                assert_eq!(send_as(house.clerk(actor), &post), 303, "{way:?}");
                assert_eq!(case.status(&app), from.code(), "{way:?}: one person moves nothing");
                let second = &mut seconds[match actor { Actor::ConsularClerk => 0, Actor::MunicipalClerk => 1, _ => 2 }];
                second.open("/staff/approvals").follow_link(&case.application(&app).reference.to_string()).expect(200);
                let approval = second.form_of("承認する");
                let before = written(&app, &case);
                assert_eq!(send_as(house.clerk(actor), &approval), 403, "{way:?}: a clerk does not approve");
                assert_eq!(send_as(&mut stranger, &approval), 404, "{way:?}: another office's second person");
                let here = stranger.page.html();
                let nowhere = ("/staff/approvals/999999".to_owned(), approval.1.clone());
                assert_eq!(send_as(&mut stranger, &nowhere), 404);
                assert_eq!(here.replace(&approval.0, &nowhere.0), stranger.page.html(), "{way:?}: the same answer");
                assert_eq!(send_as(second, &with(&approval, "go", "return")), 422, "{way:?}: sent back without a word");
                assert_eq!(written(&app, &case), before, "{way:?}");
                put(&app, &case, (Status::Withdrawn, actor));
                let before = written(&app, &case);
                assert_eq!(send_as(second, &approval), 409, "{way:?} in another state");
                assert_eq!(written(&app, &case), before, "{way:?} in another state");
                put(&app, &case, (from, actor));
                assert_eq!(send_as(second, &approval), 303, "{way:?}");
                assert_eq!(case.status(&app), to.code(), "{way:?}");
            }
        }
    }

    fn who_decided_is_never_the_second_person(database: TestDatabase) {
        let app = TestApp::start(database);
        let case = case_of(&app, 1, (Status::Received, Actor::ConsularClerk));
        let mut both = app.staff("both", &[Role::Consular, Role::Approver], LONDON);
        let post = prepare(&mut both, &case, &BY_TWO[0]);
        assert_eq!(send_as(&mut both, &post), 303);
        let mut second = approver(&app, "second", LONDON);
        second.open("/staff/approvals").follow_link(&case.application(&app).reference.to_string()).expect(200);
        let approval = second.form_of("承認する");
        let before = written(&app, &case);
        assert_eq!(send_as(&mut both, &approval), 404);
        assert_eq!(written(&app, &case), before);
    }
}

//! Every way in which a member of staff moves a case, taken from the transition table: through the page that does it, the same form is sent by the wrong
//! role, by an office without a part, for a case in another state and without what the row asks for. Each is refused and writes nothing; then the way is
//! gone, so that what was refused is known to have been possible.

mod decisions;
mod ends;
mod issuer;
mod legs;

use std::collections::BTreeSet;

use tsubame::clock::Clock;
use tsubame::domain::handover::RecordCheck;
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::domain::staff::Role;
use tsubame::domain::status::Status;
use tsubame::domain::transition::{Actor, TRANSITIONS, Transition};
use tsubame::storage::audit::{self, Chain};
use tsubame::storage::{StoreError, case_facts, cases, history, outbox};

use super::desk_cast::{Filed, LONDON, NAKA, PARIS, body_of, clerk, code};
use crate::support::app::TestApp;
use crate::support::person::Person;

/// A municipality that keeps the register of nobody in these tests.
const CHIYODA: &str = "131016";

/// One way of the table by one actor: from, to, by whom.
type Way = (Status, Status, Actor);

/// Ways that no page offers to staff, each with its reason.
const WITHOUT_PAGE: &[(Status, Status, &str)] = &[
    (Status::Ready, Status::Booked, "visits have no page yet"),
    (Status::Overdue, Status::Booked, "visits have no page yet"),
    (Status::Booked, Status::Ready, "visits have no page yet"),
    (
        Status::Ready,
        Status::HandedOver,
        "the handover has no page yet",
    ),
    (
        Status::Booked,
        Status::HandedOver,
        "the handover has no page yet",
    ),
    (
        Status::Overdue,
        Status::HandedOver,
        "the handover has no page yet",
    ),
    (
        Status::Overdue,
        Status::Disposed,
        "disposal has no page yet",
    ),
    (
        Status::Draft,
        Status::ReturnedHome,
        "a draft is seen by its applicant alone",
    ),
    (
        Status::Draft,
        Status::Ended,
        "a draft is seen by its applicant alone",
    ),
];

fn is_staff(actor: Actor) -> bool {
    !matches!(actor, Actor::Applicant | Actor::System)
}

/// The ways by which a row of the table leads to `to` from one of `from`, by the hand of staff.
fn ways(is_one: impl Fn(Status, Status) -> bool) -> Vec<Way> {
    let rows = TRANSITIONS.iter().flat_map(|row: &'static Transition| {
        let froms = row.from.iter().copied();
        froms.flat_map(move |from| row.actors.iter().map(move |actor| (from, row.to, *actor)))
    });
    rows.filter(|(from, to, actor)| is_staff(*actor) && is_one(*from, *to))
        .collect()
}

#[test]
fn every_way_of_staff_is_refused_and_gone_by_its_page_or_says_why_it_has_none() {
    let named = |way: Way| (way.0.code(), way.1.code(), way.2.as_str());
    let every: BTreeSet<_> = ways(|_, _| true).into_iter().map(named).collect();
    let with_page = [
        decisions::ways(),
        ends::ways(),
        issuer::ways(),
        legs::ways(),
    ];
    let with_page: BTreeSet<_> = with_page.into_iter().flatten().map(named).collect();
    let without = ways(|from, to| WITHOUT_PAGE.iter().any(|one| (one.0, one.1) == (from, to)));
    let without: BTreeSet<_> = without.into_iter().map(named).collect();
    let both: Vec<_> = with_page.intersection(&without).collect();
    assert!(
        both.is_empty(),
        "with a page and with a reason for none: {both:?}"
    );
    let covered: BTreeSet<_> = with_page.union(&without).copied().collect();
    assert_eq!(covered, every);
}

/// A form as it would be sent.
type Post = (String, Vec<(String, String)>);

/// The same form with another value in a field; an empty one is an empty field.
fn with(post: &Post, field: &str, value: &str) -> Post {
    let mut changed = post.clone();
    let found = changed.1.iter_mut().find(|(name, _)| name == field);
    let found = found.unwrap_or_else(|| panic!("no field {field} in {post:?}"));
    value.clone_into(&mut found.1);
    changed
}

/// The same form about a receipt number that nobody has.
fn about_nobody(app: &TestApp, case: &Filed, post: &Post) -> Post {
    let number = case.application(app).reference;
    let nobody = ReceiptNumber::from_random(0x00FF_FFFF);
    let other = |text: &str| {
        text.replace(&number.to_string(), &nobody.to_string())
            .replace(&number.compact(), &nobody.compact())
    };
    let fields = post.1.iter();
    let fields = fields.map(|(name, value)| (other(name), other(value)));
    (other(&post.0), fields.collect())
}

/// Sends a form that somebody else prepared, from one's own session.
fn send_as(person: &mut Person, post: &Post) -> u16 {
    person.open("/staff/account").expect(200);
    let csrf = person.page.shown("csrf");
    let own = with(post, "csrf", &csrf);
    person.post(&own.0, &body_of(&own.1));
    person.page.status
}

/// What is written about a case: status, version, lines of history, entries of the audit, mails.
fn written(app: &TestApp, case: &Filed) -> (&'static str, i64, usize, usize, usize) {
    let application = case.application(app);
    let (id, chain) = (application.id, Chain::of_case(application.reference));
    let (lines, entries, mails) = app
        .store
        .read(|db| {
            let lines = history::list_history(db, id)?.len();
            let entries = audit::list_entries(db, &chain)?.len();
            let mails = outbox::list_of_application(db, id)?.len();
            Ok::<_, StoreError>((lines, entries, mails))
        })
        .unwrap();
    let standing = (application.status.code(), application.version);
    (standing.0, standing.1, lines, entries, mails)
}

/// The people of these tests, each office with a clerk and with somebody who only manages it.
struct House<'a> {
    app: &'a TestApp,
    london: Person,
    chiyoda: Person,
    naka: Person,
    paris: Person,
    managers: [Person; 3],
}

impl<'a> House<'a> {
    fn new(app: &'a TestApp) -> Self {
        let manager = |user_id: &str, office| app.staff(user_id, &[Role::OfficeManager], office);
        let managers = [
            manager("london-manager", LONDON),
            manager("chiyoda-manager", CHIYODA),
            manager("naka-manager", NAKA),
        ];
        Self {
            app,
            london: clerk(app, "london", LONDON),
            chiyoda: clerk(app, "chiyoda", CHIYODA),
            naka: clerk(app, "naka", NAKA),
            paris: clerk(app, "paris", PARIS),
            managers,
        }
    }

    fn clerk(&mut self, actor: Actor) -> &mut Person {
        match actor {
            Actor::ConsularClerk => &mut self.london,
            Actor::MunicipalClerk => &mut self.chiyoda,
            _ => &mut self.naka,
        }
    }

    fn manager(&mut self, actor: Actor) -> &mut Person {
        let [london, chiyoda, naka] = &mut self.managers;
        match actor {
            Actor::ConsularClerk => london,
            Actor::MunicipalClerk => chiyoda,
            _ => naka,
        }
    }

    /// A clerk of the other office that has a part in the case, whose turn it is not.
    fn other(&mut self, actor: Actor) -> &mut Person {
        match actor {
            Actor::HonsekiClerk => &mut self.london,
            _ => &mut self.naka,
        }
    }

    /// Somebody who may not send this form at all, and an office without a part in the case, to which the case does not exist: its answer is that to
    /// `nowhere`, the same form to what nobody has.
    fn refused_to_strangers(&mut self, way: Way, case: &Filed, (post, nowhere): (&Post, &Post)) {
        let actor = way.2;
        let before = written(self.app, case);
        assert_eq!(
            send_as(self.manager(actor), post),
            403,
            "{way:?}: the wrong role"
        );
        assert_eq!(
            send_as(&mut self.paris, post),
            404,
            "{way:?}: the wrong office"
        );
        let here = self.paris.page.html();
        assert_eq!(
            send_as(&mut self.paris, nowhere),
            404,
            "{way:?}: what nobody has"
        );
        let there = self.paris.page.html();
        assert_eq!(
            here.replace(&post.0, &nowhere.0),
            there,
            "{way:?}: the same answer"
        );
        assert_eq!(
            written(self.app, case),
            before,
            "{way:?}: strangers change nothing"
        );
    }
}

/// The office of an actor.
fn office_of(actor: Actor) -> &'static str {
    match actor {
        Actor::ConsularClerk => LONDON,
        Actor::MunicipalClerk => CHIYODA,
        _ => NAKA,
    }
}

/// A case that the actor's office has in hand when it is in `status`; London or the keeper of the register has the other part.
fn case_of(app: &TestApp, number: u64, (status, actor): (Status, Actor)) -> Filed {
    let case = Filed::another(app, number);
    let id = case.application(app).id;
    let own = code(office_of(actor));
    let files_there = actor != Actor::HonsekiClerk || status.is_before_filing();
    let filing = if files_there {
        own.clone()
    } else {
        code(LONDON)
    };
    app.store
        .write(|db| {
            cases::set_filing_office(db, id, &filing)?;
            cases::set_pickup_office(db, id, &own)
        })
        .unwrap();
    put(app, &case, (status, actor));
    case
}

/// Writes down how the register check of a case stands.
fn set_check(app: &TestApp, case: &Filed, check: RecordCheck) {
    let (id, now) = (case.application(app).id, app.clock.now());
    app.store
        .write(|db| case_facts::set_record_check(db, id, check, "staff:1", now))
        .unwrap();
}

/// Puts a case into a status, with the paper where it is then.
fn put(app: &TestApp, case: &Filed, (status, actor): (Status, Actor)) {
    let paper = if status < Status::Forwarded {
        office_of(actor)
    } else {
        NAKA
    };
    case.put(app, status, paper);
}

//! What happens to a case beside its status: each event with its guard, its effect, its line in the audit, and whom it tells.

use tsubame::domain::handover::RecordCheck;
use tsubame::domain::record_check::{CheckItem, CheckResult};
use tsubame::domain::status::Status;
use tsubame::domain::transition::Actor;
use tsubame::notices::advance::AdvanceError;
use tsubame::notices::events::{self, End, EventError};
use tsubame::storage::applications::{self, Application};
use tsubame::storage::audit::{self, Chain};
use tsubame::storage::tasks::{self, Task};
use tsubame::storage::{Db, StoreError, case_checks, case_facts, cases, outbox};

use super::desk::{code, doer, letterhead, office_of, put};
use crate::on_each_database;
use crate::storage::cast::{form, made, now};
use crate::support::database::TestDatabase;

/// Runs `probe` and takes everything back.
fn tried(db: &TestDatabase, probe: impl FnOnce(&mut Db)) {
    let undone: Result<(), StoreError> = db.store.write(|db| {
        probe(db);
        Err(StoreError::Conflict)
    });
    assert!(undone.is_err());
}

fn last_action(db: &mut Db, application: &Application) -> String {
    let chain = Chain::of_case(application.reference);
    audit::list_entries(db, &chain)
        .unwrap()
        .pop()
        .unwrap()
        .action
}

fn tasks_of(db: &mut Db, application: &Application) -> Vec<Task> {
    tasks::list_tasks_of(db, application.id).unwrap()
}

fn notices(db: &mut Db, application: &Application) -> Vec<String> {
    let mails = outbox::list_of_application(db, application.id).unwrap();
    mails
        .iter()
        .map(|mail| mail.notice.as_str().to_owned())
        .collect()
}

/// The record check is on record, with every item.
fn check(db: &mut Db, application: &Application) {
    let results: Vec<CheckResult> = CheckItem::ALL
        .into_iter()
        .map(|item| CheckResult {
            item,
            agrees: true,
            seen: String::new(),
        })
        .collect();
    case_checks::write_checks(db, application.id, &results, "staff:7", now()).unwrap();
    case_facts::set_record_check(db, application.id, RecordCheck::Done, "staff:7", now()).unwrap();
}

fn record_check(db: &mut Db, application: &Application) -> (RecordCheck, usize) {
    let case = cases::get_case(db, application.id).unwrap();
    let items = case_checks::list_checks(db, application.id).unwrap().len();
    (case.record_check, items)
}

on_each_database! {
    fn papers_at_another_office_are_filed_there_until_they_are_received(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        tried(&db, |db| {
            let clerk = doer(&application, Actor::ConsularClerk);
            let same = events::refile(db, &application, (&code("emb-gb"), &clerk), now());
            assert!(matches!(same, Err(EventError::Unchanged)), "{same:?}");
            let hers = doer(&application, Actor::Applicant);
            let refused = events::refile(db, &application, (&code("emb-fr"), &hers), now());
            assert!(matches!(refused, Err(EventError::WrongActor(Actor::Applicant))), "{refused:?}");
            events::refile(db, &application, (&code("emb-fr"), &clerk), now()).unwrap();
            let after = applications::get_application(db, application.id).unwrap();
            assert_eq!(after.desk.as_ref().unwrap().as_str(), "emb-fr");
            assert_eq!((after.status, after.due_on), (Status::FormReady, application.due_on));
            assert_eq!(last_action(db, &application), "case.refiled");
        });
        tried(&db, |db| {
            let at = put(db, &application, Status::Received, Actor::ConsularClerk, None).unwrap();
            let late = events::refile(db, &at, (&code("emb-fr"), &doer(&at, Actor::ConsularClerk)), now());
            assert!(matches!(late, Err(EventError::NotNow(Status::Received))), "{late:?}");
        });
    }

    fn a_moved_register_takes_the_check_back_and_the_paper_with_it(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        let (sapporo, naka) = (code("011011"), code("141046"));
        tried(&db, |db| {
            let at = put(db, &application, Status::Confirmed, Actor::HonsekiClerk, None).unwrap();
            check(db, &at);
            let clerk = doer(&at, Actor::HonsekiClerk);
            let acting = (&sapporo, (&clerk, &naka));
            events::change_register(db, &letterhead(), &at, acting, now()).unwrap();
            let after = applications::get_application(db, at.id).unwrap();
            assert_eq!(after.status, Status::AtHonseki, "what was confirmed is checked again");
            assert_eq!(after.desk.as_ref().unwrap().as_str(), "011011");
            assert_eq!(record_check(db, &at), (RecordCheck::Open, 0));
            let tasks = tasks_of(db, &at);
            assert_eq!(tasks.len(), 1);
            assert_eq!((tasks[0].kind.as_str(), tasks[0].office.as_str(), tasks[0].detail.as_str()), ("forward-paper", "141046", "011011"));
            assert_eq!(last_action(db, &at), "case.register_changed");
            let again = events::change_register(db, &letterhead(), &at, acting, now());
            assert!(matches!(again, Err(EventError::Store(StoreError::Conflict))), "the case as it was read is no longer there: {again:?}");
        });
        for (status, expected) in [(Status::FormReady, false), (Status::Received, true), (Status::AtHonseki, true), (Status::AtIssuer, false), (Status::Withdrawn, false)] {
            tried(&db, |db| {
                let at = put(db, &application, status, Actor::HonsekiClerk, None).unwrap();
                let clerk = doer(&at, Actor::HonsekiClerk);
                let changed = events::change_register(db, &letterhead(), &at, (&sapporo, (&clerk, &naka)), now());
                assert_eq!(changed.is_ok(), expected, "{}: {changed:?}", status.code());
            });
        }
    }

    fn a_changed_name_is_compared_again_and_a_card_in_the_making_is_made_again(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        for (status, expected, remakes) in [
            (Status::FormReady, false, 0),
            (Status::Received, true, 0),
            (Status::Confirmed, true, 0),
            (Status::AtIssuer, true, 1),
            (Status::Ready, true, 1),
            (Status::HandedOver, false, 0),
            (Status::Ended, false, 0),
        ] {
            tried(&db, |db| {
                let at = put(db, &application, status, Actor::HonsekiClerk, None).unwrap();
                check(db, &at);
                let (clerk, office) = (doer(&at, Actor::HonsekiClerk), code("141046"));
                let changed = events::change_person(db, &letterhead(), &at, (&clerk, &office), now());
                assert_eq!(changed.is_ok(), expected, "{}: {changed:?}", status.code());
                let kinds: Vec<&str> = tasks_of(db, &at).iter().map(|task| task.kind.as_str()).collect();
                assert_eq!(kinds.len(), remakes, "{}: {kinds:?}", status.code());
                if expected {
                    assert_eq!(record_check(db, &at), (RecordCheck::Open, 0), "{}", status.code());
                    assert_eq!(last_action(db, &at), "case.person_changed");
                }
            });
        }
        tried(&db, |db| {
            let at = put(db, &application, Status::Confirmed, Actor::ConsularClerk, None).unwrap();
            let (clerk, office) = (doer(&at, Actor::ConsularClerk), code("emb-gb"));
            let refused = events::change_person(db, &letterhead(), &at, (&clerk, &office), now());
            assert!(matches!(refused, Err(EventError::Advance(AdvanceError::Refused(_)))), "only the keeper of the register takes a confirmed check back: {refused:?}");
        });
    }

    fn a_case_ends_with_its_mail_and_death_tells_nobody_who_was_not_named(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        for (end, actor, from, to, told) in [
            (End::Withdrawn, Actor::ConsularClerk, Status::Received, Status::Withdrawn, &["N19"][..]),
            (End::ReturnedHome, Actor::HonsekiClerk, Status::Shipped, Status::ReturnedHome, &["N20"]),
            (End::Other, Actor::HonsekiClerk, Status::AtHonseki, Status::Ended, &["N20"]),
        ] {
            tried(&db, |db| {
                let at = put(db, &application, from, actor, None).unwrap();
                let (clerk, office) = (doer(&at, actor), office_of(actor));
                let ended = events::end_case(db, &letterhead(), &at, (end, &clerk, office.as_ref()), now()).unwrap();
                assert_eq!((ended.status, ended.desk), (to, None));
                assert_eq!(notices(db, &at), told);
            });
        }
        tried(&db, |db| {
            let at = put(db, &application, Status::AtHonseki, Actor::HonsekiClerk, None).unwrap();
            cases::set_second_contact(db, at.id, None, None).unwrap();
            let (clerk, office) = (doer(&at, Actor::HonsekiClerk), code("141046"));
            events::end_case(db, &letterhead(), &at, (End::Other, &clerk, Some(&office)), now()).unwrap();
            assert!(notices(db, &at).is_empty(), "nobody was named");
        });
        tried(&db, |db| {
            let at = put(db, &application, Status::HandedOver, Actor::ConsularClerk, None).unwrap();
            let (clerk, office) = (doer(&at, Actor::ConsularClerk), code("emb-gb"));
            let refused = events::end_case(db, &letterhead(), &at, (End::Withdrawn, &clerk, Some(&office)), now());
            assert!(matches!(refused, Err(EventError::Advance(AdvanceError::Refused(_)))), "{refused:?}");
            let (stranger, elsewhere) = (doer(&at, Actor::ConsularClerk), code("emb-fr"));
            let refused = events::end_case(db, &letterhead(), &at, (End::Other, &stranger, Some(&elsewhere)), now());
            assert!(matches!(refused, Err(EventError::Advance(AdvanceError::WrongOffice))), "{refused:?}");
        });
    }

    fn two_who_move_one_case_at_once_do_not_both_win(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        let at = db.store.write(|db| put(db, &application, Status::AtHonseki, Actor::HonsekiClerk, None)).unwrap();
        let together = std::sync::Barrier::new(4);
        let wins: usize = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..4)
                .map(|_| {
                    let (store, at, together) = (db.store.clone(), &at, &together);
                    scope.spawn(move || {
                        together.wait();
                        let (clerk, office) = (doer(at, Actor::HonsekiClerk), code("141046"));
                        let ended = store.write(|db| events::end_case(db, &letterhead(), at, (End::Other, &clerk, Some(&office)), now()));
                        usize::from(ended.is_ok())
                    })
                })
                .collect();
            tries.into_iter().map(|one| one.join().unwrap()).sum()
        });
        assert_eq!(wins, 1);
        let mails = db.store.read(|db| outbox::list_of_application(db, at.id)).unwrap();
        assert_eq!(mails.len(), 1, "one end, one mail");
    }
}

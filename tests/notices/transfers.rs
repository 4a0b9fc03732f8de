//! A card at its pickup place travels on: asked for, decided, taken back, sent; whom it holds up, and what is refused.

use tsubame::domain::card_transfer::StopReason;
use tsubame::domain::status::Status;
use tsubame::domain::transition::{Actor, Circumstances, Guard, Refusal};
use tsubame::notices::advance::AdvanceError;
use tsubame::notices::events::EventError;
use tsubame::notices::transfers;
use tsubame::storage::applications::{self, Application};
use tsubame::storage::audit::{self, Chain};
use tsubame::storage::card_transfers::{self, TransferState};
use tsubame::storage::tasks::{self, TaskKind, TaskState};
use tsubame::storage::{Db, StoreError, case_facts, cases, outbox};

use super::desk::{code, doer, letterhead, put, try_step};
use crate::on_each_database;
use crate::storage::cast::{form, made, now};
use crate::support::database::TestDatabase;

fn tried(db: &TestDatabase, probe: impl FnOnce(&mut Db)) {
    let undone: Result<(), StoreError> = db.store.write(|db| {
        probe(db);
        Err(StoreError::Conflict)
    });
    assert!(undone.is_err());
}

/// A card that lies in London in `status` until the last day of January.
fn lying(db: &mut Db, application: &Application, status: Status) -> Application {
    let due = (status != Status::Arrived).then(|| "2027-01-31".parse().unwrap());
    let at = put(db, application, status, Actor::ConsularClerk, due).unwrap();
    case_facts::set_pickup_deadlines(db, at.id, due, None).unwrap();
    case_facts::set_shelf(db, at.id, Some("A-1")).unwrap();
    at
}

fn accept(db: &mut Db, at: &Application, to: &str) -> Result<(), EventError> {
    let clerk = doer(at, Actor::ConsularClerk);
    let acting = (&clerk, &code("emb-gb"));
    transfers::accept(db, &letterhead(), at, (&code(to), acting), now())
}

fn stop(db: &mut Db, at: &Application) -> Result<(), EventError> {
    let clerk = doer(at, Actor::ConsularClerk);
    let acting = (&clerk, &code("emb-gb"));
    transfers::stop(db, &letterhead(), at, (StopReason::Place, acting), now())
}

fn ask(db: &mut Db, at: &Application, to: &str) -> Result<(), EventError> {
    let hers = doer(at, Actor::Applicant);
    transfers::ask(db, at, (&code(to), &hers), now())
}

fn now_at(db: &mut Db, at: &Application) -> Application {
    applications::get_application(db, at.id).unwrap()
}

fn notices(db: &mut Db, at: &Application) -> Vec<String> {
    let mails = outbox::list_of_application(db, at.id).unwrap();
    mails
        .iter()
        .map(|mail| mail.notice.as_str().to_owned())
        .collect()
}

fn last_action(db: &mut Db, at: &Application) -> String {
    let chain = Chain::of_case(at.reference);
    let entries = audit::list_entries(db, &chain).unwrap();
    entries.last().unwrap().action.clone()
}

fn asked_at(db: &mut Db, at: &Application) -> Vec<(String, String, bool)> {
    tasks::list_tasks_of(db, at.id)
        .unwrap()
        .into_iter()
        .filter(|task| task.kind == TaskKind::TransferAsked)
        .map(|task| (task.office, task.detail, task.state == TaskState::Open))
        .collect()
}

on_each_database! {
    fn her_request_is_one_task_of_the_office_that_holds_the_card_and_her_last_word_counts(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        for status in [Status::Arrived, Status::Ready, Status::Overdue, Status::Booked] {
            tried(&db, |db| {
                let at = lying(db, &application, status);
                assert!(matches!(ask(db, &at, "emb-gb"), Err(EventError::Unchanged)), "it is there");
                ask(db, &at, "emb-fr").unwrap();
                assert!(matches!(ask(db, &at, "emb-fr"), Err(EventError::Unchanged)));
                ask(db, &at, "emb-us").unwrap();
                assert_eq!(last_action(db, &at), "case.transfer_asked");
                assert_eq!(asked_at(db, &at).len(), 1);
                let open = card_transfers::find_open(db, at.id).unwrap().unwrap();
                assert_eq!((open.to_office.as_str(), open.state, open.asked_by.starts_with("mailbox:")), ("emb-us", TransferState::Asked, true));
                let (before, after) = (at.due_on, now_at(db, &at).due_on);
                assert_eq!(before, after, "nothing stands still before it is decided");
                accept(db, &at, "emb-us").unwrap();
                let held = now_at(db, &at);
                assert!(matches!(ask(db, &held, "emb-fr"), Err(EventError::Decided)));
                assert!(!asked_at(db, &at)[0].2, "decided");
            });
        }
    }

    fn a_card_that_is_not_at_its_place_cannot_travel_on(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        for status in [Status::Received, Status::Setup, Status::Shipped, Status::HandedOver, Status::Completed, Status::Disposed] {
            tried(&db, |db| {
                let at = put(db, &application, status, Actor::ConsularClerk, None).unwrap();
                for refused in [ask(db, &at, "emb-fr"), accept(db, &at, "emb-fr"), stop(db, &at)] {
                    assert!(matches!(refused, Err(EventError::NotNow(at)) if at == status), "{}: {refused:?}", status.code());
                }
            });
        }
    }

    fn what_is_decided_holds_the_case_and_tells_her_and_cannot_be_decided_twice(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        for (status, told) in [(Status::Arrived, vec!["N22"]), (Status::Ready, vec!["N22"]), (Status::Overdue, vec!["N22"]), (Status::Booked, vec!["N15", "N22"])] {
            tried(&db, |db| {
                let at = lying(db, &application, status);
                accept(db, &at, "emb-fr").unwrap();
                assert_eq!((notices(db, &at), last_action(db, &at).as_str()), (told.iter().map(ToString::to_string).collect(), "case.transfer_accepted"));
                let held = now_at(db, &at);
                let last_day = held.due_on.map(|day| day.to_string());
                assert_eq!((last_day.as_deref(), held.is_prepared, held.desk.as_ref().unwrap().as_str()), (Some("2026-12-07"), true, "emb-gb"), "14 days to send it");
                assert!(matches!(accept(db, &held, "emb-us"), Err(EventError::Decided)));
                let said = Circumstances::default().with(Guard::CardStays).with(Guard::SeatHeld);
                for (to, actor) in [(Status::Ready, Actor::ConsularClerk), (Status::Booked, Actor::Applicant), (Status::Overdue, Actor::System), (Status::HandedOver, Actor::ConsularClerk)] {
                    match try_step(db, &held, to, actor, &said) {
                        Err(AdvanceError::Refused(Refusal::GuardMissing { missing, .. })) => assert!(missing.contains(&Guard::CardStays), "{missing:?}"),
                        Err(AdvanceError::Refused(Refusal::WrongState { .. })) => {}
                        other => panic!("{} → {}: {other:?}", held.status.code(), to.code()),
                    }
                }
            });
        }
    }

    fn only_a_clerk_of_the_office_that_holds_the_card_decides(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        tried(&db, |db| {
            let at = lying(db, &application, Status::Ready);
            let paris = code("emb-fr");
            for (actor, office) in [(Actor::HonsekiClerk, "141046"), (Actor::ConsularClerk, "emb-fr"), (Actor::Applicant, "emb-gb"), (Actor::PlaceManager, "emb-gb"), (Actor::System, "emb-gb")] {
                let (somebody, office) = (doer(&at, actor), code(office));
                let refused = transfers::accept(db, &letterhead(), &at, (&paris, (&somebody, &office)), now());
                assert!(matches!(refused, Err(EventError::WrongActor(who)) if who == actor), "{refused:?}");
                let refused = transfers::stop(db, &letterhead(), &at, (StopReason::Other, (&somebody, &office)), now());
                assert!(matches!(refused, Err(EventError::WrongActor(who)) if who == actor), "{refused:?}");
            }
            assert_eq!(notices(db, &at), Vec::<String>::new());
            assert!(matches!(stop(db, &at), Err(EventError::Unchanged)), "nothing was asked");
        });
    }

    fn a_card_that_leaves_has_its_new_place_and_its_time_begins_anew_there(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        let sent = Circumstances::default().with(Guard::ShipmentClosed).with(Guard::RecordCheckNoticeSent);
        for status in [Status::Arrived, Status::Ready, Status::Overdue] {
            tried(&db, |db| {
                let at = lying(db, &application, status);
                let refused = try_step(db, &at, Status::Shipped, Actor::ConsularClerk, &sent.clone().with(Guard::TransferDecided));
                assert!(matches!(&refused, Err(AdvanceError::Refused(Refusal::GuardMissing { missing, .. })) if missing == &[Guard::TransferDecided]), "{refused:?}");
                accept(db, &at, "141046").unwrap();
                let held = now_at(db, &at);
                let moved = try_step(db, &held, Status::Shipped, Actor::ConsularClerk, &sent).unwrap();
                assert_eq!((moved.desk.as_ref().unwrap().as_str(), moved.is_prepared), ("141046", false));
                assert_eq!(moved.due_on.unwrap().to_string(), "2026-12-23", "30 days, then somebody looks for it");
                let case = cases::get_case(db, at.id).unwrap();
                assert_eq!((case.pickup_office.as_str(), case.shelf, case.pickup_deadline, case.second_pickup_deadline), ("141046", None, None, None));
                assert!(case.record_check_notice_at.is_some());
                assert_eq!(notices(db, &at), ["N22", "N11"]);
                assert_eq!(card_transfers::list_transfers(db, at.id).unwrap()[0].state, TransferState::Sent);
                let counted = Circumstances::default().with(Guard::ShipmentCounted);
                let arrived = try_step(db, &moved, Status::Arrived, Actor::HonsekiClerk, &counted).unwrap();
                let ready = try_step(db, &arrived, Status::Ready, Actor::HonsekiClerk, &Circumstances::default()).unwrap();
                assert_eq!(ready.due_on.unwrap().to_string(), "2027-02-21", "90 days from where it came to");
                assert_eq!(notices(db, &at), ["N22", "N11", "N12"]);
                assert!(matches!(accept(db, &ready, "emb-fr"), Err(EventError::WrongActor(_))), "London does not have it any more");
            });
        }
    }

    fn a_card_that_stays_after_all_has_its_time_again_from_today(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        for (status, due) in [(Status::Arrived, None), (Status::Ready, Some("2027-02-21")), (Status::Overdue, Some("2027-02-21"))] {
            tried(&db, |db| {
                let at = lying(db, &application, status);
                accept(db, &at, "emb-fr").unwrap();
                stop(db, &at).unwrap();
                let after = now_at(db, &at);
                assert_eq!((after.status, after.is_prepared, after.due_on.map(|due| due.to_string()).as_deref()), (status, false, due));
                assert_eq!((notices(db, &at), last_action(db, &at).as_str()), (vec!["N22".to_owned(), "N24".to_owned()], "case.transfer_stopped"));
                assert!(card_transfers::find_open(db, at.id).unwrap().is_none());
                accept(db, &after, "emb-us").unwrap();
            });
        }
        tried(&db, |db| {
            let at = lying(db, &application, Status::Ready);
            ask(db, &at, "emb-fr").unwrap();
            stop(db, &at).unwrap();
            assert_eq!(now_at(db, &at).due_on, at.due_on, "a declined wish changes no day");
            assert_eq!(asked_at(db, &at), [("emb-gb".to_owned(), "emb-fr".to_owned(), false)]);
        });
    }

    fn an_end_of_the_case_ends_what_was_wanted(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        tried(&db, |db| {
            let at = lying(db, &application, Status::Ready);
            accept(db, &at, "emb-fr").unwrap();
            let signed = Circumstances::default().with(Guard::RequestSigned);
            let held = now_at(db, &at);
            try_step(db, &held, Status::Withdrawn, Actor::ConsularClerk, &signed).unwrap();
            let last = card_transfers::list_transfers(db, at.id).unwrap().pop().unwrap();
            assert_eq!((last.state, last.reason.as_deref()), (TransferState::Stopped, Some("ended")));
        });
    }
}

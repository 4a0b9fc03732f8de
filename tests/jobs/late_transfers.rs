//! A card that is to be collected elsewhere: who does not decide, or does not send it, in the time that the office has set is told so once.

use tsubame::domain::card_transfer::StopReason;
use tsubame::domain::office::OfficeSettings;
use tsubame::domain::status::Status;
use tsubame::domain::transition::{Actor, Circumstances, Guard};
use tsubame::notices::transfers;
use tsubame::storage::applications::{self, Application};
use tsubame::storage::offices::{self, SaveSettings};
use tsubame::storage::tasks::{self, TaskKind, TaskState};
use tsubame::storage::{Db, StoreError, card_transfers, outbox};

use super::workshop::Workshop;
use crate::notices::desk::{code, doer, letterhead, put, try_step};
use crate::on_each_database;
use crate::storage::cast::{days, form, made, now};

/// A card that is ready in London until the end of February.
fn ready_in_london(workshop: &Workshop) -> Application {
    let store = &workshop.db.store;
    let application = made(store, 1, &form("emb-gb", "emb-gb"));
    let due = "2027-02-28".parse().unwrap();
    let put = |db: &mut Db| {
        put(
            db,
            &application,
            Status::Ready,
            Actor::ConsularClerk,
            Some(due),
        )
    };
    store.write(put).unwrap()
}

fn now_at(db: &mut Db, at: &Application) -> Application {
    applications::get_application(db, at.id).unwrap()
}

fn ask(workshop: &Workshop, at: &Application) {
    let hers = doer(at, Actor::Applicant);
    let asked = workshop.db.store.write(|db| {
        transfers::ask(db, at, (&code("emb-fr"), &hers), now()).unwrap();
        Ok::<_, StoreError>(())
    });
    asked.unwrap();
}

fn accept(workshop: &Workshop, at: &Application) {
    let clerk = doer(at, Actor::ConsularClerk);
    let (office, clock) = (code("emb-gb"), workshop.clock.clone());
    let accepted = workshop.db.store.write(|db| {
        let seen = now_at(db, at);
        let acting = (&clerk, &office);
        let at = tsubame::clock::Clock::now(&*clock);
        transfers::accept(db, &letterhead(), &seen, (&code("emb-fr"), acting), at).unwrap();
        Ok::<_, StoreError>(())
    });
    accepted.unwrap();
}

fn run(workshop: &Workshop, later: i64) {
    workshop.advance(days(later));
    workshop.drain_with_schedule();
    workshop.advance(jiff::SignedDuration::from_hours(1));
    workshop.drain_with_schedule();
    workshop.advance(jiff::SignedDuration::from_hours(-1));
}

/// The tasks about transfers, in the order they were opened, and whether they are open.
fn tasks_of(workshop: &Workshop, at: &Application) -> Vec<(TaskKind, String, bool)> {
    let list = workshop.db.store.read(|db| tasks::list_tasks_of(db, at.id));
    list.unwrap()
        .into_iter()
        .filter(|task| task.kind != TaskKind::DestroyCard)
        .map(|task| (task.kind, task.office, task.state == TaskState::Open))
        .collect()
}

fn london(kind: TaskKind, is_open: bool) -> (TaskKind, String, bool) {
    (kind, "emb-gb".to_owned(), is_open)
}

use TaskKind::{TransferAsked, TransferUndecided, TransferUnsent};

on_each_database! {
    fn a_wish_nobody_decided_in_fourteen_days_is_a_task_once_and_done_when_it_is_decided(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let at = ready_in_london(&workshop);
        ask(&workshop, &at);
        run(&workshop, 14);
        assert_eq!(tasks_of(&workshop, &at), [london(TransferAsked, true)], "the last day is the office's");
        run(&workshop, 1);
        run(&workshop, 1);
        assert_eq!(tasks_of(&workshop, &at), [london(TransferAsked, true), london(TransferUndecided, true)]);
        accept(&workshop, &at);
        assert_eq!(tasks_of(&workshop, &at), [london(TransferAsked, false), london(TransferUndecided, false)]);
    }

    fn a_card_that_was_not_sent_in_fourteen_days_is_a_task_once_and_done_when_it_leaves(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let at = ready_in_london(&workshop);
        accept(&workshop, &at);
        run(&workshop, 14);
        assert_eq!(tasks_of(&workshop, &at), []);
        run(&workshop, 1);
        run(&workshop, 1);
        assert_eq!(tasks_of(&workshop, &at), [london(TransferUnsent, true)]);
        workshop.db.store.read(|db| {
            assert_eq!(now_at(db, &at).status, Status::Ready, "it is late to leave, not late to be collected");
            let mails = outbox::list_of_application(db, at.id)?;
            let told: Vec<&str> = mails.iter().map(|mail| mail.notice.as_str()).collect();
            assert_eq!(told, ["N22"], "nobody is reminded to collect a card that is about to travel");
            Ok::<_, StoreError>(())
        }).unwrap();
        let sent = Circumstances::default().with(Guard::ShipmentClosed).with(Guard::RecordCheckNoticeSent);
        workshop.db.store.write(|db| {
            let held = now_at(db, &at);
            try_step(db, &held, Status::Shipped, Actor::ConsularClerk, &sent).unwrap();
            Ok::<_, StoreError>(())
        }).unwrap();
        assert_eq!(tasks_of(&workshop, &at), [london(TransferUnsent, false)]);
    }

    fn what_is_taken_back_or_ends_leaves_no_task(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let at = ready_in_london(&workshop);
        accept(&workshop, &at);
        run(&workshop, 15);
        let clerk = doer(&at, Actor::ConsularClerk);
        workshop.db.store.write(|db| {
            let held = now_at(db, &at);
            let acting = (&clerk, &code("emb-gb"));
            transfers::stop(db, &letterhead(), &held, (StopReason::Place, acting), now()).unwrap();
            Ok::<_, StoreError>(())
        }).unwrap();
        assert_eq!(tasks_of(&workshop, &at), [london(TransferUnsent, false)]);
        workshop.db.store.write(|db| {
            let seen = now_at(db, &at);
            transfers::ask(db, &seen, (&code("emb-us"), &doer(&at, Actor::Applicant)), now()).unwrap();
            Ok::<_, StoreError>(())
        }).unwrap();
        run(&workshop, 1);
        let signed = Circumstances::default().with(Guard::RequestSigned);
        workshop.db.store.write(|db| {
            let seen = now_at(db, &at);
            try_step(db, &seen, Status::Withdrawn, Actor::ConsularClerk, &signed).unwrap();
            Ok::<_, StoreError>(())
        }).unwrap();
        assert!(tasks_of(&workshop, &at).iter().all(|(.., is_open)| !is_open), "{:?}", tasks_of(&workshop, &at));
    }

    fn an_office_sets_its_own_days_and_her_second_word_does_not_give_it_more(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let at = ready_in_london(&workshop);
        let mut settings = OfficeSettings::default();
        settings.terms.transfer_days = 3;
        let save = SaveSettings { office: &code("emb-gb"), expected_version: 0, settings: &settings, actor: "staff:1" };
        workshop.db.store.write(|db| offices::save_settings(db, &save, now())).unwrap();
        ask(&workshop, &at);
        workshop.advance(days(2));
        workshop.db.store.write(|db| {
            let hers = doer(&at, Actor::Applicant);
            transfers::ask(db, &at, (&code("emb-us"), &hers), now() + days(2)).unwrap();
            let open = card_transfers::find_open(db, at.id)?.unwrap();
            assert_eq!((open.to_office.as_str(), open.due_on.unwrap().to_string()), ("emb-us", "2026-11-26".to_owned()));
            Ok::<_, StoreError>(())
        }).unwrap();
        run(&workshop, 1);
        assert_eq!(tasks_of(&workshop, &at).len(), 1);
        run(&workshop, 1);
        assert_eq!(tasks_of(&workshop, &at).last(), Some(&london(TransferUndecided, true)));
    }
}

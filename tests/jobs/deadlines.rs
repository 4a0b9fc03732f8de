//! The timer of filed cases, days and months later: each reminder once, each end once, a task where somebody has to look.

use tsubame::clock::Clock;
use tsubame::domain::defect::DefectCode;
use tsubame::domain::expectation::FEWEST_CASES;
use tsubame::domain::status::{PublicStep, Status};
use tsubame::domain::transition::{Actor, Transition};
use tsubame::storage::applications::{self, Application, Doer, Move, Turn};
use tsubame::storage::tasks::{self, TaskId, TaskKind};
use tsubame::storage::{StoreError, defects, expected_windows, outbox, postings};

use super::workshop::Workshop;
use crate::notices::desk::{prove, put, try_step};
use crate::on_each_database;
use crate::storage::cast::{days, form, made, now};
use crate::support::database::TestDatabase;
use crate::support::smtp::{Fault, SmtpServer};

/// A case that went from `from` to `to` now, by the hand of `actor`.
fn stepped(workshop: &Workshop, from: Status, to: Status, actor: Actor) -> Application {
    let store = &workshop.db.store;
    let application = made(store, 1, &form("emb-gb", "emb-gb"));
    store
        .write(|db| {
            let at = put(db, &application, from, actor, None)?;
            let row = Transition::find(from, to, actor).unwrap();
            let proven = prove(db, at.id, row, None)?;
            Ok::<_, StoreError>(try_step(db, &at, to, actor, &proven).unwrap())
        })
        .unwrap()
}

/// The codes of the mails written since the case was put where it is.
fn told(workshop: &Workshop, application: &Application) -> Vec<String> {
    workshop
        .db
        .store
        .read(|db| outbox::list_of_application(db, application.id))
        .unwrap()
        .iter()
        .map(|mail| mail.notice.as_str().to_owned())
        .collect()
}

fn status(workshop: &Workshop, application: &Application) -> Status {
    let found = workshop
        .db
        .store
        .read(|db| applications::get_application(db, application.id));
    found.unwrap().status
}

fn open_tasks(workshop: &Workshop, desk: &str, kind: TaskKind) -> usize {
    workshop
        .db
        .store
        .read(|db| tasks::count_open_tasks(db, desk, kind, 100))
        .unwrap()
}

/// So many days later, the timer runs twice.
fn later(workshop: &Workshop, count: i64) {
    workshop.advance(days(count));
    workshop.drain_with_schedule();
    workshop.advance(jiff::SignedDuration::from_hours(1));
    workshop.drain_with_schedule();
    workshop.advance(jiff::SignedDuration::from_hours(-1));
}

on_each_database! {
    fn a_correction_is_reminded_of_once_and_ends_after_sixty_days(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let case = stepped(&workshop, Status::Received, Status::Defect, Actor::ConsularClerk);
        later(&workshop, 29);
        assert_eq!(told(&workshop, &case), ["N06"]);
        later(&workshop, 1);
        assert_eq!(told(&workshop, &case), ["N06", "N06r"]);
        later(&workshop, 30);
        assert_eq!((status(&workshop, &case), told(&workshop, &case).len()), (Status::Defect, 2), "the last day is hers");
        later(&workshop, 1);
        assert_eq!(status(&workshop, &case), Status::NotAccepted);
        assert_eq!(told(&workshop, &case), ["N06", "N06r", "N07"]);
        let mails = workshop.mails();
        let text = &mails.iter().find(|mail| mail.notice == "N07").unwrap().text;
        assert!(text.contains("期限までに、直した書類が届きませんでした"), "{text}");
    }

    fn a_correction_she_answered_is_the_offices_work(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let case = stepped(&workshop, Status::Received, Status::Defect, Actor::ConsularClerk);
        workshop.db.store.write(|db| defects::set_answered(db, case.id, &[DefectCode::D09], now())).unwrap();
        later(&workshop, 61);
        assert_eq!((status(&workshop, &case), told(&workshop, &case)), (Status::Defect, vec!["N06".to_owned()]));
        assert_eq!(open_tasks(&workshop, "emb-gb", TaskKind::CorrectionAnswered), 1);
    }

    fn a_question_is_reminded_of_after_fifteen_days_and_becomes_a_task_after_thirty(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let case = stepped(&workshop, Status::AtHonseki, Status::Inquiry, Actor::HonsekiClerk);
        later(&workshop, 14);
        assert_eq!(told(&workshop, &case), ["N09"]);
        later(&workshop, 1);
        assert_eq!(told(&workshop, &case), ["N09", "N09"]);
        later(&workshop, 16);
        assert_eq!((told(&workshop, &case).len(), status(&workshop, &case)), (2, Status::Inquiry));
        assert_eq!(open_tasks(&workshop, "141046", TaskKind::NoReply), 1);
    }

    fn a_shipment_that_does_not_arrive_is_looked_for_by_the_office_it_goes_to(db: TestDatabase) {
        let workshop = Workshop::new(db);
        stepped(&workshop, Status::Received, Status::Forwarded, Actor::ConsularClerk);
        later(&workshop, 30);
        assert_eq!(open_tasks(&workshop, "141046", TaskKind::NotReceived), 0);
        later(&workshop, 1);
        later(&workshop, 1);
        assert_eq!(open_tasks(&workshop, "141046", TaskKind::NotReceived), 1);
    }

    fn whoever_does_not_collect_is_reminded_on_each_of_the_offices_days_once(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let case = stepped(&workshop, Status::Arrived, Status::Ready, Actor::ConsularClerk);
        for (days_later, mails) in [(29, 1), (1, 2), (1, 2), (28, 2), (1, 3), (19, 3), (1, 4), (10, 4)] {
            later(&workshop, days_later);
            let told = told(&workshop, &case);
            assert_eq!(told.len(), mails, "{days_later} days later: {told:?}");
        }
        assert_eq!(told(&workshop, &case), ["N12", "N13", "N13", "N13"]);
        assert_eq!(status(&workshop, &case), Status::Ready, "the last day is hers");
        let mails = workshop.mails();
        let days: Vec<&str> = mails
            .iter()
            .filter(|mail| mail.notice == "N13")
            .map(|mail| mail.subject.as_str())
            .collect();
        assert_eq!(days, ["10", "30", "60"].map(|days| format!("【国外マイナンバーカード】受取期限まであと{days}日です")));
    }

    fn an_uncollected_card_gets_its_second_deadline_once(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let case = stepped(&workshop, Status::Arrived, Status::Ready, Actor::ConsularClerk);
        later(&workshop, 90);
        assert_eq!(status(&workshop, &case), Status::Ready);
        later(&workshop, 1);
        assert_eq!((status(&workshop, &case), told(&workshop, &case)), (Status::Overdue, vec!["N12".to_owned(), "N17".to_owned()]));
        let found = workshop.db.store.read(|db| applications::get_application(db, case.id)).unwrap();
        assert_eq!(found.due_on.unwrap().to_string(), "2027-05-22", "90 days after the first deadline");
        later(&workshop, 100);
        assert_eq!(status(&workshop, &case), Status::Overdue, "two persons decide what becomes of it");
    }

    fn a_posted_form_is_asked_for_after_forty_five_days(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let store = &workshop.db.store;
        let application = made(store, 1, &form("emb-gb", "emb-gb"));
        store.write(|db| {
            let due = "2027-01-07".parse().unwrap();
            let step = Move { application: application.id, from: Status::FormReady, to: Status::Mailed, doer: &Doer::applicant(application.mailbox_id), rule: "r" };
            let turn = Turn { desk: application.desk.as_ref(), due_on: Some(due), ..Turn::default() };
            applications::set_expiry(db, application.id, now() + days(90))?;
            applications::move_case(db, &step, &turn, now())?;
            postings::insert_or_update_posting(db, application.id, "2026-11-23".parse().unwrap(), "ems", "", now())
        }).unwrap();
        later(&workshop, 45);
        assert!(told(&workshop, &application).is_empty());
        later(&workshop, 1);
        later(&workshop, 1);
        assert_eq!(told(&workshop, &application), ["N04"]);
        assert!(workshop.mails()[0].text.replace("\r\n", "").contains("2026年11月23日（月）に送ったと登録されています"));
    }

    fn windows_are_computed_from_enough_cases_of_the_last_ninety_days(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let store = &workshop.db.store;
        let application = made(store, 1, &form("emb-gb", "emb-gb"));
        let desk = application.desk.clone();
        let system = Doer::system();
        let go = |from, to| Move { application: application.id, from, to, doer: &system, rule: "r" };
        let turn = Turn { desk: desk.as_ref(), due_on: None, left: desk.as_ref(), step_took: None };
        store.write(|db| {
            for count in 0..FEWEST_CASES {
                let took = Turn { step_took: Some(days(7 + i64::try_from(count).unwrap() % 5)), ..turn };
                applications::move_case(db, &go(Status::FormReady, Status::Received), &took, now())?;
                applications::move_case(db, &go(Status::Received, Status::FormReady), &turn, now())?;
            }
            Ok::<_, StoreError>(())
        }).unwrap();
        workshop.drain_with_schedule();
        let today = workshop.clock.today_in_japan();
        let windows = workshop.db.store.read(|db| expected_windows::list_windows(db, &["emb-gb"], today)).unwrap();
        assert_eq!(windows.len(), 1);
        assert_eq!((windows[0].step.as_str(), windows[0].cases, windows[0].low_days, windows[0].high_days), (PublicStep::FormReady.as_str(), 20, 7, 11));
        assert!(workshop.db.store.read(|db| expected_windows::list_windows(db, &["emb-fr"], today)).unwrap().is_empty());
    }
}

#[test]
fn a_case_whose_mail_is_refused_for_good_becomes_a_task_of_its_desk_once() {
    let server = SmtpServer::start(Fault::RecipientNever);
    let workshop = Workshop::with_smtp(TestDatabase::sqlite(), &server);
    stepped(
        &workshop,
        Status::FormReady,
        Status::Received,
        Actor::ConsularClerk,
    );
    workshop.drain();
    assert_eq!(open_tasks(&workshop, "emb-gb", TaskKind::Unreachable), 1);
    let case = workshop
        .db
        .store
        .read(|db| tasks::list_open_tasks(db, "emb-gb", TaskKind::Unreachable, TaskId(0), 9))
        .unwrap();
    assert_eq!(case[0].detail, "N05");
}

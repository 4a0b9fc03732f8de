//! Reminders and housekeeping, days and months later.

use jiff::SignedDuration;
use tsubame::clock::Clock;
use tsubame::domain::answers::Answers;
use tsubame::domain::status::Status;
use tsubame::storage::applications::{self, Application, Doer, Move};
use tsubame::storage::audit::{self, Chain};
use tsubame::storage::revisions::{self, NewRevision};
use tsubame::storage::sections::{self, SaveSection};
use tsubame::storage::{StoreError, email_changes, mailboxes};

use super::workshop::Workshop;
use crate::on_each_database;
use crate::storage::cast::{self, days};

fn draft_with_name(workshop: &Workshop) -> Application {
    let store = &workshop.db.store;
    let application = cast::draft(store, &cast::hanako(store), 1);
    let answers: Answers = [("family", "山田"), ("given", "花子")]
        .into_iter()
        .collect();
    let save = SaveSection {
        application: application.id,
        section: "person",
        answers: &answers,
        is_complete: true,
        expected_version: 0,
        expected_status: Status::Draft,
        expires_at: cast::now() + days(30),
    };
    store
        .write(|db| sections::save_section(db, &save, cast::now()))
        .unwrap();
    application
}

/// The form is made now; it lapses after 90 days.
fn make_form(workshop: &Workshop, application: &Application) {
    let now = workshop.clock.now();
    let doer = Doer::applicant(application.mailbox_id);
    workshop
        .db
        .store
        .write(|db| {
            let deadline = "2027-02-21".parse().unwrap();
            let new = NewRevision {
                application: application.id,
                expected_current: None,
                content: "{}",
                photo_id: None,
                deadline,
            };
            revisions::insert_revision(db, &new, now)?;
            applications::set_expiry(db, application.id, now + days(90))?;
            let step = Move {
                application: application.id,
                from: Status::Draft,
                to: Status::FormReady,
                doer: &doer,
                rule: "r",
            };
            applications::apply_transition(db, &step, now).map(drop)
        })
        .unwrap();
}

fn subjects(workshop: &Workshop) -> Vec<String> {
    workshop
        .mails()
        .into_iter()
        .map(|mail| mail.subject)
        .collect()
}

fn status(workshop: &Workshop, application: &Application) -> Status {
    workshop
        .db
        .store
        .read(|db| applications::get_application(db, application.id))
        .unwrap()
        .status
}

on_each_database! {
    fn a_draft_is_announced_twice_and_then_deleted(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let application = draft_with_name(&workshop);
        let mut mails_by_day = Vec::new();
        for _ in 0..29 {
            workshop.advance(days(1));
            workshop.drain_with_schedule();
            workshop.advance(SignedDuration::from_hours(1));
            workshop.drain_with_schedule();
            workshop.advance(SignedDuration::from_hours(-1));
            mails_by_day.push(workshop.mails().len());
        }
        assert_eq!(mails_by_day[21], 0, "day 22");
        assert_eq!(mails_by_day[22], 1, "day 23, seven days before");
        assert_eq!((mails_by_day[27], mails_by_day[28]), (1, 2), "and on day 29");
        let mail = &workshop.mails()[0];
        assert_eq!(mail.subject, "【国外マイナンバーカード】保存した内容は12月23日に消えます");
        assert!(mail.text.starts_with("山田 花子 様"));
        assert_eq!(status(&workshop, &application), Status::Draft);
        workshop.advance(days(1));
        workshop.drain_with_schedule();
        assert_eq!(status(&workshop, &application), Status::Expired);
        assert_eq!(workshop.mails().len(), 2);
        assert!(workshop.db.store.read(|db| sections::list_sections(db, application.id)).unwrap().is_empty());
    }

    fn work_on_a_draft_moves_its_end_and_its_reminders(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let application = draft_with_name(&workshop);
        workshop.advance(days(24));
        workshop.drain_with_schedule();
        assert_eq!(workshop.mails().len(), 1);
        let now = workshop.clock.now();
        workshop.db.store.write(|db| applications::note_activity(db, application.id, Status::Draft, now + days(30), now)).unwrap();
        workshop.advance(days(20));
        workshop.drain_with_schedule();
        assert_eq!(workshop.mails().len(), 1);
        workshop.advance(days(4));
        workshop.drain_with_schedule();
        assert_eq!(workshop.mails().len(), 2);
    }

    fn a_form_not_received_is_asked_for_after_30_and_75_days(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let application = draft_with_name(&workshop);
        make_form(&workshop, &application);
        let mut counts = Vec::new();
        for _ in 0..8 {
            workshop.advance(days(10));
            workshop.drain_with_schedule();
            counts.push(workshop.mails().len());
        }
        assert_eq!(counts, [0, 0, 1, 1, 1, 1, 1, 2]);
        assert!(subjects(&workshop)[0].ends_with("申請書はもう出しましたか"));
        assert!(workshop.mails()[0].text.contains("2027年2月21日（日）（日本時間）"));
        workshop.advance(days(10));
        workshop.drain_with_schedule();
        assert_eq!(status(&workshop, &application), Status::Expired);
    }

    fn a_posted_form_is_not_asked_for(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let application = draft_with_name(&workshop);
        make_form(&workshop, &application);
        let step = Move { application: application.id, from: Status::FormReady, to: Status::Mailed, doer: &Doer::system(), rule: "r" };
        workshop.db.store.write(|db| applications::apply_transition(db, &step, cast::now())).unwrap();
        workshop.advance(days(31));
        workshop.drain_with_schedule();
        assert!(workshop.mails().is_empty());
    }

    fn an_expired_case_goes_with_its_mailbox_and_leaves_a_record(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let application = draft_with_name(&workshop);
        workshop.advance(days(31));
        workshop.drain_with_schedule();
        assert_eq!(status(&workshop, &application), Status::Expired);
        workshop.advance(days(91));
        workshop.drain_with_schedule();
        let (gone, mailbox, case, system) = workshop.db.store.read(|db| Ok::<_, StoreError>((
            applications::find_by_reference(db, application.reference)?,
            mailboxes::find_mailbox(db, "hanako@example.com")?,
            audit::list_entries(db, &Chain::of_case(application.reference))?,
            audit::list_entries(db, &Chain::system())?,
        ))).unwrap();
        assert!(gone.is_none() && mailbox.is_none());
        let actions: Vec<&str> = case.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["case.moved", "case.moved", "case.content_deleted", "case.deleted"]);
        assert!(case[2].detail.contains("sections=1"), "{}", case[2].detail);
        let record = system.iter().rfind(|entry| entry.action == "retention.deleted").unwrap();
        assert!(record.detail.contains("mailboxes=1"), "{}", record.detail);
    }

    fn an_address_that_was_never_proven_is_forgotten(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let application = draft_with_name(&workshop);
        let ends = cast::now() + SignedDuration::from_mins(30);
        workshop.db.store.write(|db| email_changes::insert_or_replace(db, application.id, ("new@example.com", "new@example.com"), &[1; 32], (ends, cast::now()))).unwrap();
        workshop.advance(SignedDuration::from_hours(24));
        workshop.drain_with_schedule();
        assert!(workshop.db.holds("new@example.com"), "for a day its page can still say that the code expired");
        workshop.advance(SignedDuration::from_hours(1));
        workshop.drain_with_schedule();
        let found = workshop.db.store.read(|db| email_changes::find_email_change(db, application.id, cast::now())).unwrap();
        assert!(found.is_none());
    }

    fn recurring_work_is_enqueued_once_in_its_period(db: TestDatabase) {
        let workshop = Workshop::new(db);
        assert_eq!(workshop.drain_with_schedule().done, 7);
        assert_eq!(workshop.drain_with_schedule().done, 0);
        workshop.advance(SignedDuration::from_hours(1));
        assert_eq!(workshop.drain_with_schedule().done, 5, "the windows are computed, and the audit is sealed, once a day");
    }
}

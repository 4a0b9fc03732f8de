//! Applications, sections, photos, forms: nothing is overwritten that another tab changed, nothing half done stays.

use jiff::SignedDuration;
use tsubame::domain::answers::Answers;
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::domain::status::Status;
use tsubame::storage::applications::{self, Doer, Move};
use tsubame::storage::audit::{self, Chain};
use tsubame::storage::photos::{self, NewPhoto, PhotoState};
use tsubame::storage::revisions::{self, NewRevision};
use tsubame::storage::sections::{self, SaveSection};
use tsubame::storage::{StoreError, birth_tries, history, idempotency, mailboxes, postings};

use super::cast::{days, draft, hanako, now, try_draft};
use crate::on_each_database;

fn answers(family: &str) -> Answers {
    [("family", family), ("given", "花子")]
        .into_iter()
        .collect()
}

on_each_database! {
    fn a_new_application_reads_back_with_its_first_line_of_history(db: TestDatabase) {
        let mailbox = hanako(&db.store);
        let made = draft(&db.store, &mailbox, 7);
        let (found, lines, entries) = db.store.read(|db| {
            let found = applications::find_of_mailbox(db, mailbox.id, ReceiptNumber::from_random(7))?;
            let lines = history::list_history(db, made.id)?;
            Ok::<_, StoreError>((found, lines, audit::list_entries(db, &Chain::of_case(made.reference))?))
        }).unwrap();
        let (found, email) = found.unwrap();
        assert_eq!(email, mailbox.email);
        assert_eq!((found.status, found.version, found.created_at), (Status::Draft, 1, now()));
        assert_eq!(lines.len(), 1);
        assert_eq!((lines[0].from, lines[0].to, lines[0].role.as_str(), lines[0].at), (None, Status::Draft, "applicant", now()));
        assert_eq!((entries[0].seq, entries[0].action.as_str()), (1, "case.moved"));
    }

    fn a_receipt_number_is_given_once(db: TestDatabase) {
        let mailbox = hanako(&db.store);
        draft(&db.store, &mailbox, 7);
        assert!(matches!(try_draft(&db.store, &mailbox, 7), Err(StoreError::Conflict)));
    }

    fn another_mailbox_does_not_find_it(db: TestDatabase) {
        let mailbox = hanako(&db.store);
        draft(&db.store, &mailbox, 7);
        let other = db.store.write(|db| mailboxes::insert_or_update_mailbox(db, "taro@example.com", "taro@example.com", "en", now())).unwrap();
        let found = db.store.read(|db| applications::find_of_mailbox(db, other.id, ReceiptNumber::from_random(7))).unwrap();
        assert!(found.is_none());
    }

    fn a_section_changed_in_another_tab_is_not_overwritten(db: TestDatabase) {
        let application = draft(&db.store, &hanako(&db.store), 1);
        let save = |typed: &Answers, expected_version| {
            let save = SaveSection {
                application: application.id, section: "person", answers: typed, is_complete: false, expected_version,
                expected_status: Status::Draft, expires_at: now() + days(31),
            };
            db.store.write(|db| sections::save_section(db, &save, now() + days(1)))
        };
        assert_eq!(save(&answers("山田"), 0).unwrap(), 1);
        assert_eq!(save(&answers("𠮷田"), 1).unwrap(), 2);
        assert!(matches!(save(&answers("鈴木"), 1), Err(StoreError::Conflict)));
        assert!(matches!(save(&answers("鈴木"), 0), Err(StoreError::Conflict)));
        let (section, application) = db.store.read(|db| {
            Ok::<_, StoreError>((sections::find_section(db, application.id, "person")?, applications::get_application(db, application.id)?))
        }).unwrap();
        assert_eq!(section.unwrap().answers, answers("𠮷田"));
        assert_eq!(application.expires_at, now() + days(31));
        assert_eq!(application.last_activity_at, now() + days(1));
    }

    fn answers_of_a_case_that_has_moved_on_are_not_changed(db: TestDatabase) {
        let mailbox = hanako(&db.store);
        let application = draft(&db.store, &mailbox, 1);
        move_to(&db, &application, Status::Draft, Status::Expired).unwrap();
        let save = SaveSection {
            application: application.id, section: "person", answers: &answers("山田"), is_complete: true, expected_version: 0,
            expected_status: Status::Draft, expires_at: now(),
        };
        assert!(matches!(db.store.write(|db| sections::save_section(db, &save, now())), Err(StoreError::Conflict)));
        assert!(db.store.read(|db| sections::list_sections(db, application.id)).unwrap().is_empty());
    }

    fn a_case_moves_only_from_where_it_was_seen(db: TestDatabase) {
        let application = draft(&db.store, &hanako(&db.store), 1);
        let moved = move_to(&db, &application, Status::Draft, Status::FormReady).unwrap();
        assert_eq!((moved.status, moved.version), (Status::FormReady, 2));
        assert!(matches!(move_to(&db, &application, Status::Draft, Status::Expired), Err(StoreError::Conflict)));
        let lines = db.store.read(|db| history::list_history(db, application.id)).unwrap();
        assert_eq!(lines.len(), 2, "a refused step leaves no line");
    }

    fn a_refused_transaction_leaves_nothing(db: TestDatabase) {
        let application = draft(&db.store, &hanako(&db.store), 1);
        let refused: Result<(), StoreError> = db.store.write(|db| {
            let step = Move { application: application.id, from: Status::Draft, to: Status::FormReady, doer: &Doer::system(), rule: "r" };
            applications::apply_transition(db, &step, now())?;
            Err(StoreError::Conflict)
        });
        assert!(refused.is_err());
        let (after, entries) = db.store.read(|db| {
            Ok::<_, StoreError>((applications::get_application(db, application.id)?, audit::list_entries(db, &Chain::of_case(application.reference))?))
        }).unwrap();
        assert_eq!((after.status, entries.len()), (Status::Draft, 1));
    }

    fn birth_dates_can_be_tried_five_times_a_day(db: TestDatabase) {
        let application = draft(&db.store, &hanako(&db.store), 1);
        let attempt = |at| db.store.write(|db| birth_tries::claim_birth_try(db, application.id, 5, days(1), at)).unwrap();
        let within: Vec<bool> = (0..7).map(|minute| attempt(now() + SignedDuration::from_mins(minute))).collect();
        assert_eq!(within, [true, true, true, true, true, false, false]);
        assert!(attempt(now() + days(1)));
        db.store.write(|db| birth_tries::reset_birth_tries(db, application.id)).unwrap();
        assert!((0..5).all(|_| attempt(now() + days(1))));
    }

    fn choosing_another_photo_keeps_the_printed_one_until_the_next_form(db: TestDatabase) {
        let application = draft(&db.store, &hanako(&db.store), 1);
        let states = || ["p1", "p2"].map(|id| db.store.read(|db| photos::get_photo(db, application.id, id)).ok().map(|photo| photo.state));
        upload(&db, &application, "p1");
        choose(&db, &application, "p1").unwrap();
        assert_eq!(freeze(&db, &application, None, Some("p1")).unwrap(), 1);
        upload(&db, &application, "p2");
        choose(&db, &application, "p2").unwrap();
        assert_eq!(states(), [Some(PhotoState::Replaced), Some(PhotoState::Chosen)]);
        assert!(matches!(freeze(&db, &application, None, Some("p2")), Err(StoreError::Conflict)), "made in another tab");
        assert_eq!(freeze(&db, &application, Some(1), Some("p2")).unwrap(), 2);
        assert_eq!(states(), [None, Some(PhotoState::Chosen)]);
        let (first, current) = db.store.read(|db| {
            Ok::<_, StoreError>((revisions::get_revision(db, application.id, 1)?, revisions::find_current_revision(db, application.id)?.unwrap()))
        }).unwrap();
        assert_eq!((first.superseded_at, first.photo_id), (Some(now()), None));
        assert_eq!((current.number, current.deadline.to_string(), current.superseded_at), (2, "2027-02-21".to_owned(), None));
    }

    fn a_photo_nobody_printed_goes_when_another_is_chosen(db: TestDatabase) {
        let application = draft(&db.store, &hanako(&db.store), 1);
        upload(&db, &application, "p1");
        upload(&db, &application, "p2");
        assert!(matches!(choose(&db, &application, "p1"), Err(StoreError::Conflict)), "replaced while being checked");
        choose(&db, &application, "p2").unwrap();
        upload(&db, &application, "p3");
        choose(&db, &application, "p3").unwrap();
        let found = db.store.read(|db| photos::get_photo(db, application.id, "p2"));
        assert!(matches!(found, Err(StoreError::NotFound)));
        let chosen = db.store.read(|db| photos::find_photo(db, application.id, PhotoState::Chosen)).unwrap().unwrap();
        assert_eq!((chosen.id.as_str(), chosen.taken_on.unwrap().to_string()), ("p3", "2026-10-01".to_owned()));
        let sealed = db.store.read(|db| photos::get_sealed(db, application.id, "p3")).unwrap();
        assert_eq!((sealed.key_id.as_str(), sealed.sealed), ("k1", vec![0, 255, 7]));
    }

    fn a_posting_can_be_corrected(db: TestDatabase) {
        let application = draft(&db.store, &hanako(&db.store), 1);
        for tracking in ["EE123456789GB", "EE987654321GB"] {
            let sent_on = "2026-11-20".parse().unwrap();
            db.store.write(|db| postings::insert_or_update_posting(db, application.id, sent_on, "ems", tracking, now())).unwrap();
        }
        let posting = db.store.read(|db| postings::find_posting(db, application.id)).unwrap().unwrap();
        assert_eq!((posting.tracking.as_str(), posting.sent_on.to_string()), ("EE987654321GB", "2026-11-20".to_owned()));
    }

    fn a_deleted_case_leaves_its_audit_and_nothing_else(db: TestDatabase) {
        let mailbox = hanako(&db.store);
        let application = draft(&db.store, &mailbox, 1);
        upload(&db, &application, "p1");
        db.store.write(|db| applications::delete_application(db, application.id, Status::Draft, &Doer::applicant(mailbox.id), "asked for", now())).unwrap();
        let (list, entries) = db.store.read(|db| {
            Ok::<_, StoreError>((applications::list_of_mailbox(db, mailbox.id)?, audit::list_entries(db, &Chain::of_case(application.reference))?))
        }).unwrap();
        assert!(list.is_empty());
        assert_eq!(entries.last().unwrap().action, "case.deleted");
        assert!(matches!(db.store.read(|db| photos::get_photo(db, application.id, "p1")), Err(StoreError::NotFound)));
    }

    fn the_same_form_sent_twice_is_done_once(db: TestDatabase) {
        let runs = std::cell::Cell::new(0);
        let send = |key: &[u8]| db.store.write(|db| idempotency::once(db, "apply", key, now(), |_| {
            runs.set(runs.get() + 1);
            Ok::<_, StoreError>(format!("/a/{}", runs.get()))
        })).unwrap();
        assert_eq!(send(b"k1"), idempotency::Once::Done("/a/1".to_owned()));
        assert_eq!(send(b"k1"), idempotency::Once::Before("/a/1".to_owned()));
        assert_eq!(send(b"k2"), idempotency::Once::Done("/a/2".to_owned()));
    }

    fn a_form_that_failed_can_be_sent_again(db: TestDatabase) {
        let failed: Result<idempotency::Once, StoreError> = db.store.write(|db| idempotency::once(db, "apply", b"k", now(), |_| Err(StoreError::Conflict)));
        assert!(failed.is_err());
        let again = db.store.write(|db| idempotency::once(db, "apply", b"k", now(), |_| Ok::<_, StoreError>("/a/1".to_owned()))).unwrap();
        assert_eq!(again, idempotency::Once::Done("/a/1".to_owned()));
    }
}

fn move_to(
    db: &crate::support::database::TestDatabase,
    application: &applications::Application,
    from: Status,
    to: Status,
) -> Result<applications::Application, StoreError> {
    let step = Move {
        application: application.id,
        from,
        to,
        doer: &Doer::system(),
        rule: "test",
    };
    db.store
        .write(|db| applications::apply_transition(db, &step, now()))
}

fn upload(
    db: &crate::support::database::TestDatabase,
    application: &applications::Application,
    id: &str,
) {
    let new = NewPhoto {
        id,
        application: application.id,
        key_id: "k1",
        sealed: &[0, 255, 7],
        width: 827,
        height: 1063,
        crop: "{}",
        findings: "[]",
    };
    db.store
        .write(|db| photos::insert_photo(db, &new, now()))
        .unwrap();
}

fn choose(
    db: &crate::support::database::TestDatabase,
    application: &applications::Application,
    id: &str,
) -> Result<(), StoreError> {
    let taken_on = "2026-10-01".parse().unwrap();
    db.store
        .write(|db| photos::choose_photo(db, application.id, id, Some(taken_on)))
}

fn freeze(
    db: &crate::support::database::TestDatabase,
    application: &applications::Application,
    expected_current: Option<i32>,
    photo_id: Option<&str>,
) -> Result<i32, StoreError> {
    let deadline = "2027-02-21".parse().unwrap();
    let new = NewRevision {
        application: application.id,
        expected_current,
        content: "{}",
        photo_id,
        deadline,
    };
    db.store
        .write(|db| revisions::insert_revision(db, &new, now()))
}

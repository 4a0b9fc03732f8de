//! What is no longer needed goes, and nothing else.

use jiff::SignedDuration;
use tsubame::domain::answers::Answers;
use tsubame::domain::status::Status;
use tsubame::storage::applications;
use tsubame::storage::sections::{self, SaveSection};
use tsubame::storage::{StoreError, idempotency, mailboxes, outbox, retention, sessions};

use super::cast::{days, draft, hanako, now};
use crate::on_each_database;

on_each_database! {
    fn only_cases_whose_time_ran_out_have_lapsed(db: TestDatabase) {
        let mailbox = hanako(&db.store);
        let (first, second) = (draft(&db.store, &mailbox, 1), draft(&db.store, &mailbox, 2));
        db.store.write(|db| applications::set_expiry(db, second.id, now() + days(40))).unwrap();
        let lapsed = |at, statuses: &[Status]| -> Vec<_> {
            db.store.read(|db| retention::list_lapsed(db, statuses, at, 10)).unwrap().into_iter().map(|case| case.id).collect()
        };
        assert!(lapsed(now() + days(30) - SignedDuration::from_micros(1), &[Status::Draft]).is_empty());
        assert_eq!(lapsed(now() + days(30), &[Status::Draft]), [first.id]);
        assert_eq!(lapsed(now() + days(50), &[Status::Draft]), [first.id, second.id]);
        assert!(lapsed(now() + days(50), &[Status::FormReady]).is_empty());
    }

    fn deleting_the_content_of_a_case_leaves_the_case(db: TestDatabase) {
        let mailbox = hanako(&db.store);
        let (case, other) = (draft(&db.store, &mailbox, 1), draft(&db.store, &mailbox, 2));
        for application in [&case, &other] {
            let answers: Answers = [("family", "山田")].into_iter().collect();
            let save = SaveSection {
                application: application.id, section: "person", answers: &answers, is_complete: true, expected_version: 0,
                expected_status: Status::Draft, expires_at: now(),
            };
            db.store.write(|db| sections::save_section(db, &save, now())).unwrap();
        }
        db.store.write(|db| retention::delete_content(db, &case, now())).unwrap();
        let count = |id| db.store.read(|db| sections::list_sections(db, id)).unwrap().len();
        assert_eq!((count(case.id), count(other.id)), (0, 1));
        assert!(db.store.read(|db| applications::get_application(db, case.id)).is_ok());
    }

    fn a_mailbox_goes_when_neither_an_application_nor_a_session_needs_it(db: TestDatabase) {
        let mailbox = hanako(&db.store);
        let delete = || db.store.write(|db| retention::delete_unused_mailboxes(db, now() + days(1))).unwrap();
        let application = draft(&db.store, &mailbox, 1);
        assert_eq!(delete(), 0);
        let doer = applications::Doer::system();
        db.store.write(|db| applications::delete_application(db, application.id, Status::Draft, &doer, "test", now())).unwrap();
        db.store.write(|db| sessions::insert_session(db, &[1; 32], mailbox.id, now(), now())).unwrap();
        assert_eq!(delete(), 0);
        db.store.write(|db| sessions::delete_ended(db, now() + days(1))).unwrap();
        assert_eq!(delete(), 1);
        assert!(db.store.read(|db| mailboxes::find_mailbox(db, "hanako@example.com")).unwrap().is_none());
    }

    fn old_keys_and_mails_go_in_their_time(db: TestDatabase) {
        db.store.write(|db| idempotency::once(db, "s", b"k", now(), |_| Ok::<_, StoreError>("/a".to_owned()))).unwrap();
        let keys = |at| db.store.write(|db| idempotency::delete_before(db, at)).unwrap();
        assert_eq!([keys(now()), keys(now() + days(1))], [0, 1]);
        let mail = outbox::NewMail {
            message_id: "<1@h>", notice: tsubame::domain::notice::NoticeCode::N02a, application: None, recipient: "a@example.com", language: "en",
            subject: "s", text_body: "t", html_body: "h", reply_to: None, is_secret: false,
        };
        let id = db.store.write(|db| outbox::insert_mail(db, &mail, now())).unwrap();
        let later = now() + days(1);
        assert_eq!(db.store.write(|db| outbox::blank_bodies_before(db, later)).unwrap(), 0, "it still has to be sent");
        db.store.write(|db| outbox::set_sent(db, id, now())).unwrap();
        assert_eq!(db.store.write(|db| outbox::blank_bodies_before(db, later)).unwrap(), 1);
        assert_eq!(db.store.write(|db| outbox::blank_bodies_before(db, later)).unwrap(), 0);
        assert_eq!(db.store.write(|db| outbox::delete_before(db, later)).unwrap(), 1);
    }
}

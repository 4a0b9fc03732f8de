//! The queue and the outbox: one worker has a job, a dead worker loses it, a mail and its delivery are written together.

use std::sync::Barrier;

use jiff::SignedDuration;
use tsubame::domain::notice::NoticeCode;
use tsubame::storage::jobs::{self, JobKind, JobState, Outcome};
use tsubame::storage::outbox::{self, MailState, NewMail};
use tsubame::storage::{StoreError, reminders};

use super::cast::{draft, hanako, now};
use crate::on_each_database;
use crate::support::database::TestDatabase;

const LEASE: SignedDuration = SignedDuration::from_mins(2);

fn enqueue(db: &TestDatabase) -> jobs::JobId {
    db.store
        .write(|db| jobs::insert_job(db, JobKind::Remind, "{}", now(), now()))
        .unwrap()
}

fn claim(db: &TestDatabase, id: jobs::JobId, owner: &str, minute: i64) -> Option<jobs::Job> {
    db.store
        .write(|db| {
            jobs::claim_job(
                db,
                id,
                owner,
                LEASE,
                now() + SignedDuration::from_mins(minute),
            )
        })
        .unwrap()
}

fn finish(db: &TestDatabase, id: jobs::JobId, owner: &str, outcome: &Outcome) -> bool {
    db.store
        .write(|db| jobs::set_outcome(db, id, owner, outcome, now()))
        .unwrap()
}

pub(crate) fn new_mail(message_id: &str, is_secret: bool) -> NewMail<'_> {
    NewMail {
        message_id,
        notice: NoticeCode::N02a,
        application: None,
        recipient: "hanako@example.com",
        language: "ja",
        subject: "件名",
        text_body: "本文",
        html_body: "<p>本文</p>",
        reply_to: None,
        is_secret,
    }
}

on_each_database! {
    fn a_second_claim_gets_nothing_until_the_lease_ends(db: TestDatabase) {
        let id = enqueue(&db);
        assert_eq!(claim(&db, id, "a", 0).unwrap().attempts, 1);
        assert!(claim(&db, id, "b", 1).is_none());
        let again = claim(&db, id, "b", 3).unwrap();
        assert_eq!((again.attempts, again.lease_owner.as_deref()), (2, Some("b")));
        assert!(!finish(&db, id, "a", &Outcome::Done), "the first worker has lost it");
        assert!(finish(&db, id, "b", &Outcome::Done));
        assert!(claim(&db, id, "a", 60).is_none());
    }

    fn work_not_yet_due_is_not_seen(db: TestDatabase) {
        let later = now() + SignedDuration::from_mins(5);
        let id = db.store.write(|db| jobs::insert_job(db, JobKind::Remind, "{}", later, now())).unwrap();
        let seen = |at| db.store.read(|db| jobs::list_claimable(db, 10, at)).unwrap();
        assert!(seen(now()).is_empty());
        assert_eq!(seen(later), [id]);
    }

    fn the_longest_due_comes_first(db: TestDatabase) {
        let at = |minute| now() - SignedDuration::from_mins(minute);
        let ids: Vec<_> = [1, 3, 2].into_iter().map(|minute| db.store.write(|db| jobs::insert_job(db, JobKind::Remind, "{}", at(minute), now())).unwrap()).collect();
        let seen = db.store.read(|db| jobs::list_claimable(db, 2, now())).unwrap();
        assert_eq!(seen, [ids[1], ids[2]]);
    }

    fn a_key_is_enqueued_once(db: TestDatabase) {
        let enqueue = || db.store.write(|db| jobs::insert_if_missing(db, JobKind::Housekeeping, "{}", "h@1", now())).unwrap();
        assert_eq!([enqueue(), enqueue()], [true, false]);
    }

    fn a_retry_waits_and_remembers_why(db: TestDatabase) {
        let id = enqueue(&db);
        claim(&db, id, "a", 0);
        let due_at = now() + SignedDuration::from_mins(4);
        assert!(finish(&db, id, "a", &Outcome::Retry { due_at, reason: "greylisted".to_owned() }));
        assert!(claim(&db, id, "a", 3).is_none());
        let job = claim(&db, id, "a", 4).unwrap();
        assert_eq!((job.last_error.as_deref(), job.attempts), (Some("greylisted"), 2));
    }

    fn dead_jobs_are_listed_and_kept(db: TestDatabase) {
        let id = enqueue(&db);
        claim(&db, id, "a", 0);
        finish(&db, id, "a", &Outcome::Dead { reason: "no".to_owned() });
        let far = now() + SignedDuration::from_hours(24 * 400);
        db.store.write(|db| jobs::delete_done(db, far)).unwrap();
        let dead = db.store.read(|db| jobs::list_dead(db, 10)).unwrap();
        assert_eq!(dead.len(), 1);
        assert_eq!((dead[0].id, dead[0].state, dead[0].finished_at), (id, JobState::Dead, Some(now())));
        assert_eq!(db.store.read(jobs::count_open).unwrap(), (0, 1));
    }

    fn of_many_workers_one_has_the_job(db: TestDatabase) {
        let id = enqueue(&db);
        let together = Barrier::new(8);
        let winners = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..8).map(|n| {
                let (db, together) = (&db, &together);
                scope.spawn(move || {
                    together.wait();
                    claim(db, id, &n.to_string(), 0).is_some()
                })
            }).collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).filter(|won| *won).count()
        });
        assert_eq!(winners, 1);
    }

    fn a_mail_is_queued_with_its_delivery_or_not_at_all(db: TestDatabase) {
        let refused: Result<(), StoreError> = db.store.write(|db| {
            outbox::insert_mail(db, &new_mail("<1@h>", false), now())?;
            Err(StoreError::Conflict)
        });
        assert!(refused.is_err());
        assert_eq!(db.store.read(jobs::count_open).unwrap(), (0, 0));
        let id = db.store.write(|db| outbox::insert_mail(db, &new_mail("<1@h>", false), now())).unwrap();
        assert_eq!(db.store.read(jobs::count_open).unwrap(), (1, 0));
        let mail = db.store.read(|db| outbox::get_mail(db, id)).unwrap();
        assert_eq!((mail.state, mail.text_body.as_str(), mail.notice), (MailState::Queued, "本文", NoticeCode::N02a));
        let twice = db.store.write(|db| outbox::insert_mail(db, &new_mail("<1@h>", false), now()));
        assert!(matches!(twice, Err(StoreError::Conflict)), "a Message-ID comes once");
    }

    fn a_secret_is_blanked_once_it_is_sent_or_given_up(db: TestDatabase) {
        for (message_id, is_secret, end) in [("<1@h>", true, MailState::Sent), ("<2@h>", true, MailState::Dead), ("<3@h>", false, MailState::Sent)] {
            let id = db.store.write(|db| outbox::insert_mail(db, &new_mail(message_id, is_secret), now())).unwrap();
            db.store.write(|db| outbox::set_failed(db, id, "later")).unwrap();
            assert_eq!(db.store.read(|db| outbox::get_mail(db, id)).unwrap().text_body, "本文", "a retry needs it");
            db.store.write(|db| match end {
                MailState::Sent => outbox::set_sent(db, id, now()),
                _ => outbox::set_dead(db, id, "no such user"),
            }).unwrap();
            let mail = db.store.read(|db| outbox::get_mail(db, id)).unwrap();
            assert_eq!((mail.state, mail.attempts), (end, if end == MailState::Sent { 2 } else { 1 }));
            let bodies = [&mail.subject, &mail.text_body, &mail.html_body];
            assert_eq!(bodies.iter().all(|body| body.is_empty()), is_secret);
        }
        assert_eq!(db.store.read(outbox::count_unsent).unwrap(), (0, 1, 0));
        assert_eq!(db.store.read(|db| outbox::list_undelivered(db, 10)).unwrap().len(), 1);
    }

    fn it_is_known_what_was_written_to_an_applicant_since_when(db: TestDatabase) {
        let application = draft(&db.store, &hanako(&db.store), 1);
        let mail = NewMail { application: Some(application.id), ..new_mail("<1@h>", false) };
        db.store.write(|db| outbox::insert_mail(db, &mail, now())).unwrap();
        let written = |notice, since| db.store.read(|db| reminders::was_written_since(db, application.id, notice, since)).unwrap();
        assert!(written(NoticeCode::N02a, now()));
        assert!(!written(NoticeCode::N02b, now()));
        assert!(!written(NoticeCode::N02a, now() + SignedDuration::from_secs(1)));
        assert_eq!(db.store.read(|db| outbox::list_of_application(db, application.id)).unwrap().len(), 1);
    }
}

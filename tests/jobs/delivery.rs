//! Mails in every weather: what may pass is tried again, what never will is given up, nothing is lost and nothing stops the rest.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use tsubame::clock::{Clock, SystemClock};
use tsubame::i18n::Lang;
use tsubame::jobs::{Summary, Worker};
use tsubame::notices::{self, Addressee, AskedCode, DraftSaved, Notice, NoticeError};
use tsubame::storage::outbox::{self, Mail, MailId, MailState};
use tsubame::storage::{StoreError, jobs, schema};

use super::workshop::{Workshop, letterhead};
use crate::on_each_database;
use crate::storage::cast;
use crate::support::database::TestDatabase;
use crate::support::smtp::{Fault, SmtpServer};

const DONE: Summary = Summary {
    done: 1,
    retried: 0,
    dead: 0,
};
const RETRIED: Summary = Summary {
    done: 0,
    retried: 1,
    dead: 0,
};
const DEAD: Summary = Summary {
    done: 0,
    retried: 0,
    dead: 1,
};

fn saved() -> Notice {
    Notice::DraftSaved(DraftSaved {
        kept_until: "2026年12月21日（月）".to_owned(),
        remaining: vec!["顔写真".to_owned()],
    })
}

fn code() -> Notice {
    Notice::FirstCode(AskedCode {
        code: "492817".to_owned(),
        link_token: Some("x".to_owned()),
        minutes: 30,
    })
}

fn post(workshop: &Workshop, notice: &Notice) -> MailId {
    post_at(workshop, notice, workshop.clock.now())
}

fn post_at(workshop: &Workshop, notice: &Notice, now: Timestamp) -> MailId {
    let to = Addressee {
        email: "hanako@example.com",
        lang: Lang::Ja,
        name: Some("𠮷田 花子"),
        application: None,
    };
    workshop
        .db
        .store
        .write(|db| notices::post(db, &letterhead(), &to, notice, now))
        .unwrap()
}

fn mail(workshop: &Workshop, id: MailId) -> Mail {
    workshop
        .db
        .store
        .read(|db| outbox::get_mail(db, id))
        .unwrap()
}

on_each_database! {
    fn a_posted_notice_arrives_as_written(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let id = post(&workshop, &saved());
        assert_eq!(workshop.drain(), DONE);
        assert_eq!(workshop.drain(), Summary::default(), "and once");
        let mails = workshop.mails();
        assert_eq!((mails.len(), mails[0].to.as_str(), mails[0].notice.as_str()), (1, "hanako@example.com", "N02a"));
        assert!(mails[0].text.starts_with("𠮷田 花子 様\r\n"));
        assert_eq!(mail(&workshop, id).state, MailState::Sent);
    }

    fn a_code_is_blanked_when_it_is_sent(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let id = post(&workshop, &code());
        workshop.drain();
        assert!(workshop.mails()[0].text.contains("492817"));
        let kept = mail(&workshop, id);
        assert_eq!((kept.subject.as_str(), kept.text_body.as_str(), kept.html_body.as_str()), ("", "", ""));
    }

    fn a_code_that_has_expired_is_not_sent(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let id = post(&workshop, &code());
        workshop.advance(SignedDuration::from_mins(31));
        assert_eq!(workshop.drain(), DEAD);
        assert_eq!(mail(&workshop, id).state, MailState::Dead);
        assert!(workshop.mails().is_empty());
    }

    fn a_mail_that_could_never_be_sent_is_not_written_down(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let to = Addressee { email: "a@example.com\r\nBcc: b@example.com", lang: Lang::Ja, name: None, application: None };
        let refused = workshop.db.store.write(|db| notices::post(db, &letterhead(), &to, &saved(), cast::now()));
        assert!(matches!(refused, Err(NoticeError::Message(_))));
        assert_eq!(workshop.db.store.read(jobs::count_open).unwrap(), (0, 0));
    }

    fn a_poisoned_row_is_given_up_and_the_next_mail_goes(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let poisoned = post(&workshop, &saved());
        let good = post(&workshop, &saved());
        workshop.db.store.write(|db| {
            let row = diesel::update(schema::outbox::table.find(poisoned)).set(schema::outbox::recipient.eq("a\r\nb@example.com"));
            row.execute(db).map_err(StoreError::from)
        }).unwrap();
        assert_eq!(workshop.drain(), Summary { done: 1, retried: 0, dead: 1 });
        assert_eq!((mail(&workshop, poisoned).state, mail(&workshop, good).state), (MailState::Dead, MailState::Sent));
    }

    fn rows_that_make_no_sense_are_given_up(db: TestDatabase) {
        let workshop = Workshop::new(db);
        for (kind, payload) in [("deliver-mail", "{"), ("deliver-mail", "{\"mail\":9999}"), ("no-such-kind", "{}"), ("remind", "[]")] {
            workshop.db.store.write(|db| {
                let id = jobs::insert_job(db, jobs::JobKind::DeliverMail, payload, cast::now(), cast::now())?;
                let row = diesel::update(schema::jobs::table.find(id)).set(schema::jobs::kind.eq(kind));
                row.execute(db).map_err(StoreError::from)
            }).unwrap();
        }
        assert_eq!(workshop.drain(), Summary { done: 0, retried: 0, dead: 4 });
        let reasons = workshop.db.store.read(|db| jobs::list_dead(db, 10)).unwrap();
        assert!(reasons.iter().all(|job| job.last_error.is_some()));
    }

    fn a_job_whose_worker_died_is_run_by_the_next(db: TestDatabase) {
        let workshop = Workshop::new(db);
        let id = post(&workshop, &saved());
        let now = cast::now();
        let claimable = workshop.db.store.read(|db| jobs::list_claimable(db, 1, now)).unwrap();
        workshop.db.store.write(|db| jobs::claim_job(db, claimable[0], "dead worker", SignedDuration::from_mins(2), now)).unwrap();
        assert_eq!(workshop.drain(), Summary::default());
        workshop.advance(SignedDuration::from_mins(3));
        assert_eq!(workshop.drain(), DONE);
        assert_eq!(mail(&workshop, id).state, MailState::Sent);
    }
}

#[test]
fn faults_that_pass_are_tried_again_and_the_mail_arrives() {
    let passing = [
        Fault::RecipientLater,
        Fault::DataLater,
        Fault::Busy,
        Fault::WantsLogin,
        Fault::DropsGreeting,
        Fault::DropsData,
        Fault::Garbage,
        Fault::Hangs,
    ];
    for fault in passing {
        let server = SmtpServer::start(fault);
        let workshop = Workshop::with_smtp(TestDatabase::sqlite(), &server);
        let id = post(&workshop, &saved());
        assert_eq!(workshop.drain(), RETRIED, "{fault:?}");
        let failed = mail(&workshop, id);
        assert_eq!(
            (failed.state, failed.attempts),
            (MailState::Queued, 1),
            "{fault:?}"
        );
        assert!(
            failed.last_error.is_some_and(|reason| !reason.is_empty()),
            "{fault:?}"
        );
        server.set(Fault::None);
        workshop.advance(SignedDuration::from_secs(3));
        assert_eq!(workshop.drain(), DONE, "{fault:?}");
        assert_eq!(
            (server.taken().len(), mail(&workshop, id).state),
            (1, MailState::Sent),
            "{fault:?}"
        );
    }
}

#[test]
fn a_server_that_says_never_is_asked_once() {
    for fault in [Fault::RecipientNever, Fault::DataNever] {
        let server = SmtpServer::start(fault);
        let workshop = Workshop::with_smtp(TestDatabase::sqlite(), &server);
        let id = post(&workshop, &saved());
        assert_eq!(workshop.drain(), DEAD, "{fault:?}");
        let refused = mail(&workshop, id);
        assert_eq!(
            (refused.state, refused.attempts),
            (MailState::Dead, 1),
            "{fault:?}"
        );
        assert!(refused.last_error.unwrap().contains('5'), "{fault:?}");
    }
}

#[test]
fn a_server_that_is_away_is_tried_again() {
    let server = SmtpServer::start(Fault::None);
    let workshop = Workshop::with_smtp(TestDatabase::sqlite(), &server);
    drop(server);
    post(&workshop, &saved());
    assert_eq!(workshop.drain(), RETRIED);
}

#[test]
fn a_mail_taken_without_an_answer_comes_again_with_the_same_message_id() {
    let server = SmtpServer::start(Fault::TakesAndDrops);
    let workshop = Workshop::with_smtp(TestDatabase::sqlite(), &server);
    let id = post(&workshop, &saved());
    assert_eq!(workshop.drain(), RETRIED);
    server.set(Fault::None);
    workshop.advance(SignedDuration::from_secs(3));
    assert_eq!(workshop.drain(), DONE);
    let header = format!("Message-ID: {}", mail(&workshop, id).message_id);
    let copies = server.taken();
    assert_eq!(copies.len(), 2);
    assert!(copies.iter().all(|copy| copy.contains(&header)));
}

#[test]
fn a_mail_that_was_taken_is_sent_whatever_the_server_says_next() {
    let server = SmtpServer::start(Fault::TakesAndHangs);
    let workshop = Workshop::with_smtp(TestDatabase::sqlite(), &server);
    post(&workshop, &saved());
    assert_eq!(workshop.drain(), DONE);
    assert_eq!(server.taken().len(), 1);
}

#[test]
fn a_mail_that_never_goes_is_given_up_after_three_days() {
    let server = SmtpServer::start(Fault::Busy);
    let workshop = Workshop::with_smtp(TestDatabase::sqlite(), &server);
    let id = post(&workshop, &saved());
    let mut tries = 0;
    while mail(&workshop, id).state == MailState::Queued {
        workshop.drain();
        workshop.advance(SignedDuration::from_mins(20));
        tries += 1;
        assert!(tries <= 500, "still trying");
    }
    assert_eq!(mail(&workshop, id).attempts, 404);
}

#[test]
fn a_spool_gets_one_file_for_each_mail() {
    let folder = tempfile::TempDir::new().unwrap();
    let workshop = Workshop::with_spool(TestDatabase::sqlite(), folder.path());
    post(&workshop, &saved());
    post(&workshop, &saved());
    assert_eq!(workshop.drain().done, 2);
    let files: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 2);
    for file in files {
        assert!(
            std::fs::read_to_string(&file)
                .unwrap()
                .contains("To: hanako@example.com"),
            "{}",
            file.display()
        );
    }
}

#[test]
fn a_running_worker_sends_what_comes_and_finishes_what_it_began() {
    let server = SmtpServer::start(Fault::None);
    let workshop = Workshop::with_smtp(TestDatabase::sqlite(), &server);
    let context = tsubame::jobs::JobContext {
        clock: Arc::new(SystemClock),
        ..workshop.context.clone()
    };
    let worker = Worker::start(context).unwrap();
    for _ in 0..20 {
        post_at(&workshop, &saved(), SystemClock.now());
    }
    let deadline = Instant::now() + Duration::from_secs(20);
    while server.taken().len() < 20 {
        assert!(
            worker.is_running() && Instant::now() < deadline,
            "{} of 20 mails arrived",
            server.taken().len()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    worker.stop();
    assert_eq!(
        workshop.db.store.read(outbox::count_unsent).unwrap(),
        (0, 0, 0)
    );
    post_at(&workshop, &saved(), SystemClock.now());
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(server.taken().len(), 20, "a stopped worker begins nothing");
}

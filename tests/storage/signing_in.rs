//! Mailboxes, challenges, sessions and counters: what works once works once, however many ask at the same time.

use jiff::SignedDuration;
use tsubame::domain::application::kind::ApplicationKind;
use tsubame::storage::challenges::{self, NewChallenge, Purpose};
use tsubame::storage::throttle::{self, Scope};
use tsubame::storage::{StoreError, mailboxes, pending_posts, sessions};

use super::cast::{days, draft, hanako, now};
use crate::on_each_database;
use crate::support::database::TestDatabase;

const HALF_AN_HOUR: SignedDuration = SignedDuration::from_mins(30);

fn challenge(db: &TestDatabase, link: &[u8]) -> challenges::ChallengeId {
    let new = NewChallenge {
        purpose: Purpose::Apply,
        email: "Hanako@example.com",
        email_key: "hanako@example.com",
        language: "ja",
        kind: Some(ApplicationKind::Renewal),
        code_hash: &[1; 32],
        link_hash: link,
        browser_hash: &[9; 32],
        expires_at: now() + HALF_AN_HOUR,
    };
    db.store
        .write(|db| challenges::insert_challenge(db, &new, now()))
        .unwrap()
}

on_each_database! {
    fn a_mailbox_proven_again_is_the_same_mailbox(db: TestDatabase) {
        let first = hanako(&db.store);
        let again = db.store.write(|db| mailboxes::insert_or_update_mailbox(db, "hanako@EXAMPLE.com", "hanako@example.com", "en", now() + days(3))).unwrap();
        assert_eq!(again.id, first.id);
        assert_eq!((again.email.as_str(), again.language.as_str()), ("hanako@EXAMPLE.com", "en"));
        assert_eq!((again.created_at, again.verified_at), (now(), now() + days(3)));
    }

    fn a_code_can_be_tried_five_times(db: TestDatabase) {
        let id = challenge(&db, &[2; 32]);
        let tries: Vec<bool> = (0..7).map(|_| db.store.write(|db| challenges::claim_attempt(db, id, 5, now())).unwrap().is_some()).collect();
        assert_eq!(tries, [true, true, true, true, true, false, false]);
    }

    fn a_challenge_works_once_and_in_time(db: TestDatabase) {
        let id = challenge(&db, &[2; 32]);
        let claim = |id, at| db.store.write(|db| challenges::claim_challenge(db, id, at));
        assert!(claim(id, now() + SignedDuration::from_mins(29)).is_ok());
        assert!(matches!(claim(id, now() + SignedDuration::from_mins(29)), Err(StoreError::Conflict)));
        let late = challenge(&db, &[3; 32]);
        assert!(matches!(claim(late, now() + HALF_AN_HOUR), Err(StoreError::Conflict)));
    }

    fn the_browser_that_asked_finds_its_latest_challenge(db: TestDatabase) {
        challenge(&db, &[2; 32]);
        let latest = challenge(&db, &[3; 32]);
        let (by_browser, by_link, other) = db.store.read(|db| Ok::<_, StoreError>((
            challenges::find_challenge_of_browser(db, &[9; 32])?,
            challenges::find_challenge_by_link(db, &[2; 32])?,
            challenges::find_challenge_of_browser(db, &[8; 32])?,
        ))).unwrap();
        let by_browser = by_browser.unwrap();
        assert_eq!((by_browser.id, by_browser.kind, by_browser.used_at), (latest, Some(ApplicationKind::Renewal), None));
        assert_ne!(by_link.unwrap().id, latest);
        assert!(other.is_none());
    }

    fn a_session_ends_by_time_by_sign_out_and_by_its_mailbox(db: TestDatabase) {
        let mailbox = hanako(&db.store);
        let begin = |token: &[u8]| db.store.write(|db| sessions::insert_session(db, token, mailbox.id, now() + HALF_AN_HOUR, now())).unwrap();
        let is_live = |token: &[u8], at| db.store.read(|db| sessions::find_live_session(db, token, at)).unwrap().is_some();
        let one = begin(&[1; 32]);
        begin(&[2; 32]);
        assert!(is_live(&[1; 32], now()));
        assert!(!is_live(&[1; 32], now() + HALF_AN_HOUR));
        db.store.write(|db| sessions::touch_session(db, one, now() + days(1), now() + SignedDuration::from_mins(29))).unwrap();
        assert!(is_live(&[1; 32], now() + HALF_AN_HOUR));
        db.store.write(|db| sessions::set_token(db, one, &[4; 32])).unwrap();
        assert!(!is_live(&[1; 32], now()) && is_live(&[4; 32], now()));
        db.store.write(|db| sessions::revoke_session(db, one, now())).unwrap();
        assert!(!is_live(&[4; 32], now()) && is_live(&[2; 32], now()));
        assert_eq!(db.store.write(|db| sessions::revoke_sessions_of_mailbox(db, mailbox.id, now())).unwrap(), 1);
        assert!(!is_live(&[2; 32], now()));
    }

    fn a_grant_is_for_one_session_and_one_application(db: TestDatabase) {
        let mailbox = hanako(&db.store);
        let (mine, other) = (draft(&db.store, &mailbox, 1), draft(&db.store, &mailbox, 2));
        let session = db.store.write(|db| sessions::insert_session(db, &[1; 32], mailbox.id, now() + days(1), now())).unwrap();
        for _ in 0..2 {
            db.store.write(|db| sessions::insert_grant_if_missing(db, session, mine.id, now())).unwrap();
        }
        let has = |application| db.store.read(|db| sessions::has_grant(db, session, application)).unwrap();
        assert!(has(mine.id) && !has(other.id));
        assert_eq!(db.store.write(|db| sessions::delete_ended(db, now() + days(2))).unwrap(), 1);
        assert!(!has(mine.id));
    }

    fn events_are_counted_in_a_sliding_window(db: TestDatabase) {
        let scope = Scope { name: "code-sent", window: SignedDuration::from_mins(15) };
        let hit = |key: &[u8], minute| db.store.write(|db| throttle::hit(db, scope, key, now() + SignedDuration::from_mins(minute))).unwrap();
        let counts: Vec<i64> = [0, 1, 2].into_iter().map(|minute| hit(b"a", minute)).collect();
        assert_eq!(counts, [1, 2, 3]);
        assert_eq!(hit(b"b", 2), 1);
        assert_eq!(hit(b"a", 16), 4, "one minute into the next window most of the last still counts");
        assert_eq!(hit(b"a", 60), 1);
        assert!(db.store.write(|db| throttle::delete_windows_before(db, now() + days(1))).unwrap() >= 4);
    }

    fn a_kept_form_is_for_its_browser_its_application_and_a_day(db: TestDatabase) {
        let mailbox = hanako(&db.store);
        let (mine, other) = (draft(&db.store, &mailbox, 1), draft(&db.store, &mailbox, 2));
        let new = pending_posts::NewPendingPost {
            token_hash: &[5; 32], application: mine.id, section: "person", key_id: "k1", sealed: b"sealed", expires_at: now() + days(1),
        };
        db.store.write(|db| pending_posts::insert_pending_post(db, &new, now())).unwrap();
        let find = |application, at| db.store.read(|db| pending_posts::find_pending_post(db, &[5; 32], application, at)).unwrap();
        assert_eq!(find(mine.id, now()).unwrap().sealed, b"sealed");
        assert!(find(other.id, now()).is_none());
        assert!(find(mine.id, now() + days(1)).is_none());
        db.store.write(|db| pending_posts::delete_pending_post(db, &[5; 32])).unwrap();
        assert!(find(mine.id, now()).is_none());
    }
}

#[test]
fn guesses_at_once_have_no_more_tries_than_one_after_the_other() {
    let databases = [Some(TestDatabase::sqlite()), TestDatabase::postgres()];
    for db in databases.into_iter().flatten() {
        let id = challenge(&db, &[2; 32]);
        let guess = || {
            db.store
                .write(|db| challenges::claim_attempt(db, id, 5, now()))
                .unwrap()
                .is_some()
        };
        let granted = std::thread::scope(|scope| {
            let guesses: Vec<_> = (0..12).map(|_| scope.spawn(guess)).collect();
            guesses
                .into_iter()
                .map(|guess| guess.join().unwrap())
                .filter(|granted| *granted)
                .count()
        });
        assert_eq!(granted, 5);
    }
}

//! Backups of a database in use, and the way back.

use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicBool, Ordering};

use tsubame::domain::notice::NoticeCode;
use tsubame::storage::audit::{self, Chain};
use tsubame::storage::backup::{self, BackupError, Restored};
use tsubame::storage::outbox::{self, MailState, NewMail};
use tsubame::storage::throttle::{self, Scope};
use tsubame::storage::{DatabaseUrl, Store, StoreError, audit_verification, jobs, sessions};

use super::cast::{draft, hanako, now};
use crate::support::database::TestDatabase;

const SCOPE: Scope = Scope {
    name: "backup",
    window: jiff::SignedDuration::from_hours(1),
};

fn count(store: &Store) -> i64 {
    store
        .read(|db| throttle::count_in_window(db, SCOPE, b"k", now()))
        .unwrap()
}

fn queue_mail(store: &Store) -> outbox::MailId {
    let mail = NewMail {
        message_id: "<1@h>",
        notice: NoticeCode::N02a,
        application: None,
        recipient: "a@example.com",
        language: "en",
        subject: "s",
        text_body: "t",
        html_body: "h",
        reply_to: None,
        is_secret: false,
    };
    store
        .write(|db| outbox::insert_mail(db, &mail, now()))
        .unwrap()
}

#[test]
fn a_backup_under_writers_is_whole_and_private() {
    let db = TestDatabase::sqlite();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !is_over.load(Ordering::SeqCst) {
                    db.store
                        .write(|db| throttle::hit(db, SCOPE, b"k", now()))
                        .unwrap();
                }
            });
        }
        let mut last = 0;
        for n in 0..5 {
            let to = db.folder().join(format!("backup{n}.db"));
            let before = count(&db.store);
            backup::backup(&db.url, &to).unwrap();
            let after = count(&db.store);
            let copied = count(&Store::open(&DatabaseUrl::file(&to)));
            assert!(
                (before..=after).contains(&copied),
                "{copied} of {before} to {after}"
            );
            assert!(copied >= last);
            last = copied;
            assert_eq!(
                std::fs::metadata(&to).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
        is_over.store(true, Ordering::SeqCst);
    });
}

#[test]
fn a_backup_replaces_nothing() {
    let db = TestDatabase::sqlite();
    let to = db.folder().join("backup.db");
    std::fs::write(&to, "precious").unwrap();
    assert!(matches!(
        backup::backup(&db.url, &to),
        Err(BackupError::Exists(_))
    ));
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "precious");
    let nowhere = DatabaseUrl::file(&db.folder().join("none.db"));
    assert!(matches!(
        backup::backup(&nowhere, &db.folder().join("x.db")),
        Err(BackupError::Missing(_))
    ));
    assert!(!db.folder().join("x.db").exists());
}

#[test]
fn a_restored_database_has_the_rows_and_sends_nothing_by_itself() {
    let db = TestDatabase::sqlite();
    let mailbox = hanako(&db.store);
    let application = draft(&db.store, &mailbox, 1);
    let mail = queue_mail(&db.store);
    db.store
        .write(|db| sessions::insert_session(db, &[1; 32], mailbox.id, jiff::Timestamp::MAX, now()))
        .unwrap();
    let copy = db.folder().join("backup.db");
    backup::backup(&db.url, &copy).unwrap();

    let fresh = DatabaseUrl::file(&db.folder().join("fresh.db"));
    let restored = backup::restore(&copy, &fresh, false, now()).unwrap();
    assert_eq!(
        restored,
        Restored {
            mails_held: 1,
            sessions_ended: 1
        }
    );
    let store = Store::open(&fresh);
    store
        .read(|db| {
            assert!(
                tsubame::storage::applications::find_by_reference(db, application.reference)?
                    .is_some()
            );
            assert_eq!(outbox::get_mail(db, mail)?.state, MailState::Held);
            assert_eq!(jobs::list_claimable(db, 10, jiff::Timestamp::MAX)?, []);
            assert!(sessions::find_live_session(db, &[1; 32], now())?.is_none());
            assert_eq!(
                audit::list_entries(db, &Chain::system())?
                    .last()
                    .unwrap()
                    .action,
                "database.restored"
            );
            assert!(audit_verification::verify(db)?.is_whole());
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(
        store.write(|db| outbox::release_held(db, now())).unwrap(),
        1
    );
    assert_eq!(
        store
            .read(|db| jobs::list_claimable(db, 10, now()))
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_database_in_use_is_never_replaced_and_one_with_content_only_by_force() {
    let db = TestDatabase::sqlite();
    hanako(&db.store);
    let copy = db.folder().join("backup.db");
    backup::backup(&db.url, &copy).unwrap();
    assert!(matches!(
        backup::restore(&copy, &db.url, false, now()),
        Err(BackupError::Exists(_))
    ));
    assert!(matches!(
        backup::restore(&copy, &db.url, true, now()),
        Err(BackupError::InUse(_))
    ));

    let idle = DatabaseUrl::file(&db.folder().join("idle.db"));
    backup::restore(&copy, &idle, false, now()).unwrap();
    assert!(matches!(
        backup::restore(&copy, &idle, false, now()),
        Err(BackupError::Exists(_))
    ));
    backup::restore(&copy, &idle, true, now()).unwrap();
    assert!(Store::open(&idle).schema_state().unwrap().is_current());
}

#[test]
fn a_damaged_or_foreign_file_is_not_restored() {
    let db = TestDatabase::sqlite();
    let to = DatabaseUrl::file(&db.folder().join("to.db"));
    let garbage = db.folder().join("garbage.db");
    std::fs::write(&garbage, vec![0x5a; 8192]).unwrap();
    assert!(matches!(
        backup::restore(&garbage, &to, false, now()),
        Err(BackupError::Damaged { .. })
    ));

    let torn = db.folder().join("torn.db");
    backup::backup(&db.url, &torn).unwrap();
    let whole = std::fs::read(&torn).unwrap();
    std::fs::write(&torn, &whole[..whole.len() / 2]).unwrap();
    assert!(matches!(
        backup::restore(&torn, &to, false, now()),
        Err(BackupError::Damaged { .. })
    ));

    let foreign = TestDatabase::empty_sqlite();
    foreign.store.schema_state().unwrap();
    let file = foreign.folder().join("test.db");
    assert!(matches!(
        backup::restore(&file, &to, false, now()),
        Err(BackupError::Foreign(_))
    ));
    assert!(
        !db.folder().join("to.db").exists(),
        "nothing was put in place"
    );
}

#[test]
fn postgresql_is_left_to_its_own_tools() {
    let url: DatabaseUrl = "postgres://u@h/d".parse().unwrap();
    let refusal = backup::backup(&url, std::path::Path::new("/nowhere")).unwrap_err();
    assert!(refusal.to_string().contains("pg_dump"));
    assert!(matches!(
        backup::restore(std::path::Path::new("/nowhere"), &url, true, now()),
        Err(BackupError::NotSqlite)
    ));
}

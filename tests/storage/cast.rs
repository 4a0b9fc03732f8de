//! Invented people and their applications, for the tests of storage.

use jiff::{SignedDuration, Timestamp};
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::storage::applications::{
    Application, Doer, Filing, NewApplication, insert_application,
};
use tsubame::storage::mailboxes::{Mailbox, insert_or_update_mailbox};
use tsubame::storage::{Store, StoreError};

/// The present of these tests: a morning in London.
pub(crate) fn now() -> Timestamp {
    "2026-11-23T09:30:00.123456Z".parse().unwrap()
}

pub(crate) fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

/// Hanako's mailbox (invented).
pub(crate) fn hanako(store: &Store) -> Mailbox {
    store
        .write(|db| {
            insert_or_update_mailbox(db, "Hanako@example.com", "hanako@example.com", "ja", now())
        })
        .unwrap()
}

/// A draft of the mailbox, with the receipt number made from `number`.
pub(crate) fn draft(store: &Store, mailbox: &Mailbox, number: u64) -> Application {
    try_draft(store, mailbox, number).unwrap()
}

pub(crate) fn try_draft(
    store: &Store,
    mailbox: &Mailbox,
    number: u64,
) -> Result<Application, StoreError> {
    let new = NewApplication {
        reference: ReceiptNumber::from_random(number),
        mailbox: mailbox.id,
        language: "ja",
        filing: Filing::Paper,
        expires_at: now() + days(30),
        rule: "start",
    };
    store.write(|db| insert_application(db, &new, &Doer::applicant(mailbox.id), now()))
}

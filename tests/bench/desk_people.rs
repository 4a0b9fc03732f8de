//! Who works at the desks under measurement, and what lies there: staff and applicants with sessions that nobody signed in to.

use jiff::SignedDuration;
use tsubame::clock::{Clock, SystemClock};
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::queue::Queue;
use tsubame::domain::staff::user_id::UserId;
use tsubame::domain::staff::{Assignment, Role};
use tsubame::security::token::Token;
use tsubame::storage::applications::{self, ApplicationId};
use tsubame::storage::mailboxes::MailboxId;
use tsubame::storage::queues::{Order, QueueView, SortKey, list_places};
use tsubame::storage::staff::{self, StaffDetails, StaffId};
use tsubame::storage::staff_sessions::{self, NewStaffSession, Stage};
use tsubame::storage::{Store, StoreError, sessions};

/// A clerk with a session that nobody signed in to; its cookie and her account.
pub(crate) fn sign_in(
    store: &Store,
    user: &str,
    roles: &[Role],
    office: &str,
) -> (String, StaffId) {
    let now = SystemClock.now();
    let token = Token::generate().unwrap();
    let details = StaffDetails {
        name: format!("見本 {user}"),
        email: format!("{user}@office.example"),
        assignment: Assignment::new(
            roles.iter().copied(),
            Some(OfficeCode::parse(office).unwrap()),
        )
        .unwrap(),
        trained_on: Some(now.to_zoned(jiff::tz::TimeZone::UTC).date()),
    };
    let id = store
        .write(|db| {
            let id = staff::insert_staff(db, &UserId::parse(user).unwrap(), &details, now)?;
            let hash = token.hash();
            let session = NewStaffSession {
                staff_id: id,
                token_hash: hash.as_bytes(),
                stage: Stage::Full,
                source: "10.0.0.1",
                device: "bench",
                expires_at: now + SignedDuration::from_hours(12),
            };
            staff_sessions::insert_session(db, &session, now)?;
            Ok::<_, StoreError>(id)
        })
        .unwrap();
    (format!("staff={}", token.as_str()), id)
}

fn first_of_match(store: &Store, reader: StaffId, limit: i64) -> Vec<ApplicationId> {
    let office = OfficeCode::parse("141046").unwrap();
    let view = QueueView {
        desk: &office,
        queue: Queue::Match,
        reader,
        today: SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC).date(),
        due_from: None,
        due_until: None,
        channel: None,
        owner: None,
        found: None,
    };
    let order = Order {
        by: SortKey::Due,
        is_ascending: true,
    };
    let places = store
        .read(|db| list_places(db, &view, order, None, limit))
        .unwrap();
    places.into_iter().map(|place| place.id).collect()
}

/// A page far behind the first.
pub(crate) fn last_page(store: &Store, reader: StaffId) -> String {
    let ids = first_of_match(store, reader, 2000);
    let at = ids[ids.len() * 9 / 10];
    let case = store
        .read(|db| applications::get_application(db, at))
        .unwrap();
    format!(
        "/staff/queues/match?after=9999-12-31.{}&n=1000",
        case.reference.compact()
    )
}

/// The receipt number of a case at the clerk's desk, and the cookie of its applicant.
pub(crate) fn applicant(store: &Store, reader: StaffId) -> (String, String) {
    let now = SystemClock.now();
    let token = Token::generate().unwrap();
    let id = first_of_match(store, reader, 1)[0];
    let reference = store
        .write(|db| {
            let case = applications::get_application(db, id)?;
            let mailbox: MailboxId = case.mailbox_id;
            let ends = now + SignedDuration::from_hours(12);
            let session =
                sessions::insert_session(db, token.hash().as_bytes(), mailbox, ends, now)?;
            sessions::insert_grant_if_missing(db, session, id, now)?;
            Ok::<_, StoreError>(case.reference)
        })
        .unwrap();
    (reference.to_string(), format!("sid={}", token.as_str()))
}

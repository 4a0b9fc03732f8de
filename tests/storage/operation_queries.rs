//! What the pages and jobs of the operation ask, for the test that no query walks through a whole table.

use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::domain::status::Status;
use tsubame::storage::applications::ApplicationId;
use tsubame::storage::audit::{AuditEntryId, Chain};
use tsubame::storage::audit_search::{self, AuditFilter, AuditPlace};
use tsubame::storage::destruction_records::{self, DestructionId};
use tsubame::storage::jobs::{self, JobId};
use tsubame::storage::operation_records::{self, OperationKind};
use tsubame::storage::outbox::{self, MailId, MailState};
use tsubame::storage::{
    Db, StoreError, audit_checks, audit_seals, health, notice_texts, retention, staff,
};

use super::cast::now;

/// Asks everything once; what the answers are does not matter.
pub(super) fn ask_about_the_operation(db: &mut Db) -> Result<(), StoreError> {
    let place = Some(AuditPlace {
        at: now(),
        id: AuditEntryId(9),
    });
    let by = |filter: AuditFilter| AuditFilter {
        from: Some(now()),
        until: Some(now()),
        ..filter
    };
    for filter in [
        AuditFilter::default(),
        AuditFilter {
            actor: Some("staff:1".to_owned()),
            ..AuditFilter::default()
        },
        AuditFilter {
            action: Some("case.moved".to_owned()),
            ..AuditFilter::default()
        },
        AuditFilter {
            chain: Some(Chain::system()),
            ..AuditFilter::default()
        },
    ] {
        audit_search::search_entries(db, &by(filter), place, 50)?;
    }
    audit_seals::next_segment(db, now())?;
    audit_checks::latest_checks(db, 3)?;
    outbox::list_mails(db, MailState::Dead, Some((now(), MailId(1))), 50)?;
    outbox::send_again(db, MailId(1), now()).unwrap_err();
    jobs::begin_again(db, JobId(1), now()).unwrap_err();
    staff::names_of_actors(db, ["staff:1"])?;
    staff::has_administrator(db)?;
    notice_texts::find_latest(db, "N05")?;
    notice_texts::list_versions(db, &["N05".to_owned()])?;
    let ended = [Status::Completed, Status::Withdrawn];
    retention::list_ended(db, &ended, now(), 50)?;
    retention::list_ended_with_photo(db, &ended, now(), 50)?;
    retention::delete_photos(db, ApplicationId(0))?;
    outbox::delete_of_application(db, ApplicationId(0))?;
    destruction_records::list_of_case(db, ReceiptNumber::from_random(1))?;
    destruction_records::list_records(db, DestructionId(9), 50)?;
    health::oldest_due(db, now())?;
    health::oldest_mail(db)?;
    operation_records::find_latest(db, OperationKind::Backup)?;
    Ok(())
}

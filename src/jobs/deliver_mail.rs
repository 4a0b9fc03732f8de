//! Sends one mail of the outbox.

use jiff::{SignedDuration, Timestamp};

use super::{JobContext, JobError, parsed};
use crate::notices::mailer::DeliveryError;
use crate::storage::applications::{self, ApplicationId};
use crate::storage::outbox::{self, Delivery, Mail, MailState};
use crate::storage::tasks::{self, NewTask, TaskKind};
use crate::storage::{Db, StoreError};

/// A code works for half an hour; a mail with one that could not be sent by then would only confuse.
const SECRETS_ARE_GOOD_FOR: SignedDuration = SignedDuration::from_mins(30);

/// Sends the mail, unless it was sent, given up or held meanwhile.
pub(super) async fn run(context: JobContext, payload: String) -> Result<(), JobError> {
    let Delivery { mail: id } = parsed(&payload)?;
    let mail = context.read(move |db| outbox::get_mail(db, id)).await?;
    if mail.state != MailState::Queued {
        return Ok(());
    }
    let age = context.clock.now().duration_since(mail.created_at);
    if mail.is_secret && age > SECRETS_ARE_GOOD_FOR {
        return Err(JobError::Fail("the code in it has expired".to_owned()));
    }
    match context.mailer.deliver(&mail).await {
        // At least once: if this cannot be written down the mail goes again, with the same Message-ID.
        Ok(()) => Ok(context
            .write(move |db, now| outbox::set_sent(db, id, now))
            .await?),
        Err(error) => {
            let reason = error.to_string();
            context
                .write(move |db, _| outbox::set_failed(db, id, &reason))
                .await?;
            Err(match error {
                DeliveryError::Permanent(reason) => JobError::Fail(reason),
                DeliveryError::Transient(reason) => JobError::Retry(reason),
            })
        }
    }
}

/// The mail is given up with its delivery; when it was about a filed case, somebody has to reach its applicant otherwise.
pub(super) fn give_up(
    db: &mut Db,
    payload: &str,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    // A payload that names no mail concerns none.
    let Ok(delivery) = serde_json::from_str::<Delivery>(payload) else {
        return Ok(());
    };
    outbox::set_dead(db, delivery.mail, reason)?;
    let mail = match outbox::get_mail(db, delivery.mail) {
        Err(StoreError::NotFound) => return Ok(()),
        found => found?,
    };
    match mail.application_id {
        Some(application) => report_unreachable(db, application, &mail, now),
        None => Ok(()),
    }
}

fn report_unreachable(
    db: &mut Db,
    id: ApplicationId,
    mail: &Mail,
    now: Timestamp,
) -> Result<(), StoreError> {
    let application = applications::get_application(db, id)?;
    let Some(desk) = application.desk else {
        return Ok(());
    };
    // One task for each address that fails: a new address may fail again.
    let key = format!("unreachable:{id}:{}", application.mailbox_id);
    let task = NewTask {
        kind: TaskKind::Unreachable,
        office: desk.as_str(),
        application: Some(id),
        detail: mail.notice.as_str(),
        key: Some(&key),
    };
    tasks::open_task(db, &task, now).map(drop)
}

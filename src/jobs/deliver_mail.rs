//! Sends one mail of the outbox.

use jiff::SignedDuration;

use super::{JobContext, JobError, parsed};
use crate::notices::mailer::DeliveryError;
use crate::storage::outbox::{self, Delivery, MailState};
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

/// The mail is given up with its delivery.
pub(super) fn give_up(db: &mut Db, payload: &str, reason: &str) -> Result<(), StoreError> {
    match serde_json::from_str::<Delivery>(payload) {
        Ok(delivery) => outbox::set_dead(db, delivery.mail, reason),
        // A payload that names no mail concerns none.
        Err(_unreadable) => Ok(()),
    }
}

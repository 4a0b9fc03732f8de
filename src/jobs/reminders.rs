//! Reminders: saved answers will be deleted (N02b, 7 days and 1 day before), and "have you sent your form?" (N03, 30 and 75 days after it was made).
//!
//! Finding and writing are two steps: the finder enqueues one job for each case with a key that exists once; the job looks again whether the
//! reminder is still due, because the case may have moved on.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{JobContext, JobError, parsed};
use crate::clock::japan;
use crate::domain::deadline::{DRAFT_REMINDER_DAYS_BEFORE, FORM_REMINDER_DAYS_AFTER};
use crate::domain::notice::NoticeCode;
use crate::domain::status::Status;
use crate::i18n::{self, Lang};
use crate::notices::{
    self, Addressee, DraftExpires, FormReminder, Letterhead, Notice, NoticeError, case_facts,
};
use crate::storage::applications::{self, Application, ApplicationId};
use crate::storage::jobs::{self, JobKind};
use crate::storage::reminders::UnsentForm;
use crate::storage::{Db, StoreError, mailboxes, reminders, revisions, sections};

/// Cases looked at in one transaction.
const BATCH: i64 = 200;
/// A reminder that is so late, because nothing ran meanwhile, is not written any more: the next one is nearer.
const CATCH_UP_DAYS: i32 = 14;

/// What a reminder is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "lowercase")]
enum Reminder {
    /// A draft that will be deleted: so many days before.
    Draft {
        application: ApplicationId,
        days: i32,
    },
    /// A form not yet received: so many days after it was made.
    Form {
        application: ApplicationId,
        revision: i32,
        days: i32,
    },
}

/// Enqueues every reminder that is due.
pub(super) async fn find(context: JobContext) -> Result<(), JobError> {
    let mut after = ApplicationId(0);
    while let Some(last) = context
        .write(move |db, now| enqueue_drafts(db, after, now))
        .await?
    {
        after = last;
    }
    for days in FORM_REMINDER_DAYS_AFTER {
        find_forms(&context, days).await?;
    }
    Ok(())
}

/// Forms are looked for outside a writing transaction: most of the hours none is due, and nobody waits for that.
async fn find_forms(context: &JobContext, days: i32) -> Result<(), JobError> {
    let now = context.clock.now();
    let until = moved(now, -days);
    let mut after = (moved(until, -CATCH_UP_DAYS), ApplicationId(0));
    loop {
        let forms = context
            .read(move |db| reminders::list_unsent_forms(db, after, until, BATCH))
            .await?;
        let Some((application, _, made_at)) = forms.last() else {
            return Ok(());
        };
        after = (*made_at, *application);
        context
            .write(move |db, now| enqueue_forms(db, &forms, days, now))
            .await?;
    }
}

fn enqueue_drafts(
    db: &mut Db,
    after: ApplicationId,
    now: Timestamp,
) -> Result<Option<ApplicationId>, JobError> {
    let earliest = DRAFT_REMINDER_DAYS_BEFORE
        .into_iter()
        .max()
        .unwrap_or_default();
    let drafts = reminders::list_expiring_drafts(db, after, now, moved(now, earliest), BATCH)?;
    for (application, expires_at) in &drafts {
        let due = DRAFT_REMINDER_DAYS_BEFORE
            .into_iter()
            .filter(|days| moved(*expires_at, -days) <= now)
            .min();
        if let Some(days) = due {
            // The key holds the day of deletion: work on the draft moves it, and then the reminder is due anew.
            let key = format!("N02b:{application}:{}:{days}", expires_at.as_second());
            enqueue(
                db,
                &Reminder::Draft {
                    application: *application,
                    days,
                },
                &key,
                now,
            )?;
        }
    }
    Ok(drafts.last().map(|(application, _)| *application))
}

fn enqueue_forms(
    db: &mut Db,
    forms: &[UnsentForm],
    days: i32,
    now: Timestamp,
) -> Result<(), JobError> {
    for (application, revision, _) in forms {
        let key = format!("N03:{application}:{revision}:{days}");
        let reminder = Reminder::Form {
            application: *application,
            revision: *revision,
            days,
        };
        enqueue(db, &reminder, &key, now)?;
    }
    Ok(())
}

fn enqueue(db: &mut Db, reminder: &Reminder, key: &str, now: Timestamp) -> Result<(), JobError> {
    let payload =
        serde_json::to_string(reminder).map_err(|cause| JobError::Fail(cause.to_string()))?;
    jobs::insert_if_missing(db, JobKind::Remind, &payload, key, now)?;
    Ok(())
}

/// Writes one reminder, if it is still due.
pub(super) async fn run(context: JobContext, payload: String) -> Result<(), JobError> {
    let reminder: Reminder = parsed(&payload)?;
    let letterhead = context.letterhead.clone();
    context
        .write(move |db, now| match reminder {
            Reminder::Draft { application, days } => {
                remind_of_draft(db, &letterhead, application, days, now)
            }
            Reminder::Form {
                application,
                revision,
                days,
            } => remind_of_form(db, &letterhead, application, (revision, days), now),
        })
        .await
}

fn remind_of_draft(
    db: &mut Db,
    letterhead: &Letterhead,
    id: ApplicationId,
    days: i32,
    now: Timestamp,
) -> Result<(), JobError> {
    let application = applications::get_application(db, id)?;
    let due_since = moved(application.expires_at, -days);
    let is_due =
        application.status == Status::Draft && due_since <= now && now < application.expires_at;
    if !is_due || reminders::was_written_since(db, id, NoticeCode::N02b, due_since)? {
        return Ok(());
    }
    let lang = language(&application);
    let date = application.expires_at.to_zoned(japan()).date();
    let facts = DraftExpires {
        day: case_facts::day_without_year(lang, date),
        date: i18n::date_with_weekday(lang, date),
    };
    post(
        db,
        letterhead,
        &application,
        &Notice::DraftExpires(facts),
        now,
    )
}

fn remind_of_form(
    db: &mut Db,
    letterhead: &Letterhead,
    id: ApplicationId,
    (revision, days): (i32, i32),
    now: Timestamp,
) -> Result<(), JobError> {
    let application = applications::get_application(db, id)?;
    let form = revisions::find_current_revision(db, id)?.filter(|form| form.number == revision);
    let Some(form) = form.filter(|_| application.status == Status::FormReady) else {
        return Ok(());
    };
    let due_since = moved(form.made_at, days);
    if now < due_since || reminders::was_written_since(db, id, NoticeCode::N03, due_since)? {
        return Ok(());
    }
    let facts = FormReminder {
        reference: application.reference.to_string(),
        deadline: i18n::date_with_weekday(language(&application), form.deadline),
    };
    post(
        db,
        letterhead,
        &application,
        &Notice::FormReminder(facts),
        now,
    )
}

fn post(
    db: &mut Db,
    letterhead: &Letterhead,
    application: &Application,
    notice: &Notice,
    now: Timestamp,
) -> Result<(), JobError> {
    let mailbox = mailboxes::get_mailbox(db, application.mailbox_id)?;
    let name = name_as_typed(db, application.id)?;
    let reference = application.reference.to_string();
    let to = Addressee {
        email: &mailbox.email,
        lang: language(application),
        name: name.as_deref(),
        application: Some((application.id, &reference)),
    };
    match notices::post(db, letterhead, &to, notice, now) {
        Ok(_) => Ok(()),
        Err(NoticeError::Store(error)) => Err(error.into()),
        Err(other) => Err(JobError::Fail(other.to_string())),
    }
}

fn name_as_typed(db: &mut Db, application: ApplicationId) -> Result<Option<String>, StoreError> {
    let person = sections::find_section(db, application, "person")?;
    let name = person.map(|person| {
        let (family, given) = (
            person.answers.get("family").trim(),
            person.answers.get("given").trim(),
        );
        if family.is_empty() || given.is_empty() {
            String::new()
        } else {
            format!("{family} {given}")
        }
    });
    Ok(name.filter(|name| !name.is_empty()))
}

fn language(application: &Application) -> Lang {
    Lang::parse(&application.language).unwrap_or_default()
}

fn moved(instant: Timestamp, days: i32) -> Timestamp {
    instant
        .checked_add(SignedDuration::from_hours(24 * i64::from(days)))
        .unwrap_or(instant)
}

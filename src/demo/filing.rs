//! The invented people at their pages, and then their cases on the desks: each case is made with the clock of the day it began, so that its history,
//! its deadlines and its notices are those of a real one.

use std::sync::Arc;

use actix_web::web::Data;
use anyhow::Context;
use jiff::{SignedDuration, Timestamp};

use super::people::{INVENTED, Invented, Progress};
use super::{DemoCase, moves, onward, ways};
use crate::clock::{Clock, FixedClock, SystemClock};
use crate::commands::Service;
use crate::domain::answers::Answers;
use crate::domain::application::posting::{Carrier, Posting};
use crate::domain::application::section::Section;
use crate::domain::deadline;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::status::Status;
use crate::security::token::Token;
use crate::storage::applications::{self, ApplicationId, Filing};
use crate::storage::sections::{self, SaveSection};
use crate::storage::{Db, StoreError, mailboxes};
use crate::web::app::App;
use crate::web::applicant::new_application::{self, draft_end};
use crate::web::applicant::session::{self, Visitor};
use crate::web::applicant::{review, sent};

/// A case of the demo lies where it lies for a little less than whole days, so that nothing happens at this very moment.
const A_LITTLE: SignedDuration = SignedDuration::from_mins(45);

/// Settles the invented people, unless they are there already; answers all their cases.
pub(super) fn settle(service: &Service) -> anyhow::Result<Vec<DemoCase>> {
    let now = SystemClock.now();
    actix_web::rt::System::new().block_on(async {
        let mut cases = Vec::new();
        for invented in INVENTED {
            settle_one(service, invented, now).await.with_context(|| {
                format!("the invented person {} cannot be settled", invented.mailbox)
            })?;
            cases.extend(service.store.read(|db| cases_of(db, invented))?);
        }
        Ok(cases)
    })
}

async fn settle_one(
    service: &Service,
    invented: &'static Invented,
    now: Timestamp,
) -> anyhow::Result<()> {
    let status = invented.progress.status();
    let legs = status.map_or_else(Vec::new, |status| ways::to(status, invented.route));
    let mut at = now - A_LITTLE - days(age(invented.progress, &legs));
    let app = at_that_time(service, at);
    let Some((visitor, reference)) = app.store.write(|db| begin(db, invented, at))? else {
        return Ok(());
    };
    let find = |db: &mut Db| session::find_case(db, visitor, reference);
    if status.is_some() {
        let case = app.store.read(find)?.context("her case is not there")?;
        review::make_form_of(&app, case, invented.lang).await?;
    }
    for (status, after) in legs {
        at += days(after);
        let app = at_that_time(service, at);
        if status == Status::Mailed {
            let case = app.store.read(find)?.context("her case is not there")?;
            app.store.write(|db| post(db, &case, at))?;
        } else {
            let letterhead = app.letterhead();
            app.store.write(|db| {
                let (case, _) = applications::find_of_mailbox(db, visitor.mailbox, reference)?
                    .context("her case is not there")?;
                moves::step(db, &letterhead, case.id, status, at)
            })?;
        }
    }
    for (act, after) in onward::acts(invented.progress) {
        at += days(after);
        let app = at_that_time(service, at);
        let (letterhead, to) = (app.letterhead(), invented.route.other_mission());
        app.store.write(|db| {
            let (case, _) = applications::find_of_mailbox(db, visitor.mailbox, reference)?
                .context("her case is not there")?;
            onward::carry_out(db, &letterhead, &case, (act, to), at)
        })?;
    }
    Ok(())
}

/// Days since the case began.
fn age(progress: Progress, legs: &[ways::Leg]) -> i32 {
    let since = match progress {
        Progress::At(_, days) | Progress::Asked(days) | Progress::SentOn(days) => days,
        Progress::Begun | Progress::Filled => 0,
    };
    let onward: i32 = onward::acts(progress).map(|(_, days)| days).sum();
    since + onward + legs.iter().map(|(_, days)| days).sum::<i32>()
}

fn days(count: i32) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(count))
}

fn at_that_time(service: &Service, at: Timestamp) -> Data<App> {
    Data::new(service.app_by(Arc::new(FixedClock::at(at))))
}

fn post(db: &mut Db, case: &session::Case, at: Timestamp) -> anyhow::Result<()> {
    let today = at.to_zoned(crate::clock::japan()).date();
    let posting = Posting {
        sent_on: today,
        carrier: Some(Carrier::Ems),
        tracking: None,
    };
    let last_day = deadline::days_after(today, deadline::FORM_VALID_DAYS);
    sent::register(db, case, &posting, last_day, at)?;
    Ok(())
}

fn cases_of(db: &mut Db, invented: &Invented) -> anyhow::Result<Vec<DemoCase>> {
    let email = invented.email();
    let Some(mailbox) = mailboxes::find_mailbox(db, &email)? else {
        return Ok(Vec::new());
    };
    let cases = applications::list_of_mailbox(db, mailbox.id)?;
    Ok(cases
        .iter()
        .map(|one| DemoCase {
            reference: one.reference.to_string(),
            status: one.status.code().to_owned(),
            email: email.clone(),
        })
        .collect())
}

/// The person's mailbox and application with what she filled in; none when she is there already.
fn begin(
    db: &mut Db,
    invented: &Invented,
    now: Timestamp,
) -> anyhow::Result<Option<(Visitor, ReceiptNumber)>> {
    let (email, lang) = (invented.email(), invented.lang.as_str());
    let mailbox = mailboxes::insert_or_update_mailbox(db, &email, &email, lang, now)?;
    if !applications::list_of_mailbox(db, mailbox.id)?.is_empty() {
        return Ok(None);
    }
    // A session nobody has the token of.
    let visitor = Visitor {
        session: session::begin(db, mailbox.id, &Token::generate()?, now)?,
        mailbox: mailbox.id,
    };
    let reference = new_application::start(db, visitor, lang, None, Filing::Paper, now)?;
    let (application, _email) = applications::find_of_mailbox(db, mailbox.id, reference)?
        .context("her case is not there")?;
    for (section, answers) in invented.answers() {
        save(db, application.id, section, &answers, now)?;
    }
    Ok(Some((visitor, reference)))
}

fn save(
    db: &mut Db,
    application: ApplicationId,
    section: Section,
    answers: &[(&str, &str)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let answers: Answers = answers.iter().copied().collect();
    let save = SaveSection {
        application,
        section: section.as_str(),
        answers: &answers,
        is_complete: true,
        expected_version: 0,
        expected_status: Status::Draft,
        expires_at: draft_end(now),
    };
    sections::save_section(db, &save, now).map(|_version| ())
}

//! The morning rounds: at seven o'clock of its own time each office is told what waits (N31) and what is late (N32); at seven in Japan the
//! administrators are told of mails and jobs that were given up (N33). A morning without anything to say has no mail.
//!
//! One job for each office and day, under a key that exists once. A service that was down tells until noon; after that the day is told by the desk.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{JobContext, JobError, parsed};
use crate::clock::japan;
use crate::domain::deadline::days_after;
use crate::domain::desk;
use crate::domain::office_code::OfficeCode;
use crate::domain::staff::Role;
use crate::i18n::Lang;
use crate::notices::{
    self, Addressee, DeskOverdue, DeskToday, Letterhead, Notice, NoticeError, Operations,
};
use crate::storage::jobs::{self, JobKind};
use crate::storage::staff::{self, StaffMember};
use crate::storage::{Db, StoreError, desk_rounds, outbox};

/// The hours of the morning, in the office's own time.
const MORNING: std::ops::Range<i8> = 7..12;
/// A last day is near so many days before.
const SOON_DAYS: i32 = 3;
/// Receipt numbers in one mail; the desk shows the others.
const MOST_REFERENCES: usize = 20;
/// Late cases counted; an office with more has other worries than the number.
const MOST_COUNTED: i64 = 1_000;

/// Whom a round is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "lowercase")]
enum Round {
    /// An office, on a day of its own.
    Office { office: String, day: Date },
    /// The administrators.
    Operations,
}

/// Enqueues the rounds of every office where it is morning.
pub(super) async fn find(context: JobContext) -> Result<(), JobError> {
    context
        .write(|db, now| {
            for office in desk_rounds::list_staffed_offices(db)? {
                let local = now.to_zoned(desk::zone_of(&office));
                if MORNING.contains(&local.hour()) {
                    let day = local.date();
                    let key = format!("round:{}:{day}", office.as_str());
                    let office = office.as_str().to_owned();
                    enqueue(db, &Round::Office { office, day }, &key, now)?;
                }
            }
            let in_japan = now.to_zoned(japan());
            if MORNING.contains(&in_japan.hour()) {
                let key = format!("round:operations:{}", in_japan.date());
                enqueue(db, &Round::Operations, &key, now)?;
            }
            Ok(())
        })
        .await
}

fn enqueue(db: &mut Db, round: &Round, key: &str, now: Timestamp) -> Result<(), JobError> {
    let payload =
        serde_json::to_string(round).map_err(|cause| JobError::Fail(cause.to_string()))?;
    jobs::insert_if_missing(db, JobKind::Round, &payload, key, now)?;
    Ok(())
}

/// Writes the mails of one round.
pub(super) async fn run(context: JobContext, payload: String) -> Result<(), JobError> {
    let round: Round = parsed(&payload)?;
    let letterhead = context.letterhead.clone();
    context
        .write(move |db, now| match round {
            Round::Office { office, day } => {
                let office = OfficeCode::parse(&office)
                    .map_err(|cause| JobError::Fail(cause.to_string()))?;
                tell_office(db, &letterhead, &office, day, now)
            }
            Round::Operations => tell_administrators(db, &letterhead, now),
        })
        .await
}

fn tell_office(
    db: &mut Db,
    letterhead: &Letterhead,
    office: &OfficeCode,
    day: Date,
    now: Timestamp,
) -> Result<(), JobError> {
    let members: Vec<StaffMember> = open_accounts(db, Some(office))?;
    let clerks: Vec<&StaffMember> = of(&members, &[Role::Consular, Role::Municipal]);
    let managers: Vec<&StaffMember> = of(&members, &[Role::OfficeManager]);
    let today = DeskToday {
        due_soon: desk_rounds::count_due(db, office, day, days_after(day, SOON_DAYS))?,
        new: desk_rounds::count_entered(db, office, now - SignedDuration::from_hours(24))?,
    };
    if today.due_soon + today.new > 0 {
        post(db, letterhead, &clerks, &Notice::DeskToday(today), now)?;
    }
    let late = desk_rounds::list_overdue(db, office, day, MOST_COUNTED)?;
    if !late.is_empty() {
        let notice = Notice::DeskOverdue(DeskOverdue {
            count: i64::try_from(late.len()).unwrap_or(MOST_COUNTED),
            references: late
                .iter()
                .take(MOST_REFERENCES)
                .map(ToString::to_string)
                .collect(),
        });
        let readers = if managers.is_empty() {
            clerks
        } else {
            managers
        };
        post(db, letterhead, &readers, &notice, now)?;
    }
    Ok(())
}

fn tell_administrators(
    db: &mut Db,
    letterhead: &Letterhead,
    now: Timestamp,
) -> Result<(), JobError> {
    let (_, failed_mails, _) = outbox::count_unsent(db)?;
    let (_, dead_jobs) = jobs::count_open(db)?;
    if failed_mails + dead_jobs == 0 {
        return Ok(());
    }
    let members = open_accounts(db, None)?;
    let notice = Notice::Operations(Operations {
        failed_mails,
        dead_jobs,
    });
    let readers = of(&members, &[Role::Administrator]);
    post(db, letterhead, &readers, &notice, now)
}

fn open_accounts(db: &mut Db, office: Option<&OfficeCode>) -> Result<Vec<StaffMember>, StoreError> {
    let mut members = staff::list_staff(db, office, "", i64::from(u16::MAX))?;
    members.retain(|member| member.deactivated_at.is_none());
    Ok(members)
}

fn of<'a>(members: &'a [StaffMember], roles: &[Role]) -> Vec<&'a StaffMember> {
    members
        .iter()
        .filter(|member| member.assignment.has_any(roles))
        .collect()
}

fn post(
    db: &mut Db,
    letterhead: &Letterhead,
    readers: &[&StaffMember],
    notice: &Notice,
    now: Timestamp,
) -> Result<(), JobError> {
    for reader in readers {
        let to = Addressee {
            email: &reader.email,
            lang: Lang::Ja,
            name: None,
            application: None,
        };
        match notices::post(db, letterhead, &to, notice, now) {
            Ok(_) => {}
            Err(NoticeError::Store(error)) => return Err(error.into()),
            Err(other) => return Err(JobError::Fail(other.to_string())),
        }
    }
    Ok(())
}

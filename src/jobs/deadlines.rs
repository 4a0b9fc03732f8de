//! The timer of filed cases: half of the time has passed (N06r, N09 again), a last day has passed (S25 → S28, S70/S75 → S72, N04), a collection deadline comes near (N13), or something did
//! not arrive and somebody has to look (tasks). Runs every hour, because midnight comes to the offices one after another; each run does what is due
//! and was not done, so a second one does nothing.

use jiff::civil::Date;
use jiff::tz::{self, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::{JobContext, JobError, late_shipments, late_transfers, pickup_reminders};
use crate::domain::deadline::{
    CORRECTION_DAYS, CORRECTION_REMINDER_DAYS_AFTER, INQUIRY_DAYS, INQUIRY_REMINDER_DAYS_AFTER,
    days_after,
};
use crate::domain::defect::DefectCode;
use crate::domain::desk::Desk;
use crate::domain::notice::NoticeCode;
use crate::domain::office_code::OfficeCode;
use crate::domain::status::Status;
use crate::domain::transition::Circumstances;
use crate::i18n::Lang;
use crate::notices::advance::{self, AdvanceError, Facts, Step};
use crate::notices::case_facts::{self, today_at};
use crate::notices::case_words::{CaseNotice, Correction, Deadline, NotArrived, Question};
use crate::notices::{self, Addressee, Letterhead, Notice, NoticeError};
use crate::storage::applications::{self, Application, ApplicationId, Doer};
use crate::storage::cases::{self, CaseFile};
use crate::storage::tasks::{self, NewTask, TaskKind};
use crate::storage::{
    Db, StoreError, card_transfers, case_deadlines, defects, mailboxes, postings, reminders,
};

/// Cases listed at once.
const BATCH: i64 = 200;

/// The statuses in which something runs, and how many days before its end something is due.
const WATCHED: [(Status, i32); 8] = [
    (Status::Mailed, 0),
    (
        Status::Defect,
        CORRECTION_DAYS - CORRECTION_REMINDER_DAYS_AFTER,
    ),
    (Status::IssuerDefect, 0),
    (Status::Inquiry, INQUIRY_DAYS - INQUIRY_REMINDER_DAYS_AFTER),
    (Status::Forwarded, 0),
    (Status::Shipped, 0),
    (Status::Ready, 0),
    (Status::Booked, 0),
];

/// One round.
pub(super) async fn run(context: JobContext) -> Result<(), JobError> {
    // Where the day begins first: no office's last day is missed.
    let earliest = context.clock.today_in(&TimeZone::fixed(tz::offset(14)));
    for (status, days_before) in WATCHED {
        let until = days_after(earliest, days_before);
        let mut after = None;
        loop {
            let due = context
                .read(move |db| case_deadlines::list_due(db, status, until, after, BATCH))
                .await?;
            let Some(last) = due.last() else { break };
            after = last.due_on.map(|day| (day, last.id));
            for case in due {
                look_at(&context, case.id, status).await?;
            }
        }
    }
    late_shipments::run(&context).await?;
    late_transfers::run(&context).await?;
    pickup_reminders::run(&context).await
}

/// Does what is due for one case, in a transaction of its own.
async fn look_at(context: &JobContext, id: ApplicationId, status: Status) -> Result<(), JobError> {
    let letterhead = context.letterhead.clone();
    let done = context
        .write(move |db, now| {
            let application = applications::get_application(db, id)?;
            if application.status != status {
                return Ok(());
            }
            let Some(file) = cases::find_case(db, id)? else {
                return Ok(());
            };
            Watch::of(&letterhead, application, file, now).act(db)
        })
        .await;
    match done {
        // Somebody moved it meanwhile: nothing is due any more.
        Err(AdvanceError::Store(StoreError::Conflict)) | Ok(()) => Ok(()),
        Err(AdvanceError::Store(error)) => Err(error.into()),
        // One case that cannot be moved must not keep the others from their days.
        Err(other) => {
            tracing::error!(alarm = "deadline", case = %id, error = %other, "what is due for a case could not be done");
            Ok(())
        }
    }
}

/// Whether it was decided that the card at its place travels on.
pub(super) fn is_about_to_travel(db: &mut Db, id: ApplicationId) -> Result<bool, StoreError> {
    let open = card_transfers::find_open(db, id)?;
    Ok(open.is_some_and(|open| open.is_accepted()))
}

/// A case the timer looks at.
pub(super) struct Watch<'a> {
    letterhead: &'a Letterhead,
    application: Application,
    file: CaseFile,
    today: Date,
    now: Timestamp,
}

impl<'a> Watch<'a> {
    pub(super) fn of(
        letterhead: &'a Letterhead,
        application: Application,
        file: CaseFile,
        now: Timestamp,
    ) -> Self {
        let today = today_at(application.desk.as_ref().and_then(Desk::office), now);
        Self {
            letterhead,
            application,
            file,
            today,
            now,
        }
    }

    fn act(&self, db: &mut Db) -> Result<(), AdvanceError> {
        let Some(due) = self.application.due_on else {
            return Ok(());
        };
        let is_over = self.today > due;
        match self.application.status {
            Status::Mailed if is_over => self.ask_where_it_is(db),
            Status::Defect if is_over => self.end_correction(db),
            Status::Defect => self.remind_of_correction(db, due),
            Status::Inquiry | Status::IssuerDefect if is_over => {
                Ok(self.open_task(db, TaskKind::NoReply)?)
            }
            Status::Inquiry => self.remind_of_question(db, due),
            Status::Forwarded | Status::Shipped if is_over => {
                Ok(self.open_task(db, TaskKind::NotReceived)?)
            }
            // A card that is to travel on is late to leave, not late to be collected.
            Status::Ready if is_over && is_about_to_travel(db, self.application.id)? => Ok(()),
            Status::Ready | Status::Booked if is_over => self.advance(db, Status::Overdue),
            _ => Ok(()),
        }
    }

    fn advance(&self, db: &mut Db, to: Status) -> Result<(), AdvanceError> {
        let step = Step {
            application: self.application.id,
            expected: self.application.status,
            to,
            doer: &Doer::system(),
            office: None,
            circumstances: &Circumstances::default(),
            facts: Facts::default(),
            terms: advance::terms_of(db, &self.file.pickup_office)?,
        };
        advance::advance(db, self.letterhead, &step, self.now).map(drop)
    }

    /// S25, the last day has passed: over, unless she did her part and only the office has to look.
    fn end_correction(&self, db: &mut Db) -> Result<(), AdvanceError> {
        let open = defects::list_open_defects(db, self.application.id)?;
        let is_answered =
            !open.is_empty() && open.iter().all(|defect| defect.answered_at.is_some());
        if is_answered {
            return Ok(self.open_task(db, TaskKind::CorrectionAnswered)?);
        }
        self.advance(db, Status::NotAccepted)
    }

    fn remind_of_correction(&self, db: &mut Db, due: Date) -> Result<(), AdvanceError> {
        let from = days_after(due, CORRECTION_REMINDER_DAYS_AFTER - CORRECTION_DAYS);
        let open: Vec<DefectCode> = defects::list_open_defects(db, self.application.id)?
            .into_iter()
            .filter(|defect| defect.answered_at.is_none())
            .map(|defect| defect.code)
            .collect();
        if self.today < from || open.is_empty() || self.was_told(db, NoticeCode::N06r, 0)? {
            return Ok(());
        }
        self.post(
            db,
            CaseNotice::CorrectionReminder(Correction {
                items: case_facts::correction_items(self.lang(), &open),
                deadline: self.deadline(due),
            }),
        )
    }

    fn remind_of_question(&self, db: &mut Db, due: Date) -> Result<(), AdvanceError> {
        let from = days_after(due, INQUIRY_REMINDER_DAYS_AFTER - INQUIRY_DAYS);
        // The question itself was told in the hour it was asked.
        if self.today < from || self.was_told(db, NoticeCode::N09, 24)? {
            return Ok(());
        }
        self.post(
            db,
            CaseNotice::Question(Question {
                deadline: self.deadline(due),
                is_reminder: true,
            }),
        )
    }

    /// N04: posted 45 days ago and not received.
    fn ask_where_it_is(&self, db: &mut Db) -> Result<(), AdvanceError> {
        let posting = postings::find_posting(db, self.application.id)?;
        let Some(posting) = posting else {
            return Ok(());
        };
        let id = self.application.id;
        if reminders::was_written_since(db, id, NoticeCode::N04, posting.created_at)? {
            return Ok(());
        }
        self.post(
            db,
            CaseNotice::NotArrived(NotArrived {
                posted_on: case_facts::day(self.lang(), posting.sent_on),
                office: case_facts::place(self.lang(), &self.file.filing_office),
            }),
        )
    }

    fn was_told(&self, db: &mut Db, code: NoticeCode, hours: i64) -> Result<bool, StoreError> {
        let since = self.application.entered_at + SignedDuration::from_hours(hours);
        reminders::was_written_since(db, self.application.id, code, since)
    }

    /// A task at the desk of the case, once for this stay in the status.
    fn open_task(&self, db: &mut Db, kind: TaskKind) -> Result<(), StoreError> {
        let Some(desk) = &self.application.desk else {
            return Ok(());
        };
        let (id, status) = (self.application.id, self.application.status.code());
        let key = format!("{}:{id}:{}", kind.as_str(), self.application.version);
        let task = NewTask {
            kind,
            office: desk.as_str(),
            application: Some(id),
            detail: status,
            key: Some(&key),
        };
        tasks::open_task(db, &task, self.now).map(drop)
    }

    /// Her language.
    pub(super) fn lang(&self) -> Lang {
        Lang::parse(&self.application.language).unwrap_or_default()
    }

    /// Where the card is collected.
    pub(super) fn pickup_office(&self) -> &OfficeCode {
        &self.file.pickup_office
    }

    /// Days from today to `due`, where the case lies.
    pub(super) fn days_until(&self, due: Date) -> i32 {
        self.today
            .duration_until(due)
            .as_hours()
            .div_euclid(24)
            .try_into()
            .unwrap_or_default()
    }

    /// A last day in the words of a mail.
    pub(super) fn deadline(&self, due: Date) -> Deadline {
        let office = self.application.desk.as_ref().and_then(Desk::office);
        case_facts::deadline(self.lang(), due, office)
    }

    /// Writes her a mail.
    pub(super) fn post(&self, db: &mut Db, notice: CaseNotice) -> Result<(), AdvanceError> {
        let mailbox = mailboxes::get_mailbox(db, self.application.mailbox_id)?;
        let (name, reference) = (
            self.file.full_name(),
            self.application.reference.to_string(),
        );
        let to = Addressee {
            email: &mailbox.email,
            lang: self.lang(),
            name: Some(&name),
            application: Some((self.application.id, &reference)),
        };
        let notice = Notice::Case(Box::new(notice));
        let posted = notices::post(db, self.letterhead, &to, &notice, self.now);
        posted.map(drop).map_err(|error| match error {
            NoticeError::Store(error) => AdvanceError::Store(error),
            other => AdvanceError::Notice(other),
        })
    }
}

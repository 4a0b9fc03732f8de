//! Making the form: frozen, drawn and read back before anything is written; then revision, status, history, audit, expiry and mail in one transaction.

use actix_web::web;
use jiff::Timestamp;
use jiff::civil::Date;

use super::Review;
use crate::clock::japan;
use crate::documents::Paper;
use crate::documents::print_set::Receipt;
use crate::domain::application::frozen::FrozenForm;
use crate::domain::application::office::MailPolicy;
use crate::domain::application::photo::Photo;
use crate::domain::deadline;
use crate::domain::desk::CaseOffices;
use crate::domain::handover::RecordCheck;
use crate::domain::status::Status;
use crate::domain::transition::{Actor, Circumstances, Guard, Transition};
use crate::i18n::{self, Lang};
use crate::notices::advance::{self, AdvanceError, Facts, Step};
use crate::notices::{
    self, Addressee, ByPost, FormReady, Letterhead, Notice, NoticeError, register_keeper,
};
use crate::security::token::Token;
use crate::storage::applications::{self, Doer, Filing, Move, Turn};
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::cases::{self, CaseFile};
use crate::storage::idempotency;
use crate::storage::revisions::{self, NewRevision};
use crate::storage::{Db, StoreError, case_checks, case_facts, case_lock, mailboxes};
use crate::web::app::App;
use crate::web::applicant::form_in_force::Sheets;
use crate::web::applicant::session::Case;
use crate::web::errors::AppError;

/// Makes the form the applicant confirmed. `key` is the review page's own: a second press of its button makes no second form.
///
/// # Errors
/// [`AppError::Stale`] when an answer, the photo or the form in force is no longer what the page showed; nothing is made then, nor when a sheet cannot be
/// read back.
pub(super) async fn make(
    lang: Lang,
    app: &web::Data<App>,
    review: &Review,
    form: FrozenForm,
    key: Token,
) -> Result<(), AppError> {
    let number = review.made.as_ref().map_or(1, |made| made.number() + 1);
    let sheets = Sheets {
        form: form.clone(),
        receipt: Receipt::of(&review.case.reference, number),
    };
    for paper in [Paper::A4, Paper::Letter] {
        sheets.proven(app, paper, lang).await?;
    }
    let row = row_of(review.case.application.status)?;
    let frozen = Frozen {
        content: serde_json::to_string(&form).map_err(AppError::unexpected)?,
        form,
        row,
        case: review.case.clone(),
        shown: review.version(),
        expected_current: review.made.as_ref().map(|made| made.revision.number),
        photo: review.photo.clone(),
        letterhead: app.letterhead(),
    };
    let now = app.clock.now();
    app.write(move |db| {
        idempotency::once(db, "make-form", key.hash().as_bytes(), now, |db| {
            frozen.commit(db, now)?;
            Ok::<_, AppError>(frozen.case.page("ready"))
        })
    })
    .await
    .map(|_either_way| ())
}

/// The step that making a form is in `status`.
fn row_of(status: Status) -> Result<Option<&'static Transition>, AppError> {
    if status.is_to_correct() {
        return Ok(None);
    }
    let row = Transition::find(status, Status::FormReady, Actor::Applicant)
        .map_err(AppError::unexpected)?;
    let proven = Circumstances::default()
        .with(Guard::FormComplete)
        .with(Guard::SheetsProven);
    row.permit(&proven).map_err(AppError::unexpected)?;
    Ok(Some(row))
}

/// A form whose sheets are proven, ready to be written down.
struct Frozen {
    form: FrozenForm,
    content: String,
    /// The step that making it is; none when a form that came back is made again, which leaves the case where it is.
    row: Option<&'static Transition>,
    case: Case,
    /// The version of the answers she confirmed.
    shown: String,
    expected_current: Option<i32>,
    photo: Option<String>,
    letterhead: Letterhead,
}

impl Frozen {
    fn commit(&self, db: &mut Db, now: Timestamp) -> Result<(), AppError> {
        if super::version_now(db, &self.case)? != self.shown {
            return Err(AppError::Stale);
        }
        let new = NewRevision {
            application: self.case.application.id,
            expected_current: self.expected_current,
            content: &self.content,
            photo_id: self
                .photo
                .as_deref()
                .filter(|_| matches!(self.form.photo, Photo::Uploaded(_))),
            deadline: self.form.deadline,
        };
        let number = revisions::insert_revision(db, &new, now)?;
        let doer = Doer::applicant(self.case.visitor.mailbox);
        let mailbox = mailboxes::get_mailbox(db, self.case.application.mailbox_id)?;
        let before = cases::find_case(db, self.case.application.id)?;
        let offices = cases::write_case(
            db,
            self.case.application.id,
            &self.form,
            &mailbox.email_key,
            now,
        )?;
        match self.row {
            Some(row) => self.enter(db, row, (&doer, &offices), now)?,
            None => self.stay(db, (&doer, before.as_ref()), now)?,
        }
        let entry = NewEntry {
            chain: &Chain::of_case(self.case.reference),
            actor: &doer.id,
            action: "form.made",
            detail: &format!("revision {number}"),
        };
        audit::append(db, &entry, now)?;
        if self.row.is_none() {
            return Ok(());
        }
        match self.case.application.filing {
            Filing::Paper => self.announce(db, now),
            Filing::Online => self.file(db, &doer, now),
        }
    }

    /// The case stands at "form made" now, until the form's own deadline.
    fn enter(
        &self,
        db: &mut Db,
        row: &Transition,
        (doer, offices): (&Doer, &CaseOffices),
        now: Timestamp,
    ) -> Result<(), AppError> {
        let step = Move {
            application: self.case.application.id,
            from: self.case.application.status,
            to: row.to,
            doer,
            rule: row.rule,
        };
        let desk = offices.desk(row.to);
        let turn = Turn {
            desk: desk.as_ref(),
            due_on: Some(self.form.deadline),
            ..Turn::default()
        };
        applications::move_case(db, &step, &turn, now)?;
        let end = end_of(self.form.deadline)?;
        Ok(applications::set_expiry(db, self.case.application.id, end)?)
    }

    /// A correction stays where it is until its paper is in hand; what was compared with the form before counts no more. Of a case that the issuer sent
    /// back, the register check counts no more either, and a register kept elsewhere takes it to its keeper.
    fn stay(
        &self,
        db: &mut Db,
        (doer, before): (&Doer, Option<&CaseFile>),
        now: Timestamp,
    ) -> Result<(), AppError> {
        let seen = case_lock::lock_as_seen(db, &self.case.application)?;
        case_checks::delete_checks(db, seen.id)?;
        if seen.status == Status::IssuerDefect {
            case_facts::set_record_check(db, seen.id, RecordCheck::Open, &doer.id, now)?;
            if let Some(before) = before {
                register_keeper::follow(db, &seen, before, now)?;
            }
        }
        Ok(())
    }

    /// Online, the form that was made is filed in the same breath, and the mail says that it was received.
    fn file(&self, db: &mut Db, doer: &Doer, now: Timestamp) -> Result<(), AppError> {
        let pickup = cases::get_case(db, self.case.application.id)?.pickup_office;
        let step = Step {
            application: self.case.application.id,
            expected: Status::FormReady,
            to: Status::Received,
            doer,
            office: None,
            circumstances: &Circumstances::default().with(Guard::FiledOnline),
            facts: Facts::default(),
            terms: advance::terms_of(db, &pickup)?,
        };
        match advance::advance(db, &self.letterhead, &step, now) {
            Ok(_received) => Ok(()),
            Err(AdvanceError::Store(error)) => Err(error.into()),
            Err(other) => Err(AppError::unexpected(other)),
        }
    }

    fn announce(&self, db: &mut Db, now: Timestamp) -> Result<(), AppError> {
        let lang = Lang::parse(&self.case.application.language).unwrap_or_default();
        let (reference, name) = (
            self.case.reference.to_string(),
            self.form.person.full_name(),
        );
        let to = Addressee {
            email: &self.case.email,
            lang,
            name: Some(&name),
            application: Some((self.case.application.id, &reference)),
        };
        let notice = Notice::FormReady(form_ready(&self.form, &reference, lang));
        notices::post(db, &self.letterhead, &to, &notice, now)
            .map(|_mail| ())
            .map_err(|error| match error {
                NoticeError::Store(error) => error.into(),
                other => AppError::unexpected(other),
            })
    }
}

/// What the mail says.
fn form_ready(form: &FrozenForm, reference: &str, lang: Lang) -> FormReady {
    let office = match lang {
        Lang::Ja => &form.filing.name_ja,
        Lang::En => &form.filing.name_latin,
    };
    FormReady {
        reference: reference.to_owned(),
        deadline: i18n::date_with_weekday(lang, form.deadline),
        office: office.clone(),
        by_post: match form.filing.mail_policy {
            MailPolicy::Accepted => ByPost::Accepted,
            MailPolicy::Refused => ByPost::Refused,
            MailPolicy::Conditional | MailPolicy::Unknown => ByPost::Ask,
        },
    }
}

/// The instant at which a last day is over in Japan.
pub fn end_of(last_day: Date) -> Result<Timestamp, StoreError> {
    let next = deadline::days_after(last_day, 1).to_zoned(japan());
    next.map(|midnight| midnight.timestamp()).map_err(|cause| {
        StoreError::Corrupt(format!("a deadline outside of the calendar: {cause}"))
    })
}

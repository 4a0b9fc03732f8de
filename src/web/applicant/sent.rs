//! "I posted it" (A17): the day, the carrier, the tracking number, by the applicant's own word. Saying it again corrects it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{self, TimeZone};

use super::form_in_force::FormInForce;
use super::kept;
use super::review::end_of;
use super::session::{self, Case};
use crate::clock::japan;
use crate::domain::answers::Answers;
use crate::domain::application::posting::{self, Carrier, Posting};
use crate::domain::deadline;
use crate::domain::status::Status;
use crate::domain::transition::{Actor, Circumstances, Guard, Transition};
use crate::reference::countries;
use crate::storage::applications::{self, Doer, Move, Turn};
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::{Db, cases, postings, revisions, turns};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;

const FIELDS: [&str; 5] = ["sent_on_y", "sent_on_m", "sent_on_d", "carrier", "tracking"];

#[derive(Template)]
#[template(path = "applicant/sent.html")]
struct SentPage<'a> {
    f: &'a Frame,
    v: FormView,
    case: &'a Case,
    carriers: Vec<Choice>,
}

/// A case whose form was made and is not in an office's hands.
struct Posted {
    case: Case,
    made: FormInForce,
    /// What she said before about the form in force.
    before: Option<postings::Posting>,
    /// The day the first form was made: nothing was posted before.
    first_made: Date,
}

impl Posted {
    async fn open(frame: &Frame, app: &web::Data<App>, reference: &str) -> Result<Self, AppError> {
        let case = session::answers_of(frame, app, reference).await?;
        if case.application.status == Status::Draft {
            return Err(AppError::SeeOther(frame.to(case.home())));
        }
        if !matches!(case.application.status, Status::FormReady | Status::Mailed) {
            return Err(AppError::Stale);
        }
        let known = case.clone();
        let (made, before, first) = app
            .read(move |db| {
                let id = known.application.id;
                Ok((
                    FormInForce::find(db, &known)?,
                    postings::find_posting(db, id)?,
                    revisions::get_revision(db, id, 1)?,
                ))
            })
            .await?;
        let made = made.ok_or(AppError::NotFound)?;
        let before = before.filter(|_| case.application.status == Status::Mailed);
        Ok(Self {
            case,
            made,
            before,
            first_made: first.made_at.to_zoned(japan()).date(),
        })
    }

    fn render(
        &self,
        frame: &Frame,
        status: StatusCode,
        v: FormView,
    ) -> Result<HttpResponse, AppError> {
        let carrier = |carrier: Carrier| {
            Choice::new(
                carrier.as_str(),
                frame.t(&format!("sent-carrier-{}", carrier.as_str())),
            )
        };
        frame.page(
            status,
            &SentPage {
                f: frame,
                v,
                case: &self.case,
                carriers: Carrier::ALL.map(carrier).into(),
            },
        )
    }

    /// What she said before, else today where she lives.
    fn proposal(&self, now: Timestamp) -> Answers {
        let here = countries::country(&self.made.form.contact.country)
            .and_then(|country| TimeZone::get(&country.zone).ok());
        let today = now.to_zoned(here.unwrap_or_else(japan)).date();
        let day = self.before.as_ref().map_or(today, |before| before.sent_on);
        let (carrier, tracking) = self.before.as_ref().map_or(("", ""), |before| {
            (before.carrier.as_str(), before.tracking.as_str())
        });
        [
            ("sent_on_y", day.year().to_string()),
            ("sent_on_m", day.month().to_string()),
            ("sent_on_d", day.day().to_string()),
            ("carrier", carrier.to_owned()),
            ("tracking", tracking.to_owned()),
        ]
        .into_iter()
        .collect()
    }

    fn read(&self, answers: &Answers, now: Timestamp) -> crate::domain::answers::Checked<Posting> {
        posting::read(answers, self.first_made, latest_today(now))
    }

    async fn register(&self, app: &web::Data<App>, posting: Posting) -> Result<(), AppError> {
        let (case, form_deadline, now) =
            (self.case.clone(), self.made.form.deadline, app.clock.now());
        app.write(move |db| register(db, &case, &posting, form_deadline, now))
            .await
    }
}

/// Today where the day begins first: what is in the future there is in the future everywhere.
fn latest_today(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::fixed(tz::offset(14))).date()
}

/// `GET /a/{ref}/sent`
pub async fn show_sent(
    frame: Frame,
    request: HttpRequest,
    app: web::Data<App>,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let posted = Posted::open(&frame, &app, &reference).await?;
    let Some(typed) = kept::take_up(&request, &app, &posted.case, kept::SENT).await? else {
        let v = FormView::of(posted.proposal(app.clock.now()));
        return posted.render(&frame, StatusCode::OK, v);
    };
    let v = FormView::of(typed).with_note(frame.t("kept-restored"));
    kept::forget(&request, &app, posted.render(&frame, StatusCode::OK, v)?)
}

/// `POST /a/{ref}/sent`
pub async fn register_posting(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let opened = form.open(&frame);
    let posted = match Posted::open(&frame, &app, &reference).await {
        Ok(posted) => posted,
        Err(AppError::SeeOther(_)) => {
            let typed = own(&opened.unwrap_or_else(|old| old.0));
            return kept::keep(
                &frame,
                &app,
                &session::reference_in(&frame, &reference)?,
                kept::SENT,
                &typed,
            )
            .await;
        }
        Err(error) => return Err(error),
    };
    let answers = match opened {
        Ok(answers) => own(&answers),
        Err(OldPage(answers)) => {
            let v = FormView::of(own(&answers)).with_note(frame.t("note-old-page"));
            return posted.render(&frame, StatusCode::UNPROCESSABLE_ENTITY, v);
        }
    };
    let checked = posted.read(&answers, app.clock.now());
    let Some(posting) = checked.value else {
        let v = FormView::of(answers).with_problems(&frame, &checked.problems);
        return posted.render(&frame, StatusCode::UNPROCESSABLE_ENTITY, v);
    };
    match posted.register(&app, posting.clone()).await {
        // The same button, pressed twice: the first press moved the case meanwhile, and this one says the same again.
        Err(AppError::Stale) => {
            Posted::open(&frame, &app, &reference)
                .await?
                .register(&app, posting)
                .await?;
        }
        outcome => outcome?,
    }
    Ok(frame.see_other(&format!("{}?posted=1", posted.case.page("ready"))))
}

fn own(answers: &Answers) -> Answers {
    answers
        .iter()
        .filter(|(field, _)| FIELDS.contains(field))
        .collect()
}

/// What she says, with its status, history and audit; the question "has it arrived?" gets its time before the form lapses.
pub fn register(
    db: &mut Db,
    case: &Case,
    posting: &Posting,
    form_deadline: Date,
    now: Timestamp,
) -> Result<(), AppError> {
    let (application, doer) = (case.application.id, Doer::applicant(case.visitor.mailbox));
    let desk = cases::get_case(db, application)?
        .offices()
        .desk(Status::Mailed);
    let alert = deadline::days_after(posting.sent_on, deadline::POSTED_NOT_RECEIVED_DAYS);
    if case.application.status == Status::Mailed {
        let entry = NewEntry {
            chain: &Chain::of_case(case.reference),
            actor: &doer.id,
            action: "posting.changed",
            detail: "",
        };
        audit::append(db, &entry, now)?;
        turns::set_turn(db, application, desk.as_ref(), Some(alert))?;
    } else {
        let row = Transition::find(case.application.status, Status::Mailed, Actor::Applicant)
            .map_err(AppError::unexpected)?;
        row.permit(&Circumstances::default().with(Guard::PostingDeclared))
            .map_err(AppError::unexpected)?;
        let step = Move {
            application,
            from: case.application.status,
            to: row.to,
            doer: &doer,
            rule: row.rule,
        };
        let turn = Turn {
            desk: desk.as_ref(),
            due_on: Some(alert),
            left: desk.as_ref(),
            step_took: None,
        };
        applications::move_case(db, &step, &turn, now)?;
    }
    let carrier = posting.carrier.map_or("", Carrier::as_str);
    let tracking = posting.tracking.as_deref().unwrap_or_default();
    postings::insert_or_update_posting(db, application, posting.sent_on, carrier, tracking, now)?;
    let lapses = end_of(deadline::posted_form_deadline(
        form_deadline,
        posting.sent_on,
    ))?;
    applications::note_activity(db, application, Status::Mailed, lapses, now)?;
    Ok(())
}

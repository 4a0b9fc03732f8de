//! Check your answers (A15): everything as it will stand on the form, what is not finished, what cannot be printed; and the button that makes the form.
//!
//! What is made is what was shown: the page carries the version of the answers, and a press of its button after they changed elsewhere shows them again
//! (409). A second press makes no second form.

mod glyphs;
mod make;
mod rows;

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use std::fmt::Write as _;

pub use glyphs::advice as glyph_advice;
pub use make::end_of;
pub use rows::{office_name, written as date_with_era};

use super::form_in_force::{self, FormInForce};
use super::sections::{draft_of, open_case};
use super::session::{self, Case};
use super::{corrections, leave};
use crate::domain::answers::{Answers, Problem};
use crate::domain::application::draft::Reading;
use crate::domain::application::frozen::FrozenForm;
use crate::domain::application::office::FrozenOffice;
use crate::domain::application::section::Section;
use crate::domain::email::EmailAddress;
use crate::domain::status::Status;
use crate::i18n::{self, Lang};
use crate::reference::missions;
use crate::security::token::Token;
use crate::storage::applications::Filing;
use crate::storage::offices::{self, Office};
use crate::storage::sections::{self, Section as Saved};
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use rows::Group;

/// A case at its check page.
struct Review {
    case: Case,
    reading: Reading,
    /// The form in force, when one was made before.
    made: Option<FormInForce>,
    /// The photo that would be printed.
    photo: Option<String>,
    /// What the chosen offices say about themselves.
    offices: Vec<Office>,
}

impl Review {
    async fn open(frame: &Frame, app: &web::Data<App>, reference: &str) -> Result<Self, AppError> {
        match open_case(frame, app, reference).await {
            Err(AppError::Stale) => {}
            case => return Self::of(app, case?).await,
        }
        let case = session::answers_of(frame, app, reference).await?;
        if corrections::is_to_be_made_again(app, &case, None).await? {
            Self::of(app, case).await
        } else {
            Err(AppError::Stale)
        }
    }

    async fn of(app: &web::Data<App>, case: Case) -> Result<Self, AppError> {
        let known = case.clone();
        let reading = draft_of(&case).read(app.clock.today_in_japan());
        let chosen = chosen_offices(&reading);
        let (made, photo, offices) = app
            .read(move |db| {
                let chosen: Vec<&str> = chosen.iter().map(String::as_str).collect();
                Ok((
                    FormInForce::find(db, &known)?,
                    form_in_force::chosen_photo(db, &known)?,
                    offices::list_named(db, &chosen)?,
                ))
            })
            .await?;
        Ok(Self {
            case,
            reading,
            made,
            photo,
            offices,
        })
    }

    /// Which answers are shown: changes with every saved section and every chosen photo.
    fn version(&self) -> String {
        version_of(&self.case.sections, self.photo.as_deref())
    }

    /// The form these answers make, or the sections that are not finished: an office that has closed since is to be chosen again.
    fn form(&self) -> Result<FrozenForm, Unmakeable> {
        let application = self
            .reading
            .clone()
            .application()
            .map_err(Unmakeable::Unfinished)?;
        let email = EmailAddress::parse(&self.case.email)
            .map_err(|error| Unmakeable::Email(error.to_string()))?;
        let mut form = FrozenForm::of(&application, &email);
        for place in [&mut form.filing, &mut form.pickup] {
            let office = self
                .offices
                .iter()
                .find(|one| one.code().as_str() == place.id);
            match office {
                Some(office) => *place = place.clone().as_told(&office.settings, form.kind),
                None if missions::mission(&place.id).is_some() => {
                    return Err(Unmakeable::Unfinished(vec![Section::Offices]));
                }
                None => {}
            }
        }
        Ok(form)
    }

    /// Whether a form was made and says what the answers say now.
    fn is_made(&self) -> bool {
        self.made
            .as_ref()
            .is_some_and(|made| made.agrees_with(&self.case, self.photo.as_deref()))
    }

    /// A sentence about an answer, with the way to change it.
    fn remark(&self, frame: &Frame, section: Section, problem: &Problem) -> Remark {
        Remark {
            text: i18n::text_with(frame.lang, problem.kind, &problem.facts),
            link: frame.to(format!(
                "{}?back=review#{}",
                self.case.page(section.as_str()),
                problem.field
            )),
        }
    }

    fn render(
        &self,
        frame: &Frame,
        app: &App,
        status: StatusCode,
        v: FormView,
    ) -> Result<HttpResponse, AppError> {
        let key = Token::generate()
            .map_err(AppError::unexpected)?
            .as_str()
            .to_owned();
        let remarks = |problems: &dyn Fn(Section) -> Vec<Problem>| -> Vec<Remark> {
            let of = |section| {
                problems(section)
                    .into_iter()
                    .map(move |problem| self.remark(frame, section, &problem))
                    .collect::<Vec<_>>()
            };
            Section::ALL.into_iter().flat_map(of).collect()
        };
        let page = ReviewPage {
            f: frame,
            groups: rows::groups(frame, &self.case, &self.reading),
            glyphs: remarks(&|section| glyphs::advice(&app.fonts, &self.reading, section)),
            advice: remarks(&|section| self.reading.advice(section).to_vec()),
            is_made: self.is_made(),
            key,
            review: self,
            v,
        };
        frame.page(status, &page)
    }
}

/// The codes of the offices the answers name, once they name them.
fn chosen_offices(reading: &Reading) -> Vec<String> {
    let form = reading.clone().application().ok();
    let places = form.map(|form| [form.filing(), form.pickup()]);
    let code = |place| FrozenOffice::of(place).id;
    places
        .map(|places| places.map(code).into())
        .unwrap_or_default()
}

/// Why no form can be made yet.
enum Unmakeable {
    Unfinished(Vec<Section>),
    Email(String),
}

fn version_of(saved: &[Saved], photo: Option<&str>) -> String {
    let mut version = String::new();
    for section in saved {
        // Writing to a string cannot fail.
        let _ = write!(version, "{}.{}-", section.section, section.version);
    }
    version + photo.unwrap_or_default()
}

/// The version of the answers as the database has them in this transaction.
fn version_now(db: &mut Db, case: &Case) -> Result<String, StoreError> {
    let saved = sections::list_sections(db, case.application.id)?;
    let photo = form_in_force::chosen_photo(db, case)?;
    Ok(version_of(&saved, photo.as_deref()))
}

/// A sentence about an answer.
struct Remark {
    text: String,
    link: String,
}

#[derive(Template)]
#[template(path = "applicant/review.html")]
struct ReviewPage<'a> {
    f: &'a Frame,
    v: FormView,
    review: &'a Review,
    groups: Vec<Group>,
    glyphs: Vec<Remark>,
    advice: Vec<Remark>,
    is_made: bool,
    key: String,
}

impl ReviewPage<'_> {
    /// Whether the button files the application.
    fn files_online(&self) -> bool {
        self.review.case.application.filing == Filing::Online
    }

    fn is_complete(&self) -> bool {
        self.groups.iter().all(|group| !group.rows.is_empty())
    }

    /// What making it again means, when a form was made before.
    fn remake(&self) -> Option<String> {
        let made = self.review.made.as_ref()?;
        let next = (made.number() + 1).to_string();
        Some(if self.review.case.application.status == Status::Mailed {
            self.f.t1("review-remake-sent", "n", next)
        } else if self.is_made {
            self.f.t1("review-remake-same", "n", next)
        } else {
            self.f.t1("review-remake", "n", next)
        })
    }

    fn back(&self) -> String {
        if self.review.case.application.status.is_to_correct() {
            self.review.case.page("fix")
        } else if self.review.made.is_some() {
            self.review.case.page("ready")
        } else {
            self.review.case.home()
        }
    }
}

/// `GET /a/{ref}/review`
pub async fn show_review(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let review = Review::open(&frame, &app, &reference).await?;
    review.render(&frame, &app, StatusCode::OK, FormView::default())
}

/// `POST /a/{ref}/review`: makes the form.
pub async fn make_form(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let opened = form.open(&frame);
    let review = match Review::open(&frame, &app, &reference).await {
        Err(AppError::Stale) => return after_filing(&frame, &app, &reference).await,
        review => review?,
    };
    let answers = match opened {
        Ok(answers) => answers,
        Err(OldPage(answers)) => {
            let v = FormView::of(answers).with_note(frame.t("note-old-page"));
            return review.render(&frame, &app, StatusCode::UNPROCESSABLE_ENTITY, v);
        }
    };
    if answers.is("go", "leave") {
        return leave::answer(&frame, &app, &review.case, true).await;
    }
    if answers.get("shown") != review.version() {
        return stale(&frame, &app, &review);
    }
    let made = match review.form() {
        Err(Unmakeable::Email(cause)) => return Err(AppError::unexpected(cause)),
        Err(Unmakeable::Unfinished(unfinished)) => {
            return again(&frame, &app, &review, answers, &unfinished);
        }
        Ok(_) if !answers.is("correct", "yes") => {
            return again(&frame, &app, &review, answers, &[]);
        }
        Ok(form) => accept(&frame, &app, &review, form, &answers).await,
    };
    match made {
        Ok(()) if review.case.application.status.is_to_correct() => {
            Ok(frame.see_other(&review.case.page("fix")))
        }
        Ok(()) => Ok(frame.see_other(&review.case.page("ready"))),
        Err(AppError::Stale) => {
            let latest = Review::open(&frame, &app, &reference).await?;
            stale(&frame, &app, &latest)
        }
        Err(error) => Err(error),
    }
}

/// A second press of the button that filed an application leads where the first did.
async fn after_filing(
    frame: &Frame,
    app: &web::Data<App>,
    reference: &str,
) -> Result<HttpResponse, AppError> {
    let case = session::answers_of(frame, app, reference).await?;
    let is_filed =
        (case.application.status, case.application.filing) == (Status::Received, Filing::Online);
    if is_filed {
        Ok(frame.see_other(&case.page("ready")))
    } else {
        Err(AppError::Stale)
    }
}

/// Makes the form of a case that is complete, as its button would: for the demo's invented people.
pub async fn make_form_of(app: &web::Data<App>, case: Case, lang: Lang) -> Result<(), AppError> {
    let review = Review::of(app, case).await?;
    let form = review
        .form()
        .map_err(|_unfinished| AppError::unexpected("the form is not complete"))?;
    make::make(
        lang,
        app,
        &review,
        form,
        Token::generate().map_err(AppError::unexpected)?,
    )
    .await
}

/// Makes the form, unless the same was made today: pressing the button again changes nothing then.
async fn accept(
    frame: &Frame,
    app: &web::Data<App>,
    review: &Review,
    form: FrozenForm,
    answers: &Answers,
) -> Result<(), AppError> {
    let made_today = review
        .made
        .as_ref()
        .is_some_and(|made| made.form.made_on == form.made_on);
    if made_today && review.is_made() {
        return Ok(());
    }
    let key = Token::parse(answers.get("key")).ok_or(AppError::Malformed)?;
    make::make(frame.lang, app, review, form, key).await
}

/// The page again with a line for each section that is not finished, and one for the box if it is not ticked (422).
fn again(
    frame: &Frame,
    app: &App,
    review: &Review,
    answers: Answers,
    unfinished: &[Section],
) -> Result<HttpResponse, AppError> {
    let mut problems: Vec<Problem> = unfinished
        .iter()
        .map(|section| {
            Problem::new(section.as_str(), "error-review-unfinished")
                .with("x", rows::title(frame, *section))
        })
        .collect();
    if !answers.is("correct", "yes") {
        problems.push(Problem::new("correct", "error-correct-empty"));
    }
    let v = FormView::of(answers).with_problems(frame, &problems);
    review.render(frame, app, StatusCode::UNPROCESSABLE_ENTITY, v)
}

/// The latest answers: what was confirmed is no longer what is saved (409).
fn stale(frame: &Frame, app: &App, review: &Review) -> Result<HttpResponse, AppError> {
    review.render(
        frame,
        app,
        StatusCode::CONFLICT,
        FormView::default().with_note(frame.t("note-stale")),
    )
}

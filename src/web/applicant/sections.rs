//! The sections of the form (A07–A09, A12–A14): shown as typed, saved by every "next", never overwritten by an older page.
//!
//! All of them behave alike; what differs is the template (`section_pages`) and the rules (`domain::application`). A page carries the version it was
//! shown with: when another tab saved meanwhile, the latest answers are shown (409) together with what was typed here.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::civil::Date;
use serde::Deserialize;

use super::new_application::draft_end;
use super::review::glyph_advice;
use super::section_pages::{self, SectionPage};
use super::session::{self, Case};
use super::storable::storable;
use super::{corrections, kept, leave, office_advice};
use crate::domain::answers::{Answers, Problem};
use crate::domain::application::draft::{Draft, Reading};
use crate::domain::application::section::Section;
use crate::domain::status::Status;
use crate::storage::sections::{self, SaveSection};
use crate::storage::{StoreError, photos};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;

/// How a page was reached.
#[derive(Debug, Deserialize)]
pub struct SectionQuery {
    /// `review` when the check page sent her here.
    #[serde(default)]
    pub back: String,
}

/// The case's answers as a draft of the domain.
pub fn draft_of(case: &Case) -> Draft {
    let mut draft = Draft::default();
    for saved in &case.sections {
        if let Some(section) = Section::parse(&saved.section) {
            draft.set(section, &saved.answers);
        }
    }
    draft.set_photo(case.chosen_photo);
    draft
}

/// A case whose answers may be changed: the form is not in an office's hands yet.
pub async fn open_case(
    frame: &Frame,
    app: &web::Data<App>,
    reference: &str,
) -> Result<Case, AppError> {
    let case = session::answers_of(frame, app, reference).await?;
    if matches!(
        case.application.status,
        Status::Draft | Status::FormReady | Status::Mailed
    ) {
        Ok(case)
    } else {
        Err(AppError::Stale)
    }
}

/// A case whose `section` may be changed: nothing was received yet, or the office named the section as what is wrong.
async fn open_section(
    frame: &Frame,
    app: &web::Data<App>,
    reference: &str,
    section: Section,
) -> Result<Case, AppError> {
    match open_case(frame, app, reference).await {
        Err(AppError::Stale) => {}
        answered => return answered,
    }
    let case = session::answers_of(frame, app, reference).await?;
    if corrections::is_to_be_made_again(app, &case, Some(section)).await? {
        Ok(case)
    } else {
        Err(AppError::Stale)
    }
}

fn section_in(path: &str) -> Result<Section, AppError> {
    Section::parse(path)
        .filter(|section| *section != Section::Photo)
        .ok_or(AppError::NotFound)
}

/// `GET /a/{ref}/{section}`
pub async fn show_section(
    frame: Frame,
    request: HttpRequest,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    query: web::Query<SectionQuery>,
) -> Result<HttpResponse, AppError> {
    let (reference, name) = path.into_inner();
    let section = section_in(&name)?;
    let case = open_section(&frame, &app, &reference, section).await?;
    let today = app.clock.today_in_japan();
    let saved = case
        .section(section.as_str())
        .map(|saved| saved.answers.clone())
        .unwrap_or_default();
    let (version, from_review) = (version_of(&case, section), query.back == "review");
    let page = SectionPage {
        section,
        version,
        from_review,
    };
    if let Some(typed) = kept::take_up(&request, &app, &case, section.as_str()).await? {
        let v = FormView::of(with_defaults(section, typed, &case));
        let v = v.with_note(frame.t("kept-restored"));
        let shown = section_pages::render(&frame, StatusCode::OK, &case, page, v, today).await?;
        return kept::forget(&request, &app, shown);
    }
    // A section that was left with errors shows them again; one that was never opened shows none.
    let mut v = FormView::of(with_defaults(section, saved.clone(), &case));
    let mut problems = Vec::new();
    if case
        .section(section.as_str())
        .is_some_and(|saved| !saved.is_complete)
        && !saved.is_blank()
    {
        problems = typed_problems(&draft_of(&case).read(today), section);
    }
    if section == Section::Offices {
        problems.extend(office_advice::about_closed(&app, &saved).await?);
    }
    if !problems.is_empty() {
        v = v.with_problems(&frame, &problems);
    }
    section_pages::render(&frame, StatusCode::OK, &case, page, v, today).await
}

/// Errors about what was typed; an empty field of an unfinished section needs no error yet.
fn typed_problems(reading: &Reading, section: Section) -> Vec<Problem> {
    reading
        .problems(section)
        .iter()
        .filter(|problem| !problem.kind.ends_with("-empty"))
        .cloned()
        .collect()
}

/// What a fresh page proposes: choices nearly everybody makes.
fn with_defaults(section: Section, mut answers: Answers, case: &Case) -> Answers {
    if section == Section::Register && answers.get("kind").is_empty() {
        answers.set("kind", "new");
    }
    if section == Section::Offices
        && case.section(section.as_str()).is_none()
        && answers.get("pickup_at").is_empty()
    {
        answers.set("pickup_at", "same");
    }
    answers
}

fn version_of(case: &Case, section: Section) -> i64 {
    case.section(section.as_str())
        .map_or(0, |saved| saved.version)
}

/// `POST /a/{ref}/{section}`
pub async fn save_section(
    frame: Frame,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let (reference, name) = path.into_inner();
    let section = section_in(&name)?;
    let opened = form.open(&frame);
    let case = match open_section(&frame, &app, &reference, section).await {
        Ok(case) => case,
        // The session is over (its token does not fit either): keep what was typed until she has proved her mailbox again.
        Err(AppError::SeeOther(_)) => {
            let answers = own_answers(section, &opened.unwrap_or_else(|old| old.0));
            return kept::keep(
                &frame,
                &app,
                &session::reference_in(&frame, &reference)?,
                section.as_str(),
                &storable(&answers).0,
            )
            .await;
        }
        Err(error) => return Err(error),
    };
    let posted = Posted {
        section,
        today: app.clock.today_in_japan(),
        case,
    };
    match opened {
        Ok(answers) => posted.accept(&frame, &app, &answers).await,
        Err(OldPage(answers)) => {
            posted
                .again(&frame, &answers, |v| v.with_note(frame.t("note-old-page")))
                .await
        }
    }
}

/// A posted section of an open case.
struct Posted {
    section: Section,
    today: Date,
    case: Case,
}

impl Posted {
    async fn accept(
        self,
        frame: &Frame,
        app: &web::Data<App>,
        answers: &Answers,
    ) -> Result<HttpResponse, AppError> {
        let own = own_answers(self.section, answers);
        let mut draft = draft_of(&self.case);
        draft.set(self.section, &own);
        let reading = draft.read(self.today);
        let mut problems = reading.problems(self.section).to_vec();
        if answers.is("go", "list") {
            let about_the_list: Vec<Problem> = problems
                .into_iter()
                .filter(|problem| problem.field.ends_with("_country"))
                .collect();
            let status = if about_the_list.is_empty() {
                StatusCode::OK
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            let shown = self.shown(frame, answers, status, |v| {
                v.with_problems(frame, &about_the_list)
            });
            return shown.await;
        }
        if self.section == Section::Offices {
            problems.extend(office_advice::about_closed(app, answers).await?);
        }
        let leaves = answers.is("go", "leave");
        if !leaves {
            if !problems.is_empty() {
                let again = self.again(frame, answers, |v| v.with_problems(frame, &problems));
                return again.await;
            }
            let mut advice = reading.advice(self.section).to_vec();
            advice.extend(glyph_advice(&app.fonts, &reading, self.section));
            if self.section == Section::Offices {
                advice.extend(office_advice::about_post(app, &self.case, answers).await?);
            }
            if !advice.is_empty() && !answers.is("go", "accept") {
                let again = self.again(frame, answers, |v| v.with_advice(frame, &advice));
                return again.await;
            }
        }
        let (stored, is_whole) = storable(&own);
        let saved = self
            .save(
                app,
                &stored,
                problems.is_empty() && is_whole,
                answers.get("version"),
            )
            .await;
        match saved {
            Ok(()) if leaves => leave::answer(frame, app, &self.case, is_whole).await,
            Ok(()) => Ok(frame.see_other(&self.next(&reading, answers))),
            Err(AppError::Stale) => self.conflict(frame, app, answers).await,
            Err(error) => Err(error),
        }
    }

    async fn save(
        &self,
        app: &web::Data<App>,
        answers: &Answers,
        is_complete: bool,
        version: &str,
    ) -> Result<(), AppError> {
        let (application, section, status) = (
            self.case.application.id,
            self.section,
            self.case.application.status,
        );
        let (answers, now, expected_version) = (
            answers.clone(),
            app.clock.now(),
            version.parse().unwrap_or(0),
        );
        let expires_at = if status == Status::Draft {
            draft_end(now)
        } else {
            self.case.application.expires_at
        };
        app.write(move |db| {
            let save = SaveSection {
                application,
                section: section.as_str(),
                answers: &answers,
                is_complete,
                expected_version,
                expected_status: status,
                expires_at,
            };
            sections::save_section(db, &save, now)?;
            if section == Section::Photo && answers.is("photo_how", "paste") {
                photos::discard_photos(db, application)?;
            }
            Ok::<_, StoreError>(())
        })
        .await
    }

    /// The check page if she came from there, else the next section that is not done.
    fn next(&self, reading: &Reading, answers: &Answers) -> String {
        // A form that came back is made again at once: nothing else of it is open.
        if answers.is("back", "review") || !self.case.application.status.is_before_filing() {
            return self.case.page("review");
        }
        reading.progress().next_after(self.section).map_or_else(
            || self.case.page("review"),
            |next| self.case.page(next.as_str()),
        )
    }

    /// The same page again with what was typed (422).
    async fn again(
        &self,
        frame: &Frame,
        answers: &Answers,
        say: impl FnOnce(FormView) -> FormView,
    ) -> Result<HttpResponse, AppError> {
        self.shown(frame, answers, StatusCode::UNPROCESSABLE_ENTITY, say)
            .await
    }

    /// The same page with what was typed.
    async fn shown(
        &self,
        frame: &Frame,
        answers: &Answers,
        status: StatusCode,
        say: impl FnOnce(FormView) -> FormView,
    ) -> Result<HttpResponse, AppError> {
        let page = SectionPage {
            section: self.section,
            version: answers.get("version").parse().unwrap_or(0),
            from_review: answers.is("back", "review"),
        };
        let v = say(FormView::of(own_answers(self.section, answers)));
        section_pages::render(frame, status, &self.case, page, v, self.today).await
    }

    /// Another tab saved first: the latest answers, and beside them what was typed here (409).
    async fn conflict(
        &self,
        frame: &Frame,
        app: &web::Data<App>,
        answers: &Answers,
    ) -> Result<HttpResponse, AppError> {
        let number = self.case.reference.to_string();
        let case = open_section(frame, app, &number, self.section).await?;
        let latest = case
            .section(self.section.as_str())
            .map(|saved| saved.answers.clone())
            .unwrap_or_default();
        let typed = own_answers(self.section, answers);
        let yours = typed
            .iter()
            .filter(|(field, text)| !text.is_empty() && latest.get(field) != *text)
            .map(|(_, text)| text.to_owned())
            .collect();
        let page = SectionPage {
            section: self.section,
            version: version_of(&case, self.section),
            from_review: answers.is("back", "review"),
        };
        let v = FormView::of(latest)
            .with_note(frame.t("note-stale"))
            .with_yours(yours);
        section_pages::render(frame, StatusCode::CONFLICT, &case, page, v, self.today).await
    }
}

/// The section's own fields of a posted form.
fn own_answers(section: Section, answers: &Answers) -> Answers {
    answers
        .iter()
        .filter(|(field, _)| section.fields().contains(field))
        .collect()
}

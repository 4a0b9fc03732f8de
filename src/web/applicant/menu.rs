//! The task list of a form (A06): what is done, what is next, until when it is kept; and its end by the applicant's own hand.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::sections::draft_of;
use super::session::{self, Case};
use crate::clock::japan;
use crate::domain::application::draft::Progress;
use crate::domain::application::section::{Section, SectionState};
use crate::domain::status::Status;
use crate::i18n;
use crate::storage::applications::{self, Doer};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;

#[derive(Template)]
#[template(path = "applicant/menu.html")]
struct MenuPage<'a> {
    f: &'a Frame,
    case: Case,
    progress: Progress,
}

/// One row: a link unless there is nothing to open.
struct Row {
    title: String,
    link: Option<String>,
    state: SectionState,
}

impl MenuPage<'_> {
    fn rows(&self) -> Vec<Row> {
        let row = |(section, state): (Section, SectionState)| Row {
            title: self
                .f
                .t(&format!("section-{}", section.as_str()))
                .into_owned(),
            link: (state != SectionState::CannotStartYet)
                .then(|| self.f.to(self.case.page(section.as_str()))),
            state,
        };
        let review = self.progress.review();
        let last = Row {
            title: self.f.t("menu-review").into_owned(),
            link: (review != SectionState::CannotStartYet)
                .then(|| self.f.to(self.case.page("review"))),
            state: review,
        };
        self.progress.sections().map(row).chain([last]).collect()
    }

    fn summary(&self) -> String {
        let (done, total) = (
            self.progress.done().to_string(),
            self.progress.total().to_string(),
        );
        self.f
            .t2("menu-progress", ("done", &done), ("total", &total))
    }

    fn saved(&self) -> String {
        self.f.t1(
            "menu-saved",
            "time",
            i18n::time_of_day_with_date(
                self.f.lang,
                self.case.application.last_activity_at,
                &japan(),
            ),
        )
    }

    fn kept(&self) -> String {
        self.f.t1(
            "menu-kept",
            "date",
            self.f
                .day(&self.case.application.expires_at.to_zoned(japan()).date()),
        )
    }

    fn next(&self) -> String {
        self.f.to(self.progress.next().map_or_else(
            || self.case.page("review"),
            |next| self.case.page(next.as_str()),
        ))
    }
}

/// `GET /a/{ref}`: the menu of a draft; a form that was made has its own page.
pub async fn show_menu(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let case = session::case(&frame, &app, &reference).await?;
    if case.application.status != Status::Draft {
        return Ok(frame.see_other(&case.page("status")));
    }
    let progress = draft_of(&case).read(app.clock.today_in_japan()).progress();
    frame.ok(&MenuPage {
        f: &frame,
        case,
        progress,
    })
}

#[derive(Template)]
#[template(path = "applicant/delete.html")]
struct DeletePage<'a> {
    f: &'a Frame,
    case: Case,
}

async fn own_draft(frame: &Frame, app: &web::Data<App>, reference: &str) -> Result<Case, AppError> {
    let case = session::answers_of(frame, app, reference).await?;
    if case.application.status == Status::Draft {
        Ok(case)
    } else {
        Err(AppError::NotFound)
    }
}

/// `GET /a/{ref}/delete`
pub async fn show_delete(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let case = own_draft(&frame, &app, &reference).await?;
    frame.ok(&DeletePage { f: &frame, case })
}

/// `POST /a/{ref}/delete`: the draft and everything in it goes at once.
pub async fn delete_draft(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let case = own_draft(&frame, &app, &reference).await?;
    if form.open(&frame).is_err() {
        return frame.again(&DeletePage { f: &frame, case });
    }
    let (application, mailbox, now) = (case.application.id, case.visitor.mailbox, app.clock.now());
    app.write(move |db| {
        let doer = Doer::applicant(mailbox);
        applications::delete_application(
            db,
            application,
            Status::Draft,
            &doer,
            "deleted by the applicant",
            now,
        )
    })
    .await?;
    Ok(frame.see_other("/a"))
}

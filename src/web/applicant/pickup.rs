//! Another place of pickup (A24), until the card is on its way (N22).

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::contacts::open_filed;
use super::section_pages::{pickup_candidates, prefecture_choices};
use super::session::Case;
use crate::domain::answers::Answers;
use crate::domain::application::Destination;
use crate::domain::application::offices::{self, Place};
use crate::domain::office_code::OfficeCode;
use crate::i18n::Lang;
use crate::notices::case_facts;
use crate::notices::events::{self, EventError};
use crate::reference::{missions, municipalities};
use crate::storage::applications::Doer;
use crate::storage::cases::{self, CaseFile};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;

pub use events::may_change_pickup as may_change;

#[derive(Template)]
#[template(path = "applicant/pickup.html")]
struct PickupPage<'a> {
    f: &'a Frame,
    v: FormView,
    case: &'a Case,
    now_at: String,
    places: Vec<Choice>,
    missions: Vec<Choice>,
    prefectures: Vec<Choice>,
    candidates: Vec<Choice>,
}

/// A case whose card is not on its way yet.
struct Open {
    case: Case,
    file: CaseFile,
}

impl Open {
    async fn of(frame: &Frame, app: &web::Data<App>, reference: &str) -> Result<Self, AppError> {
        let case = open_filed(frame, app, reference).await?;
        if !may_change(case.application.status) {
            return Err(AppError::SeeOther(frame.to(case.page("status"))));
        }
        let id = case.application.id;
        let file = app.read(move |db| cases::get_case(db, id)).await?;
        Ok(Self { case, file })
    }

    fn render(
        &self,
        frame: &Frame,
        status: StatusCode,
        v: FormView,
    ) -> Result<HttpResponse, AppError> {
        let place = |value: &str, key: &str| Choice::new(value, frame.t(key));
        let page = PickupPage {
            f: frame,
            case: &self.case,
            now_at: case_facts::office_name(frame.lang, &self.file.pickup_office),
            places: vec![
                place("honseki", "offices-pickup-honseki"),
                place("mission", "offices-pickup-mission").shows("pickup-mission"),
                place("municipality", "offices-pickup-municipality").shows("pickup-municipality"),
            ],
            missions: mission_choices(frame.lang),
            prefectures: prefecture_choices(frame.lang),
            candidates: pickup_candidates(v.answers()),
            v,
        };
        frame.page(status, &page)
    }
}

/// The office a chosen place leads to in a case.
pub fn office_at(file: &CaseFile, place: Place) -> Result<OfficeCode, AppError> {
    let code = match place {
        Place::Honseki => return Ok(file.register_office.clone()),
        Place::Mission(mission) => mission.id.as_str(),
        Place::Municipality(chosen) => {
            let keeper = municipalities::municipality(file.register_office.as_str());
            let destination =
                Destination::of(Place::Municipality(chosen), keeper.unwrap_or(chosen));
            match destination {
                Destination::Mission(mission) => mission.id.as_str(),
                Destination::Honseki(office) | Destination::Municipality(office) => {
                    office.code.as_str()
                }
            }
        }
    };
    OfficeCode::parse(code).map_err(AppError::unexpected)
}

/// Every mission, as a list offers it.
pub fn mission_choices(lang: Lang) -> Vec<Choice> {
    missions::missions()
        .iter()
        .map(|mission| Choice::new(mission.id.as_str(), mission.name(lang == Lang::Ja)))
        .collect()
}

/// `GET /a/{ref}/pickup`
pub async fn show_pickup(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let open = Open::of(&frame, &app, &reference).await?;
    open.render(&frame, StatusCode::OK, FormView::of(Answers::none()))
}

/// `POST /a/{ref}/pickup`
pub async fn change_pickup(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let open = Open::of(&frame, &app, &reference).await?;
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(OldPage(answers)) => {
            let v = FormView::of(answers).with_note(frame.t("note-old-page"));
            return open.render(&frame, StatusCode::UNPROCESSABLE_ENTITY, v);
        }
    };
    let checked = offices::read_pickup(&answers);
    let Some(place) = checked.value else {
        let v = FormView::of(answers).with_problems(&frame, &checked.problems);
        return open.render(&frame, StatusCode::UNPROCESSABLE_ENTITY, v);
    };
    let office = office_at(&open.file, place)?;
    let (letterhead, case, now) = (app.letterhead(), open.case.clone(), app.clock.now());
    let doer = Doer::applicant(case.visitor.mailbox);
    app.write(move |db| {
        let changed =
            events::change_pickup(db, &letterhead, &case.application, (&office, &doer), now);
        match changed {
            // Choosing the same place again changes nothing and is no mistake.
            Ok(()) | Err(EventError::Unchanged) => Ok(()),
            Err(error) => Err(answer(error)),
        }
    })
    .await?;
    Ok(frame.see_other(&open.case.page("status")))
}

/// What the visitor is told about an event that did not happen.
pub fn answer(error: EventError) -> AppError {
    match error {
        EventError::Store(error) => error.into(),
        EventError::NotNow(_) => AppError::Stale,
        other => AppError::unexpected(other),
    }
}

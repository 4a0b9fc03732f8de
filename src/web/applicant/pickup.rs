//! Another place of pickup (A24): until the card is on its way it is simply changed (N22); once the card has arrived she asks the office that holds it to
//! send it on (`domain::card_transfer`).

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use std::collections::BTreeSet;

use super::contacts::open_filed;
use super::office_advice;
use super::section_pages::{pickup_candidates, prefecture_choices};
use super::session::Case;
use crate::domain::answers::Answers;
use crate::domain::application::Destination;
use crate::domain::application::offices::{self, Place};
use crate::domain::card_transfer::{self, StopReason};
use crate::domain::deadline::SHIPMENT_ALERT_DAYS;
use crate::domain::office_code::OfficeCode;
use crate::i18n::Lang;
use crate::notices::case_facts;
use crate::notices::events::{self, EventError};
use crate::notices::transfers;
use crate::reference::{missions, municipalities};
use crate::storage::applications::Doer;
use crate::storage::card_transfers::{self, CardTransfer, TransferState};
use crate::storage::cases::{self, CaseFile};
use crate::storage::offices::list_open_missions;
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
    /// The card has arrived: it would have to travel again.
    is_transfer: bool,
    /// What is known about that.
    standing: Option<String>,
    /// Nothing can be chosen any more.
    is_decided: bool,
}

impl PickupPage<'_> {
    /// The days after which a shipment is looked for.
    fn days() -> String {
        SHIPMENT_ALERT_DAYS.to_string()
    }

    fn title(&self) -> &'static str {
        if self.is_transfer {
            "pickup-transfer-title"
        } else {
            "pickup-title"
        }
    }
}

/// A case whose card is not on its way yet, or lies at its place.
struct Open {
    case: Case,
    file: CaseFile,
    last: Option<CardTransfer>,
    missions: Vec<Choice>,
}

impl Open {
    async fn of(frame: &Frame, app: &web::Data<App>, reference: &str) -> Result<Self, AppError> {
        let case = open_filed(frame, app, reference).await?;
        let status = case.application.status;
        if !may_change(status) && !card_transfer::is_possible(status) {
            return Err(AppError::SeeOther(frame.to(case.page("status"))));
        }
        let id = case.application.id;
        let lang = frame.lang;
        app.read(move |db| {
            Ok(Self {
                case,
                file: cases::get_case(db, id)?,
                last: card_transfers::list_transfers(db, id)?.pop(),
                missions: mission_choices(lang, &list_open_missions(db)?),
            })
        })
        .await
    }

    fn is_transfer(&self) -> bool {
        card_transfer::is_possible(self.case.application.status)
    }

    fn is_decided(&self) -> bool {
        self.last.as_ref().is_some_and(CardTransfer::is_accepted)
    }

    /// What she asked for, what was decided, or why it was not done.
    fn standing(&self, frame: &Frame) -> Option<String> {
        let last = self.last.as_ref().filter(|_| self.is_transfer())?;
        match last.state {
            TransferState::Asked => {
                let place = case_facts::office_name(frame.lang, &last.to_office);
                Some(frame.t1("pickup-transfer-asked", "place", place))
            }
            _ => became(frame, last),
        }
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
            missions: self.missions.clone(),
            prefectures: prefecture_choices(frame.lang),
            candidates: pickup_candidates(v.answers()),
            is_transfer: self.is_transfer(),
            standing: self.standing(frame),
            is_decided: self.is_decided(),
            v,
        };
        frame.page(status, &page)
    }
}

/// What was decided about a card that is to be collected elsewhere, while it lies where it lies.
pub(super) fn became(frame: &Frame, last: &CardTransfer) -> Option<String> {
    let place = case_facts::office_name(frame.lang, &last.to_office);
    match last.state {
        TransferState::Accepted => Some(frame.t1("pickup-transfer-accepted", "place", place)),
        TransferState::Stopped => {
            let reason = last.reason.as_deref().and_then(StopReason::parse)?;
            let why = frame.t(&format!("transfer-reason-{}", reason.as_str()));
            Some(frame.t2(
                "pickup-transfer-stopped",
                ("place", &place),
                ("reason", &why),
            ))
        }
        TransferState::Asked | TransferState::Sent => None,
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

/// The missions that are `open`, as a list offers them.
pub fn mission_choices(lang: Lang, open: &BTreeSet<String>) -> Vec<Choice> {
    missions::known()
        .filter(|mission| open.contains(&mission.id))
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
    let closed = office_advice::about_closed(&app, &answers).await?;
    if !closed.is_empty() {
        let v = FormView::of(answers).with_problems(&frame, &closed);
        return open.render(&frame, StatusCode::UNPROCESSABLE_ENTITY, v);
    }
    let office = office_at(&open.file, place)?;
    if open.is_transfer() {
        return ask(&frame, &app, &open, office).await;
    }
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

/// She asks that her card be sent on; the page says so afterwards.
async fn ask(
    frame: &Frame,
    app: &web::Data<App>,
    open: &Open,
    office: OfficeCode,
) -> Result<HttpResponse, AppError> {
    if open.file.pickup_office == office {
        let v = FormView::default().with_note(frame.t("pickup-transfer-there"));
        return open.render(frame, StatusCode::UNPROCESSABLE_ENTITY, v);
    }
    let (case, now) = (open.case.clone(), app.clock.now());
    let doer = Doer::applicant(case.visitor.mailbox);
    app.write(move |db| {
        match transfers::ask(db, &case.application, (&office, &doer), now) {
            // The same wish again, and one that was decided meanwhile: the page shows how it stands.
            Ok(()) | Err(EventError::Unchanged | EventError::Decided) => Ok(()),
            Err(error) => Err(answer(error)),
        }
    })
    .await?;
    Ok(frame.see_other(&open.case.page("pickup")))
}

/// What the visitor is told about an event that did not happen.
pub fn answer(error: EventError) -> AppError {
    match error {
        EventError::Store(error) => error.into(),
        EventError::NotNow(_) => AppError::Stale,
        other => AppError::unexpected(other),
    }
}

//! What is to be said about the chosen offices while they can still be changed (A12): that one takes no forms by post, that one has closed.

use super::session::Case;
use crate::domain::answers::{Answers, Problem};
use crate::domain::application::kind::ApplicationKind;
use crate::domain::application::office::MailPolicy;
use crate::domain::office::settings::OfficeForm;
use crate::domain::office_code::OfficeCode;
use crate::reference::missions::{self, Mission};
use crate::storage::offices;
use crate::web::app::App;
use crate::web::errors::AppError;

/// The form of this case, as offices name their rules; a new application until she said otherwise.
pub(super) fn form_of(case: &Case) -> OfficeForm {
    let kind = case
        .section("register")
        .and_then(|register| ApplicationKind::parse(register.answers.get("kind")));
    kind.map_or(OfficeForm::New, OfficeForm::of)
}

/// The missions among the choices that have closed since this program was made: nobody there takes a form or hands over a card.
pub async fn about_closed(app: &App, answers: &Answers) -> Result<Vec<Problem>, AppError> {
    let chosen: Vec<(&'static str, &'static Mission)> =
        [("file_at", "file_mission"), ("pickup_at", "pickup_mission")]
            .into_iter()
            .filter(|(at, _)| answers.is(at, "mission"))
            .filter_map(|(_, field)| Some((field, missions::mission(answers.get(field))?)))
            .collect();
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let codes: Vec<&str> = chosen.iter().map(|(_, one)| one.id.as_str()).collect();
    let open = app.read(move |db| offices::list_named(db, &codes)).await?;
    let is_open = |mission: &Mission| open.iter().any(|one| one.code().as_str() == mission.id);
    Ok(chosen
        .into_iter()
        .filter(|(_, mission)| !is_open(mission))
        .map(|(field, mission)| {
            Problem::new(field, "error-mission-closed")
                .with("x", &mission.name_ja)
                .with("x_en", &mission.name_en)
        })
        .collect())
}

/// The advice that the chosen mission takes no forms by post. Whoever hands the form in there passes it over.
pub(super) async fn about_post(
    app: &App,
    case: &Case,
    answers: &Answers,
) -> Result<Option<Problem>, AppError> {
    if !answers.is("file_at", "mission") {
        return Ok(None);
    }
    let Ok(code) = OfficeCode::parse(answers.get("file_mission")) else {
        return Ok(None);
    };
    let office = app.read(move |db| offices::find_office(db, &code)).await?;
    let refuses = office
        .filter(|office| office.settings.mail_rule(form_of(case)).policy == MailPolicy::Refused);
    Ok(refuses.map(|office| {
        Problem::new("file_mission", "advice-file_mission-refuses-post")
            .with("x", office.entry.name_ja)
            .with("x_en", office.entry.name_latin)
    }))
}

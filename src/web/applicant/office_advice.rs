//! What the chosen office said about the way the form reaches it, said back while it can still be changed (A12).

use super::session::Case;
use crate::domain::answers::{Answers, Problem};
use crate::domain::application::kind::ApplicationKind;
use crate::domain::application::office::MailPolicy;
use crate::domain::office::settings::OfficeForm;
use crate::domain::office_code::OfficeCode;
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

//! "Save and come back later": what was typed is saved, also where it is wrong; a mail has the way back (N02a).

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::sections::draft_of;
use super::session::{self, Case};
use crate::clock::japan;
use crate::domain::status::Status;
use crate::i18n::{self, Lang};
use crate::notices::{self, Addressee, DraftSaved, Notice};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;

/// Queues the mail and leads to the page that says so.
pub async fn answer(
    frame: &Frame,
    app: &web::Data<App>,
    case: &Case,
    is_whole: bool,
) -> Result<HttpResponse, AppError> {
    if case.application.status == Status::Draft {
        let (shared, case, now) = (app.clone(), case.clone(), app.clock.now());
        let notice = Notice::DraftSaved(draft_saved(&shared, &case));
        app.write(move |db| {
            let lang = Lang::parse(&case.application.language).unwrap_or_default();
            let reference = case.reference.to_string();
            let to = Addressee {
                email: &case.email,
                lang,
                name: None,
                application: Some((case.application.id, &reference)),
            };
            notices::post(db, &shared.letterhead(), &to, &notice, now)
                .map(|_mail| ())
                .map_err(AppError::unexpected)
        })
        .await?;
    }
    let dropped = if is_whole { "" } else { "?dropped=1" };
    Ok(frame.see_other(&format!("{}{dropped}", case.page("saved"))))
}

/// What the mail says: until when it is kept, and what is left to do.
fn draft_saved(app: &App, case: &Case) -> DraftSaved {
    let lang = Lang::parse(&case.application.language).unwrap_or_default();
    let kept_until = case.application.expires_at.to_zoned(japan()).date();
    let progress = draft_of(case).read(app.clock.today_in_japan()).progress();
    let remaining = progress.sections().filter(|(_, state)| !state.is_done());
    DraftSaved {
        kept_until: i18n::date_with_weekday(lang, kept_until),
        remaining: remaining
            .map(|(section, _)| {
                i18n::text(lang, &format!("section-{}", section.as_str())).into_owned()
            })
            .collect(),
    }
}

/// What the page mentions.
#[derive(Debug, Deserialize)]
pub struct SavedQuery {
    #[serde(default)]
    dropped: String,
}

#[derive(Template)]
#[template(path = "applicant/saved.html")]
struct SavedPage<'a> {
    f: &'a Frame,
    case: Case,
    dropped: bool,
}

/// `GET /a/{ref}/saved`
pub async fn show_saved(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    query: web::Query<SavedQuery>,
) -> Result<HttpResponse, AppError> {
    let case = session::case(&frame, &app, &reference).await?;
    frame.ok(&SavedPage {
        f: &frame,
        case,
        dropped: query.dropped == "1",
    })
}

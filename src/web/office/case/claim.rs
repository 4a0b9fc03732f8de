//! Taking a case in hand and letting go of it: a courtesy among colleagues, not a lock.

use actix_web::{HttpResponse, web};

use super::{CaseQuery, path, take_case};
use crate::storage::{StoreError, turns};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;
use crate::web::office::session::Staff;

/// `POST /staff/cases/{ref}/claim`: takes the case in place of whoever the page named, or lets it go. Somebody else was first: [`AppError::Stale`].
pub async fn claim(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    reference: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let answers = form.open(&frame).map_err(|_old| AppError::Stale)?;
    let query = CaseQuery::of_form(&answers);
    let now = app.clock.now();
    let number = app
        .write(move |db| {
            let open = take_case(db, &staff, &reference, answers.get("version"))?;
            let id = open.application.id;
            if answers.is("go", "release") {
                turns::release_case(db, id, staff.id.0)?;
                return Ok::<_, AppError>(open.application.reference);
            }
            let before = answers.get("claimed_by").parse().ok();
            let desk = open.application.desk.ok_or(StoreError::Conflict)?;
            if desk.office() != Some(&open.office) {
                return Err(AppError::Stale);
            }
            turns::claim_case(db, id, &desk, (before, staff.id.0), now)?;
            Ok(open.application.reference)
        })
        .await?;
    Ok(frame.see_other(&path(number, "", query.queue())))
}

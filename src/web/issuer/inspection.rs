//! I02, the acts: what the inspectors found is saved page by page; when every card was looked at, those without a fault are made today (in Japan), and the
//! others go back with their defect.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use jiff::Timestamp;

use super::batch::{Desk, id_of};
use crate::clock::japan;
use crate::domain::answers::{Answers, Problem};
use crate::domain::defect::DefectCode;
use crate::domain::status::Status;
use crate::exchange::by_hand;
use crate::exchange::result::ResultRecord;
use crate::i18n::{self, Lang};
use crate::storage::batch_items::{self, BatchItem, Inspection};
use crate::storage::batches::{self, BatchId, BatchState};
use crate::storage::results::ResultFile;
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::session::Staff;

const ITEMS_AT_ONCE: i64 = 500;

/// `POST /issuer/batches/{id}`
pub async fn save_inspection(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    number: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let id = id_of(&number)?;
    let opened = form.open(&frame);
    let is_old = opened.is_err();
    let answers = opened.unwrap_or_else(|OldPage(answers)| answers);
    let desk = Desk {
        frame: &frame,
        app: &app,
        staff: &staff,
        id,
        after: answers.get("after").parse().unwrap_or(0),
    };
    if is_old {
        let v = FormView::of(answers).with_note(frame.t("note-old-page"));
        return desk
            .render(StatusCode::UNPROCESSABLE_ENTITY, v, false)
            .await;
    }
    let found = findings(&answers);
    let by = staff.actor();
    app.write(move |db| save(db, id, &found, &by)).await?;
    if !answers.is("go", "made") {
        let next = answers.get("next");
        let place = format!("/issuer/batches/{}?after={next}&saved=1", id.number());
        return Ok(frame.see_other(&place));
    }
    let (by, now) = (staff.actor(), app.clock.now());
    match app.write(move |db| conclude(db, id, &by, now)).await? {
        Ok(file) => Ok(frame.see_other(&format!("/issuer/results/{}", file.id))),
        Err(missing) => {
            let problem =
                Problem::new("rows", "error-issuer-uninspected").with("n", missing.to_string());
            let v = FormView::of(answers).with_problems(&frame, &[problem]);
            desk.render(StatusCode::UNPROCESSABLE_ENTITY, v, false)
                .await
        }
    }
}

/// What was ticked, by line.
fn findings(answers: &Answers) -> BTreeMap<i32, Inspection> {
    answers
        .iter()
        .filter_map(|(field, value)| {
            let line = field.strip_prefix("found-")?.parse().ok()?;
            Some((line, Inspection::parse(value)?))
        })
        .collect()
}

/// Saves findings; a card that got its result meanwhile keeps that.
fn save(
    db: &mut Db,
    id: BatchId,
    found: &BTreeMap<i32, Inspection>,
    by: &str,
) -> Result<(), StoreError> {
    let batch = batches::get_batch(db, id)?;
    if batch.state != BatchState::Ready {
        return Err(StoreError::Conflict);
    }
    for (line, finding) in found {
        match batch_items::set_inspection(db, (id, *line), *finding, by) {
            Ok(()) | Err(StoreError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Enters the results of every card that waits, or answers how many were not looked at.
fn conclude(
    db: &mut Db,
    id: BatchId,
    by: &str,
    now: Timestamp,
) -> Result<Result<ResultFile, usize>, StoreError> {
    let (mut rows, mut missing, mut after) = (Vec::new(), 0, 0);
    loop {
        let items = batch_items::list_items_with_status(db, id, after, ITEMS_AT_ONCE)?;
        let Some(last) = items.last().map(|(item, _)| item.line) else {
            break;
        };
        after = last;
        for (item, status) in items {
            let waits = item.outcome.is_none() && status == Status::AtIssuer;
            match item.inspection.filter(|_| waits) {
                Some(found) => rows.push(result_of(&item, found, now)),
                None if waits => missing += 1,
                None => {}
            }
        }
    }
    if missing > 0 {
        return Ok(Err(missing));
    }
    by_hand::enter(db, &format!("{} {by}", id.number()), &rows, by, now).map(Ok)
}

/// What a finding says about a card.
fn result_of(item: &BatchItem, found: Inspection, now: Timestamp) -> ResultRecord {
    let about = ResultRecord {
        batch: item.batch_id.number().to_string(),
        receipt: item.receipt.clone(),
        ..ResultRecord::default()
    };
    let defect = |code: DefectCode, note: &str| ResultRecord {
        result: "defect".to_owned(),
        defect: Some(code.as_str().to_owned()),
        // The municipality reads it, and for a photo the applicant: both in Japanese, as the codes' own words are shown in hers.
        note: Some(i18n::text(Lang::Ja, note).into_owned()),
        ..about.clone()
    };
    match found {
        Inspection::Pass => ResultRecord {
            result: "made".to_owned(),
            made_on: Some(now.to_zoned(japan()).date().to_string()),
            ..about
        },
        Inspection::Photo => defect(DefectCode::D06, "issuer-note-photo"),
        Inspection::Glyph => defect(DefectCode::D99, "issuer-note-glyph"),
        Inspection::Other => defect(DefectCode::D99, "issuer-note-other"),
    }
}

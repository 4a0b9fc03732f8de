//! What a correction opens again (A20): the sections and the photo that an office named, and the word to its desk when the last defect is answered.

use actix_web::web;
use jiff::Timestamp;

use super::fix::is_her_turn;
use super::sections::open_case;
use super::session::{self, Case};
use crate::domain::application::section::Section;
use crate::domain::defect::{DefectCode, Remedy};
use crate::storage::applications::{Application, Doer};
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::defects;
use crate::storage::tasks::{self, NewTask, TaskKind};
use crate::storage::{Db, StoreError, case_lock};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;

/// Tells the desk that the last of its defects was answered, once for each time the case came back.
pub fn tell_desk(db: &mut Db, application: &Application, now: Timestamp) -> Result<(), StoreError> {
    let id = application.id;
    let is_whole = defects::list_open_defects(db, id)?
        .iter()
        .all(|defect| defect.answered_at.is_some());
    let Some(desk) = application.desk.as_ref().filter(|_| is_whole) else {
        return Ok(());
    };
    let key = format!("correction:{id}:{}", application.version);
    let task = NewTask {
        kind: TaskKind::CorrectionAnswered,
        office: desk.as_str(),
        application: Some(id),
        detail: application.status.code(),
        key: Some(&key),
    };
    if !tasks::open_task(db, &task, now)? {
        return Ok(());
    }
    let entry = NewEntry {
        chain: &Chain::of_case(application.reference),
        actor: &Doer::applicant(application.mailbox_id).id,
        action: "case.correction_answered",
        detail: "",
    };
    audit::append(db, &entry, now)
}

/// Whether a filed case came back with defects that only another form sets right.
pub async fn is_to_be_made_again(
    app: &web::Data<App>,
    case: &Case,
    section: Option<Section>,
) -> Result<bool, AppError> {
    if !case.application.status.is_to_correct() {
        return Ok(false);
    }
    let id = case.application.id;
    let open = app
        .read(move |db| defects::list_open_defects(db, id))
        .await?;
    Ok(open.iter().any(|defect| match defect.code.remedy() {
        Remedy::Edit(named) => section.is_none_or(|section| section == named),
        _ => false,
    }))
}

/// A case whose photo may be replaced: nothing is filed yet, or the photo was named as what is wrong.
pub async fn open_photo(
    frame: &Frame,
    app: &web::Data<App>,
    reference: &str,
) -> Result<Case, AppError> {
    let case = session::answers_of(frame, app, reference).await?;
    if !case.application.status.is_to_correct() {
        return open_case(frame, app, reference).await;
    }
    let id = case.application.id;
    let open = app
        .read(move |db| defects::list_open_defects(db, id))
        .await?;
    if open.iter().any(|defect| defect.code.is_about_photo()) {
        Ok(case)
    } else {
        Err(AppError::Stale)
    }
}

/// Notes that the photo that was named is replaced, by another or by a print; when it was the last of the defects, the desk is told.
pub fn photo_replaced(db: &mut Db, case: &Case, now: Timestamp) -> Result<(), StoreError> {
    if !is_her_turn(case) {
        return Ok(());
    }
    let application = case_lock::lock_as_seen(db, &case.application)?;
    let photos: Vec<DefectCode> = DefectCode::ALL
        .iter()
        .copied()
        .filter(|code| code.is_about_photo())
        .collect();
    if defects::set_answered(db, application.id, &photos, now)? == 0 {
        return Ok(());
    }
    tell_desk(db, &application, now)
}

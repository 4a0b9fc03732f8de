//! Who comes second with a case (409): told who was first and when, shown the case as it is now, and given back what she typed.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use jiff::Timestamp;

use super::facts::OfficeClock;
use super::overview::Desk;
use super::people::People;
use crate::domain::answers::Answers;
use crate::storage::{Db, StoreError, case_checks, decisions, history};
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::office::scope::{self, OpenCase};

/// The page of a case that somebody else changed first.
pub async fn conflict(
    desk: &Desk<'_>,
    reference: &str,
    typed: Answers,
) -> Result<HttpResponse, AppError> {
    let (asking, number) = (desk.staff.clone(), reference.to_owned());
    let (office, last, people) = desk
        .app
        .read(move |db| {
            let open = scope::open_case(db, &asking, &number)?;
            let last = last_change(db, &open)?;
            let actor = last.as_ref().map(|(actor, _)| actor.as_str());
            let people = People::read(db, actor.into_iter())?;
            Ok((open.office, last, people))
        })
        .await?;
    let frame = desk.frame;
    let note = last.map_or_else(
        || frame.t("note-stale").into_owned(),
        |(actor, at)| {
            let who = people.name(frame, &actor, &office);
            let at = OfficeClock::of(frame, &office).at(at);
            frame.t2("case-stale", ("who", &who), ("at", &at))
        },
    );
    let yours: Vec<String> = [typed.get("text")]
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect();
    let v = FormView::of(typed).with_note(note).with_yours(yours);
    desk.again(StatusCode::CONFLICT, reference, v).await
}

/// Who changed the case last, and when: a move, a decision that waits, or the check.
fn last_change(db: &mut Db, open: &OpenCase) -> Result<Option<(String, Timestamp)>, StoreError> {
    let id = open.application.id;
    let moved = history::list_history(db, id)?
        .pop()
        .map(|line| (line.actor, line.at));
    let pending = decisions::find_pending(db, id)?;
    let decided = pending.map(|pending| (pending.decided_by, pending.decided_at));
    let checked = case_checks::list_checks(db, id)?
        .into_iter()
        .map(|check| (check.by, check.at));
    Ok(checked
        .chain(moved)
        .chain(decided)
        .max_by_key(|(_, at)| *at))
}

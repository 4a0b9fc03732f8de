//! What is done to cases from their queue, one at a time or many at once: taken, let go, given to a colleague, marked as ready to be sent on.
//!
//! Each case is compared with what the page showed. What can be done is done; for the rest the page says what changed, who changed it and when (409).
//! A clerk takes for herself; an office's manager gives to anybody of the office. Each case's audit has its line.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{HttpResponse, web};
use jiff::Timestamp;

use super::desk_act::{Act, Chosen, Doing, Refusal};
use super::page::NotDone;
use super::view::{View, ViewQuery};
use super::{Answer, queue_at, queue_page};
use crate::domain::answers::{Answers, Problem};
use crate::domain::desk::{self, Desk};
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::staff::Role;
use crate::i18n;
use crate::storage::staff::StaffId;
use crate::storage::{StoreError, staff};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;
use crate::web::office::session::Staff;

/// The words for what was just done, from the address: `taken.3`.
pub(super) fn done_words(frame: &Frame, done: &str) -> Option<String> {
    let (act, count) = done.split_once('.')?;
    let key = match act {
        "given" => "queue-done-given",
        "released" => "queue-done-released",
        "prepared" => "queue-done-prepared",
        "unprepared" => "queue-done-unprepared",
        _ => return None,
    };
    let count: usize = count.parse().ok()?;
    let facts = [("count", count.to_string())];
    Some(i18n::text_with(frame.lang, key, &facts))
}

/// `POST /staff/queues/{queue}`
pub async fn change_cases(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    name: web::Path<String>,
    query: web::Query<ViewQuery>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let queue = queue_at(&staff, &name)?;
    let view = View::read(queue, &query);
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(old) => {
            let answer = Answer {
                note: Some(frame.t("note-old-page").into_owned()),
                ticked: ticked(&old.0),
                ..Answer::default()
            };
            return queue_page(&frame, &app, &staff, view, answer).await;
        }
    };
    let chosen = chosen(&answers);
    let problem = |field, kind| Answer {
        problems: vec![Problem::new(field, kind)],
        ticked: ticked(&answers),
        ..Answer::default()
    };
    if chosen.is_empty() {
        let answer = problem("c", "error-queue-none");
        return queue_page(&frame, &app, &staff, view, answer).await;
    }
    let Some(act) = act_of(&app, &staff, &answers).await? else {
        let answer = problem("to", "error-queue-to");
        return queue_page(&frame, &app, &staff, view, answer).await;
    };
    let (refused, count) = carry_out(&app, &staff, act, chosen).await?;
    if refused.is_empty() {
        let address = view.address();
        let joint = if address.contains('?') { '&' } else { '?' };
        let done = act.done_word();
        return Ok(frame.see_other(&format!("{address}{joint}done={done}.{count}")));
    }
    let answer = Answer {
        done: (count > 0)
            .then(|| done_words(&frame, &format!("{}.{count}", act.done_word())))
            .flatten(),
        not_done: in_words(&frame, &app, &staff, refused).await?,
        ..Answer::default()
    };
    queue_page(&frame, &app, &staff, view, answer).await
}

/// The ticked cases of a form, or the one whose own button was pressed.
fn chosen(answers: &Answers) -> Vec<Chosen> {
    let holders: BTreeMap<&str, i64> = answers
        .get("holders")
        .split(' ')
        .filter_map(|held| {
            let (reference, holder) = held.split_once(':')?;
            Some((reference, holder.parse().ok()?))
        })
        .collect();
    let as_shown = |compact: &str| {
        Some(Chosen {
            reference: compact.parse().ok()?,
            holder: holders.get(compact).copied(),
        })
    };
    match answers.get("one").split_once('.') {
        Some((_, compact)) => as_shown(compact).into_iter().collect(),
        None => ticked(answers)
            .iter()
            .filter_map(|compact| as_shown(compact))
            .collect(),
    }
}

fn ticked(answers: &Answers) -> BTreeSet<String> {
    answers
        .iter()
        .filter_map(|(field, _)| field.strip_prefix("c-").map(str::to_owned))
        .collect()
}

/// What the pressed button means. None when it is to give cases to somebody who is not named, or not of this office.
async fn act_of(
    app: &web::Data<App>,
    staff: &Staff,
    answers: &Answers,
) -> Result<Option<Act>, AppError> {
    let word = answers
        .get("one")
        .split_once('.')
        .map_or(answers.get("do"), |(word, _)| word);
    Ok(match word {
        "take" => Some(Act::Give(staff.id)),
        "release" => Some(Act::Release),
        "prepare" => Some(Act::Prepare(true)),
        "unprepare" => Some(Act::Prepare(false)),
        "give" if staff.has(Role::OfficeManager) => {
            let (to, office) = (answers.get("to").to_owned(), staff.own_office()?.clone());
            let colleagues = app.read(move |db| super::colleagues(db, &office)).await?;
            colleagues
                .into_iter()
                .find(|(id, _)| id.to_string() == to)
                .map(|(id, _)| Act::Give(StaffId(id)))
        }
        // Nobody else has this button.
        _ => return Err(AppError::NotFound),
    })
}

type Refused = Vec<(ReceiptNumber, Refusal)>;

/// Does what can be done in one transaction; answers what was refused, and how many were done.
async fn carry_out(
    app: &web::Data<App>,
    staff: &Staff,
    act: Act,
    chosen: Vec<Chosen>,
) -> Result<(Refused, usize), AppError> {
    let (staff, now) = (staff.clone(), app.clock.now());
    app.write(move |db| {
        let desk = Desk::Office(
            staff
                .own_office()
                .map_err(|_none| StoreError::NotFound)?
                .clone(),
        );
        let desk = Doing {
            desk: &desk,
            staff: &staff,
            act,
            now,
        };
        let mut refused = Refused::new();
        let mut count = 0_usize;
        for one in chosen {
            match desk.carry_out(db, one)? {
                Some(refusal) => refused.push((one.reference, refusal)),
                None => count = count.saturating_add(1),
            }
        }
        Ok::<_, StoreError>((refused, count))
    })
    .await
}

/// What was refused, with the names of who was first.
async fn in_words(
    frame: &Frame,
    app: &web::Data<App>,
    reader: &Staff,
    refused: Refused,
) -> Result<Vec<NotDone>, AppError> {
    let ids: BTreeSet<i64> = refused
        .iter()
        .filter_map(|(_, refusal)| match refusal {
            Refusal::Taken(by, _) | Refusal::Moved(by, _) => *by,
            Refusal::Unknown | Refusal::NotToSend => None,
        })
        .collect();
    let names = app
        .read(move |db| {
            ids.into_iter()
                .map(|id| Ok((id, staff::get_staff(db, StaffId(id))?.name)))
                .collect::<Result<BTreeMap<i64, String>, StoreError>>()
        })
        .await?;
    let zone = reader.office().map_or_else(desk::japan, desk::zone_of);
    let words = |key: &str, by: Option<i64>, at: Option<Timestamp>| {
        let somebody = || frame.t("queue-somebody").into_owned();
        let name = by.and_then(|id| names.get(&id).cloned());
        let at = at.map(|at| i18n::time_of_day_with_date(frame.lang, at, &zone));
        frame.t2(
            key,
            ("name", &name.unwrap_or_else(somebody)),
            ("at", &at.unwrap_or_default()),
        )
    };
    Ok(refused
        .into_iter()
        .map(|(reference, refusal)| NotDone {
            reference: reference.to_string(),
            why: match refusal {
                Refusal::Taken(None, _) => frame.t("queue-refused-free").into_owned(),
                Refusal::Taken(by, at) => words("queue-refused-taken", by, at),
                Refusal::Moved(by, at) => words("queue-refused-moved", by, at),
                Refusal::Unknown => frame.t("queue-refused-unknown").into_owned(),
                Refusal::NotToSend => frame.t("queue-refused-send").into_owned(),
            },
        })
        .collect())
}

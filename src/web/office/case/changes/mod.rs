//! What happens to a case beside the desk's decisions (overseas-card.md §10.2): it ends, its register or pickup place moves, the person or her address
//! changes. Each is one page that says what follows; the guards and effects are those of
//! `notices::events` and `notices::transfers`.

mod change;
mod wanted;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::decide::is_clerk;
use super::head::Head;
use super::{CaseQuery, open_page, path};
use crate::domain::answers::Answers;
use crate::domain::application::municipality::KEEPER;
use crate::domain::card_transfer::StopReason;
use crate::notices::case_facts;
use crate::security::token::Token;
use crate::storage::offices::list_open_missions;
use crate::web::app::App;
use crate::web::applicant::office_advice;
use crate::web::applicant::pickup::mission_choices;
use crate::web::applicant::section_pages::{
    candidate_choices, pickup_candidates, prefecture_choices,
};
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::scope::{self, OpenCase};
use crate::web::office::session::Staff;
use crate::web::office::shell::Shell;
pub use change::Change;
use wanted::Wanted;

/// Whether anything can still be changed by this part.
pub fn is_any_possible(open: &OpenCase) -> bool {
    Change::ALL
        .into_iter()
        .any(|change| change.is_possible_in(open))
}

#[derive(Template)]
#[template(path = "office/case_changes.html")]
struct ListPage<'a> {
    f: &'a Frame,
    s: Shell,
    c: Head,
    links: Vec<(String, String)>,
}

/// `GET /staff/cases/{ref}/changes`
pub async fn show_changes(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    reference: web::Path<String>,
    query: web::Query<CaseQuery>,
) -> Result<HttpResponse, AppError> {
    let (open, facts, ()) = open_page(&app, &staff, &reference, |_, _| Ok(())).await?;
    let link = |change: Change| {
        let word = change.as_str();
        let page = format!("changes/{word}");
        (
            frame.to(path(open.application.reference, &page, query.queue())),
            frame.t(&format!("change-{word}-title")).into_owned(),
        )
    };
    let possible = Change::ALL
        .into_iter()
        .filter(|change| change.is_possible_in(&open));
    frame.ok(&ListPage {
        s: Shell::load(&frame, &app, &staff).await?,
        c: Head::new(&frame, (&open, &facts), &staff, ("changes", &query)),
        links: possible.map(link).collect(),
        f: &frame,
    })
}

#[derive(Template)]
#[template(path = "office/case_change.html")]
struct ChangePage<'a> {
    f: &'a Frame,
    s: Shell,
    c: Head,
    v: FormView,
    kind: &'static str,
    action: String,
    key: String,
    now_is: Option<String>,
    wished: Option<String>,
    ends: Vec<Choice>,
    reasons: Vec<Choice>,
    places: Vec<Choice>,
    missions: Vec<Choice>,
    prefectures: Vec<Choice>,
    candidates: Vec<Choice>,
}

impl ChangePage<'_> {
    /// The words of this change: `change-<kind>-<part>`.
    fn words(&self, part: &str) -> String {
        self.f
            .t(&format!("change-{}-{part}", self.kind))
            .into_owned()
    }

    fn asks_place(&self) -> bool {
        matches!(self.kind, "refile" | "pickup" | "transfer")
    }

    fn is_end(&self) -> bool {
        matches!(self.kind, "withdrawal" | "return-home" | "end")
    }
}

fn change_at(word: &str) -> Result<Change, AppError> {
    Change::parse(word).ok_or(AppError::NotFound)
}

/// `GET /staff/cases/{ref}/changes/{change}`
pub async fn show_change(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    place: web::Path<(String, String)>,
    query: web::Query<CaseQuery>,
) -> Result<HttpResponse, AppError> {
    let (reference, word) = place.into_inner();
    let change = change_at(&word)?;
    let (asking, number) = (staff.clone(), reference.clone());
    let open = app
        .read(move |db| scope::open_case(db, &asking, &number))
        .await?;
    let v = FormView::of(wanted::present(change, &open));
    let desk = (&frame, &app, &staff);
    render(desk, (&reference, change, &query), StatusCode::OK, v).await
}

async fn render(
    (frame, app, staff): (&Frame, &web::Data<App>, &Staff),
    (reference, change, query): (&str, Change, &CaseQuery),
    status: StatusCode,
    v: FormView,
) -> Result<HttpResponse, AppError> {
    let (open, facts, open_missions) =
        open_page(app, staff, reference, |db, _| list_open_missions(db)).await?;
    if !change.is_possible_in(&open) {
        return Err(AppError::Stale);
    }
    let word = change.as_str();
    let choice = |value: &str, key: &str| Choice::new(value, frame.t(key));
    let office = match change {
        Change::Refile => Some(&open.case.filing_office),
        Change::Register => Some(&open.case.register_office),
        Change::Pickup | Change::Transfer | Change::TransferStop => Some(&open.case.pickup_office),
        _ => None,
    };
    let page = ChangePage {
        f: frame,
        s: Shell::load(frame, app, staff).await?,
        c: Head::new(frame, (&open, &facts), staff, ("changes", query)),
        kind: word,
        action: frame.to(path(
            open.application.reference,
            &format!("changes/{word}"),
            None,
        )),
        key: Token::generate()
            .map_err(AppError::unexpected)?
            .as_str()
            .to_owned(),
        now_is: office.map(|office| {
            let name = case_facts::office_name(frame.lang, office);
            frame.t1("change-now", "place", name)
        }),
        wished: wished(frame, change, &open),
        reasons: StopReason::ALL
            .into_iter()
            .map(|reason| {
                let word = reason.as_str();
                choice(word, &format!("transfer-reason-{word}"))
            })
            .collect(),
        ends: ["death", "nationality", "other"]
            .into_iter()
            .map(|kind| choice(kind, &format!("change-end-{kind}")))
            .collect(),
        places: places(frame, change),
        missions: mission_choices(frame.lang, &open_missions),
        prefectures: prefecture_choices(frame.lang),
        candidates: match change {
            Change::Register => candidate_choices(v.answers(), KEEPER),
            _ => pickup_candidates(v.answers()),
        },
        v,
    };
    frame.page(status, &page)
}

/// The kinds of places that a change can choose.
fn places(frame: &Frame, change: Change) -> Vec<Choice> {
    let place = |value: &str, key: &str, shows| Choice::new(value, frame.t(key)).shows(shows);
    let municipality = place(
        "municipality",
        "offices-pickup-municipality",
        "place-municipality",
    );
    let mission = place("mission", "offices-pickup-mission", "place-mission");
    match change {
        Change::Pickup | Change::Transfer => {
            let honseki = Choice::new("honseki", frame.t("offices-pickup-honseki"));
            vec![honseki, mission, municipality]
        }
        _ => vec![mission, municipality],
    }
}

/// Where the applicant wants her card, or where it is to go.
fn wished(frame: &Frame, change: Change, open: &OpenCase) -> Option<String> {
    let transfer = open
        .transfer
        .as_ref()
        .filter(|_| change.is_about_transfer())?;
    let name = case_facts::office_name(frame.lang, &transfer.to_office);
    Some(if transfer.is_accepted() {
        frame.t1("change-transfer-decided", "place", name)
    } else {
        frame.t1("change-transfer-wished", "place", name)
    })
}

/// `POST /staff/cases/{ref}/changes/{change}`
pub async fn make_change(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    place: web::Path<(String, String)>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let (reference, word) = place.into_inner();
    let change = change_at(&word)?;
    let opened = form.open(&frame);
    let (answers, is_old) = match opened {
        Ok(answers) => (answers, false),
        Err(OldPage(answers)) => (answers, true),
    };
    let query = CaseQuery::of_form(&answers);
    let (desk, at) = ((&frame, &app, &staff), (reference.as_str(), change, &query));
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    if is_old {
        let v = FormView::of(answers).with_note(frame.t("note-old-page"));
        return render(desk, at, unprocessable, v).await;
    }
    let (asking, number) = (staff.clone(), reference.clone());
    let open = app
        .read(move |db| scope::open_case(db, &asking, &number))
        .await?;
    if !is_clerk(&staff) {
        return Err(AppError::NotFound);
    }
    let closed = office_advice::about_closed(&app, &answers).await?;
    let wanted = match Wanted::read(change, &answers, &open)? {
        Ok(wanted) if closed.is_empty() => wanted,
        unread => {
            let problems = unread.err().unwrap_or(closed);
            let v = FormView::of(answers).with_problems(&frame, &problems);
            return render(desk, at, unprocessable, v).await;
        }
    };
    let key = Token::parse(answers.get("key")).ok_or(AppError::Malformed)?;
    match wanted
        .carry_out(&app, &staff, (&reference, &answers), key)
        .await
    {
        Ok(()) => Ok(frame.see_other(&path(open.application.reference, "", query.queue()))),
        Err(AppError::Stale) => stale(desk, at, answers).await,
        Err(error) => Err(error),
    }
}

/// The case went on meanwhile (409): the same page while the change is still possible, else the page every stale form gets.
async fn stale(
    (frame, app, staff): (&Frame, &web::Data<App>, &Staff),
    at: (&str, Change, &CaseQuery),
    answers: Answers,
) -> Result<HttpResponse, AppError> {
    let v = FormView::of(answers).with_note(frame.t("note-stale"));
    render((frame, app, staff), at, StatusCode::CONFLICT, v).await
}

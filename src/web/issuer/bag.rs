//! One bag of the issuer (I03): what is in it, who counted it at the other end and when, its printed list, and what of it the post brought back.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;

use crate::clock::japan;
use crate::domain::answers::{Answers, Problem};
use crate::domain::desk::Desk;
use crate::domain::shipment::ShipmentNumber;
use crate::exchange::returns::{self, ReturnReason};
use crate::i18n;
use crate::storage::applications::ApplicationId;
use crate::storage::bags::{self, Bag};
use crate::storage::shipment_lines::{self, ListLine};
use crate::storage::shipments::{self, ItemState, Shipment, ShipmentState};
use crate::storage::{Db, StoreError, staff as accounts};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::{Shell, language_within, office_name};
use crate::web::office::shipments::list_sheet;

/// A bag with its list, what was counted at the other end, and the names of who did what.
struct Whole {
    shipment: Shipment,
    lines: Vec<ListLine>,
    counted: Option<Bag>,
    names: BTreeMap<String, String>,
}

impl Whole {
    /// The issuer's own bag with this number; everything else is [`StoreError::NotFound`].
    fn load(db: &mut Db, number: &str) -> Result<Self, StoreError> {
        let number: ShipmentNumber = number.parse().map_err(|_no_number| StoreError::NotFound)?;
        let shipment = shipments::find_by_number(db, number)?
            .filter(|shipment| shipment.from == Desk::Issuer)
            .ok_or(StoreError::NotFound)?;
        let actors = [
            Some(shipment.made_by.as_str()),
            shipment.counted_by.as_deref(),
            shipment.received_by.as_deref(),
        ];
        Ok(Self {
            lines: shipment_lines::list_lines(db, shipment.id)?,
            counted: bags::find_closed_bag_of(db, shipment.id)?,
            names: accounts::names_of_actors(db, actors.into_iter().flatten())?,
            shipment,
        })
    }
}

/// A card of the list.
struct Line {
    position: i32,
    field: String,
    receipt: String,
    state: &'static str,
    /// It can come back: it is neither there nor back already.
    is_under_way: bool,
}

#[derive(Template)]
#[template(path = "issuer/bag.html")]
struct BagPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    number: String,
    office: String,
    office_lang: Option<&'static str>,
    state: &'static str,
    sent_on: String,
    tracking: String,
    cards: i32,
    received: Option<String>,
    lines: Vec<Line>,
    reasons: Vec<Choice>,
    may_return: bool,
}

impl BagPage<'_> {
    fn path(&self) -> String {
        self.f.to(format!("/issuer/shipments/{}", self.number))
    }

    fn is_ticked(&self, field: &str) -> bool {
        self.v.answers().is(field, "yes")
    }
}

/// How a bag stands, as a key of the catalogue. One that was sent and given up came back.
pub(super) fn state_of(shipment: &Shipment) -> &'static str {
    match shipment.state {
        ShipmentState::Received => "issuer-bag-received",
        ShipmentState::Draft | ShipmentState::Sent => "issuer-bag-sent",
        ShipmentState::Cancelled => "issuer-bag-returned",
    }
}

fn line(whole: &Whole, line: &ListLine) -> Line {
    let is_under_way = matches!(line.state, ItemState::Listed | ItemState::Missing);
    Line {
        position: line.position,
        field: field_of(line),
        receipt: line.reference.to_string(),
        state: match line.state {
            ItemState::Listed => "legs-item-on-its-way",
            ItemState::Missing => "legs-item-missing",
            ItemState::Arrived => "legs-item-arrived",
            ItemState::Returned => "legs-item-returned",
        },
        is_under_way: is_under_way && whole.shipment.state != ShipmentState::Cancelled,
    }
}

fn field_of(line: &ListLine) -> String {
    format!("item_{}", line.reference.compact())
}

/// Who counted the bag at the other end, when, and how many were in it.
fn received(frame: &Frame, whole: &Whole) -> Option<String> {
    let shipment = &whole.shipment;
    let (by, at) = (shipment.received_by.as_deref()?, shipment.received_at?);
    let counted = whole.counted.as_ref().and_then(|bag| bag.counted);
    let who = whole.names.get(by).map_or(by, String::as_str);
    Some(i18n::text_with(
        frame.lang,
        "issuer-bag-counted-by",
        &[
            ("who", who.to_owned()),
            ("at", in_japan(frame, at)),
            ("n", counted.unwrap_or(shipment.item_count).to_string()),
        ],
    ))
}

fn in_japan(frame: &Frame, at: Timestamp) -> String {
    i18n::time_of_day_with_date(frame.lang, at, &japan())
}

async fn render(
    (frame, app, staff): (&Frame, &web::Data<App>, &Staff),
    number: &str,
    (status, v): (StatusCode, FormView),
) -> Result<HttpResponse, AppError> {
    let typed = number.to_owned();
    let whole = app.read(move |db| Whole::load(db, &typed)).await?;
    let shipment = &whole.shipment;
    let office = office_name(frame.lang, &shipment.to);
    let lines: Vec<Line> = whole.lines.iter().map(|one| line(&whole, one)).collect();
    let page = BagPage {
        f: frame,
        s: Shell::load(frame, app, staff).await?,
        v,
        number: shipment.number.to_string(),
        office_lang: language_within(frame.lang, &office),
        office,
        state: state_of(shipment),
        sent_on: in_japan(frame, shipment.closed_at.unwrap_or(shipment.made_at)),
        tracking: shipment.carriage.tracking.clone(),
        cards: shipment.item_count,
        received: received(frame, &whole),
        may_return: lines.iter().any(|line| line.is_under_way),
        lines,
        reasons: reasons(frame),
    };
    frame.page(status, &page)
}

fn reasons(frame: &Frame) -> Vec<Choice> {
    ReturnReason::ALL
        .into_iter()
        .map(|reason| {
            let word = reason.as_str();
            Choice::new(word, frame.t(&format!("issuer-return-{word}")))
        })
        .collect()
}

/// `GET /issuer/shipments/{number}`
pub async fn show_bag(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    number: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let desk = (&frame, &app, &staff);
    render(desk, &number, (StatusCode::OK, FormView::default())).await
}

/// `GET /issuer/shipments/{number}.pdf`: the list (送付一覧) that travels in the bag.
pub async fn show_list(
    frame: Frame,
    app: web::Data<App>,
    _staff: Staff,
    number: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let number = number.into_inner();
    let whole = app.read(move |db| Whole::load(db, &number)).await?;
    list_sheet::answer(&frame, &app, (&whole.shipment, &whole.lines, &whole.names)).await
}

/// `POST /issuer/shipments/{number}`: the ticked cards came back. A second press finds none of them under way and says so (409).
pub async fn note_return(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    number: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let opened = form.open(&frame);
    let is_old = opened.is_err();
    let answers = opened.unwrap_or_else(|OldPage(answers)| answers);
    let (desk, again) = ((&frame, &app, &staff), StatusCode::UNPROCESSABLE_ENTITY);
    if is_old {
        let v = FormView::of(answers).with_note(frame.t("note-old-page"));
        return render(desk, &number, (again, v)).await;
    }
    let Some(reason) = ReturnReason::parse(answers.get("reason")) else {
        return refuse(
            desk,
            &number,
            answers,
            ("reason", "error-issuer-return-reason"),
        )
        .await;
    };
    let (by, now, typed) = (staff.actor(), app.clock.now(), number.clone());
    let asked = answers.clone();
    let noted = app
        .write(move |db| {
            let whole = Whole::load(db, &typed)?;
            let cards: Vec<ApplicationId> = whole
                .lines
                .iter()
                .filter(|one| asked.is(&field_of(one), "yes"))
                .map(|one| one.application_id)
                .collect();
            if cards.is_empty() {
                return Ok(false);
            }
            returns::note_return(db, &whole.shipment, &cards, (reason, &by), now)?;
            Ok::<_, StoreError>(true)
        })
        .await;
    match noted {
        Ok(true) => Ok(frame.see_other("/issuer/returns?noted=1")),
        Ok(false) => {
            refuse(
                desk,
                &number,
                answers,
                ("items", "error-issuer-return-none"),
            )
            .await
        }
        Err(AppError::Stale) => {
            let v = FormView::of(answers).with_note(frame.t("issuer-return-stale"));
            render(desk, &number, (StatusCode::CONFLICT, v)).await
        }
        Err(error) => Err(error),
    }
}

async fn refuse(
    desk: (&Frame, &web::Data<App>, &Staff),
    number: &str,
    answers: Answers,
    (field, kind): (&'static str, &'static str),
) -> Result<HttpResponse, AppError> {
    let problem = Problem::new(field, kind);
    let v = FormView::of(answers).with_problems(desk.0, &[problem]);
    render(desk, number, (StatusCode::UNPROCESSABLE_ENTITY, v)).await
}

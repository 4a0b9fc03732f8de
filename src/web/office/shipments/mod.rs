//! Shipments (S06): what an office sends, expects and has received; a new list, its second count, its printed sheet.
//!
//! Only the sender sees a draft; sender and receiver see what was sent; for everybody else it does not exist.

pub mod list_sheet;
pub mod new;
pub mod one;
mod page;

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::session::Staff;
use super::shell::{Shell, language_within, office_name};
use crate::domain::desk::{self, Desk};
use crate::domain::office_code::OfficeCode;
use crate::domain::shipment::{ShipmentKind, ShipmentNumber};
use crate::i18n;
use crate::storage::shipments::{self, Shipment, ShipmentId, ShipmentState};
use crate::storage::{Db, StoreError, offices, shipment_lines};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;

const PAGE: usize = 25;

/// Kinds of problems and their facts.
pub const KINDS: &[(&str, &[&str])] = &[
    ("error-shipment-none", &[]),
    ("error-shipment-tracking", &[]),
    ("error-shipment-carrier", &[]),
    ("error-shipment-count-empty", &[]),
    ("error-shipment-count", &["a", "b"]),
    ("error-shipment-remove-none", &[]),
];

/// What the list is opened with.
#[derive(Debug, Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    view: String,
    #[serde(default)]
    before: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ListView {
    Sent,
    Expected,
    Received,
}

impl ListView {
    const ALL: [Self; 3] = [Self::Sent, Self::Expected, Self::Received];

    const fn word(self) -> (&'static str, &'static str) {
        match self {
            Self::Sent => ("sent", "legs-view-sent"),
            Self::Expected => ("expected", "legs-view-expected"),
            Self::Received => ("received", "legs-view-received"),
        }
    }

    fn parse(word: &str) -> Result<Self, AppError> {
        if word.is_empty() {
            return Ok(Self::Sent);
        }
        Self::ALL
            .into_iter()
            .find(|view| view.word().0 == word)
            .ok_or(AppError::NotFound)
    }

    fn load(
        self,
        db: &mut Db,
        office: &OfficeCode,
        before: ShipmentId,
        limit: i64,
    ) -> Result<Vec<Shipment>, StoreError> {
        let state = match self {
            Self::Sent => {
                let desk = Desk::Office(office.clone());
                return shipments::list_of_sender(db, &desk, before, limit);
            }
            Self::Expected => ShipmentState::Sent,
            Self::Received => ShipmentState::Received,
        };
        shipments::list_of_receiver(db, office, state, before, limit)
    }
}

/// A shipment, as a line.
struct Row {
    number: String,
    href: String,
    kind: &'static str,
    other: String,
    count: i32,
    state: &'static str,
    is_late: bool,
    at: String,
    tracking: String,
}

/// A destination with what waits for it.
struct Waiting {
    href: String,
    label: String,
}

#[derive(Template)]
#[template(path = "office/shipments.html")]
struct ShipmentsPage<'a> {
    f: &'a Frame,
    s: Shell,
    view: ListView,
    views: Vec<(String, &'static str, bool)>,
    rows: Vec<Row>,
    next: Option<String>,
    forms: Vec<Waiting>,
    cards: Vec<Waiting>,
}

impl ShipmentsPage<'_> {
    fn is_sent(&self) -> bool {
        self.view == ListView::Sent
    }

    fn lang(&self, text: &str) -> Option<&'static str> {
        language_within(self.f.lang, text)
    }
}

fn state_key(state: ShipmentState) -> &'static str {
    match state {
        ShipmentState::Draft => "legs-state-draft",
        ShipmentState::Sent => "legs-state-sent",
        ShipmentState::Received => "legs-state-received",
        ShipmentState::Cancelled => "legs-state-cancelled",
    }
}

fn kind_key(kind: ShipmentKind) -> &'static str {
    match kind {
        ShipmentKind::Form => "legs-form",
        ShipmentKind::Card => "legs-card",
    }
}

fn desk_name(frame: &Frame, desk: &Desk) -> String {
    match desk.office() {
        Some(office) => office_name(frame.lang, office),
        None => frame.t("legs-issuer").into_owned(),
    }
}

/// On its way for longer than the days its receiver has set.
fn is_late(shipment: &Shipment, days: i32, now: Timestamp) -> bool {
    let longest = SignedDuration::from_hours(24 * i64::from(days));
    shipment.state == ShipmentState::Sent
        && shipment
            .closed_at
            .is_some_and(|at| now.duration_since(at) > longest)
}

fn row_of(
    frame: &Frame,
    (shipment, days): &(Shipment, i32),
    office: &OfficeCode,
    now: Timestamp,
) -> Row {
    let other = if shipment.from.office() == Some(office) {
        office_name(frame.lang, &shipment.to)
    } else {
        desk_name(frame, &shipment.from)
    };
    let at = shipment
        .received_at
        .or(shipment.closed_at)
        .unwrap_or(shipment.made_at);
    Row {
        number: shipment.number.to_string(),
        href: frame.to(format!("/staff/shipments/{}", shipment.number)),
        kind: kind_key(shipment.kind),
        other,
        count: shipment.item_count,
        state: state_key(shipment.state),
        is_late: is_late(shipment, *days, now),
        at: i18n::time_of_day_with_date(frame.lang, at, &desk::zone_of(office)),
        tracking: shipment.carriage.tracking.clone(),
    }
}

/// What waits to be sent, by destination.
fn waiting(frame: &Frame, kind: ShipmentKind, counts: &[(OfficeCode, i64)]) -> Vec<Waiting> {
    let one = |(office, count): &(OfficeCode, i64)| Waiting {
        href: frame.to(format!(
            "/staff/shipments/new?kind={}&to={office}",
            kind.as_str()
        )),
        label: frame.t2(
            "legs-waiting",
            ("office", &office_name(frame.lang, office)),
            ("n", &count.to_string()),
        ),
    };
    counts.iter().map(one).collect()
}

/// `GET /staff/shipments?view=sent|expected|received`
pub async fn show_shipments(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse, AppError> {
    let view = ListView::parse(&query.view)?;
    let before = query.before.parse().map_or(i64::MAX, |id: i64| id);
    let (office, now) = (staff.own_office()?.clone(), app.clock.now());
    let own = office.clone();
    let (mut list, forms, cards) = app
        .read(move |db| {
            let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
            let mut list = Vec::new();
            for shipment in view.load(db, &own, ShipmentId(before), limit)? {
                let days = offices::terms_of(db, &shipment.to)?.shipment_days;
                list.push((shipment, days));
            }
            let forms = shipment_lines::count_by_destination(db, ShipmentKind::Form, &own)?;
            let cards = shipment_lines::count_by_destination(db, ShipmentKind::Card, &own)?;
            Ok((list, forms, cards))
        })
        .await?;
    let has_more = list.len() > PAGE;
    list.truncate(PAGE);
    let (word, _) = view.word();
    let next = list
        .last()
        .filter(|_| has_more)
        .map(|(last, _)| frame.to(format!("/staff/shipments?view={word}&before={}", last.id)));
    let views = ListView::ALL.map(|one| {
        let (word, key) = one.word();
        let href = frame.to(format!("/staff/shipments?view={word}"));
        (href, key, one == view)
    });
    frame.ok(&ShipmentsPage {
        f: &frame,
        s: Shell::load(&frame, &app, &staff).await?,
        view,
        views: views.to_vec(),
        rows: list
            .iter()
            .map(|one| row_of(&frame, one, &office, now))
            .collect(),
        next,
        forms: waiting(&frame, ShipmentKind::Form, &forms),
        cards: waiting(&frame, ShipmentKind::Card, &cards),
    })
}

/// The shipment with this number, for somebody of its sender or, once it was sent, of its receiver. Everything else is [`StoreError::NotFound`].
fn open_shipment(db: &mut Db, office: &OfficeCode, number: &str) -> Result<Shipment, StoreError> {
    let number: ShipmentNumber = number.parse().map_err(|_no_number| StoreError::NotFound)?;
    let shipment = shipments::find_by_number(db, number)?.ok_or(StoreError::NotFound)?;
    let is_sender = shipment.from.office() == Some(office);
    let was_sent = matches!(
        shipment.state,
        ShipmentState::Sent | ShipmentState::Received
    );
    if is_sender || (was_sent && shipment.to == *office) {
        Ok(shipment)
    } else {
        Err(StoreError::NotFound)
    }
}

//! I03: made cards go to the municipalities that keep the registers, bag by bag; what was sent, and whether it arrived.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use serde::Deserialize;

use super::bag::state_of;
use crate::clock::japan;
use crate::domain::answers::{Answers, Problem};
use crate::domain::application::posting::Carrier;
use crate::domain::desk::Desk;
use crate::domain::free_text::{self, TextError};
use crate::domain::office_code::OfficeCode;
use crate::domain::shipment::MOST_ITEMS;
use crate::exchange::by_hand;
use crate::exchange::result::ResultRecord;
use crate::i18n;
use crate::storage::batch_items::BatchItem;
use crate::storage::results::ResultFile;
use crate::storage::shipments::{self, Shipment, ShipmentId};
use crate::storage::{Db, StoreError, cards_to_ship};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::{Shell, language_within, office_name};

const OFFICES_SHOWN: usize = 50;
const SENT_SHOWN: i64 = 25;
const TRACKING: usize = 40;

/// Cards that wait for their way to an office.
struct Waiting {
    office: String,
    office_lang: Option<&'static str>,
    href: String,
    cards: i64,
}

/// A bag on its way, or there.
struct SentBag {
    shipment: Shipment,
    office: String,
    office_lang: Option<&'static str>,
    sent_on: String,
    received_on: Option<String>,
    href: String,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "issuer/shipments.html")]
struct ShipmentsPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    waiting: Vec<Waiting>,
    next: Option<String>,
    sent: Vec<SentBag>,
    chosen: Option<Chosen>,
    is_saved: bool,
}

/// The bag that is being closed.
struct Chosen {
    code: OfficeCode,
    office: String,
    office_lang: Option<&'static str>,
    items: Vec<BatchItem>,
}

impl ShipmentsPage<'_> {
    fn carriers(&self) -> Vec<Choice> {
        carriers(self.f)
    }
}

/// The ways a bag can travel.
pub(super) fn carriers(frame: &Frame) -> Vec<Choice> {
    Carrier::ALL
        .into_iter()
        .map(|carrier| {
            let word = carrier.as_str();
            Choice::new(word, frame.t(&format!("sent-carrier-{word}")))
        })
        .collect()
}

/// What the address says besides.
#[derive(Debug, Deserialize)]
pub struct ShipmentsQuery {
    #[serde(default)]
    office: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    saved: String,
}

fn most() -> i64 {
    i64::try_from(MOST_ITEMS).unwrap_or(i64::MAX)
}

fn named(frame: &Frame, office: &OfficeCode) -> (String, Option<&'static str>) {
    let name = office_name(frame.lang, office);
    let lang = language_within(frame.lang, &name);
    (name, lang)
}

fn sent(frame: &Frame, shipment: Shipment) -> SentBag {
    let day = |at: Timestamp| i18n::date(frame.lang, at.to_zoned(japan()).date());
    let (office, office_lang) = named(frame, &shipment.to);
    SentBag {
        sent_on: day(shipment.closed_at.unwrap_or(shipment.made_at)),
        received_on: shipment.received_at.map(day),
        href: frame.to(format!("/issuer/shipments/{}", shipment.number)),
        state: state_of(&shipment),
        office,
        office_lang,
        shipment,
    }
}

struct Page<'a> {
    frame: &'a Frame,
    app: &'a web::Data<App>,
    staff: &'a Staff,
}

impl Page<'_> {
    async fn render(
        &self,
        status: StatusCode,
        v: FormView,
        query: &ShipmentsQuery,
    ) -> Result<HttpResponse, AppError> {
        let frame = self.frame;
        let chosen = OfficeCode::parse(&query.office).ok();
        let (wanted, after) = (chosen.clone(), query.after.clone());
        let limit = i64::try_from(OFFICES_SHOWN + 1).unwrap_or(i64::MAX);
        let (mut offices, items, bags) = self
            .app
            .read(move |db| {
                let offices = cards_to_ship::count_by_office(db, &after, limit)?;
                let items = match &wanted {
                    Some(office) => cards_to_ship::list_for_office(db, office, most())?,
                    None => Vec::new(),
                };
                let last = ShipmentId(i64::MAX);
                let bags = shipments::list_of_sender(db, &Desk::Issuer, last, SENT_SHOWN)?;
                Ok((offices, items, bags))
            })
            .await?;
        let has_more = offices.len() > OFFICES_SHOWN;
        offices.truncate(OFFICES_SHOWN);
        let next = offices
            .last()
            .filter(|_| has_more)
            .map(|(last, _)| frame.to(format!("/issuer/shipments?after={last}")));
        let waiting = offices.into_iter().map(|(office, cards)| {
            let (name, office_lang) = named(frame, &office);
            Waiting {
                href: frame.to(format!("/issuer/shipments?office={office}")),
                office: name,
                office_lang,
                cards,
            }
        });
        let chosen = chosen.filter(|_| !items.is_empty()).map(|code| {
            let (office, office_lang) = named(frame, &code);
            Chosen {
                code,
                office,
                office_lang,
                items,
            }
        });
        let page = ShipmentsPage {
            f: frame,
            s: Shell::load(frame, self.app, self.staff).await?,
            v,
            waiting: waiting.collect(),
            next,
            sent: bags.into_iter().map(|bag| sent(frame, bag)).collect(),
            chosen,
            is_saved: query.saved == "1",
        };
        frame.page(status, &page)
    }
}

/// `GET /issuer/shipments` (I03)
pub async fn list_shipments(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<ShipmentsQuery>,
) -> Result<HttpResponse, AppError> {
    let page = Page {
        frame: &frame,
        app: &app,
        staff: &staff,
    };
    page.render(StatusCode::OK, FormView::default(), &query)
        .await
}

/// How a bag was counted and travels.
pub(super) struct Bag {
    pub(super) counted: usize,
    pub(super) carrier: String,
    pub(super) tracking: String,
}

/// Reads it.
pub(super) fn read_bag(answers: &Answers) -> Result<Bag, Problem> {
    let counted = crate::domain::text::ascii_folded(answers.get("count"));
    let counted = counted
        .trim()
        .parse()
        .map_err(|_not_a_number| Problem::new("count", "error-issuer-count-empty"))?;
    let carrier = Carrier::parse(answers.get("carrier"));
    let tracking = match free_text::one_line(answers.get("tracking"), TRACKING) {
        Ok(tracking) => tracking,
        Err(TextError::Empty) => String::new(),
        Err(_) => return Err(Problem::new("tracking", "error-issuer-tracking")),
    };
    Ok(Bag {
        counted,
        carrier: carrier.map_or("", Carrier::as_str).to_owned(),
        tracking,
    })
}

/// `POST /issuer/shipments`: a bag for one office leaves. The number of cards must be the one that was counted.
pub async fn send_bag(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let opened = form.open(&frame);
    let is_old = opened.is_err();
    let answers = opened.unwrap_or_else(|OldPage(answers)| answers);
    let query = ShipmentsQuery {
        office: answers.get("office").to_owned(),
        after: String::new(),
        saved: String::new(),
    };
    let page = Page {
        frame: &frame,
        app: &app,
        staff: &staff,
    };
    let again = StatusCode::UNPROCESSABLE_ENTITY;
    if is_old {
        let v = FormView::of(answers).with_note(frame.t("note-old-page"));
        return page.render(again, v, &query).await;
    }
    let office = OfficeCode::parse(&query.office).map_err(|_none| AppError::NotFound)?;
    let bag = match read_bag(&answers) {
        Ok(bag) => bag,
        Err(problem) => {
            let v = FormView::of(answers).with_problems(&frame, &[problem]);
            return page.render(again, v, &query).await;
        }
    };
    let (by, now, counted) = (staff.actor(), app.clock.now(), bag.counted);
    let closed = app
        .write(move |db| close(db, &office, &bag, &by, now))
        .await?;
    match closed {
        Ok(_) => Ok(frame.see_other("/issuer/shipments?saved=1")),
        Err(there) => {
            let problem = Problem::new("count", "error-issuer-count")
                .with("n", there.to_string())
                .with("counted", counted.to_string());
            let v = FormView::of(answers).with_problems(&frame, &[problem]);
            page.render(again, v, &query).await
        }
    }
}

/// Reports every card that waits for this office as shipped today, or answers how many there are.
fn close(
    db: &mut Db,
    office: &OfficeCode,
    bag: &Bag,
    by: &str,
    now: Timestamp,
) -> Result<Result<ResultFile, usize>, StoreError> {
    let items = cards_to_ship::list_for_office(db, office, most())?;
    if items.len() != bag.counted || items.is_empty() {
        return Ok(Err(items.len()));
    }
    let today = now.to_zoned(japan()).date().to_string();
    let rows: Vec<ResultRecord> = items
        .iter()
        .map(|item| ResultRecord {
            batch: item.batch_id.number().to_string(),
            receipt: item.receipt.clone(),
            result: "shipped".to_owned(),
            shipped_on: Some(today.clone()),
            carrier: Some(bag.carrier.clone()),
            tracking: Some(bag.tracking.clone()),
            ..ResultRecord::default()
        })
        .collect();
    by_hand::enter(db, &format!("{office} {by}"), &rows, by, now).map(Ok)
}

//! Cards that the post brought back (I03): which wait, why, and the bag with which they leave again for the municipality that keeps the register now; and
//! those that leave no more, because their cases have ended, and are to be destroyed.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::shipments::{self as bags, read_bag};
use crate::clock::japan;
use crate::domain::answers::{Answers, Problem};
use crate::domain::application::posting::Carrier;
use crate::domain::desk::Desk;
use crate::domain::office_code::OfficeCode;
use crate::domain::shipment::Carriage;
use crate::exchange::returns::{self, ReturnReason};
use crate::i18n;
use crate::security::token::Token;
use crate::storage::card_returns::{self, ReturnId, ReturnedCard};
use crate::storage::{StoreError, idempotency};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::disposals::{self, Line};
use crate::web::office::session::Staff;
use crate::web::office::shell::{Shell, language_within, office_name};

const LISTED: i64 = 100;

/// A card that came back.
struct Row {
    receipt: String,
    shipment: String,
    shipment_href: String,
    office: String,
    office_lang: Option<&'static str>,
    again_href: String,
    reason: Option<String>,
    since: String,
}

#[derive(Template)]
#[template(path = "issuer/returns.html")]
struct ReturnsPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    rows: Vec<Row>,
    /// Cards at the issuer whose cases have ended.
    disposals: Vec<Line>,
    next: Option<String>,
    note: Option<&'static str>,
    /// The office whose bag is being closed, with its name.
    chosen: Option<(OfficeCode, String)>,
    chosen_lang: Option<&'static str>,
    key: String,
}

impl ReturnsPage<'_> {
    fn carriers(&self) -> Vec<Choice> {
        bags::carriers(self.f)
    }
}

/// What the address says besides.
#[derive(Debug, Default, Deserialize)]
pub struct ReturnsQuery {
    #[serde(default)]
    office: String,
    #[serde(default)]
    after: i64,
    #[serde(default)]
    noted: String,
    #[serde(default)]
    sent: String,
}

fn row(frame: &Frame, card: &ReturnedCard) -> Row {
    let office = office_name(frame.lang, &card.office);
    let shipment = card.shipment.parse().map_or_else(
        |_unread| card.shipment.clone(),
        |number: crate::domain::shipment::ShipmentNumber| number.to_string(),
    );
    Row {
        receipt: card.receipt.to_string(),
        shipment_href: frame.to(format!("/issuer/shipments/{shipment}")),
        shipment,
        office_lang: language_within(frame.lang, &office),
        office,
        again_href: frame.to(format!("/issuer/returns?office={}", card.office)),
        reason: ReturnReason::parse(&card.reason).map(|reason| {
            frame
                .t(&format!("issuer-return-{}", reason.as_str()))
                .into_owned()
        }),
        since: i18n::date(frame.lang, card.noted_at.to_zoned(japan()).date()),
    }
}

async fn render(
    (frame, app, staff): (&Frame, &web::Data<App>, &Staff),
    query: &ReturnsQuery,
    (status, v): (StatusCode, FormView),
) -> Result<HttpResponse, AppError> {
    let chosen = OfficeCode::parse(&query.office).ok();
    let (wanted, after) = (chosen.clone(), ReturnId(query.after));
    let (cards, ended) = app
        .read(move |db| {
            if let Some(office) = &wanted {
                return Ok((returns::list_for(db, office)?, Vec::new()));
            }
            let cards = card_returns::list_open(db, after, LISTED)?;
            Ok((cards, disposals::read_first(db, &Desk::Issuer, LISTED)?))
        })
        .await?;
    let is_full = usize::try_from(LISTED).is_ok_and(|full| cards.len() == full);
    let next = cards
        .last()
        .filter(|_| is_full && chosen.is_none())
        .map(|last| frame.to(format!("/issuer/returns?after={}", last.id)));
    let chosen = chosen.filter(|_| !cards.is_empty()).map(|code| {
        let name = office_name(frame.lang, &code);
        (code, name)
    });
    let page = ReturnsPage {
        f: frame,
        s: Shell::load(frame, app, staff).await?,
        v,
        rows: cards.iter().map(|card| row(frame, card)).collect(),
        disposals: disposals::lines(frame, &Desk::Issuer, &ended),
        next,
        note: match (query.noted.as_str(), query.sent.as_str()) {
            ("1", _) => Some("issuer-return-noted"),
            (_, "1") => Some("issuer-sent-again"),
            _ => None,
        },
        chosen_lang: chosen
            .as_ref()
            .and_then(|(_, name)| language_within(frame.lang, name)),
        chosen,
        key: Token::generate()
            .map_err(AppError::unexpected)?
            .as_str()
            .to_owned(),
    };
    frame.page(status, &page)
}

/// `GET /issuer/returns`: what came back; with an office, the bag with which its cards leave again.
pub async fn list_returns(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<ReturnsQuery>,
) -> Result<HttpResponse, AppError> {
    let desk = (&frame, &app, &staff);
    render(desk, &query, (StatusCode::OK, FormView::default())).await
}

/// `POST /issuer/returns`: the cards for one office leave again. Their number must be the one that was counted; a second press sends nothing more.
pub async fn send_again(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let opened = form.open(&frame);
    let is_old = opened.is_err();
    let answers = opened.unwrap_or_else(|OldPage(answers)| answers);
    let query = ReturnsQuery {
        office: answers.get("office").to_owned(),
        ..ReturnsQuery::default()
    };
    let (desk, again) = ((&frame, &app, &staff), StatusCode::UNPROCESSABLE_ENTITY);
    if is_old {
        let v = FormView::of(answers).with_note(frame.t("note-old-page"));
        return render(desk, &query, (again, v)).await;
    }
    let office = OfficeCode::parse(&query.office).map_err(|_none| AppError::NotFound)?;
    let bag = match read_bag(&answers) {
        Ok(bag) => bag,
        Err(problem) => return refuse(desk, &query, answers, problem).await,
    };
    let key = Token::parse(answers.get("key")).ok_or(AppError::Malformed)?;
    let (by, now, counted) = (staff.actor(), app.clock.now(), bag.counted);
    let carriage = Carriage {
        carrier: Carrier::parse(&bag.carrier),
        tracking: bag.tracking,
        is_sealed: true,
    };
    let sent = app
        .write(move |db| {
            let form = key.hash();
            let made = idempotency::find_location(db, "send-again", form.as_bytes())?;
            if let Some(place) = made.filter(|place| !place.is_empty()) {
                return Ok(Ok(place));
            }
            if let Err(there) = returns::send_again(db, (&office, counted), &carriage, &by, now)? {
                return Ok(Err(there));
            }
            let once = idempotency::once(db, "send-again", form.as_bytes(), now, |_| {
                Ok::<_, StoreError>("/issuer/returns?sent=1".to_owned())
            })?;
            Ok::<_, StoreError>(Ok(once.location().to_owned()))
        })
        .await?;
    match sent {
        Ok(place) => Ok(frame.see_other(&place)),
        Err(there) => {
            let problem = Problem::new("count", "error-issuer-count")
                .with("n", there.to_string())
                .with("counted", counted.to_string());
            refuse(desk, &query, answers, problem).await
        }
    }
}

async fn refuse(
    desk: (&Frame, &web::Data<App>, &Staff),
    query: &ReturnsQuery,
    answers: Answers,
    problem: Problem,
) -> Result<HttpResponse, AppError> {
    let v = FormView::of(answers).with_problems(desk.0, &[problem]);
    render(desk, query, (StatusCode::UNPROCESSABLE_ENTITY, v)).await
}

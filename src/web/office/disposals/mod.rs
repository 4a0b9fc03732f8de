//! Cards that nobody may hand over any more, at the desk they lie on: an office's or the issuer's. One person destroys a card and says so, a second one
//! confirms it or says that it is not so; an office that does not keep the register may send it back to the one that does instead. The page shows who did
//! what, and offers each person only what she may do.
//!
//! A card on another desk is answered like one that does not exist.

mod one;

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::desk::Desk;
use crate::domain::receipt_number::ReceiptNumber;
use crate::i18n;
use crate::storage::card_disposals::{self, CardDisposal, DisposalId, DisposalState};
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::Shell;
use crate::web::office::tasks::place_of;
pub use one::{save_disposal, show_disposal};

const LISTED: i64 = 50;

/// Where a list begins.
#[derive(Debug, Default, Deserialize)]
pub struct DisposalsQuery {
    #[serde(default)]
    after: i64,
    #[serde(default)]
    destroyed_after: i64,
    #[serde(default)]
    done: String,
}

/// A card as a line.
pub struct Line {
    /// Its receipt number.
    pub receipt: String,
    /// Its page.
    pub href: String,
    /// Why it may not be handed over.
    pub reason: String,
    /// Since when it is known.
    pub since: String,
    /// What is to be done next.
    pub next: &'static str,
}

/// The lines of cards on a desk.
pub fn lines(frame: &Frame, desk: &Desk, cards: &[(CardDisposal, ReceiptNumber)]) -> Vec<Line> {
    let line = |(card, receipt): &(CardDisposal, ReceiptNumber)| Line {
        receipt: receipt.to_string(),
        href: frame.to(format!("{}/disposals/{receipt}", base_of(desk))),
        reason: reason(frame, card),
        since: moment(frame, desk, card.opened_at),
        next: match card.state {
            DisposalState::Due => "disposal-next-destroy",
            DisposalState::Destroyed => "disposal-next-confirm",
            DisposalState::Confirmed => "disposal-next-none",
        },
    };
    cards.iter().map(line).collect()
}

/// The first cards on a desk that are to be destroyed, and those that wait for a second person.
pub fn read_first(
    db: &mut Db,
    desk: &Desk,
    limit: i64,
) -> Result<Vec<(CardDisposal, ReceiptNumber)>, StoreError> {
    let mut cards = Vec::new();
    for state in [DisposalState::Due, DisposalState::Destroyed] {
        cards.extend(card_disposals::list_on_desk(
            db,
            (desk, state),
            DisposalId(0),
            limit,
        )?);
    }
    Ok(cards)
}

fn base_of(desk: &Desk) -> &'static str {
    match desk {
        Desk::Office(_) => "/staff",
        Desk::Issuer => "/issuer",
    }
}

fn reason(frame: &Frame, card: &CardDisposal) -> String {
    frame
        .t(&format!("disposal-reason-{}", card.reason))
        .into_owned()
}

fn moment(frame: &Frame, desk: &Desk, at: Timestamp) -> String {
    i18n::time_of_day_with_date(frame.lang, at, &desk.zone())
}

#[derive(Template)]
#[template(path = "office/disposals.html")]
struct ListPage<'a> {
    f: &'a Frame,
    s: Shell,
    due: Vec<Line>,
    destroyed: Vec<Line>,
    next_due: Option<String>,
    next_destroyed: Option<String>,
    note: Option<&'static str>,
}

/// `GET /staff/disposals` and `GET /issuer/disposals`
pub async fn list_disposals(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<DisposalsQuery>,
) -> Result<HttpResponse, AppError> {
    let (desk, base) = place_of(&staff);
    let at = desk.clone();
    let (from_due, from_destroyed) = (query.after, query.destroyed_after);
    let (due, destroyed) = app
        .read(move |db| {
            let mut list = |state, after| {
                card_disposals::list_on_desk(db, (&at, state), DisposalId(after), LISTED)
            };
            let due = list(DisposalState::Due, from_due)?;
            Ok((due, list(DisposalState::Destroyed, from_destroyed)?))
        })
        .await?;
    let next = |cards: &[(CardDisposal, ReceiptNumber)], field: &str| {
        let is_full = usize::try_from(LISTED).is_ok_and(|full| cards.len() == full);
        let last = cards.last().filter(|_| is_full)?;
        Some(frame.to(format!("{base}/disposals?{field}={}", last.0.id)))
    };
    frame.ok(&ListPage {
        s: Shell::load(&frame, &app, &staff).await?,
        next_due: next(&due, "after"),
        next_destroyed: next(&destroyed, "destroyed_after"),
        due: lines(&frame, &desk, &due),
        destroyed: lines(&frame, &desk, &destroyed),
        note: match query.done.as_str() {
            "destroyed" => Some("disposal-noted"),
            "confirmed" => Some("disposal-confirmed"),
            "denied" => Some("disposal-denied"),
            "sent-back" => Some("disposal-sent-back"),
            _ => None,
        },
        f: &frame,
    })
}

//! I04: names whose character no font here can print, with its code points, and how each is printed all the same.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::batch_number::BatchNumber;
use crate::exchange::card::Card;
use crate::storage::StoreError;
use crate::storage::batch_items::{self, BatchItem, GlyphDecision};
use crate::storage::batches::BatchId;
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::Shell;

const PER_PAGE: usize = 25;

/// A name with what cannot be printed of it.
struct Row {
    item: BatchItem,
    number: BatchNumber,
    name: String,
    /// Each character with its code points: 「葛󠄀 U+845B U+E0100」.
    characters: Vec<(String, String)>,
}

impl Row {
    fn is_decided(&self, word: &str) -> bool {
        self.item
            .glyph_decision
            .is_some_and(|decision| decision.as_str() == word)
    }
}

#[derive(Template)]
#[template(path = "issuer/glyphs.html")]
struct GlyphsPage<'a> {
    f: &'a Frame,
    s: Shell,
    rows: Vec<Row>,
    next: Option<String>,
    note: Option<String>,
}

impl GlyphsPage<'_> {
    fn decisions() -> impl Iterator<Item = &'static str> {
        GlyphDecision::ALL.iter().map(|decision| decision.as_str())
    }

    fn word(&self, decision: &str) -> String {
        self.f.t(&format!("issuer-glyph-{decision}")).into_owned()
    }
}

/// What the address says besides.
#[derive(Debug, Deserialize)]
pub struct GlyphsQuery {
    #[serde(default)]
    after: String,
    #[serde(default)]
    saved: String,
}

fn code_points(character: &str) -> String {
    character
        .chars()
        .map(|c| format!("U+{:04X}", u32::from(c)))
        .collect::<Vec<_>>()
        .join(" ")
}

fn row(item: BatchItem) -> Result<Row, AppError> {
    let card: Card = serde_json::from_str(&item.content).map_err(AppError::unexpected)?;
    let characters = item
        .glyphs
        .as_deref()
        .unwrap_or_default()
        .split(' ')
        .map(|character| (character.to_owned(), code_points(character)))
        .collect();
    Ok(Row {
        number: item.batch_id.number(),
        name: card.full_name(),
        characters,
        item,
    })
}

/// A place in the report: `B-000231.17`.
fn place_of(text: &str) -> Option<(BatchId, i32)> {
    let (batch, line) = text.split_once('.')?;
    let batch: BatchNumber = batch.parse().ok()?;
    Some((BatchId::of(batch), line.parse().ok()?))
}

async fn page(
    frame: &Frame,
    app: &web::Data<App>,
    staff: &Staff,
    after: &str,
    note: Option<String>,
) -> Result<HttpResponse, AppError> {
    let after = place_of(after).unwrap_or((BatchId(0), 0));
    let most = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
    let mut found = app
        .read(move |db| batch_items::list_with_glyphs(db, after, most))
        .await?;
    let has_more = found.len() > PER_PAGE;
    found.truncate(PER_PAGE);
    let next = found.last().filter(|_| has_more).map(|last| {
        let place = format!("{}.{}", last.batch_id.number(), last.line);
        frame.to(format!("/issuer/glyphs?after={place}"))
    });
    let rows: Result<Vec<Row>, AppError> = found.into_iter().map(row).collect();
    frame.ok(&GlyphsPage {
        f: frame,
        s: Shell::load(frame, app, staff).await?,
        rows: rows?,
        next,
        note,
    })
}

/// `GET /issuer/glyphs` (I04)
pub async fn list_glyphs(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<GlyphsQuery>,
) -> Result<HttpResponse, AppError> {
    let note = (query.saved == "1").then(|| frame.t("issuer-saved").into_owned());
    page(&frame, &app, &staff, &query.after, note).await
}

/// `POST /issuer/glyphs`
pub async fn decide_glyphs(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let Ok(answers) = form.open(&frame) else {
        let note = Some(frame.t("note-old-page").into_owned());
        return page(&frame, &app, &staff, "", note).await;
    };
    let decisions: Vec<((BatchId, i32), GlyphDecision)> = answers
        .iter()
        .filter_map(|(field, value)| {
            let place = place_of(field.strip_prefix("glyph-")?)?;
            Some((place, GlyphDecision::parse(value)?))
        })
        .collect();
    let by = staff.actor();
    app.write(move |db| -> Result<(), StoreError> {
        for (place, decision) in decisions {
            match batch_items::set_glyph_decision(db, place, decision, &by) {
                // Its result came meanwhile: nothing is left to decide.
                Ok(()) | Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    })
    .await?;
    Ok(frame.see_other("/issuer/glyphs?saved=1"))
}

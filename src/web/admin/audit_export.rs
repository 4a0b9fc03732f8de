//! The audit as a file (M04): the same question as on screen, every entry that answers it, sent while it is read. Whoever takes it away gave password and
//! code a moment ago, and the audit says so.

use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpResponse, web};
use futures_util::stream;

use super::audit::{AuditQuery, about, hash_text, stamp, with_actor};
use crate::storage::audit::AuditEntry;
use crate::storage::audit_search::{self, AuditFilter, AuditPlace};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::office::session::{self, Staff};

/// Entries read and sent together.
const BATCH: i64 = 1000;
/// The columns, for other programs: the same in both languages.
const HEADER: [&str; 8] = [
    "at",
    "actor",
    "action",
    "about",
    "sequence",
    "detail",
    "previous_hash",
    "hash",
];

/// A cell that a spreadsheet would take for a formula gets an apostrophe before it.
fn harmless(cell: String) -> String {
    let first = cell.trim_start().chars().next();
    match first {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n') => {
            format!("'{cell}")
        }
        _ => cell,
    }
}

fn record_of(entry: &AuditEntry) -> [String; 8] {
    [
        stamp(entry.at),
        entry.actor.clone(),
        entry.action.clone(),
        about(&entry.chain),
        entry.seq.to_string(),
        entry.detail.clone(),
        data_encoding::HEXLOWER.encode(&entry.previous_hash),
        hash_text(entry),
    ]
    .map(harmless)
}

/// Lines of CSV, the header before the first.
fn lines_of(entries: &[AuditEntry], with_header: bool) -> Result<Vec<u8>, AppError> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    if with_header {
        writer.write_record(HEADER).map_err(AppError::unexpected)?;
    }
    for entry in entries {
        writer
            .write_record(record_of(entry))
            .map_err(AppError::unexpected)?;
    }
    writer.into_inner().map_err(AppError::unexpected)
}

/// How far an export has come.
struct Export {
    app: web::Data<App>,
    filter: AuditFilter,
    place: Option<AuditPlace>,
    is_first: bool,
    is_over: bool,
}

impl Export {
    async fn next(mut self) -> Option<(Result<web::Bytes, AppError>, Self)> {
        if self.is_over {
            return None;
        }
        let (filter, place) = (self.filter.clone(), self.place);
        let batch = self
            .app
            .read(move |db| audit_search::search_entries(db, &filter, place, BATCH))
            .await
            .and_then(|entries| Ok((lines_of(&entries, self.is_first)?, entries)));
        match batch {
            Ok((lines, entries)) => {
                self.is_over = i64::try_from(entries.len()).unwrap_or(BATCH) < BATCH;
                self.place = entries.last().map(AuditPlace::of).or(self.place);
                self.is_first = false;
                Some((Ok(lines.into()), self))
            }
            Err(error) => {
                // The connection is cut: half a file must not look like a whole one.
                self.is_over = true;
                Some((Err(error), self))
            }
        }
    }
}

/// `GET /admin/audit/export?…`
pub async fn export_audit(
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<AuditQuery>,
) -> Result<HttpResponse, AppError> {
    let filter = query.read().map_err(|_problems| AppError::Malformed)?;
    let (actor, now) = (staff.actor(), app.clock.now());
    let filter = app
        .write(move |db| {
            session::note(db, &actor, "audit.exported", "", now)?;
            with_actor(db, filter)
        })
        .await?;
    let export = Export {
        app: app.clone(),
        filter,
        place: None,
        is_first: true,
        is_over: false,
    };
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename("audit.csv".to_owned())],
        })
        .streaming(stream::unfold(export, Export::next)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            (" @x", "' @x"),
            ("＝1", "'＝1"),
            ("S10 → S20", "S10 → S20"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell.to_owned()), expected);
        }
    }
}

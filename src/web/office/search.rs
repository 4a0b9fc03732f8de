//! One box for everything somebody may give at the counter or on the telephone: `/staff/search`. It finds the cases of the reader's office and says where
//! each stands. What was typed is in the address of this page and nowhere else: not in a log, not in what the browser tells the next page.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::queues::counts;
use super::queues::rows::{Reader, RowView};
use super::session::Staff;
use super::shell::Shell;
use crate::domain::office_code::OfficeCode;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::search_key;
use crate::domain::text;
use crate::storage::applications::ApplicationId;
use crate::storage::{Db, StoreError, case_search, queue_rows};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;

/// So many results are shown; who finds more types more.
const SHOWN: usize = 50;
/// Fewer symbols of a receipt number begin too many.
const SHORTEST_NUMBER: usize = 4;

/// What is searched for.
#[derive(Debug, Default, Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "office/search.html")]
struct SearchPage<'a> {
    f: &'a Frame,
    s: Shell,
    q: String,
    rows: Vec<RowView>,
    is_cut: bool,
}

/// Up to `limit` cases of `office` that what was `typed` names: by receipt number or its beginning, name, reading, Latin letters, address, telephone.
pub fn find(
    db: &mut Db,
    typed: &str,
    office: &OfficeCode,
    limit: i64,
) -> Result<Vec<ApplicationId>, StoreError> {
    let mut found = match number_beginning(typed) {
        Some(number) => case_search::find_by_number(db, &number, office, limit)?,
        None => Vec::new(),
    };
    let beginnings = search_key::beginnings(typed);
    for id in case_search::find_cases(db, &beginnings, office, limit)? {
        if !found.contains(&id) {
            found.push(id);
        }
    }
    found.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(found)
}

/// The receipt number, or what may be the beginning of one: it has a digit, as a name has not.
fn number_beginning(typed: &str) -> Option<String> {
    let folded = text::ascii_folded(text::trimmed(typed));
    if let Ok(number) = folded.parse::<ReceiptNumber>() {
        return Some(number.compact());
    }
    let compact: String = folded
        .chars()
        .filter(|c| !text::is_hyphen_like(*c) && *c != ' ')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let is_beginning = compact.len() >= SHORTEST_NUMBER
        && compact.chars().all(|c| c.is_ascii_alphanumeric())
        && compact.chars().any(|c| c.is_ascii_digit());
    is_beginning.then_some(compact)
}

/// `GET /staff/search`
pub async fn show_search(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<SearchQuery>,
) -> Result<HttpResponse, AppError> {
    let office = staff.own_office()?.clone();
    let q = text::trimmed(&query.q).to_owned();
    let (typed, asking, now) = (q.clone(), staff.clone(), app.clock.now());
    let most = i64::try_from(SHOWN).unwrap_or(i64::MAX).saturating_add(1);
    let (rows, names, replied, waiting) = app
        .read(move |db| {
            let ids = if typed.is_empty() {
                Vec::new()
            } else {
                find(db, &typed, &office, most)?
            };
            let rows = queue_rows::list_rows(db, &ids)?;
            let names = queue_rows::names_of_claimants(db, &rows)?;
            let replied = queue_rows::list_replied(db, &rows)?;
            Ok((rows, names, replied, counts::waiting(db, &asking, now)?))
        })
        .await?;
    let reader = Reader::new(&frame, &staff, now);
    let page = SearchPage {
        s: Shell::new(&frame, &staff, &waiting),
        is_cut: rows.len() > SHOWN,
        rows: rows
            .iter()
            .take(SHOWN)
            .map(|row| reader.row(row, &names, &replied, None))
            .collect(),
        q,
        f: &frame,
    };
    let mut response = frame.ok(&page)?;
    without_referrer(&mut response);
    Ok(response)
}

/// What was typed into this page's address stays with this page.
pub(super) fn without_referrer(response: &mut HttpResponse) {
    response.headers_mut().insert(
        header::REFERRER_POLICY,
        header::HeaderValue::from_static("no-referrer"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_number_is_known_by_its_beginning_and_a_name_is_no_number() {
        let number = ReceiptNumber::from_random(99);
        for (typed, expected) in [
            (number.to_string().as_str(), Some(number.compact())),
            (
                number.to_string().to_lowercase().as_str(),
                Some(number.compact()),
            ),
            ("k7m4", Some("K7M4".to_owned())),
            ("Ｋ７Ｍ４-2", Some("K7M42".to_owned())),
            ("k7m", None),
            ("sato", None),
            ("佐藤", None),
            ("", None),
        ] {
            assert_eq!(number_beginning(typed), expected, "{typed}");
        }
    }
}

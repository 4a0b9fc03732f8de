//! The exchange with the card issuer, for whoever writes the program on the other side. Columns, words of answers, limits and examples are read from the
//! code that uses them, so that this page cannot say anything else; only their meanings are words of the catalogue.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use askama::Template;
use jiff::Timestamp;
use jiff::civil::date;
use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::defect::DefectCode;
use crate::domain::receipt_number::ReceiptNumber;
use crate::exchange::OPENAPI;
use crate::exchange::apply::Reason;
use crate::exchange::card::{Card, PhotoSource, RowFormat, rows_as};
use crate::exchange::gather::MOST_CARDS;
use crate::exchange::manifest::{
    FILES_OF_A_BATCH, FORMAT, FileEntry, Manifest, PackageKind, SCHEMA,
};
use crate::exchange::package::{FileRefusal, MANIFEST, MOST_BYTES, MOST_ROWS, SIGNATURE};
use crate::exchange::result::{LONGEST_NAME, LONGEST_NOTE, ResultRecord};
use crate::storage::results::Answer;
use crate::web::errors::AppError;
use crate::web::exchange_api::batches::PAGE;
use crate::web::exchange_api::caller::REQUESTS;
use crate::web::frame::Frame;

const MIB: u64 = 1024 * 1024;
/// Everything in the examples is invented.
const BATCH: &str = "B-000231";
const ISSUED: Timestamp = Timestamp::constant(1_795_140_000, 0);
const MADE: u64 = 0x1357_9BDF_0246;
const NOT_MADE: u64 = 0x0ACE_1357_9BDF;

/// A word of the format and what it means.
struct Term {
    word: String,
    meaning: String,
}

/// A method of an address.
struct Call {
    line: String,
    meaning: String,
    codes: String,
}

/// Rows as they travel.
struct Example {
    csv: String,
    json_lines: String,
}

#[derive(Template)]
#[template(path = "public/exchange.html")]
struct HandbookPage<'a> {
    f: &'a Frame,
    members: Vec<Term>,
    manifest: Vec<Term>,
    manifest_example: String,
    cards: Vec<Term>,
    card_example: Example,
    results: Vec<Term>,
    result_example: Example,
    calls: Vec<Call>,
    codes: Vec<Term>,
    results_state: String,
    error_example: String,
    answers: Vec<Term>,
    reasons: Vec<Term>,
    refusals: Vec<Term>,
    defects: Vec<Term>,
    limits: Vec<String>,
}

impl HandbookPage<'_> {
    /// An address of the interface: one for both languages.
    fn interface(&self, path: &str) -> String {
        let base = self.f.app().base_url();
        format!("{}/exchange/v1/{path}", base.as_str().trim_end_matches('/'))
    }
}

fn terms<'w>(frame: &Frame, family: &str, words: impl IntoIterator<Item = &'w str>) -> Vec<Term> {
    let term = |word: &str| Term {
        word: word.to_owned(),
        meaning: frame.t(&format!("{family}-{word}")).into_owned(),
    };
    words.into_iter().map(term).collect()
}

fn text_of(bytes: Vec<u8>) -> Result<String, AppError> {
    String::from_utf8(bytes).map_err(AppError::unexpected)
}

fn example<T: Serialize>(rows: &[T]) -> Result<Example, AppError> {
    let written = |format| rows_as(rows, format, true).map_err(AppError::unexpected);
    Ok(Example {
        csv: text_of(written(RowFormat::Csv)?)?,
        json_lines: text_of(written(RowFormat::JsonLines)?)?,
    })
}

/// The columns of a file, which are its first line.
fn columns(example: &Example) -> impl Iterator<Item = &str> {
    example.csv.lines().next().unwrap_or_default().split(',')
}

/// The receipt number of an invented case.
fn receipt(case: u64) -> String {
    ReceiptNumber::from_random(case).to_string()
}

fn card() -> Card {
    Card {
        batch: BATCH.to_owned(),
        line: 1,
        receipt: receipt(MADE),
        kind: "new".to_owned(),
        family: "山田".to_owned(),
        given: "花子".to_owned(),
        birth_date: date(1990, 4, 1),
        sex: "f".to_owned(),
        address: "国外転出 2024年8月1日".to_owned(),
        left_on: Some(date(2024, 8, 1)),
        braille: None,
        handwritten: false,
        register_office: "141046".to_owned(),
        photo: PhotoSource::Paper,
        photo_file: None,
        photo_sha256: None,
        photo_crop: None,
    }
}

fn results() -> [ResultRecord; 3] {
    let row = |case: u64, result: &str| ResultRecord {
        batch: BATCH.to_owned(),
        receipt: receipt(case),
        result: result.to_owned(),
        ..ResultRecord::default()
    };
    [
        ResultRecord {
            made_on: Some("2026-11-20".to_owned()),
            ..row(MADE, "made")
        },
        ResultRecord {
            shipped_on: Some("2026-11-21".to_owned()),
            ..row(MADE, "shipped")
        },
        ResultRecord {
            defect: Some("PH01".to_owned()),
            ..row(NOT_MADE, "defect")
        },
    ]
}

/// The manifest of the batch of one card that the example shows.
fn manifest_of(cards: &Example) -> Result<String, AppError> {
    let contents = [&cards.csv, &cards.json_lines];
    let files = FILES_OF_A_BATCH.iter().zip(contents);
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        schema: SCHEMA,
        kind: PackageKind::Batch,
        name: BATCH.to_owned(),
        issued_at: ISSUED,
        rows: 1,
        photos: Some(0),
        files: files
            .map(|((name, _), content)| FileEntry::of(name, content.as_bytes()))
            .collect(),
        key_id: "2026-01".to_owned(),
    };
    text_of(manifest.to_bytes().map_err(AppError::unexpected)?)
}

/// The fields of the outermost object of indented JSON, in its order.
fn fields(indented: &str) -> impl Iterator<Item = &str> {
    indented
        .lines()
        .filter_map(|line| line.strip_prefix("  \""))
        .filter_map(|line| line.split_once("\":").map(|(name, _)| name))
}

fn entries(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// Every method of the published description, and every code it can answer with.
fn calls(frame: &Frame, root: &Value) -> (Vec<Call>, Vec<Term>) {
    let mut meanings = BTreeMap::new();
    let mut calls = Vec::new();
    for (path, methods) in entries(root.get("paths")) {
        for (method, call) in entries(Some(methods)) {
            let codes: Vec<&str> = entries(call.get("responses"))
                .map(|(code, _)| code.as_str())
                .collect();
            for code in &codes {
                let meaning = frame.t(&format!("exchange-code-{code}")).into_owned();
                meanings.insert((*code).to_owned(), meaning);
            }
            let id = call.get("operationId").and_then(Value::as_str);
            calls.push(Call {
                line: format!("{} {path}", method.to_uppercase()),
                meaning: frame
                    .t(&format!("exchange-call-{}", id.unwrap_or_default()))
                    .into_owned(),
                codes: codes.join(" "),
            });
        }
    }
    let codes = meanings.into_iter();
    let codes = codes.map(|(word, meaning)| Term { word, meaning });
    (calls, codes.collect())
}

fn members(frame: &Frame) -> Vec<Term> {
    let [(csv, _), (json_lines, _)] = FILES_OF_A_BATCH;
    let named = [
        (MANIFEST.to_owned(), "exchange-member-manifest"),
        (SIGNATURE.to_owned(), "exchange-member-signature"),
        (format!("{csv}, {json_lines}"), "exchange-member-cards"),
        (
            "results.csv, results.jsonl".to_owned(),
            "exchange-member-results",
        ),
        (
            format!("photos/{}.jpg", receipt(MADE)),
            "exchange-member-photos",
        ),
    ];
    let term = |(word, key): (String, &str)| Term {
        word,
        meaning: frame.t(key).into_owned(),
    };
    named.into_iter().map(term).collect()
}

fn limits(frame: &Frame) -> Vec<String> {
    vec![
        frame.t1("exchange-limit-cards", "count", MOST_CARDS.to_string()),
        frame.t1("exchange-limit-rows", "count", MOST_ROWS.to_string()),
        frame.t1(
            "exchange-limit-bytes",
            "count",
            (MOST_BYTES / MIB).to_string(),
        ),
        frame.t1("exchange-limit-note", "count", LONGEST_NOTE.to_string()),
        frame.t1("exchange-limit-name", "count", LONGEST_NAME.to_string()),
        frame.t1("exchange-limit-page", "count", PAGE.to_string()),
        frame.t1("exchange-limit-requests", "count", REQUESTS.to_string()),
    ]
}

fn indented(value: &Value) -> Result<String, AppError> {
    serde_json::to_string_pretty(value).map_err(AppError::unexpected)
}

fn page(frame: &Frame) -> Result<HandbookPage<'_>, AppError> {
    let root: Value = serde_json::from_str(OPENAPI).map_err(AppError::unexpected)?;
    let card_example = example(&[card()])?;
    let result_example = example(&results())?;
    let manifest_example = manifest_of(&card_example)?;
    let (calls, codes) = calls(frame, &root);
    let refusal = FileRefusal::Hash;
    Ok(HandbookPage {
        f: frame,
        members: members(frame),
        manifest: terms(frame, "exchange-manifest", fields(&manifest_example)),
        cards: terms(frame, "exchange-card", columns(&card_example)),
        results: terms(frame, "exchange-result", columns(&result_example)),
        calls,
        codes,
        results_state: indented(&json!({
            "results": "57", "name": "R-2026-11-21", "state": "done", "rows": 3, "accepted": 2, "already_known": 0, "refused": 1,
        }))?,
        error_example: indented(&json!({
            "error": { "code": refusal.as_str(), "message": refusal.to_string() },
        }))?,
        answers: terms(
            frame,
            "exchange-answer",
            [Answer::Accepted, Answer::AlreadyKnown, Answer::Refused].map(Answer::as_str),
        ),
        reasons: terms(frame, "issuer-reason", Reason::ALL.map(Reason::as_str)),
        refusals: terms(
            frame,
            "issuer-refusal",
            FileRefusal::ALL.map(FileRefusal::as_str),
        ),
        defects: DefectCode::ALL
            .iter()
            .map(|defect| Term {
                word: defect.as_str().to_owned(),
                meaning: frame.t(defect.key()).into_owned(),
            })
            .collect(),
        limits: limits(frame),
        manifest_example,
        card_example,
        result_example,
    })
}

/// `GET /exchange`
pub async fn show_handbook(frame: Frame) -> Result<HttpResponse, AppError> {
    frame.ok(&page(&frame)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::batch_number::BatchNumber;

    #[test]
    fn every_row_of_the_example_of_results_means_something() {
        for row in results() {
            assert!(row.read().is_ok(), "{row:?}");
        }
    }

    #[test]
    fn the_example_of_a_batch_names_a_batch_that_can_exist() {
        let card = card();
        assert!(card.batch.parse::<BatchNumber>().is_ok());
    }

    #[test]
    fn the_example_of_a_manifest_is_a_manifest_of_the_rows_beside_it() {
        let rows = example(&[card()]).unwrap();
        let text = manifest_of(&rows).unwrap();
        let manifest = Manifest::parse(text.as_bytes()).unwrap();
        let csv = FileEntry::of("cards.csv", rows.csv.as_bytes());
        assert_eq!(manifest.files.first(), Some(&csv));
        assert_eq!(fields(&text).last(), Some("key_id"));
    }
}

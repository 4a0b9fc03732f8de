//! The answer file: one line for each row of a file of results that has its answer.

use serde::Serialize;

use super::card::{RowError, RowFormat, rows_as};
use crate::storage::results::ResultRow;

/// One answer.
#[derive(Debug, Serialize)]
struct AnswerLine<'a> {
    line: i32,
    receipt: &'a str,
    answer: &'a str,
    reason: Option<&'a str>,
}

/// The answers of some rows; the first piece of a CSV carries the header.
pub fn rows_of(rows: &[ResultRow], format: RowFormat, is_first: bool) -> Result<Vec<u8>, RowError> {
    let lines: Vec<AnswerLine<'_>> = rows
        .iter()
        .filter_map(|row| {
            Some(AnswerLine {
                line: row.line,
                receipt: &row.receipt,
                answer: row.answer?.as_str(),
                reason: row.reason.as_deref(),
            })
        })
        .collect();
    rows_as(&lines, format, is_first)
}

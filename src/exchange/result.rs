//! One row of a file of results: read leniently as text, then strictly as a result. A row that means nothing is answered as such; it stops no other row.

use std::io::{BufRead, BufReader, Read};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::apply::Reason;
use super::card::RowFormat;
use crate::domain::batch_number::BatchNumber;
use crate::domain::defect::DefectCode;
use crate::domain::free_text::{self, TextError};
use crate::domain::receipt_number::ReceiptNumber;

/// A line of JSON is not longer; what is longer means nothing.
const LONGEST_LINE: u64 = 64 * 1024;
/// The issuer's words about a defect are not longer, in characters.
pub const LONGEST_NOTE: usize = 500;
/// A carrier and a tracking number are not longer, in characters.
pub const LONGEST_NAME: usize = 60;

/// A row as it was sent. Columns that a result does not need may be empty or missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResultRecord {
    /// The number of the batch.
    pub batch: String,
    /// The receipt number.
    pub receipt: String,
    /// `made`, `defect` or `shipped`.
    pub result: String,
    /// made: 作成の日.
    pub made_on: Option<String>,
    /// made: the last day of the valid card this one takes the place of, when it is a renewal.
    pub replaces_until: Option<String>,
    /// defect: D01 to D99, PH01 to PH13.
    pub defect: Option<String>,
    /// defect: the issuer's words, to the applicant too.
    pub note: Option<String>,
    /// shipped: the day it left.
    pub shipped_on: Option<String>,
    /// shipped: who carries it.
    pub carrier: Option<String>,
    /// shipped: under which number.
    pub tracking: Option<String>,
}

/// What became of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardResult {
    /// It was made.
    Made {
        /// 作成の日.
        on: Date,
        /// The last day of the card it renews.
        replaces_until: Option<Date>,
    },
    /// It could not be made.
    Defect {
        /// Why.
        code: DefectCode,
        /// In the issuer's words; may be empty.
        note: String,
    },
    /// It left for the municipality that keeps the register.
    Shipped {
        /// The day.
        on: Date,
        /// Who carries it.
        carrier: String,
        /// Under which number.
        tracking: String,
    },
}

/// A row that means something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// In which batch.
    pub batch: BatchNumber,
    /// About which case.
    pub receipt: ReceiptNumber,
    /// What became of the card.
    pub result: CardResult,
}

impl ResultRecord {
    /// What makes two rows of one file the same statement.
    pub fn key(&self) -> String {
        format!("{} {} {}", self.batch, self.receipt, self.result)
    }

    /// What the row says, or why it says nothing.
    pub fn read(&self) -> Result<Reported, Reason> {
        let malformed = Reason::Malformed;
        let batch = self.batch.parse().map_err(|_number| malformed)?;
        let receipt = self.receipt.parse().map_err(|_number| malformed)?;
        let result = match self.result.as_str() {
            "made" => CardResult::Made {
                on: date(self.made_on.as_deref())?.ok_or(malformed)?,
                replaces_until: date(self.replaces_until.as_deref())?,
            },
            "defect" => {
                let code = self.defect.as_deref().unwrap_or_default();
                CardResult::Defect {
                    code: DefectCode::parse(code).map_err(|_unknown| Reason::UnknownDefect)?,
                    note: text(self.note.as_deref(), LONGEST_NOTE)?,
                }
            }
            "shipped" => CardResult::Shipped {
                on: date(self.shipped_on.as_deref())?.ok_or(malformed)?,
                carrier: text(self.carrier.as_deref(), LONGEST_NAME)?,
                tracking: text(self.tracking.as_deref(), LONGEST_NAME)?,
            },
            _ => return Err(malformed),
        };
        Ok(Reported {
            batch,
            receipt,
            result,
        })
    }
}

fn date(text: Option<&str>) -> Result<Option<Date>, Reason> {
    match text.filter(|text| !text.is_empty()) {
        None => Ok(None),
        // A date and nothing else: jiff would take the date of an instant as well.
        Some(text) if text.len() == 10 => text
            .parse()
            .map(Some)
            .map_err(|_not_a_date| Reason::Malformed),
        Some(_) => Err(Reason::Malformed),
    }
}

/// A line that may be empty.
fn text(typed: Option<&str>, longest: usize) -> Result<String, Reason> {
    match free_text::one_line(typed.unwrap_or_default(), longest) {
        Ok(text) => Ok(text),
        Err(TextError::Empty) => Ok(String::new()),
        Err(TextError::MyNumber) => Err(Reason::MyNumber),
        Err(TextError::TooLong { .. } | TextError::Character(_)) => Err(Reason::Malformed),
    }
}

/// A row that could not even be read as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// The rows of a file, one after the other; the memory used does not grow with the file. An error of the source ends it.
pub fn records<'a>(
    source: impl Read + 'a,
    format: RowFormat,
) -> Box<dyn Iterator<Item = std::io::Result<Result<ResultRecord, Unreadable>>> + 'a> {
    match format {
        RowFormat::Csv => {
            let reader = csv::ReaderBuilder::new().flexible(true).from_reader(source);
            Box::new(reader.into_deserialize().map(|row| match row {
                Ok(record) => Ok(Ok(record)),
                Err(error) => match error.into_kind() {
                    csv::ErrorKind::Io(error) => Err(error),
                    _ => Ok(Err(Unreadable)),
                },
            }))
        }
        RowFormat::JsonLines => {
            let mut lines = BufReader::new(source);
            Box::new(std::iter::from_fn(move || {
                json_line(&mut lines).transpose()
            }))
        }
    }
}

type Line = Option<Result<ResultRecord, Unreadable>>;

fn json_line(lines: &mut impl BufRead) -> std::io::Result<Line> {
    let mut line = Vec::new();
    let read = lines
        .by_ref()
        .take(LONGEST_LINE)
        .read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') && u64::try_from(read).unwrap_or(u64::MAX) == LONGEST_LINE {
        skip_line(lines)?;
        return Ok(Some(Err(Unreadable)));
    }
    Ok(Some(
        serde_json::from_slice(&line).map_err(|_not_a_row| Unreadable),
    ))
}

fn skip_line(lines: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let mut rest = Vec::new();
        let read = lines
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut rest)?;
        if read == 0 || rest.last() == Some(&b'\n') {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Change = fn(&mut ResultRecord);

    fn made() -> ResultRecord {
        ResultRecord {
            batch: "B-000001".to_owned(),
            receipt: ReceiptNumber::from_random(7).to_string(),
            result: "made".to_owned(),
            made_on: Some("2026-11-24".to_owned()),
            ..ResultRecord::default()
        }
    }

    #[test]
    fn a_row_that_means_nothing_says_why() {
        assert!(made().read().is_ok());
        let with = |change: fn(&mut ResultRecord)| {
            let mut row = made();
            change(&mut row);
            row.read().map(|read| read.result)
        };
        let table: [(Change, Reason); 10] = [
            (|row| row.batch = "231".to_owned(), Reason::Malformed),
            (
                |row| row.receipt = "K7M4-2PQX-9Z".to_owned(),
                Reason::Malformed,
            ),
            (|row| row.result = "MADE".to_owned(), Reason::Malformed),
            (|row| row.made_on = None, Reason::Malformed),
            (
                |row| row.made_on = Some("2026-02-29".to_owned()),
                Reason::Malformed,
            ),
            (
                |row| row.made_on = Some("2026-11-24T00:00".to_owned()),
                Reason::Malformed,
            ),
            (|row| row.result = "shipped".to_owned(), Reason::Malformed),
            (
                |row| row.result = "defect".to_owned(),
                Reason::UnknownDefect,
            ),
            (
                |row| {
                    row.result = "defect".to_owned();
                    row.defect = Some("D99".to_owned());
                    row.note = Some("番号は123456789018".to_owned());
                },
                Reason::MyNumber,
            ),
            (
                |row| {
                    row.result = "defect".to_owned();
                    row.defect = Some("PH07".to_owned());
                    row.note = Some("あ".repeat(501));
                },
                Reason::Malformed,
            ),
        ];
        for (change, expected) in table {
            assert_eq!(with(change), Err(expected));
        }
    }

    #[test]
    fn both_formats_say_the_same_and_a_broken_row_stops_no_other() {
        let row = made();
        let csv = format!(
            "receipt,batch,result,made_on\n{0},{1},made,2026-11-24\n{0}\n{0},{1},made,2026-11-24\n",
            row.receipt, row.batch
        );
        let json = serde_json::to_string(&row).unwrap();
        let lines = format!(
            "{json}\n{{\"batch\": 7}}\n{json}\n{}\n{json}",
            "x".repeat(200_000)
        );
        let read = |text: &str, format| -> Vec<Option<ResultRecord>> {
            records(text.as_bytes(), format)
                .map(|row| row.unwrap().ok())
                .collect()
        };
        let from_csv = read(&csv, RowFormat::Csv);
        assert_eq!(from_csv.len(), 3);
        assert_eq!(from_csv[0].as_ref().unwrap().read(), row.read());
        assert_eq!(from_csv[1], None, "a line cut short is no row");
        assert_eq!(from_csv[2].as_ref().unwrap().read(), row.read());
        let from_lines = read(&lines, RowFormat::JsonLines);
        assert_eq!(
            from_lines,
            [Some(row.clone()), None, Some(row.clone()), None, Some(row)]
        );
    }
}

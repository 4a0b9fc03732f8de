//! A table of offices as a file: what the masters page gives out, and what it takes back. A file that is not right is answered row by row.
//!
//! CSV, UTF-8, a header; the columns are those of [`columns`], `address_latin` with bars between its lines. A cell that begins like a formula has an
//! apostrophe before it, for the spreadsheet it will be opened in; reading takes it away.

use std::collections::HashSet;

use jiff::tz::TimeZone;

use super::{countries, municipalities};
use crate::domain::application::office::AddressBasis;
use crate::domain::my_number::contains_my_number;
use crate::domain::office::entry::OfficeEntry;
use crate::domain::office::table::{OfficeTable, columns};
use crate::domain::office_code::OfficeCode;

/// Larger than either table ten times over.
pub const LARGEST: usize = 4 * 1024 * 1024;
/// So many rows are answered; the rest of a wrong file is like them.
const MOST_PROBLEMS: usize = 50;
const LONGEST_CELL: usize = 300;

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowFault {
    /// Not UTF-8, not CSV, or another number of columns than the header.
    Unreadable,
    /// The header is not the one of a table of offices.
    Header,
    /// The code is none, or belongs into the other table.
    Code,
    /// The code stands in an earlier row.
    Twice,
    /// A name is missing.
    Name,
    /// No such country, or for a municipality another one than Japan.
    Country,
    /// No such prefecture, or one for a mission.
    Prefecture,
    /// No such time zone.
    Zone,
    /// Not seven digits.
    Postcode,
    /// None of `own`, `parent_city`, `general_postcode`, `name_only`, `unknown`.
    Basis,
    /// Not an `https://` or `http://` address.
    Website,
    /// Too long, a control character, or a My Number.
    Text,
    /// The file holds no row at all.
    Empty,
}

impl RowFault {
    /// Every fault.
    pub const ALL: [Self; 13] = [
        Self::Unreadable,
        Self::Header,
        Self::Code,
        Self::Twice,
        Self::Name,
        Self::Country,
        Self::Prefecture,
        Self::Zone,
        Self::Postcode,
        Self::Basis,
        Self::Website,
        Self::Text,
        Self::Empty,
    ];

    /// The word in keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Header => "header",
            Self::Code => "code",
            Self::Twice => "twice",
            Self::Name => "name",
            Self::Country => "country",
            Self::Prefecture => "prefecture",
            Self::Zone => "zone",
            Self::Postcode => "postcode",
            Self::Basis => "basis",
            Self::Website => "website",
            Self::Text => "text",
            Self::Empty => "empty",
        }
    }
}

/// A row that cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowProblem {
    /// The line in the file, from 1.
    pub line: u64,
    /// What is wrong.
    pub fault: RowFault,
}

/// Reads a file into entries, or says what is wrong with it, row by row.
pub fn read(table: OfficeTable, file: &[u8]) -> Result<Vec<OfficeEntry>, Vec<RowProblem>> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(false)
        .from_reader(file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file));
    let fault = |line, fault| RowProblem { line, fault };
    let is_header = reader
        .headers()
        .is_ok_and(|header| header.iter().eq(HEADER.iter().copied()));
    if !is_header {
        return Err(vec![fault(1, RowFault::Header)]);
    }
    let (mut entries, mut problems, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for record in reader.records() {
        if problems.len() >= MOST_PROBLEMS {
            break;
        }
        let line = match &record {
            Ok(record) => record.position().map_or(0, csv::Position::line),
            Err(error) => error.position().map_or(0, csv::Position::line),
        };
        let read = record
            .or(Err(RowFault::Unreadable))
            .and_then(|record| entry_of(table, &record));
        match read {
            Ok(entry) if !seen.insert(entry.code.clone()) => {
                problems.push(fault(line, RowFault::Twice));
            }
            Ok(entry) => entries.push(entry),
            Err(wrong) => problems.push(fault(line, wrong)),
        }
    }
    if entries.is_empty() && problems.is_empty() {
        problems.push(fault(1, RowFault::Empty));
    }
    if problems.is_empty() {
        Ok(entries)
    } else {
        Err(problems)
    }
}

/// The columns, in order.
pub const HEADER: [&str; 12] = [
    "code",
    "name_ja",
    "name_latin",
    "country",
    "prefecture",
    "zone",
    "postcode",
    "address",
    "address_basis",
    "address_latin",
    "phone",
    "website",
];

fn entry_of(table: OfficeTable, record: &csv::StringRecord) -> Result<OfficeEntry, RowFault> {
    for cell in record {
        let is_long = cell.chars().count() > LONGEST_CELL;
        // A telephone number may be twelve digits that pass the check.
        let is_number = !cell.contains('+') && contains_my_number(cell);
        if is_long || is_number || cell.contains(char::is_control) {
            return Err(RowFault::Text);
        }
    }
    let cell = |place: usize| unguarded(record.get(place).unwrap_or_default().trim()).to_owned();
    let some = |place: usize| Some(cell(place)).filter(|text| !text.is_empty());
    let code = OfficeCode::parse(&cell(0)).or(Err(RowFault::Code))?;
    if !table.holds(&code) {
        return Err(RowFault::Code);
    }
    let entry = OfficeEntry {
        code,
        name_ja: some(1).ok_or(RowFault::Name)?,
        name_latin: some(2).ok_or(RowFault::Name)?,
        country: cell(3),
        prefecture: some(4),
        zone: cell(5),
        postcode: some(6),
        address: some(7),
        address_basis: AddressBasis::parse(&cell(8)).ok_or(RowFault::Basis)?,
        address_latin: cell(9)
            .split('|')
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
        phone: some(10),
        website: some(11),
    };
    checked(table, entry)
}

fn checked(table: OfficeTable, entry: OfficeEntry) -> Result<OfficeEntry, RowFault> {
    let is_mission = table == OfficeTable::Missions;
    let is_country =
        countries::country(&entry.country).is_some() && (is_mission || entry.country == "JP");
    let is_prefecture = match &entry.prefecture {
        None => is_mission,
        Some(code) => !is_mission && municipalities::prefecture(code).is_some(),
    };
    let is_postcode = entry
        .postcode
        .as_ref()
        .is_none_or(|code| code.len() == 7 && code.bytes().all(|byte| byte.is_ascii_digit()));
    let is_website = entry.website.as_ref().is_none_or(|address| {
        ["https://", "http://"]
            .iter()
            .any(|scheme| address.starts_with(scheme))
            && !address.contains(char::is_whitespace)
    });
    match () {
        () if !is_country => Err(RowFault::Country),
        () if !is_prefecture => Err(RowFault::Prefecture),
        () if TimeZone::get(&entry.zone).is_err() => Err(RowFault::Zone),
        () if !is_postcode => Err(RowFault::Postcode),
        () if !is_website => Err(RowFault::Website),
        () => Ok(entry),
    }
}

/// The entries as a file.
pub fn write(entries: &[OfficeEntry]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for entry in entries {
        writer.write_record(columns(entry).map(|(_, text)| guarded(&text)))?;
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}

const FORMULA: [char; 4] = ['=', '+', '-', '@'];

fn guarded(cell: &str) -> String {
    if cell.starts_with(FORMULA) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'')
        .filter(|rest| rest.starts_with(FORMULA))
        .unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_out_is_taken_back() {
        for table in OfficeTable::ALL {
            let entries = table.built_in();
            let file = write(&entries).unwrap();
            assert!(file.len() < LARGEST / 4);
            assert_eq!(read(table, &file), Ok(entries));
        }
        let header: Vec<&str> = columns(&OfficeTable::Missions.built_in()[0])
            .map(|(name, _)| name)
            .to_vec();
        assert_eq!(header, HEADER);
    }

    #[test]
    fn no_cell_is_a_formula() {
        let file = String::from_utf8(write(&OfficeTable::Missions.built_in()).unwrap()).unwrap();
        assert!(file.contains(",'+"), "telephone numbers are guarded");
        assert!(!file.contains(",+") && !file.contains(",="));
    }

    const GOOD: &str = "emb-zz,在架空国日本国大使館,Embassy of Japan in Nowhere,GB,,Europe/London,,1 Street,own,1 Street|UNITED KINGDOM,'+44 20 0000 0000,https://example.org/";

    #[test]
    fn each_row_that_is_wrong_is_answered_with_its_line() {
        let with = |place: usize, text: &str| {
            let mut cells: Vec<&str> = GOOD.split(',').collect();
            cells[place] = text;
            cells.join(",")
        };
        let long = "あ".repeat(301);
        for (row, fault) in [
            (with(0, "EMB"), RowFault::Code),
            (with(0, "131016"), RowFault::Code),
            (GOOD.to_owned(), RowFault::Twice),
            (with(1, ""), RowFault::Name),
            (with(3, "XX"), RowFault::Country),
            (with(4, "13"), RowFault::Prefecture),
            (with(5, "Mars/Olympus"), RowFault::Zone),
            (with(6, "100"), RowFault::Postcode),
            (with(8, "somewhere"), RowFault::Basis),
            (with(11, "javascript:alert(1)"), RowFault::Website),
            (with(1, &long), RowFault::Text),
            (with(7, "1234-5678-9018"), RowFault::Text),
            ("emb-yy,too,few".to_owned(), RowFault::Unreadable),
        ] {
            let file = format!("{}\n{GOOD}\n{row}\n", HEADER.join(","));
            assert_eq!(
                read(OfficeTable::Missions, file.as_bytes()),
                Err(vec![RowProblem { line: 3, fault }]),
                "{row}"
            );
        }
        for (file, fault) in [("a,b\n1,2\n", RowFault::Header), ("", RowFault::Header)] {
            assert_eq!(
                read(OfficeTable::Missions, file.as_bytes()),
                Err(vec![RowProblem { line: 1, fault }])
            );
        }
        let empty = format!("{}\n", HEADER.join(","));
        assert_eq!(
            read(OfficeTable::Missions, empty.as_bytes()),
            Err(vec![RowProblem {
                line: 1,
                fault: RowFault::Empty
            }])
        );
        let not_utf8 = [HEADER.join(",").as_bytes(), b"\nemb-zz,\xFF,,,,,,,,,,\n"].concat();
        assert_eq!(
            read(OfficeTable::Missions, &not_utf8),
            Err(vec![RowProblem {
                line: 2,
                fault: RowFault::Unreadable
            }])
        );
    }

    #[test]
    fn a_wholly_wrong_file_is_not_answered_without_end() {
        let rows = "nonsense,,,,,,,,,,,\n".repeat(100_000);
        let file = format!("{}\n{rows}", HEADER.join(","));
        assert_eq!(
            read(OfficeTable::Missions, file.as_bytes())
                .unwrap_err()
                .len(),
            MOST_PROBLEMS
        );
    }
}

//! Tables that people open in a spreadsheet: CSV in UTF-8 with a byte order mark, so that Japanese is read as Japanese, and with cells that no program
//! takes for a formula. Written piece by piece: a table never has to fit into memory.

use csv::{Terminator, WriterBuilder};

/// What spreadsheets know UTF-8 by.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The first piece of a file: its byte order mark and its head.
pub fn head(names: &[&str]) -> Vec<u8> {
    let mut bytes = BYTE_ORDER_MARK.to_vec();
    bytes.extend(lines([names
        .iter()
        .map(|name| (*name).to_owned())
        .collect()]));
    bytes
}

/// Lines of a file, each ended as RFC 4180 asks.
pub fn lines(rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        let cells = row.iter().map(|cell| harmless(cell));
        // Writing to memory does not fail.
        if let Err(error) = writer.write_record(cells) {
            tracing::error!(%error, "a line of a table was not written");
        }
    }
    writer.into_inner().unwrap_or_default()
}

/// A cell that a spreadsheet shows and does not compute: what begins like a formula gets an apostrophe before it, which the program hides.
pub fn harmless(cell: &str) -> String {
    let begins_a_formula =
        cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if begins_a_formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_begin_a_formula_are_made_harmless() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("+44 20", "'+44 20"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("＝1", "'＝1"),
            ("齋藤　花子", "齋藤　花子"),
            ("2026-12-01", "2026-12-01"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), expected, "{cell:?}");
        }
    }

    #[test]
    fn a_file_is_utf_8_with_its_mark_and_quotes_what_needs_it() {
        let mut file = head(&["受付番号", "氏名"]);
        file.extend(lines([vec!["K7M4".to_owned(), "=\"a\",\nb".to_owned()]]));
        let text = String::from_utf8(file).unwrap();
        assert_eq!(
            text,
            "\u{feff}受付番号,氏名\r\nK7M4,\"'=\"\"a\"\",\nb\"\r\n"
        );
    }
}

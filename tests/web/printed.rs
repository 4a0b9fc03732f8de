//! Reading a printed set back: pages and fields always; with the feature `tool-tests` also its text, its fonts and its QR symbols, by the tools that
//! others use.

use std::collections::BTreeMap;

use lopdf::Document;

/// Fails unless this is the print set of the person of `row`.
pub(super) fn check(row: &BTreeMap<String, String>, pdf: &[u8]) {
    let document = Document::load_mem(pdf).unwrap_or_else(|error| panic!("{}: {error}", row["id"]));
    assert_eq!(document.get_pages().len(), 4, "{}", row["id"]);
    assert!(pdf.len() <= 150_000, "{}: {} bytes", row["id"], pdf.len());
    #[cfg(feature = "tool-tests")]
    tools::check(row, pdf);
}

/// Fails unless others' tools read the names' numbers off this list, and its code off every page.
#[cfg(feature = "tool-tests")]
pub(super) fn check_list(pdf: &[u8], payload: &str, references: &[String]) {
    tools::check_list(pdf, payload, references);
}

#[cfg(feature = "tool-tests")]
mod tools {
    use std::collections::BTreeMap;
    use std::path::Path;
    use std::process::Command;

    use tsubame::domain::my_number::contains_my_number;

    fn run(program: &str, arguments: &[&str], folder: &Path) -> String {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .output();
        let output = output.unwrap_or_else(|error| {
            panic!("{program} is not installed ({error}); tests/run installs it")
        });
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub(super) fn check_list(pdf: &[u8], payload: &str, references: &[String]) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("list.pdf"), pdf).unwrap();
        let text = run("pdftotext", &["-layout", "list.pdf", "-"], folder.path());
        for reference in references {
            assert!(text.contains(reference), "{reference} is not in:\n{text}");
        }
        for words in [
            "送付一覧（交付申請書）",
            "齋藤",
            "見本 taro",
            "見本 hana",
            "1/2",
            "2/2",
        ] {
            assert!(text.contains(words), "{words} is not in:\n{text}");
        }
        for page in ["1", "2"] {
            let drawn = [
                "-r",
                "200",
                "-f",
                page,
                "-l",
                page,
                "-gray",
                "-singlefile",
                "list.pdf",
                "page",
            ];
            run("pdftoppm", &drawn, folder.path());
            let read = run("zbarimg", &["-q", "--raw", "page.pgm"], folder.path());
            assert_eq!(read.trim(), payload, "page {page}");
        }
    }

    pub(super) fn check(row: &BTreeMap<String, String>, pdf: &[u8]) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("form.pdf"), pdf).unwrap();
        let id = &row["id"];
        for line in run("pdffonts", &["form.pdf"], folder.path())
            .lines()
            .skip(2)
        {
            let columns: Vec<&str> = line.split_whitespace().rev().collect();
            // … emb sub uni object generation
            assert_eq!(
                (columns[4], columns[3], columns[2]),
                ("yes", "yes", "yes"),
                "{id}: {line}"
            );
        }
        let text = run("pdftotext", &["form.pdf", "-"], folder.path());
        let dense: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        for column in ["surname_kanji", "given_kanji", "surname_kana", "given_kana"] {
            assert!(
                dense.contains(row[column].as_str()),
                "{id}: {} is not in the text",
                row[column]
            );
        }
        assert!(
            !dense.contains(row["my_number"].as_str()) || row["my_number"].is_empty(),
            "{id}: a My Number is in the form"
        );
        for word in text
            .split_whitespace()
            .filter(|word| !word.starts_with('+'))
        {
            assert!(!contains_my_number(word), "{id}: {word}");
        }
        for dots in ["150", "200", "300"] {
            for (page, sheet) in [("1", "A1"), ("2", "P2"), ("4", "C4")] {
                run(
                    "pdftoppm",
                    &[
                        "-r",
                        dots,
                        "-f",
                        page,
                        "-l",
                        page,
                        "-gray",
                        "-singlefile",
                        "form.pdf",
                        "page",
                    ],
                    folder.path(),
                );
                let read = run("zbarimg", &["-q", "--raw", "page.pgm"], folder.path());
                assert!(
                    read.starts_with("MNC1*") && read.trim().ends_with(sheet),
                    "{id} at {dots} dpi, sheet {page}: {read:?}"
                );
            }
        }
    }
}

//! The printed sheets as other programs see them: poppler reads text, fonts and structure, zbar reads the symbols.
//!
//! Behind the feature `tool-tests`, because `cargo test` on a fresh machine has neither. With the feature, a missing program is a failure that says
//! which package brings it. All people here are invented.

#![cfg(feature = "tool-tests")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::Path;
use std::process::Command;

use jiff::civil::date;
use tempfile::TempDir;
use tsubame::documents::Paper;
use tsubame::documents::fonts::{FontSettings, Fonts, IpamjMincho};
use tsubame::documents::print_set::{
    self, Content, FilingPlace, Kind, Person, PlaceKind, Posting, Receipt, Sex,
};
use tsubame::i18n::Lang;

/// What a program prints; panics with the package's name when it is not there.
fn run(program: &str, package: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}. Install the package {package}."));
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// An invented person, named as the case says.
fn content(family: &str, given: &str, paper: Paper) -> Content {
    let text = str::to_owned;
    Content {
        paper,
        language: Lang::En,
        demo: true,
        made_on: date(2026, 11, 21),
        receipt: Receipt {
            text: text("K7M4-2PQX-9T"),
            compact: text("K7M42PQX9T"),
            revision: 2,
        },
        kind: Kind::New,
        reissue_reason: String::new(),
        person: Person {
            family: text(family),
            given: text(given),
            family_kana: text("ヨシダ"),
            given_kana: text("ハナコ"),
            roman: text("YOSHIDA HANAKO"),
            birth: text("平成3年（1991年）5月4日"),
            sex: Sex::Female,
            under_one: false,
            under_fifteen: false,
            untypable: false,
            untypable_note: String::new(),
        },
        honseki: text("兵庫県神戸市中央区"),
        departure: text("令和3年（2021年）4月1日"),
        address: vec![
            text("Số 12, Đường Nguyễn Huệ, Quận 1"),
            text("서울특별시 종로구 율곡로 6"),
            text("ŁÓDŹ"),
        ],
        phone: text("+33 6 12 34 56 78"),
        email: text("hanako.yoshida@example.com"),
        pickup: text("在フランス日本国大使館"),
        without_signing: false,
        without_authentication: true,
        braille: text("ヨシダ ハナコ"),
        agent: None,
        filing: FilingPlace {
            kind: PlaceKind::Mission,
            name: text("在フランス日本国大使館"),
            name_en: text("Embassy of Japan in France"),
            attention: text("領事部 御中"),
            postcode: String::new(),
            address: Vec::new(),
            address_latin: vec![text("Embassy of Japan, Consular Section"), text("FRANCE")],
            address_known: true,
            posting: Posting::Refused,
        },
        deadline: text("2027年2月19日（金）"),
        deadline_en: text("Friday 19 February 2027"),
    }
}

/// Draws a set into `folder`; the path of the file.
fn drawn(folder: &TempDir, content: &Content) -> String {
    let settings = FontSettings {
        ipamj_mincho: IpamjMincho::WhenInstalled,
    };
    let fonts = Fonts::load(&settings).unwrap();
    let path = folder.path().join("set.pdf");
    std::fs::write(&path, print_set::draw(&fonts, content).unwrap()).unwrap();
    utf8(&path)
}

fn utf8(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

#[test]
fn names_and_addresses_copy_out_as_they_were_typed() {
    let names = [
        ("𠮷田", "花子"),
        ("髙﨑", "濵𣘺"),
        ("葛\u{E0100}西", "葛西"),
        ("葛\u{E0101}", "葛"),
        ("渡邉\u{E010F}", "辻\u{E0100}"),
        ("祢\u{E0100}禰", "槗本"),
        ("邉\u{E01EF}", "ก花"),
    ];
    let folder = TempDir::new().unwrap();
    for (family, given) in names {
        let content = content(family, given, Paper::A4);
        let file = drawn(&folder, &content);
        let text = run(
            "pdftotext",
            "poppler-utils",
            &["-f", "1", "-l", "1", &file, "-"],
        );
        let fields = [
            family,
            given,
            &content.receipt.text,
            &content.email,
            &content.honseki,
        ];
        let lines = content.address.iter().map(String::as_str);
        for value in fields.into_iter().chain(lines) {
            assert!(text.contains(value), "{value:?} is not in {text}");
        }
    }
}

#[test]
fn all_fonts_are_embedded_subsets_with_their_text() {
    let folder = TempDir::new().unwrap();
    let file = drawn(&folder, &content("𠮷田", "花子", Paper::A4));
    let fonts = run("pdffonts", "poppler-utils", &[&file]);
    let rows: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(rows.len() >= 2, "{fonts}");
    for row in rows {
        assert!(row.contains(" yes yes yes "), "{row}");
    }
}

#[test]
fn every_symbol_is_read_at_three_resolutions_on_both_papers() {
    for paper in [Paper::A4, Paper::Letter] {
        let folder = TempDir::new().unwrap();
        let content = content("𠮷田", "花子", paper);
        let file = drawn(&folder, &content);
        for resolution in ["150", "200", "300"] {
            let image = utf8(&folder.path().join(resolution));
            run(
                "pdftoppm",
                "poppler-utils",
                &["-r", resolution, "-png", &file, &image],
            );
            for (page, payload) in (1..).zip(print_set::payloads(&content.receipt)) {
                let Some(payload) = payload else { continue };
                let read = run(
                    "zbarimg",
                    "zbar-tools",
                    &["-q", "--raw", &format!("{image}-{page}.png")],
                );
                assert_eq!(read.trim(), payload, "page {page} at {resolution} dpi");
            }
        }
    }
}

#[test]
fn the_file_tells_title_language_and_structure_and_holds_no_number() {
    let folder = TempDir::new().unwrap();
    let file = drawn(&folder, &content("𠮷田", "花子", Paper::A4));
    let info = run("pdfinfo", "poppler-utils", &[&file]);
    for line in [
        "Tagged:          yes",
        "Pages:           4",
        "Form:            AcroForm",
        "JavaScript:      no",
    ] {
        assert!(info.contains(line), "{line} is not in {info}");
    }
    assert!(info.contains("マイナンバーカード交付申請書（国外転出者用） K7M4-2PQX-9T"));
    let structure = run("pdfinfo", "poppler-utils", &["-struct-text", &file]);
    for part in [
        "Document", "Sect", "H1", "LBody", "Figure", "Form", "花子\"",
    ] {
        assert!(structure.contains(part), "{part} is not in {structure}");
    }
    let text = run("pdftotext", "poppler-utils", &[&file, "-"]);
    let longest = text
        .split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .max();
    assert!(longest < Some(12), "a run of {longest:?} digits");
}

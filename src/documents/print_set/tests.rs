//! Sheets of invented people.

use std::collections::BTreeSet;

use jiff::civil::date;
use lopdf::content::{Content as Operations, Operation};
use lopdf::{Document, Object};

use super::*;
use crate::documents::Paper;
use crate::documents::fonts::{FontSettings, IpamjMincho};
use crate::documents::proof::{ProofError, preview, prove};
use crate::i18n::Lang;

fn fonts() -> Fonts {
    Fonts::load(&FontSettings {
        ipamj_mincho: IpamjMincho::Never,
    })
    .unwrap()
}

/// An invented woman in Paris.
fn content() -> Content {
    let text = str::to_owned;
    Content {
        paper: Paper::A4,
        language: Lang::Ja,
        demo: true,
        made_on: date(2026, 11, 21),
        receipt: Receipt {
            text: text("K7M4-2PQX-9T"),
            compact: text("K7M42PQX9T"),
            revision: 1,
        },
        kind: Kind::New,
        reissue_reason: String::new(),
        person: Person {
            family: text("𠮷田"),
            given: text("花子"),
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
            text("12 Rue de l’Église, Bâtiment C"),
            text("75001 Paris"),
            text("FRANCE"),
        ],
        phone: text("+33 6 12 34 56 78"),
        email: text("hanako.yoshida@example.com"),
        pickup: text("在フランス日本国大使館"),
        without_signing: false,
        without_authentication: false,
        braille: String::new(),
        agent: None,
        filing: FilingPlace {
            kind: PlaceKind::Municipality,
            name: text("神戸市中央区役所"),
            name_en: text("Chuo Ward, Kobe City"),
            attention: text("市民課 マイナンバーカード担当 御中"),
            postcode: text("〒651-8570"),
            address: vec![text("兵庫県神戸市中央区東町115番地")],
            address_latin: vec![
                text("115 Higashi-machi, Chuo-ku, Kobe-shi"),
                text("HYOGO 651-8570 JAPAN"),
            ],
            address_known: true,
            posting: Posting::Accepted,
        },
        deadline: text("2027年2月19日（金）"),
        deadline_en: text("Friday 19 February 2027"),
    }
}

#[test]
fn the_symbols_of_a_finished_set_are_read_from_its_pixels() {
    let fonts = fonts();
    for paper in [Paper::A4, Paper::Letter] {
        let content = Content { paper, ..content() };
        let file = draw(&fonts, &content).unwrap();
        assert_eq!(
            prove(&file, &payloads(&content.receipt)),
            Ok(()),
            "{paper:?}"
        );
        assert!(file.len() <= 150_000, "{} bytes", file.len());
    }
}

#[test]
fn a_set_with_another_number_than_expected_is_not_offered() {
    let file = draw(&fonts(), &content()).unwrap();
    let other = Receipt {
        text: "WMWM-4WMX-9W".to_owned(),
        compact: "WMWM4WMX9W".to_owned(),
        revision: 1,
    };
    let found = "MNC1*K7M42PQX9T*A1".to_owned();
    assert_eq!(
        prove(&file, &payloads(&other)),
        Err(ProofError::Differs { page: 1, found })
    );
}

#[test]
fn the_same_content_gives_the_same_bytes() {
    let fonts = fonts();
    assert_eq!(
        draw(&fonts, &content()).unwrap(),
        draw(&fonts, &content()).unwrap()
    );
}

#[test]
fn a_value_that_fits_nowhere_is_an_error_and_never_cut() {
    let content = Content {
        honseki: "長".repeat(3000),
        ..content()
    };
    assert!(matches!(
        draw(&fonts(), &content),
        Err(PrintError::TooLong { field: "honseki" })
    ));
}

#[test]
fn a_preview_is_a_png_of_the_asked_width() {
    let file = draw(&fonts(), &content()).unwrap();
    let image = image::load_from_memory(&preview(&file, 2, 300).unwrap()).unwrap();
    assert_eq!(image.width(), 300);
    assert_eq!(preview(&file, 5, 300), Err(ProofError::Pages { page: 5 }));
}

/// The file with more operators at the end of its first page, as a faulty printer driver or a later change of the layout might add them.
fn overprinted(file: &[u8], [left, bottom, width, height]: [f32; 4]) -> Vec<u8> {
    let mut document = Document::load_mem(file).unwrap();
    let page = document.get_pages()[&1];
    let mut content = Operations::decode(&document.get_page_content(page)).unwrap();
    let rectangle = [left, bottom, width, height].map(Object::Real).to_vec();
    content.operations.extend([
        Operation::new("g", vec![Object::Real(0.0)]),
        Operation::new("re", rectangle),
        Operation::new("f", Vec::new()),
    ]);
    document
        .change_page_content(page, content.encode().unwrap())
        .unwrap();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_symbol_that_is_damaged_or_not_free_around_is_not_offered() {
    let content = content();
    let expected = payloads(&content.receipt);
    let file = draw(&fonts(), &content).unwrap();
    // The symbol reaches from (470.6, 728.5) to (541.4, 799.4) points, its quiet zone 8.6 points further.
    let cases = [
        ("far from the symbol", [100.0, 100.0, 50.0, 50.0], Ok(())),
        (
            "half of the symbol",
            [470.6, 728.5, 71.0, 36.0],
            Err(ProofError::NotRead { page: 1 }),
        ),
        (
            "a corner of the symbol",
            [471.0, 780.0, 6.0, 6.0],
            Err(ProofError::NotRead { page: 1 }),
        ),
        (
            "the quiet zone",
            [463.5, 760.0, 3.0, 3.0],
            Err(ProofError::NotRead { page: 1 }),
        ),
    ];
    for (place, area, outcome) in cases {
        assert_eq!(
            prove(&overprinted(&file, area), &expected),
            outcome,
            "{place}"
        );
    }
}

#[test]
fn the_number_of_pages_is_part_of_the_proof() {
    let content = content();
    let file = draw(&fonts(), &content).unwrap();
    let mut expected = payloads(&content.receipt);
    expected.pop();
    assert_eq!(prove(&file, &expected), Err(ProofError::Pages { page: 4 }));
    assert_eq!(prove(b"not a file", &expected), Err(ProofError::Unreadable));
}

#[test]
fn the_field_for_my_number_is_an_empty_comb_of_twelve_without_scripts() {
    let document = Document::load_mem(&draw(&fonts(), &content()).unwrap()).unwrap();
    let form = document
        .catalog()
        .unwrap()
        .get(b"AcroForm")
        .and_then(Object::as_dict)
        .unwrap();
    let [field] = form
        .get(b"Fields")
        .and_then(Object::as_array)
        .unwrap()
        .as_slice()
    else {
        panic!("one field")
    };
    let field = document
        .get_dictionary(field.as_reference().unwrap())
        .unwrap();
    let number = |key: &[u8]| field.get(key).and_then(Object::as_i64).unwrap();
    assert_eq!((number(b"MaxLen"), number(b"Ff")), (12, 1 << 22 | 1 << 24));
    for key in ["V", "DV", "A", "AA"] {
        assert!(!field.has(key.as_bytes()), "{key}");
    }
    let scripts = document
        .objects
        .values()
        .filter(|object| format!("{object:?}").contains("JavaScript"));
    assert_eq!(scripts.count(), 0);
}

/// The operators of one page.
fn operations(document: &Document, page: u32) -> Vec<Operation> {
    let content = document.get_page_content(document.get_pages()[&page]);
    Operations::decode(&content).unwrap().operations
}

/// The texts that marked content gives in place of its glyphs.
fn actual_texts(operations: &[Operation]) -> BTreeSet<String> {
    let properties = operations
        .iter()
        .filter(|operation| operation.operator == "BDC");
    let texts = properties.filter_map(|operation| {
        operation.operands[1]
            .as_dict()
            .ok()?
            .get(b"ActualText")
            .ok()
    });
    texts
        .map(|text| lopdf::decode_text_string(text).unwrap())
        .collect()
}

#[test]
fn variants_and_blanks_copy_out_as_they_were_typed() {
    let mut content = content();
    content.person.family = "葛\u{E0101}葛ก".to_owned();
    content.person.given = "花子".to_owned();
    let document = Document::load_mem(&draw(&fonts(), &content).unwrap()).unwrap();
    let texts = actual_texts(&operations(&document, 1));
    assert!(texts.contains("葛\u{E0101}葛ก"), "{texts:?}");
    assert!(!texts.contains("花子"), "the fonts' own tables say it");
}

#[test]
fn everything_painted_is_either_tagged_or_an_artifact() {
    let document = Document::load_mem(&draw(&fonts(), &content()).unwrap()).unwrap();
    for page in 1..=4 {
        let mut depth = 0;
        for operation in operations(&document, page) {
            match operation.operator.as_str() {
                "BMC" | "BDC" => depth += 1,
                "EMC" => depth -= 1,
                "S" | "f" | "TJ" | "Do" => assert!(depth > 0, "page {page}: {operation:?}"),
                _ => {}
            }
        }
        assert_eq!(depth, 0, "page {page}");
    }
}

#[test]
fn an_address_in_a_script_without_a_font_is_left_to_its_latin_lines() {
    let arabic = "شارع الملك فهد 12".to_owned();
    let address = vec![
        arabic.clone(),
        "12 King Fahd Road".to_owned(),
        "RIYADH, SAUDI ARABIA".to_owned(),
    ];
    let fonts = fonts();
    assert_eq!(
        cell::printable(&fonts, &address),
        (vec!["12 King Fahd Road", "RIYADH, SAUDI ARABIA"], true)
    );
    for address in [address, vec![arabic], Vec::new()] {
        assert!(
            draw(
                &fonts,
                &Content {
                    address,
                    ..content()
                }
            )
            .is_ok()
        );
    }
}

#[test]
fn a_label_has_room_for_a_long_address_and_for_one_that_is_not_known() {
    let fonts = fonts();
    let mut content = content();
    content.filing.address = vec!["北海道虻田郡".to_owned() + &"長い町名".repeat(12)];
    content.filing.address_latin =
        vec!["A very long line of an address in Latin letters".repeat(3); 5];
    assert!(draw(&fonts, &content).is_ok());
    content.filing.address_latin = vec!["x".repeat(4000)];
    assert!(matches!(
        draw(&fonts, &content),
        Err(PrintError::TooLong { field: "label" })
    ));
    content.filing.kind = PlaceKind::Mission;
    content.filing.address_latin = vec!["FRANCE".to_owned()];
    content.filing.address_known = false;
    assert!(draw(&fonts, &content).is_ok());
}

//! Sheets of invented people.

use jiff::civil::date;

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

//! Which font draws which character.

use super::*;

/// The fonts that every machine has.
fn vendored() -> Fonts {
    Fonts::load(&FontSettings {
        ipamj_mincho: IpamjMincho::Never,
    })
    .unwrap()
}

#[test]
fn name_characters_are_drawn_by_the_first_font_that_has_them() {
    let fonts = vendored();
    for (text, font) in [
        ("山", 0),
        ("髙", 0),
        ("﨑", 0),
        ("邉", 0),
        ("ー", 0),
        ("ő", 0),
        ("𠮷", 1),
        ("槗", 1),
        ("ệ", 1),
        ("서", 1),
        ("葛\u{E0100}", 0),
    ] {
        let glyphs = fonts.shape(text);
        assert_eq!(glyphs.len(), 1, "{text}");
        assert_eq!(
            glyphs[0].drawn.map(|(index, _)| index),
            Some(font),
            "{text}"
        );
        assert_eq!(glyphs[0].place.text(), text);
    }
}

#[test]
fn every_kanji_of_jis_x_0208_and_0212_is_drawn() {
    let fonts = vendored();
    let missing: String = (0x4E00..=0x9FFF_u32)
        .filter_map(char::from_u32)
        .filter(|c| {
            !encoding_rs::EUC_JP.encode(c.encode_utf8(&mut [0; 4])).2
                && fonts.find(Place::plain(*c)).is_err()
        })
        .collect();
    assert_eq!(missing, "");
}

#[test]
fn a_variant_is_another_glyph_than_its_base() {
    let fonts = vendored();
    let plain = fonts.shape("葛");
    let variant = fonts.shape("葛\u{E0100}");
    assert_ne!(plain[0].drawn, variant[0].drawn);
}

#[test]
fn what_no_font_draws_is_told_once_with_its_reason_and_left_blank() {
    let fonts = vendored();
    let missing = fonts.missing("ก山ก邉\u{E01EF}");
    assert_eq!(
        missing,
        [
            Missing {
                character: "ก".into(),
                reason: MissingReason::NoGlyph
            },
            Missing {
                character: "邉\u{E01EF}".into(),
                reason: MissingReason::NoVariant
            },
        ]
    );
    let glyphs = fonts.shape("邉\u{E01EF}");
    assert_eq!(
        glyphs,
        [Glyph {
            place: Place {
                base: '邉',
                selector: Some('\u{E01EF}')
            },
            advance: 1.0,
            drawn: None
        }]
    );
}

#[test]
fn invisible_characters_take_no_place_and_white_space_is_one_kind() {
    let fonts = vendored();
    assert!(fonts.missing("a\u{200E}b\u{FEFF}\tc\u{00A0}d").is_empty());
    assert_eq!(fonts.shape("a\u{200E}b").len(), 2);
}

#[test]
fn a_configured_font_that_is_not_there_is_an_error() {
    let settings = FontSettings {
        ipamj_mincho: IpamjMincho::At("no/such/font.ttf".into()),
    };
    assert!(matches!(
        Fonts::load(&settings),
        Err(FontError::Unreadable { .. })
    ));
}

#[test]
fn letters_of_addresses_borrow_a_glyph_of_the_same_shape_and_keep_their_text() {
    let fonts = vendored();
    assert!(
        fonts
            .missing("București, Maunaʻala, Chișinău, Constanța")
            .is_empty()
    );
    let (letter, twin) = (fonts.shape("ș"), fonts.shape("ş"));
    assert_eq!(letter[0].drawn, twin[0].drawn);
    assert_eq!(letter[0].place.text(), "ș");
}

/// The typeface of the sheets in the place of the font on disk.
fn on_disk(folder: &Path) -> (PathBuf, Font) {
    let path = folder.join("font.ttf");
    std::fs::write(&path, BIZ_UDP_GOTHIC).unwrap();
    let font = Font::open(&path, "OnDisk").unwrap();
    (path, font)
}

#[test]
fn a_font_on_disk_knows_its_glyphs_and_reads_its_outlines_once_for_all_who_draw() {
    let folder = tempfile::tempdir().unwrap();
    let (_, font) = on_disk(folder.path());
    let whole = Font::parse(BIZ_UDP_GOTHIC, "Whole").unwrap();
    for c in ['山', '髙', 'A', '１'] {
        let glyph = whole.face.glyph_index(c).unwrap();
        assert_eq!(font.face.glyph_index(c), Some(glyph), "{c}");
        assert!((font.advance(glyph) - whole.advance(glyph)).abs() < f32::EPSILON);
    }
    assert_eq!(
        font.face.glyph_variation_index('葛', '\u{E0100}'),
        whole.face.glyph_variation_index('葛', '\u{E0100}')
    );
    let (one, other) = (font.bytes().unwrap(), font.bytes().unwrap());
    assert_eq!(one.as_ref(), BIZ_UDP_GOTHIC);
    assert!(std::ptr::eq(one.as_ref(), other.as_ref()));
}

#[test]
fn a_font_exchanged_under_the_process_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (path, font) = on_disk(folder.path());
    std::fs::write(&path, NOTO_NAMES).unwrap();
    assert_eq!(
        font.bytes().err().unwrap().kind(),
        io::ErrorKind::InvalidData
    );
}

#[test]
fn what_is_no_font_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("font.ttf");
    std::fs::write(&path, "no font, but long enough to have a header").unwrap();
    let refusal = Font::open(&path, "NoFont").err().unwrap();
    assert!(
        matches!(
            refusal,
            FontError::Damaged { .. } | FontError::Unreadable { .. }
        ),
        "{refusal}"
    );
}

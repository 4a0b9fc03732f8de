//! What is said about drawn portraits, good and bad.

use image::imageops::FilterType;
use image::{DynamicImage, RgbImage};

use super::super::sample::{Background, Portrait, Sitter};
use super::super::upload::{encode, read_upload};
use super::*;
use crate::i18n::{self, Lang};

fn judged(image: &DynamicImage) -> Judgement {
    judge(&read_upload(&encode(image, 92).unwrap()).unwrap())
}

fn of_sitters(width: u16, sitters: Vec<Sitter>) -> DynamicImage {
    Portrait {
        width,
        sitters,
        ..Portrait::of_person(0)
    }
    .draw()
}

/// The keys of all findings that are not a pass.
fn remarks(judgement: &Judgement) -> Vec<String> {
    judgement
        .findings()
        .iter()
        .filter(|finding| finding.level != Level::Pass)
        .map(Finding::key)
        .collect()
}

#[test]
fn good_portraits_pass_every_check() {
    for number in [0, 1, 2, 3, 7, 14] {
        let judgement = judged(&Portrait::of_person(number).draw());
        assert_eq!(
            remarks(&judgement),
            [""; 0],
            "person {number}: {:?}",
            judgement.findings()
        );
        assert!(judgement.is_usable());
    }
}

#[test]
fn a_wall_and_a_field_of_noise_have_no_face() {
    let wall = RgbImage::from_pixel(600, 800, image::Rgb([220, 220, 225]));
    let noise = RgbImage::from_fn(600, 800, |x, y| {
        image::Rgb([u8::try_from((x * 7 + y * 13 + x * y) % 256).unwrap(); 3])
    });
    for image in [wall, noise] {
        let judgement = judged(&DynamicImage::ImageRgb8(image));
        assert!(!judgement.is_usable());
        assert!(
            remarks(&judgement).contains(&"photo-faces-unusable".to_owned()),
            "{:?}",
            judgement.findings()
        );
    }
}

#[test]
fn two_people_are_noticed_and_counted() {
    let two = [
        Sitter {
            across: 280,
            crown: 200,
            head: 450,
            ..Sitter::number(1)
        },
        Sitter {
            across: 720,
            crown: 230,
            head: 450,
            ..Sitter::number(3)
        },
    ];
    let judgement = judged(&of_sitters(1_000, two.to_vec()));
    let faces = &judgement.findings()[1];
    assert_eq!((faces.level, faces.code()), (Level::Unusable, Some("PH12")));
    assert_eq!(faces.facts, [("count".to_owned(), "2".to_owned())]);
}

#[test]
fn a_face_far_away_is_found_and_framed() {
    let far = of_sitters(
        620,
        vec![Sitter {
            across: 400,
            crown: 300,
            head: 380,
            ..Sitter::number(1)
        }],
    );
    let judgement = judged(&far.resize_exact(1_550, 2_000, FilterType::Triangle));
    assert_eq!(remarks(&judgement), [""; 0], "{:?}", judgement.findings());
    assert!(judgement.crop().height() < 1_300, "{:?}", judgement.crop());
}

#[test]
fn a_picture_on_its_side_is_turned() {
    let upright = Portrait::of_person(0).draw();
    for (lying, turns) in [
        (upright.rotate270(), 1),
        (upright.rotate90(), 3),
        (upright.rotate180(), 2),
    ] {
        let judgement = judged(&lying);
        assert_eq!(judgement.crop().turns(), turns);
        assert_eq!(remarks(&judgement), [""; 0], "{:?}", judgement.findings());
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases is one function")]
fn each_fault_is_named_and_no_other() {
    let person = Portrait::of_person(0);
    let good = person.draw();
    for (fault, image, expected) in [
        ("blurred", good.blur(4.0), "photo-sharpness-attention"),
        (
            "dark",
            Portrait {
                brightness: 0.35,
                ..person.clone()
            }
            .draw(),
            "photo-light-attention",
        ),
        (
            "glaring",
            Portrait {
                brightness: 1.5,
                ..person.clone()
            }
            .draw(),
            "photo-light-attention",
        ),
        (
            "shelves",
            Portrait {
                background: Background::Shelves,
                sitters: vec![Sitter {
                    crown: 180,
                    head: 580,
                    ..Sitter::number(0)
                }],
                ..person.clone()
            }
            .draw(),
            "photo-background-attention",
        ),
        (
            "shadow",
            Portrait {
                background: Background::Shadow,
                ..person.clone()
            }
            .draw(),
            "photo-shadow-attention",
        ),
        (
            "no gap",
            of_sitters(
                620,
                vec![Sitter {
                    crown: 10,
                    head: 560,
                    ..Sitter::number(0)
                }],
            ),
            "photo-gap-attention",
        ),
    ] {
        let judgement = judged(&image);
        assert_eq!(
            remarks(&judgement),
            [expected],
            "{fault}: {:?}",
            judgement.findings()
        );
        assert!(judgement.is_usable(), "{fault}");
    }
}

#[test]
fn moving_the_crop_changes_what_is_said_about_the_place_only() {
    let judgement = judged(
        &of_sitters(
            620,
            vec![Sitter {
                crown: 200,
                head: 420,
                ..Sitter::number(0)
            }],
        )
        .resize_exact(1_240, 1_600, FilterType::Triangle),
    );
    let up = (0..3).fold(judgement.clone(), |judgement, _| {
        judgement.nudged(Nudge::Up)
    });
    assert_eq!(remarks(&up), ["photo-gap-attention"]);
    let aside = (0..3).fold(judgement.clone(), |judgement, _| {
        judgement.nudged(Nudge::Left)
    });
    assert_eq!(remarks(&aside), ["photo-middle-attention"]);
    assert_eq!(
        remarks(&judgement.nudged(Nudge::Rotate)),
        ["photo-upright-attention"]
    );
}

#[test]
fn a_judgement_survives_being_stored() {
    let judgement = judged(&Portrait::of_person(0).draw());
    let again: Judgement =
        serde_json::from_str(&serde_json::to_string(&judgement).unwrap()).unwrap();
    assert_eq!(again.findings(), judgement.findings());
    assert_eq!(again.crop(), judgement.crop());
}

#[test]
fn every_finding_has_its_words_in_every_language() {
    use Check::{
        Background, Faces, File, Gap, Head, Light, Middle, Resolution, Shadow, Sharpness, Upright,
    };
    let passing = [File, Faces, Head, Gap, Middle, Sharpness, Light, Background]
        .map(|check| Finding::new(check, Level::Pass));
    let remarks = [
        File, Faces, Upright, Head, Gap, Middle, Resolution, Sharpness, Light, Background, Shadow,
    ];
    let remarks = remarks.map(|check| Finding::new(check, Level::Attention));
    let unusable = Finding::new(Faces, Level::Unusable);
    for finding in passing.iter().chain(&remarks).chain([&unusable]) {
        for lang in Lang::ALL {
            assert!(
                i18n::has_text(lang, &finding.key()),
                "{lang:?} {}",
                finding.key()
            );
        }
    }
}

//! Where a crop lies, and how it moves.

use super::super::sample::Portrait;
use super::*;

const SIZE: (u32, u32) = (1_000, 1_500);

fn head() -> Head {
    Head {
        middle: 500.0,
        crown: 300.0,
        chin: 740.0,
        turns: 0,
    }
}

fn every_nudge() -> [Nudge; 8] {
    [
        Nudge::Up,
        Nudge::Down,
        Nudge::Left,
        Nudge::Right,
        Nudge::Larger,
        Nudge::Smaller,
        Nudge::Rotate,
        Nudge::Drag {
            dx: 300,
            dy: -2_000,
        },
    ]
}

fn is_inside(crop: &Crop, size: (u32, u32)) -> bool {
    let (width, height) = turned(size, crop.turns);
    crop.left + crop.width() <= width && crop.top + crop.height() <= height
}

#[test]
fn the_proposed_crop_puts_the_head_where_the_guide_wants_it() {
    let crop = Crop::around(&head(), SIZE);
    assert_eq!(crop.width() * 45, crop.height() * 35);
    let placement = Placement::of(&head(), &crop).unwrap();
    assert!(
        (placement.head - 34.0).abs() < 0.6
            && (placement.gap - 4.0).abs() < 0.6
            && placement.off_middle.abs() < 0.3,
        "{placement:?}"
    );
}

#[test]
fn a_crop_never_leaves_the_picture() {
    for size in [SIZE, (480, 480), (2_000, 490), (490, 2_000)] {
        let heads = [
            head(),
            Head {
                middle: 0.0,
                crown: -50.0,
                chin: 3_000.0,
                turns: 1,
            },
            Head {
                middle: 5_000.0,
                crown: 4_000.0,
                chin: 4_001.0,
                turns: 3,
            },
        ];
        for start in heads
            .iter()
            .map(|head| Crop::around(head, size))
            .chain([Crop::middle_of(size)])
        {
            assert!(is_inside(&start, size), "{start:?} in {size:?}");
            for nudge in every_nudge() {
                let end = (0..100).fold(start, |crop, _| crop.nudged(nudge, size));
                assert!(is_inside(&end, size), "{nudge:?}: {end:?} in {size:?}");
            }
        }
    }
}

#[test]
fn a_nudge_moves_the_picture_the_way_its_button_says() {
    let crop = Crop::around(&head(), SIZE);
    let before = Placement::of(&head(), &crop).unwrap();
    let after = |nudge| Placement::of(&head(), &crop.nudged(nudge, SIZE)).unwrap();
    assert!(after(Nudge::Up).gap < before.gap && after(Nudge::Down).gap > before.gap);
    assert!(
        after(Nudge::Left).off_middle < before.off_middle
            && after(Nudge::Right).off_middle > before.off_middle
    );
    assert!(after(Nudge::Larger).head > before.head && after(Nudge::Smaller).head < before.head);
    let dragged = after(Nudge::Drag { dx: 100, dy: 100 });
    assert!(
        (dragged.off_middle - before.off_middle - 3.5).abs() < 0.2
            && (dragged.gap - before.gap - 4.5).abs() < 0.2,
        "{dragged:?}"
    );
}

#[test]
fn four_turns_come_back_to_the_same_place() {
    let crop = Crop::around(&head(), SIZE);
    let back = (0..4).fold(crop, |crop, _| crop.nudged(Nudge::Rotate, SIZE));
    assert_eq!(back.turns(), 0);
    assert!(
        back.left.abs_diff(crop.left) <= 2 && back.top.abs_diff(crop.top) <= 2,
        "{back:?} {crop:?}"
    );
}

#[test]
fn only_known_buttons_are_read() {
    assert_eq!(Nudge::parse("up", "", ""), Some(Nudge::Up));
    assert_eq!(
        Nudge::parse("drag", "-120", "45"),
        Some(Nudge::Drag { dx: -120, dy: 45 })
    );
    assert_eq!(
        Nudge::parse("drag", "999999", "0"),
        Some(Nudge::Drag { dx: 2_000, dy: 0 })
    );
    for (name, dx) in [
        ("", "1"),
        ("sideways", "1"),
        ("drag", ""),
        ("drag", "NaN"),
        ("drag", "99999999999"),
    ] {
        assert_eq!(Nudge::parse(name, dx, "1"), None, "{name} {dx}");
    }
}

#[test]
fn what_is_printed_has_600_dots_an_inch_and_a_bounded_size() {
    let stored = upload::encode(&Portrait::of_person(0).draw(), 92).unwrap();
    let crop = Crop::middle_of((620, 800));
    for (rendering, size, most) in [
        (Rendering::Print, (827, 1_063), 200_000),
        (Rendering::Preview, (315, 405), 24_000),
    ] {
        let jpeg = render(&stored, &crop, rendering).unwrap();
        assert_eq!(
            image::load_from_memory(&jpeg)
                .unwrap()
                .to_rgb8()
                .dimensions(),
            size
        );
        assert!(jpeg.len() <= most, "{rendering:?}: {} bytes", jpeg.len());
    }
}

#[test]
fn a_crop_of_another_picture_is_clamped_not_trusted() {
    let stored = upload::encode(&Portrait::of_person(0).draw(), 80).unwrap();
    let foreign: Crop = serde_json::from_str(
        r#"{"left":4000000000,"top":4000000000,"unit":4000000000,"turns":255}"#,
    )
    .unwrap();
    assert!(render(&stored, &foreign, Rendering::Preview).is_ok());
    assert!(
        every_nudge()
            .iter()
            .all(|nudge| is_inside(&foreign.nudged(*nudge, SIZE), SIZE))
    );
}

#[test]
fn a_damaged_store_is_an_error_not_a_picture() {
    assert_eq!(
        render(b"\xFF\xD8\xFF", &Crop::middle_of(SIZE), Rendering::Print),
        Err(PhotoError::Unusable(Unusable::Damaged))
    );
}

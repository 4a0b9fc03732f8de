//! Finding faces, with the detector of the crate `rustface` and the model it carries.
//!
//! The detector works on grey pixels, small ones: 400 on the longer side find every face that could be meant to be the one in the photo. Its inner
//! loops copy windows without checking bounds; a window that leans far out of the picture would be trouble. So it never sees an edge: the picture is
//! laid on an even field a quarter wider on every side, where no window survives the first stage. A panic in it is caught and means "not looked".

use std::panic::{self, AssertUnwindSafe};
use std::sync::OnceLock;

use image::{DynamicImage, GrayImage, Luma, imageops};
use rustface::{ImageData, Model};
use serde::{Deserialize, Serialize};

use super::crop::turn;
use super::resize::{Way, resized};
use super::{real, whole};

static MODEL: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/face-model.bin"));

/// Longer side of the copy that all looking is done on.
const COPY_SIDE: u32 = 900;
/// Longer side of what the detector sees first, without the field around it.
const SEEN_SIDE: u32 = 400;
/// It goes by steps of a fifth in size, so its squares jump; looking again at these sizes and taking the mean makes them steady.
const SEEN_AGAIN: [u32; 2] = [360, 450];
/// Its steps: each size is this much of the one before.
const STEP: f32 = 0.8;
/// A face that was found is looked at again in a picture so much smaller that its square keeps at least this side, in pixels; by whole steps, so that
/// the detector sees what it would have seen, without the larger sizes that are most of its work.
const LEAST_SEEN_AGAIN: f32 = 56.0;
/// Below this score the detector saw something, but hardly a face.
const LEAST_SCORE: f64 = 3.0;
/// A second face must be this sure, and this large beside the first: patterns of wallpaper are neither.
const SECOND_SCORE: f64 = 6.0;
const SECOND_SIZE: f32 = 0.3;
/// The detector's square reaches from the forehead to the chin. The crown, with the hair, lies this much of the square's side above it,
const CROWN_ABOVE: f32 = 0.27;
/// and the middle of the square this much of the head's length below the crown.
const MIDDLE_BELOW_CROWN: f32 = 0.605;
/// A difference of brightness that is hair against a wall, and not the wall's own.
const HAIR_STEP: f32 = 18.0;

/// A head, in pixels of the picture after `turns` quarter turns clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// The middle of the face, from the left.
    pub middle: f32,
    /// The crown, from the top; less than 0 when it is cut off.
    pub crown: f32,
    /// The chin, from the top.
    pub chin: f32,
    /// Quarter turns after which the face is upright, 0 to 3.
    pub turns: u8,
}

impl Head {
    /// Pixels from crown to chin.
    pub fn length(&self) -> f32 {
        (self.chin - self.crown).max(1.0)
    }
}

/// What the detector saw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Faces {
    None,
    One(Head),
    Several(u32),
    /// The detector failed; nothing is known.
    NotLooked,
}

/// A square the detector marked, in pixels of the picture.
#[derive(Debug, Clone, Copy)]
struct Square {
    left: f32,
    top: f32,
    side: f32,
    score: f64,
}

/// Looks for faces, upright first, then lying on either side, then upside down.
pub(super) fn find(image: &DynamicImage) -> Faces {
    let Some(model) = model() else {
        return Faces::NotLooked;
    };
    // One pass over the whole picture; everything else works on the copy.
    let copy = DynamicImage::ImageLuma8(see(image, COPY_SIDE));
    let scale = real(image.width()) / real(copy.width());
    for turns in [0, 1, 3, 2] {
        let turned = turn(&copy, turns);
        let copy = turned.as_ref().unwrap_or(&copy);
        match look(model, copy, SEEN_SIDE) {
            None => return Faces::NotLooked,
            Some(squares) if squares.is_empty() => {}
            Some(squares) => return count(model, copy, &squares, turns).scaled(scale),
        }
    }
    Faces::None
}

impl Faces {
    fn scaled(self, by: f32) -> Self {
        match self {
            Self::One(head) => Self::One(Head {
                middle: head.middle * by,
                crown: head.crown * by,
                chin: head.chin * by,
                ..head
            }),
            other => other,
        }
    }
}

fn count(model: &Model, image: &DynamicImage, squares: &[Square], turns: u8) -> Faces {
    let Some(first) = squares
        .iter()
        .max_by(|one, other| one.side.total_cmp(&other.side))
    else {
        return Faces::None;
    };
    let is_second = |square: &&Square| {
        square.score >= SECOND_SCORE
            && square.side >= first.side * SECOND_SIZE
            && !square.overlaps(first)
    };
    let others = u32::try_from(squares.iter().filter(is_second).count()).unwrap_or(u32::MAX);
    if others > 0 {
        return Faces::Several(others.saturating_add(1));
    }
    let smaller = smaller_by(first.side * scale_of(image, SEEN_SIDE));
    let again = SEEN_AGAIN
        .iter()
        .filter_map(|side| look(model, image, whole(real(*side) * smaller)))
        .flatten();
    let same: Vec<Square> = squares
        .iter()
        .copied()
        .chain(again)
        .filter(|square| square.overlaps(first))
        .collect();
    Faces::One(head(image, &Square::mean(&same).unwrap_or(*first), turns))
}

/// How much smaller the picture may be in which a face is looked at again that was seen with this side.
fn smaller_by(seen_side: f32) -> f32 {
    let mut by = 1.0;
    while seen_side * by * STEP >= LEAST_SEEN_AGAIN {
        by *= STEP;
    }
    by
}

/// The head around a square: by the wall above the hair when there is an even one, by proportion when not.
fn head(image: &DynamicImage, square: &Square, turns: u8) -> Head {
    let middle = square.left + square.side / 2.0;
    let by_proportion = square.top - CROWN_ABOVE * square.side;
    match crown_before_wall(image, square) {
        Some(crown) => {
            let by_middle = crown + (square.top + square.side / 2.0 - crown) / MIDDLE_BELOW_CROWN;
            Head {
                middle,
                crown,
                chin: f32::midpoint(by_middle, square.top + square.side),
                turns,
            }
        }
        None => Head {
            middle,
            crown: by_proportion,
            chin: square.top + square.side,
            turns,
        },
    }
}

/// The row above the face where an even wall ends, and hair begins.
fn crown_before_wall(image: &DynamicImage, square: &Square) -> Option<f32> {
    let seen = see(image, SEEN_SIDE);
    let scale = real(seen.width()) / real(image.width());
    let [left, right, end] = [
        square.left + square.side * 0.35,
        square.left + square.side * 0.65,
        square.top,
    ]
    .map(|at| whole(at * scale));
    let rows = 0..end.min(seen.height());
    let mean = |y: u32| {
        mean_brightness(
            (left..right.min(seen.width())).filter_map(|x| seen.get_pixel_checked(x, y)),
        )
    };
    let wall = mean(0)?;
    let crown = rows
        .clone()
        .find(|y| mean(*y).is_some_and(|row| (row - wall).abs() > HAIR_STEP))?;
    let crown = real(crown) / scale;
    // Farther off than hair can be high, it was a shelf or a shadow.
    let is_plausible = (square.top - crown) / square.side;
    (0.10..0.60).contains(&is_plausible).then_some(crown)
}

impl Square {
    fn mean(squares: &[Self]) -> Option<Self> {
        let count = real(u32::try_from(squares.len()).ok()?);
        let mean = |of: fn(&Self) -> f32| squares.iter().map(of).sum::<f32>() / count;
        let best = squares
            .iter()
            .map(|square| square.score)
            .max_by(f64::total_cmp)?;
        Some(Self {
            left: mean(|square| square.left),
            top: mean(|square| square.top),
            side: mean(|square| square.side),
            score: best,
        })
    }

    /// Whether the middle of one lies in the other: the detector marks one face several times.
    fn overlaps(&self, other: &Self) -> bool {
        let apart = |one: f32, other: f32| (one - other).abs();
        let reach = self.side.max(other.side) / 2.0;
        let middle = |square: &Self| {
            (
                square.left + square.side / 2.0,
                square.top + square.side / 2.0,
            )
        };
        let ((x, y), (other_x, other_y)) = (middle(self), middle(other));
        apart(x, other_x) < reach && apart(y, other_y) < reach
    }
}

/// All squares sure enough to be faces, looked for in a copy with this longer side; `None` when the detector failed.
fn look(model: &Model, image: &DynamicImage, seen_side: u32) -> Option<Vec<Square>> {
    let seen = see(image, seen_side);
    let scale = real(seen.width()) / real(image.width());
    let margin = seen_side / 4;
    let wall = seen
        .rows()
        .next()
        .and_then(mean_brightness)
        .map_or(128, |mean| u8::try_from(whole(mean)).unwrap_or(u8::MAX));
    let mut field = GrayImage::from_pixel(
        seen.width() + 2 * margin,
        seen.height() + 2 * margin,
        Luma([wall]),
    );
    imageops::replace(&mut field, &seen, i64::from(margin), i64::from(margin));
    let found = panic::catch_unwind(AssertUnwindSafe(|| {
        let mut detector = rustface::create_detector_with_model(model.clone());
        detector.set_score_thresh(LEAST_SCORE);
        detector.detect(&ImageData::new(&field, field.width(), field.height()))
    }))
    .ok()?;
    let in_picture =
        |at: i32| (f32::from(i16::try_from(at).unwrap_or(i16::MAX)) - real(margin)) / scale;
    Some(
        found
            .iter()
            .map(|face| Square {
                left: in_picture(face.bbox().x()),
                top: in_picture(face.bbox().y()),
                side: real(face.bbox().width()) / scale,
                score: face.score(),
            })
            .collect(),
    )
}

/// What a picture is multiplied with to have this longer side; it never grows.
fn scale_of(image: &DynamicImage, side: u32) -> f32 {
    (real(side) / real(image.width().max(image.height()))).min(1.0)
}

/// A grey copy with this longer side.
fn see(image: &DynamicImage, side: u32) -> GrayImage {
    let scale = scale_of(image, side);
    let [width, height] =
        [image.width(), image.height()].map(|side| whole(real(side) * scale).max(1));
    resized(image, width, height, Way::Mean).into_luma8()
}

fn mean_brightness<'a>(pixels: impl Iterator<Item = &'a Luma<u8>>) -> Option<f32> {
    let (sum, count) = pixels.fold((0.0, 0.0), |(sum, count), pixel| {
        (sum + f32::from(pixel.0[0]), count + 1.0)
    });
    (count > 0.0).then(|| sum / count)
}

fn model() -> Option<&'static Model> {
    static PARSED: OnceLock<Option<Model>> = OnceLock::new();
    PARSED
        .get_or_init(|| {
            panic::catch_unwind(|| rustface::read_model(MODEL).ok())
                .ok()
                .flatten()
        })
        .as_ref()
}

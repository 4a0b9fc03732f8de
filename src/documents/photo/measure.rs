//! Measures of a cropped picture: sharpness, light, background. Plain numbers; what they mean is decided in `judge`.
//!
//! All work on a copy of one fixed size, so that the same face gives the same numbers whatever camera took it.

use image::{DynamicImage, GrayImage};

use super::crop::Placement;
use super::resize::{Way, resized};
use super::{real, whole};

/// Size of the copy that is measured: 4 pixels a millimetre.
const WIDTH: u32 = 140;
const HEIGHT: u32 = 180;
const PIXELS_A_MILLIMETRE: f32 = 4.0;

/// Where in the copy the face and the wall are to be expected, given where the head lies. Shares of the head's length are those of adults.
struct Layout {
    /// The face without hair, ears and collar: left, top, width, height.
    face: (u32, u32, u32, u32),
    /// Below this row are shoulders.
    shoulders: u32,
    /// The head with its hair: middle, half width, half height. Generous, because hair is, and because the crown is an estimate.
    oval: ((f32, f32), f32, f32),
}

impl Layout {
    fn of(placement: &Placement) -> Self {
        let head = placement.head * PIXELS_A_MILLIMETRE;
        let crown = placement.gap * PIXELS_A_MILLIMETRE;
        let middle = real(WIDTH) / 2.0 + placement.off_middle * PIXELS_A_MILLIMETRE;
        Self {
            face: (
                whole(middle - head * 0.25),
                whole(crown + head * 0.265),
                whole(head * 0.5),
                whole(head * 0.675),
            ),
            shoulders: whole(crown + head * 0.59).min(HEIGHT),
            oval: ((middle, crown + head * 0.56), head * 0.44, head * 0.68),
        }
    }

    /// The places where there should be nothing but wall.
    fn wall(&self) -> impl Iterator<Item = (u32, u32)> {
        let ((middle_x, middle_y), half_width, half_height) = self.oval;
        let is_outside = move |x: u32, y: u32| {
            ((real(x) - middle_x) / half_width).hypot((real(y) - middle_y) / half_height) > 1.0
        };
        (1..self.shoulders)
            .flat_map(|y| (1..WIDTH - 1).map(move |x| (x, y)))
            .filter(move |(x, y)| is_outside(*x, *y))
    }
}

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measures {
    /// Variance of the Laplacian over the face, at 8 pixels a millimetre, as if the face had a mean brightness of 128: a dark picture is not a
    /// blurred one. Blurred faces have little.
    pub(super) sharpness: f64,
    /// Mean brightness of the face, 0 to 255.
    pub(super) face_brightness: f64,
    /// Share of the face that is as good as white, 0 to 1.
    pub(super) face_white: f64,
    /// Difference of the mean brightness of the left and right half of the face.
    pub(super) face_halves: f64,
    /// Standard deviation of the background's brightness.
    pub(super) background_spread: f64,
    /// Share of the background that is an edge, 0 to 1.
    pub(super) background_edges: f64,
}

impl Measures {
    /// Measures a picture that is already cropped, with the head at this place.
    pub(super) fn of(cropped: &DynamicImage, placement: &Placement) -> Self {
        let copy = |width, height| {
            DynamicImage::ImageLuma8(resized(cropped, width, height, Way::Mean).into_luma8())
        };
        let (small, fine) = (copy(WIDTH, HEIGHT), copy(WIDTH * 2, HEIGHT * 2));
        let layout = Layout::of(placement);
        let (left, top, width, height) = layout.face;
        let face = small.crop_imm(left, top, width, height);
        let detail = fine
            .crop_imm(left * 2, top * 2, width * 2, height * 2)
            .into_luma8();
        let side = |from: u32| {
            Statistics::of(
                face.crop_imm(from, 0, width / 2, height)
                    .into_luma8()
                    .pixels()
                    .map(|pixel| f64::from(pixel.0[0])),
            )
        };
        let (face, small) = (face.to_luma8(), small.to_luma8());
        let edges = Statistics::of(
            layout
                .wall()
                .filter_map(|(x, y)| edge(&small, x, y))
                .map(|edge| if edge > EDGE { 1.0 } else { 0.0 }),
        );
        let face_values = Statistics::of(face.pixels().map(|pixel| f64::from(pixel.0[0])));
        let wall = Statistics::of(layout.wall().filter_map(|(x, y)| brightness(&small, x, y)));
        Self {
            sharpness: laplacian(&detail).variance * (128.0 / face_values.mean.max(1.0)).powi(2),
            face_brightness: face_values.mean,
            face_white: Statistics::of(
                face.pixels()
                    .map(|pixel| if pixel.0[0] >= 250 { 1.0 } else { 0.0 }),
            )
            .mean,
            face_halves: (side(0).mean - side(width / 2).mean).abs(),
            background_spread: wall.variance.sqrt(),
            background_edges: edges.mean,
        }
    }
}

/// A step of brightness from pixel to pixel that a wall does not have.
const EDGE: f64 = 14.0;

fn brightness(image: &GrayImage, x: u32, y: u32) -> Option<f64> {
    image
        .get_pixel_checked(x, y)
        .map(|pixel| f64::from(pixel.0[0]))
}

/// The greater step of brightness to the right and down.
fn edge(image: &GrayImage, x: u32, y: u32) -> Option<f64> {
    let here = brightness(image, x, y)?;
    let step = |other: Option<f64>| other.map_or(0.0, |other| (other - here).abs());
    Some(step(brightness(image, x + 1, y)).max(step(brightness(image, x, y + 1))))
}

fn laplacian(image: &GrayImage) -> Statistics {
    let places = (1..image.height().saturating_sub(1))
        .flat_map(|y| (1..image.width().saturating_sub(1)).map(move |x| (x, y)));
    Statistics::of(places.filter_map(|(x, y)| {
        let around = brightness(image, x - 1, y)?
            + brightness(image, x + 1, y)?
            + brightness(image, x, y - 1)?
            + brightness(image, x, y + 1)?;
        Some(around - 4.0 * brightness(image, x, y)?)
    }))
}

/// Mean and variance; both 0 of nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Statistics {
    mean: f64,
    variance: f64,
}

impl Statistics {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let (count, sum, squares) = values.fold((0.0, 0.0, 0.0), |(count, sum, squares), value| {
            (count + 1.0, sum + value, squares + value * value)
        });
        if count == 0.0 {
            return Self {
                mean: 0.0,
                variance: 0.0,
            };
        }
        let mean = sum / count;
        Self {
            mean,
            variance: (squares / count - mean * mean).max(0.0),
        }
    }
}

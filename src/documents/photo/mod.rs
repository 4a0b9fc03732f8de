//! The photo: from what a person uploads to what stands on the photo sheet.
//!
//! 1. [`read_upload`] decides by content what was sent, decodes it within fixed memory, turns it upright, makes it small and encodes it again, so
//!    that what is stored holds pixels and nothing else (no place, no camera, no second file hidden in the first).
//! 2. [`judge()`] finds the face, measures, and proposes a [`Crop`]. A [`Finding`] is advice: the three levels are pass, attention and unusable, and
//!    only a picture without a face or with several is unusable. Whether a face will do, people decide.
//! 3. [`render`] cuts the chosen crop out of the stored picture, for the page and for print.
//!
//! Everything here is slow work on untrusted bytes: it runs on blocking threads, and the process decodes two pictures at once, no more
//! ([`DecodeGate`]). Sealing and storing are the caller's.

mod container;
mod crop;
mod faces;
mod gate;
mod judge;
mod measure;
mod resize;
pub mod sample;
mod unusable;
mod upload;

pub use crop::{Crop, Nudge, Rendering, render};
pub use faces::Head;
pub use gate::{Busy, DecodeGate};
pub use judge::{Check, Finding, Judgement, Level, judge};
pub use unusable::{PhotoError, Unusable};
pub use upload::{Original, Upload, read_upload};

/// What a photo may be.
///
/// Sides and the least size of a file are those of the domestic online application (480 pixels, 20 KB); the domestic upper bounds (7 MB,
/// 6,000 pixels) are widened to what telephones make, because the picture is made small here anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhotoLimits {
    /// Bytes of a file, at most.
    pub most_bytes: usize,
    /// Bytes under which a file is noted as probably too coarse; it is taken all the same, for the print is made from its pixels.
    pub few_bytes: usize,
    /// Pixels of the shorter side, at least.
    pub least_side: u32,
    /// Pixels of either side, at most.
    pub most_side: u32,
    /// Bytes that decoding may need, at most.
    pub most_memory: u64,
    /// Pixels of the longer side of the stored picture, at most.
    pub stored_side: u32,
}

/// The limits in force.
pub const LIMITS: PhotoLimits = PhotoLimits {
    most_bytes: 8 * 1024 * 1024,
    few_bytes: 20 * 1024,
    least_side: 480,
    most_side: 8_000,
    most_memory: 128 * 1024 * 1024,
    stored_side: 2_000,
};

/// The nearest whole number of pixels; nothing below 0 or beyond `u32`.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is what is wanted"
)]
fn whole(length: f32) -> u32 {
    length.round() as u32
}

/// A number of pixels as a real number. No picture here has more than 65,535 pixels on a side.
fn real(pixels: u32) -> f32 {
    f32::from(u16::try_from(pixels).unwrap_or(u16::MAX))
}

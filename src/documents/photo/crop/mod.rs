//! The part of the picture that is printed: 35 mm wide and 45 mm high, by quarter turns if need be.
//!
//! A crop is 7 × 9 units, so that its shape is exact in whole pixels. It always lies inside the picture: it is clamped when it is made, when it is
//! moved, and again when it is used.

use image::DynamicImage;
use serde::{Deserialize, Serialize};

use super::faces::Head;
use super::resize::{Way, resized};
use super::unusable::{PhotoError, Unusable};
use super::upload;
use super::{real, whole};

/// Units across and down: 35 to 45.
const ACROSS: u32 = 7;
const DOWN: u32 = 9;
/// The smallest crop is 270 pixels high: 6 pixels a millimetre, where faces begin to show steps.
const LEAST_UNIT: u32 = 30;
/// Millimetres down.
const HEIGHT_MM: f32 = 45.0;
/// Head from crown to chin as the guide wants it, and the gap above, in millimetres (overseas card, photo rules).
const HEAD_MM: f32 = 34.0;
const GAP_MM: f32 = 4.0;

/// A part of a picture, in pixels of the picture after `turns` quarter turns clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crop {
    left: u32,
    top: u32,
    unit: u32,
    turns: u8,
}

/// One press of a button beside the picture. Words are about the picture, as the person sees it: up moves the head up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nudge {
    /// 1 mm up.
    Up,
    /// 1 mm down.
    Down,
    /// 1 mm to the left.
    Left,
    /// 1 mm to the right.
    Right,
    /// The head 1 mm longer.
    Larger,
    /// The head 1 mm shorter.
    Smaller,
    /// A quarter turn clockwise.
    Rotate,
    /// Dragged by thousandths of the crop's width and height.
    Drag {
        /// To the right.
        dx: i32,
        /// Down.
        dy: i32,
    },
}

impl Nudge {
    /// Reads the value of the button, and for `drag` the two distances.
    pub fn parse(name: &str, dx: &str, dy: &str) -> Option<Self> {
        let distance = |text: &str| {
            text.parse::<i32>()
                .ok()
                .map(|thousandths| thousandths.clamp(-2_000, 2_000))
        };
        Some(match name {
            "up" => Self::Up,
            "down" => Self::Down,
            "left" => Self::Left,
            "right" => Self::Right,
            "larger" => Self::Larger,
            "smaller" => Self::Smaller,
            "rotate" => Self::Rotate,
            "drag" => Self::Drag {
                dx: distance(dx)?,
                dy: distance(dy)?,
            },
            _ => return None,
        })
    }
}

impl Crop {
    /// The largest crop in the middle of a picture of this size.
    pub fn middle_of(size: (u32, u32)) -> Self {
        let unit = largest_unit(size);
        let place = |side: u32, units: u32| side.saturating_sub(units * unit) / 2;
        Self {
            left: place(size.0, ACROSS),
            top: place(size.1, DOWN),
            unit,
            turns: 0,
        }
    }

    /// The crop in which `head` has the length and the gap the guide asks for, as far as the picture of this size (unturned) reaches.
    pub fn around(head: &Head, size: (u32, u32)) -> Self {
        let millimetre = head.length() / HEAD_MM;
        let unit = whole(millimetre * HEIGHT_MM / real(DOWN))
            .clamp(LEAST_UNIT, largest_unit(turned(size, head.turns)));
        let left = whole(head.middle - real(ACROSS * unit) / 2.0);
        let top = whole(head.crown - real(DOWN * unit) / HEIGHT_MM * GAP_MM);
        Self {
            left,
            top,
            unit,
            turns: head.turns,
        }
        .clamped(size)
    }

    /// Pixels across.
    pub fn width(&self) -> u32 {
        ACROSS.saturating_mul(self.unit)
    }

    /// Pixels down.
    pub fn height(&self) -> u32 {
        DOWN.saturating_mul(self.unit)
    }

    /// Quarter turns clockwise, 0 to 3.
    pub fn turns(&self) -> u8 {
        self.turns
    }

    /// The upper left corner.
    pub fn corner(&self) -> (u32, u32) {
        (self.left, self.top)
    }

    /// The crop after a press of a button; it stays in the picture, whose size (unturned) is given.
    #[must_use]
    pub fn nudged(self, nudge: Nudge, size: (u32, u32)) -> Self {
        let start = self.clamped(size);
        let millimetre = i32::try_from(start.unit / 5).unwrap_or(1).max(1);
        let part = |thousandths: i32, side: u32| {
            i32::try_from(side).unwrap_or(0).saturating_mul(thousandths) / 1_000
        };
        match nudge {
            // The picture goes up when the frame goes down.
            Nudge::Up => start.moved(0, millimetre),
            Nudge::Down => start.moved(0, -millimetre),
            Nudge::Left => start.moved(millimetre, 0),
            Nudge::Right => start.moved(-millimetre, 0),
            Nudge::Larger => start.with_unit(start.unit.saturating_sub(start.step()), size),
            Nudge::Smaller => start.with_unit(start.unit + start.step(), size),
            Nudge::Rotate => start.rotated(size),
            Nudge::Drag { dx, dy } => {
                start.moved(-part(dx, start.width()), -part(dy, start.height()))
            }
        }
        .clamped(size)
    }

    /// This crop, moved and made small enough to lie in a picture of this size (unturned).
    #[must_use]
    pub fn clamped(self, size: (u32, u32)) -> Self {
        let turns = self.turns % 4;
        let (width, height) = turned(size, turns);
        let most = largest_unit((width, height));
        let unit = self.unit.clamp(LEAST_UNIT.min(most), most);
        Self {
            left: self.left.min(width.saturating_sub(ACROSS * unit)),
            top: self.top.min(height.saturating_sub(DOWN * unit)),
            unit,
            turns,
        }
    }

    fn moved(self, across: i32, down: i32) -> Self {
        Self {
            left: self.left.saturating_add_signed(across),
            top: self.top.saturating_add_signed(down),
            ..self
        }
    }

    /// The change of unit by which the head grows by a millimetre.
    fn step(self) -> u32 {
        (self.unit / 34).max(1)
    }

    fn with_unit(self, unit: u32, size: (u32, u32)) -> Self {
        let unit = unit.clamp(
            LEAST_UNIT,
            largest_unit(turned(size, self.turns)).max(LEAST_UNIT),
        );
        let shift = |units: u32| {
            (i32::try_from(self.unit * units).unwrap_or(0)
                - i32::try_from(unit * units).unwrap_or(0))
                / 2
        };
        Self {
            unit,
            ..self.moved(shift(ACROSS), shift(DOWN))
        }
    }

    /// Turned with the picture by a quarter, about what was in its middle.
    fn rotated(self, size: (u32, u32)) -> Self {
        let (_, height) = turned(size, self.turns);
        let (across, down) = (self.left + self.width() / 2, self.top + self.height() / 2);
        let (across, down) = (height.saturating_sub(down), across);
        let turns = (self.turns + 1) % 4;
        let turned_crop = Self { turns, ..self };
        Self {
            left: across.saturating_sub(self.width() / 2),
            top: down.saturating_sub(self.height() / 2),
            ..turned_crop
        }
    }
}

/// What a crop is rendered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rendering {
    /// 827 × 1,063 pixels: 35 × 45 mm at 600 dots an inch, at most about 200 KB.
    Print,
    /// 315 × 405 pixels, for a place of 210 × 270 on the page.
    Preview,
}

/// Cuts `crop` out of a stored picture.
pub fn render(jpeg: &[u8], crop: &Crop, rendering: Rendering) -> Result<Vec<u8>, PhotoError> {
    let part = cut(&upload::read_stored(jpeg)?, crop);
    let (size, qualities, most_bytes): (_, &[u8], _) = match rendering {
        Rendering::Print => ((827, 1_063), &[92, 86, 78, 68, 55], 200_000),
        Rendering::Preview => ((315, 405), &[80, 65], 24_000),
    };
    let scaled = resized(&part, size.0, size.1, Way::Sharp);
    let mut encoded = Err(Unusable::Damaged);
    for quality in qualities {
        encoded = upload::encode(&scaled, *quality);
        if encoded
            .as_ref()
            .is_ok_and(|bytes| bytes.len() <= most_bytes)
        {
            break;
        }
    }
    Ok(encoded?)
}

/// The pixels of `crop`, upright.
pub(super) fn cut(image: &DynamicImage, crop: &Crop) -> DynamicImage {
    let crop = crop.clamped((image.width(), image.height()));
    let turned = turn(image, crop.turns);
    let image = turned.as_ref().unwrap_or(image);
    image.crop_imm(crop.left, crop.top, crop.width(), crop.height())
}

/// The picture after quarter turns clockwise; `None` when there are none to make.
pub(super) fn turn(image: &DynamicImage, turns: u8) -> Option<DynamicImage> {
    match turns % 4 {
        1 => Some(image.rotate90()),
        2 => Some(image.rotate180()),
        3 => Some(image.rotate270()),
        _ => None,
    }
}

fn turned(size: (u32, u32), turns: u8) -> (u32, u32) {
    if turns % 2 == 1 {
        (size.1, size.0)
    } else {
        size
    }
}

fn largest_unit(size: (u32, u32)) -> u32 {
    (size.0 / ACROSS).min(size.1 / DOWN).max(1)
}

/// How far from the guide the head lies in a crop, in millimetres of the print.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placement {
    /// From crown to chin.
    pub(super) head: f32,
    /// From the upper edge to the crown.
    pub(super) gap: f32,
    /// From the middle of the print to the middle of the head; negative to the left.
    pub(super) off_middle: f32,
}

impl Placement {
    /// Where `head` comes to lie; `None` when the crop is turned otherwise than the head was found.
    pub(super) fn of(head: &Head, crop: &Crop) -> Option<Self> {
        let millimetre = real(crop.height()) / HEIGHT_MM;
        (head.turns == crop.turns).then(|| Self {
            head: head.length() / millimetre,
            gap: (head.crown - real(crop.top)) / millimetre,
            off_middle: (head.middle - real(crop.left) - real(crop.width()) / 2.0) / millimetre,
        })
    }
}

#[cfg(test)]
mod tests;

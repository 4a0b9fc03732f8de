//! Invented portraits, drawn by code: for the demo, whose people do not exist, and for tests, which need pictures that no one has rights in.
//!
//! A drawing is made of soft ellipses, shaded enough for the face detection to take it for a face, and plain enough for nobody to take it for a
//! photo of somebody. The same [`Portrait`] always gives the same pixels.

mod canvas;

use canvas::Canvas;
use image::DynamicImage;

/// What to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Portrait {
    /// Width of the picture in pixels.
    pub width: u16,
    /// Height of the picture in pixels.
    pub height: u16,
    /// Everybody in the picture; the nearest last.
    pub sitters: Vec<Sitter>,
    /// What is behind them.
    pub background: Background,
    /// 1 as exposed well, less is darker, more is brighter.
    pub brightness: f32,
}

/// Somebody in the picture, who does not exist.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sitter {
    /// The middle of the face, in thousandths of the picture's width.
    pub across: u16,
    /// The crown, in thousandths of the picture's height.
    pub crown: u16,
    /// From crown to chin, in thousandths of the picture's height.
    pub head: u16,
    /// Lean of the head in radians, clockwise.
    pub lean: f32,
    /// Colours of skin, hair and clothes, each red, green and blue from 0 to 1.
    pub colours: [[f32; 3]; 3],
}

/// What is behind the sitters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    /// An even, light wall.
    Plain,
    /// A wall with a hard shadow beside the head.
    Shadow,
    /// Shelves full of things.
    Shelves,
}

const SKINS: [[f32; 3]; 4] = [
    [0.93, 0.78, 0.67],
    [0.88, 0.71, 0.58],
    [0.96, 0.83, 0.74],
    [0.78, 0.60, 0.47],
];
const HAIRS: [[f32; 3]; 4] = [
    [0.09, 0.07, 0.07],
    [0.16, 0.11, 0.09],
    [0.25, 0.16, 0.11],
    [0.42, 0.42, 0.44],
];
const CLOTHES: [[f32; 3]; 5] = [
    [0.14, 0.18, 0.32],
    [0.30, 0.31, 0.34],
    [0.36, 0.14, 0.18],
    [0.12, 0.30, 0.26],
    [0.20, 0.20, 0.22],
];

impl Portrait {
    /// A picture that meets every rule, of the invented person with this number.
    pub fn of_person(number: u32) -> Self {
        Self {
            width: 620,
            height: 800,
            sitters: vec![Sitter::number(number)],
            background: Background::Plain,
            brightness: 1.0,
        }
    }

    /// The picture's pixels.
    pub fn draw(&self) -> DynamicImage {
        let mut canvas = Canvas::new(self.width, self.height);
        canvas.background(self.background);
        for sitter in &self.sitters {
            canvas.sitter(sitter, self.background);
        }
        for pixel in canvas.0.pixels_mut() {
            pixel.0 = pixel
                .0
                .map(|value| (value * self.brightness).clamp(0.0, 1.0));
        }
        DynamicImage::ImageRgb8(DynamicImage::ImageRgb32F(canvas.0).into_rgb8())
    }
}

impl Sitter {
    /// The invented person with this number, placed as the rules of the photo ask (gap of 4 mm, head of 34 mm, of 45).
    pub fn number(number: u32) -> Self {
        let pick = |colours: &[[f32; 3]], step: u32| {
            let index = usize::try_from(number / step)
                .unwrap_or_default()
                .checked_rem(colours.len())
                .unwrap_or_default();
            colours.get(index).copied().unwrap_or([0.5; 3])
        };
        Self {
            across: 500,
            crown: 105,
            head: 700,
            lean: 0.0,
            colours: [pick(&SKINS, 1), pick(&HAIRS, 4), pick(&CLOTHES, 1)],
        }
    }
}

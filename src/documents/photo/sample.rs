//! Invented portraits, drawn by code: for the demo, whose people do not exist, and for tests, which need pictures that no one has rights in.
//!
//! A drawing is made of soft ellipses, shaded enough for the face detection to take it for a face, and plain enough for nobody to take it for a
//! photo of somebody. The same [`Portrait`] always gives the same pixels.

use image::{DynamicImage, Rgb, Rgb32FImage};

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

const SKINS: [[f32; 3]; 4] = [[0.93, 0.78, 0.67], [0.88, 0.71, 0.58], [0.96, 0.83, 0.74], [0.78, 0.60, 0.47]];
const HAIRS: [[f32; 3]; 4] = [[0.09, 0.07, 0.07], [0.16, 0.11, 0.09], [0.25, 0.16, 0.11], [0.42, 0.42, 0.44]];
const CLOTHES: [[f32; 3]; 5] = [[0.14, 0.18, 0.32], [0.30, 0.31, 0.34], [0.36, 0.14, 0.18], [0.12, 0.30, 0.26], [0.20, 0.20, 0.22]];

impl Portrait {
    /// A picture that meets every rule, of the invented person with this number.
    pub fn of_person(number: u32) -> Self {
        Self { width: 620, height: 800, sitters: vec![Sitter::number(number)], background: Background::Plain, brightness: 1.0 }
    }

    /// The picture's pixels.
    pub fn draw(&self) -> DynamicImage {
        let mut canvas = Canvas::new(self.width, self.height);
        canvas.background(self.background);
        for sitter in &self.sitters {
            canvas.sitter(sitter, self.background);
        }
        for pixel in canvas.0.pixels_mut() {
            pixel.0 = pixel.0.map(|value| (value * self.brightness).clamp(0.0, 1.0));
        }
        DynamicImage::ImageRgb8(DynamicImage::ImageRgb32F(canvas.0).into_rgb8())
    }
}

impl Sitter {
    /// The invented person with this number, placed as the rules of the photo ask (gap of 4 mm, head of 34 mm, of 45).
    pub fn number(number: u32) -> Self {
        let pick = |colours: &[[f32; 3]], step: u32| {
            let index = usize::try_from(number / step).unwrap_or_default().checked_rem(colours.len()).unwrap_or_default();
            colours.get(index).copied().unwrap_or([0.5; 3])
        };
        Self { across: 500, crown: 105, head: 700, lean: 0.0, colours: [pick(&SKINS, 1), pick(&HAIRS, 4), pick(&CLOTHES, 1)] }
    }
}

/// One soft ellipse: middle and half axes, angle in radians, how much of the radius is its soft edge, colour and opacity.
struct Spot {
    middle: (f32, f32),
    half: (f32, f32),
    angle: f32,
    soft: f32,
    colour: [f32; 3],
    opacity: f32,
}

struct Canvas(Rgb32FImage);

impl Canvas {
    fn new(width: u16, height: u16) -> Self {
        Self(Rgb32FImage::new(u32::from(width), u32::from(height)))
    }

    fn size(&self) -> (f32, f32) {
        (real(self.0.width()), real(self.0.height()))
    }

    fn background(&mut self, background: Background) {
        let (width, height) = self.size();
        for (x, y, pixel) in self.0.enumerate_pixels_mut() {
            let fall_off = 0.03 * (real(y) / height);
            let is_board = real(y) % (height / 5.0) < height / 40.0;
            let book = (real(x) / (width / 17.0)).floor() + (real(y) / (height / 5.0)).floor() * 3.0;
            *pixel = Rgb(match background {
                Background::Shelves if is_board => [0.35, 0.25, 0.18],
                Background::Shelves => [0.25 + 0.12 * (book % 5.0), 0.70 - 0.11 * (book % 4.0), 0.35 + 0.15 * (book % 3.0)],
                Background::Plain | Background::Shadow => [0.90 - fall_off, 0.91 - fall_off, 0.93 - fall_off],
            });
        }
    }

    fn sitter(&mut self, sitter: &Sitter, background: Background) {
        let (width, height) = self.size();
        let head = Head {
            crown: (width * f32::from(sitter.across) / 1000.0, height * f32::from(sitter.crown) / 1000.0),
            height: height * f32::from(sitter.head) / 1000.0,
            lean: sitter.lean,
        };
        if background == Background::Shadow {
            self.spot(&Spot { colour: [0.45; 3], ..head.spot((0.30, 0.55), (0.38, 0.58), 0.06) });
        }
        let [skin, hair, clothes] = sitter.colours;
        self.body(&head, skin, hair, clothes);
        self.face(&head, skin);
        self.features(&head, skin, hair);
    }

    fn body(&mut self, head: &Head, skin: [f32; 3], hair: [f32; 3], clothes: [f32; 3]) {
        self.spot(&Spot { colour: hair, ..head.spot((0.0, 0.46), (0.385, 0.47), 0.05) });
        self.spot(&Spot { colour: clothes, ..head.upright((0.0, 2.30), (0.80, 1.20), 0.02) });
        self.spot(&Spot { colour: shade(skin, 0.80), ..head.upright((0.0, 1.00), (0.20, 0.24), 0.05) });
        self.spot(&Spot { colour: shade(skin, 0.62), opacity: 0.7, ..head.upright((0.0, 0.99), (0.16, 0.09), 0.5) });
    }

    fn face(&mut self, head: &Head, skin: [f32; 3]) {
        for side in [-1.0, 1.0] {
            self.spot(&Spot { colour: shade(skin, 0.86), ..head.spot((side * 0.350, 0.56), (0.045, 0.10), 0.2) });
        }
        self.spot(&Spot { colour: shade(skin, 0.80), ..head.spot((0.0, 0.53), (0.345, 0.47), 0.04) });
        self.spot(&Spot { colour: skin, ..head.spot((0.0, 0.52), (0.315, 0.45), 0.25) });
        self.spot(&Spot { colour: shade(skin, 1.08), opacity: 0.6, ..head.spot((0.0, 0.33), (0.20, 0.11), 0.9) });
        for side in [-1.0, 1.0] {
            self.spot(&Spot { colour: shade(skin, 1.05), opacity: 0.5, ..head.spot((side * 0.17, 0.64), (0.09, 0.08), 0.9) });
            self.spot(&Spot { colour: shade(skin, 0.72), opacity: 0.55, ..head.spot((side * 0.145, 0.485), (0.105, 0.065), 0.8) });
        }
        self.spot(&Spot { colour: shade(skin, 0.84), opacity: 0.6, ..head.spot((0.0, 0.885), (0.10, 0.03), 0.9) });
    }

    fn features(&mut self, head: &Head, skin: [f32; 3], hair: [f32; 3]) {
        // Hair over the forehead, in three strands with a parting.
        for (across, down, half) in [(-0.15, 0.18, (0.20, 0.12)), (0.15, 0.18, (0.20, 0.12)), (0.0, 0.13, (0.27, 0.12))] {
            self.spot(&Spot { colour: hair, angle: head.lean + across * 1.8, ..head.spot((across, down), half, 0.12) });
        }
        for side in [-1.0, 1.0] {
            self.spot(&Spot { colour: hair, ..head.spot((side * 0.322, 0.37), (0.045, 0.17), 0.4) });
            self.spot(&Spot { colour: hair, opacity: 0.9, angle: head.lean + side * 0.06, ..head.spot((side * 0.150, 0.415), (0.092, 0.019), 0.5) });
            self.eye(head, side);
            self.spot(&Spot { colour: shade(skin, 0.55), opacity: 0.9, ..head.spot((side * 0.040, 0.672), (0.022, 0.013), 0.6) });
            self.spot(&Spot { colour: shade(skin, 0.76), opacity: 0.6, ..head.spot((side * 0.062, 0.655), (0.028, 0.034), 0.8) });
        }
        self.spot(&Spot { colour: shade(skin, 1.10), opacity: 0.7, ..head.spot((0.0, 0.58), (0.022, 0.10), 0.9) });
        self.spot(&Spot { colour: shade(skin, 0.70), opacity: 0.6, ..head.spot((0.0, 0.690), (0.065, 0.016), 0.8) });
        self.spot(&Spot { colour: [0.70, 0.36, 0.34], opacity: 0.9, ..head.spot((0.0, 0.790), (0.115, 0.034), 0.4) });
        self.spot(&Spot { colour: [0.36, 0.15, 0.15], opacity: 0.95, ..head.spot((0.0, 0.786), (0.112, 0.009), 0.6) });
        self.spot(&Spot { colour: shade(skin, 0.78), opacity: 0.6, ..head.spot((0.0, 0.838), (0.075, 0.016), 0.9) });
    }

    fn eye(&mut self, head: &Head, side: f32) {
        let across = side * 0.148;
        self.spot(&Spot { colour: [0.95, 0.94, 0.92], ..head.spot((across, 0.497), (0.066, 0.026), 0.2) });
        self.spot(&Spot { colour: [0.16, 0.10, 0.07], ..head.spot((across, 0.496), (0.029, 0.029), 0.15) });
        self.spot(&Spot { colour: [0.10, 0.07, 0.06], ..head.spot((across, 0.474), (0.072, 0.011), 0.5) });
        self.spot(&Spot { colour: [1.0; 3], ..head.spot((across + 0.010, 0.488), (0.007, 0.007), 0.3) });
    }

    fn spot(&mut self, spot: &Spot) {
        let (sin, cos) = spot.angle.sin_cos();
        let reach = spot.half.0.max(spot.half.1) * (1.0 + spot.soft) + 1.0;
        let (left, right) = (whole(spot.middle.0 - reach), whole(spot.middle.0 + reach).min(self.0.width()));
        let (top, bottom) = (whole(spot.middle.1 - reach), whole(spot.middle.1 + reach).min(self.0.height()));
        for y in top..bottom {
            for x in left..right {
                let (dx, dy) = (real(x) - spot.middle.0, real(y) - spot.middle.1);
                let (along, across) = ((dx * cos + dy * sin) / spot.half.0, (dy * cos - dx * sin) / spot.half.1);
                let edge = ((1.0 - along.hypot(across)) / spot.soft + 0.5).clamp(0.0, 1.0);
                let cover = edge * edge * (3.0 - 2.0 * edge) * spot.opacity;
                if cover > 0.0
                    && let Some(pixel) = self.0.get_pixel_mut_checked(x, y)
                {
                    for (value, paint) in pixel.0.iter_mut().zip(spot.colour) {
                        *value += (paint - *value) * cover;
                    }
                }
            }
        }
    }
}

/// Where a head is; places on it are given in heads: across from the middle line, down from the crown.
struct Head {
    crown: (f32, f32),
    height: f32,
    lean: f32,
}

impl Head {
    fn spot(&self, place: (f32, f32), half: (f32, f32), soft: f32) -> Spot {
        // The head leans about the chin.
        let (sin, cos) = self.lean.sin_cos();
        let (across, up) = (place.0 * self.height, (place.1 - 1.0) * self.height);
        let middle = (self.crown.0 + across * cos - up * sin, self.crown.1 + self.height + across * sin + up * cos);
        Spot { middle, half: (half.0 * self.height, half.1 * self.height), angle: self.lean, soft, colour: [0.0; 3], opacity: 1.0 }
    }

    fn upright(&self, place: (f32, f32), half: (f32, f32), soft: f32) -> Spot {
        Self { crown: self.crown, height: self.height, lean: 0.0 }.spot(place, half, soft)
    }
}

fn shade(colour: [f32; 3], by: f32) -> [f32; 3] {
    colour.map(|value| value * by)
}

fn real(pixels: u32) -> f32 {
    f32::from(u16::try_from(pixels).unwrap_or(u16::MAX))
}

#[expect(clippy::as_conversions, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, which is what is wanted")]
fn whole(length: f32) -> u32 {
    length as u32
}

//! Drawing: soft ellipses on a wall, which together look enough like a person for a detector of faces.

use image::{Rgb, Rgb32FImage};

use super::{Background, Sitter};

/// One soft ellipse: middle and half axes, angle in radians, how much of the radius is its soft edge, colour and opacity.
struct Spot {
    middle: (f32, f32),
    half: (f32, f32),
    angle: f32,
    soft: f32,
    colour: [f32; 3],
    opacity: f32,
}

/// A picture being drawn.
pub(super) struct Canvas(pub(super) Rgb32FImage);

impl Canvas {
    pub(super) fn new(width: u16, height: u16) -> Self {
        Self(Rgb32FImage::new(u32::from(width), u32::from(height)))
    }

    fn size(&self) -> (f32, f32) {
        (real(self.0.width()), real(self.0.height()))
    }

    pub(super) fn background(&mut self, background: Background) {
        let (width, height) = self.size();
        for (x, y, pixel) in self.0.enumerate_pixels_mut() {
            let fall_off = 0.03 * (real(y) / height);
            let is_board = real(y) % (height / 5.0) < height / 40.0;
            let book =
                (real(x) / (width / 17.0)).floor() + (real(y) / (height / 5.0)).floor() * 3.0;
            *pixel = Rgb(match background {
                Background::Shelves if is_board => [0.35, 0.25, 0.18],
                Background::Shelves => [
                    0.25 + 0.12 * (book % 5.0),
                    0.70 - 0.11 * (book % 4.0),
                    0.35 + 0.15 * (book % 3.0),
                ],
                Background::Plain | Background::Shadow => {
                    [0.90 - fall_off, 0.91 - fall_off, 0.93 - fall_off]
                }
            });
        }
    }

    pub(super) fn sitter(&mut self, sitter: &Sitter, background: Background) {
        let (width, height) = self.size();
        let head = Head {
            crown: (
                width * f32::from(sitter.across) / 1000.0,
                height * f32::from(sitter.crown) / 1000.0,
            ),
            height: height * f32::from(sitter.head) / 1000.0,
            lean: sitter.lean,
        };
        if background == Background::Shadow {
            self.spot(&Spot {
                colour: [0.45; 3],
                ..head.spot((0.30, 0.55), (0.38, 0.58), 0.06)
            });
        }
        let [skin, hair, clothes] = sitter.colours;
        self.body(&head, skin, hair, clothes);
        self.face(&head, skin);
        self.features(&head, skin, hair);
    }

    fn body(&mut self, head: &Head, skin: [f32; 3], hair: [f32; 3], clothes: [f32; 3]) {
        self.spot(&Spot {
            colour: hair,
            ..head.spot((0.0, 0.46), (0.385, 0.47), 0.05)
        });
        self.spot(&Spot {
            colour: clothes,
            ..head.upright((0.0, 2.30), (0.80, 1.20), 0.02)
        });
        self.spot(&Spot {
            colour: shade(skin, 0.80),
            ..head.upright((0.0, 1.00), (0.20, 0.24), 0.05)
        });
        self.spot(&Spot {
            colour: shade(skin, 0.62),
            opacity: 0.7,
            ..head.upright((0.0, 0.99), (0.16, 0.09), 0.5)
        });
    }

    fn face(&mut self, head: &Head, skin: [f32; 3]) {
        for side in [-1.0, 1.0] {
            self.spot(&Spot {
                colour: shade(skin, 0.86),
                ..head.spot((side * 0.350, 0.56), (0.045, 0.10), 0.2)
            });
        }
        self.spot(&Spot {
            colour: shade(skin, 0.80),
            ..head.spot((0.0, 0.53), (0.345, 0.47), 0.04)
        });
        self.spot(&Spot {
            colour: skin,
            ..head.spot((0.0, 0.52), (0.315, 0.45), 0.25)
        });
        self.spot(&Spot {
            colour: shade(skin, 1.08),
            opacity: 0.6,
            ..head.spot((0.0, 0.33), (0.20, 0.11), 0.9)
        });
        for side in [-1.0, 1.0] {
            self.spot(&Spot {
                colour: shade(skin, 1.05),
                opacity: 0.5,
                ..head.spot((side * 0.17, 0.64), (0.09, 0.08), 0.9)
            });
            self.spot(&Spot {
                colour: shade(skin, 0.72),
                opacity: 0.55,
                ..head.spot((side * 0.145, 0.485), (0.105, 0.065), 0.8)
            });
        }
        self.spot(&Spot {
            colour: shade(skin, 0.84),
            opacity: 0.6,
            ..head.spot((0.0, 0.885), (0.10, 0.03), 0.9)
        });
    }

    fn features(&mut self, head: &Head, skin: [f32; 3], hair: [f32; 3]) {
        // Hair over the forehead, in three strands with a parting.
        for (across, down, half) in [
            (-0.15, 0.18, (0.20, 0.12)),
            (0.15, 0.18, (0.20, 0.12)),
            (0.0, 0.13, (0.27, 0.12)),
        ] {
            self.spot(&Spot {
                colour: hair,
                angle: head.lean + across * 1.8,
                ..head.spot((across, down), half, 0.12)
            });
        }
        for side in [-1.0, 1.0] {
            self.spot(&Spot {
                colour: hair,
                ..head.spot((side * 0.322, 0.37), (0.045, 0.17), 0.4)
            });
            self.spot(&Spot {
                colour: hair,
                opacity: 0.9,
                angle: head.lean + side * 0.06,
                ..head.spot((side * 0.150, 0.415), (0.092, 0.019), 0.5)
            });
            self.eye(head, side);
            self.spot(&Spot {
                colour: shade(skin, 0.55),
                opacity: 0.9,
                ..head.spot((side * 0.040, 0.672), (0.022, 0.013), 0.6)
            });
            self.spot(&Spot {
                colour: shade(skin, 0.76),
                opacity: 0.6,
                ..head.spot((side * 0.062, 0.655), (0.028, 0.034), 0.8)
            });
        }
        self.spot(&Spot {
            colour: shade(skin, 1.10),
            opacity: 0.7,
            ..head.spot((0.0, 0.58), (0.022, 0.10), 0.9)
        });
        self.spot(&Spot {
            colour: shade(skin, 0.70),
            opacity: 0.6,
            ..head.spot((0.0, 0.690), (0.065, 0.016), 0.8)
        });
        self.spot(&Spot {
            colour: [0.70, 0.36, 0.34],
            opacity: 0.9,
            ..head.spot((0.0, 0.790), (0.115, 0.034), 0.4)
        });
        self.spot(&Spot {
            colour: [0.36, 0.15, 0.15],
            opacity: 0.95,
            ..head.spot((0.0, 0.786), (0.112, 0.009), 0.6)
        });
        self.spot(&Spot {
            colour: shade(skin, 0.78),
            opacity: 0.6,
            ..head.spot((0.0, 0.838), (0.075, 0.016), 0.9)
        });
    }

    fn eye(&mut self, head: &Head, side: f32) {
        let across = side * 0.148;
        self.spot(&Spot {
            colour: [0.95, 0.94, 0.92],
            ..head.spot((across, 0.497), (0.066, 0.026), 0.2)
        });
        self.spot(&Spot {
            colour: [0.16, 0.10, 0.07],
            ..head.spot((across, 0.496), (0.029, 0.029), 0.15)
        });
        self.spot(&Spot {
            colour: [0.10, 0.07, 0.06],
            ..head.spot((across, 0.474), (0.072, 0.011), 0.5)
        });
        self.spot(&Spot {
            colour: [1.0; 3],
            ..head.spot((across + 0.010, 0.488), (0.007, 0.007), 0.3)
        });
    }

    fn spot(&mut self, spot: &Spot) {
        let (sin, cos) = spot.angle.sin_cos();
        let reach = spot.half.0.max(spot.half.1) * (1.0 + spot.soft) + 1.0;
        let (left, right) = (
            whole(spot.middle.0 - reach),
            whole(spot.middle.0 + reach).min(self.0.width()),
        );
        let (top, bottom) = (
            whole(spot.middle.1 - reach),
            whole(spot.middle.1 + reach).min(self.0.height()),
        );
        for y in top..bottom {
            for x in left..right {
                let (dx, dy) = (real(x) - spot.middle.0, real(y) - spot.middle.1);
                let (along, across) = (
                    (dx * cos + dy * sin) / spot.half.0,
                    (dy * cos - dx * sin) / spot.half.1,
                );
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
        let middle = (
            self.crown.0 + across * cos - up * sin,
            self.crown.1 + self.height + across * sin + up * cos,
        );
        Spot {
            middle,
            half: (half.0 * self.height, half.1 * self.height),
            angle: self.lean,
            soft,
            colour: [0.0; 3],
            opacity: 1.0,
        }
    }

    fn upright(&self, place: (f32, f32), half: (f32, f32), soft: f32) -> Spot {
        Self {
            crown: self.crown,
            height: self.height,
            lean: 0.0,
        }
        .spot(place, half, soft)
    }
}

fn shade(colour: [f32; 3], by: f32) -> [f32; 3] {
    colour.map(|value| value * by)
}

fn real(pixels: u32) -> f32 {
    f32::from(u16::try_from(pixels).unwrap_or(u16::MAX))
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is what is wanted"
)]
fn whole(length: f32) -> u32 {
    length as u32
}

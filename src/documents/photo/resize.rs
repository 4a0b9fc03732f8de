//! Larger pictures made smaller, and crops brought to size; in place of the filters of `image`, which take three times as long and keep a row of real
//! numbers for every pixel.

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::DynamicImage;

/// How pixels become other pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Each new pixel is the mean of those it covers: for looking and measuring.
    Mean,
    /// Smooth, for what is stored.
    Smooth,
    /// Smooth and sharp, for what people see.
    Sharp,
}

/// The picture with these sides. A picture without pixels, or of a kind the library does not know, is answered as it came: no size here is 0, and
/// every kind that the decoders make is known.
pub(super) fn resized(image: &DynamicImage, width: u32, height: u32, way: Way) -> DynamicImage {
    let filter = match way {
        Way::Mean => FilterType::Box,
        Way::Smooth => FilterType::Bilinear,
        Way::Sharp => FilterType::CatmullRom,
    };
    let mut target = DynamicImage::new(width, height, image.color());
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(filter))
        .use_alpha(true);
    match Resizer::new().resize(image, &mut target, &options) {
        Ok(()) => target,
        Err(_) => image.clone(),
    }
}

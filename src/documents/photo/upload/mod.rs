//! Reading what was uploaded: either a picture that is safe to keep, or the reason why not, in terms a person can act on.
//!
//! The stored form is a JPEG made from pixels alone. Whatever else the file carried (place, camera, owner, comment, thumbnail, profile, a second
//! file) is gone, because nothing of it is ever copied.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};
use jpeg_encoder::{ColorType, Encoder};

use super::container::{self, Container, FileKind};
use super::gate::{GATE, PATIENCE};
use super::resize::{Way, resized};
use super::unusable::{PhotoError, Unusable};
use super::{LIMITS, real, whole};

const STORED_QUALITY: u8 = 92;

/// An uploaded picture, upright, without anything but its pixels.
#[derive(Debug, Clone)]
pub struct Upload {
    /// What is stored (sealed): a JPEG, its longer side at most 2,000 pixels.
    pub jpeg: Vec<u8>,
    /// The pixels of `jpeg` before it was encoded.
    pub image: DynamicImage,
    /// What had been sent.
    pub original: Original,
}

/// What the check page says about the file that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Original {
    /// `JPEG` or `PNG`.
    pub kind: &'static str,
    /// Length of the file.
    pub bytes: usize,
    /// Pixels across, upright.
    pub width: u32,
    /// Pixels down, upright.
    pub height: u32,
}

/// Reads an uploaded file. Waits at the process's gate, so it must run on a thread that may block.
pub fn read_upload(bytes: &[u8]) -> Result<Upload, PhotoError> {
    let (format, container) = inspect(bytes)?;
    let (size, orientation, image) = {
        let _pass = GATE.enter(PATIENCE)?;
        decode(format, container)?
    };
    let mut image = image;
    image.apply_orientation(orientation);
    let (width, height) = if is_turned(orientation) {
        (size.1, size.0)
    } else {
        size
    };
    let kind = if format == ImageFormat::Png {
        "PNG"
    } else {
        "JPEG"
    };
    let jpeg = encode(&image, STORED_QUALITY)?;
    Ok(Upload {
        jpeg,
        image,
        original: Original {
            kind,
            bytes: bytes.len(),
            width,
            height,
        },
    })
}

/// Decodes a stored picture. It was encoded here, yet what comes back from a disk is checked like any other.
pub(super) fn read_stored(jpeg: &[u8]) -> Result<DynamicImage, PhotoError> {
    let (format, container) = inspect(jpeg)?;
    let _pass = GATE.enter(PATIENCE)?;
    Ok(decode(format, container)?.2)
}

/// Encodes pixels; the only metadata is the JFIF header. Sizes a JPEG cannot have were refused before.
pub(super) fn encode(image: &DynamicImage, quality: u8) -> Result<Vec<u8>, Unusable> {
    let (Ok(width), Ok(height)) = (u16::try_from(image.width()), u16::try_from(image.height()))
    else {
        return Err(Unusable::Damaged);
    };
    let mut jpeg = Vec::new();
    let encoder = Encoder::new(&mut jpeg, quality);
    let written = match image {
        DynamicImage::ImageLuma8(grey) => encoder.encode(grey, width, height, ColorType::Luma),
        DynamicImage::ImageRgb8(rgb) => encoder.encode(rgb, width, height, ColorType::Rgb),
        other => encoder.encode(&other.to_rgb8(), width, height, ColorType::Rgb),
    };
    written.ok().ok_or(Unusable::Damaged).map(|()| jpeg)
}

/// Everything that can be known before decoding.
fn inspect(bytes: &[u8]) -> Result<(ImageFormat, Container), Unusable> {
    if bytes.is_empty() {
        return Err(Unusable::Empty);
    }
    if bytes.len() > LIMITS.most_bytes {
        return Err(Unusable::TooLarge { bytes: bytes.len() });
    }
    let (format, container) = match FileKind::of(bytes) {
        FileKind::Jpeg => (ImageFormat::Jpeg, container::walk_jpeg(bytes)),
        FileKind::Png => (ImageFormat::Png, container::walk_png(bytes)),
        FileKind::Heic => return Err(Unusable::Heic),
        FileKind::Avif | FileKind::Gif | FileKind::Webp | FileKind::OtherPicture => {
            return Err(Unusable::OtherPicture);
        }
        FileKind::Pdf
        | FileKind::Markup
        | FileKind::Archive
        | FileKind::Program
        | FileKind::Unknown => return Err(Unusable::NotAPicture),
    };
    let container = container.ok_or(Unusable::Damaged)?;
    check_size(&container)?;
    Ok((format, container))
}

fn check_size(container: &Container) -> Result<(), Unusable> {
    let (width, height) = container.size;
    let memory = u64::from(width)
        .saturating_mul(u64::from(height))
        .saturating_mul(container.bytes_per_pixel);
    if width.max(height) > LIMITS.most_side || memory > LIMITS.most_memory {
        return Err(Unusable::TooManyPixels { width, height });
    }
    if width.min(height) < LIMITS.least_side {
        return Err(Unusable::TooSmall { width, height });
    }
    Ok(())
}

/// Decodes and makes small: the size before, how it lies, the pixels as they lie.
fn decode(
    format: ImageFormat,
    container: Container,
) -> Result<((u32, u32), Orientation, DynamicImage), Unusable> {
    let mut reader = ImageReader::with_format(Cursor::new(container.bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LIMITS.most_side);
    limits.max_image_height = Some(LIMITS.most_side);
    limits.max_alloc = Some(LIMITS.most_memory);
    reader.limits(limits);
    let damaged = |_| Unusable::Damaged;
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    if decoder.dimensions() != container.size {
        return Err(Unusable::Damaged);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    Ok((container.size, orientation, on_white(smaller(image))))
}

/// Scales to the stored size; a picture that is small enough stays as it is.
fn smaller(image: DynamicImage) -> DynamicImage {
    let longer = image.width().max(image.height());
    let scale = real(LIMITS.stored_side) / real(longer);
    if scale >= 1.0 {
        return image;
    }
    let [width, height] =
        [image.width(), image.height()].map(|side| whole(real(side) * scale).max(1));
    resized(&image, width, height, Way::Smooth)
}

/// Eight bits of red, green and blue; what was transparent is white, as paper is.
fn on_white(image: DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return DynamicImage::ImageRgb8(image.into_rgb8());
    }
    let pixels = image.into_rgba8();
    let mut white = RgbImage::new(pixels.width(), pixels.height());
    for (place, pixel) in white.pixels_mut().zip(pixels.pixels()) {
        let [red, green, blue, alpha] = pixel.0.map(u32::from);
        place.0 = [red, green, blue].map(|value| {
            u8::try_from((value * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        });
    }
    DynamicImage::ImageRgb8(white)
}

fn is_turned(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(
        orientation,
        Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH
    )
}

#[cfg(test)]
mod tests;

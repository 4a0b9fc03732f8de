//! Files for the photo's field, made by the tests: what telephones make, and what promises more than it holds.

use std::io::{Cursor, Write};

use image::{DynamicImage, ImageFormat};
use tsubame::documents::photo::sample::Portrait;

pub(super) fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub(super) fn jpeg(portrait: &Portrait) -> Vec<u8> {
    encoded(&portrait.draw(), ImageFormat::Jpeg)
}

/// A JPEG turned by its Exif, with a maker's name and a place in it, and a comment.
pub(super) fn from_a_telephone() -> Vec<u8> {
    let upright = Portrait::of_person(5).draw();
    let plain = encoded(&upright.rotate270(), ImageFormat::Jpeg);
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
    tiff.extend([0x0F, 0x01, 2, 0, 20, 0, 0, 0, 38, 0, 0, 0]);
    tiff.extend(b"\0\0\0\0GPSLatitude 35.6762\0");
    let length = u16::try_from(tiff.len() + 8).unwrap().to_be_bytes();
    let comment = b"\xFF\xFE\0\x10GPSLongitude 9";
    [
        &plain[..2],
        b"\xFF\xE1",
        &length,
        b"Exif\0\0",
        &tiff,
        comment,
        &plain[2..],
    ]
    .concat()
}

/// A PNG whose header promises `width` × `height` pixels, all of them zero.
pub(super) fn promised_png(width: u32, height: u32) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let body = [kind, data].concat();
        let mut sum = flate2::Crc::new();
        sum.update(&body);
        [
            &u32::try_from(data.len()).unwrap().to_be_bytes(),
            body.as_slice(),
            &sum.sum().to_be_bytes(),
        ]
        .concat()
    };
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![0; 1_000_000]).unwrap();
    let header = [
        width.to_be_bytes().as_slice(),
        &height.to_be_bytes(),
        &[8, 2, 0, 0, 0],
    ]
    .concat();
    [
        b"\x89PNG\r\n\x1A\n".as_slice(),
        &chunk(b"IHDR", &header),
        &chunk(b"IDAT", &packed.finish().unwrap()),
        &chunk(b"IEND", b""),
    ]
    .concat()
}

//! What becomes of files of every kind.

use image::{ImageBuffer, ImageEncoder, Luma, Rgba};

use super::super::sample::Portrait;
use super::*;

fn portrait() -> DynamicImage {
    Portrait::of_person(0).draw()
}

fn jpeg(image: &DynamicImage) -> Vec<u8> {
    encode(image, 90).unwrap()
}

fn size_of(image: &DynamicImage) -> (u32, u32) {
    (image.width(), image.height())
}

fn png(image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn unusable(bytes: &[u8]) -> Unusable {
    match read_upload(bytes) {
        Err(PhotoError::Unusable(reason)) => reason,
        other => panic!("{:?}", other.map(|upload| upload.original)),
    }
}

/// Exif with an orientation, a maker's name and a place, as a segment to put behind the first two bytes of a JPEG.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend([0x0F, 0x01, 2, 0, 20, 0, 0, 0, 38, 0, 0, 0]);
    tiff.extend(b"\0\0\0\0GPSLatitude 35.6762\0");
    let length = u16::try_from(tiff.len() + 8).unwrap().to_be_bytes();
    [b"\xFF\xE1".as_slice(), &length, b"Exif\0\0", &tiff].concat()
}

fn with_segment(jpeg: &[u8], segment: &[u8]) -> Vec<u8> {
    [&jpeg[..2], segment, &jpeg[2..]].concat()
}

#[test]
fn a_good_photo_is_read_with_its_size_and_kind() {
    let bytes = jpeg(&portrait());
    let upload = read_upload(&bytes).unwrap();
    assert_eq!(
        upload.original,
        Original {
            kind: "JPEG",
            bytes: bytes.len(),
            width: 620,
            height: 800
        }
    );
    assert_eq!(size_of(&upload.image), (620, 800));
    assert_eq!(size_of(&read_stored(&upload.jpeg).unwrap()), (620, 800));
}

#[test]
fn files_that_are_no_photo_are_answered_with_what_they_are() {
    for (bytes, expected) in [
        (b"".as_slice(), Unusable::Empty),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Unusable::Heic),
        (b"GIF89a\x01\0\x01\0", Unusable::OtherPicture),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Unusable::OtherPicture),
        (b"%PDF-1.7", Unusable::NotAPicture),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            Unusable::NotAPicture,
        ),
        (b"<html><script>alert(1)</script>", Unusable::NotAPicture),
        (b"just text", Unusable::NotAPicture),
        (b"\xFF\xD8\xFF\xE0", Unusable::Damaged),
    ] {
        assert_eq!(unusable(bytes), expected, "{bytes:?}");
    }
    assert_eq!(
        unusable(&vec![0; LIMITS.most_bytes + 1]),
        Unusable::TooLarge {
            bytes: LIMITS.most_bytes + 1
        }
    );
    assert_eq!(
        Unusable::TooLarge { bytes: 8_388_609 }.facts(),
        [("megabytes", "8.4".to_owned())]
    );
}

#[test]
fn a_cut_off_file_is_damaged_wherever_it_was_cut() {
    for whole in [jpeg(&portrait()), png(&portrait())] {
        for percent in [1, 10, 50, 90, 99] {
            let cut = &whole[..whole.len() * percent / 100];
            assert_eq!(
                unusable(cut),
                Unusable::Damaged,
                "{percent} % of {}",
                whole.len()
            );
        }
        assert_eq!(unusable(&whole[..whole.len() - 2]), Unusable::Damaged);
    }
}

#[test]
fn a_second_file_behind_the_picture_is_refused_unless_telephones_put_it_there() {
    for picture in [jpeg(&portrait()), png(&portrait())] {
        for (behind, accepted) in [
            (b"%PDF-1.7 ...".as_slice(), false),
            (b"\r\n<script>alert(1)</script>", false),
            (b"PK\x03\x04", false),
            (b"\x7FELF", false),
            (b"\0\0\0\x18ftypmp42 a film", true),
            (b"\xFF\xD8\xFF a second picture", true),
            (b"\0\0\0\0", true),
        ] {
            let outcome = read_upload(&[&picture, behind].concat());
            assert_eq!(outcome.is_ok(), accepted, "{behind:?}");
        }
    }
}

#[test]
fn the_stored_form_keeps_nothing_but_pixels() {
    let comment = b"\xFF\xFE\0\x16<script>1</script> me";
    let profile = [b"\xFF\xE2\0\x40ICC_PROFILE\0\x01\x01".as_slice(), &[7; 48]].concat();
    let mut bytes = jpeg(&portrait());
    for segment in [comment.as_slice(), &profile, &exif(1)] {
        bytes = with_segment(&bytes, segment);
    }
    let stored = read_upload(&bytes).unwrap().jpeg;
    for trace in [
        b"Exif".as_slice(),
        b"GPS",
        b"ICC_PROFILE",
        b"script",
        b"http://ns.adobe.com",
        b"Photoshop",
    ] {
        assert!(
            bytes.windows(trace.len()).any(|part| part == trace)
                || trace[0] == b'h'
                || trace[0] == b'P',
            "the test is pointless: {trace:?}"
        );
        assert!(
            !stored.windows(trace.len()).any(|part| part == trace),
            "{trace:?}"
        );
    }
    let application_segments = stored
        .windows(2)
        .filter(|pair| pair[0] == 0xFF && (0xE1..=0xEF).contains(&pair[1]))
        .count();
    assert_eq!(application_segments, 0);
}

#[test]
fn the_camera_s_orientation_is_applied() {
    // The brightest corner is upper left; each orientation says where it must come to lie.
    let mut picture = RgbImage::from_pixel(500, 600, image::Rgb([40, 40, 40]));
    image::imageops::replace(
        &mut picture,
        &RgbImage::from_pixel(100, 100, image::Rgb([250, 250, 250])),
        0,
        0,
    );
    let picture = DynamicImage::ImageRgb8(picture);
    for (orientation, size, corner) in [
        (1, (500, 600), (20, 20)),
        (3, (500, 600), (480, 580)),
        (6, (600, 500), (580, 20)),
        (8, (600, 500), (20, 480)),
        (99, (500, 600), (20, 20)),
    ] {
        let upload = read_upload(&with_segment(&jpeg(&picture), &exif(orientation))).unwrap();
        assert_eq!(
            (upload.original.width, upload.original.height),
            size,
            "{orientation}"
        );
        assert!(
            upload.image.to_rgb8().get_pixel(corner.0, corner.1).0[0] > 200,
            "{orientation}"
        );
    }
}

#[test]
fn pictures_of_every_sort_of_pixel_are_read() {
    let wide = portrait();
    let data = |name: &str| {
        std::fs::read(format!(
            "{}/tests/data/photos/{name}",
            env!("CARGO_MANIFEST_DIR")
        ))
        .unwrap()
    };
    for (name, bytes) in [
        ("grey", png(&wide.clone().grayscale())),
        ("16 bits", png(&DynamicImage::ImageRgb16(wide.to_rgb16()))),
        (
            "16 bits grey",
            png(&DynamicImage::ImageLuma16(wide.to_luma16())),
        ),
        (
            "with transparency",
            png(&DynamicImage::ImageRgba8(wide.to_rgba8())),
        ),
        (
            "16 bits with transparency",
            png(&DynamicImage::ImageRgba16(wide.to_rgba16())),
        ),
        ("palette", data("palette.png")),
        ("four inks", data("cmyk.jpg")),
        ("progressive", data("progressive.jpg")),
    ] {
        let upload = read_upload(&bytes).unwrap();
        let (image, (width, height)) = (upload.image.to_rgb8(), size_of(&upload.image));
        let [wall, face] = [
            (width / 20, height / 20),
            (width * 45 / 100, height * 62 / 100),
        ]
        .map(|(x, y)| image.get_pixel(x, y).0.map(i32::from));
        assert!(
            wall.iter().all(|value| (205..=245).contains(value)),
            "{name}: {wall:?}"
        );
        assert!(
            (150..=245).contains(&face[0]) && face[0] >= face[2],
            "{name}: {face:?}"
        );
    }
}

#[test]
fn what_is_transparent_becomes_white() {
    let glass = ImageBuffer::from_pixel(500, 500, Rgba([0_u8, 0, 0, 0]));
    let upload = read_upload(&png(&DynamicImage::ImageRgba8(glass))).unwrap();
    assert_eq!(upload.image.to_rgb8().get_pixel(250, 250).0, [255; 3]);
}

#[test]
fn sizes_out_of_bounds_are_refused_before_decoding() {
    let blank = |width, height| {
        png(&DynamicImage::ImageLuma8(ImageBuffer::from_pixel(
            width,
            height,
            Luma([200]),
        )))
    };
    assert_eq!(
        unusable(&blank(479, 2_000)),
        Unusable::TooSmall {
            width: 479,
            height: 2_000
        }
    );
    assert!(read_upload(&blank(480, 480)).is_ok());
    assert_eq!(
        unusable(&blank(8_001, 480)),
        Unusable::TooManyPixels {
            width: 8_001,
            height: 480
        }
    );
    // 20,000 × 20,000 claimed by a header of a few bytes.
    let mut bomb = blank(480, 480);
    bomb[16..24].copy_from_slice(&[0, 0, 0x4E, 0x20, 0, 0, 0x4E, 0x20]);
    assert_eq!(
        unusable(&bomb),
        Unusable::TooManyPixels {
            width: 20_000,
            height: 20_000
        }
    );
}

#[test]
fn a_header_that_lies_about_the_size_is_damaged() {
    let mut lying = png(&portrait());
    lying[16..24].copy_from_slice(&[0, 0, 0x02, 0x00, 0, 0, 0x02, 0x00]);
    assert_eq!(unusable(&lying), Unusable::Damaged);
}

#[test]
fn chunks_that_unpack_to_hundreds_of_megabytes_never_reach_the_decoder() {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    encoder.set_icc_profile(vec![0; 60_000_000]).unwrap();
    encoder
        .write_image(
            portrait().as_bytes(),
            620,
            800,
            image::ExtendedColorType::Rgb8,
        )
        .unwrap();
    assert!(
        bytes.windows(4).any(|part| part == b"iCCP"),
        "the test is pointless"
    );
    let (_, container) = inspect(&bytes).unwrap();
    assert!(!container.bytes.windows(4).any(|part| part == b"iCCP"));
    assert!(read_upload(&bytes).is_ok());
}

#[test]
fn large_pictures_are_made_small_in_their_shape() {
    for (size, stored) in [
        ((4_000, 3_000), (2_000, 1_500)),
        ((2_400, 3_000), (1_600, 2_000)),
        ((2_000, 600), (2_000, 600)),
    ] {
        let upload = read_upload(&png(&DynamicImage::ImageLuma8(ImageBuffer::from_pixel(
            size.0,
            size.1,
            Luma([200]),
        ))))
        .unwrap();
        assert_eq!(size_of(&upload.image), stored);
        assert_eq!((upload.original.width, upload.original.height), size);
    }
}

//! The photo sheet: four prints of 35 × 45 mm with cut marks, for photo paper.
//!
//! The JPEG goes into the file byte for byte: it was cropped, checked and encoded again before.

use std::collections::BTreeMap;
use std::io::Cursor;

use image::{ColorType, ImageDecoder, codecs::jpeg::JpegDecoder};
use jiff::civil::Date;
use printpdf::{DictItem, ExternalStream, ExternalXObject};

use super::fonts::Fonts;
use super::pdf::{self, Description, Ink, Page, Paper, Role};
use super::print_set::PrintError;
use super::text::Space;

/// Width and height of a print, in mm.
const PRINT: (f32, f32) = (35.0, 45.0);
/// Left and top edges of the prints.
const PLACES: [(f32, f32); 4] = [(50.0, 70.0), (115.0, 70.0), (50.0, 150.0), (115.0, 150.0)];
/// Length of a cut mark.
const MARK: f32 = 2.0;

/// What stands on the sheet.
#[derive(Debug, Clone, Copy)]
pub struct PhotoSheet<'a> {
    /// The paper to print on.
    pub paper: Paper,
    /// The photo: RGB or grey JPEG, already 35 : 45.
    pub jpeg: &'a [u8],
    /// The applicant's name.
    pub name: &'a str,
    /// The receipt number as people read it.
    pub receipt: &'a str,
    /// The day the sheet was made.
    pub made_on: Date,
}

/// Draws the sheet as a PDF of one page; the same input gives the same bytes. Letter keeps the prints at 35 × 45 mm.
///
/// # Errors
/// [`PrintError::Photo`] when the JPEG is neither RGB nor grey, [`PrintError::TooLong`] for a name that fits at no readable size.
pub fn draw(fonts: &Fonts, sheet: &PhotoSheet<'_>) -> Result<Vec<u8>, PrintError> {
    let mut page = Page::new(fonts);
    let image = page.add_image(embedded(sheet.jpeg)?);
    let scale = sheet.paper.placement().scale();
    head(&mut page, sheet)?;
    page.figure(&format!("{}の顔写真4枚", sheet.name), |page| {
        for (x, y) in PLACES {
            page.image(image, x, y, PRINT.0 / scale, PRINT.1 / scale);
        }
    });
    page.artifact(|page| {
        for place in PLACES {
            cut_marks(page, place, (PRINT.0 / scale, PRINT.1 / scale));
        }
        page.stroke((50.0, 226.0), (50.0 + 50.0 / scale, 226.0), Ink::Line(0.8));
        for end in [50.0, 50.0 + 50.0 / scale] {
            page.stroke((end, 224.0), (end, 228.0), Ink::Line(0.8));
        }
    });
    page.element(Role::Paragraph, |page| {
        page.text(
            50.0,
            233.0,
            8.0,
            "この線が50mmなら、正しい大きさで印刷できています。  This line must measure 50 mm.",
        );
    });
    let description = Description {
        title: format!("写真シート {}", sheet.receipt),
        made_on: sheet.made_on,
        identity: format!("photo {:?}", sheet.paper),
    };
    Ok(pdf::assemble(fonts, sheet.paper, &[page], &description)?)
}

fn head(page: &mut Page<'_>, sheet: &PhotoSheet<'_>) -> Result<(), PrintError> {
    page.element(Role::Title, |page| {
        page.text(20.0, 22.0, 14.0, "写真シート（たて45mm×よこ35mm、4枚）");
    });
    let name = format!("{}　　{}", sheet.name, sheet.receipt);
    let fitted = page
        .fit(
            &name,
            Space {
                width: 175.0,
                height: 9.0,
                largest: 10.0,
                wrap_at: 8.0,
            },
        )
        .ok_or(PrintError::TooLong { field: "name" })?;
    page.element(Role::Paragraph, |page| page.lines(20.0, 26.5, fitted));
    page.element(Role::Paragraph, |page| {
        page.prose(20.0, 38.0, 175.0, 9.0, "写真用紙に、拡大・縮小なし（100%）で印刷し、角の印で切ってください。裏に氏名と生年月日を書き、様式1に1枚貼ります。");
        page.prose(20.0, 48.0, 175.0, 7.0, "Print on photo paper at 100 %, cut at the corner marks, write name and birth date on the back, glue one on form 1.");
    });
    Ok(())
}

/// Lines of 2 mm outside each corner.
fn cut_marks(page: &mut Page<'_>, (x, y): (f32, f32), (width, height): (f32, f32)) {
    let gap = 0.5;
    for (edge, outward) in [(x, -1.0), (x + width, 1.0)] {
        for level in [y, y + height] {
            page.stroke(
                (edge + outward * gap, level),
                (edge + outward * (gap + MARK), level),
                Ink::Line(0.4),
            );
        }
    }
    for (edge, outward) in [(y, -1.0), (y + height, 1.0)] {
        for upright in [x, x + width] {
            page.stroke(
                (upright, edge + outward * gap),
                (upright, edge + outward * (gap + MARK)),
                Ink::Line(0.4),
            );
        }
    }
}

/// The JPEG as an image object, its bytes untouched.
fn embedded(jpeg: &[u8]) -> Result<ExternalXObject, PrintError> {
    let decoder = JpegDecoder::new(Cursor::new(jpeg)).or(Err(PrintError::Photo))?;
    let (width, height) = decoder.dimensions();
    // A CMYK JPEG is told as RGB by the decoder, so what was encoded decides.
    let space = match (decoder.color_type(), decoder.original_color_type()) {
        (ColorType::L8, _) => "DeviceGray",
        (ColorType::Rgb8, image::ExtendedColorType::Rgb8) => "DeviceRGB",
        _ => return Err(PrintError::Photo),
    };
    let name = |text: &str| DictItem::Name(text.as_bytes().to_vec());
    let dict = BTreeMap::from([
        ("Type".to_owned(), name("XObject")),
        ("Subtype".to_owned(), name("Image")),
        ("Width".to_owned(), DictItem::Int(width.into())),
        ("Height".to_owned(), DictItem::Int(height.into())),
        ("ColorSpace".to_owned(), name(space)),
        ("BitsPerComponent".to_owned(), DictItem::Int(8)),
        ("Filter".to_owned(), name("DCTDecode")),
    ]);
    let stream = ExternalStream {
        dict,
        content: jpeg.to_vec(),
        compress: false,
    };
    Ok(ExternalXObject {
        stream,
        width: None,
        height: None,
        dpi: None,
    })
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageFormat};
    use jiff::civil::date;

    use super::*;
    use crate::documents::fonts::{FontSettings, IpamjMincho};

    fn fonts() -> Fonts {
        Fonts::load(&FontSettings {
            ipamj_mincho: IpamjMincho::Never,
        })
        .unwrap()
    }

    fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn sheet(jpeg: &[u8]) -> PhotoSheet<'_> {
        PhotoSheet {
            paper: Paper::A4,
            jpeg,
            name: "𠮷田 花子",
            receipt: "K7M4-2PQX-9T",
            made_on: date(2026, 11, 21),
        }
    }

    #[test]
    fn the_jpeg_is_in_the_file_byte_for_byte() {
        let photos = [
            DynamicImage::new_rgb8(413, 531),
            DynamicImage::new_luma8(413, 531),
        ];
        for photo in photos {
            let jpeg = encoded(&photo, ImageFormat::Jpeg);
            let file = draw(&fonts(), &sheet(&jpeg)).unwrap();
            assert!(file.windows(jpeg.len()).any(|window| window == jpeg));
            assert_eq!(file, draw(&fonts(), &sheet(&jpeg)).unwrap());
        }
    }

    #[test]
    fn what_is_not_a_jpeg_is_refused() {
        let png = encoded(&DynamicImage::new_rgb8(413, 531), ImageFormat::Png);
        for bytes in [png.as_slice(), b"", b"\xFF\xD8\xFF"] {
            assert!(matches!(
                draw(&fonts(), &sheet(bytes)),
                Err(PrintError::Photo)
            ));
        }
    }
}

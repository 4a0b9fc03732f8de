//! A small page model on top of printpdf: marks in millimetres from the top left, each either an artifact or part of the structure tree.
//!
//! Owns coordinates, font subsets, tags, the form field and the file's metadata, so that a sheet only says what stands where. The same marks give
//! the same bytes: nothing here reads a clock or draws a random number. It knows nothing of forms, names or numbers.

mod embed;
mod emit;
mod mark;
mod page;
mod structure;
mod symbol;

pub(super) use mark::{Ink, Role};
pub(super) use page::Page;
pub(super) use symbol::{MODULES, QUIET_ZONE, SYMBOL, qr};

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};
use jiff::civil::Date;
use lopdf::{Document, Object, Stream};
use printpdf::{Mm, PdfDocument, PdfPage, PdfSaveOptions, XObject, XObjectId};

use super::fonts::Fonts;
use super::text::MM_PER_PT;

/// Compression level of streams.
const LEVEL: u32 = 3;

/// Paper on which the same drawing is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 216 × 279 mm: the drawing scaled to 94 %.
    Letter,
}

/// How the drawing of 210 × 297 mm lies on the paper.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placement {
    width: f32,
    height: f32,
    scale: f32,
}

impl Paper {
    /// Both, A4 first.
    pub(super) const ALL: [Self; 2] = [Self::A4, Self::Letter];

    pub(super) const fn placement(self) -> Placement {
        match self {
            Self::A4 => Placement {
                width: 210.0,
                height: 297.0,
                scale: 1.0,
            },
            Self::Letter => Placement {
                width: 215.9,
                height: 279.4,
                scale: 0.94,
            },
        }
    }
}

impl Placement {
    /// The millimetres left of the drawing.
    fn left(self) -> f32 {
        (self.width - 210.0 * self.scale) / 2.0
    }

    /// A place of the drawing, in points from the lower left corner of the paper.
    pub(super) fn points(self, x: f32, y: f32) -> (f32, f32) {
        (
            (self.left() + x * self.scale) / MM_PER_PT,
            (self.height - y * self.scale) / MM_PER_PT,
        )
    }

    /// A place of the drawing, in mm from the top left of the paper.
    pub(super) fn millimetres(self, x: f32, y: f32) -> (f32, f32) {
        (self.left() + x * self.scale, y * self.scale)
    }

    /// The width of the paper in points.
    pub(super) fn paper_width(self) -> f32 {
        self.width / MM_PER_PT
    }

    /// The drawing's scale.
    pub(super) const fn scale(self) -> f32 {
        self.scale
    }
}

/// What the file says about itself.
#[derive(Debug, Clone)]
pub(super) struct Description {
    /// The title that a viewer shows in its window.
    pub(super) title: String,
    /// The day the set was made.
    pub(super) made_on: Date,
    /// What tells this file from all others.
    pub(super) identity: String,
}

/// Why no file came out.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// A font's file cannot be read any more.
    #[error("the font {font} cannot be read")]
    Font {
        /// The font's name.
        font: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A font could not be cut down to the glyphs in use.
    #[error("a subset of the font {font} cannot be made")]
    Subset {
        /// The font's name.
        font: &'static str,
        /// What the subsetter said.
        #[source]
        source: subsetter::Error,
    },
    /// The PDF writer left something out.
    #[error("the PDF writer complained: {0}")]
    Incomplete(String),
    /// The document's own tables are not as the writer promises.
    #[error("the PDF structure cannot be completed")]
    Structure(#[from] lopdf::Error),
    /// Writing failed.
    #[error("the PDF cannot be written")]
    Write(#[from] std::io::Error),
    /// A number does not fit into its field of the format.
    #[error("too many marks on a page")]
    TooMany(#[from] std::num::TryFromIntError),
    /// Two glyphs were asked for, one came.
    #[error("a glyph is missing from a font subset")]
    GlyphLost,
}

/// Turns pages into one PDF file.
pub(super) fn assemble(
    fonts: &Fonts,
    paper: Paper,
    pages: &[Page<'_>],
    description: &Description,
) -> Result<Vec<u8>, PdfError> {
    let placement = paper.placement();
    let subsets = embed::Subsets::of(fonts, pages)?;
    let mut file = PdfDocument::new(&description.title);
    for (id, font) in subsets.fonts() {
        file.resources.fonts.map.insert(id, font);
    }
    let mut sheets = Vec::with_capacity(pages.len());
    for (number, page) in pages.iter().enumerate() {
        for (index, image) in page.images.iter().enumerate() {
            file.resources
                .xobjects
                .map
                .insert(image_id(number, index), XObject::External(image.clone()));
        }
        let ops = emit::operations(page, number, &subsets, placement)?;
        sheets.push(PdfPage::new(Mm(placement.width), Mm(placement.height), ops));
    }
    file.with_pages(sheets);
    let mut warnings = Vec::new();
    // Operators of our own are let through.
    let options = PdfSaveOptions {
        secure: false,
        ..PdfSaveOptions::default()
    };
    let mut document: Document = file.to_lopdf_document(&options, &mut warnings);
    if let Some(warning) = warnings.first() {
        return Err(PdfError::Incomplete(format!("{warning:?}")));
    }
    structure::complete(&mut document, pages, placement, description)?;
    for object in document.objects.values_mut() {
        if let Object::Stream(stream) = object {
            compress(stream)?;
        }
    }
    let mut bytes = Vec::new();
    document.save_to(&mut bytes)?;
    Ok(bytes)
}

/// Compresses a stream that is not compressed yet. lopdf's own way takes the highest level, which costs three times as long for two percent.
fn compress(stream: &mut Stream) -> Result<(), PdfError> {
    if stream.allows_compression && !stream.dict.has(b"Filter") {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(LEVEL));
        encoder.write_all(&stream.content)?;
        stream.dict.set("Filter", "FlateDecode");
        stream.set_content(encoder.finish()?);
    }
    Ok(())
}

/// The name of the image at `index` of the page `number`.
fn image_id(number: usize, index: usize) -> XObjectId {
    XObjectId(format!("Im{number}x{index}"))
}

//! The proof that a finished file can be read: its pages are rendered, and the QR symbols are decoded again from the pixels.
//!
//! A file that fails is not offered to anybody. The symbol is taken at the place that is the same on all sheets: its quiet zone must be white, its
//! finder patterns whole, its contrast strong, and a decoder that shares nothing with the drawing must read the expected payload. Also renders small
//! previews of pages. Only the bytes that a person will print are looked at.

use std::io::Cursor;
use std::sync::Arc;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::color::PremulRgba8;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings};
use image::{GrayImage, ImageFormat};
use rqrr::{Grid, SimpleGrid};

use super::pdf::{MODULES, Paper, QUIET_ZONE, SYMBOL};
use super::text::MM_PER_PT;

/// Pixels per point at which the proof looks: 108 dpi, coarser than any office scan, 3 pixels per module.
const PROOF_SCALE: f32 = 1.5;
/// Greys up to this are ink.
const INK: u8 = 63;
/// Greys from this on are paper.
const WHITE_PAPER: u8 = 192;

/// Why a file is not offered.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ProofError {
    /// The file cannot be opened as a PDF.
    #[error("the file cannot be opened as a PDF")]
    Unreadable,
    /// The file has fewer or more pages than expected, or not the one that was asked for.
    #[error("page {page} is missing or one too many")]
    Pages {
        /// Counted from one.
        page: usize,
    },
    /// The page's symbol cannot be decoded.
    #[error("the QR symbol of page {page} cannot be read")]
    NotRead {
        /// Counted from one.
        page: usize,
    },
    /// The page's symbol says something else.
    #[error("the QR symbol of page {page} says {found:?}")]
    Differs {
        /// Counted from one.
        page: usize,
        /// What was decoded.
        found: String,
    },
    /// A preview could not be encoded.
    #[error("the preview cannot be encoded")]
    Preview,
}

/// Renders the top of every page of `file` and decodes its symbol; `expected` holds the payload of each page in order, `None` for a page without one.
///
/// # Errors
/// The first page whose symbol cannot be read or says something else than expected.
pub fn prove(file: &[u8], expected: &[Option<String>]) -> Result<(), ProofError> {
    let pdf = open(file)?;
    let cache = RenderCache::new();
    if pdf.pages().len() != expected.len() {
        return Err(ProofError::Pages {
            page: pdf.pages().len().min(expected.len()) + 1,
        });
    }
    for (number, (page, payload)) in (1..).zip(pdf.pages().iter().zip(expected)) {
        let Some(payload) = payload else { continue };
        let found = read_symbol(page, &cache).ok_or(ProofError::NotRead { page: number })?;
        if found != *payload {
            return Err(ProofError::Differs {
                page: number,
                found,
            });
        }
    }
    Ok(())
}

/// A PNG of one page (counted from one), `width` pixels wide.
///
/// # Errors
/// When the file or the page cannot be read.
pub fn preview(file: &[u8], page: usize, width: u16) -> Result<Vec<u8>, ProofError> {
    let pdf = open(file)?;
    let content = page
        .checked_sub(1)
        .and_then(|index| pdf.pages().get(index))
        .ok_or(ProofError::Pages { page })?;
    let (paper_width, paper_height) = content.render_dimensions();
    let scale = f32::from(width) / paper_width;
    let image = render(
        content,
        &RenderCache::new(),
        scale,
        (width, pixels(paper_height * scale)),
    )
    .ok_or(ProofError::Preview)?;
    let mut png = Cursor::new(Vec::new());
    image
        .write_to(&mut png, ImageFormat::Png)
        .or(Err(ProofError::Preview))?;
    Ok(png.into_inner())
}

fn open(file: &[u8]) -> Result<Pdf, ProofError> {
    Pdf::new(Arc::new(file.to_vec())).or(Err(ProofError::Unreadable))
}

/// The text of the symbol at its place on the page.
fn read_symbol<'a>(page: &'a Page<'a>, cache: &RenderCache<'a>) -> Option<String> {
    let (paper_width, _) = page.render_dimensions();
    let placement = Paper::ALL
        .map(Paper::placement)
        .into_iter()
        .find(|placement| (placement.paper_width() - paper_width).abs() < 1.0)?;
    let [x, y, size] = SYMBOL;
    let (left, top) = placement.millimetres(x, y);
    let symbol = Square {
        left,
        top,
        size: size * placement.scale(),
        quiet: QUIET_ZONE * placement.scale(),
    }
    .scaled(PROOF_SCALE / MM_PER_PT);
    let viewport = (
        pixels(symbol.left + symbol.size + symbol.quiet) + 1,
        pixels(symbol.top + symbol.size + symbol.quiet) + 1,
    );
    let image = render(page, cache, PROOF_SCALE, viewport)?;
    symbol.decode(&image)
}

/// The symbol's place in an image.
#[derive(Debug, Clone, Copy)]
struct Square {
    left: f32,
    top: f32,
    size: f32,
    quiet: f32,
}

impl Square {
    fn scaled(self, factor: f32) -> Self {
        Self {
            left: self.left * factor,
            top: self.top * factor,
            size: self.size * factor,
            quiet: self.quiet * factor,
        }
    }

    fn decode(self, image: &GrayImage) -> Option<String> {
        let modules: Vec<Vec<bool>> = (0..MODULES)
            .map(|row| {
                (0..MODULES)
                    .map(|column| self.module(image, row, column))
                    .collect()
            })
            .collect::<Option<_>>()?;
        let dark = |row: usize, column: usize| {
            modules
                .get(row)
                .and_then(|row| row.get(column))
                .copied()
                .unwrap_or(false)
        };
        if !self.is_quiet_around(image)? || !has_finders(dark) {
            return None;
        }
        let grid = Grid::new(SimpleGrid::from_func(
            usize::from(MODULES),
            |column, row| dark(row, column),
        ));
        grid.decode().ok().map(|(_, text)| text)
    }

    /// Whether a module is dark; nothing when its middle is neither ink nor paper.
    fn module(self, image: &GrayImage, row: u16, column: u16) -> Option<bool> {
        let module = self.size / f32::from(MODULES);
        let at = |index: u16| (f32::from(index) + 0.5) * module;
        match grey_at(image, self.left + at(column), self.top + at(row))? {
            ..=INK => Some(true),
            WHITE_PAPER.. => Some(false),
            _ => None,
        }
    }

    /// Whether the four modules around the symbol are white.
    fn is_quiet_around(self, image: &GrayImage) -> Option<bool> {
        let steps = MODULES + 7;
        let module = self.size / f32::from(MODULES);
        for step in 0..=steps {
            let along = f32::from(step) * module - self.quiet + module / 2.0;
            for depth in [0.5, 1.5, 2.5, 3.5_f32] {
                let (before, after) = (-depth * module, self.size + depth * module);
                for (across, down) in [
                    (along, before),
                    (along, after),
                    (before, along),
                    (after, along),
                ] {
                    if grey_at(image, self.left + across, self.top + down)? < WHITE_PAPER {
                        return Some(false);
                    }
                }
            }
        }
        Some(true)
    }
}

/// Whether the three finder patterns stand whole in their corners, each with its white edge.
fn has_finders(dark: impl Fn(usize, usize) -> bool) -> bool {
    let last = usize::from(MODULES) - 1;
    let corners = [(false, false), (false, true), (true, false)];
    corners.into_iter().all(|(bottom, right)| {
        (0..8_usize).all(|row| {
            (0..8_usize).all(|column| {
                let ring = row.abs_diff(3).max(column.abs_diff(3));
                let expected = ring != 2 && ring < 4;
                let flip = |flipped: bool, index: usize| if flipped { last - index } else { index };
                dark(flip(bottom, row), flip(right, column)) == expected
            })
        })
    })
}

/// The grey at a place in pixels; nothing outside the image.
fn grey_at(image: &GrayImage, x: f32, y: f32) -> Option<u8> {
    image
        .get_pixel_checked(u32::from(pixels(x)), u32::from(pixels(y)))
        .map(|pixel| pixel.0[0])
}

/// The upper left of a page in greys, on white.
fn render<'a>(
    page: &'a Page<'a>,
    cache: &RenderCache<'a>,
    scale: f32,
    (width, height): (u16, u16),
) -> Option<GrayImage> {
    let settings = RenderSettings {
        x_scale: scale,
        y_scale: scale,
        width: Some(width),
        height: Some(height),
        bg_color: WHITE,
    };
    let pixmap = hayro::render(page, cache, &InterpreterSettings::default(), &settings);
    let greys = pixmap.data().iter().copied().map(brightness).collect();
    GrayImage::from_raw(u32::from(width), u32::from(height), greys)
}

/// The sheets are black on white: one channel says it all, and alpha is full.
fn brightness(pixel: PremulRgba8) -> u8 {
    pixel.g
}

/// A length in whole pixels.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the only way from f32 to u16; it saturates"
)]
fn pixels(length: f32) -> u16 {
    length as u16
}

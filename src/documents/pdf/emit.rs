//! Marks to the operators of a page.

use std::collections::BTreeMap;

use printpdf::{
    Codepoint, Color, CurTransMat, DictItem, FontId, Greyscale, Line, LineDashPattern, LinePoint,
    Op, PaintMode, PdfFontHandle, Point, Pt, Rect, TextItem, TextMatrix, XObjectTransform,
};

use super::embed::Subsets;
use super::mark::{Ink, Mark};
use super::page::Page;
use super::{PdfError, Placement, image_id};
use crate::documents::fonts::Glyph;
use crate::documents::text::MM_PER_PT;

/// Height of the drawing, from which heights above the lower edge are counted.
const DRAWING_HEIGHT: f32 = 297.0;

/// The operators that draw `page`, the page with this number.
pub(super) fn operations(
    page: &Page<'_>,
    number: usize,
    subsets: &Subsets,
    placement: Placement,
) -> Result<Vec<Op>, PdfError> {
    let mut pen = Pen {
        ops: Vec::new(),
        subsets,
        grey: None,
        font: None,
    };
    let (x, y) = placement.points(0.0, DRAWING_HEIGHT);
    pen.ops.push(Op::SaveGraphicsState);
    pen.ops.push(Op::SetTransformationMatrix {
        matrix: CurTransMat::Raw([placement.scale(), 0.0, 0.0, placement.scale(), x, y]),
    });
    for mark in &page.marks {
        pen.draw(mark, number)?;
    }
    pen.ops.push(Op::RestoreGraphicsState);
    Ok(pen.ops)
}

struct Pen<'a> {
    ops: Vec<Op>,
    subsets: &'a Subsets,
    /// The grey that is set.
    grey: Option<f32>,
    /// The font and the bits of the size that are set; text state outlives a text object.
    font: Option<(FontId, u32)>,
}

impl Pen<'_> {
    fn draw(&mut self, mark: &Mark, number: usize) -> Result<(), PdfError> {
        match mark {
            Mark::Begin(role, content) => {
                let content = DictItem::Int(i64::try_from(*content)?);
                self.begin(role.tag(), [("MCID", content)]);
            }
            Mark::BeginArtifact => self.ops.push(Op::BeginMarkedContent {
                tag: "Artifact".to_owned(),
            }),
            Mark::End => self.ops.push(Op::EndMarkedContent),
            Mark::Text {
                x,
                baseline,
                size,
                glyphs,
                spacing,
            } => self.text((*x, *baseline), *size, glyphs, *spacing),
            Mark::Area {
                x,
                y,
                width,
                height,
                ink,
            } => self.area([*x, *y, *width, *height], *ink),
            Mark::Stroke { from, to, ink } => self.stroke(*from, *to, *ink),
            Mark::Blocks(blocks) => self.blocks(blocks),
            Mark::Image {
                index,
                x,
                y,
                width,
                height,
            } => {
                let (left, bottom) = points(*x, y + height);
                let transform = XObjectTransform {
                    translate_x: Some(Pt(left)),
                    translate_y: Some(Pt(bottom)),
                    scale_x: Some(width / MM_PER_PT),
                    scale_y: Some(height / MM_PER_PT),
                    no_auto_scale: true,
                    ..XObjectTransform::default()
                };
                self.ops.push(Op::UseXobject {
                    id: image_id(number, *index),
                    transform,
                });
            }
        }
        Ok(())
    }

    fn begin<const N: usize>(&mut self, tag: &str, properties: [(&str, DictItem); N]) {
        let map: BTreeMap<String, DictItem> = properties
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect();
        self.ops.push(Op::BeginMarkedContentWithProperties {
            tag: tag.to_owned(),
            properties: DictItem::Dict { map },
        });
    }

    /// A line of glyphs; where the fonts' tables would copy out something else than was typed, the line says what it is.
    fn text(&mut self, (x, baseline): (f32, f32), size: f32, glyphs: &[Glyph], spacing: f32) {
        let speaks = |glyph: &Glyph| {
            glyph
                .drawn
                .and_then(|drawn| self.subsets.find(drawn))
                .is_some_and(|embedded| embedded.place == glyph.place)
        };
        let says_itself = glyphs.iter().all(speaks);
        if !says_itself {
            let text: String = glyphs.iter().map(|glyph| glyph.place.text()).collect();
            self.begin(
                "Span",
                [(
                    "ActualText",
                    DictItem::String {
                        data: utf16(&text),
                        literal: false,
                    },
                )],
            );
        }
        let mut left = x;
        let mut rest = glyphs;
        while let Some(first) = rest.first() {
            let font = first.drawn.map(|(font, _)| font);
            let length = rest
                .iter()
                .take_while(|glyph| glyph.drawn.map(|(font, _)| font) == font)
                .count();
            let (run, after) = rest.split_at(length);
            match font {
                Some(_) => self.run((left, baseline), size, run, spacing),
                None => self.blanks((left, baseline), size, run),
            }
            left += run.iter().map(|glyph| glyph.advance + spacing).sum::<f32>() * size * MM_PER_PT;
            rest = after;
        }
        if !says_itself {
            self.ops.push(Op::EndMarkedContent);
        }
    }

    /// Glyphs of one font.
    fn run(&mut self, (x, baseline): (f32, f32), size: f32, glyphs: &[Glyph], spacing: f32) {
        let mut font = None;
        let codes = glyphs
            .iter()
            .filter_map(|glyph| {
                let embedded = self.subsets.find(glyph.drawn?)?;
                font = Some(embedded.font.clone());
                let kern = -1000.0 * spacing;
                Some(Codepoint::with_cid(
                    embedded.glyph,
                    kern,
                    embedded.place.text(),
                ))
            })
            .collect();
        if let Some(font) = font {
            self.show(font, (x, baseline), size, codes);
        }
    }

    fn show(&mut self, font: FontId, (x, baseline): (f32, f32), size: f32, codes: Vec<Codepoint>) {
        let (left, bottom) = points(x, baseline);
        self.fill(0.0);
        self.font(font, size);
        self.ops.extend([
            Op::StartTextSection,
            Op::SetTextMatrix {
                matrix: TextMatrix::Translate(Pt(rounded(left)), Pt(rounded(bottom))),
            },
            Op::ShowText {
                items: vec![TextItem::GlyphIds(codes)],
            },
            Op::EndTextSection,
        ]);
    }

    /// Empty squares in which the characters are written by hand.
    fn blanks(&mut self, (x, baseline): (f32, f32), size: f32, glyphs: &[Glyph]) {
        let em = size * MM_PER_PT;
        let mut left = x;
        if let Some(space) = self.subsets.space() {
            let code = Codepoint::with_cid(space.glyph, 0.0, space.place.text());
            self.show(space.font.clone(), (x, baseline), size, vec![code]);
        }
        for glyph in glyphs {
            self.area(
                [
                    left + em * 0.04,
                    baseline - em * 0.86,
                    em * (glyph.advance - 0.08),
                    em * 0.96,
                ],
                Ink::Line(0.3),
            );
            left += em * glyph.advance;
        }
    }

    fn area(&mut self, [x, y, width, height]: [f32; 4], ink: Ink) {
        let (left, bottom) = points(x, y + height);
        let mode = self.set(ink);
        let rectangle = Rect {
            x: Pt(left),
            y: Pt(bottom),
            width: Pt(width / MM_PER_PT),
            height: Pt(height / MM_PER_PT),
            mode: Some(mode),
            winding_order: None,
        };
        self.ops.push(Op::DrawRectangle { rectangle });
    }

    fn stroke(&mut self, from: (f32, f32), to: (f32, f32), ink: Ink) {
        self.set(ink);
        self.ops.push(Op::DrawLine {
            line: Line {
                points: vec![corner(from), corner(to)],
                is_closed: false,
            },
        });
    }

    /// All rectangles as one path: a viewer that smooths edges leaves no seams between them.
    /// printpdf has no operation for a path of rectangles, and its polygons take six operators for each.
    fn blocks(&mut self, blocks: &[[f32; 4]]) {
        self.fill(0.0);
        for [x, y, width, height] in blocks {
            let (left, bottom) = points(*x, y + height);
            let numbers = [left, bottom, width / MM_PER_PT, height / MM_PER_PT];
            let value = numbers
                .map(|number| DictItem::Real(rounded(number)))
                .to_vec();
            self.ops.push(Op::Unknown {
                key: "re".to_owned(),
                value,
            });
        }
        self.ops.push(Op::Unknown {
            key: "f".to_owned(),
            value: Vec::new(),
        });
    }

    /// Sets the grey that areas and letters are filled with, if it is another.
    fn fill(&mut self, grey: f32) {
        if self
            .grey
            .replace(grey)
            .is_none_or(|set| set.to_bits() != grey.to_bits())
        {
            let col = Color::Greyscale(Greyscale {
                percent: grey,
                icc_profile: None,
            });
            self.ops.push(Op::SetFillColor { col });
        }
    }

    /// Sets font and size, if they are others.
    fn font(&mut self, font: FontId, size: f32) {
        let wanted = (font, size.to_bits());
        if self.font.as_ref() != Some(&wanted) {
            self.ops.push(Op::SetFont {
                font: PdfFontHandle::External(wanted.0.clone()),
                size: Pt(size),
            });
            self.font = Some(wanted);
        }
    }

    /// Sets colour, thickness and dashes.
    fn set(&mut self, ink: Ink) -> PaintMode {
        let (thickness, dash) = match ink {
            Ink::Fill(grey) => {
                self.fill(grey);
                return PaintMode::Fill;
            }
            Ink::Line(thickness) => (thickness, LineDashPattern::solid()),
            Ink::Dashed(thickness) => (thickness, LineDashPattern::new(0.0, &[2.5, 2.5])),
        };
        self.ops.extend([
            Op::SetOutlineThickness { pt: Pt(thickness) },
            Op::SetLineDashPattern { dash },
        ]);
        PaintMode::Stroke
    }
}

/// A place of the drawing in points from its own lower left corner.
fn points(x: f32, y: f32) -> (f32, f32) {
    (x / MM_PER_PT, (DRAWING_HEIGHT - y) / MM_PER_PT)
}

fn corner((x, y): (f32, f32)) -> LinePoint {
    let (x, y) = points(x, y);
    LinePoint {
        p: Point { x: Pt(x), y: Pt(y) },
        bezier: false,
    }
}

/// To a thousandth of a point, which no printer shows, so that the file stays small.
fn rounded(number: f32) -> f32 {
    (number * 1000.0).round() / 1000.0
}

/// A text string of PDF: UTF-16 with its mark.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    [0xFE, 0xFF]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
        .collect()
}

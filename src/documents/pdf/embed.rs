//! Fonts cut down to the glyphs in use, with what each glyph copies out as.

use std::collections::BTreeMap;

use printpdf::{FontId, FontMetrics, FontType, ParsedFont, PdfFont, PdfFontMetricsStub};
use subsetter::GlyphRemapper;
use ttf_parser::GlyphId;

use super::PdfError;
use super::mark::Mark;
use super::page::Page;
use crate::documents::fonts::{Font, Fonts, Place};

/// Glyph of the whole font → the text it was first used for.
type Used = BTreeMap<u16, Place>;

/// The subsets of one file, by the index of their font.
pub(super) struct Subsets {
    fonts: Vec<Option<Subset>>,
    space: Option<(usize, u16)>,
}

/// One font with only the glyphs in use.
struct Subset {
    id: FontId,
    font: ParsedFont,
    /// Glyph of the whole font → glyph of the subset.
    glyphs: BTreeMap<u16, u16>,
    texts: Used,
}

/// A glyph as the file knows it.
pub(super) struct Embedded<'a> {
    /// The font's resource name.
    pub(super) font: &'a FontId,
    /// The glyph in the subset.
    pub(super) glyph: u16,
    /// What copying yields: one text per glyph, for that is all a font's `ToUnicode` table can hold.
    pub(super) place: Place,
}

impl Subsets {
    /// Cuts every font down to what `pages` use of it.
    pub(super) fn of(fonts: &Fonts, pages: &[Page<'_>]) -> Result<Self, PdfError> {
        let mut used: Vec<Used> = vec![Used::new(); fonts.count()];
        let marks = pages.iter().flat_map(|page| &page.marks);
        for glyph in marks
            .filter_map(|mark| {
                if let Mark::Text { glyphs, .. } = mark {
                    Some(glyphs)
                } else {
                    None
                }
            })
            .flatten()
        {
            let text = glyph.drawn.map_or(Place::plain(' '), |_| glyph.place);
            if let Some((font, id)) = glyph.drawn.or_else(|| fonts.space())
                && let Some(used) = used.get_mut(font)
            {
                used.entry(id).or_insert(text);
            }
        }
        let subset = |(index, texts): (usize, Used)| match fonts.get(index) {
            Some(font) if !texts.is_empty() => Subset::cut(font, index, texts).map(Some),
            _ => Ok(None),
        };
        let subsets = used.into_iter().enumerate().map(subset);
        Ok(Self {
            fonts: subsets.collect::<Result<_, _>>()?,
            space: fonts.space(),
        })
    }

    /// The fonts with their resource names.
    pub(super) fn fonts(&self) -> impl Iterator<Item = (FontId, PdfFont)> {
        self.fonts
            .iter()
            .flatten()
            .map(|subset| (subset.id.clone(), PdfFont::new(subset.font.clone())))
    }

    /// An empty glyph, there when any place is blank.
    pub(super) fn space(&self) -> Option<Embedded<'_>> {
        self.find(self.space?)
    }

    /// Where a glyph of a whole font went.
    pub(super) fn find(&self, (font, id): (usize, u16)) -> Option<Embedded<'_>> {
        let subset = self.fonts.get(font)?.as_ref()?;
        Some(Embedded {
            font: &subset.id,
            glyph: *subset.glyphs.get(&id)?,
            place: *subset.texts.get(&id)?,
        })
    }
}

impl Subset {
    fn cut(font: &Font, index: usize, texts: Used) -> Result<Self, PdfError> {
        let mut remapper = GlyphRemapper::new();
        for id in texts.keys() {
            remapper.remap(*id);
        }
        let whole = font.bytes().map_err(|source| PdfError::Font {
            font: font.name,
            source,
        })?;
        let bytes =
            subsetter::subset(whole.as_ref(), 0, &remapper).map_err(|source| PdfError::Subset {
                font: font.name,
                source,
            })?;
        let glyphs: BTreeMap<u16, u16> = texts
            .keys()
            .map(|id| Ok((*id, remapper.get(*id).ok_or(PdfError::GlyphLost)?)))
            .collect::<Result<_, PdfError>>()?;
        let name = format!("{}+{}", subset_tag(texts.keys()), font.name);
        let font = parsed(font, &glyphs, name, bytes);
        Ok(Self {
            id: FontId(format!("F{index}")),
            font,
            glyphs,
            texts,
        })
    }
}

/// What printpdf needs to know of a font.
fn parsed(font: &Font, glyphs: &BTreeMap<u16, u16>, name: String, bytes: Vec<u8>) -> ParsedFont {
    let face = &font.face;
    let bounds = face.global_bounding_box();
    // What was cut says what it is: of a font on disk the face has no outlines.
    let is_cff = bytes.starts_with(b"OTTO");
    ParsedFont {
        original_bytes: bytes,
        font_index: 0,
        font_name: Some(name),
        codepoint_to_glyph: BTreeMap::new(),
        glyph_widths: glyphs
            .iter()
            .map(|(whole, cut)| (*cut, face.glyph_hor_advance(GlyphId(*whole)).unwrap_or(0)))
            .collect(),
        units_per_em: face.units_per_em(),
        font_metrics: FontMetrics {
            ascent: face.ascender(),
            descent: face.descender(),
        },
        font_type: if is_cff {
            FontType::OpenTypeCFF(())
        } else {
            FontType::TrueType
        },
        pdf_font_metrics: PdfFontMetricsStub {
            units_per_em: face.units_per_em(),
            x_min: bounds.x_min,
            y_min: bounds.y_min,
            x_max: bounds.x_max,
            y_max: bounds.y_max,
            us_weight_class: face.weight().to_number(),
            ..PdfFontMetricsStub::default()
        },
    }
}

/// Six capital letters that differ between different subsets of a font (ISO 32000-1, 9.6.4).
fn subset_tag<'a>(glyphs: impl Iterator<Item = &'a u16>) -> String {
    // FNV-1a: the tag need not resist anybody, only be the same for the same glyphs.
    let hash = glyphs
        .flat_map(|glyph| glyph.to_be_bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    (0..6)
        .filter_map(|place| {
            char::from_digit(
                u32::try_from((hash >> (place * 8)) % 26).unwrap_or(0) + 10,
                36,
            )
        })
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

//! The fonts of the printed sheets, and which of them draws which character.
//!
//! Order: BIZ `UDPGothic`, the subset of Noto Sans CJK JP (both compiled in, see `static/fonts/README.md`), then `IPAmj` Mincho when the system has it.
//! A character no font has, and a variant (base plus variation selector) no font has, are told by [`Fonts::missing`] and left blank on paper:
//! never a `.notdef` box, never silently another variant. Text is never normalised here.

mod on_disk;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ttf_parser::{Face, GlyphId};

use on_disk::OnDisk;

/// The typeface of every sheet.
const BIZ_UDP_GOTHIC: &[u8] = include_bytes!("../../../static/fonts/BIZUDPGothic-Unhinted.ttf");
/// What the typeface lacks of the ideographs of names, and the letters of Vietnam and Korea.
const NOTO_NAMES: &[u8] = include_bytes!("../../../static/fonts/NotoSansCJKjp-Names.otf");
/// Digits, capitals and the hyphen in one width, bold: for receipt numbers alone.
const NOTO_MONO: &[u8] = include_bytes!("../../../static/fonts/NotoSansMonoCJKjp-Receipt.otf");
/// Where Debian's fonts-ipamj-mincho puts the font.
const DEBIAN_IPAMJ_MINCHO: &str = "/usr/share/fonts/truetype/ipamj/ipamjm.ttf";

/// Whether the large font of register characters is used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum IpamjMincho {
    /// From Debian's place, when it is installed.
    #[default]
    WhenInstalled,
    /// From this file, which must be there.
    At(PathBuf),
    /// Not at all.
    Never,
}

/// Which fonts to load.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FontSettings {
    /// The third font, the one that is not compiled in.
    pub ipamj_mincho: IpamjMincho,
}

/// Why the fonts cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FontError {
    /// The configured file cannot be read.
    #[error("the font {path} cannot be read")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is not a font.
    #[error("the font {name} is damaged")]
    Damaged {
        /// The font's name.
        name: &'static str,
        /// What the parser said.
        #[source]
        source: ttf_parser::FaceParsingError,
    },
}

/// Why a character stays blank on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingReason {
    /// No font has the character.
    NoGlyph,
    /// The character is there, but not in the variant that its selector asks for.
    NoVariant,
}

/// A character that the sheets leave blank, to be written by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The character as typed, with its variation selector.
    pub character: String,
    /// Why it is not drawn.
    pub reason: MissingReason,
}

/// Where the outlines of a font are.
enum Outlines {
    CompiledIn(&'static [u8]),
    OnDisk(OnDisk),
}

/// The bytes of a font's file, for as long as they are used.
pub(super) enum FontBytes {
    CompiledIn(&'static [u8]),
    Read(Arc<Vec<u8>>),
}

impl AsRef<[u8]> for FontBytes {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::CompiledIn(bytes) => bytes,
            Self::Read(bytes) => bytes,
        }
    }
}

/// One font with the name it bears inside a PDF.
pub(super) struct Font {
    outlines: Outlines,
    /// The tables.
    pub(super) face: Face<'static>,
    /// The PostScript name.
    pub(super) name: &'static str,
}

impl Font {
    fn parse(data: &'static [u8], name: &'static str) -> Result<Self, FontError> {
        let face = Face::parse(data, 0).map_err(|source| FontError::Damaged { name, source })?;
        Ok(Self {
            outlines: Outlines::CompiledIn(data),
            face,
            name,
        })
    }

    fn open(path: &Path, name: &'static str) -> Result<Self, FontError> {
        let (file, face) = OnDisk::open(path, name)?;
        Ok(Self {
            outlines: Outlines::OnDisk(file),
            face,
            name,
        })
    }

    /// The file's bytes.
    pub(super) fn bytes(&self) -> io::Result<FontBytes> {
        match &self.outlines {
            Outlines::CompiledIn(bytes) => Ok(FontBytes::CompiledIn(bytes)),
            Outlines::OnDisk(file) => file.read().map(FontBytes::Read),
        }
    }

    /// The width of a glyph in em.
    fn advance(&self, glyph: GlyphId) -> f32 {
        self.face.glyph_hor_advance(glyph).map_or(0.0, f32::from)
            / f32::from(self.face.units_per_em())
    }
}

/// One place in a line of text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glyph {
    /// What copying yields: the character with its selector.
    pub(super) place: Place,
    /// The width in em.
    pub(super) advance: f32,
    /// The font's index and its glyph; `None` is an empty place.
    pub(super) drawn: Option<(usize, u16)>,
}

/// The fonts of the process: loaded once, shared by all sheets.
pub struct Fonts {
    /// In the order in which a character is looked up; the last is [`NOTO_MONO`], which is not looked up.
    fonts: Vec<Font>,
}

impl Fonts {
    /// Loads and parses the fonts; once per process, because their tables are kept until it ends.
    ///
    /// # Errors
    /// [`FontError::Unreadable`] for a configured file that is not there, [`FontError::Damaged`] for one that is not a font.
    pub fn load(settings: &FontSettings) -> Result<Self, FontError> {
        let mut fonts = vec![
            Font::parse(BIZ_UDP_GOTHIC, "BIZUDPGothic")?,
            Font::parse(NOTO_NAMES, "NotoSansCJKjp")?,
        ];
        let debian = Path::new(DEBIAN_IPAMJ_MINCHO);
        let path = match &settings.ipamj_mincho {
            IpamjMincho::WhenInstalled => debian.exists().then_some(debian),
            IpamjMincho::At(path) => Some(path.as_path()),
            IpamjMincho::Never => None,
        };
        if let Some(path) = path {
            fonts.push(Font::open(path, "IPAmjMincho")?);
        }
        fonts.push(Font::parse(NOTO_MONO, "NotoSansMonoCJKjp")?);
        Ok(Self { fonts })
    }

    /// The characters of `text` that no font draws as asked, each once, in the order of the text.
    pub fn missing(&self, text: &str) -> Vec<Missing> {
        let mut found: Vec<Missing> = Vec::new();
        for place in places(text) {
            if let Err(reason) = self.find(place) {
                let missing = Missing {
                    character: place.text(),
                    reason,
                };
                if !found.contains(&missing) {
                    found.push(missing);
                }
            }
        }
        found
    }

    /// The glyphs of a line; what no font draws becomes an empty place of one em.
    pub(super) fn shape(&self, text: &str) -> Vec<Glyph> {
        places(text).map(|place| self.glyph(place)).collect()
    }

    /// The glyphs of a receipt number, all of one width; other characters become empty places.
    pub(super) fn shape_receipt(&self, text: &str) -> Vec<Glyph> {
        let index = self.fonts.len().saturating_sub(1);
        let glyph = |c: char| {
            let drawn = self.get(index).and_then(|font| font.face.glyph_index(c));
            Glyph {
                place: Place::plain(c),
                advance: 0.5,
                drawn: drawn.map(|glyph| (index, glyph.0)),
            }
        };
        text.chars().map(glyph).collect()
    }

    /// An empty glyph: readers of a PDF hang the text of a blank on it.
    pub(super) fn space(&self) -> Option<(usize, u16)> {
        self.glyph(Place::plain(' ')).drawn
    }

    /// The font at `index` of [`Glyph::drawn`].
    pub(super) fn get(&self, index: usize) -> Option<&Font> {
        self.fonts.get(index)
    }

    /// How many fonts there are.
    pub(super) fn count(&self) -> usize {
        self.fonts.len()
    }

    fn glyph(&self, place: Place) -> Glyph {
        let drawn = self.find(place).ok();
        let advance = drawn
            .and_then(|(index, glyph)| Some(self.get(index)?.advance(glyph)))
            .unwrap_or(1.0);
        Glyph {
            place,
            advance,
            drawn: drawn.map(|(index, glyph)| (index, glyph.0)),
        }
    }

    /// The first font that draws the place exactly as asked.
    fn find(&self, place: Place) -> Result<(usize, GlyphId), MissingReason> {
        let looked_up = self.fonts.split_last().map_or(&[][..], |(_, fonts)| fonts);
        let mut faces = looked_up.iter().map(|font| &font.face).enumerate();
        match place.selector {
            Some(selector) => faces
                .find_map(|(index, face)| {
                    Some((index, face.glyph_variation_index(place.base, selector)?))
                })
                .ok_or_else(|| match self.find(Place::plain(place.base)) {
                    Ok(_) => MissingReason::NoVariant,
                    Err(reason) => reason,
                }),
            None => [Some(place.base), twin(place.base)]
                .into_iter()
                .flatten()
                .find_map(|c| {
                    let glyph = |face: &Face<'_>| face.glyph_index(c).filter(|glyph| glyph.0 != 0);
                    faces
                        .clone()
                        .find_map(|(index, face)| Some((index, glyph(face)?)))
                })
                .ok_or(MissingReason::NoGlyph),
        }
    }
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.fonts.iter().map(|font| font.name))
            .finish()
    }
}

/// A character and the selector after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The character.
    pub(super) base: char,
    /// Its variation selector.
    pub(super) selector: Option<char>,
}

impl Place {
    /// A character alone.
    pub(super) const fn plain(base: char) -> Self {
        Self {
            base,
            selector: None,
        }
    }

    /// Both as text.
    pub(super) fn text(self) -> String {
        [Some(self.base), self.selector]
            .into_iter()
            .flatten()
            .collect()
    }
}

/// The places of a text: selectors joined to their base, every white space a plain one, invisible format characters left out.
fn places(text: &str) -> impl Iterator<Item = Place> {
    let mut characters = text.chars().filter(|c| !is_invisible(*c)).peekable();
    std::iter::from_fn(move || {
        let read = characters.next()?;
        let base = if read.is_whitespace() && read != '\u{3000}' {
            ' '
        } else {
            read
        };
        let selector = characters
            .next_if(|next| is_selector(*next))
            .filter(|_| is_ideograph(base));
        Some(Place { base, selector })
    })
}

/// A character of the same shape, for letters and signs of foreign addresses that the fonts lack. Never for ideographs.
const fn twin(c: char) -> Option<char> {
    match c {
        // Romanian was written with the cedilla before Unicode had the comma below.
        'Ș' => Some('Ş'),
        'ș' => Some('ş'),
        'Ț' => Some('Ţ'),
        'ț' => Some('ţ'),
        // ʻokina and its mirror image.
        'ʻ' => Some('‘'),
        'ʼ' => Some('’'),
        '\u{2010}' | '\u{2011}' => Some('-'),
        _ => None,
    }
}

/// Standardised and ideographic variation selectors.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Only ideographs have variants that matter in a name; a selector after anything else chooses between text and picture.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Direction marks, joiners and the byte order mark: nothing to draw.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{00AD}')
        || (c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests;

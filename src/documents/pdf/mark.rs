//! What a page is made of: marks, and the elements of the structure tree they belong to.

use crate::documents::fonts::Glyph;

/// How an area or a line is painted; grey is 0 (black) to 1 (white).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::documents) enum Ink {
    /// A filled area.
    Fill(f32),
    /// An outline of so many points.
    Line(f32),
    /// A dashed outline of so many points.
    Dashed(f32),
}

/// What a part of the page is, in the structure tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::documents) enum Role {
    /// The page as a whole.
    Section,
    /// The page's title.
    Title,
    /// A heading under it.
    Heading,
    /// Text, or a label with its value.
    Paragraph,
    /// A list.
    List,
    /// An item of a list.
    ListItem,
    /// What an item says.
    ListBody,
    /// A picture, which has words that stand for it.
    Figure,
    /// A field to fill in.
    Form,
}

impl Role {
    /// The standard structure type.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::Section => "Sect",
            Self::Title => "H1",
            Self::Heading => "H2",
            Self::Paragraph => "P",
            Self::List => "L",
            Self::ListItem => "LI",
            Self::ListBody => "LBody",
            Self::Figure => "Figure",
            Self::Form => "Form",
        }
    }
}

/// Something painted, or the edge of a tagged part.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    /// Content that belongs to the element with this number on the page begins.
    Begin(Role, usize),
    /// Decoration begins: readers pass over it.
    BeginArtifact,
    /// The part ends.
    End,
    /// A line of text; `spacing` is added after every character, in em.
    Text {
        x: f32,
        baseline: f32,
        size: f32,
        glyphs: Vec<Glyph>,
        spacing: f32,
    },
    /// A rectangle.
    Area {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        ink: Ink,
    },
    /// A straight line of so many points, dashed or not.
    Stroke {
        from: (f32, f32),
        to: (f32, f32),
        ink: Ink,
    },
    /// Many filled rectangles as one path.
    Blocks(Vec<[f32; 4]>),
    /// The image with this index.
    Image {
        index: usize,
        x: f32,
        y: f32,
        width: f32,
        height: f32,
    },
}

/// A child of an element, in reading order.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kid {
    /// Marked content with this number.
    Content(usize),
    /// The element with this index.
    Element(usize),
    /// The form field with this index.
    Field(usize),
}

/// An element of the structure tree.
#[derive(Debug, Clone)]
pub(super) struct Element {
    pub(super) role: Role,
    pub(super) parent: Option<usize>,
    pub(super) kids: Vec<Kid>,
    pub(super) alternative: Option<String>,
}

/// A comb of cells to type into.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) hint: String,
    pub(super) cells: i64,
    /// Left, top, width, height.
    pub(super) area: [f32; 4],
}

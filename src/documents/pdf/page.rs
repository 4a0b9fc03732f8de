//! One page as a list of marks.

use printpdf::ExternalXObject;

use super::mark::{Element, Field, Ink, Kid, Mark, Role};
use crate::documents::fonts::{Fonts, Glyph};
use crate::documents::text::{self, Fitted, LEADING, MM_PER_PT, Space};

/// A page that is being drawn; coordinates are mm from the top left of A4.
#[derive(Debug)]
pub(in crate::documents) struct Page<'f> {
    pub(in crate::documents) fonts: &'f Fonts,
    pub(super) marks: Vec<Mark>,
    pub(super) elements: Vec<Element>,
    pub(super) contents: Vec<usize>,
    pub(super) fields: Vec<Field>,
    pub(super) images: Vec<ExternalXObject>,
    open: Vec<usize>,
}

impl<'f> Page<'f> {
    /// An empty page, which is a section of the document.
    pub(in crate::documents) fn new(fonts: &'f Fonts) -> Self {
        let section = Element {
            role: Role::Section,
            parent: None,
            kids: Vec::new(),
            alternative: None,
        };
        Self {
            fonts,
            marks: Vec::new(),
            elements: vec![section],
            contents: Vec::new(),
            fields: Vec::new(),
            images: Vec::new(),
            open: vec![0],
        }
    }

    /// Draws decoration, which readers pass over.
    pub(in crate::documents) fn artifact(&mut self, draw: impl FnOnce(&mut Self)) {
        self.marks.push(Mark::BeginArtifact);
        draw(self);
        self.marks.push(Mark::End);
    }

    /// Draws one element of the structure tree.
    pub(in crate::documents) fn element<T>(
        &mut self,
        role: Role,
        draw: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let element = self.add(role, None);
        self.content(element, role, draw)
    }

    /// Draws a picture with the words that stand for it.
    pub(in crate::documents) fn figure(&mut self, alternative: &str, draw: impl FnOnce(&mut Self)) {
        let element = self.add(Role::Figure, Some(alternative.to_owned()));
        self.content(element, Role::Figure, draw);
    }

    /// Draws one item of a list.
    pub(in crate::documents) fn list_item<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> T {
        self.group(Role::ListItem, |page| page.element(Role::ListBody, draw))
    }

    /// Groups the elements drawn inside.
    pub(in crate::documents) fn group<T>(
        &mut self,
        role: Role,
        draw: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let element = self.add(role, None);
        self.open.push(element);
        let drawn = draw(self);
        self.open.pop();
        drawn
    }

    /// Lays a comb of `cells` cells over `area` (left, top, width, height), to be typed into by the reader alone.
    pub(in crate::documents) fn field(
        &mut self,
        name: &'static str,
        hint: &str,
        cells: i64,
        area: [f32; 4],
    ) {
        let element = self.add(Role::Form, None);
        let index = self.fields.len();
        self.fields.push(Field {
            name,
            hint: hint.to_owned(),
            cells,
            area,
        });
        self.adopt(element, Kid::Field(index));
    }

    /// One line of text from `x` on.
    pub(in crate::documents) fn text(&mut self, x: f32, baseline: f32, size: f32, text: &str) {
        let glyphs = self.fonts.shape(text);
        self.glyphs(x, baseline, size, glyphs);
    }

    /// One line of shaped text.
    pub(in crate::documents) fn glyphs(
        &mut self,
        x: f32,
        baseline: f32,
        size: f32,
        glyphs: Vec<Glyph>,
    ) {
        self.marks.push(Mark::Text {
            x,
            baseline,
            size,
            glyphs,
            spacing: 0.0,
        });
    }

    /// One line of text that ends at `right`.
    pub(in crate::documents) fn text_right(
        &mut self,
        right: f32,
        baseline: f32,
        size: f32,
        text: &str,
    ) {
        let glyphs = self.fonts.shape(text);
        self.glyphs(right - text::width(&glyphs, size), baseline, size, glyphs);
    }

    /// One line of text around `centre`.
    pub(in crate::documents) fn text_centred(
        &mut self,
        centre: f32,
        baseline: f32,
        size: f32,
        text: &str,
    ) {
        let glyphs = self.fonts.shape(text);
        self.glyphs(
            centre - text::width(&glyphs, size) / 2.0,
            baseline,
            size,
            glyphs,
        );
    }

    /// A receipt number around `centre`: one width for all characters, 0.3 mm apart.
    pub(in crate::documents) fn receipt_number(
        &mut self,
        centre: f32,
        baseline: f32,
        size: f32,
        number: &str,
    ) {
        let glyphs = self.fonts.shape_receipt(number);
        let spacing = 0.3 / (size * MM_PER_PT);
        let count = u16::try_from(glyphs.len()).map_or(0.0, f32::from);
        let width = text::width(&glyphs, size) + count * 0.3;
        self.marks.push(Mark::Text {
            x: centre - width / 2.0,
            baseline,
            size,
            glyphs,
            spacing,
        });
    }

    /// Lines of text from the top left of a box downwards; the bottom they reach, in mm.
    pub(in crate::documents) fn lines(&mut self, x: f32, top: f32, fitted: Fitted) -> f32 {
        let Fitted { size, lines } = fitted;
        let mut baseline = top + size * MM_PER_PT * 0.95;
        for line in lines {
            self.glyphs(x, baseline, size, line);
            baseline += size * LEADING * MM_PER_PT;
        }
        baseline - size * MM_PER_PT * 0.95
    }

    /// A paragraph in small print, wrapped at `width`; the bottom it reaches.
    pub(in crate::documents) fn prose(
        &mut self,
        x: f32,
        top: f32,
        width: f32,
        size: f32,
        text: &str,
    ) -> f32 {
        let lines = text::wrap(&self.fonts.shape(text), size, width);
        self.lines(x, top, Fitted { size, lines })
    }

    /// The largest fitting lines for a value, if there are any.
    pub(in crate::documents) fn fit(&self, text: &str, space: Space) -> Option<Fitted> {
        text::fit(self.fonts, text, space)
    }

    /// A rectangle.
    pub(in crate::documents) fn area(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        self.marks.push(Mark::Area {
            x,
            y,
            width,
            height,
            ink,
        });
    }

    /// A straight line.
    pub(in crate::documents) fn stroke(&mut self, from: (f32, f32), to: (f32, f32), ink: Ink) {
        self.marks.push(Mark::Stroke { from, to, ink });
    }

    /// A check box of `size` mm, with a tick when `ticked`.
    pub(in crate::documents) fn check_box(&mut self, x: f32, y: f32, size: f32, ticked: bool) {
        self.area(x, y, size, size, Ink::Line(0.6));
        if ticked {
            let at = |right: f32, down: f32| (x + size * right, y + size * down);
            self.stroke(at(0.18, 0.52), at(0.42, 0.78), Ink::Line(1.3));
            self.stroke(at(0.42, 0.78), at(0.86, 0.2), Ink::Line(1.3));
        }
    }

    /// Filled rectangles (left, top, width, height) as one path, without seams.
    pub(in crate::documents) fn blocks(&mut self, blocks: Vec<[f32; 4]>) {
        self.marks.push(Mark::Blocks(blocks));
    }

    /// An image stretched over a rectangle; the same image may be placed more than once.
    pub(in crate::documents) fn image(
        &mut self,
        index: usize,
        x: f32,
        y: f32,
        width: f32,
        height: f32,
    ) {
        self.marks.push(Mark::Image {
            index,
            x,
            y,
            width,
            height,
        });
    }

    /// Takes an image in; the index to place it with.
    pub(in crate::documents) fn add_image(&mut self, image: ExternalXObject) -> usize {
        self.images.push(image);
        self.images.len() - 1
    }

    fn add(&mut self, role: Role, alternative: Option<String>) -> usize {
        let parent = self.open.last().copied();
        let index = self.elements.len();
        self.elements.push(Element {
            role,
            parent,
            kids: Vec::new(),
            alternative,
        });
        if let Some(parent) = parent {
            self.adopt(parent, Kid::Element(index));
        }
        index
    }

    fn content<T>(&mut self, element: usize, role: Role, draw: impl FnOnce(&mut Self) -> T) -> T {
        let content = self.contents.len();
        self.contents.push(element);
        self.adopt(element, Kid::Content(content));
        self.marks.push(Mark::Begin(role, content));
        let drawn = draw(self);
        self.marks.push(Mark::End);
        drawn
    }

    fn adopt(&mut self, element: usize, kid: Kid) {
        if let Some(element) = self.elements.get_mut(element) {
            element.kids.push(kid);
        }
    }
}

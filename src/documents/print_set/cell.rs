//! The cells of a form: a label on a tint, a value that fits.

use super::PrintError;
use super::frame::{HAIR, LEFT, TINT};
use crate::documents::fonts::Fonts;
use crate::documents::pdf::{Page, Role};
use crate::documents::text::{self, MM_PER_PT, Space};
use crate::i18n::Lang;

/// A place of a form: where it is, how it is called, and what stands in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'a> {
    /// Left, top, width, height.
    pub(super) area: [f32; 4],
    pub(super) label: &'a str,
    pub(super) english: &'a str,
    pub(super) value: &'a str,
}

impl Cell<'_> {
    /// Narrow cells have narrow labels.
    fn label_width(&self) -> f32 {
        let [_, _, width, _] = self.area;
        if width < 70.0 { 17.0 } else { 25.0 }
    }

    /// Frame and ground of the label.
    pub(super) fn outline(&self, page: &mut Page<'_>) {
        let [x, y, width, height] = self.area;
        let inner = x + self.label_width();
        page.artifact(|page| {
            page.area(x, y, self.label_width(), height, TINT);
            page.area(x, y, width, height, HAIR);
            page.stroke((inner, y), (inner, y + height), HAIR);
        });
    }

    /// The label, with its English under it when asked for.
    pub(super) fn name(&self, page: &mut Page<'_>, language: Lang) {
        let [x, y, _, height] = self.area;
        let middle = y + height / 2.0;
        if language == Lang::En && !self.english.is_empty() {
            page.text(x + 1.2, middle - 0.1, 7.0, self.label);
            page.text(x + 1.2, middle + 2.3, 5.5, self.english);
        } else {
            page.text(x + 1.2, middle + 0.9, 7.0, self.label);
        }
    }

    /// The cell with its value, as large as it fits.
    ///
    /// # Errors
    /// [`PrintError::TooLong`] with `field` when no readable size holds the value.
    pub(super) fn draw(
        &self,
        page: &mut Page<'_>,
        language: Lang,
        field: &'static str,
    ) -> Result<(), PrintError> {
        let [_, _, _, height] = self.area;
        self.draw_in(page, language, field, height)
    }

    /// The cell with its value in the upper `room` mm, as large as it fits.
    ///
    /// # Errors
    /// [`PrintError::TooLong`] with `field` when no readable size holds the value.
    pub(super) fn draw_in(
        &self,
        page: &mut Page<'_>,
        language: Lang,
        field: &'static str,
        room: f32,
    ) -> Result<(), PrintError> {
        let [x, y, width, height] = self.area;
        let space = Space {
            width: width - self.label_width() - 3.0,
            height: room - 0.4,
            // A low cell with large letters looks crowded.
            largest: if height < 7.0 { 9.0 } else { 11.0 },
            wrap_at: 8.0,
        };
        let fitted = page
            .fit(self.value, space)
            .ok_or(PrintError::TooLong { field })?;
        let top =
            y + (room - text::height(fitted.lines.len(), fitted.size)) / 2.0 + fitted.size * 0.05;
        self.outline(page);
        page.element(Role::Paragraph, |page| {
            self.name(page, language);
            page.lines(x + self.label_width() + 1.5, top, fitted);
        });
        Ok(())
    }
}

/// A column of a row: label, English, value, width in mm.
pub(super) type Column<'a> = (&'a str, &'a str, &'a str, f32);

/// A row of cells from the left edge on, between `top` and `top + height`.
///
/// # Errors
/// [`PrintError::TooLong`] with `field` when no readable size holds one of the values.
pub(super) fn row(
    page: &mut Page<'_>,
    language: Lang,
    field: &'static str,
    (top, height): (f32, f32),
    columns: &[Column<'_>],
) -> Result<(), PrintError> {
    let mut x = LEFT;
    for (label, english, value, width) in columns {
        let cell = Cell {
            area: [x, top, *width, height],
            label,
            english,
            value,
        };
        cell.draw(page, language, field)?;
        x += width;
    }
    Ok(())
}

/// A value without a frame: its label at `label.1`, itself from `label.2` on, both on `baseline`, in a line or two.
///
/// # Errors
/// [`PrintError::TooLong`] with `field` when no readable size holds the value.
pub(super) fn line(
    page: &mut Page<'_>,
    (label, left, x): (&str, f32, f32),
    baseline: f32,
    (width, largest): (f32, f32),
    (field, value): (&'static str, &str),
) -> Result<(), PrintError> {
    let space = Space {
        width,
        height: 8.0,
        largest,
        wrap_at: 8.0,
    };
    let fitted = page
        .fit(value, space)
        .ok_or(PrintError::TooLong { field })?;
    page.element(Role::Paragraph, |page| {
        page.text(left, baseline, 7.0, label);
        page.lines(x, baseline - fitted.size * MM_PER_PT * 0.95, fitted);
    });
    Ok(())
}

/// The lines the fonts can draw, and whether any was left out: an address in a script without a font is in Latin letters too.
pub(super) fn printable<'a>(fonts: &Fonts, lines: &'a [String]) -> (Vec<&'a str>, bool) {
    let written = lines
        .iter()
        .map(String::as_str)
        .filter(|line| !line.trim().is_empty());
    let (drawn, left_out): (Vec<&str>, Vec<&str>) =
        written.partition(|line| fonts.missing(line).is_empty());
    (drawn, !left_out.is_empty())
}

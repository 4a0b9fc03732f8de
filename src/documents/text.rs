//! Lines of text that fit: measure, shrink, wrap; never cut.
//!
//! Sizes are points, lengths millimetres. A value first shrinks on one line, then wraps, and only what no readable size holds is refused.

use super::fonts::{Fonts, Glyph};

/// Millimetres in a point.
pub(super) const MM_PER_PT: f32 = 25.4 / 72.0;
/// Below this nobody reads a form.
const SMALLEST: f32 = 4.5;
/// Baseline to baseline, in em.
pub(super) const LEADING: f32 = 1.25;
/// No line begins with these.
const NOT_FIRST: &str = "、。，．・：；！？）］｝」』】〉》〕’”ー々ゝゞァィゥェォッャュョヮヵヶぁぃぅぇぉっゃゅょゎ,.:;!?)]}";
/// No line ends with these.
const NOT_LAST: &str = "（［｛「『【〈《〔‘“([{";

/// The space a value has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Space {
    /// Width in mm.
    pub(super) width: f32,
    /// Height in mm.
    pub(super) height: f32,
    /// Largest size in points.
    pub(super) largest: f32,
    /// The size at which wrapping begins.
    pub(super) wrap_at: f32,
}

/// Lines and the size at which they fit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fitted {
    /// The size in points.
    pub(super) size: f32,
    /// The lines from top to bottom.
    pub(super) lines: Vec<Vec<Glyph>>,
}

/// The width of `glyphs` at `size` points, in mm.
pub(super) fn width(glyphs: &[Glyph], size: f32) -> f32 {
    glyphs.iter().map(|glyph| glyph.advance).sum::<f32>() * size * MM_PER_PT
}

/// Shrinks, then wraps `text` into `space`; `None` when no readable size holds it.
pub(super) fn fit(fonts: &Fonts, text: &str, space: Space) -> Option<Fitted> {
    let glyphs = fonts.shape(text);
    let one_line =
        sizes(space.largest, space.wrap_at).find(|size| width(&glyphs, *size) <= space.width);
    if let Some(size) = one_line {
        return Some(Fitted {
            size,
            lines: vec![glyphs],
        });
    }
    sizes(space.wrap_at, SMALLEST).find_map(|size| {
        let lines = wrap(&glyphs, size, space.width);
        (height(lines.len(), size) <= space.height).then_some(Fitted { size, lines })
    })
}

/// Breaks glyphs into lines of at most `width` mm.
pub(super) fn wrap(glyphs: &[Glyph], size: f32, limit: f32) -> Vec<Vec<Glyph>> {
    let mut lines = Vec::new();
    let mut line: Vec<Glyph> = Vec::new();
    for glyph in glyphs {
        line.push(*glyph);
        if width(&line, size) > limit && line.len() > 1 && glyph.place.base != ' ' {
            let rest = line.split_off(break_point(&line));
            lines.push(trimmed(std::mem::replace(&mut line, rest)));
        }
    }
    if !line.is_empty() {
        lines.push(trimmed(line));
    }
    lines
}

/// The height of so many lines, in mm.
pub(super) fn height(lines: usize, size: f32) -> f32 {
    u16::try_from(lines).map_or(f32::INFINITY, f32::from) * LEADING * size * MM_PER_PT
}

/// From `largest` down to `smallest` in half points.
fn sizes(largest: f32, smallest: f32) -> impl Iterator<Item = f32> {
    std::iter::successors(Some(largest), |size| Some(size - 0.5))
        .take_while(move |size| *size >= smallest)
}

/// After how many glyphs an overfull line breaks: the last place the rules allow, or before the glyph that did not fit.
fn break_point(line: &[Glyph]) -> usize {
    let last = line.len().saturating_sub(1);
    let allowed = line.windows(2).rposition(
        |pair| matches!(pair, [before, after] if may_break(before.place.base, after.place.base)),
    );
    allowed.map_or(last, |index| index + 1).max(1)
}

fn may_break(before: char, after: char) -> bool {
    if NOT_FIRST.contains(after) || NOT_LAST.contains(before) || after == ' ' {
        return false;
    }
    matches!(before, ' ' | '-' | '/' | '@') || is_wide(before) || is_wide(after)
}

/// Kana, ideographs, Hangul and full-width signs, between which Japanese breaks anywhere.
const fn is_wide(c: char) -> bool {
    c >= '\u{2E80}'
}

fn trimmed(mut line: Vec<Glyph>) -> Vec<Glyph> {
    while line.last().is_some_and(|glyph| glyph.place.base == ' ') {
        line.pop();
    }
    let spaces = line
        .iter()
        .take_while(|glyph| glyph.place.base == ' ')
        .count();
    line.split_off(spaces)
}

#[cfg(test)]
mod tests {
    use super::super::fonts::{FontSettings, IpamjMincho};
    use super::*;

    const CELL: Space = Space {
        width: 40.0,
        height: 8.0,
        largest: 11.0,
        wrap_at: 8.0,
    };

    fn fonts() -> Fonts {
        Fonts::load(&FontSettings {
            ipamj_mincho: IpamjMincho::Never,
        })
        .unwrap()
    }

    fn texts(fitted: &Fitted) -> Vec<String> {
        fitted
            .lines
            .iter()
            .map(|line| line.iter().map(|glyph| glyph.place.text()).collect())
            .collect()
    }

    #[test]
    fn a_value_shrinks_first_and_wraps_only_below_eight_points() {
        let fonts = fonts();
        for (text, size, lines) in [
            ("山田", 11.0, 1),
            ("あいうえおかきくけこさ", 10.5, 1),
            ("漢字漢字漢字漢字漢字漢字漢字漢字", 8.0, 2),
        ] {
            let fitted = fit(&fonts, text, CELL).unwrap();
            assert_eq!((fitted.size, fitted.lines.len()), (size, lines), "{text}");
            assert!(
                fitted
                    .lines
                    .iter()
                    .all(|line| width(line, fitted.size) <= CELL.width),
                "{text}"
            );
        }
    }

    #[test]
    fn nothing_is_lost_in_wrapping() {
        let fonts = fonts();
        let text = "12 Rue de l’Église, Résidence des Tilleuls, 75001 Paris";
        assert_eq!(texts(&fit(&fonts, text, CELL).unwrap()).join(" "), text);
        let word = "a".repeat(90);
        assert_eq!(texts(&fit(&fonts, &word, CELL).unwrap()).concat(), word);
    }

    #[test]
    fn lines_neither_begin_with_a_full_stop_nor_end_with_an_open_bracket() {
        let fonts = fonts();
        let glyphs = fonts.shape("あいうえお。かきくけこ（さしすせそ）たちつてと、なにぬねの");
        for limit in 4_u8..60 {
            for line in wrap(&glyphs, 11.0, f32::from(limit) + 8.0) {
                let (first, last) = (line.first().unwrap(), line.last().unwrap());
                assert!(
                    !"。）、".contains(first.place.base) && last.place.base != '（',
                    "at {limit}"
                );
            }
        }
    }

    #[test]
    fn a_text_no_readable_size_holds_is_refused() {
        assert_eq!(fit(&fonts(), &"長".repeat(2000), CELL), None);
    }
}

//! Typed text, character by character: what is trimmed, folded and refused before a rule looks at a field.
//!
//! Nothing here ever normalises kanji (no NFC, no NFKC): names leave as they came. Rules of whole fields are in [`super::free_text`] and in the
//! modules of the values themselves.

/// White space and invisible marks that people paste around a value without knowing.
pub fn is_trimmable(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{3000}' | '\u{00A0}') || is_zero_width(c)
}

/// Marks without width: zero-width space, non-joiner, joiner, word joiner, byte order mark.
pub fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// Characters that turn the direction of the text after them: embeddings, overrides and isolates. They can make a line read differently from what it holds.
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Marks of direction without influence on other characters; Arabic and Hebrew addresses may hold them.
pub fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}')
}

/// Selectors that choose a form of the ideograph before them (Unicode standardised and ideographic variation sequences).
pub fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Hyphens, dashes, minus signs and long vowel marks that people type for one another (ux "Normalising input").
pub fn is_hyphen_like(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2212}'
                | '\u{FF0D}'
                | 'ー'
                | '\u{FF70}'
                | '~'
                | '\u{FF5E}'
                | '\u{301C}'
                | '\u{FE63}'
    )
}

/// The text without the white space and invisible marks at its two ends.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(is_trimmable)
}

/// The text trimmed, with every inner run of spaces as one ideographic space (U+3000), the way names are written in registers.
pub fn name_spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    for c in trimmed(text).chars() {
        if matches!(c, ' ' | '\u{3000}' | '\u{00A0}') {
            if !spaced.ends_with('\u{3000}') {
                spaced.push('\u{3000}');
            }
        } else {
            spaced.push(c);
        }
    }
    spaced
}

/// The ASCII character a full-width one stands for (U+FF01–U+FF5E, U+3000); every other character itself.
pub fn ascii_char(c: char) -> char {
    match c {
        '\u{3000}' | '\u{00A0}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// The text trimmed, with full-width ASCII as ASCII.
pub fn ascii_folded(text: &str) -> String {
    trimmed(text).chars().map(ascii_char).collect()
}

/// The value of a decimal digit, ASCII or full-width. Digits of other scripts are not digits of a form here.
pub fn digit(c: char) -> Option<u8> {
    ascii_char(c)
        .to_digit(10)
        .and_then(|value| u8::try_from(value).ok())
}

/// A number of one or two to four digits as typed into a small box (`4`, `04`, `４`); `None` when anything else is in it.
pub fn small_number(text: &str) -> Option<i16> {
    let text = trimmed(text);
    if text.is_empty() || text.chars().count() > 4 {
        return None;
    }
    text.chars().try_fold(0_i16, |number, c| {
        digit(c).map(|value| number * 10 + i16::from(value))
    })
}

/// The text with CR LF and CR as LF.
pub fn unix_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// How a character can be shown in a sentence about it: itself, or its code point when it cannot be seen.
pub fn shown(c: char) -> String {
    let invisible = c.is_control()
        || is_trimmable(c)
        || is_bidi_control(c)
        || is_direction_mark(c)
        || is_variation_selector(c)
        || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}');
    if invisible {
        format!("U+{:04X}", u32::from(c))
    } else {
        c.to_string()
    }
}

/// How many single changes (put in, left out, replaced, two neighbours swapped) lead from one text to the other.
pub fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    let mut previous = None;
    for (i, a) in one.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let at =
                |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX - 1);
            let mut cost = (at(&row, j) + usize::from(a != *b))
                .min(at(&row, j + 1) + 1)
                .min(at(&next, j) + 1);
            let swapped =
                j.checked_sub(1).and_then(|k| other.get(k)) == Some(&a) && previous == Some(*b);
            if swapped {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            next.push(cost);
        }
        before = std::mem::replace(&mut row, next);
        previous = Some(a);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_of_all_kinds_are_trimmed_and_inner_runs_become_one_ideographic_space() {
        for (typed, expected) in [
            (" 山田 ", "山田"),
            ("\u{3000}山田\u{200B}", "山田"),
            ("\u{FEFF}山田\u{00A0}", "山田"),
            ("山田  太郎", "山田\u{3000}太郎"),
            ("山田 \u{3000}\u{00A0}太郎", "山田\u{3000}太郎"),
            (" \u{3000} ", ""),
        ] {
            assert_eq!(name_spaced(typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn kanji_are_never_normalised() {
        for name in ["神\u{FA19}", "\u{FA11}", "龍\u{E0103}", "𠮷", "か\u{3099}"] {
            assert_eq!(name_spaced(name), name);
            assert_eq!(ascii_folded(name), name);
        }
    }

    #[test]
    fn full_width_ascii_becomes_ascii() {
        assert_eq!(ascii_folded("　ＡＢＣ＠ｅｘ．ｊｐ～　"), "ABC@ex.jp~");
    }

    #[test]
    fn small_boxes_take_digits_only() {
        for (typed, expected) in [
            ("4", Some(4)),
            ("04", Some(4)),
            ("４", Some(4)),
            (" 12 ", Some(12)),
            ("1988", Some(1988)),
            ("", None),
            ("12345", None),
            ("-1", None),
            ("四", None),
            ("٤", None),
        ] {
            assert_eq!(small_number(typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn distance_counts_changes_and_takes_a_swap_as_one() {
        for (one, other, expected) in [
            ("", "", 0),
            ("gmial.com", "gmail.com", 1),
            ("ab", "ba", 1),
            ("abc", "", 3),
            ("", "abc", 3),
            ("横浜市", "横須賀市", 2),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_shown_by_its_code_point() {
        assert_eq!(shown('😀'), "😀");
        assert_eq!(shown('\0'), "U+0000");
        assert_eq!(shown('\u{202E}'), "U+202E");
        assert_eq!(shown('\u{E001}'), "U+E001");
    }
}

//! Fields of free text: one line or several, with a limit in characters.
//!
//! Refused, with the reason: control characters, direction overrides, and a text in which a My Number stands (the portal must never hold one).

use thiserror::Error;

use super::my_number::contains_my_number;
use super::text;

/// Why a free text cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TextError {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Empty,
    /// More characters than the field takes.
    #[error("{length} characters, at most {max}")]
    TooLong {
        /// How many the field takes.
        max: usize,
        /// How many were typed.
        length: usize,
    },
    /// A control character or a direction override.
    #[error("{} cannot be used", text::shown(*.0))]
    Character(char),
    /// A My Number stands in it.
    #[error("a My Number must not be typed here")]
    MyNumber,
}

/// One line of at most `max` characters, trimmed. A line end inside is refused like any control character.
pub fn one_line(typed: &str, max: usize) -> Result<String, TextError> {
    kept(text::trimmed(typed), max, char::is_control)
}

/// Several lines of at most `max` characters together, trimmed, with LF as line end and spaces for tabs.
pub fn lines(typed: &str, max: usize) -> Result<String, TextError> {
    let folded = text::unix_line_ends(typed).replace('\t', " ");
    let folded: Vec<&str> = text::trimmed(&folded).lines().map(text::trimmed).collect();
    kept(&folded.join("\n"), max, |c| c.is_control() && c != '\n')
}

fn kept(folded: &str, max: usize, is_refused: impl Fn(char) -> bool) -> Result<String, TextError> {
    if folded.is_empty() {
        return Err(TextError::Empty);
    }
    if let Some(c) = folded
        .chars()
        .find(|c| is_refused(*c) || text::is_bidi_control(*c))
    {
        return Err(TextError::Character(c));
    }
    let length = folded.chars().count();
    if length > max {
        return Err(TextError::TooLong { max, length });
    }
    if contains_my_number(folded) {
        return Err(TextError::MyNumber);
    }
    Ok(folded.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_trimmed_and_kept_as_typed_otherwise() {
        assert_eq!(
            one_line("　例：「高」は、はしごだか ", 100).unwrap(),
            "例：「高」は、はしごだか"
        );
        assert_eq!(
            one_line("=HYPERLINK(\"x\")", 100).unwrap(),
            "=HYPERLINK(\"x\")"
        );
        assert_eq!(one_line("شارع\u{200F}", 100).unwrap(), "شارع\u{200F}");
    }

    #[test]
    fn each_reason_for_refusal_is_named() {
        for (typed, expected) in [
            ("", TextError::Empty),
            (" \u{3000}\u{200B}", TextError::Empty),
            ("a\nb", TextError::Character('\n')),
            ("a\0b", TextError::Character('\0')),
            ("a\u{202E}b", TextError::Character('\u{202E}')),
            ("123456", TextError::TooLong { max: 5, length: 6 }),
            ("𠮷𠮷𠮷𠮷𠮷𠮷", TextError::TooLong { max: 5, length: 6 }),
        ] {
            assert_eq!(one_line(typed, 5), Err(expected), "{typed:?}");
        }
        assert_eq!(one_line("1234 5678 9018", 50), Err(TextError::MyNumber));
    }

    #[test]
    fn line_ends_of_every_system_become_one_kind() {
        assert_eq!(
            lines("1 rue A\r\n75001\tParis \rFrance\n\n", 200).unwrap(),
            "1 rue A\n75001 Paris\nFrance"
        );
        assert_eq!(lines("1234\r\n5678\r\n9018", 200), Err(TextError::MyNumber));
        assert_eq!(
            lines("a\u{0007}", 200),
            Err(TextError::Character('\u{0007}'))
        );
    }
}

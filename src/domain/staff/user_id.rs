//! The name an account is signed in with. It is no secret, is never given to another person, and appears in no log (an account's number does).

use thiserror::Error;

use crate::domain::text;

const LENGTH: std::ops::RangeInclusive<usize> = 3..=40;

/// A user id: lower-case letters and digits, inside also `.`, `-`, `_`; 3 to 40 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(String);

/// Why a text is no user id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UserIdError {
    /// Nothing was typed.
    #[error("no user id")]
    Empty,
    /// Too short or too long, or with other characters.
    #[error("a user id has 3 to 40 letters a-z, digits, and . - _ inside")]
    Form,
}

impl UserId {
    /// Reads a user id as typed: full width and capitals are taken for what they stand for.
    pub fn parse(typed: &str) -> Result<Self, UserIdError> {
        let folded = text::ascii_folded(typed).to_ascii_lowercase();
        if folded.is_empty() {
            return Err(UserIdError::Empty);
        }
        let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let is_allowed = folded
            .chars()
            .all(|c| is_letter(c) || matches!(c, '.' | '-' | '_'));
        let is_framed = folded.starts_with(is_letter) && folded.ends_with(is_letter);
        if is_allowed && is_framed && LENGTH.contains(&folded.len()) {
            Ok(Self(folded))
        } else {
            Err(UserIdError::Form)
        }
    }

    /// The id as it is stored and shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for UserId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_typing_in_four_ways_is_one_account() {
        for typed in [
            "madoguchi.hanako",
            " Madoguchi.Hanako ",
            "ｍａｄｏｇｕｃｈｉ．ｈａｎａｋｏ",
            "MADOGUCHI.HANAKO",
        ] {
            assert_eq!(
                UserId::parse(typed).unwrap().as_str(),
                "madoguchi.hanako",
                "{typed}"
            );
        }
    }

    #[test]
    fn what_is_no_user_id_is_refused() {
        assert_eq!(UserId::parse("  "), Err(UserIdError::Empty));
        for typed in [
            "ab",
            &"a".repeat(41),
            ".abc",
            "abc-",
            "a b c",
            "花子花子",
            "a@b.example",
            "abc\u{0}d",
        ] {
            assert_eq!(UserId::parse(typed), Err(UserIdError::Form), "{typed:?}");
        }
    }
}

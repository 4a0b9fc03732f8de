//! What a new password must be: long, and not one of those that are tried first (NIST SP 800-63B-4, 3.1.1).
//!
//! Nothing is asked about kinds of characters, nothing expires, every character counts as typed, a space too. It is never trimmed, folded or
//! normalised. Its length is what protects it, so repetitions, runs of neighbouring keys and the account's own words count as nothing.

use thiserror::Error;
use zeroize::Zeroizing;

use super::user_id::UserId;

/// At least so many characters.
pub const SHORTEST: usize = 15;
/// More bytes than this are refused, so that hashing stays cheap.
pub const LONGEST_BYTES: usize = 1024;

/// After the parts that anybody would guess are taken out, so many characters must be left.
const LEAST_LEFT: usize = 8;

/// Runs that fingers find by themselves. A password made of pieces of these is none.
const KEYBOARD_ROWS: [&str; 6] = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
];

/// Words that stand first in every list of guesses for a service like this one.
const GUESSED_FIRST: [&str; 14] = [
    "password",
    "passw0rd",
    "tsubame",
    "mynumber",
    "maina",
    "admin",
    "welcome",
    "letmein",
    "sakura",
    "nippon",
    "japan",
    "staff",
    "consulate",
    "embassy",
];

/// A password good enough to be kept. Printing it shows nothing.
#[derive(Clone)]
pub struct NewPassword(Zeroizing<String>);

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PasswordError {
    /// Nothing was typed.
    #[error("no password")]
    Empty,
    /// Fewer than [`SHORTEST`] characters.
    #[error("the password has {0} characters, at least {SHORTEST} are needed")]
    TooShort(usize),
    /// More than [`LONGEST_BYTES`] bytes.
    #[error("the password has more than {LONGEST_BYTES} bytes")]
    TooLong,
    /// Repetitions, runs of keys, well-known words or the account's own.
    #[error("the password is among the first that would be guessed")]
    Guessable,
}

impl NewPassword {
    /// Checks a password chosen for the account `user_id`.
    pub fn parse(typed: &str, user_id: &UserId) -> Result<Self, PasswordError> {
        let length = typed.chars().count();
        match length {
            0 => return Err(PasswordError::Empty),
            _ if typed.len() > LONGEST_BYTES => return Err(PasswordError::TooLong),
            _ if length < SHORTEST => return Err(PasswordError::TooShort(length)),
            _ => {}
        }
        if unguessed(typed, user_id) < LEAST_LEFT {
            return Err(PasswordError::Guessable);
        }
        Ok(Self(Zeroizing::new(typed.to_owned())))
    }

    /// The password, for hashing.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword(..)")
    }
}

/// How many characters are left when guessed words, runs and repetitions are taken out.
fn unguessed(typed: &str, user_id: &UserId) -> usize {
    let mut rest = typed.to_lowercase();
    let own = user_id
        .as_str()
        .split(['.', '-', '_'])
        .filter(|part| part.len() > 2);
    for word in GUESSED_FIRST.into_iter().chain(own) {
        rest = rest.replace(word, "");
    }
    let left: Vec<char> = rest.chars().collect();
    let surprising = left
        .windows(2)
        .filter(|pair| matches!(pair, [one, next] if !are_neighbours(*one, *next)))
        .count();
    let mut distinct: Vec<[char; 2]> = left
        .windows(2)
        .filter_map(|pair| <[char; 2]>::try_from(pair).ok())
        .collect();
    distinct.sort_unstable();
    distinct.dedup();
    surprising.min(distinct.len())
}

/// The same character again, or the next one of a keyboard row or of the alphabet, forwards or backwards.
fn are_neighbours(one: char, next: char) -> bool {
    let in_row = |row: &str| {
        let place = |c| row.chars().position(|other| other == c);
        matches!((place(one), place(next)), (Some(a), Some(b)) if a.abs_diff(b) == 1)
    };
    one == next || KEYBOARD_ROWS.iter().any(|row| in_row(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(typed: &str) -> Option<PasswordError> {
        NewPassword::parse(typed, &UserId::parse("madoguchi.hanako").unwrap()).err()
    }

    #[test]
    fn long_passwords_are_taken_as_typed() {
        for typed in [
            "correct horse battery staple",
            "  spaces at both ends count  ",
            "あさがおはむらさきいろにさく、あさ",
            "kP7#vmq2!Lx9zR4",
            "e\u{301}tude no. 10, opus 12 – 練習曲",
            &"長い合言葉"
                .repeat(5)
                .replace("長い合言葉長", "短いのに長い合言葉長"),
        ] {
            let taken = NewPassword::parse(typed, &UserId::parse("abc").unwrap());
            assert_eq!(
                taken.map(|password| password.as_str().to_owned()),
                Ok(typed.to_owned())
            );
        }
    }

    #[test]
    fn short_endless_and_guessable_ones_are_refused() {
        use PasswordError as E;
        for (typed, expected) in [
            (String::new(), E::Empty),
            ("kP7#vmq2!Lx9zR".to_owned(), E::TooShort(14)),
            ("短い合言葉です".to_owned(), E::TooShort(7)),
            ("x!7".repeat(342), E::TooLong),
            ("a".repeat(64), E::Guessable),
            ("abcabcabcabcabcabc".to_owned(), E::Guessable),
            ("1234567890123456".to_owned(), E::Guessable),
            ("qwertyuiopasdfghjkl".to_owned(), E::Guessable),
            ("1qaz2wsx3edc4rfv".to_owned(), E::Guessable),
            ("Password1234567!".to_owned(), E::Guessable),
            ("passwordpassword".to_owned(), E::Guessable),
            ("MadoguchiHanako2026".to_owned(), E::Guessable),
            ("tsubame-tsubame-tsubame".to_owned(), E::Guessable),
            ("zyxwvutsrqponmlkj".to_owned(), E::Guessable),
        ] {
            assert_eq!(refusal(&typed), Some(expected), "{typed}");
        }
    }

    #[test]
    fn a_password_is_never_printed() {
        let password = NewPassword::parse(
            "correct horse battery staple",
            &UserId::parse("abc").unwrap(),
        );
        assert_eq!(format!("{password:?}"), "Ok(NewPassword(..))");
    }
}

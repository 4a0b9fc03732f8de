//! The number of a batch of cards on its way to the issuer: `B-000231`, counted from 1.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The number of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchNumber(i64);

/// A text that is no number of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not the number of a batch, such as B-000231")]
pub struct NotABatchNumber;

impl BatchNumber {
    /// The number counted so far.
    pub const fn new(count: i64) -> Self {
        Self(count)
    }

    /// As a count.
    pub const fn count(self) -> i64 {
        self.0
    }
}

impl fmt::Display for BatchNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "B-{:06}", self.0)
    }
}

impl FromStr for BatchNumber {
    type Err = NotABatchNumber;

    /// Reads the number exactly as it is written: one batch has one name.
    fn from_str(text: &str) -> Result<Self, NotABatchNumber> {
        let digits = text.strip_prefix("B-").ok_or(NotABatchNumber)?;
        let count = digits.parse().map_err(|_not_a_number| NotABatchNumber)?;
        let number = Self(count);
        if count > 0 && number.to_string() == text {
            Ok(number)
        } else {
            Err(NotABatchNumber)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_has_one_name() {
        for (text, expected) in [
            ("B-000231", Some(231)),
            ("B-1234567", Some(1_234_567)),
            ("B-231", None),
            ("B-0000231", None),
            ("b-000231", None),
            ("B-00231 ", None),
            ("B-+00231", None),
            ("B-000000", None),
            ("", None),
        ] {
            let read = text.parse().ok().map(BatchNumber::count);
            assert_eq!(read, expected, "{text}");
            if let Some(count) = expected {
                assert_eq!(BatchNumber::new(count).to_string(), text);
            }
        }
    }
}

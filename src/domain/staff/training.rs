//! Who handles My Number cards is trained about once a year (番号法 29条の2, 特定個人情報保護評価 規則): without a recent training nothing opens.

use jiff::ToSpan;
use jiff::civil::Date;

/// The last day on which a training of `trained_on` counts: twelve months later, in a leap year's case the day before.
pub fn valid_through(trained_on: Date) -> Date {
    trained_on.checked_add(12.months()).unwrap_or(Date::MAX)
}

/// The latest day of a training that has ended by `day`: the other way round from [`valid_through`].
pub fn given_before(day: Date) -> Date {
    day.checked_sub(12.months()).unwrap_or(Date::MIN)
}

/// Whether a training counts on `today`. One that lies in the future does not.
pub fn is_current(trained_on: Option<Date>, today: Date) -> bool {
    trained_on.is_some_and(|day| day <= today && today <= valid_through(day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_training_counts_for_twelve_months() {
        let today = date(2026, 11, 24);
        for (trained_on, expected) in [
            (None, false),
            (Some(date(2026, 11, 24)), true),
            (Some(date(2026, 11, 25)), false),
            (Some(date(2025, 11, 24)), true),
            (Some(date(2025, 11, 23)), false),
            (Some(date(2020, 1, 1)), false),
        ] {
            assert_eq!(is_current(trained_on, today), expected, "{trained_on:?}");
        }
        assert_eq!(valid_through(date(2024, 2, 29)), date(2025, 2, 28));
    }
}

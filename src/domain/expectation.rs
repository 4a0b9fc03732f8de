//! How long it takes: windows of the public steps from what an office's cases took lately, and when the card can be expected.
//!
//! A window is a range, never a date. Too few cases say nothing. Where a step has no window the published range counts for the whole way, and the page
//! says so.

use jiff::ToSpan;
use jiff::civil::Date;

/// Fewer cases than this say nothing about the next one.
pub const FEWEST_CASES: usize = 20;
/// Cases of so many days count.
pub const LOOK_BACK_DAYS: i32 = 90;
/// The published range from receipt to "ready", in months (the offices' own pages say 2 to 4).
pub const PUBLISHED_MONTHS: (i32, i32) = (2, 4);

/// How many days a step takes: four of five cases lie within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// At least.
    pub low: i32,
    /// At most.
    pub high: i32,
}

/// Where an expectation comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// What the offices' cases took in the last 90 days.
    Measured,
    /// The published range.
    Published,
}

/// When the card can be expected to be ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expectation {
    /// Hardly before.
    pub from: Date,
    /// Hardly after.
    pub to: Date,
    /// Why.
    pub basis: Basis,
    /// Whether even the later day has passed: nobody can say then.
    pub is_over: bool,
}

/// The window of a step from the days it took; none when too few cases say so.
pub fn window_of(mut days: Vec<i32>) -> Option<Window> {
    if days.len() < FEWEST_CASES {
        return None;
    }
    days.sort_unstable();
    let tenth = days.len() / 10;
    let low = days.get(tenth).copied()?;
    let high = days.get(days.len() - 1 - tenth).copied()?;
    Some(Window { low, high })
}

/// When a card received on `received` can be expected: by the windows of the present step, which began on `began`, and of those after it; by the
/// published range when one of them has none.
pub fn expect(
    received: Date,
    (began, today): (Date, Date),
    windows: &[Option<Window>],
) -> Expectation {
    let measured: Option<(i32, i32)> =
        windows
            .iter()
            .try_fold((0_i32, 0_i32), |(low, high), window| {
                let window = (*window)?;
                Some((
                    low.saturating_add(window.low),
                    high.saturating_add(window.high),
                ))
            });
    let (from, to, basis) = match measured {
        Some((low, high)) => (
            began.saturating_add(low.days()),
            began.saturating_add(high.days()),
            Basis::Measured,
        ),
        None => (
            received.saturating_add(PUBLISHED_MONTHS.0.months()),
            received.saturating_add(PUBLISHED_MONTHS.1.months()),
            Basis::Published,
        ),
    };
    Expectation {
        from: from.max(today),
        to: to.max(today),
        basis,
        is_over: to < today,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_window_holds_four_of_five_cases_and_needs_twenty() {
        assert_eq!(window_of((1..20).collect()), None);
        let days: Vec<i32> = (1..=100).rev().collect();
        assert_eq!(window_of(days), Some(Window { low: 11, high: 90 }));
        assert_eq!(window_of(vec![7; 20]), Some(Window { low: 7, high: 7 }));
    }

    #[test]
    fn windows_add_up_from_the_day_the_present_step_began() {
        let windows = [
            Some(Window { low: 7, high: 21 }),
            Some(Window { low: 30, high: 45 }),
        ];
        let (received, began, today) = (date(2026, 12, 3), date(2026, 12, 10), date(2026, 12, 12));
        let found = expect(received, (began, today), &windows);
        assert_eq!(
            (found.from, found.to, found.basis),
            (date(2027, 1, 16), date(2027, 2, 14), Basis::Measured)
        );
    }

    #[test]
    fn a_step_without_a_window_leaves_the_published_range_and_past_days_are_not_promised() {
        let windows = [Some(Window { low: 7, high: 21 }), None];
        let received = date(2026, 12, 3);
        for (today, from, to, is_over) in [
            (
                date(2026, 12, 12),
                date(2027, 2, 3),
                date(2027, 4, 3),
                false,
            ),
            (date(2027, 3, 1), date(2027, 3, 1), date(2027, 4, 3), false),
            (date(2027, 5, 1), date(2027, 5, 1), date(2027, 5, 1), true),
        ] {
            let found = expect(received, (received, today), &windows);
            assert_eq!(
                (found.from, found.to, found.basis, found.is_over),
                (from, to, Basis::Published, is_over)
            );
        }
    }
}

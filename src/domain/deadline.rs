//! Periods and the dates they end on. Every number has its source; where the law is silent the number is a setting's default, and an office may set
//! its own (the functions take days as a parameter there).
//!
//! Dates are calendar dates of the place that counts: Japan for the register and the form, the office's own zone for a pickup. Nothing here reads a clock.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// A draft nobody touches is deleted after this many days (our rule: keep as little as possible).
pub const DRAFT_IDLE_DAYS: i32 = 30;
/// The person is told this many days before a draft is deleted (N02b).
pub const DRAFT_REMINDER_DAYS_BEFORE: [i32; 2] = [7, 1];
/// A form is good for this many days after it was made (our rule), unless the photo is too old before.
pub const FORM_VALID_DAYS: i32 = 90;
/// The photo was taken within this many months before the application (番号カード命令 21条).
pub const PHOTO_AGE_MONTHS: i32 = 6;
/// "Have you sent your form?" this many days after it was made (N03, our rule).
pub const FORM_REMINDER_DAYS_AFTER: [i32; 2] = [30, 75];
/// "Your form has not arrived" this many days after it was posted (N04, our rule).
pub const POSTED_NOT_RECEIVED_DAYS: i32 = 45;
/// A correction is awaited this long (our rule); then the application is not accepted.
pub const CORRECTION_DAYS: i32 = 60;
/// The reminder of a correction (N06r).
pub const CORRECTION_REMINDER_DAYS_AFTER: i32 = 30;
/// An answer to a question of the municipality is awaited this long (our rule).
pub const INQUIRY_DAYS: i32 = 30;
/// The reminder of a question.
pub const INQUIRY_REMINDER_DAYS_AFTER: i32 = 15;
/// Staff are alerted when a shipment has not arrived after this many days (our rule).
pub const SHIPMENT_ALERT_DAYS: i32 = 30;
/// A wish to collect a card elsewhere is decided, and a card that is to travel on is sent, within this many days: default of an office's setting (our
/// rule).
pub const TRANSFER_DAYS: i32 = 14;
/// The first collection deadline: default of an office's setting (domestic practice; no length is published for people abroad).
pub const PICKUP_DAYS: i32 = 90;
/// The longest collection deadline an office may set.
pub const LONGEST_PICKUP_DAYS: i32 = 730;
/// Reminders of the collection deadline, days after the notice (N13: 60, 30 and 10 days are left).
pub const PICKUP_REMINDER_DAYS_AFTER: [i32; 3] = [30, 60, 80];
/// The second collection deadline, counted from the first: default of an office's setting (domestic practice).
pub const SECOND_PICKUP_DAYS: i32 = 90;
/// A card is not destroyed before this many days after the application: default of an office's setting (domestic practice).
pub const DISPOSAL_DAYS_AFTER_APPLICATION: i32 = 365;
/// Staff are alerted when the two reports of a handover are not made after this many working days (our rule).
pub const REPORT_WORKING_DAYS: i32 = 5;
/// A visit can be cancelled by the applicant until this many working days before it (our rule).
pub const CANCEL_WORKING_DAYS_BEFORE: i32 = 1;
/// A card left with a consul for a PIN or record change lapses when it is not collected within this many days (番号法施行令 14条十号).
pub const LEFT_CARD_DAYS: i32 = 90;

/// The periods an office may set for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The first collection deadline, days after the notice.
    pub pickup_days: i32,
    /// The second one, days after the first.
    pub second_pickup_days: i32,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            pickup_days: PICKUP_DAYS,
            second_pickup_days: SECOND_PICKUP_DAYS,
        }
    }
}

/// The date `days` later (earlier when negative); the calendar's last date when there is none so late.
pub fn days_after(date: Date, days: i32) -> Date {
    date.saturating_add(Span::new().days(days))
}

/// The last day a draft is kept, counted from the day it was last worked on.
pub fn draft_kept_until(last_activity: Date) -> Date {
    days_after(last_activity, DRAFT_IDLE_DAYS)
}

/// The last day a photo may be used: the same day six months after it was taken, or the month's last day when there is no such day.
pub fn photo_usable_until(taken: Date) -> Date {
    taken.saturating_add(PHOTO_AGE_MONTHS.months())
}

/// The last day to hand in a form: 90 days after it was made, or six months after the photo was taken, whichever comes first.
///
/// `photo_taken` is the day the photo was taken, or, when only her word "within six months" is known, the day she gave it. A pasted print has none.
pub fn form_deadline(made: Date, photo_taken: Option<Date>) -> Date {
    let by_form = days_after(made, FORM_VALID_DAYS);
    photo_taken.map_or(by_form, |taken| by_form.min(photo_usable_until(taken)))
}

/// When a posted form that never arrived expires: the form's own deadline, but never before the question "has it arrived?" had its 45 days.
pub fn posted_form_deadline(form_deadline: Date, posted: Date) -> Date {
    form_deadline.max(days_after(posted, POSTED_NOT_RECEIVED_DAYS))
}

/// Whether an uncollected card may be destroyed on `today`: the second deadline has passed and a year has passed since the application, or the card
/// itself has expired. (Approval by a second person is a guard of the transition, not a date.)
pub fn may_dispose(
    today: Date,
    second_deadline: Date,
    received: Date,
    card_expires: Option<Date>,
) -> bool {
    let waited =
        today > second_deadline && today >= days_after(received, DISPOSAL_DAYS_AFTER_APPLICATION);
    waited || card_expires.is_some_and(|expiry| today > expiry)
}

/// The `count`-th working day after `date`; `is_closed` says which days do not count (weekends and holidays of the place).
///
/// Looks ahead four years at most, so that a calendar closed for ever ends too.
pub fn working_days_after(date: Date, count: i32, is_closed: impl Fn(Date) -> bool) -> Date {
    let horizon = days_after(date, 4 * 366);
    let mut day = date;
    let mut left = count;
    while left > 0 && day < horizon {
        day = days_after(day, 1);
        if !is_closed(day) {
            left -= 1;
        }
    }
    day
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, date};

    use super::*;

    #[test]
    fn a_form_ends_after_ninety_days_or_with_its_photo_whichever_is_first() {
        let made = date(2026, 11, 21);
        for (taken, expected, why) in [
            (None, date(2027, 2, 19), "a pasted print has no known date"),
            (
                Some(date(2026, 11, 20)),
                date(2027, 2, 19),
                "a fresh photo outlives the form",
            ),
            (
                Some(date(2026, 6, 1)),
                date(2026, 12, 1),
                "an old photo ends first",
            ),
            (
                Some(date(2026, 8, 31)),
                date(2027, 2, 19),
                "31 August + 6 months is 28 February",
            ),
        ] {
            assert_eq!(form_deadline(made, taken), expected, "{why}");
        }
        assert_eq!(photo_usable_until(date(2026, 8, 31)), date(2027, 2, 28));
        assert_eq!(photo_usable_until(date(2027, 8, 31)), date(2028, 2, 29));
    }

    #[test]
    fn a_posted_form_is_not_given_up_before_forty_five_days() {
        let deadline = date(2027, 2, 19);
        assert_eq!(posted_form_deadline(deadline, date(2026, 12, 1)), deadline);
        assert_eq!(
            posted_form_deadline(deadline, date(2027, 2, 18)),
            date(2027, 4, 4)
        );
    }

    #[test]
    fn a_card_is_destroyed_only_after_both_periods_or_after_its_expiry() {
        let (second, received) = (date(2027, 10, 27), date(2026, 12, 3));
        for (today, expiry, allowed, why) in [
            (
                date(2027, 10, 27),
                None,
                false,
                "the last day of the second deadline still counts",
            ),
            (
                date(2027, 10, 28),
                None,
                false,
                "a year since the application has not passed",
            ),
            (date(2027, 12, 2), None, false, "364 days"),
            (date(2027, 12, 3), None, true, "365 days"),
            (
                date(2027, 5, 2),
                Some(date(2027, 5, 1)),
                true,
                "an expired card is worth nothing",
            ),
            (
                date(2027, 5, 1),
                Some(date(2027, 5, 1)),
                false,
                "valid through its last day",
            ),
        ] {
            assert_eq!(
                may_dispose(today, second, received, expiry),
                allowed,
                "{why}"
            );
        }
    }

    #[test]
    fn working_days_skip_what_is_closed() {
        let closed = |day: Date| {
            matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
                || day == date(2026, 11, 23)
        };
        assert_eq!(
            working_days_after(date(2026, 11, 20), 1, closed),
            date(2026, 11, 24),
            "Friday, weekend, holiday"
        );
        assert_eq!(
            working_days_after(date(2026, 11, 20), 5, closed),
            date(2026, 11, 30)
        );
        assert_eq!(
            working_days_after(date(2026, 11, 20), 0, closed),
            date(2026, 11, 20)
        );
        assert_eq!(
            working_days_after(date(2026, 1, 1), 1, |_| true),
            date(2030, 1, 4),
            "a place that never opens still ends"
        );
    }

    #[test]
    fn a_draft_is_kept_thirty_days_from_the_last_work_on_it() {
        assert_eq!(draft_kept_until(date(2026, 11, 21)), date(2026, 12, 21));
        assert_eq!(days_after(Date::MAX, 1), Date::MAX);
    }
}

//! When a batch for the issuer is made by the clock: on which days of the week, at which hour in Japan, and of how many cards.
//!
//! House rule: none is made on a day on which Japan's offices are closed by law – a public holiday, or 29 December to 3 January (行政機関の休日に関する法律
//! 1条) – and none is made up for on the day after; the next day of the schedule takes what waits. A service that was down at its hour makes it later on the
//! same day.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};

use super::answers::{Answers, Problem};
use super::desk::japan;
use super::text;

/// A batch is never larger.
pub const LARGEST: i32 = 10_000;

/// Looked ahead for the next day: more than any row of holidays.
const DAYS_AHEAD: i32 = 60;

/// The week, as fields and words name it, Monday first.
pub const WEEK: [(Weekday, &str); 7] = [
    (Weekday::Monday, "1"),
    (Weekday::Tuesday, "2"),
    (Weekday::Wednesday, "3"),
    (Weekday::Thursday, "4"),
    (Weekday::Friday, "5"),
    (Weekday::Saturday, "6"),
    (Weekday::Sunday, "7"),
];

/// A schedule. The default is off: batches are made by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchSchedule {
    /// Whether the clock makes batches.
    pub is_on: bool,
    /// On which days, as the digits of [`WEEK`].
    pub days: Vec<Weekday>,
    /// From which full hour on, in Japan.
    pub hour: i8,
    /// With fewer released cards none is made.
    pub least: i32,
    /// At most so many cards; the others wait for the next one.
    pub most: i32,
}

impl Default for BatchSchedule {
    fn default() -> Self {
        Self {
            is_on: false,
            days: vec![
                Weekday::Monday,
                Weekday::Tuesday,
                Weekday::Wednesday,
                Weekday::Thursday,
                Weekday::Friday,
            ],
            hour: 20,
            least: 1,
            most: LARGEST,
        }
    }
}

impl BatchSchedule {
    /// The days as the database keeps them: `12345`.
    pub fn digits(&self) -> String {
        WEEK.iter()
            .filter(|(day, _)| self.days.contains(day))
            .map(|(_, digit)| *digit)
            .collect()
    }

    /// Reads the days of the database.
    pub fn days_of(digits: &str) -> Vec<Weekday> {
        WEEK.iter()
            .filter(|(_, digit)| digits.contains(digit))
            .map(|(day, _)| *day)
            .collect()
    }

    /// Whether a batch is made on this day. `is_holiday`: Japan's public holidays.
    pub fn is_on_day(&self, day: Date, is_holiday: impl Fn(Date) -> bool) -> bool {
        let is_turn_of_the_year = matches!((day.month(), day.day()), (12, 29..=31) | (1, 1..=3));
        self.is_on && self.days.contains(&day.weekday()) && !is_turn_of_the_year && !is_holiday(day)
    }

    /// The day in Japan for which a batch is due now, if its hour has come.
    pub fn due(&self, now: Timestamp, is_holiday: impl Fn(Date) -> bool) -> Option<Date> {
        let here = now.to_zoned(japan());
        let day = here.date();
        (self.is_on_day(day, is_holiday) && here.hour() >= self.hour).then_some(day)
    }

    /// When the next batch is made, after `now`; none when the schedule is off or names no day.
    pub fn next_after(
        &self,
        now: Timestamp,
        is_holiday: impl Fn(Date) -> bool,
    ) -> Option<Timestamp> {
        let today = now.to_zoned(japan()).date();
        (0..DAYS_AHEAD)
            .filter_map(|days| today.checked_add(days.days()).ok())
            .filter(|day| self.is_on_day(*day, &is_holiday))
            .filter_map(|day| day.at(self.hour, 0, 0, 0).to_zoned(japan()).ok())
            .map(|at| at.timestamp())
            .find(|at| *at > now)
    }

    /// The schedule as the fields of its page: `on`, `day_1` … `day_7` (Monday first), `hour`, `least`, `most`.
    pub fn as_typed(&self) -> Answers {
        let mut answers = Answers::none();
        answers.set("on", if self.is_on { "yes" } else { "no" });
        for (day, digit) in WEEK {
            if self.days.contains(&day) {
                answers.set(format!("day_{digit}"), "yes");
            }
        }
        answers.set("hour", self.hour.to_string());
        answers.set("least", self.least.to_string());
        answers.set("most", self.most.to_string());
        answers
    }

    /// Reads the page.
    ///
    /// # Errors
    /// Each field that makes no sense, with its kind.
    pub fn read(answers: &Answers) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let is_on = answers.is("on", "yes");
        let days: Vec<Weekday> = WEEK
            .iter()
            .filter(|(_, digit)| answers.is(&format!("day_{digit}"), "yes"))
            .map(|(day, _)| *day)
            .collect();
        if is_on && days.is_empty() {
            problems.push(Problem::new("days", "error-schedule-days"));
        }
        let mut number = |field: &'static str, kind: &'static str, range: (i32, i32)| {
            let typed = text::ascii_folded(answers.get(field));
            let read = typed.trim().parse::<i32>().ok();
            let read = read.filter(|value| (range.0..=range.1).contains(value));
            if read.is_none() {
                problems.push(Problem::new(field, kind));
            }
            read.unwrap_or_default()
        };
        let hour = number("hour", "error-schedule-hour", (0, 23));
        let least = number("least", "error-schedule-least", (1, LARGEST));
        let most = number("most", "error-schedule-most", (1, LARGEST));
        if problems.is_empty() && least > most {
            problems.push(Problem::new("least", "error-schedule-order"));
        }
        if problems.is_empty() {
            Ok(Self {
                is_on,
                days,
                hour: i8::try_from(hour).unwrap_or_default(),
                least,
                most,
            })
        } else {
            Err(problems)
        }
    }
}

/// Kinds of problems and their facts.
pub const KINDS: &[(&str, &[&str])] = &[
    ("error-schedule-days", &[]),
    ("error-schedule-hour", &[]),
    ("error-schedule-least", &[]),
    ("error-schedule-most", &[]),
    ("error-schedule-order", &[]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn on() -> BatchSchedule {
        BatchSchedule {
            is_on: true,
            ..BatchSchedule::default()
        }
    }

    /// Emancipation of nobody: one day that this test calls a holiday.
    fn is_holiday(day: Date) -> bool {
        day.to_string() == "2026-11-23"
    }

    #[test]
    fn a_batch_is_due_from_its_hour_on_and_on_no_closed_day() {
        for (now, due) in [
            ("2026-11-24T10:59:00Z", None),
            ("2026-11-24T11:00:00Z", Some("2026-11-24")),
            ("2026-11-24T14:59:00Z", Some("2026-11-24")),
            ("2026-11-24T15:00:00Z", None),
            ("2026-11-23T11:00:00Z", None),
            ("2026-11-28T11:00:00Z", None),
            ("2026-12-28T11:00:00Z", Some("2026-12-28")),
            ("2026-12-29T11:00:00Z", None),
            ("2027-01-01T11:00:00Z", None),
            ("2027-01-04T11:00:00Z", Some("2027-01-04")),
        ] {
            let found = on().due(at(now), is_holiday).map(|day| day.to_string());
            assert_eq!(found.as_deref(), due, "{now}");
            assert_eq!(BatchSchedule::default().due(at(now), is_holiday), None);
        }
    }

    #[test]
    fn the_next_time_is_after_now_and_over_holidays() {
        for (now, next) in [
            ("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z"),
            ("2026-11-20T11:00:00Z", "2026-11-24T11:00:00Z"),
            ("2026-12-28T12:00:00Z", "2027-01-04T11:00:00Z"),
        ] {
            assert_eq!(
                on().next_after(at(now), is_holiday),
                Some(at(next)),
                "{now}"
            );
        }
        assert_eq!(
            BatchSchedule::default().next_after(at("2026-11-20T10:00:00Z"), is_holiday),
            None
        );
    }

    #[test]
    fn what_is_shown_reads_back_and_what_makes_no_sense_is_named() {
        let own = BatchSchedule {
            days: vec![Weekday::Tuesday, Weekday::Sunday],
            hour: 9,
            least: 50,
            most: 500,
            ..on()
        };
        assert_eq!(BatchSchedule::read(&own.as_typed()), Ok(own.clone()));
        assert_eq!(BatchSchedule::days_of(&own.digits()), own.days);
        for (field, typed, kind) in [
            ("hour", "24", "error-schedule-hour"),
            ("hour", "", "error-schedule-hour"),
            ("least", "0", "error-schedule-least"),
            ("least", "501", "error-schedule-order"),
            ("most", "10001", "error-schedule-most"),
            ("most", "many", "error-schedule-most"),
        ] {
            let mut answers = own.as_typed();
            answers.set(field, typed);
            let problems = BatchSchedule::read(&answers).unwrap_err();
            assert_eq!(problems, [Problem::new(field, kind)], "{field} {typed}");
        }
        let mut nothing = own.as_typed();
        nothing.set("day_2", "");
        nothing.set("day_7", "");
        let problems = BatchSchedule::read(&nothing).unwrap_err();
        assert_eq!(problems, [Problem::new("days", "error-schedule-days")]);
    }
}

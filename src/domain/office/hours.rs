//! Opening hours by weekday, in the office's own time: as a clerk writes them (`9:30-11:30, 13:15-16:15`), and as times.

use jiff::civil::{Time, Weekday};
use serde::{Deserialize, Serialize};

use crate::domain::text;

/// One stretch of time in which the counter is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// It opens.
    pub from: Time,
    /// It closes, later than it opens.
    pub to: Time,
}

/// The days of a week in the order of the pages.
pub const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// The hours of a week, Monday first; a day without an opening is a day on which the counter is closed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WeekHours([Vec<Opening>; 7]);

/// The hours of one day cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not hours such as 9:30-11:30, 13:15-16:15")]
pub struct NotHours;

impl WeekHours {
    /// The hours of seven days, Monday first.
    pub const fn of(days: [Vec<Opening>; 7]) -> Self {
        Self(days)
    }

    /// The openings of a weekday, in order.
    pub fn on(&self, day: Weekday) -> &[Opening] {
        let place = usize::from(day.to_monday_zero_offset().unsigned_abs());
        self.0.get(place).map_or(&[], Vec::as_slice)
    }
}

/// The hours of one day as typed; nothing typed, 休 or `closed` is a day without an opening.
pub fn read_day(typed: &str) -> Result<Vec<Opening>, NotHours> {
    let folded = text::ascii_folded(text::trimmed(typed))
        .replace(['–', '—', '〜', '～', '~', '−', '‐'], "-")
        .replace(['、', '，', ';', '・', '/'], ",");
    if ["", "休", "休み", "休館", "closed", "-"].contains(&folded.to_lowercase().as_str()) {
        return Ok(Vec::new());
    }
    let openings: Vec<Opening> = folded.split(',').map(opening).collect::<Result<_, _>>()?;
    let in_order = openings
        .iter()
        .zip(openings.iter().skip(1))
        .all(|(first, second)| first.to < second.from);
    if in_order {
        Ok(openings)
    } else {
        Err(NotHours)
    }
}

fn opening(typed: &str) -> Result<Opening, NotHours> {
    let (from, to) = typed.split_once('-').ok_or(NotHours)?;
    let opening = Opening {
        from: time(from)?,
        to: time(to)?,
    };
    if opening.from < opening.to {
        Ok(opening)
    } else {
        Err(NotHours)
    }
}

fn time(typed: &str) -> Result<Time, NotHours> {
    let typed = typed.trim();
    let (hour, minute) = typed.split_once([':', '.']).unwrap_or((typed, "0"));
    let number = |digits: &str| {
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|_| is_number)
    };
    let (hour, minute) = (
        number(hour).ok_or(NotHours)?,
        number(minute).ok_or(NotHours)?,
    );
    Time::new(hour, minute, 0, 0).or(Err(NotHours))
}

/// The hours of one day as they are shown and typed: `9:30-11:30, 13:15-16:15`; nothing when the counter is closed.
pub fn written(openings: &[Opening]) -> String {
    let clock = |time: Time| format!("{}:{:02}", time.hour(), time.minute());
    openings
        .iter()
        .map(|opening| format!("{}-{}", clock(opening.from), clock(opening.to)))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_clerks_write_them() {
        for (typed, expected) in [
            ("9:30-11:30, 13:15-16:15", Ok("9:30-11:30, 13:15-16:15")),
            (
                "９：３０〜１１：３０、１３：１５〜１６：１５",
                Ok("9:30-11:30, 13:15-16:15"),
            ),
            ("9-17", Ok("9:00-17:00")),
            (" 09.30 – 12.00 ", Ok("9:30-12:00")),
            ("", Ok("")),
            ("休", Ok("")),
            ("Closed", Ok("")),
            ("9:30", Err(NotHours)),
            ("17:00-9:00", Err(NotHours)),
            ("9:00-9:00", Err(NotHours)),
            ("9:00-12:00, 11:00-13:00", Err(NotHours)),
            ("13:00-14:00, 9:00-12:00", Err(NotHours)),
            ("9:00-24:00", Err(NotHours)),
            ("9:60-10:00", Err(NotHours)),
            ("+9:00-10:00", Err(NotHours)),
            ("morning", Err(NotHours)),
        ] {
            let read = read_day(typed).map(|openings| written(&openings));
            assert_eq!(
                read.as_deref(),
                expected.as_ref().map(|text| *text),
                "{typed}"
            );
        }
    }

    #[test]
    fn each_weekday_has_its_own_hours() {
        let mut days: [Vec<Opening>; 7] = Default::default();
        days[4] = read_day("9:00-12:00").unwrap();
        let week = WeekHours::of(days);
        assert_eq!(written(week.on(Weekday::Friday)), "9:00-12:00");
        assert!(week.on(Weekday::Sunday).is_empty() && week.on(Weekday::Monday).is_empty());
    }
}

//! Days on which an office is closed besides its weekdays, by its own word. Missions keep some holidays of Japan and some of their place: two calendars
//! suggest, staff decide (overseas-card.md §5.6).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::settings::Bilingual;
use crate::domain::deadline::days_after;
use crate::domain::office_code::OfficeCode;
use crate::domain::text;
use crate::reference::holidays;

/// A day on which the counter is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingDay {
    /// The day, where the office is.
    pub date: Date,
    /// Why, if it was said.
    pub name: Bilingual,
}

/// A line of the list cannot be read: it does not begin with a date such as 2027-01-04.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} does not begin with a date")]
pub struct NotAClosingDay(pub String);

/// More days than any office is closed within the years a list covers.
pub const MOST: usize = 300;

/// A list as typed, a day in each line: the date, then its name in Japanese, and after a slash in English. In order, each day once.
pub fn read_list(typed: &str) -> Result<Vec<ClosingDay>, NotAClosingDay> {
    let mut days: Vec<ClosingDay> = text::unix_line_ends(typed)
        .lines()
        .map(text::trimmed)
        .filter(|line| !line.is_empty())
        .map(read_line)
        .collect::<Result<_, _>>()?;
    days.sort_by_key(|day| day.date);
    days.dedup_by_key(|day| day.date);
    Ok(days)
}

fn read_line(line: &str) -> Result<ClosingDay, NotAClosingDay> {
    let refused = || NotAClosingDay(line.chars().take(40).collect());
    let (date, name) = line
        .split_once(|c: char| c.is_whitespace())
        .unwrap_or((line, ""));
    let date = text::ascii_folded(date).replace(['/', '.'], "-");
    let mut parts = date.split('-');
    let mut number = || {
        let part = parts.next()?;
        (part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit())).then_some(part)
    };
    let (year, month, day) = (number(), number(), number());
    let parsed = year
        .zip(month)
        .zip(day)
        .and_then(|((y, m), d)| Date::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?).ok())
        .filter(|date| (2000..2200).contains(&date.year()));
    let (ja, en) = name.split_once(" / ").unwrap_or((name, ""));
    Ok(ClosingDay {
        date: parsed
            .filter(|_| parts.next().is_none())
            .ok_or_else(refused)?,
        name: Bilingual::new(text::trimmed(ja), text::trimmed(en)),
    })
}

/// The list as it is typed.
pub fn written(days: &[ClosingDay]) -> String {
    let line = |day: &ClosingDay| {
        let mut line = day.date.to_string();
        for (mark, part) in [(" ", &day.name.ja), (" / ", &day.name.en)] {
            if !part.is_empty() {
                line.push_str(mark);
                line.push_str(part);
            }
        }
        line
    };
    days.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Where a suggested day comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// The holidays of Japan.
    Japan,
    /// The public holidays where the mission is.
    Place,
}

/// A holiday the office may want to close on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Which of the two calendars has it.
    pub calendar: Calendar,
    /// The day and its name.
    pub day: ClosingDay,
    /// The day depends on the moon or on a decision still to come.
    pub is_estimated: bool,
}

/// The holidays of both calendars from `from` on, for so many days, that are not in the office's list yet; in order of date.
pub fn suggestions(
    office: &OfficeCode,
    listed: &[ClosingDay],
    from: Date,
    days: i32,
) -> Vec<Suggestion> {
    let span: Vec<Date> = (0..days).map(|offset| days_after(from, offset)).collect();
    let until = days_after(from, days);
    let of_japan = span
        .iter()
        .filter_map(|day| holidays::japanese_holiday(*day))
        .map(|holiday| (Calendar::Japan, holiday));
    let of_place = holidays::around_mission(office.as_str())
        .iter()
        .filter(|holiday| holiday.date >= from && holiday.date < until)
        .map(|holiday| (Calendar::Place, holiday));
    let mut found: Vec<Suggestion> = of_japan
        .chain(of_place)
        .filter(|(_, holiday)| !listed.iter().any(|day| day.date == holiday.date))
        .map(|(calendar, holiday)| Suggestion {
            calendar,
            day: ClosingDay {
                date: holiday.date,
                name: Bilingual::new(&holiday.name_local, &holiday.name_en),
            },
            is_estimated: holiday.is_estimated,
        })
        .collect();
    found.sort_by_key(|suggestion| suggestion.day.date);
    // A day of both calendars is one suggestion: Japan's stands first.
    found.dedup_by_key(|suggestion| suggestion.day.date);
    found
}

/// The listed days from `from` on, for so many days.
pub fn within(listed: &[ClosingDay], from: Date, days: i32) -> &[ClosingDay] {
    let until = days_after(from, days);
    let begin = listed.partition_point(|day| day.date < from);
    let end = listed.partition_point(|day| day.date < until);
    listed.get(begin..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_list_is_read_sorted_and_written_back() {
        let typed = "2027-01-04 年始 / New Year\r\n\n ２０２６/12/29\u{3000}年末\n2027.1.4 もう一度\n2026-12-30";
        let days = read_list(typed).unwrap();
        assert_eq!(
            written(&days),
            "2026-12-29 年末\n2026-12-30\n2027-01-04 年始 / New Year"
        );
        assert_eq!(read_list(&written(&days)).unwrap(), days);
    }

    #[test]
    fn a_line_that_is_no_day_is_named() {
        for line in [
            "年末",
            "2026-13-01",
            "2026-02-29",
            "2026-1",
            "1-1-2026",
            "2026-12-29-1",
            "+26-1-1 x",
        ] {
            assert!(read_list(line).is_err(), "{line}");
        }
    }

    #[test]
    fn both_calendars_suggest_what_is_not_listed_yet() {
        let london = OfficeCode::parse("emb-gb").unwrap();
        let from = date(2026, 12, 20);
        let all = suggestions(&london, &[], from, 20);
        assert!(
            all.iter()
                .any(|one| one.calendar == Calendar::Japan && one.day.date == date(2027, 1, 1))
        );
        assert!(
            all.iter()
                .any(|one| one.calendar == Calendar::Place && one.day.date == date(2026, 12, 25))
        );
        assert!(
            all.iter()
                .all(|one| one.day.date >= from && one.day.date < date(2027, 1, 9))
        );
        let listed = read_list("2026-12-25 クリスマス / Christmas").unwrap();
        let rest = suggestions(&london, &listed, from, 20);
        assert_eq!(rest.len(), all.len() - 1);
        let chiyoda = OfficeCode::parse("131016").unwrap();
        assert!(
            suggestions(&chiyoda, &[], from, 20)
                .iter()
                .all(|one| one.calendar == Calendar::Japan)
        );
    }

    #[test]
    fn the_days_of_a_window_are_found() {
        let listed = read_list("2026-12-01\n2026-12-25\n2027-02-01").unwrap();
        let days: Vec<Date> = within(&listed, date(2026, 12, 2), 60)
            .iter()
            .map(|day| day.date)
            .collect();
        assert_eq!(days, [date(2026, 12, 25)]);
        assert_eq!(within(&listed, date(2026, 12, 1), 1).len(), 1);
        assert!(within(&listed, date(2028, 1, 1), 60).is_empty());
    }
}

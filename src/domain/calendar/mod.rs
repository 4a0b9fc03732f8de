//! Calendar dates as people type them: three boxes, western years or Japanese eras; and ages.
//!
//! A birth date is a calendar date and never an instant. Impossible dates are refused, never moved. Eras: the cabinet orders of 1912, 1926, 1989, 2019;
//! dates before 1 January 1873 belong to the old calendar and are not read.

use jiff::ToSpan;
use jiff::civil::Date;
use thiserror::Error;

use super::text;
use crate::reference::eras::{Era, eras};

/// A part of a date, each with its own box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatePart {
    /// The year, western or of an era.
    Year,
    /// The month.
    Month,
    /// The day.
    Day,
}

/// Why three boxes are no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DateError {
    /// Some boxes are filled, this is the first that is not (E-date-missing).
    #[error("{0:?} is missing")]
    Missing(DatePart),
    /// The year is neither four digits nor an era with a number (E-era).
    #[error("the year cannot be read")]
    Year,
    /// The month is not a number from 1 to 12 (E-date-month).
    #[error("the month is not 1 to 12")]
    Month,
    /// No such day in the calendar or in the era (E-date-real).
    #[error("there is no such date")]
    NotReal,
    /// The date is after today (E-date-future).
    #[error("the date is in the future")]
    Future,
}

/// Reads the boxes of a date. `Ok(None)` when all three are blank.
///
/// Years: `1988`, `S63`, `昭63`, `昭和63`, `平成元`, in any width, with or without 年. Era years must be real (昭和64年1月8日 is not), with two allowances: the day
/// of a change of era counts in both eras, and 平成 goes on after April 2019, because papers printed earlier carry such dates.
pub fn read_date(year: &str, month: &str, day: &str) -> Result<Option<Date>, DateError> {
    let boxes = [
        (DatePart::Year, year),
        (DatePart::Month, month),
        (DatePart::Day, day),
    ];
    let is_blank = |typed: &str| text::trimmed(typed).is_empty();
    if boxes.iter().all(|(_, typed)| is_blank(typed)) {
        return Ok(None);
    }
    if let Some((part, _)) = boxes.iter().find(|(_, typed)| is_blank(typed)) {
        return Err(DateError::Missing(*part));
    }
    let year = read_year(year).ok_or(DateError::Year)?;
    let month = number(month, '月')
        .filter(|month| (1..=12).contains(month))
        .ok_or(DateError::Month)?;
    let day = number(day, '日').ok_or(DateError::NotReal)?;
    let date = match year {
        TypedYear::Western(year) => civil(year, month, day)?,
        TypedYear::Era(Era::Heisei, year) if year > 30 => {
            civil(Era::Heisei.western_year(year), month, day)?
        }
        TypedYear::Era(era, year) => era_date(era, year, month, day)?,
    };
    Ok(Some(date))
}

/// Reads a date written in one piece: `昭和63年4月27日`, `S64.1.7`, `昭和六十四年一月七日`, `㍻元年1月8日`, `1988-04-27`.
pub fn read_written_date(typed: &str) -> Result<Date, DateError> {
    let typed: String = text::trimmed(typed)
        .chars()
        .filter(|c| !text::is_trimmable(*c))
        .collect();
    let is_border = |c: char| {
        matches!(c, '年' | '月' | '日' | '.' | '．' | '/' | '／' | '・')
            || (text::is_hyphen_like(c) && c != 'ー')
    };
    let mut parts = typed.split(is_border).map(arabic_numerals);
    let [year, month, day] =
        [parts.next(), parts.next(), parts.next()].map(Option::unwrap_or_default);
    if parts.any(|rest| !rest.is_empty()) {
        return Err(DateError::NotReal);
    }
    read_date(&year, &month, &day)?.ok_or(DateError::Missing(DatePart::Year))
}

/// The date, if it is not after `today` (in the reader's calendar).
pub fn not_after(date: Date, today: Date) -> Result<Date, DateError> {
    if date > today {
        Err(DateError::Future)
    } else {
        Ok(date)
    }
}

/// The Gregorian date of a date in an era. The day on which an era begins also counts as the last day of the era before (大正15年12月25日).
pub fn era_date(era: Era, year: i16, month: i16, day: i16) -> Result<Date, DateError> {
    if year < 1 {
        return Err(DateError::NotReal);
    }
    let date = civil(era.western_year(year), month, day)?;
    let table = eras()
        .iter()
        .find(|row| row.era == era)
        .ok_or(DateError::NotReal)?;
    // The cabinet orders of 1989 and 2019 took effect on the next day: no day of theirs has two names.
    let shared = i64::from(matches!(era, Era::Meiji | Era::Taisho));
    let last = table
        .end
        .map(|end| end.checked_add(shared.days()).unwrap_or(end));
    let begun = date >= table.start && date >= GREGORIAN_CALENDAR;
    if begun && last.is_none_or(|last| date <= last) {
        Ok(date)
    } else {
        Err(DateError::NotReal)
    }
}

/// Japan's first day of the Gregorian calendar (明治6年1月1日).
const GREGORIAN_CALENDAR: Date = Date::constant(1873, 1, 1);

/// The era of a date and the year in it; `None` before 1873.
pub fn era_of(date: Date) -> Option<(Era, i16)> {
    if date < GREGORIAN_CALENDAR {
        return None;
    }
    let row = eras().iter().rev().find(|row| row.start <= date)?;
    Some((row.era, date.year() - row.start.year() + 1))
}

/// The date as Japanese papers write it: `昭和63年4月27日`, `令和元年5月1日`. Before 1873 the western year is written.
pub fn era_text(date: Date) -> String {
    let year = match era_of(date) {
        Some((era, 1)) => format!("{}元", era.name()),
        Some((era, year)) => format!("{}{year}", era.name()),
        None => date.year().to_string(),
    };
    format!("{year}年{}月{}日", date.month(), date.day())
}

/// The names of a western year, in order: two in the year of a change of era (1989 is 昭和64 and 平成元), for when the day is not known yet.
pub fn era_years(year: i16) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (month, day) in [(1, 1), (12, 31)] {
        if let Some((era, number)) = Date::new(year, month, day).ok().and_then(era_of) {
            let name = if number == 1 {
                format!("{}元年", era.name())
            } else {
                format!("{}{number}年", era.name())
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// Age in completed years on a day. Who is born on 29 February is a year older on 1 March of common years. Zero before birth.
pub fn age_on(birth: Date, day: Date) -> i16 {
    let had_birthday = (day.month(), day.day()) >= (birth.month(), birth.day());
    let years = day.year() - birth.year() - i16::from(!had_birthday);
    years.max(0)
}

/// The day on which somebody completes `age` years: the birthday, or 1 March for 29 February in common years. `None` past the calendar's end.
pub fn birthday(birth: Date, age: i16) -> Option<Date> {
    let year = birth.year().checked_add(age)?;
    Date::new(year, birth.month(), birth.day())
        .or_else(|_| Date::new(year, 3, 1))
        .ok()
}

/// The day on which somebody completes `age` years, if it comes after `today` and within six months of it.
pub fn turns_within_six_months(birth: Date, today: Date, age: i16) -> Option<Date> {
    let last = today.checked_add(6.months()).ok()?;
    birthday(birth, age).filter(|day| *day > today && *day <= last)
}

enum TypedYear {
    Western(i16),
    Era(Era, i16),
}

fn read_year(typed: &str) -> Option<TypedYear> {
    let typed = text::ascii_folded(typed);
    let typed = typed.strip_suffix('年').unwrap_or(&typed);
    if typed.chars().count() == 4 && typed.chars().all(|c| c.is_ascii_digit()) {
        return text::small_number(typed).map(TypedYear::Western);
    }
    let (era, number) = eras().iter().find_map(|row| {
        row.names()
            .into_iter()
            .find_map(|name| strip_prefix_ignoring_case(typed, &name).map(|rest| (row.era, rest)))
    })?;
    let number = number.trim_matches(['.', ' ', '\u{3000}']);
    let number = if number == "元" {
        Some(1)
    } else {
        text::small_number(number).filter(|_| number.chars().count() <= 2)
    };
    number.map(|number| TypedYear::Era(era, number))
}

fn strip_prefix_ignoring_case<'a>(typed: &'a str, name: &str) -> Option<&'a str> {
    let head = typed.get(..name.len())?;
    if head.eq_ignore_ascii_case(name) {
        typed.get(name.len()..)
    } else {
        None
    }
}

fn number(typed: &str, unit: char) -> Option<i16> {
    let typed = text::trimmed(typed);
    text::small_number(typed.strip_suffix(unit).unwrap_or(typed))
}

fn civil(year: i16, month: i16, day: i16) -> Result<Date, DateError> {
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else {
        return Err(DateError::NotReal);
    };
    Date::new(year, month, day).or(Err(DateError::NotReal))
}

/// Kanji numerals up to 九十九 in a text as digits; all else unchanged.
fn arabic_numerals(text: &str) -> String {
    let value = |c: char| {
        "〇一二三四五六七八九"
            .chars()
            .position(|numeral| numeral == c)
    };
    let mut written = String::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let next_value = characters.peek().and_then(|next| value(*next));
        match (c, value(c)) {
            ('十', _) => {
                written.push_str(&(10 + consumed(next_value, &mut characters)).to_string());
            }
            (_, Some(tens)) if characters.peek() == Some(&'十') => {
                characters.next();
                let ones = characters.peek().and_then(|next| value(*next));
                written.push_str(&(tens * 10 + consumed(ones, &mut characters)).to_string());
            }
            (_, Some(digit)) => written.push_str(&digit.to_string()),
            (other, None) => written.push(other),
        }
    }
    written
}

fn consumed(value: Option<usize>, characters: &mut impl Iterator<Item = char>) -> usize {
    if value.is_some() {
        characters.next();
    }
    value.unwrap_or_default()
}

#[cfg(test)]
mod tests;

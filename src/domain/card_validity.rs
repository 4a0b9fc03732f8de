//! How long a card is valid (番号カード命令 26条, 29条): until a birthday counted from the day it was made, by the age of its owner on that day.
//!
//! A birthday that falls on the day of making does not count. Who is born on 29 February has her birthday on 28 February in common years; her age on the
//! day of making is counted as everywhere else ([`calendar::age_on`]), so it goes up on 1 March. The limit was 20 years for cards made before 1 April 2022;
//! none of those is made here.

use jiff::ToSpan;
use jiff::civil::Date;

use super::calendar;

/// From this age the card is valid until the tenth birthday instead of the fifth (26条1項1号).
const ADULT: i16 = 18;
/// A card whose last day is less than so many months away may be renewed, and the new one gains a year (26条1項, 29条).
const RENEWAL_MONTHS: i32 = 3;

/// The last day of a card that was made on `made_on` for somebody born on `birth`. `replaced` is the last day of the valid card it takes the place of, if
/// there is one. `None` when the dates make no sense: made before the birth, or past the calendar's end.
pub fn last_day(made_on: Date, birth: Date, replaced: Option<Date>) -> Option<Date> {
    if made_on < birth {
        return None;
    }
    let birthdays = if calendar::age_on(birth, made_on) >= ADULT {
        10
    } else {
        5
    };
    let is_renewal = replaced.is_some_and(|last| is_renewed_in_time(made_on, last));
    let this_year = birthday_in(birth, made_on.year())?;
    let years = birthdays + i16::from(is_renewal) - i16::from(this_year > made_on);
    birthday_in(birth, made_on.year().checked_add(years)?)
}

/// Whether a card made on `made_on` renews one whose last day is `last`: still valid, and for less than three months.
fn is_renewed_in_time(made_on: Date, last: Date) -> bool {
    let from = last.checked_sub(RENEWAL_MONTHS.months());
    made_on <= last && from.is_ok_and(|from| made_on > from)
}

fn birthday_in(birth: Date, year: i16) -> Option<Date> {
    Date::new(year, birth.month(), birth.day())
        .or_else(|_common_year| Date::new(year, 2, 28))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn the_last_day_is_the_tenth_or_the_fifth_birthday_after_the_day_of_making() {
        for (made_on, birth, expected, why) in [
            (
                "2026-03-10",
                "1990-05-01",
                "2035-05-01",
                "the example of the rule",
            ),
            (
                "2026-05-01",
                "1990-05-01",
                "2036-05-01",
                "made on the birthday: that one does not count",
            ),
            (
                "2026-04-30",
                "1990-05-01",
                "2035-05-01",
                "made on the day before",
            ),
            (
                "2026-05-02",
                "1990-05-01",
                "2036-05-01",
                "made on the day after",
            ),
            (
                "2026-12-31",
                "1990-01-01",
                "2036-01-01",
                "the next birthday is tomorrow",
            ),
            ("2026-06-01", "2008-06-01", "2036-06-01", "eighteen today"),
            (
                "2026-05-31",
                "2008-06-01",
                "2030-06-01",
                "eighteen tomorrow",
            ),
            ("2026-06-01", "2011-06-01", "2031-06-01", "fifteen today"),
            ("2026-05-31", "2011-06-01", "2030-06-01", "fifteen tomorrow"),
            ("2026-11-24", "2026-11-24", "2031-11-24", "born on that day"),
            ("2026-11-24", "1916-02-03", "2036-02-03", "110 years old"),
        ] {
            assert_eq!(
                last_day(day(made_on), day(birth), None),
                Some(day(expected)),
                "{why}"
            );
        }
    }

    #[test]
    fn who_is_born_on_a_leap_day_has_her_birthday_on_28_february_in_common_years() {
        for (made_on, birth, expected, why) in [
            (
                "2026-11-24",
                "1988-02-29",
                "2036-02-29",
                "the tenth falls into a leap year",
            ),
            (
                "2027-02-28",
                "1988-02-29",
                "2037-02-28",
                "made on the birthday of a common year",
            ),
            (
                "2027-02-27",
                "1988-02-29",
                "2036-02-29",
                "made on the day before it",
            ),
            (
                "2028-02-28",
                "1988-02-29",
                "2037-02-28",
                "in a leap year the birthday is the 29th",
            ),
            (
                "2028-02-29",
                "1988-02-29",
                "2038-02-28",
                "made on the leap day itself",
            ),
            (
                "2026-02-28",
                "2008-02-29",
                "2031-02-28",
                "seventeen until the end of February, and the birthday of this year does not count",
            ),
            (
                "2026-03-01",
                "2008-02-29",
                "2036-02-29",
                "eighteen on 1 March",
            ),
        ] {
            assert_eq!(
                last_day(day(made_on), day(birth), None),
                Some(day(expected)),
                "{why}"
            );
        }
    }

    #[test]
    fn a_renewal_within_the_last_three_months_gains_a_year() {
        let birth = "1990-05-01";
        for (made_on, replaced, expected, why) in [
            (
                "2027-02-02",
                "2027-05-01",
                "2037-05-01",
                "less than three months are left",
            ),
            (
                "2027-02-01",
                "2027-05-01",
                "2036-05-01",
                "three months to the day: not yet",
            ),
            ("2027-05-01", "2027-05-01", "2038-05-01", "on its last day"),
            ("2027-05-02", "2027-05-01", "2037-05-01", "it had expired"),
        ] {
            assert_eq!(
                last_day(day(made_on), day(birth), Some(day(replaced))),
                Some(day(expected)),
                "{why}"
            );
        }
        assert_eq!(
            last_day(
                day("2027-04-15"),
                day("2012-05-01"),
                Some(day("2027-05-01"))
            ),
            Some(day("2032-05-01")),
            "a child's: the sixth"
        );
    }

    #[test]
    fn dates_that_make_no_sense_have_no_answer() {
        assert_eq!(last_day(day("2026-01-01"), day("2026-01-02"), None), None);
        assert_eq!(last_day(day("9995-01-01"), day("9950-01-02"), None), None);
    }

    #[test]
    fn a_card_is_valid_for_more_than_nine_and_at_most_ten_years_or_half_of_it() {
        let made_on = day("2026-11-24");
        for age in 0..110 {
            for month in 1..=12 {
                for of_month in [1, 15, 28, 29, 30, 31] {
                    let Ok(birth) = Date::new(2026 - age, month, of_month) else {
                        continue;
                    };
                    if birth > made_on {
                        continue;
                    }
                    let last = last_day(made_on, birth, None).unwrap();
                    let years = if calendar::age_on(birth, made_on) >= 18 {
                        10
                    } else {
                        5
                    };
                    assert!(
                        last > made_on + (years - 1).years() && last <= made_on + years.years(),
                        "{birth} {last}"
                    );
                }
            }
        }
    }
}

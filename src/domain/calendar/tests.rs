//! Dates as people type them, and the vectors.

use jiff::civil::date;

use super::*;

#[test]
fn every_era_vector_holds() {
    let table = include_str!("../../../tests/data/era-vectors.csv");
    let mut seen = 0;
    for row in csv::Reader::from_reader(table.as_bytes())
        .records()
        .map(Result::unwrap)
    {
        let gregorian = || row[1].parse::<Date>().unwrap();
        let typed = || {
            let era = eras().iter().find(|era| era.name == &row[3]).unwrap().era;
            era_date(
                era,
                row[4].parse().unwrap(),
                row[5].parse().unwrap(),
                row[6].parse().unwrap(),
            )
        };
        match &row[0] {
            "gregorian_to_era" => {
                assert_eq!(era_text(gregorian()), &row[7]);
                assert_eq!(typed(), Ok(gregorian()), "{}", &row[7]);
                assert_eq!(read_written_date(&row[7]), Ok(gregorian()), "{}", &row[7]);
            }
            "era_to_gregorian" => assert!(typed().is_err(), "{}", &row[7]),
            "era_to_gregorian_lenient" => assert_eq!(typed(), Ok(gregorian()), "{}", &row[7]),
            "parse" => assert_eq!(read_written_date(&row[7]), Ok(gregorian()), "{}", &row[7]),
            other => panic!("unknown direction {other}"),
        }
        seen += 1;
    }
    assert_eq!(seen, 66);
}

#[test]
fn a_year_is_read_however_it_is_typed() {
    for typed in [
        "1988",
        "１９８８",
        "1988年",
        "S63",
        "s63",
        "Ｓ６３",
        "昭63",
        "昭和63",
        "昭和６３年",
        "昭和 63",
        "S.63",
        "㍼63",
        " 昭和63　",
    ] {
        assert_eq!(
            read_date(typed, "4", "27"),
            Ok(Some(date(1988, 4, 27))),
            "{typed}"
        );
    }
    for (typed, month, day, expected) in [
        ("H1", "1", "8", date(1989, 1, 8)),
        ("平成元", "１", "8日", date(1989, 1, 8)),
        ("平元", "1", "8", date(1989, 1, 8)),
        ("R6", "04月", "01", date(2024, 4, 1)),
        ("令和6", "4", "1", date(2024, 4, 1)),
        ("平成35", "4", "1", date(2023, 4, 1)),
        ("平成31", "5", "1", date(2019, 5, 1)),
        ("明治45", "7", "30", date(1912, 7, 30)),
    ] {
        assert_eq!(read_date(typed, month, day), Ok(Some(expected)), "{typed}");
    }
}

#[test]
fn each_mistake_has_its_own_reason() {
    for ([year, month, day], expected) in [
        (["", "4", "27"], DateError::Missing(DatePart::Year)),
        (["1988", "　", "27"], DateError::Missing(DatePart::Month)),
        (["1988", "4", ""], DateError::Missing(DatePart::Day)),
        (["88", "4", "27"], DateError::Year),
        (["Q63", "4", "27"], DateError::Year),
        (["昭和", "4", "27"], DateError::Year),
        (["昭和六十三", "4", "27"], DateError::Year),
        (["昭和100", "4", "27"], DateError::Year),
        (["1988", "13", "1"], DateError::Month),
        (["1988", "0", "1"], DateError::Month),
        (["1988", "April", "1"], DateError::Month),
        (["1988", "4", "31"], DateError::NotReal),
        (["1988", "4", "x"], DateError::NotReal),
        (["2023", "2", "29"], DateError::NotReal),
        (["昭和64", "1", "8"], DateError::NotReal),
        (["昭和65", "1", "1"], DateError::NotReal),
        (["平成元", "1", "7"], DateError::NotReal),
        (["令和元", "4", "30"], DateError::NotReal),
        (["昭和0", "1", "1"], DateError::NotReal),
    ] {
        assert_eq!(
            read_date(year, month, day),
            Err(expected),
            "{year} {month} {day}"
        );
    }
    assert_eq!(read_date("", " ", "\u{3000}"), Ok(None));
    assert_eq!(
        not_after(date(2026, 11, 23), date(2026, 11, 22)),
        Err(DateError::Future)
    );
    assert_eq!(
        not_after(date(2026, 11, 22), date(2026, 11, 22)),
        Ok(date(2026, 11, 22))
    );
}

#[test]
fn a_year_of_change_has_two_names() {
    assert_eq!(era_years(1989), ["昭和64年", "平成元年"]);
    assert_eq!(era_years(1912), ["明治45年", "大正元年"]);
    assert_eq!(era_years(1988), ["昭和63年"]);
    assert!(era_years(1850).is_empty());
}

#[test]
fn ages_are_completed_years_also_for_29_february() {
    for (birth, day, expected) in [
        (date(2011, 11, 24), date(2026, 11, 23), 14),
        (date(2011, 11, 24), date(2026, 11, 24), 15),
        (date(2012, 2, 29), date(2027, 2, 28), 14),
        (date(2012, 2, 29), date(2027, 3, 1), 15),
        (date(2012, 2, 29), date(2028, 2, 29), 16),
        (date(2026, 1, 1), date(2026, 12, 31), 0),
        (date(2027, 1, 1), date(2026, 1, 1), 0),
    ] {
        assert_eq!(age_on(birth, day), expected, "{birth} {day}");
    }
}

#[test]
fn a_birthday_of_the_next_six_months_is_foreseen() {
    let today = date(2026, 11, 22);
    for (birth, expected) in [
        (date(2011, 11, 22), None),
        (date(2011, 11, 23), Some(date(2026, 11, 23))),
        (date(2012, 2, 29), Some(date(2027, 3, 1))),
        (date(2012, 5, 22), Some(date(2027, 5, 22))),
        (date(2012, 5, 23), None),
    ] {
        assert_eq!(
            turns_within_six_months(birth, today, 15),
            expected,
            "{birth}"
        );
    }
}

#[test]
fn every_sample_birth_date_has_its_japanese_form() {
    let table = include_str!("../../../tests/data/sample-applicants.csv");
    for row in csv::Reader::from_reader(table.as_bytes())
        .records()
        .map(Result::unwrap)
    {
        let birth: Date = row[17].parse().unwrap();
        assert_eq!(
            era_text(birth).replace("元年", "1年"),
            row[18].replace("元年", "1年")
        );
        let day: Date = row[3].parse().unwrap();
        if birth <= day {
            assert_eq!(age_on(birth, day).to_string(), &row[19], "{}", &row[0]);
        }
    }
}

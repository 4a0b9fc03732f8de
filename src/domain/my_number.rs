//! The check digit of a My Number (個人番号), used for one purpose: to notice one in a text and refuse it.
//!
//! No type of this program holds a My Number; this module gives answers about text and keeps nothing.
//! Source of the formula: 番号利用法施行令 and its order (検査用数字), as in the domain brief §2.3.

/// Weights of the eleven digits before the check digit, from the left.
const WEIGHTS: [u32; 11] = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
/// How many digits a My Number has.
const LENGTH: usize = 12;

/// Whether `text` is exactly twelve ASCII digits of which the last is the check digit of the others. Twelve zeros pass the formula and are not a number of anybody: no.
pub fn is_my_number(text: &str) -> bool {
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(10)).collect();
    digits.is_some_and(|digits| has_check_digit(&digits))
}

fn has_check_digit(digits: &[u32]) -> bool {
    let Some((check, body)) = digits.split_last() else {
        return false;
    };
    if body.len() != WEIGHTS.len() || body.iter().all(|digit| *digit == 0) {
        return false;
    }
    let sum: u32 = body
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum();
    let expected = match sum % 11 {
        0 | 1 => 0,
        remainder => 11 - remainder,
    };
    *check == expected
}

/// Whether a My Number stands somewhere in `text`: twelve digits in one run, or in groups parted by single spaces, hyphens, dots or the like.
///
/// Digits may be full-width, kanji numerals, or of the Arabic, Devanagari or Thai scripts. A group is taken whole, so that longer numbers (13 digits of a
/// company, 16 of a bank card) are not mistaken; what follows a plus sign is a telephone number.
pub fn contains_my_number(text: &str) -> bool {
    let groups = digit_groups(text);
    (0..groups.len()).any(|first| {
        let mut digits: Vec<u32> = Vec::with_capacity(LENGTH);
        for (nth, group) in groups.iter().skip(first).enumerate() {
            if nth > 0 && !group.joined {
                return false;
            }
            digits.extend(&group.digits);
            if digits.len() >= LENGTH {
                return digits.len() == LENGTH && has_check_digit(&digits);
            }
        }
        false
    })
}

struct Group {
    digits: Vec<u32>,
    /// Only separators stand between the group before and this one.
    joined: bool,
}

fn digit_groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut inside = false;
    let mut joined = false;
    let mut telephone = false;
    for c in text.chars() {
        if let Some(digit) = decimal_value(c) {
            match groups.last_mut() {
                Some(group) if inside => group.digits.push(digit),
                _ if telephone => {}
                _ => groups.push(Group {
                    digits: vec![digit],
                    joined,
                }),
            }
            inside = !telephone;
        } else if !super::text::is_zero_width(c) && !is_separator(c) {
            telephone = matches!(c, '+' | '\u{FF0B}');
            (inside, joined) = (false, false);
        } else if is_separator(c) {
            joined = joined || inside;
            inside = false;
        }
    }
    groups
}

fn is_separator(c: char) -> bool {
    super::text::is_hyphen_like(c)
        || c.is_whitespace()
        || matches!(c, '.' | '．' | '・' | '･' | ',' | '，' | '_' | '/' | '／')
}

fn decimal_value(c: char) -> Option<u32> {
    if let Some(digit) = super::text::digit(c) {
        return Some(u32::from(digit));
    }
    if let Some(value) = "〇一二三四五六七八九"
        .chars()
        .position(|numeral| numeral == c)
    {
        return u32::try_from(value).ok();
    }
    [0x0660, 0x06F0, 0x0966, 0x0E50]
        .into_iter()
        .map(|zero| u32::from(c).wrapping_sub(zero))
        .find(|value| *value < 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vector_has_the_verdict_of_the_table() {
        let table = include_str!("../../tests/data/number-vectors.csv");
        let mut seen = 0;
        for row in csv::Reader::from_reader(table.as_bytes())
            .records()
            .map(Result::unwrap)
        {
            if &row[0] == "my_number" {
                assert_eq!(
                    is_my_number(&row[1]),
                    &row[2] == "1",
                    "{} ({})",
                    &row[1],
                    &row[3]
                );
                seen += 1;
            }
        }
        assert_eq!(seen, 40);
    }

    #[test]
    fn twelve_zeros_are_nobodys_number() {
        assert!(!is_my_number("000000000000"));
        assert!(!contains_my_number("0000 0000 0000"));
    }

    #[test]
    fn a_number_is_found_however_it_is_written() {
        for text in [
            "123456789018",
            "番号は1234-5678-9018です",
            "１２３４　５６７８　９０１８",
            "1234.5678.9018",
            "1234‐5678ー9018",
            "123\u{200B}456789018",
            "1 2 3 4 5 6 7 8 9 0 1 8",
            "123456789018 090",
            "03 123456789018",
            "一二三四五六七八九〇一八",
            "١٢٣٤٥٦٧٨٩٠١٨",
            "tel:+44 20 7946\nNo. 123456789018",
            "1234\r\n5678\r\n9018",
        ] {
            assert!(contains_my_number(text), "{text:?}");
        }
    }

    #[test]
    fn other_numbers_are_left_alone() {
        for text in [
            "",
            "123456789019",
            "1234567890180",
            "01234567890183",
            "+123456789018",
            "＋1234 5678 9018",
            "12345678901X8",
            "1234号5678室9018",
            "742 Example Grand Avenue, Apt 1203",
        ] {
            assert!(!contains_my_number(text), "{text:?}");
        }
    }

    #[test]
    fn no_sample_applicants_number_slips_through() {
        let table = include_str!("../../tests/data/sample-applicants.csv");
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let column = reader
            .headers()
            .unwrap()
            .iter()
            .position(|name| name == "my_number")
            .unwrap();
        let numbers: Vec<String> = reader
            .records()
            .map(|row| row.unwrap()[column].to_owned())
            .collect();
        for number in numbers.iter().filter(|number| number.len() == 12) {
            assert!(contains_my_number(&format!("（{number}）")), "{number}");
        }
        assert!(numbers.len() > 100);
    }
}

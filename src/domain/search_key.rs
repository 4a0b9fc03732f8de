//! Beginnings under which a case is found: name, reading, Latin letters, mail address, telephone.
//!
//! A case is written down under a few folded keys, and a search asks for every key that begins with what was typed, folded the same way: one range
//! of one index on both databases, for two-character names as well. The first letter of a key says what it is, so that a name never answers for an
//! address. Keys are for comparing only; nothing is shown from them.

use std::collections::BTreeSet;

use super::kana;
use super::person_name;
use super::text;

/// Fewer digits than this name no telephone.
const SHORTEST_PHONE: usize = 4;

/// What a case is found under.
#[derive(Debug, Clone, Copy)]
pub struct Findable<'a> {
    /// 氏.
    pub family: &'a str,
    /// 名.
    pub given: &'a str,
    /// Reading of the 氏.
    pub family_kana: &'a str,
    /// Reading of the 名.
    pub given_kana: &'a str,
    /// Spellings in Latin letters: the passport's, the usual one.
    pub roman: &'a [&'a str],
    /// Mail addresses.
    pub emails: &'a [&'a str],
    /// Telephone in E.164.
    pub phone: &'a str,
}

/// The keys of a case.
pub fn keys(findable: &Findable<'_>) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut add = |kind: char, folded: String| {
        if !folded.is_empty() {
            keys.insert(format!("{kind}{folded}"));
        }
    };
    add(
        'n',
        person_name::search_key(&format!("{}{}", findable.family, findable.given)),
    );
    add('n', person_name::search_key(findable.given));
    add(
        'k',
        folded_kana(&format!("{}{}", findable.family_kana, findable.given_kana)),
    );
    add('k', folded_kana(findable.given_kana));
    for spelling in findable.roman {
        add('r', folded_roman(spelling));
        for word in spelling.split_whitespace() {
            add('r', folded_roman(word));
        }
    }
    for email in findable.emails {
        add('m', email.to_lowercase());
    }
    add('t', reversed_digits(findable.phone));
    keys
}

/// The beginnings that `typed` asks for; none when there is nothing in it to search for.
pub fn beginnings(typed: &str) -> Vec<String> {
    let typed = text::ascii_folded(text::trimmed(typed));
    if typed.is_empty() {
        return Vec::new();
    }
    if typed.contains('@') {
        return vec![format!("m{}", typed.to_lowercase())];
    }
    if let Some(phone) = as_phone(&typed) {
        return vec![format!("t{phone}")];
    }
    if typed.chars().any(|c| c.is_ascii_alphabetic()) {
        let roman = folded_roman(&typed);
        let email = format!("m{}", typed.to_lowercase());
        return [format!("r{roman}"), email].into();
    }
    let mut found = Vec::new();
    let reading = folded_kana(&typed);
    if !reading.is_empty() && reading.chars().all(is_katakana) {
        found.push(format!("k{reading}"));
    }
    let name = person_name::search_key(&typed);
    if !name.is_empty() {
        found.push(format!("n{name}"));
    }
    found
}

/// A telephone number is found by its end: the beginning is written in too many ways.
fn as_phone(typed: &str) -> Option<String> {
    let is_phone = typed
        .chars()
        .all(|c| c.is_ascii_digit() || text::is_hyphen_like(c) || " +().".contains(c));
    let digits = reversed_digits(typed);
    // The zero of a national number and the zeros of an international call are no part of E.164.
    let bare = ["00", "0"]
        .into_iter()
        .find_map(|zeros| digits.strip_suffix(zeros))
        .filter(|bare| bare.len() >= SHORTEST_PHONE)
        .unwrap_or(&digits);
    (is_phone && bare.len() >= SHORTEST_PHONE).then(|| bare.to_owned())
}

fn reversed_digits(number: &str) -> String {
    number.chars().rev().filter(char::is_ascii_digit).collect()
}

/// Katakana without spaces and marks, small letters as large ones: forms are typed both ways.
fn folded_kana(reading: &str) -> String {
    const SMALL: &str = "ァィゥェォッャュョヮヵヶ";
    const LARGE: &str = "アイウエオツヤユヨワカケ";
    reading
        .chars()
        .map(kana::katakana)
        .filter(|c| !text::is_trimmable(*c) && *c != '・')
        .map(|c| {
            let place = SMALL.chars().position(|small| small == c);
            place
                .and_then(|place| LARGE.chars().nth(place))
                .unwrap_or(c)
        })
        .collect()
}

fn is_katakana(c: char) -> bool {
    ('\u{30A1}'..='\u{30FC}').contains(&c)
}

/// Capitals without anything between them, long vowels written short: SATOH, SATOU and SATO are one.
fn folded_roman(spelling: &str) -> String {
    let letters: Vec<char> = text::ascii_folded(spelling)
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let mut folded = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let next = letters.get(place + 1);
        let lengthens = match (folded.chars().last(), letter) {
            (Some('O'), 'H') => !next.is_some_and(|next| "AEIOUY".contains(*next)),
            (Some('O'), 'U' | 'O') | (Some('U'), 'U') => true,
            _ => false,
        };
        if !lengthens {
            folded.push(*letter);
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(typed: &str) -> bool {
        let keys = keys(&Findable {
            family: "齋藤",
            given: "竜",
            family_kana: "サイトウ",
            given_kana: "リュウ",
            roman: &["SAITO RYU", "SAITO RYUU"],
            emails: &["ryu.saito@example.com"],
            phone: "+442079460000",
        });
        beginnings(typed)
            .iter()
            .any(|beginning| keys.iter().any(|key| key.starts_with(beginning.as_str())))
    }

    #[test]
    fn a_person_is_found_by_whatever_is_at_hand() {
        for typed in [
            "齋藤",
            "斎藤",
            "斎藤　龍",
            "龍",
            "竜",
            "齋",
            "サイトウ",
            "さいとう",
            "さいとうりゆう",
            "リュウ",
            "ｻｲﾄｳ",
            "saito",
            "SAITOU",
            "Saitoh Ryu",
            "ryuu",
            "ｓａｉｔｏ",
            "ryu.saito",
            "ryu.saito@example.com",
            "020 7946 0000",
            "+44 20 7946 0000",
            "0000",
            "79460000",
        ] {
            assert!(finds(typed), "{typed}");
        }
    }

    #[test]
    fn others_are_not_found() {
        for typed in [
            "",
            "　",
            "藤原",
            "佐藤",
            "saitama",
            "@",
            "12",
            "example.com",
            "7946",
            "竜齋",
        ] {
            assert!(!finds(typed), "{typed}");
        }
    }

    #[test]
    fn a_name_does_not_answer_for_an_address() {
        assert_eq!(beginnings("a@b"), ["ma@b"]);
        assert_eq!(beginnings("ono"), ["rONO", "mono"]);
        assert_eq!(beginnings("大野"), ["n大野"]);
    }
}

//! The invented people of `tests/data/sample-applicants.csv`, each filled in as a person would, judged by the rules.
//!
//! The file has its own expectation. Where the rules say otherwise the rules win, and the difference is listed here with its rule.

use std::collections::BTreeMap;

use super::*;
use crate::domain::application::photo::ChosenPhoto;

/// Whom the rules judge otherwise than the file, how, and by which rule.
#[rustfmt::skip]
const DIFFERENCES: &[(&str, &str, &str)] = &[
    ("TEST-051", "accept", "a passport may write a long vowel with H: no advice"),
    ("TEST-053", "accept", "a passport may write a long vowel with H: no advice"),
    ("TEST-061", "accept", "that two people look alike is seen where all applications are, not in one form"),
    ("TEST-062", "accept", "as TEST-061"),
    ("TEST-066", "accept", "as TEST-061"),
    ("TEST-067", "accept", "as TEST-061"),
    ("TEST-079", "accept", "under 15 the signing certificate is not issued, whatever is ticked; nothing to refuse"),
    ("TEST-103", "accept", "nationality is asked by the eligibility check (row 14), not by the form"),
    ("TEST-106", "accept", "a proxy may hand the form in; that she collects it herself stands on the page"),
    ("TEST-107", "accept", "the number is never asked: everybody writes it by hand"),
    ("TEST-111", "reject", "a ward that was divided: she chooses one of its successors"),
    ("TEST-123", "reject", "an address has at most 200 characters"),
    ("TEST-128", "accept", "signs of formulas are defused where tables are written, not where names are typed"),
    ("TEST-140", "reject", "a telephone number is needed, on Antarctica too"),
    ("TEST-144", "accept", "a long name is printed smaller, and nothing is wrong with it"),
    ("TEST-151", "accept", "somebody may be called 外務太郎"),
    ("TEST-158", "reject", "the card has eleven braille cells"),
    ("TEST-159", "accept", "PINs are never asked"),
    ("TEST-160", "accept", "PINs are never asked"),
    ("TEST-166", "accept", "the address is proven by its code, before the form begins"),
];

type Row = BTreeMap<String, String>;

fn people() -> Vec<Row> {
    let table = include_str!("../../../../tests/data/sample-applicants.csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn boxes<'a>(stem: [&'static str; 3], date: &'a str) -> Vec<(&'static str, &'a str)> {
    stem.into_iter().zip(date.split('-')).collect()
}

fn answers(row: &Row, section: Section) -> Answers {
    let of = |column: &str| row[column].as_str();
    let flag = |column: &str, value: &'static str| if of(column) == value { "yes" } else { "" };
    let address = [
        of("address_line1"),
        of("address_line2"),
        of("address_city"),
        of("address_state"),
        of("address_postal_code"),
    ]
    .join("\n");
    let place = if of("receive_at") == "mission" {
        "mission"
    } else {
        "honseki"
    };
    match section {
        Section::Person => person(row),
        Section::Register => register(row),
        Section::Contact => [
            ("tel", of("phone")),
            ("country", of("residence_country")),
            ("address", &address),
        ]
        .into_iter()
        .collect(),
        Section::Photo => [("photo_how", "upload")].into_iter().collect(),
        Section::Offices => [
            ("file_at", place),
            ("file_mission", of("mission_id")),
            ("pickup_at", "same"),
        ]
        .into_iter()
        .collect(),
        Section::Certs => [
            ("no_sign", flag("sign_certificate", "0")),
            ("no_auth", flag("auth_certificate", "0")),
            ("braille", flag("braille", "1")),
            ("braille_kana", of("braille_text")),
        ]
        .into_iter()
        .collect(),
        Section::Agent => agent(row, &address),
    }
}

fn person(row: &Row) -> Answers {
    let of = |column: &str| row[column].as_str();
    let roman = format!("{} {}", of("surname_romaji"), of("given_romaji"));
    let sex = of("sex").to_lowercase();
    let texts = [
        ("family", of("surname_kanji")),
        ("given", of("given_kanji")),
        ("family_kana", of("surname_kana")),
        ("given_kana", of("given_kana")),
        ("sex", &sex),
        ("roman", &roman),
    ];
    texts
        .into_iter()
        .chain(boxes(["dob_y", "dob_m", "dob_d"], of("birth_date")))
        .collect()
}

fn register(row: &Row) -> Answers {
    let of = |column: &str| row[column].as_str();
    let texts = [
        ("kind", of("application_type")),
        ("reissue_reason", of("reissue_reason")),
        ("honseki_pref", of("honseki_code").get(..2).unwrap()),
        ("honseki_city", of("honseki_name")),
        ("last_city", of("last_municipality_name")),
        ("return_plan", "no"),
    ];
    texts
        .into_iter()
        .chain(boxes(["left_y", "left_m", "left_d"], of("departure_date")))
        .collect()
}

fn agent(row: &Row, address: &str) -> Answers {
    let of = |column: &str| row[column].as_str();
    let (kind, relation) = match (of("representative_kind"), of("representative_relation")) {
        ("parent", relation) if relation.starts_with('父') => ("parent", "father"),
        ("parent", _) => ("parent", "mother"),
        ("voluntary", _) => ("proxy", "other"),
        _ => ("", ""),
    };
    let texts = [
        ("agent_kind", kind),
        ("agent_name", of("representative_name")),
        ("agent_relation", relation),
        ("agent_address", address),
        ("agent_tel", of("representative_phone")),
    ];
    texts.into_iter().collect()
}

fn judged(row: &Row) -> (&'static str, Vec<&'static str>) {
    let today: Date = row["application_date"].parse().unwrap();
    let mut draft = Draft::default();
    for section in Section::ALL {
        draft.set(section, &answers(row, section));
    }
    draft.set_photo(Some(ChosenPhoto { taken_on: today }));
    let reading = draft.read(today);
    let kinds = |problems: bool| -> Vec<&'static str> {
        let of = |section| {
            if problems {
                reading.problems(section)
            } else {
                reading.advice(section)
            }
        };
        Section::ALL
            .into_iter()
            .flat_map(of)
            .map(|problem| problem.kind)
            .collect()
    };
    let (problems, advice) = (kinds(true), kinds(false));
    match (reading.application(), advice.is_empty()) {
        (Err(_), _) => ("reject", problems),
        (Ok(_), true) => ("accept", Vec::new()),
        (Ok(_), false) => ("accept_with_warning", advice),
    }
}

#[test]
fn everybody_is_judged_by_the_rules_and_every_difference_from_the_file_is_explained() {
    let mut different = Vec::new();
    for row in people() {
        let (verdict, kinds) = judged(&row);
        if verdict != row["expected"] {
            different.push((
                row["id"].clone(),
                verdict,
                format!("{} {kinds:?} {}", row["expected"], row["expected_reasons"]),
            ));
        }
    }
    let listed: Vec<(&str, &str)> = DIFFERENCES
        .iter()
        .map(|(id, verdict, _)| (*id, *verdict))
        .collect();
    let found: Vec<(&str, &str)> = different
        .iter()
        .map(|(id, verdict, _)| (id.as_str(), *verdict))
        .collect();
    assert_eq!(found, listed, "{different:#?}");
}

//! The table of cases: section, what is typed over the good answers, what is said, and why. The catalogue's keys are proven against it.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::domain::application::KINDS;

type Case = (
    Section,
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
    &'static str,
);

const LONG: &str = "ああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああ";

#[rustfmt::skip]
const CASES: &[Case] = &[
    (Section::Person, &[("family", " "), ("given", "")], &["error-family-empty", "error-given-empty"], "spaces are nothing"),
    (Section::Person, &[("family", LONG), ("given", LONG)], &["error-family-too-long", "error-given-too-long"], "no register has such names"),
    (Section::Person, &[("family", "山😀"), ("given", "花\u{202e}子")], &["error-family-character", "error-given-character"], "no register holds these"),
    (Section::Person, &[("family_kana", ""), ("given_kana", "　")], &["error-family_kana-empty", "error-given_kana-empty"], "a reading is needed"),
    (Section::Person, &[("family_kana", LONG), ("given_kana", LONG)], &["error-family_kana-too-long", "error-given_kana-too-long"], "too long"),
    (Section::Person, &[("family_kana", "山だ"), ("given_kana", "Hanako")], &["error-family_kana-character", "error-given_kana-character"], "kanji and Latin letters are no reading"),
    (Section::Person, &[("family_kana", "や"), ("given_kana", "ハナコハナコハナコハナコハナコ")], &["advice-family_kana-length", "advice-given_kana-length", "advice-roman-differs"], "too short and too long for the kanji"),
    (Section::Person, &[("gaiji", "yes"), ("gaiji_note", LONG)], &["error-gaiji_note-too-long"], "100 characters"),
    (Section::Person, &[("gaiji_note", "はしご\u{7}高")], &["error-gaiji_note-character"], "a control character"),
    (Section::Person, &[("gaiji_note", "番号は 1234-5678-9018")], &["error-gaiji_note-my-number"], "a My Number never reaches us"),
    (Section::Person, &[("dob_y", ""), ("dob_m", ""), ("dob_d", "")], &["error-dob-empty"], "no date at all"),
    (Section::Person, &[("dob_y", "")], &["error-dob-year-missing"], "year"),
    (Section::Person, &[("dob_m", "")], &["error-dob-month-missing"], "month"),
    (Section::Person, &[("dob_d", " ")], &["error-dob-day-missing"], "day"),
    (Section::Person, &[("dob_y", "昭和")], &["error-dob-era"], "an era without a year"),
    (Section::Person, &[("dob_m", "13")], &["error-dob-month"], "month 13"),
    (Section::Person, &[("dob_y", "S64"), ("dob_m", "1"), ("dob_d", "8")], &["error-dob-real"], "昭和64年1月8日 never was"),
    (Section::Person, &[("dob_y", "2026"), ("dob_m", "11"), ("dob_d", "25")], &["error-dob-future"], "tomorrow"),
    (Section::Person, &[("dob_y", "M32"), ("dob_m", "12"), ("dob_d", "31")], &["error-dob-too-early"], "before 1900"),
    (Section::Person, &[("dob_y", "1914"), ("dob_m", "5"), ("dob_d", "29")], &["advice-dob-age"], "112 years: likely a slip, possible all the same"),
    (Section::Person, &[("sex", "x")], &["error-sex-empty"], "a value that was never offered"),
    (Section::Person, &[("roman", "ヤマダ")], &["error-roman-character"], "not Latin"),
    (Section::Person, &[("roman", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")], &["error-roman-too-long"], "too long"),
    (Section::Person, &[("roman", "SMITH HANAKO")], &["advice-roman-differs"], "another spelling is taken"),
    (Section::Person, &[("roman", "")], &[], "optional"),
    (Section::Person, &[("roman", "- ,")], &[], "marks without a letter are nothing"),
    (Section::Person, &[("family", "髙橋"), ("family_kana", "タカハシ"), ("roman", "")], &["advice-family-substitute"], "the certificate writes 高"),
    (Section::Person, &[("given", "福󠄀"), ("given_kana", "フク"), ("roman", "")], &["advice-given-substitute"], "a variant of the register"),
    (Section::Person, &[("family", "𡚴原"), ("given", "𡚴"), ("roman", "")], &["advice-family-no-substitute", "advice-given-no-substitute"], "only the municipality can say"),
    (Section::Person, &[("family", "々"), ("family_kana", "ノマ"), ("roman", "")], &["advice-family-iteration-mark"], "rare enough to ask"),
    (Section::Person, &[("family", "フォンホーエンツォレルンジグマリンゲン"), ("family_kana", "フォンホーエンツォレルンジグマリンゲン"), ("roman", "")], &[], "a long name is a name"),
    (Section::Person, &[("family", "一"), ("given", "一"), ("family_kana", "ハジメ"), ("given_kana", "ハジメ"), ("roman", "")], &[], "one stroke twice"),

    (Section::Register, &[("kind", "other")], &["error-kind-empty"], "a value that was never offered"),
    (Section::Register, &[("kind", "reissue")], &["error-reissue_reason-empty"], "why is needed"),
    (Section::Register, &[("kind", "reissue"), ("reissue_reason", "lost")], &[], "lost"),
    (Section::Register, &[("honseki_pref", "48"), ("honseki_city", "")], &["error-honseki_pref-empty", "error-honseki_city-empty"], "nothing to look up"),
    (Section::Register, &[("honseki_city", LONG)], &["error-honseki_city-too-long"], "too long"),
    (Section::Register, &[("honseki_city", "横浜市\u{0}")], &["error-honseki_city-character"], "a control character"),
    (Section::Register, &[("honseki_city", "123456789018")], &["error-honseki_city-my-number"], "a My Number never reaches us"),
    (Section::Register, &[("honseki_city", "横浜市")], &["error-honseki_city-ward"], "the ward keeps the register"),
    (Section::Register, &[("honseki_city", "横浜市"), ("honseki_code", "141046")], &[], "a ward that was offered"),
    (Section::Register, &[("honseki_city", "横浜市"), ("honseki_code", "131016")], &["error-honseki_city-ward"], "a ward that was not"),
    (Section::Register, &[("honseki_pref", "11"), ("honseki_city", "大宮市")], &["error-honseki_city-merged"], "merged: one of its successors"),
    (Section::Register, &[("honseki_pref", "22"), ("honseki_city", "清水")], &["error-honseki_city-choose"], "a ward and a town"),
    (Section::Register, &[("honseki_city", "qqqqqqqq")], &["error-honseki_city-not-found"], "nothing is like it"),
    (Section::Register, &[("left_y", "")], &["error-left-year-missing"], "year"),
    (Section::Register, &[("left_m", "")], &["error-left-month-missing"], "month"),
    (Section::Register, &[("left_d", "")], &["error-left-day-missing"], "day"),
    (Section::Register, &[("left_y", ""), ("left_m", ""), ("left_d", "")], &[], "optional"),
    (Section::Register, &[("left_y", "19")], &["error-left-era"], "neither era nor four digits"),
    (Section::Register, &[("left_m", "0")], &["error-left-month"], "month 0"),
    (Section::Register, &[("left_m", "2"), ("left_d", "30")], &["error-left-real"], "30 February"),
    (Section::Register, &[("left_y", "1988"), ("left_m", "4"), ("left_d", "26")], &["error-left-before-birth"], "the day before her birth"),
    (Section::Register, &[("left_y", "2015"), ("left_m", "10"), ("left_d", "4")], &["error-left-before-numbers"], "a day too early for a number"),
    (Section::Register, &[("left_y", "2015"), ("left_m", "10"), ("left_d", "5")], &[], "the first day of numbers"),
    (Section::Register, &[("left_y", "2026"), ("left_m", "11"), ("left_d", "25")], &["advice-left-future"], "still a resident"),
    (Section::Register, &[("last_city", LONG)], &["error-last_city-too-long"], "too long"),
    (Section::Register, &[("last_city", "a\nb")], &["error-last_city-character"], "one line"),
    (Section::Register, &[("last_city", "１２３４ ５６７８ ９０１８")], &["error-last_city-my-number"], "a My Number never reaches us"),
    (Section::Register, &[("return_plan", "")], &["error-return_plan-empty"], "is asked"),
    (Section::Register, &[("return_plan", "within6m")], &["advice-return_plan-soon"], "moving in ends the application"),

    (Section::Contact, &[("tel", ""), ("country", "")], &["error-tel-empty", "error-country-empty"], "both are needed"),
    (Section::Contact, &[("country", "ユートピア")], &["error-country-unknown"], "no such country"),
    (Section::Contact, &[("tel", "090-1234-5678")], &["error-tel-country-code"], "a domestic number"),
    (Section::Contact, &[("tel", "+44 20")], &["error-tel-too-short"], "too short"),
    (Section::Contact, &[("tel", "+44 20 7946 0000 0000 000")], &["error-tel-too-long"], "more than fifteen digits"),
    (Section::Contact, &[("tel", "+44 abc")], &["error-tel-character"], "letters"),
    (Section::Contact, &[("country", "JP"), ("address", "")], &["advice-country-japan"], "this is for people abroad"),
    (Section::Contact, &[("address", "")], &[], "optional"),
    (Section::Contact, &[("address", LONG)], &["error-address-too-long"], "200 characters"),
    (Section::Contact, &[("address", "a\nb\nc\nd\ne\nf\ng")], &["error-address-too-many-lines"], "six lines"),
    (Section::Contact, &[("address", "a\u{0}")], &["error-address-character"], "a control character"),
    (Section::Contact, &[("address", "London\n123456789018")], &["error-address-my-number"], "a My Number never reaches us"),
    (Section::Contact, &[("address", "1 Example Street\nLondon")], &["advice-address-postcode"], "no postcode of the country"),
    (Section::Contact, &[("email2", "nobody")], &["error-email2-form"], "no @"),
    (Section::Contact, &[("email2", "花子@example.com")], &["error-email2-latin"], "most servers cannot carry it"),
    (Section::Contact, &[("email2", "hanako@gmial.com")], &["advice-email2-domain"], "probably gmail.com"),
    (Section::Contact, &[("contact2", LONG)], &["error-contact2-too-long"], "100 characters"),
    (Section::Contact, &[("contact2", "a\r\nBcc: x@example.com")], &["error-contact2-character"], "one line"),
    (Section::Contact, &[("contact2", "1234.5678.9018")], &["error-contact2-my-number"], "a My Number never reaches us"),

    (Section::Photo, &[("photo_how", "")], &["error-photo_how-empty"], "is asked"),
    (Section::Photo, &[("photo_how", "upload")], &["error-photo-empty"], "no photo was chosen"),

    (Section::Offices, &[("file_at", ""), ("pickup_at", "")], &["error-file_at-empty", "error-pickup_at-empty"], "both are asked"),
    (Section::Offices, &[("file_country", "ユートピア"), ("pickup_at", "mission"), ("pickup_country", "\u{1}"), ("pickup_mission", "emb-gb")],
        &["error-file_country-unknown", "error-pickup_country-unknown"], "no such country: nothing to choose from"),
    (Section::Offices, &[("file_country", "AQ"), ("file_mission", ""), ("pickup_at", "mission"), ("pickup_country", "AQ"), ("pickup_mission", "")],
        &["error-file_country-without-mission", "error-file_mission-empty", "error-pickup_country-without-mission", "error-pickup_mission-empty"], "no mission there"),
    (Section::Offices, &[("file_mission", "emb-xx"), ("pickup_at", "mission")], &["error-file_mission-empty", "error-pickup_mission-empty"], "no such mission; none chosen"),
    (Section::Offices, &[("file_at", "municipality"), ("file_pref", "99"), ("pickup_at", "municipality")],
        &["error-file_pref-empty", "error-file_city-empty", "error-pickup_pref-empty", "error-pickup_city-empty"], "which municipality"),
    (Section::Offices, &[("file_at", "municipality"), ("file_pref", "14"), ("file_city", LONG), ("pickup_at", "municipality"), ("pickup_pref", "14"), ("pickup_city", LONG)],
        &["error-file_city-too-long", "error-pickup_city-too-long"], "too long"),
    (Section::Offices, &[("file_at", "municipality"), ("file_pref", "14"), ("file_city", "\u{1}"), ("pickup_at", "municipality"), ("pickup_pref", "14"), ("pickup_city", "\u{1}")],
        &["error-file_city-character", "error-pickup_city-character"], "control characters"),
    (Section::Offices, &[("file_at", "municipality"), ("file_pref", "14"), ("file_city", "123456789018"), ("pickup_at", "municipality"), ("pickup_pref", "14"), ("pickup_city", "123456789018")],
        &["error-file_city-my-number", "error-pickup_city-my-number"], "a My Number never reaches us"),
    (Section::Offices, &[("file_at", "municipality"), ("file_pref", "14"), ("file_city", "qqqqqqqq"), ("pickup_at", "municipality"), ("pickup_pref", "14"), ("pickup_city", "qqqqqqqq")],
        &["error-file_city-not-found", "error-pickup_city-not-found"], "nothing is like it"),
    (Section::Offices, &[("file_at", "municipality"), ("file_pref", "11"), ("file_city", "大宮市"), ("pickup_at", "municipality"), ("pickup_pref", "11"), ("pickup_city", "大宮市")],
        &["error-file_city-merged", "error-pickup_city-merged"], "merged"),
    (Section::Offices, &[("file_at", "municipality"), ("file_pref", "22"), ("file_city", "清水"), ("pickup_at", "municipality"), ("pickup_pref", "22"), ("pickup_city", "清水")],
        &["error-file_city-choose", "error-pickup_city-choose"], "a ward and a town"),
    (Section::Offices, &[("file_at", "municipality"), ("file_pref", "14"), ("file_city", "横浜市"), ("pickup_at", "municipality"), ("pickup_pref", "14"), ("pickup_city", "横浜市")],
        &["error-file_city-ward", "error-pickup_city-ward"], "the ward is the counter"),
    (Section::Offices, &[("file_mission", "emb-fr"), ("pickup_at", "mission"), ("pickup_mission", "emb-fr")],
        &["advice-file_mission-other-country", "advice-pickup_mission-other-country"], "allowed"),
    (Section::Offices, &[("file_at", "honseki"), ("pickup_at", "honseki")], &[], "the quickest way"),
    (Section::Offices, &[("file_at", "honseki"), ("pickup_at", "same")], &[], "by post, then in person"),

    (Section::Certs, &[("braille", "yes"), ("braille_kana", "")], &["error-braille_kana-empty"], "what is to be written"),
    (Section::Certs, &[("braille", "yes"), ("braille_kana", LONG)], &["error-braille_kana-too-long"], "no reading is so long"),
    (Section::Certs, &[("braille", "yes"), ("braille_kana", "山田")], &["error-braille_kana-character"], "kana only"),
    (Section::Certs, &[("braille", "yes"), ("braille_kana", "カデノコウジ シンザエモン")], &["error-braille_kana-cells"], "eleven cells"),
    (Section::Certs, &[("braille", ""), ("braille_kana", "山田")], &[], "not ticked, not read"),
    (Section::Certs, &[("insurance", ""), ("no_sign", "yes"), ("no_auth", "yes")], &[], "all optional"),

    (Section::Agent, &[("agent_kind", "friend")],
        &["error-agent_kind-empty", "error-agent_name-empty", "error-agent_relation-empty", "error-agent_address-empty", "error-agent_tel-empty"], "begun, so all of it"),
    (Section::Agent, &[("agent_kind", "proxy"), ("agent_name", LONG), ("agent_relation", "other"), ("agent_address", LONG), ("agent_tel", "+81 3")],
        &["error-agent_name-too-long", "error-agent_address-too-long", "error-agent_tel-too-short"], "too long, too short"),
    (Section::Agent, &[("agent_kind", "proxy"), ("agent_name", "a\nb"), ("agent_relation", "other"), ("agent_address", "\u{202e}a"), ("agent_tel", "+81 x y")],
        &["error-agent_name-character", "error-agent_address-character", "error-agent_tel-too-short"], "one line; no overrides"),
    (Section::Agent, &[("agent_kind", "proxy"), ("agent_name", "123456789018"), ("agent_relation", "other"), ("agent_address", "123456789018"), ("agent_tel", "03-1234-5678")],
        &["error-agent_name-my-number", "error-agent_address-my-number", "error-agent_tel-country-code"], "a My Number never reaches us"),
    (Section::Agent, &[("agent_kind", "guardian"), ("agent_name", "見本 太郎"), ("agent_relation", "other"), ("agent_address", "a\nb\nc\nd\ne\nf\ng"), ("agent_tel", "+81 あ")],
        &["error-agent_address-too-many-lines", "error-agent_tel-character"], "six lines"),
    (Section::Agent, &[("agent_kind", "guardian"), ("agent_name", "見本 太郎"), ("agent_relation", "other"), ("agent_address", "東京都千代田区"), ("agent_tel", "+81 3 1234 5678 9012 34567")],
        &["error-agent_tel-too-long"], "too long"),
    (Section::Agent, &[("agent_kind", "proxy"), ("agent_name", "見本 太郎"), ("agent_relation", "other"), ("agent_address", "東京都千代田区"), ("agent_tel", "+81 3 1234 5678")], &[], "asked to hand it in"),
];

type Parts = &'static [(Section, &'static [(&'static str, &'static str)])];

/// Cases that need more than one section: whose answers are typed in which.
#[rustfmt::skip]
const ACROSS: &[(Parts, Section, &[&str], &str)] = &[
    (&[(Section::Person, &[("dob_y", "2019"), ("dob_m", "6"), ("dob_d", "30")])], Section::Register, &["advice-left-on-birthday"], "unlikely on the day of birth"),
    (&[(Section::Contact, &[("country", "AQ")])], Section::Offices, &["advice-file_mission-none-in-country"], "no mission there: any other"),
    (&[(Section::Contact, &[("country", "AQ")]), (Section::Offices, &[("file_at", "honseki"), ("pickup_at", "mission"), ("pickup_mission", "emb-gb")])],
        Section::Offices, &["advice-pickup_mission-none-in-country"], "no mission there: any other"),
    (&[(Section::Contact, &[("country", "PS")]), (Section::Offices, &[("file_mission", "rep-ps-ramallah"), ("pickup_at", "mission"), ("pickup_mission", "rep-ps-ramallah")])],
        Section::Offices, &["advice-file_mission-not-consular", "advice-pickup_mission-not-consular"], "not a consulate"),
    (&[(Section::Person, &[("dob_y", "2012")])], Section::Agent,
        &["error-agent_kind-under-15", "error-agent_name-empty", "error-agent_relation-empty", "error-agent_address-empty", "error-agent_tel-empty"], "a child does not act alone"),
    (&[(Section::Person, &[("dob_y", "2012")]), (Section::Agent, &[("agent_kind", "proxy"), ("agent_name", "見本 太郎"), ("agent_relation", "other"), ("agent_address", "London"), ("agent_tel", "+44 20 7946 0000")])],
        Section::Agent, &["error-agent_kind-not-legal"], "nobody but the legal representative"),
];

fn kinds_of(draft: &Draft, section: Section) -> Vec<(&'static str, Vec<&'static str>)> {
    let reading = draft.read(TODAY);
    let all = reading
        .problems(section)
        .iter()
        .chain(reading.advice(section));
    all.map(|problem| {
        (
            problem.kind,
            problem.facts.iter().map(|(name, _)| *name).collect(),
        )
    })
    .collect()
}

fn across(parts: Parts) -> Draft {
    let mut whole = draft(Section::Agent, &[]);
    for (section, changes) in parts {
        whole.set(*section, &typed(*section, changes));
    }
    whole
}

fn old_photo() -> Draft {
    let mut whole = draft(Section::Photo, &[("photo_how", "upload")]);
    whole.set_photo(Some(crate::domain::application::photo::ChosenPhoto {
        taken_on: date(2026, 5, 23),
    }));
    whole
}

#[test]
fn each_answer_gets_exactly_its_problems_and_its_advice() {
    for (section, changes, expected, why) in CASES {
        let kinds: Vec<&str> = kinds_of(&draft(*section, changes), *section)
            .into_iter()
            .map(|(kind, _)| kind)
            .collect();
        assert_eq!(kinds, *expected, "{}: {why}", section.as_str());
    }
    for (parts, section, expected, why) in ACROSS {
        let kinds: Vec<&str> = kinds_of(&across(parts), *section)
            .into_iter()
            .map(|(kind, _)| kind)
            .collect();
        assert_eq!(kinds, *expected, "{}: {why}", section.as_str());
    }
}

#[test]
fn the_list_of_kinds_is_exactly_what_the_rules_say_with_exactly_its_facts() {
    let mut said: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let cases = CASES
        .iter()
        .map(|(section, changes, ..)| kinds_of(&draft(*section, changes), *section));
    let whole = ACROSS
        .iter()
        .map(|(parts, section, ..)| kinds_of(&across(parts), *section));
    for (kind, facts) in cases
        .chain(whole)
        .chain([kinds_of(&old_photo(), Section::Photo)])
        .flatten()
    {
        said.entry(kind).or_default().extend(facts);
    }
    let listed: BTreeMap<&str, BTreeSet<&str>> = KINDS
        .iter()
        .map(|(kind, facts)| (*kind, facts.iter().copied().collect()))
        .collect();
    assert_eq!(listed.len(), KINDS.len(), "no kind twice");
    for (kind, facts) in &said {
        assert_eq!(
            listed.get(kind),
            Some(facts),
            "{kind} is not in the list like this"
        );
    }
    let unsaid: Vec<&&str> = listed
        .keys()
        .filter(|kind| !said.contains_key(**kind))
        .collect();
    assert_eq!(unsaid, Vec::<&&str>::new(), "listed, and no case says them");
}

#[test]
fn a_problem_is_reported_under_a_field_of_its_own_section() {
    for (section, changes, ..) in CASES {
        let reading = draft(*section, changes).read(TODAY);
        for problem in reading
            .problems(*section)
            .iter()
            .chain(reading.advice(*section))
        {
            let stem = |field: &&&str| field.starts_with(problem.field);
            assert!(
                section.fields().iter().any(|field| stem(&field)),
                "{} is no field of {}",
                problem.field,
                section.as_str()
            );
        }
    }
}

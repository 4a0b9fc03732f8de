//! From a case and a moment to the facts of a mail: offices by their names, days as they are written where the office is.

use jiff::Timestamp;
use jiff::civil::Date;

use super::case_words::{CorrectionItem, Deadline, InBoth, Place, ReadyFacts, VisitFacts};
use crate::domain::application::office::OfficeKind;
use crate::domain::defect::DefectCode;
use crate::domain::desk;
use crate::domain::office_code::OfficeCode;
use crate::i18n::{self, Lang};

/// An office as a mail names it; its code when the tables no longer have it.
pub fn place(lang: Lang, code: &OfficeCode) -> Place {
    let Some(office) = desk::office(code) else {
        return Place {
            name: code.as_str().to_owned(),
            address: Vec::new(),
            phone: None,
        };
    };
    let is_municipality = office.kind != OfficeKind::Mission;
    let address = match (lang, is_municipality) {
        (Lang::En, true) => office.address_latin,
        _ => office.address.into_iter().collect(),
    };
    Place {
        name: match lang {
            Lang::Ja => office.name_ja,
            Lang::En => office.name_latin,
        },
        address,
        phone: office.phone,
    }
}

/// The name of an office in a mail.
pub fn office_name(lang: Lang, code: &OfficeCode) -> String {
    place(lang, code).name
}

/// Whose clock an office's dates are read on: 「ロンドン時間」, "London time".
pub fn zone_name(lang: Lang, office: Option<&OfficeCode>) -> String {
    match (office.and_then(desk::city), lang) {
        (Some((ja, _)), Lang::Ja) => format!("{ja}時間"),
        (Some((_, en)), Lang::En) => format!("{en} time"),
        (None, Lang::Ja) => "日本時間".to_owned(),
        (None, Lang::En) => "Japan time".to_owned(),
    }
}

/// Today where an office is; in Japan without one.
pub fn today_at(office: Option<&OfficeCode>, now: Timestamp) -> Date {
    let zone = office.map_or_else(desk::japan, desk::zone_of);
    now.to_zoned(zone).date()
}

/// A day with its weekday.
pub fn day(lang: Lang, date: Date) -> String {
    i18n::date_with_weekday(lang, date)
}

/// A last day at an office.
pub fn deadline(lang: Lang, date: Date, office: Option<&OfficeCode>) -> Deadline {
    Deadline {
        day: day_without_year(lang, date),
        date: day(lang, date),
        zone: zone_name(lang, office),
    }
}

/// 「12月21日」, "21 December".
pub fn day_without_year(lang: Lang, date: Date) -> String {
    let text = i18n::date(lang, date);
    let day = match lang {
        Lang::Ja => text.split_once('年').map(|(_, day)| day),
        Lang::En => text.rsplit_once(' ').map(|(day, _)| day),
    };
    day.unwrap_or(&text).to_owned()
}

/// What is to be corrected, in the catalogue's words; each code once.
pub fn correction_items(lang: Lang, codes: &[DefectCode]) -> Vec<CorrectionItem> {
    let mut told: Vec<DefectCode> = Vec::new();
    for code in codes {
        if !told.contains(code) {
            told.push(*code);
        }
    }
    told.into_iter()
        .map(|code| CorrectionItem {
            what: i18n::text(lang, code.key()).into_owned(),
            fix: i18n::text(lang, code.fix_key()).into_owned(),
        })
        .collect()
}

/// When and where a card can be collected, in both languages.
pub fn ready(deadline_on: Date, office: &OfficeCode) -> InBoth<ReadyFacts> {
    let facts = |lang| ReadyFacts {
        deadline: deadline(lang, deadline_on, Some(office)),
        place: place(lang, office),
    };
    InBoth {
        ja: facts(Lang::Ja),
        en: facts(Lang::En),
    }
}

/// When and where a visit takes place, in both languages: the office's time, and Japan's when that is another.
pub fn visit(begins: Timestamp, office: &OfficeCode) -> InBoth<VisitFacts> {
    let zone = desk::zone_of(office);
    let there = begins.to_zoned(zone.clone());
    let home = begins.to_zoned(desk::japan());
    let facts = |lang: Lang| {
        let name = zone_name(lang, Some(office));
        let at_home = || {
            let time = time_of(lang, &home);
            match lang {
                Lang::Ja => format!("日本時間 {}{time}", day(lang, home.date())),
                Lang::En => format!("{}, {time} Japan time", day(lang, home.date())),
            }
        };
        let (date, time) = (day(lang, there.date()), time_of(lang, &there));
        let (subject, at) = match lang {
            Lang::Ja => (
                format!(
                    "{} {:02}:{:02}",
                    day_without_year(lang, there.date()),
                    there.hour(),
                    there.minute()
                ),
                format!("{date}{time}（{name}）"),
            ),
            Lang::En => (
                format!("{}, {time}", day_without_year(lang, there.date())),
                format!("{date}, {time} ({name})"),
            ),
        };
        VisitFacts {
            subject,
            at,
            in_japan: (there.offset() != home.offset()).then(at_home),
            place: place(lang, office),
        }
    };
    InBoth {
        ja: facts(Lang::Ja),
        en: facts(Lang::En),
    }
}

fn time_of(lang: Lang, at: &jiff::Zoned) -> String {
    match lang {
        Lang::Ja => format!("{}時{:02}分", at.hour(), at.minute()),
        Lang::En => format!("{:02}:{:02}", at.hour(), at.minute()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> OfficeCode {
        OfficeCode::parse(text).unwrap()
    }

    #[test]
    fn the_day_in_a_subject_has_no_year() {
        let date = jiff::civil::date(2026, 12, 21);
        assert_eq!(day_without_year(Lang::Ja, date), "12月21日");
        assert_eq!(day_without_year(Lang::En, date), "21 December");
    }

    #[test]
    fn a_visit_is_told_in_the_office_s_time_and_in_japan_s_when_that_differs() {
        let begins = "2027-01-26T10:00:00Z".parse().unwrap();
        let london = visit(begins, &code("emb-gb"));
        assert_eq!(london.ja.at, "2027年1月26日（火）10時00分（ロンドン時間）");
        assert_eq!(
            london.ja.in_japan.as_deref(),
            Some("日本時間 2027年1月26日（火）19時00分")
        );
        assert_eq!(london.en.at, "Tuesday 26 January 2027, 10:00 (London time)");
        let yokohama = visit(begins, &code("141046"));
        assert_eq!(
            (yokohama.ja.at.as_str(), yokohama.ja.in_japan),
            ("2027年1月26日（火）19時00分（日本時間）", None)
        );
    }

    #[test]
    fn today_is_the_office_s_today() {
        let now = "2026-11-23T23:30:00Z".parse().unwrap();
        for (office, today) in [
            ("emb-gb", "2026-11-23"),
            ("141046", "2026-11-24"),
            ("emb-us", "2026-11-23"),
        ] {
            assert_eq!(today_at(Some(&code(office)), now).to_string(), today);
        }
    }

    #[test]
    fn a_defect_found_twice_is_told_once() {
        let items = correction_items(Lang::Ja, &[DefectCode::D09, DefectCode::D09]);
        assert_eq!(items.len(), 1);
    }
}

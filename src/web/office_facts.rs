//! What an office said about itself, in words: the same on its public page, on the applicant's pages and before those who change it.
//!
//! What it has not said is shown as unknown, with the advice to ask. Words it said in one language alone are shown in that language and marked as such.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::frame::Frame;
use crate::clock::japan;
use crate::domain::application::office::MailPolicy;
use crate::domain::office::OfficeSettings;
use crate::domain::office::closing;
use crate::domain::office::hours::{self, WEEK};
use crate::domain::office::settings::{
    Bilingual, Booking, OfficeForm, PinSetting, Proxy, may_be_stale,
};
use crate::i18n::{self, Lang};
use crate::storage::offices::Office;

/// Closing days are shown for so many days ahead.
pub const CLOSING_DAYS_AHEAD: i32 = 60;

/// A few words, and their language when it is not the page's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The words.
    pub text: String,
    /// Their language, if another one.
    pub lang: Option<&'static str>,
}

/// Something about an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is about.
    pub label: String,
    /// What is known, line by line.
    pub lines: Vec<Words>,
}

/// The date at an office.
pub fn today_at(office: &Office, now: Timestamp) -> Date {
    let zone = TimeZone::get(&office.entry.zone).unwrap_or_else(|_unknown| japan());
    now.to_zoned(zone).date()
}

/// The name for a reader: Japanese, or in English pages what stands in Latin letters for a mission. A municipality keeps its Japanese name.
pub fn name_of(lang: Lang, office: &Office) -> Words {
    match lang {
        Lang::En if office.code().is_mission() => own(&office.entry.name_latin),
        Lang::En => Words {
            text: office.entry.name_ja.clone(),
            lang: Some("ja"),
        },
        Lang::Ja => own(&office.entry.name_ja),
    }
}

fn own(text: impl Into<String>) -> Words {
    Words {
        text: text.into(),
        lang: None,
    }
}

/// Everything an office said, as of `today` there; and at the end what it has not said yet, with the advice to ask.
pub fn facts(frame: &Frame, office: &Office, today: Date) -> Vec<Fact> {
    let said = Said {
        frame,
        settings: &office.settings,
    };
    let label = |key: &str| frame.t(key).into_owned();
    let (mut known, unknown): (Vec<Fact>, Vec<Fact>) = [
        ("facts-hours", said.hours()),
        ("facts-closing", said.closing(today)),
        ("facts-mail", said.mail()),
        ("facts-booking", said.booking()),
        (
            "facts-ids-application",
            said.lines(&said.settings.ids_at_application),
        ),
        ("facts-ids-pickup", said.lines(&said.settings.ids_at_pickup)),
        ("facts-proxy", said.proxy()),
        ("facts-pins", said.pins()),
        ("facts-terms", said.terms()),
        ("facts-remarks", said.lines(&said.settings.remarks)),
    ]
    .map(|(key, lines)| Fact {
        label: label(key),
        lines,
    })
    .into_iter()
    .partition(|fact| !fact.lines.is_empty());
    let asked_for = unknown
        .into_iter()
        .map(|fact| fact.label)
        .filter(|name| *name != label("facts-remarks"));
    let to_ask: Vec<Words> = asked_for.map(own).collect();
    if !to_ask.is_empty() {
        known.push(Fact {
            label: label("facts-unknown"),
            lines: to_ask,
        });
    }
    known
}

struct Said<'a> {
    frame: &'a Frame,
    settings: &'a OfficeSettings,
}

impl Said<'_> {
    /// The office's own words, line by line.
    fn lines(&self, words: &Bilingual) -> Vec<Words> {
        let Some((text, lang)) = words.for_reader(self.frame.lang == Lang::Ja) else {
            return Vec::new();
        };
        let lang = (lang != self.frame.lang.as_str()).then_some(lang);
        text.lines()
            .map(|line| Words {
                text: line.to_owned(),
                lang,
            })
            .collect()
    }

    fn hours(&self) -> Vec<Words> {
        let Some(week) = &self.settings.hours else {
            return Vec::new();
        };
        let day = |(number, weekday): (usize, _)| {
            let openings = week.on(weekday);
            let hours = if openings.is_empty() {
                self.frame.t("facts-closed").into_owned()
            } else {
                hours::written(openings)
            };
            let name = self.frame.t(&format!("facts-day-{number}"));
            own(self
                .frame
                .t2("facts-day-line", ("day", &name), ("hours", &hours)))
        };
        (1..).zip(WEEK).map(day).collect()
    }

    fn closing(&self, today: Date) -> Vec<Words> {
        let listed = &self.settings.closing_days;
        if listed.is_empty() {
            return Vec::new();
        }
        let soon = closing::within(listed, today, CLOSING_DAYS_AHEAD);
        if soon.is_empty() {
            return vec![own(self.frame.t("facts-closing-none"))];
        }
        let line = |day: &closing::ClosingDay| {
            let date = self.frame.day(&day.date);
            match day.name.for_reader(self.frame.lang == Lang::Ja) {
                Some((name, lang)) => Words {
                    text: format!("{date} {name}"),
                    lang: (lang != self.frame.lang.as_str()).then_some(lang),
                },
                None => own(date),
            }
        };
        soon.iter().map(line).collect()
    }

    fn mail(&self) -> Vec<Words> {
        if self.settings.mail.is_empty() {
            return Vec::new();
        }
        let form = |form: &OfficeForm| {
            let rule = self.settings.mail_rule(*form);
            let name = self.frame.t(&format!("facts-form-{}", form.as_str()));
            let policy = self.frame.t(policy_key(rule.policy));
            let line = own(self
                .frame
                .t2("facts-mail-line", ("form", &name), ("policy", &policy)));
            std::iter::once(line)
                .chain(self.lines(&rule.conditions))
                .collect::<Vec<_>>()
        };
        OfficeForm::ALL.iter().flat_map(form).collect()
    }

    fn booking(&self) -> Vec<Words> {
        match self.settings.booking {
            Booking::Unknown => self.lines(&self.settings.booking_how),
            said => self.choice(
                &format!("facts-booking-{}", said.as_str()),
                &self.settings.booking_how,
            ),
        }
    }

    fn proxy(&self) -> Vec<Words> {
        match self.settings.proxy {
            Proxy::Unknown => self.lines(&self.settings.proxy_how),
            said => self.choice(
                &format!("facts-proxy-{}", said.as_str()),
                &self.settings.proxy_how,
            ),
        }
    }

    fn pins(&self) -> Vec<Words> {
        match self.settings.pins {
            PinSetting::Unknown => Vec::new(),
            said => self.choice(
                &format!("facts-pins-{}", said.as_str()),
                &Bilingual::default(),
            ),
        }
    }

    fn choice(&self, key: &str, how: &Bilingual) -> Vec<Words> {
        std::iter::once(own(self.frame.t(key)))
            .chain(self.lines(how))
            .collect()
    }

    fn terms(&self) -> Vec<Words> {
        let terms = &self.settings.terms;
        [
            ("facts-terms-first", terms.first_days),
            ("facts-terms-second", terms.second_days),
            ("facts-terms-disposal", terms.disposal_days),
        ]
        .map(|(key, days)| {
            own(i18n::text_with(
                self.frame.lang,
                key,
                &[("days", days.to_string())],
            ))
        })
        .into()
    }
}

/// The words for a mail policy.
pub const fn policy_key(policy: MailPolicy) -> &'static str {
    match policy {
        MailPolicy::Accepted => "facts-policy-accepted",
        MailPolicy::Refused => "facts-policy-refused",
        MailPolicy::Conditional => "facts-policy-conditional",
        MailPolicy::Unknown => "facts-policy-unknown",
    }
}

/// When all of it was last checked, and how long ago that is.
pub fn checked(frame: &Frame, office: &Office, today: Date) -> String {
    let Some(day) = office.checked_on else {
        return frame.t("facts-checked-never").into_owned();
    };
    let days = (today - day).get_days().max(0);
    let date = frame.day(&day);
    frame.t2(
        "facts-checked-on",
        ("date", &date),
        ("days", &days.to_string()),
    )
}

/// Whether a reader should be told that it may be out of date.
pub fn is_stale(office: &Office, today: Date) -> bool {
    may_be_stale(office.checked_on, today)
}

/// What matters when choosing an office, in one line: post, appointment, last check. Nothing when the office never said anything.
pub fn in_short(frame: &Frame, office: &Office, form: OfficeForm) -> Option<String> {
    if office.version == 0 {
        return None;
    }
    let policy = frame.t(policy_key(office.settings.mail_rule(form).policy));
    let mail = frame.t1("facts-short-mail", "policy", policy);
    let booking = match office.settings.booking {
        Booking::Unknown => String::new(),
        said => frame
            .t(&format!("facts-booking-{}", said.as_str()))
            .into_owned(),
    };
    let checked = office
        .checked_on
        .map(|day| frame.t1("facts-short-checked", "date", frame.day(&day)))
        .unwrap_or_default();
    let separator = frame.t("facts-short-separator");
    let parts: Vec<String> = [mail, booking, checked]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    Some(parts.join(&separator))
}

/// What to know before a form is posted or brought: the office's conditions, appointments, documents. Nothing of what it never said.
pub fn before_you_go(frame: &Frame, office: &Office, form: OfficeForm) -> Vec<Words> {
    let said = Said {
        frame,
        settings: &office.settings,
    };
    let mut lines = said.lines(&office.settings.mail_rule(form).conditions);
    lines.extend(said.booking());
    lines.extend(said.lines(&office.settings.ids_at_application));
    lines
}

/// Where the office is, by its own word or else by the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// The counter to ask for.
    pub counter: Vec<Words>,
    /// The address, with the Japanese postcode before it.
    pub address: Vec<Words>,
    /// Telephone.
    pub phone: Option<String>,
    /// Web site.
    pub website: Option<String>,
}

/// Where the office is.
pub fn whereabouts(frame: &Frame, office: &Office) -> Whereabouts {
    let (own, table) = (&office.settings.whereabouts, &office.entry);
    let said = Said {
        frame,
        settings: &office.settings,
    };
    let is_japanese = frame.lang != Lang::Ja && !office.code().is_mission();
    let lang = is_japanese.then_some("ja");
    let postcode = own.postcode.as_ref().or(table.postcode.as_ref());
    let postcode =
        postcode.and_then(|code| Some(format!("〒{}-{}", code.get(..3)?, code.get(3..)?)));
    let address = own.address.clone().or_else(|| table.address.clone());
    Whereabouts {
        counter: said.lines(&own.counter),
        address: postcode
            .into_iter()
            .chain(address)
            .map(|text| Words { text, lang })
            .collect(),
        phone: own.phone.clone().or_else(|| table.phone.clone()),
        website: own.website.clone().or_else(|| table.website.clone()),
    }
}

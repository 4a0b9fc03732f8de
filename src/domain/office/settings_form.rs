//! The settings of an office as its page types them (S09), and what can be wrong with them.
//!
//! Fields: `hours_1` … `hours_7` (Monday first), `closing` (a day in each line), `close_<date>` (a suggested day, ticked), `mail_<form>` with
//! `mail_<form>_ja` and `_en`, `booking`, `proxy`, `pins` with their words, `ids_application_ja` …, `first_days`, `second_days`, `disposal_days`,
//! `reminder_days`, `shipment_days`, `transfer_days`, `counter_ja`, `counter_en`, `postcode`, `address`, `address_latin`, `phone`, `website`, `remarks_ja`, `remarks_en`.

use super::closing;
use super::hours::{self, WeekHours};
use super::settings::{
    Bilingual, Booking, MailRule, OfficeForm, OfficeSettings, PinSetting, Proxy, Terms, Whereabouts,
};
use crate::domain::answers::{Answers, Checked, Problem};
use crate::domain::application::office::MailPolicy;
use crate::domain::deadline::LONGEST_PICKUP_DAYS;
use crate::domain::free_text::{self, TextError};
use crate::domain::text;

/// The fields of the hours, Monday first.
pub const HOURS: [&str; 7] = [
    "hours_1", "hours_2", "hours_3", "hours_4", "hours_5", "hours_6", "hours_7",
];

/// The fields of one form's mail policy.
#[derive(Debug, Clone, Copy)]
pub struct MailFields {
    /// Which form.
    pub form: OfficeForm,
    /// The policy.
    pub policy: &'static str,
    /// The conditions in Japanese.
    pub ja: &'static str,
    /// The conditions in English.
    pub en: &'static str,
}

macro_rules! mail_fields {
    ($form:ident, $name:literal) => {
        MailFields {
            form: OfficeForm::$form,
            policy: concat!("mail_", $name),
            ja: concat!("mail_", $name, "_ja"),
            en: concat!("mail_", $name, "_en"),
        }
    };
}

/// The fields of the mail policy, form by form.
pub const MAIL: [MailFields; 6] = [
    mail_fields!(New, "new"),
    mail_fields!(Renewal, "renewal"),
    mail_fields!(Reissue, "reissue"),
    mail_fields!(Change, "change"),
    mail_fields!(Withdrawal, "withdrawal"),
    mail_fields!(Pin, "pin"),
];

/// The policies a page offers, with the value each has in the form.
pub const POLICIES: [(MailPolicy, &str); 4] = [
    (MailPolicy::Unknown, "unknown"),
    (MailPolicy::Accepted, "accepted"),
    (MailPolicy::Conditional, "conditional"),
    (MailPolicy::Refused, "refused"),
];

/// What stands before the date in the name of a suggested day's box.
pub const CLOSE: &str = "close_";

const LINE: usize = 200;
const LINES: usize = 2_000;

/// Kinds of problems and their facts.
pub const KINDS: &[(&str, &[&str])] = &[
    ("error-office-hours", &["x"]),
    ("error-office-closing", &["x"]),
    ("error-office-closing-many", &["n"]),
    ("error-office-choice", &[]),
    ("error-office-condition", &[]),
    ("error-office-days", &["n", "m"]),
    ("error-office-reminders", &["n"]),
    ("error-office-postcode", &[]),
    ("error-office-phone", &[]),
    ("error-office-website", &[]),
    ("error-office-too-long", &["n", "m"]),
    ("error-office-character", &["c"]),
    ("error-office-my-number", &[]),
];

struct Page<'a> {
    answers: &'a Answers,
    problems: Vec<Problem>,
}

impl Page<'_> {
    fn typed(&self, field: &str) -> &str {
        text::trimmed(self.answers.get(field))
    }

    fn refuse(&mut self, field: &'static str, kind: &'static str) {
        self.problems.push(Problem::new(field, kind));
    }

    /// A text that may be left empty.
    fn text(
        &mut self,
        field: &'static str,
        read: impl Fn(&str) -> Result<String, TextError>,
    ) -> String {
        let problem = match read(self.answers.get(field)) {
            Ok(text) => return text,
            Err(TextError::Empty) => return String::new(),
            Err(TextError::TooLong { max, length }) => Problem::new(field, "error-office-too-long")
                .with("n", max.to_string())
                .with("m", length.to_string()),
            Err(TextError::Character(c)) => {
                Problem::new(field, "error-office-character").with("c", text::shown(c))
            }
            Err(TextError::MyNumber) => Problem::new(field, "error-office-my-number"),
        };
        self.problems.push(problem);
        String::new()
    }

    fn line(&mut self, field: &'static str) -> String {
        self.text(field, |typed| free_text::one_line(typed, LINE))
    }

    fn line_pair(&mut self, ja: &'static str, en: &'static str) -> Bilingual {
        Bilingual::new(self.line(ja), self.line(en))
    }

    fn lines_pair(&mut self, ja: &'static str, en: &'static str) -> Bilingual {
        let lines = |typed: &str| free_text::lines(typed, LINES);
        Bilingual::new(self.text(ja, lines), self.text(en, lines))
    }

    /// One of the values a list offers; a page that sends none leaves it unsaid.
    fn choice<T: Default>(&mut self, field: &'static str, parse: impl Fn(&str) -> Option<T>) -> T {
        let typed = self.typed(field);
        if typed.is_empty() {
            return T::default();
        }
        parse(typed).unwrap_or_else(|| {
            self.refuse(field, "error-office-choice");
            T::default()
        })
    }

    fn days(&mut self, field: &'static str, (least, most): (i32, i32), unsaid: i32) -> i32 {
        let typed = text::ascii_folded(self.typed(field));
        if typed.is_empty() {
            return unsaid;
        }
        let days = typed
            .parse()
            .ok()
            .filter(|days| (least..=most).contains(days));
        days.unwrap_or_else(|| {
            self.problems.push(
                Problem::new(field, "error-office-days")
                    .with("n", least.to_string())
                    .with("m", most.to_string()),
            );
            unsaid
        })
    }
}

/// Reads the page.
pub fn read(answers: &Answers) -> Checked<OfficeSettings> {
    let mut page = Page {
        answers,
        problems: Vec::new(),
    };
    let settings = OfficeSettings {
        hours: read_hours(&mut page),
        closing_days: read_closing(&mut page),
        mail: MAIL
            .iter()
            .map(|fields| (fields.form, read_mail(&mut page, fields)))
            .filter(|(_, rule)| *rule != MailRule::default())
            .collect(),
        booking: page.choice("booking", Booking::parse),
        booking_how: page.line_pair("booking_ja", "booking_en"),
        proxy: page.choice("proxy", Proxy::parse),
        proxy_how: page.line_pair("proxy_ja", "proxy_en"),
        pins: page.choice("pins", PinSetting::parse),
        ids_at_application: page.lines_pair("ids_application_ja", "ids_application_en"),
        ids_at_pickup: page.lines_pair("ids_pickup_ja", "ids_pickup_en"),
        terms: read_terms(&mut page),
        whereabouts: read_whereabouts(&mut page),
        remarks: page.lines_pair("remarks_ja", "remarks_en"),
    };
    let is_right = page.problems.is_empty();
    Checked {
        value: is_right.then_some(settings),
        problems: page.problems,
        advice: Vec::new(),
    }
}

fn read_hours(page: &mut Page<'_>) -> Option<WeekHours> {
    if HOURS.iter().all(|field| page.typed(field).is_empty()) {
        return None;
    }
    let week = HOURS.map(|field| {
        let typed = page.typed(field).to_owned();
        hours::read_day(&typed).unwrap_or_else(|_refused| {
            let shown: String = typed.chars().take(40).collect();
            page.problems
                .push(Problem::new(field, "error-office-hours").with("x", shown));
            Vec::new()
        })
    });
    Some(WeekHours::of(week))
}

/// The days of the list, and the suggested ones that were ticked.
fn read_closing(page: &mut Page<'_>) -> Vec<closing::ClosingDay> {
    let ticked = page
        .answers
        .iter()
        .filter_map(|(field, name)| Some(format!("{} {name}", field.strip_prefix(CLOSE)?)));
    let together = std::iter::once(page.answers.get("closing").to_owned())
        .chain(ticked)
        .collect::<Vec<_>>()
        .join("\n");
    let problem = match closing::read_list(&together) {
        Err(refused) => Problem::new("closing", "error-office-closing").with("x", refused.0),
        Ok(days) if days.len() > closing::MOST => {
            Problem::new("closing", "error-office-closing-many")
                .with("n", closing::MOST.to_string())
        }
        Ok(days) => return days,
    };
    page.problems.push(problem);
    Vec::new()
}

fn read_mail(page: &mut Page<'_>, fields: &MailFields) -> MailRule {
    let policy = page.choice(fields.policy, |typed| {
        let named = POLICIES.iter().find(|(_, value)| *value == typed);
        named.map(|(policy, _)| *policy)
    });
    let conditions = page.line_pair(fields.ja, fields.en);
    if policy == MailPolicy::Conditional && conditions.is_empty() {
        page.refuse(fields.policy, "error-office-condition");
    }
    MailRule { policy, conditions }
}

fn read_terms(page: &mut Page<'_>) -> Terms {
    let house = Terms::default();
    let first_days = page.days("first_days", (14, LONGEST_PICKUP_DAYS), house.first_days);
    Terms {
        first_days,
        second_days: page.days("second_days", (14, 730), house.second_days),
        disposal_days: page.days("disposal_days", (180, 3_650), house.disposal_days),
        reminder_days: read_reminders(page, first_days, house.reminder_days),
        shipment_days: page.days("shipment_days", (3, 180), house.shipment_days),
        transfer_days: page.days("transfer_days", (3, 90), house.transfer_days),
    }
}

/// Days after the notice, each before the deadline.
fn read_reminders(page: &mut Page<'_>, first_days: i32, unsaid: Vec<i32>) -> Vec<i32> {
    let typed = text::ascii_folded(page.typed("reminder_days")).replace('、', ",");
    if typed.is_empty() {
        return unsaid.into_iter().filter(|day| *day < first_days).collect();
    }
    let read: Option<Vec<i32>> = typed
        .split([',', ' '])
        .filter(|part| !part.is_empty())
        .map(|part| {
            part.parse()
                .ok()
                .filter(|day| (1..first_days).contains(day))
        })
        .collect();
    let Some(mut days) = read.filter(|days| days.len() <= 6) else {
        page.problems.push(
            Problem::new("reminder_days", "error-office-reminders")
                .with("n", first_days.to_string()),
        );
        return unsaid;
    };
    days.sort_unstable();
    days.dedup();
    days
}

fn read_whereabouts(page: &mut Page<'_>) -> Whereabouts {
    let some = |line: String| Some(line).filter(|line| !line.is_empty());
    Whereabouts {
        counter: page.line_pair("counter_ja", "counter_en"),
        postcode: read_postcode(page),
        address: some(page.line("address")),
        address_latin: page
            .text("address_latin", |typed| free_text::lines(typed, LINE * 2))
            .lines()
            .map(str::to_owned)
            .collect(),
        phone: page.phone(),
        website: some(page.line("website")).and_then(|address| page.website(address)),
    }
}

impl Page<'_> {
    /// A telephone number as it is printed, with its signs and an extension; twelve digits are a telephone number here.
    fn phone(&mut self) -> Option<String> {
        let typed = self.typed("phone").to_owned();
        let digits = typed.chars().filter(|c| text::digit(*c).is_some()).count();
        let is_plain = !typed.contains(|c: char| c.is_control() || text::is_bidi_control(c));
        if typed.is_empty() {
            return None;
        }
        if (5..=40).contains(&digits) && typed.chars().count() <= 60 && is_plain {
            return Some(typed);
        }
        self.refuse("phone", "error-office-phone");
        None
    }

    /// Only an address that a link may have.
    fn website(&mut self, address: String) -> Option<String> {
        let host = address
            .strip_prefix("https://")
            .or_else(|| address.strip_prefix("http://"));
        let is_address = host
            .is_some_and(|host| host.contains('.') && !host.starts_with(['.', '/']))
            && !address.contains(|c: char| c.is_whitespace() || "<>\"'`".contains(c));
        if is_address {
            return Some(address);
        }
        self.refuse("website", "error-office-website");
        None
    }
}

fn read_postcode(page: &mut Page<'_>) -> Option<String> {
    let digits: String = text::ascii_folded(page.typed("postcode"))
        .chars()
        .filter(|c| !text::is_hyphen_like(*c) && *c != '〒' && !c.is_whitespace())
        .collect();
    if digits.is_empty() {
        return None;
    }
    let is_code = digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_code {
        page.refuse("postcode", "error-office-postcode");
    }
    Some(digits)
}

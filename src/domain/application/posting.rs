//! "I posted it" (A17): the applicant's own word about when and how. It files nothing; it lets the portal ask when the form does not arrive.
//!
//! Fields: `sent_on_y`, `sent_on_m`, `sent_on_d`, `carrier` (`ems`, `registered`, `dhl`, `fedex`, `other`, may be left empty), `tracking` (may be left empty).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::dates::{DateField, date_field};
use super::reading::{Page, TextField, text_field};
use crate::domain::answers::{Answers, Checked, Problem};
use crate::domain::free_text::{self, TextError};
use crate::domain::text;

const TRACKING_MAX: usize = 40;

/// Who carries the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Carrier {
    /// EMS of a post office.
    Ems,
    /// Registered mail (書留).
    Registered,
    /// DHL.
    Dhl,
    /// `FedEx`.
    Fedex,
    /// Anybody else.
    Other,
}

impl Carrier {
    /// Every carrier, in the order of the page.
    pub const ALL: [Self; 5] = [
        Self::Ems,
        Self::Registered,
        Self::Dhl,
        Self::Fedex,
        Self::Other,
    ];

    /// The value in the form and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ems => "ems",
            Self::Registered => "registered",
            Self::Dhl => "dhl",
            Self::Fedex => "fedex",
            Self::Other => "other",
        }
    }

    /// The carrier that `text` names.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|carrier| carrier.as_str() == text)
    }
}

/// A posted form, by her own word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// The day she posted it, where she is.
    pub sent_on: Date,
    /// By whom.
    pub carrier: Option<Carrier>,
    /// The tracking number, in capitals.
    pub tracking: Option<String>,
}

const SENT_ON: DateField = date_field!("sent_on");
const TRACKING: TextField = text_field!("tracking");

/// Kinds of problems and their facts.
pub const KINDS: &[(&str, &[&str])] = &[
    ("error-sent_on-empty", &[]),
    ("error-sent_on-year-missing", &[]),
    ("error-sent_on-month-missing", &[]),
    ("error-sent_on-day-missing", &[]),
    ("error-sent_on-era", &[]),
    ("error-sent_on-month", &[]),
    ("error-sent_on-real", &[]),
    ("error-sent_on-future", &[]),
    ("error-sent_on-before-form", &[]),
    ("error-tracking-too-long", &["n", "m"]),
    ("error-tracking-character", &["c"]),
    ("error-tracking-my-number", &[]),
];

/// Reads the page. `made_on` is the day the first form was made; `latest` the latest date anywhere now (a day ahead of Japan's never is, behind it often).
pub fn read(answers: &Answers, made_on: Date, latest: Date) -> Checked<Posting> {
    let mut page = Page::of(answers);
    let sent_on = read_sent_on(&mut page, made_on, latest);
    let carrier = Carrier::parse(answers.get("carrier"));
    let tracking = page.optional(TRACKING, |typed| read_tracking(typed, carrier));
    page.finish(|| {
        Some(Posting {
            sent_on: sent_on?,
            carrier,
            tracking,
        })
    })
}

/// Capitals and digits. `FedEx` numbers have twelve digits, and one in eleven of them passes the check digit of a My Number: with that carrier they are what
/// they look like.
fn read_tracking(typed: &str, carrier: Option<Carrier>) -> Result<String, TextError> {
    let typed = text::ascii_folded(typed).to_ascii_uppercase();
    match free_text::one_line(&typed, TRACKING_MAX) {
        Err(TextError::MyNumber) if carrier == Some(Carrier::Fedex) => {
            Ok(text::trimmed(&typed).to_owned())
        }
        outcome => outcome,
    }
}

/// The form is made on Japan's date; where she is it may still be the day before.
fn read_sent_on(page: &mut Page<'_>, made_on: Date, latest: Date) -> Option<Date> {
    if SENT_ON.is_blank(page) {
        page.refuse(Problem::new(SENT_ON.stem, SENT_ON.empty));
        return None;
    }
    let sent_on = SENT_ON.read(page)?;
    let earliest = crate::domain::deadline::days_after(made_on, -1);
    let kind = match sent_on {
        day if day > latest => SENT_ON.future,
        day if day < earliest => "error-sent_on-before-form",
        day => return Some(day),
    };
    page.refuse(Problem::new(SENT_ON.stem, kind));
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::*;

    fn kinds(day: [&str; 3], tracking: &str) -> Vec<&'static str> {
        let [y, m, d] = day;
        let answers = [
            ("sent_on_y", y),
            ("sent_on_m", m),
            ("sent_on_d", d),
            ("tracking", tracking),
        ]
        .into_iter()
        .collect();
        let checked = read(&answers, date(2026, 11, 21), date(2026, 12, 1));
        assert_eq!(checked.value.is_some(), checked.problems.is_empty());
        checked
            .problems
            .iter()
            .map(|problem| problem.kind)
            .collect()
    }

    const LONG: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    #[rustfmt::skip]
    const CASES: &[([&str; 3], &str, &[&str], &str)] = &[
        (["2026", "12", "1"], "", &[], "today"),
        (["R8", "11", "20"], "ee 123 jp", &[], "the day before in Japan, where she is"),
        (["2026", "11", "19"], "", &["error-sent_on-before-form"], "before the form was made"),
        (["2026", "12", "2"], "", &["error-sent_on-future"], "tomorrow"),
        (["", "", ""], "", &["error-sent_on-empty"], "nothing"),
        (["", "12", "1"], "", &["error-sent_on-year-missing"], "year"),
        (["2026", "", "1"], "", &["error-sent_on-month-missing"], "month"),
        (["2026", "12", ""], "", &["error-sent_on-day-missing"], "day"),
        (["X1", "12", "1"], "", &["error-sent_on-era"], "no era"),
        (["2026", "14", "1"], "", &["error-sent_on-month"], "month 14"),
        (["2026", "11", "31"], "", &["error-sent_on-real"], "31 November"),
        (["2026", "12", "1"], LONG, &["error-tracking-too-long"], "41 characters"),
        (["2026", "12", "1"], "A\nB", &["error-tracking-character"], "one line"),
        (["2026", "12", "1"], "123456789018", &["error-tracking-my-number"], "a My Number never reaches us"),
    ];

    #[test]
    fn each_answer_gets_its_problem_and_the_list_is_complete() {
        let mut said = BTreeSet::new();
        for (day, tracking, expected, why) in CASES {
            assert_eq!(kinds(*day, tracking), *expected, "{why}");
            said.extend(expected.iter().copied());
        }
        assert_eq!(said, KINDS.iter().map(|(kind, _)| *kind).collect());
    }

    #[test]
    fn a_tracking_number_is_kept_in_ascii_capitals() {
        let answers = [
            ("sent_on_y", "2026"),
            ("sent_on_m", "12"),
            ("sent_on_d", "1"),
            ("tracking", " ｅｅ123456789ｇｂ "),
            ("carrier", "ems"),
        ];
        let posting = read(
            &answers.into_iter().collect(),
            date(2026, 11, 21),
            date(2026, 12, 1),
        )
        .value
        .unwrap();
        assert_eq!(
            (posting.tracking.as_deref(), posting.carrier),
            (Some("EE123456789GB"), Some(Carrier::Ems))
        );
    }

    #[test]
    fn twelve_digits_are_a_tracking_number_of_fedex_and_of_nobody_else() {
        for (carrier, taken) in [("fedex", true), ("dhl", false), ("", false)] {
            let answers = [
                ("sent_on_y", "2026"),
                ("sent_on_m", "12"),
                ("sent_on_d", "1"),
                ("tracking", "1234 5678 9018"),
                ("carrier", carrier),
            ];
            let checked = read(
                &answers.into_iter().collect(),
                date(2026, 11, 21),
                date(2026, 12, 1),
            );
            assert_eq!(checked.value.is_some(), taken, "{carrier}");
        }
    }
}

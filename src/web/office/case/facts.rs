//! What is on record about a case beside its form: offices, receipt, the two checks of 番号法 17条, the card's dates, deadlines.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::people::People;
use crate::domain::desk;
use crate::domain::handover::{DocumentCheck, RecordCheck};
use crate::domain::office_code::OfficeCode;
use crate::i18n::{self, Lang};
use crate::storage::cases::{CaseFile, Channel};
use crate::web::frame::Frame;
use crate::web::office::scope::OpenCase;
use crate::web::office::shell::{language_within, office_name};

/// One line of a list of facts, as `m::row` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub label: String,
    /// What is on record.
    pub value: String,
    /// The language of the value, where it is not the page's.
    pub lang: Option<&'static str>,
    /// Where it is changed.
    pub link: Option<String>,
}

impl Row {
    /// A line; Japanese on an English page is marked.
    pub fn new(frame: &Frame, key: &str, value: String) -> Self {
        Self {
            label: frame.t(key).into_owned(),
            lang: language_within(frame.lang, &value),
            value,
            link: None,
        }
    }
}

/// Moments as an office's own clock shows them.
#[derive(Debug, Clone)]
pub struct OfficeClock {
    lang: Lang,
    zone: TimeZone,
}

impl OfficeClock {
    /// The clock of `office`, for pages in this language.
    pub fn of(frame: &Frame, office: &OfficeCode) -> Self {
        Self {
            lang: frame.lang,
            zone: desk::zone_of(office),
        }
    }

    /// Day and time.
    pub fn at(&self, at: Timestamp) -> String {
        i18n::time_of_day_with_date(self.lang, at, &self.zone)
    }
}

/// The facts of a case for a reader of `open.office`.
pub fn rows(frame: &Frame, open: &OpenCase, people: &People) -> Vec<Row> {
    let (case, clock) = (&open.case, OfficeClock::of(frame, &open.office));
    let mut rows: Vec<Row> = [
        ("case-filing", Some(&case.filing_office)),
        ("case-register", Some(&case.register_office)),
        ("case-pickup", Some(&case.pickup_office)),
        ("case-paper", case.paper_office.as_ref()),
    ]
    .into_iter()
    .filter_map(|(key, office)| Some(Row::new(frame, key, office_name(frame.lang, office?))))
    .collect();
    rows.extend(received(frame, case, &clock));
    rows.push(Row::new(frame, "case-record-check", {
        let by = case.record_check_by.as_deref();
        let who = by.map(|actor| people.name(frame, actor, &open.office));
        said(
            record_word(frame, case.record_check),
            case.record_check_at,
            who,
            &clock,
        )
    }));
    rows.extend(
        case.record_check_notice_at
            .map(|at| Row::new(frame, "case-record-notice", clock.at(at))),
    );
    rows.push(Row::new(frame, "case-document-check", {
        let by = case.document_check_by.as_deref();
        let who = by.map(|actor| people.name(frame, actor, &open.office));
        said(
            document_word(frame, case.document_check),
            case.document_check_at,
            who,
            &clock,
        )
    }));
    rows.extend(dates(frame, case));
    rows
}

fn received(frame: &Frame, case: &CaseFile, clock: &OfficeClock) -> Option<Row> {
    let at = clock.at(case.received_at?);
    let form = case.received_revision.unwrap_or(1).to_string();
    let how = frame.t1(
        match case.channel {
            Some(Channel::Counter) => "case-channel-counter",
            Some(Channel::Post) => "case-channel-post",
            None => "case-channel-online",
        },
        "n",
        form,
    );
    Some(Row::new(frame, "case-received", format!("{at}\n{how}")))
}

fn dates(frame: &Frame, case: &CaseFile) -> Vec<Row> {
    let days = [
        ("case-made-on", case.made_on),
        ("case-card-expires", case.card_expires_on),
        ("case-deadline-first", case.pickup_deadline),
        ("case-deadline-second", case.second_pickup_deadline),
    ];
    let mut rows: Vec<Row> = days
        .into_iter()
        .filter_map(|(key, day)| Some(Row::new(frame, key, frame.day(&day?))))
        .collect();
    let shelf = case.shelf.clone();
    rows.extend(shelf.map(|shelf| Row::new(frame, "case-shelf", shelf)));
    rows
}

fn said(word: String, at: Option<Timestamp>, who: Option<String>, clock: &OfficeClock) -> String {
    let at = at.map(|at| clock.at(at));
    let parts = [at, who].into_iter().flatten();
    parts.fold(word, |line, part| format!("{line}　{part}"))
}

/// The word for the state of 措置①.
pub fn record_word(frame: &Frame, check: RecordCheck) -> String {
    frame
        .t(match check {
            RecordCheck::Open => "case-check-open",
            RecordCheck::Done => "case-check-done",
            RecordCheck::Mismatch => "case-check-mismatch",
        })
        .into_owned()
}

fn document_word(frame: &Frame, check: DocumentCheck) -> String {
    frame
        .t(match check {
            DocumentCheck::Open => "case-check-open",
            DocumentCheck::AtApplication => "case-documents-application",
            DocumentCheck::AtHandover => "case-documents-handover",
        })
        .into_owned()
}

//! What every page of a case begins with: number and name, status, last day, who works on it, who else looks, the way back and the sub pages.

use jiff::{SignedDuration, Timestamp};

use super::people::People;
use super::{CaseQuery, LOOKING, path};
use crate::domain::desk::{self, Desk};
use crate::i18n::Lang;
use crate::notices::case_facts;
use crate::storage::{Db, StoreError, views};
use crate::web::frame::Frame;
use crate::web::office::scope::OpenCase;
use crate::web::office::session::Staff;
use crate::web::office::shell::office_name;

/// The sub pages in their order: end of the address, catalogue key.
const TABS: [(&str, &str); 6] = [
    ("", "case-tab-overview"),
    ("form", "case-tab-form"),
    ("photo", "case-tab-photo"),
    ("mails", "case-tab-mails"),
    ("history", "case-tab-history"),
    ("log", "case-tab-log"),
];

/// What the head asks of the database.
#[derive(Debug, Clone)]
pub struct HeadFacts {
    people: People,
    /// Who else opened the case lately, each once.
    others: Vec<String>,
    /// Whether this account did not open it lately.
    pub is_new_look: bool,
    now: Timestamp,
}

impl HeadFacts {
    /// Reads them.
    pub fn read(
        db: &mut Db,
        open: &OpenCase,
        staff: &Staff,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let (id, own) = (open.application.id, staff.actor());
        let since = now.checked_sub(LOOKING).unwrap_or(Timestamp::MIN);
        // A look is noted once in half an hour, so that a moment before its end still counts as the same look.
        let since_noted = since
            .checked_add(SignedDuration::from_secs(1))
            .unwrap_or(since);
        let lately = views::list_others_since(db, id, "", since_noted)?;
        let is_new_look = lately.iter().all(|view| view.actor != own);
        let mut others: Vec<String> = Vec::new();
        for view in lately.into_iter().filter(|view| view.actor != own) {
            if !others.contains(&view.actor) {
                others.push(view.actor);
            }
        }
        let claimed = open.application.claimed_by.map(|id| format!("staff:{id}"));
        let named = others.iter().map(String::as_str).chain(claimed.as_deref());
        Ok(Self {
            people: People::read(db, named)?,
            others,
            is_new_look,
            now,
        })
    }
}

/// A link of the sub navigation.
#[derive(Debug, Clone)]
pub struct Tab {
    /// What is read.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether this is the page.
    pub is_current: bool,
}

/// The head as its template sees it.
#[derive(Debug, Clone)]
pub struct Head {
    /// The receipt number.
    pub reference: String,
    /// 氏名 with its reading.
    pub name: String,
    /// Code and name of the status.
    pub status: String,
    /// Where it lies.
    pub desk: Option<String>,
    /// The last day, with the days left.
    pub due: Option<String>,
    /// Whether the last day has passed.
    pub is_overdue: bool,
    /// Who works on it.
    pub claimed: Option<String>,
    /// Whether it is the reader.
    pub is_mine: bool,
    /// Whether the reader may take it: it lies on the desk of her office, and she is a clerk there.
    pub may_claim: bool,
    /// Who else looks.
    pub others: Option<String>,
    /// The way back: link and words.
    pub back: Option<(String, String)>,
    /// The sub pages.
    pub tabs: Vec<Tab>,
    /// The queue, for forms.
    pub from: &'static str,
    /// The version, for forms.
    pub version: i64,
    /// Who has it in hand, for forms.
    pub claimed_by: String,
    /// Where claims are posted.
    pub claim_action: String,
}

impl Head {
    /// The head of the page `tab` (the end of its address).
    pub fn new(
        frame: &Frame,
        (open, facts): (&OpenCase, &HeadFacts),
        staff: &Staff,
        (tab, query): (&str, &CaseQuery),
    ) -> Self {
        let application = &open.application;
        let reference = application.reference;
        let from = query.queue();
        let is_here = is_on_desk(open);
        let name_of = |actor: &str| facts.people.name(frame, actor, &open.office);
        let claimed = application.claimed_by.map(|id| format!("staff:{id}"));
        let (due, is_overdue) = due(frame, open, facts.now);
        let others: Vec<String> = facts.others.iter().map(|actor| name_of(actor)).collect();
        let here = |page: &str| frame.to(path(reference, page, from));
        Self {
            reference: reference.to_string(),
            name: full_name(open),
            status: status_words(frame, application.status),
            desk: desk_words(frame, application.desk.as_ref()),
            due,
            is_overdue,
            is_mine: claimed.as_deref() == Some(staff.actor().as_str()),
            claimed: claimed.as_deref().map(name_of),
            may_claim: is_here && super::decide::is_clerk(staff),
            others: (!others.is_empty())
                .then(|| frame.t1("case-others", "names", others.join(separator(frame.lang)))),
            back: from.map(|queue| {
                let label = frame.t(&format!("office-link-{queue}")).into_owned();
                (
                    frame.to(format!("/staff/queues/{queue}")),
                    frame.t1("case-back", "queue", label),
                )
            }),
            tabs: TABS
                .iter()
                .map(|(page, key)| Tab {
                    label: frame.t(key).into_owned(),
                    href: here(page),
                    is_current: *page == tab,
                })
                .collect(),
            from: from.unwrap_or_default(),
            version: application.version,
            claimed_by: application
                .claimed_by
                .map_or_else(String::new, |id| id.to_string()),
            claim_action: frame.to(path(reference, "claim", None)),
        }
    }
}

const fn separator(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "、",
        Lang::En => ", ",
    }
}

/// Whether it is the turn of the reader's office.
pub fn is_on_desk(open: &OpenCase) -> bool {
    open.application.desk.as_ref().and_then(Desk::office) == Some(&open.office)
}

fn full_name(open: &OpenCase) -> String {
    format!("{}（{}）", open.case.full_name(), open.case.kana)
}

/// Code and name of a status.
pub fn status_words(frame: &Frame, status: crate::domain::status::Status) -> String {
    format!("{} {}", status.code(), frame.t(status.key()))
}

fn desk_words(frame: &Frame, desk: Option<&Desk>) -> Option<String> {
    Some(match desk? {
        Desk::Issuer => frame.t("case-desk-issuer").into_owned(),
        Desk::Office(office) => office_name(frame.lang, office),
    })
}

/// The last day with the days left, counted where the desk is, and whether it has passed.
fn due(frame: &Frame, open: &OpenCase, now: Timestamp) -> (Option<String>, bool) {
    let Some(day) = open.application.due_on else {
        return (None, false);
    };
    let office = open.application.desk.as_ref().and_then(Desk::office);
    let zone = office.map_or_else(desk::japan, desk::zone_of);
    let today = now.to_zoned(zone).date();
    let left = day.since(today).map_or(0, |span| span.get_days());
    let date = format!(
        "{}{}",
        frame.day(&day),
        frame.t1(
            "case-zone",
            "zone",
            case_facts::zone_name(frame.lang, office)
        )
    );
    let key = match left {
        0 => "case-due-today",
        1.. => "case-due-left",
        _ => "case-due-over",
    };
    let days = left.abs().to_string();
    (Some(frame.t2(key, ("date", &date), ("n", &days))), left < 0)
}

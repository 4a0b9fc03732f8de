//! What every page of the staff's side shares: who is signed in, for which office, and the links to what this person may open.
//!
//! A link is shown when [`rights`](crate::web::rights) has a row for its page that names one of the person's roles, so a page that is bound appears by
//! itself. Counts beside queues come from [`queue_counts`]; a queue nobody counts has none.

use jiff::Timestamp;

use super::session::Staff;
use crate::domain::office_code::OfficeCode;
use crate::domain::staff::Role::{self, Approver, Consular, Municipal};
use crate::i18n::Lang;
use crate::reference::{missions, municipalities};
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;

/// The frame of one page.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The person's name.
    pub name: String,
    /// Its language, where it is not the page's.
    pub name_lang: Option<&'static str>,
    /// The office, or the role of who has none.
    pub place: String,
    /// Its language, where it is not the page's.
    pub place_lang: Option<&'static str>,
    /// The links, in groups.
    pub groups: Vec<Group>,
}

/// Links under one heading.
#[derive(Debug, Clone)]
pub struct Group {
    /// The heading.
    pub heading: String,
    /// Its links.
    pub links: Vec<Link>,
}

/// One link of the side navigation.
#[derive(Debug, Clone)]
pub struct Link {
    /// What is read.
    pub label: String,
    /// Where it leads, with the language.
    pub href: String,
    /// How many cases wait there, where that is known.
    pub count: Option<i64>,
    /// Whether this is the page.
    pub is_current: bool,
}

/// A link that could be shown: its word is `office-link-<key>`.
struct Item {
    key: &'static str,
    path: &'static str,
    pattern: &'static str,
    /// Whom it is for; within what `rights` allows.
    roles: &'static [Role],
}

const fn queue(key: &'static str, path: &'static str, roles: &'static [Role]) -> Item {
    Item {
        key,
        path,
        pattern: "/staff/queues/{queue}",
        roles,
    }
}

const fn page(key: &'static str, path: &'static str) -> Item {
    Item {
        key,
        path,
        pattern: path,
        roles: &Role::ALL,
    }
}

const CLERKS: &[Role] = &[Consular, Municipal];

/// The queues of ux.md §2.2, in the order of the work.
const QUEUES: &[Item] = &[
    queue("received", "/staff/queues/received", CLERKS),
    queue("reply", "/staff/queues/reply", CLERKS),
    queue("forward", "/staff/queues/forward", CLERKS),
    queue("match", "/staff/queues/match", &[Municipal]),
    queue("inquiry", "/staff/queues/inquiry", &[Municipal]),
    queue("approve", "/staff/queues/approve", &[Approver]),
    queue("issuer", "/staff/queues/issuer", &[Municipal]),
    queue("issuer-defect", "/staff/queues/issuer-defect", &[Municipal]),
    queue("setup", "/staff/queues/setup", &[Municipal]),
    queue("ship", "/staff/queues/ship", &[Municipal]),
    queue("cards", "/staff/queues/cards", CLERKS),
    queue("ready", "/staff/queues/ready", CLERKS),
    queue("visits", "/staff/queues/visits", CLERKS),
    queue("overdue", "/staff/queues/overdue", CLERKS),
    queue("unreachable", "/staff/queues/unreachable", CLERKS),
];

const DESK: &[Item] = &[
    page("intake", "/staff/intake"),
    page("search", "/staff/search"),
    page("shipments", "/staff/shipments"),
    page("approvals", "/staff/approvals"),
    page("office", "/staff/office"),
];

const ISSUER: &[Item] = &[
    page("batches", "/issuer/batches"),
    page("issuer-shipments", "/issuer/shipments"),
    page("glyphs", "/issuer/glyphs"),
];

const ADMINISTRATION: &[Item] = &[
    page("users", "/admin/users"),
    page("offices", "/admin/offices"),
    page("notices", "/admin/notices"),
    page("audit", "/admin/audit"),
    page("health", "/admin/health"),
    page("outbox", "/admin/outbox"),
    page("masters", "/admin/masters"),
];

/// Heading (`office-group-<key>`) and links.
const GROUPS: [(&str, &[Item]); 4] = [
    ("queues", QUEUES),
    ("desk", DESK),
    ("issuer", ISSUER),
    ("administration", ADMINISTRATION),
];

/// How many cases wait in each queue of this person, by the queue's name in its address.
pub type Counts = Vec<(&'static str, i64)>;

/// The counts beside the queues. Nothing counts yet: the queues' own module fills this in, from an index, with one query.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the queues' own query can fail; its callers are ready for it"
)]
fn queue_counts(_db: &mut Db, _staff: &Staff, _now: Timestamp) -> Result<Counts, StoreError> {
    Ok(Counts::new())
}

impl Shell {
    /// The shell of a page, with the counts of this moment.
    pub async fn load(
        frame: &Frame,
        app: &actix_web::web::Data<App>,
        staff: &Staff,
    ) -> Result<Self, AppError> {
        let (asking, now) = (staff.clone(), app.clock.now());
        let counts = app.read(move |db| queue_counts(db, &asking, now)).await?;
        Ok(Self::new(frame, staff, &counts))
    }

    /// The shell of a page whose handler has counted itself.
    pub fn new(frame: &Frame, staff: &Staff, counts: &Counts) -> Self {
        let groups = GROUPS
            .iter()
            .map(|(heading, items)| Group {
                heading: frame.t(&format!("office-group-{heading}")).into_owned(),
                links: items
                    .iter()
                    .filter(|item| is_for(item, staff))
                    .map(|item| link(frame, item, counts))
                    .collect(),
            })
            .filter(|group| !group.links.is_empty())
            .collect();
        Self {
            groups,
            ..Self::without_links(frame, staff)
        }
    }

    /// The shell of a page from which nothing else opens.
    pub fn without_links(frame: &Frame, staff: &Staff) -> Self {
        let place = place_of(frame, staff);
        Self {
            name_lang: language_within(frame.lang, &staff.name),
            name: staff.name.clone(),
            place_lang: language_within(frame.lang, &place),
            place,
            groups: Vec::new(),
        }
    }
}

fn is_for(item: &Item, staff: &Staff) -> bool {
    staff.assignment.has_any(item.roles) && staff.may_open(item.pattern)
}

fn link(frame: &Frame, item: &Item, counts: &Counts) -> Link {
    Link {
        label: frame.t(&format!("office-link-{}", item.key)).into_owned(),
        href: frame.to(item.path),
        count: counts
            .iter()
            .find(|(queue, _)| *queue == item.key)
            .map(|(_, count)| *count),
        is_current: frame.path() == item.path,
    }
}

fn place_of(frame: &Frame, staff: &Staff) -> String {
    match staff.office() {
        Some(office) => office_name(frame.lang, office),
        None => staff
            .assignment
            .roles()
            .map(|role| role_name(frame, role))
            .collect::<Vec<_>>()
            .join(" "),
    }
}

/// The language to mark `text` with on a page in `lang`: Japanese on an English page, so that it is read aloud as what it is.
pub fn language_within(lang: Lang, text: &str) -> Option<&'static str> {
    let is_japanese = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    (lang == Lang::En && text.chars().any(is_japanese)).then_some("ja")
}

/// The word for a role.
pub fn role_name(frame: &Frame, role: Role) -> String {
    frame.t(&format!("role-{}", role.as_str())).into_owned()
}

/// What an office is called; a municipality keeps its Japanese name in English pages too. An office that is in no table any more is called by its code.
pub fn office_name(lang: Lang, office: &OfficeCode) -> String {
    let code = office.as_str();
    let mission = missions::mission(code).map(|mission| match lang {
        Lang::Ja => mission.name_ja.clone(),
        Lang::En => mission.name_en.clone(),
    });
    mission
        .or_else(|| municipalities::municipality(code).map(municipalities::Municipality::full_name))
        .unwrap_or_else(|| code.to_owned())
}

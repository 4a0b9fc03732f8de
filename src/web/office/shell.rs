//! What every page of the staff's side shares: who is signed in, for which office, and the links to what this person may open.
//!
//! A link is shown when [`rights`](crate::web::rights) has a row for its page that names one of the person's roles, so a page that is bound appears by
//! itself. Counts beside queues come from [`super::queues::counts`].

use std::borrow::Cow;

use super::queues::counts::{self, COUNTED_TO};
use super::session::Staff;
use crate::domain::office_code::OfficeCode;
use crate::domain::queue::Queue;
use crate::domain::staff::Role;
use crate::i18n::Lang;
use crate::reference::{missions, municipalities};
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
    /// The end of its catalogue key; a queue's name.
    pub key: &'static str,
    /// Where it leads, with the language.
    pub href: String,
    /// How many cases wait there, in words, where that is known.
    pub count: Option<String>,
    /// Whether this is the page.
    pub is_current: bool,
}

/// A link that could be shown: its word is `office-link-<key>`.
struct Item {
    key: &'static str,
    target: Target,
}

enum Target {
    /// A page, for whom `rights` allows.
    Page(&'static str),
    /// A queue, for whom it is, within what `rights` allows.
    Queue(Queue),
}

impl Item {
    fn path(&self) -> Cow<'static, str> {
        match self.target {
            Target::Page(path) => path.into(),
            Target::Queue(queue) => format!("/staff/queues/{}", queue.as_str()).into(),
        }
    }

    fn is_for(&self, staff: &Staff) -> bool {
        match self.target {
            Target::Page(path) => staff.may_open(path),
            Target::Queue(queue) => {
                queue.is_for(&staff.assignment) && staff.may_open("/staff/queues/{queue}")
            }
        }
    }
}

const fn queue(queue: Queue) -> Item {
    Item {
        key: queue.as_str(),
        target: Target::Queue(queue),
    }
}

const fn page(key: &'static str, path: &'static str) -> Item {
    Item {
        key,
        target: Target::Page(path),
    }
}

/// The queues of ux.md §2.2, in the order of the work.
const QUEUES: &[Item] = &[
    queue(Queue::Received),
    queue(Queue::Reply),
    queue(Queue::Forward),
    queue(Queue::Match),
    queue(Queue::Inquiry),
    queue(Queue::Approve),
    queue(Queue::Issuer),
    queue(Queue::IssuerDefect),
    queue(Queue::Setup),
    queue(Queue::Ship),
    queue(Queue::Cards),
    queue(Queue::Ready),
    queue(Queue::Visits),
    queue(Queue::Overdue),
    queue(Queue::Unreachable),
];

const DESK: &[Item] = &[
    page("intake", "/staff/intake"),
    page("search", "/staff/search"),
    page("release", "/staff/release"),
    page("shipments", "/staff/shipments"),
    page("tasks", "/staff/tasks"),
    page("approvals", "/staff/approvals"),
    page("office", "/staff/office"),
];

const ISSUER: &[Item] = &[
    page("batches", "/issuer/batches"),
    page("issuer-shipments", "/issuer/shipments"),
    page("issuer-returns", "/issuer/returns"),
    page("issuer-tasks", "/issuer/tasks"),
    page("issuer-schedule", "/issuer/schedule"),
    page("issuer-results", "/issuer/results"),
    page("glyphs", "/issuer/glyphs"),
    page("issuer-keys", "/issuer/keys"),
];

const ADMINISTRATION: &[Item] = &[
    page("users", "/admin/users"),
    page("offices", "/admin/offices"),
    page("notices", "/admin/notices"),
    page("audit", "/admin/audit"),
    page("health", "/admin/health"),
    page("outbox", "/admin/outbox"),
    page("retention", "/admin/retention"),
    page("masters", "/admin/masters"),
];

/// The queue with this name, as addresses write it; what names none is never put into a link.
pub fn queue_named(name: &str) -> Option<&'static str> {
    QUEUES
        .iter()
        .map(|queue| queue.key)
        .find(|key| *key == name)
}

/// Heading (`office-group-<key>`) and links.
const GROUPS: [(&str, &[Item]); 4] = [
    ("queues", QUEUES),
    ("desk", DESK),
    ("issuer", ISSUER),
    ("administration", ADMINISTRATION),
];

/// How many cases wait in each queue of this person, by the queue's name in its address.
pub type Counts = Vec<(&'static str, i64)>;

impl Shell {
    /// The shell of a page, with the counts of this moment.
    pub async fn load(
        frame: &Frame,
        app: &actix_web::web::Data<App>,
        staff: &Staff,
    ) -> Result<Self, AppError> {
        let (asking, now) = (staff.clone(), app.clock.now());
        let counts = app
            .read(move |db| counts::waiting(db, &asking, now))
            .await?;
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
                    .filter(|item| item.is_for(staff))
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

    /// Whether a page is among the links.
    pub fn leads_to(&self, href: &str) -> bool {
        let links = self.groups.iter().flat_map(|group| &group.links);
        links.into_iter().any(|link| link.href == href)
    }

    /// A count of a queue in words; what is counted no further is said to be more.
    pub fn count_words(frame: &Frame, count: i64) -> String {
        if count < COUNTED_TO {
            frame.t1("office-count", "count", count.to_string())
        } else {
            frame.t1("office-count-more", "count", COUNTED_TO.to_string())
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

fn link(frame: &Frame, item: &Item, counts: &Counts) -> Link {
    let path = item.path();
    Link {
        label: frame.t(&format!("office-link-{}", item.key)).into_owned(),
        key: item.key,
        href: frame.to(&path),
        count: counts
            .iter()
            .find(|(queue, _)| *queue == item.key)
            .map(|(_, count)| Shell::count_words(frame, *count)),
        is_current: frame.path() == path,
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

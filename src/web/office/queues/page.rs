//! The page of a queue as its template sees it: rows, links, and the words around them.

use askama::Template;
use jiff::Timestamp;

use super::rows::{self, Reader, RowView};
use super::view::{DueFilter, OwnerFilter, View};
use super::{Answer, Found, counted_to};
use crate::domain::queue::Queue;
use crate::i18n;
use crate::storage::cases::Channel;
use crate::storage::queues::SortKey;
use crate::web::fields::{Choice, FormView};
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::Shell;

/// A link that sorts: its word, its address, how the rows are sorted by it now.
pub(super) struct SortHead {
    word: String,
    href: String,
    sorted: &'static str,
}

/// A condition that is chosen, and the page without it.
pub(super) struct Chip {
    word: String,
    href: String,
}

/// A line about a case that could not be done.
pub(super) struct NotDone {
    pub(super) reference: String,
    pub(super) why: String,
}

#[derive(Template)]
#[template(path = "office/queue.html")]
pub(super) struct QueuePage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    title: String,
    total: String,
    span: String,
    view: View,
    action: String,
    rows: Vec<RowView>,
    heads: [SortHead; 2],
    chips: Vec<Chip>,
    colleagues: Vec<Choice>,
    before: Option<String>,
    after: Option<String>,
    done: Option<String>,
    not_done: Vec<NotDone>,
}

impl QueuePage<'_> {
    /// Where the cases of this queue leave together, for who can open it.
    fn onward(&self) -> Option<String> {
        let page = self.f.to("/staff/release");
        (self.view.queue == Queue::Issuer && self.s.leads_to(&page)).then_some(page)
    }

    fn due_choices(&self) -> Vec<Choice> {
        let word = |due: DueFilter| {
            let word = self.f.t(&format!("queue-due-{}", due.as_str()));
            Choice::new(due.as_str(), word)
        };
        DueFilter::ALL.into_iter().map(word).collect()
    }

    fn channel_choices(&self) -> Vec<Choice> {
        Channel::ALL
            .iter()
            .map(|channel| Choice::new(channel.as_str(), self.f.t(rows::channel_key(*channel))))
            .collect()
    }

    fn owner_choices(&self) -> Vec<Choice> {
        let word = |owner: OwnerFilter| {
            let word = self.f.t(&format!("queue-owner-{}", owner.as_str()));
            Choice::new(owner.as_str(), word)
        };
        OwnerFilter::ALL.into_iter().map(word).collect()
    }

    fn due(&self) -> &'static str {
        self.view.due.map_or("", DueFilter::as_str)
    }

    fn channel(&self) -> &'static str {
        self.view.channel.map_or("", Channel::as_str)
    }

    fn owner(&self) -> &'static str {
        self.view.owner.map_or("", OwnerFilter::as_str)
    }

    /// Who has which of the rows, as the page shows it: what is done to them is compared with it.
    fn holders(&self) -> String {
        let held: Vec<String> = self
            .rows
            .iter()
            .filter_map(|row| Some(format!("{}:{}", row.compact, row.claimed_by?)))
            .collect();
        held.join(" ")
    }

    /// The word of the button that marks cases as prepared, where there is one.
    fn prepare(&self) -> Option<String> {
        let queue = self.view.queue;
        queue.prepares().then(|| {
            self.f
                .t(&format!("queue-prepare-{}", queue.as_str()))
                .into_owned()
        })
    }
}

/// The page that shows what was found and says what was done.
pub(super) fn page_of<'a>(
    frame: &'a Frame,
    staff: &Staff,
    found: Found,
    answer: Answer,
    now: Timestamp,
) -> QueuePage<'a> {
    let view = found.view;
    let reader = Reader::new(frame, staff, now);
    let rows: Vec<RowView> = found
        .rows
        .iter()
        .map(|row| {
            let mut line = reader.row(row, &found.names, &found.replied, Some(view.queue));
            line.is_ticked = answer.ticked.contains(&line.compact);
            line
        })
        .collect();
    let v = FormView::default().with_problems(frame, &answer.problems);
    QueuePage {
        s: Shell::new(frame, staff, &found.waiting),
        v: match answer.note {
            Some(note) => v.with_note(note),
            None => v,
        },
        title: title(frame, view.queue),
        total: total_words(frame, &view, found.total),
        span: span_words(frame, &view, rows.len(), found.total),
        action: frame.to(view.address()),
        heads: heads(frame, &view),
        chips: chips(frame, &view),
        colleagues: found
            .colleagues
            .into_iter()
            .map(|(id, name)| Choice::new(id.to_string(), name))
            .collect(),
        before: found.before.map(|view| frame.to(view.address())),
        after: found.after.map(|view| frame.to(view.address())),
        done: answer.done,
        not_done: answer.not_done,
        rows,
        view,
        f: frame,
    }
}

/// What the queue is called, as beside its link.
fn title(frame: &Frame, queue: Queue) -> String {
    frame
        .t(&format!("office-link-{}", queue.as_str()))
        .into_owned()
}

fn total_words(frame: &Frame, view: &View, total: usize) -> String {
    let is_all = i64::try_from(total).is_ok_and(|total| total < counted_to(view));
    let key = if is_all {
        "office-count"
    } else {
        "office-count-more"
    };
    i18n::text_with(frame.lang, key, &[("count", total.to_string())])
}

fn span_words(frame: &Frame, view: &View, rows: usize, total: usize) -> String {
    let last = view.number.saturating_add(rows).saturating_sub(1);
    let span = format!("{}\u{301c}{last}", view.number);
    frame.t2(
        "queue-span",
        ("span", &span),
        ("total", &total_words(frame, view, total)),
    )
}

fn heads(frame: &Frame, view: &View) -> [SortHead; 2] {
    let head = |by: SortKey, key: &str| SortHead {
        word: frame.t(key).into_owned(),
        href: frame.to(view.sorted_by(by).address()),
        sorted: match (view.order.by == by, view.order.is_ascending) {
            (true, true) => "ascending",
            (true, false) => "descending",
            (false, _) => "none",
        },
    };
    [
        head(SortKey::Entered, "queue-entered"),
        head(SortKey::Due, "queue-due"),
    ]
}

fn chips(frame: &Frame, view: &View) -> Vec<Chip> {
    let all = view.first_page();
    let mut chips = Vec::new();
    let mut add = |word: String, without: View| {
        chips.push(Chip {
            word,
            href: frame.to(without.address()),
        });
    };
    if !view.q.is_empty() {
        let without = View {
            q: String::new(),
            ..all.clone()
        };
        add(frame.t1("queue-chip-q", "q", view.q.clone()), without);
    }
    if let Some(due) = view.due {
        let word = frame.t(&format!("queue-due-{}", due.as_str())).into_owned();
        let without = View {
            due: None,
            ..all.clone()
        };
        add(word, without);
    }
    if let Some(channel) = view.channel {
        let without = View {
            channel: None,
            ..all.clone()
        };
        add(frame.t(rows::channel_key(channel)).into_owned(), without);
    }
    if let Some(owner) = view.owner {
        let word = frame
            .t(&format!("queue-owner-{}", owner.as_str()))
            .into_owned();
        add(word, View { owner: None, ..all });
    }
    chips
}

//! What of a queue a page shows: filters, order and place, all of it in the address, so that a page can be kept, sent to a colleague and gone back to.

use jiff::civil::Date;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::domain::queue::Queue;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::text;
use crate::storage::cases::Channel;
use crate::storage::queue_rows::QueueRow;
use crate::storage::queues::{Order, Place, SortKey};

/// Longer texts name nobody.
const LONGEST_SEARCH: usize = 200;

/// Which last days are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueFilter {
    /// Those that have passed.
    Overdue,
    /// Those of today and the next days.
    Soon,
}

impl DueFilter {
    pub(super) const ALL: [Self; 2] = [Self::Overdue, Self::Soon];

    /// The value in the address, and the end of its catalogue key.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Soon => "soon",
        }
    }
}

/// Whose cases are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerFilter {
    /// The reader's.
    Mine,
    /// Nobody's.
    Nobody,
}

impl OwnerFilter {
    pub(super) const ALL: [Self; 2] = [Self::Mine, Self::Nobody];

    /// The value in the address, and the end of its catalogue key.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Nobody => "none",
        }
    }
}

/// The page's query as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ViewQuery {
    q: String,
    due: String,
    ch: String,
    owner: String,
    sort: String,
    after: String,
    before: String,
    n: String,
    /// What was just done, for the line that says so.
    pub(super) done: String,
}

/// The row a page begins behind, as it stood when the link was made: a case that moved meanwhile changes nothing for the pages around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Forwards from the row, or backwards.
    pub(super) is_forward: bool,
    pub(super) value: String,
    pub(super) reference: ReceiptNumber,
}

/// What a page shows.
#[derive(Debug, Clone)]
pub struct View {
    /// Which queue.
    pub(super) queue: Queue,
    /// What is searched for, as typed.
    pub(super) q: String,
    pub(super) due: Option<DueFilter>,
    pub(super) channel: Option<Channel>,
    pub(super) owner: Option<OwnerFilter>,
    pub(super) order: Order,
    pub(super) cursor: Option<Cursor>,
    /// The how-manieth row the page begins with, as far as the pages before were counted.
    pub(super) number: usize,
}

const BY_DUE: Order = Order {
    by: SortKey::Due,
    is_ascending: true,
};

impl View {
    /// Reads an address; what is no value of ours is as if it were not there.
    pub(super) fn read(queue: Queue, query: &ViewQuery) -> Self {
        let order = match query.sort.as_str() {
            "-due" => Order {
                is_ascending: false,
                ..BY_DUE
            },
            "entered" => Order {
                by: SortKey::Entered,
                is_ascending: true,
            },
            "-entered" => Order {
                by: SortKey::Entered,
                is_ascending: false,
            },
            _ => BY_DUE,
        };
        let cursor =
            Cursor::read(&query.after, true).or_else(|| Cursor::read(&query.before, false));
        let q: String = text::trimmed(&query.q)
            .chars()
            .take(LONGEST_SEARCH)
            .collect();
        Self {
            queue,
            q,
            due: DueFilter::ALL
                .into_iter()
                .find(|due| due.as_str() == query.due),
            channel: Channel::parse(&query.ch),
            owner: OwnerFilter::ALL
                .into_iter()
                .find(|owner| owner.as_str() == query.owner),
            order,
            number: query
                .n
                .parse()
                .ok()
                .filter(|_| cursor.is_some())
                .unwrap_or(1),
            cursor,
        }
    }

    /// The sort in the address; nothing for the usual one.
    pub(super) fn sort(&self) -> &'static str {
        match (self.order.by, self.order.is_ascending) {
            (SortKey::Due, true) => "",
            (SortKey::Due, false) => "-due",
            (SortKey::Entered, true) => "entered",
            (SortKey::Entered, false) => "-entered",
        }
    }

    /// Whether anything is left out.
    pub(super) fn is_filtered(&self) -> bool {
        !self.q.is_empty() || self.due.is_some() || self.channel.is_some() || self.owner.is_some()
    }

    /// The path and the query of this page, without the language.
    pub(super) fn address(&self) -> String {
        self.address_of("")
    }

    /// The same rows as a file.
    pub(super) fn file_address(&self) -> String {
        self.first_page().address_of(".csv")
    }

    fn address_of(&self, kind: &str) -> String {
        let cursor = self.cursor.as_ref();
        let place = |is_forward: bool| {
            cursor
                .filter(|cursor| cursor.is_forward == is_forward)
                .map(Cursor::text)
                .unwrap_or_default()
        };
        let number = if cursor.is_some() {
            self.number.to_string()
        } else {
            String::new()
        };
        let pairs = [
            ("q", self.q.clone()),
            ("due", self.due.map_or("", DueFilter::as_str).to_owned()),
            ("ch", self.channel.map_or("", Channel::as_str).to_owned()),
            (
                "owner",
                self.owner.map_or("", OwnerFilter::as_str).to_owned(),
            ),
            ("sort", self.sort().to_owned()),
            ("after", place(true)),
            ("before", place(false)),
            ("n", number),
        ];
        let query: Vec<String> = pairs
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
            .collect();
        let path = format!("/staff/queues/{}{kind}", self.queue.as_str());
        if query.is_empty() {
            path
        } else {
            format!("{path}?{}", query.join("&"))
        }
    }

    /// The first page of the same rows.
    pub(super) fn first_page(&self) -> Self {
        Self {
            cursor: None,
            number: 1,
            ..self.clone()
        }
    }

    /// The page behind (or before) a row.
    pub(super) fn beside(
        &self,
        (row, place): (&QueueRow, &Place),
        is_forward: bool,
        number: usize,
    ) -> Self {
        let value = match (self.is_numbered(), self.order.by) {
            (false, SortKey::Due) => place.due_on.unwrap_or(Date::MAX).to_string(),
            _ => place.entered.to_string(),
        };
        Self {
            cursor: Some(Cursor {
                is_forward,
                value,
                reference: row.reference,
            }),
            number,
            ..self.clone()
        }
    }

    /// The same rows in another order: by `by`, and turned round when they are so already.
    pub(super) fn sorted_by(&self, by: SortKey) -> Self {
        Self {
            order: Order {
                by,
                is_ascending: self.order.by != by || !self.order.is_ascending,
            },
            ..self.first_page()
        }
    }

    /// Whether the queue is no lanes: its rows are numbered in the order they came, and cannot be sorted.
    pub(super) fn is_numbered(&self) -> bool {
        matches!(self.queue, Queue::Approve | Queue::Unreachable)
    }
}

impl Cursor {
    fn read(text: &str, is_forward: bool) -> Option<Self> {
        let (value, reference) = text.rsplit_once('.')?;
        Some(Self {
            is_forward,
            value: value.to_owned(),
            reference: reference.parse().ok()?,
        })
    }

    fn text(&self) -> String {
        format!("{}.{}", self.value, self.reference.compact())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(pairs: &[(&str, &str)]) -> ViewQuery {
        let text = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        actix_web::web::Query::<ViewQuery>::from_query(&text)
            .unwrap()
            .into_inner()
    }

    #[test]
    fn the_address_holds_everything_and_nothing_usual() {
        for (pairs, expected) in [
            (&[][..], "/staff/queues/match"),
            (
                &[("q", ""), ("due", "some day"), ("sort", "name"), ("n", "7")],
                "/staff/queues/match",
            ),
            (
                &[
                    ("q", " 山田 "),
                    ("due", "soon"),
                    ("ch", "post"),
                    ("owner", "mine"),
                    ("sort", "-entered"),
                ],
                "/staff/queues/match?q=%E5%B1%B1%E7%94%B0&due=soon&ch=post&owner=mine&sort=%2Dentered",
            ),
            (
                &[("after", "2026-12-01.K7M42PQX9T"), ("n", "26")],
                "/staff/queues/match",
            ),
        ] {
            let view = View::read(Queue::Match, &query(pairs));
            assert_eq!(view.address(), expected, "{pairs:?}");
        }
    }

    #[test]
    fn a_place_is_read_back_from_its_address() {
        let reference = ReceiptNumber::from_random(7);
        let text = format!("2026-12-01.{}", reference.compact());
        for (name, is_forward) in [("after", true), ("before", false)] {
            let view = View::read(Queue::Match, &query(&[(name, &text), ("n", "26")]));
            let cursor = view.cursor.clone().unwrap();
            assert_eq!((cursor.is_forward, view.number), (is_forward, 26));
            assert_eq!(
                view.address(),
                format!(
                    "/staff/queues/match?{name}=2026%2D12%2D01%2E{}&n=26",
                    reference.compact()
                )
            );
            assert_eq!(view.file_address(), "/staff/queues/match.csv");
        }
    }

    #[test]
    fn a_sort_head_turns_its_own_order_round() {
        let view = View::read(Queue::Match, &query(&[]));
        let down = view.sorted_by(SortKey::Due);
        assert_eq!(
            (
                down.sort(),
                down.sorted_by(SortKey::Due).sort(),
                down.sorted_by(SortKey::Entered).sort()
            ),
            ("-due", "", "entered")
        );
    }
}

//! A case as a line of a list: its name, how it came, where it stands, its last day, who works on it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::desk;
use crate::domain::queue::Queue;
use crate::domain::status::Status;
use crate::storage::applications::ApplicationId;
use crate::storage::cases::Channel;
use crate::storage::queue_rows::QueueRow;
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::language_within;

/// A word in a frame, with its colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The class that colours it.
    pub colour: &'static str,
    /// The word.
    pub word: String,
}

/// A line.
#[derive(Debug, Clone)]
pub struct RowView {
    /// The case's page.
    pub href: String,
    /// The receipt number, as printed.
    pub reference: String,
    /// The receipt number, as sent.
    pub compact: String,
    /// The name.
    pub name: String,
    /// Its language, where it is not the page's.
    pub name_lang: Option<&'static str>,
    /// How the paper came.
    pub channel: String,
    /// Where the case stands.
    pub status: String,
    /// What about it is urgent or new.
    pub tags: Vec<Tag>,
    /// The day it came into its status, where the office is.
    pub entered: String,
    /// The last day of what runs.
    pub due: String,
    /// Who works on it; empty for nobody.
    pub owner: String,
    /// The language of the name of who works on it.
    pub owner_lang: Option<&'static str>,
    /// The account that works on it.
    pub claimed_by: Option<i64>,
    /// Whether that is the reader.
    pub is_mine: bool,
    /// Whether its box is ticked.
    pub is_ticked: bool,
}

/// Who reads the list, and when.
pub struct Reader<'a> {
    frame: &'a Frame,
    staff: &'a Staff,
    zone: TimeZone,
    today: Date,
}

impl<'a> Reader<'a> {
    /// Somebody of the staff at this moment; days are those of their office.
    pub fn new(frame: &'a Frame, staff: &'a Staff, now: Timestamp) -> Self {
        let zone = staff.office().map_or_else(desk::japan, desk::zone_of);
        Self {
            frame,
            staff,
            today: now.to_zoned(zone.clone()).date(),
            zone,
        }
    }

    fn day(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// A line of a list; `from` is the queue the case's page leads back to.
    pub fn row(
        &self,
        row: &QueueRow,
        names: &BTreeMap<i64, String>,
        replied: &BTreeSet<ApplicationId>,
        from: Option<Queue>,
    ) -> RowView {
        let name = row.full_name();
        let lang = self.frame.lang;
        let owner = row
            .claimed_by
            .and_then(|id| names.get(&id).cloned())
            .unwrap_or_default();
        let back = from.map_or_else(String::new, |queue| format!("?from={}", queue.as_str()));
        RowView {
            href: self
                .frame
                .to(format!("/staff/cases/{}{back}", row.reference)),
            reference: row.reference.to_string(),
            compact: row.reference.compact(),
            name_lang: language_within(lang, &name),
            name,
            channel: row
                .channel
                .map(|channel| self.frame.t(channel_key(channel)).into_owned())
                .unwrap_or_default(),
            status: self.frame.t(row.status.key()).into_owned(),
            tags: self.tags(row, replied),
            entered: self.day(row.entered_at).to_string(),
            due: row.due_on.map(|day| day.to_string()).unwrap_or_default(),
            owner_lang: language_within(lang, &owner),
            owner,
            claimed_by: row.claimed_by,
            is_mine: row.claimed_by == Some(self.staff.id.0),
            is_ticked: false,
        }
    }

    fn tags(&self, row: &QueueRow, replied: &BTreeSet<ApplicationId>) -> Vec<Tag> {
        let is_overdue =
            row.status == Status::Overdue || row.due_on.is_some_and(|due| due < self.today);
        let is_new = row.claimed_by.is_none() && self.day(row.entered_at) == self.today;
        [
            (is_overdue, "warn", "queue-tag-overdue"),
            (replied.contains(&row.id), "ok", "queue-tag-replied"),
            (is_new, "info", "queue-tag-new"),
        ]
        .into_iter()
        .filter(|(is_so, _, _)| *is_so)
        .map(|(_, colour, key)| Tag {
            colour,
            word: self.frame.t(key).into_owned(),
        })
        .collect()
    }
}

/// The word for how the paper came.
pub fn channel_key(channel: Channel) -> &'static str {
    match channel {
        Channel::Counter => "queue-ch-counter",
        Channel::Post => "queue-ch-post",
    }
}

//! The page of one shipment: its facts, its list, and what its reader can do with it.

use std::collections::BTreeMap;

use askama::Template;
use jiff::Timestamp;

use super::new::carriers;
use super::{desk_name, is_late, kind_key, open_shipment, state_key};
use crate::domain::answers::Answers;
use crate::domain::application::posting::Carrier;
use crate::domain::desk;
use crate::domain::office_code::OfficeCode;
use crate::i18n;
use crate::notices::legs;
use crate::storage::applications::ApplicationId;
use crate::storage::shipment_lines::{self, ListLine};
use crate::storage::shipments::{ItemState, Shipment, ShipmentState};
use crate::storage::{Db, StoreError, offices, staff as accounts};
use crate::web::fields::{Choice, FormView};
use crate::web::frame::Frame;
use crate::web::office::intake::kind_of_application;
use crate::web::office::session::Staff;
use crate::web::office::shell::{Shell, language_within, office_name};

/// A shipment as it is now, with its list and the names of who did what.
pub(super) struct Whole {
    pub(super) shipment: Shipment,
    pub(super) lines: Vec<ListLine>,
    pub(super) stuck: Vec<ApplicationId>,
    names: BTreeMap<String, String>,
    /// After so many days on its way it is late.
    days: i32,
}

impl Whole {
    pub(super) fn load(db: &mut Db, office: &OfficeCode, number: &str) -> Result<Self, StoreError> {
        let shipment = open_shipment(db, office, number)?;
        let lines = shipment_lines::list_lines(db, shipment.id)?;
        let actors = [
            Some(shipment.made_by.as_str()),
            shipment.counted_by.as_deref(),
            shipment.received_by.as_deref(),
        ];
        let names = accounts::names_of_actors(db, actors.into_iter().flatten())?;
        let stuck = if shipment.state == ShipmentState::Draft {
            legs::stuck(&shipment, &lines)
        } else {
            Vec::new()
        };
        let days = offices::terms_of(db, &shipment.to)?.shipment_days;
        Ok(Self {
            shipment,
            lines,
            stuck,
            names,
            days,
        })
    }

    pub(super) fn name(&self, actor: &str) -> String {
        let known = self.names.get(actor).map(String::as_str);
        known.unwrap_or(actor).to_owned()
    }
}

/// A line of the list.
struct Line {
    position: i32,
    field: String,
    reference: String,
    href: Option<String>,
    name: String,
    kind: &'static str,
    state: &'static str,
    is_stuck: bool,
    status: &'static str,
}

/// A fact of the shipment.
struct Fact {
    label: &'static str,
    value: String,
}

/// What the reader can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offer {
    /// Count it as the second person, or change it.
    Count,
    /// Change it; somebody else counts.
    WaitForCount,
    /// Open its bag.
    Receive,
    /// Read it.
    Nothing,
}

#[derive(Template)]
#[template(path = "office/shipment.html")]
pub(super) struct ShipmentPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    number: String,
    kind: &'static str,
    state: &'static str,
    version: i64,
    facts: Vec<Fact>,
    lines: Vec<Line>,
    offer: Offer,
    is_late: bool,
    has_stuck: bool,
}

impl ShipmentPage<'_> {
    fn carriers(&self) -> Vec<Choice> {
        carriers(self.f)
    }

    fn lang(&self, text: &str) -> Option<&'static str> {
        language_within(self.f.lang, text)
    }

    fn is_draft(&self) -> bool {
        matches!(self.offer, Offer::Count | Offer::WaitForCount)
    }

    fn path(&self) -> String {
        self.f.to(format!("/staff/shipments/{}", self.number))
    }
}

pub(super) fn field_of(line: &ListLine) -> String {
    format!("item_{}", line.reference.compact())
}

pub(super) fn carriage_answers(shipment: &Shipment) -> Answers {
    let carriage = &shipment.carriage;
    [
        ("carrier", carriage.carrier.map_or("", Carrier::as_str)),
        ("tracking", carriage.tracking.as_str()),
        ("sealed", if carriage.is_sealed { "yes" } else { "" }),
    ]
    .into_iter()
    .collect()
}

/// Who reads the page, where and when.
pub(super) struct Reader<'a> {
    pub(super) frame: &'a Frame,
    pub(super) staff: &'a Staff,
    pub(super) office: &'a OfficeCode,
    pub(super) now: Timestamp,
}

impl<'a> Reader<'a> {
    fn facts(&self, whole: &Whole) -> Vec<Fact> {
        let (frame, shipment) = (self.frame, &whole.shipment);
        let zone = desk::zone_of(self.office);
        let at = |instant| i18n::time_of_day_with_date(frame.lang, instant, &zone);
        let sealed = if shipment.carriage.is_sealed {
            "legs-sealed-yes"
        } else {
            "legs-sealed-no"
        };
        let carrier = carriers(frame)
            .into_iter()
            .find(|one| {
                shipment
                    .carriage
                    .carrier
                    .is_some_and(|own| own.as_str() == one.value)
            })
            .map(|one| one.label)
            .unwrap_or_default();
        let who = |actor: &str, instant| format!("{} {}", whole.name(actor), at(instant));
        let mut facts = vec![
            Fact {
                label: "legs-from",
                value: desk_name(frame, &shipment.from),
            },
            Fact {
                label: "legs-to",
                value: office_name(frame.lang, &shipment.to),
            },
            Fact {
                label: "legs-count",
                value: frame.t1("legs-n", "n", shipment.item_count.to_string()),
            },
            Fact {
                label: "legs-carriage",
                value: format!(
                    "{carrier} {} {}",
                    shipment.carriage.tracking,
                    frame.t(sealed)
                )
                .trim()
                .to_owned(),
            },
            Fact {
                label: "legs-made-by",
                value: who(&shipment.made_by, shipment.made_at),
            },
        ];
        if let (Some(by), Some(instant)) = (&shipment.counted_by, shipment.closed_at) {
            facts.push(Fact {
                label: "legs-counted-by",
                value: who(by, instant),
            });
        }
        if let (Some(by), Some(instant)) = (&shipment.received_by, shipment.received_at) {
            facts.push(Fact {
                label: "legs-received-by",
                value: who(by, instant),
            });
        }
        facts
    }

    fn line(&self, whole: &Whole, line: &ListLine) -> Line {
        let path = format!("/staff/cases/{}", line.reference);
        let may_open = self.staff.may_open("/staff/cases/{reference}");
        Line {
            position: line.position,
            field: field_of(line),
            reference: line.reference.to_string(),
            href: may_open.then(|| self.frame.to(path)),
            name: line.full_name(),
            kind: kind_of_application(line.kind),
            state: match (whole.shipment.state, line.state) {
                (ShipmentState::Draft, _) => "legs-item-listed",
                (_, ItemState::Listed) => "legs-item-on-its-way",
                (_, ItemState::Missing) => "legs-item-missing",
                (_, ItemState::Arrived) => "legs-item-arrived",
                (_, ItemState::Returned) => "legs-item-returned",
            },
            is_stuck: whole.stuck.contains(&line.application_id),
            status: line.status.key(),
        }
    }

    fn offer(&self, shipment: &Shipment) -> Offer {
        let is_sender = shipment.from.office() == Some(self.office);
        match shipment.state {
            ShipmentState::Draft if is_sender && shipment.made_by != self.staff.actor() => {
                Offer::Count
            }
            ShipmentState::Draft if is_sender => Offer::WaitForCount,
            ShipmentState::Sent if shipment.to == *self.office => Offer::Receive,
            _ => Offer::Nothing,
        }
    }

    pub(super) fn page(&self, s: Shell, v: FormView, whole: &Whole) -> ShipmentPage<'a> {
        let shipment = &whole.shipment;
        let v = if v.answers().is_blank() && !v.has_errors() && v.note().is_none() {
            FormView::of(carriage_answers(shipment))
        } else {
            v
        };
        ShipmentPage {
            f: self.frame,
            s,
            v,
            number: shipment.number.to_string(),
            kind: kind_key(shipment.kind),
            state: state_key(shipment.state),
            version: shipment.version,
            facts: self.facts(whole),
            lines: whole
                .lines
                .iter()
                .map(|line| self.line(whole, line))
                .collect(),
            offer: self.offer(shipment),
            is_late: is_late(shipment, whole.days, self.now),
            has_stuck: !whole.stuck.is_empty(),
        }
    }
}

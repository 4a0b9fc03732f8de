//! The page of intake: the field, the bag beside its list, what was taken out of it lately.

use askama::Template;
use jiff::tz::TimeZone;

use super::Desk;
use super::answers::Question;
use crate::domain::desk;
use crate::domain::office_code::OfficeCode;
use crate::domain::shipment::ShipmentKind;
use crate::notices::legs::{self, Comparison};
use crate::storage::bags::{self, Bag, BagId, BagItem, BagItemId, BagState, ItemAnswer};
use crate::storage::cases::Channel;
use crate::storage::{Db, StoreError, staff};
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::frame::Frame;
use crate::web::office::shell::{Shell, language_within, office_name};

/// So many of the last pieces are shown.
const LATELY: i64 = 10;

/// What is read for the page.
pub(super) struct View {
    bag: Option<Bag>,
    compared: Comparison,
    lately: Vec<BagItem>,
    last: Option<BagItem>,
}

impl View {
    pub(super) fn load(
        db: &mut Db,
        (office, kind, by): (&OfficeCode, ShipmentKind, &str),
        bag: Option<BagId>,
        last: Option<BagItemId>,
    ) -> Result<Self, StoreError> {
        let named = match bag {
            Some(id) => Some(bags::get_bag(db, id, office)?),
            None => bags::find_open_bag(db, office, kind, by)?,
        };
        let bag = named.filter(|bag| bag.state == BagState::Open && bag.kind == kind);
        let Some(bag) = bag else {
            return Ok(Self {
                bag: None,
                compared: Comparison::default(),
                lately: Vec::new(),
                last: None,
            });
        };
        let lately = bags::list_items(db, bag.id, LATELY)?;
        let last = match last {
            Some(id) => bags::find_item_by_id(db, bag.id, id)?,
            None => None,
        };
        Ok(Self {
            compared: legs::compare(db, &bag)?,
            bag: Some(bag),
            lately,
            last,
        })
    }
}

/// The name of who an actor of the audit is; the actor where nobody knows.
pub(super) fn name_of(db: &mut Db, actor: &str) -> Result<String, StoreError> {
    let mut names = staff::names_of_actors(db, [actor])?;
    Ok(names.remove(actor).unwrap_or_else(|| actor.to_owned()))
}

/// A piece, as a line.
pub(super) struct Line {
    reference: String,
    href: Option<String>,
    name: String,
    kind: &'static str,
    shelf: String,
    answer: &'static str,
    is_in: bool,
    at: String,
}

/// A name on the list or in the bag.
pub(super) struct Named {
    reference: String,
    name: String,
}

#[derive(Template)]
#[template(path = "office/intake.html")]
pub(super) struct IntakePage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    kind: ShipmentKind,
    bag: Option<Bag>,
    /// The shipment's number and sender.
    shipment: Option<(String, String)>,
    taken: i32,
    listed: i32,
    missing: Vec<Named>,
    surplus: Vec<Named>,
    lately: Vec<Line>,
    last: Option<Line>,
    question: Option<Question>,
    asks_to_confirm: bool,
    search: Option<String>,
}

impl<'a> IntakePage<'a> {
    pub(super) async fn new(
        desk: &Desk<'a>,
        view: View,
        v: FormView,
        question: Option<Question>,
    ) -> Result<Self, AppError> {
        let frame = desk.frame;
        let zone = desk::zone_of(&desk.office);
        let may_open = desk.staff.may_open("/staff/cases/{reference}");
        let line = |item: &BagItem| line_of(frame, item, &zone, may_open);
        let compared = &view.compared;
        let shipment = compared.shipment.as_ref();
        let sender = |shipment: &crate::storage::shipments::Shipment| {
            let from = match shipment.from.office() {
                Some(office) => office_name(frame.lang, office),
                None => frame.t("legs-issuer").into_owned(),
            };
            (shipment.number.to_string(), from)
        };
        let missing = compared.missing.iter().map(|line| Named {
            reference: line.reference.to_string(),
            name: line.full_name(),
        });
        let surplus = compared.surplus.iter().map(|item| Named {
            reference: item.reference.to_string(),
            name: item.full_name(),
        });
        let search = desk.staff.may_open("/staff/search");
        Ok(Self {
            f: frame,
            s: Shell::load(frame, desk.app, desk.staff).await?,
            asks_to_confirm: v
                .errors()
                .iter()
                .any(|error| error.id == "counted" && v.answers().is("go", "close")),
            v: sticky(v, view.last.as_ref()),
            kind: desk.kind,
            shipment: shipment.map(sender),
            taken: compared.taken,
            listed: shipment.map_or(0, |shipment| shipment.item_count),
            missing: missing.collect(),
            surplus: surplus.collect(),
            lately: view.lately.iter().map(line).collect(),
            last: view.last.as_ref().map(line),
            bag: view.bag,
            question,
            search: search.then(|| frame.to("/staff/search")),
        })
    }

    fn channels(&self) -> Vec<Choice> {
        vec![
            Choice::new(Channel::Post.as_str(), self.f.t("legs-channel-post")),
            Choice::new(Channel::Counter.as_str(), self.f.t("legs-channel-counter")),
        ]
    }

    /// "18 of 18".
    fn counts(&self) -> String {
        self.f.t2(
            "legs-bag-listed",
            ("n", &self.taken.to_string()),
            ("m", &self.listed.to_string()),
        )
    }

    fn is_card(&self) -> bool {
        self.kind == ShipmentKind::Card
    }

    fn title(&self) -> std::borrow::Cow<'static, str> {
        self.f.t(if self.is_card() {
            "legs-intake-cards"
        } else {
            "legs-intake-forms"
        })
    }

    fn name_lang(&self, name: &str) -> Option<&'static str> {
        language_within(self.f.lang, name)
    }
}

/// The shelf of the last card is the next one's, unless another is typed; a new bag of forms came by post.
fn sticky(v: FormView, last: Option<&BagItem>) -> FormView {
    if !v.answers().is_blank() || v.note().is_some() || v.has_errors() {
        return v;
    }
    let shelf = last
        .and_then(|item| item.shelf.as_deref())
        .unwrap_or_default();
    FormView::of(
        [("shelf", shelf), ("channel", Channel::Post.as_str())]
            .into_iter()
            .collect(),
    )
}

fn line_of(frame: &Frame, item: &BagItem, zone: &TimeZone, may_open: bool) -> Line {
    let (answer, is_in) = match item.answer {
        ItemAnswer::Registered => ("legs-answer-registered", true),
        ItemAnswer::WithDefect => ("legs-answer-defect", true),
        ItemAnswer::Already => ("legs-answer-already", false),
        ItemAnswer::Ended => ("legs-answer-ended", false),
        ItemAnswer::Elsewhere => ("legs-answer-elsewhere", false),
    };
    let path = format!("/staff/cases/{}", item.reference);
    Line {
        reference: item.reference.to_string(),
        href: may_open.then(|| frame.to(path)),
        name: item.full_name(),
        kind: kind_of_application(item.kind),
        shelf: item.shelf.clone().unwrap_or_default(),
        answer,
        is_in,
        at: item
            .taken_at
            .to_zoned(zone.clone())
            .strftime("%H:%M:%S")
            .to_string(),
    }
}

/// The word for 申請区分.
pub(in crate::web::office) fn kind_of_application(
    kind: crate::domain::application::kind::ApplicationKind,
) -> &'static str {
    use crate::domain::application::kind::ApplicationKind as K;
    match kind {
        K::New => "legs-kind-new",
        K::Renewal => "legs-kind-renewal",
        K::Reissue => "legs-kind-reissue",
    }
}

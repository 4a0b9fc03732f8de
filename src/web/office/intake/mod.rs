//! Intake (S05): one field, one paper or card after the other. A scanner types the code and Enter; the page comes back with the field empty, the cursor
//! in it and the answer above it.
//!
//! The answers are `domain::intake`'s; each has its words and its next step in [`answers`]. What is scanned is counted in a bag ([`bag`]); what cannot be
//! read is found by name and birth date ([`by_name`]).

mod answers;
pub mod bag;
pub mod by_name;
mod page;
mod scan;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::session::Staff;
use crate::domain::answers::{Answers, Problem};
use crate::domain::free_text::{self, TextError};
use crate::domain::intake::{Said, ScanError, Scanned};
use crate::domain::office_code::OfficeCode;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::shipment::{ShipmentKind, ShipmentNumber};
use crate::notices::legs;
use crate::storage::bags::{BagId, BagItemId};
use crate::storage::cases::Channel;
use crate::storage::{StoreError, shipments};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use answers::Question;
use page::{IntakePage, View};
use scan::{Refused, Scan, Taken};

pub(super) use page::kind_of_application;

const SHELF: usize = 20;

/// Kinds of problems and their facts.
pub const KINDS: &[(&str, &[&str])] = &[
    ("error-scan-empty", &[]),
    ("error-scan-foreign", &[]),
    ("error-scan-unknown", &[]),
    ("error-scan-shipment", &[]),
    ("error-scan-shipment-received", &[]),
    ("error-shelf-empty", &[]),
    ("error-shelf-long", &[]),
    ("error-counted", &[]),
    ("error-bag-count", &["a", "b"]),
    ("error-bag-list", &["a", "b"]),
    ("error-intake-name", &[]),
    ("error-intake-dob", &[]),
];

/// What the page is opened with.
#[derive(Debug, Deserialize)]
pub struct IntakeQuery {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    bag: String,
    #[serde(default)]
    last: String,
    #[serde(default)]
    closed: String,
}

/// The desk at which somebody takes things in.
struct Desk<'a> {
    frame: &'a Frame,
    app: &'a web::Data<App>,
    staff: &'a Staff,
    office: OfficeCode,
    kind: ShipmentKind,
}

fn kind_in(word: &str) -> Result<ShipmentKind, AppError> {
    if word.is_empty() {
        return Ok(ShipmentKind::Form);
    }
    ShipmentKind::parse(word).ok_or(AppError::NotFound)
}

impl<'a> Desk<'a> {
    fn open(
        frame: &'a Frame,
        app: &'a web::Data<App>,
        staff: &'a Staff,
        kind: &str,
    ) -> Result<Self, AppError> {
        Ok(Self {
            frame,
            app,
            staff,
            office: staff.own_office()?.clone(),
            kind: kind_in(kind)?,
        })
    }

    /// The page with the bag that is open: the one named, or the one this person opened last.
    async fn render(
        &self,
        status: StatusCode,
        (bag, last): (&str, &str),
        v: FormView,
        question: Option<Question>,
    ) -> Result<HttpResponse, AppError> {
        let (office, kind, by) = (self.office.clone(), self.kind, self.staff.actor());
        let (bag, last) = (id_in(bag), last.parse().ok().map(BagItemId));
        let view = self
            .app
            .read(move |db| View::load(db, (&office, kind, &by), bag, last))
            .await?;
        let page = IntakePage::new(self, view, v, question).await?;
        self.frame.page(status, &page)
    }

    async fn refuse(&self, answers: Answers, problem: Problem) -> Result<HttpResponse, AppError> {
        let bag = answers.get("bag").to_owned();
        let v = FormView::of(answers).with_problems(self.frame, &[problem]);
        self.render(StatusCode::UNPROCESSABLE_ENTITY, (&bag, ""), v, None)
            .await
    }

    fn to_bag(&self, kind: ShipmentKind, bag: BagId, item: Option<BagItemId>) -> HttpResponse {
        let last = item.map(|item| format!("&last={item}")).unwrap_or_default();
        let path = format!("/staff/intake?kind={}&bag={bag}{last}", kind.as_str());
        self.frame.see_other(&path)
    }
}

fn id_in(text: &str) -> Option<BagId> {
    text.parse().ok().map(BagId)
}

/// The shelf as typed, which may be left empty where none is needed.
fn shelf_in(answers: &Answers) -> Result<String, TextError> {
    match free_text::one_line(answers.get("shelf"), SHELF) {
        Err(TextError::Empty) => Ok(String::new()),
        other => other,
    }
}

fn said_in(answers: &Answers) -> Said {
    Said {
        revision: answers.get("revision").parse().ok(),
        with_defect: answers.is("go", "with-defect"),
        refile: answers.is("go", "refile") || answers.is("refile", "yes"),
        unlisted: answers.is("go", "unlisted"),
    }
}

/// `GET /staff/intake?kind=form|card`
pub async fn show_intake(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<IntakeQuery>,
) -> Result<HttpResponse, AppError> {
    let desk = Desk::open(&frame, &app, &staff, &query.kind)?;
    let v = match id_in(&query.closed) {
        Some(closed) => FormView::default().with_note(bag::closed_words(&desk, closed).await?),
        None => FormView::default(),
    };
    desk.render(StatusCode::OK, (&query.bag, &query.last), v, None)
        .await
}

/// `POST /staff/intake`: something was scanned or typed.
pub async fn scan(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let (answers, is_old) = match form.open(&frame) {
        Ok(answers) => (answers, false),
        Err(OldPage(answers)) => (answers, true),
    };
    let desk = Desk::open(&frame, &app, &staff, answers.get("kind"))?;
    if is_old {
        let bag = answers.get("bag").to_owned();
        let v = FormView::of(answers).with_note(frame.t("note-old-page"));
        return desk
            .render(StatusCode::UNPROCESSABLE_ENTITY, (&bag, ""), v, None)
            .await;
    }
    match answers.get("code").parse() {
        Ok(Scanned::Case(number)) => desk.take(answers, number).await,
        Ok(Scanned::PinForm(number)) => desk.ask_for_sheet(answers, number, true).await,
        Ok(Scanned::Cover(number)) => desk.ask_for_sheet(answers, number, false).await,
        Ok(Scanned::Shipment(number)) => desk.open_shipment(answers, number).await,
        Err(error) => {
            let kind = match error {
                ScanError::Empty => "error-scan-empty",
                ScanError::Foreign => "error-scan-foreign",
                ScanError::Number(_) => "error-scan-unknown",
            };
            desk.refuse(answers, Problem::new("code", kind)).await
        }
    }
}

impl Desk<'_> {
    async fn ask_for_sheet(
        &self,
        answers: Answers,
        number: ReceiptNumber,
        is_pin_form: bool,
    ) -> Result<HttpResponse, AppError> {
        let question = Question::other_sheet(self.frame, number, is_pin_form);
        let bag = answers.get("bag").to_owned();
        let v = FormView::of(answers);
        self.render(
            StatusCode::UNPROCESSABLE_ENTITY,
            (&bag, ""),
            v,
            Some(question),
        )
        .await
    }

    /// The list of a shipment was scanned: its bag is opened.
    async fn open_shipment(
        &self,
        answers: Answers,
        number: ShipmentNumber,
    ) -> Result<HttpResponse, AppError> {
        let (office, by, now) = (
            self.office.clone(),
            self.staff.actor(),
            self.app.clock.now(),
        );
        let opened = self
            .app
            .write(move |db| {
                let shipment =
                    shipments::find_by_number(db, number)?.ok_or(StoreError::NotFound)?;
                let bag = legs::open_bag_of(db, &shipment, (&office, &by), now)?;
                Ok::<_, StoreError>((shipment.kind, bag))
            })
            .await;
        let kind = match opened {
            Ok((kind, bag)) => return Ok(self.to_bag(kind, bag, None)),
            Err(AppError::NotFound) => "error-scan-shipment",
            Err(AppError::Stale) => "error-scan-shipment-received",
            Err(other) => return Err(other),
        };
        self.refuse(answers, Problem::new("code", kind)).await
    }

    async fn take(
        &self,
        answers: Answers,
        number: ReceiptNumber,
    ) -> Result<HttpResponse, AppError> {
        let Ok(place) = shelf_in(&answers) else {
            return self
                .refuse(answers, Problem::new("shelf", "error-shelf-long"))
                .await;
        };
        let scan = Scan {
            number,
            office: self.office.clone(),
            kind: self.kind,
            bag: id_in(answers.get("bag")),
            channel: Channel::parse(answers.get("channel")),
            said: said_in(&answers),
            is_forwarded: answers.is("go", "forward"),
            place,
            by: self.staff.actor(),
            letterhead: self.app.letterhead(),
        };
        match self.write(scan).await? {
            Taken::In(bag, item) => Ok(self.to_bag(self.kind, bag, Some(item))),
            Taken::Unknown => {
                self.refuse(answers, Problem::new("code", "error-scan-unknown"))
                    .await
            }
            Taken::NoShelf => {
                self.refuse(answers, Problem::new("shelf", "error-shelf-empty"))
                    .await
            }
            Taken::Refused(piece) => {
                let question = Question::of(self, &piece, &answers);
                let kept: Answers = [
                    ("shelf", answers.get("shelf")),
                    ("channel", answers.get("channel")),
                ]
                .into_iter()
                .collect();
                let bag = piece.bag.to_string();
                let v = FormView::of(kept);
                self.render(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    (&bag, ""),
                    v,
                    Some(question),
                )
                .await
            }
        }
    }

    /// Of two clerks with the same envelope one is first; the other is told so, which the second run finds out.
    async fn write(&self, scan: Scan) -> Result<Taken, AppError> {
        let now = self.app.clock.now();
        let again = scan.clone();
        match self.app.write(move |db| scan.run(db, now)).await {
            Err(AppError::Stale) => self.app.write(move |db| again.run(db, now)).await,
            other => other,
        }
    }
}

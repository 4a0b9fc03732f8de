//! A new list: one destination, every case that waits for it ticked, how it travels. It stays a draft until a second person has counted it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::{Waiting, kind_key, waiting};
use crate::domain::answers::{Answers, Problem};
use crate::domain::application::posting::Carrier;
use crate::domain::desk::{self, Desk};
use crate::domain::free_text;
use crate::domain::office_code::OfficeCode;
use crate::domain::shipment::{Carriage, MOST_ITEMS, ShipmentKind, ShipmentNumber};
use crate::i18n;
use crate::security::random;
use crate::security::token::Token;
use crate::storage::applications::ApplicationId;
use crate::storage::idempotency::{self, Once};
use crate::storage::shipment_lines::{self, Candidate};
use crate::storage::shipments::{self, NewShipment};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::intake::kind_of_application;
use crate::web::office::session::{self, Staff};
use crate::web::office::shell::{Shell, language_within, office_name};

const TRACKING: usize = 40;

/// What the page is opened with.
#[derive(Debug, Deserialize)]
pub struct NewQuery {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    to: String,
}

/// A case that can be sent, as a line.
struct Line {
    field: String,
    reference: String,
    name: String,
    kana: String,
    kind: &'static str,
    since: String,
    is_ticked: bool,
}

#[derive(Template)]
#[template(path = "office/shipment_new.html")]
struct NewPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    kind: ShipmentKind,
    to: OfficeCode,
    to_name: String,
    key: String,
    lines: Vec<Line>,
    destinations: Vec<Waiting>,
    most: String,
}

impl NewPage<'_> {
    fn carriers(&self) -> Vec<Choice> {
        carriers(self.f)
    }

    fn kind_key(&self) -> &'static str {
        kind_key(self.kind)
    }

    fn lang(&self, text: &str) -> Option<&'static str> {
        language_within(self.f.lang, text)
    }
}

/// The carriers of a list.
pub(super) fn carriers(frame: &Frame) -> Vec<Choice> {
    Carrier::ALL
        .into_iter()
        .map(|carrier| {
            let key = match carrier {
                Carrier::Ems => "sent-carrier-ems",
                Carrier::Registered => "sent-carrier-registered",
                Carrier::Dhl => "sent-carrier-dhl",
                Carrier::Fedex => "sent-carrier-fedex",
                Carrier::Other => "sent-carrier-other",
            };
            Choice::new(carrier.as_str(), frame.t(key))
        })
        .collect()
}

/// How a bag travels, as typed.
pub(super) fn read_carriage(answers: &Answers) -> Result<Carriage, Problem> {
    let typed = answers.get("carrier");
    let carrier = Carrier::parse(typed);
    if carrier.is_none() && !typed.is_empty() {
        return Err(Problem::new("carrier", "error-shipment-carrier"));
    }
    let tracking = match free_text::one_line(answers.get("tracking"), TRACKING) {
        Ok(tracking) => tracking,
        Err(free_text::TextError::Empty) => String::new(),
        Err(_) => return Err(Problem::new("tracking", "error-shipment-tracking")),
    };
    Ok(Carriage {
        carrier,
        tracking,
        is_sealed: answers.is("sealed", "yes"),
    })
}

struct Desktop<'a> {
    frame: &'a Frame,
    app: &'a web::Data<App>,
    staff: &'a Staff,
    office: OfficeCode,
    kind: ShipmentKind,
    to: OfficeCode,
}

fn field_of(line: &Candidate) -> String {
    format!("item_{}", line.reference.compact())
}

impl<'a> Desktop<'a> {
    fn open(
        frame: &'a Frame,
        app: &'a web::Data<App>,
        staff: &'a Staff,
        (kind, to): (&str, &str),
    ) -> Result<Self, AppError> {
        Ok(Self {
            frame,
            app,
            staff,
            office: staff.own_office()?.clone(),
            kind: ShipmentKind::parse(kind).ok_or(AppError::NotFound)?,
            to: OfficeCode::parse(to).map_err(|_no_code| AppError::NotFound)?,
        })
    }

    async fn candidates(&self) -> Result<Vec<Candidate>, AppError> {
        let (kind, office, to) = (self.kind, self.office.clone(), self.to.clone());
        let most = i64::try_from(MOST_ITEMS).unwrap_or(i64::MAX);
        self.app
            .read(move |db| shipment_lines::list_candidates(db, kind, (&office, &to), most))
            .await
    }

    /// The page; at first those lines are ticked that wait to be sent.
    async fn render(
        &self,
        status: StatusCode,
        v: FormView,
        is_first: bool,
    ) -> Result<HttpResponse, AppError> {
        let zone = desk::zone_of(&self.office);
        let candidates = self.candidates().await?;
        // Papers that were looked through are ticked; where nobody marks any, and for cards, all of them.
        let all = self.kind == ShipmentKind::Card || !candidates.iter().any(|one| one.is_prepared);
        let line = |one: &Candidate| {
            let field = field_of(one);
            Line {
                is_ticked: if is_first {
                    all || one.is_prepared
                } else {
                    v.answers().is(&field, "yes")
                },
                field,
                reference: one.reference.to_string(),
                name: format!("{}\u{3000}{}", one.family, one.given),
                kana: one.kana.clone(),
                kind: kind_of_application(one.kind),
                since: i18n::time_of_day_with_date(self.frame.lang, one.entered_at, &zone),
            }
        };
        let lines = candidates.iter().map(line).collect();
        let key = Token::generate().map_err(AppError::unexpected)?;
        let page = NewPage {
            f: self.frame,
            s: Shell::load(self.frame, self.app, self.staff).await?,
            kind: self.kind,
            to_name: office_name(self.frame.lang, &self.to),
            to: self.to.clone(),
            key: key.as_str().to_owned(),
            lines,
            destinations: Vec::new(),
            most: MOST_ITEMS.to_string(),
            v,
        };
        self.frame.page(status, &page)
    }

    async fn refuse(&self, answers: Answers, problem: Problem) -> Result<HttpResponse, AppError> {
        let v = FormView::of(answers).with_problems(self.frame, &[problem]);
        self.render(StatusCode::UNPROCESSABLE_ENTITY, v, false)
            .await
    }

    async fn make(
        &self,
        items: Vec<ApplicationId>,
        carriage: Carriage,
        key: Token,
    ) -> Result<Once, AppError> {
        let number = ShipmentNumber::from_random(u64::from_be_bytes(
            random::bytes().map_err(AppError::unexpected)?,
        ));
        let (from, to, kind) = (
            Desk::Office(self.office.clone()),
            self.to.clone(),
            self.kind,
        );
        let (by, now) = (self.staff.actor(), self.app.clock.now());
        self.app
            .write(move |db| {
                idempotency::once(db, "shipment", key.hash().as_bytes(), now, |db| {
                    let new = NewShipment {
                        number,
                        kind,
                        from: &from,
                        to: &to,
                        carriage: &carriage,
                        by: &by,
                    };
                    let made = shipments::insert_shipment(db, &new, &items, now)?;
                    let detail = format!("{} {}", made.number, made.item_count);
                    session::note(db, &by, "shipment.made", &detail, now)?;
                    Ok::<_, AppError>(format!("/staff/shipments/{}", made.number))
                })
            })
            .await
    }
}

/// `GET /staff/shipments/new?kind=form|card&to=office`: without an office, what waits for which.
pub async fn show_new(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<NewQuery>,
) -> Result<HttpResponse, AppError> {
    if !query.to.is_empty() {
        let desk = Desktop::open(&frame, &app, &staff, (&query.kind, &query.to))?;
        return desk.render(StatusCode::OK, FormView::default(), true).await;
    }
    let kind = ShipmentKind::parse(&query.kind).unwrap_or(ShipmentKind::Form);
    let office = staff.own_office()?.clone();
    let own = office.clone();
    let counts = app
        .read(move |db| shipment_lines::count_by_destination(db, kind, &own))
        .await?;
    frame.ok(&NewPage {
        f: &frame,
        s: Shell::load(&frame, &app, &staff).await?,
        v: FormView::default(),
        kind,
        to: office,
        to_name: String::new(),
        key: String::new(),
        lines: Vec::new(),
        destinations: waiting(&frame, kind, &counts),
        most: String::new(),
    })
}

/// `POST /staff/shipments/new`
pub async fn make(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let (answers, is_old) = match form.open(&frame) {
        Ok(answers) => (answers, false),
        Err(OldPage(answers)) => (answers, true),
    };
    let place = (answers.get("kind"), answers.get("to"));
    let desk = Desktop::open(&frame, &app, &staff, place)?;
    if is_old {
        let v = FormView::of(answers).with_note(frame.t("note-old-page"));
        return desk
            .render(StatusCode::UNPROCESSABLE_ENTITY, v, false)
            .await;
    }
    let carriage = match read_carriage(&answers) {
        Ok(carriage) => carriage,
        Err(problem) => return desk.refuse(answers, problem).await,
    };
    let key = Token::parse(answers.get("key")).ok_or(AppError::Malformed)?;
    if let Some(made) = desk.made_before(&key).await? {
        return Ok(frame.see_other(&made));
    }
    let ticked = answers
        .iter()
        .filter(|(field, value)| field.starts_with("item_") && *value == "yes")
        .count();
    let items: Vec<ApplicationId> = desk
        .candidates()
        .await?
        .iter()
        .filter(|one| answers.is(&field_of(one), "yes"))
        .map(|one| one.application_id)
        .collect();
    if items.len() < ticked {
        return desk.moved_meanwhile(answers).await;
    }
    if items.is_empty() {
        let problem = Problem::new("items", "error-shipment-none");
        return desk.refuse(answers, problem).await;
    }
    match desk.make(items, carriage, key).await {
        Ok(once) => Ok(frame.see_other(once.location())),
        Err(AppError::Stale) => desk.moved_meanwhile(answers).await,
        Err(other) => Err(other),
    }
}

impl Desktop<'_> {
    /// Where a second copy of the same form is answered.
    async fn made_before(&self, key: &Token) -> Result<Option<String>, AppError> {
        let hash = key.hash();
        self.app
            .read(move |db| idempotency::find_location(db, "shipment", hash.as_bytes()))
            .await
            .map(|found| found.filter(|location| !location.is_empty()))
    }

    /// Some of what was ticked is no longer here, or is on another list: the page as it is now.
    async fn moved_meanwhile(&self, answers: Answers) -> Result<HttpResponse, AppError> {
        let v = FormView::of(answers).with_note(self.frame.t("legs-shipment-moved"));
        self.render(StatusCode::CONFLICT, v, false).await
    }
}

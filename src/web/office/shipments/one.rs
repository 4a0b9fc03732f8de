//! One shipment: its list, and what can be done with it. A draft is counted by a second person, changed or given up; what was sent is received.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::new::read_carriage;
use super::page::{Reader, Whole, carriage_answers, field_of};
use super::{open_shipment, state_key};
use crate::domain::answers::{Answers, Problem};
use crate::domain::desk;
use crate::domain::office_code::OfficeCode;
use crate::domain::shipment::Carriage;
use crate::i18n;
use crate::notices::advance::AdvanceError;
use crate::notices::legs::{self, DispatchError};
use crate::storage::applications::ApplicationId;
use crate::storage::shipments::{self, Shipment};
use crate::storage::{StoreError, shipment_lines};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::intake::bag::count_in;
use crate::web::office::session::{self, Staff};
use crate::web::office::shell::Shell;

struct Desktop<'a> {
    frame: &'a Frame,
    app: &'a web::Data<App>,
    staff: &'a Staff,
    office: OfficeCode,
    number: String,
}

impl Desktop<'_> {
    async fn load(&self) -> Result<Whole, AppError> {
        let (office, number) = (self.office.clone(), self.number.clone());
        self.app
            .read(move |db| Whole::load(db, &office, &number))
            .await
    }

    async fn render(&self, status: StatusCode, v: FormView) -> Result<HttpResponse, AppError> {
        let whole = self.load().await?;
        let s = Shell::load(self.frame, self.app, self.staff).await?;
        let reader = Reader {
            frame: self.frame,
            staff: self.staff,
            office: &self.office,
            now: self.app.clock.now(),
        };
        self.frame.page(status, &reader.page(s, v, &whole))
    }

    async fn refuse(&self, answers: Answers, problem: Problem) -> Result<HttpResponse, AppError> {
        let kept = self.kept(answers).await?;
        let v = FormView::of(kept).with_problems(self.frame, &[problem]);
        self.render(StatusCode::UNPROCESSABLE_ENTITY, v).await
    }

    /// What was typed, with what the page's other form shows.
    async fn kept(&self, answers: Answers) -> Result<Answers, AppError> {
        let mut kept = answers;
        if !kept.is("go", "carriage") {
            for (field, value) in carriage_answers(&self.load().await?.shipment).iter() {
                kept.set(field, value);
            }
        }
        Ok(kept)
    }

    /// Somebody was first: who, when, and the shipment as it is now.
    async fn conflict(&self) -> Result<HttpResponse, AppError> {
        let whole = self.load().await?;
        let shipment = &whole.shipment;
        let frame = self.frame;
        let (who, at) = match (&shipment.received_by, &shipment.counted_by) {
            (Some(by), _) => (whole.name(by), shipment.received_at),
            (None, Some(by)) => (whole.name(by), shipment.closed_at),
            (None, None) => (String::new(), None),
        };
        let note = match at {
            Some(at) => i18n::text_with(
                frame.lang,
                "legs-shipment-stale-by",
                &[
                    ("who", who),
                    (
                        "at",
                        i18n::time_of_day_with_date(frame.lang, at, &desk::zone_of(&self.office)),
                    ),
                    ("state", frame.t(state_key(shipment.state)).into_owned()),
                ],
            ),
            None => frame.t1(
                "legs-shipment-stale",
                "state",
                frame.t(state_key(shipment.state)),
            ),
        };
        let v = FormView::of(carriage_answers(shipment)).with_note(note);
        self.render(StatusCode::CONFLICT, v).await
    }

    /// Cases of the list went elsewhere meanwhile: which, and nothing moved.
    async fn stuck(&self) -> Result<HttpResponse, AppError> {
        let whole = self.load().await?;
        let names: Vec<String> = whole
            .lines
            .iter()
            .filter(|line| whole.stuck.contains(&line.application_id))
            .map(|line| format!("{} {}", line.reference, line.full_name()))
            .collect();
        let separator = self.frame.t("facts-short-separator");
        let note = self
            .frame
            .t1("legs-shipment-stuck", "names", names.join(&separator));
        let v = FormView::of(carriage_answers(&whole.shipment)).with_note(note);
        self.render(StatusCode::CONFLICT, v).await
    }

    async fn send(&self, answers: Answers) -> Result<HttpResponse, AppError> {
        let Some(counted) = count_in(answers.get("count2")) else {
            let problem = Problem::new("count2", "error-shipment-count-empty");
            return self.refuse(answers, problem).await;
        };
        let (office, number) = (self.office.clone(), self.number.clone());
        let (by, now) = (self.staff.actor(), self.app.clock.now());
        let (version, letterhead) = (version_in(&answers), self.app.letterhead());
        let sent = self
            .app
            .write(move |db| {
                let id = open_shipment(db, &office, &number)?.id;
                declined(legs::send(
                    db,
                    &letterhead,
                    (id, version),
                    (counted, &by),
                    now,
                ))
            })
            .await;
        match sent {
            Ok(None) => Ok(self.done()),
            Ok(Some(Declined::Miscount { listed, counted })) => {
                let problem = Problem::new("count2", "error-shipment-count")
                    .with("a", listed.to_string())
                    .with("b", counted.to_string());
                self.refuse(answers, problem).await
            }
            Ok(Some(Declined::SamePerson)) => {
                let v = FormView::of(self.kept(answers).await?)
                    .with_note(self.frame.t("legs-count-other-person"));
                self.render(StatusCode::UNPROCESSABLE_ENTITY, v).await
            }
            Ok(Some(Declined::Stuck)) => self.stuck().await,
            Err(AppError::Stale) => self.conflict().await,
            Err(other) => Err(other),
        }
    }

    fn done(&self) -> HttpResponse {
        self.frame
            .see_other(&format!("/staff/shipments/{}", self.number))
    }

    /// Lines off the list, another carriage, or the whole list given up.
    async fn change(&self, answers: Answers, change: Change) -> Result<HttpResponse, AppError> {
        let (office, number, now) = (
            self.office.clone(),
            self.number.clone(),
            self.app.clock.now(),
        );
        let (by, version) = (self.staff.actor(), version_in(&answers));
        let changed = self
            .app
            .write(move |db| {
                let id = open_shipment(db, &office, &number)?.id;
                let (shipment, action) = match &change {
                    Change::Carriage(carriage) => (
                        shipments::set_carriage(db, id, version, carriage)?,
                        "shipment.changed",
                    ),
                    Change::Cancel => (
                        shipments::cancel_shipment(db, id, version)?,
                        "shipment.cancelled",
                    ),
                    Change::Remove(answers) => {
                        let gone: Vec<ApplicationId> = shipment_lines::list_lines(db, id)?
                            .iter()
                            .filter(|line| answers.is(&field_of(line), "yes"))
                            .map(|line| line.application_id)
                            .collect();
                        (
                            shipments::remove_items(db, id, version, &gone)?,
                            "shipment.changed",
                        )
                    }
                };
                let detail = format!("{} {}", shipment.number, shipment.item_count);
                session::note(db, &by, action, &detail, now)
            })
            .await;
        match changed {
            Ok(()) => Ok(self.done()),
            Err(AppError::Stale) => self.conflict().await,
            Err(other) => Err(other),
        }
    }

    async fn receive(&self) -> Result<HttpResponse, AppError> {
        let (office, number) = (self.office.clone(), self.number.clone());
        let (by, now) = (self.staff.actor(), self.app.clock.now());
        let opened = self
            .app
            .write(move |db| {
                let shipment = open_shipment(db, &office, &number)?;
                let bag = legs::open_bag_of(db, &shipment, (&office, &by), now)?;
                Ok::<_, StoreError>((shipment.kind, bag))
            })
            .await;
        match opened {
            Ok((kind, bag)) => Ok(self
                .frame
                .see_other(&format!("/staff/intake?kind={}&bag={bag}", kind.as_str()))),
            Err(AppError::Stale) => self.conflict().await,
            Err(other) => Err(other),
        }
    }
}

/// What changes about a draft.
enum Change {
    Carriage(Carriage),
    Remove(Answers),
    Cancel,
}

/// Why a shipment did not leave; nothing had been written then.
enum Declined {
    SamePerson,
    Miscount { listed: i32, counted: i32 },
    Stuck,
}

/// What is a word to the person who counted, apart from what takes the transaction back.
fn declined(sent: Result<Shipment, DispatchError>) -> Result<Option<Declined>, AppError> {
    match sent {
        Ok(_shipment) => Ok(None),
        Err(DispatchError::SamePerson) => Ok(Some(Declined::SamePerson)),
        Err(DispatchError::Miscount { listed, counted }) => {
            Ok(Some(Declined::Miscount { listed, counted }))
        }
        Err(DispatchError::Nothing) => Ok(Some(Declined::Miscount {
            listed: 0,
            counted: 0,
        })),
        Err(DispatchError::Stuck(_)) => Ok(Some(Declined::Stuck)),
        Err(DispatchError::Advance(AdvanceError::WrongOffice)) => Err(AppError::Stale),
        Err(DispatchError::Store(error) | DispatchError::Advance(AdvanceError::Store(error))) => {
            Err(error.into())
        }
        Err(DispatchError::Advance(other)) => Err(AppError::unexpected(other)),
    }
}

fn version_in(answers: &Answers) -> i64 {
    answers.get("version").parse().unwrap_or(-1)
}

fn desktop<'a>(
    frame: &'a Frame,
    app: &'a web::Data<App>,
    staff: &'a Staff,
    number: &str,
) -> Result<Desktop<'a>, AppError> {
    Ok(Desktop {
        frame,
        app,
        staff,
        office: staff.own_office()?.clone(),
        number: number.to_owned(),
    })
}

/// `GET /staff/shipments/{number}`
pub async fn show_shipment(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    number: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let desk = desktop(&frame, &app, &staff, &number)?;
    desk.render(StatusCode::OK, FormView::default()).await
}

/// `POST /staff/shipments/{number}`
pub async fn act(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    number: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let desk = desktop(&frame, &app, &staff, &number)?;
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(OldPage(answers)) => {
            let v = FormView::of(answers).with_note(frame.t("note-old-page"));
            return desk.render(StatusCode::UNPROCESSABLE_ENTITY, v).await;
        }
    };
    match answers.get("go") {
        "receive" => return desk.receive().await,
        "send" => return desk.send(answers).await,
        "cancel" => return desk.change(answers, Change::Cancel).await,
        _ => {}
    }
    if answers.is("go", "remove") {
        let is_some = answers
            .iter()
            .any(|(field, value)| field.starts_with("item_") && value == "yes");
        if !is_some {
            let problem = Problem::new("items", "error-shipment-remove-none");
            return desk.refuse(answers, problem).await;
        }
        let gone = answers.clone();
        return desk.change(answers, Change::Remove(gone)).await;
    }
    match read_carriage(&answers) {
        Ok(carriage) => desk.change(answers, Change::Carriage(carriage)).await,
        Err(problem) => desk.refuse(answers, problem).await,
    }
}

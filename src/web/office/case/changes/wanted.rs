//! A change as it was typed: read, then made once in one transaction by the event it stands for.

use actix_web::web;
use jiff::Timestamp;

use super::Change;
use crate::domain::answers::{Answers, Problem};
use crate::domain::application::municipality::{self, KEEPER};
use crate::domain::application::{contact, offices};
use crate::domain::card_transfer::StopReason;
use crate::domain::email::EmailAddress;
use crate::domain::office_code::OfficeCode;
use crate::notices::Letterhead;
use crate::notices::events::{self, End, EventError};
use crate::notices::transfers;
use crate::reference::municipalities;
use crate::security::token::Token;
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::tasks::{self, TaskKind};
use crate::storage::{Db, cases, idempotency};
use crate::web::app::App;
use crate::web::applicant::apply::read_email;
use crate::web::applicant::pickup::office_at;
use crate::web::errors::AppError;
use crate::web::office::case::{event_refusal, take_case};
use crate::web::office::scope::OpenCase;
use crate::web::office::session::Staff;

/// What is to happen.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    /// The case ends, for this reason in one word.
    End(End, &'static str),
    /// The paper is at this office.
    Refile(OfficeCode),
    /// This municipality keeps the register.
    Register(OfficeCode),
    /// The register changed about the person.
    Person,
    /// The card is collected here.
    Pickup(OfficeCode),
    /// The card travels on to this place.
    Transfer(OfficeCode),
    /// The card stays, for this reason.
    TransferStop(StopReason),
    /// Mails go here.
    Email(EmailAddress),
    /// Whom else to ask.
    Contacts(Option<String>, Option<String>),
}

/// What the page shows at first: what is on record, where that helps.
pub(super) fn present(change: Change, open: &OpenCase) -> Answers {
    match change {
        Change::Contacts => [
            ("email2", open.case.second_email.clone()),
            ("contact2", open.case.second_contact.clone()),
        ]
        .into_iter()
        .map(|(field, text)| (field, text.unwrap_or_default()))
        .collect(),
        Change::Transfer => wish_as_typed(open),
        _ => Answers::none(),
    }
}

/// Where she wants her card, as the fields of a place.
fn wish_as_typed(open: &OpenCase) -> Answers {
    let Some(transfer) = &open.transfer else {
        return Answers::none();
    };
    let to = &transfer.to_office;
    let keeper = &open.case.register_office;
    if to == keeper {
        return [("pickup_at", "honseki")].into_iter().collect();
    }
    if to.is_mission() {
        let fields = [("pickup_at", "mission"), ("pickup_mission", to.as_str())];
        return fields.into_iter().collect();
    }
    let Some(place) = municipalities::municipality(to.as_str()) else {
        return Answers::none();
    };
    let fields = [
        ("pickup_at", "municipality"),
        ("pickup_pref", place.prefecture_code.as_str()),
        ("pickup_city", place.name.as_str()),
        ("pickup_code", to.as_str()),
    ];
    fields.into_iter().collect()
}

fn said(answers: &Answers, field: &'static str, kind: &'static str) -> Result<(), Vec<Problem>> {
    if answers.is(field, "yes") {
        Ok(())
    } else {
        Err(vec![Problem::new(field, kind)])
    }
}

type Read = Result<Wanted, Vec<Problem>>;

impl Wanted {
    /// Reads what was typed for `change`. The outer error is a mistake of ours.
    pub(super) fn read(
        change: Change,
        answers: &Answers,
        open: &OpenCase,
    ) -> Result<Read, AppError> {
        let sure = || said(answers, "sure", "error-change-sure");
        Ok(match change {
            Change::Withdrawal => sure().map(|()| Self::End(End::Withdrawn, "withdrawn")),
            Change::ReturnHome => sure().map(|()| Self::End(End::ReturnedHome, "returned-home")),
            Change::End => match answers.get("end") {
                "death" => sure().map(|()| Self::End(End::Other, "death")),
                "nationality" => sure().map(|()| Self::End(End::Other, "nationality")),
                "other" => sure().map(|()| Self::End(End::Other, "other")),
                _ => Err(vec![Problem::new("end", "error-change-end-empty")]),
            },
            Change::Person => sure().map(|()| Self::Person),
            Change::Refile => return Self::office(answers, open, Self::Refile),
            Change::Pickup => return Self::office(answers, open, Self::Pickup),
            Change::Transfer => return Self::office(answers, open, Self::Transfer),
            Change::TransferStop => StopReason::parse(answers.get("reason"))
                .map(Self::TransferStop)
                .ok_or_else(|| vec![Problem::new("reason", "error-transfer-reason-empty")]),
            Change::Register => return Self::register(answers),
            Change::Email => match read_email(answers) {
                Ok(email) => sure().map(|()| Self::Email(email)),
                Err(problem) => Err(vec![problem]),
            },
            Change::Contacts => {
                let read = contact::read_second(answers);
                match read.value {
                    Some((email, words)) => {
                        let email = email.map(|email| email.as_str().to_owned());
                        Ok(Self::Contacts(email, words))
                    }
                    None => Err(read.problems),
                }
            }
        })
    }

    fn office(
        answers: &Answers,
        open: &OpenCase,
        wanted: impl FnOnce(OfficeCode) -> Self,
    ) -> Result<Read, AppError> {
        let read = offices::read_pickup(answers);
        match read.value {
            Some(place) => Ok(Ok(wanted(office_at(&open.case, place)?))),
            None => Ok(Err(read.problems)),
        }
    }

    /// The register of a place is kept where its 戸籍 is: by the ward of a large city, by Nemuro for the Northern Territories.
    fn register(answers: &Answers) -> Result<Read, AppError> {
        let read = municipality::read_alone(answers, KEEPER);
        let Some(place) = read.value else {
            return Ok(Err(read.problems));
        };
        let keeper = municipalities::Municipality::koseki_office(place);
        let code = keeper.map_or(place.code.as_str(), |office| office.code.as_str());
        let office = OfficeCode::parse(code).map_err(AppError::unexpected)?;
        Ok(Ok(Self::Register(office)))
    }

    /// Makes the change once for each form.
    pub(super) async fn carry_out(
        self,
        app: &web::Data<App>,
        staff: &Staff,
        (reference, answers): (&str, &Answers),
        key: Token,
    ) -> Result<(), AppError> {
        let (staff, reference) = (staff.clone(), reference.to_owned());
        let seen = answers.get("version").to_owned();
        let (letterhead, now) = (app.letterhead(), app.clock.now());
        app.write(move |db| {
            idempotency::once(db, "case-change", key.hash().as_bytes(), now, |db| {
                let open = take_case(db, &staff, &reference, &seen)?;
                match self.make(db, (&open, &staff), &letterhead, now) {
                    Ok(()) | Err(EventError::Unchanged) => Ok(reference.clone()),
                    Err(error) => Err(event_refusal(error)),
                }
            })
        })
        .await
        .map(|_either_way| ())
    }

    fn make(
        &self,
        db: &mut Db,
        (open, staff): (&OpenCase, &Staff),
        letterhead: &Letterhead,
        now: Timestamp,
    ) -> Result<(), EventError> {
        let (application, doer) = (&open.application, staff.doer(open.part));
        let note = |db: &mut Db, action: &str, detail: &str| {
            let entry = NewEntry {
                chain: &Chain::of_case(application.reference),
                actor: &doer.id,
                action,
                detail,
            };
            audit::append(db, &entry, now)
        };
        match self {
            Self::End(end, word) => {
                let acting = (*end, &doer, Some(&open.office));
                events::end_case(db, letterhead, application, acting, now)?;
                let asked = TaskKind::WithdrawalAsked;
                tasks::close_tasks_of(db, application.id, asked, &doer.id, now)?;
                Ok(note(db, "case.end_known", word)?)
            }
            Self::Refile(office) => events::refile(db, application, (office, &doer), now),
            Self::Register(office) => {
                let acting = (office, (&doer, &open.office));
                events::change_register(db, letterhead, application, acting, now)
            }
            Self::Person => {
                let acting = (&doer, &open.office);
                events::change_person(db, letterhead, application, acting, now)
            }
            Self::Pickup(office) => {
                events::change_pickup(db, letterhead, application, (office, &doer), now)
            }
            Self::Transfer(office) => {
                let acting = (office, (&doer, &open.office));
                transfers::accept(db, letterhead, application, acting, now)
            }
            Self::TransferStop(reason) => {
                let acting = (*reason, (&doer, &open.office));
                transfers::stop(db, letterhead, application, acting, now)
            }
            Self::Email(email) => {
                events::change_email(db, letterhead, application, (email, &doer), now).map(drop)
            }
            Self::Contacts(email, words) => {
                let id = application.id;
                cases::set_second_contact(db, id, email.as_deref(), words.as_deref())?;
                Ok(note(db, "case.second_contact_changed", "")?)
            }
        }
    }
}

//! One invented case as rows of the tables: the application, what it is beside its status, its form, its history, and what is open about it.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::dice::Dice;
use super::journey::{self, Stay};
use super::onward::Onward;
use super::people::Names;
use super::places::{Chosen, Places};
use crate::domain::application::frozen::FrozenForm;
use crate::domain::application::person::usual_roman;
use crate::domain::deadline;
use crate::domain::desk::{CaseOffices, Desk};
use crate::domain::email::EmailAddress;
use crate::domain::queue;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::status::Status as S;
use crate::domain::transition::{Actor, TRANSITIONS};
use crate::storage::bulk::Cell;
use crate::storage::case_search;

/// What says that nobody in a case exists.
const MARK: &str = "見本（架空の人です）";
/// No date, as the column has it.
const NO_DAY: &str = "9999-12-31";
/// An odd number: multiplied with it, the numbers of cases become receipt numbers that are all different and in no order.
const SPREAD: u64 = 0x0B5A_D4EC_EDA1;

/// What all cases of a run share.
#[derive(Debug)]
pub(super) struct World {
    pub(super) seed: u64,
    /// How many cases, from the first, wait in one place, and in which status.
    pub(super) crowd: (u64, S),
    pub(super) until: Timestamp,
    pub(super) names: Names,
    pub(super) places: Places,
    /// A form whose person, contact and offices are exchanged for each case.
    pub(super) form: FrozenForm,
}

/// An invented case.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) number: u64,
    dice: Dice,
    form: FrozenForm,
    pub(super) offices: CaseOffices,
    email: String,
    stays: Vec<Stay>,
    pub(super) onward: Option<Onward>,
}

pub(super) fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

pub(super) fn id(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl World {
    /// The `number`-th case, from 1. None when there are no names or offices to choose from.
    pub(super) fn case(&self, number: u64) -> Option<Case> {
        let mut dice = Dice::of(self.seed, number);
        let (crowd, waits_at) = self.crowd;
        let is_of_the_crowd = number <= crowd;
        let status = if is_of_the_crowd {
            waits_at
        } else {
            journey::status(&mut dice)
        };
        let chosen = self.places.of(&mut dice, status, is_of_the_crowd)?;
        let form = self.form_of(&mut dice, number, chosen)?;
        let register = &chosen.register.place.code;
        let ways = (
            chosen.filing.code != *register,
            chosen.pickup.code != *register,
        );
        let stays = journey::stays(&mut dice, status, ways, self.until);
        let offices = CaseOffices {
            filing: chosen.filing.code.clone(),
            register: register.clone(),
            pickup: chosen.pickup.code.clone(),
            paper: stays.iter().rev().find_map(|stay| match stay.status {
                S::Received => Some(chosen.filing.code.clone()),
                S::AtHonseki => Some(register.clone()),
                _ => None,
            }),
        };
        let onward = Onward::throw(&mut dice, status, &offices).filter(|_| !is_of_the_crowd);
        Some(Case {
            number,
            onward,
            dice,
            email: form.contact.email.as_str().to_owned(),
            form,
            offices,
            stays,
        })
    }

    fn form_of(&self, dice: &mut Dice, number: u64, chosen: Chosen<'_>) -> Option<FrozenForm> {
        let (family, given) = self.names.of(dice)?;
        let mut form = self.form.clone();
        form.person.family = family.name.clone();
        form.person.given = given.name.clone();
        form.person.family_kana = family.kana.clone();
        form.person.given_kana = given.kana.clone();
        let year = 1940_i16.saturating_add(i16::try_from(dice.below(70)).ok()?);
        let month = i8::try_from(dice.below(12)).ok()?.saturating_add(1);
        let day = i8::try_from(dice.below(28)).ok()?.saturating_add(1);
        form.person.birth_date = Date::new(year, month, day).ok()?;
        form.contact.email = EmailAddress::parse(&format!("seed.{number}@example.com")).ok()?;
        form.contact.email2 = None;
        form.contact.contact2 = Some(MARK.to_owned());
        let line = dice.below(10_000_000);
        form.contact.tel = format!("+44 20 7{line:07}");
        form.contact.tel_e164 = format!("+44207{line:07}");
        form.filing = chosen.filing.office.clone();
        form.pickup = chosen.pickup.office.clone();
        form.honseki = chosen.register.honseki.clone();
        Some(form)
    }
}

impl Case {
    pub(super) fn stay(&self) -> Stay {
        let never = Stay {
            status: S::Draft,
            since: Timestamp::UNIX_EPOCH,
        };
        self.stays.last().copied().unwrap_or(never)
    }

    fn status(&self) -> S {
        self.stay().status
    }

    fn since(&self, status: S) -> Option<Timestamp> {
        let stay = self.stays.iter().find(|stay| stay.status == status);
        stay.map(|stay| stay.since)
    }

    fn began(&self) -> Timestamp {
        self.stays
            .first()
            .map_or(Timestamp::UNIX_EPOCH, |stay| stay.since)
    }

    fn reference(&self) -> ReceiptNumber {
        ReceiptNumber::from_random(self.number.wrapping_mul(SPREAD))
    }

    /// Whether a form was made and is still kept.
    pub(super) fn has_form(&self) -> bool {
        !matches!(self.status(), S::Draft | S::Expired)
    }

    /// The last day of what runs.
    fn due_on(&self) -> Option<Date> {
        let days = match self.status() {
            _ if self.onward == Some(Onward::Decided) => deadline::TRANSFER_DAYS,
            S::FormReady => deadline::FORM_VALID_DAYS,
            S::Mailed => deadline::POSTED_NOT_RECEIVED_DAYS,
            S::Defect => deadline::CORRECTION_DAYS,
            S::Inquiry => deadline::INQUIRY_DAYS,
            S::Forwarded | S::Shipped => deadline::SHIPMENT_ALERT_DAYS,
            S::Ready | S::Booked => deadline::PICKUP_DAYS,
            S::Overdue => deadline::SECOND_PICKUP_DAYS,
            S::HandedOver => deadline::REPORT_WORKING_DAYS,
            _ => return None,
        };
        Some(deadline::days_after(day_of(self.stay().since), days))
    }

    pub(super) fn mailbox(&self) -> Vec<Cell> {
        let began = self.began().as_microsecond();
        vec![
            id(self.number).into(),
            self.email.as_str().into(),
            self.email.as_str().into(),
            "ja".into(),
            began.into(),
            began.into(),
        ]
    }

    pub(super) fn application(&mut self) -> Vec<Cell> {
        let (status, since) = (self.status(), self.stay().since.as_microsecond());
        let ends = self.stay().since + SignedDuration::from_hours(24 * 90);
        let desk = self.offices.desk(status);
        let may_wait = desk
            .as_ref()
            .and_then(Desk::office)
            .is_some_and(|office| queue::may_be_prepared(status, office, &self.offices.register));
        let is_decided = self.onward == Some(Onward::Decided);
        let is_prepared = is_decided || (may_wait && self.dice.happens(50));
        let is_collected_here = desk.as_ref().and_then(Desk::office) == Some(&self.offices.pickup);
        let due_on = self.due_on().map(|day| day.to_string());
        vec![
            id(self.number).into(),
            self.reference().compact().into(),
            id(self.number).into(),
            status.code().into(),
            id(u64::try_from(self.stays.len()).unwrap_or_default()).into(),
            "ja".into(),
            "paper".into(),
            self.began().as_microsecond().into(),
            since.into(),
            since.into(),
            ends.as_microsecond().into(),
            self.has_form().then_some(1_i64).into(),
            0_i64.into(),
            desk.as_ref().map(Desk::as_str).into(),
            due_on.unwrap_or_else(|| NO_DAY.to_owned()).into(),
            since.into(),
            is_prepared.into(),
            (is_prepared && is_collected_here).into(),
        ]
    }

    pub(super) fn file(&mut self) -> Vec<Cell> {
        let person = &self.form.person;
        let office = |code: &crate::domain::office_code::OfficeCode| Cell::from(code.as_str());
        let received = self.since(S::Received).map(Timestamp::as_microsecond);
        let checked = self.since(S::Confirmed).map(Timestamp::as_microsecond);
        let shipped = self.since(S::Shipped).map(Timestamp::as_microsecond);
        let made_on = self.since(S::Made).map(day_of);
        let pickup = self
            .since(S::Ready)
            .map(|at| deadline::days_after(day_of(at), deadline::PICKUP_DAYS));
        let channel = received.map(|_at| {
            if self.dice.happens(60) {
                "post"
            } else {
                "counter"
            }
        });
        let text = |day: Option<Date>| Cell::from(day.map(|day| day.to_string()));
        vec![
            id(self.number).into(),
            office(&self.offices.filing),
            office(&self.offices.register),
            office(&self.offices.pickup),
            self.offices.paper.as_ref().map_or(Cell::Null, office),
            self.form.kind.as_str().into(),
            person.family.as_str().into(),
            person.given.as_str().into(),
            person.full_kana().into(),
            usual_roman(&person.family_kana, &person.given_kana).into(),
            self.form.contact.tel_e164.as_str().into(),
            MARK.into(),
            channel.into(),
            received.into(),
            received.map(|_at| 1_i64).into(),
            checked.map_or("open", |_at| "done").into(),
            checked.into(),
            shipped.into(),
            text(made_on),
            text(made_on.map(|day| deadline::days_after(day, 3_650))),
            text(pickup),
            self.stay().since.as_microsecond().into(),
        ]
    }

    pub(super) fn revision(&self) -> anyhow::Result<Vec<Cell>> {
        let made_at = self.since(S::FormReady).unwrap_or_else(|| self.began());
        let mut form = self.form.clone();
        form.made_on = day_of(made_at);
        form.deadline = deadline::days_after(form.made_on, deadline::FORM_VALID_DAYS);
        Ok(vec![
            id(self.number).into(),
            1_i64.into(),
            serde_json::to_string(&form)?.into(),
            made_at.as_microsecond().into(),
            form.deadline.to_string().into(),
        ])
    }

    pub(super) fn history(&self) -> Vec<Vec<Cell>> {
        let before = std::iter::once(None).chain(self.stays.iter().map(Some));
        before
            .zip(&self.stays)
            .map(|(before, stay)| self.line(before, stay))
            .collect()
    }

    fn line(&self, before: Option<&Stay>, stay: &Stay) -> Vec<Cell> {
        let row = TRANSITIONS.iter().find(|row| {
            row.to == stay.status
                && before.map_or(row.from.is_empty(), |from| row.from.contains(&from.status))
        });
        let actor = row.and_then(|row| row.actors.first().copied());
        let actor = actor.unwrap_or(Actor::System);
        let by = match actor {
            Actor::Applicant => format!("mailbox:{}", self.number),
            _ => "system".to_owned(),
        };
        let desk_in = |status: S| self.offices.desk(status);
        let took = before.filter(|before| {
            let (left, entered) = (before.status.public_step(), stay.status.public_step());
            left.is_some() && entered > left
        });
        let took = took.map(|before| stay.since.as_microsecond() - before.since.as_microsecond());
        vec![
            id(self.number).into(),
            before.map(|before| before.status.code()).into(),
            stay.status.code().into(),
            actor.as_str().into(),
            by.into(),
            row.map_or("seed", |row| row.rule).into(),
            stay.since.as_microsecond().into(),
            desk_in(stay.status).as_ref().map(Desk::as_str).into(),
            before
                .and_then(|before| desk_in(before.status))
                .as_ref()
                .map(Desk::as_str)
                .into(),
            took.into(),
        ]
    }

    /// What is to be corrected.
    pub(super) fn defect(&mut self) -> Option<Vec<Cell>> {
        let code = match self.status() {
            S::Defect => "D09",
            S::IssuerDefect => "D06",
            _ => return None,
        };
        let desk = self.offices.desk(self.status());
        let at = self.stay().since.as_microsecond();
        let answered = self.dice.happens(30).then_some(at);
        Some(vec![
            id(self.number).into(),
            code.into(),
            "".into(),
            desk.as_ref().map_or("issuer", Desk::as_str).into(),
            "system".into(),
            at.into(),
            answered.into(),
        ])
    }

    /// A question to the applicant.
    pub(super) fn inquiry(&self) -> Option<Vec<Cell>> {
        (self.status() == S::Inquiry).then(|| {
            vec![
                id(self.number).into(),
                self.offices.register.as_str().into(),
                "国外転出の日を教えてください（見本）".into(),
                "system".into(),
                self.stay().since.as_microsecond().into(),
            ]
        })
    }

    /// Somebody who cannot be reached: one case in two hundred.
    pub(super) fn task(&mut self) -> Option<Vec<Cell>> {
        let desk = self.offices.desk(self.status());
        let office = desk.as_ref().and_then(Desk::office)?;
        (self.dice.below(200) == 0).then(|| {
            vec![
                "unreachable".into(),
                office.as_str().into(),
                id(self.number).into(),
                "seed".into(),
                "open".into(),
                self.stay().since.as_microsecond().into(),
            ]
        })
    }

    /// The beginnings under which `office` finds it.
    pub(super) fn keys(&self) -> impl Iterator<Item = (String, i64)> {
        let number = id(self.number);
        case_search::keys_of(&self.form, &self.email)
            .into_iter()
            .map(move |key| (key, number))
    }
}

//! The status of an application (A19): what she has to do first, then the eight steps with their days and offices, and when to expect the card.
//!
//! Her mailbox alone opens it. The codes of the desks are folded into the eight steps; ranges are shown, never one date.

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;

use super::journey::{self, Journey};
use super::pickup;
use super::session::{self, Case};
use crate::domain::card_transfer;
use crate::domain::desk::{self, Desk};
use crate::domain::expectation::{Basis, Expectation, Window};
use crate::domain::office_code::OfficeCode;
use crate::domain::status::{PublicStep, Status};
use crate::i18n::{self, Lang};
use crate::notices::case_facts;
use crate::storage::applications::Filing;
use crate::storage::card_transfers::{CardTransfer, TransferState};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Done,
    Current,
    ToDo,
    /// This case does not go there: the paper or the card is where it belongs already.
    Skipped,
}

/// One line of the list.
struct StepLine {
    stage: Stage,
    name: String,
    /// The day it was reached.
    on: Option<String>,
    /// The office it was reached at.
    office: Option<String>,
    /// How long it usually takes, or when it is expected.
    note: Option<String>,
    /// The further legs of a card that travelled on.
    legs: Vec<String>,
}

/// Her turn.
struct Turn {
    text: String,
    link: Option<(String, String)>,
}

impl StepLine {
    fn class(&self) -> &'static str {
        match self.stage {
            Stage::Done => "done",
            Stage::Current => "now",
            Stage::ToDo | Stage::Skipped => "todo",
        }
    }

    fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    fn is_current(&self) -> bool {
        self.stage == Stage::Current
    }
}

#[derive(Template)]
#[template(path = "applicant/status.html")]
struct StatusPage<'a> {
    f: &'a Frame,
    case: &'a Case,
    name: String,
    turn: Option<Turn>,
    /// What she is told when the case has ended.
    ended: Option<String>,
    steps: Vec<StepLine>,
    expected: Option<String>,
    mails: usize,
    /// Where her card is to travel on to, as she asked or as was decided.
    transfer: Option<String>,
    may_change_pickup: bool,
    may_ask_transfer: bool,
    may_withdraw: bool,
}

impl StatusPage<'_> {
    fn mails_label(&self) -> String {
        self.f.t1("status-mails", "n", self.mails.to_string())
    }
}

/// `GET /a/{ref}/status`
pub async fn show_status(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let case = session::case(&frame, &app, &reference).await?;
    let status = case.application.status;
    if status == Status::Draft {
        return Ok(frame.see_other(&case.home()));
    }
    let is_filed_online = status == Status::Received && case.application.filing == Filing::Online;
    if is_filed_online || matches!(status, Status::FormReady | Status::Mailed | Status::Expired) {
        return Ok(frame.see_other(&case.page("ready")));
    }
    let (known, today) = (case.clone(), app.clock.today_in_japan());
    let journey = app
        .read(move |db| journey::read(db, &known, today))
        .await?
        .ok_or(AppError::NotFound)?;
    frame.ok(&page(&frame, &case, &journey, today))
}

fn page<'a>(frame: &'a Frame, case: &'a Case, journey: &Journey, today: Date) -> StatusPage<'a> {
    let status = case.application.status;
    let present = status.public_step();
    let expected = present.and_then(|present| journey.expectation(present, today));
    StatusPage {
        f: frame,
        case,
        // As in the list: her mailbox alone does not show it.
        name: if case.may_see_answers {
            journey.full_name()
        } else {
            String::new()
        },
        turn: turn(frame, case, journey),
        ended: ended(frame, status),
        steps: steps(frame, journey, present),
        expected: expected.map(|expected| expectation_text(frame, expected)),
        mails: journey.mails,
        transfer: transfer(frame, journey).filter(|_| card_transfer::is_possible(status)),
        may_change_pickup: pickup::may_change(status),
        may_ask_transfer: card_transfer::is_possible(status),
        may_withdraw: super::withdraw::may_withdraw(status),
    }
}

/// What she asked for, or what became of it, about a card that lies at its place.
fn transfer(frame: &Frame, journey: &Journey) -> Option<String> {
    let last = journey.last_transfer()?;
    if last.state == TransferState::Asked {
        let place = case_facts::office_name(frame.lang, &last.to_office);
        return Some(frame.t1("status-transfer-asked", "place", place));
    }
    pickup::became(frame, last)
}

fn steps(frame: &Frame, journey: &Journey, present: Option<PublicStep>) -> Vec<StepLine> {
    PublicStep::ALL
        .into_iter()
        .map(|step| step_line(frame, journey, step, present))
        .collect()
}

fn step_line(
    frame: &Frame,
    journey: &Journey,
    step: PublicStep,
    present: Option<PublicStep>,
) -> StepLine {
    let reached = journey.reached(step);
    let stage = match present {
        _ if journey.is_skipped(step) => Stage::Skipped,
        Some(present) if step == present => Stage::Current,
        Some(present) if step < present => Stage::Done,
        None if reached.is_some() => Stage::Done,
        _ => Stage::ToDo,
    };
    let is_past = matches!(stage, Stage::Done | Stage::Current);
    let reached = reached.filter(|_| is_past);
    let tense = match stage {
        Stage::ToDo | Stage::Skipped => "",
        Stage::Current => "-now",
        Stage::Done => "-done",
    };
    let name_key = format!("step-{}{tense}", step.as_str());
    StepLine {
        stage,
        name: frame.t(&name_key).into_owned(),
        on: reached.map(|(at, office)| {
            let zone = office.map_or_else(desk::japan, desk::zone_of);
            i18n::date(frame.lang, at.to_zoned(zone).date())
        }),
        office: reached
            .and_then(|(_, office)| office)
            .filter(|_| step != PublicStep::FormReady)
            .map(|office| case_facts::office_name(frame.lang, office)),
        note: match stage {
            Stage::Skipped => Some(frame.t("status-skipped").into_owned()),
            Stage::Current => journey
                .window(step)
                .filter(|_| step < PublicStep::ReadyToCollect)
                .map(|window| usual(frame, window)),
            Stage::Done | Stage::ToDo => None,
        },
        legs: if step == PublicStep::OnTheWay && is_past {
            legs(frame, journey)
        } else {
            Vec::new()
        },
    }
}

/// Each further leg of a card that travelled on: when, and to where.
fn legs(frame: &Frame, journey: &Journey) -> Vec<String> {
    let line = |(at, from, to): (Timestamp, &OfficeCode, &OfficeCode)| {
        let day = at.to_zoned(desk::zone_of(from)).date();
        let place = case_facts::office_name(frame.lang, to);
        let on = i18n::date(frame.lang, day);
        frame.t2("status-sent-on", ("date", &on), ("place", &place))
    };
    journey.further_legs().map(line).collect()
}

/// 「この窓口では、ふつう1〜3週間です」
fn usual(frame: &Frame, window: Window) -> String {
    let (low, high, key) = if window.high >= 14 {
        (
            (window.low / 7).max(1),
            (window.high + 6) / 7,
            "status-usual-weeks",
        )
    } else {
        (window.low.max(1), window.high.max(1), "status-usual-days")
    };
    frame.t2(key, ("low", &low.to_string()), ("high", &high.to_string()))
}

fn expectation_text(frame: &Frame, expected: Expectation) -> String {
    if expected.is_over {
        return frame.t("status-expected-over").into_owned();
    }
    let key = match expected.basis {
        Basis::Measured => "status-expected-measured",
        Basis::Published => "status-expected-published",
    };
    frame.t2(
        key,
        ("from", &month_part(frame, expected.from)),
        ("to", &month_part(frame, expected.to)),
    )
}

/// 「2027年2月中旬」, "mid-February 2027".
fn month_part(frame: &Frame, date: Date) -> String {
    let text = i18n::date(frame.lang, date);
    let month = match frame.lang {
        Lang::Ja => {
            text.split_once('月')
                .map_or(text.as_str(), |(month, _)| month)
                .to_owned()
                + "月"
        }
        Lang::En => text
            .split_once(' ')
            .map_or(text.as_str(), |(_, month)| month)
            .to_owned(),
    };
    let key = match date.day() {
        ..=10 => "month-early",
        11..=20 => "month-middle",
        _ => "month-late",
    };
    i18n::text_with(frame.lang, key, &[("month", month)])
}

/// A last day with the calendar it is counted in: 「2027年1月12日（火）（ロンドン時間）」.
pub fn last_day(frame: &Frame, due: Date, office: Option<&OfficeCode>) -> String {
    let (day, zone) = (frame.day(&due), case_facts::zone_name(frame.lang, office));
    match frame.lang {
        Lang::Ja => format!("{day}（{zone}）"),
        Lang::En => format!("{day} ({zone})"),
    }
}

fn turn(frame: &Frame, case: &Case, journey: &Journey) -> Option<Turn> {
    let status = case.application.status;
    // A card that is about to travel cannot be collected.
    if journey
        .open_transfer()
        .is_some_and(CardTransfer::is_accepted)
    {
        return None;
    }
    let key = match status {
        Status::Defect if journey.open_defects => "status-turn-fix",
        Status::IssuerDefect if journey.open_defects && case.application.due_on.is_some() => {
            "status-turn-fix"
        }
        Status::Inquiry => "status-turn-answer",
        Status::Ready => "status-turn-collect",
        Status::Booked => "status-turn-visit",
        Status::Overdue => "status-turn-overdue",
        _ => return None,
    };
    let offices = journey.offices();
    let place = offices.desk(status);
    let office = place.as_ref().and_then(Desk::office);
    let due = case.application.due_on;
    let until = due.map_or_else(String::new, |due| last_day(frame, due, office));
    let pickup = case_facts::office_name(frame.lang, &offices.pickup);
    let link = matches!(key, "status-turn-fix" | "status-turn-answer").then(|| {
        (
            frame.to(case.page("fix")),
            frame.t("status-turn-open").into_owned(),
        )
    });
    Some(Turn {
        text: frame.t2(key, ("date", &until), ("place", &pickup)),
        link,
    })
}

fn ended(frame: &Frame, status: Status) -> Option<String> {
    let is_without_card = status.has_ended() && status != Status::Completed;
    is_without_card.then(|| frame.t1("status-ended", "status", frame.t(status.key())))
}

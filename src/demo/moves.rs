//! The demo's offices at work: one step of a case, with everything on record that the transition table asks for, by the members of staff of
//! [`super::staff`].

use anyhow::Context;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

use super::travel;
use crate::clock::japan;
use crate::domain::defect::DefectCode;
use crate::domain::handover::{DocumentCheck, HandoverFacts, RecordCheck};
use crate::domain::office_code::OfficeCode;
use crate::domain::staff::user_id::UserId;
use crate::domain::status::Status;
use crate::domain::transition::{Actor, Circumstances, Guard, Transition};
use crate::notices::advance::{self, Facts, Step};
use crate::notices::{Letterhead, transfers};
use crate::storage::applications::{self, Application, ApplicationId, Doer};
use crate::storage::cases::{self, CaseFile, Channel};
use crate::storage::decisions::{self, DecisionState, NewDecision};
use crate::storage::staff::StaffId;
use crate::storage::{Db, case_facts, defects, inquiries, staff};

/// The clerk and the second person of each office of the demo.
const PEOPLE: [(&str, &str, &str); 4] = [
    ("emb-gb", "london.madoguchi", "london.shonin"),
    ("cg-us-new-york", "newyork.madoguchi", "newyork.shonin"),
    ("131016", "chiyoda.madoguchi", "chiyoda.shonin"),
    ("141046", "yokohama.madoguchi", "yokohama.shonin"),
];
/// Who makes the cards.
const ISSUER: &str = "hakko";

/// Who takes a step, for which office.
struct Mover {
    doer: Doer,
    office: Option<OfficeCode>,
    /// Who agrees, where two must.
    second: Option<StaffId>,
}

/// Moves a case one step.
pub(super) fn step(
    db: &mut Db,
    letterhead: &Letterhead,
    id: ApplicationId,
    to: Status,
    now: Timestamp,
) -> anyhow::Result<()> {
    let application = applications::get_application(db, id)?;
    let case = cases::get_case(db, id)?;
    let mover = mover(db, &application, &case, to)?;
    if let Some(office) = &mover.office {
        let (piece, clerk) = ((&application, &case), mover.doer.id.as_str());
        if let Some(kind) = travel::sends(to) {
            let counter = counter_of(db, office)?.actor();
            let people = (clerk, counter.as_str());
            return travel::send(db, letterhead, piece, (kind, office), people, now);
        }
        if travel::takes_in(application.status) && matches!(to, Status::AtHonseki | Status::Arrived)
        {
            return travel::take_in(db, letterhead, piece, (office, clerk), now);
        }
    }
    let row = Transition::find(application.status, to, mover.doer.role)?;
    let mut proven = Circumstances::default();
    for guard in row.guards {
        put_on_record(db, &application, &mover, (*guard, to), now)?;
        proven = proven.with(*guard);
    }
    let step = Step {
        application: id,
        expected: application.status,
        to,
        doer: &mover.doer,
        office: mover.office.as_ref(),
        circumstances: &proven.with_handover(HandoverFacts::default(), true),
        facts: facts(to, now),
        terms: advance::terms_of(db, &case.pickup_office)?,
    };
    advance::advance(db, letterhead, &step, now)?;
    Ok(())
}

/// Decides that a card which lies at its place travels on to another.
pub(super) fn send_on(
    db: &mut Db,
    letterhead: &Letterhead,
    application: &Application,
    to: &OfficeCode,
    now: Timestamp,
) -> anyhow::Result<()> {
    let case = cases::get_case(db, application.id)?;
    let mover = mover(db, application, &case, Status::Shipped)?;
    let office = mover.office.context("the card lies at no office")?;
    transfers::accept(
        db,
        letterhead,
        application,
        (to, (&mover.doer, &office)),
        now,
    )?;
    Ok(())
}

fn mover(
    db: &mut Db,
    application: &Application,
    case: &CaseFile,
    to: Status,
) -> anyhow::Result<Mover> {
    let alone = |doer| Mover {
        doer,
        office: None,
        second: None,
    };
    match to {
        Status::Overdue | Status::Completed | Status::Expired => Ok(alone(Doer::system())),
        Status::Made | Status::IssuerDefect => {
            let issuer = account(db, ISSUER)?;
            Ok(alone(Doer {
                role: Actor::Issuer,
                id: issuer.actor(),
            }))
        }
        _ => {
            let office = application
                .desk
                .as_ref()
                .and_then(|desk| desk.office())
                .context("the case lies on nobody's desk")?;
            let (_, clerk, second) = PEOPLE
                .into_iter()
                .find(|(code, ..)| *code == office.as_str())
                .context("nobody of the demo works at this office")?;
            let part = case
                .offices()
                .role_of(office)
                .context("the office has no part in the case")?;
            let role = if to == Status::Disposed {
                Actor::PlaceManager
            } else {
                part
            };
            Ok(Mover {
                doer: Doer {
                    role,
                    id: account(db, clerk)?.actor(),
                },
                second: Some(account(db, second)?),
                office: Some(office.clone()),
            })
        }
    }
}

/// The colleague who counts what an office sends.
fn counter_of(db: &mut Db, office: &OfficeCode) -> anyhow::Result<StaffId> {
    let user = match office.as_str() {
        // Its second person only agrees.
        "131016" => "chiyoda.kazoe",
        code => PEOPLE
            .into_iter()
            .find(|(office, ..)| *office == code)
            .map(|(_, _, second)| second)
            .context("nobody of the demo works at this office")?,
    };
    account(db, user)
}

fn account(db: &mut Db, user: &str) -> anyhow::Result<StaffId> {
    let member = staff::find_by_user_id(db, &UserId::parse(user)?)?;
    Ok(member.context("a member of staff is not there")?.id)
}

/// What the database must know before a guard holds.
fn put_on_record(
    db: &mut Db,
    application: &Application,
    mover: &Mover,
    (guard, to): (Guard, Status),
    now: Timestamp,
) -> anyhow::Result<()> {
    let (id, by) = (application.id, mover.doer.id.as_str());
    let today = now.to_zoned(japan()).date();
    match (guard, &mover.office) {
        (Guard::DefectNamed, office) => {
            let (code, office) = match office {
                Some(office) => (DefectCode::D09, office.as_str()),
                None => (DefectCode::D06, "issuer"),
            };
            defects::insert_defect(db, id, (code, ""), (office, by), now)?;
        }
        (Guard::QuestionWritten, Some(office)) => {
            let question = "国外に転出した日を確かめています。転出届を出した市区町村と、届け出た日を教えてください。\nPlease tell us the municipality where you gave notice of moving abroad, and the date of that notice.";
            inquiries::insert_inquiry(db, id, question, (office, by), now)?;
        }
        (Guard::RecordChecked, _) if to == Status::Confirmed => {
            case_facts::set_record_check(db, id, RecordCheck::Done, by, now)?;
        }
        (Guard::SecondPerson, Some(office)) => {
            agree(db, application, mover, (office, to), now)?;
        }
        (Guard::MakingDayRecorded, _) => {
            let last_day = today.checked_add(Span::new().years(9))?;
            case_facts::set_card(db, id, today, last_day)?;
        }
        (Guard::RecordCheckNoticeSent, _) => case_facts::set_record_check_notice(db, id, now)?,
        (Guard::HandoverAllowed, _) => {
            case_facts::set_document_check(db, id, DocumentCheck::AtHandover, by, now)?;
        }
        _ => {}
    }
    Ok(())
}

/// The first person decides, the second agrees.
fn agree(
    db: &mut Db,
    application: &Application,
    mover: &Mover,
    (office, to): (&OfficeCode, Status),
    now: Timestamp,
) -> anyhow::Result<()> {
    let reason = match to {
        Status::NotAccepted => "D02",
        Status::Disposed => "二つの期限を過ぎた",
        _ => "附票と一致",
    };
    let decision = NewDecision {
        application: application.id,
        from: application.status,
        to,
        office,
        reason,
        by: &mover.doer.id,
    };
    let id = decisions::insert_decision(db, &decision, now - SignedDuration::from_hours(2))?;
    let second = mover.second.context("there is no second person")?.actor();
    decisions::settle_decision(db, id, DecisionState::Approved, &second, now)?;
    Ok(())
}

fn facts(to: Status, now: Timestamp) -> Facts {
    Facts {
        received: (to == Status::Received).then_some((Channel::Post, 1)),
        reason: (to == Status::NotAccepted).then_some(DefectCode::D02),
        applicant_must_act: to == Status::IssuerDefect,
        visit: (to == Status::Booked).then(|| visit_after(now)).flatten(),
        visit_end: None,
    }
}

/// Ten o'clock (UTC) of the twelfth day.
fn visit_after(now: Timestamp) -> Option<Timestamp> {
    let day = now.to_zoned(TimeZone::UTC).date();
    let visit = day.checked_add(Span::new().days(12)).ok()?;
    Some(
        visit
            .at(10, 0, 0, 0)
            .to_zoned(TimeZone::UTC)
            .ok()?
            .timestamp(),
    )
}

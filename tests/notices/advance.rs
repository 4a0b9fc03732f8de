//! Every row of the transition table, by every actor, with every guard missing once.

use jiff::civil::Date;
use tsubame::domain::defect::DefectCode;
use tsubame::domain::desk::Desk;
use tsubame::domain::status::Status;
use tsubame::domain::transition::{
    Actor, Circumstances, Guard, Refusal, TRANSITIONS, Telling, Transition,
};
use tsubame::notices::advance::{AdvanceError, Facts, Step, advance};
use tsubame::storage::applications::{Application, Doer};
use tsubame::storage::audit::{self, Chain};
use tsubame::storage::{Db, StoreError, cases, defects, history, outbox};

use super::desk::{code, doer, facts, letterhead, prove, put, try_step};
use crate::on_each_database;
use crate::storage::cast::{form, made, now};
use crate::support::database::TestDatabase;

const ACTORS: [Actor; 7] = [
    Actor::Applicant,
    Actor::ConsularClerk,
    Actor::MunicipalClerk,
    Actor::HonsekiClerk,
    Actor::PlaceManager,
    Actor::Issuer,
    Actor::System,
];

/// Rows that move a case the desks see: before that, the applicant's own pages do.
fn rows() -> impl Iterator<Item = &'static Transition> {
    let is_hers = |row: &&Transition| {
        matches!(row.to, Status::FormReady | Status::Mailed | Status::Expired)
            || row.from.contains(&Status::Draft) && row.to == Status::Withdrawn
    };
    TRANSITIONS
        .iter()
        .filter(|row| !row.from.is_empty())
        .filter(move |row| !is_hers(row))
}

fn from_of(row: &'static Transition) -> impl Iterator<Item = Status> {
    row.from
        .iter()
        .copied()
        .filter(|from| *from != Status::Draft)
}

/// What is written about a case: lines of history, entries of the audit, mails.
fn written(db: &mut Db, application: &Application) -> (usize, usize, Vec<String>) {
    let mails = outbox::list_of_application(db, application.id).unwrap();
    (
        history::list_history(db, application.id).unwrap().len(),
        audit::list_entries(db, &Chain::of_case(application.reference))
            .unwrap()
            .len(),
        mails
            .iter()
            .map(|mail| mail.notice.as_str().to_owned())
            .collect(),
    )
}

/// Runs `probe` and takes everything back.
fn tried(db: &TestDatabase, probe: impl FnOnce(&mut Db)) {
    let undone: Result<(), StoreError> = db.store.write(|db| {
        probe(db);
        Err(StoreError::Conflict)
    });
    assert!(undone.is_err());
}

/// The day a timer's step needs to be over.
fn due_for(row: &Transition, missing: Option<Guard>) -> Date {
    let is_over =
        row.guards.contains(&Guard::DeadlinePassed) && missing != Some(Guard::DeadlinePassed);
    let day = if is_over { "2026-11-22" } else { "2027-01-31" };
    day.parse().unwrap()
}

fn leaves_a_card(from: Status, to: Status) -> bool {
    let is_made = matches!(
        from,
        Status::Made
            | Status::Setup
            | Status::Arrived
            | Status::Ready
            | Status::Booked
            | Status::Overdue
    );
    is_made && matches!(to, Status::Withdrawn | Status::ReturnedHome | Status::Ended)
}

fn expected_notice(row: &Transition) -> Option<&'static str> {
    match row.telling {
        Telling::Applicant(code) | Telling::NamedContact(code) => Some(code.as_str()),
        Telling::Nobody | Telling::ApplicantToAct(_) => None,
    }
}

on_each_database! {
    fn an_allowed_step_writes_one_line_one_entry_and_the_notice_of_its_row(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        let mut steps = 0;
        for row in rows() {
            for (from, actor) in from_of(row).flat_map(|from| row.actors.iter().map(move |actor| (from, *actor))) {
                steps += 1;
                tried(&db, |db| {
                    let at = put(db, &application, from, actor, Some(due_for(row, None))).unwrap();
                    let proven = prove(db, at.id, row, None).unwrap();
                    let before = written(db, &at);
                    let what = format!("{} → {} by {actor:?}", from.code(), row.to.code());
                    let moved = try_step(db, &at, row.to, actor, &proven).unwrap_or_else(|error| panic!("{what}: {error}"));
                    let after = written(db, &at);
                    assert_eq!((moved.status, moved.entered_at), (row.to, now()), "{what}");
                    // A card that lies somewhere when its case ends is to be destroyed there: an entry of its own.
                    let card = usize::from(leaves_a_card(from, row.to));
                    assert_eq!((after.0, after.1), (before.0 + 1, before.1 + 1 + card), "{what}");
                    assert_eq!(after.2.last().map(String::as_str), expected_notice(row), "{what}");
                    assert_eq!(after.2.len(), usize::from(expected_notice(row).is_some()), "{what}");
                    assert_eq!(moved.desk.is_some(), !row.to.has_ended(), "{what}");
                });
            }
        }
        assert!(steps > 120, "{steps} steps");
    }

    fn a_step_with_a_guard_missing_is_refused_by_its_name_and_writes_nothing(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        for row in rows() {
            for (guard, actor) in row.guards.iter().flat_map(|guard| row.actors.iter().map(move |actor| (*guard, *actor))) {
                // A clerk of the register's own municipality has the card there already.
                if guard == Guard::PickupAtHonseki && actor != Actor::HonsekiClerk {
                    continue;
                }
                tried(&db, |db| {
                    let from = from_of(row).next().unwrap();
                    let at = put(db, &application, from, actor, Some(due_for(row, Some(guard)))).unwrap();
                    if guard == Guard::PickupAtHonseki {
                        cases::set_pickup_office(db, at.id, &code("emb-gb")).unwrap();
                    }
                    let said = Circumstances::default();
                    let proven = prove(db, at.id, row, Some(guard)).unwrap();
                    let before = written(db, &at);
                    let what = format!("{} → {} by {actor:?} without {guard:?}", from.code(), row.to.code());
                    for circumstances in [proven, said] {
                        let refused = try_step(db, &at, row.to, actor, &circumstances);
                        let Err(AdvanceError::Refused(Refusal::GuardMissing { missing, .. })) = refused else {
                            panic!("{what}: {refused:?}");
                        };
                        assert!(missing.contains(&guard), "{what}: {missing:?}");
                    }
                    assert_eq!(written(db, &at), before, "{what}");
                });
            }
        }
    }

    fn what_is_on_record_is_never_taken_on_anybodys_word(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        let known = [
            (Status::Received, Status::Defect, Actor::ConsularClerk, Guard::DefectNamed),
            (Status::AtHonseki, Status::Inquiry, Actor::HonsekiClerk, Guard::QuestionWritten),
            (Status::Confirmed, Status::AtIssuer, Actor::HonsekiClerk, Guard::RecordChecked),
            (Status::AtIssuer, Status::Made, Actor::Issuer, Guard::MakingDayRecorded),
            (Status::Defect, Status::NotAccepted, Actor::System, Guard::DeadlinePassed),
            (Status::Ready, Status::Overdue, Actor::System, Guard::DeadlinePassed),
            (Status::Overdue, Status::Disposed, Actor::PlaceManager, Guard::DisposalDue),
        ];
        for (from, to, actor, guard) in known {
            tried(&db, |db| {
                let at = put(db, &application, from, actor, Some("2027-01-31".parse().unwrap())).unwrap();
                let said = Circumstances::default().with(guard).with(Guard::SecondPerson);
                let refused = try_step(db, &at, to, actor, &said);
                assert!(matches!(&refused, Err(AdvanceError::Refused(Refusal::GuardMissing { missing, .. })) if missing == &[guard]), "{guard:?}: {refused:?}");
            });
        }
    }

    fn nobody_else_moves_a_case_and_nothing_is_written(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        for row in rows() {
            let from = from_of(row).next().unwrap();
            for actor in ACTORS.into_iter().filter(|actor| Transition::find(from, row.to, *actor).is_err()) {
                tried(&db, |db| {
                    let at = put(db, &application, from, row.actors[0], Some(due_for(row, None))).unwrap();
                    let proven = prove(db, at.id, row, None).unwrap();
                    let before = written(db, &at);
                    let refused = try_step(db, &at, row.to, actor, &proven);
                    assert!(matches!(refused, Err(AdvanceError::Refused(Refusal::WrongActor { .. }))), "{} → {} by {actor:?}: {refused:?}", from.code(), row.to.code());
                    assert_eq!(written(db, &at), before);
                });
            }
        }
    }

    fn a_way_that_is_not_in_the_table_is_refused_from_every_status(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        for from in Status::ALL.into_iter().filter(|from| *from != Status::Draft) {
            tried(&db, |db| {
                let at = put(db, &application, from, Actor::HonsekiClerk, None).unwrap();
                let before = written(db, &at);
                for to in Status::ALL.into_iter().filter(|to| Transition::find(from, *to, Actor::HonsekiClerk).is_err()) {
                    assert!(matches!(try_step(db, &at, to, Actor::HonsekiClerk, &Circumstances::default()), Err(AdvanceError::Refused(_))), "{} → {}", from.code(), to.code());
                }
                assert_eq!(written(db, &at), before);
            });
        }
    }

    fn an_office_moves_a_case_only_while_it_is_its_turn(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-fr"));
        for (office, actor) in [("emb-fr", Actor::ConsularClerk), ("emb-us", Actor::ConsularClerk), ("141046", Actor::HonsekiClerk), ("emb-gb", Actor::MunicipalClerk), ("emb-gb", Actor::HonsekiClerk)] {
            tried(&db, |db| {
                let (doer, office) = (doer(&application, actor), code(office));
                let said = Circumstances::default().with(Guard::PaperIdentified);
                let step = Step { application: application.id, expected: Status::FormReady, to: Status::Received, doer: &doer, office: Some(&office), circumstances: &said, facts: facts(), terms: tsubame::domain::deadline::Terms::default() };
                assert!(matches!(advance(db, &letterhead(), &step, now()), Err(AdvanceError::WrongOffice)), "{office} as {actor:?}");
            });
        }
        tried(&db, |db| {
            let said = Circumstances::default().with(Guard::PaperIdentified);
            assert!(try_step(db, &application, Status::Received, Actor::ConsularClerk, &said).is_ok());
        });
    }

    fn a_page_that_showed_another_status_changes_nothing(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        let said = Circumstances::default().with(Guard::PaperIdentified);
        let receive = || db.store.write(|db| try_step(db, &application, Status::Received, Actor::ConsularClerk, &said));
        receive().unwrap();
        assert!(matches!(receive(), Err(AdvanceError::Store(StoreError::Conflict))), "the second scan of the same envelope");
    }

    fn last_days_are_counted_where_the_desk_is_and_the_collection_deadline_runs_through_bookings(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        let walk = |at: &Application, to, actor| {
            db.store.write(|db| {
                let row = Transition::find(at.status, to, actor).unwrap();
                let proven = prove(db, at.id, row, None)?;
                try_step(db, at, to, actor, &proven)
            }).unwrap()
        };
        let received = walk(&application, Status::Received, Actor::ConsularClerk);
        assert_eq!(received.due_on, None);
        let defect = walk(&received, Status::Defect, Actor::ConsularClerk);
        assert_eq!(defect.due_on.unwrap().to_string(), "2027-01-22", "60 days from 23 November");
        assert_eq!(defect.desk, Some(Desk::Office(code("emb-gb"))));
        let again = walk(&defect, Status::Received, Actor::ConsularClerk);
        assert_eq!(db.store.read(|db| defects::list_open_defects(db, again.id)).unwrap().len(), 0, "the correction clears them");
        let ready = db.store.write(|db| put(db, &again, Status::Arrived, Actor::ConsularClerk, None)).unwrap();
        let ready = walk(&ready, Status::Ready, Actor::ConsularClerk);
        let booked = walk(&ready, Status::Booked, Actor::Applicant);
        let cancelled = walk(&booked, Status::Ready, Actor::Applicant);
        for at in [&ready, &booked, &cancelled] {
            assert_eq!(at.due_on.unwrap().to_string(), "2027-02-21", "{}", at.status.code());
        }
        let case = db.store.read(|db| cases::get_case(db, ready.id)).unwrap();
        assert_eq!((case.pickup_deadline, case.second_pickup_deadline), (ready.due_on, None));
    }

    fn the_issuers_defect_is_told_only_when_the_applicant_has_to_act(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        for (must_act, mails, due) in [(false, 0, None), (true, 1, Some("2027-01-22"))] {
            tried(&db, |db| {
                let at = put(db, &application, Status::AtIssuer, Actor::Issuer, None).unwrap();
                defects::insert_defect(db, at.id, (DefectCode::PH06, ""), ("issuer", "issuer"), now()).unwrap();
                let doer = Doer::staff(Actor::Issuer, 9);
                let step = Step {
                    application: at.id, expected: Status::AtIssuer, to: Status::IssuerDefect, doer: &doer, office: None,
                    circumstances: &Circumstances::default(), facts: Facts { applicant_must_act: must_act, ..Facts::default() },
                    terms: tsubame::domain::deadline::Terms::default(),
                };
                let moved = advance(db, &letterhead(), &step, now()).unwrap();
                assert_eq!(outbox::list_of_application(db, at.id).unwrap().len(), mails);
                assert_eq!(moved.due_on.map(|due| due.to_string()).as_deref(), due);
            });
        }
    }

    fn a_closed_claim_and_the_time_a_step_took_are_written_with_the_move(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        let desk = application.desk.clone().unwrap();
        let moved = db.store.write(|db| {
            tsubame::storage::turns::claim_case(db, application.id, &desk, (None, 7), now())?;
            let said = Circumstances::default().with(Guard::PaperIdentified);
            try_step(db, &application, Status::Received, Actor::ConsularClerk, &said)
        }).unwrap();
        assert_eq!((moved.claimed_by, moved.claimed_at), (None, None));
        let steps = db.store.read(|db| history::list_steps_taken(db, now(), history::HistoryId(0), 10)).unwrap();
        assert_eq!(steps.len(), 1);
        assert_eq!((steps[0].left, steps[0].desk.clone()), (Status::FormReady, Some(desk)));
    }
}

//! No query of the program walks through a whole table: each is asked of SQLite's planner.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use diesel::connection::InstrumentationEvent;
use diesel::prelude::*;
use diesel::sql_types::Text;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use tsubame::domain::answers::Answers;
use tsubame::domain::defect::DefectCode;
use tsubame::domain::desk::Desk;
use tsubame::domain::notice::NoticeCode;
use tsubame::domain::office::OfficeSettings;
use tsubame::domain::office::settings::Booking;
use tsubame::domain::office::table::OfficeTable;
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::domain::shipment::{Carriage, ShipmentKind, ShipmentNumber};
use tsubame::domain::staff::user_id::UserId;
use tsubame::domain::staff::{Assignment, Role};
use tsubame::domain::status::Status;
use tsubame::reference::office_table;
use tsubame::storage::applications::{self, ApplicationId, Doer, Move};
use tsubame::storage::audit::{self, Chain};
use tsubame::storage::bags::{self, ItemAnswer, NewBag};
use tsubame::storage::challenges::{self, ChallengeId};
use tsubame::storage::decisions::DecisionId;
use tsubame::storage::history::HistoryId;
use tsubame::storage::jobs::{self, JobId, JobKind, Outcome};
use tsubame::storage::mailboxes::{self, MailboxId};
use tsubame::storage::masters::{self, NewMasterImport};
use tsubame::storage::offices::{self, SaveSettings};
use tsubame::storage::outbox::{self, MailId};
use tsubame::storage::photos::{self, PhotoState};
use tsubame::storage::sections::{self, SaveSection};
use tsubame::storage::sessions::{self, SessionId};
use tsubame::storage::shipments::{self, NewShipment, ShipmentId, ShipmentState};
use tsubame::storage::staff::{self, StaffDetails};
use tsubame::storage::tasks::{TaskId, TaskKind};
use tsubame::storage::throttle::{self, Scope};
use tsubame::storage::{
    Db, StoreError, birth_tries, case_checks, case_lock, case_search, cases, decisions, defects,
    desk_rounds, email_changes, expected_windows, history, idempotency, inquiries, pending_posts,
    photo_checks, postings, reminders, retention, revisions, shipment_arrivals, shipment_lines,
    staff_notes, tasks, turns, views,
};
use tsubame::storage::{staff_credentials, staff_sessions};

use super::cast::{draft, hanako, now};
use super::exchange_queries::ask_about_exchange;
use super::operation_queries::ask_about_the_operation;
use super::queue_queries::ask_about_queues;
use super::transfer_queries::{ask_about_disposals, ask_about_returns, ask_about_transfers};
use crate::support::database::TestDatabase;

#[derive(QueryableByName)]
struct Plan {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// Asks everything that pages, jobs and desks ask. What the answers are does not matter here.
fn ask_everything(db: &mut Db, id: ApplicationId, mailbox: MailboxId) -> Result<(), StoreError> {
    let reference = ReceiptNumber::from_random(1);
    applications::get_application(db, id)?;
    applications::find_of_mailbox(db, mailbox, reference)?;
    applications::find_by_reference(db, reference)?;
    applications::list_of_mailbox(db, mailbox)?;
    applications::note_activity(db, id, Status::Draft, now(), now())?;
    birth_tries::claim_birth_try(db, id, 5, SignedDuration::from_hours(24), now())?;
    birth_tries::reset_birth_tries(db, id)?;
    history::list_history(db, id)?;
    sections::find_section(db, id, "person")?;
    sections::list_sections(db, id)?;
    revisions::find_current_revision(db, id)?;
    postings::find_posting(db, id)?;
    photos::find_photo(db, id, PhotoState::Chosen)?;
    photos::discard_photos(db, id)?;
    pending_posts::find_pending_post(db, b"t", id, now())?;
    audit::list_entries(db, &Chain::system())?;
    ask_about_people(db, mailbox)?;
    ask_about_staff(db)?;
    ask_about_work(db, id)?;
    ask_about_cases(db, id)?;
    ask_about_offices(db)?;
    ask_about_shipments(db, id)?;
    ask_about_the_operation(db)?;
    ask_about_exchange(db)?;
    let answers = Answers::default();
    let save = SaveSection {
        application: id,
        section: "person",
        answers: &answers,
        is_complete: false,
        expected_version: 0,
        expected_status: Status::Draft,
        expires_at: now(),
    };
    sections::save_section(db, &save, now())?;
    let step = Move {
        application: id,
        from: Status::Draft,
        to: Status::Expired,
        doer: &Doer::system(),
        rule: "r",
    };
    let ended = applications::apply_transition(db, &step, now())?;
    retention::delete_content(db, &ended, now())?;
    applications::delete_application(db, id, Status::Expired, &Doer::system(), "test", now())
}

fn ask_about_cases(db: &mut Db, id: ApplicationId) -> Result<(), StoreError> {
    let office = OfficeCode::parse("141046").unwrap();
    cases::find_case(db, id)?;
    ask_about_queues(db, &office)?;
    let today = now().to_zoned(TimeZone::UTC).date();
    desk_rounds::count_due(db, &office, today, today)?;
    desk_rounds::count_entered(db, &office, now())?;
    desk_rounds::list_overdue(db, &office, today, 20)?;
    case_search::replace_email(db, id, "a@example.com", "b@example.com")?;
    history::list_steps_taken(db, now(), HistoryId(0), 100)?;
    defects::list_defects(db, id)?;
    defects::list_open_defects(db, id)?;
    defects::set_answered(db, id, &[DefectCode::D09], now())?;
    defects::clear_defects(db, id, "staff:1", now())?;
    inquiries::list_inquiries(db, id)?;
    inquiries::close_inquiries(db, id, now())?;
    staff_notes::list_notes(db, id)?;
    case_lock::lock_case(db, id, Status::Draft)?;
    case_checks::write_checks(db, id, &[], "staff:1", now())?;
    case_checks::delete_checks(db, id)?;
    photo_checks::find_photo_check(db, id)?;
    let desk = Desk::Office(office.clone());
    turns::find_next(db, &desk, Status::Received, (None, id))?;
    views::note_view(db, id, ("staff:1", "consular", Some(&office)), now())?;
    views::list_views(db, id, 50)?;
    views::list_others_since(db, id, "staff:2", now())?;
    tasks::list_open_tasks(db, "141046", TaskKind::Unreachable, TaskId(0), 25)?;
    tasks::list_tasks_of(db, id)?;
    tasks::count_open_tasks(db, "141046", TaskKind::Unreachable, 1000)?;
    tasks::close_tasks_of(db, id, TaskKind::Unreachable, "staff:1", now())?;
    decisions::find_pending(db, id)?;
    decisions::list_pending(db, &office, "staff:1", DecisionId(0), 25)?;
    decisions::list_decisions(db, id)?;
    decisions::overtake(db, id, "staff:1", now())?;
    email_changes::find_email_change(db, id, now())?;
    email_changes::claim_attempt(db, id, 5)?;
    email_changes::delete_email_change(db, id)?;
    email_changes::delete_expired(db, now())?;
    let today = now().to_zoned(TimeZone::UTC).date();
    expected_windows::list_windows(db, &["141046"], today)?;
    Ok(())
}

fn ask_about_shipments(db: &mut Db, id: ApplicationId) -> Result<(), StoreError> {
    let office = OfficeCode::parse("emb-gb").unwrap();
    let keeper = OfficeCode::parse("141046").unwrap();
    let desk = Desk::Office(office.clone());
    let carriage = Carriage::default();
    let new = NewShipment {
        number: ShipmentNumber::from_random(1),
        kind: ShipmentKind::Form,
        from: &desk,
        to: &keeper,
        carriage: &carriage,
        by: "staff:1",
    };
    let made = shipments::insert_shipment(db, &new, &[id], now())?;
    shipments::get_shipment(db, made.id)?;
    shipments::find_by_number(db, made.number)?;
    shipments::list_items(db, made.id)?;
    shipments::set_carriage(db, made.id, 1, &carriage)?;
    let kept = shipments::remove_items(db, made.id, 2, &[ApplicationId(99)])?;
    shipments::close_shipment(db, made.id, kept.version, "staff:2", now())?;
    let (_, item) = shipment_arrivals::find_under_way(db, id)?.unwrap();
    shipment_arrivals::list_sent(db, ShipmentId(0), 200)?;
    shipment_arrivals::set_received(db, made.id, "staff:3", now())?;
    ask_about_returns(db, (made.id, id))?;
    ask_about_disposals(db, id)?;
    shipment_arrivals::set_arrived(db, item.id, now())?;
    let end = ShipmentId(i64::MAX);
    shipments::list_of_sender(db, &desk, end, 25)?;
    shipments::list_of_receiver(db, &office, ShipmentState::Sent, end, 25)?;
    for kind in ShipmentKind::ALL {
        shipment_lines::count_by_destination(db, kind, &office)?;
        shipment_lines::list_candidates(db, kind, (&office, &keeper), 500)?;
    }
    shipment_lines::list_lines(db, made.id)?;
    ask_about_transfers(db, id, (&office, &keeper))?;
    let new = NewBag {
        office: &office,
        kind: ShipmentKind::Form,
        shipment: Some(made.id),
        channel: None,
        by: "staff:1",
    };
    let bag = bags::insert_bag(db, &new, now())?;
    bags::insert_or_update_item(db, bag, id, (ItemAnswer::Registered, "staff:1"), now())?;
    bags::get_bag(db, bag, &office)?;
    bags::find_open_bag(db, &office, ShipmentKind::Form, "staff:1")?;
    bags::find_bag_of_shipment(db, made.id)?;
    bags::find_closed_bag_of(db, made.id)?;
    bags::list_items(db, bag, 10)?;
    bags::find_item(db, bag, id)?;
    bags::find_registration(db, id, &office)?;
    bags::count_items(db, bag)?;
    bags::close_bag(db, bag, 1, "staff:1", now())
}

fn ask_about_people(db: &mut Db, mailbox: MailboxId) -> Result<(), StoreError> {
    mailboxes::get_mailbox(db, mailbox)?;
    mailboxes::find_mailbox(db, "a@example.com")?;
    challenges::find_challenge_of_browser(db, b"b")?;
    challenges::find_challenge_by_link(db, b"l")?;
    challenges::claim_attempt(db, ChallengeId(1), 5, now())?;
    challenges::delete_expired(db, now())?;
    throttle::hit(
        db,
        Scope {
            name: "s",
            window: SignedDuration::from_mins(15),
        },
        b"k",
        now(),
    )?;
    throttle::delete_windows_before(db, now())?;
    sessions::find_live_session(db, b"t", now())?;
    sessions::revoke_sessions_of_mailbox(db, mailbox, now())?;
    sessions::has_grant(db, SessionId(1), ApplicationId(1))?;
    sessions::delete_ended(db, now())?;
    idempotency::find_location(db, "s", b"k")?;
    idempotency::delete_before(db, now())?;
    pending_posts::delete_expired(db, now())?;
    retention::delete_unused_mailboxes(db, now())?;
    Ok(())
}

fn ask_about_offices(db: &mut Db) -> Result<(), StoreError> {
    let code = OfficeCode::parse("emb-gb").unwrap();
    offices::find_office(db, &code)?;
    offices::list_named(db, &["emb-gb", "131016"])?;
    offices::list_in_country(db, "GB")?;
    offices::list_in_prefecture(db, "13")?;
    offices::list_versions(db, &code, 10)?;
    offices::set_checked(
        db,
        &code,
        0,
        "staff:1",
        now().to_zoned(TimeZone::UTC).date(),
        now(),
    )?;
    let settings = OfficeSettings {
        booking: Booking::Required,
        ..OfficeSettings::default()
    };
    let save = SaveSettings {
        office: &code,
        expected_version: 0,
        settings: &settings,
        actor: "staff:1",
    };
    offices::save_settings(db, &save, now())?;
    masters::list_masters(db)?;
    let entries = masters::list_entries(db, OfficeTable::Missions)?;
    let file = office_table::write(&entries).unwrap();
    let new = NewMasterImport {
        table: OfficeTable::Missions,
        label: "l",
        source: "s",
        content: std::str::from_utf8(&file).unwrap(),
        actor: "staff:1",
    };
    let import = masters::insert_import(db, &new, now())?;
    masters::apply_import(db, import, "staff:1", now())?;
    Ok(())
}

fn ask_about_staff(db: &mut Db) -> Result<(), StoreError> {
    let office = OfficeCode::parse("emb-gb").ok();
    let details = StaffDetails {
        name: "見本".to_owned(),
        email: "hanako@office.example".to_owned(),
        assignment: Assignment::new([Role::Consular], office.clone()).unwrap(),
        trained_on: None,
    };
    let id = staff::insert_staff(db, &UserId::parse("hanako").unwrap(), &details, now())?;
    staff::find_by_user_id(db, &UserId::parse("hanako").unwrap())?;
    staff::list_staff(db, None, "", 50)?;
    staff::list_staff(db, office.as_ref(), "", 50)?;
    staff_credentials::find_credentials(db, "hanako")?;
    staff_credentials::claim_step(db, id, 1)?;
    staff_credentials::claim_recovery_code(db, id, b"h")?;
    staff_credentials::count_recovery_codes(db, id)?;
    staff_credentials::find_invitation(db, b"t", now())?;
    staff_sessions::find_live_session(db, b"t", now())?;
    staff_sessions::revoke_sessions_of(db, id, None, now())?;
    staff_sessions::list_sign_ins(db, id, 20)?;
    staff_sessions::delete_ended(db, now())?;
    Ok(())
}

fn ask_about_work(db: &mut Db, id: ApplicationId) -> Result<(), StoreError> {
    jobs::list_claimable(db, 6, now())?;
    jobs::find_kind(db, JobId(1))?;
    jobs::claim_job(db, JobId(1), "o", SignedDuration::from_mins(1), now())?;
    jobs::set_outcome(db, JobId(1), "o", &Outcome::Done, now())?;
    jobs::insert_if_missing(db, JobKind::Remind, "{}", "key", now())?;
    jobs::list_dead(db, 10)?;
    jobs::count_open(db)?;
    jobs::delete_done(db, now())?;
    outbox::list_undelivered(db, 10)?;
    outbox::list_of_application(db, id)?;
    outbox::count_unsent(db)?;
    outbox::set_sent(db, MailId(1), now())?;
    outbox::blank_bodies_before(db, now())?;
    outbox::delete_before(db, now())?;
    reminders::list_expiring_drafts(db, ApplicationId(0), now(), now(), 10)?;
    reminders::list_unsent_forms(db, (now(), ApplicationId(0)), now(), 10)?;
    reminders::was_written_since(db, id, NoticeCode::N02b, now())?;
    retention::list_lapsed(db, &[Status::Draft], now(), 10)?;
    retention::list_unchanged_since(db, &[Status::Expired], now(), 10)?;
    Ok(())
}

fn asked(db: &TestDatabase) -> BTreeSet<String> {
    let mailbox = hanako(&db.store);
    let application = draft(&db.store, &mailbox, 1);
    let asked = Arc::new(Mutex::new(BTreeSet::new()));
    let notes = asked.clone();
    db.store
        .write(|db| {
            db.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                if let InstrumentationEvent::StartQuery { query, .. } = event {
                    let query = query.to_string();
                    let statement = query
                        .split(" -- binds")
                        .next()
                        .unwrap_or_default()
                        .to_owned();
                    notes.lock().unwrap().insert(statement);
                }
            });
            let done = ask_everything(db, application.id, mailbox.id);
            db.set_instrumentation(|_: InstrumentationEvent<'_>| {});
            done
        })
        .unwrap();
    let asked = asked.lock().unwrap();
    asked.clone()
}

#[test]
fn every_query_finds_its_rows_by_an_index() {
    let db = TestDatabase::sqlite();
    let statements = asked(&db);
    assert!(
        statements.len() >= 70,
        "only {} statements were seen",
        statements.len()
    );
    let mut walks = Vec::new();
    for statement in &statements {
        let plan: Vec<Plan> = db
            .store
            .read(|db| {
                diesel::sql_query(format!("EXPLAIN QUERY PLAN {statement}"))
                    .load(db)
                    .map_err(StoreError::from)
            })
            .unwrap();
        walks.extend(
            plan.into_iter()
                .filter(|step| step.detail.starts_with("SCAN"))
                .map(|step| format!("{}: {statement}", step.detail)),
        );
    }
    // Constant rows are "scanned" too.
    walks.retain(|walk| !walk.starts_with("SCAN CONSTANT ROW"));
    // What a bounded count has found, and no table.
    walks.retain(|walk| !walk.starts_with("SCAN found:"));
    assert_eq!(walks, Vec::<String>::new());
}

//! Cases beside their status: written with the form, found by name, with what offices note about them.

use tsubame::domain::defect::DefectCode;
use tsubame::domain::desk::Desk;
use tsubame::domain::handover::{DocumentCheck, HandoverBlock, RecordCheck, blocks};
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::search_key;
use tsubame::domain::status::Status;
use tsubame::storage::applications::{Application, ApplicationId};
use tsubame::storage::cases::{self, Channel};
use tsubame::storage::decisions::{self, DecisionState, NewDecision};
use tsubame::storage::tasks::{self, NewTask, TaskId, TaskKind};
use tsubame::storage::{
    StoreError, case_facts, case_search, defects, inquiries, retention, staff_notes, views,
};

use super::cast::{days, form, made, now};
use crate::on_each_database;
use crate::support::database::TestDatabase;

fn code(text: &str) -> OfficeCode {
    OfficeCode::parse(text).unwrap()
}

fn search(db: &TestDatabase, typed: &str, office: &str) -> Vec<ApplicationId> {
    let (beginnings, office) = (search_key::beginnings(typed), code(office));
    db.store
        .read(|db| case_search::find_cases(db, &beginnings, &office, 25))
        .unwrap()
}

/// The paper is in the hands of the office it was meant for.
fn receive(db: &TestDatabase, application: &Application) {
    db.store
        .write(|db| {
            let office = cases::get_case(db, application.id)?.filing_office;
            cases::set_received(db, application.id, &office, (Some(Channel::Post), 1), now())
        })
        .unwrap();
}

on_each_database! {
    fn a_form_that_was_made_lies_on_the_desk_of_the_office_it_goes_to(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-fr"));
        assert_eq!(application.desk, Some(Desk::Office(code("emb-gb"))));
        assert_eq!(application.due_on.unwrap().to_string(), "2027-02-21");
        assert_eq!(application.entered_at, now());
        let case = db.store.read(|db| cases::get_case(db, application.id)).unwrap();
        assert_eq!((case.register_office.as_str(), case.pickup_office.as_str()), ("141046", "emb-fr"));
        assert_eq!((case.full_name().as_str(), case.kana.as_str()), ("齋藤　花子", "サイトウ　ハナコ"));
        assert_eq!((case.phone.as_str(), case.second_email.as_deref()), ("+442079460000", Some("second@example.com")));
        assert_eq!((case.record_check, case.document_check), (RecordCheck::Open, DocumentCheck::Open));
    }

    fn a_new_form_keeps_what_the_offices_found(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        db.store.write(|db| {
            cases::set_received(db, application.id, &code("emb-gb"), (Some(Channel::Post), 1), now())?;
            cases::set_received(db, application.id, &code("emb-gb"), (Some(Channel::Counter), 2), now() + days(9))?;
            case_facts::set_shelf(db, application.id, Some("A-12"))?;
            cases::write_case(db, application.id, &form("emb-gb", "honseki"), "hanako@example.com", now() + days(9))
        }).unwrap();
        let case = db.store.read(|db| cases::get_case(db, application.id)).unwrap();
        assert_eq!((case.received_at, case.received_revision, case.channel), (Some(now()), Some(2), Some(Channel::Counter)));
        assert_eq!((case.shelf.as_deref(), case.pickup_office.as_str()), (Some("A-12"), "141046"));
        assert_eq!(case.step_began_at, now());
    }

    fn a_case_is_found_by_name_reading_address_and_telephone_within_the_offices_it_concerns(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-fr"));
        for typed in ["斎藤", "齋藤花子", "花子", "さいとう", "ハナコ", "saito", "Saitou Hanako", "hanako@example.com", "second@", "7946 0000"] {
            assert_eq!(search(&db, typed, "emb-gb"), [application.id], "{typed}");
            for office in ["141046", "emb-fr", "emb-us"] {
                assert!(search(&db, typed, office).is_empty(), "{typed} at {office}, before the paper was received");
            }
        }
        receive(&db, &application);
        for typed in ["斎藤", "hanako@example.com", "7946 0000"] {
            for office in ["emb-gb", "141046", "emb-fr"] {
                assert_eq!(search(&db, typed, office), [application.id], "{typed} at {office}");
            }
            assert!(search(&db, typed, "emb-us").is_empty(), "{typed} elsewhere");
        }
        for typed in ["斎藤次郎", "佐藤", "taro@example.com", "11112222"] {
            assert!(search(&db, typed, "emb-gb").is_empty(), "{typed}");
        }
        db.store.write(|db| case_search::replace_email(db, application.id, "hanako@example.com", "new@example.com")).unwrap();
        assert!(search(&db, "hanako@example.com", "emb-gb").is_empty());
        for office in ["emb-gb", "141046", "emb-fr"] {
            assert_eq!(search(&db, "new@example.com", office), [application.id], "{office}");
        }
    }

    fn an_office_finds_a_case_as_long_as_it_has_a_part_in_it(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-fr"));
        receive(&db, &application);
        let everybody = ["emb-gb", "emb-fr", "141046", "131016", "emb-us"];
        let finders = |typed: &str| -> Vec<&str> { everybody.into_iter().filter(|office| !search(&db, typed, office).is_empty()).collect() };
        let id = application.id;
        db.store.write(|db| cases::set_pickup_office(db, id, &code("emb-us"))).unwrap();
        assert_eq!(finders("斎藤"), ["emb-gb", "141046", "emb-us"]);
        db.store.write(|db| cases::set_register_office(db, id, &code("131016"))).unwrap();
        assert_eq!(finders("hanako@example.com"), ["emb-gb", "131016", "emb-us"]);
        db.store.write(|db| cases::set_paper_office(db, id, &code("emb-fr"))).unwrap();
        assert_eq!(finders("ハナコ"), ["emb-gb", "emb-fr", "131016", "emb-us"]);
    }

    fn a_receipt_number_is_found_by_its_beginning_where_the_case_is_known(db: TestDatabase) {
        let (first, second) = (made(&db.store, 1, &form("emb-gb", "emb-gb")), made(&db.store, 40_000_000_000, &form("emb-fr", "emb-fr")));
        let found = |compact: &str, office: &str| db.store.read(|db| case_search::find_by_number(db, compact, &code(office), 25)).unwrap();
        for (application, office) in [(&first, "emb-gb"), (&second, "emb-fr")] {
            let compact = application.reference.compact();
            for beginning in [&compact[..4], &compact[..9], &compact[..]] {
                assert_eq!(found(beginning, office), [application.id], "{beginning}");
                assert!(found(beginning, "141046").is_empty(), "{beginning}, before the paper was received");
            }
            receive(&db, application);
            assert_eq!(found(&compact, "141046"), [application.id]);
            assert!(found(&compact, "131016").is_empty());
        }
    }

    fn names_go_with_the_content_of_a_form_that_was_never_received(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-fr"));
        db.store.write(|db| retention::delete_content(db, &application, now())).unwrap();
        assert!(db.store.read(|db| cases::find_case(db, application.id)).unwrap().is_none());
        assert!(search(&db, "斎藤", "emb-gb").is_empty());
    }

    fn checks_open_the_gate_of_the_handover_and_a_reset_closes_it(db: TestDatabase) {
        let application = made(&db.store, 1, &form("emb-gb", "emb-gb"));
        let id = application.id;
        let facts = || db.store.read(|db| cases::get_case(db, id)).unwrap().handover_facts();
        db.store.write(|db| {
            case_facts::set_record_check(db, id, RecordCheck::Done, "staff:1", now())?;
            case_facts::set_record_check_notice(db, id, now())?;
            case_facts::set_document_check(db, id, DocumentCheck::AtHandover, "staff:2", now())
        }).unwrap();
        assert_eq!(blocks(facts()), []);
        db.store.write(|db| case_facts::set_record_check(db, id, RecordCheck::Open, "staff:1", now())).unwrap();
        assert_eq!(blocks(facts()), [HandoverBlock::RecordNotChecked, HandoverBlock::NoticeMissing]);
    }

    fn defects_are_answered_and_cleared_once(db: TestDatabase) {
        let id = made(&db.store, 1, &form("emb-gb", "emb-gb")).id;
        let (answered, again, cleared, open) = db.store.write(|db| {
            defects::insert_defect(db, id, (DefectCode::PH06, ""), ("emb-gb", "staff:1"), now())?;
            defects::insert_defect(db, id, (DefectCode::D09, "日付"), ("emb-gb", "staff:1"), now())?;
            let answered = defects::set_answered(db, id, &[DefectCode::PH06], now())?;
            let again = defects::set_answered(db, id, &[DefectCode::PH06], now())?;
            Ok::<_, StoreError>((answered, again, defects::clear_defects(db, id, "staff:1", now())?, defects::list_open_defects(db, id)?))
        }).unwrap();
        assert_eq!((answered, again, cleared, open.len()), (1, 0, 2, 0));
        assert_eq!(db.store.read(|db| defects::list_defects(db, id)).unwrap()[1].note, "日付");
    }

    fn a_question_is_answered_once(db: TestDatabase) {
        let id = made(&db.store, 1, &form("emb-gb", "emb-gb")).id;
        let reply = |text: &'static str| db.store.write(move |db| inquiries::set_reply(db, id, text, now()));
        assert!(matches!(reply("はい"), Err(StoreError::Conflict)), "nothing was asked");
        db.store.write(|db| inquiries::insert_inquiry(db, id, "転出の日は？", (&code("141046"), "staff:1"), now())).unwrap();
        reply("6月30日です").unwrap();
        assert!(matches!(reply("7月1日です"), Err(StoreError::Conflict)));
        let asked = db.store.read(|db| inquiries::list_inquiries(db, id)).unwrap();
        assert_eq!((asked[0].reply.as_deref(), asked[0].closed_at), (Some("6月30日です"), Some(now())));
    }

    fn nobody_approves_their_own_decision_and_one_waits_at_a_time(db: TestDatabase) {
        let id = made(&db.store, 1, &form("emb-gb", "emb-gb")).id;
        let office = code("emb-gb");
        let new = NewDecision { application: id, from: Status::Received, to: Status::NotAccepted, office: &office, reason: "D02", by: "staff:1" };
        let decision = db.store.write(|db| decisions::insert_decision(db, &new, now())).unwrap();
        assert!(matches!(db.store.write(|db| decisions::insert_decision(db, &new, now())), Err(StoreError::Conflict)));
        let listed = |reader: &'static str| db.store.read(|db| decisions::list_pending(db, &code("emb-gb"), reader, decisions::DecisionId(0), 9)).unwrap().len();
        assert_eq!((listed("staff:1"), listed("staff:2")), (0, 1));
        let settle = |by: &'static str| db.store.write(move |db| decisions::settle_decision(db, decision, DecisionState::Approved, by, now()));
        assert!(matches!(settle("staff:1"), Err(StoreError::Conflict)));
        settle("staff:2").unwrap();
        assert!(matches!(settle("staff:3"), Err(StoreError::Conflict)), "settled already");
        assert!(db.store.read(|db| decisions::find_pending(db, id)).unwrap().is_none());
    }

    fn a_task_is_opened_once_under_its_key_and_done_at_its_own_desk(db: TestDatabase) {
        let id = made(&db.store, 1, &form("emb-gb", "emb-gb")).id;
        let new = NewTask { kind: TaskKind::Unreachable, office: "emb-gb", application: Some(id), detail: "N05", key: Some("unreachable:1") };
        let (first, second) = db.store.write(|db| Ok::<_, StoreError>((tasks::open_task(db, &new, now())?, tasks::open_task(db, &new, now())?))).unwrap();
        assert!(first && !second);
        let open = db.store.read(|db| tasks::list_open_tasks(db, "emb-gb", TaskKind::Unreachable, TaskId(0), 9)).unwrap();
        assert_eq!(open.len(), 1);
        let finish = |office: &'static str| db.store.write(|db| tasks::finish_task(db, open[0].id, office, "staff:1", now()));
        assert!(matches!(finish("emb-fr"), Err(StoreError::Conflict)));
        finish("emb-gb").unwrap();
        assert_eq!(db.store.read(|db| tasks::count_open_tasks(db, "emb-gb", TaskKind::Unreachable, 100)).unwrap(), 0);
    }

    fn notes_and_looks_are_kept_with_the_office_they_were_made_at(db: TestDatabase) {
        let id = made(&db.store, 1, &form("emb-gb", "emb-gb")).id;
        let office = code("emb-gb");
        let look = |at| db.store.write(|db| views::note_view(db, id, ("staff:1", "consular", Some(&office)), at)).unwrap();
        assert_eq!((look(now()), look(now()), look(now() + days(1))), (true, false, true));
        let (seen, others) = db.store.read(|db| Ok::<_, StoreError>((
            views::list_views(db, id, 10)?,
            views::list_others_since(db, id, "staff:1", now())?,
        ))).unwrap();
        assert_eq!((seen.len(), seen[0].at, others.len()), (2, now() + days(1), 0));
        db.store.write(|db| staff_notes::insert_note(db, id, "電話した", (&office, "staff:1"), now())).unwrap();
        assert_eq!(db.store.read(|db| staff_notes::list_notes(db, id)).unwrap()[0].text, "電話した");
    }
}

//! Desks of the physical legs: invented cases where a test needs them, and what is written about them.

use tsubame::domain::handover::RecordCheck;
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::domain::status::Status;
use tsubame::storage::applications::{self, Application, Doer, Move, Turn};
use tsubame::storage::tasks::{self, TaskKind};
use tsubame::storage::{StoreError, case_facts, cases, history, outbox};

use crate::storage::cast::{form, made, now};
use crate::support::app::TestApp;
use crate::support::person::Person;
use crate::support::raw;

/// A form of an invented person from London, or elsewhere, for 横浜市中区.
pub(crate) fn filed(app: &TestApp, number: u64, (filing, pickup): (&str, &str)) -> Application {
    made(&app.store, number, &form(filing, pickup))
}

/// Puts a case into a status on the desk it lies on then, by hand; its paper is where it was filed.
pub(crate) fn put(app: &TestApp, application: &Application, status: Status) -> Application {
    app.store
        .write(|db| {
            let case = cases::get_case(db, application.id)?;
            cases::set_received(db, application.id, &case.filing_office, (None, 1), now())?;
            case_facts::set_record_check(db, application.id, RecordCheck::Done, "staff:1", now())?;
            let desk = cases::get_case(db, application.id)?.offices().desk(status);
            let step = Move {
                application: application.id,
                from: applications::get_application(db, application.id)?.status,
                to: status,
                doer: &Doer::system(),
                rule: "put there by a test",
            };
            let turn = Turn {
                desk: desk.as_ref(),
                ..Turn::default()
            };
            applications::move_case(db, &step, &turn, now())
        })
        .unwrap()
}

/// Where a case stands now.
pub(crate) fn status_of(app: &TestApp, application: &Application) -> Status {
    app.store
        .read(|db| applications::get_application(db, application.id))
        .unwrap()
        .status
}

/// The notices about a case, in order.
pub(crate) fn notices_of(app: &TestApp, application: &Application) -> Vec<String> {
    app.store
        .read(|db| outbox::list_of_application(db, application.id))
        .unwrap()
        .iter()
        .map(|mail| mail.notice.as_str().to_owned())
        .collect()
}

/// How often a case entered a status.
pub(crate) fn entered(app: &TestApp, application: &Application, status: Status) -> usize {
    let lines = app
        .store
        .read(|db| history::list_history(db, application.id))
        .unwrap();
    lines.iter().filter(|line| line.to == status).count()
}

/// The desks on which a task about a case is open.
pub(crate) fn task_desks(app: &TestApp, application: &Application, kind: TaskKind) -> Vec<String> {
    let tasks = app
        .store
        .read(|db| {
            let all = tasks::list_tasks_of(db, application.id)?;
            Ok::<_, StoreError>(all)
        })
        .unwrap();
    let mut desks: Vec<String> = tasks
        .into_iter()
        .filter(|task| task.kind == kind && task.done_at.is_none())
        .map(|task| task.office)
        .collect();
    desks.sort();
    desks
}

/// What the scanner types for sheet 1.
pub(crate) fn sheet_one(reference: ReceiptNumber) -> String {
    format!("MNC1*{}*A1", reference.compact())
}

/// Somebody scans a code at the intake page before her.
pub(crate) fn scan<'p>(person: &'p mut Person, code: &str) -> &'p mut Person {
    person.open("/staff/intake?kind=form");
    person.fill("受付番号またはQR", code).press("登録")
}

/// Somebody puts a card on a shelf and scans it.
pub(crate) fn scan_card<'p>(person: &'p mut Person, code: &str, shelf: &str) -> &'p mut Person {
    person.open("/staff/intake?kind=card");
    person
        .fill("棚番号", shelf)
        .fill("受付番号またはQR", code)
        .press("登録")
}

/// Several people press the button with these words at the same moment; status and body of each answer.
pub(crate) fn press_at_once(app: &TestApp, people: &[Person], words: &str) -> Vec<(u16, String)> {
    let posts: Vec<(String, String, String)> = people
        .iter()
        .map(|person| {
            let (action, fields) = person.form_of(words);
            let body = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&fields)
                .finish();
            let cookie = format!("staff={}", person.cookie("staff").unwrap());
            (action, body, cookie)
        })
        .collect();
    let together = std::sync::Barrier::new(posts.len());
    std::thread::scope(|scope| {
        let sending: Vec<_> = posts
            .iter()
            .map(|(action, body, cookie)| {
                let (together, base_url) = (&together, &app.base_url);
                scope.spawn(move || {
                    together.wait();
                    let headers = [
                        ("content-type", "application/x-www-form-urlencoded"),
                        ("cookie", cookie.as_str()),
                    ];
                    let request = format!("POST {action}");
                    let answer = raw::try_request(base_url, &request, &headers, body.as_bytes());
                    let answer = answer.unwrap();
                    (answer.status, answer.body)
                })
            })
            .collect();
        sending.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

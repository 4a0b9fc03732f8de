//! Three hundred cases from the counter to the place of pickup: released on screen, made by the simulator over the interface, and every mail read back.
//!
//! The legs of paper and card have tests of their own over HTTP; here they are moved by the desks' own function, with the guards the table asks for.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use tsubame::clock::Clock;
use tsubame::domain::application::frozen::FrozenForm;
use tsubame::domain::deadline::Terms;
use tsubame::domain::handover::RecordCheck;
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::domain::staff::Role;
use tsubame::domain::status::Status;
use tsubame::domain::transition::{Actor, Circumstances, Guard};
use tsubame::notices::advance::{Facts, Step, advance};
use tsubame::notices::demo_mailbox::DemoMail;
use tsubame::storage::applications::{
    self, ApplicationId, Doer, Filing, Move, NewApplication, Turn,
};
use tsubame::storage::cases::{self, Channel};
use tsubame::storage::mailboxes::insert_or_update_mailbox;
use tsubame::storage::revisions::{self, NewRevision};
use tsubame::storage::{StoreError, batch_items, case_facts, history};

use super::simulator::{keys_of, round};
use crate::notices::desk::letterhead;
use crate::on_each_database;
use crate::storage::cast::form;
use crate::support::app::TestApp;

const CASES: u64 = 300;

/// Somebody (invented) whose form is made.
struct Applicant {
    id: ApplicationId,
    receipt: ReceiptNumber,
    email: String,
    language: &'static str,
}

fn applicant(app: &TestApp, number: u64, form: &FrozenForm) -> Applicant {
    let email = format!("mihon{number}@example.com");
    let language = if number.is_multiple_of(3) { "en" } else { "ja" };
    let now = app.clock.now();
    let receipt = ReceiptNumber::from_random(number * 7_919);
    let id = app
        .store
        .write(|db| {
            let mailbox = insert_or_update_mailbox(db, &email, &email, language, now)?;
            let doer = Doer::applicant(mailbox.id);
            let new = NewApplication {
                reference: receipt,
                mailbox: mailbox.id,
                language,
                filing: Filing::Paper,
                expires_at: now + SignedDuration::from_hours(720),
                rule: "start",
            };
            let application = applications::insert_application(db, &new, &doer, now)?;
            let content = serde_json::to_string(form).unwrap();
            let revision = NewRevision {
                application: application.id,
                expected_current: None,
                content: &content,
                photo_id: None,
                deadline: form.deadline,
            };
            revisions::insert_revision(db, &revision, now)?;
            let offices = cases::write_case(db, application.id, form, &email, now)?;
            let step = Move {
                application: application.id,
                from: Status::Draft,
                to: Status::FormReady,
                doer: &doer,
                rule: "form",
            };
            let desk = offices.desk(Status::FormReady);
            applications::move_case(
                db,
                &step,
                &Turn {
                    desk: desk.as_ref(),
                    ..Turn::default()
                },
                now,
            )?;
            Ok::<_, StoreError>(application.id)
        })
        .unwrap();
    Applicant {
        id,
        receipt,
        email,
        language,
    }
}

/// Moves every case one step by the hand of an office.
fn all_go(
    app: &TestApp,
    people: &[Applicant],
    (from, to): (Status, Status),
    (actor, office): (Actor, &str),
    proven: &[Guard],
) {
    let office = OfficeCode::parse(office).unwrap();
    let doer = Doer::staff(actor, 7);
    let circumstances = proven
        .iter()
        .fold(Circumstances::default(), |known, guard| known.with(*guard));
    for one in people {
        let step = Step {
            application: one.id,
            expected: from,
            to,
            doer: &doer,
            office: Some(&office),
            circumstances: &circumstances,
            facts: Facts {
                received: Some((Channel::Post, 1)),
                ..Facts::default()
            },
            terms: Terms::default(),
        };
        app.store
            .write(|db| advance(db, &letterhead(), &step, app.clock.now()))
            .unwrap_or_else(|error| panic!("{} → {}: {error}", from.code(), to.code()));
    }
    app.later(SignedDuration::from_mins(1));
}

fn statuses(app: &TestApp, people: &[Applicant]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    app.store
        .read(|db| {
            for one in people {
                *counts
                    .entry(applications::get_application(db, one.id)?.status.code())
                    .or_default() += 1;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    counts
}

/// What a mail says is right, and what must never stand in one does not.
fn read_back(one: &Applicant, mail: &DemoMail) {
    assert_eq!(mail.language, one.language, "{}", mail.subject);
    let text = format!("{}\n{}\n{}", mail.subject, mail.text, mail.html);
    assert!(
        mail.text.contains(&one.receipt.to_string()),
        "{}: the receipt number",
        mail.notice
    );
    let facts: &[&str] = match (mail.notice.as_str(), one.language) {
        ("N05", "ja") => &["申請書を受け付けました", "在英国日本国大使館"],
        ("N05", _) => &["received", "Embassy of Japan"],
        ("N08", "ja") => &["横浜市中区"],
        ("N08", _) => &["Yokohama"],
        ("N10", "ja") => &["カードを作っています", "在英国日本国大使館"],
        ("N10", _) => &["Your card is being made", "Embassy of Japan"],
        ("N06", "ja") => &["申請を直してください", "写真"],
        ("N06", _) => &["correct your application", "photo"],
        ("N11", "ja") => &["在英国日本国大使館"],
        ("N11", _) => &["Your card is on its way"],
        (other, _) => panic!("{other} was sent"),
    };
    for fact in facts {
        assert!(
            text.to_lowercase().contains(&fact.to_lowercase()),
            "{} ({}) lacks {fact}: {}",
            mail.notice,
            one.language,
            mail.text
        );
    }
    for forbidden in [
        "1988-04-27",
        "1988年4月27日",
        "27 April 1988",
        "昭和63年",
        "見本の不備",
        "+44",
        "国外転出 2020",
    ] {
        assert!(
            !text.contains(forbidden),
            "{}: {forbidden} stands in a mail",
            mail.notice
        );
    }
    assert!(
        !tsubame::domain::my_number::contains_my_number(&mail.text),
        "{}",
        mail.text
    );
}

on_each_database! {
    fn three_hundred_cases_go_the_whole_way_and_every_mail_is_right(database: TestDatabase) {
        let app = TestApp::start(database);
        let form = form("emb-gb", "emb-gb");
        let people: Vec<Applicant> = (1..=CASES).map(|number| applicant(&app, number, &form)).collect();
        all_go(&app, &people, (Status::FormReady, Status::Received), (Actor::ConsularClerk, "emb-gb"), &[Guard::PaperIdentified]);
        all_go(&app, &people, (Status::Received, Status::Forwarded), (Actor::ConsularClerk, "emb-gb"), &[Guard::ShipmentClosed]);
        all_go(&app, &people, (Status::Forwarded, Status::AtHonseki), (Actor::HonsekiClerk, "141046"), &[Guard::ShipmentCounted]);
        app.store.write(|db| people.iter().try_for_each(|one| case_facts::set_record_check(db, one.id, RecordCheck::Done, "staff:7", app.clock.now()))).unwrap();
        all_go(&app, &people, (Status::AtHonseki, Status::Confirmed), (Actor::HonsekiClerk, "141046"), &[Guard::SecondPerson]);
        let mut naka = app.staff("naka", &[Role::Municipal], "141046");
        for _ in 0..3 {
            naka.open("/staff/release").press("選んだ申請を発行機関へ送る").expect(200);
            assert!(naka.page.text().contains("100件を発行機関へ送りました"));
        }
        app.later(SignedDuration::from_mins(1));
        assert_eq!(statuses(&app, &people), BTreeMap::from([("S45", 300)]));
        let keys = keys_of(&app);
        assert!(round(&app, keys.path(), &["--defects", "10", "--seed", "3"]).status.success());
        app.later(SignedDuration::from_mins(1));
        let found = statuses(&app, &people);
        let (made, defects) = (found["S50"], found["S48"]);
        assert!(made + defects == 300 && (10..=60).contains(&defects), "{found:?}");
        let sent_back: Vec<Applicant> = people
            .iter()
            .filter(|one| app.store.read(|db| applications::get_application(db, one.id)).unwrap().status == Status::IssuerDefect)
            .map(|one| Applicant { email: one.email.clone(), ..*one })
            .collect();
        let with_photo: BTreeSet<String> = app.store.read(|db| {
            let items = batch_items::list_items(db, tsubame::storage::batches::BatchId(1), 0, 1_000)?;
            Ok::<_, StoreError>(items.into_iter().filter(|item| item.defect_code.as_deref() == Some("PH07")).map(|item| item.receipt).collect())
        }).unwrap();
        all_go(&app, &sent_back, (Status::IssuerDefect, Status::AtIssuer), (Actor::HonsekiClerk, "141046"), &[]);
        assert!(round(&app, keys.path(), &["--defects", "0", "--csv"]).status.success());
        assert_eq!(statuses(&app, &people), BTreeMap::from([("S50", 300)]));
        all_go(&app, &people, (Status::Made, Status::Setup), (Actor::HonsekiClerk, "141046"), &[]);
        all_go(&app, &people, (Status::Setup, Status::Shipped), (Actor::HonsekiClerk, "141046"), &[Guard::ShipmentClosed, Guard::RecordCheckNoticeSent]);
        all_go(&app, &people, (Status::Shipped, Status::Arrived), (Actor::ConsularClerk, "emb-gb"), &[Guard::ShipmentCounted]);
        assert_eq!(statuses(&app, &people), BTreeMap::from([("S65", 300)]));
        app.do_jobs();
        let mut mails: BTreeMap<String, Vec<DemoMail>> = BTreeMap::new();
        for mail in app.mailbox.list().unwrap() {
            mails.entry(mail.to.clone()).or_default().push(mail);
        }
        for one in &people {
            let hers = &mails[&one.email];
            for mail in hers {
                read_back(one, mail);
            }
            let mut codes: Vec<&str> = hers.iter().map(|mail| mail.notice.as_str()).collect();
            codes.sort_unstable();
            let expected: &[&str] = if with_photo.contains(&one.receipt.to_string()) { &["N05", "N06", "N08", "N10", "N11"] } else { &["N05", "N08", "N10", "N11"] };
            assert_eq!(codes, expected, "{}", one.email);
        }
        app.store.read(|db| {
            for one in &people {
                let card = cases::get_case(db, one.id)?;
                assert_eq!((card.made_on, card.card_expires_on), ("2026-11-24".parse().ok(), "2036-04-27".parse().ok()));
                let steps = history::list_history(db, one.id)?;
                assert_eq!(steps.iter().filter(|step| step.to == Status::Made).count(), 1);
            }
            Ok::<_, StoreError>(())
        }).unwrap();
    }
}

//! A case's pages at the desk: who sees them, what they show, notes, tasks, mails, the photo, claims; and probes by every identifier.

use jiff::SignedDuration;
use tsubame::clock::Clock;
use tsubame::domain::notice::NoticeCode;
use tsubame::domain::staff::Role;
use tsubame::domain::status::Status;
use tsubame::storage::outbox::{self, MailState, NewMail};
use tsubame::storage::tasks::{self, NewTask, TaskKind};
use tsubame::storage::{StoreError, views};

use super::desk_cast::{Filed, LONDON, NAKA, PARIS, approver, body_of, clerk};
use crate::on_each_database;
use crate::support::app::TestApp;

const PAGES: [&str; 8] = [
    "",
    "/form",
    "/photo",
    "/photo.jpg",
    "/mails",
    "/history",
    "/log",
    "/changes",
];

on_each_database! {
    fn an_office_without_a_part_finds_nothing_under_any_spelling(database: TestDatabase) {
        let app = TestApp::start(database);
        let filed = Filed::new(&app);
        filed.put(&app, Status::Received, LONDON);
        let application = filed.application(&app);
        let (shown, compact) = (application.reference.to_string(), application.reference.compact());
        let mail = app.store.read(|db| outbox::list_of_application(db, application.id)).unwrap()[0].id;
        let mut paris = clerk(&app, "paris", PARIS);
        let mut administrator = app.staff("administrator", &[Role::Administrator], "");
        let mut issuer = app.staff("issuer", &[Role::Issuer], "");
        paris.open("/staff/account");
        let csrf = paris.page.shown("csrf");
        for spelling in [shown.clone(), compact.clone(), shown.to_lowercase(), compact.to_lowercase(), application.id.to_string(), "K7M4-2000-00".to_owned()] {
            for page in PAGES {
                let address = format!("/staff/cases/{spelling}{page}");
                paris.get_once(&address);
                assert_eq!(paris.page.status, 404, "{address}");
                let body = paris.page.text();
                assert!(!body.contains("山田"), "{address}");
                for stranger in [&mut administrator, &mut issuer] {
                    stranger.get_once(&address);
                    assert!(matches!(stranger.page.status, 403 | 404), "{address}: {}", stranger.page.status);
                }
            }
            for page in ["", "/claim", "/photo", "/notes", "/tasks/1", "/changes/withdrawal", &format!("/mails/{mail}")] {
                let address = format!("/staff/cases/{spelling}{page}");
                let key = "A".repeat(43);
                paris.post(&address, &format!("csrf={csrf}&key={key}&note=x&outcome=x&sure=yes&go=good&version=2"));
                assert_eq!(paris.page.status, 404, "POST {address}");
            }
        }
        let noted = app.store.read(|db| views::list_views(db, application.id, 9)).unwrap();
        assert!(noted.is_empty(), "who sees nothing leaves no look");
        let mut london = clerk(&app, "london", LONDON);
        for spelling in [&shown, &compact, &shown.to_lowercase()] {
            london.open(&format!("/staff/cases/{spelling}")).expect(200);
        }
    }

    fn a_form_that_was_never_received_is_the_filing_office_s_alone(database: TestDatabase) {
        let app = TestApp::start(database);
        let filed = Filed::new(&app);
        let (mut naka, mut london) = (clerk(&app, "naka", NAKA), clerk(&app, "london", LONDON));
        naka.get_once(&filed.desk(""));
        assert_eq!(naka.page.status, 404);
        london.open(&filed.desk("")).expect(200);
        filed.put(&app, Status::Received, LONDON);
        naka.open(&filed.desk("")).expect(200);
    }

    fn every_page_shows_its_part_and_notes_one_look(database: TestDatabase) {
        let app = TestApp::start(database);
        let filed = Filed::new(&app);
        filed.put_until(&app, Status::Received, LONDON, Some("2026-11-20".parse().unwrap()));
        let mut sato = clerk(&app, "sato", LONDON);
        for (page, shown) in [
            ("", "期限超過"),
            ("/form", "本籍"),
            ("/photo", "申請書に貼る"),
            ("/mails", "N02"),
            ("/history", "S20 "),
            ("/log", "見本 sato"),
            ("/changes", "取下げ"),
        ] {
            sato.open(&filed.desk(page)).expect(200);
            assert!(sato.page.text().contains(shown), "{page}: {shown} in {}", sato.page.text());
            let english = format!("/en{}", filed.desk(page));
            sato.open(&english).expect(200);
            assert_eq!(sato.page.headers["cache-control"], "no-store", "{page}");
        }
        let id = filed.application(&app).id;
        let looks = || app.store.read(|db| views::list_views(db, id, 9)).unwrap().len();
        assert_eq!(looks(), 1, "one look within half an hour");
        app.later(SignedDuration::from_mins(20));
        sato.open(&filed.desk("")).expect(200);
        app.later(SignedDuration::from_mins(20));
        sato.open(&filed.desk("")).expect(200);
        assert_eq!(looks(), 2);
        let mut manager = app.staff("manager", &[Role::OfficeManager], LONDON);
        let mut second = approver(&app, "second", LONDON);
        for reader in [&mut manager, &mut second] {
            reader.open(&filed.desk("")).expect(200);
            assert!(reader.page.answers("審査の結果").is_empty(), "who is no clerk decides nothing");
            reader.get_once(&filed.desk("/changes"));
            assert_eq!(reader.page.status, 403);
        }
    }

    fn a_case_is_taken_in_hand_and_let_go(database: TestDatabase) {
        let app = TestApp::start(database);
        let filed = Filed::new(&app);
        filed.put(&app, Status::Received, LONDON);
        let mut sato = clerk(&app, "sato", LONDON);
        let mut suzuki = clerk(&app, "suzuki", LONDON);
        suzuki.open(&filed.desk(""));
        sato.open(&filed.desk("")).press("担当になる").expect(200);
        assert!(sato.page.text().contains("担当：見本 sato"));
        suzuki.press_once("担当になる");
        assert_eq!(suzuki.page.status, 409, "the page showed nobody");
        suzuki.open(&filed.desk("")).press("担当になる").expect(200);
        assert!(suzuki.page.text().contains("担当：見本 suzuki"));
        suzuki.press("担当を外れる").expect(200);
        assert_eq!(filed.application(&app).claimed_by, None);
        let mut naka = clerk(&app, "naka", NAKA);
        naka.open(&filed.desk("")).expect(200);
        assert!(!naka.page.html().contains("担当になる"), "it is not her desk");
    }

    fn notes_and_tasks_hold_no_number_and_close_with_what_came_of_them(database: TestDatabase) {
        let app = TestApp::start(database);
        let filed = Filed::new(&app);
        let id = filed.put(&app, Status::Received, LONDON).id;
        let now = app.clock.now();
        app.store.write(|db| {
            let task = NewTask { kind: TaskKind::Unreachable, office: LONDON, application: Some(id), detail: "", key: None };
            tasks::open_task(db, &task, now)?;
            tasks::open_task(db, &NewTask { office: NAKA, ..task }, now)
        }).unwrap();
        let mut sato = clerk(&app, "sato", LONDON);
        sato.open(&filed.desk("")).expect(200);
        assert!(sato.page.text().contains("連絡がつきません"));
        sato.fill("メモ", "1234-5678-9018").press("残す").expect(422);
        assert_eq!(sato.page.errors(), ["文に12けたの数字があります。個人番号は書かないでください"]);
        sato.fill("メモ", "電話しました\u{202e}").press("残す").expect(422);
        sato.fill("メモ", "電話しました").press("残す").expect(200);
        assert!(sato.page.text().contains("見本 sato電話しました"), "{}", sato.page.text());
        sato.press("済みにする").expect(422);
        sato.fill("結果", "妹さんに伝えました").press("済みにする").expect(200);
        let open = |office| app.store.read(|db| tasks::count_open_tasks(db, office, TaskKind::Unreachable, 9)).unwrap();
        assert_eq!((open(LONDON), open(NAKA)), (0, 1), "each desk closes its own");
        assert!(sato.page.text().contains("妹さんに伝えました"));
        let other = app.store.read(|db| tasks::list_tasks_of(db, id)).unwrap().into_iter().find(|task| task.office == NAKA).unwrap();
        let csrf = sato.page.shown("csrf");
        let key = sato.page.shown("key");
        sato.post(&filed.desk(&format!("/tasks/{}", other.id)), &format!("csrf={csrf}&key={key}&outcome=x"));
        assert!(matches!(sato.page.status, 404 | 409), "{}", sato.page.status);
        assert_eq!(open(NAKA), 1);
    }

    fn a_mail_that_failed_is_sent_again_and_another_case_s_is_not_found(database: TestDatabase) {
        let app = TestApp::start(database);
        let (filed, other) = (Filed::new(&app), Filed::another(&app, 7));
        filed.put(&app, Status::Received, LONDON);
        other.put(&app, Status::Received, LONDON);
        let foreign = NewMail { message_id: "<1@card.example.jp>", notice: NoticeCode::N05, application: Some(other.application(&app).id), recipient: "hanako@example.com", language: "ja", subject: "s", text_body: "t", html_body: "<p>t</p>", reply_to: None, is_secret: false };
        app.store.write(|db| outbox::insert_mail(db, &foreign, app.clock.now())).unwrap();
        let mail_of = |filed: &Filed| {
            let id = filed.application(&app).id;
            app.store.read(|db| outbox::list_of_application(db, id)).unwrap().into_iter().find(|mail| !mail.is_secret).unwrap()
        };
        let (mail, foreign) = (mail_of(&filed), mail_of(&other));
        app.store.write(|db| {
            outbox::set_dead(db, mail.id, "550 no such user")?;
            outbox::set_dead(db, foreign.id, "550 no such user")
        }).unwrap();
        let mut sato = clerk(&app, "sato", LONDON);
        sato.open(&filed.desk("/mails")).expect(200);
        assert!(sato.page.text().contains("550 no such user"));
        let (_, fields) = sato.form_of("もう一度送る");
        sato.post(&filed.desk(&format!("/mails/{}", foreign.id)), &body_of(&fields));
        assert_eq!(sato.page.status, 404);
        sato.open(&filed.desk("/mails")).press("もう一度送る").expect(200);
        assert!(sato.page.text().contains("もう一度送ります。"));
        app.do_jobs();
        let state = |id| app.store.read(|db| Ok::<_, StoreError>(outbox::get_mail(db, id)?.state)).unwrap();
        assert_eq!((state(mail.id), state(foreign.id)), (MailState::Sent, MailState::Dead));
    }
}

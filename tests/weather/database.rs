//! The database goes away, or its disk is full, under a running service: an honest page, nothing acknowledged lost, no restart of ours.

use std::time::{Duration, Instant};

use tsubame::documents::photo::sample::Portrait;

use crate::support::app::TestApp;
use crate::support::database::TestDatabase;
use crate::support::person::{Person, Upload};
use crate::support::postgres::Server;

const EMAIL: &str = "hanako.mihon@example.com";
const OTHER_CONTACT: &str = "もう一つの連絡先";

/// Saves an answer and says whether it was acknowledged.
fn save(person: &mut Person, page: &str, answer: &str) {
    person.open(page).expect(200);
    type_and_send(person, answer);
    person.expect(303);
}

fn type_and_send(person: &mut Person, answer: &str) {
    person
        .fill("電話番号", "+44 20 7946 0000")
        .fill("住んでいる国・地域", "英国")
        .fill("国外の住所", "1 Sample Street\nLondon W1J 7JT")
        .fill(OTHER_CONTACT, answer);
    person.press_once("保存して次へ");
}

fn is_told_honestly(person: &mut Person) {
    person.expect(503).sees("ただいま混み合っています");
    assert!(
        person
            .page
            .text()
            .contains("最後に「保存して次へ」を押したところまで保存されています"),
        "{}",
        person.page.text()
    );
    assert_eq!(person.page.headers["retry-after"], "60");
    assert_eq!(person.page.headers["cache-control"], "no-store");
}

#[test]
fn a_database_server_that_restarts_is_told_and_used_again_without_a_restart_of_ours() {
    let Some(server) = Server::another() else {
        return;
    };
    let database = TestDatabase::on(&server);
    let app = TestApp::start(database);
    let mut hanako = app.signed_in(EMAIL);
    let page = format!("{}/contact", hanako.page.path);
    save(&mut hanako, &page, "母、前");
    hanako.open(&page).expect(200);
    server.stop();
    let asked = Instant::now();
    type_and_send(&mut hanako, "母、嵐");
    is_told_honestly(&mut hanako);
    assert!(
        asked.elapsed() < Duration::from_secs(4),
        "{:?}",
        asked.elapsed()
    );
    hanako.open("/help").expect(200);
    hanako.get_once("/healthz");
    hanako.expect(200);
    hanako.get_once("/readyz");
    hanako.expect(503);
    server.start_again();
    let back = Instant::now();
    while hanako.open(&page).page.status != 200 {
        assert!(
            back.elapsed() < Duration::from_secs(5),
            "still refused five seconds after the server is back"
        );
    }
    assert_eq!(
        hanako.page.value(OTHER_CONTACT),
        "母、前",
        "what was acknowledged is there, what was refused is not"
    );
    save(&mut hanako, &page, "母、後");
}

#[test]
fn a_full_disk_is_told_and_room_is_used_again() {
    let app = TestApp::start(TestDatabase::sqlite());
    let mut hanako = app.signed_in(EMAIL);
    let home = hanako.page.path.clone();
    let (page, photo_page) = (format!("{home}/contact"), format!("{home}/photo"));
    save(&mut hanako, &page, "母、前");
    let mut jpeg = std::io::Cursor::new(Vec::new());
    Portrait::of_person(1)
        .draw()
        .write_to(&mut jpeg, image::ImageFormat::Jpeg)
        .unwrap();
    let photo = Upload {
        file_name: "me.jpg",
        content_type: "image/jpeg",
        bytes: jpeg.get_ref(),
    };
    // The limit is each connection's own: what SQLite says is what it says of a full disk.
    app.limit_pages(1);
    hanako.open(&photo_page).upload("写真を調べる", &photo);
    is_told_honestly(&mut hanako);
    hanako.open(&page).expect(200);
    assert_eq!(hanako.page.value(OTHER_CONTACT), "母、前");
    app.limit_pages(1_000_000);
    hanako
        .open(&photo_page)
        .upload("写真を調べる", &photo)
        .expect(200)
        .sees("顔写真の確認");
    save(&mut hanako, &page, "母、後");
}

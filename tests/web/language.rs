//! The switch between the languages: what it remembers, what that decides, and what it does not.

use super::applicant::EMAIL;
use super::finish::with_form;
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::database::TestDatabase;
use crate::support::raw;

#[test]
fn the_switch_remembers_the_language_and_stays_on_the_page() {
    let app = TestApp::start(TestDatabase::sqlite());
    let answer = raw::request(&app.base_url, "GET /language/en/check/result?r=3", &[]);
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/en/check/result?r=3")
    );
    let cookie = answer.header("set-cookie");
    for part in [
        "lang=en",
        "Path=/",
        "HttpOnly",
        "SameSite=Lax",
        "Max-Age=31536000",
    ] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    let mut person = app.person();
    person.open("/check/result?r=3").expect(200);
    assert_eq!(person.cookie("lang"), None, "a page alone sets no language");
    person.follow_link("English").expect(200);
    assert_eq!(
        (person.page.path.as_str(), person.cookie("lang")),
        ("/en/check/result?r=3", Some("en"))
    );
    person.follow_link("日本語").expect(200);
    assert_eq!(
        (person.page.path.as_str(), person.cookie("lang")),
        ("/check/result?r=3", Some("ja"))
    );
}

#[test]
fn the_switch_leads_to_pages_of_this_site_alone() {
    let app = TestApp::start(TestDatabase::sqlite());
    for (path, expected) in [
        ("/language/ja/", "/"),
        ("/language/en/", "/en/"),
        ("/language/ja/help", "/help"),
        (
            "/language/ja/https://evil.example/",
            "/https://evil.example/",
        ),
    ] {
        let answer = raw::request(&app.base_url, &format!("GET {path}"), &[]);
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, expected),
            "{path}"
        );
    }
    for path in [
        "/language/fr/help",
        "/language/ja//evil.example/",
        "/language/ja/\\evil.example",
        "/language/en//evil.example",
    ] {
        let answer = raw::request(&app.base_url, &format!("GET {path}"), &[]);
        assert_eq!(
            (answer.status, answer.header("set-cookie")),
            (404, ""),
            "{path}"
        );
    }
}

#[test]
fn where_an_address_has_no_language_the_choice_decides_and_nowhere_else() {
    let app = TestApp::start(TestDatabase::sqlite());
    for (path, chosen, expected) in [
        ("/nowhere", "en", "en"),
        ("/nowhere", "ja", "ja"),
        ("/nowhere", "fr", "ja"),
        ("/en/nowhere", "ja", "en"),
        ("/static/0000000000/site.css", "en", "en"),
        ("/a/K7M4/person", "en", "ja"),
        ("/check/result?r=99", "en", "ja"),
        ("/help", "en", "ja"),
    ] {
        let cookie = format!("lang={chosen}");
        let answer = raw::request(
            &app.base_url,
            &format!("GET {path}"),
            &[("cookie", &cookie)],
        );
        assert_eq!(
            answer.header("content-language"),
            expected,
            "{path} after {chosen}"
        );
    }
}

#[test]
fn the_start_page_mentions_english_until_a_language_was_chosen() {
    let app = TestApp::start(TestDatabase::sqlite());
    for (cookie, wanted, expected) in [
        ("", "fr,en;q=0.5", true),
        ("", "ja,en;q=0.5", false),
        ("lang=ja", "fr", false),
        ("lang=en", "fr", false),
    ] {
        let answer = raw::request(
            &app.base_url,
            "GET /",
            &[("cookie", cookie), ("accept-language", wanted)],
        );
        assert_eq!(answer.status, 200, "nobody is redirected");
        assert_eq!(
            answer.body.contains("class=\"suggest\""),
            expected,
            "{cookie} {wanted}"
        );
    }
}

on_each_database! {
    fn the_chosen_language_is_proposed_for_the_notices_and_opens_short_links(database: TestDatabase) {
        let app = TestApp::start(database);
        let (_, home) = with_form(&app);
        let reference = home.rsplit('/').next().unwrap().to_owned();
        let mut person = app.person();
        person.open("/apply");
        assert_eq!(person.page.shown("lang"), "ja");
        person.open(&format!("/q/{reference}"));
        assert!(person.page.path.starts_with("/track?"), "{}", person.page.path);
        person.open("/help").follow_link("English").expect(200);
        person.open("/apply");
        assert_eq!(person.page.shown("lang"), "en");
        person.open(&format!("/q/{reference}"));
        assert!(person.page.path.starts_with("/en/track?"), "{}", person.page.path);
        assert_ne!(person.page.value("Email address"), EMAIL);
    }
}

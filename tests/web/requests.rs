//! Requests that no page of ours sends: broken, foreign, replayed, too large, to addresses that do not exist. Each gets the right status, a page in the
//! reader's language with a way on, and the headers that protect everybody else.

use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::database::TestDatabase;
use crate::support::person::Upload;
use crate::support::raw::{self, Answer};

const EMAIL: &str = "hanako.mihon@example.com";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The page says it in the reader's language and offers a way on.
fn is_a_page_with_a_way_on(answer: &Answer, path: &str) {
    let (lang, home) = if path.starts_with("/en") {
        ("en", "href=\"/en/\"")
    } else {
        ("ja", "href=\"/\"")
    };
    assert!(
        answer.body.contains(&format!("<html lang=\"{lang}\">")),
        "{path}: {answer:?}"
    );
    assert!(
        answer.body.contains("<h1>") && answer.body.contains(home),
        "{path}: {answer:?}"
    );
    assert_eq!(answer.header("cache-control"), "no-store", "{path}");
}

fn is_protected(answer: &Answer, path: &str) {
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=()",
        ),
    ] {
        assert_eq!(answer.header(name), value, "{path} ({})", answer.status);
    }
    assert!(
        matches!(
            answer.header("referrer-policy"),
            "same-origin" | "no-referrer"
        ),
        "{path}"
    );
    assert!(
        !answer.header("cache-control").is_empty(),
        "{path} says who may store it"
    );
    assert!(
        !answer.headers.contains_key("server") && !answer.headers.contains_key("x-powered-by"),
        "{path}"
    );
}

#[test]
fn every_answer_carries_the_headers_that_protect_it() {
    let app = TestApp::start(TestDatabase::sqlite());
    let mut hanako = app.signed_in(EMAIL);
    let home = hanako.page.path.clone();
    let style = hanako
        .page
        .html()
        .split('"')
        .find(|part| part.ends_with("/site.css"))
        .unwrap()
        .to_owned();
    hanako.open(&home);
    let cookie = format!("sid={}", hanako.cookie("sid").unwrap());
    for (first_line, expected) in [
        ("GET /".to_owned(), 200),
        ("GET /en/".to_owned(), 200),
        ("GET /help".to_owned(), 200),
        ("GET /check".to_owned(), 200),
        (format!("GET {style}"), 200),
        ("GET /static/0000000000/site.css".to_owned(), 404),
        ("GET /healthz".to_owned(), 200),
        ("GET /readyz".to_owned(), 200),
        ("GET /robots.txt".to_owned(), 200),
        ("GET /api/countries?q=a".to_owned(), 200),
        ("GET /api/offices?country=GB&country=FR".to_owned(), 400),
        ("GET /dev/mail.json".to_owned(), 200),
        ("GET /nowhere".to_owned(), 404),
        ("GET /help/".to_owned(), 301),
        ("POST /apply".to_owned(), 400),
        ("GET /sign-out".to_owned(), 405),
        (format!("GET {home}"), 200),
        (format!("GET {home}/person"), 200),
        (format!("GET {}/person", home.to_lowercase()), 301),
        (format!("GET {home}/photo.jpg"), 404),
        (format!("GET {home}/confirm"), 303),
        ("HEAD /".to_owned(), 200),
    ] {
        let answer = raw::request(&app.base_url, &first_line, &[("cookie", &cookie)]);
        assert_eq!(answer.status, expected, "{first_line}: {answer:?}");
        is_protected(&answer, &first_line);
        if first_line.contains("/a/") {
            assert_eq!(
                (
                    answer.header("cache-control"),
                    answer.header("x-robots-tag")
                ),
                ("no-store", "noindex"),
                "{first_line}"
            );
        }
    }
}

on_each_database! {
    fn another_spelling_of_a_personal_address_is_not_stored_either(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = app.signed_in("hanako.mihon@example.com");
        let home = hanako.page.path.clone();
        for path in [home.replacen("/a/", "/%61/", 1), format!("/%65n{home}"), format!("{home}/%73aved")] {
            hanako.open(&path);
            assert_eq!(hanako.page.headers["cache-control"], "no-store", "{path} {}", hanako.page.status);
            assert_eq!(hanako.page.headers["x-robots-tag"], "noindex", "{path} {}", hanako.page.status);
        }
    }

    fn a_photo_is_never_stored_by_anybody_on_the_way(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = app.signed_in(EMAIL);
        let home = hanako.page.path.clone();
        let portrait = tsubame::documents::photo::sample::Portrait::of_person(3).draw();
        let mut jpeg = std::io::Cursor::new(Vec::new());
        portrait.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
        hanako.open(&format!("{home}/photo"));
        hanako.upload("写真を調べる", &Upload { file_name: "a.jpg", content_type: "image/jpeg", bytes: jpeg.get_ref() }).expect(200);
        let answer = raw::request(&app.base_url, &format!("GET {home}/photo.jpg"), &[("cookie", &format!("sid={}", hanako.cookie("sid").unwrap()))]);
        assert_eq!((answer.status, answer.header("content-type"), answer.header("cache-control")), (200, "image/jpeg", "no-store"));
        is_protected(&answer, "photo.jpg");
    }
}

#[test]
fn requests_that_no_page_sends_get_a_page_in_the_language_of_their_address() {
    let app = TestApp::start(TestDatabase::sqlite());
    let long = format!("GET /{}", "a".repeat(60_000));
    for prefix in ["", "/en"] {
        for (first_line, headers, body, expected) in [
            ("GET {}/nowhere", vec![], "", 404),
            ("GET {}/sign-out", vec![], "", 405),
            ("DELETE {}/apply", vec![], "", 405),
            ("BREW {}/apply", vec![], "", 405),
            ("BREW {}/nowhere", vec![], "", 404),
            ("GET {}/a/%00/person", vec![], "", 404),
            ("GET {}/a/%ff%fe/person", vec![], "", 404),
            ("GET {}/a/..%2f..%2fetc%2fpasswd", vec![], "", 404),
            ("GET {}/check/result?r=99", vec![], "", 404),
            ("GET {}/check/result?r=%ff", vec![], "", 404),
            ("GET {}/check/result", vec![], "", 400),
            ("GET {}/apply/verify/not-a-token", vec![], "", 410),
            (
                "POST {}/apply",
                vec![("content-type", "application/json")],
                "{}",
                400,
            ),
            (
                "POST {}/apply",
                vec![("content-type", "text/plain")],
                "email=a",
                400,
            ),
            (
                "POST {}/apply",
                vec![FORM, ("sec-fetch-site", "cross-site")],
                "email=a",
                403,
            ),
            (
                "POST {}/apply",
                vec![FORM, ("origin", "https://evil.example")],
                "email=a",
                403,
            ),
            (
                "POST {}/apply",
                vec![FORM, ("origin", "null")],
                "email=a",
                403,
            ),
        ] {
            let first_line = first_line.replace("{}", prefix);
            let answer = raw::with_body(&app.base_url, &first_line, &headers, body.as_bytes());
            assert_eq!(
                answer.status, expected,
                "{first_line} {headers:?}: {answer:?}"
            );
            is_a_page_with_a_way_on(&answer, first_line.split(' ').nth(1).unwrap());
            is_protected(&answer, &first_line);
        }
    }
    assert_eq!(raw::request(&app.base_url, &long, &[]).status, 404);
    assert_eq!(
        raw::request(
            &app.base_url,
            &format!("GET /apply?kind={}", "a".repeat(60_000)),
            &[]
        )
        .status,
        200
    );
}

#[test]
fn a_method_that_is_not_served_is_told_which_are() {
    let app = TestApp::start(TestDatabase::sqlite());
    for (first_line, methods) in [
        ("GET /sign-out", "POST"),
        ("DELETE /apply", "GET, HEAD, POST"),
        ("POST /help", "GET, HEAD"),
        ("PUT /en/a/K7M4-2PQX-9T/person", "GET, HEAD, POST"),
    ] {
        let answer = raw::request(&app.base_url, first_line, &[]);
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, methods),
            "{first_line}"
        );
    }
}

#[test]
fn heads_that_are_no_heads_are_refused_and_the_next_visitor_is_served() {
    let app = TestApp::start(TestDatabase::sqlite());
    let many = (0..200)
        .map(|number| format!("x-{number}: y\r\n"))
        .collect::<Vec<_>>()
        .concat();
    for request in [
        "GET / HTTP/1.1\r\n".to_owned() + &many + "\r\n",
        "GET / HTTP/1.1\r\nx: ".to_owned() + &"y".repeat(300_000) + "\r\n\r\n",
        "GET /\u{0} HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(),
        "\u{16}\u{3}\u{1}\u{2}".to_owned(),
        "POST /apply HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcde".to_owned(),
        "POST /apply HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(),
        "POST /apply HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\nzz\r\n".to_owned(),
    ] {
        let answer = raw::send(&app.base_url, request.as_bytes());
        assert!((400..500).contains(&answer.status) || answer.status == 0, "{:?}: {answer:?}", request.chars().take(60).collect::<String>());
        assert_eq!(raw::request(&app.base_url, "GET /healthz", &[]).status, 200);
    }
}

#[test]
fn head_is_answered_like_get_without_the_body() {
    let app = TestApp::start(TestDatabase::sqlite());
    for path in ["/", "/en/", "/help", "/check", "/robots.txt", "/healthz"] {
        let got = raw::request(&app.base_url, &format!("GET {path}"), &[]);
        let head = raw::request(&app.base_url, &format!("HEAD {path}"), &[]);
        assert_eq!(
            (head.status, head.header("content-type"), head.body.as_str()),
            (200, got.header("content-type"), ""),
            "{path}"
        );
    }
}

#[test]
fn no_address_leads_to_another_site() {
    let app = TestApp::start(TestDatabase::sqlite());
    for path in [
        "//evil.example/",
        "//evil.example//",
        "/\\evil.example/",
        "/\\/evil.example/",
        "/en//evil.example/",
        "/en/\\evil.example/",
        "/%2f%2fevil.example/",
        "///evil.example/%2e%2e/",
        "/language/ja//evil.example/",
        "/language/ja/\\evil.example/",
        "/language/en//evil.example/",
        "/language/ja/https://evil.example/",
    ] {
        let answer = raw::request(&app.base_url, &format!("GET {path}"), &[]);
        let place = answer.header("location");
        assert!(
            !place.starts_with("//") && !place.starts_with("/\\") && !place.starts_with("http"),
            "{path} -> {place}"
        );
        for link in answer
            .body
            .split("href=\"")
            .skip(1)
            .chain(answer.body.split("action=\"").skip(1))
        {
            let link = link.split('"').next().unwrap();
            assert!(
                !link.starts_with("//") && !link.starts_with("/\\"),
                "{path} links to {link}"
            );
        }
    }
}

#[test]
fn nothing_outside_the_static_files_is_served() {
    let app = TestApp::start(TestDatabase::sqlite());
    for path in [
        "/static/../Cargo.toml",
        "/static/x/../../Cargo.toml",
        "/static/x/..%2f..%2fCargo.toml",
        "/static/x/%2e%2e/%2e%2e/etc/passwd",
        "/static/x//etc/passwd",
        "/static/x/fonts/BIZUDPGothic-Regular.ttf",
        "/static/x/app.css%00.js",
        "/dev/mail/..%2f..%2fkeys",
        "/dev/mail/%00",
    ] {
        let answer = raw::request(&app.base_url, &format!("GET {path}"), &[]);
        assert_eq!(answer.status, 404, "{path}: {answer:?}");
    }
}

on_each_database! {
    fn forms_with_broken_odd_or_endless_bodies_are_shown_again(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = app.signed_in(EMAIL);
        let person = format!("{}/person", hanako.page.path);
        hanako.open(&person).fill("氏（姓）", "山田");
        let (action, fields) = hanako.form_of("保存して次へ");
        let csrf = fields.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
        let cookie = format!("sid={}", hanako.cookie("sid").unwrap());
        let many = (0..10_000).map(|number| format!("&field{number}=x")).collect::<Vec<_>>().concat();
        for (body, expected) in [
            (String::new(), 422),
            (format!("csrf={csrf}"), 422),
            (format!("csrf={csrf}&version=0&go=next&family=%E5%B1%B1%FF%FE"), 422),
            (format!("csrf={csrf}&version=0&go=next&family=%ZZ%4"), 422),
            (format!("csrf={csrf}&version=0&go=next&family=a&family=b&family=c"), 422),
            (format!("csrf={csrf}&version=9223372036854775808&go=next&family=a"), 422),
            (format!("csrf={csrf}&version=-1&go=next&family=a"), 422),
            (format!("csrf={csrf}&version=0&go=next{many}"), 422),
            (format!("csrf={csrf}&csrf=x&go=next"), 422),
            ("csrf=x&go=next&family=%E5%B1%B1%E7%94%B0".to_owned(), 422),
            (format!("csrf={csrf}&go=next&{}", "=&".repeat(100_000)), 422),
            (format!("csrf={csrf}&go=next&family={}", "a".repeat(1_000_000)), 422),
            (format!("csrf={csrf}&go=next&family={}", "a".repeat(5_000_000)), 413),
        ] {
            let answer = raw::with_body(&app.base_url, &format!("POST {action}"), &[FORM, ("cookie", &cookie)], body.as_bytes());
            let told = body.chars().take(120).collect::<String>();
            assert_eq!(answer.status, expected, "{told}: {}", answer.body.chars().take(400).collect::<String>());
            is_a_page_with_a_way_on(&answer, "/a");
            is_protected(&answer, &told);
        }
        // No cookie, and somebody else's: what was typed waits for her to prove her mailbox.
        let stranger = raw::with_body(&app.base_url, &format!("POST {action}"), &[FORM], format!("csrf={csrf}&go=next").as_bytes());
        assert_eq!(stranger.status, 303);
        assert!(stranger.header("location").starts_with("/track?again=1"), "{stranger:?}");
        hanako.open(&person);
        assert_eq!(hanako.page.value("氏（姓）"), "", "nothing of all this was saved");
    }

    fn an_old_token_shows_the_form_again_with_what_was_typed(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut taro = app.signed_in("taro.rei@example.com");
        let path = format!("{}/person", taro.page.path);
        let theirs = taro.open(&path).form_of("保存して次へ").1.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
        let mut hanako = app.signed_in(EMAIL);
        let home = hanako.page.path.clone();
        for (prefix, button, label) in [("", "保存して次へ", "氏（姓）"), ("/en", "Save and continue", "Family name (kanji)")] {
            for token in [theirs.as_str(), "", "x", "ＡＢＣ"] {
                let (action, fields) = hanako.open(&format!("{prefix}{home}/person")).form_of(button);
                let kept = fields.iter().filter(|(name, _)| name != "csrf" && name != "family");
                let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).append_pair("csrf", token).append_pair("family", "山田<b>").finish();
                hanako.post(&action, &body);
                hanako.expect(422);
                assert_eq!(hanako.page.value(label), "山田<b>");
                assert_eq!(hanako.page.html().matches("山田&#60;b&#62;").count(), 1, "{}", hanako.page.html());
                hanako.press(button).expect(422);
            }
        }
    }
}

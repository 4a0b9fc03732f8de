//! Visitors who send slowly, by a bad line or on purpose, and the others meanwhile.

use std::io::Write;
use std::time::{Duration, Instant};

use tsubame::web::limits::Deadlines;

use crate::support::app::TestApp;
use crate::support::database::TestDatabase;
use crate::support::raw;

const GRACE: Duration = Duration::from_millis(400);
const HURRIED: Deadlines = Deadlines {
    head: Duration::from_millis(400),
    body_grace: GRACE,
    body_bytes_per_second: 1_000,
    request: Duration::from_secs(5),
};

#[test]
fn a_hundred_slow_bodies_are_ended_and_everybody_else_is_served_meanwhile() {
    let app = TestApp::start_with(TestDatabase::sqlite(), HURRIED);
    let begun = Instant::now();
    let kinds = [
        // Of a form, with its length and without, and of something that is not read at all.
        "content-type: application/x-www-form-urlencoded\r\ncontent-length: 1000\r\n\r\ncsrf=",
        "content-type: application/x-www-form-urlencoded\r\ntransfer-encoding: chunked\r\n\r\n5\r\ncsrf=\r\n",
        "content-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n5\r\ncsrf=\r\n",
    ];
    let slow: Vec<_> = (0..102)
        .map(|number| {
            let mut stream = raw::connect(&app.base_url);
            write!(
                stream,
                "POST {}/apply HTTP/1.1\r\nhost: a\r\n{}",
                if number % 4 < 2 { "" } else { "/en" },
                kinds[number % 3]
            )
            .unwrap();
            stream
        })
        .collect();
    let mut worst = Duration::ZERO;
    while begun.elapsed() < GRACE {
        let asked = Instant::now();
        assert_eq!(raw::request(&app.base_url, "GET /check", &[]).status, 200);
        worst = worst.max(asked.elapsed());
    }
    assert!(worst < Duration::from_millis(1_500), "{worst:?}");
    for (number, mut stream) in slow.into_iter().enumerate() {
        let answer = raw::read_to_end(&mut stream);
        assert_eq!(
            answer.status,
            if number % 3 == 2 { 400 } else { 408 },
            "{answer:?}"
        );
        let words = if number % 4 < 2 {
            [
                "送るのに時間がかかりすぎました",
                "送られた内容を読めませんでした",
            ]
        } else {
            ["Sending took too long", "We could not read what was sent"]
        };
        assert!(
            words.iter().any(|words| answer.body.contains(words)),
            "{answer:?}"
        );
        assert!(answer.headers.contains_key("content-security-policy"));
    }
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "the connections were held for {:?}",
        begun.elapsed()
    );
}

#[test]
fn a_slow_upload_that_keeps_its_pace_arrives_and_one_that_stops_is_ended() {
    // The pace is asked for with room: a machine that is busy delays a piece by far more than a line does.
    let deadlines = Deadlines {
        body_grace: Duration::from_secs(1),
        request: Duration::from_secs(20),
        ..HURRIED
    };
    let app = TestApp::start_with(TestDatabase::sqlite(), deadlines);
    let hanako = app.signed_in("hanako.mihon@example.com");
    let page = format!("{}/photo", hanako.page.path);
    let cookie = format!("sid={}", hanako.cookie("sid").unwrap());
    let before = "--x\r\ncontent-disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n\r\n"
        .to_owned() + &"a".repeat(1_000);
    for (stops, expected) in [(false, 422), (true, 408)] {
        let mut stream = raw::connect(&app.base_url);
        let head = format!(
            "POST {page} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncookie: {cookie}\r\ncontent-type: multipart/form-data; boundary=x\r\ntransfer-encoding: chunked\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
        stream.write_all(chunk(&before).as_bytes()).unwrap();
        // Longer than the grace, faster than the pace asked for.
        for _ in 0..10 {
            std::thread::sleep(Duration::from_millis(150));
            if stream
                .write_all(chunk(&"a".repeat(200)).as_bytes())
                .is_err()
            {
                break;
            }
        }
        if !stops {
            stream
                .write_all((chunk("\r\n--x--\r\n") + "0\r\n\r\n").as_bytes())
                .unwrap();
        }
        let answer = raw::read_to_end(&mut stream);
        assert_eq!(
            answer.status,
            expected,
            "stops: {stops}: {}",
            answer.body.chars().take(400).collect::<String>()
        );
    }
}

#[test]
fn a_head_that_never_ends_is_ended() {
    let app = TestApp::start_with(TestDatabase::sqlite(), HURRIED);
    let begun = Instant::now();
    let mut stream = raw::connect(&app.base_url);
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: a\r\nx-")
        .unwrap();
    let answer = raw::read_to_end(&mut stream);
    assert!(matches!(answer.status, 0 | 408), "{answer:?}");
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}

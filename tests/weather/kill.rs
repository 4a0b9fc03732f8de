//! Power cuts under load: what was acknowledged is there afterwards, and every mail that was promised arrives.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::support::person::Person;
use crate::support::program::{House, Program};
use crate::support::raw;

const CUTS: u32 = 20;
const SAVERS: u32 = 3;
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// A person's form that is saved again and again.
struct Saver {
    base_url: String,
    page: String,
    cookie: String,
    csrf: String,
    /// What the last acknowledged answer was, and one that was sent without hearing back.
    acknowledged: u32,
    unheard: Option<u32>,
    version: Option<u32>,
}

/// Waits for the mail with the code.
fn code_for(base_url: &str, address: &str) -> String {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let mails: serde_json::Value =
            serde_json::from_str(&raw::request(base_url, "GET /dev/mail.json", &[]).body).unwrap();
        let texts = mails
            .as_array()
            .unwrap()
            .iter()
            .filter(|mail| mail["to"] == address)
            .map(|mail| mail["text"].as_str().unwrap().to_owned());
        let code = texts
            .flat_map(|text| {
                text.split(|c: char| !c.is_ascii_digit())
                    .filter(|run| run.len() == 6)
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .next();
        if let Some(code) = code {
            return code;
        }
        assert!(Instant::now() < deadline, "no code for {address}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn after<'a>(html: &'a str, mark: &str) -> Option<&'a str> {
    html.split_once(mark)
        .and_then(|(_, rest)| rest.split('"').next())
}

impl Saver {
    fn sign_in(base_url: &str, number: u32) -> Self {
        let email = format!("saver{number}.mihon@example.com");
        let mut person = Person::at(base_url);
        person
            .open("/apply")
            .fill("メールアドレス", &email)
            .tick("個人情報の取扱いに同意します")
            .press("確認コードを送る")
            .expect(200);
        let code = code_for(base_url, &email);
        person.fill("確認コード", &code).press("次へ").expect(200);
        let page = format!("{}/contact", person.page.path);
        person.open(&page).expect(200);
        let csrf = after(&person.page.html(), "name=\"csrf\" value=\"")
            .unwrap()
            .to_owned();
        let cookie = format!("sid={}", person.cookie("sid").unwrap());
        Self {
            base_url: base_url.to_owned(),
            page,
            cookie,
            csrf,
            acknowledged: 0,
            unheard: None,
            version: Some(0),
        }
    }

    /// Saves the next answer; after an answer that was never heard, looks first what became of it.
    fn go_on(&mut self, saved: &AtomicU32) {
        if self.version.is_none() && !self.look() {
            return;
        }
        let Some(version) = self.version.take() else {
            return;
        };
        let next = self.acknowledged + 1;
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("csrf", self.csrf.as_str()),
                ("go", "next"),
                ("tel", "+44 20 7946 0000"),
                ("country", "英国"),
                ("address", "1 Sample Street\nLondon W1J 7JT"),
            ])
            .extend_pairs([
                ("version", version.to_string()),
                ("contact2", format!("n{next}")),
            ])
            .finish();
        self.unheard = Some(next);
        let answer = raw::try_request(
            &self.base_url,
            &format!("POST {}", self.page),
            &[FORM, ("cookie", &self.cookie)],
            body.as_bytes(),
        );
        match answer.map(|answer| answer.status) {
            Some(303) => {
                saved.fetch_add(1, Ordering::Relaxed);
                self.acknowledged = next;
                self.unheard = None;
                self.version = Some(version + 1);
            }
            Some(status) => panic!("{status}"),
            None => {}
        }
    }

    /// Reads the page: it shows what was acknowledged last, or the one answer that was on its way.
    fn look(&mut self) -> bool {
        let Some(answer) = raw::try_request(
            &self.base_url,
            &format!("GET {}", self.page),
            &[("cookie", &self.cookie)],
            b"",
        ) else {
            return false;
        };
        assert_eq!(answer.status, 200, "{answer:?}");
        let control = answer
            .body
            .split("<input")
            .find(|part| part.contains("name=\"contact2\""))
            .unwrap();
        let shown: u32 = after(control, "value=\"")
            .unwrap()
            .trim_start_matches('n')
            .parse()
            .unwrap_or(0);
        assert!(
            shown == self.acknowledged || Some(shown) == self.unheard,
            "acknowledged {}, shown {shown}, unheard {:?}",
            self.acknowledged,
            self.unheard
        );
        self.acknowledged = shown;
        self.unheard = None;
        self.version = Some(
            after(&answer.body, "name=\"version\" value=\"")
                .unwrap()
                .parse()
                .unwrap(),
        );
        true
    }
}

/// Asks for a code for `address`; whether it was promised.
fn ask_for_code(base_url: &str, address: &str) -> bool {
    let Some(page) = raw::try_request(base_url, "GET /apply", &[], b"") else {
        return false;
    };
    let cookie = page
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let csrf = after(&page.body, "name=\"csrf\" value=\"").unwrap();
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("csrf", csrf),
            ("email", address),
            ("lang", "ja"),
            ("agree", "yes"),
            ("go", "next"),
        ])
        .finish();
    raw::try_request(
        base_url,
        "POST /apply",
        &[FORM, ("cookie", &cookie)],
        body.as_bytes(),
    )
    .is_some_and(|answer| answer.status == 303)
}

fn addresses_of_delivered_mails(base_url: &str) -> BTreeSet<String> {
    let mails: serde_json::Value =
        serde_json::from_str(&raw::request(base_url, "GET /dev/mail.json", &[]).body).unwrap();
    mails
        .as_array()
        .unwrap()
        .iter()
        .map(|mail| mail["to"].as_str().unwrap().to_owned())
        .collect()
}

/// The pause before each cut, in milliseconds: the same in every run, and never twice the same in one.
fn pauses() -> impl Iterator<Item = u64> {
    std::iter::successors(Some(7_919_u64), |last| {
        Some(
            last.wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407),
        )
    })
    .map(|number| (number >> 33) % 300)
}

/// One life of the program: everybody works, and after a while the power is cut. Answers to whom a mail was promised meanwhile.
fn live_and_die(
    program: &mut Program,
    savers: &mut [Saver],
    asked: &[String],
    pause: Duration,
) -> Vec<String> {
    let (is_over, saved) = (&AtomicBool::new(false), &AtomicU32::new(0));
    let base_url = &savers[0].base_url.clone();
    std::thread::scope(|scope| {
        for saver in savers {
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    saver.go_on(saved);
                }
            });
        }
        let asking = scope.spawn(|| {
            asked
                .iter()
                .filter(|address| ask_for_code(base_url, address))
                .cloned()
                .collect()
        });
        // A slow machine gets its time; a cut before anything happened would show nothing.
        let patience = Instant::now() + Duration::from_secs(10);
        while saved.load(Ordering::Relaxed) < SAVERS && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(pause);
        program.kill();
        is_over.store(true, Ordering::Relaxed);
        asking.join().unwrap()
    })
}

#[test]
fn twenty_power_cuts_lose_no_acknowledged_answer_and_no_promised_mail() {
    let house = House::new();
    let base_url = house.base_url();
    let mut program = house.demo("warn");
    let mut savers: Vec<Saver> = (0..SAVERS)
        .map(|number| Saver::sign_in(&base_url, number))
        .collect();
    let mut promised = BTreeSet::new();
    for (cut, pause) in (0..CUTS).zip(pauses()) {
        // Two for each life of the program: no more may be asked from one place.
        let asked = [1, 2].map(|number| format!("asked{cut}-{number}.mihon@example.com"));
        promised.extend(live_and_die(
            &mut program,
            &mut savers,
            &asked,
            Duration::from_millis(pause),
        ));
        program = house.demo("warn");
        for saver in &mut savers {
            saver.version = None;
            assert!(saver.look(), "cut {cut}");
        }
    }
    let acknowledged: u32 = savers.iter().map(|saver| saver.acknowledged).sum();
    assert!(
        acknowledged >= CUTS * SAVERS,
        "too few to show anything: {acknowledged}"
    );
    assert!(promised.len() > 10, "{promised:?}");
    program.terminate();
    assert!(program.end().success());
    everything_is_whole(&house);
    end_the_leases_of_the_dead(&house);
    program = house.demo("warn");
    let deadline = Instant::now() + Duration::from_secs(20);
    while !promised.is_subset(&addresses_of_delivered_mails(&base_url)) {
        let delivered = addresses_of_delivered_mails(&base_url);
        assert!(
            Instant::now() < deadline,
            "lost: {:?}",
            promised.difference(&delivered).collect::<Vec<_>>()
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    program.kill();
}

fn everything_is_whole(house: &House) {
    let verified = house.run(&["verify", "audit"]);
    assert!(verified.status.success(), "{verified:?}");
    let database = rusqlite::Connection::open(house.path("tsubame.db")).unwrap();
    let integrity: String = database
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(integrity, "ok");
    let broken_links: u32 = database
        .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(broken_links, 0);
}

/// As if the two minutes had passed after which a job of a dead worker is begun again.
fn end_the_leases_of_the_dead(house: &House) {
    let database = rusqlite::Connection::open(house.path("tsubame.db")).unwrap();
    database
        .execute(
            "UPDATE jobs SET lease_until = 1 WHERE lease_until IS NOT NULL",
            [],
        )
        .unwrap();
}

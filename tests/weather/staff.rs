//! The program itself: the demo's members of staff sign in, the command line lets people in and out, and the log keeps their secrets.

use std::time::{Duration, Instant};

use serde::Deserialize;
use tsubame::clock::{Clock, SystemClock};
use tsubame::security::totp::TotpSecret;

use crate::support::person::Person;
use crate::support::program::House;
use crate::support::raw;

#[derive(Deserialize)]
struct Description {
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
struct Account {
    role: String,
    office: String,
    user: String,
    password: String,
    totp_secret: String,
}

fn accounts(house: &House) -> Vec<Account> {
    let json = std::fs::read(house.path("demo.json")).unwrap();
    serde_json::from_slice::<Description>(&json)
        .unwrap()
        .accounts
}

fn code_now(secret: &str) -> String {
    let secret = TotpSecret::from_text(secret).unwrap();
    secret.code_at(SystemClock.now().as_second()).unwrap()
}

/// One of the demo's people, signed in.
pub(crate) fn signed_in(house: &House, user: &str) -> Person {
    let account = accounts(house)
        .into_iter()
        .find(|account| account.user == user)
        .unwrap();
    let mut person = Person::at(&house.base_url());
    person
        .open("/staff/login")
        .fill("利用者ID", user)
        .fill("パスワード", &account.password)
        .press("サインイン")
        .expect(200)
        .fill("確認コード", &code_now(&account.totp_secret))
        .press("次へ")
        .expect(200);
    person
}

/// What a command wrote, when it ended well.
fn said(house: &House, arguments: &[&str]) -> String {
    let output = house.run(arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// Whether the mail about a changed account arrives at an address.
fn was_told(house: &House, address: &str) -> bool {
    let deadline = Instant::now() + Duration::from_secs(20);
    while Instant::now() < deadline {
        let answer = raw::request(&house.base_url(), "GET /dev/mail.json", &[]);
        let mails: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        let mut mails = mails.as_array().unwrap().iter();
        if mails.any(|mail| {
            mail["to"] == address
                && mail["text"]
                    .as_str()
                    .unwrap()
                    .contains("認証アプリの設定が消されました")
        }) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

fn refused(house: &House, arguments: &[&str]) -> String {
    let output = house.run(arguments);
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn what_travels_in_the_demo_is_on_a_list_that_its_receiver_expects() {
    let house = House::new();
    let _program = house.demo("warn");
    for (user, kind) in [
        ("yokohama.madoguchi", "申請書"),
        ("london.madoguchi", "カード"),
    ] {
        let mut clerk = signed_in(&house, user);
        clerk.open("/staff/shipments?view=expected").expect(200);
        let list = clerk.page.first_ref();
        assert!(!list.is_empty(), "{user}: {}", clerk.page.text());
        assert!(clerk.page.text().contains(kind), "{}", clerk.page.text());
        clerk
            .follow_link(&list)
            .press("届いた。袋をあける")
            .expect(200);
        assert!(
            clerk.page.text().contains("送付一覧 1件"),
            "{}",
            clerk.page.text()
        );
    }
}

#[test]
fn every_role_of_the_demo_signs_in_and_a_second_start_keeps_the_accounts() {
    let house = House::new();
    let mut program = house.demo("debug");
    let first = accounts(&house);
    for role in [
        "consular",
        "municipal",
        "issuer",
        "approver",
        "office_manager",
        "administrator",
        "auditor",
    ] {
        assert!(
            first
                .iter()
                .any(|account| account.role.split(',').any(|one| one == role)),
            "{role}"
        );
    }
    for office in ["emb-gb", "131016", "141046", ""] {
        assert!(
            first.iter().any(|account| account.office == office),
            "{office}"
        );
    }
    for account in &first {
        let mut person = Person::at(&house.base_url());
        person
            .open("/staff/login")
            .fill("利用者ID", &account.user)
            .fill("パスワード", &account.password)
            .press("サインイン")
            .expect(200)
            .fill("確認コード", &code_now(&account.totp_secret))
            .press("次へ")
            .expect(200)
            .sees("今日の仕事");
    }
    program.terminate();
    assert!(program.end().success());
    let log = house.log();
    for account in &first {
        for secret in [&account.password, &account.totp_secret, &account.user] {
            assert!(!log.contains(secret.as_str()), "the log holds {secret}");
        }
    }
    let mut program = house.demo("warn");
    let again = accounts(&house);
    assert!(
        first
            .iter()
            .zip(&again)
            .all(|(one, other)| one.password == other.password
                && one.totp_secret == other.totp_secret)
    );
    program.terminate();
    assert!(program.end().success());
}

#[test]
fn the_command_line_lets_people_in_and_out() {
    let house = House::new();
    let mut program = house.demo("warn");
    let add = [
        "staff",
        "add",
        "sumire",
        "--name",
        "見本 すみれ",
        "--email",
        "sumire@office.example",
    ];
    let made = said(
        &house,
        &[
            &add[..],
            &[
                "--role",
                "administrator",
                "--trained",
                &SystemClock.today_in_japan().to_string(),
            ],
        ]
        .concat(),
    );
    let link = made
        .lines()
        .find(|line| line.contains("/staff/invitation/"))
        .unwrap()
        .to_owned();
    let path = link.strip_prefix(&house.base_url()).unwrap();
    Person::at(&house.base_url())
        .open(path)
        .expect(200)
        .sees("パスワードを決めてください");
    let invited = said(&house, &["staff", "invite", "Sumire"]);
    Person::at(&house.base_url()).open(path).expect(410);
    assert!(invited.contains("/staff/invitation/"));
    assert!(
        said(&house, &["staff", "list"])
            .lines()
            .any(|line| line.starts_with("sumire\tadministrator\t-\t見本 すみれ\tinvited"))
    );
    said(&house, &["staff", "train", "sumire", "2026-01-31"]);
    said(&house, &["staff", "reset-second-factor", "sumire"]);
    assert!(
        was_told(&house, "sumire@office.example"),
        "whoever loses her second factor hears of it"
    );
    said(&house, &["staff", "deactivate", "sumire"]);
    assert!(
        said(&house, &["staff", "list"])
            .lines()
            .any(|line| line.starts_with("sumire\t") && line.ends_with("\tclosed"))
    );
    for (arguments, reason) in [
        (
            &[&add[..], &["--role", "administrator"]].concat()[..],
            "the user id is taken",
        ),
        (
            &[
                "staff",
                "add",
                "momiji",
                "--name",
                "x",
                "--email",
                "m@office.example",
                "--role",
                "consular",
            ][..],
            "an office is missing",
        ),
        (
            &[
                "staff",
                "add",
                "momiji",
                "--name",
                "x",
                "--email",
                "m@office.example",
                "--role",
                "root",
            ][..],
            "the roles are consular",
        ),
        (
            &[
                "staff",
                "add",
                "momiji",
                "--name",
                "x",
                "--email",
                "no address",
                "--role",
                "auditor",
            ][..],
            "the e-mail address",
        ),
        (
            &["staff", "invite", "nobody"][..],
            "there is no account nobody",
        ),
        (
            &["staff", "train", "sumire", "2999-01-01"][..],
            "lies in the future",
        ),
    ] {
        let answer = refused(&house, arguments);
        assert!(answer.contains(reason), "{arguments:?}: {answer}");
    }
    assert!(said(&house, &["verify", "audit"]).contains("are whole"));
    program.terminate();
    assert!(program.end().success());
}

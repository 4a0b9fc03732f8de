//! The log of a whole journey, at its most talkative: lines of JSON, and nothing in them about the person.

use crate::support::person::Person;
use crate::support::program::House;
use crate::support::raw;

const EMAIL: &str = "sakura.kakuu@example.com";

#[test]
fn the_log_of_a_journey_is_json_and_knows_nothing_about_the_person() {
    let house = House::new();
    let mut program = house.demo("debug");
    let mut sakura = Person::at(&house.base_url());
    sakura
        .open("/apply")
        .fill("メールアドレス", EMAIL)
        .tick("個人情報の取扱いに同意します")
        .press("確認コードを送る")
        .expect(200);
    let code = code(&house);
    sakura
        .fill("確認コード", "000000")
        .press("次へ")
        .fill("確認コード", &code)
        .press("次へ")
        .expect(200);
    let home = sakura.page.path.clone();
    sakura
        .follow_link("続きから入力する")
        .fill("氏（姓）", "架空院")
        .fill("名 ", "桜子")
        .fill("氏のフリガナ", "カクウイン")
        .fill("名のフリガナ", "サクラコ");
    sakura
        .fill_date("生年月日", ["1987", "11", "23"])
        .choose("性別", "女")
        .press("保存して次へ")
        .expect(200);
    sakura
        .open(&format!("{home}/contact"))
        .fill("電話番号", "+44 20 7946 0321")
        .fill("住んでいる国・地域", "英国");
    sakura
        .fill("国外の住所", "77 Imaginary Lane\nLondon W1J 7JT")
        .fill("もう一つの連絡先", "1234-5678-9018")
        .press("保存して中断する")
        .expect(200);
    // And what goes wrong on the way.
    for line in [
        "GET /a/架空院/person",
        "GET /nowhere?name=架空院",
        "BREW /apply",
        "POST /apply",
    ] {
        raw::request(&house.base_url(), line, &[("cookie", "sid=架空院")]);
    }
    let sid = sakura.cookie("sid").unwrap().to_owned();
    program.terminate();
    assert!(program.end().success());
    let log = house.log();
    assert!(log.lines().count() > 3, "the test is pointless: {log}");
    for line in log.lines() {
        assert!(
            serde_json::from_str::<serde_json::Value>(line)
                .is_ok_and(|line| line["level"].is_string()),
            "{line}"
        );
    }
    let receipt = home.trim_start_matches("/a/");
    for secret in [
        EMAIL,
        "sakura",
        "架空院",
        "桜子",
        "カクウイン",
        "サクラコ",
        "1987",
        "7946 0321",
        "Imaginary",
        "W1J 7JT",
        "1234-5678-9018",
        "123456789018",
        &sid,
        receipt,
    ] {
        assert!(
            !log.contains(secret),
            "{secret:?} stands in the log: {}",
            log.lines().find(|line| line.contains(secret)).unwrap()
        );
    }
    assert!(
        !log.contains(&format!("\"{code}\"")) && !log.contains(&format!(" {code} ")),
        "the code stands in the log"
    );
}

/// The code that was mailed, read where the demo shows its mails.
fn code(house: &House) -> String {
    for _ in 0..200 {
        let mails: serde_json::Value =
            serde_json::from_str(&raw::request(&house.base_url(), "GET /dev/mail.json", &[]).body)
                .unwrap();
        let mail = mails
            .as_array()
            .unwrap()
            .iter()
            .find(|mail| mail["to"] == EMAIL);
        if let Some(text) = mail.map(|mail| mail["text"].as_str().unwrap()) {
            return text
                .split(|c: char| !c.is_ascii_digit())
                .find(|run| run.len() == 6)
                .unwrap()
                .to_owned();
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("no mail came")
}

/// What the demo wrote about itself.
#[derive(serde::Deserialize)]
struct Description {
    accounts: Vec<Account>,
    cases: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Account {
    role: String,
    user: String,
    password: String,
    totp_secret: String,
}

#[derive(serde::Deserialize)]
struct Case {
    #[serde(rename = "ref")]
    reference: String,
    email: String,
}

#[test]
fn the_log_of_staff_at_work_knows_nobody() {
    let house = House::new();
    let mut program = house.demo("debug");
    let described: Description =
        serde_json::from_slice(&std::fs::read(house.path("demo.json")).unwrap()).unwrap();
    let mut pages: Vec<String> = [
        "/staff",
        "/staff/search?q=%E6%9E%B6%E7%A9%BA%E9%99%A2",
        "/staff/search?q=hanako.secret@example.com",
        "/staff/search?q=%E6%9E%B6%E7%A9%BA%E9%99%A2&page=2",
        "/staff/queues/received?q=%E6%9E%B6%E7%A9%BA%E9%99%A2",
        "/staff/intake",
        "/staff/office",
        "/staff/account",
        "/issuer/batches",
        "/admin/users",
        "/admin/audit?who=someone.secret&action=case.moved",
        "/admin/audit/export",
        "/admin/health",
        "/admin/outbox?state=sent",
        "/admin/notices/N05",
        "/admin/retention?case=K7M4-2PQX-9T",
    ]
    .map(str::to_owned)
    .to_vec();
    for case in described.cases.iter().take(6) {
        for page in ["", "/photo", "/mail", "/history", "/log"] {
            pages.push(format!("/staff/cases/{}{page}", case.reference));
        }
        pages.push(format!("/admin/audit?case={}", case.reference));
        pages.push(format!("/q/{}", case.reference));
    }
    for role in ["consular", "municipal", "administrator", "auditor"] {
        let account = described
            .accounts
            .iter()
            .find(|account| account.role.split(',').any(|one| one == role))
            .unwrap();
        let secret = tsubame::security::totp::TotpSecret::from_text(&account.totp_secret).unwrap();
        let now = tsubame::clock::Clock::now(&tsubame::clock::SystemClock);
        let mut person = Person::at(&house.base_url());
        person
            .open("/staff/login")
            .fill("利用者ID", &account.user)
            .fill("パスワード", &account.password)
            .press("サインイン")
            .expect(200)
            .fill("確認コード", &secret.code_at(now.as_second()).unwrap())
            .press("次へ")
            .expect(200);
        for page in &pages {
            person.get_once(page);
            assert!(person.page.status < 500, "{page}: {}", person.page.status);
        }
    }
    program.terminate();
    assert!(program.end().success());
    let log = house.log();
    assert!(log.lines().count() > 20, "the test is pointless: {log}");
    let mut secrets = vec![
        "架空院",
        "%E6%9E%B6",
        "hanako.secret",
        "someone.secret",
        "K7M4-2PQX-9T",
    ];
    for account in &described.accounts {
        secrets.extend([&*account.user, &account.password, &account.totp_secret]);
    }
    for case in &described.cases {
        secrets.extend([&*case.reference, &case.email]);
    }
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret:?} stands in the log: {line:?}");
    }
    for line in log.lines() {
        assert!(
            serde_json::from_str::<serde_json::Value>(line).is_ok(),
            "{line}"
        );
    }
}

//! The golden matrix: every row of the rights, asked over HTTP as every role. `rights.csv` is the answer; a change to it is a decision.
//!
//! `TSUBAME_WRITE_RIGHTS=1 cargo test rights` writes the file anew from what the service answers.

use std::fmt::Write as _;
use std::path::Path;

use tsubame::domain::staff::Role;
use tsubame::web::rights;

use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Person;
use crate::support::staff::PASSWORD;

/// Column → who asks.
fn visitors(app: &TestApp) -> Vec<(&'static str, Person)> {
    let mut half = app.person();
    app.account("half", &[Role::Administrator], "");
    half.open("/staff/login")
        .fill("利用者ID", "half")
        .fill("パスワード", PASSWORD)
        .press("サインイン");
    let mut list = vec![("signed out", app.person()), ("password only", half)];
    for role in Role::ALL {
        let office = match role {
            Role::Consular | Role::OfficeManager => "emb-gb",
            Role::Municipal | Role::Approver => "131016",
            Role::Issuer | Role::Administrator | Role::Auditor => "",
        };
        let user_id = role.as_str().replace('_', "-");
        list.push((role.as_str(), app.staff(&user_id, &[role], office)));
    }
    list
}

/// The pattern with something in each place that no case, batch or account has.
fn address(pattern: &str) -> String {
    pattern
        .split('/')
        .map(|part| match part {
            "{queue}" => "match",
            "{id}.csv" => "999999.csv",
            "{queue}.csv" => "match.csv",
            _ if part.starts_with('{') => "999999",
            _ => part,
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// What the answer means for the one who asked: `yes` is whatever the page itself says.
fn answer(person: &mut Person, method: &str, path: &str) -> String {
    match method {
        "GET" => person.get_once(path),
        _ => person.post(path, ""),
    }
    let location = person
        .page
        .headers
        .get("location")
        .cloned()
        .unwrap_or_default();
    let without_language = |path: &str| path.strip_prefix("/en").unwrap_or(path).to_owned();
    let (location, path) = (without_language(&location), without_language(path));
    match (person.page.status, location.as_str()) {
        (303, to) if to.starts_with("/staff/login/code") && !path.starts_with("/staff/login") => {
            "second factor".to_owned()
        }
        (303, to)
            if to.starts_with("/staff/login?")
                || to == "/staff/login" && path != "/staff/logout" =>
        {
            "sign in".to_owned()
        }
        (303, to) if to.starts_with("/staff/confirm") => "confirm".to_owned(),
        (403, _) => "403".to_owned(),
        (405, _) => panic!("{method} {path} has a row and no route"),
        (status, _) if status >= 500 => panic!("{method} {path}: {status}"),
        _ => "yes".to_owned(),
    }
}

on_each_database! {
    fn every_role_gets_what_the_matrix_says(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut visitors = visitors(&app);
        let mut matrix = "method,pattern".to_owned();
        for (column, _) in &visitors {
            let _ = write!(matrix, ",{column}");
        }
        for right in rights::all() {
            // Signing out would end the sessions of the rows after it.
            if right.pattern == "/staff/logout" {
                continue;
            }
            let _ = write!(matrix, "\n{},{}", right.method, right.pattern);
            for (_, person) in &mut visitors {
                let seen = answer(person, right.method.as_str(), &address(right.pattern));
                let english = answer(person, right.method.as_str(), &format!("/en{}", address(right.pattern)));
                assert_eq!(seen, english, "{} {} in English", right.method, right.pattern);
                let _ = write!(matrix, ",{seen}");
            }
        }
        matrix.push('\n');
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/web/rights.csv");
        if std::env::var_os("TSUBAME_WRITE_RIGHTS").is_some() {
            std::fs::write(&golden, &matrix).unwrap();
        }
        assert_eq!(matrix, std::fs::read_to_string(&golden).unwrap());
    }
}

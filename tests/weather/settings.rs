//! Mistakes in the settings: the program does not start, says in one sentence which setting and what to write, and repeats no secret.

use crate::support::program::program;

const KEY: &str = "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
const SECRET: &str = "hunter2-secret";

fn good() -> Vec<(&'static str, String)> {
    vec![
        ("TSUBAME_BASE_URL", "https://card.example.jp".to_owned()),
        ("DATABASE_URL", "sqlite:/nonexistent/tsubame.db".to_owned()),
        ("TSUBAME_KEYS", KEY.to_owned()),
        ("TSUBAME_MAIL", "spool:/nonexistent".to_owned()),
        ("TSUBAME_MAIL_FROM", "no-reply@card.example.jp".to_owned()),
    ]
}

#[test]
fn each_mistake_ends_the_program_with_one_sentence_and_no_secret() {
    for (name, value, named) in [
        ("TSUBAME_BASE_URL", None, "TSUBAME_BASE_URL"),
        (
            "TSUBAME_BASE_URL",
            Some("http://card.example.jp"),
            "TSUBAME_BASE_URL",
        ),
        (
            "TSUBAME_BASE_URL",
            Some("https://card.example.jp/path"),
            "TSUBAME_BASE_URL",
        ),
        ("DATABASE_URL", None, "DATABASE_URL"),
        (
            "DATABASE_URL",
            Some("mysql://root:hunter2-secret@db/portal"),
            "DATABASE_URL",
        ),
        ("DATABASE_URL", Some("sqlite:"), "DATABASE_URL"),
        (
            "DATABASE_URL",
            Some("postgres://u:hunter2-secret@host/"),
            "DATABASE_URL",
        ),
        ("TSUBAME_KEYS", None, "TSUBAME_KEYS"),
        ("TSUBAME_KEYS", Some("hunter2-secret"), "TSUBAME_KEYS"),
        (
            "TSUBAME_KEYS",
            Some("k1:aHVudGVyMi1zZWNyZXQ="),
            "TSUBAME_KEYS",
        ),
        ("TSUBAME_MAIL", None, "TSUBAME_MAIL"),
        (
            "TSUBAME_MAIL",
            Some("smtps://user:hunter2-secret@"),
            "TSUBAME_MAIL",
        ),
        (
            "TSUBAME_MAIL",
            Some("ftp://user:hunter2-secret@mail.example.jp"),
            "TSUBAME_MAIL",
        ),
        ("TSUBAME_MAIL_FROM", Some("nobody"), "TSUBAME_MAIL_FROM"),
        ("TSUBAME_LISTEN", Some("8080"), "TSUBAME_LISTEN"),
        ("TSUBAME_WORKERS", Some("many"), "TSUBAME_WORKERS"),
        (
            "TSUBAME_TRUSTED_PROXIES",
            Some("-1"),
            "TSUBAME_TRUSTED_PROXIES",
        ),
        ("TSUBAME_LOG", Some("tsubame=shout=loud"), "TSUBAME_LOG"),
        (
            "TSUBAME_CONFIG",
            Some("/nonexistent/tsubame.toml"),
            "TSUBAME_CONFIG",
        ),
        (
            "TSUBAME_PASSWORD",
            Some("hunter2-secret"),
            "TSUBAME_PASSWORD",
        ),
    ] {
        for command in ["serve", "check"] {
            let settings = good()
                .into_iter()
                .filter(|(other, _)| *other != name)
                .chain(value.map(|value| (name, value.to_owned())));
            let ended = program().arg(command).envs(settings).output().unwrap();
            let said = String::from_utf8(ended.stderr).unwrap();
            assert_eq!(ended.status.code(), Some(2), "{name}={value:?}: {said}");
            assert_eq!(said.lines().count(), 1, "{name}={value:?}: {said}");
            assert!(
                said.starts_with("tsubame: ")
                    && said.contains(named)
                    && said.trim_end().ends_with('.'),
                "{name}={value:?}: {said}"
            );
            assert!(
                !said.contains(SECRET)
                    && !said.contains("aHVudGVyMi1zZWNyZXQ")
                    && !said.contains(KEY),
                "{name}: {said}"
            );
            assert!(ended.stdout.is_empty());
        }
    }
}

#[test]
fn arguments_nobody_knows_end_the_program_with_the_usage() {
    for arguments in [
        vec![],
        vec!["dance"],
        vec!["serve", "--port", "80"],
        vec!["backup"],
        vec!["verify"],
    ] {
        let ended = program().args(&arguments).output().unwrap();
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}");
        assert!(
            String::from_utf8_lossy(&ended.stderr).contains("Usage"),
            "{arguments:?}"
        );
    }
    let help = program().arg("--help").output().unwrap();
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("Exit codes"));
}

#[test]
fn a_new_key_is_one_that_can_be_used() {
    let made = program().arg("keys").output().unwrap();
    let key = String::from_utf8(made.stdout).unwrap();
    assert!(
        made.status.success()
            && key
                .trim()
                .parse::<tsubame::security::keys::KeyRing>()
                .is_ok(),
        "{key}"
    );
}

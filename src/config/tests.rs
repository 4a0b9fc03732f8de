//! The settings: each mistake answers with one sentence that names its setting, and a secret is never printed.

use super::*;

const GOOD: [(&str, &str); 5] = [
    ("TSUBAME_BASE_URL", "https://card.example.jp/"),
    ("DATABASE_URL", "sqlite:/var/lib/tsubame/tsubame.db"),
    ("TSUBAME_KEYS", "k1:c2VjcmV0"),
    ("TSUBAME_MAIL", "smtps://user:p%40ss@mail.example.jp"),
    ("TSUBAME_MAIL_FROM", "no-reply@card.example.jp"),
];

fn check_with(name: &str, value: &str) -> Result<Settings, ConfigError> {
    let mut pairs: BTreeMap<&str, &str> = GOOD.into();
    pairs.insert(name, value);
    Settings::check(&Source::from_pairs(pairs)?)
}

#[test]
fn good_settings_are_read() {
    let settings = Settings::check(&Source::from_pairs(GOOD).unwrap()).unwrap();
    assert_eq!(settings.base_url.as_str(), "https://card.example.jp");
    assert_eq!(settings.base_url.host(), "card.example.jp");
    let MailRoute::Smtp(route) = &settings.mail else {
        panic!("not smtp")
    };
    assert_eq!((route.port, route.protection), (465, MailProtection::Tls));
    assert_eq!(route.login.as_ref().unwrap().1.expose_secret(), "p@ss");
}

#[test]
fn the_paper_is_the_application_unless_online_filing_is_switched_on() {
    for (written, expected) in [("", false), ("paper", false), ("online", true)] {
        let settings = check_with("TSUBAME_FILING", written).unwrap();
        assert_eq!(settings.files_online, expected, "{written}");
    }
}

#[test]
fn each_mistake_is_one_sentence_that_names_the_setting() {
    for (name, value) in [
        ("TSUBAME_LISTEN", "8080"),
        ("TSUBAME_BASE_URL", "card.example.jp"),
        ("TSUBAME_BASE_URL", "http://card.example.jp"),
        ("TSUBAME_BASE_URL", "https://card.example.jp/path"),
        ("DATABASE_URL", "postgress://localhost/tsubame"),
        ("DATABASE_URL", "tsubame.db"),
        ("DATABASE_URL", ""),
        ("TSUBAME_KEYS", ""),
        ("TSUBAME_MAIL", "sendmail"),
        ("TSUBAME_MAIL", "smtp://user@mail.example.jp"),
        ("TSUBAME_MAIL", "spool:"),
        ("TSUBAME_MAIL_FROM", "Example <no-reply@card.example.jp>"),
        ("TSUBAME_TRUSTED_PROXIES", "many"),
        ("TSUBAME_WORKERS", "-1"),
        ("TSUBAME_FILING", "Online"),
        ("TSUBAME_LISTN", "127.0.0.1:1"),
    ] {
        let sentence = check_with(name, value).expect_err(value).to_string();
        assert!(
            sentence.starts_with(name) && sentence.ends_with('.') && sentence.lines().count() == 1,
            "{sentence}"
        );
    }
}

#[test]
fn secrets_are_never_printed() {
    let settings = check_with("DATABASE_URL", "postgres://tsubame:hunter2@db/tsubame").unwrap();
    let printed = format!("{settings:?}");
    for secret in ["hunter2", "c2VjcmV0", "p@ss"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[test]
fn the_environment_wins_over_the_file() {
    let mut pairs = Source::pairs_of_toml(
        "listen = \"127.0.0.1:9000\"\nworkers = 4\ndatabase_url = \"sqlite:a.db\"",
    )
    .unwrap();
    pairs.extend(GOOD.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let settings = Settings::check(&Source::from_pairs(pairs).unwrap()).unwrap();
    assert_eq!((settings.listen.port(), settings.workers), (9000, 4));
    assert_eq!(
        settings.database_url(),
        "sqlite:/var/lib/tsubame/tsubame.db"
    );
}

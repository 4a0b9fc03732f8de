//! Who may import whom (the table in `lib.rs`), and where a foreign crate may be named.

use std::sync::LazyLock;

use regex::Regex;

use crate::sources::{Source, files, none_of};

/// Module → the modules of ours it may name.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("metrics", &[]),
    ("config", &[]),
    ("i18n", &[]),
    ("domain", &["reference"]),
    ("reference", &["domain"]),
    ("storage", &["domain", "reference"]),
    ("security", &["config", "clock"]),
    ("documents", &["domain", "reference", "i18n", "security"]),
    (
        "notices",
        &["domain", "storage", "documents", "i18n", "config"],
    ),
    (
        "exchange",
        &[
            "clock",
            "domain",
            "storage",
            "security",
            "documents",
            "notices",
        ],
    ),
    (
        "jobs",
        &[
            "clock",
            "metrics",
            "config",
            "i18n",
            "domain",
            "reference",
            "storage",
            "security",
            "documents",
            "notices",
            "exchange",
        ],
    ),
    (
        "web",
        &[
            "clock",
            "metrics",
            "config",
            "i18n",
            "domain",
            "reference",
            "storage",
            "security",
            "documents",
            "notices",
            "exchange",
        ],
    ),
];

/// The ends of the program: they may name everything, and only each other may name them.
const ENDS: &[&str] = &["main", "build", "commands", "demo", "seed"];

/// Foreign name → the modules that alone may name it, and why.
const ONLY_IN: &[(&str, &[&str], &str)] = &[
    (
        r"\bdiesel(_migrations)?::|\brusqlite::|use diesel\b",
        &["storage"],
        "only storage knows the database",
    ),
    (
        r"\bactix_\w+::|use actix_\w+\b",
        &["web", "main", "commands", "demo"],
        "only web knows HTTP",
    ),
    (r"\blettre::", &["notices"], "only notices know the mailer"),
    (
        r"\b(printpdf|lopdf|subsetter|hayro|rqrr|qrcode|rustface)::",
        &["documents"],
        "only documents draw and read pages and pictures",
    ),
    (
        r"\b(argon2|chacha20poly1305|hmac|ring)::",
        &["security"],
        "only security knows keys",
    ),
    (
        r"\benv::vars?(_os)?\b",
        &["config", "build"],
        "settings are read in config alone",
    ),
];

fn product() -> impl Iterator<Item = Source> {
    files("src", "rs")
        .into_iter()
        .filter(|file| !file.is_test())
}

static FROM_ROOT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bcrate::([a-z_0-9]+)\b(!?)").unwrap());
static UPWARDS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b((?:super::)+)([a-z_0-9]+)\b").unwrap());

/// The modules of ours that one line names: `crate::x`, or as many `super::` as lead out of the file's own top module.
fn named_in(line: &str, depth: usize) -> Vec<String> {
    let absolute = FROM_ROOT
        .captures_iter(line)
        .filter(|found| found[2].is_empty())
        .map(|found| found[1].to_owned());
    let relative = UPWARDS
        .captures_iter(line)
        .filter(|found| found[1].matches("super").count() >= depth)
        .map(|found| found[2].to_owned());
    absolute.chain(relative).collect()
}

#[test]
fn lines_tell_which_modules_they_name() {
    for (line, depth, expected) in [
        ("use crate::storage::Db;", 2, vec!["storage"]),
        (
            "use super::frame; use super::super::jobs::x;",
            2,
            vec!["jobs"],
        ),
        ("use super::config::Y;", 1, vec!["config"]),
        ("crate::each_backend!(db, x)", 2, vec![]),
    ] {
        assert_eq!(named_in(line, depth), expected, "{line}");
    }
}

#[test]
fn modules_import_only_what_the_table_allows() {
    let mut breaches = Vec::new();
    for file in product() {
        let modules = file.modules();
        let Some(top) = modules.first().filter(|top| !ENDS.contains(top)) else {
            continue;
        };
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| name == top) else {
            breaches.push(format!("{}: module {top} is not in the table", file.path));
            continue;
        };
        for (number, line) in file.product_lines() {
            if line.contains("crate::{") {
                breaches.push(format!(
                    "{}:{number}: one path for each `use crate::`",
                    file.path
                ));
            }
            for named in named_in(&line, modules.len()) {
                let is_module = ENDS.contains(&named.as_str())
                    || MAY_IMPORT.iter().any(|(name, _)| *name == named);
                if is_module && named != *top && !allowed.contains(&named.as_str()) {
                    breaches.push(format!("{}:{number}: {top} may not use {named}", file.path));
                }
            }
        }
    }
    none_of(&breaches);
}

#[test]
fn foreign_crates_are_named_only_where_they_belong() {
    let mut breaches = Vec::new();
    for (pattern, homes, reason) in ONLY_IN {
        let pattern = Regex::new(pattern).unwrap();
        let mut at_home = 0;
        for file in product() {
            let is_home = file
                .modules()
                .first()
                .is_some_and(|top| homes.contains(top));
            for (number, line) in file.product_lines() {
                match (pattern.is_match(&line), is_home) {
                    (true, true) => at_home += 1,
                    (true, false) => {
                        breaches.push(format!("{}:{number}: {reason}", file.path));
                    }
                    (false, _) => {}
                }
            }
        }
        assert!(at_home > 0, "{pattern} is named nowhere: the rule is stale");
    }
    none_of(&breaches);
}

#[test]
fn domain_knows_neither_time_nor_threads_nor_files() {
    let forbidden =
        Regex::new(r"\basync\b|Timestamp::now|Zoned::now|SystemTime|Instant::now|std::(fs|net|env|thread|process)\b|tokio")
            .unwrap();
    let breaches: Vec<String> = product()
        .filter(|file| file.path.starts_with("src/domain/"))
        .flat_map(|file| {
            file.product_lines()
                .into_iter()
                .filter(|(_, line)| forbidden.is_match(line))
                .map(|(number, line)| format!("{}:{number}: {}", file.path, line.trim()))
                .collect::<Vec<_>>()
        })
        .collect();
    none_of(&breaches);
}

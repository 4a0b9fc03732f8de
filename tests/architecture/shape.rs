//! The shape of the house: sizes, names, trees that agree, a first line for every module.

use std::collections::BTreeSet;

use crate::sources::{files, folders, none_of};

const LONGEST_FILE: usize = 400;
const FORBIDDEN_NAMES: &[&str] = &[
    "util", "utils", "helper", "helpers", "common", "manager", "misc",
];
/// Folders beside the audiences: what all of them share.
const SHARED_TEMPLATES: &[&str] = &["lang", "mail", "parts"];

#[test]
fn no_file_is_longer_than_a_reader_holds() {
    let breaches: Vec<String> = ["src", "tests"]
        .into_iter()
        .flat_map(|folder| files(folder, "rs"))
        .map(|file| (file.text.lines().count(), file.path))
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .map(|(lines, path)| format!("{path}: {lines} lines, at most {LONGEST_FILE}"))
        .collect();
    none_of(&breaches);
}

#[test]
fn modules_are_named_after_what_they_own() {
    let breaches: Vec<String> = ["src", "tests"]
        .into_iter()
        .flat_map(|folder| files(folder, "rs"))
        .filter(|file| {
            file.path
                .trim_end_matches(".rs")
                .split('/')
                .any(|part| FORBIDDEN_NAMES.contains(&part))
        })
        .map(|file| format!("{}: says nothing about what it owns", file.path))
        .collect();
    none_of(&breaches);
}

#[test]
fn every_file_begins_by_saying_what_it_owns() {
    let breaches: Vec<String> = files("src", "rs")
        .into_iter()
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| format!("{}: no first line of documentation", file.path))
        .collect();
    none_of(&breaches);
}

/// `src/web/<audience>` (folder or file) and `templates/<audience>` are the same list; whoever knows one name knows all.
#[test]
fn pages_and_templates_have_the_same_audiences() {
    let templates: BTreeSet<String> = folders("templates")
        .into_iter()
        .filter(|name| !SHARED_TEMPLATES.contains(&name.as_str()))
        .collect();
    let pages: BTreeSet<String> = files("src/web", "rs")
        .iter()
        .filter(|file| file.text.contains("#[template(path = \""))
        .filter_map(|file| file.modules().get(1).map(|name| (*name).to_owned()))
        .filter(|name| name != "errors")
        .collect();
    assert_eq!(templates, pages);
}

#[test]
fn a_page_of_an_audience_shows_only_that_audience_s_templates() {
    let mut breaches = Vec::new();
    for file in files("src/web", "rs") {
        let Some(audience) = file.modules().get(1).map(|name| (*name).to_owned()) else {
            continue;
        };
        for (number, line) in file.lines() {
            let Some(rest) = line.split("template(path = \"").nth(1) else {
                continue;
            };
            let folder = rest.split('/').next().unwrap_or_default();
            if rest.contains('/') && folder != audience {
                breaches.push(format!(
                    "{}:{number}: a page of {audience} shows {folder}",
                    file.path
                ));
            }
        }
    }
    none_of(&breaches);
}

#[test]
fn both_databases_have_the_same_list_of_migrations() {
    let lists = ["migrations/sqlite", "migrations/postgres"].map(folders);
    assert_eq!(lists[0], lists[1]);
    assert!(!lists[0].is_empty());
}

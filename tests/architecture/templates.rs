//! What a template may contain: words from the catalogue, links in the reader's language, nothing that the content policy would refuse.

use std::sync::LazyLock;

use regex::Regex;

use crate::sources::{Source, files, none_of};

fn pages() -> impl Iterator<Item = Source> {
    files("templates", "html").into_iter()
}

/// Every line of every page that `pattern` finds, unless the file is `except`ed.
fn found(pattern: &str, except: &[&str], reason: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    pages()
        .filter(|page| !except.contains(&page.path.as_str()))
        .flat_map(|page| {
            page.lines()
                .filter(|(_, line)| pattern.is_match(line))
                .map(|(number, _)| format!("{}:{number}: {reason}", page.path))
                .collect::<Vec<_>>()
        })
        .collect()
}

static ASKAMA: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?s)\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}").unwrap());

/// Comments and statements of askama gone: what is left is markup and words.
fn markup(page: &Source) -> String {
    ASKAMA.replace_all(&page.text, "").into_owned()
}

#[test]
fn links_lead_to_the_reader_s_language() {
    let outside = "(href|action|formaction|src)=\"/";
    let pattern = Regex::new(outside).unwrap();
    // The demo's mailbox is one for both languages.
    let breaches: Vec<String> = pages()
        .flat_map(|page| {
            page.lines()
                .filter(|(_, line)| pattern.is_match(&line.replace("href=\"/dev/mail", "")))
                .map(|(number, _)| format!("{}:{number}: write f.to(\"/…\")", page.path))
                .collect::<Vec<_>>()
        })
        .collect();
    none_of(&breaches);
}

#[test]
fn nothing_needs_what_the_content_policy_refuses() {
    none_of(&found(r"\sstyle=", &[], "a style attribute"));
    none_of(&found(r"<style\b", &[], "a style element"));
    none_of(&found(r"\son[a-z]+=", &[], "an event attribute"));
    none_of(&found(r"<script(?: defer)?>", &[], "an inline script"));
    none_of(&found(r"javascript:", &[], "a script address"));
}

#[test]
fn only_the_form_macros_write_unescaped() {
    none_of(&found(
        r"\|\s*safe\b",
        &["templates/parts/form.html"],
        "unescaped output",
    ));
}

#[test]
fn forms_are_posted_with_a_token_and_checked_by_the_server() {
    let form = Regex::new(r"(?s)<form\b[^>]*>.*?</form>").unwrap();
    let mut breaches = Vec::new();
    let mut seen = 0;
    for page in pages() {
        for form in form.find_iter(&page.text) {
            seen += 1;
            let opening = form.as_str().lines().next().unwrap_or_default();
            let is_get = opening.contains("method=\"get\"");
            if !is_get && !opening.contains("method=\"post\"") {
                breaches.push(format!("{}: a form without a method", page.path));
            }
            if !is_get && !form.as_str().contains("csrf(f)") {
                breaches.push(format!("{}: a posted form without its token", page.path));
            }
        }
    }
    assert!(seen > 5, "{seen} forms");
    none_of(&breaches);
    none_of(&found(
        r"\srequired\b[ >]",
        &[],
        "the server says what is missing",
    ));
}

#[test]
fn buttons_and_inputs_say_their_kind() {
    let control = Regex::new(r"<(?:button|input)\b[^>]*>").unwrap();
    let mut breaches = Vec::new();
    let mut seen = 0;
    for page in pages() {
        for control in control.find_iter(&page.text) {
            seen += 1;
            if !control.as_str().contains("type=\"") {
                breaches.push(format!("{}: {}", page.path, control.as_str()));
            }
        }
    }
    assert!(seen > 20, "{seen} controls");
    none_of(&breaches);
}

#[test]
fn every_word_comes_from_the_catalogue() {
    let tag = Regex::new(r"(?s)<[^>]*>").unwrap();
    let entity = Regex::new(r"&[a-z#0-9]+;").unwrap();
    // The macros put attributes together inside a tag; what is left of them are no words.
    let breaches: Vec<String> = pages()
        .filter(|page| page.path != "templates/parts/form.html")
        .flat_map(|page| {
            let text = markup(&page);
            let text = tag.replace_all(&text, " ");
            let text = entity.replace_all(&text, " ").into_owned();
            text.split_whitespace()
                .filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1)
                .map(|word| format!("{}: {word}", page.path))
                .collect::<Vec<_>>()
        })
        .collect();
    none_of(&breaches);
}

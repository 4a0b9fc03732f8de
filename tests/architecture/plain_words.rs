//! Plain words: one sentence, one thing; conclusion first; no word that apologises or obscures; English without Japanese letters.

use std::sync::LazyLock;

use regex::Regex;

use crate::sources::{Source, files, none_of};

/// A Japanese sentence longer than this is two sentences.
const LONGEST_SENTENCE: usize = 50;
/// So many of a hundred sentences may be longer: a law's own name does not shrink.
const LONG_PERCENT: usize = 2;

/// Words that a page never says, and what to say instead.
const BANNED: &[(&str, &str)] = &[
    ("申し訳", "say what to do next"),
    ("することができます", "〜できます"),
    ("における", "〜の, 〜で"),
    ("恐れ入りますが", "leave it out"),
    ("あらかじめご了承", "leave it out"),
    ("ないわけでは", "say it without a double negative"),
    ("なければなりません", "〜してください"),
    ("ないと、", "say what works, not what fails"),
    ("個人番号カード交付", "マイナンバーカード"),
    ("海外転出届を", "国外転出届"),
    ("ステータス", "申請の状況"),
    ("エラーが発生", "say what happened"),
    ("こちら", "say where the link leads"),
    ("サーバー", "say what it means for the reader"),
    ("不正な", "say what is wrong"),
];

/// Japanese words that English pages need as they are: they stand on the reader's papers.
const JAPANESE_IN_ENGLISH: &[&str] = &["々"];

/// Key and words of every message of a language, lines of one message joined.
fn messages(lang: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for file in files(&format!("templates/lang/{lang}"), "ftl") {
        found.extend(messages_of(&file));
    }
    found
}

fn messages_of(file: &Source) -> Vec<(String, String, String)> {
    let mut found: Vec<(String, String, String)> = Vec::new();
    for line in file.text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, words)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
            found.push((file.path.clone(), key.to_owned(), words.to_owned()));
        } else if let Some((_, _, words)) = found.last_mut() {
            words.push('\n');
            words.push_str(line.trim());
        }
    }
    found
}

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\{[^}]*\}").unwrap());

/// What a reader reads: placeholders count as two letters.
fn read_aloud(words: &str) -> String {
    PLACEHOLDER.replace_all(words, "〇〇").into_owned()
}

#[test]
fn japanese_sentences_are_short() {
    let mut sentences = 0;
    let mut long = Vec::new();
    for (path, key, words) in messages("ja") {
        let words = read_aloud(&words);
        for sentence in words.split(['。', '\n']).filter(|text| !text.is_empty()) {
            sentences += 1;
            let length = sentence.chars().count();
            if length > LONGEST_SENTENCE {
                long.push(format!("{path}: {key}: {length} letters: {sentence}"));
            }
        }
    }
    assert!(
        long.len() * 100 <= sentences * LONG_PERCENT,
        "{} of {sentences} sentences are long\n{}",
        long.len(),
        long.join("\n")
    );
}

#[test]
fn words_that_apologise_or_obscure_are_not_used() {
    let mut breaches = Vec::new();
    for (path, key, words) in messages("ja") {
        for (banned, instead) in BANNED.iter().filter(|(banned, _)| words.contains(banned)) {
            breaches.push(format!("{path}: {key}: {banned} → {instead}"));
        }
    }
    none_of(&breaches);
}

#[test]
fn english_has_no_japanese_letters() {
    let japanese = Regex::new(r"[\p{Han}\p{Hiragana}\p{Katakana}々。、「」（）]+").unwrap();
    // Each language is named in its own script, and `lang` says so on the page.
    let named_in_its_own_script = ["other-language", "apply-lang-ja"];
    let breaches: Vec<String> = messages("en")
        .iter()
        .filter(|(_, key, _)| !named_in_its_own_script.contains(&key.as_str()))
        .flat_map(|(path, key, words)| {
            japanese
                .find_iter(words)
                .filter(|found| !JAPANESE_IN_ENGLISH.contains(&found.as_str()))
                .map(|found| format!("{path}: {key}: {}", found.as_str()))
                .collect::<Vec<_>>()
        })
        .collect();
    none_of(&breaches);
}

#[test]
fn no_text_holds_twelve_digits() {
    let twelve = Regex::new(r"[0-9０-９](?:[ -]?[0-9０-９]){11,}").unwrap();
    // A telephone number says so by its plus sign.
    let telephone = Regex::new(r"\+[0-9][0-9 -]*").unwrap();
    let texts = files("templates", "ftl")
        .into_iter()
        .chain(files("templates", "html"))
        .chain(files("templates", "txt"));
    let breaches: Vec<String> = texts
        .flat_map(|file| {
            file.lines()
                .filter(|(_, line)| twelve.is_match(&telephone.replace_all(line, "")))
                .map(|(number, line)| format!("{}:{number}: {line}", file.path))
                .collect::<Vec<_>>()
        })
        .collect();
    none_of(&breaches);
}

#[test]
fn errors_name_the_thing_to_do() {
    // An error that only states a fact leaves the reader alone: it ends in what to do, or names the allowed form.
    let breaches: Vec<String> = messages("ja")
        .into_iter()
        .filter(|(_, key, _)| key.starts_with("error-") && !key.starts_with("error-page-"))
        .filter(|(_, key, _)| !["error-prefix", "error-summary-title"].contains(&key.as_str()))
        .filter(|(_, _, words)| {
            let does = ["ください", "手で書きます", "出しません"];
            !does.iter().any(|end| words.contains(end)) && !words.contains("ません")
        })
        .map(|(path, key, words)| format!("{path}: {key}: {words}"))
        .collect();
    none_of(&breaches);
}

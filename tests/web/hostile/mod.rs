//! What is typed or pasted into a field that nobody meant: every field of every form against every text that has broken a form somewhere.
//!
//! The fields of the sections come from the domain, so that a new one is here by itself.

mod texts;

use tsubame::domain::application::section::Section;

use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::database::TestDatabase;
use crate::support::page::Page;
use crate::support::person::Person;

use texts::{ENGLISH, JAPANESE, MY_NUMBERS, Reader, hostile_texts, ways_through};

const EMAIL: &str = "hanako.mihon@example.com";

/// The field a sentence about `field` stands beside: the boxes of a date share one.
fn place_of(field: &str) -> &str {
    field
        .strip_suffix("_y")
        .or_else(|| field.strip_suffix("_m"))
        .or_else(|| field.strip_suffix("_d"))
        .unwrap_or(field)
}

/// What a page shows of a text after a browser's parser has read it.
fn as_parsed(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\0', "\u{FFFD}")
}

fn is_in_language(reader: Reader, sentence: &str) -> bool {
    let has_kana = sentence.chars().any(|c| matches!(c, 'ぁ'..='ヿ'));
    if reader.prefix.is_empty() {
        has_kana
    } else {
        sentence.chars().filter(char::is_ascii_alphabetic).count() > 10
    }
}

/// What holds for every answer to every text.
fn is_answered_well(page: &Page, reader: Reader, field: &str, text: &str) {
    let told = || {
        format!(
            "{} {field}={:?}: {}",
            page.path,
            text.chars().take(40).collect::<String>(),
            page.text().chars().take(600).collect::<String>()
        )
    };
    assert!(
        matches!(page.status, 303 | 422),
        "{} {}",
        page.status,
        told()
    );
    if page.status == 303 {
        return;
    }
    let said = [page.errors(), page.advice()].concat();
    assert!(!said.is_empty(), "no word: {}", told());
    assert!(
        said.iter().all(|sentence| is_in_language(reader, sentence)),
        "{said:?} {}",
        told()
    );
    assert!(!page.html().contains("<script>alert"), "{}", told());
    if let Some(shown) = page.text_shown(field) {
        assert!(
            shown == as_parsed(text),
            "what was typed is kept: {:?} {}",
            shown.chars().take(40).collect::<String>(),
            told()
        );
    }
}

/// A form as it stands on a page, to be sent with other values.
struct Sheet {
    action: String,
    fields: Vec<(String, String)>,
}

impl Sheet {
    fn before(person: &mut Person, path: &str, button: &str) -> Self {
        let (action, fields) = person.open(path).expect(200).form_of(button);
        Self { action, fields }
    }

    fn send(&self, person: &mut Person, values: &[(&str, &str)]) {
        let kept = self
            .fields
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .filter(|(name, _)| !values.iter().any(|(other, _)| other == name));
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(kept)
            .extend_pairs(values)
            .finish();
        person.post(&self.action, &body);
    }
}

fn with<'a>(way: &[(&'a str, &'a str)], field: &'a str, text: &'a str) -> Vec<(&'a str, &'a str)> {
    way.iter()
        .copied()
        .filter(|(name, _)| *name != field)
        .chain([(field, text)])
        .collect()
}

/// Every text in every field of every section; answers which fields have refused something by a sentence beside them.
fn attack_the_sections(app: &TestApp, reader: Reader) {
    let mut hanako = app.signed_in(EMAIL);
    let home = hanako.page.path.clone();
    let texts = hostile_texts();
    for section in Section::ALL {
        let path = format!("{}{home}/{}", reader.prefix, section.as_str());
        for way in ways_through(section) {
            let mut sheet = Sheet::before(&mut hanako, &path, reader.saves);
            for field in section.fields() {
                let is_asked = way.iter().any(|(name, _)| name == field);
                // A list or a box knows its own answers only: fewer texts tell as much.
                let takes_text = hanako.open(&path).page.text_shown(field).is_some();
                for hostile in texts.iter().step_by(if takes_text { 1 } else { 5 }) {
                    sheet.send(&mut hanako, &with(&way, field, &hostile.text));
                    is_answered_well(&hanako.page, reader, field, &hostile.text);
                    if hanako.page.status == 422
                        && is_asked
                        && takes_text
                        && hostile.is_refused_everywhere
                    {
                        let beside = hanako.page.error_beside(place_of(field));
                        assert!(
                            beside.is_some(),
                            "{field} says nothing about {:?}: {:?}",
                            hostile.text.chars().take(20).collect::<String>(),
                            hanako.page.errors()
                        );
                    }
                    if hanako.page.status == 303 {
                        assert!(
                            !(is_asked && takes_text && hostile.is_refused_everywhere),
                            "{field} took {:?}",
                            hostile.text.chars().take(20).collect::<String>()
                        );
                        sheet = Sheet::before(&mut hanako, &path, reader.saves);
                    }
                }
            }
            // What is right is still taken afterwards, and kept.
            sheet.send(&mut hanako, &way);
            assert!(
                hanako.page.status == 303
                    || hanako.page.errors().is_empty()
                    || section == Section::Offices,
                "{path}: {:?}",
                hanako.page.errors()
            );
        }
    }
    hanako.open(&format!("{home}/contact"));
    assert_eq!(hanako.page.value("電話番号"), "+44 20 7946 0000");
}

fn holds_no_my_number(database: &TestDatabase) {
    for number in MY_NUMBERS {
        assert!(!database.holds(number), "{number}");
    }
}

on_each_database! {
    fn every_text_in_every_field_of_the_sections_gets_a_word_and_loses_nothing(database: TestDatabase) {
        let app = TestApp::start(database);
        let reader = if app.database.url.is_sqlite() { JAPANESE } else { ENGLISH };
        attack_the_sections(&app, reader);
        assert!(app.database.holds("+44 20 7946 0000"), "what is right is found in the database");
        holds_no_my_number(&app.database);
        for mail in app.mails_to(EMAIL) {
            assert!(MY_NUMBERS.iter().all(|number| !mail.text.contains(number) && !mail.subject.contains(number)), "{mail:?}");
        }
    }

    fn what_is_saved_with_errors_never_holds_a_my_number(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = app.signed_in(EMAIL);
        let home = hanako.page.path.clone();
        for section in Section::ALL.into_iter().filter(|section| *section != Section::Photo) {
            let path = format!("{home}/{}", section.as_str());
            for number in MY_NUMBERS {
                let sheet = Sheet::before(&mut hanako, &path, "保存して次へ");
                let everywhere: Vec<(&str, &str)> = section.fields().iter().map(|field| (*field, number)).chain([("go", "leave")]).collect();
                sheet.send(&mut hanako, &everywhere);
                hanako.expect(303);
            }
        }
        holds_no_my_number(&app.database);
        assert!(app.mails_to(EMAIL).iter().all(|mail| MY_NUMBERS.iter().all(|number| !mail.text.contains(number))));
    }

    fn every_text_in_every_field_before_the_sections_gets_a_word(database: TestDatabase) {
        let app = TestApp::start(database);
        let reader = if app.database.url.is_sqlite() { ENGLISH } else { JAPANESE };
        let mut person = app.person();
        let prove = if reader.prefix.is_empty() { "確認コードを送る" } else { "Send me a code" };
        let texts = hostile_texts();
        for (path, button, fields) in [
            ("/apply", prove, ["email", "lang", "kind", "agree"].as_slice()),
            ("/track", prove, ["email", "ref"].as_slice()),
        ] {
            let sheet = Sheet::before(&mut person, &format!("{}{path}", reader.prefix), button);
            for field in fields {
                for hostile in &texts {
                    sheet.send(&mut person, &with(&[("email", "not an address")], field, &hostile.text));
                    is_answered_well(&person.page, reader, field, &hostile.text);
                }
            }
        }
        person.open("/apply").fill("メールアドレス", EMAIL).tick("個人情報の取扱いに同意します").press("確認コードを送る").expect(200);
        let sheet = Sheet::before(&mut person, &format!("{}/apply/verify", reader.prefix), reader.proves);
        for field in ["code", "ref"] {
            for hostile in &texts {
                sheet.send(&mut person, &with(&[], field, &hostile.text));
                is_answered_well(&person.page, reader, field, &hostile.text);
            }
        }
        holds_no_my_number(&app.database);
    }
}

const QUESTIONS: &str = "nat juminhyo tenshutsu since2015 card rest age return_soon moved_twice stamp lost_kind moving nat_lost declared_missing";

#[test]
fn the_questions_of_the_check_take_their_own_answers_only() {
    let app = TestApp::start(TestDatabase::sqlite());
    let mut person = app.person();
    for reader in [JAPANESE, ENGLISH] {
        let button = if reader.prefix.is_empty() {
            "結果を見る"
        } else {
            "See the result"
        };
        let sheet = Sheet::before(&mut person, &format!("{}/check", reader.prefix), button);
        for field in QUESTIONS.split(' ') {
            for hostile in hostile_texts() {
                sheet.send(&mut person, &with(&[], field, &hostile.text));
                is_answered_well(&person.page, reader, field, &hostile.text);
            }
        }
    }
    holds_no_my_number(&app.database);
}

#[test]
fn the_word_that_the_form_was_posted_is_read_like_any_other_form() {
    let app = TestApp::start(TestDatabase::sqlite());
    let (mut hanako, home) = super::finish::with_form(&app);
    for (reader, button) in [(JAPANESE, "登録する"), (ENGLISH, "Save")] {
        let path = format!("{}{home}/sent", reader.prefix);
        let sheet = Sheet::before(&mut hanako, &path, button);
        for field in ["sent_on_y", "sent_on_m", "sent_on_d", "carrier", "tracking"] {
            for hostile in hostile_texts() {
                // The day is missing wherever it is not the field in question, so that nothing is registered.
                let nothing = [("sent_on_y", ""), ("sent_on_m", ""), ("sent_on_d", "")];
                sheet.send(&mut hanako, &with(&nothing, field, &hostile.text));
                is_answered_well(&hanako.page, reader, field, &hostile.text);
                assert_eq!(hanako.page.status, 422);
                assert!(
                    !hostile.is_refused_everywhere
                        || field == "carrier"
                        || hanako.page.error_beside(place_of(field)).is_some(),
                    "{field} {:?}",
                    hostile.text.chars().take(20).collect::<String>()
                );
            }
        }
    }
    holds_no_my_number(&app.database);
}

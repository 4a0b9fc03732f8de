//! The words as data: the built-in ones give the same mail, and what cannot be used is refused.

use super::check::WordingError;
use super::*;
use crate::notices::Letter;

fn sample(key: &str) -> Notice {
    let mut all = samples(Lang::Ja).into_iter();
    all.find(|(known, _)| known == key).unwrap().1
}

fn letter_frame() -> Frame {
    Frame {
        base_url: "https://card.example.jp".to_owned(),
        name: Some("山田 花子".to_owned()),
        reference: Some("K7M4-2PQX-9T".to_owned()),
        is_demo: false,
    }
}

#[test]
fn the_built_in_words_written_as_data_give_the_same_mail() {
    let frame = letter_frame();
    let mut seen = 0;
    for lang in Lang::ALL {
        for (key, notice) in samples(lang) {
            let wording = built_in(&notice).unwrap_or_else(|| panic!("{key} has no words"));
            let as_data = write(&frame, lang, &notice, &wording).unwrap();
            let as_template = words::write(&frame, lang, &notice).unwrap();
            let [data, template] =
                [as_data, as_template].map(|source| Letter::set(notice.code(), lang, &source));
            assert_eq!(data.text, template.text, "{key} {lang:?}");
            assert_eq!(data.subject, template.subject, "{key} {lang:?}");
            assert_eq!(
                check(&notice, lang, wording.of(lang)),
                (None, None),
                "{key} {lang:?}"
            );
            seen += 1;
        }
    }
    assert!(seen >= 50, "{seen} wordings");
}

#[test]
fn every_wording_has_a_key_of_its_own() {
    let keys: Vec<String> = samples(Lang::En).into_iter().map(|(key, _)| key).collect();
    for key in [
        "N02.accepted",
        "N06",
        "N09",
        "N09.reminder",
        "N15.missed",
        "N20.other",
        "N22.moved",
        "N24",
    ] {
        assert!(keys.iter().any(|known| known == key), "{key}: {keys:?}");
    }
    let codes = [Notice::Code(words::AskedCode {
        code: String::new(),
        link_token: None,
        minutes: 1,
    })];
    assert!(
        codes
            .iter()
            .all(|notice| variables::key_of(notice).is_none())
    );
}

#[test]
fn a_fact_that_is_not_known_takes_its_line_with_it_and_several_repeat_it() {
    let mut variables = Variables::new();
    variables.insert("phone".to_owned(), Vec::new());
    variables.insert(
        "address".to_owned(),
        vec!["1 Sample Street".to_owned(), "London".to_owned()],
    );
    let text = "・{{address}}\n電話 {{phone}}\n終わり";
    assert_eq!(
        expand(text, &variables, ""),
        "・1 Sample Street\n・London\n終わり"
    );
}

#[test]
fn words_that_cannot_be_used_are_refused_with_their_reason() {
    use WordingError as E;
    let notice = sample("N05");
    let good = "受け付けました。{{office}}で{{on}}に受け取りました。";
    for (body, expected) in [
        (good.to_owned(), None),
        (String::new(), Some(E::Empty)),
        (
            format!("{good}{{{{mynumber}}}}"),
            Some(E::UnknownVariable("mynumber".to_owned())),
        ),
        (
            "受け付けました。{{office}}".to_owned(),
            Some(E::MissingVariable("on".to_owned())),
        ),
        (format!("{good}{{{{on"), Some(E::Unreadable)),
        (format!("{good}}}"), Some(E::Unreadable)),
        (format!("{good}\u{7}"), Some(E::Unreadable)),
        (format!("{good}\n@en\nx"), Some(E::LanguageMark)),
        (
            format!("{good}\nhttps://evil.example/"),
            Some(E::ForeignLink),
        ),
        (format!("{good}\nWWW.evil.example"), Some(E::ForeignLink)),
        (format!("{good}\n{{{{base_url}}}}/help"), None),
        (format!("{good} 1234 5678 9018"), Some(E::MyNumber)),
        (
            format!("{good}{}", "あ".repeat(4000)),
            Some(E::BodyTooLong(4000 + good.chars().count())),
        ),
    ] {
        let words = Words {
            subject: "受け付けました".to_owned(),
            body: body.clone(),
        };
        assert_eq!(check(&notice, Lang::Ja, &words), (None, expected), "{body}");
    }
    for (subject, expected) in [
        ("申請書が{{office}}に届きました", true),
        ("届きました\nBcc: x", true),
        ("{{nothing}}", true),
        ("", true),
        ("届きました", false),
    ] {
        let words = Words {
            subject: subject.to_owned(),
            body: good.to_owned(),
        };
        assert_eq!(
            check(&notice, Lang::Ja, &words).0.is_some(),
            expected,
            "{subject}"
        );
    }
}

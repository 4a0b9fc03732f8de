//! The notices: what each says in both languages, and what none of them may hold.

use jiff::Timestamp;

mod every_notice;

use super::*;
use every_notice::notices;

fn letterhead() -> Letterhead {
    Letterhead {
        base_url: "https://card.example.jp".to_owned(),
        host: "card.example.jp".to_owned(),
        from: "no-reply@card.example.jp".to_owned(),
        is_demo: true,
    }
}

fn letters() -> Vec<Letter> {
    let write = |lang: Lang| {
        let to = Addressee {
            email: "hanako@example.com",
            lang,
            name: Some("山田 花子"),
            application: Some((ApplicationId(1), "K7M4-2PQX-9T")),
        };
        notices(lang)
            .into_iter()
            .map(move |notice| compose(&letterhead(), &to, &notice).unwrap())
    };
    Lang::ALL.into_iter().flat_map(write).collect()
}

fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| {
            if c > '\u{10FF}' && !('\u{2010}'..='\u{2027}').contains(&c) {
                2
            } else {
                1
            }
        })
        .sum()
}

#[test]
fn subjects_begin_with_the_service_and_fit_a_list_of_mails() {
    for letter in letters() {
        let (service, limit) = match (letter.notice.as_str(), letter.lang) {
            ("N31" | "N32", Lang::Ja) => ("【受付】", 60),
            ("N31" | "N32", Lang::En) => ("[Desk] ", 72),
            ("N33", Lang::Ja) => ("【運用】", 60),
            ("N33", Lang::En) => ("[Ops] ", 72),
            (_, Lang::Ja) => ("【国外マイナンバーカード】", 60),
            (_, Lang::En) => ("[My Number Card Abroad] ", 72),
        };
        assert!(letter.subject.starts_with(service), "{}", letter.subject);
        assert!(
            columns(&letter.subject) <= limit,
            "{} has {} columns",
            letter.subject,
            columns(&letter.subject)
        );
    }
}

#[test]
fn every_line_of_text_fits_or_is_a_link() {
    for letter in letters() {
        for line in letter.text.split("\r\n") {
            // One closing sign may hang over the end.
            assert!(
                columns(line) <= 72 || line.contains("https://"),
                "{:?}: {line}",
                letter.notice
            );
            assert!(!line.contains('\n'));
        }
    }
}

#[test]
fn the_html_says_what_the_text_says() {
    let squeezed = |text: &str| {
        text.chars()
            .filter(|c| !c.is_whitespace() && !"■・-".contains(*c))
            .collect::<String>()
    };
    for letter in letters() {
        let body = letter
            .html
            .split_once("<body")
            .unwrap()
            .1
            .split_once('>')
            .unwrap()
            .1;
        let mut shown = String::new();
        let mut is_tag = false;
        for c in body.chars() {
            match c {
                '<' => is_tag = true,
                '>' => is_tag = false,
                _ if !is_tag => shown.push(c),
                _ => {}
            }
        }
        let shown = shown.replace("&quot;", "\"").replace("&amp;", "&");
        assert_eq!(
            squeezed(&shown),
            squeezed(&letter.text),
            "{:?} {:?}",
            letter.notice,
            letter.lang
        );
        assert!(
            letter
                .html
                .contains(&format!("<html lang=\"{}\">", letter.lang.as_str()))
        );
        assert!(!letter.html.contains("<img"));
    }
}

#[test]
fn no_mark_of_a_template_is_left_and_links_lead_home() {
    for letter in letters() {
        for mark in ["{{", "}}", "{%", "@ja", "@en", "\r\n\r\n\r\n"] {
            assert!(!letter.text.contains(mark), "{mark} in {}", letter.text);
        }
        for word in letter
            .text
            .split_whitespace()
            .filter(|word| word.contains('/'))
        {
            let is_place = !word.is_ascii() || word.contains("and/or");
            assert!(
                is_place || word.starts_with("https://card.example.jp/"),
                "{word}"
            );
        }
    }
}

#[test]
fn japanese_sentences_are_short() {
    for letter in letters()
        .into_iter()
        .filter(|letter| letter.lang == Lang::Ja)
    {
        let unfolded = letter.html.replace("\r\n", "");
        for sentence in unfolded.split(['。', '<', '>']) {
            let is_markup = sentence.is_ascii() || sentence.starts_with("http");
            assert!(is_markup || sentence.chars().count() <= 50, "{sentence}");
        }
    }
}

#[test]
fn only_codes_are_secret_and_only_they_show_one() {
    for (letter, notice) in letters()
        .iter()
        .zip(notices(Lang::Ja).iter().chain(notices(Lang::En).iter()))
    {
        assert_eq!(
            letter.text.contains("492817"),
            notice.is_secret(),
            "{:?}",
            letter.notice
        );
    }
}

#[test]
fn the_first_code_speaks_both_languages() {
    let both = letters()
        .into_iter()
        .filter(|letter| letter.notice == crate::domain::notice::NoticeCode::N01);
    for letter in both {
        assert!(letter.text.contains("確認コード") && letter.text.contains("Your code"));
        assert!(
            letter.html.contains("<div lang=\"ja\">") && letter.html.contains("<div lang=\"en\">")
        );
    }
}

#[test]
fn a_name_that_cannot_stand_in_a_mail_is_left_out() {
    for name in [
        "",
        "山田\r\nBcc: x@example.com",
        "<script>",
        "1234 5678 9018",
        "a@b",
        "https://evil.example",
        "\u{202E}花子",
    ] {
        let to = Addressee {
            email: "h@example.com",
            lang: Lang::Ja,
            name: Some(name),
            application: None,
        };
        let letter = compose(&letterhead(), &to, &notices(Lang::Ja)[2]).unwrap();
        assert!(
            letter.text.starts_with("申請者様\r\n"),
            "{name:?}: {}",
            letter.text
        );
    }
    let to = Addressee {
        email: "h@example.com",
        lang: Lang::Ja,
        name: Some("𠮷田　葛\u{E0100}子"),
        application: None,
    };
    assert!(
        compose(&letterhead(), &to, &notices(Lang::Ja)[2])
            .unwrap()
            .text
            .starts_with("𠮷田　葛\u{E0100}子 様\r\n")
    );
}

#[test]
fn a_built_mail_has_two_readable_parts_and_the_headers_of_a_machine() {
    let letter = letters().remove(0);
    let mail = NewMail {
        message_id: "<0123@card.example.jp>",
        notice: letter.notice,
        application: None,
        recipient: "hanako@xn--wgv71a119e.example",
        language: "ja",
        subject: &letter.subject,
        text_body: &letter.text,
        html_body: &letter.html,
        reply_to: None,
        is_secret: true,
    };
    let built = message::build(&message::Parts::of_new(
        "no-reply@card.example.jp",
        &mail,
        Timestamp::UNIX_EPOCH,
    ))
    .unwrap();
    let text = String::from_utf8(built.formatted()).unwrap();
    for header in [
        "Message-ID: <0123@card.example.jp>",
        "Auto-Submitted: auto-generated",
        "Content-Type: multipart/alternative",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "Date: Thu, 01 Jan 1970",
        "MIME-Version: 1.0",
    ] {
        assert_eq!(
            text.matches(header).count(),
            if header.contains("quoted") { 2 } else { 1 },
            "{header} in {text}"
        );
    }
    assert!(text.lines().all(|line| line.len() <= 998));
}

#[test]
fn what_cannot_be_a_mail_is_refused_before_it_is_written_down() {
    for (recipient, subject) in [
        ("a@example.com\r\nBcc: b@example.com", "x"),
        ("a@example.com", "x\r\nBcc: b@example.com"),
        ("a@example.com", "x\u{1}"),
        ("a@example.com\0", "x"),
        ("あ@example.com", "x"),
        ("no address", "x"),
    ] {
        let mail = NewMail {
            message_id: "<1@h>",
            notice: crate::domain::notice::NoticeCode::N00,
            application: None,
            recipient,
            language: "ja",
            subject,
            text_body: "t",
            html_body: "h",
            reply_to: None,
            is_secret: false,
        };
        let built = message::build(&message::Parts::of_new(
            "no-reply@card.example.jp",
            &mail,
            Timestamp::UNIX_EPOCH,
        ));
        assert!(built.is_err(), "{recipient:?} {subject:?}");
    }
}

#[test]
fn every_notice_of_a_case_says_the_same_facts_in_both_languages_and_no_number_of_a_person() {
    for (ja, en) in samples::case_notices(Lang::Ja)
        .iter()
        .zip(samples::case_notices(Lang::En).iter())
    {
        assert_eq!(ja.code(), en.code());
        let to = |lang| Addressee {
            email: "hanako@example.com",
            lang,
            name: Some("山田 花子"),
            application: Some((ApplicationId(1), "K7M4-2PQX-9T")),
        };
        let letters = [(Lang::Ja, ja), (Lang::En, en)].map(|(lang, notice)| {
            compose(
                &letterhead(),
                &to(lang),
                &Notice::Case(Box::new(notice.clone())),
            )
            .unwrap()
        });
        for letter in &letters {
            assert!(letter.text.contains("K7M4-2PQX-9T"));
            assert!(!contains_my_number(
                &letter.text.replace("+81-3-6734-0170", "")
            ));
            let links = letter.text.matches("https://").count();
            assert_eq!(links, 2, "{:?}: {}", letter.notice, letter.text);
        }
        let telephones = letters.map(|letter| letter.text.matches("+81-3-6734-0170").count());
        assert_eq!(telephones[0], telephones[1]);
    }
}

#[test]
fn the_mails_that_decide_whether_a_card_is_collected_and_those_to_staff_speak_both_languages() {
    for letter in letters() {
        let both =
            letter.html.contains("<div lang=\"ja\">") && letter.html.contains("<div lang=\"en\">");
        assert_eq!(
            both,
            matches!(
                letter.notice.as_str(),
                "N01" | "N12" | "N14" | "N31" | "N32" | "N33" | "account"
            ),
            "{}",
            letter.notice.as_str()
        );
    }
}

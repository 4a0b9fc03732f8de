//! One of every mail, about an invented case.

use super::super::*;

fn asked_code() -> AskedCode {
    AskedCode {
        code: "492817".to_owned(),
        link_token: Some("q8Zb".to_owned()),
        minutes: 30,
    }
}

fn rounds() -> [Notice; 3] {
    [
        Notice::DeskToday(DeskToday {
            due_soon: 4,
            new: 12,
        }),
        Notice::DeskOverdue(DeskOverdue {
            count: 2,
            references: vec!["K7M4-2PQX-9T".to_owned(), "RR81-R24W-N7".to_owned()],
        }),
        Notice::Operations(Operations {
            failed_mails: 3,
            dead_jobs: 1,
        }),
    ]
}

pub(super) fn notices(lang: Lang) -> Vec<Notice> {
    let code = asked_code();
    let written = |ja: &str, en: &str| {
        if lang == Lang::Ja {
            ja.to_owned()
        } else {
            en.to_owned()
        }
    };
    let form = FormReady {
        reference: "K7M4-2PQX-9T".to_owned(),
        deadline: written("2027年2月19日（金）", "Friday 19 February 2027"),
        office: written("在ロンドン日本国大使館", "Embassy of Japan in London"),
        by_post: ByPost::Ask,
    };
    vec![
        Notice::Code(code.clone()),
        Notice::FirstCode(code),
        Notice::DraftSaved(DraftSaved {
            kept_until: written("2026年12月21日（月）", "Monday 21 December 2026"),
            remaining: vec![written("連絡先", "Contact"), written("顔写真", "Photo")],
        }),
        Notice::DraftExpires(DraftExpires {
            day: written("12月21日", "21 Dec"),
            date: written("2026年12月21日（月）", "Monday 21 December 2026"),
        }),
        Notice::FormReminder(FormReminder {
            reference: form.reference.clone(),
            deadline: form.deadline.clone(),
        }),
        Notice::FormReady(form),
    ]
    .into_iter()
    .chain(
        [
            AccountChange::Password,
            AccountChange::SecondFactorSet,
            AccountChange::SecondFactorReset,
            AccountChange::RecoveryCodes,
            AccountChange::Email,
        ]
        .map(|change| {
            Notice::Account(AccountChanged {
                change,
                at: case_words::InBoth {
                    ja: "11月24日 9時00分（日本時間）".to_owned(),
                    en: "24 November, 09:00 (Japan time)".to_owned(),
                },
            })
        }),
    )
    .chain(rounds())
    .chain(
        samples::case_notices(lang)
            .into_iter()
            .map(|notice| Notice::Case(Box::new(notice))),
    )
    .collect()
}

//! The invented people of the demo, one for each state a case can be in. None of them exists.

use jiff::Timestamp;

use super::DemoCase;
use crate::clock::{Clock, SystemClock};
use crate::commands::Service;
use crate::domain::answers::Answers;
use crate::domain::application::section::Section;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::status::Status;
use crate::i18n::Lang;
use crate::security::random;
use crate::storage::applications::{self, ApplicationId, Doer, Filing, NewApplication};
use crate::storage::sections::{self, SaveSection};
use crate::storage::{Db, StoreError, mailboxes};
use crate::web::applicant::new_application::draft_end;

/// How far an invented person has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// Only the first section is filled in.
    Begun,
    /// Everything is filled in, the form is not made.
    Filled,
}

struct Invented {
    email: &'static str,
    lang: Lang,
    progress: Progress,
    person: [(&'static str, &'static str); 8],
}

const INVENTED: [Invented; 3] = [
    Invented {
        email: "hanako.mihon@example.com",
        lang: Lang::Ja,
        progress: Progress::Begun,
        person: person("見本", "花子", "ミホン", "ハナコ", ["1988", "4", "27"], "f"),
    },
    Invented {
        email: "taro.rei@example.com",
        lang: Lang::En,
        progress: Progress::Filled,
        person: person("例", "太郎", "レイ", "タロウ", ["1975", "11", "3"], "m"),
    },
    Invented {
        email: "midori.kakuu@example.com",
        lang: Lang::Ja,
        progress: Progress::Filled,
        person: person("架空", "翠", "カクウ", "ミドリ", ["1999", "1", "8"], "f"),
    },
];

const fn person(
    family: &'static str,
    given: &'static str,
    family_kana: &'static str,
    given_kana: &'static str,
    [year, month, day]: [&'static str; 3],
    sex: &'static str,
) -> [(&'static str, &'static str); 8] {
    [
        ("family", family),
        ("given", given),
        ("family_kana", family_kana),
        ("given_kana", given_kana),
        ("dob_y", year),
        ("dob_m", month),
        ("dob_d", day),
        ("sex", sex),
    ]
}

/// The other sections, the same for everybody.
const REST: [(Section, &[(&str, &str)]); 5] = [
    (
        Section::Register,
        &[
            ("kind", "new"),
            ("honseki_pref", "14"),
            ("honseki_city", "横浜市中区"),
            ("left_y", "2020"),
            ("left_m", "4"),
            ("left_d", "1"),
            ("last_city", "神奈川県横浜市"),
            ("return_plan", "no"),
        ],
    ),
    (Section::Contact, &[("tel", "+44 20 7946 0000"), ("country", "英国"), ("address", "1 Sample Street\nLondon W1J 7JT")]),
    (Section::Photo, &[("photo_how", "paste")]),
    (Section::Offices, &[("file_at", "honseki"), ("pickup_at", "mission"), ("pickup_mission", "emb-gb")]),
    (Section::Certs, &[("insurance", "no")]),
];

/// Settles the invented people, unless they are there already; answers all their cases.
pub(super) fn settle(service: &Service) -> anyhow::Result<Vec<DemoCase>> {
    let now = SystemClock.now();
    let cases = service.store.write(|db| {
        let mut cases = Vec::new();
        for invented in &INVENTED {
            cases.extend(settle_one(db, invented, now)?);
        }
        Ok::<_, anyhow::Error>(cases)
    })?;
    Ok(cases)
}

fn settle_one(db: &mut Db, invented: &Invented, now: Timestamp) -> anyhow::Result<Vec<DemoCase>> {
    let mailbox = mailboxes::insert_or_update_mailbox(db, invented.email, invented.email, invented.lang.as_str(), now)?;
    let there = applications::list_of_mailbox(db, mailbox.id)?;
    if !there.is_empty() {
        return Ok(there.iter().map(|one| case_of(&one.reference, one.status, invented)).collect());
    }
    let reference = ReceiptNumber::from_random(u64::from_be_bytes(random::bytes()?));
    let doer = Doer::applicant(mailbox.id);
    let new = NewApplication {
        reference,
        mailbox: mailbox.id,
        language: invented.lang.as_str(),
        filing: Filing::Paper,
        expires_at: draft_end(now),
        rule: "demo",
    };
    let application = applications::insert_application(db, &new, &doer, now)?;
    save(db, application.id, Section::Person, &invented.person, now)?;
    if invented.progress == Progress::Filled {
        for (section, answers) in REST {
            save(db, application.id, section, answers, now)?;
        }
    }
    Ok(vec![case_of(&reference, Status::Draft, invented)])
}

fn save(db: &mut Db, application: ApplicationId, section: Section, answers: &[(&str, &str)], now: Timestamp) -> Result<(), StoreError> {
    let answers: Answers = answers.iter().copied().collect();
    let save = SaveSection {
        application,
        section: section.as_str(),
        answers: &answers,
        is_complete: true,
        expected_version: 0,
        expected_status: Status::Draft,
        expires_at: draft_end(now),
    };
    sections::save_section(db, &save, now).map(|_version| ())
}

fn case_of(reference: &ReceiptNumber, status: Status, invented: &Invented) -> DemoCase {
    DemoCase { reference: reference.to_string(), status: status.code().to_owned(), email: invented.email.to_owned() }
}

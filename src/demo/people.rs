//! The invented people of the demo, one for each state a case can be in. None of them exists.

use actix_web::web::Data;
use anyhow::Context;
use jiff::Timestamp;

use super::DemoCase;
use crate::commands::Service;
use crate::domain::answers::Answers;
use crate::domain::application::posting::{Carrier, Posting};
use crate::domain::application::section::Section;
use crate::domain::deadline;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::status::Status;
use crate::i18n::Lang;
use crate::security::token::Token;
use crate::storage::applications::{self, ApplicationId, Filing};
use crate::storage::sections::{self, SaveSection};
use crate::storage::{Db, StoreError, mailboxes};
use crate::web::app::App;
use crate::web::applicant::new_application::{self, draft_end};
use crate::web::applicant::session::{self, Visitor};
use crate::web::applicant::{review, sent};

/// How far an invented person has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    /// Only the first section is filled in.
    Begun,
    /// Everything is filled in, the form is not made.
    Filled,
    /// The form is made (S10).
    Made,
    /// She says that it is posted (S15).
    Posted,
}

struct Invented {
    email: &'static str,
    lang: Lang,
    progress: Progress,
    person: [(&'static str, &'static str); 8],
}

const INVENTED: [Invented; 4] = [
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
        progress: Progress::Made,
        person: person("架空", "翠", "カクウ", "ミドリ", ["1999", "1", "8"], "f"),
    },
    Invented {
        email: "makoto.tameshi@example.com",
        lang: Lang::En,
        progress: Progress::Posted,
        person: person("試", "誠", "タメシ", "マコト", ["1962", "6", "6"], "m"),
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
    (
        Section::Contact,
        &[
            ("tel", "+44 20 7946 0000"),
            ("country", "英国"),
            ("address", "1 Sample Street\nLondon W1J 7JT"),
        ],
    ),
    (Section::Photo, &[("photo_how", "paste")]),
    (
        Section::Offices,
        &[
            ("file_at", "honseki"),
            ("pickup_at", "mission"),
            ("pickup_mission", "emb-gb"),
        ],
    ),
    (Section::Certs, &[("insurance", "no")]),
];

/// Settles the invented people, unless they are there already; answers all their cases.
pub(super) fn settle(service: &Service) -> anyhow::Result<Vec<DemoCase>> {
    let app = Data::new(service.app());
    actix_web::rt::System::new().block_on(async {
        let mut cases = Vec::new();
        for invented in &INVENTED {
            cases.extend(settle_one(&app, invented).await?);
        }
        Ok(cases)
    })
}

async fn settle_one(app: &Data<App>, invented: &'static Invented) -> anyhow::Result<Vec<DemoCase>> {
    let (now, today) = (app.clock.now(), app.clock.today_in_japan());
    let settled = app.store.write(|db| begin(db, invented, now))?;
    if let Some((visitor, reference)) = settled {
        let find = |db: &mut Db| session::find_case(db, visitor, reference);
        let unfound = "an invented person is not there";
        if invented.progress >= Progress::Made {
            let case = app.store.read(find)?.context(unfound)?;
            review::make_form_of(app, case, invented.lang).await?;
        }
        if invented.progress >= Progress::Posted {
            let posting = Posting {
                sent_on: today,
                carrier: Some(Carrier::Ems),
                tracking: None,
            };
            app.store.write(|db| {
                let case = find(db)?.context(unfound)?;
                sent::register(
                    db,
                    &case,
                    &posting,
                    deadline::days_after(today, deadline::FORM_VALID_DAYS),
                    now,
                )?;
                Ok::<_, anyhow::Error>(())
            })?;
        }
    }
    app.store.read(|db| {
        let Some(mailbox) = mailboxes::find_mailbox(db, invented.email)? else {
            return Ok(Vec::new());
        };
        let cases = applications::list_of_mailbox(db, mailbox.id)?;
        Ok(cases
            .iter()
            .map(|one| case_of(&one.reference, one.status, invented))
            .collect())
    })
}

/// The person's mailbox and application with what she filled in; none when she is there already.
fn begin(
    db: &mut Db,
    invented: &Invented,
    now: Timestamp,
) -> anyhow::Result<Option<(Visitor, ReceiptNumber)>> {
    let mailbox = mailboxes::insert_or_update_mailbox(
        db,
        invented.email,
        invented.email,
        invented.lang.as_str(),
        now,
    )?;
    if !applications::list_of_mailbox(db, mailbox.id)?.is_empty() {
        return Ok(None);
    }
    // A session nobody has the token of.
    let visitor = Visitor {
        session: session::begin(db, mailbox.id, &Token::generate()?, now)?,
        mailbox: mailbox.id,
    };
    let reference = new_application::start(
        db,
        visitor,
        invented.lang.as_str(),
        None,
        Filing::Paper,
        now,
    )?;
    let (application, _email) = applications::find_of_mailbox(db, mailbox.id, reference)?
        .context("an invented person is not there")?;
    save(db, application.id, Section::Person, &invented.person, now)?;
    if invented.progress >= Progress::Filled {
        for (section, answers) in REST {
            save(db, application.id, section, answers, now)?;
        }
    }
    Ok(Some((visitor, reference)))
}

fn save(
    db: &mut Db,
    application: ApplicationId,
    section: Section,
    answers: &[(&str, &str)],
    now: Timestamp,
) -> Result<(), StoreError> {
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
    DemoCase {
        reference: reference.to_string(),
        status: status.code().to_owned(),
        email: invented.email.to_owned(),
    }
}

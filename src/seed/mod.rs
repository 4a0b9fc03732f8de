//! `tsubame seed`: an empty database filled with invented cases, to measure the service as it is after years: every mission and every municipality, every
//! status in its share, one mission and one municipality with three of a hundred, forms, histories, search keys, open defects, questions and tasks.
//!
//! The same seed and the same day give the same cases. Nobody in them exists: each has an address under example.com and says so in its second contact.
//! A database in which there is anything is refused. No mail is sent, and no audit is made up: the one line says that this database was filled so.

mod case;
mod dice;
mod journey;
mod onward;
mod people;
mod places;

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::Context;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::clock::{Clock, SystemClock};
use crate::commands::say;
use crate::domain::application::draft::Draft;
use crate::domain::application::frozen::FrozenForm;
use crate::domain::application::section::Section;
use crate::domain::email::EmailAddress;
use crate::domain::office_code::OfficeCode;
use crate::domain::status::Status;
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::bulk::{self, Cell};
use crate::storage::{Db, Store, StoreError};
use case::World;

/// Cases of one transaction.
const PIECE: u64 = 20_000;

/// What is wanted.
#[derive(Debug, Clone, clap::Args)]
pub struct SeedOptions {
    /// How many applications
    #[arg(long)]
    pub applications: u64,
    /// Another number gives other cases
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// So many of them, the first, wait in one place: one very long queue
    #[arg(long, default_value_t = 0)]
    pub crowd: u64,
    /// Where those wait: a status, at the largest municipality where it is an office's
    #[arg(long, default_value = "S35", value_parser = Status::from_code)]
    pub crowd_at: Status,
    /// The day on which the cases stand where they stand; today without it
    #[arg(long)]
    pub until: Option<Date>,
    /// Say that this database may be filled with invented people
    #[arg(long)]
    pub yes_into_an_empty_database: bool,
}

/// The tables that are filled, and whether their ids are given by the database.
const TABLES: [(&str, bool); 10] = [
    ("mailboxes", true),
    ("applications", true),
    ("cases", false),
    ("revisions", false),
    ("status_history", true),
    ("defects", true),
    ("inquiries", true),
    ("tasks", true),
    ("card_transfers", true),
    ("case_search_keys", false),
];

const APPLICATION: &str = "id, reference, mailbox_id, status, version, language, filing, created_at, updated_at, last_activity_at, expires_at, current_revision, \
birth_tries, desk, due_on, entered_at, is_prepared, is_collected_here";
const CASE: &str = "application_id, filing_office, register_office, pickup_office, paper_office, kind, family, given, kana, roman, phone, second_contact, channel, \
received_at, received_revision, record_check, record_check_at, record_check_notice_at, made_on, card_expires_on, pickup_deadline, step_began_at";
const HISTORY: &str = "application_id, from_status, to_status, actor_kind, actor, rule, at, desk, left_desk, step_took";
const TRANSFER: &str = "application_id, from_office, to_office, state, asked_by, asked_at, decided_by, decided_at, due_on";

/// Fills the database of `store`, which is refused unless it is empty and at this program's schema.
pub fn run(store: &Store, options: &SeedOptions) -> anyhow::Result<()> {
    anyhow::ensure!(
        options.yes_into_an_empty_database,
        "this fills the database {} with invented people: say --yes-into-an-empty-database",
        store.url()
    );
    if store.url().is_sqlite() {
        store.migrate()?;
    }
    anyhow::ensure!(
        store.schema_state()?.is_current(),
        "the database has another schema: run tsubame migrate"
    );
    anyhow::ensure!(
        store.read(bulk::is_empty)?,
        "the database is not empty: invented people are not put among real ones"
    );
    let begun = Instant::now();
    let world = world(options)?;
    let tables: Vec<&str> = TABLES.iter().map(|(table, _)| *table).collect();
    let indexes = store.write(|db| {
        note(db, options)?;
        bulk::put_indexes_aside(db, &tables)
    })?;
    let offices = write_cases(store, &world, options.applications)?;
    say(format_args!("cases: {:.0?}", begun.elapsed()));
    write_keys(store, &world, &offices)?;
    say(format_args!("search keys: {:.0?}", begun.elapsed()));
    for index in &indexes {
        store.write(|db| {
            bulk::make_room(db)?;
            bulk::put_index_back(db, index)
        })?;
    }
    for (table, has_id) in TABLES {
        store.write(|db| {
            bulk::make_room(db)?;
            bulk::settle_table(db, table, has_id)
        })?;
    }
    say(format_args!(
        "{} applications of invented people at {} offices in {:.0?}",
        options.applications,
        offices.len(),
        begun.elapsed()
    ));
    Ok(())
}

/// What no case can say by itself: that none of this happened.
fn note(db: &mut Db, options: &SeedOptions) -> Result<(), StoreError> {
    let detail = format!(
        "applications={} seed={} crowd={}",
        options.applications, options.seed, options.crowd
    );
    let entry = NewEntry {
        chain: &Chain::system(),
        actor: "system",
        action: "database.seeded",
        detail: &detail,
    };
    audit::append(db, &entry, SystemClock.now())
}

fn world(options: &SeedOptions) -> anyhow::Result<World> {
    let until: Timestamp = match options.until {
        Some(day) => day.to_zoned(TimeZone::UTC)?.timestamp(),
        None => SystemClock.now(),
    };
    Ok(World {
        seed: options.seed,
        crowd: (options.crowd, options.crowd_at),
        until,
        names: people::Names::read()?,
        places: places::Places::read()?,
        form: form(until.to_zoned(TimeZone::UTC).date())?,
    })
}

/// Numbers of the cases of each office.
type Offices = BTreeMap<OfficeCode, Vec<u64>>;

fn write_cases(store: &Store, world: &World, count: u64) -> anyhow::Result<Offices> {
    let mut offices = Offices::new();
    let mut first = 1_u64;
    while first <= count {
        let last = first.saturating_add(PIECE - 1).min(count);
        let mut rows = Rows::default();
        for number in first..=last {
            let case = world.case(number).context("no offices or no names")?;
            rows.add(case, number, &mut offices)?;
        }
        store.write(|db| {
            bulk::make_room(db)?;
            rows.write(db)
        })?;
        first = last.saturating_add(1);
    }
    Ok(offices)
}

/// The rows of some cases.
#[derive(Default)]
struct Rows {
    mailboxes: Vec<Vec<Cell>>,
    applications: Vec<Vec<Cell>>,
    cases: Vec<Vec<Cell>>,
    revisions: Vec<Vec<Cell>>,
    history: Vec<Vec<Cell>>,
    defects: Vec<Vec<Cell>>,
    inquiries: Vec<Vec<Cell>>,
    tasks: Vec<Vec<Cell>>,
    transfers: Vec<Vec<Cell>>,
}

impl Rows {
    fn add(
        &mut self,
        mut case: case::Case,
        number: u64,
        offices: &mut Offices,
    ) -> anyhow::Result<()> {
        self.mailboxes.push(case.mailbox());
        self.applications.push(case.application());
        self.history.extend(case.history());
        if !case.has_form() {
            return Ok(());
        }
        self.cases.push(case.file());
        self.revisions.push(case.revision()?);
        self.defects.extend(case.defect());
        self.inquiries.extend(case.inquiry());
        self.tasks.extend(case.task());
        self.tasks.extend(case.wish_task());
        self.transfers.extend(case.transfer());
        let own = [
            Some(&case.offices.filing),
            Some(&case.offices.register),
            Some(&case.offices.pickup),
            case.offices.paper.as_ref(),
        ];
        let own: std::collections::BTreeSet<&OfficeCode> = own.into_iter().flatten().collect();
        for office in own {
            offices.entry(office.clone()).or_default().push(number);
        }
        Ok(())
    }

    fn write(&self, db: &mut Db) -> Result<(), StoreError> {
        for (table, columns, rows) in [
            (
                "mailboxes",
                "id, email, email_key, language, created_at, verified_at",
                &self.mailboxes,
            ),
            ("applications", APPLICATION, &self.applications),
            ("cases", CASE, &self.cases),
            (
                "revisions",
                "application_id, number, content, made_at, deadline",
                &self.revisions,
            ),
            ("status_history", HISTORY, &self.history),
            (
                "defects",
                "application_id, code, note, office, set_by, set_at, answered_at",
                &self.defects,
            ),
            (
                "inquiries",
                "application_id, office, question, asked_by, asked_at",
                &self.inquiries,
            ),
            (
                "tasks",
                "kind, office, application_id, detail, state, opened_at",
                &self.tasks,
            ),
            ("card_transfers", TRANSFER, &self.transfers),
        ] {
            bulk::insert_rows(db, table, columns, rows)?;
        }
        Ok(())
    }
}

/// The keys of each office in their order, so that each goes to the end of its index; the cases are thrown again for it, which costs less than keeping them.
fn write_keys(store: &Store, world: &World, offices: &Offices) -> anyhow::Result<()> {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let most = usize::try_from(PIECE).unwrap_or(usize::MAX);
    for (office, numbers) in offices {
        let mut keys: Vec<(String, i64)> = numbers
            .iter()
            .filter_map(|number| world.case(*number))
            .flat_map(|case| case.keys().collect::<Vec<_>>())
            .collect();
        keys.sort();
        rows.extend(
            keys.into_iter()
                .map(|(key, number)| vec![office.as_str().into(), key.into(), number.into()]),
        );
        if rows.len() >= most {
            flush_keys(store, &mut rows)?;
        }
    }
    flush_keys(store, &mut rows)
}

fn flush_keys(store: &Store, rows: &mut Vec<Vec<Cell>>) -> anyhow::Result<()> {
    store.write(|db| {
        bulk::make_room(db)?;
        bulk::insert_rows(db, "case_search_keys", "office, key, application_id", rows)
    })?;
    rows.clear();
    Ok(())
}

/// A form as an invented person fills it in.
fn form(today: Date) -> anyhow::Result<FrozenForm> {
    const SECTIONS: [(Section, &[(&str, &str)]); 6] = [
        (
            Section::Person,
            &[
                ("family", "見本"),
                ("given", "花子"),
                ("family_kana", "ミホン"),
                ("given_kana", "ハナコ"),
                ("dob_y", "1988"),
                ("dob_m", "4"),
                ("dob_d", "27"),
                ("sex", "f"),
            ],
        ),
        (
            Section::Register,
            &[
                ("kind", "new"),
                ("honseki_pref", "14"),
                ("honseki_city", "横浜市中区"),
                ("left_y", "2020"),
                ("left_m", "4"),
                ("left_d", "1"),
                ("return_plan", "no"),
            ],
        ),
        (
            Section::Contact,
            &[("tel", "+44 20 7946 0000"), ("country", "英国")],
        ),
        (Section::Photo, &[("photo_how", "paste")]),
        (
            Section::Offices,
            &[
                ("file_at", "mission"),
                ("file_mission", "emb-gb"),
                ("pickup_at", "mission"),
                ("pickup_mission", "emb-gb"),
            ],
        ),
        (Section::Certs, &[("insurance", "no")]),
    ];
    let mut draft = Draft::default();
    for (section, typed) in SECTIONS {
        draft.set(section, &typed.iter().copied().collect());
    }
    let application = draft.read(today).application();
    let application = application
        .ok()
        .context("the invented form is not complete")?;
    let email = EmailAddress::parse("seed@example.com").ok();
    Ok(FrozenForm::of(
        &application,
        &email.context("the invented address is none")?,
    ))
}

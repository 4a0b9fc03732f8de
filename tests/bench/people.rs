//! Those who apply: the invented people of the samples, with rare characters in their names and long addresses all over the world.

use jiff::civil::{Date, date};
use tsubame::domain::answers::Answers;
use tsubame::domain::application::draft::Draft;
use tsubame::domain::application::frozen::FrozenForm;
use tsubame::domain::application::section::Section;
use tsubame::domain::email::EmailAddress;
use tsubame::reference::municipalities::prefectures;

const SAMPLES: &str = include_str!("../data/sample-applicants.csv");
/// The day of the samples' applications.
const TODAY: Date = date(2026, 11, 24);

/// Somebody, with what she types into each section.
pub(crate) struct Applicant {
    pub(crate) email: String,
    pub(crate) sections: Vec<(Section, Vec<(&'static str, String)>)>,
    /// The form her answers make.
    pub(crate) form: FrozenForm,
}

/// A row of the samples, by its columns' names.
struct Row {
    names: csv::StringRecord,
    values: csv::StringRecord,
}

impl Row {
    fn get(&self, name: &str) -> &str {
        &self.values[self.names.iter().position(|one| one == name).unwrap()]
    }
}

/// Everybody who gets as far as a form by herself: the others need a representative, or are refused.
pub(crate) fn all() -> Vec<Applicant> {
    let mut reader = csv::Reader::from_reader(SAMPLES.as_bytes());
    let names = reader.headers().unwrap().clone();
    let rows = reader.records().map(|values| Row {
        names: names.clone(),
        values: values.unwrap(),
    });
    let people: Vec<Applicant> = rows.filter_map(|row| applicant(&row)).collect();
    assert!(
        people.len() >= 60,
        "only {} samples make a form",
        people.len()
    );
    people
}

fn applicant(row: &Row) -> Option<Applicant> {
    let sections = vec![
        (Section::Person, person(row)),
        (Section::Register, register(row)),
        (Section::Contact, contact(row)),
        (Section::Photo, vec![("photo_how", "paste".to_owned())]),
        (Section::Offices, offices(row)),
        (Section::Certs, vec![("insurance", "no".to_owned())]),
    ];
    let mut draft = Draft::default();
    for (section, typed) in &sections {
        let answers: Answers = typed
            .iter()
            .map(|(field, text)| (*field, text.as_str()))
            .collect();
        draft.set(*section, &answers);
    }
    let application = draft.read(TODAY).application().ok()?;
    let email = row.get("email").to_owned();
    let form = FrozenForm::of(&application, &EmailAddress::parse(&email).ok()?);
    Some(Applicant {
        email,
        sections,
        form,
    })
}

fn date_fields(names: [&'static str; 3], date: &str) -> Vec<(&'static str, String)> {
    names
        .into_iter()
        .zip(date.split('-').map(str::to_owned))
        .collect()
}

fn person(row: &Row) -> Vec<(&'static str, String)> {
    let columns = [
        ("family", "surname_kanji"),
        ("given", "given_kanji"),
        ("family_kana", "surname_kana"),
        ("given_kana", "given_kana"),
    ];
    let mut typed: Vec<_> = columns
        .map(|(field, column)| (field, row.get(column).to_owned()))
        .into();
    typed.extend(date_fields(
        ["dob_y", "dob_m", "dob_d"],
        row.get("birth_date"),
    ));
    typed.push(("sex", row.get("sex").to_lowercase()));
    typed
}

fn register(row: &Row) -> Vec<(&'static str, String)> {
    let (name, code) = (row.get("honseki_name"), row.get("honseki_code"));
    let prefecture = prefectures().iter().find(|one| code.starts_with(&one.code));
    let city = prefecture
        .and_then(|one| name.strip_prefix(one.name.as_str()))
        .unwrap_or(name);
    let mut typed = vec![
        ("kind", row.get("application_type").to_owned()),
        ("reissue_reason", row.get("reissue_reason").to_owned()),
        (
            "honseki_pref",
            prefecture.map(|one| one.code.clone()).unwrap_or_default(),
        ),
        ("honseki_city", city.to_owned()),
        ("last_city", row.get("last_municipality_name").to_owned()),
        ("return_plan", "no".to_owned()),
    ];
    typed.extend(date_fields(
        ["left_y", "left_m", "left_d"],
        row.get("departure_date"),
    ));
    typed
}

fn contact(row: &Row) -> Vec<(&'static str, String)> {
    let town = ["address_city", "address_state", "address_postal_code"]
        .map(|column| row.get(column))
        .join(" ");
    let lines = [
        row.get("address_line1"),
        row.get("address_line2"),
        town.trim(),
        row.get("address_native"),
    ];
    let address: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    vec![
        ("tel", row.get("phone").to_owned()),
        ("country", row.get("residence_country").to_owned()),
        ("address", address.join("\n")),
    ]
}

fn offices(row: &Row) -> Vec<(&'static str, String)> {
    let mission = row.get("mission_id");
    let pickup = if mission.is_empty() {
        "honseki"
    } else {
        "mission"
    };
    vec![
        ("file_at", "honseki".to_owned()),
        ("pickup_at", pickup.to_owned()),
        ("pickup_mission", mission.to_owned()),
    ]
}

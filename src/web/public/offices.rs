//! The offices for everybody (`/offices`): by country, prefecture or name, and what each said about itself.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::office_code::OfficeCode;
use crate::domain::text;
use crate::i18n::Lang;
use crate::reference::municipalities::prefectures;
use crate::reference::{countries, missions, municipality_search};
use crate::storage::offices::{self, Office};
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::Choice;
use crate::web::frame::Frame;
use crate::web::office_facts::{self, Fact, Whereabouts, Words};

/// More would not be read; whoever gets so many is asked for more letters.
const LONGEST_LIST: usize = 60;
const LONGEST_QUERY: usize = 60;

/// What is looked for.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct OfficeQuery {
    /// A country, an office or a municipality, as typed.
    #[serde(default)]
    pub q: String,
    /// A prefecture's two digits.
    #[serde(default)]
    pub pref: String,
}

impl OfficeQuery {
    /// Whether anything is looked for.
    pub fn is_empty(&self) -> bool {
        self.typed().is_empty() && self.pref.is_empty()
    }

    fn typed(&self) -> String {
        text::trimmed(&self.q).chars().take(LONGEST_QUERY).collect()
    }

    /// The open offices that fit, at most [`LONGEST_LIST`], and whether there are more.
    pub fn search(&self, db: &mut Db) -> Result<(Vec<Office>, bool), StoreError> {
        let typed = self.typed();
        let mut found = Vec::new();
        if typed.is_empty() && !self.pref.is_empty() {
            found = offices::list_in_prefecture(db, &self.pref)?;
        } else if !typed.is_empty() {
            if let Some(country) = countries::named(&typed).filter(|_| self.pref.is_empty()) {
                found = offices::list_in_country(db, &country.alpha2)?;
            }
            let codes = self.named(&typed);
            let known =
                |office: &Office| found.iter().any(|one: &Office| one.code() == office.code());
            let named: Vec<Office> = offices::list_named(db, &codes)?
                .into_iter()
                .filter(|office| !known(office))
                .collect();
            found.extend(named);
        }
        let has_more = found.len() > LONGEST_LIST;
        found.truncate(LONGEST_LIST);
        Ok((found, has_more))
    }

    /// Codes of the offices with such a name.
    fn named(&self, typed: &str) -> Vec<&'static str> {
        let folded = typed.to_lowercase();
        let has = |name: &str| name.to_lowercase().contains(&folded);
        let of_missions = missions::known()
            .filter(|one| {
                self.pref.is_empty()
                    && [
                        &one.name_ja,
                        &one.name_en,
                        &one.city_ja,
                        &one.city_en,
                        &one.id,
                    ]
                    .into_iter()
                    .any(|name| has(name))
            })
            .map(|one| one.id.as_str());
        let places = prefectures()
            .iter()
            .filter(|one| self.pref.is_empty() || one.code == self.pref)
            .flat_map(|one| municipality_search::beginning_with(&one.code, typed, LONGEST_LIST))
            .map(|one| one.code.as_str());
        of_missions.chain(places).take(LONGEST_LIST + 1).collect()
    }
}

/// A line of the list.
pub struct Line {
    /// The office's name.
    pub name: Words,
    /// Its code.
    pub code: String,
}

/// The lines of a list.
pub fn lines_of(lang: Lang, found: &[Office]) -> Vec<Line> {
    let line = |office: &Office| Line {
        name: office_facts::name_of(lang, office),
        code: office.code().to_string(),
    };
    found.iter().map(line).collect()
}

/// The prefectures as a list to choose from.
pub fn prefecture_choices(lang: Lang) -> Vec<Choice> {
    let name = |one: &crate::reference::municipalities::Prefecture| match lang {
        Lang::Ja => one.name.clone(),
        Lang::En => one.english.clone(),
    };
    prefectures()
        .iter()
        .map(|one| Choice::new(&one.code, name(one)))
        .collect()
}

#[derive(Template)]
#[template(path = "public/offices.html")]
struct OfficesPage<'a> {
    f: &'a Frame,
    query: OfficeQuery,
    prefectures: Vec<Choice>,
    found: Vec<Line>,
    has_more: bool,
}

/// `GET /offices?q=&pref=`
pub async fn show_offices(
    frame: Frame,
    app: web::Data<App>,
    query: web::Query<OfficeQuery>,
) -> Result<HttpResponse, AppError> {
    let query = query.into_inner();
    let asked = query.clone();
    let (found, has_more) = app.read(move |db| asked.search(db)).await?;
    frame.ok(&OfficesPage {
        f: &frame,
        prefectures: prefecture_choices(frame.lang),
        found: lines_of(frame.lang, &found),
        has_more,
        query,
    })
}

#[derive(Template)]
#[template(path = "public/office.html")]
struct OfficePage<'a> {
    f: &'a Frame,
    name: Words,
    is_open: bool,
    place: Whereabouts,
    facts: Vec<Fact>,
    checked: String,
    is_stale: bool,
    zone: String,
}

/// `GET /offices/{code}`
pub async fn show_office(
    frame: Frame,
    app: web::Data<App>,
    code: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let code = OfficeCode::parse(&code).map_err(|_none| AppError::NotFound)?;
    let office = app
        .read(move |db| offices::find_office(db, &code))
        .await?
        .ok_or(AppError::NotFound)?;
    let today = office_facts::today_at(&office, app.clock.now());
    frame.ok(&OfficePage {
        f: &frame,
        name: office_facts::name_of(frame.lang, &office),
        is_open: office.is_open,
        place: office_facts::whereabouts(&frame, &office),
        facts: office_facts::facts(&frame, &office, today),
        checked: office_facts::checked(&frame, &office, today),
        is_stale: office_facts::is_stale(&office, today),
        zone: office.entry.zone.clone(),
    })
}

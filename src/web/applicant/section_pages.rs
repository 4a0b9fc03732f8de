//! The page structs of the sections: what each template shows beside the fields.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use jiff::civil::Date;

use super::office_advice;
use super::session::{Case, birth_date};
use crate::domain::answers::Answers;
use crate::domain::application::municipality::{self, FILING, HONSEKI, MunicipalityFields, PICKUP};
use crate::domain::application::person::AGE_OF_ACTING;
use crate::domain::application::section::Section;
use crate::domain::application::{contact, register};
use crate::domain::calendar::age_on;
use crate::domain::email::EmailAddress;
use crate::i18n::Lang;
use crate::reference::countries::{self, Country};
use crate::reference::missions;
use crate::reference::municipalities::{Prefecture, prefectures};
use crate::storage::Db;
use crate::storage::offices::{self, Office};
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::frame::Frame;
use crate::web::office_facts;

/// Which section, as of which version, and where "next" leads.
#[derive(Debug, Clone, Copy)]
pub struct SectionPage {
    /// The section.
    pub section: Section,
    /// The saved version the page shows; 0 when nothing was saved yet.
    pub version: i64,
    /// Whether she came from the check page.
    pub from_review: bool,
}

/// What all section templates show around their fields.
struct Head<'a> {
    f: &'a Frame,
    v: FormView,
    case: &'a Case,
    page: SectionPage,
}

impl Head<'_> {
    fn title(&self) -> String {
        self.f
            .t(&format!("section-{}", self.page.section.as_str()))
            .into_owned()
    }

    /// 「申請する人　1／6」; the representative's page is not counted, most people never see it.
    fn count(&self) -> Option<String> {
        let number = Section::ALL
            .iter()
            .position(|section| *section == self.page.section)?
            + 1;
        (self.page.section != Section::Agent).then(|| {
            self.f.t2(
                "section-count",
                ("title", &self.title()),
                ("number", &number.to_string()),
            )
        })
    }

    fn action(&self) -> String {
        self.f.to(self.case.page(self.page.section.as_str()))
    }

    fn back(&self) -> String {
        if self.page.from_review {
            self.case.page("review")
        } else {
            self.case.home()
        }
    }
}

macro_rules! section_template {
    ($name:ident, $path:literal { $($field:ident: $type:ty),* $(,)? }) => {
        #[derive(Template)]
        #[template(path = $path)]
        struct $name<'a> { f: &'a Frame, s: Head<'a>, $($field: $type),* }
    };
}

section_template!(PersonPage, "applicant/person.html" { sexes: Vec<Choice> });
section_template!(RegisterPage, "applicant/register.html" {
    kinds: Vec<Choice>, reasons: Vec<Choice>, prefectures: Vec<Choice>, candidates: Vec<Choice>, plans: Vec<Choice>,
});
section_template!(ContactPage, "applicant/contact.html" { email: String });
section_template!(OfficesPage, "applicant/offices.html" {
    filings: Vec<Choice>, filing_missions: Vec<Choice>, filing_candidates: Vec<Choice>,
    pickups: Vec<Choice>, pickup_missions: Vec<Choice>, pickup_candidates: Vec<Choice>,
    filing_prefectures: Vec<Choice>, pickup_prefectures: Vec<Choice>, is_under_15: bool,
});
impl OfficesPage<'_> {
    /// The attributes of a list of offices: the script fills it, and it is hidden while it is empty.
    fn list_of(field: &str, offices: &[Choice]) -> String {
        let hidden = if offices.is_empty() { " hidden" } else { "" };
        format!("id=\"{field}-list\" data-field=\"{field}\"{hidden}")
    }
}

section_template!(CertsPage, "applicant/certs.html" { is_under_15: bool, insurances: Vec<Choice> });
section_template!(AgentPage, "applicant/agent.html" { kinds: Vec<Choice>, relations: Vec<Choice>, is_under_15: bool });

/// A section's page with `status`.
pub async fn render(
    frame: &Frame,
    status: StatusCode,
    case: &Case,
    page: SectionPage,
    v: FormView,
    today: Date,
) -> Result<HttpResponse, AppError> {
    let answers = v.answers().clone();
    let s = Head {
        f: frame,
        v,
        case,
        page,
    };
    let f = frame;
    let is_under_15 = case
        .section("person")
        .and_then(birth_date)
        .is_some_and(|birth| age_on(birth, today) < AGE_OF_ACTING);
    match page.section {
        Section::Person => frame.page(
            status,
            &PersonPage {
                f,
                s,
                sexes: choices(f, "person-sex", &["m", "f"]),
            },
        ),
        Section::Register => frame.page(status, &register_page(f, s, &answers)),
        Section::Contact => {
            let email = EmailAddress::parse(&case.email)
                .map(|email| email.masked())
                .unwrap_or_default();
            frame.page(status, &ContactPage { f, s, email })
        }
        Section::Offices => {
            let said = offices_said(frame, case, &answers).await?;
            frame.page(status, &offices_page(f, s, &answers, &said, is_under_15))
        }
        Section::Certs => {
            let insurances = ["yes", "no", "unknown"]
                .map(|value| Choice::new(value, f.t(value)))
                .into();
            frame.page(
                status,
                &CertsPage {
                    f,
                    s,
                    is_under_15,
                    insurances,
                },
            )
        }
        Section::Agent => frame.page(status, &agent_page(f, s, is_under_15)),
        Section::Photo => Err(AppError::NotFound),
    }
}

fn agent_page<'a>(f: &'a Frame, s: Head<'a>, is_under_15: bool) -> AgentPage<'a> {
    AgentPage {
        f,
        s,
        kinds: choices(f, "agent-kind", &["parent", "guardian", "proxy"]),
        relations: choices(f, "agent-relation", &["father", "mother", "other"]),
        is_under_15,
    }
}

fn choices(f: &Frame, stem: &str, values: &[&str]) -> Vec<Choice> {
    values
        .iter()
        .map(|value| Choice::new(*value, f.t(&format!("{stem}-{value}"))))
        .collect()
}

fn register_page<'a>(f: &'a Frame, s: Head<'a>, answers: &Answers) -> RegisterPage<'a> {
    let mut kinds = choices(f, "register-kind", &["new", "renewal", "reissue"]);
    if let Some(reissue) = kinds.last_mut() {
        reissue.shows = "reissue";
    }
    let mut plans = choices(f, "register-return", &["no", "within6m", "unknown"]);
    for plan in plans.iter_mut().filter(|plan| plan.value == "within6m") {
        plan.hint = f.t("register-return-warning").into_owned();
    }
    RegisterPage {
        f,
        s,
        kinds,
        reasons: choices(
            f,
            "register-reason",
            &["lost", "stolen", "damaged", "fault"],
        ),
        prefectures: prefecture_choices(f.lang),
        candidates: candidate_choices(answers, HONSEKI),
        plans,
    }
}

/// Every prefecture, in the order of their codes.
pub fn prefecture_choices(lang: Lang) -> Vec<Choice> {
    let name = |prefecture: &Prefecture| {
        if lang == Lang::Ja {
            prefecture.name.clone()
        } else {
            prefecture.english.clone()
        }
    };
    prefectures()
        .iter()
        .map(|prefecture| Choice::new(&prefecture.code, name(prefecture)))
        .collect()
}

/// Municipalities that the typed pickup place may mean.
pub fn pickup_candidates(answers: &Answers) -> Vec<Choice> {
    candidate_choices(answers, PICKUP)
}

/// Municipalities that a typed name may mean. They are names of places: Japanese in both languages.
pub fn candidate_choices(answers: &Answers, fields: MunicipalityFields) -> Vec<Choice> {
    municipality::candidates(answers, fields)
        .iter()
        .map(|one| Choice::new(&one.code, one.full_name()))
        .collect()
}

fn country_of_residence(case: &Case) -> Option<&'static Country> {
    case.section("contact")
        .and_then(|contact| contact::country_of(&contact.answers))
}

/// What the missions that are listed or chosen said about post and appointments, in one line each, by their codes.
async fn offices_said(
    frame: &Frame,
    case: &Case,
    answers: &Answers,
) -> Result<BTreeMap<String, String>, AppError> {
    let home = country_of_residence(case);
    let mut codes = Vec::new();
    for (at, country, mission) in [
        ("file_at", "file_country", "file_mission"),
        ("pickup_at", "pickup_country", "pickup_mission"),
    ] {
        if answers.is(at, "mission") {
            let country = countries::named(answers.get(country)).or(home);
            let listed = country.map(|country| missions::in_country(&country.alpha2));
            codes.extend(listed.unwrap_or_default().iter().map(|one| one.id.clone()));
            codes.push(answers.get(mission).to_owned());
        }
    }
    if codes.is_empty() {
        return Ok(BTreeMap::new());
    }
    let read = move |db: &mut Db| {
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        offices::list_named(db, &codes)
    };
    let known = frame.app().read(read).await?;
    let form = office_advice::form_of(case);
    let in_short = |office: &Office| {
        let words = office_facts::in_short(frame, office, form).unwrap_or_default();
        (office.code().to_string(), words)
    };
    Ok(known.iter().map(in_short).collect())
}

/// Lists are sent for the ways that were chosen, and asked for with a button otherwise: all of them together weigh as much as two pages.
fn offices_page<'a>(
    f: &'a Frame,
    s: Head<'a>,
    answers: &Answers,
    said: &BTreeMap<String, String>,
    is_under_15: bool,
) -> OfficesPage<'a> {
    let honseki = s
        .case
        .section("register")
        .and_then(|register| register::honseki_of(&register.answers));
    let hint = honseki.map_or_else(
        || f.t("offices-file-honseki-unknown").into_owned(),
        |honseki| f.t1("offices-file-honseki-hint", "city", honseki.full_name()),
    );
    let filings = vec![
        Choice::new("honseki", f.t("offices-file-honseki")).hint(hint),
        Choice::new("mission", f.t("offices-file-mission")).shows("filing-mission"),
        Choice::new("municipality", f.t("offices-file-municipality")).shows("filing-municipality"),
    ];
    let pickups = vec![
        Choice::new("same", f.t("offices-pickup-same")),
        Choice::new("honseki", f.t("offices-pickup-honseki")),
        Choice::new("mission", f.t("offices-pickup-mission")).shows("pickup-mission"),
        Choice::new("municipality", f.t("offices-pickup-municipality"))
            .shows("pickup-municipality"),
    ];
    let home = country_of_residence(s.case);
    let missions = |at: &str, country: &str, mission: &str| {
        let country = countries::named(answers.get(country)).or(home);
        if answers.is(at, "mission") {
            mission_choices(f.lang, country, answers.get(mission), said)
        } else {
            Vec::new()
        }
    };
    let prefectures = |at: &str| {
        if answers.is(at, "municipality") {
            prefecture_choices(f.lang)
        } else {
            Vec::new()
        }
    };
    OfficesPage {
        filing_missions: missions("file_at", "file_country", "file_mission"),
        pickup_missions: missions("pickup_at", "pickup_country", "pickup_mission"),
        filing_candidates: candidate_choices(answers, FILING),
        pickup_candidates: candidate_choices(answers, PICKUP),
        filing_prefectures: prefectures("file_at"),
        pickup_prefectures: prefectures("pickup_at"),
        filings,
        pickups,
        is_under_15,
        f,
        s,
    }
}

/// The open missions of the country typed, else of the country she lives in; and in any case the one chosen before.
fn mission_choices(
    lang: Lang,
    country: Option<&'static Country>,
    chosen: &str,
    said: &BTreeMap<String, String>,
) -> Vec<Choice> {
    let mut offered = country
        .map(|country| missions::in_country(&country.alpha2))
        .unwrap_or_default();
    offered.retain(|mission| said.contains_key(&mission.id));
    if let Some(chosen) =
        missions::mission(chosen).filter(|chosen| !offered.iter().any(|one| one.id == chosen.id))
    {
        offered.push(chosen);
    }
    offered
        .into_iter()
        .map(|mission| {
            let hint = said.get(&mission.id).cloned().unwrap_or_default();
            Choice::new(&mission.id, mission.name(lang == Lang::Ja)).hint(hint)
        })
        .collect()
}

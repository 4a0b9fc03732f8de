//! What an office says about itself (S09): its manager writes it, everybody reads it at `/offices/{code}`.
//!
//! A save makes a version and is compared with the one the page showed; who comes second sees the latest version and what she typed (409). "Everything
//! is right" records the check without changing anything. The administration's page (M02) is this one for any office.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::civil::Date;
use serde::Deserialize;

use super::session::Staff;
use super::shell::Shell;
use crate::domain::answers::Answers;
use crate::domain::office::closing::{self, Calendar};
use crate::domain::office::settings::{Booking, PinSetting, Proxy};
use crate::domain::office::settings_form::{self, HOURS, MAIL, MailFields, POLICIES};
use crate::domain::office::settings_shown;
use crate::domain::office_code::OfficeCode;
use crate::storage::offices::{self, Office, OfficeVersion, SaveSettings};
use crate::storage::staff;
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office_facts::{self, Words};

/// Holidays of both calendars are suggested for so many days ahead.
const SUGGESTED_DAYS: i32 = 200;
const VERSIONS_SHOWN: i64 = 20;

/// A holiday that may be ticked.
struct Suggested {
    name: String,
    value: String,
    label: String,
    is_ticked: bool,
    lang: Option<&'static str>,
}

/// A version, as a line.
struct Version {
    number: i64,
    saved_at: String,
    changed: String,
}

#[derive(Template)]
#[template(path = "office/settings.html")]
struct SettingsPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    name: Words,
    code: String,
    action: String,
    version: i64,
    checked: String,
    is_stale: bool,
    japan: Vec<Suggested>,
    place: Vec<Suggested>,
    versions: Vec<Version>,
    is_saved: bool,
}

impl SettingsPage<'_> {
    fn days(&self) -> Vec<(&'static str, String)> {
        let name = |(number, field): (usize, &'static str)| {
            (field, self.f.t(&format!("facts-day-{number}")).into_owned())
        };
        (1..).zip(HOURS).map(name).collect()
    }

    fn mail() -> &'static [MailFields] {
        &MAIL
    }

    fn form(&self, fields: &MailFields) -> String {
        let form = fields.form.as_str();
        self.f.t(&format!("facts-form-{form}")).into_owned()
    }

    fn policies(&self) -> Vec<Choice> {
        POLICIES
            .iter()
            .map(|(policy, value)| Choice::new(*value, self.f.t(office_facts::policy_key(*policy))))
            .collect()
    }

    fn bookings(&self) -> Vec<Choice> {
        self.choices("facts-booking", Booking::ALL.iter().map(|one| one.as_str()))
    }

    fn proxies(&self) -> Vec<Choice> {
        self.choices("facts-proxy", Proxy::ALL.iter().map(|one| one.as_str()))
    }

    fn pins(&self) -> Vec<Choice> {
        self.choices("facts-pins", PinSetting::ALL.iter().map(|one| one.as_str()))
    }

    fn choices(&self, stem: &str, values: impl Iterator<Item = &'static str>) -> Vec<Choice> {
        values
            .map(|value| Choice::new(value, self.f.t(&format!("{stem}-{value}"))))
            .collect()
    }
}

/// What the page says besides.
#[derive(Debug, Deserialize)]
pub struct SettingsQuery {
    #[serde(default)]
    saved: String,
}

/// One office's settings before somebody who may change them.
pub struct Desk<'a> {
    /// The page's frame.
    pub frame: &'a Frame,
    /// The app.
    pub app: &'a web::Data<App>,
    /// Who.
    pub staff: &'a Staff,
    /// Which office.
    pub office: OfficeCode,
    /// The page's path, without the language.
    pub path: String,
}

impl Desk<'_> {
    async fn load(&self) -> Result<(Office, Vec<OfficeVersion>), AppError> {
        let code = self.office.clone();
        self.app
            .read(move |db| {
                let office = offices::find_office(db, &code)?;
                let mut versions = offices::list_versions(db, &code, VERSIONS_SHOWN)?;
                let actors = versions.iter().map(|version| version.saved_by.as_str());
                let names = staff::names_of_actors(db, actors)?;
                for version in &mut versions {
                    if let Some(name) = names.get(&version.saved_by) {
                        version.saved_by.clone_from(name);
                    }
                }
                Ok(office.map(|office| (office, versions)))
            })
            .await?
            .ok_or(AppError::NotFound)
    }

    async fn render(
        &self,
        status: StatusCode,
        v: FormView,
        version: i64,
        is_saved: bool,
    ) -> Result<HttpResponse, AppError> {
        let (office, versions) = self.load().await?;
        let today = office_facts::today_at(&office, self.app.clock.now());
        let suggested = |calendar| suggestions(self.frame, &office, v.answers(), today, calendar);
        let page = SettingsPage {
            f: self.frame,
            s: Shell::load(self.frame, self.app, self.staff).await?,
            name: office_facts::name_of(self.frame.lang, &office),
            code: self.office.to_string(),
            action: self.frame.to(&self.path),
            version,
            checked: office_facts::checked(self.frame, &office, today),
            is_stale: office_facts::is_stale(&office, today),
            japan: suggested(Calendar::Japan),
            place: suggested(Calendar::Place),
            versions: versions
                .iter()
                .map(|one| version_line(self.frame, &office, one))
                .collect(),
            is_saved,
            v,
        };
        self.frame.page(status, &page)
    }

    /// The page.
    pub async fn show(&self, query: &SettingsQuery) -> Result<HttpResponse, AppError> {
        let (office, _) = self.load().await?;
        let v = FormView::of(settings_shown::answers_of(&office.settings));
        self.render(StatusCode::OK, v, office.version, query.saved == "1")
            .await
    }

    /// What was posted: settings to be saved, or the word that all of it is right.
    pub async fn take(&self, form: ProtectedForm) -> Result<HttpResponse, AppError> {
        let answers = match form.open(self.frame) {
            Ok(answers) => answers,
            Err(OldPage(answers)) => {
                let version = version_in(&answers);
                let v = FormView::of(answers).with_note(self.frame.t("note-old-page"));
                return self
                    .render(StatusCode::UNPROCESSABLE_ENTITY, v, version, false)
                    .await;
            }
        };
        let outcome = if answers.is("go", "checked") {
            self.check(version_in(&answers)).await
        } else {
            let checked = settings_form::read(&answers);
            let Some(settings) = checked.value else {
                let version = version_in(&answers);
                let v = FormView::of(answers).with_problems(self.frame, &checked.problems);
                return self
                    .render(StatusCode::UNPROCESSABLE_ENTITY, v, version, false)
                    .await;
            };
            let (code, actor, now) = (
                self.office.clone(),
                self.staff.actor(),
                self.app.clock.now(),
            );
            let expected_version = version_in(&answers);
            let saved = self.app.write(move |db| {
                let save = SaveSettings {
                    office: &code,
                    expected_version,
                    settings: &settings,
                    actor: &actor,
                };
                offices::save_settings(db, &save, now)
            });
            saved.await.map(|_version| ())
        };
        match outcome {
            Ok(()) => Ok(self.frame.see_other(&format!("{}?saved=1", self.path))),
            Err(AppError::Stale) => self.conflict(&answers).await,
            Err(error) => Err(error),
        }
    }

    async fn check(&self, expected_version: i64) -> Result<(), AppError> {
        let (office, _) = self.load().await?;
        let (code, actor, now) = (
            self.office.clone(),
            self.staff.actor(),
            self.app.clock.now(),
        );
        let today = office_facts::today_at(&office, now);
        self.app
            .write(move |db| offices::set_checked(db, &code, expected_version, &actor, today, now))
            .await
    }

    /// Somebody saved first: the latest settings, and beside them what was typed here.
    async fn conflict(&self, typed: &Answers) -> Result<HttpResponse, AppError> {
        let (office, _) = self.load().await?;
        let latest = settings_shown::answers_of(&office.settings);
        let yours = typed
            .iter()
            .filter(|(field, text)| {
                !["csrf", "version", "go"].contains(field)
                    && !text.is_empty()
                    && latest.get(field) != *text
            })
            .map(|(_, text)| text.to_owned())
            .collect();
        let v = FormView::of(latest)
            .with_note(self.frame.t("note-stale"))
            .with_yours(yours);
        self.render(StatusCode::CONFLICT, v, office.version, false)
            .await
    }
}

fn version_in(answers: &Answers) -> i64 {
    answers.get("version").parse().unwrap_or(-1)
}

fn suggestions(
    frame: &Frame,
    office: &Office,
    answers: &Answers,
    today: Date,
    calendar: Calendar,
) -> Vec<Suggested> {
    let listed = &office.settings.closing_days;
    closing::suggestions(office.code(), listed, today, SUGGESTED_DAYS)
        .iter()
        .filter(|one| one.calendar == calendar)
        .map(|one| {
            let (name, value) = settings_shown::box_of(one);
            let words = &one.day.name;
            let (holiday, lang) = words
                .for_reader(frame.lang == crate::i18n::Lang::Ja && calendar == Calendar::Japan)
                .unwrap_or_default();
            let mut label = format!("{} {holiday}", frame.day(&one.day.date));
            if one.is_estimated {
                label.push_str(&frame.t("settings-estimated"));
            }
            Suggested {
                is_ticked: !answers.get(&name).is_empty(),
                name,
                value,
                label,
                lang: (!lang.is_empty() && lang != frame.lang.as_str()).then_some(lang),
            }
        })
        .collect()
}

fn version_line(frame: &Frame, office: &Office, version: &OfficeVersion) -> Version {
    let groups: Vec<String> = version
        .changed
        .split(' ')
        .map(|group| frame.t(&format!("settings-group-{group}")).into_owned())
        .collect();
    let saved_on = office_facts::today_at(office, version.saved_at);
    Version {
        number: version.version,
        saved_at: format!("{} {}", frame.day(&saved_on), version.saved_by),
        changed: groups.join(&frame.t("facts-short-separator")),
    }
}

const PATH: &str = "/staff/office";

fn own_desk<'a>(
    frame: &'a Frame,
    app: &'a web::Data<App>,
    staff: &'a Staff,
) -> Result<Desk<'a>, AppError> {
    Ok(Desk {
        frame,
        app,
        staff,
        office: staff.own_office()?.clone(),
        path: PATH.to_owned(),
    })
}

/// `GET /staff/office` (S09)
pub async fn show_settings(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<SettingsQuery>,
) -> Result<HttpResponse, AppError> {
    own_desk(&frame, &app, &staff)?.show(&query).await
}

/// `POST /staff/office`
pub async fn save_settings(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    own_desk(&frame, &app, &staff)?.take(form).await
}

//! The words of the notices (M03): the list, and for each wording both languages side by side, its variables, a sample of the mail, a mail to oneself,
//! and the way back to the built-in words. What is saved counts for the next mail that is written.
//!
//! The mails of the sign-in and about staff accounts are not here: their words are part of what keeps people safe.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::audit::stamp;
use super::notice_form::{answers_of, problems_of, read_wording};
use crate::domain::answers::Answers;
use crate::i18n::Lang;
use crate::notices::wording::{self, Wording};
use crate::notices::{self, Addressee, Letter, Notice};
use crate::storage::notice_texts::{self, NoticeText, NoticeTextVersion};
use crate::storage::staff;
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;
use crate::web::office::session::{self, Staff};
use crate::web::office::shell::Shell;

/// So many versions are listed.
const VERSIONS_SHOWN: usize = 10;

/// A version in one line.
struct Version {
    number: i64,
    saved: String,
    name: String,
    is_built_in: bool,
}

struct Row {
    key: String,
    subject: String,
    last: Option<Version>,
}

#[derive(Template)]
#[template(path = "admin/notices.html")]
struct ListPage<'a> {
    f: &'a Frame,
    s: Shell,
    rows: Vec<Row>,
}

impl ListPage<'_> {
    fn changed(&self, last: &Version) -> String {
        let (name, at) = (("name", last.name.as_str()), ("at", last.saved.as_str()));
        self.f.t2("notices-changed", name, at)
    }
}

/// Versions of the wordings, with names for who saved them.
async fn versions_of(
    app: &web::Data<App>,
    keys: Vec<String>,
) -> Result<Vec<(String, Version)>, AppError> {
    app.read(move |db| {
        let versions = notice_texts::list_versions(db, &keys)?;
        let actors = versions.iter().map(|version| version.saved_by.as_str());
        let names = staff::names_of_actors(db, actors)?;
        let line = |version: NoticeTextVersion| {
            let name = names.get(&version.saved_by).unwrap_or(&version.saved_by);
            let line = Version {
                number: version.version,
                saved: stamp(version.saved_at),
                name: name.clone(),
                is_built_in: version.is_built_in,
            };
            (version.notice, line)
        };
        Ok(versions.into_iter().map(line).collect())
    })
    .await
}

/// `GET /admin/notices` (M03)
pub async fn list_notices(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
) -> Result<HttpResponse, AppError> {
    let samples = wording::samples(frame.lang);
    let keys = samples.iter().map(|(key, _)| key.clone()).collect();
    let mut versions = versions_of(&app, keys).await?;
    let row = |(key, sample): (String, Notice)| {
        let built_in = wording::built_in(&sample).unwrap_or_default();
        let at = versions.iter().rposition(|(notice, _)| *notice == key);
        Row {
            subject: built_in.of(frame.lang).subject.clone(),
            last: at.map(|at| versions.remove(at).1),
            key,
        }
    };
    let rows = samples.into_iter().map(row).collect();
    frame.ok(&ListPage {
        f: &frame,
        s: Shell::load(&frame, &app, &staff).await?,
        rows,
    })
}

/// A mail as it would be read.
struct Sample {
    lang: &'static str,
    subject: String,
    text: String,
}

#[derive(Template)]
#[template(path = "admin/notice.html")]
struct NoticePage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    key: String,
    version: i64,
    variables: Vec<(String, bool)>,
    samples: Vec<Sample>,
    versions: Vec<Version>,
    is_changed: bool,
    done: Option<&'static str>,
}

/// One wording before somebody who may change it.
struct Desk<'a> {
    frame: &'a Frame,
    app: &'a web::Data<App>,
    staff: &'a Staff,
    key: String,
    /// About an invented case, in each language.
    samples: [(Lang, Notice); 2],
}

/// What the page shows besides the form.
struct Shown<'a> {
    status: StatusCode,
    v: FormView,
    version: i64,
    preview: Option<&'a Wording>,
    done: Option<&'static str>,
}

impl<'a> Desk<'a> {
    fn of(
        frame: &'a Frame,
        app: &'a web::Data<App>,
        staff: &'a Staff,
        key: &str,
    ) -> Result<Self, AppError> {
        let sample = |lang: Lang| {
            let found = wording::samples(lang)
                .into_iter()
                .find(|(known, _)| known == key);
            found
                .map(|(_, notice)| (lang, notice))
                .ok_or(AppError::NotFound)
        };
        Ok(Self {
            frame,
            app,
            staff,
            key: key.to_owned(),
            samples: [sample(Lang::Ja)?, sample(Lang::En)?],
        })
    }

    fn sample(&self) -> &Notice {
        let [(_, notice), _] = &self.samples;
        notice
    }

    fn built_in(&self) -> Wording {
        wording::built_in(self.sample()).unwrap_or_default()
    }

    /// The words in force, and their version; the built-in ones are version 0 until somebody wrote over them.
    async fn in_force(&self) -> Result<(Wording, i64, bool), AppError> {
        let key = self.key.clone();
        let latest = self
            .app
            .read(move |db| notice_texts::find_latest(db, &key))
            .await?;
        Ok(match latest {
            Some(text) if !text.is_built_in => {
                let version = text.version;
                (notices::wording_of(text), version, true)
            }
            Some(text) => (self.built_in(), text.version, false),
            None => (self.built_in(), 0, false),
        })
    }

    fn letter(&self, (lang, sample): &(Lang, Notice), words: &Wording) -> Result<Letter, AppError> {
        let to = Addressee {
            email: "sample@example.com",
            lang: *lang,
            name: None,
            application: None,
        };
        notices::compose_with(&self.app.letterhead(), &to, sample, Some(words))
            .map_err(AppError::unexpected)
    }

    async fn show(&self, shown: Shown<'_>) -> Result<HttpResponse, AppError> {
        let (in_force, _, is_changed) = self.in_force().await?;
        let words = shown.preview.unwrap_or(&in_force);
        let required = wording::required_variables(&self.built_in().ja);
        let variables = wording::known_variables(self.sample())
            .into_iter()
            .map(|name| (format!("{{{{{name}}}}}"), required.contains(&name)))
            .collect();
        let mut samples = Vec::new();
        for sample in &self.samples {
            let letter = self.letter(sample, words)?;
            samples.push(Sample {
                lang: sample.0.as_str(),
                subject: letter.subject,
                text: letter.text,
            });
        }
        let mut versions = versions_of(self.app, vec![self.key.clone()]).await?;
        versions.reverse();
        versions.truncate(VERSIONS_SHOWN);
        let page = NoticePage {
            f: self.frame,
            s: Shell::load(self.frame, self.app, self.staff).await?,
            v: shown.v,
            key: self.key.clone(),
            version: shown.version,
            variables,
            samples,
            versions: versions.into_iter().map(|(_, line)| line).collect(),
            is_changed,
            done: shown.done,
        };
        self.frame.page(shown.status, &page)
    }

    async fn save(&self, words: &Wording, version: i64, is_built_in: bool) -> Result<(), AppError> {
        let text = NoticeText {
            version: version + 1,
            subject_ja: words.ja.subject.clone(),
            body_ja: words.ja.body.clone(),
            subject_en: words.en.subject.clone(),
            body_en: words.en.body.clone(),
            is_built_in,
        };
        let (key, actor, now) = (self.key.clone(), self.staff.actor(), self.app.clock.now());
        self.app
            .write(move |db| notice_texts::insert_version(db, &key, &text, &actor, now))
            .await
    }

    /// Somebody saved first: what was typed stays, the sample shows what counts now, and the list says who it was (409).
    async fn conflict(&self, answers: Answers) -> Result<HttpResponse, AppError> {
        let (_, version, _) = self.in_force().await?;
        let latest = versions_of(self.app, vec![self.key.clone()]).await?.pop();
        let note = latest.map_or_else(String::new, |(_, line)| {
            self.frame
                .t2("notices-stale", ("name", &line.name), ("at", &line.saved))
        });
        self.show(Shown {
            status: StatusCode::CONFLICT,
            v: FormView::of(answers).with_note(note),
            version,
            preview: None,
            done: None,
        })
        .await
    }

    /// Sends the typed words about an invented case to whoever asks.
    async fn send_to_self(&self, words: &Wording) -> Result<(), AppError> {
        let (staff_id, now, letterhead) =
            (self.staff.id, self.app.clock.now(), self.app.letterhead());
        let (words, key, actor) = (words.clone(), self.key.clone(), self.staff.actor());
        let samples = self.samples.clone();
        self.app
            .write(move |db| -> Result<(), AppError> {
                let member = staff::get_staff(db, staff_id)?;
                for (lang, sample) in &samples {
                    let to = Addressee {
                        email: &member.email,
                        lang: *lang,
                        name: Some(&member.name),
                        application: None,
                    };
                    notices::post_with(db, &letterhead, &to, sample, Some(&words), now)?;
                }
                session::note(
                    db,
                    &actor,
                    "notice.sample-sent",
                    &format!("notice={key}"),
                    now,
                )?;
                Ok(())
            })
            .await
    }
}

/// `GET /admin/notices/{key}`
pub async fn show_notice(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    key: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let desk = Desk::of(&frame, &app, &staff, &key)?;
    let (words, version, _) = desk.in_force().await?;
    desk.show(Shown {
        status: StatusCode::OK,
        v: FormView::of(answers_of(&words)),
        version,
        preview: None,
        done: None,
    })
    .await
}

/// `POST /admin/notices/{key}`: shows a sample, sends it to oneself, saves, or takes the built-in words back; the button pressed says which.
pub async fn change_notice(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    key: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let desk = Desk::of(&frame, &app, &staff, &key)?;
    let again = |status: StatusCode, v: FormView, version: i64| Shown {
        status,
        v,
        version,
        preview: None,
        done: None,
    };
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(old) => {
            let version = version_in(&old.0);
            let v = FormView::of(old.0).with_note(frame.t("note-old-page"));
            return desk
                .show(again(StatusCode::UNPROCESSABLE_ENTITY, v, version))
                .await;
        }
    };
    let (words, version) = (read_wording(&answers), version_in(&answers));
    let go = answers.get("go").to_owned();
    if go == "reset" {
        return match desk.save(&Wording::default(), version, true).await {
            Err(AppError::Stale) => desk.conflict(answers).await,
            saved => saved.map(|()| frame.see_other(&format!("/admin/notices/{key}"))),
        };
    }
    let problems = problems_of(&desk.samples, &words);
    if !problems.is_empty() {
        let v = FormView::of(answers).with_problems(&frame, &problems);
        return desk
            .show(again(StatusCode::UNPROCESSABLE_ENTITY, v, version))
            .await;
    }
    if go == "save" {
        return match desk.save(&words, version, false).await {
            Err(AppError::Stale) => desk.conflict(answers).await,
            saved => saved.map(|()| frame.see_other(&format!("/admin/notices/{key}"))),
        };
    }
    let done = if go == "send" {
        desk.send_to_self(&words).await?;
        "notices-sent"
    } else {
        "notices-previewed"
    };
    desk.show(Shown {
        preview: Some(&words),
        done: Some(done),
        ..again(StatusCode::OK, FormView::of(answers), version)
    })
    .await
}

fn version_in(answers: &Answers) -> i64 {
    answers.get("version").parse().unwrap_or(0)
}

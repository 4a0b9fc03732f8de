//! The photo's check (A11): what the machine saw, the crop moved by buttons or by dragging, and her own word about it.
//!
//! The machine gives advice. It never refuses a face; only a file without one, or with several, cannot be used.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::corrections;
use super::photo::{from_json, next_page, save_section, to_json};
use super::session::Case;
use crate::documents::photo::{Finding, Judgement, Level, Nudge};
use crate::domain::answers::Problem;
use crate::domain::application::section::Section;
use crate::i18n;
use crate::storage::photos::{self, Photo, PhotoState};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;

/// A line of what the machine saw.
#[derive(Debug)]
pub struct CheckLine {
    /// The class of its list item.
    pub class: &'static str,
    /// How it turned out, in a word.
    pub word: String,
    /// What was seen.
    pub text: String,
    /// The PH code it comes near to.
    pub code: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "applicant/photo_check.html")]
struct CheckPage<'a> {
    f: &'a Frame,
    v: FormView,
    case: &'a Case,
    lines: Vec<CheckLine>,
    is_usable: bool,
    version: String,
}

impl CheckPage<'_> {
    fn picture(&self) -> String {
        self.f.to(format!(
            "{}?v={}",
            self.case.page("photo.jpg"),
            self.version
        ))
    }
}

fn check_page<'a>(
    frame: &'a Frame,
    case: &'a Case,
    photo: &Photo,
    v: FormView,
) -> Result<CheckPage<'a>, AppError> {
    let judgement: Judgement = from_json(&photo.findings)?;
    let lines = lines_of(frame, &judgement);
    // The picture's address changes with the crop, so that a browser shows the new one.
    let version = data_encoding::HEXLOWER
        .encode(photo.crop.as_bytes())
        .chars()
        .rev()
        .take(16)
        .collect();
    Ok(CheckPage {
        f: frame,
        v,
        case,
        lines,
        is_usable: judgement.is_usable(),
        version,
    })
}

/// What the machine saw, line by line; also for the desk.
pub fn lines_of(frame: &Frame, judgement: &Judgement) -> Vec<CheckLine> {
    judgement
        .findings()
        .iter()
        .map(|finding| check_line(frame, finding))
        .collect()
}

fn check_line(frame: &Frame, finding: &Finding) -> CheckLine {
    let (class, key) = match finding.level {
        Level::Pass => ("ok", "photo-level-pass"),
        Level::Attention => ("warn", "photo-level-attention"),
        Level::Unusable => ("ng", "photo-level-unusable"),
    };
    let facts: Vec<(&str, &str)> = finding
        .facts
        .iter()
        .map(|(name, fact)| (name.as_str(), fact.as_str()))
        .collect();
    CheckLine {
        class,
        word: frame.t(key).into_owned(),
        text: i18n::text_with(frame.lang, &finding.key(), &facts),
        code: finding.code(),
    }
}

async fn photo_being_checked(app: &web::Data<App>, case: &Case) -> Result<Option<Photo>, AppError> {
    let application = case.application.id;
    app.read(move |db| photos::find_photo(db, application, PhotoState::Checking))
        .await
}

/// `GET /a/{ref}/photo/check`
pub async fn show_check(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let case = corrections::open_photo(&frame, &app, &reference).await?;
    match photo_being_checked(&app, &case).await? {
        Some(photo) => frame.ok(&check_page(&frame, &case, &photo, FormView::default())?),
        None => Ok(frame.see_other(&case.page("photo"))),
    }
}

/// `POST /a/{ref}/photo/check`: move the crop, or use the photo.
pub async fn decide_photo(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let case = corrections::open_photo(&frame, &app, &reference).await?;
    let Some(photo) = photo_being_checked(&app, &case).await? else {
        return Ok(frame.see_other(&case.page("photo")));
    };
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(old) => {
            return frame.again(&check_page(
                &frame,
                &case,
                &photo,
                FormView::of(old.0).with_note(frame.t("note-old-page")),
            )?);
        }
    };
    if let Some(nudge) = Nudge::parse(answers.get("nudge"), answers.get("dx"), answers.get("dy")) {
        move_crop(&app, &photo, nudge).await?;
        return Ok(frame.see_other(&case.page("photo/check")));
    }
    let judgement: Judgement = from_json(&photo.findings)?;
    if !judgement.is_usable() {
        return frame.again(&check_page(&frame, &case, &photo, FormView::of(answers))?);
    }
    if !answers.is("taken", "yes") {
        let v = FormView::of(answers)
            .with_problems(&frame, &[Problem::new("taken", "error-taken-empty")]);
        return frame.again(&check_page(&frame, &case, &photo, v)?);
    }
    choose(&app, &case, &photo).await?;
    Ok(frame.see_other(&next_page(&app, &case, false, Section::Photo)))
}

async fn move_crop(app: &web::Data<App>, photo: &Photo, nudge: Nudge) -> Result<(), AppError> {
    let judgement = from_json::<Judgement>(&photo.findings)?.nudged(nudge);
    let (crop, findings) = (to_json(&judgement.crop())?, to_json(&judgement)?);
    let (application, id) = (photo.application_id, photo.id.clone());
    app.write(move |db| photos::set_crop(db, application, &id, &crop, &findings))
        .await
}

/// Her word "within six months" counts from the day she gives it.
async fn choose(app: &web::Data<App>, case: &Case, photo: &Photo) -> Result<(), AppError> {
    let (case, id, today, now) = (
        case.clone(),
        photo.id.clone(),
        app.clock.today_in_japan(),
        app.clock.now(),
    );
    app.write(move |db| {
        save_section(db, &case, "upload", now)?;
        photos::choose_photo(db, case.application.id, &id, Some(today))?;
        corrections::photo_replaced(db, &case, now)
    })
    .await
}

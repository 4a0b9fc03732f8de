//! The photo (A10): uploaded and looked at before a clerk does, or glued on later; both ways are equal.
//!
//! The machine gives advice. It never refuses a face; only a file without one, or with several, cannot be used.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::corrections;
use super::new_application::draft_end;
use super::sections::draft_of;
use super::session::{self, Case, birth_date};
use crate::documents::photo::{self, Crop, LIMITS, PhotoError, Rendering, Unusable};
use crate::domain::answers::{Answers, Problem};
use crate::domain::application::photo::is_needed;
use crate::domain::application::section::{Section, SectionState};
use crate::domain::status::Status;
use crate::security::sealing::{self, Place, Sealed};
use crate::storage::applications::ApplicationId;
use crate::storage::photos::{self, NewPhoto, Photo, PhotoState};
use crate::storage::sections::{self, SaveSection};
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::frame::Frame;
use crate::web::upload::ProtectedUpload;

#[derive(Template)]
#[template(path = "applicant/photo.html")]
struct PhotoPage<'a> {
    f: &'a Frame,
    v: FormView,
    case: &'a Case,
    is_needed: bool,
    so_far: SoFar,
    from_review: bool,
}

/// What was decided about the photo before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SoFar {
    Nothing,
    /// A picture is chosen.
    Chosen,
    /// A print will be glued on.
    Pasted,
}

impl PhotoPage<'_> {
    fn back(&self) -> String {
        if self.from_review {
            self.case.page("review")
        } else {
            self.case.home()
        }
    }

    /// The words under a drawing.
    fn example(&self, name: &str) -> std::borrow::Cow<'static, str> {
        self.f.t(&format!("photo-example-{name}"))
    }

    fn count(&self) -> String {
        self.f.t2(
            "section-count",
            ("title", &self.f.t("section-photo")),
            ("number", "4"),
        )
    }
}

fn upload_page<'a>(
    frame: &'a Frame,
    app: &App,
    case: &'a Case,
    v: FormView,
    from_review: bool,
) -> PhotoPage<'a> {
    let birth = case.section(Section::Person.as_str()).and_then(birth_date);
    PhotoPage {
        f: frame,
        v,
        case,
        is_needed: birth.is_none_or(|birth| is_needed(birth, app.clock.today_in_japan())),
        so_far: match case.section(Section::Photo.as_str()) {
            _ if case.chosen_photo.is_some() => SoFar::Chosen,
            Some(saved) if saved.answers.is("photo_how", "paste") => SoFar::Pasted,
            _ => SoFar::Nothing,
        },
        from_review,
    }
}

/// `GET /a/{ref}/photo`
pub async fn show_photo(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    query: web::Query<super::sections::SectionQuery>,
) -> Result<HttpResponse, AppError> {
    let case = corrections::open_photo(&frame, &app, &reference).await?;
    frame.ok(&upload_page(
        &frame,
        &app,
        &case,
        FormView::default(),
        query.back == "review",
    ))
}

/// `POST /a/{ref}/photo`: a file to look at, or the word that a print will be glued on.
pub async fn take_photo(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    upload: ProtectedUpload,
) -> Result<HttpResponse, AppError> {
    let case = corrections::open_photo(&frame, &app, &reference).await?;
    let upload = match upload.open(&frame) {
        Ok(upload) => upload,
        Err(old) => {
            let v = FormView::of(old.0).with_note(frame.t("note-old-page"));
            return frame.again(&upload_page(&frame, &app, &case, v, false));
        }
    };
    let from_review = upload.answers.is("back", "review");
    match upload.answers.get("go") {
        "paste" => {
            save_choice(&app, &case, "paste").await?;
            return Ok(frame.see_other(&next_page(&app, &case, from_review, Section::Photo)));
        }
        "later" => {
            return Ok(frame.see_other(&next_page(&app, &case, from_review, Section::Photo)));
        }
        _ => {}
    }
    let application = case.application.id;
    let looked_at = if upload.size > LIMITS.most_bytes {
        Err(problem_of(Unusable::TooLarge { bytes: upload.size }))
    } else {
        look_at(&app, application, upload.file).await?
    };
    match looked_at {
        Ok(()) => Ok(frame.see_other(&case.page("photo/check"))),
        Err(problem) => {
            let v = FormView::default().with_problems(&frame, &[problem]);
            frame.again(&upload_page(&frame, &app, &case, v, from_review))
        }
    }
}

/// Reads, judges, seals and keeps an upload, on a thread that may block.
async fn look_at(
    app: &web::Data<App>,
    application: ApplicationId,
    file: Vec<u8>,
) -> Result<Result<(), Problem>, AppError> {
    if file.is_empty() {
        return Ok(Err(Problem::new("photo", "error-photo-none")));
    }
    let (shared, now) = (app.clone(), app.clock.now());
    let outcome = app.draw(move || -> Result<Result<(), Problem>, AppError> {
        let upload = match photo::read_upload(&file) {
            Ok(upload) => upload,
            Err(PhotoError::Unusable(reason)) => return Ok(Err(problem_of(reason))),
            Err(PhotoError::Busy(_)) => {
                return Err(AppError::Unavailable("too many photos at once".to_owned()));
            }
        };
        let judgement = photo::judge(&upload);
        let id = Uuid::now_v7().to_string();
        let sealed = sealing::seal(shared.keys(), &place(&id), &upload.jpeg)
            .map_err(AppError::unexpected)?;
        let new = NewPhoto {
            id: &id,
            application,
            key_id: &sealed.key_id,
            sealed: &sealed.bytes,
            width: i32::try_from(upload.image.width()).map_err(AppError::unexpected)?,
            height: i32::try_from(upload.image.height()).map_err(AppError::unexpected)?,
            crop: &to_json(&judgement.crop())?,
            findings: &to_json(&judgement)?,
        };
        shared
            .store
            .write(|db| photos::insert_photo(db, &new, now))?;
        Ok(Ok(()))
    });
    outcome.await?
}

fn problem_of(reason: Unusable) -> Problem {
    reason.facts().into_iter().fold(
        Problem::new("photo", reason.key()),
        |problem, (name, fact)| problem.with(name, fact),
    )
}

/// The row a photo's sealing is bound to.
fn place(id: &str) -> Place {
    Place::of("photo", id)
}

pub(super) fn to_json(value: &impl Serialize) -> Result<String, AppError> {
    serde_json::to_string(value).map_err(AppError::unexpected)
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, AppError> {
    serde_json::from_str(text).map_err(AppError::unexpected)
}

/// Where "save and continue" leads once the photo section is done.
pub(super) fn next_page(app: &App, case: &Case, from_review: bool, done: Section) -> String {
    if from_review {
        return case.page("review");
    }
    if !case.application.status.is_before_filing() {
        return case.page("fix");
    }
    let progress = draft_of(case).read(app.clock.today_in_japan()).progress();
    let open = |(section, state): &(Section, SectionState)| *section > done && !state.is_done();
    progress
        .sections()
        .find(open)
        .map_or_else(|| case.home(), |(section, _)| case.page(section.as_str()))
}

async fn save_choice(app: &web::Data<App>, case: &Case, how: &'static str) -> Result<(), AppError> {
    let (case, now) = (case.clone(), app.clock.now());
    app.write(move |db| {
        save_section(db, &case, how, now)?;
        if how == "paste" {
            photos::discard_photos(db, case.application.id)?;
            // A print on the paper sets the photo right as well.
            corrections::photo_replaced(db, &case, now)?;
        }
        Ok::<_, StoreError>(())
    })
    .await
}

pub(super) fn save_section(
    db: &mut Db,
    case: &Case,
    how: &str,
    now: jiff::Timestamp,
) -> Result<(), StoreError> {
    let answers: Answers = [("photo_how", how)].into_iter().collect();
    let status = case.application.status;
    let save = SaveSection {
        application: case.application.id,
        section: Section::Photo.as_str(),
        answers: &answers,
        is_complete: true,
        expected_version: case
            .section(Section::Photo.as_str())
            .map_or(0, |saved| saved.version),
        expected_status: status,
        expires_at: if status == Status::Draft {
            draft_end(now)
        } else {
            case.application.expires_at
        },
    };
    sections::save_section(db, &save, now).map(|_version| ())
}

/// `GET /a/{ref}/photo.jpg`: her own photo, as it would be printed.
pub async fn show_picture(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let case = session::answers_of(&frame, &app, &reference).await?;
    let jpeg = picture(
        &app,
        case.application.id,
        Rendering::Preview,
        &[PhotoState::Checking, PhotoState::Chosen],
    )
    .await?
    .ok_or(AppError::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type("image/jpeg")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(jpeg))
}

/// The crop of the first photo there is in one of `states`, rendered; the sealed picture is opened on a thread that may block.
pub async fn picture(
    app: &web::Data<App>,
    application: ApplicationId,
    rendering: Rendering,
    states: &'static [PhotoState],
) -> Result<Option<Vec<u8>>, AppError> {
    let shared = app.clone();
    let rendered = app.draw(move || -> Result<Option<Vec<u8>>, AppError> {
        let found = shared
            .store
            .read(|db| find_sealed(db, application, states))?;
        found
            .map(|(photo, sealed)| rendered_of(&shared, &photo, &sealed, rendering))
            .transpose()
    });
    rendered.await?
}

/// The crop of the photo `id`, rendered: for a form that was made with it, whatever is chosen now.
pub async fn picture_of(
    app: &web::Data<App>,
    application: ApplicationId,
    id: String,
    rendering: Rendering,
) -> Result<Vec<u8>, AppError> {
    let shared = app.clone();
    let rendered = app.draw(move || -> Result<Vec<u8>, AppError> {
        let read = |db: &mut Db| -> Result<_, StoreError> {
            Ok((
                photos::get_photo(db, application, &id)?,
                photos::get_sealed(db, application, &id)?,
            ))
        };
        let (photo, kept) = shared.store.read(read)?;
        rendered_of(
            &shared,
            &photo,
            &Sealed {
                key_id: kept.key_id,
                bytes: kept.sealed,
            },
            rendering,
        )
    });
    rendered.await?
}

/// Opens a sealed picture and cuts its crop out of it; slow.
fn rendered_of(
    app: &App,
    photo: &Photo,
    sealed: &Sealed,
    rendering: Rendering,
) -> Result<Vec<u8>, AppError> {
    let jpeg =
        sealing::open(app.keys(), &place(&photo.id), sealed).map_err(AppError::unexpected)?;
    photo::render(&jpeg, &from_json::<Crop>(&photo.crop)?, rendering).map_err(AppError::unexpected)
}

fn find_sealed(
    db: &mut Db,
    application: ApplicationId,
    states: &[PhotoState],
) -> Result<Option<(Photo, Sealed)>, StoreError> {
    for state in states {
        if let Some(photo) = photos::find_photo(db, application, *state)? {
            let kept = photos::get_sealed(db, application, &photo.id)?;
            return Ok(Some((
                photo,
                Sealed {
                    key_id: kept.key_id,
                    bytes: kept.sealed,
                },
            )));
        }
    }
    Ok(None)
}

//! The print set (A23): the sheets with pictures, and the files for the printer. Drawn from the form as it was made, never from answers changed since.
//!
//! Each file is read back before it leaves the house; nobody on the way keeps one.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::form_in_force::{FormInForce, Sheets, kilobytes};
use super::photo;
use super::session::{self, Case};
use crate::documents::photo::Rendering;
use crate::documents::photo_sheet::{self, PhotoSheet};
use crate::documents::{Paper, proof};
use crate::domain::status::Status;
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;

/// The sheets of a set, by their keys in the catalogue.
const SHEETS: [&str; 4] = [
    "print-sheet-application",
    "print-sheet-pins",
    "print-sheet-checklist",
    "print-sheet-cover",
];
/// Width of the picture of a sheet, in pixels: twice what the page shows.
const PREVIEW_WIDTH: u16 = 360;

/// Which paper.
#[derive(Debug, Deserialize)]
pub struct PaperQuery {
    #[serde(default)]
    paper: String,
}

impl PaperQuery {
    /// Letter if asked for, else A4.
    fn paper(&self) -> Paper {
        if self.paper == "letter" {
            Paper::Letter
        } else {
            Paper::A4
        }
    }
}

/// The form in force of a case whose paper may still be handed in.
async fn made_of(
    frame: &Frame,
    app: &web::Data<App>,
    reference: &str,
) -> Result<(Case, FormInForce), AppError> {
    let case = session::answers_of(frame, app, reference).await?;
    // A correction is often made on the same form, printed once more.
    let may_print = matches!(
        case.application.status,
        Status::FormReady | Status::Mailed | Status::Defect | Status::IssuerDefect
    );
    if !may_print {
        return Err(AppError::NotFound);
    }
    let known = case.clone();
    let made = app
        .read(move |db| FormInForce::find(db, &known))
        .await?
        .ok_or(AppError::NotFound)?;
    Ok((case, made))
}

#[derive(Template)]
#[template(path = "applicant/print.html")]
struct PrintPage<'a> {
    f: &'a Frame,
    case: Case,
    made: FormInForce,
    a4: String,
    letter: String,
}

impl PrintPage<'_> {
    /// Picture and title of each sheet.
    fn sheets(&self) -> impl Iterator<Item = (String, String)> + '_ {
        (1..).zip(SHEETS).map(|(number, key)| {
            (
                self.f.to(self.case.page(&format!("sheet-{number}.png"))),
                self.f.t(key).into_owned(),
            )
        })
    }

    fn has_photo_sheet(&self) -> bool {
        self.made.revision.photo_id.is_some()
    }

    fn file(&self, paper: &str, kb: &str) -> String {
        let pages = SHEETS.len().to_string();
        self.f.t2(
            if paper == "letter" {
                "print-letter"
            } else {
                "print-a4"
            },
            ("pages", &pages),
            ("kb", kb),
        )
    }

    fn made_on(&self) -> String {
        self.f.t2(
            "print-made",
            ("n", &self.made.number().to_string()),
            ("date", &self.f.day(&self.made.form.made_on)),
        )
    }
}

/// `GET /a/{ref}/print`
pub async fn show_print(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (case, made) = made_of(&frame, &app, &reference).await?;
    let sheets = Sheets::of(&made, &case);
    let a4 = kilobytes(&sheets.drawn(&app, Paper::A4, frame.lang).await?);
    let letter = kilobytes(&sheets.drawn(&app, Paper::Letter, frame.lang).await?);
    frame.ok(&PrintPage {
        f: &frame,
        case,
        made,
        a4,
        letter,
    })
}

/// `GET /a/{ref}/form.pdf?paper=a4|letter`
pub async fn show_form(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    query: web::Query<PaperQuery>,
) -> Result<HttpResponse, AppError> {
    let (case, made) = made_of(&frame, &app, &reference).await?;
    let file = Sheets::of(&made, &case)
        .proven(&app, query.paper(), frame.lang)
        .await?;
    Ok(private(
        file,
        "application/pdf",
        &format!("{}.pdf", case.reference),
    ))
}

/// `GET /a/{ref}/sheet-{number}.png`: a small picture of a sheet.
pub async fn show_sheet(
    frame: Frame,
    app: web::Data<App>,
    path: web::Path<(String, usize)>,
) -> Result<HttpResponse, AppError> {
    let (reference, number) = path.into_inner();
    if !(1..=SHEETS.len()).contains(&number) {
        return Err(AppError::NotFound);
    }
    let (case, made) = made_of(&frame, &app, &reference).await?;
    let file = Sheets::of(&made, &case)
        .drawn(&app, Paper::A4, frame.lang)
        .await?;
    let picture = app
        .draw(move || proof::preview(&file, number, PREVIEW_WIDTH))
        .await?;
    Ok(private(
        picture.map_err(AppError::unexpected)?,
        "image/png",
        &format!("{}-{number}.png", case.reference),
    ))
}

/// `GET /a/{ref}/photo-sheet.pdf?paper=a4|letter`: four prints of the photo that the form was made with.
pub async fn show_photo_sheet(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    query: web::Query<PaperQuery>,
) -> Result<HttpResponse, AppError> {
    let (case, made) = made_of(&frame, &app, &reference).await?;
    let id = made.revision.photo_id.clone().ok_or(AppError::NotFound)?;
    let jpeg = photo::picture_of(&app, case.application.id, id, Rendering::Print).await?;
    let (shared, paper, receipt) = (app.clone(), query.paper(), case.reference.to_string());
    let name = format!("{receipt}-photo.pdf");
    let drawn = app.draw(move || {
        let sheet = PhotoSheet {
            paper,
            jpeg: &jpeg,
            name: &made.form.person.full_name(),
            receipt: &receipt,
            made_on: made.form.made_on,
        };
        photo_sheet::draw(&shared.fonts, &sheet)
    });
    let file = drawn.await?.map_err(AppError::unexpected)?;
    Ok(private(file, "application/pdf", &name))
}

/// A file for this person alone, shown in the browser.
fn private(file: Vec<u8>, kind: &'static str, name: &str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"{name}\""),
        ))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("x-robots-tag", "noindex"))
        .body(file)
}

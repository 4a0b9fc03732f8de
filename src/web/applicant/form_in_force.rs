//! The form in force of a case: its frozen content, whether the answers have moved on since, and its sheets, drawn and proven.

use actix_web::web;

use super::sections::draft_of;
use super::session::Case;
use crate::documents::print_set::{self, Content, Print, PrintError, Receipt};
use crate::documents::{Paper, proof};
use crate::domain::application::frozen::FrozenForm;
use crate::domain::application::photo::Photo;
use crate::domain::email::EmailAddress;
use crate::i18n::Lang;
use crate::storage::photos::{self, PhotoState};
use crate::storage::revisions::{self, Revision};
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;

/// A form as it was made.
#[derive(Debug, Clone)]
pub struct FormInForce {
    /// Its row.
    pub revision: Revision,
    /// What it says.
    pub form: FrozenForm,
}

impl FormInForce {
    /// The form in force, if one was made.
    pub fn find(db: &mut Db, case: &Case) -> Result<Option<Self>, StoreError> {
        let revision = revisions::find_current_revision(db, case.application.id)?;
        revision.map(Self::read).transpose()
    }

    fn read(revision: Revision) -> Result<Self, StoreError> {
        let form = serde_json::from_str(&revision.content).map_err(|cause| {
            StoreError::Corrupt(format!(
                "revisions.content of {} {}: {cause}",
                revision.application_id, revision.number
            ))
        })?;
        Ok(Self { revision, form })
    }

    /// Its number, from 1.
    pub fn number(&self) -> u32 {
        self.revision.number.unsigned_abs()
    }

    /// The receipt number with the number of this form.
    pub fn receipt(&self, case: &Case) -> Receipt {
        Receipt::of(&case.reference, self.number())
    }

    /// Whether the answers, read by the rules of the day the form was made, would give the same form; `chosen_photo` is the photo they would print.
    pub fn agrees_with(&self, case: &Case, chosen_photo: Option<&str>) -> bool {
        let Ok(email) = EmailAddress::parse(&case.email) else {
            return false;
        };
        let Ok(application) = draft_of(case).read(self.form.made_on).application() else {
            return false;
        };
        let same_photo = !matches!(self.form.photo, Photo::Uploaded(_))
            || self.revision.photo_id.as_deref() == chosen_photo;
        same_photo
            && self
                .form
                .says_the_same(&FrozenForm::of(&application, &email))
    }
}

/// The id of the photo that the next form would be printed with.
pub fn chosen_photo(db: &mut Db, case: &Case) -> Result<Option<String>, StoreError> {
    Ok(photos::find_photo(db, case.application.id, PhotoState::Chosen)?.map(|photo| photo.id))
}

/// Sheets to be drawn.
#[derive(Debug, Clone)]
pub struct Sheets {
    /// What they say.
    pub form: FrozenForm,
    /// Whose.
    pub receipt: Receipt,
}

impl Sheets {
    /// The sheets of a form that was made.
    pub fn of(made: &FormInForce, case: &Case) -> Self {
        Self {
            form: made.form.clone(),
            receipt: made.receipt(case),
        }
    }

    /// The file for a printer, each QR symbol read back from its pixels. A file that fails is an alarm and never leaves the house.
    pub async fn proven(
        &self,
        app: &web::Data<App>,
        paper: Paper,
        language: Lang,
    ) -> Result<Vec<u8>, AppError> {
        let payloads = print_set::payloads(&self.receipt);
        let draw = self.drawing(app, paper, language);
        app.draw(move || {
            let file = draw().map_err(|error| alarm(&error))?;
            proof::prove(&file, &payloads).map_err(|error| alarm(&error))?;
            Ok(file)
        })
        .await?
    }

    /// The file without the proof, for its size and for pictures of its pages: the same content gives the same bytes.
    pub async fn drawn(
        &self,
        app: &web::Data<App>,
        paper: Paper,
        language: Lang,
    ) -> Result<Vec<u8>, AppError> {
        let draw = self.drawing(app, paper, language);
        app.draw(move || draw().map_err(|error| alarm(&error)))
            .await?
    }

    fn drawing(
        &self,
        app: &App,
        paper: Paper,
        language: Lang,
    ) -> impl FnOnce() -> Result<Vec<u8>, PrintError> + use<> {
        let (fonts, demo, sheets) = (app.fonts.clone(), app.is_demo(), self.clone());
        move || {
            let print = Print {
                paper,
                language,
                demo,
            };
            print_set::draw(&fonts, &Content::of(&sheets.form, sheets.receipt, print))
        }
    }
}

/// Somebody has to look: a person waits for her form.
fn alarm(error: &dyn std::fmt::Display) -> AppError {
    tracing::error!(alarm = "print-set", %error, "a print set could not be drawn and read back; it was not offered");
    AppError::unexpected(error)
}

/// A file's size as people read it, in kilobytes, never 0.
pub fn kilobytes(file: &[u8]) -> String {
    file.len().div_ceil(1000).to_string()
}

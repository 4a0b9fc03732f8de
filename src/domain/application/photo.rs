//! Section "photo" (A10): whether a photo is needed, and whether it is uploaded or glued on. What is on the photo is judged elsewhere.
//!
//! Field: `photo_how` (`upload`, `paste`). Whether a photo was uploaded and chosen is told by the caller.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::person::AGE_OF_PHOTO;
use super::reading::Page;
use crate::domain::answers::{Answers, Checked, Problem};
use crate::domain::{calendar, deadline};

/// A photo the applicant uploaded, looked at and chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenPhoto {
    /// The day it was taken, or, when only her word "within six months" is known, the day she gave it.
    pub taken_on: Date,
}

/// What becomes of the photo box of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Photo {
    /// Under one year old on the application day: the card is made without one (番号カード命令 16条).
    NotNeeded,
    /// She glues a print.
    Pasted,
    /// Uploaded and chosen.
    Uploaded(ChosenPhoto),
}

impl Photo {
    /// The day that limits the form's validity, if one is known.
    pub fn taken_on(&self) -> Option<Date> {
        match self {
            Self::Uploaded(photo) => Some(photo.taken_on),
            Self::NotNeeded | Self::Pasted => None,
        }
    }
}

/// Whether a card of somebody born on `birth` is made without a photo when the form is made on `today`.
pub fn is_needed(birth: Date, today: Date) -> bool {
    calendar::age_on(birth, today) >= AGE_OF_PHOTO
}

/// Reads the section. `birth` is the birth date when it is known; `chosen` is the photo the applicant chose, if she did.
pub fn read(
    answers: &Answers,
    birth: Option<Date>,
    chosen: Option<ChosenPhoto>,
    today: Date,
) -> Checked<Photo> {
    let mut page = Page::of(answers);
    if birth.is_some_and(|birth| !is_needed(birth, today)) {
        return page.finish(|| Some(Photo::NotNeeded));
    }
    let photo = match (answers.get("photo_how"), chosen) {
        ("paste", _) => Some(Photo::Pasted),
        (_, Some(photo)) if today > deadline::photo_usable_until(photo.taken_on) => {
            page.refuse(Problem::new("photo", "error-photo-too-old"));
            None
        }
        (_, Some(photo)) => Some(Photo::Uploaded(photo)),
        ("upload", None) => {
            page.refuse(Problem::new("photo", "error-photo-empty"));
            None
        }
        _ => {
            page.refuse(Problem::new("photo_how", "error-photo_how-empty"));
            None
        }
    };
    page.finish(|| photo)
}

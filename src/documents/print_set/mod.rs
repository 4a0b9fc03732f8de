//! The print set: what a person prints, signs and hands in.
//!
//! Four sheets in one file: the application (form 1), the setting of the PINs (form 2), her own checklist (form 3), the covering letter with an address
//! label (form 4). It owns where things stand and the words of the forms; what it prints comes in as [`Content`], already checked. No My Number and no
//! PIN is ever printed: there are empty boxes to fill in by hand, and for the number a form field that works in the reader's own viewer.
//!
//! Layout: 210 × 297 mm with the origin at the top left; folds at 99, 148.5 and 198 mm stay clear of photo, symbol and boxes to write in; nothing
//! essential below 270 mm, so that US Letter holds it at 94 %.

mod application;
mod cell;
mod checklist;
mod content;
mod cover;
mod frame;
mod of_form;
mod pins;

pub use content::{Agent, Content, FilingPlace, Kind, Person, PlaceKind, Posting, Receipt, Sex};
pub use of_form::Print;

use super::fonts::Fonts;
use super::pdf::{self, Description, Page, PdfError};

/// Why a set cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// A value does not fit into its place even at the smallest readable size.
    #[error("the value of {field} does not fit on the sheet")]
    TooLong {
        /// What the place is for.
        field: &'static str,
    },
    /// The QR symbol cannot be made.
    #[error("the QR symbol cannot be made: {0}")]
    Symbol(#[from] qrcode::types::QrError),
    /// The photo is not an RGB or grey JPEG.
    #[error("the photo is not an RGB or grey JPEG")]
    Photo,
    /// The file cannot be written.
    #[error(transparent)]
    Pdf(#[from] PdfError),
}

/// A sheet of the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sheet {
    Application,
    Pins,
    Checklist,
    Cover,
}

impl Sheet {
    const ALL: [Self; 4] = [Self::Application, Self::Pins, Self::Checklist, Self::Cover];

    const fn number(self) -> u8 {
        match self {
            Self::Application => 1,
            Self::Pins => 2,
            Self::Checklist => 3,
            Self::Cover => 4,
        }
    }

    /// The sheet's code in its QR symbol; the checklist stays with the applicant and has none.
    const fn code(self) -> Option<&'static str> {
        match self {
            Self::Application => Some("A1"),
            Self::Pins => Some("P2"),
            Self::Checklist => None,
            Self::Cover => Some("C4"),
        }
    }

    fn payload(self, receipt: &Receipt) -> Option<String> {
        self.code()
            .map(|code| format!("MNC1*{}*{code}", receipt.compact))
    }
}

/// What the QR symbol of each page of a set says, in page order; `None` for the page without one. This is what [`super::proof::prove`] expects.
pub fn payloads(receipt: &Receipt) -> Vec<Option<String>> {
    Sheet::ALL
        .iter()
        .map(|sheet| sheet.payload(receipt))
        .collect()
}

/// Draws the set as one PDF of four pages; the same content gives the same bytes.
///
/// Long values shrink from 11 to 8 points, then wrap, and are never cut. A character that no font draws becomes an empty square, to be written by hand.
///
/// # Errors
/// [`PrintError::TooLong`] when a value fits at no readable size; the others are faults of the program.
pub fn draw(fonts: &Fonts, content: &Content) -> Result<Vec<u8>, PrintError> {
    let mut pages = Vec::with_capacity(Sheet::ALL.len());
    for sheet in Sheet::ALL {
        let mut page = Page::new(fonts);
        match sheet {
            Sheet::Application => application::draw(&mut page, content)?,
            Sheet::Pins => pins::draw(&mut page, content)?,
            Sheet::Checklist => checklist::draw(&mut page, content)?,
            Sheet::Cover => cover::draw(&mut page, content)?,
        }
        frame::foot(&mut page, content, sheet);
        pages.push(page);
    }
    let description = Description {
        title: format!(
            "マイナンバーカード交付申請書（国外転出者用） {}",
            content.receipt.text
        ),
        made_on: content.made_on,
        identity: format!(
            "{} {} {:?}",
            content.receipt.compact, content.receipt.revision, content.paper
        ),
    };
    Ok(pdf::assemble(fonts, content.paper, &pages, &description)?)
}

#[cfg(test)]
mod tests;

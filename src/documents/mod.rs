//! Bytes for people: the photo, the print set, the photo sheet, and the proof that what was drawn can be read.
//!
//! What is drawn comes in as plain values. Nothing here knows the database or the web, and no sheet ever holds a My Number or a PIN.

pub mod fonts;
mod pdf;
pub mod photo;
pub mod photo_sheet;
pub mod print_set;
pub mod proof;
pub mod shipment_list;
pub mod spreadsheet;
pub mod symbol;
mod text;

pub use pdf::{Paper, PdfError};

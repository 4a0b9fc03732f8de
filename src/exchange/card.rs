//! One row of a batch: what is printed on a card, as the family register has it, and where the card goes. Nothing else: no address abroad, no telephone, no
//! mail address, and no My Number (the issuer has that from the register, under the receipt number).

use std::io::Write;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::application::frozen::FrozenForm;
use crate::domain::application::photo::Photo;
use crate::domain::batch_number::BatchNumber;
use crate::storage::batches::Released;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFormat {
    /// CSV (RFC 4180) with a header, UTF-8, LF.
    Csv,
    /// One JSON object in each line.
    JsonLines,
}

/// What becomes of the photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoSource {
    /// It goes with the batch.
    File,
    /// It is glued on the paper form.
    Paper,
    /// The card is made without one (under one year old: 番号カード命令 16条).
    None,
}

/// A photo that goes with the batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoFile {
    /// SHA-256 of the JPEG, in lower-case hexadecimal.
    pub sha256: String,
    /// The crop, JSON of the photo pipeline.
    pub crop: String,
}

/// A card to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The number of the batch.
    pub batch: String,
    /// Its place in the batch, from 1.
    pub line: i32,
    /// The receipt number, as it is shown.
    pub receipt: String,
    /// `new`, `renewal` or `reissue`.
    pub kind: String,
    /// 氏, exactly as in the register: variation selectors stay.
    pub family: String,
    /// 名, the same.
    pub given: String,
    /// Birth date; with the day of making it decides the card's last day.
    pub birth_date: Date,
    /// `m` or `f`.
    pub sex: String,
    /// What stands where a resident's address would (番号法 2条7項).
    pub address: String,
    /// 転出の予定年月日, which `address` names.
    pub left_on: Option<Date>,
    /// The name in braille, in katakana, when it was asked for.
    pub braille: Option<String>,
    /// Whether the name has a character that could not be typed: the paper form and the register show it.
    pub handwritten: bool,
    /// Who keeps the register and gets the card: 全国地方公共団体コード.
    pub register_office: String,
    /// What becomes of the photo.
    pub photo: PhotoSource,
    /// The photo's name in the package.
    pub photo_file: Option<String>,
    /// Its SHA-256.
    pub photo_sha256: Option<String>,
    /// The part of it that is printed: `{left, top, unit, turns}`, 7 by 9 units of pixels after so many quarter turns clockwise.
    pub photo_crop: Option<String>,
}

impl Card {
    /// The card of a released case; batch and line are known when its place is.
    pub fn of(released: &Released, form: &FrozenForm, photo: Option<PhotoFile>) -> Self {
        let receipt = released.receipt.to_string();
        let person = &form.person;
        let source = match (&form.photo, &photo) {
            (Photo::NotNeeded, _) => PhotoSource::None,
            (_, Some(_)) => PhotoSource::File,
            (_, None) => PhotoSource::Paper,
        };
        let photo = photo.filter(|_| source == PhotoSource::File);
        let (sha256, crop) = photo.map(|photo| (photo.sha256, photo.crop)).unzip();
        Self {
            batch: String::new(),
            line: 0,
            kind: form.kind.as_str().to_owned(),
            family: person.family.as_str().to_owned(),
            given: person.given.as_str().to_owned(),
            birth_date: person.birth_date,
            sex: person.sex.as_str().to_owned(),
            address: address_of(form.left_on),
            left_on: form.left_on,
            braille: form.braille.clone(),
            handwritten: person.handwritten.is_some(),
            register_office: released.office.as_str().to_owned(),
            photo: source,
            photo_file: (source == PhotoSource::File).then(|| format!("photos/{receipt}.jpg")),
            photo_sha256: sha256,
            photo_crop: crop,
            receipt,
        }
    }

    /// At its place.
    #[must_use]
    pub fn at(self, batch: BatchNumber, line: i32) -> Self {
        Self {
            batch: batch.to_string(),
            line,
            ..self
        }
    }

    /// 氏 and 名 with one ideographic space between them.
    pub fn full_name(&self) -> String {
        format!("{}\u{3000}{}", self.family, self.given)
    }
}

/// 国外転出 and the planned day (番号法施行令 1条).
fn address_of(left_on: Option<Date>) -> String {
    match left_on {
        Some(day) => format!("国外転出 {}年{}月{}日", day.year(), day.month(), day.day()),
        None => "国外転出".to_owned(),
    }
}

/// Why rows could not be written.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// Not as CSV.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// Not as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The piece could not be closed.
    #[error(transparent)]
    Write(#[from] std::io::Error),
}

/// Rows as bytes; the first piece of a CSV carries the header.
pub fn rows_as<T: Serialize>(
    rows: &[T],
    format: RowFormat,
    is_first: bool,
) -> Result<Vec<u8>, RowError> {
    let mut bytes = Vec::new();
    match format {
        RowFormat::Csv => {
            let mut writer = csv::WriterBuilder::new()
                .has_headers(is_first)
                .from_writer(&mut bytes);
            for row in rows {
                writer.serialize(row)?;
            }
            writer.flush()?;
        }
        RowFormat::JsonLines => {
            for row in rows {
                serde_json::to_writer(&mut bytes, row)?;
                bytes.write_all(b"\n")?;
            }
        }
    }
    Ok(bytes)
}

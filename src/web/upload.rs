//! An uploaded file with the fields of its form: the counterpart of [`ProtectedForm`](super::form::ProtectedForm) for `multipart/form-data`.
//!
//! The same two walls and the same pace, and a limit for every part.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;

use super::errors::AppError;
use super::form::{OldPage, is_same_site};
use super::frame::Frame;
use super::limits;
use crate::documents::photo::LIMITS;
use crate::domain::answers::Answers;

const LONGEST_TEXT: usize = 4 * 1024;
const MOST_PARTS: usize = 20;
/// The names a file's field may have.
const FILE_FIELDS: [&str; 2] = ["photo", "file"];

/// A posted form with a file, not opened yet.
#[derive(Debug)]
pub struct ProtectedUpload {
    answers: Answers,
    file: Vec<u8>,
    size: usize,
}

/// An upload from the visitor's own page.
#[derive(Debug)]
pub struct OpenedUpload {
    /// The text fields.
    pub answers: Answers,
    /// The file's bytes; empty when none was chosen, not all of them when it was too large.
    pub file: Vec<u8>,
    /// How many bytes were sent.
    pub size: usize,
}

impl ProtectedUpload {
    /// What was sent, if the form is from this visitor's own page.
    pub fn open(self, frame: &Frame) -> Result<OpenedUpload, OldPage> {
        if frame.owns_token(self.answers.get("csrf")) {
            Ok(OpenedUpload {
                answers: self.answers,
                file: self.file,
                size: self.size,
            })
        } else {
            Err(OldPage(self.answers))
        }
    }
}

impl FromRequest for ProtectedUpload {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_ours = is_same_site(request.headers());
        let parts = Multipart::new(request.headers(), limits::paced(request, payload));
        Box::pin(async move {
            if !is_ours {
                return Err(AppError::CrossSite);
            }
            read_parts(parts).await
        })
    }
}

async fn read_parts(mut parts: Multipart) -> Result<ProtectedUpload, AppError> {
    let mut upload = ProtectedUpload {
        answers: Answers::default(),
        file: Vec::new(),
        size: 0,
    };
    let mut count = 0;
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|broken| broken_part(&broken))?;
        count += 1;
        if count > MOST_PARTS {
            return Err(AppError::Malformed);
        }
        let name = part.name().unwrap_or_default().to_owned();
        if FILE_FIELDS.contains(&name.as_str()) {
            (upload.file, upload.size) = read_part(&mut part, LIMITS.most_bytes).await?;
        } else {
            let (text, length) = read_part(&mut part, LONGEST_TEXT).await?;
            if length > LONGEST_TEXT {
                return Err(AppError::TooLarge);
            }
            upload.answers.set(
                name,
                String::from_utf8(text).map_err(|_not_text| AppError::Malformed)?,
            );
        }
    }
    Ok(upload)
}

/// The bytes of a part, at most `limit` of them, and how many there were: the rest is read and forgotten, so that the answer can still be heard.
async fn read_part(part: &mut Field, limit: usize) -> Result<(Vec<u8>, usize), AppError> {
    let mut bytes = BytesMut::new();
    let mut length = 0_usize;
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|broken| broken_part(&broken))?;
        let room = limit.saturating_sub(bytes.len());
        bytes.extend_from_slice(chunk.get(..room.min(chunk.len())).unwrap_or_default());
        length += chunk.len();
        if length > 5 * limit {
            return Err(AppError::TooLarge);
        }
    }
    Ok((bytes.to_vec(), length))
}

fn broken_part(error: &MultipartError) -> AppError {
    match error {
        MultipartError::Payload(cause) => limits::broken_body(cause),
        _ => AppError::Malformed,
    }
}

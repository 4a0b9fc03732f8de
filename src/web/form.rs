//! Posted forms. [`ProtectedForm`] is the only way to read one, and [`ProtectedForm::open`] the only way to get at what was typed: a handler
//! cannot forget to ask whether the form is ours.
//!
//! Two walls: the browser's own word (`Sec-Fetch-Site`, else `Origin`) must not name another site (403), and the form's token must belong to the
//! session. A token that does not is usually an old page, so what was typed is kept and the form shown again (422).

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;

use super::errors::AppError;
use super::frame::Frame;
use super::limits;
use crate::domain::answers::Answers;

/// The largest form: a name field with a megabyte pasted into it still gets its message.
const LARGEST_FORM: usize = 4 * 1024 * 1024;

/// A posted form, not opened yet.
#[derive(Debug)]
pub struct ProtectedForm {
    answers: Answers,
}

/// The form's token belongs to no session of this visitor: the page was open too long. What was typed is inside.
#[derive(Debug)]
pub struct OldPage(pub Answers);

impl ProtectedForm {
    /// What was typed, if the form is from this visitor's own page.
    pub fn open(self, frame: &Frame) -> Result<Answers, OldPage> {
        if frame.owns_token(self.answers.get("csrf")) {
            Ok(self.answers)
        } else {
            Err(OldPage(self.answers))
        }
    }
}

impl FromRequest for ProtectedForm {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_ours = is_same_site(request.headers());
        let is_form = request.content_type() == "application/x-www-form-urlencoded";
        let payload = limits::paced(request, payload);
        Box::pin(async move {
            if !is_ours {
                return Err(AppError::CrossSite);
            }
            if !is_form {
                return Err(AppError::Malformed);
            }
            let body = read_body(payload, LARGEST_FORM).await?;
            Ok(Self {
                answers: form_urlencoded::parse(&body).into_owned().collect(),
            })
        })
    }
}

async fn read_body(mut payload: Payload, limit: usize) -> Result<web::BytesMut, AppError> {
    let mut body = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|broken| limits::broken_body(&broken))?;
        if body.len() + chunk.len() > limit {
            return Err(AppError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Whether the browser says that the request comes from our own page (or from the person's own hand). Old browsers say nothing: the token decides.
pub fn is_same_site(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text(header::ORIGIN.as_str()), text(header::HOST.as_str())) {
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, from)| from == host),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    #[test]
    fn requests_of_other_sites_are_told_apart() {
        for (given, expected) in [
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "none")], true),
            (vec![("sec-fetch-site", "cross-site")], false),
            (vec![("sec-fetch-site", "same-site")], false),
            (
                vec![
                    ("origin", "https://card.example.jp"),
                    ("host", "card.example.jp"),
                ],
                true,
            ),
            (
                vec![
                    ("origin", "https://evil.example"),
                    ("host", "card.example.jp"),
                ],
                false,
            ),
            (vec![("origin", "null"), ("host", "card.example.jp")], false),
            (vec![], true),
        ] {
            let headers = given
                .iter()
                .map(|(name, value)| {
                    (
                        HeaderName::from_static(name),
                        HeaderValue::from_static(value),
                    )
                })
                .collect();
            assert_eq!(is_same_site(&headers), expected, "{given:?}");
        }
    }
}

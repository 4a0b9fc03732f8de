//! Headers that every answer carries: what a page may load, who may frame it, who may store it.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;

use super::app::App;
use super::frame;

/// Own style sheets, own script, own pictures; forms go home; nobody frames us (ux.md §1.2).
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    ),
];

/// Puts the headers on, also on the answer to a request that was ended before its handler answered.
pub async fn add(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_https = App::of(request.request()).base_url().is_https();
    let is_personal = frame::is_personal(frame::split_language(request.path()).1);
    match next.call(request).await {
        Ok(mut response) => {
            put(response.headers_mut(), is_https, is_personal);
            Ok(response)
        }
        Err(error) => {
            let mut response = error.error_response();
            put(response.headers_mut(), is_https, is_personal);
            Err(InternalError::from_response(error, response).into())
        }
    }
}

fn put(headers: &mut HeaderMap, is_https: bool, is_personal: bool) {
    for (name, value) in ALWAYS {
        // A page may be stricter about where it came from.
        if name != header::REFERRER_POLICY || !headers.contains_key(header::REFERRER_POLICY) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if is_https {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=63072000; includeSubDomains"),
        );
    }
    if is_personal {
        headers.insert(
            HeaderName::from_static("x-robots-tag"),
            HeaderValue::from_static("noindex"),
        );
    }
    // What does not say that it may be stored is not.
    if is_personal || !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

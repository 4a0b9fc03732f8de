//! What everybody may read: the description of the interface and of the formats, and the keys our manifests are signed with.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde_json::json;

use super::errors::{ApiError, answered};
use crate::exchange::{DOCUMENTATION, OPENAPI};
use crate::security::signing::Signer;
use crate::web::app::App;

const CACHED: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=300");

/// `GET /exchange/v1/openapi.json`
pub async fn show_description() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(CACHED)
        .body(OPENAPI)
}

/// `GET /exchange/v1/docs`
pub async fn show_documentation() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/markdown; charset=utf-8")
        .insert_header(CACHED)
        .body(DOCUMENTATION)
}

/// `GET /exchange/v1/keys`
pub async fn list_keys(app: web::Data<App>) -> HttpResponse {
    answered(keys_of(&app))
}

fn keys_of(app: &App) -> Result<HttpResponse, ApiError> {
    let mut keys = Vec::new();
    for key in app.keys().iter() {
        let signer = Signer::of(key).map_err(|cause| ApiError::Internal(cause.to_string()))?;
        keys.push(json!({
            "key_id": signer.key_id(),
            "algorithm": "Ed25519",
            "public_key": signer.public_key().to_text(),
        }));
    }
    Ok(HttpResponse::Ok()
        .insert_header(CACHED)
        .json(json!({ "keys": keys })))
}

//! Who asks: the program whose key a request shows. Valid keys have a pace, sources that show wrong ones a much lower one.

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use jiff::{SignedDuration, Timestamp};

use super::errors::ApiError;
use crate::exchange::introduction;
use crate::security::token::throttling_hash;
use crate::storage::exchange_keys::{self, ApiKey};
use crate::storage::throttle::{self, Scope};
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::limits::source_of;

const A_MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// Requests of one key in a minute: a batch of ten thousand with its photos takes some.
pub(in crate::web) const REQUESTS: i64 = 1_200;
const OF_A_KEY: Scope = Scope {
    name: "exchange-key",
    window: A_MINUTE,
};
/// Wrong keys from one source in a minute.
const MISTAKES: i64 = 20;
const OF_A_SOURCE: Scope = Scope {
    name: "exchange-refused",
    window: A_MINUTE,
};

/// The key a request shows.
pub(super) async fn caller(
    request: &HttpRequest,
    app: &web::Data<App>,
) -> Result<ApiKey, ApiError> {
    let shown = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default()
        .to_owned();
    let source = throttling_hash(
        app.keys(),
        OF_A_SOURCE.name,
        &source_of(request).to_string(),
    );
    let now = app.clock.now();
    let keys = app.keys().clone();
    app.write(move |db| -> Result<_, StoreError> {
        let Some(key) = introduction::find_by_secret(db, &shown)? else {
            let mistakes = throttle::hit(db, OF_A_SOURCE, &source, now)?;
            return Ok(Err(
                too_many(mistakes, MISTAKES).unwrap_or(ApiError::Unauthorized)
            ));
        };
        let subject = throttling_hash(&keys, OF_A_KEY.name, &key.id.to_string());
        let requests = throttle::hit(db, OF_A_KEY, &subject, now)?;
        if let Some(error) = too_many(requests, REQUESTS) {
            return Ok(Err(error));
        }
        touch(db, &key, now)?;
        Ok(Ok(key))
    })
    .await?
}

fn too_many(counted: i64, most: i64) -> Option<ApiError> {
    (counted > most).then_some(ApiError::TooMany(60))
}

fn touch(db: &mut Db, key: &ApiKey, now: Timestamp) -> Result<(), StoreError> {
    let is_recent = key
        .last_used_at
        .is_some_and(|at| now.duration_since(at) < A_MINUTE);
    if is_recent {
        return Ok(());
    }
    exchange_keys::touch_api_key(db, key.id, now)
}

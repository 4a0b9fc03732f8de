//! What a program is told when something goes wrong.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use serde_json::json;

use crate::exchange::export::ExportError;
use crate::exchange::gather::GatherError;
use crate::exchange::package::FileRefusal;
use crate::exchange::staging::TakeError;
use crate::storage::StoreError;
use crate::web::errors::AppError;

/// Why a request of a program was not answered with what it asked for.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// No key, or none that is valid.
    #[error("show a valid key: Authorization: Bearer …")]
    Unauthorized,
    /// Nothing here.
    #[error("there is no such thing")]
    NotFound,
    /// The address is for other methods.
    #[error("this address does not know that method")]
    NoSuchMethod,
    /// The same is being done elsewhere at this moment.
    #[error("the same is being done at this moment; ask again")]
    Busy,
    /// Too many requests; wait so many seconds.
    #[error("too many requests; wait")]
    TooMany(u32),
    /// The request cannot be read.
    #[error("the request cannot be read")]
    Malformed,
    /// A package that is refused as a whole.
    #[error(transparent)]
    Refused(#[from] FileRefusal),
    /// The database is away.
    #[error("the service cannot be used right now; ask again later")]
    Unavailable,
    /// A mistake of ours; the cause is for the log.
    #[error("something went wrong here; it was written down")]
    Internal(String),
}

impl ApiError {
    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Self::NoSuchMethod => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::Busy => (StatusCode::CONFLICT, "busy"),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
            Self::Malformed => (StatusCode::BAD_REQUEST, "malformed"),
            Self::Refused(FileRefusal::TooLarge) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                FileRefusal::TooLarge.as_str(),
            ),
            Self::Refused(refusal) => (StatusCode::UNPROCESSABLE_ENTITY, refusal.as_str()),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    fn response(&self) -> HttpResponse {
        let (status, code) = self.status_and_code();
        if let Self::Internal(cause) = self {
            tracing::error!(cause, "a request of a program failed");
        }
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        match self {
            Self::Unauthorized => {
                response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
            }
            Self::TooMany(seconds) => {
                response.insert_header((header::RETRY_AFTER, seconds.to_string()));
            }
            Self::Unavailable => {
                response.insert_header((header::RETRY_AFTER, "60"));
            }
            _ => {}
        }
        response.json(json!({ "error": { "code": code, "message": self.to_string() } }))
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::Conflict => Self::Busy,
            StoreError::Unavailable(_) => Self::Unavailable,
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::NotFound => Self::NotFound,
            AppError::Stale => Self::Busy,
            AppError::Unavailable(_) => Self::Unavailable,
            AppError::TooSlow | AppError::Malformed => Self::Malformed,
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<GatherError> for ApiError {
    fn from(error: GatherError) -> Self {
        match error {
            GatherError::Store(error) => error.into(),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<ExportError> for ApiError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Store(error) => error.into(),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<TakeError> for ApiError {
    fn from(error: TakeError) -> Self {
        match error {
            TakeError::Refused(refusal) => refusal.into(),
            TakeError::Store(error) => error.into(),
        }
    }
}

/// The answer of a handler: a failure is an answer like any other, so that no page is put around it.
pub(super) fn answered(result: Result<HttpResponse, ApiError>) -> HttpResponse {
    result.unwrap_or_else(|error| error.response())
}

/// Whatever is not bound.
pub async fn nothing_here() -> HttpResponse {
    ApiError::NotFound.response()
}

/// An address that is bound, for other methods.
pub async fn no_such_method() -> HttpResponse {
    ApiError::NoSuchMethod.response()
}

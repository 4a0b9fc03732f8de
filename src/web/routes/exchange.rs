//! The interface for the issuer's programs, under `/exchange/v1`: one language, keys instead of sessions, JSON instead of pages.

use actix_web::web::{self, ServiceConfig, get, post, resource};

use crate::web::exchange_api::{batches, errors, published, results};

/// Binds it; what is bound here stands in the `OpenAPI` document (a test compares).
pub(super) fn exchange_interface(config: &mut ServiceConfig) {
    let no_method = || web::to(errors::no_such_method);
    config
        .service(
            resource("/openapi.json")
                .route(get().to(published::show_description))
                .default_service(no_method()),
        )
        .service(
            resource("/docs")
                .route(get().to(published::show_documentation))
                .default_service(no_method()),
        )
        .service(
            resource("/keys")
                .route(get().to(published::list_keys))
                .default_service(no_method()),
        )
        .service(
            resource("/batches")
                .route(get().to(batches::list_batches))
                .route(post().to(batches::make_batch))
                .default_service(no_method()),
        )
        .service(
            resource("/batches/{batch}")
                .route(get().to(batches::show_batch))
                .default_service(no_method()),
        )
        .service(
            resource("/batches/{batch}/files/{file}")
                .route(get().to(batches::show_file))
                .default_service(no_method()),
        )
        .service(
            resource("/batches/{batch}/photos/{photo}")
                .route(get().to(batches::show_photo))
                .default_service(no_method()),
        )
        .service(
            resource("/results")
                .route(post().to(results::take_results))
                .default_service(no_method()),
        )
        .service(
            resource("/results/{results}")
                .route(get().to(results::show_results))
                .default_service(no_method()),
        )
        .service(
            resource("/results/{results}/answers.csv")
                .route(get().to(results::show_answers_csv))
                .default_service(no_method()),
        )
        .service(
            resource("/results/{results}/answers.jsonl")
                .route(get().to(results::show_answers_jsonl))
                .default_service(no_method()),
        )
        .default_service(web::to(errors::nothing_here));
}

//! The queues of the desks and the search, under `/staff`.

use actix_web::web::{ServiceConfig, get, post, resource};

use crate::web::office::queues::{self, acts, export};
use crate::web::office::search;

/// Queues, their files, and the search.
pub(super) fn queue_pages(config: &mut ServiceConfig) {
    config
        .service(resource("/queues/{queue}.csv").route(get().to(export::export_queue)))
        .service(
            resource("/queues/{queue}")
                .route(get().to(queues::show_queue))
                .route(post().to(acts::change_cases)),
        )
        .service(resource("/search").route(get().to(search::show_search)));
}

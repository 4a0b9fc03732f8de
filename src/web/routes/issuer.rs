//! The pages under `/issuer`, and the release under `/staff`. Each has a row in `rights`, or it is 404 for everybody.

use actix_web::web::{ServiceConfig, get, post, resource};

use crate::web::issuer::{
    bag, batch, batches, glyphs, inspection, keys, results, returns, schedule, shipments,
};
use crate::web::office::{disposals, release, tasks};

/// The issuer's desk.
pub(super) fn issuer_pages(config: &mut ServiceConfig) {
    config
        .service(
            resource("/batches")
                .route(get().to(batches::list_batches))
                .route(post().to(batches::make_batch)),
        )
        .service(resource("/batches/{id}.csv").route(get().to(batch::download)))
        .service(
            resource("/batches/{id}")
                .route(get().to(batch::show_batch))
                .route(post().to(inspection::save_inspection)),
        )
        .service(resource("/batches/{id}/photos/{line}").route(get().to(batch::show_photo)))
        .service(
            resource("/results")
                .route(get().to(results::list_results))
                .route(post().to(results::take_results)),
        )
        .service(resource("/results/{id}").route(get().to(results::show_results)))
        .service(resource("/results/{id}/answers.csv").route(get().to(results::download_answers)))
        .service(
            resource("/shipments")
                .route(get().to(shipments::list_shipments))
                .route(post().to(shipments::send_bag)),
        )
        .service(resource("/shipments/{number}.pdf").route(get().to(bag::show_list)))
        .service(
            resource("/shipments/{number}")
                .route(get().to(bag::show_bag))
                .route(post().to(bag::note_return)),
        )
        .service(
            resource("/returns")
                .route(get().to(returns::list_returns))
                .route(post().to(returns::send_again)),
        )
        .service(
            resource("/schedule")
                .route(get().to(schedule::show_schedule))
                .route(post().to(schedule::save_schedule)),
        )
        .service(resource("/tasks").route(get().to(tasks::show_tasks)))
        .service(resource("/tasks/{id}").route(post().to(tasks::finish)))
        .service(resource("/disposals").route(get().to(disposals::list_disposals)))
        .service(
            resource("/disposals/{reference}")
                .route(get().to(disposals::show_disposal))
                .route(post().to(disposals::save_disposal)),
        )
        .service(
            resource("/glyphs")
                .route(get().to(glyphs::list_glyphs))
                .route(post().to(glyphs::decide_glyphs)),
        )
        .service(
            resource("/keys")
                .route(get().to(keys::list_keys))
                .route(post().to(keys::change_keys)),
        );
}

/// Where a clerk releases confirmed cases.
pub(super) fn release_pages(config: &mut ServiceConfig) {
    config.service(
        resource("/release")
            .route(get().to(release::show_release))
            .route(post().to(release::release)),
    );
}

//! The pages of the physical legs: intake and shipments.

use actix_web::web::{ServiceConfig, get, post, resource};

use crate::web::office::intake::{self, bag, by_name};
use crate::web::office::shipments::{self, list_sheet, new, one};
use crate::web::office::{disposals, tasks};

/// Bound under `/staff`.
pub(super) fn leg_pages(config: &mut ServiceConfig) {
    config
        .service(resource("/tasks").route(get().to(tasks::show_tasks)))
        .service(resource("/tasks/{id}").route(post().to(tasks::finish)))
        .service(resource("/disposals").route(get().to(disposals::list_disposals)))
        .service(
            resource("/disposals/{reference}")
                .route(get().to(disposals::show_disposal))
                .route(post().to(disposals::save_disposal)),
        )
        .service(
            resource("/intake")
                .route(get().to(intake::show_intake))
                .route(post().to(intake::scan)),
        )
        .service(resource("/intake/close").route(post().to(bag::close)))
        .service(resource("/intake/search").route(post().to(by_name::find)))
        .service(resource("/shipments").route(get().to(shipments::show_shipments)))
        .service(
            resource("/shipments/new")
                .route(get().to(new::show_new))
                .route(post().to(new::make)),
        )
        .service(resource("/shipments/{number}.pdf").route(get().to(list_sheet::show_list)))
        .service(
            resource("/shipments/{number}")
                .route(get().to(one::show_shipment))
                .route(post().to(one::act)),
        );
}

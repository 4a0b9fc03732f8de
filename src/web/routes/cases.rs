//! The pages of one case and of the second person, under `/staff`.

use actix_web::web::{ServiceConfig, get, post, resource};

use crate::web::office::approvals;
use crate::web::office::case::{
    changes, claim, content, decide, mails, notes, overview, photo, trail,
};

/// The pages of a case before the desk.
pub(super) fn desk_case_pages(config: &mut ServiceConfig) {
    config
        .service(resource("/approvals").route(get().to(approvals::show_approvals)))
        .service(
            resource("/approvals/{id}")
                .route(get().to(approvals::show_approval))
                .route(post().to(approvals::settle)),
        )
        .service(
            resource("/cases/{reference}")
                .route(get().to(overview::show_case))
                .route(post().to(decide::decide)),
        )
        .service(resource("/cases/{reference}/claim").route(post().to(claim::claim)))
        .service(resource("/cases/{reference}/form").route(get().to(content::show_form)))
        .service(
            resource("/cases/{reference}/photo")
                .route(get().to(photo::show_photo))
                .route(post().to(photo::judge_photo)),
        )
        .service(resource("/cases/{reference}/photo.jpg").route(get().to(photo::show_picture)))
        .service(resource("/cases/{reference}/mails").route(get().to(mails::show_mails)))
        .service(resource("/cases/{reference}/mails/{id}").route(post().to(mails::resend)))
        .service(resource("/cases/{reference}/history").route(get().to(trail::show_history)))
        .service(resource("/cases/{reference}/log").route(get().to(trail::show_log)))
        .service(resource("/cases/{reference}/notes").route(post().to(notes::add_note)))
        .service(resource("/cases/{reference}/tasks/{id}").route(post().to(notes::finish_task)))
        .service(resource("/cases/{reference}/changes").route(get().to(changes::show_changes)))
        .service(
            resource("/cases/{reference}/changes/{change}")
                .route(get().to(changes::show_change))
                .route(post().to(changes::make_change)),
        );
}

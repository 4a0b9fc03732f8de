//! The pages of the operation under `/admin`. Each has a row in `rights`, or it is 404 for everybody.

use actix_web::web::{ServiceConfig, get, post, resource};

use crate::web::admin::{audit, audit_export, health, notices, outbox, retention};

/// The audit, the state of the operation, mails and jobs.
pub(super) fn operation_pages(config: &mut ServiceConfig) {
    config
        .service(resource("/audit").route(get().to(audit::show_audit)))
        .service(resource("/audit/export").route(get().to(audit_export::export_audit)))
        .service(resource("/audit/verification").route(post().to(audit::ask_verification)))
        .service(resource("/notices").route(get().to(notices::list_notices)))
        .service(
            resource("/notices/{key}")
                .route(get().to(notices::show_notice))
                .route(post().to(notices::change_notice)),
        )
        .service(resource("/health").route(get().to(health::show_health)))
        .service(resource("/retention").route(get().to(retention::show_retention)))
        .service(resource("/outbox").route(get().to(outbox::show_outbox)))
        .service(resource("/outbox/jobs/{id}").route(post().to(outbox::begin_again)))
        .service(resource("/outbox/{id}/sending").route(post().to(outbox::send_again)));
}

//! The pages under `/admin`. Each has a row in `rights`, or it is 404 for everybody.

use actix_web::web::{ServiceConfig, get, post, resource};

use super::operation::operation_pages;
use crate::web::admin::{master_diff, masters, offices, users, users_acts};

/// The pages of administrators. Each has a row in `rights`, or it is 404 for everybody.
pub(super) fn admin_pages(config: &mut ServiceConfig) {
    config.configure(office_administration);
    config.configure(operation_pages);
    config
        .service(resource("/users").route(get().to(users::list_users)))
        .service(
            resource("/users/new")
                .route(get().to(users::show_new))
                .route(post().to(users::add_user)),
        )
        .service(
            resource("/users/{id}")
                .route(get().to(users::show_user))
                .route(post().to(users::change_user)),
        )
        .service(
            resource("/users/{id}/deactivation")
                .route(get().to(users_acts::show_act))
                .route(post().to(users_acts::do_act)),
        )
        .service(
            resource("/users/{id}/reactivation")
                .route(get().to(users_acts::show_act))
                .route(post().to(users_acts::do_act)),
        )
        .service(
            resource("/users/{id}/second-factor")
                .route(get().to(users_acts::show_act))
                .route(post().to(users_acts::do_act)),
        )
        .service(
            resource("/users/{id}/invitation")
                .route(get().to(users_acts::show_invitation))
                .route(post().to(users_acts::make_invitation)),
        );
}

/// Offices and the tables they come from.
fn office_administration(config: &mut ServiceConfig) {
    config
        .service(resource("/offices").route(get().to(offices::show_offices)))
        .service(
            resource("/offices/{code}")
                .route(get().to(offices::show_office))
                .route(post().to(offices::save_office)),
        )
        .service(resource("/masters").route(get().to(masters::show_masters)))
        .service(
            resource("/masters/{table}")
                .route(get().to(masters::show_upload))
                .route(post().to(masters::take_upload)),
        )
        .service(resource("/masters/{table}/file").route(get().to(masters::download_table)))
        .service(
            resource("/masters/{table}/diff/{id}")
                .route(get().to(master_diff::show_diff))
                .route(post().to(master_diff::confirm_diff)),
        );
}

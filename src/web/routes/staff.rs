//! The pages under `/staff`. Each has a row in `rights`, or it is 404 for everybody.

use actix_web::web::{ServiceConfig, get, post, resource};

use super::cases::desk_case_pages;
use super::issuer::release_pages;
use super::legs::leg_pages;
use super::queues::queue_pages;
use crate::web::office::{
    account, confirm as confirm_again, enrolment, home, invitation, login, second_factor, settings,
};

/// The pages of staff. Each has a row in `rights`, or it is 404 for everybody.
pub(super) fn staff_pages(config: &mut ServiceConfig) {
    config.configure(release_pages);
    config.configure(queue_pages);
    config.configure(desk_case_pages);
    config
        .configure(leg_pages)
        .service(resource("").route(get().to(home::show_home)))
        .service(
            resource("/login")
                .route(get().to(login::show_login))
                .route(post().to(login::sign_in)),
        )
        .service(
            resource("/login/code")
                .route(get().to(second_factor::show_code))
                .route(post().to(second_factor::take_code)),
        )
        .service(
            resource("/login/second-factor")
                .route(get().to(enrolment::show_enrolment))
                .route(post().to(enrolment::enrol)),
        )
        .service(resource("/logout").route(post().to(login::sign_out)))
        .service(
            resource("/office")
                .route(get().to(settings::show_settings))
                .route(post().to(settings::save_settings)),
        )
        .service(
            resource("/invitation/{token}")
                .route(get().to(invitation::show_invitation))
                .route(post().to(invitation::take_invitation)),
        )
        .service(
            resource("/confirm")
                .route(get().to(confirm_again::show_confirm))
                .route(post().to(confirm_again::confirm)),
        )
        .service(
            resource("/account")
                .route(get().to(account::show_account))
                .route(post().to(account::end_other_sessions)),
        )
        .service(
            resource("/account/password")
                .route(get().to(account::show_password))
                .route(post().to(account::change_password)),
        )
        .service(
            resource("/account/recovery-codes")
                .route(get().to(account::show_recovery_codes))
                .route(post().to(account::make_recovery_codes)),
        );
}

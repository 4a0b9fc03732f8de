//! Every address of the service and the function that answers it: the only place a path is bound.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig, get, post, resource, scope};

use super::applicant::{
    apply, case_mails, check, confirm, contacts, email, fix, leave, list, menu, own_record, photo,
    photo_check, pickup, print, ready, review, sections, sent, status, track, verify, withdraw,
};
use super::office::guard;
use super::{api, assets, dev, language, public};

mod admin;
mod cases;
mod exchange;
mod issuer;
mod legs;
mod operation;
mod queues;
mod staff;

use admin::admin_pages;
use exchange::exchange_interface;
use issuer::issuer_pages;
use staff::staff_pages;

/// Binds everything.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(resource("/healthz").route(get().to(public::show_alive)))
        .service(resource("/readyz").route(get().to(public::show_ready)))
        .service(resource("/robots.txt").route(get().to(public::show_robots)))
        .service(resource("/static/{version}/{name:.*}").route(get().to(assets::show_asset)))
        .service(resource("/language/{lang}/{page:.*}").route(get().to(language::switch)))
        .service(resource("/api/municipalities").route(get().to(api::list_municipalities)))
        .service(resource("/api/countries").route(get().to(api::list_countries)))
        .service(resource("/api/offices").route(get().to(api::list_offices)))
        .service(scope("/exchange/v1").configure(exchange_interface))
        .service(resource("/dev/mail").route(get().to(dev::show_mailbox)))
        .service(resource("/dev/mail.json").route(get().to(dev::show_mailbox_json)))
        .service(resource("/dev/mail/{number}").route(get().to(dev::show_mail)))
        .service(scope("/en").configure(pages))
        .configure(pages)
        .default_service(web::to(public::show_nothing));
}

/// The pages, the same under both languages.
fn pages(config: &mut ServiceConfig) {
    config
        .service(resource("/").route(get().to(public::show_start)))
        .service(resource("/exchange").route(get().to(public::exchange::show_handbook)))
        .service(resource("/sitemap").route(get().to(public::show_sitemap)));
    for text in ["/help", "/a11y", "/privacy", "/cookies"] {
        config.service(resource(text).route(get().to(public::show_text)));
    }
    config
        .service(
            resource("/check")
                .route(get().to(check::show_check))
                .route(post().to(check::decide_check)),
        )
        .service(resource("/check/result").route(get().to(check::show_result)))
        .service(
            resource("/apply")
                .route(get().to(apply::show_apply))
                .route(post().to(apply::send_code)),
        )
        .service(
            resource("/apply/verify")
                .route(get().to(verify::show_verify))
                .route(post().to(verify::take_code)),
        )
        .service(
            resource("/apply/verify/{token}")
                .route(get().to(verify::show_link))
                .route(post().to(verify::take_link)),
        )
        .service(
            resource("/track")
                .route(get().to(track::show_track))
                .route(post().to(track::send_track_code)),
        )
        .service(resource("/sign-out").route(post().to(track::sign_out)))
        .service(
            resource("/a")
                .route(get().to(list::show_list))
                .route(post().to(list::start_another)),
        )
        .service(resource("/q/{reference}").route(get().to(ready::follow_short_link)))
        .service(scope("/a/{reference}").configure(case_pages))
        .service(resource("/offices").route(get().to(public::offices::show_offices)))
        .service(resource("/offices/{code}").route(get().to(public::offices::show_office)))
        .service(
            scope("/staff")
                .wrap(from_fn(guard::guard))
                .configure(staff_pages),
        )
        .service(
            scope("/issuer")
                .wrap(from_fn(guard::guard))
                .configure(issuer_pages),
        )
        .service(
            scope("/admin")
                .wrap(from_fn(guard::guard))
                .configure(admin_pages),
        );
}

/// What is shown and can be changed once a form was made.
fn filed_pages(config: &mut ServiceConfig) {
    config
        .service(resource("/status").route(get().to(status::show_status)))
        .service(resource("/notices").route(get().to(case_mails::show_mails)))
        .service(resource("/notices/{number}").route(get().to(case_mails::show_mail)))
        .service(resource("/access-log").route(get().to(own_record::show_access_log)))
        .service(resource("/data.json").route(get().to(own_record::download)))
        .service(
            resource("/fix")
                .route(get().to(fix::show_fix))
                .route(post().to(fix::send_fix)),
        )
        .service(
            resource("/email")
                .route(get().to(email::show_email))
                .route(post().to(email::change_email)),
        )
        .service(
            resource("/pickup")
                .route(get().to(pickup::show_pickup))
                .route(post().to(pickup::change_pickup)),
        )
        .service(
            resource("/contacts")
                .route(get().to(contacts::show_contacts))
                .route(post().to(contacts::save_contacts)),
        )
        .service(
            resource("/withdraw")
                .route(get().to(withdraw::show_withdraw))
                .route(post().to(withdraw::withdraw)),
        );
}

/// The pages of one case.
fn case_pages(config: &mut ServiceConfig) {
    config
        .configure(filed_pages)
        .service(resource("").route(get().to(menu::show_menu)))
        .service(
            resource("/confirm")
                .route(get().to(confirm::show_confirm))
                .route(post().to(confirm::confirm_birth_date)),
        )
        .service(
            resource("/delete")
                .route(get().to(menu::show_delete))
                .route(post().to(menu::delete_draft)),
        )
        .service(resource("/saved").route(get().to(leave::show_saved)))
        .service(
            resource("/photo")
                .route(get().to(photo::show_photo))
                .route(post().to(photo::take_photo)),
        )
        .service(
            resource("/photo/check")
                .route(get().to(photo_check::show_check))
                .route(post().to(photo_check::decide_photo)),
        )
        .service(resource("/photo.jpg").route(get().to(photo::show_picture)))
        .service(
            resource("/review")
                .route(get().to(review::show_review))
                .route(post().to(review::make_form)),
        )
        .service(resource("/ready").route(get().to(ready::show_ready)))
        .service(resource("/print").route(get().to(print::show_print)))
        .service(resource("/form.pdf").route(get().to(print::show_form)))
        .service(resource("/photo-sheet.pdf").route(get().to(print::show_photo_sheet)))
        .service(resource("/sheet-{number}.png").route(get().to(print::show_sheet)))
        .service(
            resource("/sent")
                .route(get().to(sent::show_sent))
                .route(post().to(sent::register_posting)),
        )
        .service(
            resource("/{section}")
                .route(get().to(sections::show_section))
                .route(post().to(sections::save_section)),
        );
}

//! Every address of the service and the function that answers it: the only place a path is bound.

use actix_web::web::{self, ServiceConfig, get, post, resource, scope};

use super::applicant::{check, confirm, leave, list, menu, photo, print, ready, review, sections, sent, sign_in};
use super::{api, assets, dev, public};

/// Binds everything.
pub fn register(config: &mut ServiceConfig) {
    config
        .route("/healthz", get().to(public::show_alive))
        .route("/readyz", get().to(public::show_ready))
        .route("/robots.txt", get().to(public::show_robots))
        .route("/static/{version}/{name:.*}", get().to(assets::show_asset))
        .route("/api/municipalities", get().to(api::list_municipalities))
        .route("/api/countries", get().to(api::list_countries))
        .route("/api/offices", get().to(api::list_offices))
        .route("/dev/mail", get().to(dev::show_mailbox))
        .route("/dev/mail.json", get().to(dev::show_mailbox_json))
        .route("/dev/mail/{number}", get().to(dev::show_mail))
        .service(scope("/en").configure(pages))
        .configure(pages)
        .default_service(web::to(public::show_nothing));
}

/// The pages, the same under both languages.
fn pages(config: &mut ServiceConfig) {
    config.route("/", get().to(public::show_start)).route("/sitemap", get().to(public::show_sitemap));
    for text in ["/help", "/a11y", "/privacy", "/cookies"] {
        config.route(text, get().to(public::show_text));
    }
    config
        .service(resource("/check").route(get().to(check::show_check)).route(post().to(check::decide_check)))
        .route("/check/result", get().to(check::show_result))
        .service(resource("/apply").route(get().to(sign_in::show_apply)).route(post().to(sign_in::send_code)))
        .service(resource("/apply/verify").route(get().to(sign_in::show_verify)).route(post().to(sign_in::take_code)))
        .service(resource("/apply/verify/{token}").route(get().to(sign_in::show_link)).route(post().to(sign_in::take_link)))
        .service(resource("/track").route(get().to(sign_in::show_track)).route(post().to(sign_in::send_track_code)))
        .route("/sign-out", post().to(sign_in::sign_out))
        .service(resource("/a").route(get().to(list::show_list)).route(post().to(list::start_another)))
        .route("/q/{reference}", get().to(ready::follow_short_link))
        .service(scope("/a/{reference}").configure(case_pages));
}

/// The pages of one case.
fn case_pages(config: &mut ServiceConfig) {
    config
        .route("", get().to(menu::show_menu))
        .service(resource("/confirm").route(get().to(confirm::show_confirm)).route(post().to(confirm::confirm_birth_date)))
        .service(resource("/delete").route(get().to(menu::show_delete)).route(post().to(menu::delete_draft)))
        .route("/saved", get().to(leave::show_saved))
        .service(resource("/photo").route(get().to(photo::show_photo)).route(post().to(photo::take_photo)))
        .service(resource("/photo/check").route(get().to(photo::show_check)).route(post().to(photo::decide_photo)))
        .route("/photo.jpg", get().to(photo::show_picture))
        .service(resource("/review").route(get().to(review::show_review)).route(post().to(review::make_form)))
        .route("/ready", get().to(ready::show_ready))
        .route("/status", get().to(ready::show_status))
        .route("/print", get().to(print::show_print))
        .route("/form.pdf", get().to(print::show_form))
        .route("/photo-sheet.pdf", get().to(print::show_photo_sheet))
        .route("/sheet-{number}.png", get().to(print::show_sheet))
        .service(resource("/sent").route(get().to(sent::show_sent)).route(post().to(sent::register_posting)))
        .service(resource("/{section}").route(get().to(sections::show_section)).route(post().to(sections::save_section)));
}

//! The switch between the languages, and the cookie that remembers its use (ux.md §4.1).
//!
//! The language of a page is in its address and nowhere else. The cookie `lang` is set by the switch alone, and decides only where an address names no
//! language: `/q/{ref}`, errors at addresses that are no page, and the language of notices proposed when a form is started. Nobody is redirected by it.

use actix_web::cookie::time::Duration as CookieAge;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::app::App;
use super::errors::AppError;
use super::frame::leads_elsewhere;
use crate::i18n::Lang;

/// The cookie's name.
pub const COOKIE: &str = "lang";
/// What stands before the language and the page in the address of the switch.
pub const SWITCH: &str = "/language";

/// The language the visitor chose, if she did.
pub fn chosen(request: &HttpRequest) -> Option<Lang> {
    request
        .cookie(COOKIE)
        .and_then(|cookie| Lang::parse(cookie.value()))
}

/// `GET /language/{lang}/{page}`: remembers the language and leads to that page in it. Only to pages of this site.
pub async fn switch(
    request: HttpRequest,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, AppError> {
    let lang = Lang::parse(&path.0).ok_or(AppError::NotFound)?;
    let page = page_in(&request, lang).ok_or(AppError::NotFound)?;
    let cookie = Cookie::build(COOKIE, lang.as_str())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.base_url().is_https())
        .max_age(CookieAge::days(365))
        .finish();
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, page))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .cookie(cookie)
        .finish())
}

/// The page after the language, exactly as it was written, with its query.
fn page_in(request: &HttpRequest, lang: Lang) -> Option<String> {
    let page = request
        .path()
        .strip_prefix(SWITCH)?
        .strip_prefix('/')?
        .strip_prefix(lang.as_str())?;
    let query = request.query_string();
    let mark = if query.is_empty() { "" } else { "?" };
    (!leads_elsewhere(page)).then(|| format!("{}{page}{mark}{query}", lang.prefix()))
}

/// Whether an error at an address with this route has a language of its own: pages have, what machines ask for and what is bound nowhere has not.
pub fn is_of_a_page(route: Option<&str>) -> bool {
    let for_machines = ["/static/", "/api/", "/dev/", "/q/", SWITCH];
    route.is_some_and(|route| !for_machines.iter().any(|area| route.starts_with(area)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_have_a_language_of_their_own() {
        for (route, expected) in [
            (Some("/check"), true),
            (Some("/en/check"), true),
            (Some("/a/{reference}/person"), true),
            (Some("/q/{reference}"), false),
            (Some("/api/offices"), false),
            (Some("/language/{lang}/{page:.*}"), false),
            (None, false),
        ] {
            assert_eq!(is_of_a_page(route), expected, "{route:?}");
        }
    }
}

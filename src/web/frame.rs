//! What every page shares: language, path, form token, the demo strip, and how a page becomes a response.
//!
//! The language is in the address (`/` Japanese, `/en/` English). A visitor's own choice, made with the switch, is remembered in a cookie and decides
//! only where an address names no language ([`super::language`]). A visitor without a session cookie gets one as soon as a page with a form is
//! shown: the form's token is bound to it. Personal pages are never stored by anybody on the way.

use std::borrow::Cow;
use std::cell::Cell;

use actix_web::cookie::time::Duration as CookieAge;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use askama::Template;
use jiff::civil::Date;

use super::app::App;
use super::assets;
use super::errors::AppError;
use super::language;
use crate::i18n::{self, Lang};
use crate::security::csrf;
use crate::security::token::Token;

/// Whose request this is and how to speak to them.
#[derive(Debug)]
pub struct Frame {
    /// The language of the address.
    pub lang: Lang,
    /// The path without the language prefix, as `/check`.
    path: String,
    query: String,
    visitor: Option<Token>,
    is_new_visitor: bool,
    needs_cookie: Cell<bool>,
    chosen: Option<Lang>,
    app: web::Data<App>,
}

impl FromRequest for Frame {
    type Error = AppError;
    type Future = std::future::Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self::of(request)))
    }
}

/// Splits a path into its language and the rest.
pub fn split_language(path: &str) -> (Lang, &str) {
    match path.strip_prefix("/en") {
        Some("") => (Lang::En, "/"),
        Some(rest) if rest.starts_with('/') => (Lang::En, rest),
        _ => (Lang::Ja, path),
    }
}

/// Whether pages under `path` (without language) are about a person: nobody may store or index them.
pub fn is_personal(path: &str) -> bool {
    // The router decodes an address before it chooses a page: `/%61/…` is `/a/…`, and must not be kept either.
    path.starts_with("/a/") || path == "/a" || is_staff_area(path) || path.contains('%')
}

/// Whether `path` (without language) is one of the staff's pages: they have a session of their own.
pub fn is_staff_area(path: &str) -> bool {
    ["/staff", "/issuer", "/admin"].iter().any(|area| {
        path.strip_prefix(area)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    })
}

/// Whether a browser would take `path` for the address of another site: `//host`, and `/\host`, which means the same to it.
pub fn leads_elsewhere(path: &str) -> bool {
    path.starts_with("//") || path.starts_with("/\\")
}

impl Frame {
    /// The frame of a request.
    ///
    /// # Panics
    /// Never in the running server: its routes all carry [`App`].
    pub fn of(request: &HttpRequest) -> Self {
        let app = App::of(request);
        let (lang, path) = split_language(request.path());
        let cookie = request
            .cookie(app.cookie_of(path))
            .and_then(|cookie| Token::parse(cookie.value()));
        let is_new_visitor = cookie.is_none();
        let visitor = cookie.or_else(|| Token::generate().ok());
        Self {
            lang,
            path: path.to_owned(),
            query: request.query_string().to_owned(),
            visitor,
            is_new_visitor,
            needs_cookie: Cell::new(false),
            chosen: language::chosen(request),
            app,
        }
    }

    /// The running service.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The words for `key`.
    pub fn t(&self, key: &str) -> Cow<'static, str> {
        i18n::text(self.lang, key)
    }

    /// The words for `key` with one fact.
    pub fn t1(&self, key: &str, name: &str, fact: impl Into<String>) -> String {
        i18n::text_with(self.lang, key, &[(name, fact.into())])
    }

    /// The words for `key` with two facts.
    pub fn t2(&self, key: &str, one: (&str, &str), two: (&str, &str)) -> String {
        i18n::text_with(self.lang, key, &[one, two])
    }

    /// A date with its weekday, as this language writes it.
    pub fn day(&self, date: &Date) -> String {
        i18n::date_with_weekday(self.lang, *date)
    }

    /// `path` in the language of this page.
    pub fn to(&self, path: impl AsRef<str>) -> String {
        format!("{}{}", self.lang.prefix(), path.as_ref())
    }

    /// The switch: remembers the other language and leads to this page in it.
    pub fn switch(&self) -> String {
        let place = if leads_elsewhere(&self.path) {
            "/"
        } else {
            &self.path
        };
        let query = if self.query.is_empty() {
            String::new()
        } else {
            format!("?{}", self.query)
        };
        format!(
            "{}/{}{place}{query}",
            language::SWITCH,
            self.lang.other().as_str()
        )
    }

    /// The language this visitor chose with the switch, if she ever did.
    pub fn chosen_language(&self) -> Option<Lang> {
        self.chosen
    }

    /// The same page in another language than its address has.
    #[must_use]
    pub fn in_language(self, lang: Lang) -> Self {
        Self { lang, ..self }
    }

    /// This page's path without the language prefix.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The absolute address of this page in `lang`, for `<link rel="alternate">`.
    pub fn absolute(&self, lang: &str) -> String {
        let prefix = Lang::parse(lang).unwrap_or_default().prefix();
        format!("{}{prefix}{}", self.app.base_url().as_str(), self.path)
    }

    /// The hashed address of a static file.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    /// Whether the demo strip is shown.
    pub fn demo(&self) -> bool {
        self.app.is_demo()
    }

    /// The token of this page's forms; from now on the response carries the session cookie.
    pub fn csrf(&self) -> String {
        self.needs_cookie.set(true);
        self.visitor
            .as_ref()
            .and_then(|visitor| csrf::token_for(self.app.keys(), visitor.as_str()).ok())
            .unwrap_or_default()
    }

    /// Whether `posted` is the token this visitor's forms carry.
    pub fn owns_token(&self, posted: &str) -> bool {
        !self.is_new_visitor
            && self
                .visitor
                .as_ref()
                .is_some_and(|visitor| csrf::is_valid(self.app.keys(), visitor.as_str(), posted))
    }

    /// The token in the visitor's session cookie, if she brought one.
    pub fn visitor(&self) -> Option<&Token> {
        self.visitor.as_ref().filter(|_| !self.is_new_visitor)
    }

    /// Whether pages under this path are about a person.
    pub fn is_personal(&self) -> bool {
        is_personal(&self.path)
    }

    /// A page with status 200.
    pub fn ok(&self, page: &impl Template) -> Result<HttpResponse, AppError> {
        self.page(StatusCode::OK, page)
    }

    /// The form again, with what is wrong (422).
    pub fn again(&self, page: &impl Template) -> Result<HttpResponse, AppError> {
        self.page(StatusCode::UNPROCESSABLE_ENTITY, page)
    }

    /// A page with its headers.
    pub fn page(&self, status: StatusCode, page: &impl Template) -> Result<HttpResponse, AppError> {
        let html = page.render().map_err(AppError::unexpected)?;
        let mut response = HttpResponse::build(status);
        response.content_type("text/html; charset=utf-8");
        response.insert_header((header::CONTENT_LANGUAGE, self.lang.as_str()));
        let is_public = !self.is_personal() && !self.needs_cookie.get() && status == StatusCode::OK;
        let caching = if is_public {
            "public, max-age=300"
        } else {
            "no-store"
        };
        response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static(caching)));
        if self.needs_cookie.get()
            && self.is_new_visitor
            && let Some(visitor) = &self.visitor
        {
            response.cookie(
                self.app
                    .cookie_with(self.app.cookie_of(&self.path), visitor),
            );
        }
        Ok(response.body(html))
    }

    /// On to `path` in this language, after a form was accepted (303).
    pub fn see_other(&self, path: &str) -> HttpResponse {
        HttpResponse::SeeOther()
            .insert_header((header::LOCATION, self.to(path)))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish()
    }
}

impl App {
    /// The name of the cookie whose session the pages under `path` (without language) belong to.
    fn cookie_of(&self, path: &str) -> &'static str {
        if is_staff_area(path) {
            self.staff_cookie()
        } else {
            self.session_cookie()
        }
    }

    /// The cookie that carries an applicant's session.
    pub fn session_cookie_with(&self, token: &Token) -> Cookie<'static> {
        self.cookie_with(self.session_cookie(), token)
    }

    /// The cookie that carries a session of staff.
    pub fn staff_cookie_with(&self, token: &Token) -> Cookie<'static> {
        self.cookie_with(self.staff_cookie(), token)
    }

    fn cookie_with(&self, name: &'static str, token: &Token) -> Cookie<'static> {
        Cookie::build(name, token.as_str().to_owned())
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.base_url().is_https())
            .max_age(CookieAge::days(1))
            .finish()
    }

    /// Takes the applicant's session cookie away.
    pub fn session_cookie_gone(&self) -> Cookie<'static> {
        self.cookie_gone(self.session_cookie())
    }

    /// Takes the staff's session cookie away.
    pub fn staff_cookie_gone(&self) -> Cookie<'static> {
        self.cookie_gone(self.staff_cookie())
    }

    fn cookie_gone(&self, name: &'static str) -> Cookie<'static> {
        let mut cookie = Cookie::build(name, "")
            .path("/")
            .secure(self.base_url().is_https())
            .finish();
        cookie.make_removal();
        cookie
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_first_part_of_the_path() {
        for (path, expected) in [
            ("/", (Lang::Ja, "/")),
            ("/en/", (Lang::En, "/")),
            ("/en", (Lang::En, "/")),
            ("/en/check", (Lang::En, "/check")),
            ("/english", (Lang::Ja, "/english")),
        ] {
            assert_eq!(split_language(path), expected, "{path}");
        }
    }

    #[test]
    fn addresses_of_other_sites_are_told_apart() {
        for (path, expected) in [
            ("/check", false),
            ("/", false),
            ("//evil.example", true),
            ("/\\evil.example", true),
            ("/a//b", false),
        ] {
            assert_eq!(leads_elsewhere(path), expected, "{path}");
        }
    }
}

//! A form posted after its session had ended is kept for a day, sealed, and shown again once the mailbox is proved: a lost session loses nothing.

use actix_web::cookie::time::Duration as CookieAge;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::SignedDuration;

use super::session::Case;
use crate::domain::answers::Answers;
use crate::domain::application::section::Section;
use crate::domain::receipt_number::ReceiptNumber;
use crate::security::sealing::{self, Place};
use crate::security::token::Token;
use crate::storage::pending_posts::{self, NewPendingPost};
use crate::storage::{StoreError, applications};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;

/// The cookie that leads back to the kept form: `<token>.<receipt number>.<section>`.
pub const COOKIE: &str = "kept";
/// The page "I posted it", kept like a section.
pub const SENT: &str = "sent";
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// The row a kept form is bound to.
fn place(token: &Token) -> Place {
    Place::of(
        "pending-post",
        data_encoding::HEXLOWER.encode(token.hash().as_bytes()),
    )
}

/// Keeps what was typed into `section` of the case `reference` and sends the visitor to prove her mailbox. Whether there is such a case is not told.
pub async fn keep(
    frame: &Frame,
    app: &web::Data<App>,
    reference: &ReceiptNumber,
    section: &'static str,
    answers: &Answers,
) -> Result<HttpResponse, AppError> {
    let token = Token::generate().map_err(AppError::unexpected)?;
    let body = serde_json::to_vec(answers).map_err(AppError::unexpected)?;
    let sealed = sealing::seal(app.keys(), &place(&token), &body).map_err(AppError::unexpected)?;
    let (hash, wanted, now) = (token.hash(), *reference, app.clock.now());
    app.write(move |db| {
        let Some(application) = applications::find_by_reference(db, wanted)? else {
            return Ok(());
        };
        let post = NewPendingPost {
            token_hash: hash.as_bytes(),
            application: application.id,
            section,
            key_id: &sealed.key_id,
            sealed: &sealed.bytes,
            expires_at: now + LIFETIME,
        };
        pending_posts::insert_pending_post(db, &post, now)
    })
    .await?;
    let mut response = frame.see_other(&format!("/track?again=1&ref={reference}"));
    let cookie = Cookie::build(COOKIE, format!("{}.{reference}.{section}", token.as_str()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.base_url().is_https())
        .max_age(CookieAge::days(1))
        .finish();
    response.add_cookie(&cookie).map_err(AppError::unexpected)?;
    Ok(response)
}

/// An answer that takes the cookie away from a browser that brought it: what it led to has been given back.
pub fn forget(
    request: &HttpRequest,
    app: &App,
    mut response: HttpResponse,
) -> Result<HttpResponse, AppError> {
    if request.cookie(COOKIE).is_some() {
        let mut gone = Cookie::build(COOKIE, "")
            .path("/")
            .secure(app.base_url().is_https())
            .finish();
        gone.make_removal();
        response.add_cookie(&gone).map_err(AppError::unexpected)?;
    }
    Ok(response)
}

struct KeptForm {
    token: Token,
    reference: ReceiptNumber,
    section: String,
}

fn read_cookie(request: &HttpRequest) -> Option<KeptForm> {
    let cookie = request.cookie(COOKIE)?;
    let mut parts = cookie.value().splitn(3, '.');
    let token = Token::parse(parts.next()?)?;
    let reference = parts.next()?.parse().ok()?;
    let section = parts
        .next()
        .filter(|name| *name == SENT || Section::parse(name).is_some())?
        .to_owned();
    Some(KeptForm {
        token,
        reference,
        section,
    })
}

/// The page a kept form belongs to, if this browser has one.
pub async fn page_of(request: &HttpRequest, app: &web::Data<App>) -> Option<String> {
    let kept = read_cookie(request)?;
    let (hash, now, reference) = (kept.token.hash(), app.clock.now(), kept.reference);
    let is_kept = app
        .read(
            move |db| match applications::find_by_reference(db, reference)? {
                Some(application) => {
                    Ok(
                        pending_posts::find_pending_post(db, hash.as_bytes(), application.id, now)?
                            .is_some(),
                    )
                }
                None => Ok(false),
            },
        )
        .await
        .unwrap_or(false);
    is_kept.then(|| format!("/a/{}/{}", kept.reference, kept.section))
}

/// Takes up what was kept for `section` of the visitor's own case; it is given once.
pub async fn take_up(
    request: &HttpRequest,
    app: &web::Data<App>,
    case: &Case,
    section: &str,
) -> Result<Option<Answers>, AppError> {
    let Some(kept) = read_cookie(request)
        .filter(|kept| kept.section == section && kept.reference == case.reference)
    else {
        return Ok(None);
    };
    let (hash, now, application) = (kept.token.hash(), app.clock.now(), case.application.id);
    let post = app
        .write(move |db| {
            let post = pending_posts::find_pending_post(db, hash.as_bytes(), application, now)?;
            pending_posts::delete_pending_post(db, hash.as_bytes())?;
            Ok::<_, StoreError>(post)
        })
        .await?;
    let Some(post) = post else { return Ok(None) };
    let sealed = sealing::Sealed {
        key_id: post.key_id,
        bytes: post.sealed,
    };
    let body =
        sealing::open(app.keys(), &place(&kept.token), &sealed).map_err(AppError::unexpected)?;
    serde_json::from_slice(&body)
        .map(Some)
        .map_err(AppError::unexpected)
}

//! Who of the staff is there. The session's token lives in a cookie of its own, so that a clerk who tries the applicant's pages stays signed in.
//!
//! A session ends 30 minutes after the last request and 12 hours after the sign-in, when it is ended by its owner or an administrator, and with the
//! account. It gets a new token at each step of the sign-in. Roles are read with every request: what was withdrawn a moment ago is withdrawn.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use jiff::{SignedDuration, Timestamp};

use crate::domain::office_code::OfficeCode;
use crate::domain::staff::{Assignment, Role};
use crate::domain::transition::Actor;
use crate::security::token::Token;
use crate::storage::applications::Doer;
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::staff::{StaffId, StaffMember};
use crate::storage::staff_sessions::{self, NewStaffSession, StaffSession, StaffSessionId, Stage};
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::{self, Frame};
use crate::web::limits::source_of;
use crate::web::rights;

/// A session ends after so long without a request.
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// And after so long in any case.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// Between password and second factor there is so much time.
const BETWEEN_FACTORS: SignedDuration = SignedDuration::from_mins(10);
/// A session's end is moved only when this much of it is used, so that reading pages rarely writes.
const RENEW_AFTER: SignedDuration = SignedDuration::from_mins(1);
/// An address to return to is not longer than this.
const LONGEST_NEXT: usize = 500;

/// A member of staff with a session. In a handler of a page that names roles: signed in with both factors, trained, and with one of them.
#[derive(Debug, Clone)]
pub struct Staff {
    /// Who.
    pub id: StaffId,
    /// What they sign in with.
    pub user_id: String,
    /// What colleagues call them.
    pub name: String,
    /// What they may do, and where.
    pub assignment: Assignment,
    /// The session.
    pub session: StaffSessionId,
    /// How far the sign-in has come.
    pub stage: Stage,
    /// Whether a second factor is set up.
    pub has_second_factor: bool,
    /// When password and code were last given.
    pub confirmed_at: Option<Timestamp>,
    trained_on: Option<jiff::civil::Date>,
}

impl Staff {
    fn new(session: &StaffSession, member: StaffMember) -> Self {
        Self {
            id: member.id,
            user_id: member.user_id,
            name: member.name,
            assignment: member.assignment,
            session: session.id,
            stage: session.stage,
            has_second_factor: member.has_second_factor,
            confirmed_at: session.confirmed_at,
            trained_on: member.trained_on,
        }
    }

    /// The office whose cases these are, for the roles that belong to one.
    pub fn office(&self) -> Option<&OfficeCode> {
        self.assignment.office()
    }

    /// The office, where a page makes no sense without one: whoever has none finds nothing.
    pub fn own_office(&self) -> Result<&OfficeCode, AppError> {
        self.office().ok_or(AppError::NotFound)
    }

    /// Whether this is one of the roles.
    pub fn has(&self, role: Role) -> bool {
        self.assignment.has(role)
    }

    /// Whether the page with this pattern (as in `rights`) opens.
    pub fn may_open(&self, pattern: &str) -> bool {
        rights::may_open(&self.assignment, pattern)
    }

    /// The actor of audit entries: `staff:7`.
    pub fn actor(&self) -> String {
        self.id.actor()
    }

    /// Who does something to a case, in the part played there.
    pub fn doer(&self, role: Actor) -> Doer {
        Doer {
            role,
            id: self.actor(),
        }
    }

    /// As the decision sees it.
    pub(super) fn standing(&self) -> rights::Standing<'_> {
        rights::Standing {
            stage: self.stage,
            assignment: &self.assignment,
            trained_on: self.trained_on,
            confirmed_at: self.confirmed_at,
        }
    }

    /// The last day the training counts, if there was one.
    pub fn trained_through(&self) -> Option<jiff::civil::Date> {
        self.trained_on
            .map(crate::domain::staff::training::valid_through)
    }
}

impl FromRequest for Staff {
    type Error = AppError;
    type Future = std::future::Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        // Only the guard puts it there. A route that forgot the guard shows nothing.
        let staff = request.extensions().get::<Self>().cloned();
        std::future::ready(staff.ok_or(AppError::NotFound))
    }
}

/// Who the staff's cookie of this request belongs to, whatever page is asked for; a session in use is prolonged.
pub async fn find(request: &HttpRequest, app: &web::Data<App>) -> Result<Option<Staff>, AppError> {
    let cookie = request.cookie(app.staff_cookie());
    let Some(token) = cookie.and_then(|cookie| Token::parse(cookie.value())) else {
        return Ok(None);
    };
    let now = app.clock.now();
    let found = app
        .read(move |db| staff_sessions::find_live_session(db, token.hash().as_bytes(), now))
        .await?;
    let Some((session, member)) = found else {
        return Ok(None);
    };
    if session.stage == Stage::Full {
        renew(app, &session, now).await;
    }
    Ok(Some(Staff::new(&session, member)))
}

/// Moves the end of a session that is in use. A failure changes nothing for this request.
async fn renew(app: &web::Data<App>, session: &StaffSession, now: Timestamp) {
    let end = (now + IDLE).min(session.created_at + LONGEST);
    if end.duration_since(session.expires_at) < RENEW_AFTER {
        return;
    }
    let id = session.id;
    if let Err(error) = app
        .write(move |db| staff_sessions::touch_session(db, id, end, now))
        .await
    {
        tracing::warn!(%error, "a session of staff could not be renewed");
    }
}

/// Where a browser is and what it is: what a person recognises a sign-in by.
#[derive(Debug, Clone)]
pub struct Device {
    source: String,
    name: String,
}

impl Device {
    /// The device a request comes from.
    pub fn of(request: &HttpRequest) -> Self {
        let agent = request
            .headers()
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        Self {
            source: source_of(request).to_string(),
            name: device_name(agent),
        }
    }
}

/// Browser and system in two words, as far as the browser says; the rest of what it says identifies nobody and is dropped.
fn device_name(agent: &str) -> String {
    // The order matters: each later browser also names the earlier ones.
    const BROWSERS: [(&str, &str); 5] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let found = |list: &[(&str, &'static str)]| {
        list.iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    let words: Vec<&str> = [found(&BROWSERS), found(&SYSTEMS)]
        .into_iter()
        .flatten()
        .collect();
    words.join(", ")
}

/// Begins a session at `stage`; the cookie's token is new.
pub fn begin(
    db: &mut Db,
    staff_id: StaffId,
    stage: Stage,
    token: &Token,
    device: &Device,
    now: Timestamp,
) -> Result<StaffSessionId, StoreError> {
    let length = match stage {
        Stage::Password => BETWEEN_FACTORS,
        Stage::Full => IDLE,
    };
    let hash = token.hash();
    let new = NewStaffSession {
        staff_id,
        token_hash: hash.as_bytes(),
        stage,
        source: &device.source,
        device: &device.name,
        expires_at: now + length,
    };
    staff_sessions::insert_session(db, &new, now)
}

/// Writes down what a member of staff did that belongs to no case.
pub fn note(
    db: &mut Db,
    actor: &str,
    action: &str,
    detail: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let entry = NewEntry {
        chain: &Chain::system(),
        actor,
        action,
        detail,
    };
    audit::append(db, &entry, now)
}

/// On to `path`, with the session's new cookie.
pub fn see_other_with(
    frame: &Frame,
    app: &App,
    path: &str,
    token: &Token,
) -> Result<HttpResponse, AppError> {
    let mut response = frame.see_other(path);
    response
        .add_cookie(&app.staff_cookie_with(token))
        .map_err(AppError::unexpected)?;
    Ok(response)
}

/// The address to return to, if it is one of the staff's own pages; otherwise the first page.
pub fn return_path(next: &str) -> &str {
    let is_own = next.len() <= LONGEST_NEXT
        && frame::is_staff_area(next)
        && !frame::leads_elsewhere(next)
        && !next.starts_with("/staff/log")
        && next
            .chars()
            .all(|c| c.is_ascii_graphic() && !matches!(c, '\\' | '"' | '<' | '>'));
    if is_own { next } else { "/staff" }
}

/// `next` as a query of the sign-in's pages.
pub fn next_query(next: &str) -> String {
    if next.is_empty() || next == "/staff" {
        return String::new();
    }
    let encoded = percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC);
    format!("?next={encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_pages_are_returned_to() {
        for (next, expected) in [
            (
                "/staff/queues/match?due=soon&page=2",
                "/staff/queues/match?due=soon&page=2",
            ),
            ("/issuer/batches", "/issuer/batches"),
            ("/admin/users/7", "/admin/users/7"),
            ("", "/staff"),
            ("/", "/staff"),
            ("/a/K7M4", "/staff"),
            ("//evil.example/staff", "/staff"),
            ("/\\evil.example", "/staff"),
            ("https://evil.example/staff/", "/staff"),
            ("/staff\\..", "/staff"),
            ("/staffroom", "/staff"),
            ("/staff/login", "/staff"),
            ("/staff/logout", "/staff"),
            ("/staff/a\r\nset-cookie: x", "/staff"),
        ] {
            assert_eq!(return_path(next), expected, "{next:?}");
        }
        assert_eq!(
            return_path(&format!("/staff/{}", "a".repeat(500))),
            "/staff"
        );
        assert_eq!(
            next_query("/staff/intake?kind=form"),
            "?next=%2Fstaff%2Fintake%3Fkind%3Dform"
        );
        assert_eq!(next_query("/staff"), "");
    }

    #[test]
    fn a_device_is_named_in_two_words() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
                "Firefox, Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            ("curl/8", ""),
            ("", ""),
        ] {
            assert_eq!(device_name(agent), expected, "{agent}");
        }
    }
}

//! Sending a code and taking it back: the one way an applicant proves a mailbox.
//!
//! The answer is the same whether or not the address is known here. Sends and tries are counted in the database, per address and per source. The
//! code works only in the browser that asked for it; the link works anywhere, once, behind a button, so that a mail scanner cannot use it up.

use std::net::IpAddr;

use actix_web::web;
use jiff::{SignedDuration, Timestamp};

use crate::domain::application::kind::ApplicationKind;
use crate::domain::email::EmailAddress;
use crate::i18n::Lang;
use crate::notices::{self, Addressee, AskedCode, Notice};
use crate::security::keys::KeyRing;
use crate::security::token::{SignInCode, Token, throttling_hash};
use crate::storage::challenges::{self, Challenge, NewChallenge, Purpose};
use crate::storage::mailboxes::{self, Mailbox};
use crate::storage::throttle::{self, Scope};
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;

/// A code and its link work for so long (ux.md A05).
const LIFETIME: SignedDuration = SignedDuration::from_mins(30);
const LIFETIME_MINUTES: u32 = 30;
/// Tries at one code: a guess has a chance of five in a million.
pub const TRIES: i32 = 5;

const SENT_TO_ADDRESS: Scope = Scope {
    name: "code-sent:address",
    window: SignedDuration::from_mins(15),
};
const SENT_FROM_SOURCE: Scope = Scope {
    name: "code-sent:source",
    window: SignedDuration::from_mins(15),
};
const TRIED_FROM_SOURCE: Scope = Scope {
    name: "code-tried:source",
    window: SignedDuration::from_mins(15),
};
const SENDS_PER_ADDRESS: i64 = 5;
/// An embassy's waiting room may share one source.
const SENDS_PER_SOURCE: i64 = 60;
const TRIES_PER_SOURCE: i64 = 120;
const WAIT_SECONDS: u32 = 15 * 60;

/// What a code is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The address to prove.
    pub email: EmailAddress,
    /// Start an application, or find one.
    pub purpose: Purpose,
    /// The language of the mail.
    pub lang: Lang,
    /// What the eligibility check led to.
    pub kind: Option<ApplicationKind>,
}

/// Why a code or link did not prove the mailbox.
#[derive(Debug)]
pub enum Refused {
    /// Not the code that was sent; so many tries are left.
    Wrong {
        /// Tries left.
        left: i32,
    },
    /// Used, expired, or no tries left.
    Over,
    /// Too many tries from this source.
    TooMany,
    /// The database failed.
    Store(StoreError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Sends a code for `request` to be typed in the browser that has the cookie `browser`.
pub async fn send(
    app: &web::Data<App>,
    request: Request,
    browser: &Token,
    source: IpAddr,
) -> Result<(), AppError> {
    let code = SignInCode::generate().map_err(AppError::unexpected)?;
    let link = Token::generate().map_err(AppError::unexpected)?;
    let (shared, browser, now) = (app.clone(), browser.clone(), app.clock.now());
    let is_sent = app
        .write(move |db| {
            if !may_send(db, shared.keys(), &request.email, source, now)? {
                return Ok::<_, AppError>(false);
            }
            record(db, &shared, &request, (&code, &link, &browser), now)?;
            Ok(true)
        })
        .await?;
    if is_sent {
        Ok(())
    } else {
        Err(AppError::TooMany(WAIT_SECONDS))
    }
}

/// Whether one more code may go to this address and from this source: counted for every kind of code together.
pub fn may_send(
    db: &mut Db,
    keys: &KeyRing,
    email: &EmailAddress,
    source: IpAddr,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let by_address = throttle::hit(
        db,
        SENT_TO_ADDRESS,
        &throttling_hash(keys, SENT_TO_ADDRESS.name, &email.key()),
        now,
    )?;
    let by_source = throttle::hit(
        db,
        SENT_FROM_SOURCE,
        &throttling_hash(keys, SENT_FROM_SOURCE.name, &source.to_string()),
        now,
    )?;
    Ok(by_address <= SENDS_PER_ADDRESS && by_source <= SENDS_PER_SOURCE)
}

fn record(
    db: &mut Db,
    app: &App,
    request: &Request,
    secrets: (&SignInCode, &Token, &Token),
    now: Timestamp,
) -> Result<(), AppError> {
    let (code, link, browser) = secrets;
    let key = request.email.key();
    let (link_hash, browser_hash) = (link.hash(), browser.hash());
    let is_known = mailboxes::find_mailbox(db, &key)?.is_some();
    let new = NewChallenge {
        purpose: request.purpose,
        email: request.email.as_str(),
        email_key: &key,
        language: request.lang.as_str(),
        kind: request.kind,
        code_hash: &code.hash(app.keys(), &attempt_name(browser)),
        link_hash: link_hash.as_bytes(),
        browser_hash: browser_hash.as_bytes(),
        expires_at: now + LIFETIME,
    };
    challenges::insert_challenge(db, &new, now)?;
    let asked = AskedCode {
        code: code.as_str().to_owned(),
        link_token: Some(link.as_str().to_owned()),
        minutes: LIFETIME_MINUTES,
    };
    let notice = if is_known {
        Notice::Code(asked)
    } else {
        Notice::FirstCode(asked)
    };
    let to = Addressee {
        email: request.email.as_str(),
        lang: request.lang,
        name: None,
        application: None,
    };
    notices::post(db, &app.letterhead(), &to, &notice, now)
        .map(|_mail| ())
        .map_err(AppError::unexpected)
}

/// What a code is bound to: the browser that asked.
fn attempt_name(browser: &Token) -> String {
    data_encoding::HEXLOWER.encode(browser.hash().as_bytes())
}

/// The latest code this browser asked for.
pub async fn latest(app: &web::Data<App>, browser: &Token) -> Result<Option<Challenge>, AppError> {
    let hash = browser.hash();
    app.read(move |db| challenges::find_challenge_of_browser(db, hash.as_bytes()))
        .await
}

/// Takes one try at the code of this browser. The try is counted even when the code is wrong.
pub fn take_code(
    db: &mut Db,
    keys: &KeyRing,
    browser: &Token,
    typed: &str,
    source: IpAddr,
    now: Timestamp,
) -> Result<Challenge, Refused> {
    let tried = throttle::hit(
        db,
        TRIED_FROM_SOURCE,
        &throttling_hash(keys, TRIED_FROM_SOURCE.name, &source.to_string()),
        now,
    )?;
    if tried > TRIES_PER_SOURCE {
        return Err(Refused::TooMany);
    }
    let asked = challenges::find_challenge_of_browser(db, browser.hash().as_bytes())?
        .ok_or(Refused::Over)?;
    let challenge = challenges::claim_attempt(db, asked.id, TRIES, now)?.ok_or(Refused::Over)?;
    let is_right = SignInCode::parse(typed)
        .is_some_and(|code| code.matches(keys, &attempt_name(browser), &challenge.code_hash));
    if !is_right {
        return Err(Refused::Wrong {
            left: TRIES - challenge.attempts,
        });
    }
    use_up(db, &challenge, now)?;
    Ok(challenge)
}

/// Takes the link.
pub fn take_link(db: &mut Db, link: &Token, now: Timestamp) -> Result<Challenge, Refused> {
    let challenge =
        challenges::find_challenge_by_link(db, link.hash().as_bytes())?.ok_or(Refused::Over)?;
    use_up(db, &challenge, now)?;
    Ok(challenge)
}

fn use_up(db: &mut Db, challenge: &Challenge, now: Timestamp) -> Result<(), Refused> {
    match challenges::claim_challenge(db, challenge.id, now) {
        Err(StoreError::Conflict) => Err(Refused::Over),
        other => Ok(other?),
    }
}

/// The mailbox a challenge proved.
pub fn proven_mailbox(
    db: &mut Db,
    challenge: &Challenge,
    now: Timestamp,
) -> Result<Mailbox, StoreError> {
    mailboxes::insert_or_update_mailbox(
        db,
        &challenge.email,
        &challenge.email_key,
        &challenge.language,
        now,
    )
}

//! Codes and links sent to prove an address. Only hashes are stored; each challenge works once, for one purpose, until it expires or too many codes
//! were tried.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::email_challenges;
use super::types::{Instant, MaybeInstant, MaybeKind, StoredKind, row_id, text_enum};
use super::{Db, StoreError};
use crate::domain::application::kind::ApplicationKind;

row_id!(
    /// Id of a challenge.
    ChallengeId
);

text_enum!(
    /// What a proven address is wanted for.
    Purpose {
        /// Starting an application.
        Apply = "apply",
        /// Finding one's applications.
        Track = "track",
    }
);

/// A challenge that was sent.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = email_challenges)]
pub struct Challenge {
    /// Row id.
    pub id: ChallengeId,
    /// What the address is wanted for.
    pub purpose: Purpose,
    /// The address as typed.
    pub email: String,
    /// The folded address.
    pub email_key: String,
    /// `ja` or `en`.
    pub language: String,
    /// The kind of application to start, if the eligibility check said.
    #[diesel(deserialize_as = MaybeKind)]
    pub kind: Option<ApplicationKind>,
    /// Hash of the six digits.
    pub code_hash: Vec<u8>,
    /// Hash of the link's token.
    pub link_hash: Vec<u8>,
    /// Hash of the cookie of the browser that asked, the only one that may type the code.
    pub browser_hash: Vec<u8>,
    /// Codes tried so far.
    pub attempts: i32,
    /// When it was made.
    #[diesel(deserialize_as = Instant)]
    pub created_at: Timestamp,
    /// When it stops working.
    #[diesel(deserialize_as = Instant)]
    pub expires_at: Timestamp,
    /// When it was used, which ends it.
    #[diesel(deserialize_as = MaybeInstant)]
    pub used_at: Option<Timestamp>,
}

/// A challenge to be recorded.
#[derive(Debug, Clone, Copy)]
pub struct NewChallenge<'a> {
    /// What the address is wanted for.
    pub purpose: Purpose,
    /// The address as typed.
    pub email: &'a str,
    /// The folded address.
    pub email_key: &'a str,
    /// `ja` or `en`.
    pub language: &'a str,
    /// The kind of application to start.
    pub kind: Option<ApplicationKind>,
    /// Hash of the six digits.
    pub code_hash: &'a [u8],
    /// Hash of the link's token.
    pub link_hash: &'a [u8],
    /// Hash of the asking browser's cookie.
    pub browser_hash: &'a [u8],
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// Records a challenge.
pub fn insert_challenge(
    db: &mut Db,
    new: &NewChallenge<'_>,
    now: Timestamp,
) -> Result<ChallengeId, StoreError> {
    let id = diesel::insert_into(email_challenges::table)
        .values((
            email_challenges::purpose.eq(new.purpose),
            email_challenges::email.eq(new.email),
            email_challenges::email_key.eq(new.email_key),
            email_challenges::language.eq(new.language),
            email_challenges::kind.eq(new.kind.map(StoredKind)),
            email_challenges::code_hash.eq(new.code_hash),
            email_challenges::link_hash.eq(new.link_hash),
            email_challenges::browser_hash.eq(new.browser_hash),
            email_challenges::created_at.eq(Instant::from(now)),
            email_challenges::expires_at.eq(Instant::from(new.expires_at)),
        ))
        .returning(email_challenges::id)
        .get_result(db)?;
    Ok(id)
}

/// The latest challenge asked for by the browser with this cookie, whatever its state: the page says whether it has expired or was used.
pub fn find_challenge_of_browser(
    db: &mut Db,
    browser_hash: &[u8],
) -> Result<Option<Challenge>, StoreError> {
    let challenge = email_challenges::table
        .filter(email_challenges::browser_hash.eq(browser_hash))
        .order((
            email_challenges::created_at.desc(),
            email_challenges::id.desc(),
        ))
        .select(Challenge::as_select())
        .get_result(db)
        .optional()?;
    Ok(challenge)
}

/// The challenge a link stands for, whatever its state.
pub fn find_challenge_by_link(
    db: &mut Db,
    link_hash: &[u8],
) -> Result<Option<Challenge>, StoreError> {
    let challenge = email_challenges::table
        .filter(email_challenges::link_hash.eq(link_hash))
        .select(Challenge::as_select())
        .get_result(db)
        .optional()?;
    Ok(challenge)
}

/// Takes one of the `limit` tries at the code, before it is compared. `None`: there are none left, it expired or was used. Because the try is taken
/// first, any number of guesses at once have no more tries than one after the other. Commit it even if the code turns out wrong.
pub fn claim_attempt(
    db: &mut Db,
    id: ChallengeId,
    limit: i32,
    now: Timestamp,
) -> Result<Option<Challenge>, StoreError> {
    let open = email_challenges::table
        .find(id)
        .filter(email_challenges::used_at.is_null())
        .filter(email_challenges::expires_at.gt(Instant::from(now)))
        .filter(email_challenges::attempts.lt(limit));
    let challenge = diesel::update(open)
        .set(email_challenges::attempts.eq(email_challenges::attempts + 1))
        .returning(email_challenges::all_columns)
        .get_result(db)
        .optional()?;
    Ok(challenge)
}

/// Uses the challenge up. [`StoreError::Conflict`] if it was used before or has expired.
pub fn claim_challenge(db: &mut Db, id: ChallengeId, now: Timestamp) -> Result<(), StoreError> {
    let open = email_challenges::table
        .find(id)
        .filter(email_challenges::used_at.is_null())
        .filter(email_challenges::expires_at.gt(Instant::from(now)));
    match diesel::update(open)
        .set(email_challenges::used_at.eq(Instant::from(now)))
        .execute(db)?
    {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

/// Deletes challenges that expired before `until`; answers how many.
pub fn delete_expired(db: &mut Db, until: Timestamp) -> Result<usize, StoreError> {
    let old = email_challenges::table.filter(email_challenges::expires_at.lt(Instant::from(until)));
    Ok(diesel::delete(old).execute(db)?)
}

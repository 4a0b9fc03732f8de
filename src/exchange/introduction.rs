//! Who may speak to us: a program gets a key, shown once and kept as a hash; a public key is registered under a name that never means another.

use jiff::Timestamp;

use super::apply::note;
use crate::security::random::{self, NoRandomness};
use crate::security::signing::{PublicKey, Signer, SigningError};
use crate::security::token::Token;
use crate::storage::exchange_keys::{self, ApiKey, ApiKeyId};
use crate::storage::{Db, StoreError};

/// What every key of a program begins with, so that one that leaked is recognised.
const PREFIX: &str = "tsubame_";
const LONGEST_NAME: usize = 40;

/// Why somebody was not introduced.
#[derive(Debug, thiserror::Error)]
pub enum IntroductionError {
    /// Not 1 to 40 letters a–z, digits and hyphens.
    #[error("the name must have 1 to 40 letters a-z, digits and hyphens")]
    Name,
    /// Not a key.
    #[error(transparent)]
    Key(#[from] SigningError),
    /// No key can be drawn.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The database refused. [`StoreError::Conflict`]: the name means another key.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads a name.
pub fn check_name(name: &str) -> Result<&str, IntroductionError> {
    let is_name = (1..=LONGEST_NAME).contains(&name.len())
        && name
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    is_name.then_some(name).ok_or(IntroductionError::Name)
}

/// Makes a key for a program; the text is shown once.
pub fn make_api_key(
    db: &mut Db,
    name: &str,
    by: &str,
    now: Timestamp,
) -> Result<(ApiKeyId, String), IntroductionError> {
    let name = check_name(name)?;
    let token = Token::generate()?;
    let id = exchange_keys::insert_api_key(db, name, token.hash().as_bytes(), by, now)?;
    note(db, by, "exchange.key_made", &format!("{id} {name}"), now)?;
    Ok((id, format!("{PREFIX}{}", token.as_str())))
}

/// Whose key this is, unless it was revoked.
pub fn find_by_secret(db: &mut Db, secret: &str) -> Result<Option<ApiKey>, StoreError> {
    match secret.strip_prefix(PREFIX).and_then(Token::parse) {
        Some(token) => exchange_keys::find_api_key(db, token.hash().as_bytes()),
        None => Ok(None),
    }
}

/// Revokes a program's key; its next request is refused.
pub fn revoke(db: &mut Db, id: ApiKeyId, by: &str, now: Timestamp) -> Result<(), StoreError> {
    exchange_keys::revoke_api_key(db, id, now)?;
    note(db, by, "exchange.key_revoked", &id.to_string(), now)
}

/// Registers a public key under `name`: signatures by it count from now on.
pub fn trust(
    db: &mut Db,
    (name, public_key): (&str, &str),
    by: &str,
    now: Timestamp,
) -> Result<(), IntroductionError> {
    let name = check_name(name)?;
    let key = PublicKey::parse(public_key)?.to_text();
    exchange_keys::insert_partner_key(db, name, &key, by, now)?;
    note(db, by, "exchange.partner_added", name, now)?;
    Ok(())
}

/// Retires a public key: signatures by it count no longer.
pub fn distrust(db: &mut Db, name: &str, by: &str, now: Timestamp) -> Result<(), StoreError> {
    exchange_keys::retire_partner_key(db, name, now)?;
    note(db, by, "exchange.partner_retired", name, now)
}

/// What a partner holds.
#[derive(Clone)]
pub struct Introduced {
    /// The program's key.
    pub api_key: String,
    /// The seed of its signing key, base64.
    pub seed: String,
}

impl std::fmt::Debug for Introduced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Introduced(..)")
    }
}

/// Draws both keys for a partner and registers them under `name`: for the simulator. A real partner draws its signing key itself and shows the public half.
pub fn introduce(
    db: &mut Db,
    name: &str,
    by: &str,
    now: Timestamp,
) -> Result<Introduced, IntroductionError> {
    let seed = new_seed()?;
    let public_key = Signer::from_seed(name, &seed)?.public_key().to_text();
    trust(db, (name, &public_key), by, now)?;
    let (_, api_key) = make_api_key(db, name, by, now)?;
    Ok(Introduced { api_key, seed })
}

/// A new seed of a signing key, base64.
pub fn new_seed() -> Result<String, NoRandomness> {
    let seed: [u8; 32] = random::bytes()?;
    Ok(data_encoding::BASE64.encode(&seed))
}

//! The key ring: the installation's secret keys, the newest first.
//!
//! A ring is written as `id:key[,id:key…]`, each key 32 bytes in base64. The first seals and signs; all of them open and verify. To change the key, put a
//! new one in front, reseal what the old one sealed, then drop the old one. A key is never used itself: each [`Purpose`] has a [`Subkey`] of its own.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE64, Specification};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::random::{self, NoRandomness};

const KEY_LENGTH: usize = 32;
const LONGEST_ID: usize = 16;

/// What a key is used for. One purpose, one subkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Sealing personal data at rest (`sealing`).
    Sealing,
    /// Tokens in forms against forged requests (`csrf`).
    Csrf,
    /// Hashes of the six-digit codes sent by mail (`token`).
    SignInCode,
    /// Hashes of mail addresses and network sources that attempts are counted by (`token`).
    Throttling,
    /// Seals over the audit (`audit_seal`).
    AuditSeal,
    /// The signature under what leaves for other systems (`signing`).
    Exchange,
}

impl Purpose {
    /// The text a subkey is derived with. Changing one makes everything made with it unreadable.
    const fn label(self) -> &'static str {
        match self {
            Self::Sealing => "tsubame/sealing/1",
            Self::Csrf => "tsubame/csrf/1",
            Self::SignInCode => "tsubame/sign-in-code/1",
            Self::Throttling => "tsubame/throttling/1",
            Self::AuditSeal => "tsubame/audit-seal/1",
            Self::Exchange => "tsubame/exchange/1",
        }
    }
}

/// Why a text is not a key ring. No variant carries key material.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyRingError {
    /// There is no key at all.
    #[error("the key ring is empty; it needs at least one `id:key`")]
    Empty,
    /// The entry has no colon between id and key.
    #[error("key {position} of the key ring is not of the form `id:key`")]
    NoId {
        /// Counted from 1.
        position: usize,
    },
    /// The id is empty, too long, or has other characters than a–z, 0–9, `-` and `_`.
    #[error("the id of key {position} must have 1 to 16 characters of a-z, 0-9, - and _")]
    BadId {
        /// Counted from 1.
        position: usize,
    },
    /// The key is not 32 bytes in base64.
    #[error("key `{id}` is not 32 bytes in base64 (make one with `openssl rand -base64 32`)")]
    BadKey {
        /// The id of the bad entry.
        id: String,
    },
    /// Two entries have the same id.
    #[error("key id `{id}` is in the key ring twice")]
    SameId {
        /// The id that is there twice.
        id: String,
    },
}

/// One secret key and the id it is stored under beside what it sealed.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Key {
    #[zeroize(skip)]
    id: String,
    secret: [u8; KEY_LENGTH],
}

impl Key {
    /// The name of the key; not secret.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key for one purpose: HMAC-SHA-256 of the purpose's label under this key.
    pub fn subkey(&self, purpose: Purpose) -> Subkey {
        Subkey(Subkey(self.secret).mac(&[purpose.label().as_bytes()]))
    }

    fn parse(entry: &str, position: usize) -> Result<Self, KeyRingError> {
        let (id, key) = entry
            .split_once(':')
            .ok_or(KeyRingError::NoId { position })?;
        if !is_key_id(id) {
            return Err(KeyRingError::BadId { position });
        }
        let bad_key = || KeyRingError::BadKey { id: id.to_owned() };
        let decoded = forgiving_base64()
            .and_then(|base64| base64.decode(key.as_bytes()).ok())
            .map(Zeroizing::new)
            .ok_or_else(bad_key)?;
        let secret = decoded.as_slice().try_into().ok().ok_or_else(bad_key)?;
        Ok(Self {
            id: id.to_owned(),
            secret,
        })
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A key for one purpose.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Subkey([u8; KEY_LENGTH]);

impl Subkey {
    /// HMAC-SHA-256 over `parts`, each preceded by its length, so that no two lists of parts give the same message.
    pub fn authenticate(&self, parts: &[&[u8]]) -> [u8; 32] {
        let lengths: Vec<[u8; 8]> = parts
            .iter()
            .map(|part| u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes())
            .collect();
        let framed: Vec<&[u8]> = lengths
            .iter()
            .zip(parts)
            .flat_map(|(length, part)| [length.as_slice(), part])
            .collect();
        self.mac(&framed)
    }

    pub(super) fn bytes(&self) -> &[u8; KEY_LENGTH] {
        &self.0
    }

    fn mac(&self, message: &[&[u8]]) -> [u8; 32] {
        // HMAC pads a short key with zeros to the block length; done here, making the state cannot fail.
        let mut block = Zeroizing::new([0_u8; 64]);
        for (place, byte) in block.iter_mut().zip(self.0) {
            *place = byte;
        }
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        for piece in message {
            mac.update(piece);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Subkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subkey(..)")
    }
}

/// All keys of an installation; never empty.
#[derive(Debug, Clone)]
pub struct KeyRing {
    current: Key,
    older: Vec<Key>,
}

impl KeyRing {
    /// A ring with one new random key, for the demo and for tests.
    pub fn generate() -> Result<Self, NoRandomness> {
        let key = Key {
            id: "k1".to_owned(),
            secret: random::bytes()?,
        };
        Ok(Self {
            current: key,
            older: Vec::new(),
        })
    }

    /// The key that seals and signs.
    pub fn current(&self) -> &Key {
        &self.current
    }

    /// The key with this id, current or older.
    pub fn find(&self, id: &str) -> Option<&Key> {
        self.iter().find(|key| key.id == id)
    }

    /// All keys, the current one first.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.older)
    }

    /// The current key's subkey for `purpose`.
    pub fn subkey(&self, purpose: Purpose) -> Subkey {
        self.current.subkey(purpose)
    }

    /// The ring as text that parses to the same ring. It holds the keys: it belongs into the environment of a process, never into a log.
    pub fn to_text(&self) -> Zeroizing<String> {
        let entries: Vec<Zeroizing<String>> = self
            .iter()
            .map(|key| Zeroizing::new(format!("{}:{}", key.id, BASE64.encode(&key.secret))))
            .collect();
        Zeroizing::new(
            entries
                .iter()
                .map(|entry| entry.as_str())
                .collect::<Vec<_>>()
                .join(","),
        )
    }
}

impl FromStr for KeyRing {
    type Err = KeyRingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut keys: Vec<Key> = Vec::new();
        for (index, entry) in text
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .enumerate()
        {
            let key = Key::parse(entry, index + 1)?;
            if keys.iter().any(|earlier| earlier.id == key.id) {
                return Err(KeyRingError::SameId { id: key.id.clone() });
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        Ok(Self {
            current: keys.next().ok_or(KeyRingError::Empty)?,
            older: keys.collect(),
        })
    }
}

fn is_key_id(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.len())
        && id
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
}

/// Base64 of either alphabet, with or without padding: people make keys with different tools.
fn forgiving_base64() -> Option<data_encoding::Encoding> {
    let mut specification = Specification::new();
    specification
        .symbols
        .push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    specification.translate.from.push_str("-_");
    specification.translate.to.push_str("+/");
    specification.ignore.push('=');
    specification.encoding().ok()
}

#[cfg(test)]
mod tests;

//! Tokens and codes: what is random, what of it is stored, how it is compared.
//!
//! A [`Token`] (session, one-time link, idempotency) has 256 random bits; the database keeps its SHA-256. A [`SignInCode`] has six digits, too few
//! for a plain hash, so the database keeps a hash under a key, bound to the attempt it was sent for. Mail addresses and network sources that
//! attempts are counted by are kept as [`throttling_hash`] only.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::keys::{KeyRing, Purpose};
use super::random::{self, NoRandomness};

const TOKEN_LENGTH: usize = 43;

/// A random opaque token of 256 bits, 43 characters of base64url.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Token(String);

impl Token {
    /// A new token.
    pub fn generate() -> Result<Self, NoRandomness> {
        let mut bytes: [u8; 32] = random::bytes()?;
        let token = Self(BASE64URL_NOPAD.encode(&bytes));
        bytes.zeroize();
        Ok(token)
    }

    /// Reads a token that came back; `None` when it cannot be one of ours, so that no hash or query is spent on it.
    pub fn parse(text: &str) -> Option<Self> {
        let is_token =
            text.len() == TOKEN_LENGTH && BASE64URL_NOPAD.decode(text.as_bytes()).is_ok();
        is_token.then(|| Self(text.to_owned()))
    }

    /// The text that goes to its owner, and nowhere else.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the database keeps.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// The SHA-256 of a token. Useless to a thief of the database: it leads to no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The 32 bytes to store and to look up.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A six-digit code sent by mail, leading zeros included.
#[derive(Clone, ZeroizeOnDrop)]
pub struct SignInCode(String);

impl SignInCode {
    /// A new code; each of the million is equally likely.
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self(format!("{:06}", random::below(1_000_000)?)))
    }

    /// Reads six ASCII digits. Other digits, blanks and hyphens must have been folded before.
    pub fn parse(text: &str) -> Option<Self> {
        let is_code = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_code.then(|| Self(text.to_owned()))
    }

    /// The digits, for the mail.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the database keeps: the code under a key, bound to `attempt` (the id of the sign-in it was sent for).
    pub fn hash(&self, ring: &KeyRing, attempt: &str) -> [u8; 32] {
        ring.subkey(Purpose::SignInCode)
            .authenticate(&[attempt.as_bytes(), self.0.as_bytes()])
    }

    /// Whether this is the code kept as `stored` for `attempt`, under any key of the ring, in constant time.
    pub fn matches(&self, ring: &KeyRing, attempt: &str, stored: &[u8]) -> bool {
        ring.iter().fold(false, |found, key| {
            let hash = key
                .subkey(Purpose::SignInCode)
                .authenticate(&[attempt.as_bytes(), self.0.as_bytes()]);
            found | is_same_secret(&hash, stored)
        })
    }
}

impl fmt::Debug for SignInCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignInCode(..)")
    }
}

/// The hash by which attempts from `subject` (a mail address, a network source) are counted in `bucket`. It changes with the current key: after a
/// change of keys the counts begin anew.
pub fn throttling_hash(ring: &KeyRing, bucket: &'static str, subject: &str) -> [u8; 32] {
    ring.subkey(Purpose::Throttling)
        .authenticate(&[bucket.as_bytes(), subject.as_bytes()])
}

/// Compares without telling by its time where the two differ. A different length is told.
pub fn is_same_secret(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_as_itself() {
        let token = Token::generate().unwrap();
        assert_eq!(token.as_str().len(), 43);
        assert_eq!(Token::parse(token.as_str()).unwrap().hash(), token.hash());
        assert_ne!(Token::generate().unwrap().hash(), token.hash());
    }

    #[test]
    fn what_cannot_be_a_token_is_not_looked_up() {
        let token = "A".repeat(43);
        assert!(Token::parse(&token).is_some());
        for (text, why) in [
            (String::new(), "empty"),
            ("A".repeat(42), "short"),
            ("A".repeat(44), "long"),
            ("A".repeat(100_000), "endless"),
            (format!("{}+", "A".repeat(42)), "other alphabet"),
            (format!("{}B", "A".repeat(42)), "bits behind the 256th"),
            (format!(" {}", "A".repeat(42)), "blank"),
            ("Ａ".repeat(43), "full width"),
        ] {
            assert!(Token::parse(&text).is_none(), "{why}");
        }
    }

    #[test]
    fn the_hash_is_the_sha_256_of_the_text() {
        let token = Token::parse(&"A".repeat(43)).unwrap();
        assert_eq!(
            data_encoding::HEXLOWER.encode(token.hash().as_bytes()),
            "0f007385b6f9d4b7eeb2748605afe1a984a0a3bfa3f014d09e2a784ce9e5cd1a"
        );
    }

    #[test]
    fn only_six_ascii_digits_are_a_code() {
        for (text, expected) in [
            ("000000", true),
            ("123456", true),
            ("12345", false),
            ("1234567", false),
            ("12345a", false),
            ("１２３４５６", false),
            ("-12345", false),
        ] {
            assert_eq!(SignInCode::parse(text).is_some(), expected, "{text}");
        }
        assert!(
            (0..1_000)
                .all(|_| SignInCode::parse(SignInCode::generate().unwrap().as_str()).is_some())
        );
    }

    #[test]
    fn a_code_matches_its_own_attempt_only_and_under_older_keys_too() {
        let old = KeyRing::generate().unwrap();
        let renamed = old.to_text().replacen("k1", "k0", 1);
        let both: KeyRing = format!(
            "{},{renamed}",
            KeyRing::generate().unwrap().to_text().as_str()
        )
        .parse()
        .unwrap();
        let [code, other] = ["004217", "004218"].map(|text| SignInCode::parse(text).unwrap());
        let stored = code.hash(&old, "attempt-1");
        assert!(code.matches(&old, "attempt-1", &stored));
        assert!(code.matches(&both, "attempt-1", &stored));
        assert!(!code.matches(&old, "attempt-2", &stored));
        assert!(!other.matches(&old, "attempt-1", &stored));
        assert!(!code.matches(&KeyRing::generate().unwrap(), "attempt-1", &stored));
        assert!(!code.matches(&old, "attempt-1", &[]));
    }

    #[test]
    fn counts_differ_by_bucket_and_subject_and_key() {
        let ring = KeyRing::generate().unwrap();
        let hash = throttling_hash(&ring, "code-per-address", "hanako@example.com");
        assert_eq!(
            hash,
            throttling_hash(&ring, "code-per-address", "hanako@example.com")
        );
        assert_ne!(
            hash,
            throttling_hash(&ring, "code-per-source", "hanako@example.com")
        );
        assert_ne!(
            hash,
            throttling_hash(&ring, "code-per-address", "taro@example.com")
        );
        assert_ne!(
            hash,
            throttling_hash(
                &KeyRing::generate().unwrap(),
                "code-per-address",
                "hanako@example.com"
            )
        );
    }

    #[test]
    fn secrets_are_never_printed() {
        let (token, code) = (Token::generate().unwrap(), SignInCode::generate().unwrap());
        assert_eq!(format!("{token:?} {code:?}"), "Token(..) SignInCode(..)");
    }
}

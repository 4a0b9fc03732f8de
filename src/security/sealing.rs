//! Sealing of personal data at rest (photos, later the staff's second-factor secrets) with XChaCha20-Poly1305.
//!
//! What is sealed is bound to its [`Place`] in the database: moved to another row it does not open. The nonce is 24 random bytes and stands before
//! the ciphertext, so that no counter has to survive a restore from backup. Opening answers with the whole plaintext or with a reason, never with
//! a part.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use thiserror::Error;
use zeroize::Zeroizing;

use super::keys::{Key, KeyRing, Purpose};
use super::random::{self, NoRandomness};

const NONCE_LENGTH: usize = 24;

/// Where a sealed value lives: the associated data of its seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    /// The row `row` of the things called `kind`, such as `Place::of("photo", id)`.
    pub fn of(kind: &'static str, row: impl fmt::Display) -> Self {
        Self(format!("{kind}:{row}"))
    }
}

/// A sealed value, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The id of the key that sealed it.
    pub key_id: String,
    /// Nonce, ciphertext and tag, in this order.
    pub bytes: Vec<u8>,
}

impl Sealed {
    /// Whether an older key than the current one sealed this, so that it must be sealed again before that key goes.
    pub fn is_outdated(&self, ring: &KeyRing) -> bool {
        self.key_id != ring.current().id()
    }
}

/// Why something could not be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealError {
    /// No nonce could be drawn.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The value is longer than the cipher allows (256 GiB).
    #[error("the value is too long to be sealed")]
    TooLong,
}

/// Why something could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OpenError {
    /// The key is not, or no longer, in the ring.
    #[error("the key `{key_id}` that sealed this is not in the key ring")]
    UnknownKey {
        /// The id stored beside the value.
        key_id: String,
    },
    /// The bytes were altered or cut, belong to another place, or were sealed by another key of the same id.
    #[error("the sealed value was altered, belongs elsewhere, or was sealed with another key")]
    NotAuthentic,
}

/// Seals `plaintext` for `place` with the current key.
pub fn seal(ring: &KeyRing, place: &Place, plaintext: &[u8]) -> Result<Sealed, SealError> {
    let nonce: [u8; NONCE_LENGTH] = random::bytes()?;
    seal_with_nonce(ring.current(), nonce, place, plaintext)
}

/// Opens what was sealed for `place`, with whichever key of the ring sealed it. The plaintext is wiped when dropped.
pub fn open(
    ring: &KeyRing,
    place: &Place,
    sealed: &Sealed,
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let key = ring
        .find(&sealed.key_id)
        .ok_or_else(|| OpenError::UnknownKey {
            key_id: sealed.key_id.clone(),
        })?;
    let (nonce, ciphertext) = sealed
        .bytes
        .split_first_chunk::<NONCE_LENGTH>()
        .ok_or(OpenError::NotAuthentic)?;
    let payload = Payload {
        msg: ciphertext,
        aad: place.0.as_bytes(),
    };
    // The cipher's error is empty on purpose: it must not tell what did not match.
    cipher(key)
        .decrypt(&XNonce::from(*nonce), payload)
        .map(Zeroizing::new)
        .ok()
        .ok_or(OpenError::NotAuthentic)
}

fn seal_with_nonce(
    key: &Key,
    nonce: [u8; NONCE_LENGTH],
    place: &Place,
    plaintext: &[u8],
) -> Result<Sealed, SealError> {
    let payload = Payload {
        msg: plaintext,
        aad: place.0.as_bytes(),
    };
    let ciphertext = cipher(key)
        .encrypt(&XNonce::from(nonce), payload)
        .ok()
        .ok_or(SealError::TooLong)?;
    Ok(Sealed {
        key_id: key.id().to_owned(),
        bytes: [nonce.as_slice(), &ciphertext].concat(),
    })
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.subkey(Purpose::Sealing).bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONES: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    const TWOS: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

    fn ring(text: &str) -> KeyRing {
        text.parse().unwrap()
    }

    #[test]
    fn what_was_sealed_opens_in_its_place() {
        let ring = KeyRing::generate().unwrap();
        for plaintext in [Vec::new(), b"a portrait".to_vec(), vec![7; 300_000]] {
            let sealed = seal(&ring, &Place::of("photo", 17), &plaintext).unwrap();
            assert_eq!(sealed.bytes.len(), plaintext.len() + 24 + 16);
            assert_eq!(
                *open(&ring, &Place::of("photo", 17), &sealed).unwrap(),
                plaintext
            );
        }
    }

    #[test]
    fn a_seal_moved_to_another_row_or_kind_does_not_open() {
        let ring = KeyRing::generate().unwrap();
        let sealed = seal(&ring, &Place::of("photo", 17), b"a portrait").unwrap();
        for elsewhere in [
            Place::of("photo", 18),
            Place::of("totp", 17),
            Place::of("photo", ""),
        ] {
            assert_eq!(
                open(&ring, &elsewhere, &sealed),
                Err(OpenError::NotAuthentic),
                "{elsewhere:?}"
            );
        }
    }

    #[test]
    fn one_flipped_bit_anywhere_is_noticed() {
        let ring = KeyRing::generate().unwrap();
        let place = Place::of("photo", 17);
        let sealed = seal(&ring, &place, b"a portrait").unwrap();
        for bit in 0..sealed.bytes.len() * 8 {
            let mut altered = sealed.clone();
            altered.bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(
                open(&ring, &place, &altered),
                Err(OpenError::NotAuthentic),
                "bit {bit}"
            );
        }
    }

    #[test]
    fn a_cut_seal_does_not_open() {
        let ring = KeyRing::generate().unwrap();
        let place = Place::of("photo", 17);
        let sealed = seal(&ring, &place, b"a portrait").unwrap();
        for length in 0..sealed.bytes.len() {
            let cut = Sealed {
                bytes: sealed.bytes[..length].to_vec(),
                ..sealed.clone()
            };
            assert_eq!(
                open(&ring, &place, &cut),
                Err(OpenError::NotAuthentic),
                "{length} bytes"
            );
        }
    }

    #[test]
    fn after_a_change_of_keys_the_old_seal_opens_and_says_that_it_is_old() {
        let before = ring(&format!("old:{ONES}"));
        let during = ring(&format!("new:{TWOS},old:{ONES}"));
        let after = ring(&format!("new:{TWOS}"));
        let place = Place::of("photo", 17);
        let sealed = seal(&before, &place, b"a portrait").unwrap();
        assert!(!sealed.is_outdated(&before));
        assert!(sealed.is_outdated(&during));
        let resealed = seal(&during, &place, &open(&during, &place, &sealed).unwrap()).unwrap();
        assert!(!resealed.is_outdated(&after));
        assert_eq!(*open(&after, &place, &resealed).unwrap(), b"a portrait");
        assert_eq!(
            open(&after, &place, &sealed),
            Err(OpenError::UnknownKey {
                key_id: "old".to_owned()
            })
        );
    }

    #[test]
    fn another_key_under_the_same_id_does_not_open() {
        let place = Place::of("photo", 17);
        let sealed = seal(&ring(&format!("a:{ONES}")), &place, b"a portrait").unwrap();
        assert_eq!(
            open(&ring(&format!("a:{TWOS}")), &place, &sealed),
            Err(OpenError::NotAuthentic)
        );
    }

    #[test]
    fn a_hundred_thousand_nonces_are_distinct() {
        let mut nonces: Vec<[u8; NONCE_LENGTH]> =
            (0..100_000).map(|_| random::bytes().unwrap()).collect();
        nonces.sort_unstable();
        nonces.dedup();
        assert_eq!(nonces.len(), 100_000);
    }

    /// What is in databases must open in every later version.
    #[test]
    fn the_stored_form_stays_readable() {
        let ring = ring(&format!("a:{ONES}"));
        let place = Place::of("photo", 17);
        let sealed =
            seal_with_nonce(ring.current(), [9; NONCE_LENGTH], &place, b"a portrait").unwrap();
        assert_eq!(
            data_encoding::HEXLOWER.encode(&sealed.bytes),
            "090909090909090909090909090909090909090909090909d8ffab1d79512a9835f94e9ba55b7ee4504a262a927ee4274133"
        );
    }
}

//! Signatures under what leaves for other systems and what comes from them: Ed25519 over the exact bytes of a manifest.
//!
//! The installation signs with a key derived from the key ring, one for each key of the ring, under the same id, so that rotating the ring rotates the
//! signature and what was signed before can still be verified. Keys and signatures are written in base64 (standard alphabet, padded).

use std::fmt;

use data_encoding::BASE64;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use thiserror::Error;
use zeroize::Zeroizing;

use super::keys::{Key, Purpose};

const KEY_LENGTH: usize = 32;

/// Why a text is no key, or a signature does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SigningError {
    /// Not 32 bytes in base64, or not usable as an Ed25519 key.
    #[error("not an Ed25519 key: 32 bytes in base64 are needed")]
    BadKey,
    /// Not a signature of this message by this key.
    #[error("the signature does not belong to this content and this key")]
    BadSignature,
}

/// Signs, under the name of its key.
pub struct Signer {
    key_id: String,
    pair: Ed25519KeyPair,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.key_id)
    }
}

impl Signer {
    /// The signer that belongs to a key of the ring.
    pub fn of(key: &Key) -> Result<Self, SigningError> {
        Self::new(key.id(), key.subkey(Purpose::Exchange).bytes())
    }

    /// A signer from a seed of 32 bytes in base64: how the other side, and its simulator, keeps its own.
    pub fn from_seed(key_id: &str, seed: &str) -> Result<Self, SigningError> {
        let seed = BASE64.decode(seed.trim().as_bytes()).map(Zeroizing::new);
        Self::new(key_id, &seed.map_err(|_not_base64| SigningError::BadKey)?)
    }

    fn new(key_id: &str, seed: &[u8]) -> Result<Self, SigningError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed);
        Ok(Self {
            key_id: key_id.to_owned(),
            pair: pair.map_err(|_rejected| SigningError::BadKey)?,
        })
    }

    /// The name of the key.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The signature under `message`, in base64.
    pub fn sign(&self, message: &[u8]) -> String {
        BASE64.encode(self.pair.sign(message).as_ref())
    }

    /// What others verify with.
    pub fn public_key(&self) -> PublicKey {
        let mut bytes = [0_u8; KEY_LENGTH];
        for (place, byte) in bytes.iter_mut().zip(self.pair.public_key().as_ref()) {
            *place = *byte;
        }
        PublicKey(bytes)
    }
}

/// A key that verifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; KEY_LENGTH]);

impl PublicKey {
    /// Reads 32 bytes in base64.
    pub fn parse(text: &str) -> Result<Self, SigningError> {
        let bytes = BASE64.decode(text.trim().as_bytes());
        let bytes = bytes.map_err(|_not_base64| SigningError::BadKey)?;
        bytes
            .try_into()
            .map(Self)
            .map_err(|_length| SigningError::BadKey)
    }

    /// The 32 bytes in base64.
    pub fn to_text(self) -> String {
        BASE64.encode(&self.0)
    }

    /// Whether `signature` (base64, white space around it ignored) stands under exactly these bytes.
    pub fn verify(self, message: &[u8], signature: &str) -> Result<(), SigningError> {
        let signature = BASE64.decode(signature.trim().as_bytes());
        let signature = signature.map_err(|_not_base64| SigningError::BadSignature)?;
        UnparsedPublicKey::new(&ED25519, self.0)
            .verify(message, &signature)
            .map_err(|_unspecified| SigningError::BadSignature)
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::KeyRing;
    use super::*;

    /// RFC 8032, 7.1, test 2.
    const SEED: &str = "TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U+4pvs=";
    const PUBLIC: &str = "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=";

    #[test]
    fn the_signature_is_the_one_of_the_standard() {
        let signer = Signer::from_seed("t", SEED).unwrap();
        assert_eq!(signer.public_key().to_text(), PUBLIC);
        assert_eq!(
            signer.sign(&[0x72]),
            "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA=="
        );
    }

    #[test]
    fn one_changed_byte_of_message_signature_or_key_is_noticed() {
        let signer = Signer::of(KeyRing::generate().unwrap().current()).unwrap();
        let (public, signature) = (signer.public_key(), signer.sign(b"B-000001"));
        assert_eq!(public.verify(b"B-000001", &signature), Ok(()));
        assert_eq!(
            public.verify(b"B-000001", &format!(" {signature}\n")),
            Ok(())
        );
        assert!(public.verify(b"B-000002", &signature).is_err());
        assert!(
            PublicKey::parse(PUBLIC)
                .unwrap()
                .verify(b"B-000001", &signature)
                .is_err()
        );
        let cut: String = signature.chars().take(80).collect();
        for wrong in ["", "AAAA", "not base64", &cut] {
            assert_eq!(
                public.verify(b"B-000001", wrong),
                Err(SigningError::BadSignature)
            );
        }
    }

    #[test]
    fn a_ring_that_is_written_and_read_signs_as_before() {
        let ring = KeyRing::generate().unwrap();
        let again: KeyRing = ring.to_text().parse().unwrap();
        let keys =
            [&ring, &again].map(|ring| Signer::of(ring.current()).unwrap().public_key().to_text());
        assert_eq!(keys[0], keys[1]);
    }

    #[test]
    fn what_is_no_key_is_refused_and_nothing_secret_is_printed() {
        let cut: String = SEED.chars().take(40).collect();
        for text in ["", "AAAA", "!", &cut] {
            assert_eq!(PublicKey::parse(text), Err(SigningError::BadKey));
            assert!(Signer::from_seed("t", text).is_err());
        }
        assert_eq!(
            format!("{:?}", Signer::from_seed("t", SEED).unwrap()),
            "Signer(t)"
        );
    }
}

//! The keyed hash of a seal over the audit. Whoever can write the database cannot make one: the key is in the program's settings.

use subtle::ConstantTimeEq;

use super::keys::{KeyRing, Purpose};

/// Seals `message` with the current key; answers the key's id and the seal.
pub fn make(ring: &KeyRing, message: &[Vec<u8>]) -> (String, [u8; 32]) {
    let parts: Vec<&[u8]> = message.iter().map(Vec::as_slice).collect();
    let seal = ring.subkey(Purpose::AuditSeal).authenticate(&parts);
    (ring.current().id().to_owned(), seal)
}

/// Whether the key `key_id` of this ring made the seal over `message`.
pub fn is_authentic(ring: &KeyRing, key_id: &str, message: &[Vec<u8>], seal: &[u8]) -> bool {
    let parts: Vec<&[u8]> = message.iter().map(Vec::as_slice).collect();
    ring.find(key_id).is_some_and(|key| {
        let expected = key.subkey(Purpose::AuditSeal).authenticate(&parts);
        expected.as_slice().ct_eq(seal).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_of_its_message_and_of_its_key() {
        let ring = KeyRing::generate().unwrap();
        let message = [b"1".to_vec(), b"digest".to_vec()];
        let (key_id, seal) = make(&ring, &message);
        assert!(is_authentic(&ring, &key_id, &message, &seal));
        let other = [b"2".to_vec(), b"digest".to_vec()];
        assert!(!is_authentic(&ring, &key_id, &other, &seal));
        assert!(!is_authentic(&ring, "k0", &message, &seal));
        assert!(!is_authentic(&ring, &key_id, &message, &seal[1..]));
        let stranger = KeyRing::generate().unwrap();
        assert!(!is_authentic(&stranger, &key_id, &message, &seal));
    }
}

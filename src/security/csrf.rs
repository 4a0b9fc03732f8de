//! Tokens in forms against forged requests.
//!
//! The token is a random number and an HMAC of it and the session token: nothing has to be stored, and no two pages carry the same one, so that a page
//! compressed together with what a stranger made it repeat tells nothing about it (BREACH). A page that was opened before a change of keys still
//! posts: every key of the ring verifies. This is one of two walls; the other is the check of `Sec-Fetch-Site` and `Origin`, which belongs to the web
//! frame.

use data_encoding::BASE64URL_NOPAD;

use super::keys::{KeyRing, Purpose, Subkey};
use super::random::{self, NoRandomness};
use super::token::is_same_secret;

const NONCE: usize = 16;

/// A new token for a form of the session that has `session_token`.
pub fn token_for(ring: &KeyRing, session_token: &str) -> Result<String, NoRandomness> {
    let nonce = random::bytes::<NONCE>()?;
    let proof = prove(&ring.subkey(Purpose::Csrf), session_token, &nonce);
    Ok(BASE64URL_NOPAD.encode(&[&nonce[..], &proof[..]].concat()))
}

/// Whether `posted` is a token of this session, under any key of the ring.
pub fn is_valid(ring: &KeyRing, session_token: &str, posted: &str) -> bool {
    let Ok(token) = BASE64URL_NOPAD.decode(posted.as_bytes()) else {
        return false;
    };
    let Some((nonce, proof)) = token.split_at_checked(NONCE) else {
        return false;
    };
    ring.iter().fold(false, |valid, key| {
        let expected = prove(&key.subkey(Purpose::Csrf), session_token, nonce);
        valid | is_same_secret(&expected, proof)
    })
}

fn prove(subkey: &Subkey, session_token: &str, nonce: &[u8]) -> [u8; 32] {
    subkey.authenticate(&[session_token.as_bytes(), nonce])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_valid_in_its_own_session_only() {
        let ring = KeyRing::generate().unwrap();
        let token = token_for(&ring, "session-1").unwrap();
        assert!(is_valid(&ring, "session-1", &token));
        assert!(!is_valid(&ring, "session-2", &token));
        assert!(!is_valid(
            &KeyRing::generate().unwrap(),
            "session-1",
            &token
        ));
    }

    #[test]
    fn forged_tokens_are_refused() {
        let ring = KeyRing::generate().unwrap();
        let token = token_for(&ring, "session-1").unwrap();
        for forged in [
            String::new(),
            "session-1".to_owned(),
            token.chars().skip(1).collect(),
            format!("{token}A"),
            token.to_lowercase(),
            "あ".repeat(43),
            "A".repeat(64),
        ] {
            assert!(!is_valid(&ring, "session-1", &forged), "{forged}");
        }
    }

    #[test]
    fn a_page_opened_before_a_change_of_keys_still_posts() {
        let old = KeyRing::generate().unwrap();
        let renamed = old.to_text().replacen("k1", "k0", 1);
        let both: KeyRing = format!(
            "{},{renamed}",
            KeyRing::generate().unwrap().to_text().as_str()
        )
        .parse()
        .unwrap();
        let token = token_for(&old, "session-1").unwrap();
        assert!(is_valid(&both, "session-1", &token));
    }

    #[test]
    fn no_two_pages_carry_the_same_token() {
        let ring = KeyRing::generate().unwrap();
        assert_ne!(
            token_for(&ring, "session-1").unwrap(),
            token_for(&ring, "session-1").unwrap()
        );
    }
}

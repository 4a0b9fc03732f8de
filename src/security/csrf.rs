//! Tokens in forms against forged requests.
//!
//! The token is an HMAC of the session token, so that nothing has to be stored and every tab of a session has the same one. A page that was opened
//! before a change of keys still posts: every key of the ring verifies. This is one of two walls; the other is the check of `Sec-Fetch-Site` and
//! `Origin`, which belongs to the web frame.

use data_encoding::BASE64URL_NOPAD;

use super::keys::{KeyRing, Purpose, Subkey};
use super::token::is_same_secret;

/// The token to put into the forms of the session that has `session_token`.
pub fn token_for(ring: &KeyRing, session_token: &str) -> String {
    derive(&ring.subkey(Purpose::Csrf), session_token)
}

/// Whether `posted` is the token of this session, under any key of the ring.
pub fn is_valid(ring: &KeyRing, session_token: &str, posted: &str) -> bool {
    ring.iter().fold(false, |valid, key| {
        let expected = derive(&key.subkey(Purpose::Csrf), session_token);
        valid | is_same_secret(expected.as_bytes(), posted.as_bytes())
    })
}

fn derive(subkey: &Subkey, session_token: &str) -> String {
    BASE64URL_NOPAD.encode(&subkey.authenticate(&[session_token.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_valid_in_its_own_session_only() {
        let ring = KeyRing::generate().unwrap();
        let token = token_for(&ring, "session-1");
        assert!(is_valid(&ring, "session-1", &token));
        assert!(!is_valid(&ring, "session-2", &token));
        assert!(!is_valid(&KeyRing::generate().unwrap(), "session-1", &token));
    }

    #[test]
    fn forged_tokens_are_refused() {
        let ring = KeyRing::generate().unwrap();
        let token = token_for(&ring, "session-1");
        for forged in
            [String::new(), "session-1".to_owned(), token.chars().skip(1).collect(), format!("{token}A"), token.to_lowercase(), "あ".repeat(43)]
        {
            assert!(!is_valid(&ring, "session-1", &forged), "{forged}");
        }
    }

    #[test]
    fn a_page_opened_before_a_change_of_keys_still_posts() {
        let old = KeyRing::generate().unwrap();
        let renamed = old.to_text().replacen("k1", "k0", 1);
        let both: KeyRing = format!("{},{renamed}", KeyRing::generate().unwrap().to_text().as_str()).parse().unwrap();
        let token = token_for(&old, "session-1");
        assert!(is_valid(&both, "session-1", &token));
        assert_ne!(token_for(&both, "session-1"), token);
    }
}

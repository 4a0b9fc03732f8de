//! Passwords of staff: argon2id, a few at a time.
//!
//! A hash needs 19 MiB and some tens of milliseconds, so two hundred people who sign in at once must not be hashed at once: [`AT_ONCE`] are, [`WAITING`]
//! wait, the rest are asked to come back. Who asks for an account that does not exist costs the same as who asks for one that does.
//! The parameters stand in each stored hash; one made with weaker ones verifies, and says so with [`Verified::is_outdated`].

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use thiserror::Error;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane.
const PARAMS: Params = Params::DEFAULT;
/// So many hashes are computed at once in this process.
pub const AT_ONCE: usize = 2;
/// So many more may wait for their turn.
pub const WAITING: usize = 20;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);
static PLACES: Semaphore = Semaphore::const_new(AT_ONCE + WAITING);

/// A hash that no password leads to, made at the first use: what an unknown account is compared with.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash_now("nobody has this password").unwrap_or_default());

/// Why there is no answer about a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HashError {
    /// Too many sign in at once; trying again in a few seconds is right.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// No randomness, no memory, or a stored hash that is none: a defect of ours.
    #[error("a password could not be hashed")]
    Broken,
}

/// The outcome of checking a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Whether it is the right one.
    pub is_right: bool,
    /// Whether the stored hash was made with other parameters than today's and should be made anew.
    pub is_outdated: bool,
}

/// The hash of a password, to be stored.
pub async fn hash(password: &str) -> Result<String, HashError> {
    let password = Zeroizing::new(password.to_owned());
    in_turn(move || hash_now(&password)).await
}

/// Whether `password` is the one stored as `stored`. `None` stands for an account that does not exist or has no password: it costs the same and is wrong.
pub async fn verify(password: &str, stored: Option<String>) -> Result<Verified, HashError> {
    let password = Zeroizing::new(password.to_owned());
    in_turn(move || {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| NOBODY.clone());
        let verified = verify_now(&password, &stored)?;
        Ok(Verified {
            is_right: verified.is_right && known,
            ..verified
        })
    })
    .await
}

/// Hashes on this thread, without waiting for a turn: for commands and for the demo, where nothing else runs.
pub fn hash_now(password: &str) -> Result<String, HashError> {
    let hash: PasswordHash = hasher()
        .hash_password(password.as_bytes())
        .map_err(|_cause| HashError::Broken)?;
    Ok(hash.to_string())
}

fn verify_now(password: &str, stored: &str) -> Result<Verified, HashError> {
    let stored = PasswordHash::new(stored).map_err(|_cause| HashError::Broken)?;
    let is_right = hasher()
        .verify_password(password.as_bytes(), &stored)
        .is_ok();
    let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
    let is_outdated = Params::try_from(&stored).ok().as_ref().map(costs) != Some(costs(&PARAMS));
    Ok(Verified {
        is_right,
        is_outdated,
    })
}

fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, PARAMS)
}

async fn in_turn<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
) -> Result<T, HashError> {
    let _place = PLACES.try_acquire().map_err(|_full| HashError::Busy)?;
    let turn = TURNS.acquire().await.map_err(|_closed| HashError::Broken)?;
    // The turn ends with the work, not with the visitor's patience: a cut connection must not let a third hash begin.
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    })
    .await
    .map_err(|_panicked| HashError::Broken)?
}

#[cfg(test)]
mod tests {
    use std::sync::RwLock;

    use super::*;

    const RIGHT: &str = "correct horse battery staple";

    /// The places are the process's: who fills them all is alone meanwhile.
    static PLACES_ARE_FULL: RwLock<()> = RwLock::new(());

    fn ask<T>(answer: impl Future<Output = T>) -> T {
        let _others = PLACES_ARE_FULL.read().unwrap();
        wait_for(answer)
    }

    fn wait_for<T>(answer: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(answer)
    }

    #[test]
    fn only_the_password_itself_verifies() {
        let stored = hash_now(RIGHT).unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert_ne!(
            stored,
            hash_now(RIGHT).unwrap(),
            "each hash has its own salt"
        );
        for (typed, expected) in [
            (RIGHT, true),
            ("correct horse battery staple ", false),
            ("Correct horse battery staple", false),
            ("", false),
        ] {
            let verified = ask(verify(typed, Some(stored.clone()))).unwrap();
            assert_eq!(
                (verified.is_right, verified.is_outdated),
                (expected, false),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn an_account_without_password_is_wrong_whatever_is_typed() {
        for typed in [RIGHT, "", "nobody has this password"] {
            assert!(!ask(verify(typed, None)).unwrap().is_right, "{typed:?}");
        }
    }

    #[test]
    fn a_hash_of_weaker_parameters_verifies_and_says_so() {
        let weak = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(8192, 1, 1, None).unwrap(),
        );
        let stored: PasswordHash = weak.hash_password(RIGHT.as_bytes()).unwrap();
        let verified = ask(verify(RIGHT, Some(stored.to_string()))).unwrap();
        assert_eq!((verified.is_right, verified.is_outdated), (true, true));
    }

    #[test]
    fn what_is_stored_and_is_no_hash_is_an_alarm() {
        assert_eq!(
            ask(verify(RIGHT, Some("plain".to_owned()))),
            Err(HashError::Broken)
        );
    }

    #[test]
    fn only_so_many_are_hashed_or_wait_at_once() {
        let _alone = PLACES_ARE_FULL.write().unwrap();
        let answers = wait_for(async {
            let all = (0..AT_ONCE + WAITING + 8).map(|_| verify(RIGHT, None));
            futures_util::future::join_all(all).await
        });
        let busy = answers
            .iter()
            .filter(|answer| **answer == Err(HashError::Busy))
            .count();
        assert!(
            busy >= 1 && answers.iter().any(Result::is_ok),
            "{busy} busy"
        );
    }
}

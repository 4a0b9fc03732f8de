//! Soft locks of the sign-in: wrong tries are counted for an account from one place, for an account from everywhere, and for a place.
//!
//! Five wrong tries for one account from one place lock that pair for at most a quarter of an hour. A stranger elsewhere therefore cannot lock the
//! owner out by five wrong guesses; only a hundred within an hour close an account for all (NIST SP 800-63B-4, 3.2.2). An unknown account is locked like
//! a known one, and while a lock holds no password is looked at.

use actix_web::web;
use jiff::{SignedDuration, Timestamp};

use crate::security::password::{HashError, Verified};
use crate::security::token::throttling_hash;
use crate::storage::throttle::{self, Scope};
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;

const TRIES: i64 = 5;
const TRIES_OF_ACCOUNT: i64 = 100;
const TRIES_OF_SOURCE: i64 = 60;
/// What a person waits after a lock, at most, in seconds.
const LONGEST_LOCK_SECONDS: u32 = 900;

/// The window slides out within a fifth of its length more, which makes the quarter of an hour that the page promises.
const PAIR: Scope = Scope {
    name: "staff-sign-in:pair",
    window: SignedDuration::from_secs(750),
};
const ACCOUNT: Scope = Scope {
    name: "staff-sign-in:account",
    window: SignedDuration::from_secs(3600),
};
const SOURCE: Scope = Scope {
    name: "staff-sign-in:source",
    window: SignedDuration::from_secs(750),
};

/// The counters of one sign-in.
#[derive(Debug, Clone, Copy)]
pub struct Lock {
    pair: [u8; 32],
    account: [u8; 32],
    source: [u8; 32],
}

/// Whether a try is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It is.
    Free,
    /// The account is locked for now.
    Locked,
}

impl Lock {
    /// The counters of somebody who signs in as `user_id` (as typed, folded) from `source`.
    pub fn of(app: &App, user_id: &str, source: &str) -> Self {
        let hash = |scope: Scope, subject: &str| throttling_hash(app.keys(), scope.name, subject);
        Self {
            pair: hash(PAIR, &format!("{user_id} {source}")),
            account: hash(ACCOUNT, user_id),
            source: hash(SOURCE, source),
        }
    }

    /// Takes a turn before a password or a code is looked at, so that no two requests at once get more than their tries.
    pub async fn take_turn(self, app: &web::Data<App>) -> Result<Turn, AppError> {
        let now = app.clock.now();
        app.write(move |db| self.claim(db, now)).await
    }

    fn claim(self, db: &mut Db, now: Timestamp) -> Result<Turn, AppError> {
        if throttle::count_in_window(db, SOURCE, &self.source, now)? >= TRIES_OF_SOURCE {
            return Err(AppError::TooMany(LONGEST_LOCK_SECONDS));
        }
        let is_locked = throttle::count_in_window(db, PAIR, &self.pair, now)? >= TRIES
            || throttle::count_in_window(db, ACCOUNT, &self.account, now)? >= TRIES_OF_ACCOUNT;
        if is_locked {
            return Ok(Turn::Locked);
        }
        throttle::hit(db, PAIR, &self.pair, now)?;
        Ok(Turn::Free)
    }

    /// The try was wrong; answers whether it was the last for now.
    pub fn fail(self, db: &mut Db, now: Timestamp) -> Result<Turn, StoreError> {
        throttle::hit(db, ACCOUNT, &self.account, now)?;
        throttle::hit(db, SOURCE, &self.source, now)?;
        let tries = throttle::count_in_window(db, PAIR, &self.pair, now)?;
        Ok(if tries >= TRIES {
            Turn::Locked
        } else {
            Turn::Free
        })
    }

    /// The password was right: this turn does not count. The ones before still do, until the second factor was right too.
    pub fn give_back(self, db: &mut Db, now: Timestamp) -> Result<(), StoreError> {
        throttle::take_back(db, PAIR, &self.pair, now)
    }

    /// What became of a password this turn was taken for. Without an answer (too many sign in at once) the turn was none: it does not count.
    pub async fn judged(
        self,
        app: &web::Data<App>,
        answer: impl Future<Output = Result<Verified, HashError>>,
    ) -> Result<Verified, AppError> {
        match answer.await {
            Ok(verified) => Ok(verified),
            Err(error) => {
                let now = app.clock.now();
                app.write(move |db| self.give_back(db, now)).await?;
                Err(error.into())
            }
        }
    }

    /// Both factors were right: what was wrong before is forgotten.
    pub fn open(self, db: &mut Db) -> Result<(), StoreError> {
        throttle::reset(db, PAIR, &self.pair)
    }
}

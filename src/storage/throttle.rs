//! Counters that limit attempts and sends per address and per source, shared by all processes. Keys are hashes: no address is stored here.
//!
//! Each scope counts in fixed windows; what is counted is the present window plus the part of the one before that a sliding window would still
//! cover, so that nobody gets twice the limit around a window's edge.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};

use super::connection::each_backend;
use super::schema::throttle_counters;
use super::types::Instant;
use super::{Db, StoreError};

/// What is counted: a name (`code-sent:address`, for example) and the length of its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Name, stable in the database.
    pub name: &'static str,
    /// Length of the window; must be positive.
    pub window: SignedDuration,
}

/// Counts one more event of `key_hash` and answers how many there were within the last window, this one included.
pub fn hit(db: &mut Db, scope: Scope, key_hash: &[u8], now: Timestamp) -> Result<i64, StoreError> {
    let window = Window::at(scope, now);
    let row = (
        throttle_counters::scope.eq(scope.name),
        throttle_counters::key_hash.eq(key_hash),
        throttle_counters::window_start.eq(Instant::from(window.start)),
        throttle_counters::count.eq(1),
    );
    each_backend!(db, |c| diesel::insert_into(throttle_counters::table)
        .values(row)
        .on_conflict((
            throttle_counters::scope,
            throttle_counters::key_hash,
            throttle_counters::window_start
        ))
        .do_update()
        .set(throttle_counters::count.eq(throttle_counters::count + 1))
        .execute(c))?;
    count_in_window(db, scope, key_hash, now)
}

/// How many events of `key_hash` there were within the last window, rounded up.
pub fn count_in_window(
    db: &mut Db,
    scope: Scope,
    key_hash: &[u8],
    now: Timestamp,
) -> Result<i64, StoreError> {
    let window = Window::at(scope, now);
    let counts: Vec<(Instant, i32)> = throttle_counters::table
        .filter(throttle_counters::scope.eq(scope.name))
        .filter(throttle_counters::key_hash.eq(key_hash))
        .filter(throttle_counters::window_start.ge(Instant::from(window.before)))
        .select((throttle_counters::window_start, throttle_counters::count))
        .load(db)?;
    let in_window = |start: Timestamp| {
        let found = counts
            .iter()
            .find(|(window_start, _)| *window_start == Instant::from(start));
        found.map_or(0, |(_, count)| i64::from(*count))
    };
    Ok(in_window(window.start) + window.still_covered(in_window(window.before)))
}

/// Takes one event of `key_hash` in the present window back: it was none.
pub fn take_back(
    db: &mut Db,
    scope: Scope,
    key_hash: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    let window = Window::at(scope, now);
    let own = throttle_counters::table
        .filter(throttle_counters::scope.eq(scope.name))
        .filter(throttle_counters::key_hash.eq(key_hash))
        .filter(throttle_counters::window_start.eq(Instant::from(window.start)))
        .filter(throttle_counters::count.gt(0));
    diesel::update(own)
        .set(throttle_counters::count.eq(throttle_counters::count - 1))
        .execute(db)?;
    Ok(())
}

/// Forgets the events of `key_hash`: what was counted ended well.
pub fn reset(db: &mut Db, scope: Scope, key_hash: &[u8]) -> Result<(), StoreError> {
    let own = throttle_counters::table
        .filter(throttle_counters::scope.eq(scope.name))
        .filter(throttle_counters::key_hash.eq(key_hash));
    diesel::delete(own).execute(db)?;
    Ok(())
}

/// Deletes counters of windows that began before `until`; answers how many.
pub fn delete_windows_before(db: &mut Db, until: Timestamp) -> Result<usize, StoreError> {
    let old =
        throttle_counters::table.filter(throttle_counters::window_start.lt(Instant::from(until)));
    Ok(diesel::delete(old).execute(db)?)
}

/// The fixed window an instant falls into, and the one before it.
#[derive(Debug, Clone, Copy)]
struct Window {
    start: Timestamp,
    before: Timestamp,
    length: i64,
    elapsed: i64,
}

impl Window {
    fn at(scope: Scope, now: Timestamp) -> Self {
        let length = scope.window.as_secs().max(1);
        let elapsed = now.as_second().rem_euclid(length);
        let start = now.as_second() - elapsed;
        let instant = |second| Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
        Self {
            start: instant(start),
            before: instant(start - length),
            length,
            elapsed,
        }
    }

    /// The part of the earlier window's `count` that lies less than one window back, rounded up.
    fn still_covered(self, count: i64) -> i64 {
        let remaining = self.length - self.elapsed;
        (count * remaining + self.length - 1) / self.length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_window_fades_out() {
        let scope = Scope {
            name: "t",
            window: SignedDuration::from_secs(100),
        };
        let at = |second| Window::at(scope, Timestamp::from_second(second).unwrap());
        assert_eq!(at(1000).still_covered(10), 10);
        assert_eq!(at(1050).still_covered(10), 5);
        assert_eq!(at(1099).still_covered(10), 1);
        assert_eq!(at(1099).still_covered(0), 0);
    }
}

//! The gate before the decoder: at most so many pictures are decoded at once.
//!
//! A picture of 40 megapixels needs more than 100 MB while it is decoded. Without a gate, eight people who press the button together would take a
//! gigabyte. Who waits too long is told to try again, so that waiting threads cannot pile up either.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use thiserror::Error;

/// Nobody left the gate in time; the person should try again in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("too many photos are being read at once")]
pub struct Busy;

/// A counting semaphore for blocking threads.
#[derive(Debug)]
pub struct DecodeGate {
    free: Mutex<usize>,
    left: Condvar,
}

/// The right to decode; ends when dropped.
#[derive(Debug)]
#[must_use = "the place is free again as soon as this is dropped"]
pub struct Pass<'a>(&'a DecodeGate);

/// The gate that all decoding of the process goes through.
pub(super) static GATE: DecodeGate = DecodeGate::new(2);

/// How long a person waits at the gate. A decode takes well under a second.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

impl DecodeGate {
    /// A gate that lets `places` through at once.
    pub const fn new(places: usize) -> Self {
        Self {
            free: Mutex::new(places),
            left: Condvar::new(),
        }
    }

    /// Waits for a place, but no longer than `patience`.
    pub fn enter(&self, patience: Duration) -> Result<Pass<'_>, Busy> {
        // A thread that panicked while it held the lock cannot have left the count half changed.
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut free, _) = self
            .left
            .wait_timeout_while(free, patience, |free| *free == 0)
            .unwrap_or_else(PoisonError::into_inner);
        *free = free.checked_sub(1).ok_or(Busy)?;
        Ok(Pass(self))
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn no_more_than_two_are_inside_at_once() {
        let (gate, inside, most) = (DecodeGate::new(2), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    let _pass = gate.enter(Duration::from_secs(60)).unwrap();
                    most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::yield_now();
                    inside.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        assert!((1..=2).contains(&most.into_inner()));
        assert_eq!(*gate.free.lock().unwrap(), 2);
    }

    #[test]
    fn who_waits_in_vain_is_told_so_and_takes_no_place() {
        let gate = DecodeGate::new(1);
        let pass = gate.enter(Duration::ZERO).unwrap();
        assert_eq!(gate.enter(Duration::from_millis(5)).err(), Some(Busy));
        drop(pass);
        assert!(gate.enter(Duration::ZERO).is_ok());
    }

    #[test]
    fn a_panic_inside_gives_the_place_back() {
        let gate = DecodeGate::new(1);
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _pass = gate.enter(Duration::ZERO).unwrap();
            panic!("a decoder that fails");
        }));
        assert!(outcome.is_err());
        assert!(gate.enter(Duration::ZERO).is_ok());
    }
}

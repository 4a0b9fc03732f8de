//! When a failed job is tried again.

use jiff::SignedDuration;

/// A policy: pauses that double up to a limit, and a number of tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// The pause after the first failure, in milliseconds.
    first: i64,
    /// The longest pause for the first `patient_after` tries, in milliseconds.
    longest: i64,
    /// The try after which pauses become longer.
    patient_after: i32,
    /// The pause from then on, in milliseconds.
    patient: i64,
    /// How often it is begun at most.
    tries: i32,
}

impl Retry {
    /// Mails: within a minute for two hours, so that all arrive soon after a server is back; then every quarter of an hour, for three days in all.
    pub const MAIL: Self = Self {
        first: 2_000,
        longest: 60_000,
        patient_after: 124,
        patient: 900_000,
        tries: 404,
    };
    /// Work of our own: eight tries within about ten minutes.
    pub const WORK: Self = Self {
        first: 2_000,
        longest: 300_000,
        patient_after: i32::MAX,
        patient: 300_000,
        tries: 8,
    };

    /// The pause after the failed try number `tries` (from 1). `None`: that was the last. `jitter` (0 to 1000) spreads it over ±20 %, so that what
    /// failed together does not come back together.
    pub fn pause_after(&self, tries: i32, jitter: u32) -> Option<SignedDuration> {
        if tries >= self.tries {
            return None;
        }
        let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or(0).min(20);
        let pause = if tries > self.patient_after {
            self.patient
        } else {
            self.first
                .saturating_mul(1_i64 << doublings)
                .min(self.longest)
        };
        let spread = 800 + i64::from(jitter.min(1000)) * 2 / 5;
        Some(SignedDuration::from_millis(pause / 1000 * spread))
    }

    /// Whether a job that was begun `tries` times already was begun too often: whoever began it died of it.
    pub fn is_exhausted(&self, tries: i32) -> bool {
        tries > self.tries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute_and_spread_by_a_fifth() {
        let pauses: Vec<i64> = (1..=7)
            .map(|tries| Retry::MAIL.pause_after(tries, 500).unwrap().as_secs())
            .collect();
        assert_eq!(pauses, [2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(
            Retry::MAIL.pause_after(6, 0),
            Some(SignedDuration::from_secs(48))
        );
        assert_eq!(
            Retry::MAIL.pause_after(6, 1000),
            Some(SignedDuration::from_secs(72))
        );
    }

    #[test]
    fn a_mail_is_tried_for_three_days() {
        let total: i64 = (1..)
            .map_while(|tries| Retry::MAIL.pause_after(tries, 500))
            .map(|pause| pause.as_secs())
            .sum();
        assert!(
            (71..=73).contains(&(total / 3600)),
            "{} hours",
            total / 3600
        );
    }

    #[test]
    fn work_of_our_own_is_given_up_after_eight_tries() {
        assert!(Retry::WORK.pause_after(7, 0).is_some());
        assert!(Retry::WORK.pause_after(8, 0).is_none());
        assert!(!Retry::WORK.is_exhausted(8) && Retry::WORK.is_exhausted(9));
    }
}

//! Where an invented case stands and the way it came there: statuses in the order of the procedure, each with its day.

use jiff::{SignedDuration, Timestamp};

use super::dice::Dice;
use crate::domain::status::Status as S;

/// Status and how many of a thousand cases stand there.
const SHARES: [(S, u64); 26] = [
    (S::Draft, 40),
    (S::FormReady, 60),
    (S::Mailed, 40),
    (S::Received, 70),
    (S::Defect, 30),
    (S::NotAccepted, 20),
    (S::Forwarded, 40),
    (S::AtHonseki, 80),
    (S::Inquiry, 20),
    (S::Confirmed, 30),
    (S::AtIssuer, 60),
    (S::IssuerDefect, 10),
    (S::Made, 20),
    (S::Setup, 30),
    (S::Shipped, 50),
    (S::Arrived, 30),
    (S::Ready, 100),
    (S::Overdue, 30),
    (S::Booked, 30),
    (S::HandedOver, 10),
    (S::Completed, 150),
    (S::Disposed, 10),
    (S::Withdrawn, 10),
    (S::ReturnedHome, 5),
    (S::Ended, 5),
    (S::Expired, 20),
];

/// Days for which a case has been where it is, at most: no timer has anything to do yet, as in a service that has run all along.
const SETTLED: u64 = 14;

/// The way of a case that meets with nothing.
const STRAIGHT: [S; 15] = [
    S::Draft,
    S::FormReady,
    S::Mailed,
    S::Received,
    S::Forwarded,
    S::AtHonseki,
    S::Confirmed,
    S::AtIssuer,
    S::Made,
    S::Setup,
    S::Shipped,
    S::Arrived,
    S::Ready,
    S::HandedOver,
    S::Completed,
];

/// A status and since when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stay {
    pub(super) status: S,
    pub(super) since: Timestamp,
}

/// A status, as often as its share.
pub(super) fn status(dice: &mut Dice) -> S {
    let total = SHARES.iter().map(|(_, share)| share).sum();
    let mut thrown = dice.below(total);
    for (status, share) in SHARES {
        match thrown.checked_sub(share) {
            Some(rest) => thrown = rest,
            None => return status,
        }
    }
    S::Completed
}

/// The statuses up to `end`. `is_forwarded`: the register is kept elsewhere; `is_shipped`: so is the card collected.
fn way(end: S, is_forwarded: bool, is_shipped: bool, was_posted: bool) -> Vec<S> {
    let before = match end {
        S::Defect | S::NotAccepted | S::Withdrawn => S::Received,
        S::Inquiry | S::ReturnedHome | S::Ended => S::AtHonseki,
        S::IssuerDefect => S::AtIssuer,
        S::Overdue | S::Booked | S::Disposed => S::Ready,
        S::Expired => S::FormReady,
        straight => straight,
    };
    let mut way: Vec<S> = STRAIGHT
        .into_iter()
        .take_while(|status| *status <= before)
        .filter(|status| match status {
            S::Mailed => was_posted || end == S::Mailed,
            S::Forwarded => is_forwarded || end == S::Forwarded,
            S::Shipped | S::Arrived => is_shipped || *status == end,
            _ => true,
        })
        .collect();
    if end == S::Disposed {
        way.push(S::Overdue);
    }
    if way.last() != Some(&end) {
        way.push(end);
    }
    way
}

/// How a case came to `end`: it stands there since some days before `until`.
pub(super) fn stays(
    dice: &mut Dice,
    end: S,
    (is_forwarded, is_shipped): (bool, bool),
    until: Timestamp,
) -> Vec<Stay> {
    let was_posted = dice.happens(50);
    let way = way(end, is_forwarded, is_shipped, was_posted);
    let longest = if end.has_ended() { 300 } else { SETTLED };
    let mut since = until - hours(dice, longest);
    let mut stays: Vec<Stay> = Vec::with_capacity(way.len());
    for status in way.into_iter().rev() {
        stays.push(Stay { status, since });
        since -= hours(dice, 18) + SignedDuration::from_hours(2);
    }
    stays.reverse();
    stays
}

/// Some hours of up to so many days.
fn hours(dice: &mut Dice, days: u64) -> SignedDuration {
    let minutes = dice.below(days.saturating_mul(24 * 60));
    SignedDuration::from_mins(i64::try_from(minutes).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::transition::TRANSITIONS;

    #[test]
    fn every_status_has_a_share() {
        let shares: BTreeSet<S> = SHARES.iter().map(|(status, _)| *status).collect();
        assert_eq!(shares.len(), S::ALL.len());
        assert_eq!(SHARES.iter().map(|(_, share)| share).sum::<u64>(), 1000);
    }

    #[test]
    fn every_step_of_every_way_is_one_of_the_procedure() {
        for end in S::ALL {
            for (is_forwarded, is_shipped) in [(true, true), (false, false), (true, false)] {
                let way = way(end, is_forwarded, is_shipped, true);
                for step in way.windows(2) {
                    let is_known = TRANSITIONS
                        .iter()
                        .any(|row| row.from.contains(&step[0]) && row.to == step[1]);
                    let is_tested = is_shipped || !matches!(end, S::Shipped | S::Arrived);
                    assert!(
                        is_known || !is_tested,
                        "{} → {}",
                        step[0].code(),
                        step[1].code()
                    );
                }
                assert_eq!(way.last(), Some(&end));
            }
        }
    }

    #[test]
    fn days_go_on() {
        let until: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
        for number in 0..200 {
            let mut dice = Dice::of(1, number);
            let end = status(&mut dice);
            let stays = stays(&mut dice, end, (true, true), until);
            assert!(stays.windows(2).all(|pair| pair[0].since < pair[1].since));
            assert!(stays.iter().all(|stay| stay.since <= until));
        }
    }
}

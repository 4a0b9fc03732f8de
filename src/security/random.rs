//! Randomness of the operating system, and nothing weaker.

use thiserror::Error;

/// The operating system gave no randomness; nothing that needs a secret may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the operating system gave no randomness: {0}")]
pub struct NoRandomness(getrandom::Error);

/// `N` random bytes.
pub fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(NoRandomness)?;
    Ok(bytes)
}

/// A number from 0 up to but not including `bound`, each equally likely; 0 when `bound` is 0.
pub fn below(bound: u32) -> Result<u32, NoRandomness> {
    loop {
        if let Some(number) = reduce(u32::from_le_bytes(bytes()?), bound) {
            return Ok(number);
        }
    }
}

/// `draw` reduced to less than `bound`, or `None` when it lies in the last, incomplete run of `bound` numbers and would favour the small ones.
fn reduce(draw: u32, bound: u32) -> Option<u32> {
    let Some(incomplete) = (u32::MAX % bound.max(1))
        .checked_add(1)
        .and_then(|rest| rest.checked_rem(bound))
    else {
        return Some(0);
    };
    (draw <= u32::MAX - incomplete).then(|| draw % bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_of_the_last_incomplete_run_are_thrown_away() {
        // 2^32 = 4294 * 1_000_000 + 967_296.
        let last_fair = 4_294_u32 * 1_000_000 - 1;
        for (draw, bound, expected) in [
            (0, 1_000_000, Some(0)),
            (999_999, 1_000_000, Some(999_999)),
            (last_fair, 1_000_000, Some(999_999)),
            (last_fair + 1, 1_000_000, None),
            (u32::MAX, 1_000_000, None),
            (u32::MAX, 256, Some(255)),
            (u32::MAX, 1, Some(0)),
            (u32::MAX, 0, Some(0)),
        ] {
            assert_eq!(reduce(draw, bound), expected, "{draw} below {bound}");
        }
    }

    #[test]
    fn every_remainder_is_drawn_about_equally_often() {
        let mut seen = [0_u32; 10];
        for _ in 0..10_000 {
            seen[usize::try_from(below(10).unwrap()).unwrap()] += 1;
        }
        assert!(
            seen.iter().all(|&times| (850..1150).contains(&times)),
            "{seen:?}"
        );
    }
}

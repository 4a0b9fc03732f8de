//! A card that has reached its pickup place and is to be collected elsewhere (F8 of overseas-card.md §10.2; until S60 the place is simply changed).
//!
//! The applicant asks, or tells the office on paper or by telephone; the office that holds the card decides; then the card travels as any card does, on
//! a counted list, and whoever is to hand it over is told anew that the record was checked (番号法 17条4項). The time to collect it begins anew where it
//! arrives. A card under way (S60) cannot be turned round, and one that was handed over is nobody's to send.

use super::status::Status;

/// Whether a card in this status lies at its pickup place and can travel to another.
pub const fn is_possible(status: Status) -> bool {
    matches!(
        status,
        Status::Arrived | Status::Ready | Status::Overdue | Status::Booked
    )
}

/// Whether a card in this status can leave: a booked visit is cancelled first.
pub const fn may_leave(status: Status) -> bool {
    is_possible(status) && !matches!(status, Status::Booked)
}

/// Why a card stays where it is after all. A code, so that nobody writes about a person here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StopReason {
    /// The applicant does not want it any more.
    Withdrawn,
    /// The other place cannot hand it over.
    Place,
    /// Something else; she asks the office.
    Other,
}

impl StopReason {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::Withdrawn, Self::Place, Self::Other];

    /// The word in the database and in catalogue keys (`transfer-reason-place`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Place => "place",
            Self::Other => "other",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_card_that_lies_at_its_place_can_travel_on() {
        let possible: Vec<&str> = Status::ALL
            .into_iter()
            .filter(|status| is_possible(*status))
            .map(Status::code)
            .collect();
        assert_eq!(possible, ["S65", "S70", "S72", "S75"]);
        let leaving: Vec<&str> = Status::ALL
            .into_iter()
            .filter(|status| may_leave(*status))
            .map(Status::code)
            .collect();
        assert_eq!(leaving, ["S65", "S70", "S72"]);
    }

    #[test]
    fn every_reason_is_read_by_its_word() {
        for reason in StopReason::ALL {
            assert_eq!(StopReason::parse(reason.as_str()), Some(reason));
        }
        assert_eq!(StopReason::parse(""), None);
    }
}

//! Cards that nobody may hand over any more: why, who has such a card in hand, and that two people see to its destruction.
//!
//! A card whose case has ended (S96 withdrawn, S97 registered in Japan, S98 death or loss of nationality) is destroyed where it lies, as a card given back
//! is (番号法施行令 17条; overseas-card.md §7.4): one person destroys it so that it cannot be restored, another confirms it (§11.4, 削除・廃棄). A card under way is
//! destroyed where it arrives. One that was handed over is given back by its owner, and one that was never made is nobody's.

use super::desk::{CaseOffices, Desk};
use super::status::Status;

/// Why a card may not be handed over any more. A code, so that nobody writes about a person here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DisposalReason {
    /// S96: the application was withdrawn.
    Withdrawn,
    /// S97: she registered in Japan.
    ReturnedHome,
    /// S98: death, loss of nationality or the like.
    Ended,
}

impl DisposalReason {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::Withdrawn, Self::ReturnedHome, Self::Ended];

    /// The word in the database and in catalogue keys (`disposal-reason-withdrawn`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::ReturnedHome => "returned_home",
            Self::Ended => "ended",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// The reason that the end of a case is; none for an end after which no card waits to be collected.
    pub const fn of_end(status: Status) -> Option<Self> {
        match status {
            Status::Withdrawn => Some(Self::Withdrawn),
            Status::ReturnedHome => Some(Self::ReturnedHome),
            Status::Ended => Some(Self::Ended),
            _ => None,
        }
    }
}

/// Who has the card of a case in `status` in hand, when it is in no bag under way; nobody before it is made and once it was handed over.
pub fn holder(status: Status, offices: &CaseOffices) -> Option<Desk> {
    match status {
        Status::Made => Some(Desk::Issuer),
        Status::Setup => Some(Desk::Office(offices.register.clone())),
        Status::Arrived | Status::Ready | Status::Overdue | Status::Booked => {
            Some(Desk::Office(offices.pickup.clone()))
        }
        _ => None,
    }
}

/// Whether `second` may confirm what `first` destroyed: two people, as in the audit.
pub fn may_confirm(first: &str, second: &str) -> bool {
    first != second
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::office_code::OfficeCode;

    #[test]
    fn a_card_lies_with_who_made_it_set_it_up_or_keeps_it_for_her() {
        let code = |text| OfficeCode::parse(text).unwrap();
        let offices = CaseOffices {
            filing: code("emb-fr"),
            register: code("141046"),
            pickup: code("emb-gb"),
            paper: None,
        };
        let lying: Vec<(&str, String)> = Status::ALL
            .into_iter()
            .filter_map(|status| Some((status.code(), holder(status, &offices)?)))
            .map(|(status, desk)| (status, desk.as_str().to_owned()))
            .collect();
        let expected = [
            ("S50", "issuer"),
            ("S55", "141046"),
            ("S65", "emb-gb"),
            ("S70", "emb-gb"),
            ("S72", "emb-gb"),
            ("S75", "emb-gb"),
        ];
        assert_eq!(
            lying,
            expected.map(|(status, desk)| (status, desk.to_owned()))
        );
    }

    #[test]
    fn three_ends_leave_a_card_that_nobody_may_hand_over() {
        let ends: Vec<(&str, &str)> = Status::ALL
            .into_iter()
            .filter_map(|status| Some((status.code(), DisposalReason::of_end(status)?.as_str())))
            .collect();
        assert_eq!(
            ends,
            [
                ("S96", "withdrawn"),
                ("S97", "returned_home"),
                ("S98", "ended")
            ]
        );
        for reason in DisposalReason::ALL {
            assert_eq!(DisposalReason::parse(reason.as_str()), Some(reason));
        }
        assert_eq!(DisposalReason::parse(""), None);
    }

    #[test]
    fn nobody_confirms_what_she_destroyed() {
        assert!(may_confirm("staff:1", "staff:2"));
        assert!(!may_confirm("staff:1", "staff:1"));
    }
}

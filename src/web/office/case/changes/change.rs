//! The kinds of change, and when each is possible.

use crate::domain::card_transfer;
use crate::domain::status::Status;
use crate::domain::transition::{Actor, Transition};
use crate::notices::events;
use crate::storage::card_transfers::CardTransfer;
use crate::web::office::scope::OpenCase;

/// One kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// S96: her signed request is in hand.
    Withdrawal,
    /// S97: she is registered in Japan.
    ReturnHome,
    /// S98: death, loss of nationality or the like.
    End,
    /// The paper came to another office than the form names.
    Refile,
    /// Another municipality keeps the register.
    Register,
    /// Name, birth date or sex changed in the register.
    Person,
    /// Another place of pickup.
    Pickup,
    /// A card at its pickup place travels on to another.
    Transfer,
    /// It stays after all.
    TransferStop,
    /// Another mail address.
    Email,
    /// Another second contact.
    Contacts,
}

impl Change {
    pub(super) const ALL: [Self; 11] = [
        Self::Email,
        Self::Contacts,
        Self::Pickup,
        Self::Transfer,
        Self::TransferStop,
        Self::Person,
        Self::Register,
        Self::Refile,
        Self::Withdrawal,
        Self::ReturnHome,
        Self::End,
    ];

    /// The end of its address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Withdrawal => "withdrawal",
            Self::ReturnHome => "return-home",
            Self::End => "end",
            Self::Refile => "refile",
            Self::Register => "register",
            Self::Person => "person",
            Self::Pickup => "pickup",
            Self::Transfer => "transfer",
            Self::TransferStop => "transfer-stop",
            Self::Email => "email",
            Self::Contacts => "contacts",
        }
    }

    /// Reads the end of an address.
    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.as_str() == word)
    }

    /// Whether a clerk who is `part` of a case in `status` can make it.
    pub fn is_possible(self, status: Status, part: Actor) -> bool {
        let can_go = |to| Transition::find(status, to, part).is_ok();
        // A confirmed case goes back to its check, which only the keeper of the register can do.
        let may_reset = status != Status::Confirmed || part == Actor::HonsekiClerk;
        let is_filed = !status.is_before_filing() && !status.has_ended();
        match self {
            Self::Withdrawal => can_go(Status::Withdrawn),
            Self::ReturnHome => can_go(Status::ReturnedHome),
            Self::End => can_go(Status::Ended),
            Self::Refile => matches!(status, Status::FormReady | Status::Mailed),
            Self::Register => events::may_change_register(status) && may_reset,
            Self::Person => is_filed && status < Status::HandedOver && may_reset,
            Self::Pickup => events::may_change_pickup(status),
            Self::Transfer | Self::TransferStop => card_transfer::is_possible(status),
            Self::Email | Self::Contacts => is_filed && status != Status::HandedOver,
        }
    }

    /// Whether it is possible in this case by this office: only who holds a card decides whether it travels on.
    pub fn is_possible_in(self, open: &OpenCase) -> bool {
        let holds = open.office == open.case.pickup_office;
        let transfer = open.transfer.as_ref();
        let fits = match self {
            Self::Transfer => holds && !transfer.is_some_and(CardTransfer::is_accepted),
            Self::TransferStop => holds && transfer.is_some(),
            _ => true,
        };
        fits && self.is_possible(open.application.status, open.part)
    }

    /// Whether it decides where a card that lies at its place goes.
    pub(super) const fn is_about_transfer(self) -> bool {
        matches!(self, Self::Transfer | Self::TransferStop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Actor::{ConsularClerk, HonsekiClerk};
    use Status as S;

    #[test]
    fn a_change_is_possible_as_long_as_the_law_and_the_paper_allow_it() {
        use Change as C;
        for (change, status, part, expected) in [
            (C::Withdrawal, S::Received, ConsularClerk, true),
            (C::Withdrawal, S::FormReady, ConsularClerk, false),
            (C::Withdrawal, S::HandedOver, ConsularClerk, false),
            (C::ReturnHome, S::Shipped, HonsekiClerk, true),
            (C::ReturnHome, S::Shipped, ConsularClerk, false),
            (C::End, S::HandedOver, ConsularClerk, true),
            (C::End, S::Completed, ConsularClerk, false),
            (C::Refile, S::Mailed, ConsularClerk, true),
            (C::Refile, S::Received, ConsularClerk, false),
            (C::Register, S::Confirmed, HonsekiClerk, true),
            (C::Register, S::Confirmed, ConsularClerk, false),
            (C::Register, S::AtIssuer, HonsekiClerk, false),
            (C::Person, S::AtIssuer, ConsularClerk, true),
            (C::Person, S::FormReady, ConsularClerk, false),
            (C::Pickup, S::Setup, ConsularClerk, true),
            (C::Pickup, S::Shipped, ConsularClerk, false),
            (C::Transfer, S::Ready, ConsularClerk, true),
            (C::Transfer, S::Setup, HonsekiClerk, false),
            (C::Transfer, S::Shipped, ConsularClerk, false),
            (C::TransferStop, S::HandedOver, ConsularClerk, false),
            (C::Email, S::Ready, ConsularClerk, true),
            (C::Email, S::Withdrawn, ConsularClerk, false),
            (C::Contacts, S::Mailed, ConsularClerk, false),
        ] {
            let possible = change.is_possible(status, part);
            assert_eq!(possible, expected, "{change:?} in {}", status.code());
        }
    }

    #[test]
    fn every_change_is_read_by_its_word() {
        for change in Change::ALL {
            assert_eq!(Change::parse(change.as_str()), Some(change));
        }
        assert_eq!(Change::parse("delete"), None);
    }
}

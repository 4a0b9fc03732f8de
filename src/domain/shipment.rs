//! What travels: forms to the municipality that keeps the register, cards to the place of pickup (overseas-card.md §5.2).
//!
//! A shipment is a list of receipt numbers, counted by two people, with one destination. Owns the shipment's number, what may travel where and how
//! far a leg moves a case. The list itself and whether it was counted are not decided here.

use std::fmt;
use std::str::FromStr;

use super::application::posting::Carrier;
use super::card_transfer;
use super::desk::{CaseOffices, Desk};
use super::handover::RecordCheck;
use super::office_code::OfficeCode;
use super::receipt_number::{ReceiptNumber, ReceiptNumberError};
use super::status::Status;
use super::text;

/// A list of an office has at most so many lines: what two people count in one go.
pub const MOST_ITEMS: usize = 500;

/// What is in a shipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShipmentKind {
    /// Application forms.
    Form,
    /// Cards.
    Card,
}

impl ShipmentKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Form, Self::Card];

    /// The word in the database, in addresses and in catalogue keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Card => "card",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Where a case stands that can be sent.
    pub const fn leaves(self) -> Status {
        match self {
            Self::Form => Status::Received,
            Self::Card => Status::Setup,
        }
    }

    /// Where a case stands while it is on its way.
    pub const fn travels_in(self) -> Status {
        match self {
            Self::Form => Status::Forwarded,
            Self::Card => Status::Shipped,
        }
    }

    /// The office a case travels to.
    pub const fn destination(self, offices: &CaseOffices) -> &OfficeCode {
        match self {
            Self::Form => &offices.register,
            Self::Card => &offices.pickup,
        }
    }

    /// Whether `sender` can send this case to `to` now: it lies on the sender's desk in the status the leg leaves, travels there and nowhere else; a card
    /// for which another place was decided leaves its pickup place the same way (F8);
    /// and a card whose record check was taken back stays where it is (番号法 17条4項: its notice goes with the card).
    pub fn may_travel(
        self,
        state: &TravelState<'_>,
        (sender, to): (&OfficeCode, &OfficeCode),
    ) -> bool {
        let is_checked = self == Self::Form || state.record_check == RecordCheck::Done;
        let goes_there = match (self, state.transfer) {
            (Self::Card, Some(new_place)) => {
                card_transfer::may_leave(state.status) && new_place == to
            }
            _ => state.status == self.leaves() && self.destination(state.offices) == to,
        };
        goes_there
            && state.desk.and_then(Desk::office) == Some(sender)
            && sender != to
            && is_checked
    }
}

/// What decides whether a case can be sent.
#[derive(Debug, Clone, Copy)]
pub struct TravelState<'a> {
    /// Where it stands.
    pub status: Status,
    /// Whose turn it is.
    pub desk: Option<&'a Desk>,
    /// Its offices.
    pub offices: &'a CaseOffices,
    /// 措置①.
    pub record_check: RecordCheck,
    /// Where a card that lies at its pickup place is to travel on to, once that is decided.
    pub transfer: Option<&'a OfficeCode>,
}

/// The number of a shipment, shown `SH-K7M4-2PQX-9T`: checked like a receipt number, and never mistaken for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShipmentNumber(ReceiptNumber);

impl ShipmentNumber {
    /// The number made from the lowest 45 bits of `random`.
    pub fn from_random(random: u64) -> Self {
        Self(ReceiptNumber::from_random(random))
    }

    /// Without hyphens, as stored: `SHK7M42PQX9T`.
    pub fn compact(&self) -> String {
        format!("{PREFIX}{}", self.0.compact())
    }

    /// What the QR symbol on the list says: `MNC1*K7M42PQX9T*SH`, built like those of the forms.
    pub fn payload(&self) -> String {
        format!("MNC1*{}*{PREFIX}", self.0.compact())
    }

    /// The number whose ten symbols stand in a QR symbol.
    pub const fn of_symbols(symbols: ReceiptNumber) -> Self {
        Self(symbols)
    }
}

const PREFIX: &str = "SH";

impl FromStr for ShipmentNumber {
    type Err = ReceiptNumberError;

    /// Reads what a person typed: `SH` and ten symbols, in any case and width, with or without hyphens and spaces.
    fn from_str(typed: &str) -> Result<Self, ReceiptNumberError> {
        let plain: String = typed
            .chars()
            .filter(|c| !text::is_hyphen_like(*c) && !text::is_trimmable(*c))
            .map(|c| text::ascii_char(c).to_ascii_uppercase())
            .collect();
        let symbols = plain
            .strip_prefix(PREFIX)
            .ok_or(ReceiptNumberError::Length(plain.chars().count()))?;
        symbols.parse().map(Self)
    }
}

impl fmt::Display for ShipmentNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{PREFIX}-{}", self.0)
    }
}

/// How a shipment travels.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Carriage {
    /// By whom; none for a bag that somebody carries.
    pub carrier: Option<Carrier>,
    /// The tracking number, may be empty.
    pub tracking: String,
    /// Whether the bag is sealed (封かん).
    pub is_sealed: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> OfficeCode {
        OfficeCode::parse(text).unwrap()
    }

    #[test]
    fn a_shipments_number_is_read_in_any_spelling_and_a_receipt_number_is_not_one() {
        let number = ShipmentNumber::from_random(0x1234_5678_9ABC);
        let shown = number.to_string();
        assert!(shown.starts_with("SH-") && shown.len() == 15, "{shown}");
        for typed in [
            shown.clone(),
            shown.to_lowercase(),
            number.compact(),
            format!("　{} ", shown.replace('-', "－")),
        ] {
            assert_eq!(typed.parse(), Ok(number), "{typed}");
        }
        let receipt = ReceiptNumber::from_random(7).to_string();
        assert!(receipt.parse::<ShipmentNumber>().is_err());
        assert!("SH".parse::<ShipmentNumber>().is_err());
        assert_eq!(
            number.payload().len(),
            18,
            "as long as the symbols of the forms"
        );
    }

    #[test]
    fn a_case_travels_only_from_its_own_desk_to_its_own_destination() {
        let (form, card) = (ShipmentKind::Form, ShipmentKind::Card);
        let offices = CaseOffices {
            filing: code("emb-gb"),
            register: code("141046"),
            pickup: code("emb-gb"),
            paper: Some(code("emb-gb")),
        };
        for (kind, status, desk, is_checked, leg, expected) in [
            (form, "S20", "emb-gb", false, "emb-gb 141046", true),
            (form, "S20", "emb-gb", false, "emb-gb 131016", false),
            (form, "S20", "emb-fr", false, "emb-gb 141046", false),
            (form, "S25", "emb-gb", false, "emb-gb 141046", false),
            (form, "S96", "issuer", false, "emb-gb 141046", false),
            (card, "S55", "141046", true, "141046 emb-gb", true),
            (card, "S55", "141046", false, "141046 emb-gb", false),
            (card, "S55", "141046", true, "141046 141046", false),
            (card, "S50", "141046", true, "141046 emb-gb", false),
        ] {
            let desk = Desk::parse(desk).unwrap();
            let state = TravelState {
                status: Status::from_code(status).unwrap(),
                desk: Some(&desk),
                offices: &offices,
                record_check: if is_checked {
                    RecordCheck::Done
                } else {
                    RecordCheck::Open
                },
                transfer: None,
            };
            let (sender, to) = leg.split_once(' ').unwrap();
            let may = kind.may_travel(&state, (&code(sender), &code(to)));
            assert_eq!(may, expected, "{kind:?} in {status} {leg}");
        }
    }

    #[test]
    fn a_card_travels_on_from_its_pickup_place_only_to_the_place_that_was_decided() {
        let offices = CaseOffices {
            filing: code("emb-gb"),
            register: code("141046"),
            pickup: code("emb-gb"),
            paper: Some(code("141046")),
        };
        let (london, paris) = (code("emb-gb"), code("emb-fr"));
        for (kind, status, decided, to, expected) in [
            (ShipmentKind::Card, "S65", Some(&paris), &paris, true),
            (ShipmentKind::Card, "S70", Some(&paris), &paris, true),
            (ShipmentKind::Card, "S72", Some(&paris), &paris, true),
            (ShipmentKind::Card, "S75", Some(&paris), &paris, false),
            (ShipmentKind::Card, "S80", Some(&paris), &paris, false),
            (ShipmentKind::Card, "S70", Some(&paris), &london, false),
            (ShipmentKind::Card, "S70", None, &paris, false),
            (ShipmentKind::Form, "S70", Some(&paris), &paris, false),
        ] {
            let state = TravelState {
                status: Status::from_code(status).unwrap(),
                desk: Some(&Desk::Office(london.clone())),
                offices: &offices,
                record_check: RecordCheck::Done,
                transfer: decided,
            };
            let may = kind.may_travel(&state, (&london, to));
            assert_eq!(may, expected, "{kind:?} in {status} to {to}");
        }
    }
}

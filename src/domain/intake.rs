//! Intake: what a scanner typed, and what is to be done with the paper or the card it was read from.
//!
//! Decisions, where the procedure is silent:
//! - Sheet 1 is the application. The covering letter and the PIN form name the case, but do not prove that sheet 1 is there; a PIN form whose code can
//!   be read lies outside its envelope (D07).
//! - A symbol does not say of which version of the form it is. Where there was more than one, the clerk reads the version off the sheet's head. An
//!   older version is still her signed application: it is received on this day, and a correction (D99) asks for sheet 1 of the version in force;
//!   the PIN form and the photo stay good.
//! - What is on the list of a shipment to this office agrees with it once it is in hand. What is on no list is taken in only on the clerk's word.

use std::str::FromStr;

use thiserror::Error;

use super::desk::{CaseOffices, Desk};
use super::office_code::OfficeCode;
use super::receipt_number::{ReceiptNumber, ReceiptNumberError};
use super::shipment::{ShipmentKind, ShipmentNumber};
use super::status::Status;
use super::text;

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scanned {
    /// A receipt number, typed or from sheet 1.
    Case(ReceiptNumber),
    /// A receipt number from the PIN form: it lies outside its envelope.
    PinForm(ReceiptNumber),
    /// A receipt number from the covering letter.
    Cover(ReceiptNumber),
    /// The list of a shipment.
    Shipment(ShipmentNumber),
}

/// Why nothing can be read from it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScanError {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Empty,
    /// A symbol of something else: an address, another system's code.
    #[error("not a symbol of ours")]
    Foreign,
    /// No receipt number: mistyped, or half read.
    #[error(transparent)]
    Number(#[from] ReceiptNumberError),
}

/// Between the parts of a symbol's text.
const SEPARATOR: char = '*';
const MARK: &str = "MNC1";

impl FromStr for Scanned {
    type Err = ScanError;

    /// Reads the text of a symbol (`MNC1*K7M42PQX9T*A1`), a receipt number or a shipment's number, in any case and width. Scanners set up for another
    /// keyboard type another mark for `*`: any sign that cannot be in a number separates.
    fn from_str(typed: &str) -> Result<Self, ScanError> {
        let plain: String = text::trimmed(typed)
            .chars()
            .map(|c| text::ascii_char(c).to_ascii_uppercase())
            .collect();
        if plain.is_empty() {
            return Err(ScanError::Empty);
        }
        if let Some(rest) = plain.strip_prefix(MARK) {
            return symbol(rest);
        }
        if plain.contains("://") || plain.contains(SEPARATOR) {
            return Err(ScanError::Foreign);
        }
        plain
            .parse()
            .map(Self::Shipment)
            .or_else(|_no_shipment| Ok(Self::Case(plain.parse()?)))
    }
}

fn symbol(rest: &str) -> Result<Scanned, ScanError> {
    let mut parts = rest
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty());
    let number = parts.next().unwrap_or_default().parse()?;
    match (parts.next(), parts.next()) {
        (Some("A1"), None) => Ok(Scanned::Case(number)),
        (Some("P2"), None) => Ok(Scanned::PinForm(number)),
        (Some("C4"), None) => Ok(Scanned::Cover(number)),
        (Some("SH"), None) => Ok(Scanned::Shipment(ShipmentNumber::of_symbols(number))),
        _ => Err(ScanError::Foreign),
    }
}

/// What the clerk said besides the number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Said {
    /// The version printed on the form's head.
    pub revision: Option<i32>,
    /// Receive an older version all the same, and ask for a correction.
    pub with_defect: bool,
    /// The paper came here instead of the office it names: this office files it.
    pub refile: bool,
    /// It is here, although no list says so.
    pub unlisted: bool,
}

/// A paper or a card in hand, and the case it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct InHand<'a> {
    /// What is taken in.
    pub kind: ShipmentKind,
    /// Where the case stands.
    pub status: Status,
    /// Whose turn it is.
    pub desk: Option<&'a Desk>,
    /// The case's offices.
    pub offices: &'a CaseOffices,
    /// Where it is taken in.
    pub here: &'a OfficeCode,
    /// Whether the list of a shipment to this office has it.
    pub is_listed: bool,
    /// The number of the form in force.
    pub in_force: i32,
    /// What the clerk said.
    pub said: Said,
}

/// What is to be done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The case moves to this status.
    Take(Status),
    /// The case is received, and a correction asked for: the paper is of an older version.
    TakeWithDefect,
    /// Which version is it?
    AskRevision,
    /// It is of an older version than the one in force.
    OldRevision,
    /// It was meant for another office.
    WrongOffice(OfficeCode),
    /// No list of a shipment to this office has it.
    NotListed,
    /// It was registered before.
    Already,
    /// Another office waits for it.
    Elsewhere(OfficeCode),
    /// The case has ended; paper or card goes back.
    Ended(Status),
    /// This case waits for the other kind: for its card, or still for its form.
    OtherKind(ShipmentKind),
}

/// What is to be done with what is in hand. A draft is not asked about: nothing of it was ever printed.
pub fn answer(hand: &InHand<'_>) -> Answer {
    if hand.status.has_ended() {
        return Answer::Ended(hand.status);
    }
    match hand.kind {
        ShipmentKind::Form => form(hand),
        ShipmentKind::Card => card(hand),
    }
}

fn form(hand: &InHand<'_>) -> Answer {
    match hand.status {
        Status::Draft | Status::FormReady | Status::Mailed => {
            if *hand.here != hand.offices.filing && !hand.said.refile {
                Answer::WrongOffice(hand.offices.filing.clone())
            } else {
                of_a_version(hand)
            }
        }
        Status::Defect => match hand.desk.and_then(Desk::office) {
            Some(desk) if desk != hand.here => Answer::Elsewhere(desk.clone()),
            _ => of_a_version(hand),
        },
        Status::Forwarded => at(hand, &hand.offices.register, Status::AtHonseki),
        Status::Made if *hand.here == hand.offices.register => {
            Answer::OtherKind(ShipmentKind::Card)
        }
        Status::Shipped if *hand.here == hand.offices.pickup => {
            Answer::OtherKind(ShipmentKind::Card)
        }
        _ => Answer::Already,
    }
}

fn card(hand: &InHand<'_>) -> Answer {
    let holder = match hand.status {
        Status::Made => return at(hand, &hand.offices.register, Status::Setup),
        Status::Shipped => return at(hand, &hand.offices.pickup, Status::Arrived),
        Status::Setup => &hand.offices.register,
        Status::Arrived | Status::Ready | Status::Overdue | Status::Booked | Status::HandedOver => {
            &hand.offices.pickup
        }
        _ => return Answer::OtherKind(ShipmentKind::Form),
    };
    if holder == hand.here {
        Answer::Already
    } else {
        Answer::Elsewhere(holder.clone())
    }
}

/// Received at `place`, if this is the place and a list has it.
fn at(hand: &InHand<'_>, place: &OfficeCode, to: Status) -> Answer {
    if hand.here != place {
        Answer::Elsewhere(place.clone())
    } else if hand.is_listed || hand.said.unlisted {
        Answer::Take(to)
    } else {
        Answer::NotListed
    }
}

fn of_a_version(hand: &InHand<'_>) -> Answer {
    if hand.in_force <= 1 {
        return Answer::Take(Status::Received);
    }
    match hand.said.revision {
        None => Answer::AskRevision,
        Some(version) if version >= hand.in_force => Answer::Take(Status::Received),
        Some(_) if hand.said.with_defect => Answer::TakeWithDefect,
        Some(_) => Answer::OldRevision,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> OfficeCode {
        OfficeCode::parse(text).unwrap()
    }

    #[test]
    fn every_spelling_of_a_symbol_and_of_a_number_is_read() {
        let number = ReceiptNumber::from_random(0x1234_5678_9ABC);
        let plain = number.compact();
        let shipment = ShipmentNumber::from_random(7);
        for (typed, expected) in [
            (format!("MNC1*{plain}*A1"), Scanned::Case(number)),
            (
                format!(" mnc1*{}*a1\r\n", plain.to_lowercase()),
                Scanned::Case(number),
            ),
            (format!("ＭＮＣ１＊{plain}＊Ａ１"), Scanned::Case(number)),
            (format!("MNC1({plain}(A1"), Scanned::Case(number)),
            (format!("MNC1*{plain}*P2"), Scanned::PinForm(number)),
            (format!("MNC1*{plain}*C4"), Scanned::Cover(number)),
            (number.to_string(), Scanned::Case(number)),
            (number.to_string().replace('-', "ー"), Scanned::Case(number)),
            (shipment.payload(), Scanned::Shipment(shipment)),
            (shipment.to_string(), Scanned::Shipment(shipment)),
        ] {
            assert_eq!(typed.parse(), Ok(expected), "{typed:?}");
        }
    }

    #[test]
    fn what_is_not_ours_or_half_read_is_refused_with_its_reason() {
        let plain = ReceiptNumber::from_random(99).compact();
        for (typed, expected) in [
            ("", ScanError::Empty),
            ("　 ", ScanError::Empty),
            ("https://evil.example/?q=1", ScanError::Foreign),
            (&format!("MNC1*{plain}*ZZ"), ScanError::Foreign),
            (&format!("MNC1*{plain}*A1*MORE"), ScanError::Foreign),
            ("MNC1*", ScanError::Number(ReceiptNumberError::Empty)),
            ("K7M4", ScanError::Number(ReceiptNumberError::Length(4))),
            (
                "K7M4-2PQX-9U",
                ScanError::Number(ReceiptNumberError::Symbol('U')),
            ),
        ] {
            assert_eq!(typed.parse::<Scanned>(), Err(expected), "{typed:?}");
        }
    }

    /// A form from London for Yokohama, the card back to London.
    fn asked(kind: ShipmentKind, status: &str, here: &str, more: (bool, i32, Said)) -> Answer {
        let offices = CaseOffices {
            filing: code("emb-gb"),
            register: code("141046"),
            pickup: code("emb-gb"),
            paper: Some(code("emb-gb")),
        };
        let status = Status::from_code(status).unwrap();
        answer(&InHand {
            kind,
            status,
            desk: offices.desk(status).as_ref(),
            offices: &offices,
            here: &code(here),
            is_listed: more.0,
            in_force: more.1,
            said: more.2,
        })
    }

    #[test]
    fn each_status_has_its_answer_at_each_office() {
        use ShipmentKind::{Card, Form};
        let plain = (true, 1, Said::default());
        for (kind, status, here, expected) in [
            (Form, "S10", "emb-gb", Answer::Take(Status::Received)),
            (Form, "S15", "emb-gb", Answer::Take(Status::Received)),
            (Form, "S10", "emb-fr", Answer::WrongOffice(code("emb-gb"))),
            (Form, "S25", "emb-gb", Answer::Take(Status::Received)),
            (Form, "S25", "141046", Answer::Elsewhere(code("emb-gb"))),
            (Form, "S20", "emb-gb", Answer::Already),
            (Form, "S30", "141046", Answer::Take(Status::AtHonseki)),
            (Form, "S30", "emb-gb", Answer::Elsewhere(code("141046"))),
            (Form, "S35", "141046", Answer::Already),
            (Form, "S60", "emb-gb", Answer::OtherKind(Card)),
            (Form, "S96", "emb-gb", Answer::Ended(Status::Withdrawn)),
            (Form, "S99", "emb-gb", Answer::Ended(Status::Expired)),
            (Card, "S50", "141046", Answer::Take(Status::Setup)),
            (Card, "S50", "emb-gb", Answer::Elsewhere(code("141046"))),
            (Card, "S55", "141046", Answer::Already),
            (Card, "S60", "emb-gb", Answer::Take(Status::Arrived)),
            (Card, "S60", "141046", Answer::Elsewhere(code("emb-gb"))),
            (Card, "S70", "emb-gb", Answer::Already),
            (Card, "S20", "emb-gb", Answer::OtherKind(Form)),
            (Card, "S96", "emb-gb", Answer::Ended(Status::Withdrawn)),
        ] {
            assert_eq!(
                asked(kind, status, here, plain),
                expected,
                "{kind:?} {status} at {here}"
            );
        }
    }

    #[test]
    fn what_only_the_clerk_knows_decides_the_rest() {
        let said = Said::default();
        let refile = Said {
            refile: true,
            ..said
        };
        let unlisted = Said {
            unlisted: true,
            ..said
        };
        let version = |number, with_defect| Said {
            revision: Some(number),
            with_defect,
            ..said
        };
        let (older, newer) = (version(1, false), version(2, false));
        for (status, here, in_force, said, expected) in [
            ("S10", "emb-fr", 1, refile, Answer::Take(Status::Received)),
            ("S30", "141046", 1, said, Answer::NotListed),
            (
                "S30",
                "141046",
                1,
                unlisted,
                Answer::Take(Status::AtHonseki),
            ),
            ("S10", "emb-gb", 2, said, Answer::AskRevision),
            ("S10", "emb-gb", 2, newer, Answer::Take(Status::Received)),
            ("S10", "emb-gb", 2, older, Answer::OldRevision),
            ("S25", "emb-gb", 3, newer, Answer::OldRevision),
            ("S10", "emb-gb", 2, version(1, true), Answer::TakeWithDefect),
        ] {
            let found = asked(ShipmentKind::Form, status, here, (false, in_force, said));
            assert_eq!(found, expected, "{status} at {here} {said:?}");
        }
    }
}

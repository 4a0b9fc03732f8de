//! Which cases somebody of the staff can see: those their office has a part in. Every page about one case opens it here and nowhere else.
//!
//! What is not theirs is answered like what does not exist, so that nobody can probe receipt numbers. A form that was never received is seen by the office
//! it names as filing place alone; a draft by nobody. The issuer, administrators and auditors belong to no office and see no case.

use crate::domain::card_transfer;
use crate::domain::desk::CaseOffices;
use crate::domain::office_code::OfficeCode;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::status::Status;
use crate::domain::transition::Actor;
use crate::storage::applications::{self, Application};
use crate::storage::card_transfers::{self, CardTransfer};
use crate::storage::cases::{self, CaseFile};
use crate::storage::{Db, StoreError};
use crate::web::office::session::Staff;

/// A case before somebody whose office has a part in it.
#[derive(Debug, Clone)]
pub struct OpenCase {
    /// Where it stands.
    pub application: Application,
    /// What it is beside that.
    pub case: CaseFile,
    /// What a clerk of the office is to it.
    pub part: Actor,
    /// The office of who asks.
    pub office: OfficeCode,
    /// Another pickup place that is wanted or decided for a card at its place.
    pub transfer: Option<CardTransfer>,
}

/// The part an office has in a case; none when the office may not see it. `was_received`: some office has had the paper in hand.
///
/// Before that the application exists only on the applicant's side, and what she chose for later (register, pickup place) tells no office anything yet.
pub fn part_in(
    offices: &CaseOffices,
    (status, was_received): (Status, bool),
    office: &OfficeCode,
) -> Option<Actor> {
    let is_unfiled = status.is_before_filing() || (status.has_ended() && !was_received);
    if status == Status::Draft || (is_unfiled && *office != offices.filing) {
        return None;
    }
    offices.role_of(office)
}

/// The case with this receipt number, in any spelling, for somebody of an office with a part in it; everything else is [`StoreError::NotFound`], which a
/// handler answers with 404. It is the storage's error so that a reading and a writing transaction can both begin with it.
pub fn open_case(db: &mut Db, staff: &Staff, reference: &str) -> Result<OpenCase, StoreError> {
    let number: ReceiptNumber = reference
        .parse()
        .map_err(|_no_number| StoreError::NotFound)?;
    let office = staff.office().cloned().ok_or(StoreError::NotFound)?;
    let application = applications::find_by_reference(db, number)?.ok_or(StoreError::NotFound)?;
    let case = cases::get_case(db, application.id)?;
    let standing = (application.status, case.received_at.is_some());
    let part = part_in(&case.offices(), standing, &office).ok_or(StoreError::NotFound)?;
    let transfer = if card_transfer::is_possible(application.status) {
        card_transfers::find_open(db, application.id)?
    } else {
        None
    };
    Ok(OpenCase {
        application,
        case,
        part,
        office,
        transfer,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> OfficeCode {
        OfficeCode::parse(text).unwrap()
    }

    #[test]
    fn an_office_sees_what_it_has_a_part_in_and_the_filing_office_alone_what_was_never_received() {
        let offices = CaseOffices {
            filing: code("emb-gb"),
            register: code("141046"),
            pickup: code("131016"),
            paper: None,
        };
        let (filing, register, pickup, other) = ("emb-gb", "141046", "131016", "emb-fr");
        for (status, was_received, seen_by) in [
            (Status::Draft, false, &[][..]),
            (Status::FormReady, false, &[filing]),
            (Status::Mailed, false, &[filing]),
            (Status::Expired, false, &[filing]),
            (Status::Withdrawn, false, &[filing]),
            (Status::Received, true, &[filing, register, pickup]),
            (Status::AtIssuer, true, &[filing, register, pickup]),
            (Status::Withdrawn, true, &[filing, register, pickup]),
            (Status::Completed, true, &[filing, register, pickup]),
        ] {
            for office in [filing, register, pickup, other] {
                let part = part_in(&offices, (status, was_received), &code(office));
                assert_eq!(
                    part.is_some(),
                    seen_by.contains(&office),
                    "{} {office}",
                    status.code()
                );
            }
        }
    }

    #[test]
    fn who_was_handed_the_paper_by_mistake_sees_the_case() {
        let offices = CaseOffices {
            filing: code("emb-gb"),
            register: code("141046"),
            pickup: code("emb-gb"),
            paper: Some(code("emb-fr")),
        };
        let part = part_in(&offices, (Status::Received, true), &code("emb-fr"));
        assert_eq!(part, Some(Actor::ConsularClerk));
    }
}

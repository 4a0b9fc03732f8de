//! What is done to accounts, each act with its audit entry and its effect on sessions in one transaction. Administrators' pages and the command line do
//! the same things through here.
//!
//! Nobody chooses another's password: an invitation is a link, its token is made by the caller and kept as a hash. An invitation leaves the second
//! factor as it is (ASVS 6.4.3); losing both is an act of its own.

use jiff::{SignedDuration, Timestamp};

use super::audit::{self, Chain, NewEntry};
use super::staff::{self, StaffDetails, StaffId, StaffMember};
use super::staff_sessions::StaffSessionId;
use super::{Db, StoreError, staff_credentials, staff_sessions};
use crate::domain::office_code::OfficeCode;
use crate::domain::staff::Role;
use crate::domain::staff::user_id::UserId;

/// An invitation works so long.
pub const INVITATION: SignedDuration = SignedDuration::from_hours(24);

/// Who does something and when.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// The actor of the audit: `staff:3`, `system`.
    pub actor: &'a str,
    /// When.
    pub now: Timestamp,
}

impl Act<'_> {
    fn note(self, db: &mut Db, action: &str, detail: &str) -> Result<(), StoreError> {
        let entry = NewEntry {
            chain: &Chain::system(),
            actor: self.actor,
            action,
            detail,
        };
        audit::append(db, &entry, self.now)
    }
}

/// Makes an account. [`StoreError::Conflict`] when the user id is taken.
pub fn add(
    db: &mut Db,
    act: Act<'_>,
    user_id: &UserId,
    details: &StaffDetails,
) -> Result<StaffId, StoreError> {
    let id = staff::insert_staff(db, user_id, details, act.now)?;
    act.note(db, "staff.added", &described(id, details))?;
    Ok(id)
}

/// The audit's chain is this transaction's by now, so that no other act is under way: whatever this one leaves is what is left. An installation that
/// nobody administers could only be opened again from the command line; [`StoreError::Conflict`] then, and nothing was done.
fn prove_administered(db: &mut Db) -> Result<(), StoreError> {
    if staff::has_administrator(db)? {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}

/// Changes an account. A change of roles or office ends its sessions; the other changes count at its next request.
pub fn change(
    db: &mut Db,
    act: Act<'_>,
    before: &StaffMember,
    details: &StaffDetails,
) -> Result<(), StoreError> {
    staff::set_details(db, before.id, before.version, details)?;
    if before.assignment != details.assignment {
        staff_sessions::revoke_sessions_of(db, before.id, None, act.now)?;
    }
    act.note(db, "staff.changed", &described(before.id, details))?;
    let is_withdrawn =
        before.assignment.has(Role::Administrator) && !details.assignment.has(Role::Administrator);
    if is_withdrawn {
        prove_administered(db)?;
    }
    Ok(())
}

/// Account number, roles, office and training day: no names.
fn described(id: StaffId, details: &StaffDetails) -> String {
    let office = details.assignment.office().map_or("-", OfficeCode::as_str);
    let trained_on = details
        .trained_on
        .map_or_else(|| "-".to_owned(), |day| day.to_string());
    format!(
        "staff={id} roles={} office={office} trained_on={trained_on}",
        details.assignment.as_text()
    )
}

/// Makes the link of an invitation; an earlier one stops working.
pub fn invite(db: &mut Db, act: Act<'_>, id: StaffId, token_hash: &[u8]) -> Result<(), StoreError> {
    staff_credentials::set_invitation(db, id, token_hash, act.now + INVITATION, act.now)?;
    act.note(db, "staff.invited", &format!("staff={id}"))
}

/// Closes an account and ends its sessions; never the last administrator's.
pub fn deactivate(db: &mut Db, act: Act<'_>, member: &StaffMember) -> Result<(), StoreError> {
    staff::set_deactivated(db, member.id, member.version, Some(act.now))?;
    let ended = staff_sessions::revoke_sessions_of(db, member.id, None, act.now)?;
    act.note(
        db,
        "staff.deactivated",
        &format!("staff={} sessions_ended={ended}", member.id),
    )?;
    if member.assignment.has(Role::Administrator) {
        prove_administered(db)?;
    }
    Ok(())
}

/// Opens a closed account again; its roles, password and second factor are as they were.
pub fn reactivate(db: &mut Db, act: Act<'_>, member: &StaffMember) -> Result<(), StoreError> {
    staff::set_deactivated(db, member.id, member.version, None)?;
    act.note(db, "staff.reactivated", &format!("staff={}", member.id))
}

/// Forgets the second factor and ends the sessions: the next sign-in sets up a new one.
pub fn reset_second_factor(db: &mut Db, act: Act<'_>, id: StaffId) -> Result<(), StoreError> {
    staff_credentials::delete_second_factor(db, id)?;
    let ended = staff_sessions::revoke_sessions_of(db, id, None, act.now)?;
    act.note(
        db,
        "staff.second-factor-reset",
        &format!("staff={id} sessions_ended={ended}"),
    )
}

/// Keeps a newly chosen password and ends every session but the one it was chosen in.
pub fn set_password(
    db: &mut Db,
    act: Act<'_>,
    id: StaffId,
    hash: &str,
    except: Option<StaffSessionId>,
) -> Result<(), StoreError> {
    staff_credentials::set_password(db, id, hash, act.now)?;
    let ended = staff_sessions::revoke_sessions_of(db, id, except, act.now)?;
    act.note(
        db,
        "staff.password-set",
        &format!("staff={id} sessions_ended={ended}"),
    )
}

/// Ends every session of a person but one.
pub fn end_other_sessions(
    db: &mut Db,
    act: Act<'_>,
    id: StaffId,
    except: StaffSessionId,
) -> Result<usize, StoreError> {
    let ended = staff_sessions::revoke_sessions_of(db, id, Some(except), act.now)?;
    act.note(
        db,
        "staff.sessions-ended",
        &format!("staff={id} sessions_ended={ended}"),
    )?;
    Ok(ended)
}

//! Accounts of people who work with cases, and their roles. Every change counts up the account's version and is refused when another change came first.
//!
//! An account is never deleted while the audit speaks of it: it is deactivated, which ends its sessions. Secrets are in `staff_credentials`, signed-in
//! browsers in `staff_sessions`.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::schema::{staff, staff_roles};
use super::types::{Instant, MaybeDate, MaybeInstant, row_id};
use super::{Db, StoreError};
use crate::domain::office_code::OfficeCode;
use crate::domain::staff::user_id::UserId;
use crate::domain::staff::{Assignment, Role};

row_id!(
    /// Id of a member of staff.
    StaffId
);

impl StaffId {
    /// The actor of audit entries and of histories: `staff:7`.
    pub fn actor(self) -> String {
        format!("staff:{self}")
    }
}

/// A member of staff.
#[derive(Debug, Clone)]
pub struct StaffMember {
    /// Row id.
    pub id: StaffId,
    /// What they sign in with.
    pub user_id: String,
    /// What colleagues call them.
    pub name: String,
    /// Where they are written to.
    pub email: String,
    /// What they may do, and where.
    pub assignment: Assignment,
    /// The day of the last training.
    pub trained_on: Option<Date>,
    /// Whether a password was chosen.
    pub has_password: bool,
    /// Whether a second factor is set up.
    pub has_second_factor: bool,
    /// Counts changes.
    pub version: i64,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When it was closed, if it is.
    pub deactivated_at: Option<Timestamp>,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = staff)]
struct Row {
    id: StaffId,
    user_id: String,
    name: String,
    email: String,
    office_code: Option<String>,
    password_set_at: Option<i64>,
    totp_enrolled_at: Option<i64>,
    #[diesel(deserialize_as = MaybeDate)]
    trained_on: Option<Date>,
    version: i64,
    #[diesel(deserialize_as = Instant)]
    created_at: Timestamp,
    #[diesel(deserialize_as = MaybeInstant)]
    deactivated_at: Option<Timestamp>,
}

/// What an administrator enters about a member of staff.
#[derive(Debug, Clone)]
pub struct StaffDetails {
    /// What colleagues call them.
    pub name: String,
    /// Where they are written to.
    pub email: String,
    /// What they may do, and where.
    pub assignment: Assignment,
    /// The day of the last training.
    pub trained_on: Option<Date>,
}

/// Makes an account without password. [`StoreError::Conflict`] when the user id is taken, also by a closed account.
pub fn insert_staff(
    db: &mut Db,
    user_id: &UserId,
    details: &StaffDetails,
    now: Timestamp,
) -> Result<StaffId, StoreError> {
    let id = diesel::insert_into(staff::table)
        .values((
            staff::user_id.eq(user_id.as_str()),
            staff::name.eq(&details.name),
            staff::email.eq(&details.email),
            staff::office_code.eq(details.assignment.office().map(OfficeCode::as_str)),
            staff::trained_on.eq(details.trained_on.map(|day| day.to_string())),
            staff::created_at.eq(Instant::from(now)),
        ))
        .returning(staff::id)
        .get_result(db)?;
    insert_roles(db, id, &details.assignment)?;
    Ok(id)
}

/// Changes an account that is still at `expected_version`.
pub fn set_details(
    db: &mut Db,
    id: StaffId,
    expected_version: i64,
    details: &StaffDetails,
) -> Result<(), StoreError> {
    let unchanged = staff::table
        .find(id)
        .filter(staff::version.eq(expected_version));
    let changed = diesel::update(unchanged)
        .set((
            staff::name.eq(&details.name),
            staff::email.eq(&details.email),
            staff::office_code.eq(details.assignment.office().map(OfficeCode::as_str)),
            staff::trained_on.eq(details.trained_on.map(|day| day.to_string())),
            staff::version.eq(staff::version + 1),
        ))
        .execute(db)?;
    if changed == 0 {
        return Err(StoreError::Conflict);
    }
    diesel::delete(staff_roles::table.filter(staff_roles::staff_id.eq(id))).execute(db)?;
    insert_roles(db, id, &details.assignment)
}

/// Closes or reopens an account. Its sessions are the caller's to end, in the same transaction.
pub fn set_deactivated(
    db: &mut Db,
    id: StaffId,
    expected_version: i64,
    deactivated_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let unchanged = staff::table
        .find(id)
        .filter(staff::version.eq(expected_version));
    match diesel::update(unchanged)
        .set((
            staff::deactivated_at.eq(deactivated_at.map(Instant::from)),
            staff::version.eq(staff::version + 1),
        ))
        .execute(db)?
    {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

fn insert_roles(db: &mut Db, id: StaffId, assignment: &Assignment) -> Result<(), StoreError> {
    for role in assignment.roles() {
        diesel::insert_into(staff_roles::table)
            .values((
                staff_roles::staff_id.eq(id),
                staff_roles::role.eq(role.as_str()),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// A member of staff, also a former one.
pub fn get_staff(db: &mut Db, id: StaffId) -> Result<StaffMember, StoreError> {
    let row = staff::table
        .find(id)
        .select(Row::as_select())
        .get_result(db)?;
    with_roles(db, row)
}

/// Id, name and office of these accounts, for pages that say who did something; ids that belong to nobody are left out.
pub fn list_names(
    db: &mut Db,
    ids: &[StaffId],
) -> Result<Vec<(StaffId, String, Option<String>)>, StoreError> {
    Ok(staff::table
        .filter(staff::id.eq_any(ids.iter().copied()))
        .select((staff::id, staff::name, staff::office_code))
        .load(db)?)
}

/// The member of staff who signs in as `user_id`, also a former one.
pub fn find_by_user_id(db: &mut Db, user_id: &UserId) -> Result<Option<StaffMember>, StoreError> {
    let row = staff::table
        .filter(staff::user_id.eq(user_id.as_str()))
        .select(Row::as_select())
        .get_result(db)
        .optional()?;
    row.map(|row| with_roles(db, row)).transpose()
}

/// Up to `limit` accounts in the order of their user ids, after `after`; of one office, if one is named.
pub fn list_staff(
    db: &mut Db,
    office: Option<&OfficeCode>,
    after: &str,
    limit: i64,
) -> Result<Vec<StaffMember>, StoreError> {
    let mut query = staff::table
        .filter(staff::user_id.gt(after))
        .order(staff::user_id)
        .limit(limit)
        .select(Row::as_select())
        .into_boxed();
    if let Some(office) = office {
        query = query.filter(staff::office_code.eq(office.as_str()));
    }
    let rows: Vec<Row> = query.load(db)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<StaffId> = rows.iter().map(|row| row.id).collect();
    let roles: Vec<(StaffId, String)> = staff_roles::table
        .filter(staff_roles::staff_id.eq_any(ids))
        .select((staff_roles::staff_id, staff_roles::role))
        .load(db)?;
    rows.into_iter()
        .map(|row| {
            let own: Vec<&str> = roles
                .iter()
                .filter(|(id, _)| *id == row.id)
                .map(|(_, role)| role.as_str())
                .collect();
            member(row, &own)
        })
        .collect()
}

/// Whether somebody administers the installation: an open account with the role, whose owner has chosen a password.
pub fn has_administrator(db: &mut Db) -> Result<bool, StoreError> {
    let administrators = staff_roles::table
        .inner_join(staff::table)
        .filter(staff_roles::role.eq(Role::Administrator.as_str()))
        .filter(staff::deactivated_at.is_null())
        .filter(staff::password_set_at.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(administrators)).get_result(db)?)
}

/// The account an actor of the audit stands for: `staff:7`.
pub fn id_of_actor(actor: &str) -> Option<StaffId> {
    actor.strip_prefix("staff:")?.parse().ok().map(StaffId)
}

/// The names of the members of staff among `actors`, by actor; also of former ones.
pub fn names_of_actors<'a>(
    db: &mut Db,
    actors: impl IntoIterator<Item = &'a str>,
) -> Result<BTreeMap<String, String>, StoreError> {
    let ids: BTreeSet<StaffId> = actors.into_iter().filter_map(id_of_actor).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let names: Vec<(StaffId, String)> = staff::table
        .filter(staff::id.eq_any(ids))
        .select((staff::id, staff::name))
        .load(db)?;
    Ok(names
        .into_iter()
        .map(|(id, name)| (id.actor(), name))
        .collect())
}

/// The active members of an office who have `role`: whom to ask.
pub fn list_with_role(
    db: &mut Db,
    office: &OfficeCode,
    role: Role,
) -> Result<Vec<StaffMember>, StoreError> {
    let all = list_staff(db, Some(office), "", i64::from(u16::MAX))?;
    Ok(all
        .into_iter()
        .filter(|one| one.deactivated_at.is_none() && one.assignment.has(role))
        .collect())
}

fn with_roles(db: &mut Db, row: Row) -> Result<StaffMember, StoreError> {
    let roles: Vec<String> = staff_roles::table
        .filter(staff_roles::staff_id.eq(row.id))
        .select(staff_roles::role)
        .load(db)?;
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    member(row, &roles)
}

fn member(row: Row, roles: &[&str]) -> Result<StaffMember, StoreError> {
    let id = row.id;
    let corrupt =
        |cause: &dyn std::fmt::Display| StoreError::Corrupt(format!("staff {id}: {cause}"));
    let office = row
        .office_code
        .as_deref()
        .map(OfficeCode::parse)
        .transpose()
        .map_err(|cause| corrupt(&cause))?;
    let roles: BTreeSet<Role> = roles.iter().filter_map(|word| Role::parse(word)).collect();
    let assignment = Assignment::new(roles, office).map_err(|cause| corrupt(&cause))?;
    Ok(StaffMember {
        id,
        user_id: row.user_id,
        name: row.name,
        email: row.email,
        assignment,
        trained_on: row.trained_on,
        has_password: row.password_set_at.is_some(),
        has_second_factor: row.totp_enrolled_at.is_some(),
        version: row.version,
        created_at: row.created_at,
        deactivated_at: row.deactivated_at,
    })
}

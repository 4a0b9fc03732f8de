//! Forms as they were printed. A revision never changes; a changed answer makes the next one, and the one before is superseded.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::applications::ApplicationId;
use super::photos;
use super::schema::{applications, revisions};
use super::types::{Instant, MaybeInstant, StoredDate};
use super::{Db, StoreError};

/// A frozen form.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = revisions)]
pub struct Revision {
    /// Whose.
    pub application_id: ApplicationId,
    /// 1 for the first form of an application, then counting.
    pub number: i32,
    /// The frozen content, as JSON of the domain.
    pub content: String,
    /// The photo it was printed with, while it exists.
    pub photo_id: Option<String>,
    /// When it was made.
    #[diesel(deserialize_as = Instant)]
    pub made_at: Timestamp,
    /// The last day it may be filed.
    #[diesel(deserialize_as = StoredDate)]
    pub deadline: Date,
    /// When a newer one took its place.
    #[diesel(deserialize_as = MaybeInstant)]
    pub superseded_at: Option<Timestamp>,
}

/// A form to be frozen.
#[derive(Debug, Clone, Copy)]
pub struct NewRevision<'a> {
    /// Whose.
    pub application: ApplicationId,
    /// The number of the form it takes the place of, as the caller saw it.
    pub expected_current: Option<i32>,
    /// The content, JSON.
    pub content: &'a str,
    /// The chosen photo, if it is printed on the form.
    pub photo_id: Option<&'a str>,
    /// The last day it may be filed.
    pub deadline: Date,
}

/// Freezes a form and puts it in force; answers its number. [`StoreError::Conflict`] if another was made meanwhile.
pub fn insert_revision(
    db: &mut Db,
    new: &NewRevision<'_>,
    now: Timestamp,
) -> Result<i32, StoreError> {
    let number = new
        .expected_current
        .map_or(1, |current| current.saturating_add(1));
    put_in_force(db, new, number, now)?;
    let in_force = revisions::table
        .filter(revisions::application_id.eq(new.application))
        .filter(revisions::superseded_at.is_null());
    diesel::update(in_force)
        .set(revisions::superseded_at.eq(Instant::from(now)))
        .execute(db)?;
    diesel::insert_into(revisions::table)
        .values((
            revisions::application_id.eq(new.application),
            revisions::number.eq(number),
            revisions::content.eq(new.content),
            revisions::photo_id.eq(new.photo_id),
            revisions::made_at.eq(Instant::from(now)),
            revisions::deadline.eq(new.deadline.to_string()),
        ))
        .execute(db)?;
    photos::delete_unprinted(db, new.application)?;
    Ok(number)
}

fn put_in_force(
    db: &mut Db,
    new: &NewRevision<'_>,
    number: i32,
    now: Timestamp,
) -> Result<(), StoreError> {
    let set = (
        applications::current_revision.eq(number),
        applications::updated_at.eq(Instant::from(now)),
    );
    let application = applications::table.find(new.application);
    let changed = match new.expected_current {
        Some(current) => {
            diesel::update(application.filter(applications::current_revision.eq(current)))
                .set(set)
                .execute(db)?
        }
        None => diesel::update(application.filter(applications::current_revision.is_null()))
            .set(set)
            .execute(db)?,
    };
    if changed == 0 {
        Err(StoreError::Conflict)
    } else {
        Ok(())
    }
}

/// The form in force, if one was made.
pub fn find_current_revision(
    db: &mut Db,
    application: ApplicationId,
) -> Result<Option<Revision>, StoreError> {
    let revision = revisions::table
        .filter(revisions::application_id.eq(application))
        .filter(revisions::superseded_at.is_null())
        .order(revisions::number.desc())
        .select(Revision::as_select())
        .get_result(db)
        .optional()?;
    Ok(revision)
}

/// The form with this number, in force or not.
pub fn get_revision(
    db: &mut Db,
    application: ApplicationId,
    number: i32,
) -> Result<Revision, StoreError> {
    Ok(revisions::table
        .find((application, number))
        .select(Revision::as_select())
        .get_result(db)?)
}

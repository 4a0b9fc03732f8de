//! Photos, sealed. Storage never sees a picture: it keeps the sealed bytes under an id that the sealing is bound to.
//!
//! An application has at most one photo being checked and one chosen. Choosing another replaces the chosen one, which stays only while a form in
//! force was printed with it.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::applications::ApplicationId;
use super::connection::each_backend;
use super::schema::{photos, revisions};
use super::types::{Instant, MaybeDate, text_enum};
use super::{Db, StoreError};

text_enum!(
    /// What a photo is to its application.
    PhotoState {
        /// Uploaded, and shown to its owner with advice.
        Checking = "checking",
        /// The one to be printed.
        Chosen = "chosen",
        /// Printed on the form in force, and no longer wanted for the next.
        Replaced = "replaced",
    }
);

/// A photo without its bytes.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = photos)]
pub struct Photo {
    /// The id the sealing is bound to: a UUID.
    pub id: String,
    /// Whose.
    pub application_id: ApplicationId,
    /// Being checked, chosen, or replaced.
    pub state: PhotoState,
    /// Width in pixels.
    pub width: i32,
    /// Height in pixels.
    pub height: i32,
    /// The crop, as JSON of the photo pipeline.
    pub crop: String,
    /// What was found, as JSON of the photo pipeline.
    pub findings: String,
    /// The day it was taken, as its owner says.
    #[diesel(deserialize_as = MaybeDate)]
    pub taken_on: Option<Date>,
    /// When it was uploaded.
    #[diesel(deserialize_as = Instant)]
    pub created_at: Timestamp,
}

/// The sealed bytes of a photo.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = photos)]
pub struct SealedPhoto {
    /// The id the sealing is bound to.
    pub id: String,
    /// Which key sealed it.
    pub key_id: String,
    /// Nonce and ciphertext.
    pub sealed: Vec<u8>,
}

impl std::fmt::Debug for SealedPhoto {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedPhoto({}, {} bytes)", self.id, self.sealed.len())
    }
}

/// A photo to be kept.
#[derive(Clone, Copy)]
pub struct NewPhoto<'a> {
    /// A new UUID, to which `sealed` is bound.
    pub id: &'a str,
    /// Whose.
    pub application: ApplicationId,
    /// Which key sealed it.
    pub key_id: &'a str,
    /// Nonce and ciphertext.
    pub sealed: &'a [u8],
    /// Width in pixels.
    pub width: i32,
    /// Height in pixels.
    pub height: i32,
    /// The proposed crop, JSON.
    pub crop: &'a str,
    /// What was found, JSON.
    pub findings: &'a str,
}

/// Keeps an upload for checking, in place of an earlier one still being checked.
pub fn insert_photo(db: &mut Db, new: &NewPhoto<'_>, now: Timestamp) -> Result<(), StoreError> {
    delete_in_state(db, new.application, PhotoState::Checking)?;
    diesel::insert_into(photos::table)
        .values((
            photos::id.eq(new.id),
            photos::application_id.eq(new.application),
            photos::state.eq(PhotoState::Checking),
            photos::key_id.eq(new.key_id),
            photos::sealed.eq(new.sealed),
            photos::width.eq(new.width),
            photos::height.eq(new.height),
            photos::crop.eq(new.crop),
            photos::findings.eq(new.findings),
            photos::created_at.eq(Instant::from(now)),
        ))
        .execute(db)?;
    Ok(())
}

/// The photo of an application in `state` ([`PhotoState::Replaced`]: any of them).
pub fn find_photo(
    db: &mut Db,
    application: ApplicationId,
    state: PhotoState,
) -> Result<Option<Photo>, StoreError> {
    let photo = photos::table
        .filter(photos::application_id.eq(application))
        .filter(photos::state.eq(state))
        .order(photos::created_at.desc())
        .select(Photo::as_select())
        .get_result(db)
        .optional()?;
    Ok(photo)
}

/// Whether a photo was chosen for an application, and the day it was taken as its owner says.
pub fn find_taken_on(
    db: &mut Db,
    application: ApplicationId,
) -> Result<Option<Option<Date>>, StoreError> {
    let chosen: Option<MaybeDate> = each_backend!(db, |c| photos::table
        .filter(photos::application_id.eq(application))
        .filter(photos::state.eq(PhotoState::Chosen))
        .order(photos::created_at.desc())
        .select(photos::taken_on)
        .get_result(c)
        .optional()?);
    Ok(chosen.map(Into::into))
}

/// The photo `id` of an application: being checked, chosen, or replaced.
pub fn get_photo(db: &mut Db, application: ApplicationId, id: &str) -> Result<Photo, StoreError> {
    Ok(photos::table
        .find(id)
        .filter(photos::application_id.eq(application))
        .select(Photo::as_select())
        .get_result(db)?)
}

/// The sealed bytes of a photo of an application.
pub fn get_sealed(
    db: &mut Db,
    application: ApplicationId,
    id: &str,
) -> Result<SealedPhoto, StoreError> {
    Ok(photos::table
        .find(id)
        .filter(photos::application_id.eq(application))
        .select(SealedPhoto::as_select())
        .get_result(db)?)
}

/// Sets the crop and what was found in it, of a photo still being checked. [`StoreError::Conflict`] if it is not (another tab chose or replaced it).
pub fn set_crop(
    db: &mut Db,
    application: ApplicationId,
    id: &str,
    crop: &str,
    findings: &str,
) -> Result<(), StoreError> {
    let checking = photos::table
        .find(id)
        .filter(photos::application_id.eq(application))
        .filter(photos::state.eq(PhotoState::Checking));
    match diesel::update(checking)
        .set((photos::crop.eq(crop), photos::findings.eq(findings)))
        .execute(db)?
    {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

/// Chooses the photo being checked. The one chosen before goes, or is kept as replaced while the form in force shows it. [`StoreError::Conflict`] if
/// `id` is no longer being checked.
pub fn choose_photo(
    db: &mut Db,
    application: ApplicationId,
    id: &str,
    taken_on: Option<Date>,
) -> Result<(), StoreError> {
    release_chosen(db, application)?;
    let checking = photos::table
        .find(id)
        .filter(photos::application_id.eq(application))
        .filter(photos::state.eq(PhotoState::Checking));
    let chosen = diesel::update(checking)
        .set((
            photos::state.eq(PhotoState::Chosen),
            photos::taken_on.eq(taken_on.map(|date| date.to_string())),
        ))
        .execute(db)?;
    if chosen == 0 {
        Err(StoreError::Conflict)
    } else {
        Ok(())
    }
}

/// Gives up the photos of an application (she pastes one instead); what the form in force shows stays until the next form.
pub fn discard_photos(db: &mut Db, application: ApplicationId) -> Result<(), StoreError> {
    delete_in_state(db, application, PhotoState::Checking)?;
    release_chosen(db, application)
}

/// Deletes replaced photos that no form in force shows; answers how many.
pub fn delete_unprinted(db: &mut Db, application: ApplicationId) -> Result<usize, StoreError> {
    let printed: Vec<String> = ids_in_force(db, application)?;
    let unprinted = photos::table
        .filter(photos::application_id.eq(application))
        .filter(photos::state.eq(PhotoState::Replaced))
        .filter(photos::id.ne_all(printed));
    Ok(diesel::delete(unprinted).execute(db)?)
}

fn release_chosen(db: &mut Db, application: ApplicationId) -> Result<(), StoreError> {
    let chosen = photos::table
        .filter(photos::application_id.eq(application))
        .filter(photos::state.eq(PhotoState::Chosen));
    diesel::update(chosen)
        .set(photos::state.eq(PhotoState::Replaced))
        .execute(db)?;
    delete_unprinted(db, application)?;
    Ok(())
}

fn delete_in_state(
    db: &mut Db,
    application: ApplicationId,
    state: PhotoState,
) -> Result<(), StoreError> {
    let those = photos::table
        .filter(photos::application_id.eq(application))
        .filter(photos::state.eq(state));
    diesel::delete(those).execute(db)?;
    Ok(())
}

fn ids_in_force(db: &mut Db, application: ApplicationId) -> Result<Vec<String>, StoreError> {
    let ids: Vec<Option<String>> = revisions::table
        .filter(revisions::application_id.eq(application))
        .filter(revisions::superseded_at.is_null())
        .select(revisions::photo_id)
        .load(db)?;
    Ok(ids.into_iter().flatten().collect())
}

//! Rotation of keys: what older keys sealed is sealed anew with the current one, batch by batch. Each batch is one transaction, and what is left to do stands
//! in the rows: a run that is killed leaves every value whole under one key or the other, and the next run goes on.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::security::keys::KeyRing;
use crate::security::sealing::{self, OpenError, Place, SealError, Sealed};
use crate::storage::sealed_values::{self, KeyUse};
use crate::storage::{Db, Store, StoreError, staff_credentials};

/// Values sealed anew in one transaction.
const BATCH: i64 = 25;

/// Why a rotation stopped; what was done before stays done.
#[derive(Debug, Error)]
pub enum ResealError {
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A value cannot be opened.
    #[error("{what} cannot be opened: {cause}")]
    Open {
        /// Which.
        what: String,
        /// Why.
        cause: OpenError,
    },
    /// A value cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// The keys in the database that are not the current one, with what they are needed for.
pub fn older_keys(db: &mut Db, ring: &KeyRing) -> Result<BTreeMap<String, KeyUse>, StoreError> {
    let mut uses = sealed_values::count_by_key(db)?;
    uses.remove(ring.current().id());
    Ok(uses)
}

/// Seals one batch anew; answers how many values there were, 0 when nothing is left.
pub fn reseal_batch(store: &Store, ring: &KeyRing) -> Result<usize, ResealError> {
    let keys: Vec<String> = store.read(|db| -> Result<_, StoreError> {
        let older = older_keys(db, ring)?;
        Ok(older
            .into_iter()
            .filter(|(_, needs)| needs.to_reseal() > 0)
            .map(|(key, _)| key)
            .collect())
    })?;
    match keys.first() {
        Some(key) => store.write(|db| reseal(db, ring, key)),
        None => Ok(0),
    }
}

fn reseal(db: &mut Db, ring: &KeyRing, from: &str) -> Result<usize, ResealError> {
    let mut done = 0;
    for photo in sealed_values::list_photos(db, from, BATCH)? {
        let place = Place::of("photo", &photo.id);
        let anew = anew(ring, &place, from, photo.sealed, &photo.id)?;
        sealed_values::set_photo(db, &photo.id, from, (&anew.key_id, &anew.bytes))?;
        done += 1;
    }
    for (id, bytes) in sealed_values::list_second_factors(db, from, BATCH)? {
        let place = Place::of("staff-totp", id);
        let anew = anew(ring, &place, from, bytes, &id.actor())?;
        staff_credentials::set_resealed_secret(db, id, &anew.key_id, &anew.bytes)?;
        done += 1;
    }
    Ok(done)
}

fn anew(
    ring: &KeyRing,
    place: &Place,
    from: &str,
    bytes: Vec<u8>,
    what: &str,
) -> Result<Sealed, ResealError> {
    let sealed = Sealed {
        key_id: from.to_owned(),
        bytes,
    };
    let plain = sealing::open(ring, place, &sealed).map_err(|cause| ResealError::Open {
        what: what.to_owned(),
        cause,
    })?;
    Ok(sealing::seal(ring, place, &plain)?)
}

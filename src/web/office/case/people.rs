//! Who did something, as staff read it: colleagues by name, people of other offices by their office, the applicant and the portal by what they are.

use std::collections::BTreeMap;

use crate::domain::office_code::OfficeCode;
use crate::storage::staff::{self, StaffId};
use crate::storage::{Db, StoreError};
use crate::web::frame::Frame;
use crate::web::office::shell::office_name;

/// The names behind the actors of one page.
#[derive(Debug, Clone, Default)]
pub struct People {
    known: BTreeMap<i64, (String, Option<OfficeCode>)>,
}

/// The account of an actor `staff:7`.
pub fn account_of(actor: &str) -> Option<i64> {
    actor.strip_prefix("staff:")?.parse().ok()
}

impl People {
    /// The people among `actors`, read with one query.
    pub fn read<'a>(
        db: &mut Db,
        actors: impl Iterator<Item = &'a str>,
    ) -> Result<Self, StoreError> {
        let mut ids: Vec<i64> = actors.filter_map(account_of).collect();
        ids.sort_unstable();
        ids.dedup();
        let ids: Vec<StaffId> = ids.into_iter().map(StaffId).collect();
        let known = staff::list_names(db, &ids)?
            .into_iter()
            .map(|(id, name, office)| {
                let office = office.and_then(|code| OfficeCode::parse(&code).ok());
                (id.0, (name, office))
            })
            .collect();
        Ok(Self { known })
    }

    /// What to call an actor on a page of `reader`'s office.
    pub fn name(&self, frame: &Frame, actor: &str, reader: &OfficeCode) -> String {
        let person = account_of(actor).and_then(|id| self.known.get(&id));
        match person {
            Some((name, Some(office))) if office == reader => name.clone(),
            Some((_, Some(office))) => office_name(frame.lang, office),
            Some((_, None)) => frame.t("case-actor-issuer").into_owned(),
            None if actor.starts_with("mailbox:") => frame.t("case-actor-applicant").into_owned(),
            None if actor.starts_with("staff:") => frame.t("case-actor-former").into_owned(),
            None => frame.t("case-actor-portal").into_owned(),
        }
    }
}

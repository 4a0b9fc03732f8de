//! The words that were written over the built-in ones of a notice, in versions that are never changed: the newest counts, also when it says that the
//! built-in words count again.

use diesel::prelude::*;
use jiff::Timestamp;

use super::audit::{self, Chain, NewEntry};
use super::schema::notice_texts;
use super::types::Instant;
use super::{Db, StoreError};

/// Subject and body in both languages, with variables.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = notice_texts)]
pub struct NoticeText {
    /// Counts versions, from 1.
    pub version: i64,
    /// The subject in Japanese.
    pub subject_ja: String,
    /// The body in Japanese.
    pub body_ja: String,
    /// The subject in English.
    pub subject_en: String,
    /// The body in English.
    pub body_en: String,
    /// Whether the built-in words count.
    pub is_built_in: bool,
}

/// A version of a wording, without its words.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = notice_texts)]
pub struct NoticeTextVersion {
    /// Of which wording: `N05`, `N15.missed`.
    pub notice: String,
    /// Counts versions, from 1.
    pub version: i64,
    /// Whether the built-in words count from then on.
    pub is_built_in: bool,
    /// Who saved it, as in the audit.
    pub saved_by: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub saved_at: Timestamp,
}

/// The newest version of a wording. Read with every mail that is written, in its transaction: one look at a key, which finds nothing as long as nobody
/// wrote over the built-in words.
pub fn find_latest(db: &mut Db, notice: &str) -> Result<Option<NoticeText>, StoreError> {
    let newest: Option<i64> = notice_texts::table
        .filter(notice_texts::notice.eq(notice))
        .select(diesel::dsl::max(notice_texts::version))
        .get_result(db)?;
    let Some(version) = newest else {
        return Ok(None);
    };
    Ok(notice_texts::table
        .find((notice, version))
        .select(NoticeText::as_select())
        .get_result(db)
        .optional()?)
}

/// The versions of these wordings, the oldest first.
pub fn list_versions(
    db: &mut Db,
    notices: &[String],
) -> Result<Vec<NoticeTextVersion>, StoreError> {
    Ok(notice_texts::table
        .filter(notice_texts::notice.eq_any(notices))
        .order((notice_texts::notice, notice_texts::version))
        .select(NoticeTextVersion::as_select())
        .load(db)?)
}

/// New words of a notice. [`StoreError::Conflict`] when somebody saved the version `text.version` first.
pub fn insert_version(
    db: &mut Db,
    notice: &str,
    text: &NoticeText,
    actor: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(notice_texts::table)
        .values((
            notice_texts::notice.eq(notice),
            notice_texts::version.eq(text.version),
            notice_texts::subject_ja.eq(&text.subject_ja),
            notice_texts::body_ja.eq(&text.body_ja),
            notice_texts::subject_en.eq(&text.subject_en),
            notice_texts::body_en.eq(&text.body_en),
            notice_texts::is_built_in.eq(text.is_built_in),
            notice_texts::saved_by.eq(actor),
            notice_texts::saved_at.eq(Instant::from(now)),
        ))
        .execute(db)?;
    let action = if text.is_built_in {
        "notice.reset"
    } else {
        "notice.changed"
    };
    let entry = NewEntry {
        chain: &Chain::system(),
        actor,
        action,
        detail: &format!("notice={notice} version={}", text.version),
    };
    audit::append(db, &entry, now)
}

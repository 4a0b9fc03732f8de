//! Files of results from the issuer: staged as rows, applied a chunk at a time, every row answered in the transaction that applies it. So a power cut loses
//! nothing and does nothing twice: what has an answer is done, what has none is not.
//!
//! A file is known by the hash of its signed manifest: the same file sent again is the same file, with the same answers.

use diesel::prelude::*;
use jiff::Timestamp;

use super::connection::each_backend;
use super::schema::{result_files, result_rows};
use super::types::{Instant, MaybeInstant, row_id, text_enum};
use super::{Db, StoreError};

row_id!(
    /// Id of a file of results.
    ResultFileId
);

text_enum!(
    /// How far a file has come.
    ResultState {
        /// Its rows are being written down.
        Staging = "staging",
        /// They are complete and being applied.
        Applying = "applying",
        /// Every row is answered.
        Done = "done",
    }
);

text_enum!(
    /// The answer to a row.
    Answer {
        /// It was applied.
        Accepted = "accepted",
        /// It had been applied before; nothing was done now.
        AlreadyKnown = "already_known",
        /// It was not applied, for a reason.
        Refused = "refused",
    }
);

/// A file of results.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = result_files)]
pub struct ResultFile {
    /// Row id.
    pub id: ResultFileId,
    /// What its sender calls it.
    pub name: String,
    /// How far it has come.
    pub state: ResultState,
    /// Who brought it, as in the audit.
    pub received_by: String,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub received_at: Timestamp,
    /// When every row was answered.
    #[diesel(deserialize_as = MaybeInstant)]
    pub done_at: Option<Timestamp>,
    /// How many rows it has.
    pub total_rows: i32,
    /// How many of them are written down.
    pub staged_rows: i32,
    /// Rows applied.
    pub accepted: i32,
    /// Rows that had been applied before.
    pub already_known: i32,
    /// Rows not applied.
    pub refused: i32,
}

impl ResultFile {
    /// How many rows have their answer.
    pub fn answered(&self) -> i32 {
        self.accepted + self.already_known + self.refused
    }
}

/// A file to be staged.
#[derive(Debug, Clone, Copy)]
pub struct NewResultFile<'a> {
    /// SHA-256 of its signed manifest.
    pub content_hash: &'a [u8],
    /// What its sender calls it.
    pub name: &'a str,
    /// Who brought it, as in the audit.
    pub received_by: &'a str,
    /// How many rows it has.
    pub total_rows: i32,
}

/// One row with its answer, once it has one.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = result_rows)]
pub struct ResultRow {
    /// Its place in the file, from 1.
    pub line: i32,
    /// The receipt number as sent.
    pub receipt: String,
    /// The row as sent, JSON.
    pub content: String,
    /// The answer.
    pub answer: Option<Answer>,
    /// Why it was refused: a word of `exchange::apply`.
    pub reason: Option<String>,
}

/// A row to be staged.
#[derive(Debug, Clone)]
pub struct NewResultRow {
    /// Its place in the file, from 1.
    pub line: i32,
    /// The receipt number as sent.
    pub receipt: String,
    /// The row as sent, JSON.
    pub content: String,
    /// Why it is refused unread; none when it can be applied.
    pub refusal: Option<&'static str>,
}

/// The file with this content, new or known.
pub fn find_or_insert_file(
    db: &mut Db,
    new: &NewResultFile<'_>,
    now: Timestamp,
) -> Result<ResultFile, StoreError> {
    let row = (
        result_files::content_hash.eq(new.content_hash),
        result_files::name.eq(new.name),
        result_files::state.eq(ResultState::Staging),
        result_files::received_by.eq(new.received_by),
        result_files::received_at.eq(Instant::from(now)),
        result_files::total_rows.eq(new.total_rows),
    );
    each_backend!(db, |c| diesel::insert_into(result_files::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(result_files::table
        .filter(result_files::content_hash.eq(new.content_hash))
        .select(ResultFile::as_select())
        .get_result(db)?)
}

/// The file `id`.
pub fn get_file(db: &mut Db, id: ResultFileId) -> Result<ResultFile, StoreError> {
    Ok(result_files::table
        .find(id)
        .select(ResultFile::as_select())
        .get_result(db)?)
}

/// Files with a lower id than `before`, the newest first.
pub fn list_files(
    db: &mut Db,
    before: Option<ResultFileId>,
    limit: i64,
) -> Result<Vec<ResultFile>, StoreError> {
    Ok(result_files::table
        .filter(result_files::id.lt(before.unwrap_or(ResultFileId(i64::MAX))))
        .order(result_files::id.desc())
        .limit(limit)
        .select(ResultFile::as_select())
        .load(db)?)
}

/// Writes the next rows down, if so many are written down as the caller thinks; answers how many there are now. [`StoreError::Conflict`] when somebody
/// else staged meanwhile.
pub fn stage_rows(
    db: &mut Db,
    id: ResultFileId,
    staged_so_far: i32,
    rows: &[NewResultRow],
) -> Result<i32, StoreError> {
    let count = i32::try_from(rows.len()).unwrap_or(i32::MAX);
    let refused = rows.iter().filter(|row| row.refusal.is_some()).count();
    let as_seen = result_files::table
        .find(id)
        .filter(result_files::state.eq(ResultState::Staging))
        .filter(result_files::staged_rows.eq(staged_so_far));
    let staged: Option<i32> = diesel::update(as_seen)
        .set((
            result_files::staged_rows.eq(staged_so_far + count),
            result_files::refused
                .eq(result_files::refused + i32::try_from(refused).unwrap_or(i32::MAX)),
        ))
        .returning(result_files::staged_rows)
        .get_result(db)
        .optional()?;
    let staged = staged.ok_or(StoreError::Conflict)?;
    for some in rows.chunks(100) {
        let values: Vec<_> = some
            .iter()
            .map(|row| {
                (
                    result_rows::file_id.eq(id),
                    result_rows::line.eq(row.line),
                    result_rows::receipt.eq(&row.receipt),
                    result_rows::content.eq(&row.content),
                    result_rows::answer.eq(row.refusal.map(|_| Answer::Refused)),
                    result_rows::reason.eq(row.refusal),
                )
            })
            .collect();
        each_backend!(db, |c| diesel::insert_into(result_rows::table)
            .values(&values)
            .execute(c))?;
    }
    Ok(staged)
}

/// Lets a completely staged file be applied. [`StoreError::Conflict`] when it is not, or is being applied already.
pub fn set_applying(db: &mut Db, id: ResultFileId) -> Result<(), StoreError> {
    let complete = result_files::table
        .find(id)
        .filter(result_files::state.eq(ResultState::Staging))
        .filter(result_files::staged_rows.eq(result_files::total_rows));
    match diesel::update(complete)
        .set(result_files::state.eq(ResultState::Applying))
        .execute(db)?
    {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

/// Holds a file that is being applied until the transaction ends, so that nobody else applies the same rows; none when it is not being applied.
pub fn hold_applying(db: &mut Db, id: ResultFileId) -> Result<Option<ResultFile>, StoreError> {
    let applying = result_files::table
        .find(id)
        .filter(result_files::state.eq(ResultState::Applying));
    let held = diesel::update(applying)
        .set(result_files::staged_rows.eq(result_files::staged_rows))
        .execute(db)?;
    if held == 0 {
        return Ok(None);
    }
    get_file(db, id).map(Some)
}

/// The next rows without an answer.
pub fn list_unanswered(
    db: &mut Db,
    id: ResultFileId,
    limit: i64,
) -> Result<Vec<ResultRow>, StoreError> {
    Ok(result_rows::table
        .filter(result_rows::file_id.eq(id))
        .filter(result_rows::answer.is_null())
        .order(result_rows::line)
        .limit(limit)
        .select(ResultRow::as_select())
        .load(db)?)
}

/// Answers a row.
pub fn set_answer(
    db: &mut Db,
    (id, line): (ResultFileId, i32),
    answer: Answer,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    let changed = diesel::update(result_rows::table.find((id, line)))
        .set((
            result_rows::answer.eq(answer),
            result_rows::reason.eq(reason),
        ))
        .execute(db)?;
    if changed == 0 {
        Err(StoreError::NotFound)
    } else {
        Ok(())
    }
}

/// Counts answered rows: accepted, already known, refused.
pub fn add_answers(
    db: &mut Db,
    id: ResultFileId,
    (accepted, already_known, refused): (i32, i32, i32),
) -> Result<(), StoreError> {
    diesel::update(result_files::table.find(id))
        .set((
            result_files::accepted.eq(result_files::accepted + accepted),
            result_files::already_known.eq(result_files::already_known + already_known),
            result_files::refused.eq(result_files::refused + refused),
        ))
        .execute(db)?;
    Ok(())
}

/// Notes that every row is answered.
pub fn set_done(db: &mut Db, id: ResultFileId, now: Timestamp) -> Result<(), StoreError> {
    diesel::update(result_files::table.find(id))
        .set((
            result_files::state.eq(ResultState::Done),
            result_files::done_at.eq(Instant::from(now)),
        ))
        .execute(db)?;
    Ok(())
}

/// The rows of a file after line `after`, in their order.
pub fn list_rows(
    db: &mut Db,
    id: ResultFileId,
    after: i32,
    limit: i64,
) -> Result<Vec<ResultRow>, StoreError> {
    Ok(result_rows::table
        .filter(result_rows::file_id.eq(id))
        .filter(result_rows::line.gt(after))
        .order(result_rows::line)
        .limit(limit)
        .select(ResultRow::as_select())
        .load(db)?)
}

/// Deletes files that were finished before `until`, with their rows and answers; answers how many files.
pub fn delete_done_before(db: &mut Db, until: Timestamp) -> Result<usize, StoreError> {
    let done = result_files::table
        .filter(result_files::state.eq(ResultState::Done))
        .filter(result_files::done_at.lt(Instant::from(until)));
    Ok(diesel::delete(done).execute(db)?)
}

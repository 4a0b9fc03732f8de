//! The tables offices come from: which version is in force, how a newer one comes in, and files that wait for somebody to confirm them.
//!
//! The tables this program brings along are applied with its schema, once for each version of them; a newer table that somebody imported is not taken back
//! by a restart. Applying a table writes entries, closes offices that are gone, and leaves alone what an office said about itself.

use diesel::prelude::*;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::audit::{self, Chain, NewEntry};
use super::schema::{master_imports, masters, offices};
use super::types::{Instant, MaybeInstant, row_id};
use super::{Db, StoreError};
use crate::domain::office::OfficeEntry;
use crate::domain::office::table::{OfficeTable, TableDiff};
use crate::reference::{missions, office_table};

row_id!(
    /// Id of an uploaded file.
    MasterImportId
);

/// A table in force.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = masters)]
pub struct Master {
    /// Which one.
    pub name: String,
    /// Its version, as whoever published it calls it.
    pub version: String,
    /// Where it comes from.
    pub source: String,
    /// Its rows.
    pub row_count: i32,
    /// SHA-256 of its rows, in hexadecimal digits.
    pub digest: String,
    /// The same of the table this program last brought along.
    pub built_in: String,
    /// Who imported it; nobody: it came with the program.
    pub imported_by: Option<String>,
    /// When.
    #[diesel(deserialize_as = MaybeInstant)]
    pub imported_at: Option<Timestamp>,
}

/// Both tables in force.
pub fn list_masters(db: &mut Db) -> Result<Vec<Master>, StoreError> {
    Ok(masters::table
        .filter(masters::name.eq_any(OfficeTable::ALL.map(OfficeTable::as_str)))
        .order(masters::name)
        .select(Master::as_select())
        .load(db)?)
}

fn find_master(db: &mut Db, table: OfficeTable) -> Result<Option<Master>, StoreError> {
    Ok(masters::table
        .find(table.as_str())
        .select(Master::as_select())
        .get_result(db)
        .optional()?)
}

/// The rows of a table as the offices have them now: those that are open.
pub fn list_entries(db: &mut Db, table: OfficeTable) -> Result<Vec<OfficeEntry>, StoreError> {
    let rows: Vec<String> = offices::table
        .filter(offices::kind.eq(table.kind()))
        .filter(offices::is_open.eq(true))
        .order(offices::code)
        .select(offices::entry)
        .load(db)?;
    rows.iter()
        .map(|entry| {
            serde_json::from_str(entry)
                .map_err(|cause| StoreError::Corrupt(format!("offices.entry: {cause}")))
        })
        .collect()
}

/// Lets this process know the missions of an imported table, so that they can be chosen, named and told the time of. Nothing when none was imported.
pub fn adopt_missions(db: &mut Db) -> Result<(), StoreError> {
    let table = OfficeTable::Missions;
    if find_master(db, table)?.is_some_and(|master| master.imported_at.is_some()) {
        missions::adopt(&list_entries(db, table)?);
    }
    Ok(())
}

/// Applies the tables this program brings along, if the database does not have them yet. Runs with the schema's versions, in their transaction.
pub(super) fn apply_built_in(db: &mut Db) -> Result<(), StoreError> {
    for table in OfficeTable::ALL {
        let entries = table.built_in();
        let digest = digest_of(&entries)?;
        let known = find_master(db, table)?;
        if known
            .as_ref()
            .is_some_and(|master| master.built_in == digest)
        {
            continue;
        }
        let open = list_entries(db, table)?;
        apply(db, table, &TableDiff::between(&open, &entries))?;
        let (version, source) = table.built_in_origin();
        let row = (
            masters::name.eq(table.as_str()),
            masters::version.eq(version),
            masters::source.eq(source),
            masters::row_count.eq(count(&entries)),
            masters::digest.eq(&digest),
            masters::built_in.eq(&digest),
            masters::imported_by.eq(None::<String>),
            masters::imported_at.eq(None::<Instant>),
        );
        diesel::delete(masters::table.find(table.as_str())).execute(db)?;
        diesel::insert_into(masters::table)
            .values(row)
            .execute(db)?;
    }
    Ok(())
}

fn count(entries: &[OfficeEntry]) -> i32 {
    i32::try_from(entries.len()).unwrap_or(i32::MAX)
}

fn digest_of(entries: &[OfficeEntry]) -> Result<String, StoreError> {
    let mut sorted: Vec<&OfficeEntry> = entries.iter().collect();
    sorted.sort_by_key(|entry| &entry.code);
    let mut digest = Sha256::new();
    for entry in sorted {
        digest.update(json(entry)?.as_bytes());
    }
    Ok(data_encoding::HEXLOWER.encode(&digest.finalize()))
}

fn json(entry: &OfficeEntry) -> Result<String, StoreError> {
    serde_json::to_string(entry)
        .map_err(|cause| StoreError::Corrupt(format!("the entry of an office: {cause}")))
}

fn apply(db: &mut Db, table: OfficeTable, diff: &TableDiff) -> Result<(), StoreError> {
    for entry in diff
        .added
        .iter()
        .chain(diff.changed.iter().map(|(_, after)| after))
    {
        let said = (
            offices::name_ja.eq(&entry.name_ja),
            offices::name_latin.eq(&entry.name_latin),
            offices::country.eq(&entry.country),
            offices::prefecture.eq(&entry.prefecture),
            offices::entry.eq(json(entry)?),
            offices::is_open.eq(true),
        );
        let known = offices::table.find(entry.code.as_str());
        if diesel::update(known).set(said.clone()).execute(db)? == 0 {
            diesel::insert_into(offices::table)
                .values((
                    offices::code.eq(entry.code.as_str()),
                    offices::kind.eq(table.kind()),
                    said,
                    offices::version.eq(0_i64),
                    offices::settings.eq("{}"),
                ))
                .execute(db)?;
        }
    }
    for entry in &diff.gone {
        diesel::update(offices::table.find(entry.code.as_str()))
            .set(offices::is_open.eq(false))
            .execute(db)?;
    }
    Ok(())
}

/// A file that was read and waits to be confirmed.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = master_imports)]
pub struct MasterImport {
    /// Row id.
    pub id: MasterImportId,
    /// For which table.
    pub master: String,
    /// The digest of the table it was compared with.
    pub base_digest: String,
    /// The version it is to be known by.
    pub label: String,
    /// Where it comes from.
    pub source: String,
    /// The file.
    pub content: String,
    /// Who uploaded it.
    pub uploaded_by: String,
}

/// A file to be kept until it is confirmed.
#[derive(Debug, Clone, Copy)]
pub struct NewMasterImport<'a> {
    /// For which table.
    pub table: OfficeTable,
    /// The version it is to be known by.
    pub label: &'a str,
    /// Where it comes from.
    pub source: &'a str,
    /// The file: it was read without a problem.
    pub content: &'a str,
    /// Who uploaded it.
    pub actor: &'a str,
}

/// Keeps a file until somebody confirms what it changes. Files that were uploaded before for the same table are dropped.
pub fn insert_import(
    db: &mut Db,
    new: &NewMasterImport<'_>,
    now: Timestamp,
) -> Result<MasterImportId, StoreError> {
    let base = find_master(db, new.table)?.ok_or(StoreError::NotFound)?;
    diesel::delete(master_imports::table.filter(master_imports::master.eq(new.table.as_str())))
        .execute(db)?;
    Ok(diesel::insert_into(master_imports::table)
        .values((
            master_imports::master.eq(new.table.as_str()),
            master_imports::base_digest.eq(base.digest),
            master_imports::label.eq(new.label),
            master_imports::source.eq(new.source),
            master_imports::content.eq(new.content),
            master_imports::uploaded_by.eq(new.actor),
            master_imports::uploaded_at.eq(Instant::from(now)),
        ))
        .returning(master_imports::id)
        .get_result(db)?)
}

/// An uploaded file, if it still waits.
pub fn find_import(db: &mut Db, id: MasterImportId) -> Result<Option<MasterImport>, StoreError> {
    Ok(master_imports::table
        .find(id)
        .select(MasterImport::as_select())
        .get_result(db)
        .optional()?)
}

/// What an uploaded file changes in the offices as they are now.
pub fn diff_of(db: &mut Db, import: &MasterImport) -> Result<TableDiff, StoreError> {
    let (table, entries) = entries_of(import)?;
    Ok(TableDiff::between(&list_entries(db, table)?, &entries))
}

fn entries_of(import: &MasterImport) -> Result<(OfficeTable, Vec<OfficeEntry>), StoreError> {
    let corrupt = || StoreError::Corrupt(format!("master_imports.content of {}", import.id));
    let table = OfficeTable::parse(&import.master).ok_or_else(corrupt)?;
    let entries =
        office_table::read(table, import.content.as_bytes()).map_err(|_problems| corrupt())?;
    Ok((table, entries))
}

/// Applies an uploaded file, once. [`StoreError::Conflict`] when the table is no longer the one the file was compared with, or the file was applied
/// or dropped meanwhile.
pub fn apply_import(
    db: &mut Db,
    id: MasterImportId,
    actor: &str,
    now: Timestamp,
) -> Result<TableDiff, StoreError> {
    let import = find_import(db, id)?.ok_or(StoreError::Conflict)?;
    let (table, entries) = entries_of(&import)?;
    let as_compared = masters::table
        .find(table.as_str())
        .filter(masters::digest.eq(&import.base_digest));
    let updated = diesel::update(as_compared)
        .set((
            masters::version.eq(&import.label),
            masters::source.eq(&import.source),
            masters::row_count.eq(count(&entries)),
            masters::digest.eq(digest_of(&entries)?),
            masters::imported_by.eq(actor),
            masters::imported_at.eq(Instant::from(now)),
        ))
        .execute(db)?;
    let taken = diesel::delete(master_imports::table.find(id)).execute(db)?;
    if updated == 0 || taken == 0 {
        return Err(StoreError::Conflict);
    }
    let diff = TableDiff::between(&list_entries(db, table)?, &entries);
    apply(db, table, &diff)?;
    let detail = format!(
        "{} +{} ~{} -{}",
        table.as_str(),
        diff.added.len(),
        diff.changed.len(),
        diff.gone.len()
    );
    let entry = NewEntry {
        chain: &Chain::system(),
        actor,
        action: "master.imported",
        detail: &detail,
    };
    audit::append(db, &entry, now)?;
    Ok(diff)
}

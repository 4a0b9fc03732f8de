//! Filling an empty database with very many rows: statements of many rows each, with the indexes put aside until the rows are there. For `tsubame seed`
//! alone; everything else writes a case by case, with its history and its audit.

use std::fmt::Write as _;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::schema::{applications, audit_entries, mailboxes, staff};
use super::{Db, StoreError};

/// Rows of one statement.
const ROWS: usize = 400;

/// A value of a row.
#[derive(Debug, Clone)]
pub enum Cell {
    /// None.
    Null,
    /// A text.
    Text(String),
    /// A number; instants as microseconds.
    Number(i64),
    /// A yes or no.
    Flag(bool),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Whether nobody uses the database yet: no applicant, no application, no staff, nothing written down.
pub fn is_empty(db: &mut Db) -> Result<bool, StoreError> {
    let ids: Vec<i64> = mailboxes::table.select(mailboxes::id).limit(1).load(db)?;
    let staff: Vec<i64> = staff::table.select(staff::id).limit(1).load(db)?;
    let notes: Vec<i64> = audit_entries::table
        .select(audit_entries::id)
        .limit(1)
        .load(db)?;
    let cases: Vec<i64> = applications::table
        .select(applications::id)
        .limit(1)
        .load(db)?;
    Ok(ids.is_empty() && staff.is_empty() && notes.is_empty() && cases.is_empty())
}

/// Lets this transaction take as long as it needs, with room for what it touches.
pub fn make_room(db: &mut Db) -> Result<(), StoreError> {
    match db {
        Db::Sqlite(sqlite) => sqlite.batch_execute("PRAGMA cache_size = -262144")?,
        Db::Postgres(postgres) => postgres
            .batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '128MB'; SET LOCAL maintenance_work_mem = '256MB'")?,
    }
    Ok(())
}

/// Inserts rows of `columns` into `table`.
pub fn insert_rows(
    db: &mut Db,
    table: &'static str,
    columns: &'static str,
    rows: &[Vec<Cell>],
) -> Result<(), StoreError> {
    for some in rows.chunks(ROWS) {
        let mut statement = format!("INSERT INTO {table} ({columns}) VALUES ");
        for (number, row) in some.iter().enumerate() {
            statement.push_str(if number == 0 { "(" } else { ",(" });
            for (place, cell) in row.iter().enumerate() {
                if place > 0 {
                    statement.push(',');
                }
                write_cell(&mut statement, cell);
            }
            statement.push(')');
        }
        db.batch_execute(&statement)?;
    }
    Ok(())
}

/// A value as SQL writes it: an apostrophe twice, nothing else has a meaning inside a text.
fn write_cell(statement: &mut String, cell: &Cell) {
    match cell {
        Cell::Null => statement.push_str("NULL"),
        Cell::Text(text) => {
            statement.push('\'');
            statement.push_str(&text.replace('\'', "''"));
            statement.push('\'');
        }
        Cell::Number(number) => {
            let _ = write!(statement, "{number}");
        }
        Cell::Flag(flag) => statement.push_str(if *flag { "TRUE" } else { "FALSE" }),
    }
}

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

/// Takes the indexes off `tables` that no constraint needs; answers how to make them again.
pub fn put_indexes_aside(db: &mut Db, tables: &[&str]) -> Result<Vec<String>, StoreError> {
    let names: Vec<String> = tables.iter().map(|table| format!("'{table}'")).collect();
    let names = names.join(", ");
    let found: Vec<Index> = match db {
        Db::Sqlite(sqlite) => diesel::sql_query(format!(
            "SELECT name, sql AS definition FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({names}) ORDER BY name"
        ))
        .load(sqlite)?,
        Db::Postgres(postgres) => diesel::sql_query(format!(
            "SELECT indexname::text AS name, indexdef AS definition FROM pg_indexes WHERE schemaname = current_schema() AND tablename IN ({names}) \
             AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname) ORDER BY indexname"
        ))
        .load(postgres)?,
    };
    for index in &found {
        db.batch_execute(&format!("DROP INDEX {}", index.name))?;
    }
    Ok(found.into_iter().map(|index| index.definition).collect())
}

/// Makes an index again.
pub fn put_index_back(db: &mut Db, definition: &str) -> Result<(), StoreError> {
    Ok(db.batch_execute(definition)?)
}

#[derive(QueryableByName)]
struct Next {
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "PostgreSQL answers where the count stands")]
    next: i64,
}

/// Lets the ids of `table` go on behind those that were given, and PostgreSQL's planner know what there is now. On SQLite nothing in the service makes
/// statistics, so none are made here: from those of a database in which nobody has claimed a case it would read each lane whole.
pub fn settle_table(db: &mut Db, table: &'static str, has_id: bool) -> Result<(), StoreError> {
    let Db::Postgres(postgres) = db else {
        return Ok(());
    };
    if has_id {
        let _next: Vec<Next> = diesel::sql_query(format!(
            "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT COALESCE(MAX(id), 0) + 1 FROM {table}), false) AS next"
        ))
        .load(postgres)?;
    }
    Ok(postgres.batch_execute(&format!("ANALYZE {table}"))?)
}

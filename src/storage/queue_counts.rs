//! How many cases wait in each queue of a desk: one statement for all of them, each read from an index and only so far as it is shown.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Text};
use jiff::Timestamp;
use jiff::civil::Date;

use super::case_columns::StoredDue;
use super::connection::each_backend;
use super::decisions::DecisionState;
use super::staff::StaffId;
use super::tasks::{TaskKind, TaskState};
use super::{Db, StoreError};
use crate::domain::office_code::OfficeCode;
use crate::domain::queue::{Contents, Due, Lane, Pickup, Queue};

/// What is counted.
#[derive(Debug, Clone)]
pub struct Counted<'a> {
    /// Whose desk.
    pub desk: &'a OfficeCode,
    /// Who reads: their own decisions do not wait for them.
    pub reader: StaffId,
    /// Today where the desk is.
    pub today: Date,
    /// Only what came since then.
    pub since: Option<Timestamp>,
    /// Each queue is counted so far.
    pub most: i64,
}

/// The counts of `queues`, each up to `most`, in their order.
pub fn count_queues(
    db: &mut Db,
    queues: &[Queue],
    counted: &Counted<'_>,
) -> Result<Vec<(Queue, i64)>, StoreError> {
    let mut statement = Statement::default();
    for queue in queues {
        statement.add_queue(*queue, counted);
    }
    if statement.pieces.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<(String, i64)> = each_backend!(db, |c| statement.load(c))?;
    let sum = |queue: &Queue| {
        let own = found.iter().filter(|(name, _)| name == queue.as_str());
        own.map(|(_, count)| count).sum::<i64>().min(counted.most)
    };
    Ok(queues.iter().map(|queue| (*queue, sum(queue))).collect())
}

/// A part of the statement: words, or a value in its place.
enum Piece {
    Words(String),
    Text(String),
    Number(i64),
}

/// One statement for all queues; diesel cannot say a union of as many bounded counts as somebody has queues. Its words are the same for everybody with
/// the same queues, so that a connection keeps it prepared: to plan it anew for each page takes PostgreSQL ten times as long as to run it.
#[derive(Default)]
struct Statement {
    pieces: Vec<Piece>,
}

impl<DB> QueryFragment<DB> for Statement
where
    DB: Backend + HasSqlType<Text> + HasSqlType<BigInt>,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for piece in &self.pieces {
            match piece {
                Piece::Words(words) => out.push_sql(words),
                Piece::Text(text) => out.push_bind_param::<Text, _>(text)?,
                Piece::Number(number) => out.push_bind_param::<BigInt, _>(number)?,
            }
        }
        Ok(())
    }
}

impl QueryId for Statement {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement {
    type SqlType = (Text, BigInt);
}

impl<Conn> RunQueryDsl<Conn> for Statement {}

impl Statement {
    fn add_queue(&mut self, queue: Queue, counted: &Counted<'_>) {
        match queue.contents() {
            Contents::Lanes(lanes) => {
                for lane in lanes.iter().copied() {
                    self.begin_range(queue, "applications WHERE desk = ", counted);
                    self.add_lane(lane, counted);
                    self.end_range("entered_at", counted);
                }
            }
            Contents::Decisions => {
                self.begin_range(queue, "decisions WHERE office = ", counted);
                self.add(" AND state = ");
                self.bind(Piece::Text(DecisionState::Pending.as_str().to_owned()));
                self.add(" AND decided_by <> ");
                self.bind(Piece::Text(counted.reader.actor()));
                self.end_range("decided_at", counted);
            }
            Contents::Unreachable => {
                self.begin_range(queue, "tasks WHERE office = ", counted);
                self.add(" AND state = ");
                self.bind(Piece::Text(TaskState::Open.as_str().to_owned()));
                self.add(" AND kind = ");
                self.bind(Piece::Text(TaskKind::Unreachable.as_str().to_owned()));
                self.end_range("opened_at", counted);
            }
        }
    }

    fn begin_range(&mut self, queue: Queue, rows: &str, counted: &Counted<'_>) {
        if !self.pieces.is_empty() {
            self.add(" UNION ALL ");
        }
        let name = queue.as_str();
        self.add(&format!(
            "SELECT '{name}' AS queue, COUNT(*) AS n FROM (SELECT 1 AS one FROM {rows}"
        ));
        self.bind(Piece::Text(counted.desk.as_str().to_owned()));
    }

    fn add_lane(&mut self, lane: Lane, counted: &Counted<'_>) {
        if let Some(status) = lane.status {
            self.add(" AND status = ");
            self.bind(Piece::Text(status.code().to_owned()));
            self.add(if lane.is_prepared {
                " AND is_prepared = TRUE"
            } else {
                " AND is_prepared = FALSE"
            });
        }
        let comparison = match lane.due {
            Due::Any => None,
            Due::Passed => Some(" AND due_on < "),
            Due::NotPassed => Some(" AND due_on >= "),
        };
        if let Some(comparison) = comparison {
            self.add(comparison);
            self.bind(Piece::Text(StoredDue::text(Some(counted.today))));
        }
        if let Some(pickup) = lane.pickup {
            self.add(match pickup {
                Pickup::Here => " AND is_collected_here = TRUE",
                Pickup::Elsewhere => " AND is_collected_here = FALSE",
            });
        }
    }

    fn end_range(&mut self, since_column: &str, counted: &Counted<'_>) {
        if let Some(since) = counted.since {
            self.add(&format!(" AND {since_column} >= "));
            self.bind(Piece::Number(since.as_microsecond()));
        }
        self.add(" LIMIT ");
        self.bind(Piece::Number(counted.most));
        self.add(") AS found");
    }

    fn add(&mut self, words: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Words(before)) => before.push_str(words),
            _ => self.bind(Piece::Words(words.to_owned())),
        }
    }

    fn bind(&mut self, piece: Piece) {
        self.pieces.push(piece);
    }
}

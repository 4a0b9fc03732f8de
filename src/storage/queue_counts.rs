//! How many cases wait in each queue of a desk: one statement for all of them, each read from an index and only so far as it is shown.

use std::fmt::Write as _;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
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

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = Text)]
    queue: String,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// The counts of `queues`, each up to `most`, in their order.
pub fn count_queues(
    db: &mut Db,
    queues: &[Queue],
    counted: &Counted<'_>,
) -> Result<Vec<(Queue, i64)>, StoreError> {
    let mut statement = Statement::for_database(db);
    for queue in queues {
        statement.add_queue(*queue, counted);
    }
    if statement.text.is_empty() {
        return Ok(Vec::new());
    }
    let Statement { text, values, .. } = statement;
    let found: Vec<Count> = each_backend!(db, |c| {
        let mut query = diesel::sql_query(text).into_boxed();
        for value in values {
            query = match value {
                Value::Text(text) => query.bind::<Text, _>(text),
                Value::Number(number) => query.bind::<BigInt, _>(number),
            };
        }
        query.load(c)
    })?;
    let sum = |queue: &Queue| {
        let own = found.iter().filter(|count| count.queue == queue.as_str());
        own.map(|count| count.n).sum::<i64>().min(counted.most)
    };
    Ok(queues.iter().map(|queue| (*queue, sum(queue))).collect())
}

/// A value of the statement.
enum Value {
    Text(String),
    Number(i64),
}

/// One statement for all queues; diesel cannot say a union of as many bounded counts as somebody has queues.
struct Statement {
    text: String,
    values: Vec<Value>,
    is_postgres: bool,
}

impl Statement {
    fn for_database(db: &Db) -> Self {
        Self {
            text: String::new(),
            values: Vec::new(),
            is_postgres: matches!(db, Db::Postgres(_)),
        }
    }

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
                self.bind(Value::Text(DecisionState::Pending.as_str().to_owned()));
                self.add(" AND decided_by <> ");
                self.bind(Value::Text(counted.reader.actor()));
                self.end_range("decided_at", counted);
            }
            Contents::Unreachable => {
                self.begin_range(queue, "tasks WHERE office = ", counted);
                self.add(" AND state = ");
                self.bind(Value::Text(TaskState::Open.as_str().to_owned()));
                self.add(" AND kind = ");
                self.bind(Value::Text(TaskKind::Unreachable.as_str().to_owned()));
                self.end_range("opened_at", counted);
            }
        }
    }

    fn begin_range(&mut self, queue: Queue, rows: &str, counted: &Counted<'_>) {
        if !self.text.is_empty() {
            self.add(" UNION ALL ");
        }
        let name = queue.as_str();
        let _ = write!(
            self.text,
            "SELECT '{name}' AS queue, COUNT(*) AS n FROM (SELECT 1 AS one FROM {rows}"
        );
        self.bind(Value::Text(counted.desk.as_str().to_owned()));
    }

    fn add_lane(&mut self, lane: Lane, counted: &Counted<'_>) {
        if let Some(status) = lane.status {
            self.add(" AND status = ");
            self.bind(Value::Text(status.code().to_owned()));
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
            self.bind(Value::Text(StoredDue::text(Some(counted.today))));
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
            let _ = write!(self.text, " AND {since_column} >= ");
            self.bind(Value::Number(since.as_microsecond()));
        }
        self.add(" LIMIT ");
        self.bind(Value::Number(counted.most));
        self.add(") AS found");
    }

    fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// The place of the next value, as each database writes it.
    fn bind(&mut self, value: Value) {
        self.values.push(value);
        if self.is_postgres {
            let _ = write!(self.text, "${}", self.values.len());
        } else {
            self.text.push('?');
        }
    }
}

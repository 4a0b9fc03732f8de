//! The database layer, on both databases.

mod applications;
pub(crate) mod audit;
mod audit_guard;
mod backup;
mod cases;
pub(crate) mod cast;
mod connection;
mod exchange_queries;
pub(crate) mod jobs;
mod offices;
mod operation_queries;
mod queries;
mod queue_queries;
mod restart;
mod retention;
mod schema;
mod seeding;
mod shipments;
mod signing_in;
mod staff;
mod transfer_queries;

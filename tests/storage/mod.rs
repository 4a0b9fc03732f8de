//! The database layer, on both databases.

mod applications;
pub(crate) mod cast;
mod connection;
mod jobs;
mod retention;
mod schema;
mod signing_in;

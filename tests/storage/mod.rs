//! The database layer, on both databases.

mod applications;
mod cast;
mod connection;
mod schema;
mod signing_in;

//! What tests stand on.

pub(crate) mod database;
pub(crate) mod postgres;
pub(crate) mod smtp;

//! What tests stand on.

pub(crate) mod app;
pub(crate) mod database;
pub(crate) mod page;
pub(crate) mod person;
pub(crate) mod postgres;
pub(crate) mod program;
pub(crate) mod raw;
pub(crate) mod smtp;
pub(crate) mod staff;

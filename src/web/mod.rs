//! HTTP: one folder for each audience, and the frame they share.
//!
//! A handler asks who is there, reads what they mean, loads, asks the domain, writes once, answers. Pages are structs beside their handlers;
//! templates decide nothing. Forms come in through [`form::ProtectedForm`] only.

pub mod admin;
pub mod api;
pub mod app;
pub mod applicant;
pub mod assets;
pub mod dev;
pub mod drawing;
pub mod errors;
pub mod exchange_api;
pub mod fields;
pub mod form;
pub mod frame;
pub mod headers;
pub mod issuer;
pub mod language;
pub mod limits;
pub mod metrics;
pub mod office;
pub mod office_facts;
pub mod public;
pub mod rights;
pub mod routes;
pub mod server;
pub mod upload;

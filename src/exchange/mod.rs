//! What leaves for other systems and what comes from them: batches of cards for the issuer, and its results.
//!
//! The format is published (`README.md` beside this file, and the `OpenAPI` document): a package is a tar archive of a manifest, its Ed25519 signature and
//! the rows, as CSV and as JSON Lines. The same package travels as a file and over HTTP. Nothing is believed before signature, hash and count agree; after
//! that each row is applied, or answered with the reason why not, in a transaction of its own file, so that a power cut loses nothing and does nothing
//! twice. A My Number is in no column of anything here.
//!
//! Decisions:
//! - Who sends a case to the issuer is the clerk of the municipality that keeps the register: she releases confirmed cases (S40 → S45). A batch collects
//!   whatever was released, from all municipalities, when the issuer asks for it or at the hour of its schedule; no case changes its status by that.
//! - What is printed is frozen in the batch. A change of the register after that is a task (the card is made again), never a changed batch.
//! - The bytes of the rows are made from the frozen cards whenever they are asked for; their hashes stand in the signed manifest.
//! - Whoever enters results by hand (the issuer's pages) makes a file of results like a program does: there is one way to apply a result.

pub mod answers;
pub mod apply;
pub mod by_hand;
pub mod card;
mod dispatch;
pub mod export;
pub mod gather;
pub mod introduction;
pub mod manifest;
pub mod package;
pub mod result;
pub mod returns;
pub mod simulator;
pub mod staging;

/// The description of the HTTP interface, as it is served.
pub const OPENAPI: &str = include_str!("openapi.json");
/// The description of the formats, as it is served.
pub const DOCUMENTATION: &str = include_str!("README.md");

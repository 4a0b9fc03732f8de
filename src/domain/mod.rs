//! The rules: pure, synchronous, without I/O, without reading the clock, without knowledge of database or web.
//!
//! A value that exists is valid. What is typed comes in as [`answers::Answers`] and leaves as a typed value or as problems with a reason.

pub mod answers;
pub mod application;
pub mod deadline;
pub mod eligibility;
pub mod handover;
pub mod notice;
pub mod status;
pub mod transition;
mod transition_table;

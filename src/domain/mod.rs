//! The rules: pure, synchronous, without I/O, without reading the clock, without knowledge of database or web.
//!
//! A value that exists is valid. What is typed comes in as [`answers::Answers`] and leaves as a typed value or as problems with a reason.

pub mod address;
pub mod answers;
pub mod application;
pub mod batch_number;
pub mod batch_schedule;
pub mod braille;
pub mod calendar;
pub mod card_disposal;
pub mod card_transfer;
pub mod card_validity;
pub mod characters;
pub mod deadline;
pub mod decision;
pub mod defect;
pub mod desk;
pub mod eligibility;
pub mod email;
pub mod expectation;
pub mod free_text;
pub mod handover;
pub mod intake;
pub mod kana;
pub mod my_number;
pub mod notice;
pub mod office;
pub mod office_code;
pub mod person_name;
pub mod phone;
pub mod queue;
pub mod receipt_number;
pub mod record_check;
pub mod retention;
pub mod romaji;
pub mod search_key;
pub mod shipment;
pub mod staff;
pub mod status;
pub mod text;
pub mod transition;
mod transition_table;

//! The applicant's pages: may I apply, prove the address, fill in the sections, print, post.

pub mod apply;
pub mod challenge;
pub mod check;
pub mod confirm;
pub mod form_in_force;
pub mod kept;
pub mod leave;
pub mod list;
pub mod menu;
pub mod new_application;
mod office_advice;
pub mod photo;
pub mod photo_check;
pub mod print;
pub mod ready;
pub mod review;
pub mod section_pages;
pub mod sections;
pub mod sent;
pub mod session;
mod storable;
pub mod track;
pub mod verify;

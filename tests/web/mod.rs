//! Journeys over HTTP, as people make them.

mod admin_operation;
mod admin_users;
mod applicant;
mod case_status;
mod desk_cast;
mod desk_decisions;
mod desk_pages;
mod filed;
mod finish;
mod hostile;
mod laid;
mod language;
mod office_account;
mod office_sign_in;
mod offices;
mod photo;
mod photo_files;
mod printed;
mod queue_acts;
mod queue_pages;
mod requests;
mod rights;
mod sample_differences;
mod sample_people;
mod sign_in;

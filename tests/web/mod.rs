//! Journeys over HTTP, as people make them.

mod applicant;
mod filed;
mod finish;
mod hostile;
mod language;
mod photo;
mod photo_files;
mod printed;
mod requests;
mod sample_differences;
mod sample_people;
mod sign_in;

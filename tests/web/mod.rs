//! Journeys over HTTP, as people make them.

mod applicant;
mod finish;
mod printed;
mod sample_people;
mod sign_in;

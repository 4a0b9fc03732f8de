//! Journeys over HTTP, as people make them.

mod applicant;
mod finish;
mod sign_in;

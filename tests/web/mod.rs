//! Journeys over HTTP, as people make them.

mod applicant;
mod sign_in;

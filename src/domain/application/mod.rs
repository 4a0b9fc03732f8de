//! The application: six sections of answers, each read into a valid value or into problems, and the whole that is frozen when the form is made.

pub mod kind;

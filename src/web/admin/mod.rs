//! The administrators' pages. Who administers accounts, offices and tables sees no cases.

pub mod master_diff;
pub mod masters;
pub mod offices;
pub mod user_form;
pub mod users;
pub mod users_acts;

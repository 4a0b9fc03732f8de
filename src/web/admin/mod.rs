//! The administrators' pages. Who administers accounts, offices and tables sees no cases.

pub mod audit;
pub mod audit_export;
pub mod health;
pub mod master_diff;
pub mod masters;
pub mod notice_form;
pub mod notices;
pub mod offices;
pub mod outbox;
pub mod retention;
pub mod user_form;
pub mod users;
pub mod users_acts;

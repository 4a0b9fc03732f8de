//! An office: an embassy, a consulate or a municipality as the portal knows it.
//!
//! What the tables say about it ([`entry`]) and what it says about itself ([`settings`]) are kept apart: a new table never overwrites an office's own
//! word. What an office has not said is unknown, is shown as unknown, and never guessed. Everything that differs from office to office is here as data
//! (architecture decision 6); no rule elsewhere names an office.

pub mod closing;
pub mod entry;
pub mod hours;
pub mod settings;
pub mod settings_form;
pub mod settings_shown;
pub mod table;
pub mod told;

pub use entry::OfficeEntry;
pub use settings::OfficeSettings;

#[cfg(test)]
mod tests;

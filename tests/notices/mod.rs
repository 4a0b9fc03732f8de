//! Moves of filed cases and the notices they write, on both databases.

mod advance;
pub(crate) mod desk;
mod events;
mod transfers;

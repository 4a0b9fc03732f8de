//! The exchange with the issuer: packages, what is refused, the interface, its simulator, power cuts.

pub(crate) mod cast;
mod chain;
pub(crate) mod interface;
mod power_cut;
mod refusals;
mod round_trip;
mod schema;
mod simulator;
mod volume;

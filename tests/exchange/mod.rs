//! The exchange with the issuer: packages, what is refused, the interface, its simulator, power cuts.

mod cast;
mod interface;
mod power_cut;
mod refusals;
mod round_trip;
mod schema;
mod simulator;
mod volume;

//! Bad weather: slow lines, full disks, databases that go and come back, power cuts, ends in the middle of work, settings with mistakes.

mod database;
mod end;
mod kill;
mod log;
mod rotation;
mod settings;
mod shipment;
mod slow;
mod staff;

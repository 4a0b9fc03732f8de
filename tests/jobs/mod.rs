//! Jobs as they run: mails through good and bad weather, reminders in their time, housekeeping that leaves a record.

mod deadlines;
mod delivery;
mod late_transfers;
mod purge;
mod recurring;
mod resealing;
mod rounds;
mod scheduled_batches;
mod sealing;
mod workshop;

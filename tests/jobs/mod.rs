//! Jobs as they run: mails through good and bad weather, reminders in their time, housekeeping that leaves a record.

mod deadlines;
mod delivery;
mod recurring;
mod rounds;
mod sealing;
mod workshop;

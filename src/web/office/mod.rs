//! The staff's side: signing in, the guard before every page, the frame its pages share.
//!
//! Offices, issuer and administration have the same door and the same frame; their pages live in `web/office`, `web/issuer` and `web/admin`. A handler
//! takes [`session::Staff`], which exists only behind the [`guard`], and a [`shell::Shell`] for its page.

pub mod account;
pub mod account_mail;
pub mod approvals;
pub mod case;
pub mod confirm;
pub mod disposals;
pub mod enrolment;
pub mod guard;
pub mod home;
pub mod intake;
pub mod invitation;
pub mod lock;
pub mod login;
pub mod queues;
pub mod release;
pub mod scope;
pub mod search;
pub mod second_factor;
pub mod session;
pub mod settings;
pub mod shell;
pub mod shipments;
pub mod tasks;

//! Secrets: what is random, what is hashed, what is sealed, and with which key.
//!
//! Every key comes from one [`keys::KeyRing`]; each use derives its own [`keys::Subkey`] from it, so that no key does two jobs. Nothing here reads
//! a database or the network. Refused on purpose: own ciphers, comparing secrets with `==`, and keeping anything a thief of the database could
//! use as it is (tokens are stored hashed, codes and addresses under a key, photos sealed).

pub mod audit_seal;
pub mod csrf;
pub mod keys;
pub mod password;
pub mod random;
pub mod sealing;
pub mod signing;
pub mod token;
pub mod totp;

//! The interface for the issuer's programs (`/exchange/v1`): what `exchange` makes and takes, over HTTP.
//!
//! A program shows its key in every request; there are no cookies and no sessions. Whatever goes wrong is JSON with a word for programs and a sentence for
//! people. What the interface promises stands in its `OpenAPI` document; a test asks everything that stands there and compares.

pub mod batches;
pub mod caller;
pub mod errors;
pub mod published;
pub mod results;
pub(in crate::web) mod stream;

//! The desk: an edition as its organisers see it, and what they may change of it as a whole.
//!
//! It stands above the rooms of people and of editions, since it asks both: accounts know editions, never the reverse.

pub mod api;
pub mod audit;
mod audit_api;
pub mod clock;
mod clock_api;
pub mod complaints;
mod complaints_api;
pub mod complaints_page;
pub mod digest;
mod digest_letter;
pub mod exports;
mod exports_api;
pub mod exports_page;
mod store;

//! Twin Cities Awards: nomination and judging for awards that two twinned cities give together.
//!
//! The rooms and the floors on which they stand are drawn in `docs/architecture.md`; a room may use only rooms on
//! floors below its own.

pub mod accounts;
pub mod announcement;
pub mod app;
pub mod audit;
pub mod chance;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod desk;
pub mod editions;
pub mod fields;
pub mod hashing;
pub mod heartbeat;
pub mod http;
pub mod ids;
pub mod judging;
pub mod keys;
pub mod limits;
pub mod links;
pub mod nominations;
pub mod outbox;
pub mod pages;
pub mod results;
pub mod server;
pub mod store;
pub mod text;

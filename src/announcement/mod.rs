//! The announcement: winners learn in confidence, everyone else when the embargo lifts, and nobody gets a wrong letter.
//!
//! The seal has every letter written once ([`prepare`]); two people read them ([`preview`]); the guards G1 to G13
//! ([`guards`]) let them go or say why not, when they are scheduled ([`schedule`]) and again as each is claimed
//! ([`claim_guard`]). Winners accept or decline ([`replies`]). At the announced instant one event releases everything
//! ([`release`]); since then everyone may read [`winners`], and before it nothing tells that there are any.

pub mod api;
mod calendar;
mod claim;
pub mod clockwork;
pub mod daytime;
mod error;
pub mod exports;
mod exports_api;
mod facts;
pub mod guards;
mod messages;
pub mod messages_api;
pub mod model;
mod owed;
pub mod pages;
pub mod prepare;
pub mod preview;
pub mod release;
pub mod replies;
pub mod reply;
pub mod schedule;
mod sealed;
mod store;
pub mod view;
pub mod winners;

pub use claim::claim_guard;
pub use error::AnnouncementError;
pub use prepare::at_the_seal;
pub use replies::life;

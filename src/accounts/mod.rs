//! Accounts: the people who sign in, what part each has in an edition, and how the door knows them.
//!
//! An organiser (the operator, for organisers and approvers) invites; the mailed link is good for 14 days and once;
//! accepting it sets a password and signs in. A sign-in is a session, read with the roles at each request, so that a
//! removal works from the next one on. Handlers ask for their caller by audience: [`Caller`], [`Judge`], [`Office`],
//! [`Approver`] and their like are extractors. What others may know of people: [`judges`], [`people`], [`office`].

mod guards;
mod model;
pub mod store;
pub mod tokens;

pub use guards::{Approver, Caller, InEdition, Judge, Office, OfficeAnywhere, Overseer, Translator};
pub use model::{JudgeOf, Officer, Person, Role, RoleIn, Sheets, Standing};
pub use store::{judges, office, people};

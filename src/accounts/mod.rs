//! Accounts: the people who sign in, what part each has in an edition, and how the door knows them.
//!
//! An organiser (the operator, for organisers and approvers) invites; the mailed link is good for 14 days and once;
//! accepting it sets a password and signs in. A sign-in is a session, read with the roles at each request, so that a
//! removal works from the next one on. Who may what, when, is one table: [`access`]. A handler asks for its caller by
//! audience: [`Caller`], [`Judge`], [`Office`], [`Approver`] and their like are its arguments. What others may know of people: [`judges`], [`people`], [`office`].

pub mod access;
pub mod api;
mod check;
pub mod clockwork;
mod code;
mod cookie;
mod devices;
pub mod factor;
mod factor_api;
pub mod first_step;
mod gate;
mod guards;
mod invitations;
mod messages;
mod model;
mod own_api;
mod own_password;
mod own_sessions;
mod own_words;
pub mod pages;
mod password;
mod people;
mod profile;
mod proof;
mod reset_api;
mod resets;
mod seed;
mod sign_in;
pub mod store;
mod throttle;
pub mod tokens;

pub use access::Action;
pub use code::FactorCode;
pub use devices::{Device, Whence};
pub use factor::CodeRefused;
pub use gate::gate;
pub use guards::{Approver, Caller, Judge, Office, OfficeAnywhere, OfficeOrTranslator, Overseer, Translator};
pub use invitations::{
    AcceptError, AcceptInvitation, Invitation, InviteError, InvitePerson, Invited, accept, invitation_behind, invite,
    invite_again, invite_for_office, withdraw,
};
pub use model::{INVITATION_LIVES, JudgeOf, Officer, Person, Role, RoleIn, Session, Sheets, Standing};
pub use own_password::{PasswordError, change_password};
pub use own_sessions::{EndError, OwnSession, end_session, own_sessions};
pub use password::{Attempt, OwnWords, Password};
pub use people::{Removal, RemovalError, remove};
pub use profile::{ProfileChange, ProfileError, change_profile};
pub use resets::{Reset, ResetError, ask as ask_for_reset, confirm as confirm_reset, reset_behind};
pub use sign_in::{Entry, SignInError, SignedIn, renew, sign_in, sign_out};
pub use store::{is_same_account, judges, office, people};

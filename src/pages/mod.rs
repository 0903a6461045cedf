//! Pages that belong to no room below: the reference of the API, a demo's mail.

pub mod api;
pub mod mail;

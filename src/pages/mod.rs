//! Pages that belong to no room below: the reference of the API.

pub mod api;

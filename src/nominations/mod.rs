//! Nominations: what the public sends, who supports it, how organisers screen it.

pub mod form;
pub mod reference;
mod rules;

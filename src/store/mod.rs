//! The store: the only room that knows which database runs.

pub mod columns;

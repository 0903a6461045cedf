//! The one connection type.
#![allow(missing_docs, reason = "diesel's derive makes public items without words of their own")]

use diesel::{PgConnection, SqliteConnection};

/// A connection to whichever database runs. Only `store/` and `FOR UPDATE SKIP LOCKED` look inside.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// SQLite.
    Sqlite(SqliteConnection),
    /// PostgreSQL, or an engine that speaks its protocol.
    Postgres(PgConnection),
}

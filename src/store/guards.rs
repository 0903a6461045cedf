//! Triggers: what the database itself refuses, whoever asks (S-AUD-3).
//!
//! The two databases write triggers differently, so these stand in a file for each, beside the migrations that both share.
//! They are put in place after the migrations, and put back at a start that finds one missing.

use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{PgConnection, QueryResult, RunQueryDsl, SqliteConnection};

use super::Conn;

const SQLITE: &str = include_str!("guards/sqlite.sql");
const POSTGRES: &str = include_str!("guards/postgres.sql");

/// Puts in place what is missing.
pub(super) fn set(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(conn) => of_sqlite(conn),
        Conn::Postgres(conn) => of_postgres(conn),
    }
}

fn of_sqlite(conn: &mut SqliteConnection) -> QueryResult<()> {
    conn.batch_execute(SQLITE)
}

/// Asks first: making a trigger waits for everybody who writes into the table, and nearly every start finds them there.
fn of_postgres(conn: &mut PgConnection) -> QueryResult<()> {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let wanted = i64::try_from(POSTGRES.matches("CREATE OR REPLACE TRIGGER").count()).unwrap_or(i64::MAX);
    let found: Count = diesel::sql_query(
        "SELECT count(*) AS count FROM pg_trigger WHERE tgrelid = 'audit_events'::regclass AND tgenabled = 'O'
         AND tgname IN ('audit_events_change_1', 'audit_events_delete_1', 'audit_events_empty_1', 'audit_events_insert_1')",
    )
    .get_result(conn)?;
    if found.count == wanted { Ok(()) } else { conn.batch_execute(POSTGRES) }
}

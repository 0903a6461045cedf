//! Migrations: one set for both databases, inside the binary; after them the triggers, which each writes its own way.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, StoreError, guards};

/// Every migration, in order.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Runs what is outstanding. Two processes that start together on PostgreSQL may both try: the loser of the race
/// looks again and finds nothing left to do.
pub(super) fn run(conn: &mut Conn) -> Result<(), StoreError> {
    const TRIES: u32 = 5;
    for turn in 1.. {
        let outcome = match conn {
            Conn::Sqlite(conn) => pending(conn),
            Conn::Postgres(conn) => pending(conn),
        };
        match outcome.and_then(|()| Ok(guards::set(conn)?)) {
            Ok(()) => return Ok(()),
            Err(why) if turn == TRIES => return Err(StoreError::Unavailable(format!("migrations failed: {why}"))),
            Err(_) => std::thread::sleep(std::time::Duration::from_millis(50 << turn)),
        }
    }
    unreachable!("the loop above ends by returning")
}

fn pending<C, DB>(conn: &mut C) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
{
    let known: Vec<String> = diesel::migration::MigrationSource::<DB>::migrations(&MIGRATIONS)?
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    if let Some(newer) = conn.applied_migrations()?.iter().find(|version| !known.contains(&version.to_string())) {
        return Err(format!("the database holds migration {newer}, which this program does not know").into());
    }
    conn.run_pending_migrations(MIGRATIONS)?;
    Ok(())
}

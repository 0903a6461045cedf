//! The store: the only room that knows which database runs.
//!
//! A use case reads in [`Store::read`] and writes in [`Store::write`]; each is one transaction, and what `write` has
//! answered survives a crash. On SQLite one thread writes and commits many waiting writes at once
//! (`docs/decisions/0001-one-writer-thread.md`); on PostgreSQL each write is a serializable transaction of its own,
//! run again where the database aborts it.

pub mod clock;
mod columns;
mod conn;
mod error;
mod guards;
pub mod installation;
mod migrate;
mod open;
mod postgres;
pub mod schema;
mod sqlite;

pub use conn::Conn;
pub use error::{Failure, StoreError};
pub use migrate::MIGRATIONS;
pub use open::DatabaseUrl;

/// Writes that may wait at once (S-HTTP-12); one more is told that the store is busy.
const QUEUE: usize = 2_000;

/// What a store function answers.
///
/// Where a key names one row, load it by `get_result`, not `first`: that adds a bound `LIMIT`, for which SQLite plans the
/// statement anew each time.
pub type Stored<T> = diesel::QueryResult<T>;

/// Writes the same diesel expression for both databases, where the shared connection cannot carry it (a batch insert,
/// `ON CONFLICT`), or where it is asked so often that spelling its SQL anew each time counts: a statement of one database
/// is known by its type, one of the shared connection by its text.
#[macro_export]
macro_rules! on_each {
    ($tx:expr, $conn:ident => $query:expr) => {
        match $tx {
            $crate::store::Conn::Sqlite($conn) => $query,
            $crate::store::Conn::Postgres($conn) => $query,
        }
    };
}

/// The database, open. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
}

#[derive(Clone)]
enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Store {
    /// Opens the database, makes its folder where it is a file, and runs outstanding migrations.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with the reason where the database cannot be reached or is newer than this program.
    pub fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        let engine = match url {
            DatabaseUrl::Sqlite(file) => Engine::Sqlite(sqlite::Sqlite::open(file)?),
            DatabaseUrl::Postgres(address) => Engine::Postgres(postgres::Postgres::open(address)?),
        };
        Ok(Self { engine })
    }

    /// Runs `work` in a transaction that sees one moment of the store and changes nothing.
    ///
    /// # Errors
    /// Those of `work`, and the store's own.
    pub async fn read<T, E>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
    {
        let engine = self.engine.clone();
        let read = tokio::task::spawn_blocking(move || match &engine {
            Engine::Sqlite(sqlite) => sqlite.read(work),
            Engine::Postgres(postgres) => postgres.read(work),
        });
        read.await.unwrap_or_else(|_| Err(StoreError::Panicked.into()))
    }

    /// Runs `work` in a transaction and answers once it is durable; an error of `work` undoes all that it wrote.
    ///
    /// `work` may be run more than once (the database aborted it, and it is tried again), so it must not do anything
    /// that the transaction cannot undo.
    ///
    /// # Errors
    /// Those of `work`; [`StoreError::Busy`] where too many writes wait already; the store's own.
    pub async fn write<T, E>(&self, work: impl Fn(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
    {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.write(work).await,
            Engine::Postgres(postgres) => {
                let (place, postgres) = (postgres.place()?, postgres.clone());
                let turn = postgres.turn().await;
                let write = tokio::task::spawn_blocking(move || {
                    let _until_done = (place, turn);
                    postgres.write(work)
                });
                write.await.unwrap_or_else(|_| Err(StoreError::Panicked.into()))
            }
        }
    }

    /// Comes back when the disk has failed under SQLite, else never: then this process can only finish what it has begun
    /// and end, and a fresh one recovers what was acknowledged (S-STO-2).
    pub async fn disk_failed(&self) {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.disk_failed().await,
            Engine::Postgres(_) => std::future::pending().await, // the server looks after its disk
        }
    }

    /// Whether the store answers and takes writes: what `/readyz` asks.
    pub async fn is_ready(&self) -> bool {
        if matches!(&self.engine, Engine::Sqlite(sqlite) if !sqlite.takes_writes()) {
            return false;
        }
        let answer: Result<(), StoreError> = self
            .read(|tx| {
                use diesel::connection::SimpleConnection;
                tx.batch_execute("SELECT 1").map_err(StoreError::from)
            })
            .await;
        answer.is_ok()
    }
}

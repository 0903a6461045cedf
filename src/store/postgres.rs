//! PostgreSQL: a pool; a write is a serializable transaction, run again where the database aborts it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use diesel::connection::{SimpleConnection, TransactionManager};
use diesel::r2d2::{ManageConnection, Pool};
use diesel::{Connection, PgConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::store_error;
use super::{Conn, Failure, QUEUE, StoreError, migrate};

/// Connections at once. Two cores are busy well below it; the database's own default limit is 100.
const POOL: u32 = 16;
/// Writes that run at once: some connections are left for reads.
const WRITES: usize = 12;
/// How often an aborted transaction is tried (S-STO-3 has 5; a story beside a busy worker was seen to need more).
const TRIES: u32 = 8;

#[derive(Clone)]
pub(super) struct Postgres {
    pool: Pool<Connections>,
    writes: Arc<AtomicUsize>,
    turns: Arc<Semaphore>,
}

/// A write's place among those that wait or run; given back when it is dropped.
pub(super) struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Postgres {
    pub(super) fn open(address: &str) -> Result<Self, StoreError> {
        let connections = Connections { address: address.to_owned() };
        let mut first = connections.connect()?;
        durable(&mut first)?;
        migrate::run(&mut first)?;
        let pool = Pool::builder()
            .max_size(POOL)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(5))
            .test_on_check_out(false)
            .build(connections)
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { pool, writes: Arc::default(), turns: Arc::new(Semaphore::new(WRITES)) })
    }

    pub(super) fn read<T, E: Failure>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self.pool.get().map_err(|_| StoreError::Busy)?;
        in_transaction(&mut conn, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", work)
    }

    /// Waits for a connection's turn. Whoever waits holds no thread: reads would find none behind 2,000 writes.
    pub(super) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.turns).acquire_owned().await.ok() // nobody closes it
    }

    /// Takes a place for a write, so that one too many is told at once and does not wait to be told.
    pub(super) fn place(&self) -> Result<Place, StoreError> {
        let place = Place(Arc::clone(&self.writes));
        if self.writes.fetch_add(1, Ordering::Relaxed) >= QUEUE { Err(StoreError::Busy) } else { Ok(place) }
    }

    pub(super) fn write<T, E: Failure>(&self, work: impl Fn(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        for turn in 1.. {
            let mut conn = self.pool.get().map_err(|_| StoreError::Busy)?;
            let outcome = in_transaction(&mut conn, "BEGIN ISOLATION LEVEL SERIALIZABLE", &work);
            drop(conn);
            match outcome {
                Err(error) if turn < TRIES && store_error(&error).is_some_and(StoreError::is_abort) => {
                    std::thread::sleep(Duration::from_millis((1 << turn) + unlike() % (3 << turn)));
                }
                outcome => return outcome,
            }
        }
        unreachable!("the loop above ends by returning")
    }
}

/// A number unlike the last one that anybody here was given, so that two that met do not meet again.
fn unlike() -> u64 {
    static TURNS: AtomicU64 = AtomicU64::new(0);
    let turn = TURNS.fetch_add(1, Ordering::Relaxed) + u64::from(std::process::id());
    turn.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40
}

fn in_transaction<T, E: Failure>(
    conn: &mut Conn,
    begin: &str,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    type Manager = <PgConnection as Connection>::TransactionManager;
    Manager::begin_transaction_sql(inner(conn), begin)?;
    let outcome = catch_unwind(AssertUnwindSafe(|| work(conn))).unwrap_or_else(|_| Err(StoreError::Panicked.into()));
    match outcome {
        Ok(value) => {
            Manager::commit_transaction(inner(conn))?;
            Ok(value)
        }
        Err(error) => {
            let _broken = Manager::rollback_transaction(inner(conn)); // the pool drops a connection that is broken
            Err(error)
        }
    }
}

fn inner(conn: &mut Conn) -> &mut PgConnection {
    match conn {
        Conn::Postgres(inner) => inner,
        Conn::Sqlite(_) => unreachable!("this file opens PostgreSQL connections only"),
    }
}

/// An answer may promise durability only where the server keeps it (S-STO-1).
fn durable(conn: &mut Conn) -> Result<(), StoreError> {
    use diesel::RunQueryDsl;
    use diesel::sql_types::Text;
    #[derive(diesel::QueryableByName)]
    struct Setting {
        #[diesel(sql_type = Text)]
        value: String,
    }
    for name in ["fsync", "synchronous_commit"] {
        let settings: Vec<Setting> =
            diesel::sql_query(format!("SELECT current_setting('{name}') AS value")).load(inner(conn))?;
        if settings.iter().any(|setting| setting.value == "off") {
            return Err(StoreError::Unavailable(format!(
                "PostgreSQL runs with {name} = off: it could lose what we have acknowledged"
            )));
        }
    }
    Ok(())
}

#[derive(Debug)]
struct Connections {
    address: String,
}

impl ManageConnection for Connections {
    type Connection = Conn;
    type Error = StoreError;

    fn connect(&self) -> Result<Conn, StoreError> {
        let mut conn = PgConnection::establish(&self.address).map_err(|error| explain(&error.to_string()))?;
        conn.batch_execute("SET statement_timeout = '15s'; SET lock_timeout = '5s'; SET client_encoding = 'UTF8'")?;
        Ok(Conn::Postgres(conn))
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), StoreError> {
        Ok(conn.batch_execute("SELECT 1")?)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        type Manager = <PgConnection as Connection>::TransactionManager;
        std::thread::panicking() || Manager::is_broken_transaction_manager(inner(conn))
    }
}

/// The bundled libpq has no TLS, and says so in words that help nobody.
fn explain(why: &str) -> StoreError {
    StoreError::Unavailable(if why.contains("sslmode") {
        "this build's libpq has no TLS, so the `sslmode` that is asked for cannot be met; build with the system's libpq \
         (docs/operations.md) or reach the database over loopback"
            .to_owned()
    } else {
        why.trim().to_owned()
    })
}
